//! What runs behind a door, with its types forgotten: everything around it is compiled once, and not again for every operation.

use std::{
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use kernel::Outcome;

use super::TenantTx;
use crate::Fault;

/// A closure that works in a transaction and may be run again; names its future so that it can be required to be `Send`.
pub trait Work<T, R>: AsyncFn(T) -> R + Fn(T) -> <Self as Work<T, R>>::Fut {
    type Fut: Future<Output = R>;
}

impl<F, T, Fut, R> Work<T, R> for F
where
    F: AsyncFn(T) -> R + Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// What became of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Done,
    Refused { busy: bool },
}

/// Work whose types are forgotten.
pub trait Step: Send + Sync {
    fn run<'r>(&'r self, tx: &'r mut TenantTx) -> Pin<Box<dyn Future<Output = Verdict> + Send + 'r>>;
}

/// A piece of work, and what came of it the last time it ran.
pub struct Kept<F, T, E> {
    work: F,
    outcome: Mutex<Option<Result<T, E>>>,
}

impl<F, T, E> Step for Kept<F, T, E>
where
    F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
        + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
        + Send
        + Sync,
    E: Outcome + Send,
    T: Send,
{
    fn run<'r>(&'r self, tx: &'r mut TenantTx) -> Pin<Box<dyn Future<Output = Verdict> + Send + 'r>> {
        Box::pin(async move {
            let outcome = (self.work)(tx).await;
            let verdict = match &outcome {
                Ok(_) => Verdict::Done,
                Err(error) => Verdict::Refused { busy: error.is_busy() },
            };
            *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            verdict
        })
    }
}

impl<F, T, E: From<Fault>> Kept<F, T, E> {
    pub const fn new(work: F) -> Self {
        Self { work, outcome: Mutex::new(None) }
    }

    /// What the work came to, unless its transaction failed around it.
    pub fn told(self, ended: Result<(), Fault>) -> Result<T, E> {
        ended?;
        let outcome = self.outcome.into_inner().unwrap_or_else(PoisonError::into_inner);
        outcome.unwrap_or_else(|| Err(Fault::Unexpected("work that ran has an outcome").into()))
    }
}

/// Work that is never kept, however well it goes.
pub struct Rehearsal<'s>(pub &'s dyn Step);

impl Step for Rehearsal<'_> {
    fn run<'r>(&'r self, tx: &'r mut TenantTx) -> Pin<Box<dyn Future<Output = Verdict> + Send + 'r>> {
        Box::pin(async move {
            match self.0.run(tx).await {
                Verdict::Done => Verdict::Refused { busy: false },
                refused @ Verdict::Refused { .. } => refused,
            }
        })
    }
}
