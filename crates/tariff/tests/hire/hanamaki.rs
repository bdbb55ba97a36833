//! 花巻市文化会館: 入場料1,000円超は10割増, 冷暖房は基本使用料の6割, 舞台のみの練習は4割. What of it stands on what else, the page does
//! not say: two readings of each, and the tariff says which.

use super::*;

/// Whether heating is taken of the base alone, and whether the stage alone counts before the admission does.
fn tariff(heating_of: Value, stage_first: bool) -> HireTariff {
    let row = |class: &str, span: &str, yen: i64| json!({ "day_class": class, "span": span, "yen": yen });
    let (weekday, dear) = ([10_600, 15_900, 21_200, 45_100], [13_300, 19_900, 26_500, 57_000]);
    let classes = [("weekday", weekday), ("saturday", dear), ("sunday", dear), ("holiday", dear)];
    let spans = ["AM", "PM", "NT", "AM+PM+NT"];
    let rows: Vec<Value> = classes
        .into_iter()
        .flat_map(|(class, yen)| spans.into_iter().zip(yen).map(move |(span, yen)| row(class, span, yen)))
        .collect();
    let on_stage = json!({ "fact": "use_kind", "eq": "stage_only" });
    let dear = json!({ "fact": "admission", "range": { "from": 1_001 } });
    let dear = if stage_first { json!({ "all": [dear, { "not": on_stage }] }) } else { dear };
    document(
        json!([]),
        json!([
            component("BASE", Value::Null, json!({ "kind": "table", "key": ["day_class", "span"], "rows": rows })),
            component("ADMISSION", dear, json!({ "kind": "rate", "num": 10, "den": 10, "of": ["BASE"] })),
            component("STAGE", on_stage, json!({ "kind": "factor", "num": 4, "den": 10, "of": "running" })),
            component(
                "AIR",
                json!({ "fact": "meter", "in": ["heating", "cooling"] }),
                json!({ "kind": "rate", "num": 6, "den": 10, "of": heating_of })
            ),
            round("TOTAL", "room_day"),
        ]),
    )
}

fn concert(heated: bool) -> HireAsk {
    let mut room = json!({ "space": "HALL", "date": "2026-06-06", "day_class": "saturday", "minutes": 720,
                           "slots": slots(&["AM", "PM", "NT"]), "admission": 1_500 });
    if heated {
        room["meters"] = json!([{ "meter": "heating", "minutes": [720] }]);
    }
    ask(json!([room]))
}

#[test]
fn the_whole_weekday_costs_what_the_page_says() {
    let room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 720, "slots": slots(&["AM", "PM", "NT"]) });
    assert_eq!(price(&tariff(json!(["BASE"]), true), &ask(json!([room]))), 45_100);
}

#[test]
fn heating_is_taken_of_the_base_or_of_everything_and_costs_nothing_when_it_is_off() {
    assert_eq!(price(&tariff(json!(["BASE"]), true), &concert(true)), 148_200);
    assert_eq!(price(&tariff(json!("running"), true), &concert(true)), 182_400);
    for of in [json!(["BASE"]), json!("running")] {
        assert_eq!(price(&tariff(of, true), &concert(false)), 114_000);
    }
}

#[test]
fn a_rehearsal_on_the_stage_alone_is_judged_before_the_admission_or_after_it() {
    let rehearsal = json!({ "space": "HALL", "date": "2026-06-05", "day_class": "weekday", "minutes": 240, "admission": 1_500,
                            "slots": slots(&["NT"]), "use_kind": "stage_only" });
    let rehearsal = ask(json!([rehearsal]));
    assert_eq!(price(&tariff(json!(["BASE"]), true), &rehearsal), 8_480);
    assert_eq!(price(&tariff(json!(["BASE"]), false), &rehearsal), 16_960);
}

#[test]
fn what_is_on_and_has_no_price_is_refused_and_what_is_off_needs_none() {
    let with = |meter: &str, minutes: i64| {
        let mut ask = concert(false);
        let used = json!([{ "meter": meter, "minutes": [minutes] }]);
        ask.uses[0].meters = serde_json::from_value(used).unwrap();
        ask
    };
    let tariff = tariff(json!(["BASE"]), true);
    let unpriced = ChargeError::Unpriced { what: "meter", code: "sauna".into() };
    assert_eq!(quote(&tariff, &with("sauna", 60)), Err(unpriced));
    assert_eq!(price(&tariff, &with("sauna", 0)), 114_000);
    assert_eq!(price(&tariff, &with("cooling", 60)), 148_200);
}
