//! What was answered with an application: read in the words in which it was asked, changed as long as the class says.

use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp, staff::session};
use time::Duration;

use crate::{course_applications::Centre, venue_hire::id};

fn wish() -> Value {
    json!({ "code": "wish", "kind": "text", "label": "ご希望", "required": true })
}

fn allergy() -> Value {
    json!({ "code": "allergy", "kind": "text", "label": "アレルギー", "sensitive": true, "per_person": true })
}

fn size() -> Value {
    let choice = |code: &str, label: &str| json!({ "code": code, "label": label });
    json!({ "code": "size", "kind": "one_choice", "label": "道着", "per_person": true, "required": true,
            "choices": [choice("s", "小"), choice("l", "大")] })
}

/// A class with a form of three questions, two of them for each person.
async fn asking(rules: Value, fees: &[Value]) -> (Centre, Value) {
    let app = TestApp::new().await;
    let form = json!({ "code": "entry", "name": "申込書", "questions": [wish(), allergy(), size()] });
    let form = app.server().post("/v1/forms", &form).await.created();
    let class = json!({ "form_version": form["newest_version"]["id"], "rules": rules });
    (Centre::on(app, class, fees, json!({})).await, form)
}

fn text(question: &str, text: &str) -> Value {
    json!({ "question": question, "text": text })
}

fn party() -> Value {
    let one = |name: &str, answers: Value| json!({ "name": name, "answers": { "answers": answers } });
    json!({ "people": [one("葵", json!([text("size", "s"), text("allergy", "そば")])), one("蓮", json!([text("size", "l")]))],
            "contact": { "name": "母" }, "answers": { "answers": [text("wish", "前の席")] } })
}

async fn apply(centre: &Centre, party: Value) -> Answer {
    let mut body = party;
    body["class"] = json!(centre.class);
    centre.app.page().post("/v1/course/applications", &body).await
}

async fn answers(client: &Client, application: &Value, code: Option<&str>) -> Answer {
    let at = format!("/v1/course/applications/{}/answers", id(application));
    let headers: Vec<_> = code.iter().map(|code| ("receipt-code", *code)).collect();
    client.send(Method::GET, &at, &headers, None).await
}

async fn amend(client: &Client, application: &Value, code: Option<&str>, body: &Value) -> Answer {
    let at = format!("/v1/course/applications/{}/answers", id(application));
    let headers: Vec<_> = code.iter().map(|code| ("receipt-code", *code)).collect();
    client.send(Method::PATCH, &at, &headers, Some(body)).await
}

