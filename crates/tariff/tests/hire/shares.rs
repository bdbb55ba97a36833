//! What each use has of the total: whole yen, never less than nothing, together as much as is paid.

use super::*;

/// A table by room, items, a reduction of half of each, and a rounding.
fn tariff(scope: &str, mode: &str, unit: i64) -> HireTariff {
    let rows =
        json!([{ "space": "FREE", "yen": 0 }, { "space": "SMALL", "yen": 4 }, { "space": "HALL", "yen": 12_345 }]);
    let round = json!({ "kind": "round", "scope": scope, "mode": mode, "unit": unit });
    document(
        json!([]),
        json!([
            component("BASE", Value::Null, json!({ "kind": "table", "key": ["space"], "rows": rows })),
            component(
                "ITEMS",
                Value::Null,
                json!({ "kind": "equipment", "prices": [{ "item": "piano", "per": "use", "yen": 5_000 }] })
            ),
            component(
                "RELIEF",
                Value::Null,
                json!({ "kind": "reduction", "of": ["BASE"], "equipment": ["ITEMS"], "stack": "max" })
            ),
            component("TOTAL", Value::Null, round),
        ]),
    )
}

fn uses(spaces: &[&str]) -> HireAsk {
    let room = |(hire, space): (usize, &&str)| json!({ "hire": hire, "space": space, "date": "2026-06-03", "day_class": "weekday", "minutes": 240, "slots": slots(&["PM"]) });
    ask(spaces.iter().enumerate().map(room).collect())
}

fn shares(tariff: &HireTariff, ask: &HireAsk) -> Vec<(i64, i64)> {
    quote(tariff, ask).unwrap().shares().unwrap().iter().map(|share| (share.room.0, share.equipment.0)).collect()
}

#[test]
fn what_a_rounding_takes_away_is_taken_from_the_largest_and_never_from_what_is_free() {
    assert_eq!(
        shares(&tariff("application", "down", 10), &uses(&["FREE", "HALL", "SMALL"])),
        [(0, 0), (12_336, 0), (4, 0)]
    );
    // four and four are nothing below ten yen: more than either has is taken away
    assert_eq!(shares(&tariff("application", "down", 10), &uses(&["SMALL", "SMALL"])), [(0, 0), (0, 0)]);
    assert_eq!(
        shares(&tariff("application", "up", 100), &uses(&["FREE", "SMALL", "HALL"])),
        [(0, 0), (4, 0), (12_396, 0)]
    );
}

#[test]
fn equipment_has_what_is_left_of_it_after_its_reduction() {
    let mut ask = uses(&["HALL"]);
    ask.uses[0].equipment = serde_json::from_value(json!([{ "item": "piano", "quantity": 1 }])).unwrap();
    let off = |room: i64, equipment: i64| json!([{ "code": "school", "legal_reference": "規則第9条", "room": { "num": room, "den": 10 }, "equipment": { "num": equipment, "den": 10 } }]);
    let tariff = tariff("hire", "down", 1);
    let with = |grants: Value| {
        let ask = HireAsk { grants: serde_json::from_value(grants).unwrap(), ..ask.clone() };
        shares(&tariff, &ask)[0]
    };
    assert_eq!(with(json!([])), (12_345, 5_000));
    assert_eq!(with(off(0, 5)), (12_345, 2_500), "half of the piano is not half of the room");
    assert_eq!(with(off(10, 0)), (0, 5_000));
    assert_eq!(with(off(10, 10)), (0, 0));
}

#[test]
fn a_reduction_of_what_was_halved_before_never_gives_more_than_there_is() {
    let mut tariff = tariff("hire", "down", 1);
    let half = component("HALF", Value::Null, json!({ "kind": "factor", "num": 1, "den": 2, "of": "running" }));
    tariff.components.insert(1, serde_json::from_value(half).unwrap());
    let mut ask = uses(&["HALL", "FREE"]);
    let all = json!([{ "code": "school", "legal_reference": "規則第9条", "room": { "num": 1, "den": 1 }, "equipment": { "num": 0, "den": 1 } }]);
    ask.grants = serde_json::from_value(all).unwrap();
    assert_eq!(price(&tariff, &ask), 0);
    assert_eq!(shares(&tariff, &ask), [(0, 0), (0, 0)]);
    let told: Vec<_> = lint(&tariff).into_iter().map(|one| (one.code, one.pointer)).collect();
    assert_eq!(told, [("lost_factor", "/components/3/rule/of".to_owned())], "the reduction forgot the factor");
}

