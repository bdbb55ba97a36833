//! What was answered: plain translations.

use std::collections::{BTreeMap, BTreeSet};

use contract::course::answer::{CourseAnswer, CourseAnswers, CoursePersonAnswers};
use kernel::ids::{CourseApplicationId, PersonId};
use patron::form::{Answer, AnswerSet, AnswerValue, FormVersion, Question};
use uuid::Uuid;

use crate::patron::form_wire;

/// What was answered with an application; `all`: those of special care, too.
pub fn answers(
    application: CourseApplicationId,
    version: Option<&FormVersion>,
    sets: &[AnswerSet],
    all: bool,
) -> CourseAnswers {
    let told = |set: &AnswerSet| -> Vec<CourseAnswer> {
        let beside = version.map(|version| set.beside(version)).unwrap_or_default();
        beside.iter().map(|one| answer(one, all)).collect()
    };
    let common = sets.iter().find(|set| set.person.is_none());
    let person = |set: &AnswerSet| {
        Some(CoursePersonAnswers { person: set.person?.into(), revision: set.revision, answers: told(set) })
    };
    CourseAnswers {
        application: application.into(),
        form_version: version.map(|version| version.id.into()),
        revision: common.map(|set| set.revision),
        answers: common.map(told).unwrap_or_default(),
        people: sets.iter().filter_map(person).collect(),
        amendable: false,
        amendable_until: None,
    }
}

fn answer(one: &Answer, all: bool) -> CourseAnswer {
    let withheld = one.question.sensitive && !all && one.answer.is_some();
    CourseAnswer {
        question: form_wire::told_question(&one.question),
        answer: one
            .answer
            .as_ref()
            .filter(|_| !withheld)
            .map(|given| form_wire::told_answer(&one.question.code, given)),
        withheld,
    }
}

/// Questions as columns of a file, in the order in which they were first asked.
pub struct Columns {
    questions: Vec<Question>,
    sets: BTreeMap<(Uuid, Option<PersonId>), AnswerSet>,
}

impl Columns {
    /// Of these versions; `all`: questions of special care, too.
    pub fn of(versions: &[FormVersion], sets: BTreeMap<(Uuid, Option<PersonId>), AnswerSet>, all: bool) -> Self {
        let mut seen = BTreeSet::new();
        let questions = versions.iter().flat_map(|version| &version.questions);
        let questions = questions.filter(|one| (all || !one.sensitive) && seen.insert(one.code.clone()));
        Self { questions: questions.cloned().collect(), sets }
    }

    pub fn heads(&self) -> impl Iterator<Item = String> {
        self.questions.iter().map(|question| question.label.ja.clone())
    }

    /// What was answered for somebody of an application, or for all of it.
    pub fn cells(&self, application: CourseApplicationId, person: PersonId) -> impl Iterator<Item = String> {
        self.questions.iter().map(move |question| {
            let key = (application.uuid(), question.per_person.then_some(person));
            let answer = self.sets.get(&key).and_then(|set| set.answers.get(&question.code));
            answer.map(|answer| text(question, answer)).unwrap_or_default()
        })
    }
}

/// An answer in the words of the question.
fn text(question: &Question, answer: &AnswerValue) -> String {
    let label = |code: &str| {
        let choice = question.choices.iter().find(|choice| choice.code == code);
        choice.map_or_else(|| code.to_owned(), |choice| choice.label.ja.clone())
    };
    match answer {
        AnswerValue::Yes(yes) => if *yes { "はい" } else { "いいえ" }.to_owned(),
        AnswerValue::Number(number) => number.to_string(),
        AnswerValue::Text(text) => label(text),
        AnswerValue::Choices(codes) => codes.iter().map(|code| label(code)).collect::<Vec<_>>().join("、"),
    }
}
