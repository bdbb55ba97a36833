//! The queries about bills.

use std::collections::BTreeMap;

use db::{Db, Fault, TenantTx, statement::OfTenant};
use diesel::{OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper, prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{
    Id, Instant, PageAsk, Yen, clock,
    ids::{BillId, BillLineId, LedgerEntryId, PatronId, PaymentId, TenantId},
};
use tariff::{LineKind, Rounding, TaxRate};
use time::Date;
use uuid::Uuid;

use super::{Bill, BillFilter, BillLine, BillState, OpenBillError};
use crate::{
    Subject,
    ledger::Entry,
    payment::Payment,
    schema::{bill_lines, bills},
    words::Word,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = bills)]
struct BillRow {
    id: BillId,
    reference: String,
    subject_kind: String,
    subject_id: Uuid,
    payer_id: Option<PatronId>,
    channel: String,
    state: BillState,
    rounding: Word<Rounding>,
    total: Yen,
    paid: Yen,
    refunded: Yen,
    due_at: Option<Instant>,
    created_at: Instant,
    closed_at: Option<Instant>,
    version: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bill_lines)]
struct LineRow {
    id: BillLineId,
    kind: Word<LineKind>,
    label: String,
    quantity: i64,
    unit_amount: Yen,
    amount: Yen,
    tax: Word<TaxRate>,
    refunded: Yen,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
    explanation: serde_json::Value,
}

fn bill(row: BillRow, lines: Vec<LineRow>) -> Result<Bill, Fault> {
    Ok(Bill {
        id: row.id,
        reference: row.reference,
        subject: Subject::stored(row.subject_kind, row.subject_id),
        payer: row.payer_id,
        channel: row.channel,
        state: row.state,
        rounding: row.rounding.0,
        total: row.total,
        paid: row.paid,
        refunded: row.refunded,
        due_at: row.due_at,
        created_at: row.created_at,
        closed_at: row.closed_at,
        version: row.version,
        lines: lines.into_iter().map(line).collect::<Result<_, _>>()?,
    })
}

fn line(row: LineRow) -> Result<BillLine, Fault> {
    Ok(BillLine {
        id: row.id,
        kind: row.kind.0,
        label: row.label,
        quantity: row.quantity,
        unit_amount: row.unit_amount,
        amount: row.amount,
        tax: row.tax.0,
        refunded: row.refunded,
        subject: row.subject_kind.zip(row.subject_id).map(|(kind, id)| Subject::stored(kind, id)),
        why: serde_json::from_value(row.explanation).map_err(|_| Fault::Unexpected("an explanation reads back"))?,
    })
}

/// The bill as it stands.
pub async fn find(tx: &mut TenantTx, id: BillId) -> Result<Option<Bill>, Fault> {
    let row: Option<BillRow> = bills::table
        .of(tx.tenant())
        .filter(bills::id.eq(id))
        .select(BillRow::as_select())
        .first(tx.conn())
        .await
        .optional()?;
    with_lines(tx, row).await
}

/// The bill under its lock: nobody else moves its money until the transaction ends.
pub async fn lock(tx: &mut TenantTx, id: BillId) -> Result<Option<Bill>, Fault> {
    let row: Option<BillRow> = bills::table
        .of(tx.tenant())
        .filter(bills::id.eq(id))
        .select(BillRow::as_select())
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    with_lines(tx, row).await
}

async fn with_lines(tx: &mut TenantTx, row: Option<BillRow>) -> Result<Option<Bill>, Fault> {
    let Some(row) = row else { return Ok(None) };
    let lines: Vec<LineRow> = bill_lines::table
        .of(tx.tenant())
        .filter(bill_lines::bill_id.eq(row.id))
        .order(bill_lines::position)
        .select(LineRow::as_select())
        .load(tx.conn())
        .await?;
    bill(row, lines).map(Some)
}

pub async fn subject_of(tx: &mut TenantTx, id: BillId) -> Result<Option<Subject>, Fault> {
    let found = bills::table
        .of(tx.tenant())
        .filter(bills::id.eq(id))
        .select((bills::subject_kind, bills::subject_id))
        .first::<(String, Uuid)>(tx.conn())
        .await
        .optional()?;
    Ok(found.map(|(kind, id)| Subject::stored(kind, id)))
}

