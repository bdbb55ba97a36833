//! Questions, and what may be answered to them: pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{Date, format_description::FormatItem, macros::format_description};

use super::answers::AnswerFault;

const DAY: &[FormatItem<'static>] = format_description!("[year]-[month]-[day]");

/// A text for people, in Japanese and perhaps in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub ja: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// What sort of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One line, 200 characters unless `at_most` says less.
    Text,
    /// 2,000 characters unless `at_most` says less.
    LongText,
    OneChoice,
    ManyChoices,
    /// A whole number.
    Number,
    /// A civil day, `2026-11-23`.
    Date,
    YesNo,
    /// 同意: where it is required, only yes is an answer.
    Consent,
}

/// One of the answers to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub code: String,
    pub label: Label,
}

/// A question is asked when an earlier one was asked and answered so; of many choices, when this one is among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownIf {
    pub question: String,
    pub answer: AnswerValue,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Names it in answers; lower-case letters, digits and underscores.
    pub code: String,
    pub kind: QuestionKind,
    pub label: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Label>,
    pub required: bool,
    /// Asked for each person who takes part; not: once, for all of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_person: bool,
    /// Of special care (要配慮個人情報, allergies …): whoever shows answers shows it apart.
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The least number, or of many choices how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
    /// The greatest number, how many choices, or how many characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i64>,
    /// Days after which an answer is forgotten, counted from the day on which it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_if: Option<ShownIf>,
}

/// An answer. It never prints.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnswerValue {
    /// Yes or no, consent.
    Yes(bool),
    Number(i64),
    /// A text, a day, the code of one choice.
    Text(String),
    /// The codes of many choices.
    Choices(Vec<String>),
}

impl std::fmt::Debug for AnswerValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerValue(…)")
    }
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionFault {
    /// Its place, from 0.
    pub at: usize,
    /// `code`, `code_twice`, `choices_missing`, `choices_unused`, `choice_code`, `choice_twice`, `bounds`, `bounds_unused`,
    /// `retention`, `shown_if_question`, `shown_if_answer`, `too_many`, `label`.
    pub code: &'static str,
}

impl QuestionFault {
    const fn sentence(&self) -> &'static str {
        match self.code.as_bytes() {
            b"code" => "A code is 1 to 40 lower-case letters, digits and underscores.",
            b"code_twice" => "Another question has this code.",
            b"choices_missing" => "A question with choices has at least one.",
            b"choices_unused" => "Only a question with choices has them.",
            b"choice_code" => "The code of a choice is 1 to 40 lower-case letters, digits and underscores.",
            b"choice_twice" => "Another choice has this code.",
            b"bounds" => "`at_least` is at most `at_most`, and both fit the kind of question.",
            b"bounds_unused" => "This kind of question has no bounds.",
            b"retention" => "An answer is kept at least a day.",
            b"shown_if_question" => {
                "`shown_if` names a question that comes before this one, and is asked for each person if this one is."
            }
            b"shown_if_answer" => "`shown_if` names an answer that this question cannot have.",
            b"label" => "A label has a text.",
            _ => "A form has 100 questions at most, a question 100 choices.",
        }
    }

    /// As a problem document lists it.
    pub(super) fn told(&self) -> Value {
        json!({ "pointer": format!("#/questions/{}", self.at), "code": self.code, "detail": self.sentence() })
    }
}

/// How many questions a form has at most, and a question choices.
const MOST: usize = 100;

pub(super) fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=40).contains(&text.len()) && text.chars().all(plain)
}

