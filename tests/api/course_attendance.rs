//! Who attended: for everybody at once, corrections kept.

use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client};
use time::{Duration, macros::datetime};

use crate::{
    course_applications::Centre,
    course_changes::{execute, plan},
    course_histories::{FIRST, meet},
    journal,
};

fn sheet_of(session: &str) -> String {
    format!("/v1/course/sessions/{session}/attendance")
}

pub async fn mark(client: &Client, session: &str, version: Option<i32>, body: &Value) -> Answer {
    let tag = version.map(|version| format!("\"{version}\""));
    let headers: Vec<_> = tag.iter().map(|tag| ("if-match", tag.as_str())).collect();
    client.send(Method::PUT, &sheet_of(session), &headers, Some(body)).await
}

/// Everybody in the class, in the order of their enrolments.
pub async fn enrolled(centre: &Centre, session: &str) -> Vec<String> {
    let sheet = centre.app.server().get(&sheet_of(session)).await.ok();
    sheet["lines"].as_array().unwrap().iter().map(|line| line["enrolment"].as_str().unwrap().to_owned()).collect()
}

/// Status by status, absent where nothing is recorded.
fn statuses(sheet: &Value) -> Vec<Value> {
    sheet["lines"].as_array().unwrap().iter().map(|line| line["mark"]["status"].clone()).collect()
}

async fn centre() -> (Centre, Vec<String>) {
    let centre = Centre::new(json!({ "completion_percent": 60 }), &[]).await;
    for name in ["一", "二", "三"] {
        assert_eq!(centre.one(&[name]).await["state"], "admitted");
    }
    let sessions = meet(&centre, 3).await;
    (centre, sessions)
}

