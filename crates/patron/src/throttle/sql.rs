//! Queries about attempts.

use db::{Fault, TenantTx, statement::OfTenant as _};
use diesel::{ExpressionMethods as _, QueryDsl as _, insert_into};
use diesel_async::RunQueryDsl as _;
use kernel::Instant;

use super::Count;
use crate::schema::throttles;

/// The count of a subject, made if needed and locked until the transaction ends.
pub async fn locked(tx: &mut TenantTx, subject: &[u8], now: Instant) -> Result<Count, Fault> {
    insert_into(throttles::table)
        .values((
            throttles::subject.eq(subject),
            throttles::attempts.eq(0),
            throttles::blocked_until.eq(now),
            throttles::last_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())
        .await?;
    let (attempts, blocked_until, last_at) = throttles::table
        .of(tx.tenant())
        .filter(throttles::subject.eq(subject))
        .select((throttles::attempts, throttles::blocked_until, throttles::last_at))
        .for_update()
        .first(tx.conn())
        .await?;
    Ok(Count { attempts, blocked_until, last_at })
}

pub async fn update(tx: &mut TenantTx, subject: &[u8], count: Count) -> Result<(), Fault> {
    diesel::update(throttles::table.of(tx.tenant()).filter(throttles::subject.eq(subject)))
        .set((
            throttles::attempts.eq(count.attempts),
            throttles::blocked_until.eq(count.blocked_until),
            throttles::last_at.eq(count.last_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn delete(tx: &mut TenantTx, subject: &[u8]) -> Result<(), Fault> {
    diesel::delete(throttles::table.of(tx.tenant()).filter(throttles::subject.eq(subject))).execute(tx.conn()).await?;
    Ok(())
}

pub async fn delete_before(tx: &mut TenantTx, moment: Instant) -> Result<usize, Fault> {
    let old = throttles::table.of(tx.tenant()).filter(throttles::last_at.lt(moment));
    Ok(diesel::delete(old).execute(tx.conn()).await?)
}
