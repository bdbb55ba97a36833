//! As whom a patron is priced: their class, where they live or work, what sort of organiser they are.

use ::venue::hire_quote::{CountsAs, EndedRegistration};
use contract::ApiError;
use db::TenantTx;
use kernel::{Actor, Instant, clock::civil_day, ids::PatronId};
use patron::{PatronKind, standing};
use tenancy::Permit;

use crate::{Desk, May, desk::lent};

/// As whom a patron counts today. Who is suspended, or has left, is priced for nothing.
///
/// # Errors
/// What the register refuses with.
pub async fn counts_as(desk: &Desk, tx: &mut TenantTx, patron: PatronId, now: Instant) -> Result<CountsAs, ApiError> {
    let today = civil_day(now);
    let standing = standing::of(tx, patron, today, now).await?;
    let keys = desk.keyring.tenant(tx.tenant())?;
    let resident = standing::resident(tx, lent(&keys), &standing, today).await?;
    let organiser_kind = match standing.kind {
        PatronKind::Group => "group",
        PatronKind::Guest | PatronKind::Registered => "person",
    };
    let ended = standing.ended.map(|patron::standing::Ended { user_class, at }| EndedRegistration { user_class, at });
    let organiser_kind = Some(organiser_kind.to_owned());
    Ok(CountsAs { user_class: standing.user_class, resident, organiser_kind, ended })
}

/// As whom what a patron changes themselves is priced from now on: as they count today. Nothing when the house changes it, which
/// leaves that as it was. Who is suspended, or has left, changes nothing.
///
/// # Errors
/// What the register refuses with.
pub async fn changing<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    patron: PatronId,
    now: Instant,
) -> Result<Option<CountsAs>, ApiError> {
    match caller.actor() {
        Actor::Patron(_) => Ok(Some(counts_as(desk, tx, patron, now).await?)),
        _ => Ok(None),
    }
}
