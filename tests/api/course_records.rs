//! What a class leaves behind, over HTTP: certificates that anybody can check, honoraria taxed as they are paid.

use futures_util::future::join_all;
use kernel::ids::{CourseSessionId, InstructorId};
use serde_json::{Value, json};
use tests::Answer;
use time::Duration;
use uuid::Uuid;

use crate::{
    course_applications::Centre,
    course_attendance::{enrolled, mark},
    course_changes::plan,
    course_histories::{FIRST, meet},
    course_letters::outbox,
    journal,
};

const CERTIFICATES: &str = "/v1/course/certificates";
const HONORARIA: &str = "/v1/course/honoraria";

/// A class of three with five sessions, in the week after the last of them.
async fn over() -> (Centre, Vec<String>) {
    let centre = Centre::new(json!({ "completion_percent": 60 }), &[]).await;
    for name in ["一", "二", "三"] {
        centre.one(&[name]).await;
    }
    let sessions = meet(&centre, 5).await;
    centre.app.clock.set(FIRST + Duration::weeks(5));
    (centre, sessions)
}

/// The first was there always, the second three times, the third never.
async fn attend(centre: &Centre, sessions: &[String]) {
    let all = enrolled(centre, &sessions[0]).await;
    for (n, session) in sessions.iter().enumerate() {
        let second = if n < 3 { "late" } else { "absent" };
        let marks = json!({ "entries": [{ "enrolment": all[0], "status": "present" }, { "enrolment": all[1], "status": second }],
                            "others": "excused" });
        mark(&centre.app.server(), session, None, &marks).await.ok();
    }
}

async fn issue(centre: &Centre) -> Answer {
    centre.app.server().post(CERTIFICATES, &json!({ "class": centre.class })).await
}

