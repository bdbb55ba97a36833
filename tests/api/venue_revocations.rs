//! What the house takes back: told before, and done as told.

use serde_json::{Value, json};

use crate::{
    journal,
    venue_hire::{House, id},
};

/// What came in for its bill and did not go back.
async fn kept(house: &House, application: &Value) -> i64 {
    let path = format!("/v1/bills/{}", application["bill"].as_str().unwrap());
    let bill = house.app.server().get(&path).await.ok();
    bill["paid"].as_i64().unwrap() - bill["refunded"].as_i64().unwrap()
}

fn yen(told: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| told[*name].as_i64().unwrap_or_else(|| panic!("{name} in {told}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_sees_what_taking_back_an_application_comes_to_and_does_exactly_that() {
    let house = House::open("staff").await;
    let uses = [house.wish(0, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["NT"])];
    let application = house.confirmed(&uses).await;
    let before = journal::of(&house.app).await.len();
    let typhoon = json!({ "cause": "force_majeure" });
    let preview = house.act(&application, "revoke/preview", &typhoon).await.ok();
    assert_eq!(yen(&preview, &["fee", "refund_amount"]), [0, 12_000], "by force majeure nothing is kept");
    assert_eq!(preview, house.act(&application, "revoke/preview", &json!({})).await.ok(), "nor by the house");
    let theirs = house.act(&application, "cancel/preview", &json!({})).await.ok();
    assert_eq!(theirs["fee"], 3_000, "who hired it would lose half of the first");
    assert_eq!((house.seen(&application).await, journal::of(&house.app).await.len()), (application.clone(), before));

    house.act(&application, "revoke/preview", &json!({ "cause": "weather" })).await.refused(400, "invalid_request");
    let body = json!({ "cause": "weather", "reason": "台風" });
    house.act(&application, "revoke", &body).await.refused(400, "invalid_request");
    let body = json!({ "cause": "force_majeure", "reason": "台風" });
    let told = house.act(&application, "revoke", &body).await.ok();
    assert_eq!(told, preview, "what was told is done");
    let seen = house.seen(&application).await;
    assert_eq!((&seen["state"], &seen["reason"]), (&json!("revoked"), &json!("台風")));
    assert_eq!(kept(&house, &application).await, 0);
    let recorded = journal::told(&house.app, "venue.application.revoked").await;
    assert_eq!((&recorded[0]["cause"], &recorded[0]["refund"]), (&json!("force_majeure"), &json!(12_000)));
    house.act(&application, "revoke/preview", &typhoon).await.refused(409, "venue.application.state");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_was_paid_taking_back_comes_to_nothing_and_a_guest_sees_none_of_it() {
    let house = House::open("staff").await;
    let application = house.applied(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    let preview = house.act(&application, "revoke/preview", &json!({})).await.ok();
    assert_eq!((&preview["paid"], yen(&preview, &["fee", "refund_amount"])), (&json!(false), vec![0, 0]));
    let path = format!("/v1/venue/applications/{}/revoke/preview", id(&application));
    house.app.page().post(&path, &json!({})).await.refused(403, "permission_denied");
    house.app.neighbour().post(&path, &json!({})).await.refused(404, "absent");
    let path = format!("/v1/venue/hires/{}/revoke/preview", id(&application["hires"][0]));
    house.app.page().post(&path, &json!({})).await.refused(403, "permission_denied");
    house.app.neighbour().post(&path, &json!({})).await.refused(404, "absent");
    house.app.server().post(&path, &json!({})).await.refused(409, "venue.application.state");
}
