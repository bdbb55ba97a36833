//! Publishable keys that this process met within the last second.
//!
//! A publishable key says which tenant a page belongs to and is no secret: a rush of pages need not ask the database for it
//! again and again. Every other credential is asked for each time. Whoever changes keys or tenants through this process makes
//! it forget them all.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant as Tick},
};

use kernel::Instant;
use tenancy::principal::{KeyClass, Principal};

struct Met {
    principal: Principal,
    /// The moment of the request that asked.
    at: Instant,
    asked: Tick,
}

/// The pages of this process.
#[derive(Default)]
pub struct Pages(RwLock<HashMap<String, Met>>);

const AGE: Duration = Duration::from_secs(1);
/// More keys than any house gives to its pages.
const MOST: usize = 4_096;

impl Pages {
    /// Whose page shows this token, if that was asked for at most a second before `now`.
    pub fn get(&self, token: &str, now: Instant) -> Option<Principal> {
        let met = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let met = met.get(token)?;
        let young = met.asked.elapsed() < AGE && now >= met.at && now - met.at < AGE;
        young.then(|| met.principal.clone())
    }

    /// Remembers a page; nothing else.
    pub fn put(&self, token: &str, principal: &Principal, now: Instant) {
        if principal.class != KeyClass::Publishable {
            return;
        }
        let mut met = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if met.len() >= MOST {
            met.clear();
        }
        met.insert(token.to_owned(), Met { principal: principal.clone(), at: now, asked: Tick::now() });
    }

    /// The next request of every page asks again.
    pub fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
