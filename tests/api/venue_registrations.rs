//! What depends on a registration depends on one that holds: prices by a class, and rooms that only who is registered hires.

use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::{Duration, macros::datetime};

use crate::{
    patrons::{sign_in, sign_up},
    venue_hire::{House, id, table},
};

/// The registration of the patron of a house as of a class until a day; the class is made for it.
async fn registered(house: &House, patron: &str, code: &str, until: &str) -> String {
    let server = house.app.server();
    let class = json!({ "code": code, "name": code, "effective_from": "2026-04-01" });
    let class = server.post("/v1/user-classes", &class).await.created();
    let standing = server.post("/v1/standings", &json!({ "patron": patron, "user_class": class["id"] })).await;
    let standing = id(&standing.created());
    let period = json!({ "valid_from": "2026-11-21", "valid_until": until });
    server.post(&format!("/v1/standings/{standing}/approve"), &period).await.ok();
    standing
}

/// A house in which choirs pay twice as much for rooms.
async fn dearer_for_choirs() -> House {
    let house = House::open("staff").await;
    let mut document = table();
    let double = json!({ "code": "CLASS", "label": { "ja": "団体" }, "when": { "fact": "user_class", "in": ["CHOIR"] },
                         "rule": { "kind": "rate", "num": 1, "den": 1, "of": ["BASE"] } });
    document["components"].as_array_mut().unwrap().insert(2, double);
    house.by(&document).await;
    house
}

async fn apply(house: &House, hold: &Value) -> Answer {
    let ask = json!({ "hold": hold["id"], "title": "練習" });
    house.app.server().post("/v1/venue/applications", &ask).await
}

