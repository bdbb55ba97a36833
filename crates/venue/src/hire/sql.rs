//! Queries on hires.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{Array as SqlArray, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{AtomId, HireApplicationId, HireHoldId, HireId, RoomId, TenantId},
};
use time::Date as Day;

use super::Hire;
use crate::schema::hires;

db::statement! {
    /// The parts of rooms.
    AtomsOf { tenant: TenantId => Uuid, rooms: Vec<RoomId> => Array<Uuid> } -> (SqlUuid, SqlArray<SqlUuid>) =
        "SELECT m.room_id, array_agg(m.atom_id ORDER BY m.atom_id) FROM venue.room_atoms AS m \
         WHERE m.tenant_id = $1 AND m.room_id = ANY ($2) GROUP BY m.room_id"
}

db::statement! {
    /// What of each of these is not asked for.
    Waive {
        tenant: TenantId => Uuid, hires: Vec<HireId> => Array<Uuid>, waived: Vec<i64> => Array<BigInt>, most: Vec<i64> => Array<BigInt>,
        whole: Vec<i64> => Array<BigInt>,
    } -> () =
        "UPDATE venue.hires AS h SET waived = w.waived, waived_most = w.most, waived_of = w.whole \
         FROM unnest($2, $3, $4, $5) AS w (hire, waived, most, whole) WHERE h.tenant_id = $1 AND h.id = w.hire"
}

/// What of each of these is not asked for from now on, where anything was or is.
pub(crate) async fn waive(tx: &mut TenantTx, hires: &[Hire]) -> Result<(), Fault> {
    let some: Vec<&Hire> = hires.iter().filter(|one| one.waived_of > 0).collect();
    if some.is_empty() {
        return Ok(());
    }
    let statement = Waive {
        tenant: tx.tenant(),
        hires: some.iter().map(|one| one.id).collect(),
        waived: some.iter().map(|one| one.waived).collect(),
        most: some.iter().map(|one| one.waived_most).collect(),
        whole: some.iter().map(|one| one.waived_of).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}

db::statement! {
    /// Other rooms and times for hires.
    MoveHires {
        tenant: TenantId => Uuid, hires: Vec<HireId> => Array<Uuid>, rooms: Vec<RoomId> => Array<Uuid>, days: Vec<Day> => Array<Date>,
        spans: Vec<Option<String>> => Array<Nullable<Text>>, from: Vec<Instant> => Array<Timestamptz>,
        until: Vec<Instant> => Array<Timestamptz>, purposes: Vec<Option<String>> => Array<Nullable<Text>>,
    } -> () =
        "UPDATE venue.hires AS h SET room_id = m.room, day = m.day, span = m.span, starts_at = m.starts, ends_at = m.ends, \
           purpose = m.purpose \
         FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[]) \
           AS m (id, room, day, span, starts, ends, purpose) \
         WHERE h.tenant_id = $1 AND h.id = m.id"
}

pub(crate) async fn atoms(tx: &mut TenantTx, rooms: Vec<RoomId>) -> Result<Vec<(RoomId, Vec<AtomId>)>, Fault> {
    Ok(AtomsOf { tenant: tx.tenant(), rooms }.load(tx.conn()).await?)
}

pub(crate) async fn insert(tx: &mut TenantTx, rows: &[Hire]) -> Result<(), Fault> {
    diesel::insert_into(hires::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn of_hold(tx: &mut TenantTx, hold: HireHoldId) -> Result<Vec<Hire>, Fault> {
    let query = hires::table.of(tx.tenant()).filter(hires::hold_id.eq(hold)).order(hires::place);
    Ok(query.select(Hire::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn of_applications(tx: &mut TenantTx, of: &[HireApplicationId]) -> Result<Vec<Hire>, Fault> {
    let query = hires::table.of(tx.tenant()).filter(hires::application_id.eq_any(of.to_vec()));
    Ok(query.order((hires::application_id, hires::place)).select(Hire::as_select()).load(tx.conn()).await?)
}

pub(crate) async fn find(tx: &mut TenantTx, id: HireId) -> Result<Option<Hire>, Fault> {
    let query = hires::table.of(tx.tenant()).filter(hires::id.eq(id)).select(Hire::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub(crate) async fn apply(tx: &mut TenantTx, hold: HireHoldId, application: HireApplicationId) -> Result<(), Fault> {
    diesel::update(hires::table.of(tx.tenant()).filter(hires::hold_id.eq(hold)))
        .set(hires::application_id.eq(application))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn set_state(tx: &mut TenantTx, hold: HireHoldId, state: &'static str) -> Result<(), Fault> {
    diesel::update(hires::table.of(tx.tenant()).filter(hires::hold_id.eq(hold)).filter(hires::state.eq("open")))
        .set(hires::state.eq(state))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What was released with its application is open again.
pub(crate) async fn reopen(tx: &mut TenantTx, hold: HireHoldId) -> Result<(), Fault> {
    diesel::update(hires::table.of(tx.tenant()).filter(hires::hold_id.eq(hold)).filter(hires::state.eq("released")))
        .set(hires::state.eq("open"))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn keep(tx: &mut TenantTx, one: &Hire) -> Result<(), Fault> {
    diesel::update(hires::table.of(tx.tenant()).filter(hires::id.eq(one.id)))
        .set((
            hires::room_id.eq(one.room_id),
            hires::day.eq(one.day),
            hires::span.eq(&one.span),
            hires::starts_at.eq(one.starts_at),
            hires::ends_at.eq(one.ends_at),
            hires::state.eq(&one.state),
            hires::used.eq(&one.used),
            hires::purpose.eq(&one.purpose),
            hires::kept.eq(one.kept),
            hires::kept_elsewhere.eq(one.kept_elsewhere),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Where and when these hires are from now on.
pub(crate) async fn move_all(tx: &mut TenantTx, moved: &[Hire]) -> Result<(), Fault> {
    let statement = MoveHires {
        tenant: tx.tenant(),
        hires: moved.iter().map(|one| one.id).collect(),
        rooms: moved.iter().map(|one| one.room_id).collect(),
        days: moved.iter().map(|one| one.day).collect(),
        spans: moved.iter().map(|one| one.span.clone()).collect(),
        from: moved.iter().map(|one| one.starts_at).collect(),
        until: moved.iter().map(|one| one.ends_at).collect(),
        purposes: moved.iter().map(|one| one.purpose.clone()).collect(),
    };
    statement.execute(tx.conn()).await?;
    Ok(())
}
