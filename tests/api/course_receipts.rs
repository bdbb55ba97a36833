//! Another code for a receipt: from the staff, shown once or sent; and for a guest who lost theirs, by mail alone and without a hint.

use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{course_applications::Centre, course_letters::outbox, journal, venue_hire::id};

const LOST: &str = "/v1/course/applications/access-codes";

async fn with(centre: &Centre, application: &Value, code: &str) -> Answer {
    let at = format!("/v1/course/applications/{}", id(application));
    centre.app.page().send(Method::GET, &at, &[("receipt-code", code)], None).await
}

fn code(of: &Value) -> String {
    of["receipt_code"].as_str().unwrap_or_else(|| panic!("{of} has a code")).to_owned()
}

/// The code that a letter brings.
fn mailed(body: &str) -> String {
    body.lines().find_map(|line| line.strip_prefix("コード: ")).unwrap_or_else(|| panic!("a code in {body}")).to_owned()
}

async fn lost(centre: &Centre, number: i64, email: &str) -> Value {
    let answer = centre.app.page().post(LOST, &json!({ "receipt_number": number, "email": email })).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_shows_another_code_once_and_the_one_before_opens_nothing() {
    let centre = Centre::new(json!({}), &[]).await;
    let made = centre.one(&["山田 花子"]).await;
    with(&centre, &made, &code(&made)).await.ok();
    let again = centre.act(&made, "access-code", &json!({})).await.ok();
    assert_eq!(
        (&again["application"], &again["receipt_number"], &again["sent"]),
        (&made["id"], &json!(1), &json!(false))
    );
    assert_ne!(code(&again), code(&made));
    with(&centre, &made, &code(&made)).await.refused(404, "absent");
    let seen = with(&centre, &made, &code(&again)).await.ok();
    assert_eq!((&seen["version"], seen.get("receipt_code")), (&made["version"], None));
    let told = journal::of(&centre.app).await;
    assert_eq!(told.iter().filter(|event| *event == "course.receipt.reissued").count(), 1);

    let at = format!("/v1/course/applications/{}/access-code", id(&made));
    centre.app.page().post(&at, &json!({})).await.refused(403, "permission_denied");
    centre.app.neighbour().post(&at, &json!({})).await.refused(404, "absent");
    with(&centre, &made, &code(&again)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_reads_and_pays_the_bill_with_the_code_of_the_receipt() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 3_000 })]).await;
    let (made, other) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    let (page, code) = (centre.app.page(), code(&made));
    let (shown, key) = (("receipt-code", code.as_str()), ("idempotency-key", "pay"));
    let bill = format!("/v1/bills/{}", made["bill"].as_str().unwrap());
    assert_eq!(page.send(Method::GET, &bill, &[shown], None).await.ok()["total"], 3_000);
    let of = format!("/v1/bills?subject={}", id(&made));
    assert_eq!(page.send(Method::GET, &of, &[shown], None).await.ok()["data"].as_array().unwrap().len(), 1);
    let (at, how) = (format!("{bill}/payments"), json!({ "method": "sandbox_konbini" }));
    let payment = page.send(Method::POST, &at, &[shown, key], Some(&how)).await.created();
    let payment = format!("/v1/payments/{}", id(&payment));
    page.send(Method::GET, &payment, &[shown], None).await.ok();

    let theirs = format!("/v1/bills/{}", other["bill"].as_str().unwrap());
    page.send(Method::GET, &theirs, &[shown], None).await.refused(404, "absent");
    page.get(&bill).await.refused(404, "absent");
    let preflight = page.send(Method::OPTIONS, "/", &[], None).await;
    assert!(preflight.header("access-control-allow-headers").contains("Receipt-Code"), "a browser may send it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_sent_is_in_no_answer_and_goes_to_who_applied_alone() {
    let centre = Centre::new(json!({}), &[]).await;
    let copies = json!({ "copy_to_guardians": true });
    centre.app.server().send(Method::PATCH, "/v1/course/settings", &[], Some(&copies)).await.ok();
    let made = centre.one(&["山田 花子"]).await;
    outbox(&centre).await;
    let sent = centre.act(&made, "access-code", &json!({ "send": true })).await.ok();
    assert_eq!((&sent["sent"], sent.get("receipt_code")), (&json!(true), None));
    let [letter] = outbox(&centre).await.try_into().unwrap();
    assert_eq!((letter.to.as_str(), letter.template.as_str()), ("guest@example.jp", "course.receipt_reissued"));
    with(&centre, &made, &code(&made)).await.refused(404, "absent");
    with(&centre, &made, &mailed(&letter.body)).await.ok();

    let contact = json!({ "contact": { "name": "加藤", "phone": "03-9876-5432" } });
    let by_phone = centre.guest(&["加藤"], contact).await.created()["applications"][0].clone();
    centre.act(&by_phone, "access-code", &json!({ "send": true })).await.refused(409, "course.receipt.no_address");
    with(&centre, &by_phone, &code(&by_phone)).await.ok();
    assert_eq!(outbox(&centre).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_lost_a_code_gets_another_by_mail_and_the_old_one_dies_at_once() {
    let centre = Centre::new(json!({}), &[]).await;
    let (made, other) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    outbox(&centre).await;
    lost(&centre, 1, " guest@EXAMPLE.jp ").await;
    with(&centre, &made, &code(&made)).await.refused(404, "absent");
    let [letter] = outbox(&centre).await.try_into().unwrap();
    assert_eq!((letter.to.as_str(), letter.template.as_str()), ("guest@example.jp", "course.receipt_reissued"));
    assert!(letter.body.contains("クラス: 土曜\n受付番号: 1\n"), "{}", letter.body);
    with(&centre, &made, &mailed(&letter.body)).await.ok();
    with(&centre, &other, &code(&other)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_such_application_gets_the_same_answer_and_nothing_is_sent() {
    let centre = Centre::new(json!({}), &[]).await;
    let made = centre.one(&["一"]).await;
    outbox(&centre).await;
    let unknown = [(1, "nobody@example.jp"), (2, "guest@example.jp"), (1, "no address at all")];
    let mut answers = Vec::new();
    for (number, email) in unknown {
        answers.push(lost(&centre, number, email).await);
    }
    let asked = json!({ "receipt_number": 1, "email": "guest@example.jp" });
    let theirs = centre.app.neighbour().post(LOST, &asked).await;
    assert_eq!(theirs.status, 202, "{}", theirs.text);
    assert_eq!(outbox(&centre).await.len(), 0);
    with(&centre, &made, &code(&made)).await.ok();
    answers.push(lost(&centre, 1, "guest@example.jp").await);
    answers.push(theirs.json());
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
    assert_eq!(outbox(&centre).await.len(), 1);
    let told = journal::of(&centre.app).await;
    assert_eq!(told.iter().filter(|event| *event == "course.receipt.asked").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_written_to_again_and_again_has_to_wait_and_a_code_that_is_not_sent_stays() {
    let centre = Centre::new(json!({}), &[]).await;
    let made = centre.one(&["一"]).await;
    outbox(&centre).await;
    let (mut last, mut answers) = (String::new(), Vec::new());
    for _ in 0..3 {
        answers.push(lost(&centre, 1, "guest@example.jp").await);
        let [letter] = outbox(&centre).await.try_into().unwrap();
        last = mailed(&letter.body);
    }
    answers.push(lost(&centre, 1, "guest@example.jp").await);
    assert_eq!(outbox(&centre).await.len(), 0, "three letters, and no fourth");
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
    with(&centre, &made, &last).await.ok();
    centre.app.clock.advance(Duration::minutes(15));
    lost(&centre, 1, "guest@example.jp").await;
    assert_eq!(outbox(&centre).await.len(), 1);
    with(&centre, &made, &last).await.refused(404, "absent");
}
