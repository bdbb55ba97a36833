//! 利用区分: what sort of user somebody is registered as (市内, 市外, 登録団体 …). Prices and windows name it by its code.

mod events;
pub(crate) mod sql;

use std::collections::BTreeSet;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, Refusal, Refuse, ids::UserClassId};
use time::Date;

use crate::{problems, schema::user_classes};

/// A user class.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_classes)]
pub struct UserClass {
    pub id: UserClassId,
    /// Unique at the contractor; it stays as it is, because tariffs name it.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    /// Its place among the others where they are shown.
    pub ordinal: i32,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not given any more from this day on; who has it keeps it for their period.
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Whether who is of it lives, works or goes to school in the municipality; absent: it does not say.
    pub resident: Option<bool>,
}

impl UserClass {
    /// Whether it is given on a day.
    pub fn in_effect(&self, on: Date) -> bool {
        self.effective_from <= on && self.effective_until.is_none_or(|until| on < until)
    }
}

/// What a new user class is.
#[derive(Debug, Clone)]
pub struct UserClassDraft {
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub ordinal: i32,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    pub resident: Option<bool>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct UserClassChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub ordinal: Option<i32>,
    pub effective_until: Option<Option<Date>>,
    pub resident: Option<Option<bool>>,
}

/// Why a user class is not made, found or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserClassError {
    #[error("there is no such user class")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("the code is already used")]
    CodeTaken,
    #[error("it would end before it begins")]
    Effective,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for UserClassError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::CodeTaken => problems::CLASS_CODE_TAKEN.refuse(),
            Self::Effective => problems::CLASS_EFFECTIVE.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes a user class.
///
/// # Errors
/// [`UserClassError::Effective`], [`UserClassError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: UserClassDraft, now: Instant) -> Result<UserClass, UserClassError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    let made = UserClass {
        id: UserClassId::new(now),
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        ordinal: draft.ordinal,
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
        resident: draft.resident,
    };
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("user_classes_code") => UserClassError::CodeTaken,
        fault => fault.into(),
    })?;
    journal(tx, now, &events::UserClassCreated { user_class: made.id }).await?;
    Ok(made)
}

/// Finds a user class.
///
/// # Errors
/// [`UserClassError::Absent`].
pub async fn find(tx: &mut TenantTx, id: UserClassId) -> Result<UserClass, UserClassError> {
    sql::find(tx, id).await?.ok_or(UserClassError::Absent)
}

/// Lists user classes, oldest first; those that are over, too.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Page<UserClass>, Fault> {
    Ok(Page::from_rows(sql::list(tx, None, page).await?, page, |one| one.id.uuid()))
}

/// The codes of all user classes, those that are over, too: what a tariff may name.
///
/// # Errors
/// A [`Fault`].
pub async fn codes(tx: &mut TenantTx) -> Result<BTreeSet<String>, Fault> {
    Ok(sql::codes(tx).await?.into_iter().collect())
}

/// Changes a user class, if it is still in the version that was meant.
///
/// # Errors
/// [`UserClassError::Absent`], [`UserClassError::Stale`], [`UserClassError::Effective`].
pub async fn update(
    tx: &mut TenantTx,
    id: UserClassId,
    version: Option<i32>,
    change: UserClassChange,
    now: Instant,
) -> Result<UserClass, UserClassError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(UserClassError::Absent)?;
    if version.is_some_and(|wanted| wanted != one.version) {
        return Err(UserClassError::Stale { current: one.version });
    }
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.ordinal = change.ordinal.unwrap_or(one.ordinal);
    one.effective_until = change.effective_until.unwrap_or(one.effective_until);
    one.resident = change.resident.unwrap_or(one.resident);
    expect_effective(one.effective_from, one.effective_until)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::UserClassChanged { user_class: id, version: one.version }).await?;
    Ok(one)
}

fn expect_effective(from: Date, until: Option<Date>) -> Result<(), UserClassError> {
    if until.is_none_or(|until| from < until) { Ok(()) } else { Err(UserClassError::Effective) }
}
