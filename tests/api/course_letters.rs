//! What who applied for a class is told by mail: with the move, once, in the words of the tenant.

use kernel::{Locale, Service};
use notice::{
    message::{self, Drafted, Letter},
    template::Rendered,
    text::Kind,
};
use poem::http::Method;
use serde_json::{Value, json};
use testkit::{Cluster, Twins};
use time::Duration;

use crate::{course_applications::Centre, journal};

/// The letters since somebody looked, as they are sent.
pub async fn outbox(centre: &Centre) -> Vec<Letter> {
    let scope = centre.app.test.scope(Service::Core);
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let (seal, now) = (&keys.seal, centre.app.clock.now());
    let work = async |tx: &mut db::TenantTx| {
        let letters = message::claim(tx, seal, 50, now).await?;
        for letter in &letters {
            message::sent(tx, letter, now).await?;
        }
        Ok::<_, db::Fault>(letters)
    };
    let mut found = centre.app.test.db.tenant(&scope, work).await.unwrap();
    found.sort_by(|one, other| one.template.cmp(&other.template));
    found
}

async fn told(centre: &Centre) -> Vec<String> {
    outbox(centre).await.into_iter().map(|one| one.template).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_move_reaches_who_applied_with_what_it_means_for_them_and_only_once() {
    let centre = Centre::new(json!({ "capacity": 1, "offer_minutes": 60 }), &[json!({ "amount": 3_000 })]).await;
    let first = centre.one(&["一"]).await;
    let [due] = outbox(&centre).await.try_into().unwrap();
    assert_eq!((due.to.as_str(), due.template.as_str()), ("guest@example.jp", "course.payment_due"));
    for part in ["一 様", "3,000円", "受付番号: 1\n", "クラス: 土曜", "支払期限: 2026年"] {
        assert!(due.body.contains(part), "{part} in {}", due.body);
    }
    let second = centre.one(&["二"]).await;
    let [waits] = outbox(&centre).await.try_into().unwrap();
    assert!(waits.template == "course.waitlisted" && waits.body.contains("現在の順番: 1\n"), "{}", waits.body);

    centre.act(&first, "withdraw", &json!({})).await.ok();
    let both = outbox(&centre).await;
    assert_eq!(
        both.iter().map(|one| one.template.as_str()).collect::<Vec<_>>(),
        ["course.offered", "course.withdrawn"]
    );
    assert!(both[0].body.contains("回答期限: 2026年"), "{}", both[0].body);
    let key = [("idempotency-key", "accept-1")];
    let at = format!("/v1/course/applications/{}/accept", second["id"].as_str().unwrap());
    for _ in 0..3 {
        centre.app.server().send(Method::POST, &at, &key, None).await.ok();
    }
    assert_eq!(told(&centre).await, ["course.payment_due"], "whatever is retried");
    centre.pay(&second).await.created();
    assert_eq!(told(&centre).await, ["course.admitted"]);
    centre.act(&second, "revoke", &json!({ "reason": "申込内容に誤り" })).await.ok();
    let [revoked] = outbox(&centre).await.try_into().unwrap();
    assert!(revoked.template == "course.revoked" && revoked.body.contains("申込内容に誤り"), "{}", revoked.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_in_the_words_of_the_tenant_and_keeps_the_version_it_was_made_from() {
    let centre = Centre::new(json!({}), &[]).await;
    let own = json!({ "subject": "{{class}}の受講決定", "body": "{{applicant}} {{class}}: {{course}}" });
    let path = "/v1/templates/course.admitted/ja";
    centre.app.server().send(Method::PUT, path, &[], Some(&own)).await.ok();
    centre.guest(&["{{class}}"], json!({})).await.created();
    let [letter] = outbox(&centre).await.try_into().unwrap();
    assert_eq!((letter.subject.as_str(), letter.body.as_str()), ("土曜の受講決定", "{{class}} 土曜: ヨガ"));
    centre
        .app
        .test
        .execute("DO $$ BEGIN ASSERT (SELECT array_agg(wording_version) = '{1}' FROM notice.messages); END $$")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_no_address_is_told_nothing_and_who_reads_english_is_told_in_english() {
    let centre = Centre::new(json!({}), &[]).await;
    let contact = json!({ "contact": { "name": "加藤", "phone": "03-9876-5432" } });
    centre.guest(&["加藤"], contact).await.created();
    assert_eq!(told(&centre).await, Vec::<String>::new());
    let patron = json!({ "name": "Ann", "email": "ann@example.com", "locale": "en" });
    let patron = centre.app.server().post("/v1/patrons", &patron).await.created();
    let entry = json!({ "class": centre.class, "people": [{ "name": "Ann", "birth_date": "1990-05-05" }],
                        "patron": patron["id"], "channel": "counter" });
    let entered: Value = centre.app.server().post("/v1/course/applications/entries", &entry).await.created();
    assert_eq!(entered["applications"][0]["state"], "admitted");
    let [letter] = outbox(&centre).await.try_into().unwrap();
    assert!(letter.subject.ends_with("you have a place") && letter.body.starts_with("Dear Ann,\n"), "{}", letter.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_has_not_gone_in_its_time_is_given_up_and_does_not_go_after_it() {
    let centre = Centre::new(json!({ "capacity": 1, "offer_minutes": 60 }), &[json!({ "amount": 3_000 })]).await;
    let first = centre.one(&["一"]).await;
    centre.one(&["二"]).await;
    outbox(&centre).await;
    centre.act(&first, "withdraw", &json!({})).await.ok();
    // nobody delivers anything for an hour
    centre.app.clock.advance(Duration::minutes(61));
    assert_eq!(told(&centre).await, ["course.withdrawn"]);
    let given_up = journal::told(&centre.app, "notice.message.failed").await;
    assert_eq!(
        (given_up.len(), &given_up[0]["template"], &given_up[0]["failure"]),
        (1, &json!("course.offered"), &json!("outdated"))
    );
    assert_eq!(told(&centre).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_not_to_go_before_a_moment_waits_for_it_and_a_fact_is_told_once() {
    let centre = Centre::new(json!({}), &[]).await;
    let scope = centre.app.test.scope(Service::Course);
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let (seal, now) = (&keys.seal, centre.app.clock.now());
    let lost = Drafted {
        wording: Kind::CourseLost,
        version: 0,
        locale: Locale::Ja,
        to: "guest@example.jp".to_owned(),
        patron: None,
        fact: "course.lost cap_1 2".to_owned(),
        said: Rendered { subject: "抽選結果".to_owned(), body: "落選".to_owned() },
        not_before: Some(now + Duration::HOUR),
        not_after: None,
    };
    let twice = [lost.clone(), lost];
    for _ in 0..2 {
        let work = async |tx: &mut db::TenantTx| message::intend_all(tx, seal, "市民会館", &twice, now).await;
        centre.app.test.db.tenant(&scope, work).await.unwrap();
    }
    centre.app.clock.advance(Duration::minutes(59));
    assert_eq!(told(&centre).await, Vec::<String>::new());
    centre.app.clock.advance(Duration::MINUTE);
    assert_eq!(told(&centre).await, ["course.lost"]);
}