fn act(one: &Value, chapter: &str, what: &str) -> String {
    format!("{chapter}/{}/{what}", one["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attended_enough_has_a_certificate_and_one_letter_and_anybody_can_check_it() {
    let (centre, sessions) = over().await;
    let server = centre.app.server();
    outbox(&centre).await;
    let early = issue(&centre).await.refused(409, "course.certificate.sessions_open");
    assert_eq!((&early["sessions"], early.get("possible_at")), (&json!([1, 2, 3, 4, 5]), None));
    attend(&centre, &sessions).await;
    let stands = server.get(&format!("/v1/course/classes/{}/completions", centre.class)).await.ok();
    let told: Vec<_> = stands["completions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["attended"], &one["needed"], &one["verdict"]))
        .collect();
    let (three, earned, missed) = (json!(3), json!("earned"), json!("missed"));
    assert_eq!(told, [(&json!(5), &three, &earned), (&three, &three, &earned), (&json!(0), &three, &missed)]);

    let desks = join_all((0..6).map(|_| issue(&centre))).await;
    let made: Vec<Value> =
        desks.iter().flat_map(|answer| answer.ok()["certificates"].as_array().unwrap().clone()).collect();
    let numbers: Vec<_> = made.iter().map(|one| one["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["2026-000001", "2026-000002"]);
    let letters = outbox(&centre).await;
    assert_eq!(letters.len(), 2, "whatever is asked again, one letter for each");
    for (one, name) in made.iter().zip(["一 様", "二 様"]) {
        let letter = letters.iter().find(|letter| letter.body.contains(name)).unwrap();
        assert_eq!(letter.template, "course.certificate_issued");
        for part in ["講座: ヨガ", "クラス: 土曜", one["number"].as_str().unwrap(), one["check_code"].as_str().unwrap()]
        {
            assert!(letter.body.contains(part), "{part} in {}", letter.body);
        }
    }
    let withheld = issue(&centre).await.ok();
    assert_eq!((&withheld["certificates"], &withheld["withheld"][0]["certificate"]), (&json!([]), &made[0]["id"]));

    let typed = made[0]["check_code"].as_str().unwrap().to_lowercase().replace('-', "");
    let check = format!("/v1/course/certificate-checks/{typed}");
    let seen = centre.app.page().get(&check).await.ok();
    assert_eq!((&seen["validity"], &seen["course"], &seen["attended"]), (&json!("valid"), &json!("ヨガ"), &json!(5)));
    assert!(seen.get("person").is_none() && !seen.to_string().contains('一'), "{seen}");
    centre.app.neighbour().get(&check).await.refused(404, "absent");
    centre.app.page().get("/v1/course/certificate-checks/00000-00000-00").await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_says_so_to_whoever_checks_it_and_is_replaced_under_another_number() {
    let (centre, sessions) = over().await;
    attend(&centre, &sessions).await;
    let (server, page) = (centre.app.server(), centre.app.page());
    let one = issue(&centre).await.ok()["certificates"][0].clone();
    let revoke = act(&one, CERTIFICATES, "revoke");
    server.post(&revoke, &json!({ "reason": "" })).await.refused(400, "invalid_request");
    let why = json!({ "reason": "出欠の誤り" });
    let revoked = server.post(&revoke, &why).await.ok();
    assert_eq!((&revoked["reason"], &revoked["version"]), (&json!("出欠の誤り"), &json!(2)));
    server.post(&revoke, &why).await.refused(409, "course.certificate.revoked");
    let check = format!("/v1/course/certificate-checks/{}", one["check_code"].as_str().unwrap());
    let seen = page.get(&check).await.ok();
    assert!(seen["validity"] == "revoked" && !seen.to_string().contains("出欠の誤り"), "{seen}");
    assert_eq!(issue(&centre).await.ok()["certificates"][0]["number"], "2026-000003");
    let all = server.get(&format!("{CERTIFICATES}?class={}", centre.class)).await.ok();
    assert_eq!(all["data"].as_array().unwrap().len(), 3);
    let at = format!("{CERTIFICATES}/{}", one["id"].as_str().unwrap());
    assert_eq!(server.get(&at).await.ok(), revoked);
    page.get(&at).await.refused(404, "absent");
    page.get(CERTIFICATES).await.refused(404, "absent");
    centre.app.neighbour().get(&at).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_completes_a_published_class_becomes_less_and_never_more() {
    let centre = Centre::new(json!({ "completion_percent": 60 }), &[]).await;
    let (server, at) = (centre.app.server(), format!("/v1/course/classes/{}", centre.class));
    let say = async |percent: Value| server.patch(&at, &json!({ "completion_percent": percent })).await;
    for more in [json!(61), Value::Null] {
        let refused = say(more).await.refused(409, "course.class.completion_raised");
        assert_eq!(refused["completion_percent"], 60);
    }
    assert_eq!(say(json!(50)).await.ok()["completion_percent"], 50);
    say(json!(60)).await.refused(409, "course.class.completion_raised");
}

/// Somebody who teaches all sessions, at so many yen each.
pub async fn taught(centre: &Centre, yen: i64) -> String {
    let (tenant, id) = (centre.app.test.twins.first.tenant.uuid(), InstructorId::from_uuid(Uuid::from_u128(0x1500)));
    let sql = format!(
        "INSERT INTO course.instructors (tenant_id, id, public_name, payee, state, created_at, updated_at) \
           VALUES ('{tenant}', '{0}', '講師', 'individual', 'active', now(), now()); \
         INSERT INTO course.assignments (tenant_id, session_id, instructor_id, role, starts_at, ends_at, honorarium) \
           SELECT tenant_id, id, '{0}', 'lead', starts_at, ends_at, {yen} FROM course.sessions WHERE tenant_id = '{tenant}'",
        id.uuid()
    );
    centre.app.test.execute(&sql).await;
    id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honorarium_is_approved_as_it_was_shown_taxed_as_a_whole_and_paid_once() {
    let (centre, sessions) = over().await;
    let server = centre.app.server();
    let instructor = taught(&centre, 300_000).await;
    let ask = json!({ "instructor": instructor, "sessions": sessions[..4] });
    let before = server.post(&format!("{HONORARIA}/preview"), &ask).await.ok();
    assert_eq!(
        (&before["gross"], &before["withheld"], &before["net"]),
        (&json!(1_200_000), &json!(142_940), &json!(1_057_060))
    );
    let desks = join_all((0..6).map(|_| server.post(HONORARIA, &ask))).await;
    let made: Vec<_> = desks.iter().filter(|answer| answer.status == 201).map(Answer::json).collect();
    assert_eq!(made.len(), 1);
    let one = &made[0];
    assert_eq!((&one["net"], &one["state"], &one["payee"]), (&before["net"], &json!("approved"), &json!("individual")));
    let taken =
        desks.iter().find(|answer| answer.status != 201).unwrap().refused(409, "course.honorarium.approved_already");
    assert_eq!(taken["honoraria"], json!([one["id"]]));

    let (pay, void) = (act(one, HONORARIA, "pay"), act(one, HONORARIA, "void"));
    let ahead = json!({ "paid_on": "2027-12-31" });
    server.post(&pay, &ahead).await.refused(422, "course.honorarium.paid_ahead");
    let paid = server.post(&pay, &json!({ "paid_on": "2027-01-09" })).await.ok();
    assert_eq!((&paid["state"], &paid["paid_on"], &paid["net"]), (&json!("paid"), &json!("2027-01-09"), &one["net"]));
    server.post(&void, &json!({ "reason": "誤り" })).await.refused(409, "course.honorarium.state");

    let last = json!({ "instructor": instructor, "sessions": [sessions[4]] });
    let second = server.post(HONORARIA, &last).await.created();
    let voided = server.post(&act(&second, HONORARIA, "void"), &json!({ "reason": "金額の誤り" })).await.ok();
    assert_eq!((&voided["state"], &voided["reason"]), (&json!("voided"), &json!("金額の誤り")));
    server.post(HONORARIA, &last).await.created();
    let list = async |query: &str| {
        server.get(&format!("{HONORARIA}?instructor={instructor}{query}")).await.ok()["data"].clone()
    };
    assert_eq!((list("").await.as_array().unwrap().len(), list("&state=paid").await), (3, json!([paid])));
    let stranger = CourseSessionId::from_uuid(Uuid::from_u128(9)).to_string();
    let strange = json!({ "instructor": instructor, "sessions": [stranger] });
    let strange = server.post(HONORARIA, &strange).await.refused(422, "course.honorarium.not_assigned");
    assert_eq!(strange["sessions"], json!([stranger]));
    let told = journal::of(&centre.app).await.into_iter().filter(|event| event.starts_with("course.honorarium."));
    assert_eq!(told.count(), 5);
    centre.app.neighbour().get(&format!("{HONORARIA}/{}", one["id"].as_str().unwrap())).await.refused(404, "absent");
    centre.app.page().get(HONORARIA).await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_session_that_is_paid_for_is_refused_when_it_is_planned() {
    let (centre, sessions) = over().await;
    let ask = json!({ "instructor": taught(&centre, 10_000).await, "sessions": [sessions[0]] });
    let paid = centre.app.server().post(HONORARIA, &ask).await.created();
    let off = json!({ "session": sessions[0], "reason": "台風" });
    let later = json!({ "session": sessions[0], "place": "別館",
                        "starts_at": "2027-02-06T10:00:00+09:00", "ends_at": "2027-02-06T12:00:00+09:00" });
    for (kind, body) in [("cancellations", &off), ("moves", &later)] {
        let refused = plan(&centre, kind, body).await.refused(409, "course.session.honorarium_approved");
        assert_eq!(refused["honoraria"], json!([paid["id"]]), "{kind}");
    }
    let void = act(&paid, HONORARIA, "void");
    centre.app.server().post(&void, &json!({ "reason": "休講のため" })).await.ok();
    plan(&centre, "cancellations", &off).await.created();
}
