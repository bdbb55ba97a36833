//! 質問票: what a contractor asks beside the usual, in versions that never change.
//!
//! A class, an event or a survey names one version. Changing a form makes the next version, so answers keep their meaning, and
//! a new question never stands against what was answered before. Answers are personal data: each is sealed by itself, and
//! forgotten when its question says so.

mod answers;
mod events;
mod questions;
pub(crate) mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{FormId, FormVersionId},
};

use crate::problems;
pub(crate) use answers::sweep;
pub use answers::{
    Answer, AnswerError, AnswerFault, AnswerSet, Answers, Asked, Subject, amend, amend_some, answer, answer_all,
    check_answers, history, read, read_all, read_many,
};
pub use questions::{AnswerValue, Choice, Label, Question, QuestionFault, QuestionKind, ShownIf, check, checked};

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub id: FormId,
    /// Unique at the contractor.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// The number of the newest version, from 1.
    pub newest: i32,
    /// Not offered for new uses any more; what uses it goes on.
    pub retired_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// From 1, one more with every change of the form itself.
    pub version: i32,
}

/// One version of a form. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormVersion {
    pub id: FormVersionId,
    pub form: FormId,
    /// From 1.
    pub number: i32,
    pub questions: Vec<Question>,
    pub created_at: Instant,
}

impl FormVersion {
    /// Those of the questions that are asked for each person, or those that are asked once.
    pub fn asked(&self, per_person: bool) -> Vec<Question> {
        self.questions.iter().filter(|question| question.per_person == per_person).cloned().collect()
    }
}

/// What a new form is.
#[derive(Debug, Clone)]
pub struct FormDraft {
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub questions: Vec<Question>,
}

/// What changes about a form beside its questions; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct FormChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub retired: Option<bool>,
}

/// Why a form is not made, found or changed.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    #[error("there is no such form")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("the code is already used")]
    CodeTaken,
    #[error("{} of the questions cannot be asked", .0.len())]
    Questions(Vec<QuestionFault>),
    #[error("these are the questions of the newest version")]
    Unchanged,
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for FormError {
    fn from(fault: Fault) -> Self {
        if fault.violates("forms_code") { Self::CodeTaken } else { Self::Fault(fault) }
    }
}

impl Refuse for FormError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::CodeTaken => problems::FORM_CODE_TAKEN.refuse(),
            Self::Questions(faults) => {
                let errors: Vec<_> = faults.iter().map(QuestionFault::told).collect();
                problems::FORM_QUESTIONS.refuse().fact("errors", errors)
            }
            Self::Unchanged => problems::FORM_UNCHANGED.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes a form and its first version.
///
/// # Errors
/// [`FormError::Questions`] with every fault, [`FormError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: FormDraft, now: Instant) -> Result<(Form, FormVersion), FormError> {
    expect_askable(&draft.questions)?;
    let form = Form {
        id: FormId::new(now),
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        newest: 1,
        retired_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let first = version_of(&form, draft.questions, now);
    sql::insert(tx, &form).await?;
    sql::insert_version(tx, &first).await?;
    audit::journal(tx, now, &events::FormCreated { form: form.id }).await?;
    audit::journal(tx, now, &events::FormVersionMade::new(&first)).await?;
    Ok((form, first))
}

fn version_of(form: &Form, questions: Vec<Question>, now: Instant) -> FormVersion {
    FormVersion { id: FormVersionId::new(now), form: form.id, number: form.newest, questions, created_at: now }
}

fn expect_askable(questions: &[Question]) -> Result<(), FormError> {
    let faults = check(questions);
    if faults.is_empty() { Ok(()) } else { Err(FormError::Questions(faults)) }
}

/// Finds a form with its newest version.
///
/// # Errors
/// [`FormError::Absent`].
pub async fn find(tx: &mut TenantTx, id: FormId) -> Result<(Form, FormVersion), FormError> {
    let form = sql::find(tx, id).await?.ok_or(FormError::Absent)?;
    let newest = sql::numbered(tx, id, form.newest).await?.ok_or(FormError::Absent)?;
    Ok((form, newest))
}

