//! A forgotten password: by mail, once, and the same answer for everybody. And what the worker sweeps.

use kernel::Service;
use serde_json::json;
use testkit::{Cluster, Twins};
use tests::TestApp;
use time::Duration;
use worker::{Sealing, Sweeping, Tools, Worker};

use crate::patrons::{PASSWORD, outbox, sign_in, sign_up, token};

const NEW: &str = "paper lanterns over the river";

async fn ask(app: &TestApp, email: &str) -> serde_json::Value {
    let answer = app.page().post("/v1/patrons/password-resets", &json!({ "email": email })).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()
}

async fn complete(app: &TestApp, token: &serde_json::Value, password: &str) -> tests::Answer {
    let ask = json!({ "token": token["token"], "password": password });
    app.page().post("/v1/patrons/password-resets/complete", &ask).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_chosen_with_the_mailed_code_once_and_every_session_ends() {
    let app = TestApp::new().await;
    let scope = app.test.scope(Service::Core);
    sign_up(&app, &app.page(), scope).await;
    let session = sign_in(&app, &app.page()).await;
    session.get("/v1/patrons/me").await.ok();

    ask(&app, " taro@EXAMPLE.jp ").await;
    let [letter] = outbox(&app, scope).await.try_into().unwrap();
    assert_eq!((letter.to.as_str(), letter.template.as_str()), ("Taro@example.jp", "patron.reset_password"));
    let code = token(&letter);
    complete(&app, &code, "short").await.refused(422, "password_refused");
    app.page().post("/v1/patrons/verifications", &code).await.refused(422, "patron.verification.token_invalid");
    assert_eq!(complete(&app, &code, NEW).await.status, 204);
    complete(&app, &code, NEW).await.refused(422, "patron.verification.token_invalid");
    assert_eq!(session.get("/v1/patrons/me").await.status, 401);

    let claim = |password: &str| json!({ "email": "taro@example.jp", "password": password });
    app.page().post("/v1/patrons/sessions", &claim(PASSWORD)).await.refused(401, "patron.sign_in.refused");
    app.page().post("/v1/patrons/sessions", &claim(NEW)).await.created();
    let [told] = outbox(&app, scope).await.try_into().unwrap();
    assert_eq!(told.template, "patron.password_changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let app = TestApp::new().await;
    let scope = app.test.scope(Service::Core);
    sign_up(&app, &app.page(), scope).await;
    assert_eq!(ask(&app, "taro@example.jp").await, ask(&app, "nobody@example.jp").await);
    assert_eq!(outbox(&app, scope).await.len(), 1);
    let guess = json!({ "token": "pvt_guess" });
    complete(&app, &guess, NEW).await.refused(422, "patron.verification.token_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_an_hour_and_of_two_uses_at_once_one_counts() {
    let app = TestApp::new().await;
    let scope = app.test.scope(Service::Core);
    sign_up(&app, &app.page(), scope).await;
    ask(&app, "taro@example.jp").await;
    let late = token(&outbox(&app, scope).await[0]);
    app.clock.advance(Duration::hours(1));
    complete(&app, &late, NEW).await.refused(422, "patron.verification.token_invalid");
    ask(&app, "taro@example.jp").await;
    let code = token(outbox(&app, scope).await.last().unwrap()); // the first letter, never marked as sent, is tried again
    let (one, other) = tokio::join!(complete(&app, &code, NEW), complete(&app, &code, NEW));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_run_out_is_swept_tenant_by_tenant() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.test.scope(Service::Core), app.test.neighbour(Service::Core));
    let hall = json!({ "name": "大ホール" });
    for (client, scope) in [(app.server(), ours), (app.neighbour(), theirs)] {
        sign_up(&app, &client, scope).await;
        client.post("/v1/patrons/password-resets", &json!({ "email": "taro@example.jp" })).await;
        client.post("/v1/ticket/halls", &hall).await.created();
    }
    let tools = Tools { db: app.test.db.clone(), clock: app.clock.clone(), keys: Twins::keyring(Cluster::shared()) };
    Worker::new(tools.clone()).with(Sealing::default()).run_until_idle().await.unwrap();
    let worker = Worker::new(tools).with(Sweeping);
    assert_eq!(worker.run_until_idle().await.unwrap().done, 0, "all of it still counts");
    app.clock.advance(Duration::hours(73));
    assert_eq!(worker.run_until_idle().await.unwrap().done, 6, "a code, a count of mails and an outcome of each");
    assert_eq!(worker.run_until_idle().await.unwrap().done, 0);
}
