//! Whether a class runs that has a minimum, and when a class is over: what is owed, what is refused, and what happens by itself.

use ::course::conclusion;
use api::course::lapsing;
use contract::ApiError;
use db::TenantTx;
use futures_util::future::join_all;
use kernel::{Service, ids::CourseClassId};
use poem::http::Method;
use serde_json::{Value, json};
use tests::{
    Answer,
    counting::{self, counted},
};
use time::{Duration, macros::datetime};

use crate::{
    course_applications::Centre,
    course_attendance::{enrolled, mark},
    course_changes::{execute, plan, refunded, running},
    course_histories::{FIRST, meet},
    course_letters::outbox,
    course_records::taught,
    journal,
};

const OWED: &str = "/v1/course/run-decisions";

pub async fn round(centre: &Centre) -> usize {
    lapsing::round(&centre.app.desk).await.unwrap()
}

async fn owed(centre: &Centre, query: &str) -> Vec<Value> {
    centre.app.server().get(&format!("{OWED}{query}")).await.ok()["data"].as_array().unwrap().clone()
}

async fn class(centre: &Centre) -> Value {
    centre.app.server().get(&format!("/v1/course/classes/{}", centre.class)).await.ok()
}

async fn stands(centre: &Centre) -> Value {
    centre.app.server().get(&format!("/v1/course/classes/{}/run-decision", centre.class)).await.ok()
}

async fn decide(centre: &Centre, act: &str, body: &Value) -> Answer {
    centre.app.server().post(&format!("/v1/course/classes/{}/{act}", centre.class), body).await
}

async fn told(centre: &Centre, event: &str) -> usize {
    journal::of(&centre.app).await.into_iter().filter(|one| one == event).count()
}