/// Lists forms, oldest first; retired ones, too.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Page<Form>, Fault> {
    Ok(Page::from_rows(sql::list(tx, page).await?, page, |form| form.id.uuid()))
}

/// Changes how a form is called, and whether it is offered.
///
/// # Errors
/// [`FormError::Absent`], [`FormError::Stale`].
pub async fn update(
    tx: &mut TenantTx,
    id: FormId,
    expected: Option<i32>,
    change: FormChange,
    now: Instant,
) -> Result<Form, FormError> {
    let mut form = locked(tx, id, expected).await?;
    form.name = change.name.unwrap_or(form.name);
    form.name_en = change.name_en.unwrap_or(form.name_en);
    form.retired_at = match change.retired {
        Some(true) => form.retired_at.or(Some(now)),
        Some(false) => None,
        None => form.retired_at,
    };
    kept(tx, form, now).await
}

/// Makes the next version of a form. Those before stay as they are, for whoever uses them.
///
/// # Errors
/// [`FormError`]: `Absent`, `Stale`, `Questions` with every fault, `Unchanged`.
pub async fn revise(
    tx: &mut TenantTx,
    id: FormId,
    expected: Option<i32>,
    questions: Vec<Question>,
    now: Instant,
) -> Result<(Form, FormVersion), FormError> {
    expect_askable(&questions)?;
    let mut form = locked(tx, id, expected).await?;
    let before = sql::numbered(tx, id, form.newest).await?.ok_or(FormError::Absent)?;
    if before.questions == questions {
        return Err(FormError::Unchanged);
    }
    form.newest = form.newest.saturating_add(1);
    let next = version_of(&form, questions, now);
    sql::insert_version(tx, &next).await?;
    audit::journal(tx, now, &events::FormVersionMade::new(&next)).await?;
    Ok((kept(tx, form, now).await?, next))
}

async fn locked(tx: &mut TenantTx, id: FormId, expected: Option<i32>) -> Result<Form, FormError> {
    let form = sql::locked(tx, id).await?.ok_or(FormError::Absent)?;
    match expected {
        Some(wanted) if wanted != form.version => Err(FormError::Stale { current: form.version }),
        _ => Ok(form),
    }
}

async fn kept(tx: &mut TenantTx, mut form: Form, now: Instant) -> Result<Form, FormError> {
    (form.updated_at, form.version) = (now, form.version.saturating_add(1));
    sql::update(tx, &form).await?;
    audit::journal(tx, now, &events::FormChanged { form: form.id, version: form.version }).await?;
    Ok(form)
}

/// One version of a form, for whoever answers it.
///
/// # Errors
/// [`FormError::Absent`].
pub async fn version(tx: &mut TenantTx, id: FormVersionId) -> Result<FormVersion, FormError> {
    sql::version(tx, id).await?.ok_or(FormError::Absent)
}

/// A version that something new may use: its form is still offered.
///
/// # Errors
/// [`AnswerError`]: `NoSuchForm`, `Retired`.
pub async fn expect_offered(tx: &mut TenantTx, id: FormVersionId) -> Result<(), AnswerError> {
    let version = sql::version(tx, id).await?.ok_or(AnswerError::NoSuchForm)?;
    let form = sql::find(tx, version.form).await?.ok_or(AnswerError::NoSuchForm)?;
    form.retired_at.map_or(Ok(()), |at| Err(AnswerError::Retired { at }))
}

/// These versions, each once.
///
/// # Errors
/// A [`Fault`].
pub async fn versions_of(tx: &mut TenantTx, ids: &[FormVersionId]) -> Result<Vec<FormVersion>, Fault> {
    sql::versions_of(tx, ids).await
}

/// The versions of a form, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn versions(tx: &mut TenantTx, form: FormId, page: &PageAsk) -> Result<Page<FormVersion>, Fault> {
    Ok(Page::from_rows(sql::versions(tx, form, page).await?, page, |version| version.id.uuid()))
}
