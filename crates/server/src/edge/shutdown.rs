//! The three moments of a server's life, told to everything that runs.

use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Leaving,
    Closing,
}

/// The one that decides; see [`shutdown`].
#[derive(Debug)]
pub struct Stopper(watch::Sender<Phase>);

/// The ones that are told. Clone it into every task.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<Phase>);

/// A new pair: serving.
#[must_use]
pub fn shutdown() -> (Stopper, Shutdown) {
    let (stopper, told) = watch::channel(Phase::Serving);
    (Stopper(stopper), Shutdown(told))
}

impl Stopper {
    /// The server says it is not ready, so that balancers turn away, but still takes connections.
    pub fn leave(&self) {
        self.0.send_replace(Phase::Leaving);
    }

    /// No new connection is taken; requests under way are finished.
    pub fn close(&self) {
        self.0.send_replace(Phase::Closing);
    }
}

impl Shutdown {
    /// Whether the server is going: the answer of the readiness probe.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        *self.0.borrow() >= Phase::Leaving
    }

    /// Returns when the server closes (or when its [`Stopper`] is gone).
    pub async fn closing(&self) {
        let mut told = self.0.clone();
        let _ = told.wait_for(|phase| *phase == Phase::Closing).await;
    }
}
