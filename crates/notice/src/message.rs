//! Messages: intended with the fact, claimed by the worker, settled once sent or given up.

mod events;
mod rules;
mod sql;

use std::{collections::BTreeSet, fmt};

use db::{Db, Fault, TenantTx};
use kernel::{
    Instant, Locale, SealKey,
    ids::{MessageId, PatronId, TenantId},
};

use crate::{
    sender::SendError,
    template::{Rendered, Template},
    text::Kind,
};
use rules::Content;
use sql::Claimed;

/// Why a message is given up that cannot be opened.
const UNREADABLE: &str = "unreadable";
/// Why a message is given up that has not gone in the time in which it was so.
const OUTDATED: &str = "outdated";

/// A message that is to go out if the transaction commits.
#[derive(Debug, Clone, Copy)]
pub struct Intent<'a> {
    /// The tenant as the public knows it; it signs the message.
    pub house: &'a str,
    pub template: &'a Template,
    pub locale: Locale,
    /// The address.
    pub to: &'a str,
    pub patron: Option<PatronId>,
    /// What it tells and about what, by id: `ticket.order_confirmed ord_…`. A fact is told once.
    pub fact: &'a str,
}

/// Writes the intent of a message. Nothing when this fact has been told already.
///
/// # Errors
/// A [`Fault`].
pub async fn intend(
    tx: &mut TenantTx,
    seal: &SealKey,
    intent: &Intent<'_>,
    now: Instant,
) -> Result<Option<MessageId>, Fault> {
    let rendered = intent.template.render(intent.house, intent.locale);
    let content = Content {
        to: intent.to.to_owned(),
        house: intent.house.to_owned(),
        subject: rendered.subject,
        body: rendered.body,
    };
    sql::insert(tx, seal, MessageId::new(now), intent, &content, now).await
}

/// A letter whose words are made, and that is to go out if the transaction commits.
#[derive(Clone)]
pub struct Drafted {
    pub wording: Kind,
    /// The version of the words it was made from.
    pub version: i32,
    pub locale: Locale,
    /// The address.
    pub to: String,
    pub patron: Option<PatronId>,
    /// What it tells and about what, by id. A fact is told once.
    pub fact: String,
    pub said: Rendered,
    /// Not before; absent: at once.
    pub not_before: Option<Instant>,
    /// From then on it is not so any more, and does not go; absent: it goes whenever it can.
    pub not_after: Option<Instant>,
}

impl fmt::Debug for Drafted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Drafted({})", self.fact)
    }
}

/// Writes the intents of many letters in the name of one house, in one statement. Facts that have been told already are passed
/// over.
///
/// # Errors
/// A [`Fault`].
pub async fn intend_all(
    tx: &mut TenantTx,
    seal: &SealKey,
    house: &str,
    letters: &[Drafted],
    now: Instant,
) -> Result<(), Fault> {
    if letters.is_empty() {
        return Ok(());
    }
    sql::insert_all(tx, seal, house, letters, now).await
}

/// Of these facts those whose message was given up: whoever they are for was not told.
///
/// # Errors
/// A [`Fault`].
pub async fn given_up(tx: &mut TenantTx, facts: &[String]) -> Result<BTreeSet<String>, Fault> {
    if facts.is_empty() {
        return Ok(BTreeSet::new());
    }
    Ok(sql::given_up(tx, facts).await?.into_iter().collect())
}

/// A message that one worker is delivering.
#[derive(Clone)]
pub struct Letter {
    pub id: MessageId,
    pub template: String,
    pub patron: Option<PatronId>,
    /// Including the one that is being made.
    pub attempts: i32,
    pub to: String,
    /// The name beside the sender's address.
    pub house: String,
    pub subject: String,
    pub body: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({}, {}, attempt {})", self.id, self.template, self.attempts)
    }
}

/// The tenants that have mail to be delivered now.
///
/// # Errors
/// A [`Fault`].
pub async fn tenants_with_due(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    sql::tenants_with_due(db, now).await
}

/// Takes at most `limit` due messages of the transaction's tenant for delivery. Two workers never take the same one; what a
/// worker took and never settled is due again some minutes later, so a message goes out at least once. One that nobody can read any
/// more, or that is not so any more, is given up, and holds up no other.
///
/// # Errors
/// A [`Fault`].
pub async fn claim(tx: &mut TenantTx, seal: &SealKey, limit: i64, now: Instant) -> Result<Vec<Letter>, Fault> {
    let claimed = sql::claim(tx, seal, limit, now, now.saturating_add(rules::LEASE)).await?;
    let mut letters = Vec::with_capacity(claimed.len());
    for Claimed { id, template, patron, attempts, not_after, content } in claimed {
        match content {
            _ if not_after.is_some_and(|end| end <= now) => {
                give_up(tx, (id, &template, patron, attempts), OUTDATED, now).await?;
            }
            Ok(Content { to, house, subject, body }) => {
                letters.push(Letter { id, template, patron, attempts, to, house, subject, body });
            }
            Err(fault) => {
                tracing::error!(message = %id, %fault, "a message cannot be read and is given up");
                give_up(tx, (id, &template, patron, attempts), UNREADABLE, now).await?;
            }
        }
    }
    Ok(letters)
}

/// Notes that a message has gone, and forgets what it said.
///
/// # Errors
/// A [`Fault`].
pub async fn sent(tx: &mut TenantTx, letter: &Letter, now: Instant) -> Result<(), Fault> {
    sql::settle(tx, letter.id, "sent", None, now).await?;
    let event = events::MessageSent { message: letter.id, template: &letter.template, patron: letter.patron };
    audit::journal(tx, now, &event).await
}

/// Notes that a message did not go: it is due again after a pause that grows, or given up and forgotten.
///
/// # Errors
/// A [`Fault`].
pub async fn not_sent(tx: &mut TenantTx, letter: &Letter, error: &SendError, now: Instant) -> Result<(), Fault> {
    match rules::pause(letter.attempts, error.permanent) {
        Some(pause) => sql::postpone(tx, letter.id, &error.code, now.saturating_add(pause)).await,
        None => give_up(tx, (letter.id, &letter.template, letter.patron, letter.attempts), &error.code, now).await,
    }
}

async fn give_up(
    tx: &mut TenantTx,
    (message, template, patron, attempts): (MessageId, &str, Option<PatronId>, i32),
    failure: &str,
    now: Instant,
) -> Result<(), Fault> {
    sql::settle(tx, message, "failed", Some(failure), now).await?;
    audit::failed(tx, now, &events::MessageFailed { message, template, patron, attempts, failure }).await
}