/// The newest bill of a subject.
pub async fn id_of(tx: &mut TenantTx, subject: &Subject) -> Result<Option<BillId>, Fault> {
    let id = bills::table
        .of(tx.tenant())
        .filter(bills::subject_kind.eq(subject.kind.as_ref()))
        .filter(bills::subject_id.eq(subject.id))
        .order(bills::id.desc())
        .select(bills::id)
        .first::<BillId>(tx.conn())
        .await
        .optional()?;
    Ok(id)
}

/// The newest bill of each subject.
pub async fn find_all_of(tx: &mut TenantTx, kind: &str, subjects: &[Uuid]) -> Result<Vec<Bill>, Fault> {
    let rows: Vec<BillRow> = bills::table
        .of(tx.tenant())
        .filter(bills::subject_kind.eq(kind))
        .filter(bills::subject_id.eq_any(subjects))
        .distinct_on(bills::subject_id)
        .order((bills::subject_id, bills::id.desc()))
        .select(BillRow::as_select())
        .load(tx.conn())
        .await?;
    let ids: Vec<BillId> = rows.iter().map(|row| row.id).collect();
    let lines: Vec<(BillId, LineRow)> = bill_lines::table
        .of(tx.tenant())
        .filter(bill_lines::bill_id.eq_any(&ids))
        .order(bill_lines::position)
        .select((bill_lines::bill_id, LineRow::as_select()))
        .load(tx.conn())
        .await?;
    let mut of: BTreeMap<BillId, Vec<LineRow>> = BTreeMap::new();
    for (id, line) in lines {
        of.entry(id).or_default().push(line);
    }
    rows.into_iter()
        .map(|row| {
            let lines = of.remove(&row.id).unwrap_or_default();
            bill(row, lines)
        })
        .collect()
}

/// One page of the bills that are asked for, newest first.
pub async fn ids(tx: &mut TenantTx, filter: &BillFilter, ask: &PageAsk) -> Result<Vec<BillId>, Fault> {
    let before = BillId::from_uuid(ask.after.unwrap_or(Uuid::max()));
    let mut query = bills::table.of(tx.tenant()).filter(bills::id.lt(before)).into_boxed();
    if let Some(subject) = &filter.subject {
        query = query.filter(bills::subject_kind.eq(subject.kind.as_ref())).filter(bills::subject_id.eq(subject.id));
    }
    if let Some(payer) = filter.payer {
        query = query.filter(bills::payer_id.eq(payer));
    }
    if let Some(state) = filter.state {
        query = query.filter(bills::state.eq(state));
    }
    if let Some(before) = filter.due_before {
        query = query.filter(bills::due_at.lt(before));
    }
    if let Some(at) = filter.overdue_at {
        query = query.filter(bills::state.eq(BillState::Open)).filter(bills::due_at.le(at));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(bills::reference.eq(reference));
    }
    Ok(query.order(bills::id.desc()).limit(ask.rows()).select(bills::id).load(tx.conn()).await?)
}

db::statement! {
    /// The one question across tenants.
    TenantsWithOverdue { now: Instant => Timestamptz } -> sql_types::Uuid = "SELECT billing.tenants_with_overdue_bills($1)"
}

pub async fn tenants_with_overdue(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithOverdue { now }.load::<TenantId>(conn).await).await
}

/// Unpaid bills whose time is over, under their locks; those that are locked already are passed by.
pub async fn overdue(tx: &mut TenantTx, limit: i64, now: Instant) -> Result<Vec<BillId>, Fault> {
    let ids = bills::table
        .of(tx.tenant())
        .filter(bills::state.eq(BillState::Open))
        .filter(bills::paid.eq(0))
        .filter(bills::due_at.le(now))
        .order(bills::due_at)
        .limit(limit)
        .select(bills::id)
        .for_update()
        .skip_locked()
        .load::<BillId>(tx.conn())
        .await?;
    Ok(ids)
}

