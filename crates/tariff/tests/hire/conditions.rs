//! Conditions that name what nothing is called by, or that no use passes.

use super::{
    checking::{codes, table},
    *,
};

#[test]
fn a_condition_that_names_what_nothing_is_called_by_is_found() {
    let row = |space: &str, span: &str| json!({ "space": space, "span": span, "yen": 100 });
    let rows = json!([row("HALL", "PM"), row("HALL", "NT")]);
    let rate = json!({ "kind": "rate", "num": 1, "den": 1, "of": ["BASE"] });
    let with = |when: Value| {
        let table = table(json!(["space", "span"]), rows.clone());
        codes(&document(json!([]), json!([table, component("MORE", when, rate.clone())])))
    };
    let typo = [("/components/1/when".to_owned(), "unreachable")];
    assert_eq!(with(json!({ "fact": "space", "eq": "HAL" })), typo);
    assert_eq!(with(json!({ "fact": "span", "in": ["PM", "EVENING"] })), typo);
    assert_eq!(with(json!({ "fact": "season", "eq": "WINTER" })), typo);
    assert_eq!(with(json!({ "fact": "span", "eq": "PM+NT" })), [], "both of its slots occur");
    assert_eq!(
        with(json!({ "fact": "headcount", "range": { "from": 1 } })),
        [("/components/1/when/of".to_owned(), "no_comparison")]
    );
    assert_eq!(
        with(json!({ "fact": "heads", "of": "child", "eq": 1 })),
        [("/components/1/when/of".to_owned(), "no_comparison")]
    );
}

#[test]
fn conditions_that_no_use_passes_both_are_found() {
    let rate = json!({ "kind": "rate", "num": 1, "den": 1, "of": ["BASE"] });
    let both = |one: Value, other: Value| {
        let table = table(json!([]), json!([{ "yen": 1 }]));
        let when = json!({ "all": [one, other] });
        codes(&document(json!([]), json!([table, component("MORE", when, rate.clone())])))
    };
    let never = [("/components/1/when/all/1".to_owned(), "unreachable")];
    let purpose = |words: &[&str]| json!({ "fact": "purpose", "in": words });
    let slots = |range: Value| json!({ "fact": "slot_count", "range": range });
    assert_eq!(both(purpose(&["A", "B"]), purpose(&["C"])), never);
    assert_eq!(both(purpose(&["A", "B"]), purpose(&["B", "C"])), []);
    assert_eq!(both(json!({ "fact": "slot_count", "in": [1, 2] }), slots(json!({ "from": 3 }))), never);
    assert_eq!(both(slots(json!({ "from": 2 })), json!({ "fact": "slot_count", "in": [1, 2] })), []);
    assert_eq!(both(slots(json!({ "until": 1 })), slots(json!({ "from": 2 }))), never);
    let on = |meter: &str| json!({ "fact": "meter", "eq": meter });
    assert_eq!(both(on("light"), on("cooling")), [], "both may be on");
    let of =
        |kind: &str, from: i64| json!({ "fact": "headcount", "of": kind, "range": { "from": from, "until": from } });
    assert_eq!(both(of("child", 1), of("adult", 2)), []);
    assert_eq!(both(of("child", 1), of("child", 2)), never);
    let class = |words: &[&str]| json!({ "fact": "day_class", "in": words });
    let weekend = json!({ "any": [class(&["saturday", "sunday"])] });
    assert_eq!(both(weekend.clone(), json!({ "fact": "day_class", "eq": "weekday" })), never, "however it is written");
    assert_eq!(both(weekend, class(&["sunday", "weekday"])), []);
    let many = json!({ "fact": "heads", "range": { "from": 100 } });
    assert_eq!(both(json!({ "not": many.clone() }), many.clone()), never);
    assert_eq!(both(json!({ "not": many }), json!({ "fact": "heads", "range": {} })), []);
    assert_eq!(both(json!({ "not": on("light") }), on("light")), never);
    assert_eq!(both(json!({ "not": on("light") }), on("cooling")), []);
    let many = ["lead_days", "lead_months", "minutes", "heads", "equipment_count", "consecutive_days", "admission"];
    let between = |fact: &&str| json!({ "fact": fact, "range": { "from": 10, "until": 20 } });
    let mut all: Vec<Value> = many.iter().map(between).collect();
    all.push(slots(json!({ "until": 1 })));
    assert_eq!(both(json!({ "all": all }), slots(json!({ "from": 2 }))), never, "among many others");
}

#[test]
fn a_condition_that_no_use_passes_is_found_as_a_whole() {
    let rate = json!({ "kind": "rate", "num": 1, "den": 1, "of": ["BASE"] });
    let with = |when: Value| {
        let table = table(json!([]), json!([{ "yen": 1 }]));
        codes(&document(json!([]), json!([table, component("MORE", when, rate.clone())])))
    };
    let every = json!({ "fact": "day_class", "in": ["weekday", "saturday", "sunday", "holiday", "special"] });
    assert_eq!(with(json!({ "not": every })), [("/components/1/when".to_owned(), "unreachable")]);
    let eq = |fact: &str, value: bool| json!({ "fact": fact, "eq": value });
    let part = json!({ "all": [eq("alcohol", true), eq("goods_sale", true), eq("alcohol", false)] });
    let any = json!({ "any": [eq("commercial", true), part] });
    assert_eq!(with(any), [("/components/1/when/any/1/all/2".to_owned(), "unreachable")], "also in a part of it");
}
