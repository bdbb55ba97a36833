//! What comes due at a tenant without anybody asking: offers and payments that ran out, lines at their end, deadlines that are near,
//! draws and screenings whose moment has come, decisions that are owed, classes that are over. Judged by the clock wherever it is read,
//! and passed on here. What fails is noted in the log and holds up nothing else.

use ::course::{
    conclusion, decision, draw, due,
    reminder::{self, Due},
    screening, seats,
};
use contract::ApiError;
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Kind, RequestId, Scope, Service,
    ids::{CourseClassId, DrawId, TenantId},
};

use super::{changes::resume, draws, letters, moves};
use crate::{Desk, log::complain};

/// Classes, draws or letters of one tenant in one round.
const BATCH: i64 = 500;

/// Lets happen what is due, wherever something is: asked once for all tenants. Whatever keeps one of them from it is in the log and
/// holds up no other.
///
/// # Errors
/// A [`Fault`] when nobody can be asked.
pub async fn round(desk: &Desk) -> Result<usize, Fault> {
    let mut done = 0;
    for tenant in due::tenants(&desk.db, desk.clock.now()).await? {
        for outcome in [lapse(desk, tenant).await, resume(desk, tenant).await] {
            match outcome {
                Ok(more) => done += more,
                Err(error) => complain(tenant, "everything", &error, "what is due in courses waits"),
            }
        }
    }
    Ok(done)
}

/// Lets happen at a tenant what is due, each in a transaction of its own with what follows from it. Says how much did.
///
/// # Errors
/// A fault of the database.
pub async fn lapse(desk: &Desk, tenant: TenantId) -> Result<usize, ApiError> {
    let (scope, now) = (Scope::assume(tenant, Service::Course, Actor::System, RequestId::random()), desk.clock.now());
    let overdue = desk.db.read(&scope, async |tx: &mut TenantTx| seats::overdue(tx, now, BATCH).await).await?;
    let mut done = 0;
    for class in overdue {
        done +=
            noted(&scope, &class, expire(desk, &scope, class, now).await, "what ran out in a class does not expire");
    }
    let frozen = desk.db.read(&scope, async |tx: &mut TenantTx| draw::to_freeze(tx, now, BATCH).await).await?;
    for id in frozen {
        done += noted(&scope, &id, freeze(desk, &scope, id, now).await, "a draw is not frozen");
    }
    let drawn = desk.db.read(&scope, async |tx: &mut TenantTx| draw::to_publish(tx, now, BATCH).await).await?;
    for id in drawn {
        done += noted(&scope, &id, publish(desk, &scope, id, now).await, "a draw is not published");
    }
    let screened = desk.db.read(&scope, async |tx: &mut TenantTx| screening::due(tx, now, BATCH).await).await?;
    for class in screened {
        done += noted(&scope, &class, release(desk, &scope, class, now).await, "a screening is not published");
    }
    match remind(desk, &scope, now).await {
        Ok(reminded) => done += reminded,
        Err(error) => complain(tenant, "reminders", &error, "nobody is reminded of a deadline"),
    }
    Ok(done + classes(desk, &scope, now).await?)
}

/// Notes which decisions are owed, and lets classes that are over be over. Says how many there are.
async fn classes(desk: &Desk, scope: &Scope, now: Instant) -> Result<usize, ApiError> {
    let mut done = 0;
    match owed(desk, scope, now).await {
        Ok(owed) => done += owed,
        Err(error) => complain(scope.tenant(), "decisions", &error, "nobody is told of a decision that is owed"),
    }
    let over = desk.db.read(scope, async |tx: &mut TenantTx| conclusion::due(tx, now, BATCH).await).await?;
    for class in over {
        done += noted(scope, &class, conclude(desk, scope, class, now).await, "a class that is over is not completed");
    }
    Ok(done)
}

/// Notes which decisions are owed, and tells the house of each once. Says how many there are.
async fn owed(desk: &Desk, scope: &Scope, now: Instant) -> Result<usize, ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<usize, ApiError> {
        let owed = decision::remind(tx, now, BATCH).await?;
        letters::owed(desk, tx, &owed, now).await?;
        Ok(owed.len())
    };
    desk.db.tenant(scope, work).await
}

