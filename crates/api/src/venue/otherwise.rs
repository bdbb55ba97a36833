//! ほかの空き: other ways to have what is taken, told with the refusal.
//!
//! In a rush nearly everybody is refused, and to look for other ways is most of what is done for them. A few look at a time, so that
//! connections and processors are left for whoever holds, pays or lets go.

use std::{num::NonZero, thread::available_parallelism, time::Duration};

use ::venue::{alternative::Outlook, problems as rules};
use contract::ApiError;
use serde_json::Value;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::spawn_blocking,
    time::timeout,
};

use super::wire;

/// Who may look for other ways at a time, in this process.
pub struct Searches {
    turns: Semaphore,
    patience: Duration,
}

/// The right to look, until it is dropped. It is had before anything is read: what is told was free a moment ago, and nobody waits
/// with a connection.
pub struct Turn<'a> {
    _until_dropped: SemaphorePermit<'a>,
}

impl Searches {
    /// So many at a time; others wait for so long and then go without.
    pub const fn new(turns: usize, patience: Duration) -> Self {
        Self { turns: Semaphore::const_new(turns), patience }
    }

    /// Half as many as there are processors, and no longer than somebody waits for a page.
    pub fn of_this_machine() -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self::new((processors / 2).max(1), Duration::from_secs(2))
    }

    /// The next turn; none when too many are before it.
    pub async fn turn(&self) -> Option<Turn<'_>> {
        let permit = timeout(self.patience, self.turns.acquire()).await.ok()?.ok()?;
        Some(Turn { _until_dropped: permit })
    }
}

impl Turn<'_> {
    /// The refusal with the ways that there are; none where what decides them could not be read.
    pub async fn told<E>(self, error: ApiError, outlook: Result<Outlook, E>) -> ApiError {
        let found = match outlook {
            // other requests go on meanwhile
            Ok(outlook) => spawn_blocking(move || outlook.ways()).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        wire::hires::with_alternatives(error, &found)
    }
}

/// Of what was wanted, the uses that are not to be had, by their places; nothing where something else is refused.
pub(super) fn missed(error: &ApiError) -> Option<Vec<usize>> {
    let refusal = &error.refusal;
    [rules::ROOM_TAKEN.code, rules::EQUIPMENT_SHORT.code].contains(&refusal.rule.code).then_some(())?;
    let uses = refusal.facts.get("uses").and_then(Value::as_array).into_iter().flatten();
    Some(uses.filter_map(Value::as_u64).filter_map(|at| usize::try_from(at).ok()).collect())
}
