//! Where other systems of this kind fail, each as one promise of ours (course.md, 2.4).

use api::course::counting;
use futures_util::future::join_all;
use kernel::ids::CourseClassId;
use poem::http::Method;
use serde_json::{Value, json};
use tests::TestApp;
use time::macros::datetime;

use crate::{
    course_applications::Centre,
    course_changes::{execute, plan, refunded, running},
    journal,
    venue_hire::id,
};

const PLANS: &str = "/v1/course/change-plans";

/// I10.
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

/// I1: the sum is looked at every night.
#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_counts_otherwise_than_its_applications_is_told_and_stays_as_it_is() {
    let centre = Centre::new(json!({}), &[]).await;
    centre.one(&["一"]).await;
    let tenant = centre.app.test.twins.first.tenant;
    assert_eq!(counting::look(&centre.app.desk, tenant).await.unwrap(), 0);
    let class = centre.class.parse::<CourseClassId>().unwrap().uuid();
    let spoilt = "taken = 3, undecided = 2, undecided_after = 0";
    centre.app.test.execute(&format!("UPDATE course.places SET {spoilt} WHERE class_id = '{class}'")).await;
    for nights in 1..=2 {
        assert_eq!(counting::look(&centre.app.desk, tenant).await.unwrap(), 1);
        let told = journal::told(&centre.app, "course.class.miscounted").await;
        let miscount = json!({ "class": centre.class, "taken": 3, "held": 1, "undecided": 2, "entered": 0 });
        assert_eq!(told, vec![miscount; nights], "nothing is mended");
    }
}

/// I13.
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

/// I14.
#[tokio::test(flavor = "multi_thread")]
async fn a_class_before_nine_in_the_morning_is_judged_on_its_own_day_in_japan() {
    let adults = json!({ "label": "18歳以上", "effect": "block", "requires": [{ "any_of": [{ "fact": "age", "at_least": 18 }] }] });
    let rules = json!({ "rules": { "eligibility": [adults], "facts_on": "2027-04-10", "refunds": [{ "days_before": 1, "percent": 100 }] } });
    let centre = Centre::new(rules, &[json!({ "amount": 6_000 })]).await;
    let server = centre.app.server();
    // half past seven in Japan is the evening before in UTC
    let session = json!({ "class": centre.class, "sessions": [{ "starts_at": "2027-04-10T07:30:00+09:00", "ends_at": "2027-04-10T08:30:00+09:00", "place": "公園" }] });
    let made = server.post("/v1/course/sessions", &session).await.created();
    assert_eq!(made["sessions"][0]["day"], "2027-04-10");
    let born = async |day: &str| {
        let body = json!({ "class": centre.class, "people": [{ "name": "二", "birth_date": day }], "contact": { "name": "二" } });
        centre.app.page().post("/v1/course/applications", &body).await
    };
    born("2009-04-10").await.created();
    born("2009-04-11").await.refused(422, "course.application.not_eligible");
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

/// I5: a fee never blocks a promotion: the place is kept before anybody is asked for money, and whoever cannot be asked keeps it.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_kept_for_whoever_is_promoted_though_the_provider_takes_no_payments() {
    let centre =
        Centre::on(TestApp::for_real().await, json!({ "capacity": 1 }), &[json!({ "amount": 3_000 })], json!({})).await;
    let (first, second) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    centre.act(&first, "withdraw", &json!({})).await.ok();
    assert_eq!(centre.act(&second, "accept", &json!({})).await.ok()["state"], "payment_due");
    let bill = centre.read(&second).await["bill"].as_str().unwrap().to_owned();
    let asked = json!({ "method": "sandbox_card" });
    let down = centre.app.server().post(&format!("/v1/bills/{bill}/payments"), &asked).await;
    down.refused(422, "billing.payment.sandbox_only");
    assert_eq!(centre.one(&["三"]).await["state"], "waitlisted", "nobody else has it meanwhile");
    assert_eq!(centre.read(&second).await["state"], "payment_due");
    centre.pay(&second).await.created();
    assert_eq!(centre.read(&second).await["state"], "admitted");
}

