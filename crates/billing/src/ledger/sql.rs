//! The queries about the ledger. There is no update and no delete, and the roles have no right to either.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{
    Id, Instant, Yen, clock,
    ids::{BillId, BillLineId, LedgerEntryId, PaymentId, RefundId, TenantId},
};
use tariff::TaxRate;
use time::Date;

use super::{DayLine, Entry, EntryKind, Totals};
use crate::{Bill, Method, schema::ledger, words::Word};

db::statement! {
    /// Books movements of one bill.
    Post {
        tenant: TenantId => Uuid,
        day: time::Date => Date,
        now: Instant => Timestamptz,
        bill: BillId => Uuid,
        subject_kind: String => Text,
        subject_id: uuid::Uuid => Uuid,
        channel: String => Text,
        ids: Vec<LedgerEntryId> => Array<Uuid>,
        kinds: Vec<&'static str> => Array<Text>,
        debits: Vec<&'static str> => Array<Text>,
        credits: Vec<&'static str> => Array<Text>,
        quantities: Vec<i64> => Array<BigInt>,
        amounts: Vec<Yen> => Array<BigInt>,
        taxes: Vec<Option<&'static str>> => Array<Nullable<Text>>,
        methods: Vec<Option<&'static str>> => Array<Nullable<Text>>,
        lines: Vec<Option<BillLineId>> => Array<Nullable<Uuid>>,
        payments: Vec<Option<PaymentId>> => Array<Nullable<Uuid>>,
        refunds: Vec<Option<RefundId>> => Array<Nullable<Uuid>>,
    } -> (sql_types::BigInt,) = "WITH booked AS (\
         INSERT INTO billing.ledger (tenant_id, id, business_date, at, kind, debit, credit, quantity, amount, tax, \
         method, channel, subject_kind, subject_id, bill_id, line_id, payment_id, refund_id) \
         SELECT $1, e.id, $2, $3, e.kind, e.debit, e.credit, e.quantity, e.amount, e.tax, e.method, $7, $5, $6, $4, \
         e.line_id, e.payment_id, e.refund_id \
         FROM unnest($8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
         AS e (id, kind, debit, credit, quantity, amount, tax, method, line_id, payment_id, refund_id) \
         RETURNING 1) SELECT count(*) FROM booked"
}

pub async fn post(tx: &mut TenantTx, bill: &Bill, entries: &[Entry], now: Instant) -> Result<(), Fault> {
    let statement = Post {
        tenant: tx.tenant(),
        day: clock::civil_day(now),
        now,
        bill: bill.id,
        subject_kind: bill.subject.kind.to_string(),
        subject_id: bill.subject.id,
        channel: bill.channel.clone(),
        ids: entries.iter().map(|_| Id::new(now)).collect(),
        kinds: entries.iter().map(|entry| entry.kind.as_str()).collect(),
        debits: entries.iter().map(|entry| entry.kind.debit()).collect(),
        credits: entries.iter().map(|entry| entry.kind.credit()).collect(),
        quantities: entries.iter().map(|entry| entry.quantity).collect(),
        amounts: entries.iter().map(|entry| entry.amount).collect(),
        taxes: entries.iter().map(|entry| entry.tax.map(TaxRate::as_str)).collect(),
        methods: entries.iter().map(|entry| entry.method.map(Method::as_str)).collect(),
        lines: entries.iter().map(|entry| entry.line).collect(),
        payments: entries.iter().map(|entry| entry.payment).collect(),
        refunds: entries.iter().map(|entry| entry.refund).collect(),
    };
    statement.get_result::<(i64,)>(tx.conn()).await?;
    Ok(())
}

type AccountRow = (Yen, Yen, Yen, Yen);
type AccountTypes = (sql_types::BigInt, sql_types::BigInt, sql_types::BigInt, sql_types::BigInt);

db::statement! {
    /// The accounts of one bill.
    BillTotals { tenant: TenantId => Uuid, bill: BillId => Uuid } -> AccountTypes =
        "SELECT coalesce(sum(CASE WHEN credit = 'revenue' THEN amount WHEN debit = 'revenue' THEN -amount ELSE 0 END), 0)::bigint, \
         coalesce(sum(CASE WHEN debit = 'receivable' THEN amount WHEN credit = 'receivable' THEN -amount ELSE 0 END), 0)::bigint, \
         coalesce(sum(CASE WHEN debit = 'money' THEN amount WHEN credit = 'money' THEN -amount ELSE 0 END), 0)::bigint, \
         coalesce(sum(CASE WHEN credit = 'suspense' THEN amount WHEN debit = 'suspense' THEN -amount ELSE 0 END), 0)::bigint \
         FROM billing.ledger WHERE tenant_id = $1 AND bill_id = $2"
}

db::statement! {
    /// The accounts of the tenant.
    AllTotals { tenant: TenantId => Uuid } -> AccountTypes =
        "SELECT coalesce(sum(CASE WHEN credit = 'revenue' THEN amount WHEN debit = 'revenue' THEN -amount ELSE 0 END), 0)::bigint, \
         coalesce(sum(CASE WHEN debit = 'receivable' THEN amount WHEN credit = 'receivable' THEN -amount ELSE 0 END), 0)::bigint, \
         coalesce(sum(CASE WHEN debit = 'money' THEN amount WHEN credit = 'money' THEN -amount ELSE 0 END), 0)::bigint, \
         coalesce(sum(CASE WHEN credit = 'suspense' THEN amount WHEN debit = 'suspense' THEN -amount ELSE 0 END), 0)::bigint \
         FROM billing.ledger WHERE tenant_id = $1"
}

