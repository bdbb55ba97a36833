//! The queries about documents.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk, Yen,
    ids::{BillId, DocumentId, PaymentId, RefundId, TenantId},
};
use tariff::TaxRate;
use uuid::Uuid;

use super::{Document, DocumentFilter, DocumentKind, DocumentState, VoidReason, rules::Line};
use crate::{schema::documents, words::Word};

#[derive(Queryable, Selectable)]
#[diesel(table_name = documents)]
struct Row {
    id: DocumentId,
    kind: DocumentKind,
    fiscal_year: i32,
    number: i32,
    bill_id: BillId,
    payment_id: Option<PaymentId>,
    refund_id: Option<RefundId>,
    revision: i32,
    replaces_id: Option<DocumentId>,
    state: DocumentState,
    content: serde_json::Value,
    hash: String,
    copies: i32,
    issued_at: Instant,
    voided_at: Option<Instant>,
    void_reason: Option<VoidReason>,
    version: i32,
}

fn document(row: Row) -> Result<Document, Fault> {
    Ok(Document {
        id: row.id,
        kind: row.kind,
        fiscal_year: row.fiscal_year,
        number: row.number,
        bill: row.bill_id,
        payment: row.payment_id,
        refund: row.refund_id,
        revision: row.revision,
        replaces: row.replaces_id,
        state: row.state,
        content: serde_json::from_value(row.content).map_err(|_| Fault::Unexpected("a document reads back"))?,
        hash: row.hash,
        copies: row.copies,
        issued_at: row.issued_at,
        voided_at: row.voided_at,
        void_reason: row.void_reason,
        version: row.version,
    })
}

db::statement! {
    /// The next number of a series, under the lock of its row until the transaction ends.
    NextNumber { tenant: TenantId => Uuid, kind: DocumentKind => Text, year: i32 => Integer } -> (sql_types::Integer,) =
        "INSERT INTO billing.document_series AS s (tenant_id, kind, fiscal_year, last) VALUES ($1, $2, $3, 1) \
         ON CONFLICT ON CONSTRAINT document_series_pkey DO UPDATE SET last = s.last + 1 RETURNING last"
}

pub async fn next_number(tx: &mut TenantTx, kind: DocumentKind, year: i32) -> Result<i32, Fault> {
    let statement = NextNumber { tenant: tx.tenant(), kind, year };
    Ok(statement.get_result::<(i32,)>(tx.conn()).await?.0)
}

pub async fn insert(tx: &mut TenantTx, document: &Document, content: serde_json::Value) -> Result<(), Fault> {
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(document.id),
            documents::kind.eq(document.kind),
            documents::fiscal_year.eq(document.fiscal_year),
            documents::number.eq(document.number),
            documents::about_id.eq(document.about().id()),
            documents::bill_id.eq(document.bill),
            documents::payment_id.eq(document.payment),
            documents::refund_id.eq(document.refund),
            documents::revision.eq(document.revision),
            documents::replaces_id.eq(document.replaces),
            documents::state.eq(document.state),
            documents::content.eq(content),
            documents::hash.eq(&document.hash),
            documents::issued_at.eq(document.issued_at),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: DocumentId) -> Result<Option<Document>, Fault> {
    let query = documents::table.of(tx.tenant()).filter(documents::id.eq(id)).select(Row::as_select());
    query.first(tx.conn()).await.optional()?.map(document).transpose()
}

pub async fn lock(tx: &mut TenantTx, id: DocumentId) -> Result<Option<Document>, Fault> {
    let query = documents::table.of(tx.tenant()).filter(documents::id.eq(id)).select(Row::as_select());
    query.for_update().first(tx.conn()).await.optional()?.map(document).transpose()
}

/// Every document of a bill, oldest first.
pub async fn of_bill(tx: &mut TenantTx, bill: BillId) -> Result<Vec<Document>, Fault> {
    let query = documents::table.of(tx.tenant()).filter(documents::bill_id.eq(bill)).order(documents::id);
    let rows: Vec<Row> = query.select(Row::as_select()).load(tx.conn()).await?;
    rows.into_iter().map(document).collect()
}

