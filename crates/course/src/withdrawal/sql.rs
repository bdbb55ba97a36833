//! Queries on quotes of what goes back.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Date as SqlDate, Nullable, Timestamptz as SqlTimestamptz},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{CourseApplicationId, CourseClassId, TenantId, WithdrawalQuoteId},
};
use time::Date;

use super::{WithdrawalQuote, rules::Ahead};
use crate::{
    application::Application,
    schema::{applications, withdrawal_quotes},
    session::units,
};

db::statement! {
    /// Since when the people of a party take part, and the first day of the term.
    ReadSince { tenant: TenantId => Uuid, class: CourseClassId => Uuid, application: CourseApplicationId => Uuid }
        -> (Nullable<SqlTimestamptz>, SqlDate) =
        "SELECT (SELECT min(e.created_at) FROM course.enrolments AS e WHERE e.tenant_id = $1 AND e.application_id = $3), t.starts_on \
         FROM course.classes AS c JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = c.term_id \
         WHERE c.tenant_id = $1 AND c.id = $2"
}

/// How the sessions of a party stand; of one that was cancelled nobody knows whether it will be made up for. A class whose sessions
/// are not fixed yet begins with its term.
pub async fn ahead(tx: &mut TenantTx, one: &Application, at: Instant) -> Result<Ahead, Fault> {
    let statement = ReadSince { tenant: tx.tenant(), class: one.class_id, application: one.id };
    let (since, starts_on): (Option<Instant>, Date) = statement.get_result(tx.conn()).await?;
    let units = units::of_class(tx, one.class_id, at).await?;
    Ok(Ahead { units, since: since.unwrap_or(one.created_at), begins_at: start_of_day(starts_on), at })
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

pub async fn keep_price(tx: &mut TenantTx, id: CourseApplicationId, price: &serde_json::Value) -> Result<(), Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::id.eq(id));
    diesel::update(of).set(applications::price.eq(price)).execute(tx.conn()).await?;
    Ok(())
}

pub async fn use_up(tx: &mut TenantTx, id: WithdrawalQuoteId, at: Instant) -> Result<(), Fault> {
    let of = withdrawal_quotes::table.of(tx.tenant()).filter(withdrawal_quotes::id.eq(id));
    diesel::update(of).set(withdrawal_quotes::used_at.eq(at)).execute(tx.conn()).await?;
    Ok(())
}
