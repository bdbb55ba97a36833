//! `with-server COMMAND ARGS…`: runs a command beside a real `itsudemo serve` over a database with the twins in it.
//!
//! The command finds `BASE_URL`, `OPERATOR_URL`, `API_KEY` (the first twin's secret key), `PUBLISHABLE_KEY`, `DEVICE_KEY` and
//! `NEIGHBOUR_KEY` in its environment. The server is the binary beside this one: build it first.
#![allow(clippy::expect_used)]

use std::{
    env,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, ExitCode},
    time::{Duration, Instant},
};

use testkit::{Cluster, TestDb};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("usage: with-server COMMAND [ARGUMENT …]");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(TestDb::new());
    let [api, operator, metrics] = std::array::from_fn(|_| free_port());
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
        .env("ITSUDEMO_LISTEN", api.to_string())
        .env("ITSUDEMO_OPERATOR_LISTEN", operator.to_string())
        .env("ITSUDEMO_METRICS_LISTEN", metrics.to_string())
        .spawn()
        .expect("cargo build -p server has made the itsudemo binary")
}

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
