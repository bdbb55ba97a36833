//! Receipts, qualified invoices and credit notes over HTTP.

use poem::http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Answer, Client, TestApp};

use crate::{
    journal,
    sale::{best, house},
};

/// An order of two seats, paid in cash: its bill.
async fn paid(app: &TestApp) -> Value {
    let mut sale = best(2);
    sale["payment"] = "cash".into();
    let sale = app.server().post("/v1/ticket/sales", &sale).await.created();
    let bill = sale["order"]["bill"].as_str().unwrap();
    app.server().get(&format!("/v1/bills/{bill}")).await.ok()
}

pub async fn set_issuer(client: &Client, number: &str, if_match: Option<&str>) -> Answer {
    let body = json!({ "name": "ひかり市", "address": "ひかり市本町1-1", "registration_number": number });
    let headers: Vec<(&str, &str)> = if_match.map(|version| ("if-match", version)).into_iter().collect();
    client.send(Method::PUT, "/v1/issuer", &headers, Some(&body)).await
}

async fn registered() -> TestApp {
    let app = house().await;
    set_issuer(&app.server(), "T8000020130001", None).await.ok();
    app
}

async fn issue(app: &TestApp, kind: &str, about: &str, id: &Value) -> Answer {
    let mut body = json!({ "kind": kind });
    body[about] = id.clone();
    app.server().post("/v1/documents", &body).await
}

async fn act(app: &TestApp, document: &Value, verb: &str, body: Option<Value>) -> Answer {
    let key = uuid::Uuid::new_v4().to_string();
    let path = format!("/v1/documents/{}/{verb}", document["id"].as_str().unwrap());
    app.server().send(Method::POST, &path, &[("idempotency-key", &key)], body.as_ref()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_has_a_true_number_and_is_changed_by_who_read_it_last() {
    let app = house().await;
    app.server().get("/v1/issuer").await.refused(404, "absent");
    set_issuer(&app.server(), "T8000020130002", None).await.refused(422, "billing.issuer.number");
    set_issuer(&app.server(), "8000020130001", None).await.refused(400, "invalid_request");
    let first = set_issuer(&app.server(), "T8000020130001", None).await;
    first.ok();
    let version = first.header("etag").to_owned();
    set_issuer(&app.server(), "T7000012050002", None).await.refused(428, "precondition_required");
    set_issuer(&app.server(), "T7000012050002", Some(&version)).await.ok();
    set_issuer(&app.server(), "T8000020130001", Some(&version)).await.refused(412, "version_mismatch");
    assert_eq!(app.server().get("/v1/issuer").await.ok()["registration_number"], "T7000012050002");
    app.neighbour().get("/v1/issuer").await.refused(404, "absent");
    app.page().get("/v1/issuer").await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_says_what_the_law_asks_for_and_its_hash_proves_it() {
    let app = registered().await;
    let bill = paid(&app).await;
    let invoice = issue(&app, "qualified_invoice", "bill", &bill["id"]).await.created();
    let content = &invoice["content"];
    assert_eq!((&content["number"], &content["issuer"]["name"]), (&json!("I2026-000001"), &json!("ひかり市")));
    assert_eq!((&content["taxes"], &content["total"]), (&bill["taxes"], &bill["total"]));
    assert_eq!(content["supplied_on"], "2026-11-21");
    assert_eq!(content["lines"].as_array().unwrap().len(), bill["lines"].as_array().unwrap().len());
    let digest = Sha256::digest(audit::canonical::text(content).as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(invoice["hash"], hash);

    let path = format!("/v1/documents/{}", invoice["id"].as_str().unwrap());
    let read = app.server().get(&path).await.ok();
    assert_eq!((read.get("content"), &read["hash"]), (None, &invoice["hash"]));
    app.neighbour().get(&path).await.refused(404, "absent");
    let copy = act(&app, &invoice, "copies", None).await.ok();
    assert_eq!((&copy["copies"], &copy["content"]), (&json!(1), content));
    issue(&app, "qualified_invoice", "bill", &bill["id"]).await.refused(409, "billing.document.exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_made_void_and_issued_again_and_the_journal_knows() {
    let app = registered().await;
    let bill = paid(&app).await;
    let receipt = issue(&app, "receipt", "bill", &bill["id"]).await.created();
    assert_eq!(receipt["content"]["methods"], json!(["cash"]));
    let payment = &bill["payments"][0]["id"];
    issue(&app, "receipt", "payment", payment).await.refused(409, "billing.document.receipted");
    act(&app, &receipt, "reissue", Some(json!({}))).await.refused(409, "billing.document.not_void");
    let void = act(&app, &receipt, "void", Some(json!({ "reason": "wrong_recipient" }))).await.ok();
    assert_eq!((&void["state"], &void["void_reason"]), (&json!("void"), &json!("wrong_recipient")));
    act(&app, &receipt, "copies", None).await.refused(409, "billing.document.void");
    let again = issue(&app, "receipt", "bill", &bill["id"]).await.refused(409, "billing.document.voided");
    assert_eq!(again["document"], receipt["id"]);
    let second = act(&app, &receipt, "reissue", Some(json!({}))).await.created();
    assert_eq!((&second["number"], &second["replaces"]), (&json!("R2026-000002"), &receipt["id"]));
    let list = format!("/v1/documents?bill={}&kind=receipt", bill["id"].as_str().unwrap());
    assert_eq!(app.server().get(&list).await.ok()["data"].as_array().unwrap().len(), 2);
    let names = journal::of(&app).await;
    for event in ["billing.issuer.set", "billing.document.issued", "billing.document.voided"] {
        assert!(names.iter().any(|name| name == event), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_an_invoiced_order_has_its_credit_note_at_once() {
    let app = registered().await;
    let bill = paid(&app).await;
    issue(&app, "qualified_invoice", "bill", &bill["id"]).await.created();
    let refunds = format!("/v1/bills/{}/refunds", bill["id"].as_str().unwrap());
    let refund = app.server().post(&refunds, &json!({ "route": "cash", "reason": "patron" })).await.created();
    let notes = app.server().get("/v1/documents?kind=credit_note").await.ok();
    assert_eq!((&notes["data"][0]["refund"], &notes["data"][0]["total"]), (&refund["id"], &bill["total"]));
    issue(&app, "credit_note", "refund", &refund["id"]).await.refused(409, "billing.document.exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unclear_or_not_there_is_not_issued() {
    let app = house().await;
    let bill = paid(&app).await;
    issue(&app, "receipt", "bill", &bill["id"]).await.refused(409, "billing.document.no_issuer");
    let nameless = json!({ "name": "ひかり市", "address": "本町" });
    app.server().send(Method::PUT, "/v1/issuer", &[], Some(&nameless)).await.ok();
    issue(&app, "qualified_invoice", "bill", &bill["id"]).await.refused(409, "billing.document.unregistered");
    issue(&app, "credit_note", "bill", &bill["id"]).await.refused(422, "billing.document.unclear");
    app.server().post("/v1/documents", &json!({ "kind": "receipt" })).await.refused(422, "billing.document.unclear");
    let theirs = json!({ "kind": "receipt", "bill": bill["id"] });
    app.neighbour().post("/v1/documents", &theirs).await.refused(404, "absent");
    assert!(app.server().get("/v1/documents").await.ok()["data"].as_array().unwrap().is_empty());
}
