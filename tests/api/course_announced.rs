//! What is announced of a class stays as it was announced, though the class is a draft.

use serde_json::{Value, json};

use crate::{course_applications::Centre, venue_hire::id};

fn tier(label: &str, fact: &Value, reserved: u32) -> Value {
    json!({ "label": label, "requires": [{ "any_of": [fact] }], "reserved": reserved })
}

/// A draft in the term of a class, with a window that is decided by a draw.
async fn draft(centre: &Centre, rules: &Value) -> (String, String) {
    let server = centre.app.server();
    let known = server.get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
    let class = json!({ "course": known["course"], "term": known["term"], "code": "SUN", "title": "日曜", "capacity": 10,
                        "admission": "draw", "group_policy": "strict_head", "rules": rules });
    let class = id(&server.post("/v1/course/classes", &class).await.created());
    let window = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-25T09:00:00+09:00",
                         "closes_at": "2026-12-05T17:00:00+09:00" });
    let window = id(&server.post("/v1/course/windows", &window).await.created());
    (class, window)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_draw_is_announced_by_stays_in_a_draft_until_it_is_voided() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let resident = tier("市内", &json!({ "fact": "residence", "one_of": ["city"] }), 5);
    let continuing = tier("継続", &json!({ "fact": "work_in_city", "is": true }), 3);
    let (class, window) = draft(&centre, &json!({ "tiers": [resident] })).await;
    let draw = server.post("/v1/course/draws", &json!({ "window": window })).await.created();
    let at = format!("/v1/course/classes/{class}");
    let change = async |body: Value| server.patch(&at, &body).await;

    let other = json!({ "rules": { "tiers": [continuing, resident] } });
    let told = change(other.clone()).await.refused(409, "course.class.announced");
    assert_eq!((&told["draw"], &told["fields"]), (&draw["id"], &json!(["rules.tiers"])));
    let more = json!({ "rules": { "tiers": [resident], "standby": 2 }, "waiting_capacity": 4, "group_policy": "skip_if_not_fit" });
    let told = change(more).await.refused(409, "course.class.announced");
    assert_eq!(told["fields"], json!(["rules.standby", "waiting_capacity", "group_policy"]));
    change(json!({ "title": "日曜午前", "capacity": 12, "rules": { "tiers": [resident] } })).await.ok();

    let void = format!("/v1/course/draws/{}/void", id(&draw));
    server.post(&void, &json!({ "reason": "優先区分の変更" })).await.ok();
    change(other).await.ok();
    let again = server.post("/v1/course/draws", &json!({ "window": window })).await.created();
    assert_eq!(again["rules"]["draw"]["reserved"], json!([{ "tier": 0, "seats": 3 }, { "tier": 1, "seats": 5 }]));
}
