use serde_json::{Value, json};

use super::*;

fn words(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// Two rooms in three slots, an office that nobody hires, one piano, one purpose, one class.
fn house() -> House {
    let day = || vec![["AM", "PM", "NT"].map(str::to_owned).to_vec()];
    let room = |hired| HouseRoom { hired, slots: if hired { day() } else { Vec::new() }, gaps: Vec::new() };
    let rooms = [("A", true), ("B", true), ("OFFICE", false)].map(|(code, hired)| (code.to_owned(), room(hired)));
    House {
        rooms: rooms.into(),
        equipment: words(&["PIANO"]),
        purposes: words(&["CONCERT"]),
        user_classes: words(&["CLUB"]),
        channels: words(&["web", "counter"]),
        day_classes: BTreeSet::new(),
    }
}

fn told(components: Value) -> Vec<(&'static str, String)> {
    told_of(&house(), components)
}

fn told_of(house: &House, components: Value) -> Vec<(&'static str, String)> {
    let document = json!({ "name": "n", "legal_reference": "l", "applies_by": "use_date", "effective_from": "2026-04-01",
        "engine": 1, "tax": { "rate": "standard", "inclusive": true, "rounding": "down" }, "components": components });
    let found = lint_house(&serde_json::from_value(document).unwrap(), house);
    found.into_iter().map(|one| (one.code, one.pointer)).collect()
}

fn component(code: &str, rule: Value) -> Value {
    json!({ "code": code, "label": { "ja": code }, "rule": rule })
}

/// A table of rooms whose single slots are added up, and the price of the piano.
fn table(spaces: &[&str]) -> [Value; 2] {
    let of = |space: &&str| ["AM", "PM", "NT"].map(|span| json!({ "space": space, "span": span, "yen": 1 }));
    let rows: Vec<Value> = spaces.iter().flat_map(of).collect();
    let rule = json!({ "kind": "table", "key": ["space", "span"], "span_by": ["sum_of_slots"], "rows": rows });
    let prices = json!([{ "item": "PIANO", "per": "use", "yen": 1 }]);
    [component("BASE", rule), component("ITEMS", json!({ "kind": "equipment", "prices": prices }))]
}

#[test]
fn a_house_and_a_tariff_that_know_each_other_have_nothing_to_say() {
    assert_eq!(told(json!(table(&["A", "B"]))), []);
}

#[test]
fn a_row_for_no_room_and_a_room_without_a_row_are_told_once_each() {
    let both = [
        ("no_such_room", "/components/0/rule/rows/3/space".to_owned()),
        ("room_without_row", "/components".to_owned()),
    ];
    assert_eq!(told(json!(table(&["A", "STAGE"]))), both);
}

#[test]
fn slots_that_a_room_has_and_the_table_does_not_are_told_and_the_other_way_round() {
    let rows = json!([{ "space": "A", "span": "AM", "yen": 1 }, { "space": "A", "span": "AM+NT", "yen": 1 },
                      { "space": "B", "span": "AM", "yen": 1 }, { "space": "B", "span": "MIDNIGHT", "yen": 1 }]);
    let rule = json!({ "kind": "table", "key": ["space", "span"], "rows": rows });
    let [_, items] = table(&[]);
    let found = told(json!([component("BASE", rule), items]));
    let here = |row: usize| ("no_such_span", format!("/components/0/rule/rows/{row}/span"));
    assert_eq!(found[..2], [here(1), here(3)], "no two slots of a day are AM+NT");
    // PM, NT, AM+PM, PM+NT and AM+PM+NT of each room
    assert_eq!(found[2..], vec![("span_without_row", "/components".to_owned()); 10]);
}

#[test]
fn a_table_that_asks_for_neither_room_nor_slot_is_for_all_of_them() {
    let rule = json!({ "kind": "table", "key": [], "rows": [{ "yen": 1 }] });
    let [_, items] = table(&[]);
    assert_eq!(told(json!([component("BASE", rule), items])), []);
}

#[test]
fn a_table_is_for_the_rooms_that_its_condition_lets_it_be_for() {
    let [mut base, items] = table(&["A", "B"]);
    base["when"] = json!({ "fact": "space", "eq": "A" });
    assert_eq!(told(json!([base, items])), [("room_without_row", "/components".to_owned())]);
}

#[test]
fn an_addition_is_no_row_for_a_room() {
    let [base, items] = table(&["A"]);
    let mut cleaning = component("CLEANING", json!({ "kind": "table", "key": [], "rows": [{ "yen": 1 }] }));
    cleaning["rule"]["addition"] = json!(true);
    assert_eq!(told(json!([base, items, cleaning])), [("room_without_row", "/components".to_owned())]);
}

#[test]
fn sorts_of_days_that_the_calendar_has_and_the_table_does_not_are_told() {
    let house = House { day_classes: [DayClass::Special].into(), ..house() };
    assert_eq!(told_of(&house, json!(table(&["A", "B"]))), [], "a table that does not ask is for every day");
    let rows = |classes: &[&str]| -> Value {
        let of = |space: &'static str| {
            classes.iter().map(move |class| json!({ "space": space, "day_class": class, "yen": 1 }))
        };
        ["A", "B"].into_iter().flat_map(of).collect()
    };
    let with = |classes: &[&str]| {
        let [_, items] = table(&[]);
        let rule = json!({ "kind": "table", "key": ["space", "day_class"], "rows": rows(classes) });
        told_of(&house, json!([component("BASE", rule), items]))
    };
    let known = ["weekday", "saturday", "sunday", "holiday"];
    let missing = ("day_class_without_row", "/components".to_owned());
    assert_eq!(with(&known), [missing.clone(), missing], "once for each room");
    assert_eq!(with(&[&known[..], &["special"][..]].concat()), []);
    let [mut base, items] = table(&["A", "B"]);
    base["when"] = json!({ "fact": "day_class", "in": known });
    assert_eq!(told_of(&house, json!([base, items])).len(), 2, "its condition does not let it");
}