/// One page, newest first.
pub async fn list(tx: &mut TenantTx, filter: &DocumentFilter, ask: &PageAsk) -> Result<Vec<Document>, Fault> {
    let before = DocumentId::from_uuid(ask.after.unwrap_or(Uuid::max()));
    let mut query = documents::table.of(tx.tenant()).filter(documents::id.lt(before)).into_boxed();
    if let Some(bill) = filter.bill {
        query = query.filter(documents::bill_id.eq(bill));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(documents::kind.eq(kind));
    }
    if let Some(year) = filter.fiscal_year {
        query = query.filter(documents::fiscal_year.eq(year));
    }
    let query = query.order(documents::id.desc()).limit(ask.rows()).select(Row::as_select());
    let rows: Vec<Row> = query.load(tx.conn()).await?;
    rows.into_iter().map(document).collect()
}

/// Keeps what moved on a locked document: never what it says.
pub async fn keep(tx: &mut TenantTx, document: &mut Document) -> Result<(), Fault> {
    let before = document.version;
    document.version = before.saturating_add(1);
    let done = diesel::update(
        documents::table.of(tx.tenant()).filter(documents::id.eq(document.id)).filter(documents::version.eq(before)),
    )
    .set((
        documents::state.eq(document.state),
        documents::copies.eq(document.copies),
        documents::voided_at.eq(document.voided_at),
        documents::void_reason.eq(document.void_reason),
        documents::version.eq(document.version),
    ))
    .execute(tx.conn())
    .await?;
    if done == 1 { Ok(()) } else { Err(Fault::Unexpected("a document changes only under its lock")) }
}

db::statement! {
    /// Makes void what counts of the documents of a bill.
    VoidAllOf { tenant: TenantId => Uuid, bill: BillId => Uuid, now: Instant => Timestamptz }
        -> (sql_types::Uuid, sql_types::Text) =
        "UPDATE billing.documents SET state = 'void', voided_at = $3, version = version + 1, \
         void_reason = CASE kind WHEN 'receipt' THEN 'payment_returned' ELSE 'other' END \
         WHERE tenant_id = $1 AND bill_id = $2 AND state = 'issued' RETURNING id, void_reason"
}

/// Says which those were. The caller holds the bill's lock, under which they are issued.
pub async fn void_all_of(
    tx: &mut TenantTx,
    bill: BillId,
    now: Instant,
) -> Result<Vec<(DocumentId, VoidReason)>, Fault> {
    Ok(VoidAllOf { tenant: tx.tenant(), bill, now }.load(tx.conn()).await?)
}

type RefundLine = (String, i64, Yen, Word<TaxRate>);

db::statement! {
    /// What came back with a refund, from the ledger, in the order of the bill.
    LinesOfRefund { tenant: TenantId => Uuid, refund: RefundId => Uuid } -> (
        sql_types::Text,
        sql_types::BigInt,
        sql_types::BigInt,
        sql_types::Text,
    ) = "SELECT l.label, -e.quantity, e.amount, e.tax FROM billing.ledger AS e \
         JOIN billing.bill_lines AS l ON l.tenant_id = $1 AND l.id = e.line_id \
         WHERE e.tenant_id = $1 AND e.refund_id = $2 AND e.kind = 'refund' \
         AND e.bill_id = (SELECT r.bill_id FROM billing.refunds AS r WHERE r.tenant_id = $1 AND r.id = $2) \
         ORDER BY l.position, e.id"
}

pub async fn lines_of_refund(tx: &mut TenantTx, refund: RefundId) -> Result<Vec<Line>, Fault> {
    let rows: Vec<RefundLine> = LinesOfRefund { tenant: tx.tenant(), refund }.load(tx.conn()).await?;
    let line = |(label, quantity, amount, tax): RefundLine| Line { label, quantity, amount, tax: tax.0 };
    Ok(rows.into_iter().map(line).collect())
}
