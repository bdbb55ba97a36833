//! The leaflet as everybody reads it: found by its words and by what somebody needs, with how full it is.

use std::collections::BTreeSet;

use poem::http::Method;
use serde_json::{Value, json};
use tests::{
    Answer, TestApp,
    counting::{self, counted},
};
use time::macros::datetime;

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

/// The codes of classes that are found, page by page of so many, until there are no more.
async fn codes(app: &TestApp, query: &str, limit: usize) -> Vec<String> {
    let (mut found, mut more) = (Vec::new(), String::new());
    loop {
        let page = app.page().get(&format!("/v1/course/leaflet?{query}&limit={limit}{more}")).await.ok();
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit && (data.len() == limit || page["has_more"] == false), "{page}");
        found.extend(data.iter().map(|one| one["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => more = format!("&cursor={next}"),
            None => return found,
        }
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
    of.app.clock.set(datetime!(2026-12-01 17:00 +9));
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
async fn odds_are_told_by_tier_and_not_while_fewer_than_five_could_be_told_from_them() {
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
    let told = seen().await;
    assert_eq!((&told["entered"], &told["tiers"]), (&json!(6), &json!([])), "that one is from elsewhere would follow");
    let resident = |odds: &str| json!({ "label": "市内在住", "entered": 5, "odds": odds });
    for n in 6..9 {
        apply(n, "outside").await;
    }
    assert_eq!(seen().await["tiers"], json!([]), "and that four are");
    for n in 9..11 {
        apply(n, "outside").await;
    }
    assert_eq!(seen().await["tiers"], json!([resident("2.5"), { "entered": 6 }]), "they leave no place");
    centre.resize(8).await;
    let told = seen().await;
    assert_eq!(told["tiers"], json!([resident("0.6"), { "entered": 6, "odds": "2.0" }]), "three of eight are left");
    assert_eq!(told["odds"], "1.3");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_has_ended_is_left_out_unless_it_is_asked_for() {
    let of = Leaflet::new().await;
    let server = of.app.server();
    let (yoga, robots) = (&vec![of.yoga.clone()], &vec![of.robots.clone()]);
    let both = BTreeSet::from([of.yoga.clone(), of.robots.clone()]);
    let meets = async |day: &str| {
        let session = json!({ "class": of.yoga, "sessions": [{ "starts_at": format!("{day}T10:00:00+09:00"),
                              "ends_at": format!("{day}T11:00:00+09:00"), "place": "公園" }] });
        server.post("/v1/course/sessions", &session).await.created();
    };
    meets("2027-04-10").await;
    of.app.clock.set(datetime!(2027-04-10 10:59 +9));
    assert_eq!(BTreeSet::from_iter(of.found("").await), both);
    of.app.clock.set(datetime!(2027-04-10 11:00 +9));
    assert_eq!(&of.found("").await, robots, "its last session is over");
    assert_eq!(BTreeSet::from_iter(of.found("past=true").await), both);
    assert_eq!(&of.found("past=false").await, robots);
    meets("2027-11-10").await;
    of.app.clock.set(datetime!(2027-09-30 23:59 +9));
    assert_eq!(BTreeSet::from_iter(of.found("").await), both, "without sessions a class lasts as long as its term");
    of.app.clock.set(datetime!(2027-10-01 00:00 +9));
    assert_eq!(&of.found("").await, yoga);
    assert_eq!(BTreeSet::from_iter(of.found("past=true").await), both);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_class_is_past_and_takes_nobody_whatever_its_windows_say() {
    let of = Leaflet::new().await;
    let (yoga, robots) = (of.yoga.clone(), vec![of.robots.clone()]);
    let class = yoga.parse::<kernel::ids::CourseClassId>().unwrap().uuid();
    of.app.test.execute(&format!("UPDATE course.classes SET state = 'completed' WHERE id = '{class}'")).await;
    assert_eq!(of.found("").await, robots);
    assert_eq!(BTreeSet::from_iter(of.found("past=true").await), BTreeSet::from([yoga, of.robots.clone()]));
    assert_eq!(
        (of.found("past=true&open=true").await, of.found("past=true&places_left=true").await),
        (robots.clone(), robots)
    );
}

/// Classes by their codes, in the order in which they are made: when each first meets, and when its windows close.
const SHELF: [(&str, Option<&str>, &[&str]); 5] = [
    ("D", Some("2027-04-10"), &["2026-12-05"]),
    ("B", Some("2027-04-03"), &["2026-11-25", "2026-12-20"]),
    ("a", Some("2027-04-10"), &["2026-12-01"]),
    ("C", None, &["2026-12-05"]),
    ("A", Some("2027-05-01"), &["2026-12-10"]),
];

/// The leaflet with five more classes, each of which has the word 棚.
async fn shelf() -> TestApp {
    let of = Leaflet::new().await;
    let server = of.app.server();
    let known = server.get(&format!("/v1/course/classes/{}", of.yoga)).await.ok();
    for (code, meets, closes) in SHELF {
        let class = json!({ "course": known["course"], "term": known["term"], "code": code, "title": "棚", "capacity": 5,
                            "admission": "first_come" });
        let class = id(&server.post("/v1/course/classes", &class).await.created());
        for day in closes {
            let window = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00",
                                 "closes_at": format!("{day}T17:00:00+09:00") });
            server.post("/v1/course/windows", &window).await.created();
        }
        if let Some(day) = meets {
            let session = json!({ "class": class, "sessions": [{ "starts_at": format!("{day}T10:00:00+09:00"),
                                  "ends_at": format!("{day}T11:00:00+09:00"), "place": "公園" }] });
            server.post("/v1/course/sessions", &session).await.created();
        }
        server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await.ok();
    }
    of.app
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leaflet_is_read_by_start_by_close_or_by_code_and_each_class_is_on_one_page() {
    counting::start();
    let app = shelf().await;
    for (sort, expected) in [
        ("", ["D", "B", "a", "C", "A"]),
        ("&sort=starts", ["C", "B", "D", "a", "A"]),
        ("&sort=closes", ["a", "D", "C", "A", "B"]),
        ("&sort=code", ["A", "B", "C", "D", "a"]),
    ] {
        for limit in 1..=6 {
            assert_eq!(codes(&app, &format!("q=棚{sort}"), limit).await, expected, "{sort}, {limit} on a page");
        }
    }
    let page = app.page();
    page.get("/v1/course/leaflet?sort=price").await.refused(400, "invalid_request");
    let first = page.get("/v1/course/leaflet?q=棚&sort=code&limit=2").await.ok();
    let elsewhere =
        format!("/v1/course/leaflet?q=棚&sort=starts&limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    page.get(&elsewhere).await.refused(400, "invalid_cursor");
    let (of_one, _) = counted(&app.test, page.get("/v1/course/leaflet?q=棚&limit=1")).await;
    for sort in ["starts", "closes", "code"] {
        let at = format!("/v1/course/leaflet?q=棚&past=true&sort={sort}");
        let (of_all, found) = counted(&app.test, page.get(&at)).await;
        assert_eq!((of_all, found.ok()["data"].as_array().unwrap().len()), (of_one, SHELF.len()), "{sort}");
    }
    assert!(of_one > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_on_where_the_one_before_ended_though_time_has_passed_and_a_class_is_gone() {
    let app = shelf().await;
    let page = app.page();
    let part = async |query: &str| {
        let found = page.get(&format!("/v1/course/leaflet?q=棚&{query}")).await.ok();
        let codes: Vec<_> = found["data"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
        (codes, found["next_cursor"].as_str().unwrap_or_default().to_owned())
    };
    let (first, next) = part("sort=starts&limit=3").await;
    assert_eq!(first, ["C", "B", "D"]);
    app.test.execute("UPDATE course.classes SET state = 'cancelled' WHERE code = 'D'").await;
    let (rest, _) = part(&format!("sort=starts&limit=3&cursor={next}")).await;
    assert_eq!(rest, ["a", "A"]);
    let (first, next) = part("sort=closes&open=true&limit=1").await;
    assert_eq!(first, ["a"]);
    app.clock.set(datetime!(2026-12-05 17:00 +9));
    let (rest, _) = part(&format!("sort=closes&open=true&limit=3&cursor={next}")).await;
    assert_eq!(rest, ["A", "B"], "what is open still");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_taken_by_one_of_the_windows_finds_the_class_and_while_it_is_open_those_whom_it_takes() {
    let seniors = json!({ "label": "シニア先行", "requires": [{ "any_of": [{ "fact": "age", "at_least": 65 }] }] });
    let centre = Centre::with_window(json!({}), &[], seniors).await;
    let later = json!({ "class": centre.class, "kind": "general", "label": "一般", "opens_at": "2026-12-05T09:00:00+09:00",
                        "closes_at": "2026-12-20T17:00:00+09:00",
                        "requires": [{ "any_of": [{ "fact": "age", "at_least": 18 }] }] });
    centre.app.server().post("/v1/course/windows", &later).await.created();
    let found = async |query: &str| codes(&centre.app, query, 10).await.len();
    let at = [found("age=70").await, found("age=40").await, found("age=17").await];
    assert_eq!(at, [1, 1, 0], "somebody of forty will be taken");
    assert_eq!([found("age=70&open=true").await, found("age=40&open=true").await], [1, 0], "but not yet");
    assert_eq!(found("grade=3").await, 1, "no window speaks of the school year");
    centre.app.clock.set(datetime!(2026-12-06 09:00 +9));
    assert_eq!([found("age=40&open=true").await, found("age=17&open=true").await], [1, 0]);
}
