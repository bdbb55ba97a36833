//! Who is told what of a class: learners by name, guardians, instructors; before a deadline, and of every change once.

use api::course::lapsing;
use poem::http::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    course_applications::Centre,
    course_changes::{execute, plan, running},
    course_letters::outbox,
    venue_hire::id,
};

async fn told(centre: &Centre) -> Vec<(String, String)> {
    outbox(centre).await.into_iter().map(|one| (one.template, one.to)).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_received_turned_down_or_too_late_is_told_so() {
    let centre = Centre::new(json!({ "capacity": 1, "admission": "screening" }), &[]).await;
    let one = centre.one(&["山田 花子"]).await;
    let [received] = outbox(&centre).await.try_into().unwrap();
    assert_eq!(received.template, "course.received");
    assert!(received.body.contains("受講者: 山田 花子\n") && !received.body.contains("抽選番号"), "{}", received.body);
    let decided = json!({ "reject": [one["id"]], "reason": "経験年数の不足" });
    centre.app.server().post(&format!("/v1/course/classes/{}/screening", centre.class), &decided).await.ok();
    let [rejected] = outbox(&centre).await.try_into().unwrap();
    assert!(
        rejected.template == "course.rejected" && rejected.body.contains("理由: 経験年数の不足"),
        "{}",
        rejected.body
    );

    let centre = Centre::new(json!({ "capacity": 1, "payment_days": 1 }), &[json!({ "amount": 3_000 })]).await;
    centre.one(&["一"]).await;
    outbox(&centre).await;
    centre.app.clock.advance(Duration::days(3));
    lapsing::round(&centre.app.desk).await.unwrap();
    let [expired] = outbox(&centre).await.try_into().unwrap();
    assert!(expired.template == "course.expired" && !expired.body.contains("返金額"), "{}", expired.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn siblings_who_may_be_split_are_told_apart() {
    let centre = Centre::new(json!({ "capacity": 2, "max_party": 2 }), &[]).await;
    centre.guest(&["兄"], json!({})).await.created();
    outbox(&centre).await;
    centre.guest(&["姉", "妹"], json!({ "splittable": true })).await.created();
    let letters = outbox(&centre).await;
    let mut whom: Vec<&str> =
        letters.iter().map(|one| one.body.lines().find(|line| line.starts_with("受講者")).unwrap()).collect();
    whom.sort_unstable();
    assert_eq!(whom, ["受講者: 妹", "受講者: 姉"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_whoever_applied_left_no_address_the_guardian_is_told_and_otherwise_where_the_house_sends_copies() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let guardian = json!({ "name": "山田 太郎", "email": "taro@example.jp" });
    let guardian = server.post("/v1/patrons", &guardian).await.created();
    let child = async |name: &str| {
        let body = json!({ "name": name, "birth_date": "2016-05-05", "guardian": guardian["id"] });
        server.post("/v1/persons", &body).await.created()
    };
    let enter = async |child: &Value, contact: Value| {
        let body = json!({ "class": centre.class, "people": [{ "person": child["id"] }], "contact": contact, "channel": "counter" });
        server.post("/v1/course/applications/entries", &body).await.created()
    };
    enter(&child("山田 葵").await, json!({ "name": "祖母", "phone": "03-9876-5432" })).await;
    assert_eq!(told(&centre).await, pairs(&[("course.admitted", "taro@example.jp")]));
    enter(&child("山田 蓮").await, json!({ "name": "祖母", "email": "sobo@example.jp" })).await;
    assert_eq!(told(&centre).await, pairs(&[("course.admitted", "sobo@example.jp")]));

    let at = "/v1/course/settings";
    assert_eq!(
        server.get(at).await.ok(),
        json!({ "copy_to_guardians": false, "paper_hours": 72, "remind_hours": 24, "staff_language": "ja", "version": 0 })
    );
    let copies = json!({ "copy_to_guardians": true });
    server.send(Method::PATCH, at, &[("if-match", "\"7\"")], Some(&copies)).await.refused(412, "version_mismatch");
    assert_eq!(server.send(Method::PATCH, at, &[("if-match", "\"0\"")], Some(&copies)).await.ok()["version"], 1);
    assert_eq!(centre.app.neighbour().get(at).await.ok()["version"], 0);
    enter(&child("山田 凛").await, json!({ "name": "祖母", "email": "sobo@example.jp" })).await;
    let mut both = told(&centre).await;
    both.sort();
    assert_eq!(both, pairs(&[("course.admitted", "sobo@example.jp"), ("course.admitted", "taro@example.jp")]));
    // who applies for their own child gets it once
    let body = json!({ "class": centre.class, "people": [{ "person": child("山田 翔").await["id"] }], "patron": guardian["id"], "channel": "counter" });
    server.post("/v1/course/applications/entries", &body).await.created();
    assert_eq!(told(&centre).await, pairs(&[("course.admitted", "taro@example.jp")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_whom_no_letter_reaches() {
    let (centre, applications, sessions) = running(1).await;
    let silent =
        centre.guest(&["無連絡"], json!({ "contact": { "name": "無連絡", "phone": "03-9876-5432" } })).await.created();
    let to = json!({ "session": sessions[0], "starts_at": "2027-04-11T10:00:00+09:00", "ends_at": "2027-04-11T11:00:00+09:00", "place": "別館" });
    let told = plan(&centre, "moves", &to).await.created();
    let reached: Vec<_> = told["affected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["application"].clone(), one["unreached"].clone()))
        .collect();
    assert!(reached.contains(&(silent["applications"][0]["id"].clone(), json!(true))), "{reached:?}");
    assert!(reached.contains(&(applications[0]["id"].clone(), json!(false))), "{reached:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whose_reminder_cannot_be_written_keeps_nobody_else_from_theirs() {
    let centre = Centre::new(json!({ "payment_days": 3 }), &[json!({ "amount": 3_000 })]).await;
    let mut all = Vec::new();
    for name in ["一", "二", "三"] {
        all.push(centre.one(&[name]).await);
    }
    outbox(&centre).await;
    let row = all[1]["people"][0]["person"].as_str().unwrap().parse::<kernel::ids::PersonId>().unwrap().uuid();
    centre.app.test.execute(&format!("UPDATE patron.persons SET personal = '\\x00' WHERE id = '{row}'")).await;
    centre.app.clock.set(time::macros::datetime!(2026-11-24 00:00 +9));
    let round = async || lapsing::round(&centre.app.desk).await.unwrap();
    assert_eq!((round().await, told(&centre).await), (2, pairs(&[("course.reminder", "guest@example.jp"); 2])));
    assert_eq!((round().await, told(&centre).await), (0, Vec::new()), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_told_of_once_before_it_and_not_when_there_is_no_time_for_it() {
    let centre =
        Centre::new(json!({ "capacity": 1, "payment_days": 3, "offer_minutes": 60 }), &[json!({ "amount": 3_000 })])
            .await;
    let first = centre.one(&["一"]).await;
    centre.one(&["二"]).await;
    outbox(&centre).await;
    let round = async || lapsing::round(&centre.app.desk).await.unwrap();
    assert_eq!((round().await, told(&centre).await), (0, Vec::new()));
    // due at the end of 24 November in Japan
    centre.app.clock.set(time::macros::datetime!(2026-11-24 00:00 +9));
    assert_eq!(round().await, 1);
    let [reminder] = outbox(&centre).await.try_into().unwrap();
    assert_eq!(reminder.template, "course.reminder");
    for part in ["受講者: 一\n", "金額: 3,000円", "期限: 2026年11月24日（火）24:00"] {
        assert!(reminder.body.contains(part), "{part} in {}", reminder.body);
    }
    assert_eq!((round().await, told(&centre).await), (0, Vec::new()), "once");
    // an hour to answer is less than a day
    centre.act(&first, "withdraw", &json!({})).await.ok();
    outbox(&centre).await;
    assert_eq!((round().await, told(&centre).await), (0, Vec::new()));
    let off = json!({ "remind_hours": null });
    centre.app.server().send(Method::PATCH, "/v1/course/settings", &[], Some(&off)).await.ok();
    let centre_settings = centre.app.server().get("/v1/course/settings").await.ok();
    assert_eq!(centre_settings.get("remind_hours"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_cancelled_and_made_up_for_twice_is_told_of_four_times() {
    let (centre, _, sessions) = running(1).await;
    let mut missed = sessions[0].clone();
    let mut letters = Vec::new();
    for day in ["2027-05-01", "2027-05-08"] {
        let cancel = json!({ "session": missed, "reason": "講師の病気", "refund": false });
        execute(&centre, &plan(&centre, "cancellations", &cancel).await.created()).await.ok();
        letters.extend(outbox(&centre).await);
        let again = json!({ "session": missed, "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "place": "別館" });
        execute(&centre, &plan(&centre, "make-ups", &again).await.created()).await.ok();
        letters.extend(outbox(&centre).await);
        let all = centre.app.server().get(&format!("/v1/course/sessions?class={}", centre.class)).await.ok();
        let made = all["data"].as_array().unwrap().iter().find(|one| one["replaces"] == json!(missed)).unwrap().clone();
        missed = id(&made);
    }
    assert_eq!(letters.len(), 4, "{letters:?}");
    assert!(letters.iter().all(|one| one.template == "course.session_changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_teaches_what_changes_hears_of_it_when_the_house_knows_where() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let patron = server.post("/v1/patrons", &json!({ "name": "佐野 健", "email": "sano@example.jp" })).await.created();
    let known = json!({ "public_name": "佐野 健", "patron": patron["id"] });
    let known = id(&server.post("/v1/course/instructors", &known).await.created());
    let unknown = id(&server.post("/v1/course/instructors", &json!({ "public_name": "森 和子" })).await.created());
    let session = |day: &str| {
        json!({ "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "place": "別館",
                                       "teachers": [{ "instructor": known }, { "instructor": unknown, "role": "assistant" }] })
    };
    let body = json!({ "class": centre.class, "sessions": [session("2027-04-10"), session("2027-04-17")] });
    let made = server.post("/v1/course/sessions", &body).await.created();
    let to = json!({ "session": made["sessions"][0]["id"], "starts_at": "2027-04-11T10:00:00+09:00", "ends_at": "2027-04-11T11:00:00+09:00", "place": "別館" });
    let told_of = plan(&centre, "moves", &to).await.created();
    assert_eq!(told_of["affected"], json!([]));
    for _ in 0..2 {
        execute(&centre, &told_of).await.ok();
    }
    let [moved] = outbox(&centre).await.try_into().unwrap();
    assert_eq!((moved.template.as_str(), moved.to.as_str()), ("course.teaching", "sano@example.jp"));
    assert!(moved.body.contains("第1回: ") && moved.body.contains("4月11日"), "{}", moved.body);
    let closing = json!({ "class": centre.class, "reason": "申込者が少ないため" });
    execute(&centre, &plan(&centre, "closings", &closing).await.created()).await.ok();
    let [closed] = outbox(&centre).await.try_into().unwrap();
    assert!(closed.body.contains("第1, 2回: 講座の中止（申込者が少ないため）"), "{}", closed.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_up_for_a_session_is_taught_by_whom_there_still_is_or_by_who_is_named_and_only_they_hear_of_it() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let teacher = async |name: &str, email: &str| {
        let patron = server.post("/v1/patrons", &json!({ "name": name, "email": email })).await.created();
        let body = json!({ "public_name": name, "patron": patron["id"] });
        id(&server.post("/v1/course/instructors", &body).await.created())
    };
    let (gone, other) = (teacher("佐野 健", "sano@example.jp").await, teacher("森 和子", "mori@example.jp").await);
    let at = |day: &str| json!({ "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "place": "別館" });
    let mut session = at("2027-04-10");
    session["teachers"] = json!([{ "instructor": gone, "honorarium": 12_000 }]);
    let made = json!({ "class": centre.class, "sessions": [session] });
    let made = server.post("/v1/course/sessions", &made).await.created();
    let missed = &made["sessions"][0]["id"];
    let cancel = json!({ "session": missed, "reason": "講師の退職", "refund": false });
    execute(&centre, &plan(&centre, "cancellations", &cancel).await.created()).await.ok();
    server.post(&format!("/v1/course/instructors/{gone}/close"), &json!({})).await.ok();
    outbox(&centre).await;

    let mut again = at("2027-05-01");
    again["session"] = missed.clone();
    let refused = plan(&centre, "make-ups", &again).await.refused(409, "course.instructor.closed");
    assert_eq!(refused["instructors"], json!([gone]));
    again["teachers"] = json!([{ "instructor": other, "role": "substitute", "honorarium": 10_000 }]);
    let told_of = plan(&centre, "make-ups", &again).await.created();
    assert_eq!(execute(&centre, &told_of).await.ok()["state"], "done");
    let all = server.get(&format!("/v1/course/sessions?class={}", centre.class)).await.ok();
    let taught = &all["data"].as_array().unwrap().iter().find(|one| one["replaces"] == *missed).unwrap()["teachers"];
    let told_as = (&taught[0]["instructor"], &taught[0]["role"], &taught[0]["honorarium"]);
    assert_eq!(told_as, (&json!(other), &json!("substitute"), &json!(10_000)), "{taught}");
    assert_eq!(told(&centre).await, pairs(&[("course.teaching", "mori@example.jp")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_online_class_meets_is_told_to_whoever_is_admitted_alone() {
    let class = json!({ "capacity": 1, "delivery": "online", "join_url": "https://meet.example.jp/yoga" });
    let centre = Centre::new(class, &[]).await;
    centre.one(&["一"]).await;
    let [admitted] = outbox(&centre).await.try_into().unwrap();
    assert!(admitted.body.contains("オンライン会場: https://meet.example.jp/yoga"), "{}", admitted.body);
    centre.one(&["二"]).await;
    let [waits] = outbox(&centre).await.try_into().unwrap();
    assert!(waits.template == "course.waitlisted" && !waits.body.contains("meet.example.jp"), "{}", waits.body);

    let at = format!("/v1/course/classes/{}", centre.class);
    let change = async |body: Value| centre.app.server().patch(&at, &body).await.ok();
    for link in ["1", "2"] {
        change(json!({ "join_url": format!("https://meet.example.jp/{link}") })).await;
        let [again] = outbox(&centre).await.try_into().unwrap();
        assert_eq!(again.template, "course.admitted");
        assert!(again.body.contains(&format!("オンライン会場: https://meet.example.jp/{link}\n")), "{}", again.body);
    }
    change(json!({ "join_url": "https://meet.example.jp/2", "title": "日曜" })).await;
    change(json!({ "join_url": null })).await;
    assert!(outbox(&centre).await.is_empty(), "the same link, and none, are told to nobody");
}
