//! 回答: what was answered to one version of a form, for one subject and one person.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    clock::civil_day,
    ids::{AnswerSetId, FormVersionId, PersonId},
};
use serde::Serialize;
use serde_json::{Value, json};
use time::{Date, Duration};
use uuid::Uuid;

use super::{
    AnswerValue, FormVersion, Question,
    events::{AnswersGiven, AnswersRead},
    questions, sql,
};
use crate::{Keys, problems};

/// Answers by the code of their question.
pub type Answers = BTreeMap<String, AnswerValue>;

/// What is asked for: an application, an order; of another domain, by its kind and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Subject {
    pub kind: &'static str,
    pub id: Uuid,
}

/// One answer as it was asked and given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub question: Question,
    /// Nothing for what was not answered, or is forgotten.
    pub answer: Option<AnswerValue>,
}

/// What was answered, once. It keeps its meaning whatever becomes of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSet {
    pub id: AnswerSetId,
    pub form_version: FormVersionId,
    pub person: Option<PersonId>,
    /// From 1, one more with every amendment.
    pub revision: i32,
    pub answers: Answers,
    /// The civil day in Japan on which an answer is forgotten, by the code of its question; those that stay are left out.
    pub forget_on: BTreeMap<String, Date>,
    pub created_at: Instant,
    /// When the next revision took its place.
    pub superseded_at: Option<Instant>,
}

impl AnswerSet {
    /// The answers beside their questions, in the order in which they were asked.
    pub fn beside(&self, version: &FormVersion) -> Vec<Answer> {
        let answer = |question: &Question| self.answers.get(&question.code).cloned();
        let asked = version.asked(self.person.is_some());
        asked.into_iter().map(|question| Answer { answer: answer(&question), question }).collect()
    }
}

/// One answer that cannot be taken. It does not repeat what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    pub question: String,
    /// `required`, `wrong_type`, `too_long`, `control_character`, `not_a_choice`, `choice_twice`, `too_few`, `too_many`,
    /// `too_small`, `too_large`, `not_a_day`, `consent_required`, `not_asked`, `answered_twice`, `unknown_question`.
    pub code: &'static str,
}

impl AnswerFault {
    const fn sentence(&self) -> &'static str {
        match self.code.as_bytes() {
            b"required" => "This question needs an answer.",
            b"wrong_type" => "The answer is not of the sort that this question takes.",
            b"too_long" => "The answer is too long.",
            b"control_character" => "The answer contains a control character.",
            b"not_a_choice" => "This is none of the choices.",
            b"choice_twice" => "A choice is chosen twice.",
            b"too_few" => "Too few choices are chosen.",
            b"too_many" => "Too many choices are chosen.",
            b"too_small" => "The number is too small.",
            b"too_large" => "The number is too large.",
            b"not_a_day" => "This is no day such as 2026-11-23.",
            b"consent_required" => "This needs your consent.",
            b"answered_twice" => "This question is answered more than once.",
            b"not_asked" => "This question is not asked after what was answered before.",
            _ => "There is no such question in this version of the form.",
        }
    }

    /// As a problem document lists it, with where in the request it is.
    pub fn told(&self, pointer: &str) -> Value {
        json!({ "pointer": pointer, "question": self.question, "code": self.code, "detail": self.sentence() })
    }
}

/// Why answers are not taken or shown.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("there is no such version of a form")]
    NoSuchForm,
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the form is not offered any more")]
    Retired { at: Instant },
    #[error("it is answered already")]
    Answered,
    #[error("{} of the answers cannot be taken", .0.len())]
    Answers(Vec<AnswerFault>),
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for AnswerError {
    fn from(fault: Fault) -> Self {
        if fault.violates("one_answer_per_subject") || fault.violates("answer_sets_revision") {
            Self::Answered
        } else {
            Self::Fault(fault)
        }
    }
}

