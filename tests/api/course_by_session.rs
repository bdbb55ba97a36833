//! A fee for each session: charged for what lies ahead when the place is given, and given back for what was charged, whatever the class
//! comes to meanwhile.

use serde_json::{Value, json};
use time::macros::datetime;

use crate::{
    course_applications::Centre,
    course_attendance::{enrolled, mark},
    course_changes::{execute, plan, refunded},
    course_money::{bill, withdraw, withdrawal},
    course_shares::sessions,
    sale::konbini,
    venue_hire::id,
};

/// A class of ten sessions for 1,000 yen each.
async fn by_session(class: Value) -> (Centre, Vec<String>) {
    let centre = Centre::new(class, &[json!({ "amount": 1_000, "billing": "session" })]).await;
    let sessions = sessions(&centre, 10).await;
    (centre, sessions)
}

/// Somebody who has applied for so many yen, and paid.
async fn paid(centre: &Centre, name: &str, total: i64) -> Value {
    let made = centre.one(&[name]).await;
    assert_eq!((&made["total"], &made["lines"][0]["sessions"]), (&json!(total), &json!(total / 1_000)));
    centre.pay(&made).await.created();
    made
}

async fn done(centre: &Centre, kind: &str, body: &Value) -> Value {
    let told = plan(centre, kind, body).await.created();
    execute(centre, &told).await.ok();
    told
}

