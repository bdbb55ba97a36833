//! What happens by itself when its moment has come: draws and screenings.

use api::course::lapsing;
use poem::http::Method;
use serde_json::{Value, json};
use time::{Duration, macros::datetime};

use crate::{course_applications::Centre, course_letters::outbox, venue_hire::id};

async fn draw(centre: &Centre) -> Value {
    let found = centre.app.page().get(&format!("/v1/course/draws?class={}", centre.class)).await.ok();
    found["data"].as_array().unwrap().last().unwrap().clone()
}

async fn round(centre: &Centre) -> usize {
    lapsing::round(&centre.app.desk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postcard_waits_from_when_it_came_and_not_from_when_it_was_typed() {
    let centre = Centre::new(json!({ "capacity": 1 }), &[]).await;
    let seated = centre.one(&["先"]).await;
    centre.app.clock.advance(Duration::hours(2));
    let later = centre.one(&["後"]).await;
    assert_eq!(later["position"], 1);
    let came = kernel::clock::written(centre.app.clock.now() - Duration::hours(1));
    centre.app.clock.advance(Duration::hours(2));
    let card = json!({ "class": centre.class, "people": [{ "name": "はがき" }], "contact": { "name": "はがき" }, "channel": "post",
                       "received_at": came });
    let made = centre.app.server().post("/v1/course/applications/entries", &card).await.created();
    assert_eq!(made["applications"][0]["position"], 1);
    assert_eq!(
        (&centre.read(&later).await["position"], &centre.read(&seated).await["state"]),
        (&json!(2), &json!("admitted"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_is_frozen_when_paper_has_had_its_time_and_published_when_the_results_are_due() {
    let class = json!({ "capacity": 1, "admission": "draw", "results_at": "2026-12-10T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    let hours = json!({ "paper_hours": 48, "remind_hours": null });
    centre.app.server().send(Method::PATCH, "/v1/course/settings", &[], Some(&hours)).await.ok();
    let both = [centre.one(&["一"]).await, centre.one(&["二"]).await];
    outbox(&centre).await;
    centre.app.clock.set(datetime!(2026-12-03 16:59 +9));
    assert_eq!(round(&centre).await, 0);
    let card = json!({ "class": centre.class, "people": [{ "name": "はがき" }], "contact": { "name": "はがき" }, "channel": "post",
                       "received_at": "2026-12-01T12:00:00+09:00" });
    centre.app.server().post("/v1/course/applications/entries", &card).await.created();
    centre.app.clock.set(datetime!(2026-12-03 17:00 +9));
    assert_eq!((round(&centre).await, round(&centre).await), (1, 0));
    let frozen = draw(&centre).await;
    assert_eq!((&frozen["state"], &frozen["capacity"], frozen.get("entries")), (&json!("frozen"), &json!(1), None));
    centre.app.clock.set(datetime!(2026-12-10 09:59 +9));
    assert_eq!(round(&centre).await, 0);
    centre.app.clock.set(datetime!(2026-12-10 10:00 +9));
    assert_eq!((round(&centre).await, round(&centre).await), (1, 0));
    let published = draw(&centre).await;
    assert_eq!((&published["state"], &published["entries"]), (&json!("published"), &json!(3)));
    for one in &both {
        assert_ne!(centre.read(one).await["state"], "entered");
    }
    assert_eq!(outbox(&centre).await.len(), 2, "the card left no address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_closes_after_the_results_of_its_class_has_its_time_for_paper_and_then_its_results() {
    let class = json!({ "capacity": 3, "admission": "draw", "results_at": "2026-12-10T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    centre.one(&["一"]).await;
    centre.app.clock.set(datetime!(2026-12-10 10:00 +9));
    while round(&centre).await > 0 {}
    assert_eq!(draw(&centre).await["state"], "published");
    let more = json!({ "class": centre.class, "kind": "additional", "label": "追加", "opens_at": "2026-12-15T09:00:00+09:00",
                       "closes_at": "2026-12-25T17:00:00+09:00" });
    centre.app.server().post("/v1/course/windows", &more).await.created();
    centre.app.clock.set(datetime!(2026-12-16 10:00 +9));
    let entered = centre.one(&["二"]).await;
    centre.app.clock.set(datetime!(2026-12-28 16:59 +9));
    assert_eq!((round(&centre).await, &draw(&centre).await["state"]), (0, &json!("committed")));
    let card = json!({ "class": centre.class, "people": [{ "name": "はがき" }], "contact": { "name": "はがき" }, "channel": "post",
                       "received_at": "2026-12-24T12:00:00+09:00" });
    centre.app.server().post("/v1/course/applications/entries", &card).await.created();
    centre.app.clock.set(datetime!(2026-12-28 17:00 +9));
    while round(&centre).await > 0 {}
    let published = draw(&centre).await;
    assert_eq!((&published["state"], &published["entries"]), (&json!("published"), &json!(2)));
    assert_eq!(centre.read(&entered).await["state"], "admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_that_waits_for_a_public_value_is_frozen_by_itself_and_published_by_whoever_brings_it() {
    let later = json!({ "opens_at": "2026-11-23T09:00:00+09:00" });
    let class = json!({ "admission": "draw", "results_at": "2026-12-02T10:00:00+09:00" });
    let centre = Centre::with_window(class, &[], later).await;
    let server = centre.app.server();
    let at = |draw: &Value, act: &str| format!("/v1/course/draws/{}/{act}", id(draw));
    server.post(&at(&draw(&centre).await, "void"), &json!({ "reason": "公開値を用いるため" })).await.ok();
    let asked = json!({ "window": centre.window, "beacon": "drand quicknet round 1" });
    let made = server.post("/v1/course/draws", &asked).await.created();
    assert_eq!(made["rules"].get("late"), None, "nobody could apply yet");
    centre.app.clock.set(datetime!(2026-12-02 10:00 +9));
    // the results are due: paper has no more time
    assert_eq!((round(&centre).await, round(&centre).await), (1, 0));
    let seen = server.get(&format!("/v1/course/draws/{}", id(&made))).await.ok();
    assert_eq!(seen["state"], "frozen");
    server.post(&at(&made, "publish"), &json!({ "beacon": "11".repeat(32) })).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screening_that_is_decided_beforehand_is_told_to_all_at_the_moment_of_the_results() {
    let class = json!({ "capacity": 1, "admission": "screening", "results_at": "2026-12-05T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    let all =
        [centre.one(&["一"]).await, centre.one(&["二"]).await, centre.one(&["三"]).await, centre.one(&["四"]).await];
    outbox(&centre).await;
    let server = centre.app.server();
    let at = format!("/v1/course/classes/{}/screening", centre.class);
    server.get(&at).await.refused(404, "absent");
    let key = |n: &str| [("idempotency-key".to_owned(), n.to_owned())];
    let put = async |n: &str, body: Value| {
        let key = key(n);
        let headers: Vec<(&str, &str)> = key.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        server.send(Method::PUT, &at, &headers, Some(&body)).await
    };
    let ids = |some: &[usize]| some.iter().map(|at| all[*at]["id"].clone()).collect::<Vec<_>>();
    put("1", json!({ "reject": ids(&[0]) })).await.refused(422, "course.seats.no_reason");
    let twice =
        put("2", json!({ "admit": ids(&[0]), "wait": ids(&[0]) })).await.refused(409, "course.screening.not_screened");
    assert_eq!(twice["applications"], json!(ids(&[0])));
    put("3", json!({ "admit": ids(&[0]) })).await.ok();
    let decided = json!({ "admit": ids(&[3, 1]), "reject": ids(&[2]), "reason": "定員を超えたため" });
    let kept = put("4", decided).await.ok();
    assert_eq!((&kept["version"], kept.get("released_at")), (&json!(2), None));
    assert_eq!(server.get(&at).await.ok()["admit"], json!(ids(&[3, 1])));
    centre.app.page().get(&at).await.refused(403, "permission_denied");
    // one of them withdraws meanwhile
    centre.act(&all[3], "withdraw", &json!({})).await.ok();
    outbox(&centre).await;
    centre.app.clock.set(datetime!(2026-12-05 10:00 +9));
    assert_eq!((round(&centre).await, round(&centre).await), (1, 0));
    let mut states = Vec::new();
    for one in &all {
        states.push(centre.read(one).await["state"].as_str().unwrap().to_owned());
    }
    assert_eq!(states, ["screening", "admitted", "rejected", "withdrawn"]);
    let letters: Vec<_> = outbox(&centre).await.into_iter().map(|one| one.template).collect();
    assert_eq!(letters, ["course.admitted", "course.rejected"]);
    assert!(server.get(&at).await.ok()["released_at"].is_string());
    put("5", json!({ "admit": ids(&[0]) })).await.refused(409, "course.screening.no_moment");
}
