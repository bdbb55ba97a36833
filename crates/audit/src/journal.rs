//! Writing: one row per fact, in the transaction of what it tells. No lock is taken and nothing is read.

mod sql;

use std::sync::atomic::{AtomicU32, Ordering};

use db::{Fault, OperatorTx, TenantTx};
use diesel_async::AsyncPgConnection;
use kernel::{Instant, RequestId, Service, ids::JournalEntryId, ids::TenantId};
use serde_json::Value;
use uuid::Uuid;

use crate::{Event, Outcome, PLATFORM, canonical, entry::Category};

/// A transaction that can write the journal: a tenant's into the tenant's, an operator's into that of the house.
pub trait Writer: Send {
    /// For `sql.rs` only.
    fn connection(&mut self) -> &mut AsyncPgConnection;
    /// Whose journal it is.
    fn home(&self) -> TenantId;
    fn actor(&self) -> kernel::Actor;
    fn service(&self) -> Service;
    fn request_id(&self) -> RequestId;
}

impl Writer for TenantTx {
    fn connection(&mut self) -> &mut AsyncPgConnection {
        self.conn()
    }

    fn home(&self) -> TenantId {
        self.tenant()
    }

    fn actor(&self) -> kernel::Actor {
        *self.scope().actor()
    }

    fn service(&self) -> Service {
        self.scope().service()
    }

    fn request_id(&self) -> RequestId {
        self.scope().request_id()
    }
}

/// The same transaction, for what the house does in it while somebody asks for something else: what ran out by the clock, and what
/// follows for others from what is asked.
pub struct ByTheHouse<'t>(pub &'t mut TenantTx);

impl Writer for ByTheHouse<'_> {
    fn connection(&mut self) -> &mut AsyncPgConnection {
        self.0.conn()
    }

    fn home(&self) -> TenantId {
        self.0.home()
    }

    fn actor(&self) -> kernel::Actor {
        kernel::Actor::System
    }

    fn service(&self) -> Service {
        self.0.service()
    }

    fn request_id(&self) -> RequestId {
        self.0.request_id()
    }
}

impl Writer for OperatorTx {
    fn connection(&mut self) -> &mut AsyncPgConnection {
        self.conn()
    }

    fn home(&self) -> TenantId {
        PLATFORM
    }

    fn actor(&self) -> kernel::Actor {
        *self.scope().actor()
    }

    fn service(&self) -> Service {
        Service::Core
    }

    fn request_id(&self) -> RequestId {
        self.scope().request_id()
    }
}

/// An event made ready for the journal, so that different events can be written together.
#[derive(Debug, Clone)]
pub struct Draft {
    category: Category,
    event: &'static str,
    outcome: Outcome,
    subject_kind: &'static str,
    subject_id: String,
    data: Value,
}

impl Draft {
    /// # Errors
    /// [`Fault::Unexpected`] when the event cannot be told in JSON exactly (a fraction, a key that is no text).
    pub fn of<E: Event>(event: &E, outcome: Outcome) -> Result<Self, Fault> {
        let data = serde_json::to_value(event).map_err(|_| Fault::Unexpected("an event is told in JSON"))?;
        canonical::refuse_inexact(&data).map_err(|_| Fault::Unexpected("an event holds no fractions"))?;
        let subject = event.subject();
        Ok(Self {
            category: E::CATEGORY,
            event: E::NAME,
            outcome,
            subject_kind: subject.kind,
            subject_id: subject.id,
            data,
        })
    }
}

/// Journals a fact: it is recorded exactly if the transaction commits.
///
/// # Errors
/// A [`Fault`].
pub async fn journal<E: Event>(tx: &mut impl Writer, now: Instant, event: &E) -> Result<(), Fault> {
    let draft = Draft::of(event, Outcome::Done);
    write_one(tx, now, draft).await
}

/// Journals that a rule of access refused something. A refusal rolls back, so the adapter opens a transaction of its own.
///
/// # Errors
/// A [`Fault`].
pub async fn denied<E: Event>(tx: &mut impl Writer, now: Instant, event: &E) -> Result<(), Fault> {
    let draft = Draft::of(event, Outcome::Denied);
    write_one(tx, now, draft).await
}

/// Journals that something was tried in vain, as a sign-in with a wrong password; as with [`denied`], in a transaction of
/// its own.
///
/// # Errors
/// A [`Fault`].
pub async fn failed<E: Event>(tx: &mut impl Writer, now: Instant, event: &E) -> Result<(), Fault> {
    let draft = Draft::of(event, Outcome::Failed);
    write_one(tx, now, draft).await
}

/// Journals facts of one sort in one statement, in this order.
///
/// # Errors
/// A [`Fault`].
pub async fn journal_many<E: Event>(tx: &mut impl Writer, now: Instant, events: &[E]) -> Result<(), Fault> {
    let drafts = events.iter().map(|event| Draft::of(event, Outcome::Done)).collect::<Result<Vec<_>, _>>();
    write(tx, now, drafts?).await
}

/// Journals drafts in one statement, in this order.
///
/// # Errors
/// A [`Fault`].
pub async fn write(tx: &mut impl Writer, now: Instant, drafts: Vec<Draft>) -> Result<(), Fault> {
    if drafts.is_empty() {
        return Ok(());
    }
    sql::insert_many(tx, now, drafts).await
}

async fn write_one(tx: &mut impl Writer, now: Instant, draft: Result<Draft, Fault>) -> Result<(), Fault> {
    sql::insert(tx, now, draft?).await
}

/// A new id that sorts by `now` to the microsecond and then by birth in this process, so that facts of one transaction are
/// sealed in the order in which they were told (UUIDv7, RFC 9562 §6.2 methods 1 and 3).
fn next_id(now: Instant) -> JournalEntryId {
    static BIRTHS: AtomicU32 = AtomicU32::new(0);
    let micros = u64::try_from(now.unix_timestamp_nanos() / 1_000).unwrap_or(0);
    let (millis, within) = (micros / 1_000, u128::from(micros % 1_000));
    let birth = u128::from(BIRTHS.fetch_add(1, Ordering::Relaxed) & 0xff_ffff);
    let noise = Uuid::new_v4().as_u128() & 0x3f_ffff_ffff;
    let bits = u128::from(millis) << 80 | 7 << 76 | within << 64 | 2 << 62 | birth << 38 | noise;
    JournalEntryId::from_uuid(Uuid::from_u128(bits))
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    #[test]
    fn ids_sort_by_moment_then_by_birth() {
        let now = datetime!(2026-11-22 12:00:00.123456 UTC);
        let ids = [next_id(now), next_id(now), next_id(now + Duration::MICROSECOND), next_id(now + Duration::HOUR)];
        assert!(ids.is_sorted());
        assert_eq!(ids[0].uuid().get_version_num(), 7);
        assert_eq!(ids[0].uuid().get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = ids[0].uuid().get_timestamp().unwrap().to_unix();
        assert_eq!((i64::try_from(seconds).unwrap(), nanos), (now.unix_timestamp(), 123_000_000));
    }
}
