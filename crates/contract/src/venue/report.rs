//! Reports on hires on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

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
    /// What the patron is called, where that was asked for.
    #[oai(validator(max_length = 200))]
    pub patron_name: Option<String>,
    /// The code of a purpose.
    #[oai(validator(max_length = 30))]
    pub purpose: Option<String>,
    /// What is asked for it.
    pub amount: Option<Yen>,
    /// What is asked for its whole application.
    pub application_amount: Yen,
}

/// What takes a room beside hires that were applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HireLedgerKind {
    /// 仮押さえ that nobody applied with yet.
    Hold,
    /// 講座の回.
    Session,
    /// 休館・保守・主催.
    Closure,
}

/// Something else that takes a room.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HireLedgerEntry {
    pub kind: HireLedgerKind,
    /// Of the session, the closure, or the hire that is held.
    #[oai(validator(max_length = 40))]
    pub id: String,
    /// Absent for closures.
    pub room: Option<Ref<kind::Room>>,
    #[oai(validator(max_length = 100))]
    pub room_name: Option<String>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Why something is closed.
    #[oai(validator(max_length = 200))]
    pub label: Option<String>,
    pub held_until: Option<Instant>,
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
    /// Holds, sessions and closures, in the order of time.
    #[oai(validator(max_items = 5000))]
    pub others: Vec<HireLedgerEntry>,
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
    /// Days on which it could be used: the house is open for it, and no closure takes the day.
    pub days_open: i64,
    /// Of these, days on which all of it was used at the same time: by hires that were confirmed, or by sessions. A hall is used so
    /// with all of its parts, whether it was let as a whole or they were let one by one; a part is used with its hall.
    pub days_used: i64,
    /// Of these, days on which somebody had it and did not come.
    pub days_no_show: i64,
    /// Days on which the house would be open for it, and a closure takes the day.
    pub days_blocked: i64,
    /// Slots that could be used; 0 where it is not hired by slots.
    pub blocks_open: i64,
    pub blocks_used: i64,
    pub blocks_no_show: i64,
    pub blocks_blocked: i64,
    /// In which all of it was used at the same time, as a whole or in its parts.
    pub minutes_used: i64,
}

/// 稼働率 of a room in a month.
#[derive(Debug, Clone, Object)]
pub struct MonthUtilisation {
    /// `2026-12`.
    #[oai(validator(max_length = 7))]
    pub month: String,
    pub room: Ref<kind::Room>,
    pub days_open: i64,
    pub days_used: i64,
    pub days_no_show: i64,
    pub days_blocked: i64,
    pub blocks_open: i64,
    pub blocks_used: i64,
    pub blocks_no_show: i64,
    pub blocks_blocked: i64,
    pub minutes_used: i64,
}

/// How much a room was used for something while all of it was used. A day or a slot that was used for two purposes counts for both,
/// and so does a minute in which its parts were.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PurposeUtilisation {
    pub room: Ref<kind::Room>,
    /// Whether by sessions of the house, and not by hires.
    pub sessions: bool,
    /// The code of a purpose. Absent: of hires, none was said.
    #[oai(validator(max_length = 30))]
    pub purpose: Option<String>,
    pub days_used: i64,
    pub blocks_used: i64,
    pub minutes_used: i64,
}

/// By what a file of 稼働率 has its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum UtilisationBy {
    Room,
    Month,
    Purpose,
}

/// 稼働率, by day and by block.
#[derive(Debug, Clone, Object)]
pub struct Utilisation {
    pub facility: Ref<kind::Facility>,
    pub from: Date,
    pub until: Date,
    /// In the order of the house.
    #[oai(validator(max_items = 5000))]
    pub rooms: Vec<RoomUtilisation>,
    /// In the order of room and month; months in which a room could not be used at all are left out.
    #[oai(validator(max_items = 65000))]
    pub months: Vec<MonthUtilisation>,
    /// In the order of room and purpose.
    #[oai(validator(max_items = 100000))]
    pub purposes: Vec<PurposeUtilisation>,
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
