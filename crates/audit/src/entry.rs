//! What an entry of the journal says. This shape is published: the journal, the change feed and webhooks all carry it.
//!
//! ```json
//! {
//!   "actor": {"id": "stf_01k…", "kind": "staff"},
//!   "at": "2026-11-22T21:00:00.000000+09:00",
//!   "category": "access",
//!   "data": {"hold": "hold_01k…", "seats": 2},
//!   "event": "ticket.hold.placed",
//!   "id": "jrn_01k…",
//!   "outcome": "done",
//!   "request_id": "req_5f0c…",
//!   "sequence": 1042,
//!   "service": "ticket",
//!   "subject": {"id": "hold_01k…", "kind": "hold"}
//! }
//! ```
//!
//! | member | promise |
//! |---|---|
//! | `id` | unique; a receiver that has seen it may skip the entry |
//! | `sequence` | from 1, without gaps, per tenant; given when the entry is sealed, about a second after the commit |
//! | `at` | when it happened, Japan's time, microseconds |
//! | `category` | white paper §3.3: `platform`, `auth`, `access`, `network`, `monitoring` |
//! | `event` | `<service>.<noun>.<past participle>`; never renamed, never reused |
//! | `outcome` | `done`; `denied`: a rule of access refused it; `failed`: it was tried in vain |
//! | `service` | `core`, `ticket`, `venue`, `course` |
//! | `actor` | who did it; `id` is absent for the house itself (`system`) |
//! | `subject` | what it was done to |
//! | `data` | facts of this event: ids, counts, yen, states. Never personal data, never secrets |
//! | `request_id` | joins it with logs and with the answer the caller got |
//!
//! Members may be added to `data`; none of the others changes. The text that is hashed is this object without `tenant`,
//! in canonical form ([`crate::canonical`]): the journal's name in the checkpoint says whose it is.

use kernel::{Instant, ids::JournalEntryId};
use serde_json::{Value, json};

use crate::{canonical, stamp};

/// A fact of the business in the past tense, told by the verb that made it true.
///
/// The fields of the type become `data`: ids, counts, yen, states. No names, addresses or other personal data, no secrets,
/// no fractions.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct HoldPlaced { hold: String, seats: u32 }
///
/// impl audit::Event for HoldPlaced {
///     const NAME: &'static str = "ticket.hold.placed";
///     fn subject(&self) -> audit::Subject {
///         audit::Subject::new("hold", &self.hold)
///     }
/// }
/// ```
pub trait Event: serde::Serialize {
    /// `<service>.<noun>.<past participle>`; published, so never renamed.
    const NAME: &'static str;
    const CATEGORY: Category = Category::Access;

    /// What it was done to.
    fn subject(&self) -> Subject;
}

/// The thing an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The noun in snake case: `hold`, `staff`, `api_key`.
    pub kind: &'static str,
    /// Its id in the outside form.
    pub id: String,
}

impl Subject {
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// White paper §3.3: the five sorts of records that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 仮想環境: starts, stops, versions, migrations.
    Platform,
    /// ログイン情報: sign-ins, failures, locks, passwords, keys.
    Auth,
    /// アクセス情報: changes, reads of personal data, denials.
    Access,
    /// 通信記録: requests and connections.
    Network,
    /// ネットワーク監視: probes, alerts, limits, clock skew.
    Monitoring,
}

impl Category {
    pub const ALL: [Self; 5] = [Self::Platform, Self::Auth, Self::Access, Self::Network, Self::Monitoring];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Auth => "auth",
            Self::Access => "access",
            Self::Network => "network",
            Self::Monitoring => "monitoring",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is so now.
    Done,
    /// A rule of access refused it.
    Denied,
    /// It was tried in vain.
    Failed,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// Who did it, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub kind: String,
    /// Absent for the house itself.
    pub id: Option<String>,
}

/// One sealed entry; see the [module](self) for what each member promises.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: JournalEntryId,
    pub sequence: u64,
    pub at: Instant,
    pub category: String,
    pub event: String,
    pub outcome: String,
    pub service: String,
    pub actor: Actor,
    pub subject_kind: String,
    pub subject_id: String,
    pub data: Value,
    pub request_id: String,
}

impl Entry {
    /// The published object.
    pub fn to_json(&self) -> Value {
        let mut actor = json!({ "kind": self.actor.kind });
        if let (Some(id), Some(members)) = (&self.actor.id, actor.as_object_mut()) {
            members.insert("id".to_owned(), Value::from(id.as_str()));
        }
        json!({
            "actor": actor,
            "at": stamp::write(self.at),
            "category": self.category,
            "data": self.data,
            "event": self.event,
            "id": self.id.to_string(),
            "outcome": self.outcome,
            "request_id": self.request_id,
            "sequence": self.sequence,
            "service": self.service,
            "subject": { "id": self.subject_id, "kind": self.subject_kind },
        })
    }

    /// The text of which the leaf is the hash.
    pub fn canonical(&self) -> String {
        canonical::text(&self.to_json())
    }

    /// Reads what [`Entry::canonical`] wrote; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let string = |value: &Value, name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let (actor, subject) = (value.get("actor")?, value.get("subject")?);
        Some(Self {
            id: value.get("id")?.as_str()?.parse().ok()?,
            sequence: value.get("sequence")?.as_u64()?,
            at: stamp::read(value.get("at")?.as_str()?)?,
            category: string(&value, "category")?,
            event: string(&value, "event")?,
            outcome: string(&value, "outcome")?,
            service: string(&value, "service")?,
            actor: Actor { kind: string(actor, "kind")?, id: string(actor, "id") },
            subject_kind: string(subject, "kind")?,
            subject_id: string(subject, "id")?,
            data: value.get("data")?.clone(),
            request_id: string(&value, "request_id")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn entry() -> Entry {
        Entry {
            id: JournalEntryId::from_uuid(uuid::Uuid::from_u128(1)),
            sequence: 7,
            at: datetime!(2026-11-22 12:00:00 UTC),
            category: "access".into(),
            event: "ticket.hold.placed".into(),
            outcome: "done".into(),
            service: "ticket".into(),
            actor: Actor { kind: "staff".into(), id: Some("stf_1".into()) },
            subject_kind: "hold".into(),
            subject_id: "hold_1".into(),
            data: json!({"seats": 2, "hold": "hold_1"}),
            request_id: "req_1".into(),
        }
    }

    #[test]
    fn the_published_text_of_an_entry_never_changes() {
        assert_eq!(
            entry().canonical(),
            r#"{"actor":{"id":"stf_1","kind":"staff"},"at":"2026-11-22T21:00:00.000000+09:00","category":"access","data":{"hold":"hold_1","seats":2},"event":"ticket.hold.placed","id":"jrn_00000000000000000000000001","outcome":"done","request_id":"req_1","sequence":7,"service":"ticket","subject":{"id":"hold_1","kind":"hold"}}"#
        );
    }

    #[test]
    fn an_entry_reads_back_from_its_text() {
        assert_eq!(Entry::parse(&entry().canonical()), Some(entry()));
        let house = Entry { actor: Actor { kind: "system".into(), id: None }, ..entry() };
        assert!(house.canonical().starts_with(r#"{"actor":{"kind":"system"},"#));
        assert_eq!(Entry::parse(&house.canonical()), Some(house));
    }
}
