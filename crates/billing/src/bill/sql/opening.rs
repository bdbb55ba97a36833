//! Writing new bills, however many, in one statement.

use db::{Fault, TenantTx};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use kernel::{
    Id, Instant, Yen, clock,
    ids::{BillId, BillLineId, LedgerEntryId, PatronId, PaymentId, TenantId},
};
use tariff::TaxRate;

use crate::{Bill, BillLine, Payment, bill::OpenBillError, ledger::Entry};

db::statement! {
    /// Bills, their lines, the payments that came with them and the ledger rows of all of that, in one step.
    InsertBills {
        tenant: TenantId => Uuid,
        now: Instant => Timestamptz,
        day: time::Date => Date,
        ids: Vec<BillId> => Array<Uuid>,
        subject_kinds: Vec<String> => Array<Text>,
        subject_ids: Vec<uuid::Uuid> => Array<Uuid>,
        payers: Vec<Option<PatronId>> => Array<Nullable<Uuid>>,
        channels: Vec<String> => Array<Text>,
        states: Vec<&'static str> => Array<Text>,
        roundings: Vec<&'static str> => Array<Text>,
        totals: Vec<Yen> => Array<BigInt>,
        paid: Vec<Yen> => Array<BigInt>,
        due_ats: Vec<Option<Instant>> => Array<Nullable<Timestamptz>>,
        closed_ats: Vec<Option<Instant>> => Array<Nullable<Timestamptz>>,
        references: Vec<String> => Array<Text>,
        payments: Vec<Option<PaymentId>> => Array<Nullable<Uuid>>,
        methods: Vec<Option<&'static str>> => Array<Nullable<Text>>,
        providers: Vec<Option<String>> => Array<Nullable<Text>>,
        provider_refs: Vec<Option<String>> => Array<Nullable<Text>>,
        line_bills: Vec<BillId> => Array<Uuid>,
        line_positions: Vec<i32> => Array<Integer>,
        line_ids: Vec<BillLineId> => Array<Uuid>,
        line_kinds: Vec<&'static str> => Array<Text>,
        labels: Vec<String> => Array<Text>,
        quantities: Vec<i64> => Array<BigInt>,
        unit_amounts: Vec<Yen> => Array<BigInt>,
        taxes: Vec<&'static str> => Array<Text>,
        line_subject_kinds: Vec<Option<String>> => Array<Nullable<Text>>,
        line_subject_ids: Vec<Option<uuid::Uuid>> => Array<Nullable<Uuid>>,
        explanations: Vec<serde_json::Value> => Array<Jsonb>,
        entry_bills: Vec<BillId> => Array<Uuid>,
        entry_ids: Vec<LedgerEntryId> => Array<Uuid>,
        entry_kinds: Vec<&'static str> => Array<Text>,
        debits: Vec<&'static str> => Array<Text>,
        credits: Vec<&'static str> => Array<Text>,
        entry_quantities: Vec<i64> => Array<BigInt>,
        entry_amounts: Vec<Yen> => Array<BigInt>,
        entry_taxes: Vec<Option<&'static str>> => Array<Nullable<Text>>,
        entry_lines: Vec<Option<BillLineId>> => Array<Nullable<Uuid>>,
    } -> (sql_types::BigInt,) = "WITH b AS (\
         SELECT * FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
         AS b (id, subject_kind, subject_id, payer_id, channel, state, rounding, total, paid, due_at, closed_at, reference, \
         payment_id, method, provider, provider_ref)\
         ), bills AS (\
         INSERT INTO billing.bills (tenant_id, id, subject_kind, subject_id, payer_id, channel, state, rounding, total, \
         paid, due_at, created_at, closed_at, reference) \
         SELECT $1, b.id, b.subject_kind, b.subject_id, b.payer_id, b.channel, b.state, b.rounding, b.total, b.paid, \
         b.due_at, $2, b.closed_at, b.reference FROM b\
         ), lines AS (\
         INSERT INTO billing.bill_lines (tenant_id, id, bill_id, position, kind, label, quantity, unit_amount, amount, \
         tax, subject_kind, subject_id, explanation) \
         SELECT $1, l.id, l.bill_id, l.position, l.kind, l.label, l.quantity, l.unit_amount, \
         l.quantity * l.unit_amount, l.tax, l.subject_kind, l.subject_id, l.explanation \
         FROM unnest($20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30) \
         AS l (bill_id, position, id, kind, label, quantity, unit_amount, tax, subject_kind, subject_id, explanation)\
         ), payments AS (\
         INSERT INTO billing.payments (tenant_id, id, bill_id, method, provider, provider_ref, state, amount, \
         created_at, captured_at) \
         SELECT $1, b.payment_id, b.id, b.method, b.provider, b.provider_ref, 'captured', b.paid, $2, $2 \
         FROM b WHERE b.payment_id IS NOT NULL\
         ), booked AS (\
         INSERT INTO billing.ledger (tenant_id, id, business_date, at, kind, debit, credit, quantity, amount, tax, \
         method, channel, subject_kind, subject_id, bill_id, line_id, payment_id) \
         SELECT $1, e.id, $3, $2, e.kind, e.debit, e.credit, e.quantity, e.amount, e.tax, \
         CASE WHEN e.line_id IS NULL THEN b.method END, b.channel, b.subject_kind, b.subject_id, b.id, e.line_id, \
         CASE WHEN e.line_id IS NULL THEN b.payment_id END \
         FROM unnest($31, $32, $33, $34, $35, $36, $37, $38, $39) \
         AS e (bill_id, id, kind, debit, credit, quantity, amount, tax, line_id) JOIN b ON b.id = e.bill_id \
         RETURNING 1) SELECT count(*) FROM booked"
}

