//! The one place where passwords are hashed: a few threads of lower priority, each with its own arena, behind a short
//! queue. A storm of sign-ins costs its own senders time, never the sale its processor or the machine its memory.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Memory of one hash in KiB, and of each thread's arena.
pub(crate) const MEMORY_KIB: u32 = 47_104;
/// Passes over the memory.
pub(crate) const PASSES: u32 = 1;

const QUEUE: usize = 32;
const LANE: usize = 8;
const NICER_BY: i32 = 10;

/// Whose place in the queue it is: every tenant has its own lane of eight, and lanes take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane(Uuid);

impl Lane {
    /// Operators, and claims that nobody has.
    pub const HOUSE: Self = Self(Uuid::nil());

    pub const fn tenant(tenant: kernel::ids::TenantId) -> Self {
        Self(tenant.uuid())
    }
}

/// The queue is full; ask again in two seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords wait to be hashed")]
pub struct Busy;

struct Job {
    password: Zeroizing<Vec<u8>>,
    salt: [u8; 16],
    reply: oneshot::Sender<[u8; 32]>,
}

#[derive(Default)]
struct Lanes {
    waiting: VecDeque<(Uuid, VecDeque<Job>)>,
    length: usize,
    closed: bool,
}

impl Lanes {
    fn push(&mut self, lane: Lane, job: Job) -> Result<(), Busy> {
        if self.length >= QUEUE || self.closed {
            return Err(Busy);
        }
        match self.waiting.iter_mut().find(|(owner, _)| *owner == lane.0) {
            Some((_, jobs)) if jobs.len() >= LANE => return Err(Busy),
            Some((_, jobs)) => jobs.push_back(job),
            None => self.waiting.push_back((lane.0, VecDeque::from([job]))),
        }
        self.length += 1;
        Ok(())
    }

    fn pop(&mut self) -> Option<Job> {
        let (owner, mut jobs) = self.waiting.pop_front()?;
        let job = jobs.pop_front();
        if !jobs.is_empty() {
            self.waiting.push_back((owner, jobs));
        }
        self.length = self.length.saturating_sub(1);
        job
    }
}

#[derive(Default)]
struct Shared {
    lanes: Mutex<Lanes>,
    work: Condvar,
    hashed: AtomicU64,
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands passwords to the hashing threads. Clones share them; the threads end when the last clone is gone.
#[derive(Clone)]
pub struct Hasher(Arc<Handle>);

struct Handle(Arc<Shared>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lanes().closed = true;
        self.0.work.notify_all();
    }
}

impl Hasher {
    /// Starts half as many threads as there are processors, at least one; each takes 46 MiB at once and keeps it.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start() -> io::Result<Self> {
        Self::with_threads(thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1)))
    }

    /// As [`Hasher::start`], with this many threads.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn with_threads(threads: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        for number in 0..threads {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name(format!("hasher-{number}")).spawn(move || serve(&shared))?;
        }
        Ok(Self(Arc::new(Handle(shared))))
    }

    /// Argon2id of a password with a salt. Whoever stops waiting is skipped.
    ///
    /// # Errors
    /// [`Busy`] at once when the queue or the lane is full.
    pub async fn hash(&self, lane: Lane, password: &[u8], salt: [u8; 16]) -> Result<[u8; 32], Busy> {
        let (reply, answer) = oneshot::channel();
        let job = Job { password: Zeroizing::new(password.to_vec()), salt, reply };
        self.0.0.lanes().push(lane, job)?;
        self.0.0.work.notify_one();
        answer.await.map_err(|_| Busy)
    }

    /// How many passwords have been hashed: every verdict about a password costs exactly one, whatever it is.
    pub fn hashed(&self) -> u64 {
        self.0.0.hashed.load(Ordering::Relaxed)
    }
}

fn serve(shared: &Shared) {
    give_way();
    let Ok(params) = Params::new(MEMORY_KIB, PASSES, 1, Some(32)) else { return };
    let mut arena = vec![Block::default(); params.block_count()];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    while let Some(job) = next(shared) {
        if job.reply.is_closed() {
            continue;
        }
        let mut tag = [0_u8; 32];
        match argon.hash_password_into_with_memory(&job.password, &job.salt, &mut tag, &mut arena) {
            Ok(()) => {
                shared.hashed.fetch_add(1, Ordering::Relaxed);
                let _ = job.reply.send(tag);
            }
            // dropping the reply answers Busy
            Err(error) => tracing::error!(%error, "a password could not be hashed"),
        }
    }
}

fn next(shared: &Shared) -> Option<Job> {
    let mut lanes = shared.lanes();
    loop {
        if let Some(job) = lanes.pop() {
            return Some(job);
        }
        if lanes.closed {
            return None;
        }
        lanes = shared.work.wait(lanes).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Lowers this thread's priority, so that hashing takes only what selling leaves.
fn give_way() {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: plain system calls; on Linux the "process" of setpriority is the thread of this id
        let refused = unsafe {
            let thread = u32::try_from(libc::gettid()).unwrap_or(0);
            libc::setpriority(libc::PRIO_PROCESS, thread, NICER_BY) != 0
        };
        if refused {
            tracing::warn!("the hashing thread runs at normal priority");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> (Job, oneshot::Receiver<[u8; 32]>) {
        let (reply, answer) = oneshot::channel();
        (Job { password: Zeroizing::new(vec![]), salt: [0; 16], reply }, answer)
    }

    #[test]
    fn lanes_take_turns_and_none_takes_the_whole_queue() {
        let mut lanes = Lanes::default();
        let (storm, quiet) = (Lane(Uuid::from_u128(1)), Lane(Uuid::from_u128(2)));
        let mut answers = vec![];
        for _ in 0..LANE {
            let (job, answer) = job();
            lanes.push(storm, job).unwrap();
            answers.push(answer);
        }
        assert_eq!(lanes.push(storm, job().0), Err(Busy));
        let (job, mut answer) = job();
        lanes.push(quiet, job).unwrap();
        lanes.pop();
        let second = lanes.pop().unwrap();
        second.reply.send([7; 32]).unwrap();
        assert_eq!(answer.try_recv(), Ok([7; 32]));
    }

    #[test]
    fn the_queue_ends_at_its_length() {
        let mut lanes = Lanes::default();
        for n in 0..QUEUE {
            lanes.push(Lane(Uuid::from_u128(u128::try_from(n).unwrap() / 8)), job().0).unwrap();
        }
        assert_eq!(lanes.push(Lane::HOUSE, job().0), Err(Busy));
    }

    #[tokio::test]
    async fn a_storm_beyond_the_queue_is_told_so_and_the_rest_is_served() {
        let hasher = Hasher::with_threads(1).unwrap();
        let asks = (0_u8..60).map(|n| {
            let hasher = hasher.clone();
            tokio::spawn(
                async move { hasher.hash(Lane(Uuid::from_u128(u128::from(n % 10))), b"password", [n; 16]).await },
            )
        });
        let asks: Vec<_> = asks.collect();
        let mut served = 0_u64;
        for ask in asks {
            served += u64::from(ask.await.unwrap().is_ok());
        }
        assert!((32..60).contains(&served), "{served}");
        assert_eq!(hasher.hashed(), served);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_is_skipped() {
        let hasher = Hasher::with_threads(0).unwrap();
        let waiting =
            tokio::time::timeout(std::time::Duration::from_millis(5), hasher.hash(Lane::HOUSE, b"x", [0; 16]));
        assert!(waiting.await.is_err());
        assert!(hasher.0.0.lanes().pop().unwrap().reply.is_closed());
    }
}
