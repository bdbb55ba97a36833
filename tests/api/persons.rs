//! Persons, households, facts and forms over HTTP.

use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp};

use crate::patrons::{sign_in, sign_up};

async fn patch(client: &Client, path: &str, body: &Value) -> Answer {
    client.send(Method::PATCH, path, &[], Some(body)).await
}

async fn delete(client: &Client, path: &str) -> Answer {
    client.send(Method::DELETE, path, &[], None).await
}

fn id(one: &Value) -> &str {
    one["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_keeps_their_own_household_and_sees_no_other() {
    let app = TestApp::new().await;
    sign_up(&app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(&app, &app.page()).await;
    let own = patron.get("/v1/patrons/me/household").await.ok();
    assert_eq!((own["members"].as_array().unwrap().len(), &own["members"][0]["relationship"]), (1, &json!("oneself")));
    let child = json!({ "name": "山田 葵", "kana": "やまだ あおい", "birth_date": "2016-04-01" });
    let child = patron.post("/v1/patrons/me/household", &child).await.created();
    let at = format!("/v1/patrons/me/household/{}", id(&child));
    let again = patron.get("/v1/patrons/me/household").await.ok();
    assert_eq!(again["members"][0]["id"], own["members"][0]["id"]);
    assert_eq!(
        (&again["members"][1]["id"], &again["members"][1]["relationship"]),
        (&child["id"], &json!("guardian_of"))
    );

    let twice_wrong = json!({ "name": "山田 蓮", "phone": "12", "birth_date": "2027-01-01" });
    let problem = patron.post("/v1/patrons/me/household", &twice_wrong).await.refused(422, "patron.details_rejected");
    let told: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(told, ["#/phone", "#/birth_date"]);
    let themselves = format!("/v1/patrons/me/household/{}", id(&own["members"][0]));
    let rename = json!({ "name": "別人" });
    patch(&patron, &themselves, &rename).await.refused(409, "patron.person.is_patron");
    delete(&patron, &themselves).await.refused(409, "patron.person.is_self");
    patch(&patron, &themselves, &json!({ "birth_date": "1980-05-05" })).await.ok();
    patron.get("/v1/persons").await.refused(403, "permission_denied");

    let stranger = app.server().post("/v1/persons", &json!({ "name": "鈴木 一郎" })).await.created();
    let strange = format!("/v1/patrons/me/household/{}", id(&stranger));
    patron.get(&strange).await.refused(404, "absent");
    patch(&patron, &strange, &json!({ "name": "鈴木" })).await.refused(404, "absent");
    let claim = json!({ "kind": "residence", "text": "city" });
    patron.post(&format!("{strange}/facts"), &claim).await.refused(404, "absent");
    app.neighbour().get(&format!("/v1/persons/{}", id(&child))).await.refused(404, "absent");
    assert_eq!(delete(&patron, &at).await.status, 204);
    patron.get(&at).await.refused(404, "absent");
    app.server().get(&format!("/v1/persons/{}", id(&child))).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_verified_by_staff_and_tells_age_and_grade_by_the_april_cut() {
    let app = TestApp::new().await;
    sign_up(&app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(&app, &app.page()).await;
    let child = json!({ "name": "山田 葵", "birth_date": "2016-04-01" });
    let child = patron.post("/v1/patrons/me/household", &child).await.created();
    let own = format!("/v1/patrons/me/household/{}/facts", id(&child));
    let office = format!("/v1/persons/{}/facts", id(&child));
    let claim = patron.post(&own, &json!({ "kind": "residence", "text": "city" })).await.created();
    assert!(claim.get("verified_at").is_none());
    let both = json!({ "kind": "residence", "text": "city", "yes": true });
    let problem = patron.post(&own, &both).await.refused(422, "patron.fact.value");
    assert_eq!(problem["expected"], "exactly one of yes, number and text");
    patron.post(&own, &json!({ "kind": "work_in_city", "text": "yes" })).await.refused(422, "patron.fact.value");
    patron
        .post(&own, &json!({ "kind": "birth_date", "text": "2016-04-02" }))
        .await
        .refused(422, "patron.fact.birth_date");
    let pretends = json!({ "kind": "residence", "text": "city", "verified": true });
    assert_eq!(patron.post(&own, &pretends).await.status, 400);

    let verify = format!("{office}/{}/confirm", id(&claim));
    app.server().post(&verify, &json!({ "expires_on": "2026-01-01" })).await.refused(422, "patron.fact.expired");
    let verified = app.server().post(&verify, &json!({ "expires_on": "2028-04-01" })).await.ok();
    assert!(verified["verified_by"].as_str().unwrap().starts_with("key key_"));
    let paper = json!({ "kind": "birth_date", "text": "2016-04-01", "verified": true });
    app.server().post(&office, &paper).await.created();
    let known = patron.get(&format!("{own}?on=2027-03-31")).await.ok();
    assert_eq!((&known["age"], &known["school_grade"]["label"]), (&json!(10), &json!("小5")));
    assert_eq!((&known["birth_date_verified"], &known["school_grade"]["verified"]), (&json!(true), &json!(true)));
    let known = app.server().get(&format!("{office}?on=2027-04-01")).await.ok();
    assert_eq!((&known["age"], &known["school_grade"]["number"]), (&json!(11), &json!(6)));
    let withdrawn = app.server().post(&format!("{office}/{}/withdraw", id(&claim)), &json!({})).await.ok();
    assert!(withdrawn.get("closed_at").is_some());
    app.server().post(&verify, &json!({})).await.refused(409, "patron.fact.closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_records_of_one_person_become_one_and_the_old_id_answers_for_it() {
    let app = TestApp::new().await;
    let office = app.server();
    let patron = office.post("/v1/patrons", &json!({ "name": "山田 花子" })).await.created();
    let first = json!({ "name": "山田 葵", "guardian": patron["id"] });
    let first = office.post("/v1/persons", &first).await.created();
    let second = json!({ "name": "ヤマダ アオイ", "kana": "ﾔﾏﾀﾞ ｱｵｲ", "birth_date": "2016-04-01" });
    let second = office.post("/v1/persons", &second).await.created();
    let found = office.post("/v1/persons/search", &json!({ "kana": "やまだ　あおい" })).await.ok();
    assert_eq!(found["data"][0]["id"], second["id"]);
    let at = format!("/v1/persons/{}", id(&second));
    let merge = format!("{at}/merge");
    office.post(&merge, &json!({ "into": second["id"] })).await.refused(422, "patron.person.merge_same");
    let left = office.post(&merge, &json!({ "into": first["id"] })).await.ok();
    assert_eq!(
        (&left["id"], &left["name"], &left["birth_date"]),
        (&first["id"], &json!("山田 葵"), &json!("2016-04-01"))
    );
    let problem = office.post(&merge, &json!({ "into": first["id"] })).await.refused(409, "patron.person.merged");
    assert_eq!(problem["into"], first["id"]);
    let shown = office.get(&at).await.ok();
    assert_eq!((&shown["id"], &shown["acting"][0]["patron"]), (&first["id"], &patron["id"]));
    let of_patron = office.get(&format!("/v1/persons?patron={}", id(&patron))).await.ok();
    assert_eq!(of_patron["data"].as_array().unwrap().len(), 1);
    let nobody = json!({ "name": "子", "guardian": "pat_01kb0000000000000000000001" });
    office.post("/v1/persons", &nobody).await.refused(422, "patron.person.no_such_patron");
    let again = json!({ "patron": patron["id"] });
    let guardians = format!("/v1/persons/{}/guardians", id(&first));
    office.post(&guardians, &again).await.refused(409, "patron.person.acts_already");
    assert_eq!(delete(&office, &format!("{guardians}/{}", id(&patron))).await.status, 204);
    delete(&office, &format!("{guardians}/{}", id(&patron))).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_changed_is_a_new_version_and_the_old_one_stays_as_it_was() {
    let app = TestApp::new().await;
    let wish = json!({ "code": "wish", "kind": "text", "label": "ご希望" });
    let form = json!({ "code": "entry", "name": "申込時の質問", "questions": [wish] });
    let made = app.server().post("/v1/forms", &form).await.created();
    app.server().post("/v1/forms", &form).await.refused(409, "patron.form.code_taken");
    app.page().post("/v1/forms", &form).await.refused(403, "permission_denied");
    let first = format!("/v1/form-versions/{}", id(&made["newest_version"]));
    let before = app.page().get(&first).await.ok();
    assert_eq!(before["questions"][0]["label"], "ご希望");

    let versions = format!("/v1/forms/{}/versions", id(&made));
    let wrong = json!({ "questions": [
        { "code": "A", "kind": "one_choice", "label": "選択" },
        { "code": "b", "kind": "text", "label": "記入", "shown_if": { "question": "c", "text": "x" } },
    ] });
    let problem = app.server().post(&versions, &wrong).await.refused(422, "patron.form.questions");
    let told: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["code"].clone()).collect();
    assert_eq!(told, ["code", "choices_missing", "shown_if_question"]);
    app.server().post(&versions, &json!({ "questions": [wish] })).await.refused(422, "patron.form.unchanged");
    let next = json!({ "questions": [wish, { "code": "consent", "kind": "consent", "label": "同意します", "required": true }] });
    let next = app.server().post(&versions, &next).await.created();
    assert_eq!((&next["number"], next["questions"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(app.page().get(&first).await.ok(), before);
    let shown = app.page().get(&format!("/v1/forms/{}", id(&made))).await.ok();
    assert_eq!((&shown["newest"], &shown["newest_version"]["id"]), (&json!(2), &next["id"]));
    app.neighbour().get(&first).await.refused(404, "absent");
    let retired = patch(&app.server(), &format!("/v1/forms/{}", id(&made)), &json!({ "retired": true })).await.ok();
    assert!(retired.get("retired_at").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_checked_before_they_are_sent_with_every_fault_at_once() {
    let app = TestApp::new().await;
    let choices = json!([{ "code": "egg", "label": "卵" }, { "code": "milk", "label": "乳" }]);
    let which = json!({ "code": "which", "kind": "many_choices", "label": "何の", "required": true, "choices": choices,
                        "shown_if": { "question": "allergy", "yes": true } });
    let allergy = json!({ "code": "allergy", "kind": "yes_no", "label": "アレルギー", "required": true });
    let years = json!({ "code": "years", "kind": "number", "label": "経験年数", "at_least": 0, "at_most": 80 });
    let form = json!({ "code": "entry", "name": "申込時の質問", "questions": [allergy, which, years] });
    let made = app.server().post("/v1/forms", &form).await.created();
    let check = format!("/v1/form-versions/{}/check", id(&made["newest_version"]));
    let good =
        json!({ "answers": [{ "question": "allergy", "yes": true }, { "question": "which", "choices": ["egg"] }] });
    assert_eq!(app.page().post(&check, &good).await.ok(), good);
    let wrong = json!({ "answers": [
        { "question": "allergy", "yes": false }, { "question": "which", "choices": ["nuts"] },
        { "question": "years", "number": 81 }, { "question": "shoes", "text": "24" },
    ] });
    let problem = app.page().post(&check, &wrong).await.refused(422, "patron.answers.rejected");
    let told: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| (&error["pointer"], &error["code"])).collect();
    let expected = json!([
        ["#/answers/which", "not_asked"],
        ["#/answers/years", "too_large"],
        ["#/answers/shoes", "unknown_question"]
    ]);
    assert_eq!(json!(told), expected);
    let both = json!({ "answers": [{ "question": "allergy", "yes": true, "text": "はい" }, { "question": "allergy", "yes": true }] });
    let problem = app.page().post(&check, &both).await.refused(422, "patron.answers.rejected");
    let told: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
    assert_eq!(told, ["wrong_type", "answered_twice"]);
    let nothing = json!({ "answers": [] });
    let problem = app.page().post(&check, &nothing).await.refused(422, "patron.answers.rejected");
    assert_eq!(problem["errors"][0]["code"], "required");
    app.neighbour().post(&check, &good).await.refused(404, "absent");
}