fn cancelled(session: &str, refund: bool) -> Value {
    json!({ "session": session, "reason": "台風", "refund": refund })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_applied_when_a_session_was_cancelled_has_not_paid_for_it_and_gets_nothing_back_for_it() {
    let (centre, sessions) = by_session(json!({})).await;
    let early = paid(&centre, "一", 10_000).await;
    done(&centre, "cancellations", &cancelled(&sessions[4], false)).await;
    let late = paid(&centre, "二", 9_000).await;
    let told = done(&centre, "refunds", &json!({ "session": sessions[4] })).await;
    assert_eq!((&told["refund"], &told["refunds"]), (&json!(1_000), &json!(1)));
    assert_eq!((refunded(&centre, &early).await, refunded(&centre, &late).await), (1_000, 0));
    done(&centre, "cancellations", &cancelled(&sessions[5], true)).await;
    assert_eq!((refunded(&centre, &early).await, refunded(&centre, &late).await), (2_000, 1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_added_later_makes_no_other_cheaper_and_is_paid_back_to_nobody_who_did_not_pay_for_it() {
    let (centre, sessions) = by_session(json!({})).await;
    let early = paid(&centre, "一", 10_000).await;
    let more =
        json!({ "starts_at": "2027-06-01T10:00:00+09:00", "ends_at": "2027-06-01T11:00:00+09:00", "place": "別館" });
    let body = json!({ "class": centre.class, "sessions": [more] });
    let more = centre.app.server().post("/v1/course/sessions", &body).await.created();
    let late = paid(&centre, "二", 11_000).await;
    done(&centre, "cancellations", &cancelled(&sessions[0], true)).await;
    assert_eq!((refunded(&centre, &early).await, refunded(&centre, &late).await), (1_000, 1_000));
    done(&centre, "cancellations", &cancelled(&id(&more["sessions"][0]), true)).await;
    assert_eq!((refunded(&centre, &early).await, refunded(&centre, &late).await), (1_000, 2_000));
    let quote = withdrawal(&centre, &early, Value::Null).await.created();
    assert_eq!((&quote["paid"], &quote["lines"][0]["ahead"]), (&json!(9_000), &json!(9_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_promoted_when_the_class_has_begun_is_charged_for_what_is_left() {
    let (centre, sessions) = by_session(json!({ "capacity": 1, "promote_until": 4 })).await;
    paid(&centre, "一", 10_000).await;
    let waits = centre.one(&["二"]).await;
    assert_eq!((&waits["state"], &waits["total"]), (&json!("waitlisted"), &json!(10_000)));
    centre.app.clock.set(datetime!(2027-05-02 12:00 +9));
    centre.resize(2).await;
    let offered = centre.read(&waits).await;
    assert_eq!((&offered["state"], &offered["total"]), (&json!("offered"), &json!(8_000)), "it says what is left");
    let seen = centre.act(&waits, "accept", &json!({})).await.ok();
    assert_eq!((&seen["total"], &seen["lines"][0]["sessions"]), (&json!(8_000), &json!(8)), "{seen}");
    assert_eq!(bill(&centre, &waits).await["total"], 8_000);
    centre.pay(&waits).await.created();
    done(&centre, "cancellations", &cancelled(&sessions[9], true)).await;
    assert_eq!(refunded(&centre, &waits).await, 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_does_not_hold_once_a_session_has_begun_that_took_the_place_of_another() {
    let rules = json!({ "refunds": [{ "days_before": 7, "percent": 100 }] });
    let centre = Centre::new(json!({ "rules": rules }), &[json!({ "amount": 10_000 })]).await;
    let meets = |day: &str| json!({ "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "place": "別館" });
    let days = ["2027-04-10", "2027-04-20", "2027-04-30"].map(meets);
    let body = json!({ "class": centre.class, "sessions": days });
    let sessions = centre.app.server().post("/v1/course/sessions", &body).await.created();
    let made = centre.one(&["一"]).await;
    centre.pay(&made).await.created();
    centre.app.clock.set(datetime!(2027-04-09 12:00 +9));
    let first = id(&sessions["sessions"][0]);
    done(&centre, "cancellations", &cancelled(&first, false)).await;
    let early = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!((&early["refund"], &early["valid_until"]), (&json!(10_000), &json!("2027-04-14T00:00:00+09:00")));
    let mut makes_up = meets("2027-04-12");
    makes_up["session"] = json!(first);
    done(&centre, "make-ups", &makes_up).await;
    centre.app.clock.set(datetime!(2027-04-13 12:00 +9));
    withdraw(&centre, &early).await.refused(409, "course.withdrawal.quote_changed");
    let quote = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!(quote["refund"], 6_666);
    withdraw(&centre, &quote).await.ok();
    assert_eq!(refunded(&centre, &made).await, 6_666);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_for_a_session_takes_part_in_it_whenever_the_money_comes() {
    for (payment_days, before) in [(7, "payment_due"), (1, "expired")] {
        let fee = json!({ "amount": 700, "billing": "session" });
        let open = json!({ "closes_at": "2027-05-03T09:00:00+09:00" });
        let centre = Centre::with_window(json!({ "payment_days": payment_days }), &[fee], open).await;
        let (server, sessions) = (centre.app.server(), sessions(&centre, 3).await);
        centre.app.clock.set(datetime!(2027-05-01 12:00 +9));
        let made = centre.one(&["一"]).await;
        assert_eq!((&made["total"], &made["lines"][0]["sessions"]), (&json!(1_400), &json!(2)), "{made}");
        let at = format!("/v1/bills/{}/payments", made["bill"].as_str().unwrap());
        let payment = server.post(&at, &json!({ "method": "sandbox_konbini" })).await.created();
        centre.app.clock.set(datetime!(2027-05-03 09:00 +9));
        assert_eq!(centre.read(&made).await["state"], before);
        konbini(&centre.app, &payment).await;
        assert_eq!(centre.read(&made).await["state"], "admitted");
        let roster = server.get(&format!("/v1/course/classes/{}/roster", centre.class)).await;
        assert!(roster.text.contains(",受講中,2,"), "from the second session on: {}", roster.text);
        assert_eq!(enrolled(&centre, &sessions[0]).await.len(), 0, "it had begun, and nobody paid for it");
        mark(&server, &sessions[1], Some(0), &json!({ "others": "present" })).await.ok();
        assert_eq!(enrolled(&centre, &sessions[1]).await.len(), 1);
        let quote = withdrawal(&centre, &made, Value::Null).await.created();
        assert_eq!((&quote["paid"], &quote["lines"][0]["ahead"]), (&json!(1_400), &json!(700)), "{quote}");
    }
}
