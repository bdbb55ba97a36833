//! User classes and registrations over HTTP: from the form to a class that prices use.

use serde_json::{Value, json};
use tests::TestApp;
use time::Duration;

use crate::patrons::{sign_in, sign_up};

async fn class(app: &TestApp) -> Value {
    let ask = json!({ "code": "CITY", "name": "市内", "effective_from": "2026-04-01" });
    app.server().post("/v1/user-classes", &ask).await.created()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_lists_user_classes_and_only_staff_make_them() {
    let app = TestApp::new().await;
    let made = class(&app).await;
    assert_eq!(app.page().get("/v1/user-classes").await.ok()["data"], json!([made]));
    assert_eq!(app.neighbour().get("/v1/user-classes").await.ok()["data"], json!([]));
    let again = json!({ "code": "CITY", "name": "市外", "effective_from": "2026-04-01" });
    app.page().post("/v1/user-classes", &again).await.refused(403, "permission_denied");
    app.server().post("/v1/user-classes", &again).await.refused(409, "patron.user_class.code_taken");
    let never = json!({ "code": "X", "name": "X", "effective_from": "2026-04-01", "effective_until": "2026-04-01" });
    app.server().post("/v1/user-classes", &never).await.refused(422, "patron.user_class.effective");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_applies_mends_what_came_back_and_is_registered_until_the_period_ends() {
    let app = TestApp::new().await;
    let class = class(&app).await;
    sign_up(&app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(&app, &app.page()).await;
    let form = json!({ "user_class": class["id"], "answers": [{ "question": "在住", "answer": "はい" }] });
    let draft = patron.post("/v1/patrons/me/standings", &form).await.created();
    let (own, office) = (
        format!("/v1/patrons/me/standings/{}", draft["id"].as_str().unwrap()),
        format!("/v1/standings/{}", draft["id"].as_str().unwrap()),
    );
    patron.post("/v1/patrons/me/standings", &form).await.refused(409, "patron.standing.open");
    patron.get(&office).await.refused(403, "permission_denied");
    let problem =
        app.server().post(&format!("{office}/approve"), &json!({})).await.refused(409, "patron.standing.state");
    assert_eq!((&problem["state"], &problem["possible_in"]), (&json!("draft"), &json!(["pending"])));

    patron.post(&format!("{own}/submit"), &json!({})).await.ok();
    app.server().post(&format!("{office}/return"), &json!({ "reason": "書類の不足" })).await.ok();
    let back = patron.get(&own).await.ok();
    assert_eq!((&back["state"], &back["reason"]), (&json!("returned"), &json!("書類の不足")));
    patron.post(&format!("{own}/submit"), &json!({})).await.ok();
    let none = json!({ "valid_from": "2026-12-01", "valid_until": "2026-12-01" });
    app.server().post(&format!("{office}/approve"), &none).await.refused(422, "patron.standing.period");
    let early = json!({ "valid_from": "2026-01-01", "valid_until": "2027-01-01" });
    app.server().post(&format!("{office}/approve"), &early).await.refused(422, "patron.standing.no_such_class");
    let given = json!({ "valid_from": "2026-11-01", "valid_until": "2026-12-01" });
    let given = app.server().post(&format!("{office}/approve"), &given).await.ok();
    assert_eq!((&given["state"], given.get("answers")), (&json!("active"), None));
    app.clock.advance(Duration::days(30));
    assert_eq!(app.server().get(&office).await.ok()["state"], "expired");
    app.neighbour().get(&office).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_registered_who_is_not_in_the_register() {
    let app = TestApp::new().await;
    let class = class(&app).await;
    let nobody = json!({ "patron": "pat_01kb0000000000000000000001", "user_class": class["id"] });
    app.server().post("/v1/standings", &nobody).await.refused(422, "patron.standing.no_such_patron");
}
