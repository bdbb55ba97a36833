//! Queries on quotes.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::ids::{FacilityId, HireApplicationId, HireQuoteId, RoomId, TenantId};

use super::HireQuote;
use crate::schema::hire_quotes;

db::standard_sql!(hire_quotes, HireQuote, HireQuoteId);

db::statement! {
    /// How often a facility, some of its rooms, their slots, their opening and what is a holiday have been made or changed, all together.
    /// No row of them is ever deleted, and each change is one more: the number is the same only as long as nothing has changed.
    Changes { tenant: TenantId => SqlUuid, facility: FacilityId => SqlUuid, rooms: Vec<RoomId> => Array<SqlUuid> } -> (BigInt,) =
        "SELECT coalesce((SELECT f.version FROM venue.facilities AS f WHERE f.tenant_id = $1 AND f.id = $2), 0)::bigint \
         + (SELECT coalesce(sum(r.version), 0) FROM venue.rooms AS r WHERE r.tenant_id = $1 AND r.id = ANY ($3)) \
         + (SELECT coalesce(sum(s.version), 0) FROM venue.slot_sets AS s WHERE s.tenant_id = $1 AND s.room_id = ANY ($3)) \
         + (SELECT coalesce(sum(l.version), 0) FROM venue.calendar_layers AS l WHERE l.tenant_id = $1 AND l.facility_id = $2 \
           AND (l.room_id IS NULL OR l.room_id = ANY ($3))) \
         + (SELECT coalesce(sum(d.version), 0) FROM venue.holidays AS d WHERE d.tenant_id = $1)"
}

/// How often what a quote for some rooms is checked against has changed. It is read before that is read: who changes it meanwhile, and
/// commits after, makes the quote outdated, whatever the clock said.
pub(super) async fn changes(tx: &mut TenantTx, facility: FacilityId, rooms: Vec<RoomId>) -> Result<i64, Fault> {
    let (changes,): (i64,) = Changes { tenant: tx.tenant(), facility, rooms }.get_result(tx.conn()).await?;
    Ok(changes)
}

/// Whether what a quote was checked against has changed since.
pub(crate) async fn is_outdated(tx: &mut TenantTx, quote: &HireQuote, rooms: Vec<RoomId>) -> Result<bool, Fault> {
    Ok(quote.house_changes != Some(changes(tx, quote.facility_id, rooms).await?))
}

pub(crate) async fn of_application(tx: &mut TenantTx, of: HireApplicationId) -> Result<Vec<HireQuoteId>, Fault> {
    let query = hire_quotes::table.of(tx.tenant()).filter(hire_quotes::application_id.eq(of));
    let query = query.filter(hire_quotes::kind.eq_any(["reduction", "change", "settlement"])).order(hire_quotes::id);
    Ok(query.select(hire_quotes::id).load(tx.conn()).await?)
}