/// Everything that cannot be asked, all at once.
pub fn check(questions: &[Question]) -> Vec<QuestionFault> {
    let mut faults = Vec::new();
    if questions.len() > MOST {
        faults.push(QuestionFault { at: MOST, code: "too_many" });
    }
    let mut earlier: BTreeMap<&str, &Question> = BTreeMap::new();
    for (at, question) in questions.iter().enumerate() {
        let mut codes = question.faults();
        if let Some(shown_if) = &question.shown_if {
            match earlier.get(shown_if.question.as_str()) {
                None => codes.push("shown_if_question"),
                Some(before) if before.per_person != question.per_person => codes.push("shown_if_question"),
                Some(before) if !before.may_be(&shown_if.answer) => codes.push("shown_if_answer"),
                Some(_) => {}
            }
        }
        if earlier.insert(&question.code, question).is_some() {
            codes.push("code_twice");
        }
        faults.extend(codes.into_iter().map(|code| QuestionFault { at, code }));
    }
    faults
}

impl Question {
    const fn has_choices(&self) -> bool {
        matches!(self.kind, QuestionKind::OneChoice | QuestionKind::ManyChoices)
    }

    fn longest(&self) -> i64 {
        let house = if self.kind == QuestionKind::LongText { 2_000 } else { 200 };
        self.at_most.unwrap_or(house)
    }

    fn faults(&self) -> Vec<&'static str> {
        let mut codes: BTreeSet<&str> = BTreeSet::new();
        let twice = self.choices.iter().any(|choice| !codes.insert(&choice.code));
        let labels = self.choices.iter().map(|choice| &choice.label).chain([&self.label]);
        let found = [
            ("code", !is_code(&self.code)),
            ("label", labels.into_iter().any(|label| label.ja.trim().is_empty())),
            ("choices_missing", self.has_choices() && self.choices.is_empty()),
            ("choices_unused", !self.has_choices() && !self.choices.is_empty()),
            ("choice_code", self.choices.iter().any(|choice| !is_code(&choice.code))),
            ("choice_twice", twice),
            ("too_many", self.choices.len() > MOST),
            ("bounds", !self.bounds_fit()),
            ("bounds_unused", !self.bounds_used()),
            ("retention", self.retention_days == Some(0)),
        ];
        found.into_iter().filter_map(|(code, wrong)| wrong.then_some(code)).collect()
    }

    fn bounds_used(&self) -> bool {
        match self.kind {
            QuestionKind::Number | QuestionKind::ManyChoices => true,
            QuestionKind::Text | QuestionKind::LongText => self.at_least.is_none(),
            _ => self.at_least.is_none() && self.at_most.is_none(),
        }
    }

    fn bounds_fit(&self) -> bool {
        let ordered = self.at_least.zip(self.at_most).is_none_or(|(least, most)| least <= most);
        let choices = i64::try_from(self.choices.len()).unwrap_or(i64::MAX);
        let fits = match self.kind {
            QuestionKind::Text => self.at_most.is_none_or(|most| (1..=200).contains(&most)),
            QuestionKind::LongText => self.at_most.is_none_or(|most| (1..=2_000).contains(&most)),
            QuestionKind::ManyChoices => {
                self.at_least.is_none_or(|least| (0..=choices).contains(&least))
                    && self.at_most.is_none_or(|most| (1..=choices).contains(&most))
            }
            _ => true,
        };
        ordered && fits
    }

    /// Whether `shown_if` may wait for this answer.
    fn may_be(&self, answer: &AnswerValue) -> bool {
        match (self.kind, answer) {
            (QuestionKind::ManyChoices, AnswerValue::Text(code)) => self.offers(code),
            (QuestionKind::ManyChoices, _) => false,
            (QuestionKind::Consent, AnswerValue::Yes(_)) => true,
            _ => self.rejects(answer).is_none(),
        }
    }

    fn offers(&self, code: &str) -> bool {
        self.choices.iter().any(|choice| choice.code == code)
    }

    /// Which rule stands against an answer.
    fn rejects(&self, answer: &AnswerValue) -> Option<&'static str> {
        match (self.kind, answer) {
            (QuestionKind::Text | QuestionKind::LongText, AnswerValue::Text(text)) => self.rejects_text(text),
            (QuestionKind::OneChoice, AnswerValue::Text(code)) => (!self.offers(code)).then_some("not_a_choice"),
            (QuestionKind::ManyChoices, AnswerValue::Choices(codes)) => self.rejects_choices(codes),
            (QuestionKind::Number, AnswerValue::Number(number)) => {
                self.rejects_number(*number, "too_small", "too_large")
            }
            (QuestionKind::Date, AnswerValue::Text(day)) => Date::parse(day, DAY).is_err().then_some("not_a_day"),
            (QuestionKind::YesNo, AnswerValue::Yes(_)) => None,
            (QuestionKind::Consent, AnswerValue::Yes(yes)) => (self.required && !yes).then_some("consent_required"),
            _ => Some("wrong_type"),
        }
    }

    fn rejects_text(&self, text: &str) -> Option<&'static str> {
        let line_break = |c: char| c == '\n' && self.kind == QuestionKind::LongText;
        if text.chars().any(|c| c.is_control() && !line_break(c)) {
            return Some("control_character");
        }
        let long = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        (long > self.longest()).then_some("too_long")
    }

    fn rejects_choices(&self, codes: &[String]) -> Option<&'static str> {
        let different: BTreeSet<&String> = codes.iter().collect();
        if different.len() < codes.len() {
            return Some("choice_twice");
        }
        if !codes.iter().all(|code| self.offers(code)) {
            return Some("not_a_choice");
        }
        self.rejects_number(i64::try_from(codes.len()).unwrap_or(i64::MAX), "too_few", "too_many")
    }

    fn rejects_number(&self, number: i64, less: &'static str, more: &'static str) -> Option<&'static str> {
        if self.at_least.is_some_and(|least| number < least) {
            return Some(less);
        }
        self.at_most.is_some_and(|most| number > most).then_some(more)
    }

    /// Whether nothing was said: a blank text, no choice.
    fn is_blank(&self, answer: &AnswerValue) -> bool {
        match answer {
            AnswerValue::Text(text) => text.trim().is_empty(),
            AnswerValue::Choices(codes) => codes.is_empty(),
            AnswerValue::Yes(_) | AnswerValue::Number(_) => false,
        }
    }
}

