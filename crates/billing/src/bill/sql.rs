//! The queries about bills.

mod opening;

pub use opening::{Opening, insert};

use std::collections::BTreeMap;

use db::{Db, Fault, TenantTx, statement::OfTenant};
use diesel::{OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper, prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk, Yen,
    ids::{BillId, BillLineId, PatronId, TenantId},
};
use tariff::{LineKind, Rounding, TaxRate};
use uuid::Uuid;

use super::{Bill, BillFilter, BillLine, BillState};
use crate::{
    Subject,
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
    stands: bool,
    open_until: Option<Instant>,
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
        stands: row.stands,
        open_until: row.open_until,
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

/// The newest bill of a subject; a cancelled one only when there is no other.
pub async fn id_of(tx: &mut TenantTx, subject: &Subject) -> Result<Option<BillId>, Fault> {
    let id = bills::table
        .of(tx.tenant())
        .filter(bills::subject_kind.eq(subject.kind.as_ref()))
        .filter(bills::subject_id.eq(subject.id))
        .order((bills::state.eq("cancelled"), bills::id.desc()))
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
    with_all_lines(tx, rows).await
}

/// The bills of these subjects that are not cancelled, the oldest first; under their locks, taken in this order, if so asked.
pub async fn standing_of(tx: &mut TenantTx, subjects: &[Subject], lock: bool) -> Result<Vec<Bill>, Fault> {
    // an id is never given twice, so kinds and ids need not be matched pair by pair
    let kinds: Vec<&str> = subjects.iter().map(|one| one.kind.as_ref()).collect();
    let ids: Vec<Uuid> = subjects.iter().map(|one| one.id).collect();
    let standing = bills::table
        .of(tx.tenant())
        .filter(bills::subject_kind.eq_any(kinds))
        .filter(bills::subject_id.eq_any(ids))
        .filter(bills::state.ne(BillState::Cancelled))
        .order(bills::id)
        .select(BillRow::as_select());
    let rows: Vec<BillRow> =
        if lock { standing.for_update().load(tx.conn()).await? } else { standing.load(tx.conn()).await? };
    with_all_lines(tx, rows).await
}

/// Each bill with its lines, in the order of the rows.
async fn with_all_lines(tx: &mut TenantTx, rows: Vec<BillRow>) -> Result<Vec<Bill>, Fault> {
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
pub async fn list(tx: &mut TenantTx, filter: &BillFilter, ask: &PageAsk) -> Result<Vec<Bill>, Fault> {
    let before = BillId::from_uuid(ask.after.unwrap_or(Uuid::max()));
    let mut query = bills::table.of(tx.tenant()).filter(bills::id.lt(before)).into_boxed();
    if let Some(subjects) = &filter.subjects {
        // an id is never given twice, so kinds and ids need not be matched pair by pair
        let kinds: Vec<&str> = subjects.iter().map(|one| one.kind.as_ref()).collect();
        let ids: Vec<Uuid> = subjects.iter().map(|one| one.id).collect();
        query = query.filter(bills::subject_kind.eq_any(kinds)).filter(bills::subject_id.eq_any(ids));
    }
    if let Some(payer) = filter.payer {
        query = query.filter(bills::payer_id.eq(payer));
    }
    if let Some(state) = filter.state {
        query = query.filter(bills::state.eq(state));
    }
    if let Some(outstanding) = filter.outstanding {
        let exactly = bills::total.eq(bills::paid + outstanding.0);
        query = query.filter(bills::state.eq(BillState::Open)).filter(exactly);
    }
    if let Some(until) = filter.due_until {
        query = query.filter(bills::due_at.le(until));
    }
    if let Some(at) = filter.overdue_at {
        query = query.filter(bills::state.eq(BillState::Open)).filter(bills::due_at.le(at));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(bills::reference.eq(reference));
    }
    let rows = query.order(bills::id.desc()).limit(ask.rows()).select(BillRow::as_select()).load(tx.conn()).await?;
    with_all_lines(tx, rows).await
}

db::statement! {
    /// The one question across tenants.
    TenantsWithOverdue { now: Instant => Timestamptz } -> sql_types::Uuid = "SELECT billing.tenants_with_overdue_bills($1)"
}

pub async fn tenants_with_overdue(db: &Db, now: Instant) -> Result<Vec<TenantId>, Fault> {
    db.lobby(async |conn| TenantsWithOverdue { now }.load::<TenantId>(conn).await).await
}

/// Open bills whose time is over, the longest overdue first; if so asked, under their locks, and those that are locked already are
/// passed by.
pub async fn overdue(tx: &mut TenantTx, limit: i64, now: Instant, lock: bool) -> Result<Vec<BillId>, Fault> {
    let over = bills::table
        .of(tx.tenant())
        .filter(bills::state.eq(BillState::Open))
        .filter(bills::stands.eq(false))
        .filter(bills::due_at.le(now))
        .filter(bills::open_until.is_null().or(bills::open_until.le(now)))
        .order(bills::due_at)
        .limit(limit)
        .select(bills::id);
    let ids: Vec<BillId> =
        if lock { over.for_update().skip_locked().load(tx.conn()).await? } else { over.load(tx.conn()).await? };
    Ok(ids)
}

/// The bill stays open after its time. Nobody else knows of it yet.
pub async fn stand(tx: &mut TenantTx, id: BillId) -> Result<(), Fault> {
    diesel::update(bills::table.of(tx.tenant()).filter(bills::id.eq(id)))
        .set(bills::stands.eq(true))
        .execute(tx.conn())
        .await?;
    Ok(())
}

db::statement! {
    KeepOpen { tenant: TenantId => Uuid, ids: Vec<BillId> => Array<Uuid>, until: Vec<Instant> => Array<Timestamptz> } -> () =
        "UPDATE billing.bills AS b SET open_until = k.until FROM unnest($2, $3) AS k (id, until) \
         WHERE b.tenant_id = $1 AND b.id = k.id"
}

/// Bills take payments until later than their deadlines. Nobody else knows of them yet.
pub async fn keep_open(tx: &mut TenantTx, kept: &[(BillId, Instant)]) -> Result<(), Fault> {
    let (ids, until) = kept.iter().copied().unzip();
    KeepOpen { tenant: tx.tenant(), ids, until }.execute(tx.conn()).await?;
    Ok(())
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
        bills::due_at.eq(bill.due_at),
        bills::closed_at.eq(bill.closed_at),
        bills::version.eq(bill.version.saturating_add(1)),
    ))
    .execute(tx.conn())
    .await?;
    if done == 1 { Ok(()) } else { Err(Fault::Unexpected("a locked bill changes only under its lock")) }
}

db::statement! {
    /// Adds what is given back to each of its lines.
    RefundLines { tenant: TenantId => Uuid, lines: Vec<BillLineId> => Array<Uuid>, amounts: Vec<Yen> => Array<BigInt> }
        -> (sql_types::Uuid,) =
        "UPDATE billing.bill_lines AS l SET refunded = l.refunded + p.amount \
         FROM (SELECT u.line, sum(u.amount)::bigint AS amount FROM unnest($2, $3) AS u (line, amount) GROUP BY u.line) AS p \
         WHERE l.tenant_id = $1 AND l.id = p.line RETURNING l.id"
}

/// Adds what is given back to lines, of which one may be named twice. `line_refund_within_line` refuses what is too much.
pub async fn refund_lines(tx: &mut TenantTx, parts: &[(BillLineId, Yen)]) -> Result<(), Fault> {
    let (lines, amounts) = parts.iter().copied().unzip();
    let statement = RefundLines { tenant: tx.tenant(), lines, amounts };
    statement.load::<(BillLineId,)>(tx.conn()).await?;
    Ok(())
}