#[tokio::test(flavor = "multi_thread")]
async fn attendance_is_recorded_for_everybody_at_once_and_a_correction_keeps_what_was_said_before() {
    let (centre, sessions) = centre().await;
    let (server, gate) = (centre.app.server(), centre.app.gate());
    let all = enrolled(&centre, &sessions[0]).await;
    centre.app.clock.set(FIRST);
    let late =
        json!({ "entries": [{ "enrolment": all[1], "status": "late", "note": "電車の遅れ" }], "others": "present" });
    let answer = mark(&gate, &sessions[0], Some(0), &late).await;
    assert_eq!(answer.header("etag"), "\"3\"");
    let sheet = answer.ok();
    assert_eq!(
        (statuses(&sheet), &sheet["version"]),
        (vec![json!("present"), json!("late"), json!("present")], &json!(3))
    );
    let one = &sheet["lines"][1]["mark"];
    assert_eq!((&one["note"], &one["source"], &one["revision"]), (&json!("電車の遅れ"), &json!("device"), &json!(1)));

    let stale = mark(&server, &sessions[0], Some(0), &late).await.refused(412, "version_mismatch");
    assert_eq!(stale["current_version"], 3);
    // what is as it was makes no revision, and others only fills what is empty
    let same =
        mark(&server, &sessions[0], Some(3), &json!({ "entries": late["entries"], "others": "absent" })).await.ok();
    assert_eq!(same["version"], 3);
    centre.app.clock.advance(Duration::days(60));
    let correction = json!({ "entries": [{ "enrolment": all[1], "status": "excused" }] });
    let corrected = mark(&server, &sessions[0], Some(3), &correction).await.ok();
    assert_eq!(
        (statuses(&corrected), &corrected["version"]),
        (vec![json!("present"), json!("excused"), json!("present")], &json!(4))
    );
    let kept = server.get(&format!("{}/{}", sheet_of(&sessions[0]), all[1])).await.ok();
    let told: Vec<_> = kept["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["revision"], &one["status"], &one["source"]))
        .collect();
    assert_eq!(told, [(&json!(1), &json!("late"), &json!("device")), (&json!(2), &json!("excused"), &json!("staff"))]);

    let unread = server.get(&sheet_of(&sessions[1])).await.ok();
    assert_eq!((statuses(&unread), &unread["version"]), (vec![Value::Null; 3], &json!(0)));
    let recorded = journal::of(&centre.app).await.into_iter().filter(|event| event == "course.attendance.recorded");
    assert_eq!(recorded.count(), 2);
    centre.app.neighbour().get(&sheet_of(&sessions[0])).await.refused(404, "absent");
    mark(&centre.app.neighbour(), &sessions[0], None, &late).await.refused(404, "absent");
    centre.app.page().get(&sheet_of(&sessions[0])).await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_recorded_before_it_began_is_held_once_the_same_is_recorded_again() {
    let (centre, sessions) = centre().await;
    let server = centre.app.server();
    let state = async || server.get(&format!("/v1/course/sessions/{}", sessions[0])).await.ok()["state"].clone();
    let all = json!({ "others": "present" });
    centre.app.clock.set(FIRST - Duration::HOUR);
    assert_eq!(mark(&server, &sessions[0], Some(0), &all).await.ok()["version"], 3);
    assert_eq!(state().await, "scheduled", "it may still be cancelled");
    centre.app.clock.set(FIRST);
    assert_eq!(mark(&server, &sessions[0], Some(3), &all).await.ok()["version"], 3, "nothing is recorded twice");
    assert_eq!(state().await, "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_not_recorded_and_says_since_when_or_of_whom() {
    let (centre, sessions) = centre().await;
    let server = centre.app.server();
    let all = enrolled(&centre, &sessions[0]).await;
    let everybody = json!({ "others": "present" });
    centre.app.clock.set(datetime!(2026-12-04 23:59:59 +9));
    let early = mark(&server, &sessions[0], None, &everybody).await.refused(409, "course.attendance.ahead");
    assert_eq!(early["possible_at"], "2026-12-05T00:00:00+09:00");
    centre.app.clock.set(datetime!(2026-12-05 00:00 +9));
    let entry = |who: &str| json!({ "enrolment": who, "status": "present" });
    let stranger = "enr_7zzzzzzzzzzzzzzzzzzzzzzzzz";
    let strange = json!({ "entries": [entry(&all[0]), entry(stranger)] });
    let strange = mark(&server, &sessions[0], None, &strange).await.refused(422, "course.attendance.not_enrolled");
    assert_eq!(strange["enrolments"], json!([stranger]));
    let twice = json!({ "entries": [entry(&all[0]), entry(&all[0])] });
    let twice = mark(&server, &sessions[0], None, &twice).await.refused(422, "course.attendance.twice");
    assert_eq!(twice["enrolments"], json!([all[0]]));
    centre.app.test.execute("UPDATE course.sessions SET state = 'cancelled', reason = '台風' WHERE number = 2").await;
    centre.app.clock.set(FIRST + Duration::weeks(1));
    mark(&server, &sessions[1], None, &everybody).await.refused(409, "course.attendance.session_cancelled");
    for session in &sessions[..2] {
        assert_eq!(server.get(&sheet_of(session)).await.ok()["version"], 0);
    }
    // who joins later, or left before, is not on the sheet
    centre.app.test.execute("UPDATE course.enrolments SET created_at = '2026-12-10'").await;
    assert_eq!(enrolled(&centre, &sessions[0]).await, [""; 0]);
    assert_eq!(enrolled(&centre, &sessions[2]).await, all);
    centre.app.test.execute("UPDATE course.enrolments SET state = 'withdrawn', ended_at = '2026-12-11'").await;
    assert_eq!(enrolled(&centre, &sessions[2]).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_desks_that_mean_the_same_version_one_records_and_without_a_version_nothing_is_recorded_twice() {
    let (centre, sessions) = centre().await;
    centre.app.clock.set(FIRST + Duration::weeks(1));
    let server = centre.app.server();
    let words = ["present", "late", "absent", "excused", "left_early", "made_up"];
    let bodies = words.map(|status| json!({ "others": status }));
    let desks = join_all(bodies.iter().map(|body| mark(&server, &sessions[0], Some(0), body))).await;
    let told: Vec<u16> = desks.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(
        (told.iter().filter(|status| **status == 200).count(), told.iter().filter(|status| **status == 412).count()),
        (1, 5)
    );
    let all = enrolled(&centre, &sessions[1]).await;
    let entries: Vec<_> = all.iter().map(|who| json!({ "enrolment": who, "status": "present" })).collect();
    let body = json!({ "entries": entries });
    for answer in join_all((0..6).map(|_| mark(&server, &sessions[1], None, &body))).await {
        assert_eq!(answer.ok()["version"], 3);
    }
}

/// Everybody is marked as it should begin, and the teacher never comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_marked_and_not_held_is_cancelled_once_the_marks_say_that_nobody_was_there() {
    let (centre, sessions) = centre().await;
    let server = centre.app.server();
    centre.app.clock.set(FIRST);
    mark(&server, &sessions[0], Some(0), &json!({ "others": "present" })).await.ok();
    let off = json!({ "session": sessions[0], "reason": "講師急病" });
    let refused = plan(&centre, "cancellations", &off).await.refused(409, "course.session.attended");
    assert_eq!((&refused["attended"], &refused["session"]), (&json!(3), &json!(sessions[0])));
    let all = enrolled(&centre, &sessions[0]).await;
    let entries = |status: &str| -> Value {
        all.iter().map(|who| json!({ "enrolment": who, "status": status })).collect::<Vec<_>>().into()
    };
    mark(&server, &sessions[0], None, &json!({ "entries": entries("absent") })).await.ok();
    let told = plan(&centre, "cancellations", &off).await.created();
    mark(&server, &sessions[0], None, &json!({ "entries": entries("late") })).await.ok();
    execute(&centre, &told).await.refused(409, "course.session.attended");
    mark(&server, &sessions[0], None, &json!({ "entries": entries("excused") })).await.ok();
    execute(&centre, &told).await.ok();
    let session = server.get(&format!("/v1/course/sessions/{}", sessions[0])).await.ok();
    assert_eq!((&session["state"], &session["reason"]), (&json!("cancelled"), &json!("講師急病")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_marked_before_a_session_is_put_at_another_time_counts_no_more_and_stays_in_its_history() {
    let (centre, sessions) = centre().await;
    let server = centre.app.server();
    let all = enrolled(&centre, &sessions[0]).await;
    let everybody = json!({ "others": "present" });
    centre.app.clock.set(FIRST - Duration::minutes(30));
    mark(&server, &sessions[0], Some(0), &everybody).await.ok();
    let to = json!({ "session": sessions[0], "place": "別館",
                     "starts_at": "2026-12-22T10:00:00+09:00", "ends_at": "2026-12-22T12:00:00+09:00" });
    let put_off = plan(&centre, "moves", &to).await.created();
    execute(&centre, &put_off).await.ok();
    centre.app.clock.set(datetime!(2026-12-22 12:00 +9));
    for session in &sessions[1..] {
        mark(&server, session, Some(0), &everybody).await.ok();
    }
    let sheet = server.get(&sheet_of(&sessions[0])).await.ok();
    assert_eq!((statuses(&sheet), &sheet["version"]), (vec![Value::Null; 3], &json!(4)), "another sheet than before");
    mark(&server, &sessions[0], Some(3), &everybody).await.refused(412, "version_mismatch");
    let issue = json!({ "class": centre.class });
    let open = server.post("/v1/course/certificates", &issue).await.refused(409, "course.certificate.sessions_open");
    assert_eq!(open["sessions"], json!([1]));
    let roster = server.get(&format!("/v1/course/classes/{}/roster", centre.class)).await;
    let lines: Vec<_> = roster.text.split_terminator("\r\n").skip(1).collect();
    assert!(lines.len() == 3 && lines.iter().all(|line| line.ends_with(",2,2,")), "{lines:?}");

    assert_eq!(mark(&server, &sessions[0], Some(4), &everybody).await.ok()["version"], 7);
    let kept = server.get(&format!("{}/{}", sheet_of(&sessions[0]), all[0])).await.ok();
    let told: Vec<_> = kept["marks"].as_array().unwrap().iter().map(|one| &one["revision"]).collect();
    assert_eq!(told, [&json!(1), &json!(2)]);
    let made = server.post("/v1/course/certificates", &issue).await.ok();
    assert_eq!(made["certificates"].as_array().unwrap().len(), 3);
}
