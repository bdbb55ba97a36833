//! 契約書に名前のある職員: only who stands on the roster can have an account, and whoever is taken off it loses access at once.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, Page, PageAsk, Refusal, Refuse, ids::RosterMemberId};

use crate::problems;

/// Somebody named in the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterMember {
    pub id: RosterMemberId,
    pub name: String,
    pub department: Option<String>,
    pub created_at: Instant,
    pub removed_at: Option<Instant>,
}

/// Why the roster was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRosterError {
    #[error("there is no such tenant or member")]
    Absent,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ChangeRosterError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Puts a person on the roster of the tenant of this transaction.
///
/// # Errors
/// [`ChangeRosterError`].
pub async fn add(
    tx: &mut TenantTx,
    name: &str,
    department: Option<&str>,
    now: Instant,
) -> Result<RosterMember, ChangeRosterError> {
    let member = RosterMember {
        id: RosterMemberId::new(now),
        name: name.to_owned(),
        department: department.map(str::to_owned),
        created_at: now,
        removed_at: None,
    };
    sql::insert(tx, &member).await?;
    audit::journal(tx, now, &events::RosterMemberAdded { member: member.id }).await?;
    Ok(member)
}

/// Takes a person off the roster. Their account, if any, opens nothing from now on.
///
/// # Errors
/// [`ChangeRosterError`].
pub async fn remove(tx: &mut TenantTx, id: RosterMemberId, now: Instant) -> Result<RosterMember, ChangeRosterError> {
    let member = sql::remove(tx, id, now).await?.ok_or(ChangeRosterError::Absent)?;
    audit::journal(tx, now, &events::RosterMemberRemoved { member: id }).await?;
    Ok(member)
}

/// The roster, those taken off included.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, ask: &PageAsk) -> Result<Page<RosterMember>, Fault> {
    let rows = sql::list(tx, ask).await?;
    Ok(Page::from_rows(rows, ask, |member| member.id.uuid()))
}
