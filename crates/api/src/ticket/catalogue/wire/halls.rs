//! Halls and their seats.

use ::ticket::{
    hall::{self, HallChange, HallDraft},
    plan::{self, Charset},
};
use contract::{
    CsvFile,
    ticket::{
        hall::{Hall, HallRequest, HallUpdate},
        plan::{
            FileCharset, PlanSeat, SeatAttribute, SeatingPlan, SeatingPlanSeats, SeatingPlanState, SeatingPlanVersion,
        },
    },
};

use super::hex;
use crate::params::patched;

pub fn hall(hall: &hall::Hall) -> Hall {
    Hall {
        id: hall.id.into(),
        name: hall.name.clone(),
        name_en: hall.name_en.clone(),
        address: hall.address.clone(),
        legal_capacity: hall.legal_capacity,
        created_at: hall.created_at.into(),
        updated_at: hall.updated_at.into(),
        version: hall.version,
    }
}

pub fn hall_draft(ask: &HallRequest) -> HallDraft {
    HallDraft {
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        address: ask.address.clone(),
        legal_capacity: ask.legal_capacity,
    }
}

pub fn hall_change(ask: &HallUpdate) -> HallChange {
    HallChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        address: patched(&ask.address),
        legal_capacity: patched(&ask.legal_capacity),
    }
}

pub fn seating_plan(plan: &plan::Plan) -> SeatingPlan {
    SeatingPlan {
        id: plan.id.into(),
        hall: plan.hall_id.into(),
        name: plan.name.clone(),
        created_at: plan.created_at.into(),
        updated_at: plan.updated_at.into(),
        version: plan.version,
    }
}

pub fn plan_version(version: &plan::PlanVersion) -> SeatingPlanVersion {
    SeatingPlanVersion {
        id: version.id.into(),
        seating_plan: version.plan_id.into(),
        number: version.number,
        state: if version.state == "published" { SeatingPlanState::Published } else { SeatingPlanState::Draft },
        seat_count: version.seat_count,
        checksum: hex(&version.checksum),
        created_at: version.created_at.into(),
        published_at: version.published_at.map(Into::into),
    }
}

pub fn plan_seats(version: &plan::PlanVersion, seats: &[plan::Seat]) -> SeatingPlanSeats {
    SeatingPlanSeats { seating_plan_version: version.id.into(), seats: seats.iter().map(plan_seat).collect() }
}

fn plan_seat(seat: &plan::Seat) -> PlanSeat {
    let named = [
        (seat.aisle, SeatAttribute::Aisle),
        (seat.companion, SeatAttribute::Companion),
        (seat.restricted_view, SeatAttribute::RestrictedView),
        (seat.wheelchair, SeatAttribute::Wheelchair),
    ];
    PlanSeat {
        id: seat.id.into(),
        ordinal: seat.ordinal,
        section: seat.section.clone(),
        row: seat.row_label.clone(),
        seat: seat.seat_label.clone(),
        row_index: seat.row_index,
        position: seat.position_index,
        block: seat.block_index,
        x: seat.x,
        y: seat.y,
        quality: seat.quality_rank,
        attributes: named.into_iter().filter(|(has, _)| *has).map(|(_, attribute)| attribute).collect(),
    }
}

pub fn plan_file(version: &plan::PlanVersion, seats: &[plan::Seat], charset: Charset) -> CsvFile {
    let drafts: Vec<plan::SeatDraft> = seats.iter().map(plan::Seat::draft).collect();
    let (bytes, replaced) = plan::csv::encode(&plan::csv::write(&drafts), charset);
    let (charset, mark) = match charset {
        Charset::Utf8 => ("utf-8", "utf8"),
        Charset::ShiftJis => ("Shift_JIS", "sjis"),
    };
    let name = format!("seating-plan-{}.csv", version.number);
    CsvFile { bytes, charset, name, replaced, etag: format!("{}-{mark}", hex(&version.checksum)) }
}

pub const fn charset(asked: FileCharset) -> Charset {
    match asked {
        FileCharset::Utf8 => Charset::Utf8,
        FileCharset::ShiftJis => Charset::ShiftJis,
    }
}
