//! Delivering messages, tenant by tenant, a few each, so that no tenant waits for another's mass mailing.

use std::{path::Path, time::Duration};

use custody::KeyringError;
use db::{Fault, TenantTx};
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};
use notice::{
    Sender,
    message::{self, Letter},
    sender::SendError,
};

pub use notice::sender::SenderError as MailError;

use crate::{Job, Tools, frame::noted};

/// Messages of one tenant at once. Ten that each time out still end well before their claim does.
const BATCH: i64 = 10;

/// Sends what was intended, and tells the journal that it went.
pub struct Mail {
    sender: Sender,
}

impl Mail {
    pub const fn new(sender: Sender) -> Self {
        Self { sender }
    }

    /// Through the mail server that `smtp_url` names, or into files in `dir` without one; always from this address.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn configured(smtp_url: Option<&str>, dir: &Path, from: &str) -> Result<Self, MailError> {
        Ok(Self::new(Sender::configured(smtp_url, dir, from)?))
    }

    async fn deliver(&self, tools: &Tools, tenant: TenantId) -> Result<usize, Fault> {
        let keys = match tools.keys.tenant(tenant) {
            Ok(keys) => keys,
            // purged: what is sealed will never be read again
            Err(KeyringError::NoTenant(_)) => return Ok(0),
            Err(error) => {
                tracing::error!(%error, "the keys of a tenant cannot be used");
                return Err(error.into());
            }
        };
        let scope = Scope::assume(tenant, Service::Core, Actor::System, RequestId::random());
        let (seal, now) = (&keys.seal, tools.clock.now());
        let letters = tools.db.tenant(&scope, async |tx| message::claim(tx, seal, BATCH, now).await).await?;
        for letter in &letters {
            let outcome = self.sender.send(letter).await;
            match settle(tools, &scope, letter, &outcome).await {
                Ok(()) => {}
                // whatever goes out now could not be noted, and would go out again
                Err(Fault::Unavailable) => return Err(Fault::Unavailable),
                Err(error) => {
                    tracing::error!(%tenant, message = %letter.id, %error, "what became of a message is not noted");
                }
            }
        }
        Ok(letters.len())
    }
}

async fn settle(tools: &Tools, scope: &Scope, letter: &Letter, outcome: &Result<(), SendError>) -> Result<(), Fault> {
    if let Err(error) = outcome {
        tracing::warn!(message = %letter.id, attempts = letter.attempts, code = error.code, "a message was not sent");
    }
    let label = if outcome.is_ok() { "sent" } else { "not sent" };
    metrics::counter!("itsudemo_messages_total", "outcome" => label).increment(1);
    let now = tools.clock.now();
    let work = async |tx: &mut TenantTx| match outcome {
        Ok(()) => message::sent(tx, letter, now).await,
        Err(error) => message::not_sent(tx, letter, error, now).await,
    };
    tools.db.tenant(scope, work).await
}

impl Job for Mail {
    fn name(&self) -> &'static str {
        "deliver messages"
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let mut done = 0;
        for tenant in message::tenants_with_due(&tools.db, tools.clock.now()).await? {
            done += noted(tenant, self.deliver(tools, tenant).await, "the mail of a tenant waits");
        }
        Ok(done)
    }
}
