//! A hall with a performance on sale: the least that a sale needs of the catalogue, the same in every tenant.

use std::fmt::Write as _;

use kernel::{
    Id,
    ids::{Kind, PerformanceId, SeatClassId, SeatId, TenantId, TicketTypeId},
};
use uuid::Uuid;

/// The id with this number.
pub fn id<K: Kind>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

pub fn performance() -> PerformanceId {
    id(0xf1)
}

/// S席, 5,000 yen.
pub fn seated() -> SeatClassId {
    id(0xc1)
}

/// 自由席, 3,000 yen.
pub fn standing() -> SeatClassId {
    id(0xc2)
}

/// 一般.
pub fn adult() -> TicketTypeId {
    id(0xad)
}

/// The seat in this row and place, both from 1.
pub fn seat(row: i32, place: i32) -> SeatId {
    id(u128::from((row * 1000 + place).unsigned_abs()) + 0x5ea7_0000)
}

/// What puts a performance on sale in an empty catalogue: rows of so many seats with an aisle in the middle, a wheelchair place
/// and its companion at the left of the last row, one class of seats and one without, an adult's price for both, a window that
/// is open at [`crate::MORNING`]. The seats are still to be laid out (`ticket::stock::lay_out`).
pub fn on_sale(tenant: TenantId, rows: i32, places: i32) -> String {
    let tenant = tenant.uuid();
    let uuid = |n: u128| Uuid::from_u128(n);
    let (hall, plan, version, production, list) = (uuid(1), uuid(2), uuid(3), uuid(4), uuid(5));
    let (seated, standing, adult, at) = (seated().uuid(), standing().uuid(), adult().uuid(), "'2026-10-01T00:00:00Z'");
    let performance = performance().uuid();
    let mut seats = String::new();
    for row in 1..=rows {
        for place in 1..=places {
            let (wheelchair, companion) = (row == rows && place == 1, row == rows && place == 2);
            let _ = write!(
                seats,
                "{}('{tenant}', '{}', '{version}', {}, '1F', '{row}', '{place}', {row}, {place}, {}, {row}, false, {wheelchair}, {companion}, false)",
                if seats.is_empty() { "" } else { "," },
                seat(row, place).uuid(),
                (row - 1) * places + place - 1,
                i32::from(place > places / 2),
            );
        }
    }
    format!(
        "INSERT INTO ticket.halls (tenant_id, id, name, created_at, updated_at) VALUES ('{tenant}', '{hall}', '大ホール', {at}, {at});
         INSERT INTO ticket.seating_plans (tenant_id, id, hall_id, name, created_at, updated_at) VALUES ('{tenant}', '{plan}', '{hall}', '標準', {at}, {at});
         INSERT INTO ticket.seating_plan_versions (tenant_id, id, plan_id, number, state, seat_count, checksum, created_at, published_at)
           VALUES ('{tenant}', '{version}', '{plan}', 1, 'published', {count}, sha256(''), {at}, {at});
         INSERT INTO ticket.seats (tenant_id, id, plan_version_id, ordinal, section, row_label, seat_label, row_index, position_index, block_index,
           quality_rank, aisle, wheelchair, companion, restricted_view) VALUES {seats};
         INSERT INTO ticket.productions (tenant_id, id, title, organiser, specified_ticket, state, created_at, updated_at)
           VALUES ('{tenant}', '{production}', '第九', '市', false, 'published', {at}, {at});
         INSERT INTO ticket.performances (tenant_id, id, production_id, hall_id, plan_version_id, doors_at, starts_at, ends_at, sales_cutoff_at, state, created_at, updated_at)
           VALUES ('{tenant}', '{performance}', '{production}', '{hall}', '{version}', '2026-12-24T08:30Z', '2026-12-24T09:00Z', '2026-12-24T11:00Z', '2026-12-24T09:00Z', 'on_sale', {at}, {at});
         INSERT INTO ticket.seat_classes (tenant_id, id, production_id, code, name, numbering, created_at, updated_at)
           VALUES ('{tenant}', '{seated}', '{production}', 'S', 'S席', 'assigned', {at}, {at}), ('{tenant}', '{standing}', '{production}', 'F', '自由席', 'none', {at}, {at});
         INSERT INTO ticket.ticket_types (tenant_id, id, production_id, code, name, proof_required, created_at, updated_at)
           VALUES ('{tenant}', '{adult}', '{production}', 'adult', '一般', false, {at}, {at});
         INSERT INTO ticket.price_lists (tenant_id, id, production_id, name, created_at) VALUES ('{tenant}', '{list}', '{production}', '通常', {at});
         INSERT INTO ticket.prices (tenant_id, price_list_id, seat_class_id, ticket_type_id, amount, tax_rate)
           VALUES ('{tenant}', '{list}', '{seated}', '{adult}', 5000, 'standard'), ('{tenant}', '{list}', '{standing}', '{adult}', 3000, 'standard');
         INSERT INTO ticket.sale_windows (tenant_id, id, performance_id, name, audience, opens_at, closes_at, per_order_limit, hold_minutes, hold_minutes_max,
           payment_minutes, selection, fee_per_ticket, fee_per_order, created_at, updated_at)
           VALUES ('{tenant}', '{window}', '{performance}', '一般発売', 'public', '2026-11-01T00:00Z', '2026-12-24T09:00Z', 8, 10, 25, 60, 'both', 110, 0, {at}, {at});",
        count = rows * places,
        window = uuid(6),
    )
}
