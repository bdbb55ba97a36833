//! How many statements some work makes: a promise of lists and hot paths, which must not grow with their rows.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static MADE: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Counter;

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            MADE.lock().unwrap_or_else(PoisonError::into_inner).push(query.to_string());
        }
    }
}

/// From here on, connections that are made count. To be called before the first.
pub fn start() {
    set_default_instrumentation(|| Some(Box::new(Counter))).unwrap();
}

/// What this work made, and what came of it. A test has a process of its own, so nobody else counts.
pub async fn counted<T>(work: impl Future<Output = T>) -> (usize, T) {
    counted_naming("", work).await
}

/// How many of its statements name this table, and what came of the work.
pub async fn counted_naming<T>(table: &str, work: impl Future<Output = T>) -> (usize, T) {
    MADE.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let outcome = work.await;
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    (made.iter().filter(|statement| statement.contains(table)).count(), outcome)
}
