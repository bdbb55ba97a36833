//! 姫路パルナソス: 減免 of the room and of the equipment apart; an organ by the use.

use super::*;

fn tariff() -> HireTariff {
    document(
        json!([]),
        json!([
            component(
                "BASE",
                Value::Null,
                json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "PM", "yen": 30_000 }] })
            ),
            component(
                "ADMISSION",
                json!({ "fact": "admission", "range": { "from": 1_000 } }),
                json!({ "kind": "rate", "num": 10, "den": 10, "of": ["BASE"] })
            ),
            component(
                "REHEARSAL",
                json!({ "fact": "use_kind", "eq": "rehearsal" }),
                json!({ "kind": "factor", "num": 5, "den": 10, "of": "running" })
            ),
            component(
                "ITEMS",
                Value::Null,
                json!({ "kind": "equipment", "prices": [
            { "item": "organ", "per": "use", "yen": 15_000 }, { "item": "racket", "per": "slot", "yen": 220, "yen_with_admission": 440 }] })
            ),
            component(
                "RELIEF",
                Value::Null,
                json!({ "kind": "reduction", "of": ["BASE", "ADMISSION", "REHEARSAL"], "equipment": ["ITEMS"], "stack": "max" })
            ),
            round("TOTAL", "application"),
        ]),
    )
}

fn price_of(more: Value, grants: Value) -> i64 {
    let mut room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 240, "slots": slots(&["PM"]) });
    for (name, value) in more.as_object().unwrap() {
        room[name] = value.clone();
    }
    let mut ask = ask(json!([room]));
    ask.grants = serde_json::from_value(grants).unwrap();
    price(&tariff(), &ask)
}

#[test]
fn what_is_granted_comes_off_rooms_and_equipment_apart() {
    let off = |room: [i64; 2], equipment: [i64; 2]| {
        let ratio = |[num, den]: [i64; 2]| json!({ "num": num, "den": den });
        json!({ "code": "school", "legal_reference": "規則第9条", "room": ratio(room), "equipment": ratio(equipment) })
    };
    assert_eq!(price_of(json!({}), json!([])), 30_000);
    assert_eq!(price_of(json!({ "admission": 1_000 }), json!([])), 60_000);
    assert_eq!(price_of(json!({ "admission": 1_000, "use_kind": "rehearsal" }), json!([])), 30_000);
    assert_eq!(price_of(json!({}), json!([off([1, 1], [0, 1])])), 0);
    assert_eq!(price_of(json!({}), json!([off([1, 2], [0, 1])])), 15_000);
    assert_eq!(price_of(json!({}), json!([off([1, 2], [0, 1]), off([1, 3], [0, 1])])), 15_000, "the greatest alone");
    let organ = json!({ "equipment": [{ "item": "organ", "quantity": 1 }] });
    assert_eq!(price_of(organ.clone(), json!([off([1, 2], [0, 1])])), 30_000);
    assert_eq!(price_of(organ, json!([off([1, 2], [1, 2])])), 22_500);
    let rackets = json!({ "equipment": [{ "item": "racket", "quantity": 4 }], "admission": 500 });
    assert_eq!(price_of(rackets, json!([])), 31_760);
}

#[test]
fn what_the_tariff_does_not_price_is_refused_and_not_free() {
    let mut ask = ask(
        json!([{ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 240, "slots": slots(&["PM"]),
                               "equipment": [{ "item": "dragon", "quantity": 1 }] }]),
    );
    let dragon = ChargeError::Unpriced { what: "equipment", code: "dragon".into() };
    assert_eq!(quote(&tariff(), &ask), Err(dragon));
    ask.uses[0].equipment.clear();
    ask.uses[0].slots[0].code = "NT".into();
    assert!(matches!(quote(&tariff(), &ask), Err(ChargeError::MissingRow { .. })));
}