/// A new bill with the payment that came with it and what the ledger says of both.
pub struct Opening<'a> {
    pub bill: &'a Bill,
    pub payment: Option<&'a Payment>,
    pub entries: Vec<Entry>,
}

/// Writes new bills with everything that came with them.
pub async fn insert(tx: &mut TenantTx, new: &[Opening<'_>], now: Instant) -> Result<(), OpenBillError> {
    let statement = statement(tx, new, now)?;
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

fn statement(tx: &TenantTx, new: &[Opening<'_>], now: Instant) -> Result<InsertBills, Fault> {
    let bills = || new.iter().map(|one| one.bill);
    let payments = || new.iter().map(|one| one.payment);
    let lines: Vec<(BillId, i32, &BillLine)> =
        bills().flat_map(|bill| (1..).zip(&bill.lines).map(|(at, line)| (bill.id, at, line))).collect();
    let explanations = lines.iter().map(|(.., line)| serde_json::to_value(&line.why)).collect::<Result<Vec<_>, _>>();
    let entries: Vec<(BillId, &Entry)> =
        new.iter().flat_map(|one| one.entries.iter().map(|entry| (one.bill.id, entry))).collect();
    Ok(InsertBills {
        tenant: tx.tenant(),
        now,
        day: clock::civil_day(now),
        ids: bills().map(|bill| bill.id).collect(),
        subject_kinds: bills().map(|bill| bill.subject.kind.to_string()).collect(),
        subject_ids: bills().map(|bill| bill.subject.id).collect(),
        payers: bills().map(|bill| bill.payer).collect(),
        channels: bills().map(|bill| bill.channel.clone()).collect(),
        states: bills().map(|bill| bill.state.as_str()).collect(),
        roundings: bills().map(|bill| bill.rounding.as_str()).collect(),
        totals: bills().map(|bill| bill.total).collect(),
        paid: bills().map(|bill| bill.paid).collect(),
        due_ats: bills().map(|bill| bill.due_at).collect(),
        closed_ats: bills().map(|bill| bill.closed_at).collect(),
        references: bills().map(|bill| bill.reference.clone()).collect(),
        payments: payments().map(|payment| payment.map(|one| one.id)).collect(),
        methods: payments().map(|payment| payment.map(|one| one.method.as_str())).collect(),
        providers: payments().map(|payment| payment.and_then(|one| one.provider.clone())).collect(),
        provider_refs: payments().map(|payment| payment.and_then(|one| one.provider_ref.clone())).collect(),
        line_bills: lines.iter().map(|(bill, ..)| *bill).collect(),
        line_positions: lines.iter().map(|(_, at, _)| *at).collect(),
        line_ids: lines.iter().map(|(.., line)| line.id).collect(),
        line_kinds: lines.iter().map(|(.., line)| line.kind.as_str()).collect(),
        labels: lines.iter().map(|(.., line)| line.label.clone()).collect(),
        quantities: lines.iter().map(|(.., line)| line.quantity).collect(),
        unit_amounts: lines.iter().map(|(.., line)| line.unit_amount).collect(),
        taxes: lines.iter().map(|(.., line)| line.tax.as_str()).collect(),
        line_subject_kinds: lines
            .iter()
            .map(|(.., line)| line.subject.as_ref().map(|one| one.kind.to_string()))
            .collect(),
        line_subject_ids: lines.iter().map(|(.., line)| line.subject.as_ref().map(|one| one.id)).collect(),
        explanations: explanations.map_err(|_| Fault::Unexpected("an explanation is told in JSON"))?,
        entry_bills: entries.iter().map(|(bill, _)| *bill).collect(),
        entry_ids: entries.iter().map(|_| Id::new(now)).collect(),
        entry_kinds: entries.iter().map(|(_, entry)| entry.kind.as_str()).collect(),
        debits: entries.iter().map(|(_, entry)| entry.kind.debit()).collect(),
        credits: entries.iter().map(|(_, entry)| entry.kind.credit()).collect(),
        entry_quantities: entries.iter().map(|(_, entry)| entry.quantity).collect(),
        entry_amounts: entries.iter().map(|(_, entry)| entry.amount).collect(),
        entry_taxes: entries.iter().map(|(_, entry)| entry.tax.map(TaxRate::as_str)).collect(),
        entry_lines: entries.iter().map(|(_, entry)| entry.line).collect(),
    })
}
