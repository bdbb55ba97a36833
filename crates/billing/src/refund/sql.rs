//! The queries about refunds.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{QueryDsl, Queryable, Selectable, SelectableHelper, prelude::*};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, Yen,
    ids::{BillId, PaymentId, RefundId},
};

use super::{Reason, Refund, Route};
use crate::schema::refunds;

#[derive(Queryable, Selectable)]
#[diesel(table_name = refunds)]
struct Row {
    id: RefundId,
    bill_id: BillId,
    payment_id: PaymentId,
    amount: Yen,
    route: Route,
    reason: Reason,
    created_at: Instant,
}

fn refund(row: Row) -> Refund {
    let Row { id, bill_id, payment_id, amount, route, reason, created_at } = row;
    Refund { id, bill: bill_id, payment: payment_id, amount, route, reason, created_at }
}

pub async fn insert(tx: &mut TenantTx, refund: &Refund) -> Result<(), Fault> {
    diesel::insert_into(refunds::table)
        .values((
            refunds::id.eq(refund.id),
            refunds::bill_id.eq(refund.bill),
            refunds::payment_id.eq(refund.payment),
            refunds::amount.eq(refund.amount),
            refunds::route.eq(refund.route),
            refunds::reason.eq(refund.reason),
            refunds::created_at.eq(refund.created_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: RefundId) -> Result<Option<Refund>, Fault> {
    let query = refunds::table.of(tx.tenant()).filter(refunds::id.eq(id)).select(Row::as_select());
    let row: Option<Row> = query.first(tx.conn()).await.optional()?;
    Ok(row.map(refund))
}

pub async fn of_bills(tx: &mut TenantTx, bills: &[BillId]) -> Result<Vec<Refund>, Fault> {
    let rows: Vec<Row> = refunds::table
        .of(tx.tenant())
        .filter(refunds::bill_id.eq_any(bills))
        .order(refunds::id)
        .select(Row::as_select())
        .load(tx.conn())
        .await?;
    Ok(rows.into_iter().map(refund).collect())
}