#[test]
fn a_tax_that_is_added_is_in_the_shares() {
    let mut tariff = tariff("hire", "down", 1);
    tariff.tax.inclusive = false;
    assert_eq!(shares(&tariff, &uses(&["HALL", "FREE", "HALL"])), [(13_579, 0), (0, 0), (13_580, 0)]);
}

#[test]
fn a_grant_that_nothing_takes_off_is_told_with_a_line_of_nothing_and_what_comes_off_nothing_is_in_vain() {
    let mut tariff = tariff("hire", "down", 1);
    let mut ask = uses(&["HALL"]);
    let grant = |room: i64, equipment: i64| json!([{ "code": "school", "legal_reference": "規則第9条", "room": { "num": room, "den": 10 }, "equipment": { "num": equipment, "den": 10 } }]);
    ask.grants = serde_json::from_value(grant(5, 0)).unwrap();
    tariff.components[2].when = serde_json::from_value(json!({ "fact": "commercial", "eq": true })).unwrap();
    let told = |tariff: &HireTariff, ask: &HireAsk| {
        let charge = quote(tariff, ask).unwrap();
        let lines = charge.lines.iter().filter(|line| line.component.is_empty() && line.amount.is_zero());
        assert_eq!(lines.count(), charge.idle.len(), "each has its line");
        assert!(charge.expect_taken_off(|_| false).is_ok(), "it was granted before");
        let lost = charge.expect_taken_off(|code| code == "school");
        let unpriced = ChargeError::Unpriced { what: "reduction", code: "school".into() };
        assert_eq!(lost.err(), (!charge.idle.is_empty()).then_some(unpriced));
        (charge.total.0, charge.idle.len(), charge.in_vain == ["school"])
    };
    assert_eq!(told(&tariff, &ask), (12_345, 1, true), "the reduction is for commercial uses alone");
    let taking_off = tariff.components.remove(2);
    assert_eq!(told(&tariff, &ask), (12_345, 1, true));
    ask.grants = serde_json::from_value(grant(0, 5)).unwrap();
    assert_eq!(told(&tariff, &ask), (12_345, 0, true), "there is no equipment that it could come off");
    ask.uses[0].equipment = serde_json::from_value(json!([{ "item": "piano", "quantity": 1 }])).unwrap();
    assert_eq!(told(&tariff, &ask), (17_345, 1, true));
    tariff.components.insert(2, taking_off);
    tariff.components[2].when = None;
    assert_eq!(told(&tariff, &ask), (14_845, 0, false), "half of the piano");
    ask.grants = serde_json::from_value(grant(0, 0)).unwrap();
    assert_eq!(told(&tariff, &ask), (17_345, 0, true), "it takes no part off anything");
    ask.uses = uses(&["FREE"]).uses;
    ask.grants = serde_json::from_value(grant(5, 0)).unwrap();
    assert_eq!(told(&tariff, &ask), (0, 0, true), "what is free is not cheaper by half");
}

#[test]
fn a_rounding_with_a_condition_rounds_the_uses_that_it_is_for() {
    let mut tariff = tariff("application", "down", 1_000);
    tariff.components[3].when = serde_json::from_value(json!({ "fact": "space", "eq": "HALL" })).unwrap();
    let fine = component("FINE", Value::Null, json!({ "kind": "round", "scope": "hire", "mode": "down", "unit": 1 }));
    tariff.components.push(serde_json::from_value(fine).unwrap());
    assert_eq!(shares(&tariff, &uses(&["HALL", "SMALL", "HALL"])), [(11_655, 0), (4, 0), (12_345, 0)]);
}

#[test]
fn a_room_and_a_day_are_rounded_together_and_hires_apart() {
    // 12,345 and 12,345 in one room on one day: together 24,600 below a hundred, apart 12,300 each
    let twice = uses(&["HALL", "HALL"]);
    assert_eq!(price(&tariff("room_day", "down", 100), &twice), 24_600);
    assert_eq!(price(&tariff("hire", "down", 100), &twice), 24_600);
    assert_eq!(price(&tariff("room_day", "down", 1_000), &twice), 24_000);
    assert_eq!(price(&tariff("hire", "down", 1_000), &twice), 24_000);
    let thrice = uses(&["HALL", "HALL", "HALL"]);
    assert_eq!(price(&tariff("room_day", "down", 100), &thrice), 37_000);
    assert_eq!(price(&tariff("hire", "down", 100), &thrice), 36_900);
    let mut days = thrice;
    days.uses[2].date = date!(2026 - 06 - 04);
    days.uses.iter_mut().for_each(|one| one.hire = 0);
    assert_eq!(price(&tariff("room_day", "down", 100), &days), 36_900);
    assert_eq!(price(&tariff("hire", "down", 100), &days), 37_000);
}
