//! Between forms and their words on the wire.

use contract::{ApiError, Word, patron::form as wire};
use patron::{
    form::{
        AnswerError, AnswerFault, AnswerValue, Answers, Choice, Form, FormChange, FormDraft, FormVersion, Label,
        Question, QuestionKind, ShownIf,
    },
    problems,
};

use crate::params::patched;

fn label(ja: &str, en: Option<&String>) -> Label {
    Label { ja: ja.to_owned(), en: en.cloned() }
}

const fn kind(kind: wire::QuestionKind) -> QuestionKind {
    match kind {
        wire::QuestionKind::Text => QuestionKind::Text,
        wire::QuestionKind::LongText => QuestionKind::LongText,
        wire::QuestionKind::OneChoice => QuestionKind::OneChoice,
        wire::QuestionKind::ManyChoices => QuestionKind::ManyChoices,
        wire::QuestionKind::Number => QuestionKind::Number,
        wire::QuestionKind::Date => QuestionKind::Date,
        wire::QuestionKind::YesNo => QuestionKind::YesNo,
        wire::QuestionKind::Consent => QuestionKind::Consent,
    }
}

const fn told_kind(kind: QuestionKind) -> wire::QuestionKind {
    match kind {
        QuestionKind::Text => wire::QuestionKind::Text,
        QuestionKind::LongText => wire::QuestionKind::LongText,
        QuestionKind::OneChoice => wire::QuestionKind::OneChoice,
        QuestionKind::ManyChoices => wire::QuestionKind::ManyChoices,
        QuestionKind::Number => wire::QuestionKind::Number,
        QuestionKind::Date => wire::QuestionKind::Date,
        QuestionKind::YesNo => wire::QuestionKind::YesNo,
        QuestionKind::Consent => wire::QuestionKind::Consent,
    }
}

/// Exactly one of what an answer may be; no choice at all stands for what no question can be answered with.
fn value(yes: Option<bool>, number: Option<i64>, text: Option<&String>) -> AnswerValue {
    match (yes, number, text) {
        (Some(yes), None, None) => AnswerValue::Yes(yes),
        (None, Some(number), None) => AnswerValue::Number(number),
        (None, None, Some(text)) => AnswerValue::Text(text.clone()),
        _ => AnswerValue::Choices(Vec::new()),
    }
}

fn question(ask: &wire::Question) -> Question {
    let choice =
        |one: &wire::QuestionChoice| Choice { code: one.code.clone(), label: label(&one.label, one.label_en.as_ref()) };
    let shown_if = |one: &wire::QuestionShownIf| ShownIf {
        question: one.question.clone(),
        answer: value(one.yes, one.number, one.text.as_ref()),
    };
    Question {
        code: ask.code.clone(),
        kind: kind(ask.kind),
        label: label(&ask.label, ask.label_en.as_ref()),
        help: ask.help.as_ref().map(|help| label(help, ask.help_en.as_ref())),
        required: ask.required,
        per_person: ask.per_person,
        sensitive: ask.sensitive,
        choices: ask.choices.iter().flatten().map(choice).collect(),
        at_least: ask.at_least,
        at_most: ask.at_most,
        retention_days: ask.retention_days,
        shown_if: ask.shown_if.as_ref().map(shown_if),
    }
}

pub fn questions(asked: &[wire::Question]) -> Vec<Question> {
    asked.iter().map(question).collect()
}

fn told_shown_if(one: &ShownIf) -> wire::QuestionShownIf {
    let (yes, number, text) = match &one.answer {
        AnswerValue::Yes(yes) => (Some(*yes), None, None),
        AnswerValue::Number(number) => (None, Some(*number), None),
        AnswerValue::Text(text) => (None, None, Some(text.clone())),
        AnswerValue::Choices(_) => (None, None, None),
    };
    wire::QuestionShownIf { question: one.question.clone(), yes, number, text }
}

