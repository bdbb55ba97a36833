//! Queries on facilities. Lock order: facilities by id, rooms, layers, atoms, equipment. Who changes when a house is open has its row
//! for update; who lets something of it has it for key share, be it by a row that refers to it.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::FacilityId;

use super::Facility;
use crate::schema::facilities;

db::standard_sql!(facilities, Facility, FacilityId);
db::standard_list!(facilities, Facility, id: FacilityId);

pub async fn find_for_update(tx: &mut TenantTx, id: FacilityId) -> Result<Option<Facility>, Fault> {
    let query =
        facilities::table.of(tx.tenant()).filter(facilities::id.eq(id)).select(Facility::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

/// Those of the contractor, in the order of the locks.
pub async fn find_all_for_update(tx: &mut TenantTx) -> Result<Vec<FacilityId>, Fault> {
    let query = facilities::table.of(tx.tenant()).order(facilities::id).select(facilities::id).for_update();
    Ok(query.load(tx.conn()).await?)
}

pub async fn find_for_key_share(tx: &mut TenantTx, id: FacilityId) -> Result<Option<FacilityId>, Fault> {
    let query = facilities::table.of(tx.tenant()).filter(facilities::id.eq(id)).select(facilities::id).for_key_share();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &Facility) -> Result<(), Fault> {
    diesel::update(facilities::table.of(tx.tenant()).filter(facilities::id.eq(one.id)))
        .set((
            facilities::name.eq(&one.name),
            facilities::name_en.eq(&one.name_en),
            facilities::address.eq(&one.address),
            facilities::effective_until.eq(one.effective_until),
            facilities::ended_despite.eq(&one.ended_despite),
            facilities::mend_days.eq(one.mend_days),
            facilities::updated_at.eq(one.updated_at),
            facilities::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
