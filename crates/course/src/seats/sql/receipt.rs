//! When whoever waits was received.

use db::{Fault, TenantTx};
use diesel::sql_types::{Int8, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId, TenantId},
};

db::statement! {
    /// Of whoever has waited since they applied and was not moved by the staff.
    LineByReceipt { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> (SqlUuid, Nullable<Int8>, Nullable<Timestamptz>) =
        "SELECT a.id, a.waiting_key, CASE WHEN NOT EXISTS (SELECT FROM course.application_events AS e \
             WHERE e.tenant_id = $1 AND e.application_id = a.id \
               AND (e.kind = 'reordered' OR (e.to_state = 'waitlisted' AND e.from_state <> 'waitlisted'))) THEN a.received_at END \
         FROM course.applications AS a WHERE a.tenant_id = $1 AND a.class_id = $2 AND a.state = 'waitlisted' \
         ORDER BY a.waiting_key"
}

/// Somebody who waits.
#[derive(Debug, Clone, Copy)]
pub(in crate::seats) struct InLine {
    pub id: CourseApplicationId,
    pub key: Option<i64>,
    /// Absent: a draw or the staff put them where they are.
    pub received_at: Option<Instant>,
}

/// In the order in which they wait.
pub(in crate::seats) async fn line_by_receipt(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<InLine>, Fault> {
    type Row = (CourseApplicationId, Option<i64>, Option<Instant>);
    let rows: Vec<Row> = LineByReceipt { tenant: tx.tenant(), class }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, key, received_at)| InLine { id, key, received_at }).collect())
}
