//! How many statements some work makes: a promise of lists and hot paths, which must not grow with their rows.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use testkit::TestDb;

/// What was said to each database that somebody counts for: tests run beside each other, each with a database of its own.
static SAID: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

fn said() -> MutexGuard<'static, HashMap<String, Vec<String>>> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens to one connection.
#[derive(Default)]
struct Counter {
    database: String,
}

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                let path = url.split('?').next().unwrap_or_default();
                self.database = path.rsplit('/').next().unwrap_or_default().to_owned();
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                if let Some(said) = said().get_mut(&self.database) {
                    said.push(query.to_string());
                }
            }
            _ => {}
        }
    }
}

/// From here on, connections that are made count. To be called before the first.
pub fn start() {
    set_default_instrumentation(|| Some(Box::new(Counter::default()))).unwrap();
}

/// What this work made, and what came of it. Of a test that does one thing after the other.
pub async fn counted<T>(test: &TestDb, work: impl Future<Output = T>) -> (usize, T) {
    counted_naming(test, "", work).await
}

/// How many of its statements name this table, and what came of the work.
pub async fn counted_naming<T>(test: &TestDb, table: &str, work: impl Future<Output = T>) -> (usize, T) {
    said().insert(test.name.clone(), Vec::new());
    let outcome = work.await;
    let made = said().remove(&test.name).unwrap_or_default();
    (made.iter().filter(|statement| statement.contains(table)).count(), outcome)
}
