//! What providers tell us on their own: at least once, in any order, and sometimes wrong.

use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse, Yen};

use super::{Payment, PaymentState, events, rules, sql};
use crate::{Settlement, Subject, bill, problems, words::words};

words! {
    /// What a provider says has happened.
    pub enum NoticeKind {
        Authorized = "authorized",
        Captured = "captured",
        Failed = "failed",
        Cancelled = "cancelled",
        Expired = "expired",
    }

    /// What was made of a notice.
    pub enum Verdict {
        /// The payment moved.
        Applied = "applied",
        /// The payment is further already.
        Ignored = "ignored",
        /// The amount is not ours: kept for a person to look at, nothing moved.
        Quarantined = "quarantined",
    }
}

/// A provider's notice. Its signature was checked before ([`super::signature`]).
#[derive(Debug, Clone)]
pub struct Notice {
    pub provider: String,
    /// The provider's own id of the notice: it counts once.
    pub event_id: String,
    /// What the provider calls the payment.
    pub reference: String,
    pub kind: NoticeKind,
    pub amount: Yen,
}

/// What a notice did.
#[derive(Debug, Clone)]
pub struct Notified {
    pub payment: Payment,
    /// Nothing for a notice that had come before.
    pub verdict: Option<Verdict>,
    pub settlement: Option<Settlement>,
}

/// Why a notice was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Perhaps our own transaction is not through yet: the provider will try again.
    #[error("no such payment")]
    Absent,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for NotifyError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// What the bill is for that a notice is about: the service that must hear of it.
///
/// # Errors
/// [`NotifyError`].
pub async fn subject_of_notice(tx: &mut TenantTx, notice: &Notice) -> Result<Subject, NotifyError> {
    let payment = sql::id_of(tx, &notice.provider, &notice.reference).await?.ok_or(NotifyError::Absent)?;
    let bill = sql::bill_of(tx, payment).await?.ok_or(NotifyError::Absent)?;
    bill::subject_of(tx, bill).await?.ok_or(NotifyError::Absent)
}

/// Takes a provider's notice, once, whatever the order. Money for a bill that no longer asks for it is late: see
/// [`crate::Outcome::Late`].
///
/// # Errors
/// [`NotifyError`].
pub async fn notify(tx: &mut TenantTx, notice: &Notice, now: Instant) -> Result<Notified, NotifyError> {
    let known = sql::id_of(tx, &notice.provider, &notice.reference).await?.ok_or(NotifyError::Absent)?;
    let (mut bill, mut payment) = super::locked(tx, known).await?.ok_or(NotifyError::Absent)?;
    let verdict = rules::judge(&payment, notice);
    if !sql::note(tx, payment.id, notice, verdict, now).await? {
        return Ok(Notified { payment, verdict: None, settlement: None });
    }
    let mut settlement = None;
    match (verdict, notice.kind) {
        (Verdict::Applied, NoticeKind::Captured) => {
            settlement = Some(super::capture(tx, &mut bill, &mut payment, now).await?);
        }
        (Verdict::Applied, kind) => {
            let before = payment.state;
            payment.state = kind.state();
            sql::keep(tx, &mut payment, before).await?;
            if payment.state != PaymentState::Authorized {
                audit::journal(tx, now, &events::PaymentEnded::of(&payment)).await?;
            }
        }
        (Verdict::Quarantined, _) => {
            audit::journal(tx, now, &events::NoticeQuarantined::of(&payment, notice)).await?;
        }
        (Verdict::Ignored, _) => {}
    }
    Ok(Notified { payment, verdict: Some(verdict), settlement })
}
