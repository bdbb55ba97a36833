//! 入会金: charged once to each person, whichever bill is opened first and whatever becomes of it.

use api::course::lapsing;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    course_applications::Centre,
    course_changes::refunded,
    course_histories::{FIRST, meet},
    course_money::{bill, withdraw, withdrawal},
    course_standing::{Next, enter, person},
    sale::konbini,
    venue_hire::id,
};

/// 3,000 yen, and 5,000 of whoever joins.
fn fees() -> [Value; 2] {
    [json!({ "amount": 3_000 }), json!({ "kind": "joining", "label": "入会金", "amount": 5_000 })]
}

async fn applies(centre: &Centre, class: &str, who: &Value) -> Value {
    enter(centre, class, who).await.created()["applications"][0].clone()
}

/// What somebody is charged, once the bill was found to ask for it.
async fn asked(centre: &Centre, application: &Value) -> i64 {
    let seen = centre.read(application).await;
    assert_eq!(bill(centre, application).await["total"], seen["total"], "{seen}");
    seen["total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_judged_again_asks_for_its_own_joining_fee_however_often() {
    let first_time = json!([{ "any_of": [{ "fact": "first_time", "is": true }] }]);
    let first = json!([{ "label": "初回", "effect": "warn", "requires": first_time }]);
    let centre = Centre::new(json!({ "rules": { "eligibility": first } }), &fees()).await;
    let who = person(&centre, "一").await;
    let made = applies(&centre, &centre.class, &who).await;
    for _ in 0..2 {
        let seen = centre.act(&made, "assess", &json!({})).await.ok();
        assert_eq!((&seen["total"], &seen["bill"]), (&json!(8_000), &made["bill"]), "nothing new is known");
    }
    centre.pay(&made).await.created();
    let seen = centre.act(&made, "assess", &json!({})).await.ok();
    assert_eq!(
        (&seen["total"], &seen["people"][0]["findings"]),
        (&json!(8_000), &json!([])),
        "it was their first when they applied"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_places_that_are_given_at_once_one_is_charged_the_joining_fee() {
    let centre = Centre::new(json!({ "capacity": 1 }), &fees()).await;
    let next = Next::of(&centre, json!({ "capacity": 1 }), &[json!({})], &fees()).await;
    let (here, there, waits) =
        (person(&centre, "一").await, person(&centre, "二").await, person(&centre, "待ち").await);
    let before = [applies(&centre, &centre.class, &here).await, applies(&centre, &next.class, &there).await];
    let both = [applies(&centre, &centre.class, &waits).await, applies(&centre, &next.class, &waits).await];
    for one in &both {
        assert_eq!((&one["state"], &one["total"]), (&json!("waitlisted"), &json!(8_000)), "as far as anybody knows");
    }
    for one in &before {
        centre.act(one, "withdraw", &json!({})).await.ok();
    }
    let nothing = json!({});
    let answers = tokio::join!(centre.act(&both[0], "accept", &nothing), centre.act(&both[1], "accept", &nothing));
    for answer in [answers.0, answers.1] {
        assert_eq!(answer.ok()["state"], "payment_due");
    }
    let mut totals = [asked(&centre, &both[0]).await, asked(&centre, &both[1]).await];
    totals.sort_unstable();
    assert_eq!(totals, [3_000, 8_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_who_carries_the_joining_fee_does_not_pay_the_next_bill_carries_it() {
    for pays in [true, false] {
        let centre = Centre::new(json!({ "payment_days": 1 }), &fees()).await;
        let next = Next::of(&centre, json!({ "payment_days": 30 }), &[json!({})], &fees()).await;
        let who = person(&centre, "一").await;
        let carries = applies(&centre, &centre.class, &who).await;
        let other = applies(&centre, &next.class, &who).await;
        assert_eq!((asked(&centre, &carries).await, asked(&centre, &other).await), (8_000, 3_000));
        if pays {
            centre.pay(&other).await.created();
        }
        centre.app.clock.advance(Duration::days(3));
        lapsing::round(&centre.app.desk).await.unwrap();
        assert_eq!(centre.read(&carries).await["state"], "expired");
        if pays {
            let seen = centre.act(&other, "assess", &json!({})).await.ok();
            assert_eq!(
                (&seen["state"], &seen["total"]),
                (&json!("admitted"), &json!(3_000)),
                "what was paid was the price"
            );
            let again = applies(&centre, &centre.class, &who).await;
            assert_eq!(asked(&centre, &again).await, 8_000, "nobody has paid it yet");
        } else {
            centre.act(&other, "assess", &json!({})).await.ok();
            assert_eq!(asked(&centre, &other).await, 8_000, "what is not paid yet carries it once it is judged again");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_the_joining_fee_with_the_house_has_joined_and_whoever_has_it_back_has_not() {
    for (refundable, total) in [(false, 3_000), (true, 8_000)] {
        let rules = json!({ "refunds": [{ "days_before": 1, "percent": 100 }] });
        let joining = json!({ "kind": "joining", "label": "入会金", "amount": 5_000, "refundable": refundable });
        let centre = Centre::new(json!({ "rules": rules }), &[json!({ "amount": 3_000 }), joining]).await;
        let next = Next::of(&centre, json!({}), &[json!({})], &fees()).await;
        let who = person(&centre, "一").await;
        let made = applies(&centre, &centre.class, &who).await;
        centre.pay(&made).await.created();
        let quote = withdrawal(&centre, &made, Value::Null).await.created();
        assert_eq!(quote["refund"], if refundable { 8_000 } else { 3_000 });
        withdraw(&centre, &quote).await.ok();
        let later = applies(&centre, &next.class, &who).await;
        assert_eq!(asked(&centre, &later).await, total);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_joined_by_the_time_that_a_place_comes_and_has_nothing_else_to_pay_is_admitted() {
    let centre = Centre::new(json!({}), &fees()).await;
    let next = Next::of(&centre, json!({ "capacity": 1 }), &[json!({})], &fees()[1..]).await;
    let (first, who) = (person(&centre, "一").await, person(&centre, "二").await);
    let before = applies(&centre, &next.class, &first).await;
    let waits = applies(&centre, &next.class, &who).await;
    assert_eq!((&waits["state"], &waits["total"]), (&json!("waitlisted"), &json!(5_000)));
    let made = applies(&centre, &centre.class, &who).await;
    assert_eq!(asked(&centre, &made).await, 8_000);
    centre.act(&before, "withdraw", &json!({})).await.ok();
    let seen = centre.act(&waits, "accept", &json!({})).await.ok();
    assert_eq!((&seen["state"], &seen["total"], seen.get("bill")), (&json!("admitted"), &json!(0), None), "{seen}");
    assert_eq!(seen["lines"][0]["rule"], "入会済み");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_joined_after_all_by_the_time_that_a_place_comes_pays_the_joining_fee_though_nothing_else() {
    let centre = Centre::new(json!({ "payment_days": 1 }), &fees()).await;
    let class = json!({ "capacity": 1, "payment_days": 30 });
    let next = Next::of(&centre, class, &[json!({})], &fees()[1..]).await;
    let (first, who) = (person(&centre, "一").await, person(&centre, "二").await);
    let before = applies(&centre, &next.class, &first).await;
    let carries = applies(&centre, &centre.class, &who).await;
    let waits = applies(&centre, &next.class, &who).await;
    assert_eq!((&waits["state"], &waits["total"]), (&json!("waitlisted"), &json!(0)), "another bill carries it");
    centre.app.clock.advance(Duration::days(3));
    lapsing::round(&centre.app.desk).await.unwrap();
    assert_eq!(centre.read(&carries).await["state"], "expired");
    centre.act(&before, "withdraw", &json!({})).await.ok();
    let seen = centre.act(&waits, "accept", &json!({})).await.ok();
    assert_eq!((&seen["state"], &seen["total"]), (&json!("payment_due"), &json!(5_000)), "{seen}");
    assert_eq!(asked(&centre, &waits).await, 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_late_what_another_bill_carries_by_now_has_the_joining_fee_back() {
    let centre = Centre::new(json!({ "payment_days": 1 }), &fees()).await;
    let next = Next::of(&centre, json!({}), &[json!({})], &fees()).await;
    let who = person(&centre, "一").await;
    let late = applies(&centre, &centre.class, &who).await;
    let at = format!("/v1/bills/{}/payments", id(&bill(&centre, &late).await));
    let payment = centre.app.server().post(&at, &json!({ "method": "sandbox_konbini" })).await.created();
    centre.app.clock.advance(Duration::days(3));
    let other = applies(&centre, &next.class, &who).await;
    assert_eq!(asked(&centre, &other).await, 8_000, "the first is over");
    konbini(&centre.app, &payment).await;
    let seen = centre.read(&late).await;
    assert_eq!((&seen["state"], refunded(&centre, &late).await), (&json!("admitted"), 5_000));
    let joining = seen["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "joining").unwrap();
    assert_eq!((&seen["total"], &joining["charged"]), (&json!(3_000), &json!(0)), "what is told is what stands");
    centre.act(&other, "assess", &json!({})).await.ok();
    assert_eq!(asked(&centre, &other).await, 8_000, "it carries the fee still");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_a_class_that_has_not_begun_makes_nobody_a_member_and_taking_part_does() {
    let centre = Centre::new(json!({}), &[]).await;
    let next = Next::of(&centre, json!({}), &[json!({})], &fees()).await;
    let (early, late) = (person(&centre, "一").await, person(&centre, "二").await);
    for who in [&early, &late] {
        assert_eq!(applies(&centre, &centre.class, who).await["state"], "admitted");
    }
    meet(&centre, 1).await;
    assert_eq!(
        applies(&centre, &next.class, &early).await["total"],
        8_000,
        "they may still leave, and never took part"
    );
    centre.app.clock.set(FIRST);
    assert_eq!(applies(&centre, &next.class, &late).await["total"], 3_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_their_joining_fee_has_joined_under_whatever_id_is_left() {
    let joining = json!({ "kind": "joining", "label": "入会金", "amount": 5_000, "refundable": false });
    let centre = Centre::new(json!({}), &[json!({ "amount": 3_000 }), joining]).await;
    let next = Next::of(&centre, json!({}), &[json!({})], &fees()).await;
    let server = centre.app.server();
    let (gone, stays, came_along) =
        (person(&centre, "一").await, person(&centre, "二").await, person(&centre, "三").await);
    let people = json!([{ "person": gone["id"] }, { "person": stays["id"] },
                        { "person": came_along["id"], "role": "companion" }]);
    let body = json!({ "class": centre.class, "people": people, "contact": { "name": "一" }, "channel": "counter" });
    let made = server.post("/v1/course/applications/entries", &body).await.created()["applications"][0].clone();
    centre.pay(&made).await.created();
    let quote = withdrawal(&centre, &made, json!([gone["id"]])).await.created();
    withdraw(&centre, &quote).await.ok();
    let merge = json!({ "into": came_along["id"] });
    server.post(&format!("/v1/persons/{}/merge", id(&gone)), &merge).await.ok();
    assert_eq!(applies(&centre, &next.class, &came_along).await["total"], 3_000);
}
