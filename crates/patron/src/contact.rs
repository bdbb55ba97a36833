//! Contacts: what a guest leaves with one purchase or application, so that the house can write or call.

mod events;

use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse, ids::PatronId};

use crate::{
    Details, Keys, Locale,
    details::{DetailsError, email_index},
    register::{self, PatronKind},
    registration::{MESSAGES, rules::mailbox},
    throttle,
};

/// What a guest leaves.
#[derive(Debug, Clone)]
pub struct ContactDraft {
    pub details: Details,
    pub locale: Locale,
}

/// Why a contact is not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepContactError {
    #[error(transparent)]
    Details(#[from] DetailsError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for KeepContactError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Details(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// What nobody can be reached without.
const REQUIRED: &[&str] = &["name"];

/// Refuses a contact that [`keep`] would refuse, before anything is kept.
///
/// # Errors
/// [`DetailsError`] with every fault.
pub fn expect_right(draft: &ContactDraft) -> Result<(), DetailsError> {
    draft.details.clone().checked(REQUIRED).map(|_| ())
}

/// Keeps a guest's contact as a patron of kind guest. Guests may share an address; each purchase keeps its own contact.
///
/// # Errors
/// [`KeepContactError::Details`] with every fault: a name is required, and an address or a number must be one.
pub async fn keep(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    draft: ContactDraft,
    now: Instant,
) -> Result<PatronId, KeepContactError> {
    let details = draft.details.checked(REQUIRED)?;
    let patron = register::fresh(PatronKind::Guest, details, draft.locale, now);
    register::sql::insert(tx, keys, &patron).await?;
    audit::journal(tx, now, &events::ContactKept { patron: patron.id }).await?;
    Ok(patron.id)
}

/// Whoever left this address and is still served, in the order in which they became known: somebody asks for a message that goes there
/// and nowhere else. Nobody, when the address has had too many messages. The caller is told the same in every case.
///
/// # Errors
/// A [`Fault`].
pub async fn asked_at(tx: &mut TenantTx, keys: Keys<'_>, address: &str, now: Instant) -> Result<Vec<PatronId>, Fault> {
    let mailed = throttle::count(tx, &mailbox(keys, address), MESSAGES, now).await?.is_ok();
    match email_index(keys, address) {
        Some(email) if mailed => register::sql::of_address(tx, &email).await,
        _ => Ok(Vec::new()),
    }
}
