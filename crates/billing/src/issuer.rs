//! 発行者: in whose name the tenant's documents are issued.

mod events;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{Instant, Refusal, Refuse};

use crate::{problems, schema::issuers};

/// Who issues.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = issuers)]
pub struct Issuer {
    pub name: String,
    pub address: String,
    /// 登録番号: `T` and the thirteen digits of a corporate number. Without one no qualified invoice can be issued.
    pub registration_number: Option<String>,
    pub updated_at: Instant,
    /// Counts changes.
    pub version: i32,
}

/// Who is to issue.
#[derive(Debug, Clone)]
pub struct IssuerDraft {
    pub name: String,
    pub address: String,
    pub registration_number: Option<String>,
}

/// Which issuer is meant to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// None: there is none yet.
    Nobody,
    /// Whichever there is.
    Any,
    /// The one of this version.
    Version(i32),
}

/// Why nothing was set.
#[derive(Debug, thiserror::Error)]
pub enum SetIssuerError {
    #[error("name and address say something")]
    Blank,
    #[error("this is no registration number")]
    NoNumber,
    #[error("somebody changed it first")]
    Stale,
    #[error("there is one, and nobody said which one is meant")]
    Unconditional,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for SetIssuerError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Blank => problems::ISSUER_BLANK.refuse(),
            Self::NoNumber => problems::ISSUER_NUMBER.refuse(),
            Self::Stale => problems::STALE.refuse(),
            Self::Unconditional => problems::UNCONDITIONAL.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// The issuer, if there is one yet.
///
/// # Errors
/// A [`Fault`].
pub async fn find(tx: &mut TenantTx) -> Result<Option<Issuer>, Fault> {
    sql::find(tx).await
}

/// Sets who issues from now on; documents that were issued stay as they are.
///
/// # Errors
/// [`SetIssuerError`].
pub async fn set(tx: &mut TenantTx, draft: IssuerDraft, meant: Meant, now: Instant) -> Result<Issuer, SetIssuerError> {
    let IssuerDraft { name, address, registration_number } = rules::checked(draft)?;
    let before = sql::lock(tx).await?;
    let version = before.as_ref().map_or(0, |issuer| issuer.version);
    match meant {
        Meant::Nobody if before.is_some() => return Err(SetIssuerError::Unconditional),
        Meant::Version(one) if one != version => return Err(SetIssuerError::Stale),
        Meant::Nobody | Meant::Any | Meant::Version(_) => {}
    }
    let issuer = Issuer { name, address, registration_number, updated_at: now, version: version.saturating_add(1) };
    let done = if before.is_some() { sql::update(tx, &issuer).await } else { sql::insert(tx, &issuer).await };
    match done {
        Ok(()) => {}
        // the first of two who set it at once was first
        Err(fault) if fault.violates("issuers_pkey") => return Err(SetIssuerError::Stale),
        Err(fault) => return Err(fault.into()),
    }
    audit::journal(tx, now, &events::IssuerSet::of(tx.tenant(), &issuer)).await?;
    Ok(issuer)
}