/// From now on a room is only for who is registered.
async fn only_for_the_registered(house: &House, room: usize) {
    let path = format!("/v1/venue/rooms/{}", house.rooms[room]);
    let update = json!({ "open_to": "registered" });
    let changed = house.app.server().send(Method::PATCH, &path, &[], Some(&update)).await.ok();
    assert_eq!(changed["open_to"], "registered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_by_a_registration_is_neither_held_nor_applied_for_once_that_has_ended() {
    let house = dearer_for_choirs().await;
    let standing = registered(&house, &house.patron, "CHOIR", "2026-11-22").await;
    house.app.clock.set(datetime!(2026-11-21 23:55 +9));
    let (morning, evening) = (house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-11", &["NT"]));
    let quote = house.quoted(std::slice::from_ref(&morning)).await;
    assert_eq!((&quote["inputs"]["user_class"], &quote["total_amount"]), (&json!("CHOIR"), &json!(6_000)));
    let hold = house.try_hold(&house.quoted(std::slice::from_ref(&evening)).await).await.created();
    let applied = house.applied(&[house.wish(2, "2026-12-11", &["AM"])]).await;

    house.app.clock.set(datetime!(2026-11-22 0:01 +9));
    for refused in [house.try_hold(&quote).await, apply(&house, &hold).await] {
        let refused = refused.refused(409, "venue.registration.ended");
        assert_eq!((&refused["user_class"], refused.get("use")), (&json!("CHOIR"), None));
        assert_eq!(refused["ended_at"], "2026-11-22T00:00:00+09:00");
    }
    let anew = house.quoted(std::slice::from_ref(&morning)).await;
    assert_eq!((anew["inputs"].get("user_class"), &anew["total_amount"]), (None, &json!(3_000)));
    house.try_hold(&anew).await.created();
    let granted = house.act(&applied, "approve", &json!({})).await.ok();
    house.pay(&granted["bill"]).await.created();
    assert_eq!(house.permits(&applied).await[0]["content"]["total"], 6_000, "what was applied for stays as it was");

    let until = json!({ "valid_until": "2027-04-01" });
    house.app.server().post(&format!("/v1/standings/{standing}/renew"), &until).await.created();
    apply(&house, &hold).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_was_closed_prices_nothing_more_and_one_that_makes_no_difference_is_not_missed() {
    let house = dearer_for_choirs().await;
    let standing = registered(&house, &house.patron, "CHOIR", "2027-04-01").await;
    let quote = house.quoted(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    house.app.clock.advance(Duration::minutes(1));
    let reason = json!({ "reason": "解散" });
    house.app.server().post(&format!("/v1/standings/{standing}/close"), &reason).await.ok();
    let refused = house.try_hold(&quote).await.refused(409, "venue.registration.ended");
    assert_eq!(refused["ended_at"], "2026-11-21T10:01:00+09:00");
    // the house says as whom it prices whoever has no registration
    let ask = json!({ "facility": house.facility, "patron": house.patron, "user_class": "CHOIR",
                      "uses": [house.wish(1, "2026-12-11", &["AM"])] });
    let said = house.app.server().post("/v1/venue/quotes", &ask).await.created();
    assert_eq!(said["total_amount"], 6_000);
    let hold = house.try_hold(&said).await.created();
    apply(&house, &hold).await.created();

    let house = House::open("staff").await;
    registered(&house, &house.patron, "CHOIR", "2026-11-22").await;
    house.app.clock.set(datetime!(2026-11-21 23:55 +9));
    let quote = house.quoted(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    house.app.clock.set(datetime!(2026-11-22 0:01 +9));
    let hold = house.try_hold(&quote).await.created();
    apply(&house, &hold).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_for_the_registered_is_hired_by_who_is_at_that_moment() {
    let house = House::open("staff").await;
    only_for_the_registered(&house, 1).await;
    let uses = [house.wish(2, "2026-12-11", &["AM"]), house.wish(1, "2026-12-11", &["AM"])];
    let quote = house.quoted(&uses).await;
    let refused = house.try_hold(&quote).await.refused(409, "venue.registration.required");
    assert_eq!(refused["use"], 1);
    // held for nobody, and nobody who is not registered applies with it
    let ask = json!({ "facility": house.facility, "uses": [house.wish(1, "2026-12-12", &["AM"])] });
    let nobodys = house.app.server().post("/v1/venue/quotes", &ask).await.created();
    let hold = house.try_hold(&nobodys).await.created();
    let ask = json!({ "hold": hold["id"], "title": "練習", "patron": house.patron });
    let server = house.app.server();
    server.post("/v1/venue/applications", &ask).await.refused(409, "venue.registration.required");

    let standing = registered(&house, &house.patron, "CHOIR", "2026-12-01").await;
    let applied = apply(&house, &house.try_hold(&quote).await.created()).await.created();
    server.post("/v1/venue/applications", &ask).await.created();
    house.app.clock.set(datetime!(2026-12-01 0:00 +9));
    house.act(&applied, "approve", &json!({})).await.ok();
    let later = house.quoted(&[house.wish(1, "2026-12-18", &["AM"])]).await;
    let refused = house.try_hold(&later).await.refused(409, "venue.registration.ended");
    let told = (&refused["use"], &refused["user_class"], &refused["ended_at"]);
    assert_eq!(told, (&json!(0), &json!("CHOIR"), &json!("2026-12-01T00:00:00+09:00")));
    server.post(&format!("/v1/standings/{standing}/renew"), &json!({})).await.created();
    house.try_hold(&later).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_moves_into_a_room_for_the_registered_or_hears_of_it_without_being_one() {
    let house = House::open("automatic").await;
    only_for_the_registered(&house, 2).await;
    sign_up(&house.app, &house.app.page(), house.app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(&house.app, &house.app.page()).await;
    let ask = json!({ "facility": house.facility, "uses": [house.wish(1, "2026-12-11", &["AM"])] });
    let quote = patron.post("/v1/venue/quotes", &ask).await.created();
    let taken = patron.post("/v1/venue/quotes", &ask).await.created();
    let hold = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let ask = json!({ "hold": hold["id"], "title": "練習" });
    let mine = patron.post("/v1/venue/applications", &ask).await.created();
    house.pay(&mine["bill"]).await.created();

    let path = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    let other = house.wish(2, "2026-12-12", &["AM"]);
    let refused = patron.post(&path, &other).await.refused(409, "venue.registration.required");
    assert_eq!(refused["use"], 0);
    let elsewhere = async || {
        let refused = patron.post("/v1/venue/holds", &json!({ "quote": taken["id"] })).await;
        let refused = refused.refused(409, "venue.room.taken");
        let ways = refused["alternatives"].as_array().unwrap().clone();
        ways.iter().any(|way| way["room"] == *house.rooms[2])
    };
    assert!(!elsewhere().await);
    house.app.server().post(&path, &other).await.ok();

    let me = id(&patron.get("/v1/patrons/me").await.ok());
    registered(&house, &me, "CHOIR", "2027-04-01").await;
    patron.post(&path, &house.wish(2, "2026-12-12", &["NT"])).await.ok();
}
