//! Signing in, in three steps, because a password is hashed for a while and no transaction stays open for it:
//! [`attempt`] counts and gives the stored password, the adapter checks it, then [`succeed`] or [`refuse`].

mod events;
mod sql;

use std::fmt;

use db::{Fault, TenantTx, sealed};
use kernel::{Instant, Refusal, Refuse, ids::PatronId};
use time::Duration;

use crate::{
    Keys, problems, search,
    throttle::{self, Policy},
};

/// Five attempts at once, then pauses of 1, 2, 4 … 900 seconds.
const ATTEMPTS: Policy = Policy { free: 5, first: Duration::SECOND, longest: Duration::seconds(900) };

/// Somebody says to be the patron of an address.
pub struct Challenge {
    /// Who it would be, if there is such a patron who may sign in.
    known: Option<sql::Known>,
    subject: Vec<u8>,
}

impl Challenge {
    /// The stored password to check against. Nothing when nobody can sign in: the adapter then hashes just as long in vain.
    pub fn phc(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.phc.as_str())
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("the address or the password is wrong")]
    Refused,
    #[error("too many attempts; the next is possible in {seconds} s")]
    Limited { seconds: u32 },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for SignInError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Refused => problems::SIGN_IN_REFUSED.refuse(),
            Self::Limited { seconds } => problems::SIGN_IN_LIMITED.refuse().retry_after(*seconds),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Counts an attempt to sign in with an address and tells what must be proven. Costs and answers the same whether the
/// address is known or not.
///
/// # Errors
/// [`SignInError::Limited`] during a pause.
pub async fn attempt(tx: &mut TenantTx, keys: Keys<'_>, email: &str, now: Instant) -> Result<Challenge, SignInError> {
    let key = search::email_key(email).unwrap_or_else(|| email.trim().to_owned());
    let subject = sealed::blind(keys.index, "patron.sign_in", &key);
    if let Err(seconds) = throttle::count(tx, &subject, ATTEMPTS, now).await? {
        return Err(SignInError::Limited { seconds });
    }
    let known = sql::password(tx, &sealed::blind(keys.index, "patron.email", &key)).await?;
    Ok(Challenge { known, subject })
}

/// Signs the patron in whose password was right. Opening the session is the next thing in this transaction.
///
/// # Errors
/// [`SignInError::Refused`] when the patron may not sign in any more, or has chosen another password meanwhile.
pub async fn succeed(tx: &mut TenantTx, challenge: &Challenge, now: Instant) -> Result<PatronId, SignInError> {
    let known = challenge.known.as_ref().ok_or(SignInError::Refused)?;
    if !sql::still(tx, known).await? {
        return Err(SignInError::Refused);
    }
    throttle::clear(tx, &challenge.subject).await?;
    audit::journal(tx, now, &events::SignInProven { patron: known.patron }).await?;
    Ok(known.patron)
}

/// Journals that the password was wrong, or that nobody has the address.
///
/// # Errors
/// A [`Fault`].
pub async fn refuse(tx: &mut TenantTx, challenge: &Challenge, now: Instant) -> Result<(), Fault> {
    audit::failed(tx, now, &events::SignInRefused { patron: challenge.known.as_ref().map(|known| known.patron) }).await
}

/// Keeps a password in a newer stored form: the same password, hashed with today's parameters. In the transaction of [`succeed`].
///
/// # Errors
/// A [`Fault`].
pub async fn rehash(tx: &mut TenantTx, patron: PatronId, phc: &str) -> Result<(), Fault> {
    sql::update_password(tx, patron, phc).await
}
