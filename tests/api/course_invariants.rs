//! Where other systems of this kind fail, each as one promise of ours (course.md, 2.4).

use poem::http::Method;
use serde_json::json;
use time::macros::datetime;

use crate::{course_applications::Centre, venue_hire::id};

const PLANS: &str = "/v1/course/change-plans";

#[tokio::test(flavor = "multi_thread")]
async fn the_house_can_cancel_a_class_with_refunds_also_on_its_day_when_nobody_could_withdraw_with_money() {
    let rules = json!({ "rules": { "refunds": [{ "days_before": 15, "percent": 100 }] } });
    let centre = Centre::new(rules, &[json!({ "amount": 6_000 })]).await;
    let server = centre.app.server();
    let session = json!({ "class": centre.class, "sessions": [{ "starts_at": "2027-04-10T10:00:00+09:00", "ends_at": "2027-04-10T11:00:00+09:00", "place": "別館" }] });
    server.post("/v1/course/sessions", &session).await.created();
    let one = centre.one(&["一"]).await;
    centre.pay(&one).await.created();
    centre.app.clock.set(datetime!(2027-04-10 09:55 +9));
    let quote = server.post("/v1/course/withdrawal-quotes", &json!({ "application": one["id"] })).await.created();
    assert_eq!(quote["refund"], 0, "who withdraws now gets nothing");

    let reason = json!({ "class": centre.class, "reason": "講師の急病" });
    let plan = server.post(&format!("{PLANS}/closings"), &reason).await.created();
    let done = server.post(&format!("{PLANS}/{}/execute", id(&plan)), &json!({})).await.ok();
    assert_eq!((&done["state"], &done["refund"], &done["refunds_done"]), (&json!("done"), &json!(6_000), &json!(1)));
    assert_eq!(centre.read(&one).await["state"], "class_cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_keep_their_meaning_when_the_form_changes_and_a_new_question_keeps_nobody_out_who_applied() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let wish = json!({ "code": "wish", "kind": "text", "label": "ご希望" });
    let made =
        server.post("/v1/forms", &json!({ "code": "entry", "name": "申込書", "questions": [wish] })).await.created();
    let before = id(&made["newest_version"]);
    let of = server.get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
    let open = async |code: &str, version: &str| {
        let class = json!({ "course": of["course"], "term": of["term"], "code": code, "title": code, "capacity": 5,
                            "admission": "first_come", "form_version": version });
        let class = id(&server.post("/v1/course/classes", &class).await.created());
        let window = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00", "closes_at": "2026-12-01T17:00:00+09:00" });
        server.post("/v1/course/windows", &window).await.created();
        server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await.ok();
        class
    };
    let apply = async |class: &str, name: &str| {
        let body = json!({ "class": class, "people": [{ "name": name }], "contact": { "name": name },
                           "answers": { "answers": [{ "question": "wish", "text": "前の席" }] } });
        centre.app.page().post("/v1/course/applications", &body).await
    };
    let first = open("OLD", &before).await;
    let early = apply(&first, "一").await.created();

    let consent = json!({ "code": "consent", "kind": "consent", "label": "同意します", "required": true });
    let next = server
        .post(&format!("/v1/forms/{}/versions", id(&made)), &json!({ "questions": [wish, consent] }))
        .await
        .created();
    assert_eq!(centre.read(&early["applications"][0]).await["state"], "admitted");
    apply(&first, "二").await.created();
    let kept = server.get(&format!("/v1/course/classes/{first}")).await.ok();
    assert_eq!(kept["form_version"], json!(before), "a class asks what it asked");
    let change = json!({ "form_version": id(&next) });
    server
        .send(Method::PATCH, &format!("/v1/course/classes/{first}"), &[], Some(&change))
        .await
        .refused(409, "course.class.fixed");
    let second = open("NEW", &id(&next)).await;
    let told = apply(&second, "三").await;
    assert_eq!(told.status, 422, "a new question is asked of new applications: {}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_before_nine_in_the_morning_is_judged_on_its_own_day_in_japan() {
    let adults = json!({ "label": "18歳以上", "effect": "block", "requires": [{ "any_of": [{ "fact": "age", "at_least": 18 }] }] });
    let rules = json!({ "rules": { "eligibility": [adults], "refunds": [{ "days_before": 1, "percent": 100 }] } });
    let centre = Centre::new(rules, &[json!({ "amount": 6_000 })]).await;
    let server = centre.app.server();
    // half past seven in Japan is the evening before in UTC
    let session = json!({ "class": centre.class, "sessions": [{ "starts_at": "2027-04-10T07:30:00+09:00", "ends_at": "2027-04-10T08:30:00+09:00", "place": "公園" }] });
    let made = server.post("/v1/course/sessions", &session).await.created();
    assert_eq!(made["sessions"][0]["day"], "2027-04-10");
    let one = centre.one(&["一"]).await;
    centre.pay(&one).await.created();
    let quote = async || {
        let body = json!({ "application": one["id"] });
        server.post("/v1/course/withdrawal-quotes", &body).await.created()
    };
    centre.app.clock.set(datetime!(2027-04-09 23:59 +9));
    let last = quote().await;
    assert_eq!((&last["refund"], &last["valid_until"]), (&json!(6_000), &json!("2027-04-10T00:00:00+09:00")));
    centre.app.clock.set(datetime!(2027-04-10 00:00 +9));
    assert_eq!(quote().await["refund"], 0, "the day before has ended");
    let page = centre.app.page();
    let calendar =
        page.send(Method::GET, &format!("/v1/course/classes/{}/calendar.ics", centre.class), &[], None).await;
    assert!(calendar.text.contains("DTSTART;TZID=Asia/Tokyo:20270410T073000"), "{}", calendar.text);
}
