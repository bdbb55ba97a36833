//! What a quote is asked for: rooms on days, and everything that an ordinance may make a price depend on.

use std::collections::BTreeMap;

use kernel::{Yen, clock::is_in_season};
use serde::{Deserialize, Serialize};
use time::{Date, Month, util::days_in_month};

use super::{
    charge::ChargeError,
    document::{HireTariff, Season},
    predicate::{Fact, Value},
};

/// ISO 8601 days: `2026-11-23`.
pub(super) mod iso {
    time::serde::format_description!(day, Date, "[year]-[month]-[day]");
    pub use day::{deserialize, option, serialize};
}

/// 申請 as far as prices go. Its JSON text is what a stored quote is computed from again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HireAsk {
    #[serde(with = "iso")]
    pub applied_on: Date,
    /// 利用者区分.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_class: Option<String>,
    /// Whether who applies lives or works in the municipality.
    #[serde(default)]
    pub resident: bool,
    /// 主催者の種別: `person`, `group`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organiser_kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    pub uses: Vec<RoomUse>,
    /// 減免 that were granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
}

/// Days that a room is hired for at once.
const MOST_DAYS: i64 = 366;

/// One room on one day, or from one day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomUse {
    /// Which hire of the application it belongs to.
    #[serde(default)]
    pub hire: u32,
    /// The room's code in the tariff: `HALL`, `GYM/HALF`.
    pub space: String,
    #[serde(with = "iso")]
    pub date: Date,
    pub day_class: DayClass,
    /// Consecutive, in the order of the day. Empty where a room is hired by the hour or the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<SlotUse>,
    /// From the beginning to the end without its extensions: a gap between slots is in it where it is not charged as one.
    pub minutes: i64,
    /// How long people are there in all, extensions included; absent where that is `minutes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_in_use: Option<i64>,
    /// The civil days that it is hired for; absent where it is one. Slots, and what goes on after midnight beside them, are of their day,
    /// and so is what is within the hours of one day of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// What sort of day each of these is, the first among them, where there are several: they have to be alike for the price. Empty:
    /// that was not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub day_classes: Vec<DayClass>,
    /// The civil days that people are there in all, overtime included; absent where that is `days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_in_use: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// 営利.
    #[serde(default)]
    pub commercial: bool,
    /// The highest admission in yen; 0 when it is free.
    #[serde(default)]
    pub admission: i64,
    #[serde(default)]
    pub goods_sale: bool,
    #[serde(default)]
    pub alcohol: bool,
    /// `event`, `rehearsal`, `setup`, `stage_only`: the tariff's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_kind: Option<String>,
    /// How many people; absent when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<i64>,
    /// How many of each kind, by the tariff's own words: `child`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headcount: BTreeMap<String, i64>,
    /// 超過 beyond the slots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<ExtensionUse>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meters: Vec<MeterUse>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equipment: Vec<EquipmentUse>,
    /// What the house charges beside the tariff.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ManualCharge>,
}

impl RoomUse {
    /// How long people are there in all.
    pub(super) fn in_use(&self) -> i64 {
        self.minutes_in_use.unwrap_or(self.minutes)
    }

    /// On how many civil days people are there in all.
    pub(super) fn days_in_use(&self) -> Result<i64, ChargeError> {
        sensible(self.days_in_use.or(self.days).unwrap_or(1))
    }

    /// For how many civil days it is hired.
    pub(super) fn days(&self) -> Result<i64, ChargeError> {
        sensible(self.days.unwrap_or(1))
    }

    /// Whether people are there on a civil day.
    pub(super) fn is_in_use_on(&self, day: Date) -> bool {
        (0..self.days_in_use.or(self.days).unwrap_or(1)).contains(&(day - self.date).whole_days())
    }

    /// Whether it is hired for a civil day.
    fn is_hired_for(&self, day: Date) -> bool {
        (0..self.days.unwrap_or(1)).contains(&(day - self.date).whole_days())
    }

    /// What was, or will be, on.
    pub(super) fn meters_on(&self) -> impl Iterator<Item = &str> {
        let on = self.meters.iter().filter(|used| used.minutes.iter().any(|minutes| *minutes > 0));
        on.map(|used| used.meter.as_str())
    }

    /// How many people are in the room, as was said or counted by kind.
    pub(super) fn heads(&self) -> Result<i64, ChargeError> {
        let counted = || {
            let mut kinds = self.headcount.values().copied();
            let first = kinds.next()?;
            Some(kinds.fold(first, i64::saturating_add))
        };
        self.heads.or_else(counted).ok_or(ChargeError::Unsaid { what: "heads" })
    }

