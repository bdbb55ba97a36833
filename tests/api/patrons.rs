//! Patrons over HTTP: from the sign-up on a contractor's page to the register at the counter.

use kernel::Scope;
use notice::message::{self, Letter};
use poem::http::Method;
use serde_json::{Value, json};
use testkit::{Cluster, Twins};
use tests::{Answer, Client, TestApp};
use time::Duration;

pub const PASSWORD: &str = "taiko drums behind the moat";

fn registration() -> Value {
    json!({ "name": "山田 太郎", "kana": "やまだ たろう", "email": "Taro@example.jp", "phone": "03-1234-5678",
            "postal_code": "100-0001", "locale": "ja", "password": PASSWORD })
}

/// What waits to be delivered, taken as the worker takes it.
pub async fn outbox(app: &TestApp, scope: Scope) -> Vec<Letter> {
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let (seal, now) = (&keys.seal, app.clock.now());
    app.test.db.tenant(&scope, async |tx| message::claim(tx, seal, 20, now).await).await.unwrap()
}

pub fn token(letter: &Letter) -> Value {
    let token = letter.body.split_whitespace().find(|word| word.starts_with("pvt_")).expect("a code in the message");
    json!({ "token": token })
}

pub async fn sign_up(app: &TestApp, page: &Client, scope: Scope) {
    assert_eq!(page.post("/v1/patrons/registrations", &registration()).await.status, 202);
    let letters = outbox(app, scope).await;
    page.post("/v1/patrons/verifications", &token(&letters[0])).await.ok();
}

pub async fn sign_in(app: &TestApp, page: &Client) -> Client {
    let claim = json!({ "email": "taro@example.jp", "password": PASSWORD });
    let session = page.post("/v1/patrons/sessions", &claim).await.created();
    app.with(session["token"].as_str().unwrap())
}

