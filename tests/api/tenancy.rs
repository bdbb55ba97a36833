//! Contractors, their staff and their keys, over HTTP: from the operator's first sign-in to a key that works and is revoked.

use api::desk;
use poem::http::Method;
use serde_json::{Value, json};
use tenancy::{Vault, operator, permission::Permission};
use testkit::{Cluster, Twins};
use tests::{Client, TestApp};
use time::Duration;
use worker::{Sealing, Sweeping, Tools, Worker};

const CHOSEN: &str = "taiko drums behind the moat";

/// An operator, signed in.
async fn operator(app: &TestApp) -> Client {
    let keyring = Twins::keyring(Cluster::shared());
    let vault = Vault { pepper: keyring.credential_pepper().clone(), passwords: desk::passwords(&keyring).unwrap() };
    let login = format!("op-{}", uuid::Uuid::new_v4());
    let (_, password) = operator::create(&app.test.db, &vault, &login, "林", None, app.clock.now()).await.unwrap();
    let body = json!({ "login_id": login, "password": password.reveal() });
    let session = app.anonymous().post("/v1/operator/sessions", &body).await.created();
    app.with(session["token"].as_str().unwrap())
}

fn request() -> Value {
    json!({ "name": "ひかり市民会館", "request": {
        "requested_by": "総務課", "received_at": "2026-11-01T10:00:00+09:00", "document_ref": "R8-7",
        "explained_at": "2026-11-02T10:00:00+09:00" } })
}

/// A tenant with a contract, tickets, and one account: its path and the account as issued.
async fn settle(operator: &Client, roles: Value) -> (String, Value) {
    let tenant = operator.post("/v1/operator/tenants", &request()).await.created();
    let path = format!("/v1/operator/tenants/{}", tenant["id"].as_str().unwrap());
    let terms = json!({ "starts_on": "2026-04-01", "ends_on": "2027-03-31", "document_ref": "R8-7" });
    operator.post(&format!("{path}/contracts"), &terms).await.created();
    let tickets = json!({ "service": "ticket", "starts_on": "2026-04-01", "ends_on": "2027-03-31" });
    operator.post(&format!("{path}/subscriptions"), &tickets).await.created();
    let issued = issue(operator, &path, roles).await;
    (path, issued)
}

async fn issue(operator: &Client, path: &str, roles: Value) -> Value {
    let member = operator.post(&format!("{path}/roster-members"), &json!({ "name": "鈴木" })).await.created();
    operator.post(&format!("{path}/staff"), &json!({ "roster_member": member["id"], "roles": roles })).await.created()
}

/// Chooses a password for an issued account and signs in.
async fn sign_in(app: &TestApp, issued: &Value) -> Client {
    let (login, once) = (&issued["staff"]["login_id"], &issued["one_time_password"]);
    let change = json!({ "login_id": login, "password": once, "new_password": CHOSEN });
    assert_eq!(app.anonymous().post("/v1/staff/password", &change).await.status, 204);
    let claim = json!({ "login_id": login, "password": CHOSEN });
    let session = app.anonymous().post("/v1/staff/sessions", &claim).await.created();
    app.with(session["token"].as_str().unwrap())
}

