//! Queries on quotes.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Bool, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{FacilityId, HireApplicationId, HireQuoteId, RoomId, TenantId},
};

use super::HireQuote;
use crate::schema::hire_quotes;

db::standard_sql!(hire_quotes, HireQuote, HireQuoteId);

db::statement! {
    /// Whether a facility, some of its rooms, their slots, their opening or what is a holiday have changed after a moment.
    Changed {
        tenant: TenantId => SqlUuid, facility: FacilityId => SqlUuid, rooms: Vec<RoomId> => Array<SqlUuid>, at: Instant => Timestamptz,
    } -> (Bool,) =
        "SELECT EXISTS (SELECT FROM venue.facilities AS f WHERE f.tenant_id = $1 AND f.id = $2 AND f.updated_at > $4) \
         OR EXISTS (SELECT FROM venue.rooms AS r WHERE r.tenant_id = $1 AND r.id = ANY ($3) AND r.updated_at > $4) \
         OR EXISTS (SELECT FROM venue.slot_sets AS s WHERE s.tenant_id = $1 AND s.room_id = ANY ($3) AND s.updated_at > $4) \
         OR EXISTS (SELECT FROM venue.calendar_layers AS l WHERE l.tenant_id = $1 AND l.facility_id = $2 \
           AND (l.room_id IS NULL OR l.room_id = ANY ($3)) AND l.updated_at > $4) \
         OR EXISTS (SELECT FROM venue.holidays AS d WHERE d.tenant_id = $1 AND d.updated_at > $4)"
}

/// Whether what a quote was checked against has changed since it was made.
pub(crate) async fn is_outdated(tx: &mut TenantTx, quote: &HireQuote, rooms: Vec<RoomId>) -> Result<bool, Fault> {
    let statement = Changed { tenant: tx.tenant(), facility: quote.facility_id, rooms, at: quote.created_at };
    let (changed,): (bool,) = statement.get_result(tx.conn()).await?;
    Ok(changed)
}

pub(crate) async fn of_application(tx: &mut TenantTx, of: HireApplicationId) -> Result<Vec<HireQuoteId>, Fault> {
    let query = hire_quotes::table.of(tx.tenant()).filter(hire_quotes::application_id.eq(of));
    let query = query.filter(hire_quotes::kind.eq_any(["reduction", "change", "settlement"])).order(hire_quotes::id);
    Ok(query.select(hire_quotes::id).load(tx.conn()).await?)
}
