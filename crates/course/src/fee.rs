//! 受講料, 教材費, 保険料, 入会金: what a class costs. Once it is published, its fees stay. Who is charged a joining fee is decided in
//! [`crate::joining`].

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{CourseClassId, FeeId},
};

use crate::{
    catalogue::{CatalogueError, expect_version},
    class,
    schema::fees,
};

/// A fee.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fees)]
pub struct Fee {
    pub id: FeeId,
    pub class_id: CourseClassId,
    /// `tuition`, `materials`, `insurance`, `joining` or `other`.
    pub kind: String,
    pub label: String,
    /// Yen for one person (or one party), tax included.
    pub amount: i64,
    /// Percent: 10, 8 or 0 (not taxed).
    pub tax_rate: i32,
    /// `course`: once; `session`: for each session that is left when the place is given.
    pub billing: String,
    pub optional: bool,
    /// Not: stays when a participant withdraws, such as 教材費 that has been ordered.
    pub refundable: bool,
    pub ordinal: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What a new fee is.
#[derive(Debug, Clone)]
pub struct FeeDraft {
    pub class: CourseClassId,
    pub kind: &'static str,
    pub label: String,
    pub amount: i64,
    pub tax_rate: i32,
    pub billing: &'static str,
    pub optional: bool,
    pub refundable: bool,
    pub ordinal: i32,
}

/// What changes.
#[derive(Debug, Clone, Default)]
pub struct FeeChange {
    pub label: Option<String>,
    pub amount: Option<i64>,
    pub tax_rate: Option<i32>,
    pub optional: Option<bool>,
    pub refundable: Option<bool>,
    pub ordinal: Option<i32>,
}

/// Adds a fee to a class that is a draft.
///
/// # Errors
/// [`CatalogueError`]: `Numbers`, `NoSuch`, `State`, `Fixed`.
pub async fn create(tx: &mut TenantTx, draft: FeeDraft, now: Instant) -> Result<Fee, CatalogueError> {
    let made = Fee {
        id: FeeId::new(now),
        class_id: draft.class,
        kind: draft.kind.to_owned(),
        label: draft.label,
        amount: draft.amount,
        tax_rate: draft.tax_rate,
        billing: draft.billing.to_owned(),
        optional: draft.optional,
        refundable: draft.refundable,
        ordinal: draft.ordinal,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    expect_amount(&made)?;
    expect_draft(tx, draft.class).await?;
    sql::insert(tx, &made).await?;
    journal(tx, now, &events::FeeCreated { fee: made.id }).await?;
    Ok(made)
}

/// Gives a class that was copied the fees of another.
pub(crate) async fn copy(
    tx: &mut TenantTx,
    (from, to): (CourseClassId, CourseClassId),
    now: Instant,
) -> Result<(), Fault> {
    let again =
        |one: Fee| Fee { id: FeeId::new(now), class_id: to, created_at: now, updated_at: now, version: 1, ..one };
    let rows: Vec<_> = sql::of_class(tx, from).await?.into_iter().map(again).collect();
    sql::insert_all(tx, &rows).await
}

/// Those of classes, in their order.
pub(crate) async fn of_classes(tx: &mut TenantTx, classes: &[CourseClassId]) -> Result<Vec<Fee>, Fault> {
    sql::of_classes(tx, classes).await
}

/// Lists the fees of a class, or all, oldest first; for whoever is not of the house those of published classes.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<CourseClassId>,
    page: &PageAsk,
    house: bool,
) -> Result<Page<Fee>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page, house).await?, page, |fee| fee.id.uuid()))
}

/// Changes a fee of a draft, if it is still in the version that was meant.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Numbers`, `State`, `Fixed`.
pub async fn update(
    tx: &mut TenantTx,
    id: FeeId,
    version: Option<i32>,
    change: FeeChange,
    now: Instant,
) -> Result<Fee, CatalogueError> {
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.class_id;
    expect_draft(tx, of).await?;
    let mut one = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.label = change.label.unwrap_or(one.label);
    one.amount = change.amount.unwrap_or(one.amount);
    one.tax_rate = change.tax_rate.unwrap_or(one.tax_rate);
    one.optional = change.optional.unwrap_or(one.optional);
    one.refundable = change.refundable.unwrap_or(one.refundable);
    one.ordinal = change.ordinal.unwrap_or(one.ordinal);
    expect_amount(&one)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::FeeChanged { fee: id, version: one.version }).await?;
    Ok(one)
}

fn expect_amount(one: &Fee) -> Result<(), CatalogueError> {
    if one.amount >= 0 { Ok(()) } else { Err(CatalogueError::Numbers("negative_amount")) }
}

/// The lock of the class orders everybody who changes its fees.
async fn expect_draft(tx: &mut TenantTx, id: CourseClassId) -> Result<(), CatalogueError> {
    let class = class::to_amend(tx, id).await?;
    if class.is_public() { Err(CatalogueError::Fixed(vec!["fees"])) } else { Ok(()) }
}
