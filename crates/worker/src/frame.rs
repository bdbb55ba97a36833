//! The loop: every job in a task of its own, so that a slow, failing or panicking one holds up no other.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration};

use custody::Keyring;
use db::{Db, Fault};
use futures_util::FutureExt;
use kernel::{Clock, ids::TenantId};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use tracing::Instrument;

/// The wait after a first failure; it doubles with each further one up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A round of [`Worker::run_until_idle`] that finds work this often will not come to an end.
const MOST_ROUNDS: usize = 10_000;

/// What every job works with.
#[derive(Clone)]
pub struct Tools {
    pub db: Db,
    pub clock: Clock,
    pub keys: Keyring,
}

/// Work that recurs.
pub trait Job: Send + Sync + 'static {
    /// Names it in logs and metrics: `seal journals`.
    fn name(&self) -> &'static str;

    /// How long to wait when there was nothing to do.
    fn pause(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// Does what is there to do, or a fair part of it, and says how much that was. After zero the job pauses, otherwise it
    /// is run again at once. It is never interrupted half-way by an orderly end.
    ///
    /// # Errors
    /// A [`Fault`]; the job is tried again, later each time.
    fn run_once(&self, tools: &Tools) -> impl Future<Output = Result<usize, Fault>> + Send;
}

type Run<'a> = Pin<Box<dyn Future<Output = Result<usize, Fault>> + Send + 'a>>;

/// [`Job`] in a form that fits a list.
trait AnyJob: Send + Sync {
    fn name(&self) -> &'static str;
    fn pause(&self) -> Duration;
    fn run<'a>(&'a self, tools: &'a Tools) -> Run<'a>;
}

impl<J: Job> AnyJob for J {
    fn name(&self) -> &'static str {
        Job::name(self)
    }

    fn pause(&self) -> Duration {
        Job::pause(self)
    }

    fn run<'a>(&'a self, tools: &'a Tools) -> Run<'a> {
        Box::pin(self.run_once(tools))
    }
}

/// A job that did not get its work done.
#[derive(Debug, thiserror::Error)]
pub enum Stuck {
    #[error("{job} failed")]
    Failed { job: &'static str, source: Fault },
    #[error("{job} panicked: {message}")]
    Panicked { job: &'static str, message: String },
    #[error("there is always something more to do")]
    Endless,
}

/// How much was done until nothing was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    pub done: usize,
}

/// The jobs and what they work with.
pub struct Worker {
    tools: Tools,
    jobs: Vec<Arc<dyn AnyJob>>,
}

impl Worker {
    pub fn new(tools: Tools) -> Self {
        Self { tools, jobs: Vec::new() }
    }

    /// Adds a job.
    #[must_use]
    pub fn with(mut self, job: impl Job) -> Self {
        self.jobs.push(Arc::new(job));
        self
    }

    /// Runs all jobs until `shutdown`, then lets each finish what it is doing.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for job in self.jobs {
            let span = tracing::info_span!("job", name = job.name());
            tasks.spawn(keep_running(job, self.tools.clone(), stopped.clone()).instrument(span));
        }
        shutdown.await;
        let _ = stop.send(true);
        tracing::info!("the worker finishes what it is doing");
        while tasks.join_next().await.is_some() {}
    }

    /// Runs the jobs in turn until none finds anything to do: for tests, and for a command that catches up.
    ///
    /// # Errors
    /// [`Stuck`] at the first failure.
    pub async fn run_until_idle(&self) -> Result<Idle, Stuck> {
        let mut idle = Idle { done: 0 };
        for _ in 0..MOST_ROUNDS {
            let mut round = 0;
            for job in &self.jobs {
                round += attempt(job.as_ref(), &self.tools).await?;
            }
            if round == 0 {
                return Ok(idle);
            }
            idle.done += round;
        }
        Err(Stuck::Endless)
    }
}

async fn keep_running(job: Arc<dyn AnyJob>, tools: Tools, mut stopped: watch::Receiver<bool>) {
    let mut failures = 0;
    while !*stopped.borrow() {
        let wait = match attempt(job.as_ref(), &tools).await {
            Ok(0) => job.pause(),
            Ok(_) => Duration::ZERO,
            Err(error) => {
                let wait = back_off(failures);
                complain(&error, wait);
                failures += 1;
                let _ = timeout(wait, stopped.changed()).await;
                continue;
            }
        };
        failures = 0;
        if wait.is_zero() {
            tokio::task::yield_now().await;
        } else {
            let _ = timeout(wait, stopped.changed()).await;
        }
    }
}

fn complain(error: &(dyn std::error::Error + 'static), wait: Duration) {
    tracing::error!(error, ?wait, "the job will be tried again");
}

/// What the part of one tenant in a job came to. A part that failed is in the log, and no other tenant waits for it.
pub(crate) fn noted(tenant: TenantId, outcome: Result<usize, Fault>, failed: &'static str) -> usize {
    outcome.unwrap_or_else(|fault| {
        let error: &(dyn std::error::Error + 'static) = &fault;
        tracing::error!(%tenant, error, "{failed}");
        0
    })
}

fn back_off(failures: u32) -> Duration {
    FIRST_WAIT.saturating_mul(2u32.saturating_pow(failures)).min(LONGEST_WAIT)
}

/// One run, with a panic turned into an error.
async fn attempt(job: &dyn AnyJob, tools: &Tools) -> Result<usize, Stuck> {
    let name = job.name();
    let outcome = AssertUnwindSafe(job.run(tools)).catch_unwind().await;
    let label = match &outcome {
        Ok(Ok(_)) => "done",
        Ok(Err(_)) => "failed",
        Err(_) => "panicked",
    };
    metrics::counter!("itsudemo_job_runs_total", "job" => name, "outcome" => label).increment(1);
    match outcome {
        Ok(Ok(done)) => {
            let counted = u64::try_from(done).unwrap_or(u64::MAX);
            metrics::counter!("itsudemo_job_done_total", "job" => name).increment(counted);
            Ok(done)
        }
        Ok(Err(source)) => Err(Stuck::Failed { job: name, source }),
        Err(panic) => Err(Stuck::Panicked { job: name, message: message(panic.as_ref()) }),
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_half_a_minute() {
        assert_eq!(back_off(0), FIRST_WAIT);
        assert_eq!(back_off(3), Duration::from_secs(2));
        assert_eq!(back_off(9), LONGEST_WAIT);
        assert_eq!(back_off(u32::MAX), LONGEST_WAIT);
    }
}
