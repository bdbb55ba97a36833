//! 豊明市: 商業等は3倍, 参加料1,000円以上は2倍, 市外は2倍, one on top of the other.

use super::*;

fn tariff() -> HireTariff {
    let mut rows = Vec::new();
    for (space, part) in [("GYM", 1), ("GYM/HALF", 2)] {
        let spans =
            [("9-12", 3_000), ("12-13", 1_000), ("13-15", 2_000), ("15-17", 2_000), ("17-19", 2_000), ("19-21", 2_000)];
        let all = ("9-12+12-13+13-15+15-17+17-19+19-21", 10_000);
        rows.extend(
            spans
                .into_iter()
                .chain([all])
                .map(|(span, yen)| json!({ "space": space, "span": span, "yen": yen / part })),
        );
    }
    let times = |code: &str, num: i64, when: Value| {
        component(code, when, json!({ "kind": "factor", "num": num, "den": 1, "of": "running" }))
    };
    document(
        json!([]),
        json!([
            component(
                "BASE",
                Value::Null,
                json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows })
            ),
            times("COMMERCIAL", 3, json!({ "fact": "commercial", "eq": true })),
            times("FEE", 2, json!({ "fact": "admission", "range": { "from": 1_000 } })),
            times("OUTSIDER", 2, json!({ "fact": "resident", "eq": false })),
        ]),
    )
}

fn price_of(space: &str, slots: &[&str], more: Value, resident: bool) -> i64 {
    let mut room = json!({ "space": space, "date": "2026-06-03", "day_class": "weekday", "minutes": 720, "slots": super::slots(slots) });
    for (name, value) in more.as_object().unwrap() {
        room[name] = value.clone();
    }
    let mut ask = ask(json!([room]));
    ask.resident = resident;
    price(&tariff(), &ask)
}

#[test]
fn factors_compound_on_the_price_of_the_exact_span() {
    let all = ["9-12", "12-13", "13-15", "15-17", "17-19", "19-21"];
    assert_eq!(price_of("GYM", &all, json!({ "commercial": true }), false), 60_000);
    assert_eq!(price_of("GYM/HALF", &["13-15", "15-17"], json!({ "admission": 1_200 }), true), 4_000);
    assert_eq!(price_of("GYM", &all[..4], json!({}), true), 8_000);
}
