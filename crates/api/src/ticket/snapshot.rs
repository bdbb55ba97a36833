//! What is free, as this process read it within the last half second: a rush reads it thousands of times a second and
//! changes it a few hundred times. Nothing is decided by it; whoever wants a seat asks the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant as Tick},
};

use contract::ApiError;
use kernel::{
    Instant,
    ids::{PerformanceId, TenantId},
};

/// What a performance is looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    Counts,
    Seats,
}

/// An answer that is ready to be sent.
#[derive(Debug)]
pub struct Answer {
    pub version: String,
    /// JSON text.
    pub body: String,
}

/// One view of one performance of one tenant.
pub type Key = (TenantId, PerformanceId, View);

struct Kept {
    answer: Arc<Answer>,
    /// The moment of the request that read it.
    at: Instant,
    read: Tick,
}

#[derive(Default)]
struct Slot {
    kept: RwLock<Option<Kept>>,
    /// Held by the one who asks the database; the others wait for what they bring.
    turn: tokio::sync::Mutex<()>,
}

/// The answers of this process.
#[derive(Default)]
pub struct Snapshots(Mutex<HashMap<Key, Arc<Slot>>>);

const AGE: Duration = Duration::from_millis(500);
/// More performances than anybody looks at within half a second.
const MOST: usize = 4_096;

impl Slot {
    fn young(&self, now: Instant) -> Option<Arc<Answer>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref()?;
        let young = kept.read.elapsed() < AGE && now >= kept.at && now - kept.at < AGE;
        young.then(|| Arc::clone(&kept.answer))
    }
}

impl Snapshots {
    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }

    /// The answer that is young enough for a request at `now`, or else what `read` brings: however many ask at once, one
    /// reads. With `fresh`, a kept answer will not do.
    ///
    /// # Errors
    /// Those of `read`; they are not kept.
    pub async fn answer(
        &self,
        key: Key,
        now: Instant,
        fresh: bool,
        read: impl Future<Output = Result<Answer, ApiError>> + Send,
    ) -> Result<Arc<Answer>, ApiError> {
        let slot = self.slot(key);
        let young = || if fresh { None } else { slot.young(now) };
        if let Some(answer) = young() {
            return Ok(answer);
        }
        let _turn = slot.turn.lock().await;
        if let Some(answer) = young() {
            return Ok(answer);
        }
        let answer = Arc::new(read.await?);
        let kept = Kept { answer: Arc::clone(&answer), at: now, read: Tick::now() };
        *slot.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(answer)
    }
}