    /// How many of one kind, where heads were counted by kind.
    pub(super) fn heads_of(&self, kind: &str) -> Result<i64, ChargeError> {
        if self.headcount.is_empty() {
            return Err(ChargeError::Unsaid { what: "headcount" });
        }
        Ok(self.headcount.get(kind).copied().unwrap_or(0))
    }
}

fn sensible(days: i64) -> Result<i64, ChargeError> {
    if (1..=MOST_DAYS).contains(&days) { Ok(days) } else { Err(ChargeError::Senseless { what: "a number of days" }) }
}

/// What sort of day it is, by the calendar of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayClass {
    Weekday,
    Saturday,
    Sunday,
    Holiday,
    /// As the house decided.
    Special,
}

impl DayClass {
    pub const ALL: [Self; 5] = [Self::Weekday, Self::Saturday, Self::Sunday, Self::Holiday, Self::Special];

    /// Those that every house has, and special days where a document names them.
    pub(super) fn expected(special: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |class| special || *class != Self::Special)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weekday => "weekday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
            Self::Holiday => "holiday",
            Self::Special => "special",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotUse {
    pub code: String,
    pub minutes: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionUse {
    /// When it begins, `HH:MM`; after the midnight of the day of use it goes on to `24:00` and beyond.
    pub from: String,
    pub minutes: i64,
}

/// How long something that is metered was, or will be, on: each time by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterUse {
    pub meter: String,
    pub minutes: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentUse {
    pub item: String,
    pub quantity: i64,
}

/// 弁償・清掃: something that no tariff foresees, charged by hand and for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManualCharge {
    pub label: String,
    /// More than nothing. It stands to consumption tax as the amounts of the tariff do; nothing is added to it, taken off or rounded.
    pub yen: Yen,
    /// What happened.
    pub reason: String,
    /// 根拠: `施行規則第12条`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_reference: Option<String>,
}

/// A part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    pub num: i64,
    pub den: i64,
}

impl Ratio {
    /// Whether it is one: between nothing and all.
    pub(super) fn is_part(self) -> bool {
        self.den > 0 && (0..=self.den).contains(&self.num)
    }
}

/// A reduction as it was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub code: String,
    pub legal_reference: String,
    /// Off the charges for rooms.
    pub room: Ratio,
    /// Off the charges for equipment.
    pub equipment: Ratio,
}

impl Grant {
    /// Whether it takes off a part of rooms and of equipment, were it nothing.
    pub fn makes_sense(&self) -> bool {
        self.room.is_part() && self.equipment.is_part()
    }
}

/// The same day of the month so many months before; the last day of a month that has no such day (民法143条2項).
pub fn months_before(day: Date, months: u32) -> Option<Date> {
    let index = i64::from(day.year()) * 12 + i64::from(u8::from(day.month())) - 1 - i64::from(months);
    let year = i32::try_from(index.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(index.rem_euclid(12) + 1).ok()?).ok()?;
    Date::from_calendar_date(year, month, day.day().min(days_in_month(month, year))).ok()
}

/// The fewest whole months back from the day of use at which the application was not yet due: 0 on the day itself, 1 up to
/// and on the same day of the month before, 2 up to that of the month before that.
pub fn lead_months(applied_on: Date, use_on: Date) -> u32 {
    (0..1_200).find(|&months| months_before(use_on, months).is_none_or(|day| applied_on >= day)).unwrap_or(1_200)
}

impl Season {
    /// The season holds a day.
    pub fn holds(&self, day: Date) -> bool {
        let read = |text: &str| {
            let (month, day) = text.split_once('-')?;
            let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
            Some(i32::from(month) * 100 + i32::from(day))
        };
        let ends = read(&self.from).zip(read(&self.until));
        ends.is_some_and(|ends| is_in_season(ends, day))
    }
}

/// One use with the document that it is priced by.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub tariff: &'a HireTariff,
    pub ask: &'a HireAsk,
    pub room: &'a RoomUse,
}

