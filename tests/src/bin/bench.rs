//! `make bench`: what the whole house sells a second, beside what PostgreSQL alone does on the same cluster.
//!
//! One run, one machine, client, server and database together. Read the ratios; the machine decides the rest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions, clippy::print_stdout)]

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tests::{
    rig::Rig,
    stage::{Stage, in_cash},
    wire::{Heard, Wire},
};

/// What one kind of work came to.
struct Figures {
    name: String,
    per_second: f64,
    p50: Duration,
    p99: Duration,
    refused: u64,
}

impl Figures {
    fn print(&self, raw: Option<f64>) {
        let ratio = raw.map_or(String::new(), |raw| format!("   {:>4.0} % of raw", self.per_second / raw * 100.0));
        println!(
            "{:<44} {:>9.0} /s   p50 {:>7.1} ms   p99 {:>7.1} ms   refused {}{ratio}",
            self.name,
            self.per_second,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3,
            self.refused
        );
    }
}

fn seconds() -> u64 {
    std::env::var("BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

/// Runs `work` on `clients` connections for a while; each call of `work` is one unit.
async fn load<F>(name: &str, rig: &Rig, clients: usize, work: F) -> Figures
where
    F: for<'a> Unit<'a, Fut: Send> + Clone + Send + Sync + 'static,
{
    let until = Instant::now() + Duration::from_secs(seconds());
    let refused = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for client in 0..clients {
        let (mut wire, work, refused) = (rig.server(), work.clone(), refused.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut n = (client as u64) << 32;
            while Instant::now() < until {
                n += 1;
                let started = Instant::now();
                if Unit::run(&work, &mut wire, n).await {
                    times.push(started.elapsed());
                } else {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let elapsed = begun.elapsed();
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64) * share) as usize).copied().unwrap_or_default();
    Figures {
        name: name.to_owned(),
        per_second: times.len() as f64 / elapsed.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
        refused: refused.load(Ordering::Relaxed),
    }
}

/// A unit of work whose future can be sent to another thread.
trait Unit<'a> {
    type Fut: Future<Output = bool>;
    fn run(&self, wire: &'a mut Wire, n: u64) -> Self::Fut;
}

impl<'a, F, Fut> Unit<'a> for F
where
    F: Fn(&'a mut Wire, u64) -> Fut,
    Fut: Future<Output = bool>,
{
    type Fut = Fut;
    fn run(&self, wire: &'a mut Wire, n: u64) -> Fut {
        self(wire, n)
    }
}

fn id(heard: &Heard) -> Option<String> {
    heard.json()["id"].as_str().map(str::to_owned)
}

/// The shopper's way: hold, order, pay.
async fn shop(wire: &mut Wire, wish: &Value, key: &str) -> bool {
    let Ok(hold) = wire.post("/v1/ticket/holds", &format!("h{key}"), wish).await else { return false };
    let Some(hold) = (hold.status == 201).then(|| id(&hold)).flatten() else { return false };
    let Ok(order) = wire.post("/v1/ticket/orders", &format!("o{key}"), &json!({ "hold": hold })).await else { return false };
    let order = order.json();
    let Some(bill) = order["bill"].as_str() else { return false };
    let pay = json!({ "method": "sandbox_card", "token": "tok_ok" });
    match wire.post(&format!("/v1/bills/{bill}/payments"), &format!("p{key}"), &pay).await {
        Ok(paid) => paid.status == 201 && paid.json()["state"] == "captured",
        Err(_) => false,
    }
}

/// Raw PostgreSQL on the same cluster: one function that moves a counter, writes an order, a line and an audit row.
const RAW: &str = "DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; \
    CREATE TABLE bench.pool (id int PRIMARY KEY, taken bigint NOT NULL, capacity bigint NOT NULL, CHECK (taken <= capacity)) WITH (fillfactor = 10); \
    CREATE TABLE bench.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant uuid NOT NULL, total bigint NOT NULL, at timestamptz NOT NULL DEFAULT now()); \
    CREATE TABLE bench.lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES bench.orders, pool int NOT NULL, amount bigint NOT NULL); \
    CREATE TABLE bench.audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), event text NOT NULL, data jsonb NOT NULL); \
    CREATE TABLE bench.seats (performance int, seat int, order_id bigint, PRIMARY KEY (performance, seat)) WITH (fillfactor = 70); \
    INSERT INTO bench.pool SELECT n, 0, 1000000000 FROM generate_series(1, 100) AS n; \
    INSERT INTO bench.seats SELECT p, s, NULL FROM generate_series(1, 50) AS p, generate_series(1, 2000) AS s; \
    CREATE FUNCTION bench.sell(p int) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE o bigint; BEGIN \
      INSERT INTO bench.orders (tenant, total) VALUES ('01936000-0000-7000-8000-00000000000a', 2000) RETURNING id INTO o; \
      INSERT INTO bench.lines (order_id, pool, amount) VALUES (o, p, 2000); \
      INSERT INTO bench.audit (event, data) VALUES ('ticket.order.sold', jsonb_build_object('order', o)); \
      UPDATE bench.pool SET taken = taken + 1 WHERE id = p AND taken < capacity; RETURN o; END $$; \
    CREATE FUNCTION bench.seat(p int, s int) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE o bigint; BEGIN \
      INSERT INTO bench.orders (tenant, total) VALUES ('01936000-0000-7000-8000-00000000000a', 4500) RETURNING id INTO o; \
      INSERT INTO bench.lines (order_id, pool, amount) VALUES (o, p, 4500); \
      INSERT INTO bench.audit (event, data) VALUES ('ticket.order.sold', jsonb_build_object('order', o)); \
      UPDATE bench.seats SET order_id = o WHERE performance = p AND seat = s AND order_id IS NULL; RETURN o; END $$; ANALYZE";

/// Transactions a second by pgbench, prepared, as the administrator on the private socket.
fn pgbench(rig: &Rig, script: &str, clients: usize) -> f64 {
    let file = rig.folder().join("raw.sql");
    std::fs::write(&file, script).unwrap();
    let tool = ["/usr/lib/postgresql/17/bin/pgbench", "/usr/lib/postgresql/16/bin/pgbench", "/usr/lib/postgresql/15/bin/pgbench"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
        .unwrap_or("pgbench");
    let output = Command::new(tool)
        .args(["-n", "-M", "prepared", "-U", "itsudemo", "-c", &clients.to_string(), "-j", "2", "-T", &seconds().min(5).to_string()])
        .arg("-h")
        .arg(rig.socket())
        .arg("-f")
        .arg(&file)
        .arg("itsudemo")
        .output()
        .expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("tps")).unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    line.split_whitespace().nth(2).and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let clients: usize = std::env::var("BENCH_CLIENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(32);
    let rig = Rig::new("bench").await;
    let stage = Stage::set(&mut rig.server(), 100, 200, 1_000_000).await;
    println!("{clients} connections, {} s each; client, server and database on this machine\n", seconds());

    rig.sql(RAW).await;
    let raw_pool = pgbench(&rig, "SELECT bench.sell(1);", clients);
    let raw_pools = pgbench(&rig, "\\set p random(1, 100)\nSELECT bench.sell(:p);", clients);
    let raw_seat = pgbench(&rig, "\\set p random(1, 50)\n\\set s random(1, 2000)\nSELECT bench.seat(:p, :s);", clients);
    let raw_read = pgbench(&rig, "\\set p random(1, 100)\nSELECT taken, capacity FROM bench.pool WHERE id = :p;", clients);
    println!("{:<44} {raw_pool:>9.0} /s", "raw: one hot pool, one function");
    println!("{:<44} {raw_pools:>9.0} /s", "raw: a hundred pools, one function");
    println!("{:<44} {raw_seat:>9.0} /s", "raw: a named seat, one function");
    println!("{:<44} {raw_read:>9.0} /s\n", "raw: read of one counter");

    let wish = stage.places(1);
    let sale = in_cash(wish.clone());
    let one = load("one request, paid: one hot pool", &rig, clients, {
        let sale = Arc::new(sale);
        move |wire: &mut Wire, n: u64| {
            let sale = sale.clone();
            sell(wire, sale, n)
        }
    })
    .await;
    one.print(Some(raw_pool));
    let seats = in_cash(stage.best(2));
    let seated = load("one request, paid: two best seats", &rig, clients, {
        let seats = Arc::new(seats);
        move |wire: &mut Wire, n: u64| sell(wire, seats.clone(), n)
    })
    .await;
    seated.print(Some(raw_seat));
    let wish = Arc::new(wish);
    let shopped = load("hold, order, pay: one hot pool", &rig, clients, {
        let wish = wish.clone();
        move |wire: &mut Wire, n: u64| buy(wire, wish.clone(), n)
    })
    .await;
    shopped.print(Some(raw_pool));
    let best = Arc::new(stage.best(2));
    let shopped = load("hold, order, pay: two best seats", &rig, clients, move |wire: &mut Wire, n: u64| buy(wire, best.clone(), n)).await;
    shopped.print(Some(raw_seat));
    for (name, path) in [
        ("availability", format!("/v1/ticket/performances/{}/availability", stage.free)),
        ("seat status of 20,000 seats", format!("/v1/ticket/performances/{}/seats", stage.seated)),
    ] {
        let path = Arc::new(path);
        let read = load(name, &rig, clients, {
            let path = path.clone();
            move |wire: &mut Wire, _| look(wire, path.clone(), None)
        })
        .await;
        read.print(Some(raw_read));
        let etag = rig.server().ask("GET", &path, &[], None).await.unwrap().etag.map(Arc::new);
        if let Some(etag) = etag {
            let again = load(&format!("{name}, unchanged (304)"), &rig, clients, move |wire: &mut Wire, _| {
                look(wire, path.clone(), Some(etag.clone()))
            })
            .await;
            again.print(Some(raw_read));
        }
    }
    println!("\npeak memory of the server: {} MiB", rig.peak_memory());
}

fn sell(wire: &mut Wire, wish: Arc<Value>, n: u64) -> impl Future<Output = bool> + Send + '_ {
    async move {
        let key = format!("s{n}-{}", uuid::Uuid::new_v4());
        wire.post("/v1/ticket/sales", &key, &wish).await.is_ok_and(|heard| heard.status == 201)
    }
}

fn buy(wire: &mut Wire, wish: Arc<Value>, n: u64) -> impl Future<Output = bool> + Send + '_ {
    async move { shop(wire, &wish, &format!("{n}-{}", uuid::Uuid::new_v4())).await }
}

fn look(wire: &mut Wire, path: Arc<String>, etag: Option<Arc<String>>) -> impl Future<Output = bool> + Send + '_ {
    async move {
        let tag = etag.as_deref().map(String::as_str);
        let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-none-match", tag)).into_iter().collect();
        let expected = if tag.is_some() { 304 } else { 200 };
        wire.ask("GET", &path, &headers, None).await.is_ok_and(|heard| heard.status == expected)
    }
}