/// Keeps what moved on a locked bill. The version proves that the lock was held.
pub async fn keep(tx: &mut TenantTx, bill: &Bill) -> Result<(), Fault> {
    let done = diesel::update(
        bills::table.of(tx.tenant()).filter(bills::id.eq(bill.id)).filter(bills::version.eq(bill.version)),
    )
    .set((
        bills::state.eq(bill.state),
        bills::paid.eq(bill.paid),
        bills::refunded.eq(bill.refunded),
        bills::closed_at.eq(bill.closed_at),
        bills::version.eq(bill.version.saturating_add(1)),
    ))
    .execute(tx.conn())
    .await?;
    if done == 1 { Ok(()) } else { Err(Fault::Unexpected("a locked bill changes only under its lock")) }
}

db::statement! {
    /// A bill, its lines, the payment that came with it and the ledger rows of all of that, in one step.
    InsertBill {
        tenant: TenantId => Uuid,
        id: BillId => Uuid,
        subject_kind: String => Text,
        subject_id: uuid::Uuid => Uuid,
        payer: Option<PatronId> => Nullable<Uuid>,
        channel: String => Text,
        state: BillState => Text,
        rounding: &'static str => Text,
        total: Yen => BigInt,
        paid: Yen => BigInt,
        due_at: Option<Instant> => Nullable<Timestamptz>,
        now: Instant => Timestamptz,
        closed_at: Option<Instant> => Nullable<Timestamptz>,
        day: time::Date => Date,
        line_ids: Vec<BillLineId> => Array<Uuid>,
        line_kinds: Vec<&'static str> => Array<Text>,
        labels: Vec<String> => Array<Text>,
        quantities: Vec<i64> => Array<BigInt>,
        unit_amounts: Vec<Yen> => Array<BigInt>,
        taxes: Vec<&'static str> => Array<Text>,
        line_subject_kinds: Vec<Option<String>> => Array<Nullable<Text>>,
        line_subject_ids: Vec<Option<uuid::Uuid>> => Array<Nullable<Uuid>>,
        explanations: Vec<serde_json::Value> => Array<Jsonb>,
        payment: Option<PaymentId> => Nullable<Uuid>,
        method: Option<&'static str> => Nullable<Text>,
        provider: Option<String> => Nullable<Text>,
        provider_ref: Option<String> => Nullable<Text>,
        entry_ids: Vec<LedgerEntryId> => Array<Uuid>,
        entry_kinds: Vec<&'static str> => Array<Text>,
        debits: Vec<&'static str> => Array<Text>,
        credits: Vec<&'static str> => Array<Text>,
        entry_quantities: Vec<i64> => Array<BigInt>,
        entry_amounts: Vec<Yen> => Array<BigInt>,
        entry_taxes: Vec<Option<&'static str>> => Array<Nullable<Text>>,
        entry_lines: Vec<Option<BillLineId>> => Array<Nullable<Uuid>>,
        reference: String => Text,
    } -> (sql_types::BigInt,) = "WITH bill AS (\
         INSERT INTO billing.bills (tenant_id, id, subject_kind, subject_id, payer_id, channel, state, rounding, total, \
         paid, due_at, created_at, closed_at, reference) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $36)\
         ), lines AS (\
         INSERT INTO billing.bill_lines (tenant_id, id, bill_id, position, kind, label, quantity, unit_amount, amount, \
         tax, subject_kind, subject_id, explanation) \
         SELECT $1, l.id, $2, l.position::integer, l.kind, l.label, l.quantity, l.unit_amount, \
         l.quantity * l.unit_amount, l.tax, l.subject_kind, l.subject_id, l.explanation \
         FROM unnest($15, $16, $17, $18, $19, $20, $21, $22, $23) WITH ORDINALITY \
         AS l (id, kind, label, quantity, unit_amount, tax, subject_kind, subject_id, explanation, position)\
         ), payment AS (\
         INSERT INTO billing.payments (tenant_id, id, bill_id, method, provider, provider_ref, state, amount, \
         created_at, captured_at) \
         SELECT $1, $24, $2, $25, $26, $27, 'captured', $10, $12, $12 WHERE $24 IS NOT NULL\
         ), booked AS (\
         INSERT INTO billing.ledger (tenant_id, id, business_date, at, kind, debit, credit, quantity, amount, tax, \
         method, channel, subject_kind, subject_id, bill_id, line_id, payment_id) \
         SELECT $1, e.id, $14, $12, e.kind, e.debit, e.credit, e.quantity, e.amount, e.tax, \
         CASE WHEN e.line_id IS NULL THEN $25 END, $6, $3, $4, $2, e.line_id, \
         CASE WHEN e.line_id IS NULL THEN $24 END \
         FROM unnest($28, $29, $30, $31, $32, $33, $34, $35) \
         AS e (id, kind, debit, credit, quantity, amount, tax, line_id) \
         RETURNING 1) SELECT count(*) FROM booked"
}

