//! What rows count beside what applications hold.

use db::{Fault, TenantTx};
use diesel::sql_types::{Int4, Int8, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::ids::{CourseClassId, TenantId};

use crate::seats::Miscount;

db::statement! {
    /// Whoever moves meanwhile is in both counts or in neither: they are of one moment.
    Miscounted { tenant: TenantId => Uuid } -> (SqlUuid, Int4, Int8, Int4, Int8) =
        "SELECT p.class_id, p.taken, coalesce(o.held, 0)::int8, p.undecided, coalesce(o.entered, 0)::int8 FROM course.places AS p \
         LEFT JOIN (SELECT a.class_id, sum(a.units) FILTER (WHERE a.state IN ('offered', 'payment_due', 'admitted')) AS held, \
             count(*) FILTER (WHERE a.state IN ('screening', 'entered')) AS entered \
           FROM course.applications AS a WHERE a.tenant_id = $1 GROUP BY a.class_id) AS o ON o.class_id = p.class_id \
         WHERE p.tenant_id = $1 AND (p.taken <> coalesce(o.held, 0) OR p.undecided <> coalesce(o.entered, 0)) ORDER BY p.class_id"
}

pub(in crate::seats) async fn miscounted(tx: &mut TenantTx) -> Result<Vec<Miscount>, Fault> {
    type Row = (CourseClassId, i32, i64, i32, i64);
    let rows: Vec<Row> = Miscounted { tenant: tx.tenant() }.load(tx.conn()).await?;
    let one = |(class, taken, held, undecided, entered): Row| Miscount { class, taken, held, undecided, entered };
    Ok(rows.into_iter().map(one).collect())
}
