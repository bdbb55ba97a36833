//! One hire of several is given up or taken back, and the others stay.

use serde_json::{Value, json};
use time::Duration;

use crate::venue_hire::{House, id};

async fn end(house: &House, application: &Value, nth: usize, verb: &str, body: &Value) -> tests::Answer {
    let path = format!("/v1/venue/hires/{}/{verb}", id(&application["hires"][nth]));
    house.app.server().post(&path, body).await
}

async fn kept(house: &House, application: &Value) -> i64 {
    let path = format!("/v1/bills/{}", application["bill"].as_str().unwrap());
    let bill = house.app.server().get(&path).await.ok();
    bill["paid"].as_i64().unwrap() - bill["refunded"].as_i64().unwrap()
}

fn states(application: &Value) -> Vec<&str> {
    application["hires"].as_array().unwrap().iter().map(|hire| hire["state"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hire_of_two_is_given_up_by_the_schedule_and_the_other_stays() {
    let house = House::open("staff").await;
    let uses = [house.wish(0, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["NT"])];
    let application = house.confirmed(&uses).await;
    let preview = end(&house, &application, 0, "cancel/preview", &json!({})).await.ok();
    assert!(preview.get("quote").is_none());
    assert_eq!(house.seen(&application).await["version"], application["version"], "a preview changes nothing");
    let told = end(&house, &application, 0, "cancel", &json!({})).await.ok();
    for name in
        ["amount_before", "amount_after", "charge", "fee", "refund_amount", "due_amount", "until", "legal_reference"]
    {
        assert_eq!(told[name], preview[name], "{name}: the preview says what is done");
    }
    assert_eq!((&told["amount_before"], &told["amount_after"]), (&json!(12_000), &json!(6_000)));
    assert_eq!((&told["charge"], &told["fee"], &told["refund_amount"]), (&json!(6_000), &json!(3_000), &json!(3_000)));
    assert_eq!((kept(&house, &application).await, &told["until"]), (9_000, &json!("2026-12-01")));

    let seen = house.seen(&application).await;
    assert_eq!((&seen["state"], states(&seen)), (&json!("confirmed"), vec!["released", "open"]));
    let permits = house.permits(&application).await;
    assert_eq!((permits.len(), &permits[0]["revision"]), (2, &json!(2)));
    let uses = permits[0]["content"]["uses"].as_array().unwrap();
    assert_eq!((uses.len(), &uses[0]["date"]), (1, &json!("2026-12-25")));
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await).await.created();
    end(&house, &application, 0, "cancel", &json!({})).await.refused(409, "venue.hire.over");
    end(&house, &application, 0, "change", &house.wish(0, "2026-12-18", &["AM"])).await.refused(409, "venue.hire.over");

    // the other one goes on as if it had been alone
    let ledger = format!("/v1/venue/facilities/{}/ledger?from=2026-12-25&days=1", house.facility);
    assert_eq!(house.app.server().get(&ledger).await.ok()["hires"][0]["amount"], 6_000);
    let moved = end(&house, &application, 1, "change", &house.wish(1, "2026-12-25", &["AM"])).await.ok();
    assert_eq!((&moved["fee"], &moved["refund_amount"]), (&json!(0), &json!(3_000)), "34 days before");
    let rest = house.act(&application, "cancel", &json!({})).await.ok();
    assert_eq!((rest["hires"].as_array().unwrap().len(), &rest["refund_amount"]), (1, &json!(3_000)));
    assert_eq!(kept(&house, &application).await, 3_000, "the fee of the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_takes_back_the_second_of_three_days_when_the_first_was_used_and_gives_back_all_of_it() {
    let house = House::open("staff").await;
    let days = ["2026-12-10", "2026-12-11", "2026-12-16"];
    let application = house.confirmed(&days.map(|day| house.wish(1, day, &["PM"]))).await;
    house.app.clock.advance(Duration::days(19) + Duration::hours(12));
    end(&house, &application, 0, "use", &json!({ "heads": 40 })).await.ok();
    house.act(&application, "revoke", &json!({ "reason": "台風" })).await.refused(409, "venue.hire.over");
    let typhoon = json!({ "reason": "台風" });
    let told = end(&house, &application, 1, "revoke", &typhoon).await.ok();
    assert_eq!((&told["fee"], &told["refund_amount"], &told["due_amount"]), (&json!(0), &json!(5_000), &json!(0)));
    end(&house, &application, 0, "revoke", &typhoon).await.refused(409, "venue.hire.over");
    assert_eq!(states(&house.seen(&application).await), ["used", "released", "open"]);
    house.app.clock.advance(Duration::days(6));
    end(&house, &application, 2, "use", &json!({ "ends_at": "2026-12-16T17:30:00+09:00" })).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(
        (&settled["amount_before"], &settled["amount_after"], &settled["due_amount"]),
        (&json!(10_000), &json!(12_500), &json!(2_500)),
        "two days and half an hour too long"
    );
    assert_eq!(kept(&house, &application).await, 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_hire_ends_the_application_and_its_permit() {
    let house = House::open("staff").await;
    let (given_up, taken_back) = (
        house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await,
        house.confirmed(&[house.wish(0, "2026-12-12", &["AM"])]).await,
    );
    let told = end(&house, &given_up, 0, "cancel", &json!({})).await.ok();
    assert_eq!((&told["amount_after"], &told["fee"], told.get("quote")), (&json!(0), &json!(3_000), None));
    end(&house, &taken_back, 0, "revoke", &json!({ "reason": "避難所として使用" })).await.ok();
    for (application, state, left) in [(&given_up, "cancelled", 3_000), (&taken_back, "revoked", 0)] {
        assert_eq!((&house.seen(application).await["state"], kept(&house, application).await), (&json!(state), left));
        let permit = &house.permits(application).await[0];
        assert!(permit["revoked_at"].is_string());
        let check = format!("/v1/venue/permit-checks/{}", permit["code"].as_str().unwrap());
        assert_eq!(house.app.page().get(&check).await.ok()["validity"], "revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_another_is_never_hired_without_is_not_given_up_alone() {
    let house = House::open("staff").await;
    let dressing = house.annexe("DRESSING", &json!({})).await;
    house.priced("DRESSING").await;
    let attach = json!({ "attached": [{ "room": dressing, "required": true }] });
    let hall = format!("/v1/venue/rooms/{}", house.rooms[0]);
    house.app.server().send(poem::http::Method::PATCH, &hall, &[], Some(&attach)).await.ok();
    let (from, until) = ("2026-12-11T09:00:00+09:00", "2026-12-11T12:00:00+09:00");
    let beside = json!({ "room": dressing, "starts_at": from, "ends_at": until });
    let uses = [house.wish(0, "2026-12-11", &["AM"]), beside];
    let application = house.confirmed(&uses).await;
    let alone = end(&house, &application, 1, "cancel", &json!({})).await.refused(422, "venue.quote.attached");
    assert_eq!(alone["required"], json!(dressing));
    end(&house, &application, 0, "cancel", &json!({})).await.ok();
    end(&house, &application, 1, "cancel", &json!({})).await.ok();
    assert_eq!(house.seen(&application).await["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_a_change_of_one_hire_pays_for_no_other_and_goes_back_with_none() {
    let house = House::open("staff").await;
    let uses = [house.wish(0, "2026-12-11", &["PM"]), house.wish(1, "2027-02-10", &["AM"])];
    let application = house.confirmed(&uses).await;
    let smaller = end(&house, &application, 0, "change", &house.wish(1, "2026-12-11", &["AM"])).await.ok();
    assert_eq!((&smaller["fee"], &smaller["refund_amount"]), (&json!(3_500), &json!(3_500)), "20 days before");
    let into_the_hall =
        async |day: &str| end(&house, &application, 1, "change", &house.wish(0, day, &["AM"])).await.ok();
    for (asked, day, days) in [
        ("at once", "2027-02-10", 0),
        ("while its bill is open", "2027-02-17", 1),
        ("after that was due", "2027-02-24", 15),
    ] {
        house.app.clock.advance(Duration::days(days));
        assert_eq!(into_the_hall(day).await["due_amount"], 3_000, "{asked}");
    }
    let last = into_the_hall("2027-03-03").await;
    house.pay(&last["bill"]).await.created();
    let ended = end(&house, &application, 1, "cancel", &json!({})).await.ok();
    assert_eq!((&ended["fee"], &ended["refund_amount"]), (&json!(0), &json!(6_000)), "more than 30 days before");
    assert_eq!(kept(&house, &application).await, 6_500, "the price of the first, and what was kept of it");
}