fn manager() -> Value {
    json!([{ "service": "core", "role": "manager" }, { "service": "ticket", "role": "manager" }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contractor_comes_to_be_on_a_recorded_request_and_opens_with_its_contract() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let path = "/v1/operator/tenants";
    let mut without = request();
    without.as_object_mut().unwrap().remove("request");
    operator.post(path, &without).await.refused(400, "invalid_request");
    let mut tomorrow = request();
    tomorrow["request"]["received_at"] = "2099-01-01T00:00:00+09:00".into();
    operator.post(path, &tomorrow).await.refused(422, "tenancy.tenant.request_in_future");

    let key = [("idempotency-key", "one-tenant")];
    let first = operator.send(Method::POST, path, &key, Some(&request())).await.created();
    let again = operator.send(Method::POST, path, &key, Some(&request())).await;
    assert_eq!((again.created()["id"].clone(), again.header("idempotent-replayed")), (first["id"].clone(), "true"));
    assert_eq!(first["status"], "not_started");

    let (path, issued) = settle(&operator, manager()).await;
    let tenant = operator.get(&path).await.ok();
    assert_eq!((&tenant["status"], &tenant["contract"]["version"]), (&json!("active"), &json!(1)));
    let claim = json!({ "login_id": issued["staff"]["login_id"], "password": issued["one_time_password"] });
    app.anonymous().post("/v1/staff/sessions", &claim).await.refused(403, "password_change_required");
    let staff = sign_in(&app, &issued).await;
    let own = staff.get("/v1/tenant").await.ok();
    assert_eq!((&own["id"], &own["services"], &own["live"]), (&tenant["id"], &json!(["ticket"]), &json!(true)));

    app.clock.advance(Duration::days(365));
    staff.get("/v1/tenant").await.refused(401, "credential_expired");
    let claim = json!({ "login_id": issued["staff"]["login_id"], "password": CHOSEN });
    app.anonymous().post("/v1/staff/sessions", &claim).await.refused(401, "contract_ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_subscribed_does_not_exist_and_subscriptions_do_not_overlap() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let (path, issued) = settle(&operator, manager()).await;
    let again = json!({ "service": "ticket", "starts_on": "2027-03-31", "ends_on": "2028-03-31" });
    operator.post(&format!("{path}/subscriptions"), &again).await.refused(409, "tenancy.subscription.overlaps");
    let staff = sign_in(&app, &issued).await;
    let listed = operator.get(&format!("{path}/subscriptions")).await.ok();
    let end = format!("{path}/subscriptions/{}/end", listed["data"][0]["id"].as_str().unwrap());
    assert_eq!(operator.post(&end, &json!({ "ends_on": "2026-11-20" })).await.ok()["active"], false);
    assert_eq!(staff.get("/v1/tenant").await.ok()["services"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_login_get_the_same_answer_and_then_have_to_wait() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let (_, issued) = settle(&operator, manager()).await;
    for login in [issued["staff"]["login_id"].as_str().unwrap(), "nobody-at-all"] {
        let claim = json!({ "login_id": login, "password": "wrong" });
        for _ in 0..5 {
            app.anonymous().post("/v1/staff/sessions", &claim).await.refused(401, "sign_in_refused");
        }
        let waits = app.anonymous().post("/v1/staff/sessions", &claim).await;
        waits.refused(429, "sign_in_throttled");
        assert_eq!(waits.header("retry-after"), "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_keeps_accounts_within_the_roster_and_never_their_own() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let (path, issued) = settle(&operator, manager()).await;
    let own = issued["staff"]["id"].as_str().unwrap();
    let chief = sign_in(&app, &issued).await;
    let member = operator.post(&format!("{path}/roster-members"), &json!({ "name": "佐藤" })).await.created();
    let wanted = json!({ "roster_member": member["id"], "roles": [{ "service": "ticket", "role": "front" }] });
    let clerk = chief.post("/v1/staff", &wanted).await.created();
    chief.post("/v1/staff", &wanted).await.refused(409, "tenancy.staff.exists");
    let stranger = json!({ "roster_member": "rst_7zzzzzzzzzzzzzzzzzzzzzzzzz", "roles": [] });
    chief.post("/v1/staff", &stranger).await.refused(404, "absent");

    let account = format!("/v1/staff/{}", clerk["staff"]["id"].as_str().unwrap());
    let session = sign_in(&app, &clerk).await;
    session.get("/v1/staff").await.refused(403, "permission_denied");
    let roles = json!({ "roles": [{ "service": "core", "role": "manager" }] });
    let put = async |version: &str| {
        chief.send(Method::PUT, &format!("{account}/roles"), &[("if-match", version)], Some(&roles)).await
    };
    assert_eq!(put("\"1\"").await.header("etag"), "\"2\"");
    put("\"1\"").await.refused(412, "version_mismatch");
    assert_eq!(session.get("/v1/staff").await.ok()["data"].as_array().unwrap().len(), 2);

    chief.post(&format!("{account}/disable"), &json!({})).await.ok();
    session.get("/v1/staff").await.refused(401, "credential_revoked");
    chief.post(&format!("{account}/enable"), &json!({})).await.ok();
    let reset = chief.post(&format!("{account}/reset-password"), &json!({})).await.ok();
    sign_in(&app, &reset).await.get("/v1/staff").await.ok();
    let self_rule = "tenancy.staff.oneself";
    chief.post(&format!("/v1/staff/{own}/disable"), &json!({})).await.refused(422, self_rule);
    app.neighbour().get(&account).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_by_their_owner() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let (_, issued) = settle(&operator, json!([])).await;
    let staff = sign_in(&app, &issued).await;
    let listed = staff.get("/v1/staff/sessions").await.ok();
    assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["current"]), (1, &json!(true)));
    let one = format!("/v1/staff/sessions/{}", listed["data"][0]["id"].as_str().unwrap());
    assert_eq!(staff.send(Method::DELETE, &one, &[], None).await.status, 204);
    staff.get("/v1/staff/sessions").await.refused(401, "credential_revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_rotated_with_overlap_and_revoked() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let (path, issued) = settle(&operator, manager()).await;
    let staff = sign_in(&app, &issued).await;
    let made = staff.post("/v1/keys", &json!({ "kind": "secret", "name": "site" })).await.created();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("sk_live_") && secret.starts_with(made["key"]["hint"].as_str().unwrap()));
    app.with(secret).get("/v1/tenant").await.ok();
    app.with(secret).get("/v1/keys").await.refused(403, "permission_denied");
    let listed = staff.get("/v1/keys").await;
    assert!(!listed.text.contains(secret), "a secret is never listed");

    let rotate = format!("/v1/keys/{}/rotate", made["key"]["id"].as_str().unwrap());
    let next = staff.post(&rotate, &json!({ "overlap_seconds": 60 })).await.created();
    staff.post(&rotate, &json!({ "overlap_seconds": 60 })).await.refused(409, "tenancy.key.over");
    app.with(secret).get("/v1/tenant").await.ok();
    app.clock.advance(Duration::seconds(61));
    app.with(secret).get("/v1/tenant").await.refused(401, "credential_expired");
    let fresh = app.with(next["secret"].as_str().unwrap());
    fresh.get("/v1/tenant").await.ok();
    let revoke = format!("/v1/keys/{}/revoke", next["key"]["id"].as_str().unwrap());
    assert_eq!(staff.post(&revoke, &json!({})).await.ok()["active"], false);
    fresh.get("/v1/tenant").await.refused(401, "credential_revoked");

    let page = json!({ "kind": "publishable", "name": "shop" });
    staff.post("/v1/keys", &page).await.refused(422, "tenancy.key.origins_missing");
    let more = json!({ "kind": "secret", "name": "x", "scopes": [Permission::ReadJournal.code()] });
    staff.post("/v1/keys", &more).await.refused(422, "tenancy.key.scope_beyond_own");

    let test = json!({ "kind": "secret", "name": "trial" });
    staff.post("/v1/keys?sandbox=true", &test).await.refused(409, "tenancy.sandbox.absent");
    operator.send(Method::POST, &format!("{path}/sandbox"), &[], None).await.created();
    let trial = staff.post("/v1/keys?sandbox=true", &test).await.created();
    let inside = app.with(trial["secret"].as_str().unwrap()).get("/v1/tenant").await.ok();
    assert_eq!((&inside["live"], &inside["services"]), (&json!(false), &json!(["ticket"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_staff_is_nothing_to_the_operators_plane_and_the_other_way_round() {
    let app = TestApp::new().await;
    let operator = operator(&app).await;
    let (path, issued) = settle(&operator, manager()).await;
    let staff = sign_in(&app, &issued).await;
    staff.get(&path).await.refused(403, "permission_denied");
    operator.get("/v1/tenant").await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_was_answered_is_kept_for_retries_no_longer_than_what_others_were() {
    let app = TestApp::new().await;
    operator(&app).await.post("/v1/operator/tenants", &request()).await.created();
    let tools = Tools { db: app.test.db.clone(), clock: app.clock.clone(), keys: Twins::keyring(Cluster::shared()) };
    Worker::new(tools.clone()).with(Sealing::default()).run_until_idle().await.unwrap();
    let worker = Worker::new(tools).with(Sweeping);
    assert_eq!(worker.run_until_idle().await.unwrap().done, 0);
    app.clock.advance(Duration::hours(73));
    assert_eq!(worker.run_until_idle().await.unwrap().done, 1);
}
