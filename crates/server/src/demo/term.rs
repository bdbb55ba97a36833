//! The term itself: Saturdays in a room of the house, a session that is put off, a class that does not take place, what goes back,
//! and a certificate that anybody can check.

use kernel::{Clock, JST};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Surprise,
    calendar::{Calendar, at},
    course::{apply, make, pay, window},
    expect,
    house::House,
    http::Caller,
    say, text, wait_until,
};

const TUITION: i64 = 3_000;

/// The Saturdays of a class, each with the room and its instructor. Before it is published.
///
/// # Errors
/// Anything else than what should happen.
pub async fn saturdays(server: &Caller, days: Calendar, class: &str, room: &str) -> Result<(), Surprise> {
    let instructor = json!({ "public_name": "山田 花子", "profile": "ヨガ指導歴20年。" });
    let instructor = make(server, "instructors", &instructor).await?;
    let (from, until) = (days.saturday(0, 0).to_string(), days.saturday(12, 0).to_string());
    let pattern = json!({ "class": class, "from": from, "until": until, "weekdays": ["saturday"], "starts": "10:00",
                          "ends": "11:30", "most": 5, "room": room,
                          "teachers": [{ "instructor": instructor, "honorarium": 15_000 }] });
    let seen = server.post("/v1/course/sessions/preview", &pattern).await?.expect(200)?;
    expect("whether every Saturday is possible", &seen["possible"], &json!(true))?;
    let made = server.post("/v1/course/sessions/generate", &pattern).await?.expect(201)?;
    expect("sessions", &json!(made["sessions"].as_array().map(Vec::len)), &json!(5))?;
    let again = server.post("/v1/course/sessions/preview", &pattern).await?;
    expect("the same Saturdays again", &json!(again.status), &json!(409))?;
    say("  five Saturdays take their room; nothing else can have it then");
    Ok(())
}

/// One session is put off by a day: first what that means, then exactly that.
///
/// # Errors
/// Anything else than what should happen.
pub async fn put_off(
    server: &Caller,
    days: Calendar,
    (class, room): (&str, &str),
    applications: usize,
) -> Result<(), Surprise> {
    let sessions = server.get(&format!("/v1/course/sessions?class={class}")).await?.expect(200)?;
    let third = text(&sessions["data"][2], "id")?;
    let sunday = days.saturday(2, 1);
    let to =
        json!({ "session": third, "starts_at": at(sunday, "10:00"), "ends_at": at(sunday, "11:30"), "room": room });
    let plan = server.post("/v1/course/change-plans/moves", &to).await?.expect(201)?;
    expect("whom the change is about", &json!(plan["affected"].as_array().map(Vec::len)), &json!(applications))?;
    carry_out(server, &plan).await?;
    let moved = server.get(&format!("/v1/course/sessions/{third}")).await?.expect(200)?;
    expect("the day of the session", &moved["day"], &json!(sunday.to_string()))?;
    say(format!("  a session is put off by a day: {applications} letters, as they were shown before"));
    Ok(())
}

/// A class for which too few apply: everybody gets everything back. Says how much, in yen.
///
/// # Errors
/// Anything else than what should happen.
pub async fn cancelled(house: &House, course: &str, term: &str) -> Result<i64, Surprise> {
    let (server, page) = (&house.server, &house.page);
    let class = json!({ "course": course, "term": term, "code": "YOGA-SUN", "title": "日曜午後", "capacity": 10,
                        "minimum_enrolment": 5, "admission": "first_come" });
    let class = make(server, "classes", &class).await?;
    window(server, &class, "first_come").await?;
    make(server, "fees", &json!({ "class": class, "kind": "tuition", "label": "受講料", "amount": TUITION })).await?;
    server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await?.expect(200)?;
    for name in ["清水 拓", "山崎 葵"] {
        pay(server, &apply(page, &class, &[name], true).await?).await?;
    }
    let reason = json!({ "class": class, "reason": "最少催行人数に満たないため" });
    let plan = server.post("/v1/course/change-plans/closings", &reason).await?.expect(201)?;
    let done = carry_out(server, &plan).await?;
    expect("refunds", &done["refunds_done"], &json!(2))?;
    say("  two apply where five are needed: the class is cancelled, and both have their money back");
    done["refund"].as_i64().ok_or_else(|| Surprise::new("a plan says what goes back"))
}

/// A trial that lasts some seconds: who was there, what its instructor is owed, and the certificate that follows.
///
/// # Errors
/// Anything else than what should happen.
pub async fn certified(house: &House, course: &str, term: &str) -> Result<(), Surprise> {
    let (server, page) = (&house.server, &house.page);
    let class = json!({ "course": course, "term": term, "code": "YOGA-TRY", "title": "体験会", "capacity": 5,
                        "admission": "first_come", "completion_percent": 100 });
    let class = make(server, "classes", &class).await?;
    let instructor = make(server, "instructors", &json!({ "public_name": "佐野 健" })).await?;
    window(server, &class, "first_come").await?;
    let starts = Clock::system().now().to_offset(JST) + Duration::seconds(6);
    let ends = starts + Duration::seconds(2);
    let session = json!({ "starts_at": written(starts)?, "ends_at": written(ends)?, "place": "中央公園",
                          "teachers": [{ "instructor": instructor, "honorarium": 10_000 }] });
    let made =
        server.post("/v1/course/sessions", &json!({ "class": class, "sessions": [session] })).await?.expect(201)?;
    let session = text(&made["sessions"][0], "id")?;
    server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await?.expect(200)?;
    for name in ["高田 結", "野口 匠"] {
        expect("whoever applies", &apply(page, &class, &[name], true).await?["state"], &json!("admitted"))?;
    }
    let early = server.post("/v1/course/certificates", &json!({ "class": class })).await?;
    expect("a certificate before the session is over", &json!(early.status), &json!(409))?;
    wait_until(ends + Duration::SECOND, "the trial is over").await;

    let sheet = server.get(&format!("/v1/course/sessions/{session}/attendance")).await?.expect(200)?;
    let absent = text(&sheet["lines"][1], "enrolment")?;
    let marks = json!({ "entries": [{ "enrolment": absent, "status": "absent" }], "others": "present" }).to_string();
    let path = format!("/v1/course/sessions/{session}/attendance");
    server.send("PUT", &path, "application/json", marks.as_bytes()).await?.expect(200)?;
    let issued = server.post("/v1/course/certificates", &json!({ "class": class })).await?.expect(200)?;
    expect("certificates", &json!(issued["certificates"].as_array().map(Vec::len)), &json!(1))?;
    let code = text(&issued["certificates"][0], "check_code")?;
    let check = page.get(&format!("/v1/course/certificate-checks/{code}")).await?.expect(200)?;
    expect("the certificate", &check["validity"], &json!("valid"))?;
    let owed = json!({ "instructor": instructor, "sessions": [session] });
    let owed = server.post("/v1/course/honoraria", &owed).await?.expect(201)?;
    expect("the tax on 10,000 yen", &owed["withheld"], &json!(1_021))?;
    say("  one of two attended: one certificate, which anybody can check, and 8,979 yen for the instructor");
    Ok(())
}

fn written(at: OffsetDateTime) -> Result<String, Surprise> {
    at.format(&Rfc3339).map_err(|_| Surprise::new("a time cannot be written"))
}

async fn carry_out(server: &Caller, plan: &Value) -> Result<Value, Surprise> {
    let path = format!("/v1/course/change-plans/{}/execute", text(plan, "id")?);
    let done = server.post(&path, &json!({})).await?.expect(200)?;
    expect("the plan", &done["state"], &json!("done"))?;
    Ok(done)
}
