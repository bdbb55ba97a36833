//! 須坂メセナホール: several slots cost ten yen more than their sum. Of its page the one row below is at hand; whole tables, whose
//! spans cost as much as their slots and less than them, are [`super::hachinohe`] and [`super::aki`].

use super::*;

fn tariff() -> HireTariff {
    let row = |span: &str, yen: i64| json!({ "span": span, "yen": yen });
    let rows = json!([row("PM", 50_280), row("NT", 59_710), row("PM+NT", 110_000)]);
    let rule = json!({ "kind": "table", "key": ["span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows });
    document(json!([]), json!([component("BASE", Value::Null, rule)]))
}

fn ask_for(codes: &[&str]) -> HireAsk {
    let room = json!({ "space": "HALL", "date": SUNDAY.to_string(), "day_class": "sunday", "minutes": 480, "slots": slots(codes), "admission": 3_000 });
    ask(json!([room]))
}

#[test]
fn nothing_assumes_that_the_whole_is_cheaper_than_its_parts() {
    assert_eq!(price(&tariff(), &ask_for(&["PM", "NT"])), 110_000);
    assert_eq!(price(&tariff(), &ask_for(&["PM"])) + price(&tariff(), &ask_for(&["NT"])), 109_990);
}
