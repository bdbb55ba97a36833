//! What ran out is nobody's: not in the way of a change, nor of money that comes late.

use api::venue::lapsing;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    journal,
    sale::konbini,
    venue_hire::{House, id, make},
};

/// Granted and to be paid in a store, for the morning of the eighteenth in a half of the hall.
async fn unpaid(house: &House) -> (Value, Value) {
    let application = house.applied(&[house.wish(1, "2026-12-18", &["AM"])]).await;
    assert_eq!(application["state"], "awaiting_payment", "nobody needs to decide");
    let pay = format!("/v1/bills/{}/payments", application["bill"].as_str().unwrap());
    let payment = house.app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
    (application, payment)
}

async fn payment_state(house: &House, payment: &Value) -> Value {
    house.app.server().get(&format!("/v1/payments/{}", id(payment))).await.ok()["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hire_is_changed_onto_what_somebody_did_not_pay_in_time() {
    let house = House::open("automatic").await;
    unpaid(&house).await;
    let moved = house.applied(&[house.wish(1, "2026-12-25", &["AM"])]).await;
    house.pay(&moved["bill"]).await.created();
    let path = format!("/v1/venue/hires/{}/change", id(&moved["hires"][0]));
    let wanted = house.wish(0, "2026-12-18", &["AM"]);
    house.app.server().post(&path, &wanted).await.refused(409, "venue.room.taken");
    house.app.clock.advance(Duration::days(15));
    let preview = house.app.server().post(&format!("{path}/preview"), &wanted).await.ok();
    assert_eq!(preview["due_amount"], 3_000, "the whole hall instead of a half");
    house.app.server().post(&path, &wanted).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_has_the_room_when_who_held_it_meanwhile_let_that_run_out() {
    let house = House::open("automatic").await;
    let (application, payment) = unpaid(&house).await;
    house.app.clock.advance(Duration::days(15));
    assert_eq!(house.seen(&application).await["state"], "lapsed");
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-18", &["AM"])]).await).await.created();
    house.app.clock.advance(Duration::minutes(11));
    konbini(&house.app, &payment).await;
    assert_eq!(house.seen(&application).await["state"], "confirmed");
    assert_eq!(payment_state(&house, &payment).await, "captured");
    let again = house.quoted(&[house.wish(0, "2026-12-18", &["AM"])]).await;
    house.try_hold(&again).await.refused(409, "venue.room.taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_for_a_room_that_somebody_else_has_goes_back() {
    let house = House::open("automatic").await;
    let (application, payment) = unpaid(&house).await;
    house.app.clock.advance(Duration::days(15));
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-18", &["AM"])]).await).await.created();
    konbini(&house.app, &payment).await;
    assert_eq!(house.seen(&application).await["state"], "lapsed");
    assert_eq!(payment_state(&house, &payment).await, "refunded");
}

/// The application's bill, paid by a transfer of a day.
async fn transferred(house: &House, application: &Value, day: &str) -> (Value, Value) {
    let bill = house.app.server().get(&format!("/v1/bills/{}", application["bill"].as_str().unwrap())).await.ok();
    let line = json!({ "line": 1, "value_date": day, "amount": bill["total"], "reference": bill["reference"] });
    let told = house.app.server().post("/v1/transfers", &json!({ "transfers": [line] })).await.ok();
    (bill, told["transfers"][0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_comes_late_has_the_room_when_nobody_else_does() {
    let house = House::open("automatic").await;
    let (application, _) = unpaid(&house).await;
    house.app.clock.advance(Duration::days(15));
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-18", &["AM"])]).await).await.created();
    house.app.clock.advance(Duration::minutes(11));
    let (bill, waiting) = transferred(&house, &application, "2026-12-06").await;
    assert_eq!(waiting["reason"], "bill_overdue", "somebody decides about it");
    let match_ = format!("/v1/transfers/{}/match", id(&waiting));
    house.app.server().post(&match_, &json!({ "bill": bill["id"] })).await.ok();
    assert_eq!(house.seen(&application).await["state"], "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_the_last_day_has_the_room_again_when_the_statement_is_read_in_after_it() {
    for swept in [false, true] {
        let house = House::open("automatic").await;
        let (application, _) = unpaid(&house).await;
        house.app.clock.advance(Duration::days(15));
        if swept {
            assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 1);
        }
        let (_, transfer) = transferred(&house, &application, "2026-12-05").await;
        assert_eq!(transfer["state"], "matched", "swept: {swept}");
        assert_eq!(house.seen(&application).await["state"], "confirmed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_the_last_day_goes_back_when_somebody_else_has_the_room() {
    let house = House::open("automatic").await;
    let (application, _) = unpaid(&house).await;
    house.app.clock.advance(Duration::days(15));
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-18", &["AM"])]).await).await.created();
    let (bill, transfer) = transferred(&house, &application, "2026-12-05").await;
    assert_eq!(transfer["state"], "matched");
    assert_eq!(house.seen(&application).await["state"], "lapsed");
    let bill = house.app.server().get(&format!("/v1/bills/{}", id(&bill))).await.ok();
    let back = &bill["refunds"][0];
    assert_eq!(
        (&back["amount"], &back["route"], &back["reason"]),
        (&bill["total"], &json!("bank_transfer"), &json!("late_payment"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_in_time_stays_theirs_whatever_was_ended_meanwhile() {
    let house = House::open("automatic").await;
    let mut wish = house.wish(1, "2026-12-18", &["AM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let application = house.applied(&[wish]).await;
    let path = format!("/v1/venue/equipment/{}/succeed", house.piano);
    let new = json!({ "effective_from": "2026-12-15", "despite": "買替え" });
    house.app.server().post(&path, &new).await.created();
    house.pay(&application["bill"]).await.created();
    assert_eq!(house.seen(&application).await["state"], "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_for_a_day_on_which_the_house_is_closed_by_now_goes_back() {
    for (from, until) in [("2026-12-18", "2026-12-19"), ("2026-12-19", "2026-12-20")] {
        let house = House::open("automatic").await;
        let (application, payment) = unpaid(&house).await;
        house.app.clock.advance(Duration::days(15));
        let closed = json!({ "facility": house.facility, "name": "臨時休館", "ordinal": 30, "days": {}, "hours": [],
                             "effective_from": from, "effective_until": until });
        make(&house.app, "calendar-layers", &closed).await;
        konbini(&house.app, &payment).await;
        let lost = from == "2026-12-18";
        let state = if lost { "lapsed" } else { "confirmed" };
        assert_eq!(house.seen(&application).await["state"], state, "closed from {from}");
        assert_eq!(payment_state(&house, &payment).await, if lost { "refunded" } else { "captured" });
        assert_eq!(house.permits(&application).await.is_empty(), lost);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_has_the_piano_that_took_the_place_of_the_one_it_was_granted() {
    let house = House::open("automatic").await;
    let mut wish = house.wish(1, "2026-12-18", &["AM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let application = house.applied(&[wish]).await;
    let pay = format!("/v1/bills/{}/payments", application["bill"].as_str().unwrap());
    let payment = house.app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
    house.app.clock.advance(Duration::days(15));
    assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 1);
    let path = format!("/v1/venue/equipment/{}/succeed", house.piano);
    let new = house.app.server().post(&path, &json!({ "effective_from": "2026-12-15" })).await.created();
    konbini(&house.app, &payment).await;
    assert_eq!(house.seen(&application).await["state"], "confirmed");
    let mut other = house.wish(2, "2026-12-18", &["AM"]);
    other["equipment"] = json!([{ "equipment": new["id"], "quantity": 1 }]);
    house.try_hold(&house.quoted(&[other]).await).await.refused(409, "venue.equipment.short");
}

async fn times(house: &House, event: &str) -> usize {
    journal::of(&house.app).await.iter().filter(|name| *name == event).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_paid_in_time_lapses_once_for_all_to_see() {
    let house = House::open("automatic").await;
    let (application, _) = unpaid(&house).await;
    let part = format!("/v1/bills/{}/counter-payments", application["bill"].as_str().unwrap());
    house.app.server().post(&part, &json!({ "method": "cash", "amount": 1_000 })).await.created();
    assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 0, "there is time");
    house.app.clock.advance(Duration::days(15));
    assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 1);
    assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 0);
    let seen = house.seen(&application).await;
    assert_eq!((&seen["state"], &seen["hires"][0]["state"]), (&json!("lapsed"), &json!("released")));
    assert_eq!(times(&house, "venue.application.lapsed").await, 1);
    let bill = house.app.server().get(&format!("/v1/bills/{}", application["bill"].as_str().unwrap())).await.ok();
    assert_eq!((&bill["state"], &bill["paid"]), (&json!("cancelled"), &json!(0)), "the part went back");
    let letters = crate::venue_letters::outbox(&house).await;
    let told: Vec<_> = letters.iter().map(|letter| letter.template.as_str()).collect();
    assert_eq!(told, ["venue.hire_approved", "venue.hire_lapsed"]);
    house.try_hold(&house.quoted(&[house.wish(1, "2026-12-18", &["AM"])]).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_for_what_has_lapsed_has_the_room_while_it_is_free_and_is_not_taken_when_it_is_not() {
    for free in [true, false] {
        let house = House::open("automatic").await;
        let (application, _) = unpaid(&house).await;
        house.app.clock.advance(Duration::days(15));
        assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 1);
        if !free {
            house.try_hold(&house.quoted(&[house.wish(1, "2026-12-18", &["AM"])]).await).await.created();
        }
        let answer = house.pay(&application["bill"]).await;
        if free {
            assert_eq!(answer.created()["state"], "captured");
        } else {
            answer.refused(409, "billing.bill.undeliverable");
        }
        let state = if free { "confirmed" } else { "lapsed" };
        assert_eq!(house.seen(&application).await["state"], state);
        let bill = house.app.server().get(&format!("/v1/bills/{}", application["bill"].as_str().unwrap())).await.ok();
        let state = if free { "paid" } else { "cancelled" };
        assert_eq!((&bill["state"], &bill["refunds"]), (&json!(state), &json!([])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_for_what_has_lapsed_has_the_room_while_it_is_free_and_goes_back_when_it_is_not() {
    for free in [true, false] {
        let house = House::open("automatic").await;
        let (application, payment) = unpaid(&house).await;
        house.app.clock.advance(Duration::days(15));
        assert_eq!(lapsing::round(&house.app.desk).await.unwrap(), 1);
        if !free {
            house.try_hold(&house.quoted(&[house.wish(1, "2026-12-18", &["AM"])]).await).await.created();
        }
        konbini(&house.app, &payment).await;
        let seen = house.seen(&application).await;
        let expected = if free { ("confirmed", "open", "captured") } else { ("lapsed", "released", "refunded") };
        let (state, hire) = (seen["state"].as_str().unwrap(), seen["hires"][0]["state"].as_str().unwrap());
        assert_eq!((state, hire, payment_state(&house, &payment).await.as_str().unwrap()), expected);
        assert_eq!(times(&house, "venue.application.lapsed").await, 1, "and it lapses once");
    }
}
