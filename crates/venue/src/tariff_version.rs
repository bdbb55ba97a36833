//! 料金表の版: an ordinance's table as one document, immutable once it is published.

mod events;
pub mod rules;
pub(crate) mod sql;

use std::collections::BTreeSet;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse, Yen,
    ids::{FacilityId, TariffVersionId},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use tariff::hire::{AppliesBy, Comparison, Finding, HireAsk, HireTariff, Severity, compare, lint, lint_house};
use time::Date;

use crate::{
    catalogue::CatalogueError,
    facility, layer, problems,
    schema::tariff_versions,
    slot_set::{self},
};

/// How many findings are told at once.
const MOST_FINDINGS: usize = 1_000;

/// How many applications are compared at once.
const MOST_ASKS: usize = 10_000;

/// A version of a facility's tariff.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tariff_versions)]
pub struct TariffVersion {
    pub id: TariffVersionId,
    pub facility_id: FacilityId,
    /// From 1, in the order in which they came in.
    pub number: i32,
    pub name: String,
    pub legal_reference: String,
    /// `use_date` or `application_date`: which day decides whether it applies.
    pub applies_by: String,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    /// As it came in.
    pub document: String,
    /// Its SHA-256, in hexadecimal.
    pub document_hash: String,
    pub published_at: Option<Instant>,
    pub created_at: Instant,
}

impl TariffVersion {
    /// The document, to compute by.
    ///
    /// # Errors
    /// A [`Fault`]: a document that was let in can be read again.
    pub fn read(&self) -> Result<HireTariff, Fault> {
        serde_json::from_str(&self.document).map_err(|_| Fault::Unexpected("a tariff that was let in can be read"))
    }
}

/// Why a tariff was not taken in, published or compared.
#[derive(Debug, thiserror::Error)]
pub enum TariffError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("there is no such facility")]
    NoFacility,
    #[error("the document is not a tariff: {reason}")]
    Document { reason: String },
    #[error("{} findings forbid it", .0.len())]
    Faulty(Vec<Finding>),
    #[error("the version is published")]
    Published,
    #[error("the days to compare would end before they begin")]
    Days,
    #[error("version {number} is in force from {from}")]
    Overlaps { number: i32, from: Date, until: Option<Date> },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for TariffError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoFacility => problems::NO_SUCH.refuse().fact("noun", "facility"),
            Self::Document { reason } => {
                problems::TARIFF_DOCUMENT.refuse().fact("pointer", "#/document").fact("reason", reason.as_str())
            }
            Self::Faulty(findings) => problems::TARIFF_FAULTY.refuse().fact("findings", json!(findings)),
            Self::Published => problems::TARIFF_PUBLISHED.refuse(),
            Self::Days => problems::TARIFF_DAYS.refuse(),
            Self::Overlaps { number, from, until } => {
                let version = json!({ "number": number, "effective_from": from.to_string(),
                                      "effective_until": until.map(|until| until.to_string()) });
                problems::TARIFF_OVERLAPS.refuse().fact("version", version)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Reads a document.
///
/// # Errors
/// [`TariffError::Document`] with where and why it is none.
pub fn parse(document: &str) -> Result<HireTariff, TariffError> {
    serde_json::from_str(document).map_err(|error| TariffError::Document { reason: error.to_string() })
}

/// Takes in a document as the next version of a facility's tariff, with everything that is wrong with it. It applies to nothing
/// before it is published. `user_classes` are the codes by which the register knows classes of patrons.
///
/// # Errors
/// [`TariffError`]: `Document`, `NoFacility`.
pub async fn create(
    tx: &mut TenantTx,
    of: FacilityId,
    document: &str,
    user_classes: &BTreeSet<String>,
    now: Instant,
) -> Result<(TariffVersion, Vec<Finding>), TariffError> {
    let read = parse(document)?;
    facility::lock(tx, of).await.map_err(|error| match error {
        CatalogueError::Fault(fault) => TariffError::Fault(fault),
        _ => TariffError::NoFacility,
    })?;
    let version = TariffVersion {
        id: TariffVersionId::new(now),
        facility_id: of,
        number: sql::last_number(tx, of).await?.saturating_add(1),
        name: read.name.clone(),
        legal_reference: read.legal_reference.clone(),
        applies_by: match read.applies_by {
            AppliesBy::UseDate => "use_date".to_owned(),
            AppliesBy::ApplicationDate => "application_date".to_owned(),
        },
        effective_from: read.effective_from,
        effective_until: read.effective_until,
        document: document.to_owned(),
        document_hash: hex(document),
        published_at: None,
        created_at: now,
    };
    let findings = all_findings(tx, &version, &read, user_classes).await?;
    // a table that never applies would be refused by the database; the lint says it better
    if findings.iter().any(|finding| finding.code == "never_effective") {
        return Err(TariffError::Faulty(findings));
    }
    sql::insert(tx, &version).await?;
    journal(tx, now, &events::TariffTakenIn { tariff: version.id, document_hash: version.document_hash.clone() })
        .await?;
    Ok((version, findings))
}

/// Everything that is wrong with a version: with its document, and with the document and its house.
///
/// # Errors
/// [`TariffError`]: `Document` when what is stored can not be read.
pub async fn findings(
    tx: &mut TenantTx,
    version: &TariffVersion,
    user_classes: &BTreeSet<String>,
) -> Result<Vec<Finding>, TariffError> {
    all_findings(tx, version, &version.read()?, user_classes).await
}

/// The number of statements does not depend on how many rooms there are.
async fn all_findings(
    tx: &mut TenantTx,
    version: &TariffVersion,
    read: &HireTariff,
    user_classes: &BTreeSet<String>,
) -> Result<Vec<Finding>, TariffError> {
    let (facility, from) = (version.facility_id, version.effective_from);
    let rooms = sql::rooms(tx, facility, from).await?;
    let sets = slot_set::sql::of_rooms(tx, &rooms.iter().map(|one| one.room).collect::<Vec<_>>()).await?;
    let sets = slot_set::with_slots(tx, sets).await?;
    let (equipment, purposes) = (sql::equipment(tx, facility, from).await?, sql::purposes(tx, from).await?);
    let layers = layer::sql::of_facilities(tx, &[facility]).await?;
    let house = rules::house(rooms, &sets, from, (equipment, purposes, user_classes), &layers);
    let mut found = lint(read);
    let room_for = MOST_FINDINGS.saturating_sub(found.len());
    found.extend(lint_house(read, &house).into_iter().take(room_for));
    Ok(found)
}

/// Finds a version; drafts only for who sees them.
///
/// # Errors
/// [`TariffError::Absent`].
pub async fn find(tx: &mut TenantTx, id: TariffVersionId, drafts: bool) -> Result<TariffVersion, TariffError> {
    let found = sql::find(tx, id).await?.filter(|one| drafts || one.published_at.is_some());
    found.ok_or(TariffError::Absent)
}

/// Lists versions of a facility, or of all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    of: Option<FacilityId>,
    drafts: bool,
    page: &PageAsk,
) -> Result<Page<TariffVersion>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, drafts, page).await?, page, |one| one.id.uuid()))
}

