//! Reading sealed entries: the tenant's journal page by page, and the whole of it in order for export and verification.

mod sql;

use std::collections::VecDeque;

use db::{Db, Fault, TenantTx};
use kernel::{Instant, Scope, Service, ids::TenantId};

use crate::Entry;

/// How many rows are fetched at a time; memory stays flat whatever the journal's length.
const PAGE: i64 = 1_000;

/// Which entries of the journal to show.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only entries about the thing with this id.
    pub subject: Option<String>,
    /// Only entries of this event.
    pub event: Option<String>,
    /// Only entries of these categories; empty means all.
    pub categories: Vec<crate::Category>,
    /// Only entries from this moment on.
    pub from: Option<Instant>,
    /// Only entries before this moment.
    pub until: Option<Instant>,
}

/// Sealed entries with a sequence above `after`, oldest first, at most `limit`. Needs service `core`.
///
/// # Errors
/// A [`Fault`].
pub async fn entries(tx: &mut TenantTx, filter: &Filter, after: u64, limit: u16) -> Result<Vec<Entry>, Fault> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let texts = sql::filtered(tx, filter, after, i64::from(limit)).await?;
    let entry = |text: String| Entry::parse(&text).ok_or(Fault::Unexpected("a sealed entry reads back"));
    texts.into_iter().map(entry).collect()
}

/// The tenants whose journals have begun, the house among them.
///
/// # Errors
/// A [`Fault`].
pub async fn journals(db: &Db) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| sql::journals(conn).await).await
}

/// How far a journal has come; taken in one statement, so that the numbers belong together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds {
    /// The last sequence in the log.
    pub last: i64,
    /// The size of the tree that the sealer keeps.
    pub head: i64,
    /// The number of the last checkpoint, and its size.
    pub signed: (i64, i64),
}

/// A sealed row as it lies in the table.
#[derive(Debug, diesel::Queryable)]
pub(crate) struct Row {
    pub seq: i64,
    pub id: uuid::Uuid,
    pub at: Instant,
    pub category: String,
    pub event: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub canonical: String,
    pub leaf: Vec<u8>,
}

/// One thing met on a walk.
pub(crate) enum Item {
    Row(Row),
    /// A signed note, after the last row that it covers.
    Note(String),
}

pub(crate) async fn bounds(db: &Db, scope: &Scope) -> Result<Bounds, Fault> {
    db.read(&scope.in_service(Service::Core), async |tx| sql::bounds(tx).await).await
}

/// A walk through a journal from its first entry to `last`, checkpoints in their places.
pub(crate) struct Walk<'a> {
    db: &'a Db,
    scope: Scope,
    bounds: Bounds,
    last: i64,
    rows: VecDeque<Row>,
    notes: VecDeque<(i64, i64, String)>,
    seen: i64,
    noted: i64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(db: &'a Db, scope: &Scope, bounds: Bounds, last: i64) -> Self {
        let scope = scope.in_service(Service::Core);
        Self { db, scope, bounds, last, rows: VecDeque::new(), notes: VecDeque::new(), seen: 0, noted: 0 }
    }

    /// The next thing; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Item>, Fault> {
        self.fetch().await?;
        let note_is_due = match (self.notes.front(), self.rows.front()) {
            (Some((_, size, _)), Some(row)) => *size < row.seq,
            (note, _) => note.is_some(),
        };
        if note_is_due {
            return Ok(self.notes.pop_front().map(|(_, _, note)| Item::Note(note)));
        }
        Ok(self.rows.pop_front().map(Item::Row))
    }

    async fn fetch(&mut self) -> Result<(), Fault> {
        if self.rows.is_empty() && self.seen < self.last {
            let (after, last) = (self.seen, self.last);
            let rows = self.db.read(&self.scope, async |tx| sql::rows(tx, after, last, PAGE).await).await?;
            self.seen = rows.last().map_or(last, |row| row.seq);
            self.rows = rows.into();
        }
        let last = self.bounds.signed.0;
        if self.notes.is_empty() && self.noted < last {
            let after = self.noted;
            let notes = self.db.read(&self.scope, async |tx| sql::notes(tx, after, last, PAGE).await).await?;
            self.noted = notes.last().map_or(last, |(number, _, _)| *number);
            self.notes = notes.into();
        }
        Ok(())
    }
}
