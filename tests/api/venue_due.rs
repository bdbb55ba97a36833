//! Until when a hire is paid: as the ordinance says, and as long as the house gives more time.

use api::venue::lapsing;
use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use kernel::ids::BillId;
use serde_json::{Value, json};
use tests::Answer;
use time::{Duration, macros::datetime};

use crate::{
    journal,
    patrons::{sign_in, sign_up},
    sale::konbini,
    venue_hire::{House, id, table},
    venue_letters::outbox,
};

/// With a rule of payment in its table.
async fn house_that_says(payment: Value) -> House {
    let house = House::open("staff").await;
    let mut document = table();
    document["payment"] = payment;
    document["payment"]["legal_reference"] = json!("会館条例施行規則第5条");
    house.by(&document).await;
    house
}

/// Granted, for the whole hall in the morning of a day.
async fn granted(house: &House, day: &str) -> Value {
    let application = house.applied(&[house.wish(0, day, &["AM"])]).await;
    house.act(&application, "approve", &json!({})).await.ok()
}

async fn extended(house: &House, application: &Value, due: &str) -> Answer {
    house.act(application, "extend", &json!({ "due_at": due, "reason": "振込手続き中" })).await
}

async fn bill(house: &House, application: &Value) -> Value {
    house.app.server().get(&format!("/v1/bills/{}", application["bill"].as_str().unwrap())).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hire_is_paid_to_the_end_of_the_day_that_the_ordinance_says() {
    let utsunomiya = house_that_says(json!({ "days_before": 3 })).await;
    let application = granted(&utsunomiya, "2026-12-11").await;
    assert_eq!(application["due_at"], "2026-12-09T00:00:00+09:00");
    assert_eq!(bill(&utsunomiya, &application).await["due_at"], application["due_at"]);
    let letter = outbox(&utsunomiya).await.into_iter().find(|one| one.template == "venue.hire_approved").unwrap();
    assert!(letter.body.contains("支払期限: 2026年12月8日（火）24:00"), "{}", letter.body);
    let tomorrow = granted(&utsunomiya, "2026-11-22").await;
    assert_eq!(tomorrow["due_at"], "2026-11-22T09:00:00+09:00", "that day is over: until the use begins");
    let said = utsunomiya.applied(&[utsunomiya.wish(0, "2026-12-12", &["AM"])]).await;
    let said = utsunomiya.act(&said, "approve", &json!({ "due_at": "2026-12-01T12:00:00+09:00" })).await.ok();
    assert_eq!(said["due_at"], "2026-12-01T12:00:00+09:00", "what staff say comes before the rule");

    utsunomiya.app.clock.set(datetime!(2026-12-08 23:59 +9));
    assert_eq!(lapsing::round(&utsunomiya.app.desk).await.unwrap(), 2, "tomorrow's of then, and what staff said");
    utsunomiya.app.clock.set(datetime!(2026-12-09 00:00 +9));
    assert_eq!(utsunomiya.seen(&application).await["state"], "lapsed");
    assert_eq!(lapsing::round(&utsunomiya.app.desk).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_days_after_and_days_before_the_earlier_counts_and_a_closed_day_waits_for_the_next_open_one() {
    let house = house_that_says(json!({ "days_after": 10, "days_before": 3, "next_open": true })).await;
    for (use_on, due) in [
        ("2026-12-18", "2026-12-02T00:00:00+09:00"), // ten days after the twenty-first
        ("2026-12-03", "2026-12-02T00:00:00+09:00"), // three days before is a Monday, which is closed
        ("2026-11-27", "2026-11-26T00:00:00+09:00"), // so is the Tuesday after a Monday that is a holiday
    ] {
        assert_eq!(granted(&house, use_on).await["due_at"], due, "{use_on}");
    }
    let only_after = house_that_says(json!({ "days_after": 30 })).await;
    assert_eq!(granted(&only_after, "2026-12-11").await["due_at"], "2026-12-11T09:00:00+09:00");
    let none = House::open("staff").await;
    assert_eq!(granted(&none, "2026-12-11").await["due_at"], "2026-12-05T10:00:00+09:00", "fourteen days");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_difference_of_a_change_is_paid_by_the_same_rule() {
    let house = house_that_says(json!({ "days_after": 10 })).await;
    let application = house.confirmed(&[house.wish(0, "2026-12-18", &["AM"])]).await;
    let mut wish = house.wish(0, "2026-12-18", &["AM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let change = house.app.server().post(&path, &wish).await.ok();
    assert_eq!((&change["due_amount"], &change["due_at"]), (&json!(5_000), &json!("2026-12-02T00:00:00+09:00")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_payment_without_a_day_is_not_published() {
    let house = House::open("staff").await;
    let mut document = table();
    document["payment"] = json!({ "legal_reference": "規則第5条", "next_open": true });
    let ask = json!({ "facility": house.facility, "document": document });
    let draft = house.app.server().post("/v1/venue/tariffs", &ask).await.created();
    let findings = draft["findings"].as_array().unwrap();
    let told = findings.iter().find(|one| one["pointer"] == "/payment").expect("it is told");
    assert_eq!((&told["code"], &told["severity"]), (&json!("no_deadline"), &json!("error")));
    let path = format!("/v1/venue/tariffs/{}/publish", id(&draft));
    house.app.server().post(&path, &json!({})).await.refused(409, "venue.tariff.faulty");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_gives_more_time_to_pay_as_often_as_it_likes_and_says_so_each_time() {
    let house = House::open("staff").await;
    let application = granted(&house, "2026-12-18").await;
    for due in ["2026-12-08T00:00:00+09:00", "2026-12-10T00:00:00+09:00"] {
        let seen = extended(&house, &application, due).await.ok();
        let told = (&seen["state"], &seen["due_at"], &seen["due_reason"]);
        assert_eq!(told, (&json!("awaiting_payment"), &json!(due), &json!("振込手続き中")));
        assert_eq!(bill(&house, &application).await["due_at"], due);
        let letter = outbox(&house).await.pop().unwrap();
        assert_eq!(letter.template, "venue.hire_extended");
        assert!(letter.body.contains("24:00") && letter.body.contains("理由: 振込手続き中"), "{}", letter.body);
    }
    let recorded = journal::told(&house.app, "venue.application.extended").await;
    let moments = |one: &Value| [&one["due_before"], &one["due_at"]].map(|at| at.as_str().unwrap().to_owned());
    let expected = [
        ["2026-12-05T10:00:00+09:00", "2026-12-08T00:00:00+09:00"],
        ["2026-12-08T00:00:00+09:00", "2026-12-10T00:00:00+09:00"],
    ];
    assert_eq!(recorded.iter().map(moments).collect::<Vec<_>>(), expected);
    assert_eq!(journal::told(&house.app, "billing.bill.extended").await.len(), 2);

    house.app.clock.set(datetime!(2026-12-09 23:59 +9));
    assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 0, "the first deadlines are over, the last is not");
    house.try_hold(&house.quoted(&[house.wish(1, "2026-12-18", &["AM"])]).await).await.refused(409, "venue.room.taken");
    house.pay(&application["bill"]).await.created();
    assert_eq!(house.seen(&application).await["state"], "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_for_a_store_keeps_its_time_when_there_is_more_to_pay_and_another_is_given_for_the_asking() {
    for old in [true, false] {
        let house = House::open("staff").await;
        let application = granted(&house, "2026-12-18").await;
        house.app.clock.set(datetime!(2026-12-04 10:00 +9));
        let pay = format!("/v1/bills/{}/payments", application["bill"].as_str().unwrap());
        let asked = async || house.app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
        let first = asked().await;
        assert_eq!(first["due_at"], "2026-12-05T10:00:00+09:00");
        let number = &bill(&house, &application).await["store_number"];
        assert_eq!((&number["payment"], &number["renewable"]), (&first["id"], &json!(false)));

        extended(&house, &application, "2026-12-10T00:00:00+09:00").await.ok();
        let letter = outbox(&house).await.pop().unwrap();
        assert!(letter.body.contains("払込番号は、2026年12月5日（土）10:00まで有効です"), "{}", letter.body);
        house.app.clock.set(datetime!(2026-12-06 10:00 +9));
        let number = &bill(&house, &application).await["store_number"];
        let told = (&number["payment"], &number["until"], &number["renewable"]);
        assert_eq!(
            told,
            (&first["id"], &json!("2026-12-05T10:00:00+09:00"), &json!(true)),
            "it must be asked for again"
        );
        let second = asked().await;
        assert_eq!(second["due_at"], "2026-12-09T10:00:00+09:00");
        assert_ne!(second["next_action"]["number"], first["next_action"]["number"]);
        assert_eq!(bill(&house, &application).await["store_number"]["payment"], second["id"]);

        let (pays, pays_again) = if old { (&first, &second) } else { (&second, &first) };
        konbini(&house.app, pays).await;
        assert_eq!(house.seen(&application).await["state"], "confirmed");
        konbini(&house.app, pays_again).await;
        let paid = bill(&house, &application).await;
        assert_eq!((&paid["state"], &paid["paid"], paid.get("store_number")), (&json!("paid"), &paid["total"], None));
        for (one, state) in [(pays, "captured"), (pays_again, "refunded")] {
            let seen = house.app.server().get(&format!("/v1/payments/{}", id(one))).await.ok();
            assert_eq!(seen["state"], state);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_time_is_later_than_there_is_and_not_after_the_use_begins_and_not_for_what_is_paid_or_has_lapsed() {
    let house = House::open("staff").await;
    let requested = house.applied(&[house.wish(0, "2026-12-17", &["AM"])]).await;
    let refused = extended(&house, &requested, "2026-12-10T00:00:00+09:00").await;
    assert_eq!(refused.refused(409, "venue.application.state")["state"], "requested");
    let application = granted(&house, "2026-12-18").await;
    for due in ["2026-12-01T00:00:00+09:00", "2026-12-05T10:00:00+09:00", "2026-12-18T09:00:01+09:00"] {
        let refused = extended(&house, &application, due).await.refused(422, "venue.application.due");
        let limits = (&refused["earliest"], &refused["latest"]);
        assert_eq!(limits, (&json!("2026-12-05T10:00:00+09:00"), &json!("2026-12-18T09:00:00+09:00")), "{due}");
    }
    assert_eq!(house.seen(&application).await, application, "and nothing is changed");
    let paid = house.confirmed(&[house.wish(0, "2026-12-16", &["AM"])]).await;
    let refused = extended(&house, &paid, "2026-12-10T00:00:00+09:00").await;
    assert_eq!(refused.refused(409, "venue.application.state")["state"], "confirmed");
    house.app.clock.set(datetime!(2026-12-05 10:00 +9));
    let refused = extended(&house, &application, "2026-12-10T00:00:00+09:00").await;
    assert_eq!(refused.refused(409, "venue.application.state")["state"], "lapsed", "before anybody tidied up");
    assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 1);
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Until so many wait for a lock in this database.
pub async fn waiting(watcher: &mut AsyncPgConnection, wanted: i64) {
    let query =
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let found: Waiting = sql_query(query).get_result(watcher).await.unwrap();
        if found.n == wanted {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Of an extension that came in just before the deadline and a lapse just after it, while somebody is at the bill: the one that gets to
/// the bill first. Answers with what became of the extension and of how many lapsed.
async fn race(house: &House, application: &Value, extension_first: bool) -> (Answer, usize) {
    let mut holder = AsyncPgConnection::establish(&house.app.test.admin_url()).await.unwrap();
    let mut watcher = AsyncPgConnection::establish(&house.app.test.admin_url()).await.unwrap();
    let bill = application["bill"].as_str().unwrap().parse::<BillId>().unwrap().uuid();
    let hold = format!("BEGIN; SELECT FROM billing.bills WHERE id = '{bill}' FOR UPDATE");
    holder.batch_execute(&hold).await.unwrap();
    let (before, after) = (datetime!(2026-12-05 09:59:59 +9), datetime!(2026-12-05 10:00 +9));
    let comes = || {
        house.app.clock.set(before);
        let body = json!({ "due_at": "2026-12-10T00:00:00+09:00", "reason": "振込手続き中" });
        let (path, server) = (format!("/v1/venue/applications/{}/extend", id(application)), house.app.server());
        tokio::spawn(async move { server.post(&path, &body).await })
    };
    let tidies = || {
        house.app.clock.set(after);
        let desk = house.app.desk.clone();
        tokio::spawn(async move { lapsing::round(&desk).await.unwrap() })
    };
    let (extension, lapse) = if extension_first {
        let extension = comes();
        waiting(&mut watcher, 1).await;
        (extension, tidies())
    } else {
        let lapse = tidies();
        waiting(&mut watcher, 1).await;
        (comes(), lapse)
    };
    waiting(&mut watcher, 2).await;
    holder.batch_execute("COMMIT").await.unwrap();
    (extension.await.unwrap(), lapse.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_extension_and_a_lapse_at_the_same_moment_the_one_that_has_the_lock_first_counts() {
    let house = House::open("staff").await;
    let application = granted(&house, "2026-12-18").await;
    let (extension, lapsed) = race(&house, &application, true).await;
    assert_eq!((extension.status.as_u16(), lapsed), (200, 0), "{}", extension.text);
    assert_eq!(house.seen(&application).await["state"], "awaiting_payment");
    let stands = bill(&house, &application).await;
    assert_eq!((&stands["state"], &stands["due_at"]), (&json!("open"), &json!("2026-12-10T00:00:00+09:00")));

    let house = House::open("staff").await;
    let application = granted(&house, "2026-12-18").await;
    let (extension, lapsed) = race(&house, &application, false).await;
    assert_eq!((extension.refused(409, "venue.application.state")["state"].as_str(), lapsed), (Some("lapsed"), 1));
    assert_eq!(bill(&house, &application).await["state"], "cancelled");
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-18", &["AM"])]).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_at_the_counter_let_what_has_begun_and_is_not_over_and_nobody_else_does() {
    let house = House::open("automatic").await;
    let clerk = async || house.app.with(&tests::staff::session(&house.app, "venue", "front").await);
    let ask = |room: usize, slot: &str| json!({ "facility": house.facility, "patron": house.patron, "uses": [house.wish(room, "2026-11-21", &[slot])] });
    house.app.server().post("/v1/venue/quotes", &ask(1, "AM")).await.refused(422, "venue.time.past");
    let public = json!({ "facility": house.facility, "uses": [house.wish(1, "2026-11-21", &["AM"])] });
    house.app.page().post("/v1/venue/quotes", &public).await.refused(422, "venue.time.past");

    let front = clerk().await;
    let quote = front.post("/v1/venue/quotes", &ask(1, "AM")).await.created();
    house.try_hold(&quote).await.refused(422, "venue.time.past");
    let nobodys = front.post("/v1/venue/quotes", &public).await.created();
    sign_up(&house.app, &house.app.page(), house.app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(&house.app, &house.app.page()).await;
    let held = patron.post("/v1/venue/holds", &json!({ "quote": nobodys["id"] })).await;
    held.refused(422, "venue.time.past");
    let hold = front.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let walks_in = json!({ "hold": hold["id"], "title": "練習" });
    let application = front.post("/v1/venue/applications", &walks_in).await.created();
    let told = (&application["state"], &application["due_at"]);
    assert_eq!(told, (&json!("awaiting_payment"), &json!("2026-11-21T12:00:00+09:00")), "before it ends");
    house.pay(&application["bill"]).await.created();
    assert_eq!(house.seen(&application).await["state"], "confirmed");
    assert_eq!(house.permits(&application).await.len(), 1);

    house.app.clock.set(datetime!(2026-11-21 11:50 +9));
    let front = clerk().await;
    let late = front.post("/v1/venue/quotes", &ask(2, "AM")).await.created();
    house.app.clock.set(datetime!(2026-11-21 12:00 +9));
    front.post("/v1/venue/holds", &json!({ "quote": late["id"] })).await.refused(422, "venue.time.past");
    let over = front.post("/v1/venue/quotes", &ask(2, "AM")).await.refused(422, "venue.time.past");
    assert_eq!(over["earliest"], "2026-11-21T13:00:00+09:00");

    house.app.clock.set(datetime!(2026-11-21 12:50 +9));
    let ahead = house.quoted(&[house.wish(1, "2026-12-11", &["PM"]), house.wish(2, "2026-11-21", &["PM"])]).await;
    house.app.clock.advance(Duration::minutes(11));
    assert_eq!(house.try_hold(&ahead).await.refused(422, "venue.time.past")["use"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_walks_in_and_finds_the_room_taken_hears_which_other_is_free() {
    let house = House::open("automatic").await;
    let front = house.app.with(&tests::staff::session(&house.app, "venue", "front").await);
    let quoted = async |room: &Value| {
        let uses = json!([{ "room": room, "date": "2026-11-21", "slots": ["AM"] }]);
        let ask = json!({ "facility": house.facility, "patron": house.patron, "uses": uses });
        front.post("/v1/venue/quotes", &ask).await.created()
    };
    let held = async |quote: &Value| front.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await;
    let (first, second) = (quoted(&json!(house.rooms[1])).await, quoted(&json!(house.rooms[1])).await);
    held(&first).await.created();
    let taken = held(&second).await.refused(409, "venue.room.taken");
    let way = &taken["alternatives"][0];
    assert_eq!((&way["room"], &way["slots"]), (&json!(house.rooms[2]), &json!(["AM"])), "{taken}");
    assert_eq!(way["date"], "2026-11-21");
    held(&quoted(&way["room"]).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_walks_in_and_does_not_pay_before_the_use_ends_has_lapsed() {
    let house = House::open("automatic").await;
    let front = house.app.with(&tests::staff::session(&house.app, "venue", "front").await);
    let ask =
        json!({ "facility": house.facility, "patron": house.patron, "uses": [house.wish(1, "2026-11-21", &["AM"])] });
    let quote = front.post("/v1/venue/quotes", &ask).await.created();
    let hold = front.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let walks_in = json!({ "hold": hold["id"], "title": "練習" });
    let application = front.post("/v1/venue/applications", &walks_in).await.created();
    house.app.clock.set(datetime!(2026-11-21 12:00 +9));
    assert_eq!(house.seen(&application).await["state"], "lapsed");
    house.pay(&application["bill"]).await.refused(409, "billing.bill.undeliverable");
}
