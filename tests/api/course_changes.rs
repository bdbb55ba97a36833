//! Changes of sessions and the end of a class: told before, done exactly so, and paid back to the yen wherever it was cut short.

use api::course::changes;
use futures_util::future::join_all;
use kernel::{Service, ids::ChangePlanId};
use serde_json::{Value, json};
use tests::Answer;

use crate::{course_applications::Centre, course_letters::outbox, course_sessions::Term, journal, venue_hire::id};

const PLANS: &str = "/v1/course/change-plans";

fn meeting(day: &str, from: &str, until: &str) -> Value {
    json!({ "starts_at": format!("{day}T{from}:00+09:00"), "ends_at": format!("{day}T{until}:00+09:00"), "place": "別館" })
}

/// A class of three sessions for 10,000 yen, and 2,000 yen of materials that stay, with so many who paid.
pub async fn running(paid: usize) -> (Centre, Vec<Value>, Vec<String>) {
    let fees = [
        json!({ "amount": 10_000 }),
        json!({ "amount": 2_000, "kind": "materials", "label": "教材費", "refundable": false }),
    ];
    let centre = Centre::new(json!({ "capacity": 30 }), &fees).await;
    let days = ["2027-04-10", "2027-04-17", "2027-04-24"].map(|day| meeting(day, "10:00", "11:30"));
    let body = json!({ "class": centre.class, "sessions": days });
    let sessions = centre.app.server().post("/v1/course/sessions", &body).await.created();
    let sessions = sessions["sessions"].as_array().unwrap().iter().map(id).collect();
    let mut applications = Vec::new();
    for n in 0..paid {
        let one = centre.one(&[&format!("参加者{n}")]).await;
        centre.pay(&one).await.created();
        applications.push(one);
    }
    outbox(&centre).await;
    (centre, applications, sessions)
}

pub async fn plan(centre: &Centre, kind: &str, body: &Value) -> Answer {
    centre.app.server().post(&format!("{PLANS}/{kind}"), body).await
}

pub async fn execute(centre: &Centre, plan: &Value) -> Answer {
    centre.app.server().post(&format!("{PLANS}/{}/execute", id(plan)), &json!({})).await
}

/// The power fails after the change of a plan and before its money.
pub async fn cut_short(centre: &Centre, plan: &Value) {
    let (desk, scope) = (&centre.app.desk, centre.app.test.scope(Service::Course));
    let (plan, now) = (id(plan).parse::<ChangePlanId>().unwrap(), centre.app.clock.now());
    desk.db.tenant(&scope, async |tx| changes::begin(desk, tx, plan, now).await).await.unwrap();
}

pub async fn refunded(centre: &Centre, application: &Value) -> i64 {
    let bill = centre.read(application).await["bill"].as_str().unwrap().to_owned();
    centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok()["refunded"].as_i64().unwrap()
}

pub async fn session(centre: &Centre, id: &str) -> Value {
    centre.app.server().get(&format!("/v1/course/sessions/{id}")).await.ok()
}

