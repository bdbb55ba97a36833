//! 佐伯区民文化センター: 超過は30分毎, half price when nobody asked before the last month.

use super::*;

fn tariff() -> HireTariff {
    let row = |class: &str, yen: i64| json!({ "day_class": class, "span": "PM", "yen": yen });
    let rows = [row("weekday", 28_430), row("saturday", 34_130), row("sunday", 34_130), row("holiday", 34_130)];
    let late = json!({ "fact": "lead_months", "range": { "until": 1 } });
    let third = json!({ "all": [late, { "fact": "use_kind", "eq": "stage_only" }, { "fact": "day_class", "eq": "weekday" },
                                { "fact": "slot_count", "eq": 1 }, { "fact": "equipment_count", "eq": 0 }] });
    let half = json!({ "all": [late, { "fact": "use_kind", "eq": "stage_only" }, { "not": third }] });
    document(
        json!([]),
        json!([
            component("BASE", Value::Null, json!({ "kind": "table", "key": ["day_class", "span"], "rows": rows })),
            component("HALF", half, json!({ "kind": "factor", "num": 1, "den": 2, "of": ["BASE"] })),
            component("THIRD", third, json!({ "kind": "factor", "num": 1, "den": 3, "of": ["BASE"] })),
            round("ROUND", "room_day"),
            component(
                "OVER",
                Value::Null,
                json!({ "kind": "extension", "per_minutes": 30, "price": { "rows": [
            { "from": "12:00", "until": "13:00", "yen": 5_000 }, { "from": "16:00", "until": "17:00", "yen": 6_810 }] } })
            ),
        ]),
    )
}

fn afternoon(day: Date, class: &str, applied_on: Date, more: Value) -> HireAsk {
    let mut room = json!({ "space": "HALL", "date": day.to_string(), "day_class": class, "minutes": 180, "slots": slots(&["PM"]) });
    for (name, value) in more.as_object().unwrap() {
        room[name] = value.clone();
    }
    HireAsk { applied_on, ..ask(json!([room])) }
}

#[test]
fn an_hour_over_is_two_begun_half_hours_at_the_price_of_that_hour() {
    let over = json!({ "extensions": [{ "from": "16:00", "minutes": 60 }] });
    assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 03 - 01), over)), 47_750);
    let begun = json!({ "extensions": [{ "from": "16:00", "minutes": 31 }] });
    assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 03 - 01), begun)), 47_750);
}

#[test]
fn who_asks_in_the_last_month_pays_half_or_a_third() {
    let stage = json!({ "use_kind": "stage_only" });
    let day = date!(2026 - 06 - 03);
    assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 05 - 07), stage.clone())), 17_060);
    assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 05 - 06), stage.clone())), 34_130);
    assert_eq!(price(&tariff(), &afternoon(day, "weekday", date!(2026 - 05 - 20), stage)), 9_470);
}

#[test]
fn an_hour_that_no_row_holds_has_no_price() {
    let over = json!({ "extensions": [{ "from": "21:00", "minutes": 30 }] });
    let refused = quote(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 03 - 01), over));
    assert!(matches!(refused, Err(ChargeError::MissingRow { component, .. }) if component == "OVER"));
}
