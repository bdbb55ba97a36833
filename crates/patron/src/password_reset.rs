//! パスワードの再設定: whoever reads the mailbox of a registered patron may choose another password, once, within the hour.
//!
//! In steps, because a password is hashed for a while and no transaction stays open for it: [`ask`] sends the code, [`look`]
//! tells what the new password must not contain, [`complete`] uses the code up.

mod events;
mod sql;

use db::{Fault, TenantTx, sealed};
use kernel::{Instant, Refusal, Refuse, ids::PatronId};
use time::Duration;

use crate::{
    Details, Keys,
    details::email_index,
    problems,
    register::{self, Patron, PatronState},
    registration::{
        MESSAGES, Mail, Says,
        rules::{Draft, mailbox},
        sql as verifications,
    },
    search, throttle, token,
};

/// A code is good for an hour.
pub const GOOD_FOR: Duration = Duration::HOUR;

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error("the code is unknown, used or too old")]
    Invalid,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ResetError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Invalid => problems::TOKEN_INVALID.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Somebody has forgotten the password of an address. Gives the message to its owner; none when nobody is registered with it,
/// or it has had too many messages. The caller is told the same in every case.
///
/// # Errors
/// A [`Fault`].
pub async fn ask(tx: &mut TenantTx, keys: Keys<'_>, address: &str, now: Instant) -> Result<Option<Mail>, Fault> {
    let mailed = throttle::count(tx, &mailbox(keys, address), MESSAGES, now).await?.is_ok();
    let patron = match email_index(keys, address) {
        Some(email) => register::sql::registered(tx, keys, &email).await?,
        None => None,
    };
    let Some(patron) = patron.filter(|patron| mailed && patron.state == PatronState::Active) else {
        audit::journal(tx, now, &events::ResetRequested { patron: None }).await?;
        return Ok(None);
    };
    if !verifications::has_password(tx, patron.id).await? {
        audit::journal(tx, now, &events::ResetRequested { patron: None }).await?;
        return Ok(None);
    }
    let draft = Draft::reset_password(&patron, GOOD_FOR, now)?;
    verifications::insert(tx, keys, &draft).await?;
    audit::journal(tx, now, &events::ResetRequested { patron: Some(patron.id) }).await?;
    let says = Says::ResetPassword { token: draft.token, expires_at: draft.expires_at };
    let address = patron.details.email.unwrap_or_default();
    Ok(Some(Mail { address, locale: patron.locale, verification: draft.id, patron: Some(patron.id), says }))
}

/// Whose password the code would change, without using it up: what the new password must not contain.
///
/// # Errors
/// [`ResetError`].
pub async fn look(tx: &mut TenantTx, keys: Keys<'_>, code: &str, now: Instant) -> Result<Details, ResetError> {
    let found = sql::find(tx, &token::hash(keys, code), now).await?.ok_or(ResetError::Invalid)?;
    let patron = register::sql::one(tx, keys, found).await?.ok_or(ResetError::Invalid)?;
    Ok(patron.details)
}

/// Keeps the new password in its stored form and uses up this code and every other one of the patron, one that somebody with a
/// session asked for to have another address, too. Ending the patron's sessions is the next thing in this transaction. Gives the
/// message that tells its owner so.
///
/// # Errors
/// [`ResetError`].
pub async fn complete(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    code: &str,
    phc: &str,
    now: Instant,
) -> Result<(PatronId, Option<Mail>), ResetError> {
    let (verification, id) = sql::take(tx, &token::hash(keys, code), now).await?.ok_or(ResetError::Invalid)?;
    let patron = register::sql::locked(tx, keys, id).await?.ok_or(ResetError::Invalid)?;
    if patron.state != PatronState::Active || !sql::set_password(tx, id, phc, now).await? {
        return Err(ResetError::Invalid);
    }
    verifications::forget(tx, id).await?;
    forgive(tx, keys, &patron).await?;
    audit::journal(tx, now, &events::PasswordReset { patron: id }).await?;
    let mail = patron.details.email.map(|address| Mail {
        address,
        locale: patron.locale,
        verification,
        patron: Some(id),
        says: Says::PasswordChanged,
    });
    Ok((id, mail))
}

/// Who has a new password may sign in with it at once.
async fn forgive(tx: &mut TenantTx, keys: Keys<'_>, patron: &Patron) -> Result<(), Fault> {
    let Some(address) = &patron.details.email else { return Ok(()) };
    let key = search::email_key(address).unwrap_or_else(|| address.trim().to_owned());
    throttle::clear(tx, &sealed::blind(keys.index, "patron.sign_in", &key)).await
}
