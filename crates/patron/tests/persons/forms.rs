//! What is asked and answered; and that nothing of it stands in clear or is read unseen.

use kernel::{Refuse as _, Service};
use patron::{
    fact,
    form::{self, AnswerError, Answers, Asked, FormDraft, FormError, Question, QuestionKind},
    person::{Hand, PersonChange, PersonError, PersonFilter},
};
use testkit::{MORNING, TestDb};
use time::{Duration, macros::date};
use uuid::Uuid;

use crate::office::{Office, application, claim, code, draft, question, said, text};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_names_a_person_or_answers_a_question_stands_in_clear() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("秘密花子", Some(date!(2016 - 04 - 01)))).await;
    office.claim(claim(person, "friend", code("秘密会員"), None), Hand::Office).await.unwrap();
    let form = office.form(vec![question("wish", QuestionKind::Text, true)]).await;
    let asked = Asked { subject: application(7), person: None };
    office.answer(form.1.id, &asked, &said(&[("wish", text("秘密の希望"))])).await.unwrap();
    office.facts(&[person], date!(2026 - 12 - 01)).await;
    let mut rows = 0;
    for table in ["patron.persons", "patron.person_facts", "patron.answers", "patron.answer_sets", "audit.outbox"] {
        let dump = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'hex') || t::text AS line FROM {table} AS t");
        for line in test.peek(&dump).await {
            rows += 1;
            for datum in ["秘密", "2016-04-01", "[2016,"] {
                let hex: String = datum.bytes().map(|byte| format!("{byte:02x}")).collect();
                assert!(!line.contains(datum) && !line.contains(&hex), "{datum} in {table}");
            }
        }
    }
    assert!(rows > 5, "there was something to look at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_required_question_never_stands_against_what_was_answered_before() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let first = vec![question("wish", QuestionKind::Text, true)];
    let (form, version) = office.form(first.clone()).await;
    let asked = Asked { subject: application(1), person: None };
    office.answer(version.id, &asked, &said(&[("wish", text("前の席"))])).await.unwrap();

    let mut next = first.clone();
    next.push(question("allergy", QuestionKind::YesNo, true));
    let newer = office.revise(form.id, &next).await.unwrap();
    assert_eq!((newer.number, newer.questions.len()), (2, 2));
    assert!(matches!(office.revise(form.id, &next).await, Err(FormError::Unchanged)));

    let (set, asked_by) = office.read(&asked).await.unwrap();
    assert_eq!((set.form_version, asked_by.questions), (version.id, first));
    let amended = office.amend(&asked, &said(&[("wish", text("後ろの席"))])).await.unwrap();
    assert_eq!((amended.form_version, amended.revision), (version.id, 2));
    let other = Asked { subject: application(2), person: None };
    let refused = office.answer(newer.id, &other, &said(&[("wish", text("前の席"))])).await.unwrap_err();
    assert_eq!(refused.refusal().facts["errors"][0]["pointer"], "#/answers/allergy");
    assert_eq!(refused.refusal().facts["errors"][0]["code"], "required");
    assert!(matches!(office.read(&other).await, Err(AnswerError::Absent)), "nothing was kept");

    let keys = office.keys();
    let history = async |tx: &mut _| form::history(tx, keys, &asked, MORNING).await;
    let said: Vec<_> = test.db.tenant(&office.scope, history).await.unwrap();
    let wishes: Vec<_> = said.iter().map(|set| (set.revision, set.answers["wish"].clone())).collect();
    assert_eq!(wishes, [(1, text("前の席")), (2, text("後ろの席"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_subject_is_answered_once_for_each_person_however_often_it_is_sent_at_once() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let own = Question { per_person: true, ..question("own", QuestionKind::Text, false) };
    let (_, version) = office.form(vec![question("wish", QuestionKind::Text, false), own]).await;
    let person = office.person(draft("山田 葵", None)).await;
    let party = Asked { subject: application(1), person: None };
    let child = Asked { person: Some(person), ..party.clone() };
    let (common, wish) = (said(&[("wish", text("前の席"))]), said(&[("own", text("前の席"))]));
    let strange = office.answer(version.id, &child, &common).await.unwrap_err();
    assert_eq!(strange.refusal().facts["errors"][0]["code"], "unknown_question", "a person is asked what is for each");
    for (asked, said) in [(&party, &common), (&child, &wish)] {
        let send = || office.answer(version.id, asked, said);
        let (one, two, three) = tokio::join!(send(), send(), send());
        let sent = [one, two, three];
        assert_eq!(sent.iter().filter(|sent| sent.is_ok()).count(), 1, "{sent:?}");
        assert_eq!(sent.iter().filter(|sent| matches!(sent, Err(AnswerError::Answered))).count(), 2);
    }
    let (one, two) = tokio::join!(office.amend(&child, &wish), office.amend(&child, &wish));
    let mut revisions = [one.unwrap().revision, two.unwrap().revision];
    revisions.sort_unstable();
    assert_eq!(revisions, [2, 3]);
    let keys = office.keys();
    let roster = async |tx: &mut _| {
        form::read_many(tx, keys, "course.application", &[party.subject.id, Uuid::from_u128(9)], MORNING).await
    };
    let found = test.db.tenant(&office.scope, roster).await.unwrap();
    let of: Vec<_> = found.into_iter().map(|((_, person), set)| (person, set.revision)).collect();
    assert_eq!(of, [(None, 1), (Some(person), 3)]);
    let neighbour = Office::of(&test, test.neighbour(Service::Course));
    assert!(matches!(neighbour.read(&child).await, Err(AnswerError::Absent)));
    assert!(matches!(neighbour.answer(version.id, &child, &wish).await, Err(AnswerError::NoSuchForm)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_forgotten_on_its_day_and_the_others_stay() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mut allergy = question("allergy", QuestionKind::Text, false);
    (allergy.sensitive, allergy.retention_days) = (true, Some(30));
    let (_, version) = office.form(vec![question("wish", QuestionKind::Text, false), allergy]).await;
    let asked = Asked { subject: application(1), person: None };
    let both = said(&[("wish", text("前の席")), ("allergy", text("そば"))]);
    office.answer(version.id, &asked, &both).await.unwrap();
    let core = test.scope(Service::Core);
    let sweep = async |at| test.db.tenant(&core, async |tx| patron::sweep(tx, at).await).await.unwrap();
    assert_eq!(sweep(MORNING + Duration::days(29)).await, 0);
    assert_eq!(office.read(&asked).await.unwrap().0.answers.len(), 2);
    assert_eq!(sweep(MORNING + Duration::days(30)).await, 1);
    assert_eq!(office.read(&asked).await.unwrap().0.answers, said(&[("wish", text("前の席"))]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_given_again_is_forgotten_on_its_day_swept_or_not() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mut allergy = question("allergy", QuestionKind::Text, false);
    allergy.retention_days = Some(30);
    let (_, version) = office.form(vec![question("wish", QuestionKind::Text, false), allergy]).await;
    let asked = Asked { subject: application(1), person: None };
    let both = said(&[("wish", text("前の席")), ("allergy", text("そば"))]);
    office.answer(version.id, &asked, &both).await.unwrap();
    let keys = office.keys();
    let amend = async |answers: Answers, days: i64| {
        let now = MORNING + Duration::days(days);
        let work = async |tx: &mut _| form::amend_some(tx, keys, &asked, &answers, now).await;
        test.db.tenant(&office.scope, work).await.unwrap().answers
    };
    let read = async |days: i64| {
        let now = MORNING + Duration::days(days);
        let work = async |tx: &mut _| form::read(tx, keys, &asked, now).await;
        test.db.tenant(&office.scope, work).await.unwrap().0.answers
    };
    assert_eq!(amend(said(&[("wish", text("通路側"))]), 20).await.len(), 2);
    assert_eq!((read(29).await.len(), read(30).await), (2, said(&[("wish", text("通路側"))])));
    assert_eq!(amend(said(&[("allergy", text("卵"))]), 40).await.len(), 2);
    assert_eq!((read(69).await.len(), read(70).await.len()), (2, 1), "what is given again counts from then");
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_persons_facts_and_answers_is_journalled_with_every_id() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("山田 葵", None)).await;
    let keys = office.keys();
    office.view(person, Hand::Office).await.unwrap();
    office.update(person, Hand::Office, PersonChange::default()).await.unwrap();
    office.found(PersonFilter::default()).await;
    let facts = async |tx: &mut _| fact::view(tx, keys, (person, Hand::Office), date!(2026 - 12 - 01), MORNING).await;
    test.db.tenant(&office.scope, facts).await.unwrap();
    let told = test.peek("SELECT event || ' ' || data::text AS line FROM audit.outbox ORDER BY id").await;
    for (event, what) in
        [("patron.person.read", "details"), ("patron.person.read", "facts"), ("patron.person.listed", "")]
    {
        let line = told.iter().find(|line| line.starts_with(event) && line.contains(what)).unwrap();
        assert!(line.contains(&person.to_string()), "{line}");
    }
    let details = told.iter().filter(|line| line.starts_with("patron.person.read") && line.contains("details")).count();
    assert_eq!(details, 2, "a change that changes nothing is a reading");
    assert!(test.db.read(&office.scope, facts).await.is_err(), "where nothing can be journalled nothing is shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_made_at_once_follow_each_other_and_no_code_and_no_guardian_is_there_twice() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (form, _) = office.form(vec![question("wish", QuestionKind::Text, false)]).await;
    let [second, third] = ["second", "third"].map(|code| vec![question(code, QuestionKind::YesNo, true)]);
    let (one, other) = tokio::join!(office.revise(form.id, &second), office.revise(form.id, &third));
    let mut numbers = [one.unwrap().number, other.unwrap().number];
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);

    let scope = test.scope(Service::Core);
    let draft_of =
        |code: &str| FormDraft {
            code: code.into(), name: "質問票".into(), name_en: None, questions: second.clone()
        };
    let twin = draft_of("twin");
    let make = || test.db.tenant(&scope, async |tx| form::create(tx, twin.clone(), MORNING).await);
    let (one, other) = tokio::join!(make(), make());
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(FormError::CodeTaken)));

    let (patron, person) = (office.patron("山田 花子").await, office.person(draft("山田 葵", None)).await);
    let (one, other) = tokio::join!(office.guard(patron, person), office.guard(patron, person));
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(PersonError::ActsAlready)));
}