impl Refuse for AnswerError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::NoSuchForm => problems::NO_SUCH_FORM.refuse(),
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Retired { at } => {
                let at = kernel::clock::written(*at);
                problems::FORM_RETIRED.refuse().fact("retired_at", at)
            }
            Self::Answered => problems::ANSWERED.refuse(),
            Self::Answers(faults) => {
                let told = |fault: &AnswerFault| fault.told(&format!("#/answers/{}", fault.question));
                problems::ANSWERS_REJECTED.refuse().fact("errors", faults.iter().map(told).collect::<Vec<_>>())
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// For what, and for whom; no person for what concerns the whole party. A person is asked the questions for each person, a party
/// all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub subject: Subject,
    pub person: Option<PersonId>,
}

/// What the answers to a version of a form would be kept as: of a person, or of a party. Nothing is kept.
///
/// # Errors
/// [`AnswerError`]: `Absent`, `Answers` with every fault.
pub async fn check_answers(
    tx: &mut TenantTx,
    form_version: FormVersionId,
    per_person: bool,
    answers: &Answers,
) -> Result<Answers, AnswerError> {
    let version = sql::version(tx, form_version).await?.ok_or(AnswerError::Absent)?;
    questions::checked(&version.asked(per_person), answers).map_err(AnswerError::Answers)
}

/// Takes the answers to a version of a form.
///
/// # Errors
/// [`AnswerError`]: `NoSuchForm`, `Answers` with every fault, `Answered` (amend instead).
pub async fn answer(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    form_version: FormVersionId,
    asked: &Asked,
    answers: &Answers,
    now: Instant,
) -> Result<AnswerSet, AnswerError> {
    let version = sql::version(tx, form_version).await?.ok_or(AnswerError::NoSuchForm)?;
    keep(tx, keys, &version, asked, (answers, 1, BTreeMap::new()), now).await
}

/// Takes the answers to a version of a form for many, as [`answer`] does, in as many statements however many they are.
///
/// # Errors
/// As [`answer`].
pub async fn answer_all(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    form_version: FormVersionId,
    given: &[(Asked, Answers)],
    now: Instant,
) -> Result<(), AnswerError> {
    let version = sql::version(tx, form_version).await?.ok_or(AnswerError::NoSuchForm)?;
    let mut sets = Vec::with_capacity(given.len());
    for (asked, answers) in given {
        sets.push((&asked.subject, drafted(&version, asked, (answers, 1, BTreeMap::new()), now)?));
    }
    sql::insert_answers(tx, keys, &sets).await?;
    let told: Vec<_> = sets.iter().map(|(subject, set)| AnswersGiven::new(set, subject)).collect();
    Ok(audit::journal_many(tx, now, &told).await?)
}

async fn keep(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    version: &FormVersion,
    asked: &Asked,
    answers: (&Answers, i32, BTreeMap<String, Date>),
    now: Instant,
) -> Result<AnswerSet, AnswerError> {
    let kept = [(&asked.subject, drafted(version, asked, answers, now)?)];
    sql::insert_answers(tx, keys, &kept).await?;
    let [(subject, set)] = kept;
    audit::journal(tx, now, &AnswersGiven::new(&set, subject)).await?;
    Ok(set)
}

fn drafted(
    version: &FormVersion,
    asked: &Asked,
    (answers, revision, given_before): (&Answers, i32, BTreeMap<String, Date>),
    now: Instant,
) -> Result<AnswerSet, AnswerError> {
    let asked_of = version.asked(asked.person.is_some());
    let answers = questions::checked(&asked_of, answers).map_err(AnswerError::Answers)?;
    let forget = |code: &String| {
        let day = given_before.get(code).copied().or_else(|| forget_on(version, code, civil_day(now)))?;
        Some((code.clone(), day))
    };
    Ok(AnswerSet {
        id: AnswerSetId::new(now),
        form_version: version.id,
        person: asked.person,
        revision,
        forget_on: answers.keys().filter_map(forget).collect(),
        answers,
        created_at: now,
        superseded_at: None,
    })
}

fn forget_on(version: &FormVersion, code: &str, today: Date) -> Option<Date> {
    let question = version.questions.iter().find(|question| question.code == code)?;
    let days = i64::from(question.retention_days?);
    Some(today.saturating_add(Duration::days(days)))
}

