//! What who hires is told by mail, and that it is told with the fact, once.

use kernel::Service;
use notice::message::{self, Letter};
use poem::http::Method;
use serde_json::json;
use testkit::{Cluster, Twins};
use time::Duration;

use crate::{
    letters::delivered,
    mail_server::MailServer,
    venue_hire::{House, id},
};

pub async fn outbox(house: &House) -> Vec<Letter> {
    let scope = house.app.test.scope(Service::Core);
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let (seal, now) = (&keys.seal, house.app.clock.now());
    house.app.test.db.tenant(&scope, async |tx| message::claim(tx, seal, 20, now).await).await.unwrap()
}

async fn one(house: &House) -> Letter {
    let [letter] = outbox(house).await.try_into().unwrap();
    letter
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hires_is_told_every_decision_with_what_it_means_for_them() {
    let house = House::open("staff").await;
    let application = house.applied(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let submitted = one(&house).await;
    assert_eq!((submitted.to.as_str(), submitted.template.as_str()), ("choir@example.jp", "venue.hire_submitted"));
    assert!(submitted.body.contains("催物名: 演奏会\n利用: HALL 2026年12月11日（金）13:00 から"), "{}", submitted.body);

    for reason in ["人数を記入", "責任者を記入"] {
        house.act(&application, "return", &json!({ "reason": reason })).await.ok();
        let returned = one(&house).await;
        assert_eq!(returned.template, "venue.hire_returned");
        assert!(returned.body.contains(reason), "{}", returned.body);
        let path = format!("/v1/venue/applications/{}", id(&application));
        house.app.server().patch(&path, &json!({ "title": "演奏会" })).await.ok();
    }
    let approved = house.act(&application, "approve", &json!({ "conditions": "火気厳禁" })).await.ok();
    let letter = one(&house).await;
    assert_eq!(letter.template, "venue.hire_approved");
    for part in ["10,000円", "支払期限: 2026年12月5日（土）10:00", "火気厳禁"] {
        assert!(letter.body.contains(part), "{part} in {}", letter.body);
    }
    house.pay(&approved["bill"]).await.created();
    let permit = one(&house).await;
    let code = house.permits(&application).await[0]["code"].as_str().unwrap().to_owned();
    assert!(permit.template == "venue.permit_issued" && permit.body.contains(&code), "{}", permit.body);
    let change = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    house.app.server().post(&change, &house.wish(0, "2026-12-11", &["AM"])).await.ok();
    let mut both = outbox(&house).await;
    both.sort_by(|one, other| other.template.cmp(&one.template));
    let [second, changed] = both.try_into().unwrap();
    assert!(second.template == "venue.permit_issued" && second.body.contains("第2版"), "{}", second.body);
    assert_eq!(changed.template, "venue.hire_changed");
    assert!(changed.body.contains("差額のうち返金しない額: 2,000円\n返金額: 2,000円"), "{}", changed.body);
    house.act(&application, "cancel", &json!({})).await.ok();
    let cancelled = one(&house).await;
    assert_eq!(cancelled.template, "venue.hire_cancelled");
    assert!(cancelled.body.contains("取消料: 3,000円\n返金額: 3,000円"), "{}", cancelled.body);

    let other = house.applied(&[house.wish(0, "2026-12-15", &["AM"])]).await;
    one(&house).await;
    house.act(&other, "refuse", &json!({ "reason": "条例第5条" })).await.ok();
    assert_eq!(one(&house).await.template, "venue.hire_refused");
    let last = house.confirmed(&[house.wish(0, "2026-12-15", &["AM"])]).await;
    assert_eq!(outbox(&house).await.len(), 3);
    house.act(&last, "revoke", &json!({ "reason": "避難所" })).await.ok();
    let revoked = one(&house).await;
    assert!(
        revoked.template == "venue.hire_revoked" && revoked.body.contains("避難所\n返金額: 6,000円"),
        "{}",
        revoked.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_change_and_the_settlement_come_to_reaches_the_mailbox_with_its_deadline() {
    let (house, server) = (House::open("staff").await, MailServer::start("250 OK").await);
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    let before = delivered(&house.app, &server).await.len();
    let change = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let told = house.app.server().post(&change, &house.wish(0, "2026-12-11", &["PM"])).await.ok();
    assert_eq!(delivered(&house.app, &server).await.len(), before + 2, "the permit and what it comes to");
    house.pay(&told["bill"]).await.created();
    house.app.server().post(&change, &house.wish(1, "2026-12-11", &["PM"])).await.ok();
    house.app.server().post(&change, &house.wish(2, "2026-12-11", &["PM"])).await.ok();
    let arrived = delivered(&house.app, &server).await.len();
    assert_eq!(arrived, before + 5, "a room that costs the same comes to nothing");

    house.app.clock.advance(Duration::days(21));
    let used = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&used, &json!({ "ends_at": "2026-12-11T22:00:00+09:00" })).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(settled["due_at"], "2026-12-26T10:00:00+09:00");
    house.act(&application, "settle", &json!({})).await.refused(409, "venue.application.state");
    assert_eq!(delivered(&house.app, &server).await.len(), arrived + 1, "once");
    let path = format!("/v1/bills/{}", settled["bill"].as_str().unwrap());
    let bill = async || house.app.server().get(&path).await.ok();
    assert_eq!(bill().await["due_at"], settled["due_at"]);
    // what was used is owed after that, too
    house.app.clock.advance(Duration::days(15));
    delivered(&house.app, &server).await;
    let overdue = house.app.server().get("/v1/bills?overdue=true").await.ok();
    assert_eq!(overdue["data"][0]["id"], settled["bill"]);
    house.pay(&settled["bill"]).await.created();
    assert_eq!((&bill().await["state"], &bill().await["paid"]), (&json!("paid"), &settled["due_amount"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fact_reaches_the_mailbox_once_whatever_is_retried_and_in_the_language_of_its_reader() {
    let (house, server) = (House::open("automatic").await, MailServer::start("250 OK").await);
    let patron = json!({ "name": "Visiting Choir", "email": "visitor@example.com", "locale": "en" });
    let patron = id(&house.app.server().post("/v1/patrons", &patron).await.created());
    let ask = json!({ "facility": house.facility, "patron": patron, "uses": [house.wish(0, "2026-12-11", &["PM"])] });
    let quote = house.app.server().post("/v1/venue/quotes", &ask).await.created();
    let hold = house.try_hold(&quote).await.created();
    let (key, ask) = ([("idempotency-key", "apply-1")], json!({ "hold": hold["id"], "title": "Concert" }));
    let send =
        async || house.app.server().send(Method::POST, "/v1/venue/applications", &key, Some(&ask)).await.created();
    let application = send().await;
    send().await;
    let arrived = delivered(&house.app, &server).await;
    assert_eq!(arrived.len(), 1, "nobody needs to decide: the approval, once");
    assert!(arrived[0].to.contains("<visitor@example.com>"), "{arrived:?}");
    house.pay(&application["bill"]).await.created();
    assert_eq!(delivered(&house.app, &server).await.len(), 2, "and the permit, once");
    assert_eq!(delivered(&house.app, &server).await.len(), 2);
}
