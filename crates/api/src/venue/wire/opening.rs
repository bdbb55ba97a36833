//! Purposes, holidays and the opening calendar.

use ::venue::{
    holiday,
    layer::{Laid, LayerDraft, LayerRule},
    purpose::{self, PurposeChange, PurposeDraft},
};
use contract::venue::{
    opening::{
        CalendarLayer, CalendarLayerRequest, DateRange, DayClass, Holiday, HolidayImport, LayerDays, LayerHours,
        Weekday,
    },
    purpose::{Purpose, PurposeRequest, PurposeUpdate},
    slot_set::SlotSeason,
};
use tariff::hire;

use super::{clock, day, minutes, month_day};
use crate::params::patched;

pub fn purpose(one: &purpose::Purpose) -> Purpose {
    Purpose {
        id: one.id.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        name_en: one.name_en.clone(),
        ordinal: one.ordinal,
        effective_from: one.effective_from.into(),
        effective_until: one.effective_until.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn purpose_draft(ask: &PurposeRequest) -> PurposeDraft {
    PurposeDraft {
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        ordinal: ask.ordinal.unwrap_or(0),
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
    }
}

pub fn purpose_change(ask: &PurposeUpdate) -> PurposeChange {
    PurposeChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        ordinal: ask.ordinal,
        effective_until: day(&ask.effective_until),
    }
}

/// `house`: whether the house itself reads it, and so its own words.
pub fn holiday(one: holiday::Holiday, house: bool) -> Holiday {
    let closed_despite = one.closed_despite.filter(|_| house);
    Holiday { date: one.day.into(), name: one.name, own: one.own, closed_despite }
}

pub fn holiday_import(told: holiday::Imported) -> HolidayImport {
    let dates = |days: Vec<time::Date>| -> Vec<contract::Date> { days.into_iter().map(Into::into).collect() };
    HolidayImport {
        days: i32::try_from(told.days).unwrap_or(i32::MAX),
        kept: dates(told.kept),
        taken_away: dates(told.taken_away),
    }
}

pub const fn day_class(class: hire::DayClass) -> DayClass {
    match class {
        hire::DayClass::Weekday => DayClass::Weekday,
        hire::DayClass::Saturday => DayClass::Saturday,
        hire::DayClass::Sunday => DayClass::Sunday,
        hire::DayClass::Holiday => DayClass::Holiday,
        hire::DayClass::Special => DayClass::Special,
    }
}

const fn class_name(class: DayClass) -> &'static str {
    match class {
        DayClass::Weekday => "weekday",
        DayClass::Saturday => "saturday",
        DayClass::Sunday => "sunday",
        DayClass::Holiday => "holiday",
        DayClass::Special => "special",
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn days(rule: LayerRule) -> LayerDays {
    let weekday = |number: &u8| WEEK.get(usize::from(*number).checked_sub(1)?).copied();
    let month_day = |key: i32| format!("{:02}-{:02}", key / 100, key % 100);
    let range = |(from, until): (time::Date, time::Date)| DateRange { from: from.into(), until: until.into() };
    LayerDays {
        weekdays: rule.weekdays.map(|weekdays| weekdays.iter().filter_map(weekday).collect()),
        nth: rule.nth.map(|nth| nth.into_iter().map(i32::from).collect()),
        season: rule.season.map(|(from, until)| SlotSeason { from: month_day(from), until: month_day(until) }),
        holidays: rule.holidays,
        dates: rule.dates.map(|dates| dates.into_iter().map(range).collect()),
        moved_by_holiday: rule.moved_by_holiday.then_some(true),
    }
}

/// `house`: whether the house itself reads it, and so its own words.
pub fn layer(Laid { layer: one, rule, hours: of_day }: &Laid, house: bool) -> CalendarLayer {
    let hours = |hours: Vec<(i32, i32)>| {
        hours.into_iter().map(|(opens, closes)| LayerHours { opens: clock(opens), closes: clock(closes) }).collect()
    };
    CalendarLayer {
        id: one.id.into(),
        facility: one.facility_id.into(),
        room: one.room_id.map(Into::into),
        name: one.name.clone(),
        ordinal: one.ordinal,
        days: days(rule.clone()),
        hours: of_day.clone().map(hours),
        day_class: one
            .day_class
            .as_deref()
            .and_then(|class| hire::DayClass::ALL.into_iter().find(|one| one.as_str() == class).map(day_class)),
        effective_from: one.effective_from.into(),
        effective_until: one.effective_until.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
        closed_despite: one.closed_despite.clone().filter(|_| house),
    }
}

pub fn layer_draft(ask: &CalendarLayerRequest) -> LayerDraft {
    let number = |day: &Weekday| {
        let at = WEEK.iter().position(|one| one == day).unwrap_or(0);
        u8::try_from(at + 1).unwrap_or(1)
    };
    let given = &ask.days;
    let rule = LayerRule {
        weekdays: given.weekdays.as_ref().map(|weekdays| weekdays.iter().map(number).collect()),
        nth: given.nth.as_ref().map(|nth| nth.iter().map(|nth| i8::try_from(*nth).unwrap_or(0)).collect()),
        season: given.season.as_ref().map(|season| (month_day(&season.from), month_day(&season.until))),
        holidays: given.holidays,
        dates: given.dates.as_ref().map(|dates| dates.iter().map(|range| (range.from.0, range.until.0)).collect()),
        moved_by_holiday: given.moved_by_holiday.unwrap_or(false),
    };
    let hours = |hours: &Vec<LayerHours>| hours.iter().map(|one| (minutes(&one.opens), minutes(&one.closes))).collect();
    LayerDraft {
        facility: ask.facility.0,
        room: ask.room.map(|room| room.0),
        name: ask.name.clone(),
        ordinal: ask.ordinal,
        rule,
        hours: ask.hours.as_ref().map(hours),
        day_class: ask.day_class.map(class_name),
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
        despite: ask.despite.clone(),
    }
}