/// Answers again, to the version that was answered before: a question that was added since is not asked. The answers before
/// stay in the history. Whether it is still possible is for the owner of the subject to say.
///
/// # Errors
/// [`AnswerError`]: `Absent`, `Answers` with every fault.
pub async fn amend(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    asked: &Asked,
    answers: &Answers,
    now: Instant,
) -> Result<AnswerSet, AnswerError> {
    let before = sql::supersede(tx, asked, now).await?.ok_or(AnswerError::Absent)?;
    let version = sql::version(tx, before.form_version).await?.ok_or(AnswerError::NoSuchForm)?;
    keep(tx, keys, &version, asked, (answers, before.revision.saturating_add(1), BTreeMap::new()), now).await
}

/// Answers some questions again, to the version that was answered before; what is not among them stays as it was answered and is
/// forgotten on the day on which it would have been, and a blank answer takes one back. Otherwise as [`amend`].
///
/// # Errors
/// [`AnswerError`]: `Absent`, `Answers` with every fault.
pub async fn amend_some(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    asked: &Asked,
    answers: &Answers,
    now: Instant,
) -> Result<AnswerSet, AnswerError> {
    let before = sql::supersede(tx, asked, now).await?.ok_or(AnswerError::Absent)?;
    let version = sql::version(tx, before.form_version).await?.ok_or(AnswerError::NoSuchForm)?;
    let sets = sql::answered(tx, keys, asked, (false, civil_day(now))).await?;
    let stood = sets.into_iter().find(|set| set.revision == before.revision);
    let (mut all, mut given_before) = stood.map(|set| (set.answers, set.forget_on)).unwrap_or_default();
    all.extend(answers.clone());
    given_before.retain(|code, _| !answers.contains_key(code));
    keep(tx, keys, &version, asked, (&all, before.revision.saturating_add(1), given_before), now).await
}

/// What stands of the answers for a subject, of the party and of everybody. The reading is journalled.
///
/// # Errors
/// A [`Fault`].
pub async fn read_all(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    subject: &Subject,
    now: Instant,
) -> Result<Vec<AnswerSet>, Fault> {
    let found = read_many(tx, keys, subject.kind, &[subject.id], now).await?;
    Ok(found.into_values().collect())
}

/// What stands of the answers for a subject and a person, with the version they were asked by. The reading is journalled.
///
/// # Errors
/// [`AnswerError::Absent`].
pub async fn read(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    asked: &Asked,
    now: Instant,
) -> Result<(AnswerSet, FormVersion), AnswerError> {
    let set = sql::answered(tx, keys, asked, (true, civil_day(now))).await?.pop().ok_or(AnswerError::Absent)?;
    let version = sql::version(tx, set.form_version).await?.ok_or(AnswerError::NoSuchForm)?;
    audit::journal(tx, now, &AnswersRead { subjects: vec![asked.subject.id], kind: asked.subject.kind }).await?;
    Ok((set, version))
}

/// Every revision for a subject and a person, oldest first. The reading is journalled.
///
/// # Errors
/// A [`Fault`].
pub async fn history(tx: &mut TenantTx, keys: Keys<'_>, asked: &Asked, now: Instant) -> Result<Vec<AnswerSet>, Fault> {
    let sets = sql::answered(tx, keys, asked, (false, civil_day(now))).await?;
    audit::journal(tx, now, &AnswersRead { subjects: vec![asked.subject.id], kind: asked.subject.kind }).await?;
    Ok(sets)
}

/// What stands of the answers for many subjects of one kind, by subject and person, in one statement: for rosters. The reading
/// is journalled with every subject.
///
/// # Errors
/// A [`Fault`].
pub async fn read_many(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    kind: &'static str,
    subjects: &[Uuid],
    now: Instant,
) -> Result<BTreeMap<(Uuid, Option<PersonId>), AnswerSet>, Fault> {
    let sets = sql::answered_many(tx, keys, (kind, subjects), civil_day(now)).await?;
    audit::journal(tx, now, &AnswersRead { subjects: subjects.to_vec(), kind }).await?;
    Ok(sets)
}

/// Forgets answers whose days are over, and says how many.
pub(crate) async fn sweep(tx: &mut TenantTx, now: Instant) -> Result<usize, Fault> {
    sql::forget(tx, civil_day(now)).await
}
