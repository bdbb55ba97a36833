//! The house itself is told by mail that it is to be decided whether a class runs: where it wants to be, once for each class and day.

use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::macros::datetime;

use crate::{
    course_applications::Centre,
    course_letters::outbox,
    course_run::{round, short},
    letters::delivered,
    mail_server::MailServer,
};

const DESK: &str = "desk@hall.example.jp";

async fn settings(centre: &Centre, change: &Value) -> Answer {
    centre.app.server().send(Method::PATCH, "/v1/course/settings", &[], Some(change)).await
}

/// What the desk has got so far.
async fn arrived(centre: &Centre, server: &MailServer) -> usize {
    delivered(&centre.app, server).await.iter().filter(|mail| mail.to.contains(&format!("<{DESK}>"))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_gets_one_letter_for_each_class_and_day_however_long_the_decision_is_owed() {
    let (centre, ..) = short(json!({ "decide_by": "2026-12-03" })).await;
    let server = MailServer::start("250 OK").await;
    settings(&centre, &json!({ "staff_email": DESK })).await.ok();
    centre.app.clock.set(datetime!(2026-12-02 23:59:59 +9));
    assert_eq!((round(&centre).await, arrived(&centre, &server).await), (0, 0));
    centre.app.clock.set(datetime!(2026-12-03 00:00 +9));
    assert_eq!((round(&centre).await, round(&centre).await, arrived(&centre, &server).await), (1, 0, 1));
    centre.app.clock.set(datetime!(2026-12-04 00:00 +9));
    assert_eq!(
        (round(&centre).await, arrived(&centre, &server).await),
        (1, 1),
        "the journal says it again, no letter does"
    );
    let at = format!("/v1/course/classes/{}", centre.class);
    let later = json!({ "decide_by": "2026-12-05" });
    centre.app.server().send(Method::PATCH, &at, &[], Some(&later)).await.ok();
    centre.app.clock.set(datetime!(2026-12-05 00:00 +9));
    assert_eq!((round(&centre).await, arrived(&centre, &server).await), (1, 2), "another day is another letter");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_says_what_is_missing_in_the_language_and_words_of_the_house() {
    let own = json!({ "subject": "{{class}}: {{decide_by}}", "body": "{{admitted}} of {{minimum}}" });
    for (language, subject, part) in [
        (
            "ja",
            "【みどり市文化会館】開講の決定が必要なクラスがあります",
            "最少催行人数: 3\n受講決定者: 2\n決定期日: 2026年12月3日（木）\n",
        ),
        ("en", "土曜: Thursday, 3 December 2026", "2 of 3"),
    ] {
        let (centre, ..) = short(json!({ "decide_by": "2026-12-03" })).await;
        let words = "/v1/templates/course.decision_owed/en";
        centre.app.server().send(Method::PUT, words, &[], Some(&own)).await.ok();
        settings(&centre, &json!({ "staff_email": DESK, "staff_language": language })).await.ok();
        outbox(&centre).await;
        centre.app.clock.set(datetime!(2026-12-03 09:00 +9));
        round(&centre).await;
        let [letter] = outbox(&centre).await.try_into().unwrap();
        assert_eq!(
            (letter.to.as_str(), letter.template.as_str(), letter.subject.as_str()),
            (DESK, "course.decision_owed", subject)
        );
        assert!(letter.body.contains(part) && !letter.body.contains("様"), "{}", letter.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_names_no_address_gets_no_letter_and_the_address_is_kept_sealed() {
    let (centre, ..) = short(json!({ "decide_by": "2026-12-03" })).await;
    let before = centre.app.server().get("/v1/course/settings").await.ok();
    assert_eq!((before.get("staff_email"), &before["staff_language"]), (None, &json!("ja")));
    let refused = settings(&centre, &json!({ "staff_email": "the desk", "paper_hours": 1 })).await;
    refused.refused(422, "course.settings.not_an_address");
    assert_eq!(centre.app.server().get("/v1/course/settings").await.ok(), before);
    let kept = settings(&centre, &json!({ "staff_email": " desk@HALL.example.jp " })).await.ok();
    assert_eq!(kept["staff_email"], DESK);
    let clear = "DO $$ BEGIN ASSERT (SELECT count(*) FROM course.settings WHERE staff_email IS NOT NULL \
                   AND position('desk' IN encode(staff_email, 'escape')) = 0) = 1; \
                 ASSERT (SELECT count(*) FROM audit.outbox WHERE data::text LIKE '%desk@%') = 0; END $$";
    centre.app.test.execute(clear).await;
    let again = settings(&centre, &json!({ "paper_hours": 48 })).await.ok();
    assert_eq!((&again["staff_email"], &again["paper_hours"]), (&json!(DESK), &json!(48)), "what is left out stays");
    let none = settings(&centre, &json!({ "staff_email": null })).await.ok();
    assert_eq!(none.get("staff_email"), None);
    outbox(&centre).await;
    centre.app.clock.set(datetime!(2026-12-03 09:00 +9));
    assert_eq!((round(&centre).await, outbox(&centre).await.len()), (1, 0));
}
