//! What the buyer of an order is told by mail, and that it is told with the fact.

use kernel::Service;
use notice::message::{self, Letter};
use serde_json::json;
use testkit::{Cluster, Twins};
use tests::TestApp;

use crate::sale::{best, house, konbini};

async fn outbox(app: &TestApp) -> Vec<Letter> {
    let scope = app.test.scope(Service::Core);
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let (seal, now) = (&keys.seal, app.clock.now());
    app.test.db.tenant(&scope, async |tx| message::claim(tx, seal, 20, now).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_is_told_the_number_to_pay_with_and_then_the_tickets() {
    let app = house().await;
    let hold = app.server().post("/v1/ticket/holds", &best(2)).await.created();
    let contact = json!({ "name": "山田 花子", "email": "hanako@example.jp" });
    let ask = json!({ "hold": hold["id"], "contact": contact });
    let order = app.server().post("/v1/ticket/orders", &ask).await.created();
    assert!(outbox(&app).await.is_empty(), "nothing is confirmed before it is paid");

    let pay = format!("/v1/bills/{}/payments", order["bill"].as_str().unwrap());
    let payment = app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
    let [number] = outbox(&app).await.try_into().unwrap();
    assert_eq!((number.to.as_str(), number.template.as_str()), ("hanako@example.jp", "billing.konbini_number"));
    assert!(number.body.contains("払込番号") && number.body.contains("10,220円"), "{}", number.body);

    konbini(&app, &payment).await;
    let [confirmed] = outbox(&app).await.try_into().unwrap();
    assert_eq!(confirmed.template, "ticket.order_confirmed");
    assert!(confirmed.subject.starts_with("【みどり市文化会館】ご注文の確定"), "{}", confirmed.subject);
    let path = format!("/v1/ticket/orders/{}/tickets", order["id"].as_str().unwrap());
    for ticket in app.server().get(&path).await.ok()["data"].as_array().unwrap() {
        assert!(confirmed.body.contains(ticket["id"].as_str().unwrap()), "{}", confirmed.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_no_address_is_told_nothing_and_gets_the_tickets_all_the_same() {
    let app = house().await;
    let hold = app.server().post("/v1/ticket/holds", &best(1)).await.created();
    let ask = json!({ "hold": hold["id"], "contact": { "name": "山田 花子", "phone": "03-1234-5678" } });
    let order = app.server().post("/v1/ticket/orders", &ask).await.created();
    let pay = format!("/v1/bills/{}/payments", order["bill"].as_str().unwrap());
    app.server().post(&pay, &json!({ "method": "sandbox_card", "token": "tok_ok" })).await.created();
    let path = format!("/v1/ticket/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(app.server().get(&path).await.ok()["state"], "paid");
    assert!(outbox(&app).await.is_empty());
}
