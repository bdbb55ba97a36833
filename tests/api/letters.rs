//! What the buyer of an order is told by mail, and that it is told with the fact.

use kernel::Service;
use notice::message::{self, Letter};
use poem::http::Method;
use serde_json::json;
use testkit::{Cluster, Twins};
use tests::TestApp;
use worker::{Mail, Tools, Worker};

use crate::{
    mail_server::{Arrived, MailServer},
    sale::{best, house, konbini},
};

/// What the worker brings to a mail server on loopback until nothing is left.
pub async fn delivered(app: &TestApp, server: &MailServer) -> Vec<Arrived> {
    let tools = Tools { db: app.test.db.clone(), clock: app.clock.clone(), keys: Twins::keyring(Cluster::shared()) };
    let mail = Mail::configured(Some(&server.url), "/nowhere".as_ref(), "no-reply@itsudemo.example.jp").unwrap();
    Worker::new(tools).with(mail).run_until_idle().await.unwrap();
    server.arrived()
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_reaches_the_mailbox_once_whatever_is_retried() {
    let (app, server) = (house().await, MailServer::start("250 OK").await);
    let hold = app.server().post("/v1/ticket/holds", &best(1)).await.created();
    let ask = json!({ "hold": hold["id"], "contact": { "name": "山田 花子", "email": "hanako@example.jp" } });
    let order = app.server().post("/v1/ticket/orders", &ask).await.created();
    let pay = format!("/v1/bills/{}/payments", order["bill"].as_str().unwrap());
    let (key, start) = ([("idempotency-key", "pay-1")], json!({ "method": "sandbox_konbini" }));
    let payment = app.server().send(Method::POST, &pay, &key, Some(&start)).await.created();
    app.server().send(Method::POST, &pay, &key, Some(&start)).await.created();
    assert_eq!(delivered(&app, &server).await.len(), 1, "the number, once");
    konbini(&app, &payment).await;
    konbini(&app, &payment).await;
    let arrived = delivered(&app, &server).await;
    assert_eq!(arrived.len(), 2, "and the tickets, once");
    assert!(arrived.iter().all(|mail| mail.to.contains("<hanako@example.jp>")), "{arrived:?}");
    assert_eq!(delivered(&app, &server).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_at_the_counter_to_a_registered_patron_is_confirmed_to_them() {
    let app = house().await;
    let hold = app.server().post("/v1/ticket/holds", &best(1)).await.created();
    let ask = json!({ "hold": hold["id"], "contact": { "name": "山田 花子", "email": "hanako@example.jp" } });
    let order = app.server().post("/v1/ticket/orders", &ask).await.created();
    let mut sale = best(2);
    (sale["payment"], sale["patron"]) = ("cash".into(), order["patron"].clone());
    app.server().post("/v1/ticket/sales", &sale).await.created();
    let [confirmed] = outbox(&app).await.try_into().unwrap();
    assert_eq!((confirmed.to.as_str(), confirmed.template.as_str()), ("hanako@example.jp", "ticket.order_confirmed"));
}
