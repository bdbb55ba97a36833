//! What is written of a party of which some leave.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseApplicationId, PersonId, TenantId},
};

use crate::{schema::application_households, seats::part::Part};

db::statement! {
    Reduce {
        tenant: TenantId => Uuid, id: CourseApplicationId => Uuid, units: i32 => Int4, price: serde_json::Value => Jsonb,
        total: i64 => Int8, tier: i32 => Int4, to_verify: bool => Bool, snapshot: Option<Vec<u8>> => Nullable<Binary>,
        at: Instant => Timestamptz,
    } -> () =
        "UPDATE course.applications AS a SET units = a.units - $3, price = $4, total = $5, tier = $6, to_verify = $7, snapshot = $8, \
           updated_at = $9, version = a.version + 1 \
         WHERE a.tenant_id = $1 AND a.id = $2"
}

db::statement! {
    LeaveParty { tenant: TenantId => Uuid, id: CourseApplicationId => Uuid, people: Vec<PersonId> => Array<Uuid> } -> () =
        "UPDATE course.application_people AS p SET active = false, left_party = true \
         WHERE p.tenant_id = $1 AND p.application_id = $2 AND p.person_id = ANY ($3)"
}

db::statement! {
    EndSome {
        tenant: TenantId => Uuid, id: CourseApplicationId => Uuid, people: Vec<PersonId> => Array<Uuid>, at: Instant => Timestamptz,
    } -> () =
        "UPDATE course.enrolments AS e SET state = 'withdrawn', ended_at = $4, updated_at = $4, version = e.version + 1 \
         WHERE e.tenant_id = $1 AND e.application_id = $2 AND e.person_id = ANY ($3) AND e.state = 'active'"
}

/// Takes people out of a party, with their places, what they were charged and what they were judged by.
pub(in crate::seats) async fn reduce(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    part: &Part,
    at: Instant,
) -> Result<(), Fault> {
    let (tenant, units, people) = (tx.tenant(), part.units, part.people.clone());
    let (price, total) = (part.price.clone(), part.total);
    let (tier, to_verify, snapshot) = (part.tier, part.to_verify, part.snapshot.clone());
    Reduce { tenant, id, units, price, total, tier, to_verify, snapshot, at }.execute(tx.conn()).await?;
    let of = application_households::table.of(tenant).filter(application_households::application_id.eq(id));
    let gone = of.filter(application_households::household_id.eq_any(&part.households));
    diesel::delete(gone).execute(tx.conn()).await?;
    LeaveParty { tenant, id, people: people.clone() }.execute(tx.conn()).await?;
    EndSome { tenant, id, people, at }.execute(tx.conn()).await?;
    Ok(())
}
