//! Queries on quotes of what goes back.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Date as SqlDate, Int8, Nullable, Timestamptz as SqlTimestamptz},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{CourseApplicationId, CourseClassId, TenantId, WithdrawalQuoteId},
};
use time::Date;

use super::{WithdrawalQuote, rules::Ahead};
use crate::{application::Application, schema::withdrawal_quotes};

type AheadRow = (Int8, Int8, Nullable<SqlTimestamptz>, SqlDate);

db::statement! {
    /// Of the sessions that are not cancelled and had not begun when the party was admitted: all, those that have not begun,
    /// and the next of them; and the first day of the term.
    ReadAhead {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, application: CourseApplicationId => Uuid, at: Instant => Timestamptz,
    } -> AheadRow =
        "SELECT n.all_of_them, n.ahead, n.next_at, t.starts_on \
         FROM course.classes AS c JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = c.term_id CROSS JOIN ( \
           SELECT count(*) AS all_of_them, count(*) FILTER (WHERE s.starts_at > $4) AS ahead, \
           min(s.starts_at) FILTER (WHERE s.starts_at > $4) AS next_at \
           FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2 AND s.state <> 'cancelled' \
           AND s.starts_at > coalesce((SELECT min(e.created_at) FROM course.enrolments AS e \
             WHERE e.tenant_id = $1 AND e.application_id = $3), '-infinity')) AS n \
         WHERE c.tenant_id = $1 AND c.id = $2"
}

/// A class whose sessions are not fixed yet begins with its term.
pub async fn ahead(tx: &mut TenantTx, one: &Application, at: Instant) -> Result<Ahead, Fault> {
    let statement = ReadAhead { tenant: tx.tenant(), class: one.class_id, application: one.id, at };
    let (all, left, next, starts_on): (i64, i64, Option<Instant>, Date) = statement.get_result(tx.conn()).await?;
    if all > 0 {
        return Ok(Ahead { all, left, next });
    }
    let next = Some(start_of_day(starts_on)).filter(|starts| *starts > at);
    Ok(Ahead { all: 1, left: i64::from(next.is_some()), next })
}

pub async fn insert(tx: &mut TenantTx, row: &WithdrawalQuote) -> Result<(), Fault> {
    diesel::insert_into(withdrawal_quotes::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: WithdrawalQuoteId) -> Result<Option<WithdrawalQuote>, Fault> {
    let of = withdrawal_quotes::table.of(tx.tenant()).filter(withdrawal_quotes::id.eq(id));
    Ok(of.select(WithdrawalQuote::as_select()).first(tx.conn()).await.optional()?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: WithdrawalQuoteId) -> Result<Option<WithdrawalQuote>, Fault> {
    let of = withdrawal_quotes::table.of(tx.tenant()).filter(withdrawal_quotes::id.eq(id));
    Ok(of.select(WithdrawalQuote::as_select()).for_update().first(tx.conn()).await.optional()?)
}

pub async fn use_up(tx: &mut TenantTx, id: WithdrawalQuoteId, at: Instant) -> Result<(), Fault> {
    let of = withdrawal_quotes::table.of(tx.tenant()).filter(withdrawal_quotes::id.eq(id));
    diesel::update(of).set(withdrawal_quotes::used_at.eq(at)).execute(tx.conn()).await?;
    Ok(())
}
