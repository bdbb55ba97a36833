use proptest::prelude::*;

use super::*;

fn label(ja: &str) -> Label {
    Label { ja: ja.into(), en: None }
}

fn question(code: &str, kind: QuestionKind) -> Question {
    Question {
        code: code.into(),
        kind,
        label: label("質問"),
        help: None,
        required: false,
        per_person: false,
        sensitive: false,
        choices: Vec::new(),
        at_least: None,
        at_most: None,
        retention_days: None,
        shown_if: None,
    }
}

fn choices(codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice { code: (*code).into(), label: label("選択肢") }).collect()
}

fn text(text: &str) -> AnswerValue {
    AnswerValue::Text(text.into())
}

fn form() -> Vec<Question> {
    let mut allergy = question("allergy", QuestionKind::YesNo);
    allergy.required = true;
    let mut which = question("which", QuestionKind::ManyChoices);
    which.required = true;
    which.choices = choices(&["egg", "milk", "other"]);
    which.shown_if = Some(ShownIf { question: "allergy".into(), answer: AnswerValue::Yes(true) });
    let mut other = question("other", QuestionKind::Text);
    other.required = true;
    other.shown_if = Some(ShownIf { question: "which".into(), answer: text("other") });
    let mut years = question("years", QuestionKind::Number);
    (years.at_least, years.at_most) = (Some(0), Some(80));
    let mut consent = question("photographs", QuestionKind::Consent);
    consent.required = true;
    vec![allergy, which, other, years, question("first_day", QuestionKind::Date), consent]
}

fn given(answers: &[(&str, AnswerValue)]) -> BTreeMap<String, AnswerValue> {
    answers.iter().map(|(code, answer)| ((*code).to_owned(), answer.clone())).collect()
}

fn faults(answers: &[(&str, AnswerValue)]) -> Vec<(String, &'static str)> {
    let refused = checked(&form(), &given(answers)).err().unwrap_or_default();
    refused.into_iter().map(|fault| (fault.question, fault.code)).collect()
}

#[test]
fn a_form_that_can_be_asked_has_no_faults() {
    assert_eq!(check(&form()), []);
}