impl<'a> Facts<'a> {
    pub fn band(self) -> Option<&'a str> {
        let within = |from: i64, until: Option<i64>| {
            from <= self.room.admission && until.is_none_or(|until| self.room.admission <= until)
        };
        self.tariff.bands.iter().find(|band| within(band.from, band.until)).map(|band| band.code.as_str())
    }

    pub fn season(self) -> Option<&'a str> {
        self.tariff.season(self.room.date)
    }

    /// All slots, as a row of a table calls them.
    pub fn span(self) -> String {
        self.room.slots.iter().map(|slot| slot.code.as_str()).collect::<Vec<_>>().join("+")
    }

    /// 連続使用: how many days in a row the room is hired for, this one among them; overtime makes no day of it.
    fn consecutive_days(self) -> i64 {
        let asked = |day: Option<Date>| {
            let of_room = |other: &&super::RoomUse| other.space == self.room.space;
            day.filter(|day| self.ask.uses.iter().filter(of_room).any(|other| other.is_hired_for(*day)))
        };
        let (mut first, mut last, mut days) = (self.room.date, self.room.date, 1);
        while let Some(before) = asked(first.previous_day()) {
            (first, days) = (before, days + 1);
        }
        while let Some(after) = asked(last.next_day()) {
            (last, days) = (after, days + 1);
        }
        days
    }

    /// What a predicate asks for: nothing where the answer is that there is none, several where there are.
    ///
    /// # Errors
    /// [`ChargeError::Unsaid`]: how many people there are is never guessed.
    pub fn values(self, fact: Fact, kind: Option<&str>) -> Result<Vec<Value>, ChargeError> {
        let (ask, room) = (self.ask, self.room);
        let text = |text: Option<&str>| text.map(|text| Value::Text(text.to_owned())).into_iter().collect();
        let count = |count: usize| i64::try_from(count).ok().map(Value::Number).into_iter().collect();
        Ok(match fact {
            Fact::DayClass => text(Some(room.day_class.as_str())),
            Fact::Season => text(self.season()),
            Fact::Band => text(self.band()),
            Fact::Space => text(Some(&room.space)),
            Fact::Span => vec![Value::Text(self.span())],
            Fact::UserClass => text(ask.user_class.as_deref()),
            Fact::OrganiserKind => text(ask.organiser_kind.as_deref()),
            Fact::Channel => text(ask.channel.as_deref()),
            Fact::Purpose => text(room.purpose.as_deref()),
            Fact::UseKind => text(room.use_kind.as_deref()),
            Fact::Meter => room.meters_on().map(|meter| Value::Text(meter.to_owned())).collect(),
            Fact::Resident => vec![Value::Truth(ask.resident)],
            Fact::Commercial => vec![Value::Truth(room.commercial)],
            Fact::GoodsSale => vec![Value::Truth(room.goods_sale)],
            Fact::Alcohol => vec![Value::Truth(room.alcohol)],
            Fact::AdmissionCharged => vec![Value::Truth(room.admission > 0)],
            Fact::Admission => vec![Value::Number(room.admission)],
            Fact::Minutes => vec![Value::Number(room.minutes)],
            Fact::Heads => vec![Value::Number(room.heads()?)],
            Fact::Headcount => vec![Value::Number(room.heads_of(kind.unwrap_or_default())?)],
            Fact::SlotCount => count(room.slots.len()),
            Fact::EquipmentCount => count(room.equipment.len()),
            Fact::ConsecutiveDays => vec![Value::Number(self.consecutive_days())],
            Fact::LeadDays => vec![Value::Number((room.date - ask.applied_on).whole_days())],
            Fact::LeadMonths => vec![Value::Number(i64::from(lead_months(ask.applied_on, room.date)))],
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_same_day_of_an_earlier_month_or_its_last_one() {
        assert_eq!(months_before(date!(2026 - 12 - 31), 1), Some(date!(2026 - 11 - 30)));
        assert_eq!(months_before(date!(2028 - 03 - 30), 1), Some(date!(2028 - 02 - 29)));
        assert_eq!(months_before(date!(2026 - 01 - 15), 6), Some(date!(2025 - 07 - 15)));
    }

    #[test]
    fn lead_is_counted_to_the_same_day_of_the_month() {
        let of = |applied| lead_months(applied, date!(2026 - 06 - 10));
        assert_eq!(of(date!(2026 - 06 - 10)), 0);
        assert_eq!(of(date!(2026 - 05 - 10)), 1);
        assert_eq!(of(date!(2026 - 05 - 09)), 2);
        assert_eq!(of(date!(2026 - 07 - 01)), 0);
    }

    #[test]
    fn a_season_may_go_over_new_year() {
        let winter = Season { code: "W".into(), from: "11-01".into(), until: "04-30".into() };
        let held = [date!(2026 - 11 - 01), date!(2027 - 01 - 01), date!(2027 - 04 - 30)];
        assert!(held.into_iter().all(|day| winter.holds(day)));
        assert!(!winter.holds(date!(2027 - 05 - 01)));
    }
}