/// I17: what stands in for something is used up once, and once it is cancelled it is there again. Here that is the session that makes
/// up for one that was cancelled, and the part of what was paid that is for the two of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_session_is_made_up_for_once_or_paid_back_once_and_never_both() {
    let (centre, applications, sessions) = running(1).await;
    let cancel = |session: &str, refund: bool| json!({ "session": session, "reason": "台風", "refund": refund });
    let make_up = |day: &str| {
        json!({ "session": sessions[0], "place": "別館", "starts_at": format!("{day}T10:00:00+09:00"),
                "ends_at": format!("{day}T11:30:00+09:00") })
    };
    let done = async |kind: &str, body: Value| {
        let told = plan(&centre, kind, &body).await.created();
        assert_eq!(execute(&centre, &told).await.ok()["state"], "done", "{body}");
    };
    // which of its sessions stand for the first now
    let standing = async || {
        let all = centre.app.server().get(&format!("/v1/course/sessions?class={}", centre.class)).await.ok();
        let all = all["data"].as_array().unwrap().clone();
        let stands = |one: &&Value| one["replaces"] == json!(sessions[0]) && one["state"] == "scheduled";
        all.iter().filter(stands).map(id).collect::<Vec<String>>()
    };
    done("cancellations", cancel(&sessions[0], false)).await;
    let mut plans = Vec::new();
    for day in ["2027-05-01", "2027-05-08", "2027-05-15"] {
        plans.push(plan(&centre, "make-ups", &make_up(day)).await.created());
    }
    let answers = join_all(plans.iter().map(|one| execute(&centre, one))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409), "{answers:?}");
    let first = standing().await;
    assert_eq!(first.len(), 1);
    plan(&centre, "make-ups", &make_up("2027-05-22")).await.refused(409, "course.session.made_up");
    plan(&centre, "refunds", &json!({ "session": sessions[0] })).await.refused(409, "course.session.made_up");
    let twice = "DO $$ BEGIN INSERT INTO course.sessions (tenant_id, id, class_id, number, local_date, starts_at, ends_at, state, \
           replaces_id, created_at, updated_at) SELECT tenant_id, gen_random_uuid(), class_id, number + 100, local_date, starts_at, \
           ends_at, state, replaces_id, created_at, updated_at FROM course.sessions WHERE state = 'scheduled' AND replaces_id IS NOT NULL; \
           RAISE EXCEPTION 'it went through'; EXCEPTION WHEN unique_violation THEN NULL; END $$";
    centre.app.test.execute(twice).await;

    // the one that made up for it is cancelled: another may, and what was paid goes back once nothing does
    done("cancellations", cancel(&first[0], false)).await;
    done("make-ups", make_up("2027-05-22")).await;
    let second = standing().await;
    assert_eq!((second.len(), second == first, refunded(&centre, &applications[0]).await), (1, false, 0));
    done("cancellations", cancel(&second[0], true)).await;
    assert_eq!(refunded(&centre, &applications[0]).await, 3_333, "the last of three shares of 10,000 yen");
    plan(&centre, "make-ups", &make_up("2027-05-29")).await.refused(409, "course.session.given_up");
    for session in [&sessions[0], &first[0], &second[0]] {
        plan(&centre, "refunds", &json!({ "session": session })).await.refused(409, "course.session.given_up");
    }
    assert_eq!((standing().await, refunded(&centre, &applications[0]).await), (Vec::<String>::new(), 3_333));
}

/// A request that is sent again with its key does nothing again and answers the same; another with that key is refused, and so is one
/// without any.
async fn once(centre: &Centre, (method, path): (Method, &str), body: Option<&Value>) -> Value {
    let server = centre.app.server();
    let key = format!("{method}:{path}");
    let keyed = [("idempotency-key", key.as_str())];
    let bare = server.send(method.clone(), path, &[], body).await;
    assert_eq!(bare.status, 400, "{key} without a key: {}", bare.text);
    let first = server.send(method.clone(), path, &keyed, body).await;
    assert!(first.status.is_success(), "{key}: {} {}", first.status, first.text);
    let entries = journal::of(&centre.app).await.len();
    let again = server.send(method.clone(), path, &keyed, body).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text), "{key}");
    assert_eq!(journal::of(&centre.app).await.len(), entries, "{key} happened twice");
    let other = format!("{path}?other=1");
    let reused = server.send(method, &other, &keyed, body).await;
    assert!(!reused.status.is_success(), "{key} for something else");
    first.json()
}