fn accounts((revenue, receivable, money, suspense): AccountRow) -> Totals {
    Totals { revenue, receivable, money, suspense }
}

pub async fn totals(tx: &mut TenantTx, bill: BillId) -> Result<Totals, Fault> {
    let statement = BillTotals { tenant: tx.tenant(), bill };
    Ok(accounts(statement.get_result::<AccountRow>(tx.conn()).await?))
}

pub async fn totals_of_all(tx: &mut TenantTx) -> Result<Totals, Fault> {
    let statement = AllTotals { tenant: tx.tenant() };
    Ok(accounts(statement.get_result::<AccountRow>(tx.conn()).await?))
}

/// The payments of a bill whose money went back while the bill did not keep it.
pub async fn returned(tx: &mut TenantTx, bill: BillId) -> Result<Vec<PaymentId>, Fault> {
    let kinds = [EntryKind::PaymentReturned, EntryKind::LateReturned];
    let of = ledger::table.of(tx.tenant()).filter(ledger::bill_id.eq(bill)).filter(ledger::kind.eq_any(kinds));
    let found: Vec<Option<PaymentId>> = of.select(ledger::payment_id).load(tx.conn()).await?;
    Ok(found.into_iter().flatten().collect())
}

type DayRow = (EntryKind, String, Option<Word<TaxRate>>, Option<Method>, i64, i64, Yen);

db::statement! {
    /// The movements of a day.
    Day { tenant: TenantId => Uuid, date: time::Date => Date } -> (
        sql_types::Text,
        sql_types::Text,
        sql_types::Nullable<sql_types::Text>,
        sql_types::Nullable<sql_types::Text>,
        sql_types::BigInt,
        sql_types::BigInt,
        sql_types::BigInt,
    ) = "SELECT kind, channel, tax, method, count(*), sum(quantity)::bigint, sum(amount)::bigint FROM billing.ledger \
         WHERE tenant_id = $1 AND business_date = $2 GROUP BY kind, channel, tax, method ORDER BY kind, channel, tax, method"
}

pub async fn day(tx: &mut TenantTx, date: Date) -> Result<Vec<DayLine>, Fault> {
    let rows: Vec<DayRow> = Day { tenant: tx.tenant(), date }.load(tx.conn()).await?;
    let line = |(kind, channel, tax, method, entries, quantity, amount): DayRow| DayLine {
        kind,
        channel,
        tax: tax.map(|word| word.0),
        method,
        entries,
        quantity,
        amount,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Bills whose ledger or payments tell another story than their own row: those of which this is true, at most so many.
macro_rules! disagreeing {
    ($of:literal, $most:literal) => {
        concat!(
            "SELECT b.id FROM billing.bills AS b \
             CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount), 0) AS total, coalesce(sum(l.refunded), 0) AS refunded \
               FROM billing.bill_lines AS l WHERE l.tenant_id = $1 AND l.bill_id = b.id) AS lines \
             CROSS JOIN LATERAL (SELECT \
               coalesce(sum(p.amount) FILTER (WHERE p.state IN ('captured', 'captured_late', 'refunded')), 0) \
                 - coalesce(sum(p.refunded), 0) AS kept, \
               coalesce(sum(p.amount) FILTER (WHERE p.state = 'captured_late'), 0) AS late \
               FROM billing.payments AS p WHERE p.tenant_id = $1 AND p.bill_id = b.id) AS payments \
             CROSS JOIN LATERAL (SELECT \
               coalesce(sum(CASE WHEN e.credit = 'revenue' THEN e.amount WHEN e.debit = 'revenue' THEN -e.amount END), 0) AS revenue, \
               coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount WHEN e.credit = 'receivable' THEN -e.amount END), 0) AS receivable, \
               coalesce(sum(CASE WHEN e.debit = 'money' THEN e.amount WHEN e.credit = 'money' THEN -e.amount END), 0) AS money, \
               coalesce(sum(CASE WHEN e.credit = 'suspense' THEN e.amount WHEN e.debit = 'suspense' THEN -e.amount END), 0) AS suspense \
               FROM billing.ledger AS e WHERE e.tenant_id = $1 AND e.bill_id = b.id) AS ledger \
             WHERE b.tenant_id = $1",
            $of,
            " AND NOT (\
               lines.total = b.total AND lines.refunded = b.refunded \
               AND ledger.revenue = CASE b.state WHEN 'cancelled' THEN 0 ELSE b.total - b.refunded END \
               AND ledger.receivable = CASE b.state WHEN 'cancelled' THEN 0 ELSE b.total - b.paid END \
               AND ledger.money = b.paid - b.refunded + payments.late \
               AND ledger.money = payments.kept AND ledger.suspense = payments.late) \
             ORDER BY b.id",
            $most
        )
    };
}

db::statement! {
    /// Of all.
    Disagreeing { tenant: TenantId => Uuid } -> (sql_types::Uuid,) = disagreeing!("", "")
}

db::statement! {
    /// Of those of one day.
    DisagreeingOn { tenant: TenantId => Uuid, date: time::Date => Date } -> (sql_types::Uuid,) = disagreeing!(
        " AND b.id IN (SELECT d.bill_id FROM billing.ledger AS d WHERE d.tenant_id = $1 AND d.business_date = $2)",
        " LIMIT 100"
    )
}

pub async fn disagreeing(tx: &mut TenantTx) -> Result<Vec<BillId>, Fault> {
    let rows: Vec<(BillId,)> = Disagreeing { tenant: tx.tenant() }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn disagreeing_on(tx: &mut TenantTx, date: Date) -> Result<Vec<BillId>, Fault> {
    let rows: Vec<(BillId,)> = DisagreeingOn { tenant: tx.tenant(), date }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
