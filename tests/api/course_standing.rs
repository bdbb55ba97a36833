//! What the house's own records say of somebody who applies: continuing, for the first time, how often, left out before.

use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{
    course_applications::Centre,
    course_histories::{FIRST, meet},
    venue_hire::id,
};

/// The class of the centre once more in the next term, with these windows and fees.
pub struct Next {
    pub class: String,
}

pub async fn person(centre: &Centre, name: &str) -> Value {
    centre.app.server().post("/v1/persons", &json!({ "name": name, "birth_date": "1990-05-05" })).await.created()
}

pub async fn enter(centre: &Centre, class: &str, who: &Value) -> Answer {
    let body = json!({ "class": class, "people": [{ "person": who["id"] }], "contact": { "name": "窓口" }, "channel": "counter" });
    centre.app.server().post("/v1/course/applications/entries", &body).await
}

impl Next {
    pub async fn of(centre: &Centre, class: Value, windows: &[Value], fees: &[Value]) -> Self {
        let server = centre.app.server();
        let before = server.get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
        let term = json!({ "code": "2027-2", "name": "後期", "starts_on": "2027-10-01", "ends_on": "2028-04-01", "previous": before["term"] });
        let term = server.post("/v1/course/terms", &term).await.created();
        let mut body = json!({ "course": before["course"], "term": term["id"], "code": "SAT", "title": "土曜", "capacity": 5, "admission": "first_come" });
        body.as_object_mut().unwrap().extend(class.as_object().unwrap().clone());
        let class = id(&server.post("/v1/course/classes", &body).await.created());
        for window in windows {
            let mut body = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00", "closes_at": "2027-02-01T17:00:00+09:00" });
            body.as_object_mut().unwrap().extend(window.as_object().unwrap().clone());
            server.post("/v1/course/windows", &body).await.created();
        }
        for fee in fees {
            let mut body = json!({ "class": class, "kind": "tuition", "label": "受講料" });
            body.as_object_mut().unwrap().extend(fee.as_object().unwrap().clone());
            server.post("/v1/course/fees", &body).await.created();
        }
        server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await.ok();
        Self { class }
    }
}

