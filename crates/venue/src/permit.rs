//! 使用許可書: what is permitted to whom, numbered without gaps by facility and fiscal year; anybody can check it by its code.

mod events;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    FiscalYear, Instant, Refusal, Refuse, Yen, check_code,
    clock::civil_day,
    ids::{FacilityId, HireApplicationId, PermitId},
};
use serde_json::Value;

use crate::{problems, schema::permits};

/// A permit in one revision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = permits)]
pub struct Permit {
    pub id: PermitId,
    pub facility_id: FacilityId,
    pub application_id: HireApplicationId,
    /// The year in which its April falls.
    pub fiscal_year: i32,
    /// From 1, without gaps.
    pub number: i32,
    /// From 1; the latest counts.
    pub revision: i32,
    /// `7K3QX-9FMT2-H4`.
    pub code: String,
    /// What it permits, as it was issued. It names nobody.
    pub content: Value,
    pub content_hash: String,
    pub issued_at: Instant,
    /// Since then it permits nothing.
    pub revoked_at: Option<Instant>,
}

impl Permit {
    /// `2026-000012`.
    pub fn display_number(&self) -> String {
        format!("{}-{:06}", self.fiscal_year, self.number)
    }

    /// What of its total nobody is asked for, yen.
    pub fn waived(&self) -> Yen {
        self.amount("waived")
    }

    /// What was still to be paid for it when it was issued, yen.
    pub fn unpaid_when_issued(&self) -> Yen {
        self.amount("unpaid")
    }

    fn amount(&self, name: &str) -> Yen {
        Yen(self.content.get(name).and_then(Value::as_i64).unwrap_or(0))
    }
}

/// What a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    Valid,
    /// A later revision took its place.
    Superseded,
    Revoked,
}

/// Why there is no permit to show.
#[derive(Debug, thiserror::Error)]
pub enum PermitError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for PermitError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Issues the first permit of an application, or its next revision under the same number. Numbers are taken in the transaction
/// that confirms, behind the series' row lock: a number that is rolled back is the next one's.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn issue(
    tx: &mut TenantTx,
    facility: FacilityId,
    application: HireApplicationId,
    content: Value,
    now: Instant,
) -> Result<Permit, Fault> {
    let before = sql::latest(tx, application).await?;
    let (fiscal_year, number, revision) = match &before {
        Some(permit) => (permit.fiscal_year, permit.number, permit.revision.saturating_add(1)),
        None => {
            let year = FiscalYear::of(civil_day(now)).0;
            (year, sql::next_number(tx, facility, year).await?, 1)
        }
    };
    let permit = Permit {
        id: PermitId::new(now),
        facility_id: facility,
        application_id: application,
        fiscal_year,
        number,
        revision,
        code: check_code::write(random()?),
        content_hash: crate::tariff_version::hex(&content.to_string()),
        content,
        issued_at: now,
        revoked_at: None,
    };
    sql::insert(tx, &permit).await?;
    journal(
        tx,
        now,
        &events::PermitIssued { permit: permit.id, application, number: permit.display_number(), revision },
    )
    .await?;
    Ok(permit)
}

/// Revokes every revision of an application's permit.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn revoke(tx: &mut TenantTx, application: HireApplicationId, now: Instant) -> Result<(), Fault> {
    if let Some(permit) = sql::latest(tx, application).await? {
        sql::revoke(tx, application, now).await?;
        journal(tx, now, &events::PermitRevoked { permit: permit.id, application }).await?;
    }
    Ok(())
}

/// The permits of an application, the latest first.
///
/// # Errors
/// A [`Fault`].
pub async fn of_application(tx: &mut TenantTx, application: HireApplicationId) -> Result<Vec<Permit>, Fault> {
    sql::of_application(tx, application).await
}

/// What is behind a code, typed in any case, with or without hyphens.
///
/// # Errors
/// [`PermitError::Absent`].
pub async fn check(tx: &mut TenantTx, typed: &str) -> Result<(Permit, Validity), PermitError> {
    let code = check_code::read(typed).ok_or(PermitError::Absent)?;
    let permit = sql::by_code(tx, &code).await?.ok_or(PermitError::Absent)?;
    let latest = sql::latest(tx, permit.application_id).await?;
    let validity = match latest {
        _ if permit.revoked_at.is_some() => Validity::Revoked,
        Some(latest) if latest.id != permit.id => Validity::Superseded,
        _ => Validity::Valid,
    };
    Ok((permit, validity))
}

fn random() -> Result<[u8; 8], Fault> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the system gives random numbers"))?;
    Ok(bytes)
}