fn moved(session: &str, day: &str) -> Value {
    let mut body = meeting(day, "13:00", "14:30");
    body["session"] = json!(session);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_moves_as_it_was_told_with_who_attends_another_class_then_and_everybody_hears_once() {
    let (centre, applications, sessions) = running(2).await;
    let tenant = centre.app.test.twins.first.tenant.uuid();
    let class = centre.app.server().get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
    let other = json!({ "course": class["course"], "term": class["term"], "code": "SUN", "title": "日曜", "capacity": 5, "admission": "first_come" });
    let other = id(&centre.app.server().post("/v1/course/classes", &other).await.created());
    let body = json!({ "class": other, "sessions": [meeting("2027-04-18", "14:00", "15:00")] });
    centre.app.server().post("/v1/course/sessions", &body).await.created();
    let attends = format!(
        "INSERT INTO course.enrolments (tenant_id, id, class_id, person_id, application_id, state, completion, joined_session, created_at, updated_at) \
         SELECT tenant_id, gen_random_uuid(), (SELECT id FROM course.classes WHERE tenant_id = '{tenant}' AND code = 'SUN'), person_id, \
         application_id, 'active', 'open', 1, created_at, updated_at FROM course.enrolments WHERE tenant_id = '{tenant}' ORDER BY id LIMIT 1"
    );
    centre.app.test.execute(&attends).await;

    let told = plan(&centre, "moves", &moved(&sessions[1], "2027-04-18")).await.created();
    assert_eq!((&told["state"], &told["refund"]), (&json!("planned"), &json!(0)));
    let affected = told["affected"].as_array().unwrap();
    let clashes: Vec<_> = affected.iter().flat_map(|one| one["clashes"].as_array().unwrap().clone()).collect();
    assert_eq!((affected.len(), clashes.len(), &clashes[0]["class_title"]), (2, 1, &json!("日曜")), "{told}");
    let notice = &told["notices"][0];
    assert_eq!((&notice["language"], &notice["readers"]), (&json!("ja"), &json!(2)));
    assert!(notice["body"].as_str().unwrap().contains("4月18日"), "{notice}");
    assert!(!told.to_string().contains("参加者"), "a plan names nobody");
    assert_eq!(session(&centre, &sessions[1]).await["day"], "2027-04-17", "nothing has moved yet");
    assert!(outbox(&centre).await.is_empty());

    let done = join_all((0..4).map(|_| execute(&centre, &told))).await;
    assert!(done.iter().all(|answer| answer.status == 200 && answer.json()["state"] == "done"), "{done:?}");
    assert_eq!(session(&centre, &sessions[1]).await["day"], "2027-04-18");
    let letters = outbox(&centre).await;
    assert_eq!(letters.iter().map(|one| one.template.as_str()).collect::<Vec<_>>(), ["course.session_changed"; 2]);
    assert!(letters.iter().all(|one| one.body.contains("4月18日") && one.body.contains("別館")), "{}", letters[0].body);
    assert_eq!(refunded(&centre, &applications[0]).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_held_goes_back_to_the_yen_and_what_was_made_up_for_does_not() {
    let (centre, applications, sessions) = running(3).await;
    let cancel = |session: &str, refund: bool| json!({ "session": session, "reason": "講師の病気", "refund": refund });
    let told = plan(&centre, "cancellations", &cancel(&sessions[0], true)).await.created();
    assert_eq!(
        (&told["refund"], &told["refunds"]),
        (&json!(3 * 3_334), &json!(3)),
        "a third each, the first one yen more"
    );
    let draft = told["notices"][0]["body"].as_str().unwrap();
    assert!(draft.contains("返金額: 3,334円\n"), "the same for everybody: {draft}");
    execute(&centre, &told).await.ok();
    assert_eq!(refunded(&centre, &applications[0]).await, 3_334);
    execute(&centre, &told).await.ok();
    assert_eq!(refunded(&centre, &applications[0]).await, 3_334, "twice is once");

    let told = plan(&centre, "cancellations", &cancel(&sessions[1], false)).await.created();
    execute(&centre, &told).await.ok();
    let mut makeup = moved(&sessions[1], "2027-05-01");
    let told = plan(&centre, "make-ups", &makeup).await.created();
    execute(&centre, &told).await.ok();
    let all = centre.app.server().get(&format!("/v1/course/sessions?class={}", centre.class)).await.ok();
    let last = all["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["number"], &last["replaces"]), (&json!(4), &json!(sessions[1])));
    makeup["session"] = json!(sessions[2]);
    plan(&centre, "make-ups", &makeup).await.refused(409, "course.session.state");

    for session in [&sessions[2], &id(&last)] {
        let told = plan(&centre, "cancellations", &cancel(session, true)).await.created();
        execute(&centre, &told).await.ok();
    }
    for one in &applications {
        assert_eq!(refunded(&centre, one).await, 10_000, "every session, to the yen; the materials stay");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_refused_once_anything_is_different_and_changes_nothing() {
    let (centre, applications, sessions) = running(1).await;
    let told = plan(&centre, "moves", &moved(&sessions[0], "2027-04-11")).await.created();
    let closing =
        plan(&centre, "closings", &json!({ "class": centre.class, "reason": "申込者が少ないため" })).await.created();
    let second = centre.one(&["後の人"]).await;
    let before = (session(&centre, &sessions[0]).await, journal::of(&centre.app).await.len());
    for outdated in [&told, &closing] {
        let refused = execute(&centre, outdated).await.refused(409, "course.change_plan.outdated");
        assert!(refused["differs"].as_array().unwrap().contains(&json!("affected")), "{refused}");
        assert_eq!(refused["applications"], json!([second["id"]]), "who came since");
    }
    assert_eq!((session(&centre, &sessions[0]).await, journal::of(&centre.app).await.len()), before);
    assert_eq!(centre.read(&applications[0]).await["state"], "admitted");
    assert_eq!(centre.read(&second).await["state"], "payment_due", "its bill asks for money still");
    centre.pay(&second).await.created();

    let mut same = meeting("2027-04-10", "10:00", "11:30");
    same["session"] = json!(sessions[0]);
    plan(&centre, "moves", &same).await.refused(422, "course.session.unchanged");
    same["place"] = json!("本館");
    plan(&centre, "moves", &same).await.created();
    let mut onto = moved(&sessions[0], "2027-04-17");
    onto["starts_at"] = json!("2027-04-17T11:00:00+09:00");
    plan(&centre, "moves", &onto).await.refused(409, "course.session.overlaps");
    plan(&centre, "moves", &moved(&sessions[0], "2026-01-01")).await.refused(422, "course.session.past");
    let nobody = json!({ "session": "cse_00000000000000000000000000", "reason": "x" });
    plan(&centre, "cancellations", &nobody).await.refused(404, "absent");
    centre
        .app
        .page()
        .post(&format!("{PLANS}/moves"), &moved(&sessions[0], "2027-04-11"))
        .await
        .refused(403, "permission_denied");
    centre
        .app
        .neighbour()
        .post(&format!("{PLANS}/moves"), &moved(&sessions[0], "2027-04-11"))
        .await
        .refused(404, "absent");
    centre.app.neighbour().get(&format!("{PLANS}/{}", id(&told))).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_does_not_take_place_gives_everybody_everything_back_however_often_it_was_cut_short() {
    let (centre, applications, sessions) = running(23).await;
    let unpaid = centre.one(&["未払"]).await;
    outbox(&centre).await;
    let closing = json!({ "class": centre.class, "reason": "最少催行人数に満たないため" });
    let told = plan(&centre, "closings", &closing).await.created();
    assert_eq!((&told["refund"], &told["refunds"]), (&json!(23 * 12_000), &json!(23)));
    let draft = told["notices"][0]["body"].as_str().unwrap();
    assert!(draft.contains("返金額: …\n") && !draft.contains("12,000円"), "not the same for everybody: {draft}");

    cut_short(&centre, &told).await;
    let seen = centre.app.server().get(&format!("{PLANS}/{}", id(&told))).await.ok();
    assert_eq!((&seen["state"], &seen["refunds_done"]), (&json!("running"), &json!(0)));
    assert_eq!(centre.read(&applications[0]).await["state"], "class_cancelled");
    assert_eq!(refunded(&centre, &applications[0]).await, 0);
    let tenant = centre.app.test.twins.first.tenant;
    let resumed = join_all((0..3).map(|_| changes::resume(&centre.app.desk, tenant))).await;
    assert!(resumed.iter().all(Result::is_ok), "{resumed:?}");

    let seen = centre.app.server().get(&format!("{PLANS}/{}", id(&told))).await.ok();
    assert_eq!((&seen["state"], &seen["refunds_done"]), (&json!("done"), &json!(23)));
    for one in &applications {
        assert_eq!(refunded(&centre, one).await, 12_000);
    }
    let bill = centre.read(&unpaid).await["bill"].as_str().unwrap().to_owned();
    assert_eq!(centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok()["state"], "cancelled");
    assert_eq!(session(&centre, &sessions[2]).await["state"], "cancelled");
    let class = centre.app.server().get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
    assert_eq!((&class["state"], &class["decision"]), (&json!("cancelled"), &json!("cancelled")));
    let letters = outbox(&centre).await;
    assert_eq!(letters.iter().filter(|one| one.template == "course.class_cancelled").count(), 24);
    execute(&centre, &told).await.ok();
    assert!(outbox(&centre).await.is_empty(), "one letter for each fact");
    plan(&centre, "closings", &closing).await.refused(409, "course.class.state");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_plans_that_something_is_not_held_says_why() {
    let (centre, _, sessions) = running(0).await;
    for blank in [" ", "\u{3000}\n"] {
        let off = json!({ "session": sessions[0], "reason": blank });
        plan(&centre, "cancellations", &off).await.refused(422, "course.seats.no_reason");
        let closing = json!({ "class": centre.class, "reason": blank });
        plan(&centre, "closings", &closing).await.refused(422, "course.seats.no_reason");
    }
    assert_eq!(session(&centre, &sessions[0]).await["state"], "scheduled");
}

/// I16: session and room stay in step.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_moves_into_a_room_that_is_free_or_hears_which_are() {
    let of = Term::new().await;
    of.generate(&of.pattern(&["saturday"], &[])).await.created();
    let first = id(&of.sessions(&of.class).await[0]);
    let body = |day: &str| json!({ "session": first, "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "room": of.house.rooms[1] });
    let ask = async |day: &str| of.app().server().post(&format!("{PLANS}/moves"), &body(day)).await;
    ask("2027-01-24").await.refused(409, "course.change_plan.draft");
    of.publish(&of.class).await.ok();
    of.house.applied(&[of.house.wish(1, "2027-01-24", &["AM"])]).await;
    let told = ask("2027-01-24").await.refused(409, "course.session.hindered");
    assert_eq!(
        (&told["conflicts"][0]["collisions"][0]["kind"], &told["conflicts"][0]["free_rooms"]),
        (&json!("hire"), &json!([of.house.rooms[2]]))
    );
    let told = ask("2027-01-31").await.created();
    // somebody hires the room between the plan and the deed
    of.house.applied(&[of.house.wish(1, "2027-01-31", &["AM"])]).await;
    let execute = format!("{PLANS}/{}/execute", id(&told));
    of.app().server().post(&execute, &json!({})).await.refused(409, "course.session.hindered");
    let told = ask("2027-02-07").await.created();
    of.app().server().post(&format!("{PLANS}/{}/execute", id(&told)), &json!({})).await.ok();
    let moved = of.app().server().get(&format!("/v1/course/sessions/{first}")).await.ok();
    assert_eq!((&moved["day"], &moved["room"]), (&json!("2027-02-07"), &json!(of.house.rooms[1])));
}

async fn joined(of: &Term, name: &str) {
    let body = json!({ "class": of.class, "people": [{ "name": name }], "contact": { "name": name } });
    let made = of.app().page().post("/v1/course/applications", &body).await.created();
    assert_eq!(made["applications"][0]["state"], "admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_moves_into_no_room_that_holds_fewer_than_have_a_place() {
    let of = Term::new().await;
    of.generate(&of.pattern(&["saturday"], &[])).await.created();
    let small = of.house.annexe("SMALL", &json!({ "capacity": 1 })).await;
    of.publish(&of.class).await.ok();
    let first = id(&of.sessions(&of.class).await[0]);
    let to = json!({ "session": first, "starts_at": "2027-01-24T10:00:00+09:00", "ends_at": "2027-01-24T11:00:00+09:00", "room": small });
    let moves = format!("{PLANS}/moves");
    joined(&of, "一人目").await;
    let told = of.app().server().post(&moves, &to).await.created();
    joined(&of, "二人目").await;
    let execute = format!("{PLANS}/{}/execute", id(&told));
    of.app().server().post(&execute, &json!({})).await.refused(409, "course.session.hindered");
    let refused = of.app().server().post(&moves, &to).await.refused(409, "course.session.hindered");
    let conflict = &refused["conflicts"][0];
    assert_eq!((&conflict["room_capacity"], &conflict["people"]), (&json!(1), &json!(2)), "{refused}");
    let [hall, a, b] = &of.house.rooms;
    assert_eq!((&conflict["collisions"], &conflict["free_rooms"]), (&json!([]), &json!([a, b, hall])));
    let stays = of.app().server().get(&format!("/v1/course/sessions/{first}")).await.ok();
    assert_eq!((&stays["day"], &stays["room"]), (&json!("2027-01-09"), &json!(hall)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_meets_in_too_small_a_room_already_is_put_off_in_it_and_is_made_up_for_in_no_such_room() {
    let of = Term::new().await;
    let small = of.house.annexe("SMALL", &json!({ "capacity": 1 })).await;
    let mut pattern = of.pattern(&["saturday"], &[]);
    pattern["room"] = json!(small);
    of.generate(&pattern).await.created();
    of.publish(&of.class).await.ok();
    joined(&of, "一人目").await;
    joined(&of, "二人目").await;
    let (sessions, server) = (of.sessions(&of.class).await, of.app().server());
    let on = |session: &Value, day: &str, room: &str| json!({ "session": session["id"], "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "room": room });
    server.post(&format!("{PLANS}/moves"), &on(&sessions[0], "2027-01-24", &small)).await.created();
    let cancelled = json!({ "session": sessions[1]["id"], "reason": "台風", "refund": false });
    let told = server.post(&format!("{PLANS}/cancellations"), &cancelled).await.created();
    server.post(&format!("{PLANS}/{}/execute", id(&told)), &json!({})).await.ok();
    let make_up = format!("{PLANS}/make-ups");
    let refused = server.post(&make_up, &on(&sessions[1], "2027-01-31", &small)).await;
    assert_eq!(refused.refused(409, "course.session.hindered")["conflicts"][0]["people"], json!(2));
    server.post(&make_up, &on(&sessions[1], "2027-01-31", &of.house.rooms[0])).await.created();
}