/// Writes a new bill with everything that came with it.
pub async fn insert(
    tx: &mut TenantTx,
    bill: &Bill,
    payment: Option<&Payment>,
    entries: &[Entry],
    now: Instant,
) -> Result<(), OpenBillError> {
    let statement = statement(tx, bill, payment, entries, now)?;
    match statement.get_result::<(i64,)>(tx.conn()).await.map_err(Fault::from) {
        Ok(_) => Ok(()),
        Err(fault) if fault.violates("one_live_bill_per_subject") => Err(OpenBillError::Exists),
        // two numbers in ten thousand million: the transaction runs again, with another
        Err(Fault::Violation { name, source }) if name.starts_with("one_bill_per_reference") => {
            Err(Fault::Busy(source).into())
        }
        Err(fault) => Err(fault.into()),
    }
}

fn statement(
    tx: &TenantTx,
    bill: &Bill,
    payment: Option<&Payment>,
    entries: &[Entry],
    now: Instant,
) -> Result<InsertBill, Fault> {
    let lines = &bill.lines;
    let explanations = lines.iter().map(|line| serde_json::to_value(&line.why)).collect::<Result<Vec<_>, _>>();
    let day: Date = clock::civil_day(now);
    Ok(InsertBill {
        tenant: tx.tenant(),
        id: bill.id,
        subject_kind: bill.subject.kind.to_string(),
        subject_id: bill.subject.id,
        payer: bill.payer,
        channel: bill.channel.clone(),
        state: bill.state,
        rounding: bill.rounding.as_str(),
        total: bill.total,
        paid: bill.paid,
        due_at: bill.due_at,
        now,
        closed_at: bill.closed_at,
        day,
        line_ids: lines.iter().map(|line| line.id).collect(),
        line_kinds: lines.iter().map(|line| line.kind.as_str()).collect(),
        labels: lines.iter().map(|line| line.label.clone()).collect(),
        quantities: lines.iter().map(|line| line.quantity).collect(),
        unit_amounts: lines.iter().map(|line| line.unit_amount).collect(),
        taxes: lines.iter().map(|line| line.tax.as_str()).collect(),
        line_subject_kinds: lines.iter().map(|line| line.subject.as_ref().map(|s| s.kind.to_string())).collect(),
        line_subject_ids: lines.iter().map(|line| line.subject.as_ref().map(|s| s.id)).collect(),
        explanations: explanations.map_err(|_| Fault::Unexpected("an explanation is told in JSON"))?,
        payment: payment.map(|payment| payment.id),
        method: payment.map(|payment| payment.method.as_str()),
        provider: payment.and_then(|payment| payment.provider.clone()),
        provider_ref: payment.and_then(|payment| payment.provider_ref.clone()),
        entry_ids: entries.iter().map(|_| Id::new(now)).collect(),
        entry_kinds: entries.iter().map(|entry| entry.kind.as_str()).collect(),
        debits: entries.iter().map(|entry| entry.kind.debit()).collect(),
        credits: entries.iter().map(|entry| entry.kind.credit()).collect(),
        entry_quantities: entries.iter().map(|entry| entry.quantity).collect(),
        entry_amounts: entries.iter().map(|entry| entry.amount).collect(),
        entry_taxes: entries.iter().map(|entry| entry.tax.map(TaxRate::as_str)).collect(),
        entry_lines: entries.iter().map(|entry| entry.line).collect(),
        reference: bill.reference.clone(),
    })
}

/// Adds what is given back to a line. `line_refund_within_line` refuses what is too much.
pub async fn refund_line(tx: &mut TenantTx, id: BillLineId, amount: Yen) -> Result<(), Fault> {
    diesel::update(bill_lines::table.of(tx.tenant()).filter(bill_lines::id.eq(id)))
        .set(bill_lines::refunded.eq(bill_lines::refunded + amount.0))
        .execute(tx.conn())
        .await?;
    Ok(())
}
