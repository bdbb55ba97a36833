//! The queries about payments.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper, prelude::*};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, Yen,
    ids::{BillId, PaymentId},
};

use super::{Method, Notice, Payment, PaymentState, Verdict};
use crate::{
    Bill,
    schema::{payment_events, payments},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = payments)]
struct Row {
    id: PaymentId,
    bill_id: BillId,
    method: Method,
    provider: Option<String>,
    provider_ref: Option<String>,
    state: PaymentState,
    amount: Yen,
    refunded: Yen,
    due_at: Option<Instant>,
    next_action: Option<serde_json::Value>,
    failure: Option<String>,
    created_at: Instant,
    captured_at: Option<Instant>,
    version: i32,
}

fn payment(row: Row) -> Result<Payment, Fault> {
    let next_action = row.next_action.map(serde_json::from_value).transpose();
    Ok(Payment {
        id: row.id,
        bill: row.bill_id,
        method: row.method,
        provider: row.provider,
        provider_ref: row.provider_ref,
        state: row.state,
        amount: row.amount,
        refunded: row.refunded,
        due_at: row.due_at,
        next_action: next_action.map_err(|_| Fault::Unexpected("a next action reads back"))?,
        failure: row.failure,
        created_at: row.created_at,
        captured_at: row.captured_at,
        version: row.version,
    })
}

pub async fn find(tx: &mut TenantTx, id: PaymentId) -> Result<Option<Payment>, Fault> {
    let row: Option<Row> = payments::table
        .of(tx.tenant())
        .filter(payments::id.eq(id))
        .select(Row::as_select())
        .first(tx.conn())
        .await
        .optional()?;
    row.map(payment).transpose()
}

pub async fn of_bills(tx: &mut TenantTx, bills: &[BillId]) -> Result<Vec<Payment>, Fault> {
    let rows: Vec<Row> = payments::table
        .of(tx.tenant())
        .filter(payments::bill_id.eq_any(bills))
        .order(payments::id)
        .select(Row::as_select())
        .load(tx.conn())
        .await?;
    rows.into_iter().map(payment).collect()
}

pub async fn bill_of(tx: &mut TenantTx, id: PaymentId) -> Result<Option<BillId>, Fault> {
    let found = payments::table
        .of(tx.tenant())
        .filter(payments::id.eq(id))
        .select(payments::bill_id)
        .first::<BillId>(tx.conn())
        .await
        .optional()?;
    Ok(found)
}

pub async fn id_of(tx: &mut TenantTx, provider: &str, reference: &str) -> Result<Option<PaymentId>, Fault> {
    let found = payments::table
        .of(tx.tenant())
        .filter(payments::provider.eq(provider))
        .filter(payments::provider_ref.eq(reference))
        .select(payments::id)
        .first::<PaymentId>(tx.conn())
        .await
        .optional()?;
    Ok(found)
}

pub async fn insert(tx: &mut TenantTx, payment: &Payment) -> Result<(), Fault> {
    let next_action = payment.next_action.as_ref().map(serde_json::to_value).transpose();
    let next_action = next_action.map_err(|_| Fault::Unexpected("a next action is told in JSON"))?;
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(payment.id),
            payments::bill_id.eq(payment.bill),
            payments::method.eq(payment.method),
            payments::provider.eq(&payment.provider),
            payments::provider_ref.eq(&payment.provider_ref),
            payments::state.eq(payment.state),
            payments::amount.eq(payment.amount),
            payments::due_at.eq(payment.due_at),
            payments::next_action.eq(next_action),
            payments::failure.eq(&payment.failure),
            payments::created_at.eq(payment.created_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Moves a payment on from the state it was read in; nobody else may have moved it since.
pub async fn keep(tx: &mut TenantTx, payment: &mut Payment, before: PaymentState) -> Result<(), Fault> {
    let done = diesel::update(
        payments::table
            .of(tx.tenant())
            .filter(payments::id.eq(payment.id))
            .filter(payments::state.eq(before))
            .filter(payments::version.eq(payment.version)),
    )
    .set((
        payments::state.eq(payment.state),
        payments::refunded.eq(payment.refunded),
        payments::failure.eq(&payment.failure),
        payments::captured_at.eq(payment.captured_at),
        payments::version.eq(payment.version.saturating_add(1)),
    ))
    .execute(tx.conn())
    .await?;
    payment.version = payment.version.saturating_add(1);
    if done == 1 { Ok(()) } else { Err(Fault::Unexpected("a payment moves only under its bill's lock")) }
}

/// Ends every payment under way, but for one, that is of more than the bill still asks for: all of them when it asks for nothing.
pub async fn cancel_pending(tx: &mut TenantTx, bill: &Bill, but: Option<PaymentId>) -> Result<(), Fault> {
    let pending = [PaymentState::Created, PaymentState::RequiresAction, PaymentState::Authorized];
    let but = but.unwrap_or(PaymentId::from_uuid(uuid::Uuid::nil()));
    diesel::update(
        payments::table
            .of(tx.tenant())
            .filter(payments::bill_id.eq(bill.id))
            .filter(payments::id.ne(but))
            .filter(payments::amount.gt(bill.outstanding()))
            .filter(payments::state.eq_any(pending)),
    )
    .set((payments::state.eq(PaymentState::Cancelled), payments::version.eq(payments::version + 1)))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes a notice; false when it was noted before.
pub async fn note(
    tx: &mut TenantTx,
    payment: PaymentId,
    notice: &Notice,
    verdict: Verdict,
    now: Instant,
) -> Result<bool, Fault> {
    let done = diesel::insert_into(payment_events::table)
        .values((
            payment_events::provider.eq(&notice.provider),
            payment_events::provider_event_id.eq(&notice.event_id),
            payment_events::payment_id.eq(payment),
            payment_events::kind.eq(notice.kind),
            payment_events::amount.eq(notice.amount),
            payment_events::verdict.eq(verdict),
            payment_events::received_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())
        .await?;
    Ok(done == 1)
}
