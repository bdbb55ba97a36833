//! Payment providers behind one trait, and the sandbox, which plays one without a network.

use kernel::{Instant, Yen, ids::PaymentId};
use time::Duration;

use super::{Method, NextAction};

/// The name of the sandbox in payments and notices.
pub const SANDBOX: &str = "sandbox";

/// What a provider is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ProviderAsk<'a> {
    pub payment: PaymentId,
    pub method: Method,
    pub amount: Yen,
    /// What the contractor's page got from the provider in exchange for the card. Never stored.
    pub token: Option<&'a str>,
    /// When the bill's time is over.
    pub due_at: Option<Instant>,
}

/// What a provider says about a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderAnswer {
    /// It must be asked over the network: the payment stays `created`, the worker asks after the commit, and the answer
    /// comes in as a notice.
    Later { reference: String },
    /// The patron has something to do, until then.
    Action { reference: String, action: NextAction, due_at: Instant },
    /// The money is there.
    Captured { reference: String },
    /// No, and why as a short code.
    Declined { reference: String, failure: &'static str },
    /// It knows no such token.
    UnknownToken,
}

/// A payment provider. It is asked inside the transaction, so it must answer without a network, or say
/// [`ProviderAnswer::Later`].
pub trait Provider: Send + Sync {
    fn name(&self) -> &'static str;

    fn start(&self, ask: &ProviderAsk<'_>, now: Instant) -> ProviderAnswer;

    /// Whether the card's bank has confirmed the step, told what the patron did there.
    fn confirmed(&self, step: &str, approved: bool) -> bool;
}

/// A deterministic provider: the token decides. `tok_ok` captures, `tok_3ds` asks for a confirmation, `tok_declined`
/// declines; a convenience store payment waits for a notice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sandbox;

/// How long a patron has to confirm with the bank.
const CONFIRM_WITHIN: Duration = Duration::minutes(15);
/// How long a patron has to go to the store, unless the bill's time is over before.
const STORE_WITHIN: Duration = Duration::days(3);

impl Provider for Sandbox {
    fn name(&self) -> &'static str {
        SANDBOX
    }

    fn start(&self, ask: &ProviderAsk<'_>, now: Instant) -> ProviderAnswer {
        let reference = super::Payment::reference(ask.payment);
        let within = |time: Duration| ask.due_at.map_or(now + time, |due| due.min(now + time));
        match (ask.method, ask.token) {
            (Method::SandboxKonbini, _) => {
                // eleven digits, as the stores' terminals ask for
                let number = format!("{:011}", ask.payment.uuid().as_u128() % 100_000_000_000);
                ProviderAnswer::Action {
                    reference,
                    action: NextAction::PayAtStore { number },
                    due_at: within(STORE_WITHIN),
                }
            }
            (Method::SandboxCard, Some("tok_ok")) => ProviderAnswer::Captured { reference },
            (Method::SandboxCard, Some("tok_declined")) => ProviderAnswer::Declined { reference, failure: "declined" },
            (Method::SandboxCard, Some("tok_3ds")) => {
                let step = format!("3ds_{}", ask.payment.uuid().simple());
                let url = format!("https://sandbox.invalid/3ds/{step}");
                ProviderAnswer::Action {
                    reference,
                    action: NextAction::Confirm { url, step },
                    due_at: within(CONFIRM_WITHIN),
                }
            }
            _ => ProviderAnswer::UnknownToken,
        }
    }

    fn confirmed(&self, _step: &str, approved: bool) -> bool {
        approved
    }
}
