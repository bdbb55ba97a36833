//! What the house says of places, apart from those in use.

use db::{Fault, TenantTx};
use diesel_async::RunQueryDsl;
use kernel::ids::{CourseClassId, TenantId};

use crate::seats::Capacity;

db::statement! {
    Plan {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, held_back: Option<i32> => Nullable<Int4>, waits: bool => Bool,
        waiting_capacity: Option<i32> => Nullable<Int4>,
    } -> () =
        "UPDATE course.places AS p SET planned_held_back = coalesce($3, p.planned_held_back), \
         planned_waiting_capacity = CASE WHEN $4 THEN $5 ELSE p.planned_waiting_capacity END \
         WHERE p.tenant_id = $1 AND p.class_id = $2"
}

/// What the house says of places from now on, whatever is used up of it later.
pub(in crate::seats) async fn plan(tx: &mut TenantTx, class: CourseClassId, to: Capacity) -> Result<(), Fault> {
    let Capacity { held_back, waiting_capacity, .. } = to;
    let (waits, waiting_capacity) = (waiting_capacity.is_some(), waiting_capacity.flatten());
    Plan { tenant: tx.tenant(), class, held_back, waits, waiting_capacity }.execute(tx.conn()).await?;
    Ok(())
}