fn requires(fact: &str, condition: Value) -> Value {
    let mut one = json!({ "fact": fact });
    one.as_object_mut().unwrap().extend(condition.as_object().unwrap().clone());
    json!([{ "any_of": [one] }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_continuing_window_takes_last_terms_learners_alone_and_they_join_once() {
    let centre = Centre::new(json!({}), &[]).await;
    let (learner, gone, stranger) =
        (person(&centre, "受講 花子").await, person(&centre, "辞退 次郎").await, person(&centre, "新規 三郎").await);
    enter(&centre, &centre.class, &learner).await.created();
    let left = enter(&centre, &centre.class, &gone).await.created()["applications"][0].clone();
    centre.act(&left, "withdraw", &json!({})).await.ok();
    let continuing =
        json!({ "kind": "continuing", "label": "継続", "requires": requires("continuing", json!({ "is": true })) });
    let general = json!({ "label": "一般", "opens_at": "2026-12-10T09:00:00+09:00" });
    let fees = [json!({ "amount": 3_000 }), json!({ "kind": "joining", "label": "入会金", "amount": 5_000 })];
    let next = Next::of(&centre, json!({}), &[continuing, general], &fees).await;
    for who in [&gone, &stranger] {
        let refused = enter(&centre, &next.class, who).await.refused(422, "course.application.not_eligible");
        assert_eq!(refused["findings"][0]["rule"], "継続", "{refused}");
    }
    meet(&centre, 1).await;
    centre.app.clock.set(FIRST);
    let made = enter(&centre, &next.class, &learner).await.created()["applications"][0].clone();
    assert_eq!(made["total"], 3_000, "{made}");
    let joining = made["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "joining").unwrap();
    assert_eq!(
        (&joining["listed"], &joining["charged"], &joining["rule"]),
        (&json!(5_000), &json!(0), &json!("入会済み"))
    );
    centre.app.clock.advance(Duration::days(20));
    let made = enter(&centre, &next.class, &stranger).await.created()["applications"][0].clone();
    assert_eq!(made["total"], 8_000, "whoever never took part joins");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_ranks_by_who_was_left_out_before_and_who_took_part_least() {
    let centre = Centre::new(json!({ "capacity": 1, "admission": "draw" }), &[]).await;
    let people = [person(&centre, "一").await, person(&centre, "二").await];
    let mut before = Vec::new();
    for who in &people {
        before.push(enter(&centre, &centre.class, who).await.created()["applications"][0].clone());
    }
    let server = centre.app.server();
    let draw = server.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok()["data"][0].clone();
    centre.app.clock.advance(Duration::days(12));
    server.post(&format!("/v1/course/draws/{}/freeze", id(&draw)), &json!({})).await.ok();
    server.post(&format!("/v1/course/draws/{}/publish", id(&draw)), &json!({})).await.ok();
    let won = centre.read(&before[0]).await["state"] == "admitted";
    let (winner, loser) = if won { (&people[0], &people[1]) } else { (&people[1], &people[0]) };
    let tier = |label: &str, requires: Value| json!({ "label": label, "requires": requires });
    let tiers = json!([
        tier("前回落選", requires("lost_last_term", json!({ "is": true }))),
        tier("初めて", requires("courses_in_two_years", json!({ "at_most": 0 }))),
        tier("1回", requires("courses_in_two_years", json!({ "at_most": 1 }))),
    ]);
    let first =
        json!([{ "label": "初回", "effect": "warn", "requires": requires("first_time", json!({ "is": true })) }]);
    let class = json!({ "admission": "draw", "rules": { "tiers": tiers, "eligibility": first } });
    let next = Next::of(&centre, class, &[json!({})], &[]).await;
    let newcomer = person(&centre, "新規").await;
    for (who, tier, warned) in [(loser, 0, false), (&newcomer, 1, false), (winner, 2, true)] {
        let made = enter(&centre, &next.class, who).await.created()["applications"][0].clone();
        assert_eq!(made["people"][0]["tier"], tier, "{made}");
        assert_eq!(made["people"][0]["findings"].as_array().unwrap().len(), usize::from(warned), "{made}");
        assert_eq!(made["to_verify"], false, "the house knows its own records");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_a_family_or_was_charged_nothing_has_not_joined_with_the_others() {
    let free = json!({ "label": "中学生以下", "amount": 0, "fees": ["joining"], "requires": requires("age", json!({ "at_most": 15 })) });
    let fees = [json!({ "amount": 3_000 }), json!({ "kind": "joining", "label": "入会金", "amount": 5_000 })];
    let class = json!({ "max_party": 3, "rules": { "prices": [free] } });
    let centre = Centre::new(class, &fees).await;
    let server = centre.app.server();
    let (father, mother) = (person(&centre, "父").await, person(&centre, "母").await);
    let child = json!({ "name": "子", "birth_date": "2020-05-05" });
    let child = server.post("/v1/persons", &child).await.created();
    let people: Vec<_> = [&father, &mother, &child].iter().map(|one| json!({ "person": one["id"] })).collect();
    let body = json!({ "class": centre.class, "people": people, "contact": { "name": "父" }, "channel": "counter" });
    let made = server.post("/v1/course/applications/entries", &body).await.created()["applications"][0].clone();
    assert_eq!(made["total"], 3 * 3_000 + 2 * 5_000);
    let asked = json!({ "application": made["id"], "people": [mother["id"]] });
    let quote = server.post("/v1/course/withdrawal-quotes", &asked).await.created();
    server.post(&format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote)), &json!({})).await.ok();
    let next = Next::of(&centre, json!({}), &[json!({})], &fees).await;
    for (who, total) in [(&father, 3_000), (&mother, 8_000), (&child, 8_000)] {
        let made = enter(&centre, &next.class, who).await.created()["applications"][0].clone();
        assert_eq!(made["total"], total, "{made}");
    }
}
