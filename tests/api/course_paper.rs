//! Who applied on paper and has no e-mail address: where a letter goes, kept as everything of a person, and what it says.

use db::{Fault, TenantTx};
use kernel::Service;
use notice::{message, sender::SendError};
use serde_json::{Value, json};
use testkit::{Cluster, Twins};
use tests::Answer;
use time::Duration;

use crate::{
    course_applications::Centre,
    course_changes::{execute, plan, refunded, running},
    course_letters::outbox,
    course_money::closing,
    journal,
    venue_hire::id,
};

const ADDRESS: &str = "東京都千代田区千代田1-1 はるか荘";

/// The mail server refuses for good whatever is to go out. Says how much that is.
async fn bounce(centre: &Centre) -> usize {
    let scope = centre.app.test.scope(Service::Core);
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let (seal, now) = (&keys.seal, centre.app.clock.now());
    let refused = &SendError { permanent: true, code: "smtp_550".to_owned() };
    let work = async |tx: &mut TenantTx| {
        let letters = message::claim(tx, seal, 50, now).await?;
        for letter in &letters {
            message::not_sent(tx, letter, refused, now).await?;
        }
        Ok::<_, Fault>(letters.len())
    };
    centre.app.test.db.tenant(&scope, work).await.unwrap()
}

impl Centre {
    /// A postcard from somebody who has no e-mail address.
    async fn postcard(&self, name: &str) -> Value {
        let contact = json!({ "name": name, "postal_code": "〒100-0001", "address": ADDRESS });
        let body = json!({ "class": self.class, "people": [{ "name": name, "birth_date": "1950-03-03" }], "contact": contact,
                           "channel": "post" });
        let made = self.app.server().post("/v1/course/applications/entries", &body).await.created();
        made["applications"][0].clone()
    }

