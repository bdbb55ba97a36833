//! `make bench`: what the whole house sells a second, beside what PostgreSQL alone does on the same cluster.
//!
//! One run, one machine, client, server and database together. Read the ratios; the machine decides the rest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::print_stdout
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tests::{
    measure::{Figures, pgbench, seconds},
    rig::Rig,
    stage::{Stage, in_cash},
    wire::{Heard, Wire},
};

/// One unit of work.
#[derive(Clone)]
enum Work {
    /// One request: selection and payment.
    Sell(Value),
    /// The shopper's three requests.
    Shop(Value),
    /// A read, maybe of what is known already.
    Look { path: String, etag: Option<String> },
}

impl Work {
    async fn run(&self, wire: &mut Wire, n: u64) -> bool {
        let key = format!("{n}-{}", uuid::Uuid::new_v4());
        match self {
            Self::Sell(wish) => wire.post("/v1/ticket/sales", &key, wish).await.is_ok_and(|heard| heard.status == 201),
            Self::Shop(wish) => shop(wire, wish, &key).await,
            Self::Look { path, etag } => {
                let origin = [("origin", testkit::twins::ORIGIN)]; // a buyer's page
                let headers: Vec<(&str, &str)> =
                    etag.iter().map(|tag| ("if-none-match", tag.as_str())).chain(origin).collect();
                let expected = if etag.is_some() { 304 } else { 200 };
                wire.ask("GET", path, &headers, None).await.is_ok_and(|heard| heard.status == expected)
            }
        }
    }
}

/// Does this work on `clients` connections for a while.
async fn load(name: &str, rig: &Rig, clients: usize, work: Work) -> Figures {
    let until = Instant::now() + Duration::from_secs(seconds());
    let refused = Arc::new(AtomicU64::new(0));
    let (begun, used) = (Instant::now(), rig.processor_time());
    let mut tasks = Vec::new();
    for client in 0..clients {
        let mut wire = if matches!(work, Work::Look { .. }) { rig.page() } else { rig.server() };
        let (work, refused) = (work.clone(), refused.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut n = (client as u64) << 32;
            while Instant::now() < until {
                n += 1;
                let started = Instant::now();
                if work.run(&mut wire, n).await {
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
    Figures::of(name, times, refused.load(Ordering::Relaxed), begun.elapsed(), [used, rig.processor_time()])
}

fn id(heard: &Heard) -> Option<String> {
    heard.json()["id"].as_str().map(str::to_owned)
}

/// The shopper's way: hold, order, pay.
async fn shop(wire: &mut Wire, wish: &Value, key: &str) -> bool {
    let Ok(hold) = wire.post("/v1/ticket/holds", &format!("h{key}"), wish).await else { return false };
    let Some(hold) = (hold.status == 201).then(|| id(&hold)).flatten() else { return false };
    let Ok(order) = wire.post("/v1/ticket/orders", &format!("o{key}"), &json!({ "hold": hold })).await else {
        return false;
    };
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
    let raw_read =
        pgbench(&rig, "\\set p random(1, 100)\nSELECT taken, capacity FROM bench.pool WHERE id = :p;", clients);
    println!("{:<44} {raw_pool:>9.0} /s", "raw: one hot pool, one function");
    println!("{:<44} {raw_pools:>9.0} /s", "raw: a hundred pools, one function");
    println!("{:<44} {raw_seat:>9.0} /s", "raw: a named seat, one function");
    println!("{:<44} {raw_read:>9.0} /s\n", "raw: read of one counter");

    let (place, seats) = (stage.places(1), stage.best(2));
    let works = [
        ("one request, paid: one hot pool", Work::Sell(in_cash(place.clone())), raw_pool),
        ("one request, paid: two best seats", Work::Sell(in_cash(seats.clone())), raw_seat),
        ("hold, order, pay: one hot pool", Work::Shop(place), raw_pool),
        ("hold, order, pay: two best seats", Work::Shop(seats), raw_seat),
    ];
    let only = std::env::var("BENCH_ONLY").unwrap_or_default();
    for (name, work, raw) in works.into_iter().filter(|(name, ..)| name.contains(&only)) {
        load(name, &rig, clients, work).await.print(Some(raw));
    }
    for (name, path) in [
        ("availability", format!("/v1/ticket/performances/{}/availability", stage.free)),
        ("seat status of 20,000 seats", format!("/v1/ticket/performances/{}/seats", stage.seated)),
    ]
    .into_iter()
    .filter(|(name, _)| name.contains(&only))
    {
        load(name, &rig, clients, Work::Look { path: path.clone(), etag: None }).await.print(Some(raw_read));
        let etag = rig.server().ask("GET", &path, &[], None).await.unwrap().etag;
        if etag.is_some() {
            let name = format!("{name}, unchanged (304)");
            load(&name, &rig, clients, Work::Look { path, etag }).await.print(Some(raw_read));
        }
    }
    println!("\npeak memory of the server: {} MiB", rig.peak_memory());
}
