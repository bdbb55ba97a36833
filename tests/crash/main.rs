//! A power cut under load: what was acknowledged is there exactly once, nothing is sold twice, the books agree.
//!
//! Three cycles by default; `make crash` runs twenty (`CRASH_CYCLES`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use serde_json::json;
use tests::{
    rig::Rig,
    stage::{Stage, in_cash},
    wire::Wire,
};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

async fn count(rig: &Rig, sql: &str) -> i64 {
    use diesel_async::RunQueryDsl;
    let mut conn = rig.connect().await;
    let rows: Vec<Count> = sql_query(sql).load(&mut conn).await.unwrap();
    rows[0].n
}

/// What buyers were told: by key, the order they got.
type Told = Arc<Mutex<HashMap<String, String>>>;

/// One buyer after the other, each repeating a request with the same key until it is answered.
async fn buyers(
    name: String,
    address: String,
    credential: String,
    stage: Stage,
    told: Told,
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
) {
    let mut wire = Wire::new(&address, &credential);
    let mut number = 0u64;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let key = format!("{name}-{number}");
        let wish = in_cash(if number.is_multiple_of(3) { stage.best(2) } else { stage.places(1) });
        asked.fetch_add(1, Ordering::Relaxed);
        loop {
            match wire.post("/v1/ticket/sales", &key, &wish).await {
                Ok(heard) if heard.status == 201 => {
                    let order = heard.json()["order"]["id"].as_str().unwrap().to_owned();
                    told.lock().unwrap().insert(key.clone(), order);
                    break;
                }
                // sold out, or no two seats together any more: an answer too
                Ok(heard) if heard.status == 409 && heard.json()["code"] != "idempotency_in_progress" => break,
                Ok(heard) if heard.status < 500 && heard.status != 409 => panic!("{}: {}", heard.status, heard.json()),
                _ if stop.load(Ordering::Relaxed) => break,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_power_cuts_under_load_every_acknowledged_order_is_there_exactly_once() {
    let cycles: u32 = std::env::var("CRASH_CYCLES").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let mut rig = Rig::new("crash").await;
    let stage = Stage::set(&mut rig.server(), 28, 40, 1_000_000).await;
    let (told, stop, asked) = (Told::default(), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut buyers_at_work = Vec::new();
    for n in 0..8 {
        let (address, credential) = (rig.address().to_owned(), rig.twins.first.secret_key.clone());
        buyers_at_work.push(tokio::spawn(buyers(
            format!("buyer{n}"),
            address,
            credential,
            stage.clone(),
            told.clone(),
            stop.clone(),
            asked.clone(),
        )));
    }
    for cycle in 0..cycles {
        let before = told.lock().unwrap().len();
        // load first, then the cut: wait for sales, not for time
        while told.lock().unwrap().len() < before + 20 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if cycle % 3 == 2 { rig.kill_postgres().await } else { rig.kill_and_restart().await }
    }
    stop.store(true, Ordering::Relaxed);
    for buyer in buyers_at_work {
        buyer.await.unwrap();
    }
    let told = told.lock().unwrap().clone();
    check(&rig, &told).await;
    println!("{cycles} power cuts, {} requests, {} acknowledged orders", asked.load(Ordering::Relaxed), told.len());
}

async fn check(rig: &Rig, told: &HashMap<String, String>) {
    let mut wire = rig.server();
    for (key, order) in told {
        let path = format!("/v1/ticket/orders/{order}");
        let heard = wire.ask("GET", &path, &[], None).await.unwrap();
        assert_eq!((heard.status, heard.json()["state"].as_str()), (200, Some("paid")), "{key}: {order}");
    }
    let distinct: std::collections::HashSet<&String> = told.values().collect();
    assert_eq!(distinct.len(), told.len(), "two keys, one order");
    let orders = count(rig, "SELECT count(*) AS n FROM ticket.orders WHERE state = 'paid'").await;
    let keys =
        count(rig, "SELECT count(*) AS n FROM tenancy.idempotency_keys WHERE scope LIKE 'ticket_order_sell|%'").await;
    assert_eq!(orders, keys, "each order belongs to exactly one key");
    assert!(orders >= i64::try_from(told.len()).unwrap());
    let twice = "SELECT count(*) AS n FROM (SELECT 1 FROM ticket.tickets WHERE voided_at IS NULL AND seat_id IS NOT NULL \
                 GROUP BY tenant_id, performance_id, seat_id HAVING count(*) > 1) AS twice";
    assert_eq!(count(rig, twice).await, 0, "a seat is sold twice");
    let oversold = "SELECT count(*) AS n FROM ticket.pools AS p WHERE p.taken > p.capacity OR (p.seat_class_id IS NOT NULL AND p.taken <> \
                    (SELECT count(*) FROM ticket.tickets AS t WHERE t.tenant_id = p.tenant_id AND t.performance_id = p.performance_id AND t.voided_at IS NULL))";
    assert_eq!(count(rig, oversold).await, 0, "a pool's counter is not its tickets");
    let books = "SELECT (SELECT coalesce(sum(total), 0) FROM ticket.orders WHERE state = 'paid')::bigint \
                 - (SELECT coalesce(sum(amount), 0) FROM billing.payments WHERE state = 'captured')::bigint AS n";
    assert_eq!(count(rig, books).await, 0, "orders and payments differ");
    journal_verifies(rig).await;
}

/// The journal, sealed to its end, is held against the public key.
async fn journal_verifies(rig: &Rig) {
    let begun = std::time::Instant::now();
    while count(rig, "SELECT count(*) AS n FROM audit.outbox").await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the journal is not sealed:\n{}", rig.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let sold = count(
        rig,
        "SELECT count(*) AS n FROM audit.log WHERE event = 'ticket.order.sold' OR event = 'ticket.order.paid'",
    )
    .await;
    let orders = count(rig, "SELECT count(*) AS n FROM ticket.orders WHERE state = 'paid'").await;
    assert!(sold >= orders, "{orders} orders and {sold} entries");
    let mut wire = rig.server();
    let heard = wire.ask("GET", "/v1/time", &[], Some(&json!({}))).await.unwrap();
    assert!(heard.status < 500);
}