fn is_shown(question: &Question, shown: &BTreeMap<&str, &AnswerValue>) -> bool {
    question.shown_if.as_ref().is_none_or(|wanted| match shown.get(wanted.question.as_str()) {
        Some(AnswerValue::Choices(codes)) => codes.iter().any(|code| AnswerValue::Text(code.clone()) == wanted.answer),
        Some(given) => **given == wanted.answer,
        None => false,
    })
}

/// The answers in the form in which they are kept: blank ones are dropped.
///
/// # Errors
/// Every fault at once, in the order of the questions; answers to questions that are not in this version come last.
pub fn checked(
    questions: &[Question],
    given: &BTreeMap<String, AnswerValue>,
) -> Result<BTreeMap<String, AnswerValue>, Vec<AnswerFault>> {
    let mut faults = Vec::new();
    let mut shown: BTreeMap<&str, &AnswerValue> = BTreeMap::new();
    for question in questions {
        let answer = given.get(&question.code).filter(|answer| !question.is_blank(answer));
        let code = match (is_shown(question, &shown), answer) {
            (false, Some(_)) => Some("not_asked"),
            (false, None) => None,
            (true, None) => question.required.then_some("required"),
            (true, Some(answer)) => {
                shown.insert(&question.code, answer);
                question.rejects(answer)
            }
        };
        faults.extend(code.map(|code| AnswerFault { question: question.code.clone(), code }));
    }
    let unknown = given.keys().filter(|code| questions.iter().all(|question| question.code != **code));
    faults.extend(unknown.map(|code| AnswerFault { question: code.clone(), code: "unknown_question" }));
    if faults.is_empty() {
        Ok(shown.into_iter().map(|(code, answer)| (code.to_owned(), answer.clone())).collect())
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests;