/// 1 for what happened; what could not is in the log. What had not to happen after all is not counted, so that nobody asks again at once.
fn noted(scope: &Scope, what: &impl ToString, outcome: Result<bool, ApiError>, failed: &'static str) -> usize {
    match outcome {
        Ok(happened) => usize::from(happened),
        Err(error) => {
            complain(scope.tenant(), &what.to_string(), &error, failed);
            0
        }
    }
}

/// What came in for those that ran out goes back with all bills that are overdue.
async fn expire(desk: &Desk, scope: &Scope, class: CourseClassId, now: Instant) -> Result<bool, ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<bool, ApiError> {
        let moved = seats::expire(tx, class, now).await?;
        moves::follow(desk, tx, &moved, now).await?;
        Ok(!moved.is_empty())
    };
    desk.db.tenant(scope, work).await
}

async fn freeze(desk: &Desk, scope: &Scope, id: DrawId, now: Instant) -> Result<bool, ApiError> {
    desk.db.tenant(scope, async |tx: &mut TenantTx| draws::freeze(desk, tx, id, now).await.map(|_| true)).await
}

async fn publish(desk: &Desk, scope: &Scope, id: DrawId, now: Instant) -> Result<bool, ApiError> {
    let keys = desk.keyring.tenant(scope.tenant())?;
    let seal = &keys.seal;
    let work = async |tx: &mut TenantTx| draws::publish(desk, tx, seal, (id, None), now).await.map(|_| true);
    desk.db.tenant(scope, work).await
}

async fn release(desk: &Desk, scope: &Scope, class: CourseClassId, now: Instant) -> Result<bool, ApiError> {
    let keys = desk.keyring.tenant(scope.tenant())?;
    let seal = &keys.seal;
    let work = async |tx: &mut TenantTx| -> Result<bool, ApiError> {
        let moved = screening::release(tx, seal, class, now).await?;
        moves::follow(desk, tx, &moved, now).await?;
        Ok(true)
    };
    desk.db.tenant(scope, work).await
}

async fn conclude(desk: &Desk, scope: &Scope, class: CourseClassId, now: Instant) -> Result<bool, ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<bool, ApiError> {
        let Some(moved) = conclusion::conclude(tx, class, now).await? else { return Ok(false) };
        moves::follow(desk, tx, &moved, now).await?;
        Ok(true)
    };
    desk.db.tenant(scope, work).await
}

/// Reminds everybody at once; where one of them cannot be, one by one.
async fn remind(desk: &Desk, scope: &Scope, now: Instant) -> Result<usize, ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<usize, ApiError> {
        let due = reminder::due(tx, now, BATCH).await?;
        reminded(desk, tx, &due, now).await
    };
    match desk.db.tenant(scope, work).await {
        Err(error) if error.refusal.rule.kind != Kind::Busy => {}
        outcome => return outcome,
    }
    let due = desk.db.tenant(scope, async |tx: &mut TenantTx| reminder::due(tx, now, BATCH).await).await?;
    let mut done = 0;
    for one in due {
        let work = async |tx: &mut TenantTx| -> Result<usize, ApiError> {
            let still: Vec<Due> = reminder::hold(tx, one, now).await?.into_iter().collect();
            reminded(desk, tx, &still, now).await
        };
        match desk.db.tenant(scope, work).await {
            Ok(many) => done += many,
            Err(error) if error.refusal.rule.kind == Kind::Busy => return Err(error),
            Err(error) => {
                complain(
                    scope.tenant(),
                    &one.application.to_string(),
                    &error,
                    "somebody is not reminded of a deadline",
                );
            }
        }
    }
    Ok(done)
}

async fn reminded(desk: &Desk, tx: &mut TenantTx, due: &[Due], now: Instant) -> Result<usize, ApiError> {
    if !due.is_empty() {
        letters::remind(desk, tx, due, now).await?;
        reminder::noted(tx, due).await?;
    }
    Ok(due.len())
}
