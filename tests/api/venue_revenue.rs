//! What hires brought, held against the money ledger.

use serde_json::{Value, json};
use time::Duration;

use crate::venue_hire::House;

fn yen(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is an amount"))
}

/// What the ledger of these days says of each kind of movement.
async fn booked(house: &House, days: &[&str], kind: &str) -> i64 {
    let mut sum = 0;
    for day in days {
        let day = house.app.server().get(&format!("/v1/ledger/days/{day}")).await.ok();
        sum += day["lines"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["kind"] == kind)
            .map(|line| yen(&line["amount"]))
            .sum::<i64>();
    }
    sum
}

#[tokio::test(flavor = "multi_thread")]
async fn revenue_by_room_month_and_rate_adds_up_to_the_ledger_to_the_yen() {
    let house = House::open("staff").await;
    let server = house.app.server();
    // two rooms on one bill, paid; another that is cancelled at a cost; one that is billed and given up unpaid; one still open
    house.confirmed(&[house.wish(1, "2026-12-11", &["PM"]), house.wish(2, "2026-12-11", &["NT"])]).await;
    let cancelled = house.confirmed(&[house.wish(0, "2026-12-10", &["AM"])]).await;
    house.act(&cancelled, "cancel", &json!({})).await.ok();
    let unpaid = house.applied(&[house.wish(0, "2026-12-22", &["AM"])]).await;
    house.act(&unpaid, "approve", &json!({})).await.ok();
    house.act(&unpaid, "cancel", &json!({})).await.ok();
    let open = house.applied(&[house.wish(0, "2026-12-24", &["AM"])]).await;
    let bill = house.act(&open, "approve", &json!({})).await.ok()["bill"].clone();
    let first = house.app.clock.now().to_offset(kernel::JST).date();
    house.app.clock.advance(Duration::days(12));
    house.pay(&bill).await.created();
    let second = house.app.clock.now().to_offset(kernel::JST).date();
    assert_ne!(first.month(), second.month());

    let path =
        |from: &str, days: u16| format!("/v1/venue/facilities/{}/revenue?from={from}&days={days}", house.facility);
    let (first, second) = (first.to_string(), second.to_string());
    let found = server.get(&path("2026-11-01", 61)).await.ok();
    let days = [first.as_str(), second.as_str()];
    let billed = booked(&house, &days, "sale").await - booked(&house, &days, "cancellation").await;
    assert_eq!(yen(&found["billed_amount"]), billed);
    assert_eq!(yen(&found["paid_amount"]), booked(&house, &days, "payment").await);
    assert_eq!(yen(&found["refunded_amount"]), booked(&house, &days, "refund").await);
    assert!(yen(&found["refunded_amount"]) > 0, "{found}");

    let told: Vec<_> = found["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let amounts = ["billed_amount", "paid_amount", "refunded_amount"].map(|name| yen(&line[name]));
            assert_eq!(line["tax_rate"], "standard");
            (line["month"].as_str().unwrap(), line["room_name"].as_str().unwrap(), amounts)
        })
        .collect();
    let refunded = yen(&found["refunded_amount"]);
    assert_eq!(
        told,
        [
            ("2026-11", "A", [5_000, 5_000, 0]),
            ("2026-11", "B", [6_000, 6_000, 0]),
            ("2026-11", "HALL", [12_000, 6_000, refunded]),
            ("2026-12", "HALL", [0, 6_000, 0]),
        ]
    );
    let december = server.get(&path("2026-12-01", 31)).await.ok();
    assert_eq!((yen(&december["billed_amount"]), yen(&december["paid_amount"])), (0, 6_000));

    let csv = server.get(&path("2026-11-01", 61).replace("/revenue?", "/revenue/export?")).await;
    assert!(
        csv.text.starts_with("\u{feff}月,室場,税区分,請求額,入金額,返金額\r\n2026-11,A,標準税率10%,5000,5000,0\r\n"),
        "{}",
        csv.text
    );
    house.app.neighbour().get(&path("2026-11-01", 61)).await.refused(404, "absent");
}