/// I18: each change of places or money is done once, however often it is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_places_or_money_is_done_once_however_often_it_is_asked_for() {
    let rules = json!({ "capacity": 2, "rules": { "refunds": [{ "days_before": 1, "percent": 100 }] } });
    let centre = Centre::new(rules, &[json!({ "amount": 3_000 })]).await;
    let server = centre.app.server();
    let post = |path: String| (Method::POST, path);
    let of = |one: &Value, act: &str| post(format!("/v1/course/applications/{}/{act}", id(one)));
    let run = async |(method, path): (Method, String), body: Option<Value>| {
        once(&centre, (method, &path), body.as_ref()).await
    };
    let why = || Some(json!({ "reason": "事情" }));
    let people = json!({ "class": centre.class, "people": [{ "name": "壱" }], "contact": { "name": "壱" } });
    let first = run(post("/v1/course/applications".into()), Some(people.clone())).await["applications"][0].clone();
    let mut card = people;
    card["channel"] = json!("post");
    card["people"] = json!([{ "name": "弐" }]);
    let second = run(post("/v1/course/applications/entries".into()), Some(card)).await["applications"][0].clone();
    let line =
        [centre.one(&["一"]).await, centre.one(&["二"]).await, centre.one(&["三"]).await, centre.one(&["四"]).await];
    run(of(&line[1], "reorder"), Some(json!({ "position": 1, "reason": "事情" }))).await;
    run(of(&first, "withdraw"), None).await;
    assert_eq!(run(of(&line[1], "accept"), None).await["state"], "payment_due");
    run(
        (Method::PUT, format!("/v1/course/classes/{}/capacity", centre.class)),
        Some(json!({ "capacity": 3, "reason": "会場" })),
    )
    .await;
    run(of(&line[0], "decline"), None).await;
    run(of(&second, "revoke"), why()).await;
    centre.pay(&line[1]).await.created();
    let quote = server.post("/v1/course/withdrawal-quotes", &json!({ "application": line[1]["id"] })).await.created();
    run(post(format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote))), None).await;
    run(post(format!("/v1/course/classes/{}/waiting-list/close", centre.class)), why()).await;
    let plan =
        server.post(&format!("{PLANS}/closings"), &json!({ "class": centre.class, "reason": "中止" })).await.created();
    assert_eq!(run(post(format!("{PLANS}/{}/execute", id(&plan))), None).await["state"], "done");
}

/// I18, of what is decided at one moment.
#[tokio::test(flavor = "multi_thread")]
async fn each_decision_for_many_is_made_once_however_often_it_is_asked_for() {
    let later = json!({ "opens_at": "2026-11-23T09:00:00+09:00" });
    let centre = Centre::with_window(json!({ "admission": "draw" }), &[], later).await;
    let server = centre.app.server();
    let draw = async || {
        let kept = server.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok();
        kept["data"].as_array().unwrap().iter().find(|one| one["state"] != "voided").unwrap().clone()
    };
    let at = |draw: &Value, act: &str| format!("/v1/course/draws/{}/{act}", id(draw));
    once(&centre, (Method::POST, &at(&draw().await, "void")), Some(&json!({ "reason": "誤り" }))).await;
    server.post("/v1/course/draws", &json!({ "window": centre.window })).await.created();
    centre.app.clock.set(datetime!(2026-11-24 09:00 +9));
    centre.one(&["一"]).await;
    centre.app.clock.set(datetime!(2026-12-02 09:00 +9));
    once(&centre, (Method::POST, &at(&draw().await, "freeze")), None).await;
    once(&centre, (Method::POST, &at(&draw().await, "publish")), Some(&json!({}))).await;

    let class = json!({ "admission": "screening", "results_at": "2026-12-01T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    let one = centre.one(&["一"]).await;
    let decided = json!({ "admit": [one["id"]] });
    let at = format!("/v1/course/classes/{}/screening", centre.class);
    once(&centre, (Method::PUT, &at), Some(&decided)).await;
    centre.app.clock.set(datetime!(2026-12-01 10:00 +9));
    once(&centre, (Method::POST, &at), Some(&decided)).await;
}
