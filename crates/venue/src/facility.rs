//! 施設: a house with rooms for hire.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Page, PageAsk, ids::FacilityId};
use time::Date;

use crate::{
    behind,
    catalogue::{CatalogueError, earlier_end, expect_effective, expect_nothing_behind, expect_version},
    schema::facilities,
};

/// A facility.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = facilities)]
pub struct Facility {
    pub id: FacilityId,
    /// Unique at the contractor.
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub address: Option<String>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not any more from this day on.
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why it was ended although something was let for after that: the house's own words.
    pub ended_despite: Option<String>,
    /// 補正期間: how many days there are to mend what is returned; absent:
    /// [`MENDED_WITHIN`](crate::application::MENDED_WITHIN).
    pub mend_days: Option<i32>,
}

/// What a new facility is.
#[derive(Debug, Clone)]
pub struct FacilityDraft {
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub address: Option<String>,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    pub mend_days: Option<i32>,
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct FacilityChange {
    pub name: Option<String>,
    pub name_en: Option<Option<String>>,
    pub address: Option<Option<String>>,
    pub effective_until: Option<Option<Date>>,
    pub mend_days: Option<Option<i32>>,
    /// Why it ends although something was let for after that.
    pub despite: Option<String>,
}

/// Makes a facility.
///
/// # Errors
/// [`CatalogueError::Effective`], [`CatalogueError::CodeTaken`].
pub async fn create(tx: &mut TenantTx, draft: FacilityDraft, now: Instant) -> Result<Facility, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    let made = Facility {
        id: FacilityId::new(now),
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        address: draft.address,
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
        ended_despite: None,
        mend_days: draft.mend_days,
    };
    sql::insert(tx, &made).await.map_err(|fault| match fault {
        fault if fault.violates("facilities_code") => CatalogueError::CodeTaken,
        fault => fault.into(),
    })?;
    journal(tx, now, &events::FacilityCreated { facility: made.id }).await?;
    Ok(made)
}

/// Finds a facility.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: FacilityId) -> Result<Facility, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists facilities, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Page<Facility>, Fault> {
    Ok(Page::from_rows(sql::list(tx, None, page).await?, page, |facility| facility.id.uuid()))
}

/// Changes a facility, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective`, `Behind` with what was let for after an earlier end, unless it says why.
pub async fn update(
    tx: &mut TenantTx,
    id: FacilityId,
    version: Option<i32>,
    change: FacilityChange,
    now: Instant,
) -> Result<Facility, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.name = change.name.unwrap_or(one.name);
    one.name_en = change.name_en.unwrap_or(one.name_en);
    one.address = change.address.unwrap_or(one.address);
    one.mend_days = change.mend_days.unwrap_or(one.mend_days);
    if let Some(from) = earlier_end(one.effective_until, change.effective_until) {
        let found = behind::facility(tx, id, from, now).await?;
        one.ended_despite = expect_nothing_behind(found, change.despite)?;
    }
    one.effective_until = change.effective_until.unwrap_or(one.effective_until);
    expect_effective(one.effective_from, one.effective_until)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::FacilityChanged { facility: id, version: one.version }).await?;
    Ok(one)
}

/// Holds a facility for the rest of the transaction: its parts are made, and its hours changed, by one at a time, and while nobody lets
/// anything of it. What was let by then is seen from here on.
///
/// # Errors
/// [`CatalogueError::NoSuch`] facility.
pub(crate) async fn lock(tx: &mut TenantTx, id: FacilityId) -> Result<Facility, CatalogueError> {
    sql::find_for_update(tx, id).await?.ok_or(CatalogueError::NoSuch("facility"))
}

/// The same for every facility of the contractor, for what changes the hours of any of them.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn lock_all(tx: &mut TenantTx) -> Result<(), Fault> {
    sql::find_all_for_update(tx).await.map(drop)
}

/// Lets nobody change a facility or its hours for the rest of the transaction: many may ask for that at once. A hold does so by the row
/// that refers to it.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn keep(tx: &mut TenantTx, id: FacilityId) -> Result<(), Fault> {
    sql::find_for_key_share(tx, id).await.map(drop)
}
