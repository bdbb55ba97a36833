//! What a permit says of money: a change is permitted at once, and nobody reads it as paid before it is.

use billing::call_off;
use db::TenantTx;
use kernel::Service;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    venue_hire::{House, id},
    venue_letters::outbox,
};

/// What is waived and still to be paid, of each revision, the latest first.
async fn owing(house: &House, application: &Value) -> Vec<(i64, i64, i64)> {
    let yen = |permit: &Value, name: &str| permit[name].as_i64().unwrap();
    let told = |one: &Value| (yen(one, "revision"), yen(one, "waived_amount"), yen(one, "unpaid_amount"));
    house.permits(application).await.iter().map(told).collect()
}

/// What anybody is told of its latest revision.
async fn checked(house: &House, application: &Value) -> Value {
    let code = house.permits(application).await[0]["code"].as_str().unwrap().to_owned();
    house.app.page().get(&format!("/v1/venue/permit-checks/{code}")).await.ok()
}

/// A morning with a piano that was added after it was paid for: 5,000 yen are to be paid in addition.
async fn with_piano(house: &House) -> (Value, Value) {
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    let mut wish = house.wish(0, "2026-12-11", &["AM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let change = house.app.server().post(&path, &wish).await.ok();
    assert_eq!(change["due_amount"], 5_000);
    (application, change)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_without_conditions_says_nothing_of_them() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    let permits = house.permits(&application).await;
    let told: Vec<&String> = permits[0]["content"].as_object().unwrap().keys().collect();
    assert_eq!(told, ["title", "total", "unpaid", "uses", "waived"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_is_issued_before_its_difference_is_paid_says_so_until_it_is() {
    let house = House::open("staff").await;
    let (application, change) = with_piano(&house).await;
    assert_eq!(owing(&house, &application).await, [(2, 0, 5_000), (1, 0, 0)]);
    let check = checked(&house, &application).await;
    assert_eq!((&check["validity"], &check["paid"]), (&json!("valid"), &json!(false)));
    let permits = house.permits(&application).await;
    let content = |revision: usize| [&permits[revision]["content"]["total"], &permits[revision]["content"]["unpaid"]];
    assert_eq!((content(0), content(1)), ([&json!(11_000), &json!(5_000)], [&json!(6_000), &json!(0)]));
    let letters = outbox(&house).await;
    let told = |part: &str| letters.iter().filter(|letter| letter.body.contains(part)).count();
    assert_eq!(
        (told("（第2版）"), told("未納の差額: 5,000円"), told("追加のお支払い: 5,000円")),
        (1, 1, 1),
        "{letters:?}"
    );
    let code = permits[1]["code"].as_str().unwrap();
    let old = house.app.page().get(&format!("/v1/venue/permit-checks/{code}")).await.ok();
    assert_eq!((&old["validity"], old.get("paid")), (&json!("superseded"), None));

    house.pay(&change["bill"]).await.created();
    assert_eq!(owing(&house, &application).await, [(2, 0, 0), (1, 0, 0)]);
    assert_eq!(checked(&house, &application).await["paid"], true);
    let after = house.permits(&application).await;
    assert_eq!(after[0]["content"], permits[0]["content"], "what was issued stays as it was issued");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_that_is_never_paid_is_owed_after_its_time_is_over_until_the_settlement_asks_for_it_again() {
    let house = House::open("staff").await;
    let (application, change) = with_piano(&house).await;
    house.app.clock.advance(Duration::days(15));
    let now = house.app.clock.now();
    let overdue = async |tx: &mut TenantTx| call_off::overdue(tx, 100, now).await;
    assert_eq!(house.app.test.db.tenant(&house.app.test.scope(Service::Core), overdue).await.unwrap().len(), 1);
    let bill = house.app.server().get(&format!("/v1/bills/{}", change["bill"].as_str().unwrap())).await.ok();
    assert_eq!(bill["state"], "cancelled");
    assert_eq!(house.seen(&application).await["state"], "confirmed", "the hire stays");
    assert_eq!(owing(&house, &application).await, [(2, 0, 5_000), (1, 0, 0)]);
    assert_eq!(checked(&house, &application).await["paid"], false);

    house.app.clock.advance(Duration::days(6));
    let used = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&used, &json!({})).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(settled["due_amount"], 5_000);
    assert_eq!(owing(&house, &application).await[0], (2, 0, 5_000));
    house.pay(&settled["bill"]).await.created();
    assert_eq!(owing(&house, &application).await[0], (2, 0, 0));
}