async fn patch(client: &Client, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
    client.send(Method::PATCH, path, headers, Some(&body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_signs_up_on_a_page_proves_the_address_signs_in_and_out() {
    let app = TestApp::new().await;
    let scope = app.test.scope(kernel::Service::Core);
    let receipt = app.page().post("/v1/patrons/registrations", &registration()).await;
    assert_eq!(receipt.status, 202, "{}", receipt.text);
    let claim = json!({ "email": "taro@example.jp", "password": PASSWORD });
    app.page().post("/v1/patrons/sessions", &claim).await.refused(401, "patron.sign_in.refused");

    let [letter] = outbox(&app, scope).await.try_into().unwrap();
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("Taro@example.jp", "【みどり市文化会館】メールアドレスの確認")
    );
    app.page().post("/v1/patrons/verifications", &token(&letter)).await.ok();
    app.page()
        .post("/v1/patrons/verifications", &token(&letter))
        .await
        .refused(422, "patron.verification.token_invalid");

    let patron = sign_in(&app, &app.page()).await;
    let me = patron.get("/v1/patrons/me").await;
    assert_eq!((me.ok()["name"].as_str(), me.ok()["postal_code"].as_str()), (Some("山田 太郎"), Some("1000001")));
    assert_eq!(me.header("etag"), "\"1\"");
    let path = format!("/v1/patrons/{}", me.ok()["id"].as_str().unwrap());
    patron.get(&path).await.refused(403, "permission_denied");

    assert_eq!(patron.send(Method::DELETE, "/v1/patrons/sessions/current", &[], None).await.status, 204);
    assert_eq!(patron.get("/v1/patrons/me").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_never_tells_whether_an_address_is_registered() {
    let app = TestApp::new().await;
    let scope = app.test.scope(kernel::Service::Core);
    let first = app.page().post("/v1/patrons/registrations", &registration()).await;
    let letters = outbox(&app, scope).await;
    app.page().post("/v1/patrons/verifications", &token(&letters[0])).await.ok();
    let again = app.page().post("/v1/patrons/registrations", &registration()).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    let [letter] = outbox(&app, scope).await.try_into().unwrap();
    assert!(letter.body.contains("すでにご登録済み") && !letter.body.contains("pvt_"), "{}", letter.body);

    let wrong = |email: &str| json!({ "email": email, "password": "a wrong password" });
    let known = app.page().post("/v1/patrons/sessions", &wrong("taro@example.jp")).await;
    let unknown = app.page().post("/v1/patrons/sessions", &wrong("hanako@example.jp")).await;
    let told = |answer: &Answer| {
        let mut problem = answer.refused(401, "patron.sign_in.refused");
        let members = problem.as_object_mut().unwrap();
        members.retain(|name, _| name != "request_id" && name != "instance");
        problem
    };
    assert_eq!(told(&known), told(&unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_registration_is_told_at_once() {
    let app = TestApp::new().await;
    let mut ask = registration();
    ask["email"] = "nobody at all".into();
    ask["phone"] = "12".into();
    let problem = app.page().post("/v1/patrons/registrations", &ask).await.refused(422, "patron.details_rejected");
    let places: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
    assert_eq!(places, ["#/email", "#/phone"]);

    let mut ask = registration();
    ask["password"] = "password".into();
    assert_eq!(app.page().post("/v1/patrons/registrations", &ask).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_enter_find_read_and_change_patrons_and_the_neighbour_sees_nothing() {
    let app = TestApp::new().await;
    let ask = json!({ "name": "山田 太郎", "email": "taro@example.jp", "phone": "03-1234-5678" });
    let created = app.server().post("/v1/patrons", &ask).await;
    let patron = created.created();
    let path = created.header("location").to_owned();
    app.server().post("/v1/patrons", &ask).await.refused(409, "patron.email_taken");
    assert_eq!(app.server().get(&path).await.ok(), patron);
    app.neighbour().get(&path).await.refused(404, "absent");

    let found = app.server().post("/v1/patrons/search", &json!({ "phone": "０３（１２３４）５６７８" })).await.ok();
    assert_eq!((found["data"][0]["id"].clone(), found["has_more"].clone()), (patron["id"].clone(), json!(false)));
    let none = app.neighbour().post("/v1/patrons/search", &json!({ "phone": "03-1234-5678" })).await.ok();
    assert_eq!(none["data"], json!([]));
    assert_eq!(app.server().get("/v1/patrons?kind=guest").await.ok()["data"], json!([]));
    assert_eq!(app.server().get("/v1/patrons?limit=1").await.ok()["data"][0]["id"], patron["id"]);
    app.page().get("/v1/patrons").await.refused(403, "permission_denied");

    let change = json!({ "phone": null, "state": "suspended" });
    let changed = patch(&app.server(), &path, &[("if-match", "\"1\"")], change.clone()).await;
    assert_eq!((changed.ok().get("phone"), changed.ok()["state"].as_str()), (None, Some("suspended")));
    patch(&app.server(), &path, &[("if-match", "\"1\"")], change.clone()).await.refused(412, "patron.stale");
    patch(&app.neighbour(), &path, &[], change).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_patrons_join_without_a_gap() {
    let app = TestApp::new().await;
    for n in 0..5 {
        app.server().post("/v1/patrons", &json!({ "name": format!("利用者 {n}") })).await.created();
        app.clock.advance(Duration::SECOND);
    }
    let (mut names, mut path) = (Vec::new(), "/v1/patrons?limit=2".to_owned());
    loop {
        let page = app.server().get(&path).await.ok();
        names.extend(page["data"].as_array().unwrap().iter().map(|patron| patron["name"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/patrons?limit=2&cursor={cursor}");
    }
    assert_eq!(names, (0..5).map(|n| json!(format!("利用者 {n}"))).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_changes_themselves_and_a_new_address_once_it_is_proven() {
    let app = TestApp::new().await;
    let scope = app.test.scope(kernel::Service::Core);
    sign_up(&app, &app.page(), scope).await;
    let patron = sign_in(&app, &app.page()).await;
    let change = json!({ "phone": null, "address": "みどり市１－１", "email": "new@example.jp" });
    let now = patch(&patron, "/v1/patrons/me", &[], change).await.ok();
    assert_eq!((now["email"].as_str(), now["address"].as_str()), (Some("Taro@example.jp"), Some("みどり市１－１")));
    assert!(now.get("phone").is_none());
    let [letter] = outbox(&app, scope).await.try_into().unwrap();
    assert_eq!(letter.to, "new@example.jp");
    app.page().post("/v1/patrons/verifications", &token(&letter)).await.ok();
    assert_eq!(patron.get("/v1/patrons/me").await.ok()["email"], "new@example.jp");
    patch(&patron, "/v1/patrons/me", &[], json!({ "state": "closed" })).await.refused(400, "invalid_request");
    app.server().get("/v1/patrons/me").await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_or_has_left_is_signed_out_everywhere() {
    let app = TestApp::new().await;
    sign_up(&app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let claim = json!({ "email": "taro@example.jp", "password": PASSWORD });
    let id = sign_in(&app, &app.page()).await.get("/v1/patrons/me").await.ok()["id"].clone();
    let at = format!("/v1/patrons/{}", id.as_str().unwrap());
    for state in ["suspended", "closed"] {
        let (here, there) = (sign_in(&app, &app.page()).await, sign_in(&app, &app.page()).await);
        patch(&app.server(), &at, &[], json!({ "state": state })).await.ok();
        assert_eq!(here.get("/v1/patrons/me").await.status, 401);
        assert_eq!(there.get("/v1/patrons/me").await.status, 401);
        app.page().post("/v1/patrons/sessions", &claim).await.refused(401, "patron.sign_in.refused");
        patch(&app.server(), &at, &[], json!({ "state": "active" })).await.ok();
        assert_eq!(here.get("/v1/patrons/me").await.status, 401, "what has ended does not come back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t21_one_address_in_two_tenants_is_two_patrons_with_two_passwords() {
    let app = TestApp::new().await;
    sign_up(&app, &app.server(), app.test.scope(kernel::Service::Core)).await;
    let claim = json!({ "email": "taro@example.jp", "password": PASSWORD });
    app.neighbour().post("/v1/patrons/sessions", &claim).await.refused(401, "patron.sign_in.refused");
    sign_up(&app, &app.neighbour(), app.test.neighbour(kernel::Service::Core)).await;
    let (ours, theirs) = (sign_in(&app, &app.server()).await, sign_in(&app, &app.neighbour()).await);
    let (ours, theirs) = (ours.get("/v1/patrons/me").await.ok(), theirs.get("/v1/patrons/me").await.ok());
    assert_eq!(ours["name"], theirs["name"]);
    assert_ne!(ours["id"], theirs["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_wrong_passwords_in_a_row_have_to_wait() {
    let app = TestApp::new().await;
    let claim = json!({ "email": "taro@example.jp", "password": "a wrong password" });
    for _ in 0..5 {
        app.page().post("/v1/patrons/sessions", &claim).await.refused(401, "patron.sign_in.refused");
    }
    let limited = app.page().post("/v1/patrons/sessions", &claim).await;
    limited.refused(429, "patron.sign_in.limited");
    assert!(!limited.header("retry-after").is_empty());
}
