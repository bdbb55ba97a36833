//! 附属設備: what is counted, and that nothing of it is free or charged twice.

use super::*;

fn tariff() -> HireTariff {
    let price = |item: &str, per: &str, yen: i64| json!({ "item": item, "per": per, "yen": yen });
    let prices = json!([
        price("organ", "use", 15_000),
        price("chair", "day", 100),
        price("light", "hour", 1_000),
        price("smoke", "ten_minutes", 50),
        price("mic", "slot", 300)
    ]);
    let rule = json!({ "kind": "table", "key": [], "rows": [{ "yen": 0 }] });
    document(
        json!([]),
        json!([
            component("BASE", Value::Null, rule),
            component("ITEMS", Value::Null, json!({ "kind": "equipment", "prices": prices }))
        ]),
    )
}

fn room(hire: u32, date: &str, minutes: i64, equipment: &[(&str, i64)]) -> Value {
    let equipment: Vec<Value> =
        equipment.iter().map(|(item, quantity)| json!({ "item": item, "quantity": quantity })).collect();
    json!({ "hire": hire, "space": "HALL", "date": date, "day_class": "weekday", "minutes": minutes, "slots": slots(&["PM", "NT"]),
            "equipment": equipment })
}

fn of(uses: &[Value]) -> i64 {
    price(&tariff(), &ask(json!(uses)))
}

#[test]
fn begun_hours_and_begun_ten_minutes_are_counted_of_the_whole_time() {
    let one = |item: &str, minutes: i64| of(&[room(0, "2026-06-03", minutes, &[(item, 2)])]);
    assert_eq!(one("light", 480), 16_000);
    assert_eq!(one("light", 481), 18_000);
    assert_eq!(one("smoke", 480), 4_800);
    assert_eq!(one("smoke", 485), 4_900);
    assert_eq!(one("mic", 485), 1_200, "two slots");
}

#[test]
fn what_is_paid_by_the_use_is_paid_for_the_most_there_are_at_once() {
    let on = |day: u8, quantity: i64| room(0, &format!("2026-06-{day:02}"), 240, &[("organ", quantity)]);
    assert_eq!(of(&[on(1, 1), on(2, 3)]), 45_000, "three in the end are not the price of one");
    assert_eq!(of(&[on(1, 3), on(2, 1)]), 45_000);
    assert_eq!(of(&[on(1, 1), on(2, 3), on(3, 2)]), 45_000);
    let other = room(1, "2026-06-02", 240, &[("organ", 1)]);
    assert_eq!(of(&[on(1, 1), other]), 30_000, "another hire is another use");
    assert_eq!(
        of(&[room(0, "2026-06-03", 240, &[("organ", 1), ("organ", 2)])]),
        45_000,
        "named twice, taken three times"
    );
}

#[test]
fn what_is_paid_by_the_day_is_paid_once_a_day_in_a_room() {
    let on = |date: &str, quantity: i64| room(0, date, 240, &[("chair", quantity)]);
    assert_eq!(of(&[on("2026-06-03", 10), on("2026-06-03", 30)]), 3_000);
    assert_eq!(of(&[on("2026-06-03", 10), on("2026-06-04", 30)]), 4_000);
}

#[test]
fn what_is_paid_by_the_hour_is_paid_for_as_long_as_people_are_there() {
    let mut evening = room(0, "2026-06-03", 240, &[("light", 1)]);
    evening["minutes_in_use"] = json!(360);
    assert_eq!(of(&[evening.clone()]), 6_000, "four hours and two of extension");
    evening["equipment"][0]["item"] = json!("smoke");
    assert_eq!(of(&[evening]), 1_800);
}

#[test]
fn what_is_paid_by_the_day_is_paid_on_each_of_several_days_and_once_where_hires_meet() {
    let over = |date: &str, days: i64, quantity: i64| {
        let mut room = room(0, date, 1_440, &[("chair", quantity)]);
        room["days"] = json!(days);
        room
    };
    let three = over("2026-06-03", 3, 10);
    assert_eq!(of(std::slice::from_ref(&three)), 3_000);
    let charge = quote(&tariff(), &ask(json!([three]))).unwrap();
    assert_eq!(charge.lines[1].why, "10 of chair for 3 days");
    // on the last of three days thirty instead of ten, and on the day after
    assert_eq!(of(&[three.clone(), over("2026-06-05", 2, 30)]), 3_000 + 2_000 + 3_000);
    assert_eq!(of(&[over("2026-06-05", 2, 30), three.clone()]), 6_000 + 2_000, "in whatever order they are asked for");
    let mut other = over("2026-06-05", 2, 30);
    other["space"] = json!("STUDIO");
    assert_eq!(of(&[three, other]), 3_000 + 6_000, "another room has chairs of its own");
    let mut late = over("2026-06-07", 1, 10);
    late["days_in_use"] = json!(2);
    assert_eq!(of(&[late]), 2_000, "overtime after midnight is a day more");
    for days in [0, -1, 367] {
        let refused = quote(&tariff(), &ask(json!([over("2026-06-03", days, 1)])));
        assert_eq!(refused, Err(ChargeError::Senseless { what: "a number of days" }));
    }
}

#[test]
fn none_of_an_item_is_no_quantity() {
    for quantity in [0, -1] {
        let refused = quote(&tariff(), &ask(json!([room(0, "2026-06-03", 240, &[("organ", quantity)])])));
        assert_eq!(refused, Err(ChargeError::Senseless { what: "a quantity" }));
    }
}
