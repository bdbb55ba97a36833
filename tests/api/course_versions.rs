//! Who changes what they have read: a version is another once it tells something else, and the one that is meant counts.

use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;

use crate::{course_applications::Centre, venue_hire::id};

async fn etag(centre: &Centre, at: &str) -> String {
    let answer = centre.app.server().get(at).await;
    answer.ok();
    answer.header("etag").to_owned()
}

async fn known(centre: &Centre, at: &str, version: &str) -> bool {
    let answer = centre.app.server().send(Method::GET, at, &[("if-none-match", version)], None).await;
    answer.status == 304
}

/// Sent with a key of its own, for this version.
async fn meant(centre: &Centre, method: Method, at: &str, version: &str, body: &Value) -> Answer {
    let key = uuid::Uuid::new_v4().to_string();
    let headers = [("idempotency-key", key.as_str()), ("if-match", version)];
    centre.app.server().send(method, at, &headers, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_with_other_numbers_is_another_version_of_it() {
    let centre = Centre::new(json!({ "capacity": 9 }), &[]).await;
    let at = format!("/v1/course/classes/{}", centre.class);
    let first = etag(&centre, &at).await;
    assert!(known(&centre, &at, &first).await);
    centre.resize(12).await;
    assert!(!known(&centre, &at, &first).await, "it has more places now");
    let (capacity, fewer) = (format!("{at}/capacity"), json!({ "capacity": 5, "reason": "会場を変更" }));
    let told = meant(&centre, Method::PUT, &capacity, &first, &fewer).await.refused(412, "version_mismatch");
    assert_eq!(format!("\"{}\"", told["current_version"]), etag(&centre, &at).await);
    assert_eq!(centre.app.server().get(&at).await.ok()["capacity"], 12, "nothing changed");
    let second = etag(&centre, &at).await;
    meant(&centre, Method::PUT, &capacity, &second, &fewer).await.ok();
    let third = etag(&centre, &at).await;
    let closing = json!({ "reason": "募集を締め切るため" });
    centre.app.server().post(&format!("{at}/waiting-list/close"), &closing).await.ok();
    assert!(!known(&centre, &at, &third).await, "nobody waits any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_an_application_since_it_was_read_is_not_decided_by_what_was_read() {
    let centre = Centre::new(json!({ "capacity": 1 }), &[]).await;
    let (first, second) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    let at = format!("/v1/course/applications/{}", id(&second));
    let waiting = etag(&centre, &at).await;
    centre.act(&first, "withdraw", &json!({})).await.ok();
    let why = json!({ "reason": "申込内容に誤り" });
    for (act, body) in [
        ("accept", json!({})),
        ("decline", json!({})),
        ("withdraw", json!({})),
        ("revoke", why.clone()),
        ("assess", json!({})),
        ("reorder", json!({ "position": 1, "reason": "申込内容に誤り" })),
    ] {
        let refused = meant(&centre, Method::POST, &format!("{at}/{act}"), &waiting, &body).await;
        assert_eq!(refused.status, 412, "{act}: {}", refused.text);
        refused.refused(412, "version_mismatch");
    }
    assert_eq!(centre.read(&second).await["state"], "offered", "nothing of it changed");
    let offered = etag(&centre, &at).await;
    let accepted = meant(&centre, Method::POST, &format!("{at}/accept"), &offered, &json!({})).await;
    assert_eq!(accepted.ok()["state"], "admitted");
    assert_eq!(accepted.header("etag"), etag(&centre, &at).await);
    meant(&centre, Method::POST, &format!("{at}/revoke"), &offered, &why).await.refused(412, "version_mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_goes_on_in_the_version_that_is_meant() {
    let later = json!({ "opens_at": "2026-11-23T09:00:00+09:00" });
    let centre = Centre::with_window(json!({ "admission": "draw" }), &[], later).await;
    let list = format!("/v1/course/draws?class={}", centre.class);
    let announced = centre.app.server().get(&list).await.ok()["data"][0].clone();
    let at = format!("/v1/course/draws/{}", id(&announced));
    let version = etag(&centre, &at).await;
    assert!(known(&centre, &at, &version).await);
    for (act, body) in [("freeze", json!({})), ("publish", json!({})), ("void", json!({ "reason": "誤り" }))] {
        meant(&centre, Method::POST, &format!("{at}/{act}"), "\"9\"", &body).await.refused(412, "version_mismatch");
    }
    assert!(known(&centre, &at, &version).await, "nothing of it changed");
    let void = meant(&centre, Method::POST, &format!("{at}/void"), &version, &json!({ "reason": "誤り" })).await;
    assert_eq!(void.ok()["state"], "voided");
    assert!(!known(&centre, &at, &version).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_decide_a_screening_do_not_undo_each_other() {
    let class = json!({ "admission": "screening", "results_at": "2026-12-05T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    let (first, second) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    let at = format!("/v1/course/classes/{}/screening", centre.class);
    let admit = |one: &Value| json!({ "admit": [one["id"]] });
    meant(&centre, Method::PUT, &at, "\"0\"", &admit(&first)).await.ok();
    let read = etag(&centre, &at).await;
    assert!(known(&centre, &at, &read).await);
    meant(&centre, Method::PUT, &at, &read, &admit(&second)).await.ok();
    meant(&centre, Method::PUT, &at, &read, &admit(&first)).await.refused(412, "version_mismatch");
    assert_eq!(centre.app.server().get(&at).await.ok()["admit"], json!([second["id"]]));
}
