//! 契約: the terms a tenant signed, in versions. The highest version counts; none is ever changed.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse, ids::ContractId};
use time::Date;

use crate::{problems, tenant::operator};

/// Days that data is kept after the last day of service (white paper 4.4).
pub const RETENTION_DAYS: i32 = 30;
/// Days after which no backup holds it any more (white paper 8.4).
pub const BACKUP_DAYS: i32 = 60;

/// Terms that switch something on.
pub const FLAGS: [&str; 2] = ["audit_self_service", "shared_membership"];

/// Terms to be recorded.
#[derive(Debug, Clone)]
pub struct ContractDraft {
    /// The first day of service, Japan time.
    pub starts_on: Date,
    /// The last day of service, Japan time.
    pub ends_on: Date,
    pub retention_days: i32,
    pub backup_days: i32,
    pub flags: Vec<String>,
    pub document_ref: String,
}

/// One version of a tenant's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    pub id: ContractId,
    /// From 1.
    pub version: i32,
    pub starts_on: Date,
    pub ends_on: Date,
    pub retention_days: i32,
    pub backup_days: i32,
    pub flags: Vec<String>,
    pub document_ref: String,
    pub recorded_at: Instant,
}

/// Why terms were not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordContractError {
    #[error("there is no such tenant")]
    Absent,
    #[error("a sandbox has no contract of its own")]
    Sandbox,
    #[error("the last day comes before the first")]
    Period,
    #[error("backups cannot be gone before the data is")]
    Days { retention: i32, backup: i32 },
    #[error("there is no term {0}")]
    UnknownFlag(String),
    #[error("another version was recorded at the same moment")]
    Raced,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for RecordContractError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Sandbox => problems::SANDBOX_HAS_NO_CONTRACT.refuse(),
            Self::Period => problems::PERIOD_REVERSED.refuse(),
            Self::Days { retention, backup } => problems::CONTRACT_DAYS
                .refuse()
                .fact("retention_days", *retention)
                .fact("backup_days", *backup)
                .because(format!(
                    "Backups cannot be gone before the data is: retention_days is {retention} and backup_days is {backup} \
                     ({BACKUP_DAYS} when absent); 0 <= retention_days <= backup_days."
                )),
            Self::UnknownFlag(flag) => {
                problems::CONTRACT_FLAG_UNKNOWN.refuse().fact("flag", flag.as_str()).fact("known", FLAGS.to_vec())
            }
            Self::Raced => problems::CONTRACT_RACED.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Records a new version of the terms of the tenant of this transaction; from now on it counts.
///
/// # Errors
/// [`RecordContractError`].
pub async fn record(tx: &mut TenantTx, draft: &ContractDraft, now: Instant) -> Result<Contract, RecordContractError> {
    check(draft)?;
    let tenant = crate::tenant::view(tx).await?.ok_or(RecordContractError::Absent)?;
    if tenant.sandbox_of.is_some() {
        return Err(RecordContractError::Sandbox);
    }
    let contract = Contract {
        id: ContractId::new(now),
        version: tenant.contract.map_or(1, |contract| contract.version + 1),
        starts_on: draft.starts_on,
        ends_on: draft.ends_on,
        retention_days: draft.retention_days,
        backup_days: draft.backup_days,
        flags: draft.flags.clone(),
        document_ref: draft.document_ref.clone(),
        recorded_at: now,
    };
    let by = operator(tx.scope().actor())?;
    sql::insert(tx, &contract, by).await?;
    audit::journal(tx, now, &events::ContractRecorded::of(&contract)).await?;
    Ok(contract)
}

fn check(draft: &ContractDraft) -> Result<(), RecordContractError> {
    if draft.ends_on < draft.starts_on {
        return Err(RecordContractError::Period);
    }
    if draft.retention_days < 0 || draft.backup_days < draft.retention_days {
        return Err(RecordContractError::Days { retention: draft.retention_days, backup: draft.backup_days });
    }
    match draft.flags.iter().find(|flag| !FLAGS.contains(&flag.as_str())) {
        Some(unknown) => Err(RecordContractError::UnknownFlag(unknown.clone())),
        None => Ok(()),
    }
}

/// Every version of the tenant's terms, newest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Contract>, Fault> {
    sql::list(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_beyond_the_usual_backups_is_refused_with_the_default_by_name() {
        let refusal = RecordContractError::Days { retention: 90, backup: BACKUP_DAYS }.refusal();
        assert!(refusal.because.unwrap().contains("backup_days is 60 (60 when absent)"));
        assert_eq!((&refusal.facts["retention_days"], &refusal.facts["backup_days"]), (&90.into(), &60.into()));
    }
}