/// What publishing a version did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub version: TariffVersion,
    /// The version without an end that now ends where this one begins.
    pub succeeds: Option<TariffVersionId>,
    /// Hires on days of this version that were applied for under the one before: they stay as they were quoted.
    pub as_quoted: i64,
}

/// Puts a version in force from its first day on. From now on it stays as it is, but that a version without an end ends when
/// another one takes its place; what was quoted by it stays as it was quoted, and where the two go by different days, it still is for
/// what the other is not for yet.
///
/// # Errors
/// [`TariffError`]: `Absent`, `Published`, `Faulty` with every error, `Overlaps`.
pub async fn publish(tx: &mut TenantTx, id: TariffVersionId, now: Instant) -> Result<Published, TariffError> {
    let mut version = sql::find_for_update(tx, id).await?.ok_or(TariffError::Absent)?;
    if version.published_at.is_some() {
        return Err(TariffError::Published);
    }
    let mut findings = lint(&version.read()?);
    findings.retain(|finding| finding.severity == Severity::Error);
    if !findings.is_empty() {
        return Err(TariffError::Faulty(findings));
    }
    facility::lock(tx, version.facility_id).await.map_err(|_| TariffError::NoFacility)?;
    let overlapping = sql::overlapping(tx, &version).await?;
    let (succeeded, in_the_way): (Vec<_>, Vec<_>) =
        overlapping.into_iter().partition(|other| rules::is_succeeded(other, &version));
    if let Some(other) = in_the_way.first() {
        let (number, from, until) = (other.number, other.effective_from, other.effective_until);
        return Err(TariffError::Overlaps { number, from, until });
    }
    let (mut succeeds, mut as_quoted) = (None, 0);
    // one at most: no two published versions are in force on one day
    for other in succeeded {
        let until = version.effective_from;
        sql::end(tx, other.id, until).await?;
        journal(tx, now, &events::TariffSucceeded { tariff: other.id, by: id, until: until.to_string() }).await?;
        (succeeds, as_quoted) = (Some(other.id), sql::hires_from(tx, other.id, until).await?);
    }
    version.published_at = Some(now);
    sql::publish(tx, id, now).await?;
    journal(tx, now, &events::TariffPublished { tariff: id, document_hash: version.document_hash.clone() }).await?;
    Ok(Published { version, succeeds, as_quoted })
}

/// 試算, and what is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    pub classes: Vec<Comparison>,
    /// There were more than 10,000 applications: those that were made first are compared.
    pub truncated: bool,
    /// How many of these were kept in a way that cannot be read any more: they are in no class.
    pub unread: usize,
}

/// 試算: what was confirmed between two days of use would have cost by this version, by user class. An application is counted whole,
/// by the first day of what of it was not given up: once, whatever stretches are compared one after the other.
///
/// # Errors
/// [`TariffError`]: `Absent`, `Days` when there are none between the two.
pub async fn what_if(
    tx: &mut TenantTx,
    id: TariffVersionId,
    (from, until): (Date, Date),
) -> Result<WhatIf, TariffError> {
    let version = find(tx, id, true).await?;
    if until <= from {
        return Err(TariffError::Days);
    }
    let document = version.read()?;
    let mut asks = sql::past_asks(tx, version.facility_id, from, until).await?;
    let truncated = asks.len() > MOST_ASKS;
    asks.truncate(MOST_ASKS);
    let read: Vec<(HireAsk, Yen)> =
        asks.iter().filter_map(|(ask, cost)| Some((serde_json::from_str(ask).ok()?, Yen(*cost)))).collect();
    let classes = compare(&document, read.iter().map(|(ask, cost)| (ask, *cost)));
    Ok(WhatIf { classes, truncated, unread: asks.len().saturating_sub(read.len()) })
}

/// The SHA-256 of a text, in hexadecimal.
pub(crate) fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