/// Question and answer, as texts.
fn told(of: &Value) -> Vec<(&str, Option<&str>)> {
    of["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["question"]["label"].as_str().unwrap(), one["answer"]["text"].as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_read_in_the_words_in_which_they_were_asked_whatever_becomes_of_the_form() {
    let (centre, form) = asking(json!({ "answers_amendable": "always" }), &[]).await;
    let made = apply(&centre, party()).await.created()["applications"][0].clone();
    assert_eq!(made["form_version"], form["newest_version"]["id"]);
    let leaflet = centre.app.page().get(&format!("/v1/course/leaflet/{}", centre.class)).await.ok();
    assert_eq!(leaflet["form_version"], form["newest_version"]["id"]);
    let code = made["receipt_code"].as_str().unwrap();
    let (page, server) = (centre.app.page(), centre.app.server());

    let renamed = json!({ "code": "wish", "kind": "text", "label": "お席のご希望" });
    let consent = json!({ "code": "consent", "kind": "consent", "label": "同意します", "required": true });
    let next = json!({ "questions": [renamed, consent] });
    server.post(&format!("/v1/forms/{}/versions", id(&form)), &next).await.created();
    let seen = answers(&page, &made, Some(code)).await.ok();
    assert_eq!(told(&seen), [("ご希望", Some("前の席"))]);
    let each: Vec<_> = seen["people"].as_array().unwrap().iter().map(told).collect();
    assert!(each.contains(&vec![("アレルギー", Some("そば")), ("道着", Some("s"))]), "their own, all of it: {seen}");
    assert!(each.contains(&vec![("アレルギー", None), ("道着", Some("l"))]), "{seen}");

    let change = json!({ "answers": [text("wish", "後ろの席")] });
    let seen = amend(&page, &made, Some(code), &change).await.ok();
    assert_eq!((told(&seen), &seen["revision"]), (vec![("ご希望", Some("後ろの席"))], &json!(2)));
    assert_eq!(seen["form_version"], form["newest_version"]["id"], "what was asked then is what is answered");
    let aoi = made["people"][0]["person"].clone();
    let change =
        json!({ "people": [{ "person": aoi, "answers": [json!({ "question": "allergy" }), text("size", "l")] }] });
    let seen = amend(&page, &made, Some(code), &change).await.ok();
    let own = seen["people"].as_array().unwrap().iter().find(|one| one["person"] == aoi).unwrap();
    assert_eq!((told(own), &own["revision"]), (vec![("アレルギー", None), ("道着", Some("l"))], &json!(2)));

    let wrong = json!({ "people": [{ "person": aoi, "answers": [text("size", "xl")] }] });
    let problem = amend(&page, &made, Some(code), &wrong).await.refused(422, "patron.answers.rejected");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("#/people/0/answers/0"), &json!("not_a_choice"))
    );
    for (client, code) in [(&page, None), (&page, Some("AAAA-AAAA-AAAA-AAAA")), (&centre.app.neighbour(), None)] {
        answers(client, &made, code).await.refused(404, "absent");
        amend(client, &made, code, &change).await.refused(404, "absent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_special_care_is_withheld_from_who_may_not_read_it_and_every_reading_is_journalled() {
    let (centre, _) = asking(json!({}), &[]).await;
    let made = apply(&centre, party()).await.created()["applications"][0].clone();
    let staff = async |role: &str| centre.app.with(&session(&centre.app, "course", role).await);
    let (manager, front, viewer) = (staff("manager").await, staff("front").await, staff("viewer").await);
    let of = |seen: &Value| -> Vec<Value> {
        let people = seen["people"].as_array().unwrap().iter();
        people
            .flat_map(|one| one["answers"].as_array().unwrap().clone())
            .filter(|one| one["question"]["code"] == "allergy")
            .collect()
    };
    let seen = of(&answers(&manager, &made, None).await.ok());
    assert!(seen.iter().any(|one| one["answer"]["text"] == "そば") && seen.iter().all(|one| one["withheld"] == false));
    let seen = of(&answers(&front, &made, None).await.ok());
    assert!(seen.iter().all(|one| one.get("answer").is_none()), "{seen:?}");
    assert_eq!(seen.iter().filter(|one| one["withheld"] == true).count(), 1, "only where there is something");
    answers(&viewer, &made, None).await.refused(403, "permission_denied");

    let file =
        async |client: &Client, what: &str| client.get(&format!("/v1/course/classes/{}/{what}", centre.class)).await;
    for what in ["roster", "applicants"] {
        let all = file(&manager, what).await;
        let head = all.text.lines().next().unwrap();
        assert!(head.contains("ご希望") && head.contains("アレルギー") && head.contains("道着"), "{head}");
        assert!(all.text.contains("前の席") && all.text.contains("そば") && all.text.contains("大"), "{}", all.text);
        assert_eq!(all.text.lines().count(), 3, "{}", all.text);
        let some = file(&front, what).await;
        assert!(
            some.text.contains("前の席") && !some.text.contains("そば") && !some.text.contains("アレルギー"),
            "{}",
            some.text
        );
        file(&viewer, what).await.refused(403, "permission_denied");
    }
    let journal = crate::journal::of(&centre.app).await;
    let read = journal.iter().filter(|event| *event == "patron.answers.read").count();
    assert_eq!(read, 6, "two readings and four files: {journal:?}");
    assert!(journal.iter().any(|event| event == "course.applicants.exported"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_applicants_tells_to_the_minute_when_they_came() {
    let centre = Centre::new(json!({}), &[]).await;
    centre.app.clock.advance(Duration::microseconds(1_234_567));
    let made = centre.one(&["山田 花子"]).await;
    let list = centre.app.server().get(&format!("/v1/course/classes/{}/applicants", centre.class)).await;
    let came = list.text.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    assert_eq!(came, made["received_at"].as_str().unwrap()[..16].replace('T', " "));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_change_as_long_as_the_class_says() {
    let change = json!({ "answers": [text("wish", "窓側")] });
    let apply = async |rules: Value| {
        let (centre, _) = asking(rules, &[json!({ "amount": 1_000 })]).await;
        let made = apply(&centre, party()).await.created()["applications"][0].clone();
        (centre, made)
    };
    let (centre, made) = apply(json!({})).await;
    let code = made["receipt_code"].as_str().unwrap();
    let problem =
        amend(&centre.app.page(), &made, Some(code), &change).await.refused(409, "course.application.answers_fixed");
    assert_eq!((&problem["amendable"], &problem["state"]), (&json!("until_decided"), &json!("payment_due")));
    assert_eq!(answers(&centre.app.page(), &made, Some(code)).await.ok()["amendable"], false);
    amend(&centre.app.server(), &made, None, &change).await.ok();

    let until = json!({ "answers_amendable": "until_paid", "answers_until": "2026-11-25T00:00:00+09:00" });
    let (centre, made) = apply(until).await;
    let code = made["receipt_code"].as_str().unwrap();
    let page = centre.app.page();
    let seen = answers(&page, &made, Some(code)).await.ok();
    assert_eq!((&seen["amendable"], &seen["amendable_until"]), (&json!(true), &json!("2026-11-25T00:00:00+09:00")));
    amend(&page, &made, Some(code), &change).await.ok();
    centre.app.clock.advance(Duration::days(4));
    let problem = amend(&page, &made, Some(code), &change).await.refused(410, "course.application.answers_late");
    assert_eq!(problem["until"], "2026-11-25T00:00:00+09:00");
}

/// I4.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_loses_or_gains_a_position_in_the_line_by_other_answers_or_by_a_paper_that_is_shown() {
    let city = json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }]);
    let verify = json!([{ "label": "市内", "effect": "verify", "requires": city }]);
    let (centre, _) = asking(json!({ "answers_amendable": "always", "eligibility": verify }), &[]).await;
    centre.resize(1).await;
    let mut line = Vec::new();
    for name in ["一", "二", "三", "四"] {
        let person = json!({ "name": name, "facts": [{ "kind": "residence", "text": "city" }],
                             "answers": { "answers": [text("size", "s")] } });
        let alone = json!({ "people": [person], "contact": { "name": name }, "answers": { "answers": [text("wish", "前の席")] } });
        line.push(apply(&centre, alone).await.created()["applications"][0].clone());
    }
    let positions = async || {
        let mut all = Vec::new();
        for one in &line[1..] {
            all.push(centre.read(one).await["position"].clone());
        }
        all
    };
    let expected = [json!(1), json!(2), json!(3)];
    assert_eq!(positions().await, expected);
    let server = centre.app.server();
    let other = json!({ "answers": [text("wish", "後ろの席")] });
    amend(&server, &line[1], None, &other).await.ok();
    assert_eq!(positions().await, expected);
    let shown = format!("/v1/persons/{}/facts", line[2]["people"][0]["person"].as_str().unwrap());
    server.post(&shown, &json!({ "kind": "residence", "text": "city", "verified": true })).await.created();
    assert_eq!(centre.act(&line[2], "assess", &json!({})).await.ok()["to_verify"], false);
    assert_eq!(positions().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_for_who_left_the_party_is_neither_read_nor_changed_with_it() {
    let (centre, _) = asking(json!({ "answers_amendable": "always" }), &[]).await;
    let made = apply(&centre, party()).await.created()["applications"][0].clone();
    let server = centre.app.server();
    let seen = answers(&server, &made, None).await.ok();
    let of = |one: &Value| told(one).contains(&("アレルギー", Some("そば")));
    let everybody = seen["people"].as_array().unwrap();
    let leaves = everybody.iter().find(|one| of(one)).unwrap()["person"].clone();
    let stays = everybody.iter().find(|one| !of(one)).unwrap()["person"].clone();
    let quote = json!({ "application": made["id"], "people": [leaves] });
    let quote = server.post("/v1/course/withdrawal-quotes", &quote).await.created();
    server.post(&format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote)), &json!({})).await.ok();

    let seen = answers(&server, &made, None).await.ok();
    let left: Vec<&Value> = seen["people"].as_array().unwrap().iter().map(|one| &one["person"]).collect();
    assert_eq!((left, told(&seen)), (vec![&stays], vec![("ご希望", Some("前の席"))]), "{seen}");
    let change = |person: &Value| json!({ "people": [{ "person": person, "answers": [text("allergy", "乳")] }] });
    amend(&server, &made, None, &change(&leaves)).await.refused(404, "absent");
    amend(&server, &made, None, &change(&stays)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_wrong_in_answers_is_told_with_its_place_and_nobody_is_entered() {
    let (centre, _) = asking(json!({}), &[]).await;
    let wrong = |answers: Value| {
        let mut body = party();
        body["answers"] = json!({ "answers": answers });
        body
    };
    let problem = apply(&centre, wrong(json!([]))).await.refused(422, "patron.answers.rejected");
    assert_eq!(
        problem["errors"][0],
        json!({ "pointer": "#/answers/answers", "question": "wish", "code": "required", "detail": "This question needs an answer." })
    );
    let twice = json!([text("wish", "前"), text("size", "s"), text("wish", "後")]);
    let problem = apply(&centre, wrong(twice)).await.refused(422, "patron.answers.rejected");
    assert_eq!(problem["errors"][0]["pointer"], "#/answers/answers/2");
    let problem = apply(&centre, wrong(json!([text("wish", "前"), text("size", "s")])))
        .await
        .refused(422, "patron.answers.rejected");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("#/answers/answers/1"), &json!("unknown_question")),
        "what is for each person is not answered for all"
    );
    let mut body = party();
    body["people"][1]["answers"] = json!({ "answers": [] });
    let problem = apply(&centre, body.clone()).await.refused(422, "patron.answers.rejected");
    assert_eq!(problem["errors"][0]["pointer"], "#/people/1/answers/answers");
    body["class"] = json!(centre.class);
    body.as_object_mut().unwrap().remove("contact");
    let told = centre.app.page().post("/v1/course/applications/preview", &body).await.ok();
    assert_eq!(
        (&told["obstacles"][0]["code"], &told["obstacles"][0]["errors"][0]["pointer"]),
        (&json!("patron.answers.rejected"), &json!("#/people/1/answers/answers"))
    );
    assert_eq!(centre.app.server().get("/v1/persons").await.ok()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_asks_only_a_form_that_is_there_and_still_offered() {
    let (centre, form) = asking(json!({}), &[]).await;
    let (server, version) = (centre.app.server(), form["newest_version"]["id"].clone());
    let of = server.get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
    let class = |code: &str, version: &Value| json!({ "course": of["course"], "term": of["term"], "code": code, "title": code, "capacity": 5, "admission": "first_come", "form_version": version });
    let foreign = json!({ "code": "entry", "name": "申込書", "questions": [wish()] });
    let foreign = centre.app.neighbour().post("/v1/forms", &foreign).await.created()["newest_version"]["id"].clone();
    server.post("/v1/course/classes", &class("A", &foreign)).await.refused(422, "patron.answers.no_such_form");
    let draft = server.post("/v1/course/classes", &class("B", &version)).await.created();
    let at = format!("/v1/course/classes/{}", id(&draft));
    let patch =
        async |version: &Value| server.send(Method::PATCH, &at, &[], Some(&json!({ "form_version": version }))).await;
    patch(&foreign).await.refused(422, "patron.answers.no_such_form");
    server.send(Method::PATCH, &format!("/v1/forms/{}", id(&form)), &[], Some(&json!({ "retired": true }))).await.ok();
    assert_eq!(patch(&version).await.refused(422, "patron.form.retired")["retired_at"], "2026-11-21T10:00:00+09:00");
    server.post("/v1/course/classes", &class("C", &version)).await.refused(422, "patron.form.retired");
    apply(&centre, party()).await.created();
    patch(&Value::Null).await.ok();
}
