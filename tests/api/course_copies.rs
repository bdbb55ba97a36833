//! A class that is copied into the next term: what comes along, what moves with the term, and numbers that agree.

use poem::http::Method;
use serde_json::{Value, json};

use crate::{
    course_sessions::{Term, made},
    venue_hire::id,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_copied_into_the_next_term_with_its_windows_fees_sessions_and_rooms() {
    let of = Term::new().await;
    let teacher = of.teacher("山田 花子").await;
    of.generate(&of.pattern(&["saturday"], &[&teacher])).await.created();
    made(of.app(), "fees", &json!({ "class": of.class, "kind": "tuition", "label": "受講料", "amount": 6000 })).await;
    of.publish(&of.class).await.ok();
    let next = json!({ "code": "2027-2", "name": "春期", "starts_on": "2027-04-03", "ends_on": "2027-07-01" });
    let next = id(&made(of.app(), "terms", &next).await);
    let at = format!("/v1/course/classes/{}/copy", of.class);
    let body = json!({ "term": next, "code": "SAT" });
    let copy = of.app().server().post(&at, &body).await.created();
    assert_eq!((&copy["state"], &copy["term"]), (&json!("draft"), &json!(next)));
    let sessions = of.sessions(&id(&copy)).await;
    let days: Vec<&str> = sessions.iter().map(|one| one["day"].as_str().unwrap()).collect();
    assert_eq!(days[..2], ["2027-04-03", "2027-04-10"]);
    assert_eq!((sessions.len(), of.taken().await, &sessions[0]["teachers"][0]["instructor"]), (6, 24, &json!(teacher)));
    for noun in ["windows", "fees"] {
        let found = of.app().server().get(&format!("/v1/course/{noun}?class={}", id(&copy))).await.ok();
        assert_eq!(found["data"].as_array().unwrap().len(), 1, "{noun}");
    }
    of.app().server().post(&at, &body).await.refused(409, "course.catalogue.code_taken");
    let told = of.app().server().post(&at, &json!({ "term": next, "code": "SAT-2" })).await;
    told.refused(409, "course.session.hindered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_class_meets_on_no_holiday_unless_somebody_says_so() {
    let of = Term::new().await;
    let server = of.app().server();
    let monday = |day: &str| json!({ "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "place": "公園" });
    let body = json!({ "class": of.class, "sessions": (["2027-01-18", "2027-01-25", "2027-02-01"].map(monday)) });
    server.post("/v1/course/sessions", &body).await.created();
    let next = json!({ "code": "2027-2", "name": "春期", "starts_on": "2027-04-24", "ends_on": "2027-07-01" });
    let next = id(&made(of.app(), "terms", &next).await);
    let at = format!("/v1/course/classes/{}/copy", of.class);
    let told = server.post(&at, &json!({ "term": next, "code": "MON" })).await.refused(409, "course.session.hindered");
    let conflicts = told["conflicts"].as_array().unwrap();
    assert_eq!((conflicts.len(), &conflicts[0]["at"], &conflicts[0]["holiday"]), (1, &json!(0), &json!("憲法記念日")));
    assert_eq!(conflicts[0]["starts_at"], "2027-05-03T10:00:00+09:00");
    for (code, on_holidays, first, many) in [("MON", true, "2027-05-03", 3), ("MON-2", false, "2027-05-10", 2)] {
        let body = json!({ "term": next, "code": code, "on_holidays": on_holidays });
        let sessions = of.sessions(&id(&server.post(&at, &body).await.created())).await;
        assert_eq!((&sessions[0]["day"], sessions.len()), (&json!(first), many));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_copied_class_says_of_days_moves_with_its_term_and_what_it_is_called_otherwise_does_not_come_along() {
    let of = Term::new().await;
    let server = of.app().server();
    let wish = json!({ "code": "wish", "kind": "text", "label": "ご希望" });
    let form = json!({ "code": "entry", "name": "申込書", "questions": [wish] });
    let form = server.post("/v1/forms", &form).await.created();
    let said = json!({ "title_en": "Yoga on Saturdays", "minimum_enrolment": 3, "decide_by": "2027-01-05",
                       "results_at": "2026-12-20T10:00:00+09:00", "form_version": form["newest_version"]["id"],
                       "rules": { "facts_on": "2026-04-01", "answers_until": "2026-12-25T17:00:00+09:00" } });
    let at = format!("/v1/course/classes/{}", of.class);
    server.send(Method::PATCH, &at, &[], Some(&said)).await.ok();
    of.publish(&of.class).await.ok();
    let next = json!({ "code": "2027-2", "name": "春期", "starts_on": "2027-04-03", "ends_on": "2027-07-01" });
    let next = id(&made(of.app(), "terms", &next).await);
    let copy = async |more: Value| {
        let mut body = json!({ "term": next });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.post(&format!("{at}/copy"), &body).await
    };
    let made = copy(json!({ "code": "SAT" })).await.created();
    let days = (&made["decide_by"], &made["results_at"], &made["rules"]["facts_on"], &made["rules"]["answers_until"]);
    let (decided, told, amended) =
        (json!("2027-03-30"), json!("2027-03-14T10:00:00+09:00"), json!("2027-03-19T17:00:00+09:00"));
    assert_eq!(days, (&decided, &told, &json!("2027-04-01"), &amended), "{made}");
    let window = &server.get(&format!("/v1/course/windows?class={}", id(&made))).await.ok()["data"][0];
    let open = (&window["opens_at"], &window["closes_at"]);
    assert_eq!(open, (&json!("2027-02-12T09:00:00+09:00"), &json!("2027-03-30T17:00:00+09:00")));
    assert_eq!(made["title_en"], "Yoga on Saturdays");
    let renamed = copy(json!({ "code": "SUN", "title": "ヨガ 日曜" })).await.created();
    assert_eq!((&renamed["title"], renamed.get("title_en")), (&json!("ヨガ 日曜"), None));

    server.send(Method::PATCH, &format!("/v1/forms/{}", id(&form)), &[], Some(&json!({ "retired": true }))).await.ok();
    copy(json!({ "code": "MON" })).await.refused(422, "patron.form.retired");
    let form = json!({ "code": "next", "name": "申込書", "questions": [{ "code": "wish", "kind": "text", "label": "ご希望" }] });
    let form = server.post("/v1/forms", &form).await.created();
    let asks = &form["newest_version"]["id"];
    assert_eq!(&copy(json!({ "code": "MON", "form_version": asks })).await.created()["form_version"], asks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_whose_capacity_was_lowered_is_copied_with_numbers_that_agree_or_not_at_all() {
    let of = Term::new().await;
    let server = of.app().server();
    let class = format!("/v1/course/classes/{}", of.class);
    let said = json!({ "minimum_enrolment": 6, "max_party": 4, "held_back": 3 });
    server.send(Method::PATCH, &class, &[], Some(&said)).await.ok();
    of.publish(&of.class).await.ok();
    let (at, copies) = (format!("{class}/capacity"), format!("{class}/copy"));
    let lowered = json!({ "capacity": 3, "reason": "会場を変更" });
    server.send(Method::PUT, &at, &[("idempotency-key", "lowered")], Some(&lowered)).await.ok();
    let mut body = json!({ "term": of.term, "code": "SAT-2" });
    let told = server.post(&copies, &body).await.refused(422, "course.class.numbers");
    assert_eq!(told["fault"], "minimum_above_capacity");
    server.send(Method::PATCH, &class, &[], Some(&json!({ "minimum_enrolment": 2 }))).await.ok();
    let told = server.post(&copies, &body).await.refused(422, "course.class.numbers");
    assert_eq!(told["fault"], "party_above_capacity");
    let classes = async || server.get("/v1/course/classes").await.ok()["data"].as_array().unwrap().len();
    assert_eq!(classes().await, 1, "nothing was copied");
    body["capacity"] = json!(10);
    let made = server.post(&copies, &body).await.created();
    let numbers = (&made["capacity"], &made["minimum_enrolment"], &made["max_party"], &made["held_back"]);
    assert_eq!(numbers, (&json!(10), &json!(2), &json!(4), &json!(3)), "{made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_back_and_lets_wait_what_the_house_said_not_what_is_left_of_it() {
    let of = Term::new().await;
    let server = of.app().server();
    let class = format!("/v1/course/classes/{}", of.class);
    let said = json!({ "held_back": 2, "waiting_capacity": 4 });
    server.send(Method::PATCH, &class, &[], Some(&said)).await.ok();
    of.publish(&of.class).await.ok();
    for name in ["一", "二"] {
        let guest = json!({ "class": of.class, "people": [{ "name": name }], "contact": { "name": name },
                            "channel": "counter", "seat_because": "関係者" });
        server.post("/v1/course/applications/entries", &guest).await.created();
    }
    server.post(&format!("{class}/waiting-list/close"), &json!({ "reason": "開講のため" })).await.ok();
    let left = server.get(&class).await.ok();
    assert_eq!((&left["held_back"], &left["waiting_capacity"]), (&json!(0), &json!(0)));
    let copy = async |code: &str| {
        server.post(&format!("{class}/copy"), &json!({ "term": of.term, "code": code })).await.created()
    };
    let made = copy("SAT-2").await;
    assert_eq!((&made["held_back"], &made["waiting_capacity"]), (&json!(2), &json!(4)), "{made}");
    let later = json!({ "capacity": left["capacity"], "held_back": 1, "reason": "一般に開放" });
    server.send(Method::PUT, &format!("{class}/capacity"), &[("idempotency-key", "opened")], Some(&later)).await.ok();
    let made = copy("SAT-3").await;
    assert_eq!((&made["held_back"], &made["waiting_capacity"]), (&json!(1), &json!(4)), "{made}");
}
