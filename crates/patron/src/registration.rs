//! 利用者登録 by the patron's own hand: an address is taken down, a message goes there, and only whoever answers it has it.
//!
//! Until then there is no patron: nobody can occupy another person's address, and asking twice tells nothing about who is
//! registered. Whether the address is known or not, the same rows are written and one message goes out.

mod events;
pub(crate) mod rules;
pub(crate) mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse, ids::PatronId};
use time::Duration;
use uuid::Uuid;

use crate::{
    Details, Keys, Locale, Token,
    details::{DetailsError, email_index},
    person, problems,
    register::{self, Patron, PatronKind},
    throttle::{self, Policy},
    token,
};

/// A verification is good for a day.
pub const GOOD_FOR: Duration = Duration::DAY;

/// Three messages to an address at once; then pauses from a quarter of an hour to a day, so that nobody's mailbox is flooded.
pub(crate) const MESSAGES: Policy = Policy { free: 3, first: Duration::minutes(15), longest: Duration::DAY };

/// What somebody who wants to be registered fills in.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// With a name and an address.
    pub details: Details,
    pub locale: Locale,
}

/// A message that must go out with the commit.
#[derive(Debug, Clone)]
pub struct Mail {
    pub address: String,
    pub locale: Locale,
    /// Names the fact, so that it is told once.
    pub verification: Uuid,
    pub patron: Option<PatronId>,
    pub says: Says,
}

/// What the message says.
#[derive(Debug, Clone)]
pub enum Says {
    /// Prove that this address is yours.
    Verify { token: Token, expires_at: Instant },
    /// You are registered here already.
    AlreadyRegistered,
    /// Choose a new password with this code.
    ResetPassword { token: Token, expires_at: Instant },
    /// Your password was changed.
    PasswordChanged,
}

/// Why a sign-up is not taken down. Never because the address is known.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error(transparent)]
    Details(#[from] DetailsError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for SignUpError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Details(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Why an address is not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    #[error("the token is unknown, used or too old")]
    Invalid,
    #[error("another registered patron has this address")]
    EmailTaken,
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for VerifyEmailError {
    fn from(fault: Fault) -> Self {
        if fault.violates("one_registration_per_email") { Self::EmailTaken } else { Self::Fault(fault) }
    }
}

impl Refuse for VerifyEmailError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Invalid => problems::TOKEN_INVALID.refuse(),
            Self::EmailTaken => problems::EMAIL_TAKEN.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Takes a sign-up down and gives the message to send; none when this address has had too many. The caller is told the same
/// in every case. `phc` is the stored form of the password the person chose.
///
/// # Errors
/// [`SignUpError`].
pub async fn sign_up(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    ask: SignUp,
    phc: String,
    now: Instant,
) -> Result<Option<Mail>, SignUpError> {
    let details = ask.details.checked(&["name", "email"])?;
    let (address, email) = rules::address(keys, &details).ok_or(Fault::Unexpected("a checked address has an index"))?;
    throttle::sweep(tx, now).await?;
    sql::delete_expired(tx, now).await?;
    let mailed = throttle::count(tx, &rules::mailbox(keys, &address), MESSAGES, now).await?.is_ok();
    let known = match register::sql::registered(tx, keys, &email).await? {
        // entered by staff and never claimed: whoever reads that mailbox may
        Some(patron) => sql::has_password(tx, patron.id).await?,
        None => false,
    };
    let draft = rules::Draft::sign_up(details, ask.locale, phc, now)?;
    sql::insert(tx, keys, &draft).await?;
    audit::journal(tx, now, &events::RegistrationRequested { verification: draft.id, known, mailed }).await?;
    Ok(mailed.then(|| draft.mail(address, known)))
}

/// Registers the patron whose address is proven by this token, or gives a patron the new address they asked for.
///
/// # Errors
/// [`VerifyEmailError`].
pub async fn verify_email(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    token: &str,
    now: Instant,
) -> Result<Patron, VerifyEmailError> {
    let taken = sql::take(tx, keys, &token::hash(keys, token), now).await?.ok_or(VerifyEmailError::Invalid)?;
    match (taken.patron, taken.phc) {
        (Some(patron), _) => change_address(tx, keys, patron, taken.pending, now).await,
        (None, Some(phc)) => register(tx, keys, taken.pending, &phc, now).await,
        (None, None) => Err(VerifyEmailError::Invalid),
    }
}

async fn register(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    pending: rules::Pending,
    phc: &str,
    now: Instant,
) -> Result<Patron, VerifyEmailError> {
    let (address, email) =
        rules::address(keys, &pending.details).ok_or(Fault::Unexpected("a pending sign-up has an address"))?;
    let patron = match register::sql::registered(tx, keys, &email).await? {
        None => {
            let mut patron = register::fresh(PatronKind::Registered, pending.details, pending.locale, now);
            patron.email_verified_at = Some(now);
            register::sql::insert(tx, keys, &patron).await?;
            patron
        }
        Some(known) => claim(tx, keys, known.id, now).await?,
    };
    sql::insert_password(tx, patron.id, phc, now).await?;
    throttle::clear(tx, &rules::mailbox(keys, &address)).await?;
    audit::journal(tx, now, &events::PatronRegistered { patron: patron.id }).await?;
    Ok(patron)
}

/// Gives whom staff entered to the owner of the address: of two who prove it at once, to the first.
async fn claim(tx: &mut TenantTx, keys: Keys<'_>, id: PatronId, now: Instant) -> Result<Patron, VerifyEmailError> {
    let patron = prove(tx, keys, id, None, now).await?;
    // asked while the patron is held, and not before
    if sql::has_password(tx, id).await? { Err(VerifyEmailError::EmailTaken) } else { Ok(patron) }
}

async fn change_address(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PatronId,
    pending: rules::Pending,
    now: Instant,
) -> Result<Patron, VerifyEmailError> {
    let patron = prove(tx, keys, id, pending.details.email, now).await?;
    // what went to the address before opens nothing any more
    sql::forget(tx, id).await?;
    audit::journal(tx, now, &events::EmailVerified { patron: id, version: patron.version }).await?;
    Ok(patron)
}

/// Notes that the patron reads this mailbox: the one on file, or the new one.
async fn prove(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PatronId,
    address: Option<String>,
    now: Instant,
) -> Result<Patron, VerifyEmailError> {
    let before = register::sql::locked(tx, keys, id).await?.ok_or(VerifyEmailError::Invalid)?;
    let after = rules::proven(before, address, now).ok_or(VerifyEmailError::Invalid)?;
    register::sql::update(tx, keys, &after).await?;
    person::follow(tx, keys, &after, now).await?;
    Ok(after)
}

/// Forgets codes that have run out, and says how many.
pub(crate) async fn sweep(tx: &mut TenantTx, now: Instant) -> Result<usize, Fault> {
    sql::delete_expired(tx, now).await
}

/// Asks the owner of a new address to prove it, for a patron who wants to have it; nobody, when the address has had too many messages.
pub(crate) async fn ask_for_address(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: &Patron,
    address: String,
    now: Instant,
) -> Result<Option<Mail>, Fault> {
    let email = email_index(keys, &address).ok_or(Fault::Unexpected("a checked address has an index"))?;
    if throttle::count(tx, &rules::mailbox(keys, &address), MESSAGES, now).await?.is_err() {
        return Ok(None);
    }
    let taken = register::sql::registered(tx, keys, &email).await?.is_some_and(|other| other.id != patron.id);
    let draft = rules::Draft::change_email(patron, address.clone(), now)?;
    sql::insert(tx, keys, &draft).await?;
    Ok(Some(draft.mail(address, taken)))
}
