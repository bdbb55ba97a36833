//! Payments and providers' notices on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref, Yen};

/// How it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// 現金.
    Cash,
    /// 決済端末 at the counter.
    CardTerminal,
    /// A card at the sandbox provider.
    SandboxCard,
    /// コンビニ払い at the sandbox provider.
    SandboxKonbini,
    /// 銀行振込, from the bank's statement.
    BankTransfer,
}

/// How it is paid through a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ProviderMethod {
    /// A card at the sandbox provider.
    SandboxCard,
    /// コンビニ払い at the sandbox provider.
    SandboxKonbini,
}

/// How it is paid over the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CounterMethod {
    /// 現金.
    Cash,
    /// 決済端末.
    CardTerminal,
}

/// Where a payment stands. It never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PaymentState {
    /// The provider has not answered yet.
    Created,
    /// The patron has something to do: see `next_action`.
    RequiresAction,
    /// The provider keeps the money ready.
    Authorized,
    /// The money is there and counts for the bill.
    Captured,
    /// The money is there, but the bill does not ask for it any more: it will be accepted or given back.
    CapturedLate,
    /// The provider refused it: see `failure`.
    Failed,
    /// It is not wanted any more.
    Cancelled,
    /// The patron did not act in time.
    Expired,
    /// All of it went back.
    Refunded,
}

/// What sort of thing the patron has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum NextActionKind {
    /// 3-D Secure: confirm with the card's bank at `url`, then complete the payment with `step`.
    Confirm,
    /// Pay at a convenience store with `number`, before the payment's `due_at`.
    PayAtStore,
}

/// What the patron has to do before the money comes.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct NextAction {
    pub kind: NextActionKind,
    /// Send the patron there.
    #[oai(validator(max_length = 500))]
    pub url: Option<String>,
    /// Give this back when the patron returns.
    #[oai(validator(max_length = 100))]
    pub step: Option<String>,
    /// Eleven digits for the store's terminal.
    #[oai(validator(max_length = 11))]
    pub number: Option<String>,
}

/// One attempt to pay a bill.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Payment {
    pub id: Ref<kind::Payment>,
    pub bill: Ref<kind::Bill>,
    pub method: PaymentMethod,
    pub state: PaymentState,
    pub amount: Yen,
    /// How much of it went back.
    pub refunded: Yen,
    /// What the provider calls it.
    #[oai(validator(max_length = 100))]
    pub provider_reference: Option<String>,
    /// Until when the patron can act.
    pub due_at: Option<Instant>,
    /// Only while there is something to do.
    pub next_action: Option<NextAction>,
    /// Why it came to nothing, as a short code: `declined`, `not_confirmed`, `bill_closed`, or `replaced` by another number for a store.
    #[oai(validator(max_length = 50))]
    pub failure: Option<String>,
    pub created_at: Instant,
    pub captured_at: Option<Instant>,
}

/// A payment through a provider, of all that is outstanding.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PaymentRequest {
    pub method: ProviderMethod,
    /// What the provider gave in exchange for the card. The sandbox knows `tok_ok`, `tok_3ds` and `tok_declined`.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub token: Option<String>,
}

/// Money over the counter.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CounterPaymentRequest {
    pub method: CounterMethod,
    /// All that is outstanding when left out.
    pub amount: Option<Yen>,
}

/// What the patron did at the card's bank.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PaymentCompleteRequest {
    /// The step of the payment's next action.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub step: String,
    /// Whether the patron approved it there. The sandbox believes this; a real provider is asked.
    pub approved: bool,
}

/// What a provider says has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum NoticeKind {
    /// The money is kept ready.
    Authorized,
    /// The money is there.
    Captured,
    /// It was refused.
    Failed,
    /// It was called off.
    Cancelled,
    /// The patron did not act in time.
    Expired,
}

/// A provider's notice about a payment.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PaymentNotice {
    /// The provider's own id of this notice; it counts once.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub event_id: String,
    /// The payment's `provider_reference`.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub reference: String,
    pub kind: NoticeKind,
    pub amount: Yen,
}

/// What was made of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum NoticeVerdict {
    /// The payment moved.
    Applied,
    /// The payment is further already.
    Ignored,
    /// The amount is not ours: kept for a person to look at.
    Quarantined,
    /// It had come before.
    Repeated,
}

/// The receipt for a notice.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct NoticeReceipt {
    pub verdict: NoticeVerdict,
    pub payment: Ref<kind::Payment>,
    /// Where the payment stands now.
    pub state: PaymentState,
}

/// The secret that signs the sandbox provider's notices.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct NoticeSecret {
    /// The provider.
    #[oai(validator(max_length = 50))]
    pub provider: String,
    /// The key id of the signature header.
    pub key_id: Ref<kind::Tenant>,
    /// 64 hexadecimal digits: 32 bytes of key for HMAC-SHA-256.
    #[oai(validator(max_length = 64))]
    pub secret: String,
}
