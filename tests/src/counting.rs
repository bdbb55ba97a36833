//! How many statements some work makes: a promise of lists and hot paths, which must not grow with their rows.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static MADE: AtomicUsize = AtomicUsize::new(0);

struct Counter;

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            MADE.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// From here on, connections that are made count. To be called before the first.
pub fn start() {
    set_default_instrumentation(|| Some(Box::new(Counter))).unwrap();
}

/// What this work made, and what came of it. A test has a process of its own, so nobody else counts.
pub async fn counted<T>(work: impl Future<Output = T>) -> (usize, T) {
    let before = MADE.load(Ordering::SeqCst);
    let outcome = work.await;
    (MADE.load(Ordering::SeqCst) - before, outcome)
}