#[test]
fn every_question_that_cannot_be_asked_is_told_at_once() {
    let mut late = question("late", QuestionKind::Text);
    late.shown_if = Some(ShownIf { question: "after".into(), answer: text("x") });
    let mut never = question("never", QuestionKind::Text);
    never.shown_if = Some(ShownIf { question: "years".into(), answer: AnswerValue::Number(-1) });
    let mut years = question("years", QuestionKind::Number);
    (years.at_least, years.at_most) = (Some(0), Some(80));
    let mut bounded = question("bounded", QuestionKind::Number);
    (bounded.at_least, bounded.at_most, bounded.retention_days) = (Some(2), Some(1), Some(0));
    let mut doubled = question("doubled", QuestionKind::OneChoice);
    doubled.choices = choices(&["a", "a", "B"]);
    let mut unused = question("Unused", QuestionKind::YesNo);
    (unused.choices, unused.at_most) = (choices(&["a"]), Some(1));
    let form =
        [late, years.clone(), never, bounded, doubled, question("empty", QuestionKind::ManyChoices), unused, years];
    let seen: Vec<_> = check(&form).into_iter().map(|fault| (fault.at, fault.code)).collect();
    let expected = [
        (0, "shown_if_question"),
        (2, "shown_if_answer"),
        (3, "bounds"),
        (3, "retention"),
        (4, "choice_code"),
        (4, "choice_twice"),
        (5, "choices_missing"),
        (6, "code"),
        (6, "choices_unused"),
        (6, "bounds_unused"),
        (7, "code_twice"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn what_is_not_asked_needs_no_answer_and_takes_none() {
    let no = ("allergy", AnswerValue::Yes(false));
    let agreed = ("photographs", AnswerValue::Yes(true));
    assert_eq!(faults(&[no.clone(), agreed.clone()]), []);
    assert_eq!(
        faults(&[no, agreed.clone(), ("which", AnswerValue::Choices(vec!["egg".into()]))]),
        [("which".to_owned(), "not_asked")]
    );
    let yes = ("allergy", AnswerValue::Yes(true));
    assert_eq!(faults(&[yes.clone(), agreed.clone()]), [("which".to_owned(), "required")]);
    let others = ("which", AnswerValue::Choices(vec!["egg".into(), "other".into()]));
    assert_eq!(faults(&[yes.clone(), others.clone(), agreed.clone()]), [("other".to_owned(), "required")]);
    assert_eq!(faults(&[yes, others, agreed, ("other", text("そば"))]), []);
}

#[test]
fn every_fault_is_told_at_once_with_its_question_and_rule() {
    let seen = faults(&[
        ("allergy", text("yes")),
        ("years", AnswerValue::Number(81)),
        ("first_day", text("2026-02-30")),
        ("photographs", AnswerValue::Yes(false)),
        ("shoe_size", AnswerValue::Number(24)),
    ]);
    let expected = [
        ("allergy", "wrong_type"),
        ("years", "too_large"),
        ("first_day", "not_a_day"),
        ("photographs", "consent_required"),
        ("shoe_size", "unknown_question"),
    ];
    assert_eq!(seen, expected.map(|(question, code)| (question.to_owned(), code)));
}

#[test]
fn a_blank_answer_is_none() {
    let mut name = question("name", QuestionKind::Text);
    name.required = true;
    let refused = checked(&[name.clone()], &given(&[("name", text("  "))])).unwrap_err();
    assert_eq!(refused, [AnswerFault { question: "name".into(), code: "required" }]);
    name.required = false;
    assert_eq!(checked(&[name], &given(&[("name", text("  "))])).unwrap(), BTreeMap::new());
}

#[test]
fn a_text_is_as_long_as_its_question_allows_and_has_lines_only_where_it_is_long() {
    let mut short = question("short", QuestionKind::Text);
    short.at_most = Some(3);
    let code = |question: &Question, answer: &str| question.rejects(&text(answer));
    assert_eq!((code(&short, "あいう"), code(&short, "あいうえ")), (None, Some("too_long")));
    assert_eq!(code(&short, "a\nb"), Some("control_character"));
    let long = question("long", QuestionKind::LongText);
    assert_eq!((code(&long, "a\nb"), code(&long, "a\u{0}b")), (None, Some("control_character")));
}

fn answers() -> impl Strategy<Value = AnswerValue> {
    prop_oneof![
        any::<bool>().prop_map(AnswerValue::Yes),
        any::<i64>().prop_map(AnswerValue::Number),
        any::<String>().prop_map(AnswerValue::Text),
        proptest::collection::vec(prop_oneof![Just("egg".to_owned()), Just("other".to_owned()), any::<String>()], 0..3)
            .prop_map(AnswerValue::Choices),
    ]
}

fn codes() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["allergy", "which", "other", "years", "first_day", "photographs", "elsewhere"])
        .prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn no_answer_crashes_the_check_and_what_is_accepted_stays_accepted(given in proptest::collection::btree_map(codes(), answers(), 0..7)) {
        if let Ok(kept) = checked(&form(), &given) {
            prop_assert_eq!(checked(&form(), &kept), Ok(kept.clone()));
        }
    }

    #[test]
    fn questions_and_answers_read_back_from_json(given in proptest::collection::btree_map(codes(), answers(), 0..7)) {
        let (asked, said) = (serde_json::to_value(form()).unwrap(), serde_json::to_value(&given).unwrap());
        prop_assert_eq!(serde_json::from_value::<Vec<Question>>(asked).unwrap(), form());
        prop_assert_eq!(serde_json::from_value::<BTreeMap<String, AnswerValue>>(said).unwrap(), given);
    }
}