    async fn letters(&self, query: &str) -> Answer {
        let at = format!("/v1/course/classes/{}/letters?{query}", self.class);
        let answer = self.app.server().get(&at).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_e_mail_address_gets_the_same_words_on_paper_and_who_has_one_does_not() {
    let centre = Centre::new(json!({ "capacity": 1 }), &[json!({ "amount": 6_000 })]).await;
    let (first, _, third) =
        (centre.postcard("加藤 ミツ").await, centre.one(&["一"]).await, centre.postcard("林 カネ").await);
    let file = centre.letters("purpose=results").await;
    assert!(file.bytes.starts_with(b"\xEF\xBB\xBF"), "{}", file.text);
    let text = file.text.trim_start_matches('\u{feff}');
    assert!(text.starts_with("受付番号,申込み,状態,氏名,郵便番号,住所,言語,件名,本文\r\n"), "{text}");
    let place = format!(
        "1,{},支払待ち,加藤 ミツ,1000001,{ADDRESS},ja,【みどり市文化会館】受講料のお支払いのお願い,",
        id(&first)
    );
    assert!(text.contains(&place), "{place} in {text}");
    for part in ["加藤 ミツ 様\n", "お支払い額: 6,000円（税込）\n", "支払期限: 2026年"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(
        text.contains(&format!("3,{},空席待ち,林 カネ,", id(&third))) && text.contains("現在の順番: 2\n"),
        "{text}"
    );
    assert!(!text.contains("guest@example.jp") && !text.contains("一 様"), "{text}");

    let waiting = centre.letters("purpose=other&state=waitlisted").await.text;
    assert!(waiting.contains("林 カネ") && !waiting.contains("加藤 ミツ"), "{waiting}");
    let told = journal::told(&centre.app, "course.letters.exported").await;
    assert_eq!(
        (&told[0]["purpose"], &told[0]["applications"], &told[1]["purpose"], &told[1]["applications"]),
        (&json!("results"), &json!([first["id"], third["id"]]), &json!("other"), &json!([third["id"]]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_on_paper_says_why_and_what_goes_back_as_one_by_mail_does() {
    let centre = Centre::new(json!({ "capacity": 2 }), &[json!({ "amount": 6_000 })]).await;
    let (paid, other) = (centre.postcard("加藤 ミツ").await, centre.postcard("林 カネ").await);
    centre.pay(&paid).await.created();
    centre.act(&paid, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    let revoked = centre.letters("purpose=results&state=revoked").await.text;
    for part in ["加藤 ミツ 様\n", "返金額: 6,000円", "理由: 要件の誤り\n"] {
        assert!(revoked.contains(part), "{part} in {revoked}");
    }
    assert!(!revoked.contains("林 カネ"), "{revoked}");
    let waits = centre.letters("purpose=results&state=payment_due").await.text;
    assert!(waits.contains(&id(&other)) && !waits.contains("理由") && !waits.contains("返金額"), "{waits}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_on_paper_tells_what_goes_back_with_the_end_of_an_application_and_not_what_went_back_before() {
    let (centre, _, sessions) = running(0).await;
    let (revoked, cancelled) = (centre.postcard("加藤 ミツ").await, centre.postcard("林 カネ").await);
    for one in [&revoked, &cancelled] {
        centre.pay(one).await.created();
    }
    let cancel = json!({ "session": sessions[0], "reason": "台風", "refund": true });
    let told = plan(&centre, "cancellations", &cancel).await.created();
    execute(&centre, &told).await.ok();
    assert_eq!(refunded(&centre, &revoked).await, 3_334);
    centre.app.clock.advance(Duration::minutes(1));
    centre.act(&revoked, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    let told = closing(&centre, json!({})).await.created();
    execute(&centre, &told).await.ok();
    for (one, state) in [(&revoked, "revoked"), (&cancelled, "class_cancelled")] {
        assert_eq!(refunded(&centre, one).await, 12_000);
        let letter = centre.letters(&format!("purpose=other&state={state}")).await.text;
        assert!(letter.contains(&id(one)) && letter.contains("返金額: 8,666円\n"), "{letter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_sessions_goes_on_paper_to_whom_it_reached_by_no_mail_in_the_words_of_the_mail() {
    let (centre, _, sessions) = running(1).await;
    let posted = centre.postcard("加藤 ミツ").await;
    centre.pay(&posted).await.created();
    let later = json!({ "session": sessions[1], "starts_at": "2027-04-18T13:00:00+09:00", "ends_at": "2027-04-18T14:30:00+09:00", "place": "別館" });
    let moved = plan(&centre, "moves", &later).await.created();
    let of = |told: &Value| format!("purpose=change&plan={}", id(told));
    let at = format!("/v1/course/classes/{}/letters?{}", centre.class, of(&moved));
    centre.app.server().get(&at).await.refused(409, "course.change_plan.planned");
    execute(&centre, &moved).await.ok();
    let cancel = json!({ "session": sessions[0], "reason": "台風", "refund": true });
    let cancelled = plan(&centre, "cancellations", &cancel).await.created();
    execute(&centre, &cancelled).await.ok();

    for (told, parts) in [
        (&moved, ["第2回: 2027年4月17日（土）10:00 から 2027年4月18日（日）13:00（別館） に変更\n", "加藤 ミツ 様\n"]),
        (&cancelled, ["第1回: 2027年4月10日（土）10:00 の回は休講（台風）\n", "返金額: 3,334円\n"]),
    ] {
        let text = centre.letters(&of(told)).await.text;
        for part in parts {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains(&id(&posted)) && !text.contains("参加者0"), "{text}");
    }
    let told = journal::told(&centre.app, "course.letters.exported").await;
    assert_eq!((&told[0]["purpose"], &told[0]["applications"]), (&json!("change"), &json!([posted["id"]])));
    let closing = closing(&centre, json!({})).await.created();
    execute(&centre, &closing).await.ok();
    let text = centre.letters(&of(&closing)).await.text;
    for part in ["講座中止のお知らせ", "理由: 講師の急病\n", "返金額: 8,666円\n"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let nothing = "/v1/course/classes/cla_00000000000000000000000000/letters";
    centre.app.server().get(&format!("{nothing}?{}", of(&moved))).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_mail_no_server_takes_gets_the_letter_on_paper_and_whose_mail_went_does_not() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 6_000 })]).await;
    let gone = centre.one(&["一"]).await;
    outbox(&centre).await;
    let returned = centre.one(&["二"]).await;
    let text = centre.letters("purpose=results").await.text;
    assert!(!text.contains(&id(&returned)), "it is still to go out: {text}");
    assert_eq!(bounce(&centre).await, 1);
    let text = centre.letters("purpose=results").await.text;
    assert!(text.contains(&id(&returned)) && text.contains("お支払い額: 6,000円（税込）\n"), "{text}");
    assert!(!text.contains(&id(&gone)), "{text}");
    // what is told later is told by mail again
    centre.act(&returned, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    assert!(!centre.letters("purpose=results").await.text.contains(&id(&returned)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_kept_sealed_with_who_left_it_and_one_that_cannot_be_is_refused() {
    let centre = Centre::new(json!({}), &[]).await;
    let made = centre.postcard("加藤 ミツ").await;
    let at = format!("/v1/patrons/{}", made["applicant"].as_str().unwrap());
    let patron = centre.app.server().get(&at).await.ok();
    assert_eq!((&patron["postal_code"], &patron["address"]), (&json!("1000001"), &json!(ADDRESS)));
    let clear = "DO $$ BEGIN ASSERT (SELECT count(*) FROM patron.patrons WHERE position(convert_to('千代田', 'UTF8') IN personal) > 0) = 0; \
                 ASSERT (SELECT count(*) FROM audit.outbox WHERE data::text LIKE '%千代田%') = 0; END $$";
    centre.app.test.execute(clear).await;
    let contact = json!({ "contact": { "name": "林", "postal_code": "12" } });
    let refused = centre.guest(&["林"], contact).await.refused(422, "patron.details_rejected");
    assert_eq!(refused["errors"][0]["code"], "not_a_postal_code", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_for_who_may_export_rosters_and_say_what_they_are_for() {
    let centre = Centre::new(json!({}), &[]).await;
    let at = format!("/v1/course/classes/{}/letters", centre.class);
    centre.app.page().get(&format!("{at}?purpose=results")).await.refused(403, "permission_denied");
    centre.app.neighbour().get(&format!("{at}?purpose=results")).await.refused(404, "absent");
    assert_eq!(centre.app.server().get(&at).await.status, 400, "for nothing");
}
