//! What of a class is written when it ends: cancelled, or over.

use db::{Fault, TenantTx};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseClassId, TenantId},
};

db::statement! {
    EndClass { tenant: TenantId => Uuid, class: CourseClassId => Uuid, reason: String => Text, at: Instant => Timestamptz } -> () =
        "UPDATE course.classes AS c SET state = 'cancelled', decision = 'cancelled', reason = $3, updated_at = $4, \
         version = c.version + 1 WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    CompleteClass { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE course.classes AS c SET state = 'completed', updated_at = $3, version = c.version + 1 \
         WHERE c.tenant_id = $1 AND c.id = $2"
}

db::statement! {
    /// Whoever takes part has done so to the end.
    CompleteEnrolments { tenant: TenantId => Uuid, class: CourseClassId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE course.enrolments AS e SET state = 'ended', ended_at = $3, updated_at = $3, version = e.version + 1 \
         WHERE e.tenant_id = $1 AND e.class_id = $2 AND e.state = 'active'"
}

pub(in crate::seats) async fn end_class(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &str,
    at: Instant,
) -> Result<(), Fault> {
    EndClass { tenant: tx.tenant(), class, reason: reason.to_owned(), at }.execute(tx.conn()).await?;
    Ok(())
}

pub(in crate::seats) async fn complete_class(
    tx: &mut TenantTx,
    class: CourseClassId,
    at: Instant,
) -> Result<(), Fault> {
    CompleteClass { tenant: tx.tenant(), class, at }.execute(tx.conn()).await?;
    CompleteEnrolments { tenant: tx.tenant(), class, at }.execute(tx.conn()).await?;
    Ok(())
}
