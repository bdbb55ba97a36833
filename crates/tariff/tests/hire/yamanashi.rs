//! 山梨市民会館: 土日祭日3割増, 営利3割増, 市民でない使用者3割増, 10円未満切捨て. Whether the three add up or compound, and where
//! they are rounded, the page does not say: four readings, four amounts.

use super::*;

fn rows() -> Value {
    let row = |span: &str, yen: i64| json!({ "space": "HALL", "span": span, "yen": yen });
    json!([row("AM", 3_420), row("PM", 6_850), row("NT", 8_230), row("AM+PM+NT", 17_150)])
}

fn base() -> Value {
    let rule =
        json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows() });
    component("BASE", Value::Null, rule)
}

fn surcharges(of: Value) -> Vec<Value> {
    let more =
        |code: &str, when: Value| component(code, when, json!({ "kind": "rate", "num": 3, "den": 10, "of": of }));
    vec![
        more("HOLIDAY", json!({ "fact": "day_class", "in": ["saturday", "sunday", "holiday"] })),
        more("COMMERCIAL", json!({ "fact": "commercial", "eq": true })),
        more("OUTSIDER", json!({ "not": { "fact": "resident", "eq": true } })),
    ]
}

fn cooling() -> Value {
    component(
        "COOLING",
        Value::Null,
        json!({ "kind": "metered", "meter": "cooling", "per_minutes": 240, "yen": 3_420 }),
    )
}

fn tariff(of: Value, rounding: &str) -> HireTariff {
    let mut components = vec![base()];
    for (at, more) in surcharges(of).into_iter().enumerate() {
        components.push(more);
        if rounding == "each" {
            components.push(round(&format!("ROUND{at}"), "room_day"));
        }
    }
    if rounding != "each" {
        components.push(round("TOTAL", rounding));
    }
    components.push(cooling());
    document(json!([]), components.into())
}

fn evening(cooled: bool) -> HireAsk {
    let mut room = json!({ "space": "HALL", "date": SUNDAY.to_string(), "day_class": "sunday", "minutes": 480,
                           "slots": slots(&["PM", "NT"]), "commercial": true });
    if cooled {
        room["meters"] = json!([{ "meter": "cooling", "minutes": [240, 240] }]);
    }
    ask(json!([room]))
}

#[test]
fn one_sentence_of_an_ordinance_has_four_readings_and_the_tariff_says_which() {
    let readings = [
        (json!(["BASE"]), "room_day", 28_650, 35_490),
        (json!(["BASE"]), "slot", 28_640, 35_480),
        (json!("running"), "room_day", 33_130, 39_970),
        (json!("running"), "each", 33_120, 39_960),
    ];
    for (of, rounding, room, with_cooling) in readings {
        let tariff = tariff(of, rounding);
        assert_eq!(price(&tariff, &evening(false)), room);
        assert_eq!(price(&tariff, &evening(true)), with_cooling);
    }
}

#[test]
fn every_line_says_what_was_computed_from_what() {
    let charge = quote(&tariff(json!(["BASE"]), "room_day"), &evening(true)).unwrap();
    let told: Vec<_> = charge
        .lines
        .iter()
        .map(|line| (line.component.as_str(), line.basis.to_string(), line.num, line.den, line.amount.to_string()))
        .collect();
    let told: Vec<_> = told.iter().map(|(a, b, c, d, e)| (*a, b.as_str(), *c, *d, e.as_str())).collect();
    assert_eq!(
        told,
        [
            ("BASE", "6850", 1, 1, "6850"),
            ("BASE", "8230", 1, 1, "8230"),
            ("HOLIDAY", "6850", 3, 10, "2055"),
            ("HOLIDAY", "8230", 3, 10, "2469"),
            ("COMMERCIAL", "6850", 3, 10, "2055"),
            ("COMMERCIAL", "8230", 3, 10, "2469"),
            ("OUTSIDER", "6850", 3, 10, "2055"),
            ("OUTSIDER", "8230", 3, 10, "2469"),
            ("TOTAL", "28652", 1, 1, "-2"),
            ("COOLING", "3420", 2, 1, "6840"),
        ]
    );
    assert!(charge.lines.iter().all(|line| line.legal_reference == "条例別表第1"));
    assert_eq!((charge.tax.gross, charge.tax.tax), (Yen(35_490), Yen(3_226)), "rounded once, not per line: 3,225");
}

#[test]
fn the_whole_day_has_a_price_of_its_own_and_is_never_a_sum() {
    let room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 720, "slots": slots(&["AM", "PM", "NT"]) });
    let mut citizen = ask(json!([room]));
    citizen.resident = true;
    assert_eq!(price(&tariff(json!(["BASE"]), "room_day"), &citizen), 17_150);
}

#[test]
fn half_a_room_on_a_saturday() {
    let rows = json!([{ "space": "GALLERY", "span": "AM", "yen": 1_710 }]);
    let half = json!({ "kind": "factor", "num": 1, "den": 2, "of": "running" });
    let mut components = vec![
        component("BASE", Value::Null, json!({ "kind": "table", "key": ["space", "span"], "rows": rows })),
        component("HALF", json!({ "fact": "use_kind", "eq": "half" }), half),
    ];
    components.extend(surcharges(json!("running")));
    components.push(round("TOTAL", "room_day"));
    let room = json!({ "space": "GALLERY", "date": "2026-06-06", "day_class": "saturday", "minutes": 180,
                       "slots": slots(&["AM"]), "use_kind": "half" });
    let mut citizen = ask(json!([room]));
    citizen.resident = true;
    assert_eq!(price(&document(json!([]), components.into()), &citizen), 1_110);
}