pub fn told_question(one: &Question) -> wire::Question {
    let choice = |one: &Choice| wire::QuestionChoice {
        code: one.code.clone(),
        label: one.label.ja.clone(),
        label_en: one.label.en.clone(),
    };
    let choices: Vec<_> = one.choices.iter().map(choice).collect();
    wire::Question {
        code: one.code.clone(),
        kind: told_kind(one.kind),
        label: one.label.ja.clone(),
        label_en: one.label.en.clone(),
        help: one.help.as_ref().map(|help| help.ja.clone()),
        help_en: one.help.as_ref().and_then(|help| help.en.clone()),
        required: one.required,
        per_person: one.per_person,
        sensitive: one.sensitive,
        choices: (!choices.is_empty()).then_some(choices),
        at_least: one.at_least,
        at_most: one.at_most,
        retention_days: one.retention_days,
        shown_if: one.shown_if.as_ref().map(told_shown_if),
    }
}

pub fn version(one: &FormVersion) -> wire::FormVersion {
    wire::FormVersion {
        id: one.id.into(),
        form: one.form.into(),
        number: one.number,
        questions: one.questions.iter().map(told_question).collect(),
        created_at: one.created_at.into(),
    }
}

/// A form among others.
pub fn form(one: Form) -> wire::Form {
    wire::Form {
        id: one.id.into(),
        code: one.code,
        name: one.name,
        name_en: one.name_en,
        newest: one.newest,
        newest_version: None,
        retired_at: one.retired_at.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

/// A form by itself.
pub fn whole(one: Form, newest: &FormVersion) -> wire::Form {
    wire::Form { newest_version: Some(version(newest)), ..form(one) }
}

pub fn draft(ask: &wire::FormRequest) -> FormDraft {
    FormDraft {
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        questions: questions(&ask.questions),
    }
}

pub fn change(ask: &wire::FormUpdate) -> FormChange {
    FormChange { name: ask.name.clone(), name_en: patched(&ask.name_en), retired: ask.retired }
}

/// What was answered, by the code of its question.
///
/// # Errors
/// [`AnswerError::Answers`] with every question that is answered twice (`answered_twice`) or in several ways (`wrong_type`).
pub fn answers(given: &[wire::FormAnswer]) -> Result<Answers, AnswerError> {
    let (mut answers, mut faults) = (Answers::new(), Vec::new());
    for one in given {
        let ways = [one.yes.is_some(), one.number.is_some(), one.text.is_some(), one.choices.is_some()];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            faults.push(AnswerFault { question: one.question.clone(), code: "wrong_type" });
        }
        let answer = match &one.choices {
            Some(choices) => AnswerValue::Choices(Word::texts(choices)),
            None => value(one.yes, one.number, one.text.as_ref()),
        };
        if answers.insert(one.question.clone(), answer).is_some() {
            faults.push(AnswerFault { question: one.question.clone(), code: "answered_twice" });
        }
    }
    if faults.is_empty() { Ok(answers) } else { Err(AnswerError::Answers(faults)) }
}

/// A refusal of answers in the words of the request that gave them at `part`: each fault at its answer, or at the answers when it
/// is of one that was not given.
pub fn placed(error: AnswerError, given: &[wire::FormAnswer], part: &str) -> ApiError {
    let AnswerError::Answers(faults) = &error else { return error.into() };
    let told = faults.iter().map(|fault| {
        let at = given.iter().rposition(|one| one.question == fault.question);
        fault.told(&at.map_or_else(|| format!("#{part}"), |at| format!("#{part}/{at}")))
    });
    ApiError::of(problems::ANSWERS_REJECTED.refuse().fact("errors", told.collect::<Vec<_>>()))
}

pub fn told_answer(question: &str, given: &AnswerValue) -> wire::FormAnswer {
    let blank = wire::FormAnswer { question: question.to_owned(), yes: None, number: None, text: None, choices: None };
    match given {
        AnswerValue::Yes(yes) => wire::FormAnswer { yes: Some(*yes), ..blank },
        AnswerValue::Number(number) => wire::FormAnswer { number: Some(*number), ..blank },
        AnswerValue::Text(text) => wire::FormAnswer { text: Some(text.clone()), ..blank },
        AnswerValue::Choices(codes) => {
            wire::FormAnswer { choices: Some(codes.iter().cloned().map(Word::told).collect()), ..blank }
        }
    }
}

/// Answers as they are kept.
pub fn told_answers(answers: &Answers) -> wire::FormAnswers {
    wire::FormAnswers { answers: answers.iter().map(|(code, answer)| told_answer(code, answer)).collect() }
}