#[test]
fn a_class_of_the_register_that_a_table_by_class_has_no_row_for_is_told() {
    let with = |rows: Value, when: Value| {
        let [_, items] = table(&[]);
        let mut base = component("BASE", json!({ "kind": "table", "key": ["user_class"], "rows": rows }));
        if !when.is_null() {
            base["when"] = when;
        }
        told(json!([base, items]))
    };
    let nobody = json!([{ "yen": 1 }]);
    assert_eq!(with(nobody.clone(), Value::Null), [("class_without_row", "/components/0/rule/rows".to_owned())]);
    assert_eq!(with(json!([{ "yen": 1 }, { "user_class": "CLUB", "yen": 2 }]), Value::Null), []);
    assert_eq!(with(nobody, json!({ "not": { "fact": "user_class", "eq": "CLUB" } })), []);
}

#[test]
fn equipment_is_compared_both_ways() {
    let [base, _] = table(&["A", "B"]);
    let prices = json!([{ "item": "ORGAN", "per": "use", "yen": 1 }]);
    let items = component("ITEMS", json!({ "kind": "equipment", "prices": prices }));
    let both = [
        ("no_such_equipment", "/components/1/rule/prices/0/item".to_owned()),
        ("equipment_without_price", "/components".to_owned()),
    ];
    assert_eq!(told(json!([base, items])), both);
}

#[test]
fn equipment_that_has_a_price_in_some_hires_of_a_room_alone_is_told() {
    let items = |code: &str, when: Value| {
        let prices = json!([{ "item": "PIANO", "per": "use", "yen": 1 }]);
        let mut items = component(code, json!({ "kind": "equipment", "prices": prices }));
        items["when"] = when;
        items
    };
    let with = |all: &[Value]| {
        let [base, _] = table(&["A", "B"]);
        told(json!([&[base][..], all].concat()))
    };
    let commercial = |is: bool| json!({ "fact": "commercial", "eq": is });
    let in_rooms = |rooms: &[&str]| json!({ "fact": "space", "in": rooms });
    let lacks = [("equipment_without_price", "/components".to_owned())];
    assert_eq!(with(&[items("ITEMS", commercial(true))]), lacks);
    assert_eq!(with(&[items("ITEMS", in_rooms(&["A"]))]), lacks, "not in the other room");
    assert_eq!(with(&[items("DEAR", commercial(true)), items("CHEAP", commercial(false))]), []);
    assert_eq!(with(&[items("ITEMS", in_rooms(&["A", "B"]))]), [], "nobody hires the office");
}

#[test]
fn time_between_slots_that_is_charged_and_has_no_price_is_told() {
    let mut house = house();
    let noon = ExtensionUse { from: "12:00".to_owned(), minutes: 60 };
    house.rooms.entry("A".to_owned()).or_default().gaps.push(noon);
    let with = |price: Option<Value>| {
        let price = price.map(|price| json!({ "kind": "extension", "per_minutes": 30, "price": price }));
        let all: Vec<Value> = table(&["A", "B"]).into_iter().chain(price.map(|rule| component("OVER", rule))).collect();
        told_of(&house, json!(all))
    };
    let lacks = [("gap_without_price", "/components".to_owned())];
    let row = |from: &str, until: &str| json!({ "rows": [{ "space": "A", "from": from, "until": until, "yen": 1 }] });
    assert_eq!(with(None), lacks);
    assert_eq!(with(Some(json!({ "yen": 500 }))), []);
    assert_eq!(with(Some(row("12:00", "13:00"))), []);
    assert_eq!(with(Some(row("12:00", "12:30"))), lacks, "its second half has no row");
}

#[test]
fn a_word_in_a_condition_that_nothing_is_called_by_is_told() {
    let [base, items] = table(&["A", "B"]);
    let mut more = component("MORE", json!({ "kind": "rate", "num": 1, "den": 1, "of": ["BASE"] }));
    more["when"] = json!({ "any": [
        { "fact": "purpose", "eq": "CONCRET" }, { "fact": "user_class", "in": ["CLUB", "CLUBS"] }, { "fact": "space", "eq": "STAGE" },
        { "not": { "fact": "channel", "eq": "fax" } }, { "fact": "span", "eq": "AM+NT" }] });
    let here = |at: usize, code: &'static str, under: &str| (code, format!("/components/2/when/any/{at}{under}"));
    assert_eq!(
        told(json!([base, items, more])),
        [
            here(0, "no_such_purpose", ""),
            here(1, "no_such_class", ""),
            here(2, "no_such_room", ""),
            here(3, "no_such_channel", "/not"),
            here(4, "no_such_span", ""),
        ]
    );
}
