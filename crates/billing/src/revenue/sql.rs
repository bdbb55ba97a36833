//! What takings are counted from.

use db::{Fault, TenantTx};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use kernel::{
    Yen,
    ids::{BillId, BillLineId, TenantId},
};
use tariff::TaxRate;
use time::Date as Day;
use uuid::Uuid;

use super::rules::Movement;
use crate::{ledger::EntryKind, words::Word};

type Row = (BillId, Day, EntryKind, Yen, Option<BillLineId>, Option<Word<TaxRate>>, Option<Uuid>);

db::statement! {
    /// All movements, from their beginning, of bills that moved in the time: of two at one moment, charges come first, then what
    /// came in, then what went back.
    Movements { tenant: TenantId => Uuid, kinds: Vec<&'static str> => Array<Text>, from: Day => Date, until: Day => Date } -> (
        sql_types::Uuid,
        sql_types::Date,
        sql_types::Text,
        sql_types::BigInt,
        sql_types::Nullable<sql_types::Uuid>,
        sql_types::Nullable<sql_types::Text>,
        sql_types::Nullable<sql_types::Uuid>,
    ) = "SELECT l.bill_id, l.business_date, l.kind, l.amount, l.line_id, l.tax, i.subject_id \
         FROM billing.ledger AS l LEFT JOIN billing.bill_lines AS i ON i.tenant_id = $1 AND i.id = l.line_id \
         WHERE l.tenant_id = $1 AND l.business_date < $4 AND l.bill_id IN (SELECT m.bill_id FROM billing.ledger AS m \
           WHERE m.tenant_id = $1 AND m.subject_kind = ANY ($2) AND m.business_date >= $3 AND m.business_date < $4) \
         ORDER BY l.bill_id, l.at, CASE WHEN l.kind IN ('sale', 'fee') THEN 0 WHEN l.kind IN ('payment', 'late_payment') THEN 1 \
           WHEN l.kind = 'late_accepted' THEN 2 ELSE 3 END, i.position, l.id"
}

pub(super) async fn movements(
    tx: &mut TenantTx,
    kinds: Vec<&'static str>,
    from: Day,
    until: Day,
) -> Result<Vec<Movement>, Fault> {
    let rows: Vec<Row> = Movements { tenant: tx.tenant(), kinds, from, until }.load(tx.conn()).await?;
    let movement = |(bill, day, kind, amount, line, tax, about): Row| Movement {
        bill,
        day,
        kind,
        amount,
        line,
        tax: tax.map(|tax| tax.0),
        about,
    };
    Ok(rows.into_iter().map(movement).collect())
}
