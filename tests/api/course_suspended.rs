//! Who is suspended applies for no course, and is told until when; the staff may take them all the same, and says why.

use serde_json::{Value, json};
use time::macros::datetime;

use crate::{course_applications::Centre, course_letters::outbox, patrons, venue_hire::id};

const UNTIL: &str = "2026-11-30T00:00:00+09:00";

/// Suspends a registered patron until the end of the month.
async fn suspend(centre: &Centre, patron: &Value) {
    let server = centre.app.server();
    let class = json!({ "code": "CITY", "name": "市内", "effective_from": "2026-04-01" });
    let class = server.post("/v1/user-classes", &class).await.created();
    let standing = json!({ "patron": patron["id"], "user_class": class["id"] });
    let standing = server.post("/v1/standings", &standing).await.created();
    let at = |act: &str| format!("/v1/standings/{}/{act}", id(&standing));
    server.post(&at("approve"), &json!({ "valid_from": "2026-11-21" })).await.ok();
    server.post(&at("suspend"), &json!({ "until": UNTIL, "reason": "無断欠席" })).await.ok();
}

fn wish(centre: &Centre, patron: &Value) -> Value {
    json!({ "class": centre.class, "people": [{ "name": "山田 太郎", "birth_date": "1990-05-05" }], "patron": patron["id"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_patron_applies_for_nothing_until_it_is_over_and_is_told_when_that_is() {
    let centre = Centre::new(json!({}), &[]).await;
    patrons::sign_up(&centre.app, &centre.app.page(), centre.app.test.scope(kernel::Service::Core)).await;
    let session = patrons::sign_in(&centre.app, &centre.app.page()).await;
    let patron = session.get("/v1/patrons/me").await.ok();
    suspend(&centre, &patron).await;
    let (mine, wish) = (json!({ "class": centre.class, "people": [{ "name": "山田 太郎" }] }), wish(&centre, &patron));
    for (client, body) in [(&session, &mine), (&centre.app.server(), &wish)] {
        let refused = client.post("/v1/course/applications", body).await.refused(409, "patron.standing.suspended");
        assert_eq!(refused["until"], UNTIL, "{refused}");
    }
    let preview = session.post("/v1/course/applications/preview", &mine).await.ok();
    let obstacle = &preview["obstacles"][0];
    assert_eq!(
        (&preview["may_apply"], &obstacle["code"], &obstacle["until"]),
        (&json!(false), &json!("patron.standing.suspended"), &json!(UNTIL))
    );
    let all = centre.app.server().get("/v1/course/applications").await.ok();
    assert_eq!(all["data"], json!([]), "nothing is kept");

    centre.app.clock.set(datetime!(2026-11-30 00:00 +9));
    let session = patrons::sign_in(&centre.app, &centre.app.page()).await;
    assert_eq!(session.post("/v1/course/applications/preview", &mine).await.ok()["may_apply"], true);
    let made = centre.app.server().post("/v1/course/applications", &wish).await.created();
    assert_eq!(made["applications"][0]["state"], "admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_takes_a_suspended_patron_for_a_reason_that_stays_in_the_history_and_is_told_to_nobody() {
    let centre = Centre::new(json!({}), &[]).await;
    let patron = json!({ "name": "山田 太郎", "email": "taro@example.jp" });
    let patron = centre.app.server().post("/v1/patrons", &patron).await.created();
    suspend(&centre, &patron).await;
    let mut entry = wish(&centre, &patron);
    entry["channel"] = json!("counter");
    let (server, at) = (centre.app.server(), "/v1/course/applications/entries");
    let refused = server.post(at, &entry).await.refused(409, "patron.standing.suspended");
    assert_eq!(refused["until"], UNTIL, "{refused}");
    entry["despite_suspension"] = json!(" ");
    server.post(at, &entry).await.refused(422, "course.seats.no_reason");
    entry["despite_suspension"] = json!("所長の承認による");
    let made = server.post(at, &entry).await.created()["applications"][0].clone();
    assert_eq!((&made["state"], made.get("reason")), (&json!("admitted"), None), "{made}");
    let history = server.get(&format!("/v1/course/applications/{}/history", id(&made))).await.ok();
    let why: Vec<_> = history["events"].as_array().unwrap().iter().map(|one| (&one["kind"], &one["reason"])).collect();
    assert_eq!(why[1], (&json!("taken_though_suspended"), &json!("所長の承認による")), "{history}");
    let letters = outbox(&centre).await;
    assert!(letters.iter().all(|one| !one.body.contains("承認")), "{letters:?}");

    let other = json!({ "name": "林 次郎", "email": "jiro@example.jp" });
    let other = server.post("/v1/patrons", &other).await.created();
    let mut entry = json!({ "class": centre.class, "people": [{ "name": "林 次郎" }], "patron": other["id"], "channel": "counter" });
    entry["despite_suspension"] = json!("念のため");
    let made = server.post(at, &entry).await.created()["applications"][0].clone();
    let history = server.get(&format!("/v1/course/applications/{}/history", id(&made))).await.ok();
    assert_eq!(history["events"].as_array().unwrap().len(), 1, "nothing had to be overridden: {history}");
}
