//! 入金: money for a bill, over the counter or through a provider.
//!
//! A payment moves forward only: `created → requires_action → authorized → captured`, or it fails, is cancelled or expires.
//! Money that comes when the bill no longer asks for it is `captured_late` until somebody decides. Every verb works under
//! the lock of the bill, and the ledger's constraint counts a payment once whatever happens.

mod counter;
mod events;
mod late;
mod notice;
mod online;
pub mod provider;
pub mod rules;
pub mod signature;
pub(crate) mod sql;

pub(crate) use counter::receive;
pub use counter::{Take, TakePaymentError, take};
pub use late::{AcceptLateError, RefundLateError, accept_late, refund_late};
pub use notice::{Notice, NoticeKind, Notified, NotifyError, Verdict, notify, subject_of_notice};
pub use online::{Answer, Complete, CompletePaymentError, Start, StartPaymentError, complete_action, start};

use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{BillId, PaymentId},
};

use crate::{Bill, Outcome, Settlement, bill, ledger, refund::Route, words::words};

words! {
    /// How it is paid.
    pub enum Method {
        /// 現金, over the counter.
        Cash = "cash",
        /// 決済端末, over the counter.
        CardTerminal = "card_terminal",
        /// A card at the sandbox provider.
        SandboxCard = "sandbox_card",
        /// コンビニ払い at the sandbox provider.
        SandboxKonbini = "sandbox_konbini",
        /// 銀行振込, from the bank's statement.
        BankTransfer = "bank_transfer",
    }

    /// Where a payment stands.
    pub enum PaymentState {
        /// The provider has not answered yet.
        Created = "created",
        /// The patron has something to do: confirm with the bank, pay at a convenience store.
        RequiresAction = "requires_action",
        /// The provider keeps the money ready.
        Authorized = "authorized",
        /// The money is there and counts for the bill.
        Captured = "captured",
        /// The money is there, but the bill does not ask for it: a decision is due.
        CapturedLate = "captured_late",
        /// The provider refused it.
        Failed = "failed",
        /// It is not wanted any more.
        Cancelled = "cancelled",
        /// The patron did not act in time.
        Expired = "expired",
        /// All of it went back.
        Refunded = "refunded",
    }
}

impl Method {
    /// The provider that moves the money; none over the counter and from the bank.
    pub const fn provider(self) -> Option<&'static str> {
        match self {
            Self::Cash | Self::CardTerminal | Self::BankTransfer => None,
            Self::SandboxCard | Self::SandboxKonbini => Some(provider::SANDBOX),
        }
    }

    /// The way by which its money goes back when nobody says otherwise.
    pub const fn way_back(self) -> Route {
        match self {
            Self::Cash => Route::Cash,
            Self::CardTerminal => Route::CardTerminal,
            Self::SandboxCard | Self::SandboxKonbini => Route::Provider,
            Self::BankTransfer => Route::BankTransfer,
        }
    }
}

/// What the patron has to do before the money comes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NextAction {
    /// 3-D Secure: confirm with the card's bank at `url`, then complete the payment with `step`.
    Confirm { url: String, step: String },
    /// コンビニ払い: pay at a store with this number, before the payment's due time.
    PayAtStore {
        /// 11 digits.
        number: String,
    },
}

/// One attempt to pay a bill.
#[derive(Debug, Clone)]
pub struct Payment {
    pub id: PaymentId,
    pub bill: BillId,
    pub method: Method,
    pub provider: Option<String>,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
    pub state: PaymentState,
    pub amount: Yen,
    /// How much of it went back, yen.
    pub refunded: Yen,
    /// Until when the patron can act.
    pub due_at: Option<Instant>,
    pub next_action: Option<NextAction>,
    /// Why it failed, as a short code: `declined`, `not_confirmed`, `bill_closed`, `replaced`.
    pub failure: Option<String>,
    pub created_at: Instant,
    pub captured_at: Option<Instant>,
    /// Counts changes.
    pub version: i32,
}

impl Payment {
    /// Our reference at the sandbox: it follows from the id, so that a retry asks for the same payment.
    pub(crate) fn reference(id: PaymentId) -> String {
        format!("sbx_{}", id.uuid().simple())
    }

    /// Whether it waits for money that is paid at a store, be its time over or not.
    fn awaits_store(&self) -> bool {
        self.state == PaymentState::RequiresAction && matches!(self.next_action, Some(NextAction::PayAtStore { .. }))
    }

    /// The action that is due at `now`; none when its time is over.
    pub fn action_at(&self, now: Instant) -> Option<&NextAction> {
        let waiting = self.state == PaymentState::RequiresAction && self.due_at.is_none_or(|due| now < due);
        self.next_action.as_ref().filter(|_| waiting)
    }
}

/// The payment, if there is one.
///
/// # Errors
/// A [`Fault`].
pub async fn find(tx: &mut TenantTx, id: PaymentId) -> Result<Option<Payment>, Fault> {
    sql::find(tx, id).await
}

/// All payments of a bill, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn of_bill(tx: &mut TenantTx, bill: BillId) -> Result<Vec<Payment>, Fault> {
    sql::of_bills(tx, &[bill]).await
}

/// All payments of many bills, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn of_bills(tx: &mut TenantTx, bills: &[BillId]) -> Result<Vec<Payment>, Fault> {
    sql::of_bills(tx, bills).await
}

/// Of these payments, oldest first, the one with the number for a store that was given last; its time may be over. None when its money
/// came or it is not wanted any more.
pub fn store_number(payments: &[Payment]) -> Option<&Payment> {
    payments.iter().rev().find(|payment| payment.awaits_store())
}

/// The bill of a payment under its lock, and the payment as it stands under that lock.
async fn locked(tx: &mut TenantTx, id: PaymentId) -> Result<Option<(Bill, Payment)>, Fault> {
    let Some(bill) = sql::bill_of(tx, id).await? else { return Ok(None) };
    let Some(bill) = bill::sql::lock(tx, bill).await? else { return Ok(None) };
    Ok(sql::find(tx, id).await?.map(|payment| (bill, payment)))
}

/// Money is there for a stored payment: it counts for the bill, or it is late. The caller holds the bill's lock.
async fn capture(tx: &mut TenantTx, bill: &mut Bill, payment: &mut Payment, now: Instant) -> Result<Settlement, Fault> {
    let outcome = rules::arrival(bill, payment.amount, now);
    let before = payment.state;
    payment.captured_at = Some(now);
    payment.state = PaymentState::Captured;
    let entry = if let Outcome::Late { .. } = outcome {
        payment.state = PaymentState::CapturedLate;
        ledger::rules::late_payment(payment)
    } else {
        ledger::rules::payment(payment)
    };
    sql::keep(tx, payment, before).await?;
    ledger::post(tx, bill, &[entry], now).await?;
    if payment.state == PaymentState::Captured {
        bill::rules::count(bill, payment.amount, now);
        bill::sql::keep(tx, bill).await?;
        sql::cancel_pending(tx, bill, Some(payment.id)).await?;
    }
    audit::journal(tx, now, &events::PaymentCaptured::of(payment, outcome)).await?;
    Ok(Settlement { bill: bill.id, payment: payment.id, subject: bill.subject.clone(), outcome })
}
