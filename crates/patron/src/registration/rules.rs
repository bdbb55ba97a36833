//! Decisions about registrations: no clock, no database.

use db::{Fault, sealed};
use kernel::{Instant, ids::PatronId};
use serde::{Deserialize, Serialize};
use time::Duration;
use uuid::Uuid;

use super::{GOOD_FOR, Mail, Says};
use crate::{
    Details, Keys, Locale, Token,
    details::email_index,
    register::{Patron, PatronState},
    search,
};

/// What waits, sealed, until the address is proven.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pending {
    pub details: Details,
    pub locale: Locale,
}

/// A verification that is about to be written.
pub(crate) struct Draft {
    pub id: Uuid,
    pub purpose: &'static str,
    pub patron: Option<PatronId>,
    pub token: Token,
    pub pending: Pending,
    pub phc: Option<String>,
    pub created_at: Instant,
    pub expires_at: Instant,
}

impl Draft {
    pub fn sign_up(details: Details, locale: Locale, phc: String, now: Instant) -> Result<Self, Fault> {
        Self::new("sign_up", None, Pending { details, locale }, (Some(phc), GOOD_FOR), now)
    }

    pub fn change_email(patron: &Patron, address: String, now: Instant) -> Result<Self, Fault> {
        let details = Details { email: Some(address), ..Details::default() };
        Self::new("change_email", Some(patron.id), Pending { details, locale: patron.locale }, (None, GOOD_FOR), now)
    }

    /// A code with which the patron chooses another password.
    pub fn reset_password(patron: &Patron, good_for: Duration, now: Instant) -> Result<Self, Fault> {
        let pending = Pending { details: Details::default(), locale: patron.locale };
        Self::new("reset_password", Some(patron.id), pending, (None, good_for), now)
    }

    fn new(
        purpose: &'static str,
        patron: Option<PatronId>,
        pending: Pending,
        (phc, good_for): (Option<String>, Duration),
        now: Instant,
    ) -> Result<Self, Fault> {
        let (id, token) = (PatronId::new(now).uuid(), Token::random()?);
        let expires_at = now.saturating_add(good_for);
        Ok(Self { id, purpose, patron, token, pending, phc, created_at: now, expires_at })
    }

    /// The message to the owner of the address. Who is registered already learns that instead of getting the token.
    pub fn mail(self, address: String, known: bool) -> Mail {
        let says = if known {
            Says::AlreadyRegistered
        } else {
            Says::Verify { token: self.token, expires_at: self.expires_at }
        };
        Mail { address, locale: self.pending.locale, verification: self.id, patron: self.patron, says }
    }
}

/// The address of details with its blind index.
pub(super) fn address(keys: Keys<'_>, details: &Details) -> Option<(String, Vec<u8>)> {
    let address = details.email.clone()?;
    let index = email_index(keys, &address)?;
    Some((address, index))
}

/// Under which messages to an address are counted.
pub(crate) fn mailbox(keys: Keys<'_>, address: &str) -> Vec<u8> {
    let key = search::email_key(address).unwrap_or_else(|| address.to_owned());
    sealed::blind(keys.index, "patron.mailbox", &key)
}

/// The patron who has proven to read the address on file, or this one; nothing for who has left.
pub(super) fn proven(before: Patron, address: Option<String>, now: Instant) -> Option<Patron> {
    if before.state == PatronState::Closed {
        return None;
    }
    let mut after = before;
    if address.is_some() {
        after.details.email = address;
    }
    after.email_verified_at = Some(now);
    after.version = after.version.saturating_add(1);
    after.updated_at = now;
    Some(after)
}
