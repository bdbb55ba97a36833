//! Reports on hires on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use super::hire::{HireApplicationState, HireState};
use crate::{Date, Instant, Ref, Yen, billing::TaxRate};

/// One hire in the ledger of the house.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireLedgerLine {
    pub hire: Ref<kind::Hire>,
    pub application: Ref<kind::HireApplication>,
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub room_name: String,
    pub date: Date,
    #[oai(validator(max_items = 48))]
    pub slots: Vec<String>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub state: HireApplicationState,
    pub hire_state: HireState,
    #[oai(validator(max_length = 200))]
    pub title: String,
    pub patron: Ref<kind::Patron>,
    /// What its whole application costs.
    pub application_amount: Yen,
}

/// 予約台帳 of a facility.
#[derive(Debug, Clone, Object)]
pub struct HireLedger {
    pub facility: Ref<kind::Facility>,
    pub from: Date,
    pub until: Date,
    /// In the order of day, room and time.
    #[oai(validator(max_items = 5000))]
    pub hires: Vec<HireLedgerLine>,
}

/// Something on the board in the foyer.
#[derive(Debug, Clone, Object)]
pub struct DayListLine {
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub room_name: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    #[oai(validator(max_length = 200))]
    pub public_title: String,
}

/// 催物案内 of a day.
#[derive(Debug, Clone, Object)]
pub struct DayList {
    pub facility: Ref<kind::Facility>,
    pub date: Date,
    /// In the order of time.
    #[oai(validator(max_items = 5000))]
    pub events: Vec<DayListLine>,
}

/// 稼働率 of a room.
#[derive(Debug, Clone, Object)]
pub struct RoomUtilisation {
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    /// Days on which the house is open for it.
    pub days_open: i64,
    /// Of these, days with a confirmed hire.
    pub days_used: i64,
    /// Slots that could be hired; 0 where it is not hired by slots.
    pub blocks_open: i64,
    pub blocks_used: i64,
    pub minutes_used: i64,
}

/// 稼働率, by day and by block.
#[derive(Debug, Clone, Object)]
pub struct Utilisation {
    pub facility: Ref<kind::Facility>,
    pub from: Date,
    pub until: Date,
    #[oai(validator(max_items = 100))]
    pub rooms: Vec<RoomUtilisation>,
}

/// What the hires of a room came to in a month under one rate of tax.
#[derive(Debug, Clone, Object)]
pub struct HireRevenueLine {
    /// `2026-12`.
    #[oai(validator(max_length = 7))]
    pub month: String,
    pub room: Ref<kind::Room>,
    #[oai(validator(max_length = 100))]
    pub room_name: String,
    pub tax_rate: TaxRate,
    /// 請求額: charged, minus taken back before it was paid.
    pub billed_amount: Yen,
    /// 入金額.
    pub paid_amount: Yen,
    /// 返金額.
    pub refunded_amount: Yen,
}

/// 収入, from the money ledger alone.
#[derive(Debug, Clone, Object)]
pub struct HireRevenue {
    pub facility: Ref<kind::Facility>,
    pub from: Date,
    pub until: Date,
    pub billed_amount: Yen,
    pub paid_amount: Yen,
    pub refunded_amount: Yen,
    /// In the order of month, room and rate.
    #[oai(validator(max_items = 5000))]
    pub lines: Vec<HireRevenueLine>,
}
