//! The leaflet as everybody reads it: found by its words and by what somebody needs, with how full it is.

use std::collections::BTreeSet;

use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, TestApp};

use crate::{course_applications::Centre, venue_hire::id};

/// Three courses with a class each: two that anybody finds, one that is a draft.
struct Leaflet {
    app: TestApp,
    yoga: String,
    robots: String,
}

impl Leaflet {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let make = async |noun: &str, body: Value| {
            id(&app.server().post(&format!("/v1/course/{noun}"), &body).await.created())
        };
        let term = json!({ "code": "2027-1", "name": "前期", "starts_on": "2027-04-01", "ends_on": "2027-10-01" });
        let term = make("terms", term).await;
        let mut classes = Vec::new();
        for (code, title, kana, genre, rules) in [
            ("YOGA", "ヨガ入門", "よがにゅうもん", "健康", rule("age", 18, 200)),
            ("ROBO", "ロボット工作", "ろぼっとこうさく", "科学", rule("grade", 3, 6)),
            ("TEA", "茶道", "さどう", "文化", json!([])),
        ] {
            let course =
                make("courses", json!({ "code": code, "title": title, "title_kana": kana, "genres": [genre] })).await;
            let class = json!({ "course": course, "term": term, "code": code, "title": format!("{title} 土曜"), "capacity": 2,
                                "admission": "first_come", "rules": { "eligibility": rules } });
            let class = make("classes", class).await;
            let window = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00",
                                 "closes_at": "2026-12-01T17:00:00+09:00" });
            make("windows", window).await;
            classes.push(class);
        }
        for class in &classes[..2] {
            app.server().post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await.ok();
        }
        Self { yoga: classes[0].clone(), robots: classes[1].clone(), app }
    }

    async fn found(&self, query: &str) -> Vec<String> {
        let found = self.app.page().get(&format!("/v1/course/leaflet?{query}")).await.ok();
        found["data"].as_array().unwrap().iter().map(|one| one["class"].as_str().unwrap().to_owned()).collect()
    }
}