/// A class that needs three and has two, which meets twice.
pub async fn short(more: Value) -> (Centre, Vec<String>, Vec<Value>) {
    let mut class = json!({ "minimum_enrolment": 3, "completion_percent": 60 });
    class.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let centre = Centre::new(class, &[]).await;
    let both = vec![centre.one(&["一"]).await, centre.one(&["二"]).await];
    let sessions = meet(&centre, 2).await;
    (centre, sessions, both)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_falls_short_is_shown_beforehand_and_said_to_be_owed_once_a_day_from_its_day_on() {
    let (centre, ..) = short(json!({ "decide_by": "2026-12-03" })).await;
    assert_eq!(owed(&centre, "").await, [Value::Null; 0]);
    let [ahead] = owed(&centre, "?within_days=30").await.try_into().unwrap();
    assert_eq!(
        (&ahead["class"], &ahead["minimum"], &ahead["admitted"], &ahead["minimum_met"]),
        (&json!(centre.class), &json!(3), &json!(2), &json!(false))
    );
    assert_eq!((&ahead["decide_by"], &ahead["owed"]), (&json!("2026-12-03"), &json!(false)));
    let told = async || told(&centre, "course.class.decision_owed").await;
    centre.app.clock.set(datetime!(2026-12-02 23:59:59 +9));
    assert_eq!((round(&centre).await, told().await), (0, 0));
    centre.app.clock.set(datetime!(2026-12-03 00:00 +9));
    assert_eq!((round(&centre).await, round(&centre).await, told().await), (1, 0, 1));
    centre.app.clock.set(datetime!(2026-12-03 23:59:59 +9));
    assert_eq!((round(&centre).await, told().await), (0, 1), "once a day");
    centre.app.clock.set(datetime!(2026-12-04 00:00 +9));
    assert_eq!((round(&centre).await, round(&centre).await, told().await), (1, 0, 2));
    assert_eq!(owed(&centre, "").await[0]["owed"], true);
    assert_eq!(class(&centre).await["state"], "published", "nothing is cancelled by itself");
    assert_eq!(centre.app.neighbour().get(OWED).await.ok()["data"], json!([]));
    centre.app.page().get(OWED).await.refused(403, "permission_denied");

    // what has enough is shown to whoever asks for it
    let at = format!("/v1/course/classes/{}", centre.class);
    centre.app.server().send(Method::PATCH, &at, &[], Some(&json!({ "minimum_enrolment": 2 }))).await.ok();
    assert_eq!(owed(&centre, "").await, [Value::Null; 0]);
    let [enough] = owed(&centre, "?met=true").await.try_into().unwrap();
    assert_eq!((&enough["minimum_met"], &enough["owed"]), (&json!(true), &json!(false)));
    centre.app.clock.advance(Duration::DAY);
    assert_eq!((round(&centre).await, told().await), (0, 2));
    assert_eq!(decide(&centre, "run", &json!({})).await.ok()["decision"], "go");
    assert_eq!(owed(&centre, "?met=true").await, [Value::Null; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_nobody_moves_on_though_places_are_free_is_told_to_the_staff() {
    let centre = Centre::new(json!({ "capacity": 3, "max_party": 3, "group_policy": "strict_head" }), &[]).await;
    centre.one(&["一"]).await;
    let family = centre.one(&["二", "三", "四"]).await;
    let next = centre.one(&["五"]).await;
    assert_eq!(stands(&centre).await["line_stuck"], false, "somebody may leave");
    centre.resize(2).await;
    assert_eq!(stands(&centre).await["line_stuck"], true);
    centre.act(&family, "revoke", &json!({ "reason": "定員の変更" })).await.ok();
    assert_eq!(
        (&stands(&centre).await["line_stuck"], &centre.read(&next).await["state"]),
        (&json!(false), &json!("offered"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_listed_by_their_day_page_by_page() {
    let (centre, ..) = short(json!({})).await;
    let first = class(&centre).await;
    for (code, day) in [("B", "2026-12-02"), ("A", "2026-12-04"), ("C", "2026-12-03"), ("D", "2027-06-01")] {
        let body = json!({ "course": first["course"], "term": first["term"], "code": code, "title": code, "capacity": 5,
                           "admission": "first_come", "minimum_enrolment": 1, "decide_by": day });
        let made = centre.app.server().post("/v1/course/classes", &body).await.created();
        let window = json!({ "class": made["id"], "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00",
                             "closes_at": "2026-12-01T17:00:00+09:00" });
        centre.app.server().post("/v1/course/windows", &window).await.created();
        let publish = format!("/v1/course/classes/{}/publish", made["id"].as_str().unwrap());
        centre.app.server().post(&publish, &json!({})).await.ok();
    }
    let mut codes = Vec::new();
    let mut cursor = String::new();
    loop {
        let at = format!("{OWED}?within_days=60&limit=1{cursor}");
        let page = centre.app.server().get(&at).await.ok();
        codes.extend(page["data"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    // the first class says no day: the one before it first meets
    assert_eq!(codes, ["B", "C", "SAT", "A"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_falls_short_does_not_begin_before_somebody_says_why_it_runs() {
    let (centre, sessions, both) = short(json!({})).await;
    centre.app.clock.set(FIRST);
    let server = centre.app.server();
    let present = json!({ "others": "present" });
    let refused = mark(&server, &sessions[0], None, &present).await.refused(409, "course.attendance.undecided");
    let numbers = |told: &Value| (told["minimum"].clone(), told["admitted"].clone(), told["decide_by"].clone());
    assert_eq!(numbers(&refused), (json!(3), json!(2), json!("2026-12-04")));
    let below = decide(&centre, "run", &json!({})).await.refused(409, "course.class.below_minimum");
    assert_eq!(numbers(&below), numbers(&refused));
    decide(&centre, "run-short", &json!({ "reason": "　" })).await.refused(422, "course.seats.no_reason");
    decide(&centre, "run-short", &json!({})).await.refused(400, "invalid_request");
    let why = json!({ "reason": "市の重点事業のため" });
    let at = format!("/v1/course/classes/{}/run-short", centre.class);
    let stale = [("if-match", "\"9\""), ("idempotency-key", "stale")];
    server.send(Method::POST, &at, &stale, Some(&why)).await.refused(412, "version_mismatch");
    centre.app.neighbour().post(&at, &why).await.refused(404, "absent");
    assert_eq!(
        (class(&centre).await["decision"].clone(), told(&centre, "course.class.decided").await),
        (Value::Null, 0)
    );

    let desks = join_all((0..6).map(|_| decide(&centre, "run-short", &why))).await;
    assert!(desks.iter().all(|answer| answer.ok()["decision"] == "go"), "{desks:?}");
    assert_eq!(told(&centre, "course.class.decided").await, 1);
    let now = stands(&centre).await;
    assert_eq!(
        (&now["decision"], &now["reason"], &now["decided_at"], &now["owed"]),
        (&json!("go"), &why["reason"], &json!("2026-12-05T10:00:00+09:00"), &json!(false))
    );
    assert!(!class(&centre).await.to_string().contains("重点事業"), "why is for the house");
    mark(&server, &sessions[0], None, &present).await.ok();
    assert_eq!(round(&centre).await, 0);
    // whoever leaves later undecides nothing
    centre.act(&both[0], "revoke", &json!({ "reason": "転出" })).await.ok();
    centre.app.clock.set(FIRST + Duration::weeks(1));
    mark(&server, &sessions[1], None, &present).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_has_begun_with_enough_goes_on_and_one_that_is_cancelled_is_owed_no_more() {
    let (centre, sessions, both) = short(json!({ "minimum_enrolment": 2 })).await;
    centre.app.clock.set(FIRST);
    let server = centre.app.server();
    mark(&server, &sessions[0], None, &json!({ "others": "present" })).await.ok();
    centre.act(&both[0], "revoke", &json!({ "reason": "転出" })).await.ok();
    centre.app.clock.set(FIRST + Duration::weeks(1));
    assert_eq!((round(&centre).await, owed(&centre, "").await.len()), (0, 0));
    mark(&server, &sessions[1], None, &json!({ "others": "present" })).await.ok();

    let (centre, ..) = short(json!({ "decide_by": "2026-12-03" })).await;
    centre.app.clock.set(datetime!(2026-12-03 09:00 +9));
    assert_eq!((round(&centre).await, owed(&centre, "").await.len()), (1, 1));
    let closing = json!({ "class": centre.class, "reason": "最少催行人数に満たないため" });
    execute(&centre, &plan(&centre, "closings", &closing).await.created()).await.ok();
    centre.app.clock.advance(Duration::DAY);
    assert_eq!((round(&centre).await, owed(&centre, "").await.len()), (0, 0));
    let state = json!({ "reason": "開講する" });
    decide(&centre, "run-short", &state).await.refused(409, "course.class.state");
    let now = stands(&centre).await;
    assert_eq!((&now["decision"], &now["owed"]), (&json!("cancelled"), &json!(false)));
}

/// A class of three that met twice, in the moment in which the last session ends.
async fn over() -> (Centre, Vec<String>, Vec<Value>) {
    let centre = Centre::new(json!({ "completion_percent": 60 }), &[]).await;
    let mut all = Vec::new();
    for name in ["一", "二", "三"] {
        all.push(centre.one(&[name]).await);
    }
    let sessions = meet(&centre, 2).await;
    centre.app.clock.set(FIRST + Duration::weeks(1) + Duration::hours(2));
    (centre, sessions, all)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_over_when_its_last_session_has_ended_and_is_said_to_be_once() {
    let (centre, ..) = over().await;
    let end = centre.app.clock.now();
    centre.app.clock.set(end - Duration::microseconds(1));
    assert_eq!((round(&centre).await, class(&centre).await["state"].clone()), (0, json!("published")));
    centre.app.clock.set(end);
    let before = class(&centre).await["version"].as_i64().unwrap();
    assert_eq!((round(&centre).await, round(&centre).await), (1, 0));
    let after = class(&centre).await;
    assert_eq!((&after["state"], &after["version"]), (&json!("completed"), &json!(before + 1)));
    assert_eq!(told(&centre, "course.class.completed").await, 1);
    let ended = "DO $$ BEGIN ASSERT (SELECT count(*) FROM course.enrolments WHERE state = 'ended' AND ended_at IS NOT NULL) = 3; \
                 ASSERT (SELECT count(*) FROM course.application_events WHERE kind = 'completed') = 1; END $$";
    centre.app.test.execute(ended).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_class_that_is_over_nobody_enters_or_leaves_it_and_says_so() {
    let (centre, sessions, all) = over().await;
    round(&centre).await;
    let (server, closed) = (centre.app.server(), "course.seats.class_closed");
    let late = centre.guest(&["四"], json!({})).await.refused(409, closed);
    assert_eq!(late["state"], "completed");
    let card = json!({ "class": centre.class, "people": [{ "name": "はがき" }], "contact": { "name": "はがき" }, "channel": "post",
                       "received_at": "2026-12-01T12:00:00+09:00" });
    server.post("/v1/course/applications/entries", &card).await.refused(409, closed);
    let why = json!({ "reason": "都合" });
    for (act, body) in
        [("withdraw", json!({})), ("revoke", why.clone()), ("reorder", json!({ "position": 1, "reason": "都合" }))]
    {
        let refused = centre.act(&all[0], act, &body).await.refused(409, "course.class.state");
        assert_eq!(refused["state"], "completed", "{act}");
    }
    let quote = json!({ "application": all[0]["id"] });
    server.post("/v1/course/withdrawal-quotes", &quote).await.refused(409, "course.class.state");
    let at = |what: &str| format!("/v1/course/classes/{}/{what}", centre.class);
    let more = json!({ "capacity": 9, "reason": "増員" });
    let key = [("idempotency-key", "more")];
    server.send(Method::PUT, &at("capacity"), &key, Some(&more)).await.refused(409, "course.class.state");
    decide(&centre, "run", &json!({})).await.refused(409, "course.class.state");
    decide(&centre, "publish", &json!({})).await.refused(409, "course.class.state");
    let another = json!({ "class": centre.class, "sessions": [{ "starts_at": "2027-01-16T10:00:00+09:00", "ends_at": "2027-01-16T12:00:00+09:00",
                          "place": "別館" }] });
    server.post("/v1/course/sessions", &another).await.refused(409, "course.class.state");
    let window = json!({ "class": centre.class, "kind": "additional", "label": "追加", "opens_at": "2027-01-10T09:00:00+09:00",
                         "closes_at": "2027-01-20T09:00:00+09:00" });
    server.post("/v1/course/windows", &window).await.refused(409, "course.class.state");
    let closing = json!({ "class": centre.class, "reason": "都合" });
    plan(&centre, "closings", &closing).await.refused(409, "course.class.state");
    assert_eq!(class(&centre).await["capacity"], 5);

    // what a class leaves behind is done when it is over
    let who = enrolled(&centre, &sessions[0]).await;
    assert_eq!(who.len(), 3);
    for session in &sessions {
        mark(&server, session, None, &json!({ "others": "present" })).await.ok();
    }
    let correction = json!({ "entries": [{ "enrolment": who[2], "status": "absent" }] });
    mark(&server, &sessions[0], None, &correction).await.ok();
    outbox(&centre).await;
    let issued = server.post("/v1/course/certificates", &json!({ "class": centre.class })).await.ok();
    assert_eq!((issued["certificates"].as_array().unwrap().len(), outbox(&centre).await.len()), (2, 2));
    let owed = json!({ "instructor": taught(&centre, 10_000).await, "sessions": sessions });
    assert_eq!(server.post("/v1/course/honoraria", &owed).await.created()["gross"], 20_000);
    assert_eq!((round(&centre).await, told(&centre, "course.class.completed").await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_session_of_which_nothing_is_decided_keeps_a_class_open_and_is_paid_back_even_later() {
    let (centre, applications, sessions) = running(2).await;
    let cancel = json!({ "session": sessions[2], "reason": "台風", "refund": false });
    execute(&centre, &plan(&centre, "cancellations", &cancel).await.created()).await.ok();
    let day = datetime!(2027-04-24 11:30 +9);
    for (at, over) in [(day, 0), (day + Duration::days(89), 0), (day + Duration::days(90), 1)] {
        centre.app.clock.set(at);
        assert_eq!(round(&centre).await, over, "{at}");
    }
    assert_eq!(class(&centre).await["state"], "completed");
    let makeup = json!({ "session": sessions[2], "starts_at": "2027-08-07T10:00:00+09:00", "ends_at": "2027-08-07T11:30:00+09:00",
                         "place": "別館" });
    plan(&centre, "make-ups", &makeup).await.refused(409, "course.class.state");
    let refund = plan(&centre, "refunds", &json!({ "session": sessions[2] })).await.created();
    execute(&centre, &refund).await.ok();
    assert_eq!((refunded(&centre, &applications[0]).await, refunded(&centre, &applications[1]).await), (3_333, 3_333));
    assert_eq!(class(&centre).await["state"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_waits_for_whoever_is_still_to_be_decided_and_for_the_decision_that_it_runs() {
    let centre = Centre::new(json!({ "admission": "screening" }), &[]).await;
    let one = centre.one(&["一"]).await;
    meet(&centre, 1).await;
    centre.app.clock.set(FIRST + Duration::days(1));
    assert_eq!(round(&centre).await, 0);
    let rejected = json!({ "reject": [one["id"]], "reason": "定員を超えたため" });
    decide(&centre, "screening", &rejected).await.ok();
    assert_eq!((round(&centre).await, class(&centre).await["state"].clone()), (1, json!("completed")));

    let (centre, ..) = short(json!({})).await;
    centre.app.clock.set(FIRST + Duration::weeks(2));
    // its decision is owed; it has not run
    assert_eq!((round(&centre).await, round(&centre).await), (1, 0));
    assert_eq!(class(&centre).await["state"], "published");
    decide(&centre, "run-short", &json!({ "reason": "実施済み" })).await.ok();
    assert_eq!((round(&centre).await, class(&centre).await["state"].clone()), (1, json!("completed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_take_part_a_class_is_over_in_as_many_statements() {
    counting::start();
    let (centre, ..) = over().await;
    let more = "INSERT INTO course.enrolments (tenant_id, id, class_id, person_id, application_id, state, completion, joined_session, \
                  created_at, updated_at) \
                SELECT e.tenant_id, gen_random_uuid(), e.class_id, gen_random_uuid(), e.application_id, 'active', 'open', 1, e.created_at, \
                  e.updated_at FROM (SELECT * FROM course.enrolments LIMIT 1) AS e CROSS JOIN generate_series(1, 2000)";
    centre.app.test.execute(more).await;
    let (id, now): (CourseClassId, _) = (centre.class.parse().unwrap(), centre.app.clock.now());
    let work = async |tx: &mut TenantTx| -> Result<_, ApiError> { Ok(conclusion::conclude(tx, id, now).await?) };
    let (used, over) =
        counted(&centre.app.test, centre.app.desk.db.tenant(&centre.app.test.scope(Service::Course), work)).await;
    assert!(over.unwrap().is_some());
    assert!(used > 5 && used <= 20, "{used} statements");
    let ended = "DO $$ BEGIN ASSERT (SELECT count(*) FROM course.enrolments WHERE state = 'ended') = 2003; END $$";
    centre.app.test.execute(ended).await;
}
