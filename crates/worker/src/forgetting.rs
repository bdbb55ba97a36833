//! Forgetting what identity no longer needs: claims to sign in that nobody repeats, sessions that ended long ago.

use std::time::Duration as Pause;

use db::Fault;
use tenancy::sign_in;
use time::Duration;

use crate::{Job, Tools};

/// A claim that failed counts against its next attempt for a day.
const CLAIMS: Duration = Duration::DAY;
/// A session that ended answers `credential_expired` for a month, then it is not known any more.
const SESSIONS: Duration = Duration::days(30);

/// Forgets, once an hour.
pub struct Forgetting;

impl Job for Forgetting {
    fn name(&self) -> &'static str {
        "forget sessions"
    }

    fn pause(&self) -> Pause {
        Pause::from_secs(3_600)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let now = tools.clock.now();
        // neither waits for the other
        let claims = sign_in::forget_claims(&tools.db, now - CLAIMS).await;
        let sessions = sign_in::forget_sessions(&tools.db, now - SESSIONS).await;
        Ok(usize::try_from(claims? + sessions?).unwrap_or(0))
    }
}