fn rule(fact: &str, least: i64, most: i64) -> Value {
    json!([{ "label": "対象", "effect": "block", "requires": [{ "any_of": [{ "fact": fact, "at_least": least, "at_most": most }] }] }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_found_however_its_words_are_written_and_by_whom_it_is_for() {
    let of = Leaflet::new().await;
    let (yoga, robots) = (&vec![of.yoga.clone()], &vec![of.robots.clone()]);
    for text in ["ヨガ", "よが", "ﾖｶﾞ", "ヨガ　土曜", "健康", "にゅうもん%20よが"] {
        assert_eq!(&of.found(&format!("q={text}")).await, yoga, "{text}");
    }
    let published = BTreeSet::from([of.yoga.clone(), of.robots.clone()]);
    assert_eq!(BTreeSet::from_iter(of.found("").await), published, "drafts are nobody's to find");
    assert!(of.found("q=%25").await.is_empty() && of.found("q=ヨガ%20工作").await.is_empty());
    assert_eq!(&of.found("genre=科学").await, robots);
    assert_eq!(of.found("age=40").await.len(), 2, "what asks for the school year says nothing of an age");
    assert_eq!(&of.found("age=17").await, robots);
    assert_eq!((of.found("grade=3").await.len(), &of.found("grade=7").await), (2, yoga));
    assert_eq!(of.found("open=true").await.len(), 2);
    of.app.clock.set(time::macros::datetime!(2026-12-01 17:00 +9));
    assert!(of.found("open=true").await.is_empty(), "a window is half-open");
    let first = of.app.page().get("/v1/course/leaflet?limit=1").await.ok();
    let next = format!("limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let pages = [of.found(&next).await, vec![first["data"][0]["class"].as_str().unwrap().to_owned()]];
    assert_eq!(BTreeSet::from_iter(pages.concat()), published, "each on one page");
    of.app.page().get("/v1/course/leaflet?age=-1").await.refused(400, "invalid_request");
    let next_door = of.app.neighbour().get("/v1/course/leaflet").await.ok();
    assert_eq!(next_door["data"], json!([]), "the neighbour has no courses of ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_found_by_its_own_title_and_by_who_teaches_it_however_they_are_written() {
    let of = Leaflet::new().await;
    let server = of.app.server();
    let change = json!({ "title": "ﾖﾙのクラス" });
    server.send(Method::PATCH, &format!("/v1/course/classes/{}", of.yoga), &[], Some(&change)).await.ok();
    let teacher = json!({ "public_name": "マリア・ロッシ", "public_name_en": "Maria Rossi" });
    let teacher = id(&server.post("/v1/course/instructors", &teacher).await.created());
    let session = json!({ "class": of.robots, "sessions": [{ "starts_at": "2027-04-10T10:00:00+09:00", "ends_at": "2027-04-10T11:00:00+09:00",
                          "place": "公園", "teachers": [{ "instructor": teacher }] }] });
    server.post("/v1/course/sessions", &session).await.created();
    for text in ["ヨル", "よる", "ﾖﾙ"] {
        assert_eq!(of.found(&format!("q={text}")).await, std::slice::from_ref(&of.yoga), "{text}");
    }
    for text in ["マリア", "まりあ", "ＲＯＳＳＩ", "rossi", "工作%20まりあ"] {
        assert_eq!(of.found(&format!("q={text}")).await, std::slice::from_ref(&of.robots), "{text}");
    }
    assert!(of.found("q=まりあ%20よる").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_paid_in_time_is_free_at_the_moment_of_reading_and_a_cancelled_class_has_no_places() {
    let centre = Centre::new(json!({ "capacity": 1, "payment_days": 1 }), &[json!({ "amount": 3_000 })]).await;
    let page = centre.app.page();
    let listed = async |query: &str| {
        let found = page.get(&format!("/v1/course/leaflet?{query}")).await.ok();
        found["data"].as_array().unwrap().len()
    };
    let left = async || {
        let at = format!("/v1/course/classes/{}/availability", centre.class);
        page.get(&at).await.ok()["places_left"].clone()
    };
    centre.one(&["一"]).await;
    assert_eq!((left().await, listed("places_left=true").await), (json!(0), 0));
    centre.app.clock.advance(time::Duration::days(3));
    assert_eq!((left().await, listed("places_left=true").await), (json!(1), 1), "whether or not anybody tidied up");
    let reason = json!({ "class": centre.class, "reason": "講師の急病" });
    let plans = "/v1/course/change-plans";
    let plan = centre.app.server().post(&format!("{plans}/closings"), &reason).await.created();
    centre.app.server().post(&format!("{plans}/{}/execute", id(&plan)), &json!({})).await.ok();
    let shown = page.get(&format!("/v1/course/leaflet/{}", centre.class)).await.ok();
    assert_eq!((&shown["listing"]["open"], left().await), (&json!(false), json!(0)), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_place_that_somebody_waits_for() {
    let of = Leaflet::new().await;
    let apply = async |name: &str| {
        let body = json!({ "class": of.yoga, "people": [{ "name": name, "birth_date": "1980-05-05" }],
                           "contact": { "name": name, "email": "guest@example.jp" } });
        of.app.page().post("/v1/course/applications", &body).await.created()["applications"][0].clone()
    };
    let at = format!("/v1/course/classes/{}/availability", of.yoga);
    let seen = of.app.page().get(&at).await;
    let etag = seen.header("etag").to_owned();
    assert_eq!((&seen.ok()["places_left"], &seen.ok()["waiting"]), (&json!(2), &json!(0)));
    let again = |have: &str| {
        let (at, have) = (at.clone(), have.to_owned());
        let page = of.app.page();
        async move { page.send(Method::GET, &at, &[("if-none-match", &have)], None).await }
    };
    assert_eq!(again(&etag).await.status, 304);
    let first = apply("一").await;
    assert_eq!(again(&etag).await.ok()["places_left"], 1);
    for name in ["二", "三"] {
        apply(name).await;
    }
    assert_eq!(of.found("places_left=true").await, std::slice::from_ref(&of.robots));
    let resize = json!({ "capacity": 2, "held_back": 1, "reason": "関係者枠" });
    of.app
        .server()
        .send(
            Method::PUT,
            &format!("/v1/course/classes/{}/capacity", of.yoga),
            &[("idempotency-key", "resize")],
            Some(&resize),
        )
        .await
        .ok();
    of.app
        .server()
        .post(&format!("/v1/course/applications/{}/revoke", id(&first)), &json!({ "reason": "誤り" }))
        .await
        .ok();
    let seen = again(&etag).await.ok();
    assert_eq!(
        (&seen["capacity"], &seen["places_left"], &seen["waiting"]),
        (&json!(1), &json!(0), &json!(1)),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn odds_are_told_by_tier_and_not_of_fewer_than_five() {
    let resident =
        json!({ "label": "市内在住", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] });
    let centre =
        Centre::new(json!({ "capacity": 2, "admission": "draw", "rules": { "tiers": [resident] } }), &[]).await;
    let page = centre.app.page();
    let apply = async |n: usize, residence: &str| {
        let body = json!({ "class": centre.class, "people": [{ "name": format!("人{n}"), "facts": [{ "kind": "residence", "text": residence }] }],
                           "contact": { "name": "人" } });
        page.post("/v1/course/applications", &body).await.created();
    };
    let seen = async || page.get(&format!("/v1/course/classes/{}/availability", centre.class)).await.ok();
    for n in 0..4 {
        apply(n, "city").await;
    }
    assert_eq!(
        (&seen().await["entered"], &seen().await["odds"], &seen().await["tiers"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    apply(4, "outside").await;
    let told = seen().await;
    assert_eq!((&told["entered"], &told["odds"], &told["tiers"]), (&json!(5), &json!("2.5"), &json!([])), "{told}");
    apply(5, "city").await;
    assert_eq!(seen().await["tiers"], json!([{ "label": "市内在住", "entered": 5, "odds": "2.5" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_leaflet_says_what_one_reads_before_one_applies() {
    let of = Leaflet::new().await;
    let ask = async |class: &str| -> Answer { of.app.page().get(&format!("/v1/course/leaflet/{class}")).await };
    let page = ask(&of.yoga).await.ok();
    assert_eq!(
        (&page["listing"]["course_title"], &page["conditions"]),
        (&json!("ヨガ入門"), &json!([{ "label": "対象", "required": true }]))
    );
    assert_eq!((&page["listing"]["open"], &page["listing"]["windows"][0]["label"]), (&json!(true), &json!("一般")));
    ask("cla_00000000000000000000000000").await.refused(404, "absent");
}
