//! Who has no price, or pays twice, because of how conditions of tables and reductions stand to each other.

use super::*;

fn told(components: Value) -> Vec<(Severity, &'static str, String)> {
    let found = lint(&document(json!([]), components));
    found.into_iter().map(|one| (one.severity, one.code, one.sentence)).collect()
}

fn base(code: &str, when: Value) -> Value {
    component(code, when, json!({ "kind": "table", "key": ["space"], "rows": [{ "space": "HALL", "yen": 1_000 }] }))
}

fn warned(code: &'static str, sentence: &str) -> (Severity, &'static str, String) {
    (Severity::Warning, code, sentence.to_owned())
}

#[test]
fn who_has_no_price_by_the_conditions_of_tables_is_found() {
    let resident = |is: bool| json!({ "fact": "resident", "eq": is });
    assert_eq!(told(json!([base("CITY", resident(true)), base("OUTSIDE", resident(false))])), []);
    let slip = told(json!([base("CITY", resident(true)), base("OUTSIDE", resident(true))]));
    let both = "CITY is the price of HALL, too: both are charged whenever one is.";
    let nobody = warned("unpriced_room", "No table is the price of HALL for resident false.");
    assert_eq!(slip, [nobody, warned("priced_twice", both)]);
    let kind = |kind: &str| json!({ "fact": "use_kind", "eq": kind });
    assert_eq!(told(json!([base("PLAY", rest_of("setup")), base("SETUP", kind("setup"))])), []);
    let rest = json!({ "all": [rest_of("rehearsal"), rest_of("setup")] });
    let kinds = told(json!([base("PLAY", rest), base("REHEARSAL", kind("rehearsal")), base("SETUP", kind("set"))]));
    assert_eq!(
        kinds,
        [
            warned("fewer_tables", "Fewer tables price HALL for rehearsal than otherwise: 1 instead of 2."),
            warned("unpriced_room", "No table is the price of HALL for setup."),
            warned("fewer_tables", "Fewer tables price HALL for no use_kind than otherwise: 1 instead of 2."),
        ]
    );
    let club = json!({ "fact": "user_class", "eq": "CLUB" });
    let clubs = told(json!([base("CLUBS", json!({ "all": [club, { "fact": "day_class", "eq": "weekday" }] }))]));
    let days = ["saturday", "sunday", "holiday"];
    let unpriced =
        days.map(|day| (Severity::Error, "unpriced_room", format!("No table is the price of HALL for {day}.")));
    assert_eq!(clubs[0], warned("unpriced_room", "No table is the price of HALL for weekday, no user_class."));
    assert_eq!(clubs[1..], unpriced, "on other days that is wrong for everybody");
}

fn rest_of(kind: &str) -> Value {
    json!({ "not": { "fact": "use_kind", "eq": kind } })
}

#[test]
fn a_band_decides_whether_admission_is_charged() {
    let bands = json!([{ "code": "FREE", "from": 0, "until": 0 }, { "code": "DEAR", "from": 1 }]);
    let free = base("FREE", json!({ "fact": "band", "eq": "FREE" }));
    let dear = base("DEAR", json!({ "fact": "admission_charged", "eq": true }));
    assert_eq!(lint(&document(bands, json!([free, dear]))), []);
}

#[test]
fn two_tables_that_price_a_room_alike_are_found_and_additions_and_other_measures_are_not() {
    let mut other = base("NEW", Value::Null);
    let twice = warned("priced_twice", "OLD is the price of HALL, too: both are charged whenever one is.");
    assert_eq!(told(json!([base("OLD", Value::Null), other])), [twice]);
    other["rule"]["per"] = json!("head");
    assert_eq!(told(json!([base("OLD", Value::Null), other])), [], "each head is another measure");
    other["rule"]["per"] = json!("use");
    other["rule"]["addition"] = json!(true);
    assert_eq!(told(json!([base("OLD", Value::Null), other])), []);
}

#[test]
fn overtime_that_is_a_share_of_what_some_days_are_not_charged_is_found() {
    let weekday = || json!({ "fact": "day_class", "eq": "weekday" });
    let tables = [base("BASE_WD", weekday()), base("BASE_WE", json!({ "not": weekday() }))];
    let share = |code: &str, of: &str| {
        let share = json!({ "share_of": { "of": [of], "num": 1, "den": 1, "mode": "down", "unit": 1 } });
        component(code, Value::Null, json!({ "kind": "extension", "per_minutes": 60, "price": share }))
    };
    let with = |more: &[Value]| told([&tables[..], more].concat().into());
    let lacks = "Extensions of HALL have no price for weekday: this is a share of what is not charged then.";
    assert_eq!(with(&[share("OVER", "BASE_WE")]), [warned("share_of_nothing", lacks)]);
    assert_eq!(with(&[share("OVER", "BASE_WE"), share("OVER_WD", "BASE_WD")]), []);
    let more = component("MORE", Value::Null, json!({ "kind": "rate", "num": 1, "den": 1, "of": ["BASE_WE"] }));
    let of_rate = with(&[more, share("OVER", "MORE")]);
    assert_eq!(of_rate, [warned("share_of_nothing", lacks)], "a rate is of what it is taken of");
}

#[test]
fn two_reductions_of_one_component_take_off_what_was_granted_twice() {
    let relief = |code: &str, of: &[&str], when: Value| {
        component(code, when, json!({ "kind": "reduction", "of": of, "stack": "max" }))
    };
    let commercial = |is: bool| json!({ "fact": "commercial", "eq": is });
    let with = |one: Value, other: Value| told(json!([base("BASE", Value::Null), one, other, round("TOTAL", "hire")]));
    let twice = "ONE takes off BASE what was granted, too.";
    let both = with(relief("ONE", &["BASE"], Value::Null), relief("OTHER", &["BASE"], commercial(true)));
    assert_eq!(both, [(Severity::Error, "reduced_twice", twice.to_owned())]);
    let left = with(relief("ONE", &["BASE"], Value::Null), relief("OTHER", &["BASE", "ONE"], Value::Null));
    assert_eq!(left, [warned("reduced_twice", &format!("{twice} This takes it off what that left."))]);
    let apart = with(relief("ONE", &["BASE"], commercial(false)), relief("OTHER", &["BASE"], commercial(true)));
    assert_eq!(apart, [], "no use is both");
}

#[test]
fn equipment_that_two_components_price_is_found_unless_no_use_is_for_both() {
    let items = |code: &str, when: Value| {
        let price = |item: &str| json!({ "item": item, "per": "use", "yen": 500 });
        component(code, when, json!({ "kind": "equipment", "prices": [price(code), price("MIC")] }))
    };
    let commercial = |is: bool| json!({ "fact": "commercial", "eq": is });
    let with = |one: Value, other: Value| {
        let found = lint(&document(json!([]), json!([base("BASE", Value::Null), one, other])));
        found.into_iter().map(|one| (one.severity, one.code, one.pointer, one.sentence)).collect::<Vec<_>>()
    };
    let twice = "ONE is the price of MIC, too: a use that both are for pays it twice.".to_owned();
    let there = "/components/2/rule/prices/1".to_owned();
    let both = with(items("ONE", Value::Null), items("OTHER", commercial(true)));
    assert_eq!(both, [(Severity::Warning, "priced_twice", there, twice)]);
    assert_eq!(with(items("ONE", commercial(false)), items("OTHER", commercial(true))), [], "no use is both");
}
