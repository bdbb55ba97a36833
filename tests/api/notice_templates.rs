//! The words of letters: a tenant's own, refused where they could not be sent, and taken back.

use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, TestApp};

const OFFERED: &str = "/v1/templates/course.offered/ja";

async fn put(app: &TestApp, path: &str, body: &Value, version: Option<&str>) -> Answer {
    let headers: Vec<_> = version.map(|version| ("if-match", version)).into_iter().collect();
    app.server().send(Method::PUT, path, &headers, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_says_it_in_its_own_words_version_by_version_and_takes_them_back() {
    let app = TestApp::new().await;
    let all = app.server().get("/v1/templates").await.ok();
    assert_eq!(all["data"].as_array().unwrap().len(), 36, "18 kinds in two languages");
    let standard = app.server().get(OFFERED).await.ok();
    assert_eq!((&standard["version"], &standard["standard"]), (&json!(0), &json!(true)));

    let own = json!({ "subject": "{{class}}に空きが出ました", "body": "{{applicant}}様\r\n{{deadline}}まで。<b>お早めに</b>" });
    let first = put(&app, OFFERED, &own, Some("\"0\"")).await.ok();
    assert_eq!((&first["version"], &first["standard"]), (&json!(1), &json!(false)));
    assert_eq!(put(&app, OFFERED, &own, None).await.ok()["version"], 1, "the same words are the same version");
    put(&app, OFFERED, &own, Some("\"0\"")).await.refused(412, "version_mismatch");
    let seen = app.server().post(&format!("{OFFERED}/preview"), &json!({})).await.ok();
    assert_eq!(seen["subject"], "土曜午前クラスに空きが出ました");
    assert_eq!(
        seen["body"], "小林 実様\n2027年3月5日（金）17:00まで。<b>お早めに</b>",
        "plain text: markup is only text"
    );
    assert_eq!(app.server().get("/v1/templates/course.offered/en").await.ok()["version"], 0);
    assert_eq!(app.neighbour().get(OFFERED).await.ok()["version"], 0, "a neighbour has words of their own");

    let back = app.server().send(Method::DELETE, OFFERED, &[], None).await.ok();
    assert_eq!((&back["version"], &back["standard"], &back["body"]), (&json!(2), &json!(true), &standard["body"]));
    assert_eq!(app.server().send(Method::DELETE, OFFERED, &[], None).await.ok()["version"], 2);
    app.page().get(OFFERED).await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sent_is_refused_with_every_place_and_changes_nothing() {
    let app = TestApp::new().await;
    let bad = json!({ "subject": "空席\r\nBcc: all@example.jp", "body": "{{deadline}}\n席 {{clas}} {{" });
    let refused = put(&app, OFFERED, &bad, None).await.refused(422, "notice.template.text");
    let told: Vec<_> = refused["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["part"], one["code"], one["placeholder"], one["line"], one["column"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["subject", "control_character", null, 1, 3]),
            json!(["subject", "control_character", null, 1, 4]),
            json!(["body", "unknown_placeholder", "clas", 2, 3]),
            json!(["body", "unclosed_placeholder", null, 2, 12]),
            json!(["body", "missing_placeholder", "class", null, null]),
        ]
    );
    assert!(!refused.to_string().contains("null"), "what is not known is left out: {refused}");
    app.server().post(&format!("{OFFERED}/preview"), &bad).await.refused(422, "notice.template.text");
    assert_eq!(app.server().get(OFFERED).await.ok()["version"], 0);
    app.server().get("/v1/templates/course.unheard_of/ja").await.refused(404, "absent");
    app.test
        .execute(
            "DO $$ BEGIN \
        INSERT INTO notice.wordings (tenant_id, kind, locale, version, subject, body, created_at) \
        SELECT tenant_id, 'course.offered', 'ja', 1, E'a\\nb', 'c', now() FROM tenancy.tenants LIMIT 1; \
        RAISE 'a line break came in'; EXCEPTION WHEN check_violation THEN NULL; END $$",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_change_the_same_version_at_once_one_does() {
    let app = TestApp::new().await;
    let ask = async |n: usize| {
        let own = json!({ "subject": format!("空席 {n}"), "body": "{{class}} {{deadline}}" });
        put(&app, OFFERED, &own, Some("\"0\"")).await.status.as_u16()
    };
    let outcomes = join_all((0..8).map(ask)).await;
    assert_eq!(outcomes.iter().filter(|status| **status == 200).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|status| [200, 412].contains(status)), "{outcomes:?}");
    assert_eq!(app.server().get(OFFERED).await.ok()["version"], 1);
}
