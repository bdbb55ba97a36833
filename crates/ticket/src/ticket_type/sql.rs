//! Queries on ticket types.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::TicketTypeId;

use super::TicketType;
use crate::{catalogue::production_list, schema::ticket_types};

db::standard_sql!(ticket_types, TicketType, TicketTypeId);
production_list!(ticket_types, TicketType);

pub async fn find_for_update(tx: &mut TenantTx, id: TicketTypeId) -> Result<Option<TicketType>, Fault> {
    let query = ticket_types::table
        .of(tx.tenant())
        .filter(ticket_types::id.eq(id))
        .select(TicketType::as_select())
        .for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &TicketType) -> Result<(), Fault> {
    diesel::update(ticket_types::table.of(tx.tenant()).filter(ticket_types::id.eq(one.id)))
        .set((
            ticket_types::name.eq(&one.name),
            ticket_types::name_en.eq(&one.name_en),
            ticket_types::proof_required.eq(one.proof_required),
            ticket_types::updated_at.eq(one.updated_at),
            ticket_types::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}
