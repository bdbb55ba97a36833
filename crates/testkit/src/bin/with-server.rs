//! `with-server COMMAND ARGS…`: runs a command beside a real `itsudemo serve` over a database with the twins in it.
//!
//! The command finds `BASE_URL`, `OPERATOR_URL`, `API_KEY` (the first twin's secret key), `PUBLISHABLE_KEY`, `DEVICE_KEY` and
//! `NEIGHBOUR_KEY` in its environment, and `KNOWN_IDS`: a hall of the first twin that is on sale. The server is the binary
//! beside this one: build it first.
#![allow(clippy::expect_used)]

use std::{
    env,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, ExitCode},
    time::{Duration, Instant},
};

use testkit::{Cluster, TestDb, hall};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("usage: with-server COMMAND [ARGUMENT …]");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(TestDb::new());
    let [api, operator, metrics] = std::array::from_fn(|_| free_port());
    let known = runtime.block_on(put_on_sale(&database));
    let mut server = serve(&database, api, operator, metrics);
    let code = if answers(api, &mut server) {
        let (first, second) = (&database.twins.first, &database.twins.second);
        let status = Command::new(program)
            .args(words)
            .env("BASE_URL", format!("http://{api}"))
            .env("OPERATOR_URL", format!("http://{operator}"))
            .env("API_KEY", &first.secret_key)
            .env("PUBLISHABLE_KEY", &first.publishable_key)
            .env("DEVICE_KEY", &first.device_key)
            .env("NEIGHBOUR_KEY", &second.secret_key)
            .env("KNOWN_IDS", &known)
            .status()
            .expect("the command starts");
        u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)
    } else {
        eprintln!("with-server: the server does not answer");
        1
    };
    let _ = server.kill();
    let _ = server.wait();
    drop(database);
    ExitCode::from(code)
}

/// Four rows of ten seats and fifty places without numbers, on sale; the ids of it all, separated by spaces.
async fn put_on_sale(database: &TestDb) -> String {
    let tenant = database.twins.first.tenant;
    let (owner, performance, seated) = (tenant.uuid(), hall::performance().uuid(), hall::seated().uuid());
    let (standing, pool) = (hall::standing().uuid(), hall::id::<kernel::ids::kind::Pool>(7));
    database.execute(&hall::on_sale(tenant, 4, 10)).await;
    database
        .execute(&format!(
            "INSERT INTO ticket.performance_seats (tenant_id, performance_id, seat_id, seat_class_id, section, row_label, seat_label,
               ordinal, lane, row_index, position_index, block_index, quality_rank, off_centre, wheelchair, companion)
             SELECT tenant_id, '{performance}', id, '{seated}', section, row_label, seat_label, ordinal, row_index * 2 + block_index,
               row_index, position_index, block_index, quality_rank, abs(2 * position_index - 11), wheelchair, companion
             FROM ticket.seats WHERE tenant_id = '{owner}';
             INSERT INTO ticket.pools (tenant_id, id, performance_id, seat_class_id, name, capacity, created_at)
             VALUES ('{owner}', '{}', '{performance}', '{standing}', '自由席', 50, '2026-10-01T00:00Z')",
            pool.uuid()
        ))
        .await;
    let mut known = vec![
        hall::performance().to_string(),
        hall::seated().to_string(),
        hall::standing().to_string(),
        hall::adult().to_string(),
        pool.to_string(),
        hall::id::<kernel::ids::kind::Hall>(1).to_string(),
        hall::id::<kernel::ids::kind::Production>(4).to_string(),
    ];
    known.extend((1..=4).flat_map(|row| (1..=10).map(move |place| hall::seat(row, place).to_string())));
    known.join(" ")
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

fn serve(database: &TestDb, api: SocketAddr, operator: SocketAddr, metrics: SocketAddr) -> Child {
    let binary = env::current_exe().expect("this program has a path").with_file_name("itsudemo");
    Command::new(binary)
        .arg("serve")
        .args(["--log", &env::var("ITSUDEMO_LOG").unwrap_or_else(|_| "warn".to_owned())])
        .env("DATABASE_URL", database.url("itsudemo_app"))
        .env("DATABASE_ADMIN_URL", database.admin_url())
        .env("ITSUDEMO_DATA", Cluster::shared().folder())
        .env("ITSUDEMO_SANDBOX_PAYMENTS", "true")
        .env("ITSUDEMO_LISTEN", api.to_string())
        .env("ITSUDEMO_OPERATOR_LISTEN", operator.to_string())
        .env("ITSUDEMO_METRICS_LISTEN", metrics.to_string())
        .spawn()
        .expect("cargo build -p server has made the itsudemo binary")
}

#[allow(clippy::disallowed_methods, reason = "no runtime here: asks again until a deadline")]
fn answers(api: SocketAddr, server: &mut Child) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until && matches!(server.try_wait(), Ok(None)) {
        if TcpStream::connect(api).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}
