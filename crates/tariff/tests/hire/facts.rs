//! What a price may depend on, and what happens when it is not said.

use super::*;

/// A base of 1,000 yen, and 100 yen more on a condition.
fn tariff(when: Value) -> HireTariff {
    let base = json!({ "kind": "table", "key": [], "rows": [{ "yen": 1_000 }] });
    let more = json!({ "kind": "rate", "num": 1, "den": 10, "of": ["BASE"] });
    document(
        json!([]),
        json!([component("BASE", Value::Null, base), component("MORE", when, more), round("TOTAL", "hire")]),
    )
}

fn room(date: &str, more: Value) -> Value {
    let mut room =
        json!({ "space": "R", "date": date, "day_class": "weekday", "minutes": 180, "slots": slots(&["AM"]) });
    for (name, value) in more.as_object().unwrap() {
        room[name] = value.clone();
    }
    room
}

fn costs(when: &Value, uses: Vec<Value>) -> i64 {
    price(&tariff(when.clone()), &ask(uses.into()))
}

#[test]
fn days_in_a_row_are_counted_of_the_same_room() {
    let long = json!({ "fact": "consecutive_days", "range": { "from": 3 } });
    let on = |days: &[u8]| days.iter().map(|day| room(&format!("2026-06-{day:02}"), json!({}))).collect::<Vec<_>>();
    assert_eq!(costs(&long, on(&[1, 2])), 2_000);
    assert_eq!(costs(&long, on(&[3, 1, 2])), 3_300, "in whatever order they are asked for");
    assert_eq!(costs(&long, on(&[1, 2, 4, 5])), 4_000, "a day between them breaks the row");
    let mut other = on(&[1, 2]);
    other.push(room("2026-06-03", json!({ "space": "S" })));
    assert_eq!(costs(&long, other), 3_000, "another room is not the same row");
    assert_eq!(costs(&long, vec![room("2026-06-01", json!({ "days": 3 }))]), 1_100, "one use may go over several");
    let late = room("2026-06-01", json!({ "days": 2, "days_in_use": 3 }));
    assert_eq!(costs(&long, vec![late]), 1_000, "a night of overtime is no day that was hired");
}

#[test]
fn who_organises_is_a_fact_of_its_own() {
    let group = json!({ "fact": "organiser_kind", "eq": "group" });
    let by = |kind: Option<&str>| {
        let ask = HireAsk { organiser_kind: kind.map(Into::into), ..ask(json!([room("2026-06-03", json!({}))])) };
        price(&tariff(group.clone()), &ask)
    };
    assert_eq!([by(None), by(Some("person")), by(Some("group"))], [1_000, 1_000, 1_100]);
}

#[test]
fn heads_are_said_counted_by_kind_or_asked_for() {
    let many = json!({ "fact": "heads", "range": { "from": 100 } });
    let on = |more: Value| vec![room("2026-06-03", more)];
    assert_eq!(costs(&many, on(json!({ "heads": 99 }))), 1_000);
    assert_eq!(costs(&many, on(json!({ "heads": 100 }))), 1_100);
    assert_eq!(costs(&many, on(json!({ "headcount": { "child": 60, "adult": 40 } }))), 1_100);
    let unsaid = quote(&tariff(many), &ask(on(json!({})).into()));
    assert_eq!(unsaid, Err(ChargeError::Unsaid { what: "heads" }), "a surcharge is not dropped because nobody said");
    let children = json!({ "fact": "headcount", "of": "child", "range": { "from": 10 } });
    assert_eq!(costs(&children, on(json!({ "headcount": { "child": 10 } }))), 1_100);
    assert_eq!(costs(&children, on(json!({ "headcount": { "child": 9 } }))), 1_000);
    let unsaid = quote(&tariff(children.clone()), &ask(on(json!({ "heads": 10 })).into()));
    assert_eq!(unsaid, Err(ChargeError::Unsaid { what: "headcount" }));
    let unknown = quote(&tariff(children), &ask(on(json!({ "headcount": { "chidl": 10 } })).into()));
    assert_eq!(unknown, Err(ChargeError::UnknownKind { kind: "chidl".into(), known: vec!["child".into()] }));
}

#[test]
fn a_price_for_each_head_needs_heads() {
    let per = |per: Value| {
        let base = json!({ "kind": "table", "key": [], "per": per, "rows": [{ "yen": 200 }] });
        document(json!([]), json!([component("BASE", Value::Null, base)]))
    };
    let asked = |more: Value| ask(json!([room("2026-06-03", more)]));
    assert_eq!(price(&per(json!("head")), &asked(json!({ "heads": 30 }))), 6_000);
    assert_eq!(quote(&per(json!("head")), &asked(json!({}))), Err(ChargeError::Unsaid { what: "heads" }));
    assert!(matches!(quote(&per(json!("head")), &asked(json!({ "heads": 0 }))), Err(ChargeError::Senseless { .. })));
    let children = per(json!({ "head_of": "child" }));
    assert_eq!(price(&children, &asked(json!({ "headcount": { "child": 5 } }))), 1_000);
    assert_eq!(quote(&children, &asked(json!({ "heads": 7 }))), Err(ChargeError::Unsaid { what: "headcount" }));
}

#[test]
fn who_is_of_no_kind_that_the_tariff_names_is_refused_and_not_free() {
    let per = |code: &str, kind: &str, yen: i64| {
        let rule = json!({ "kind": "table", "key": [], "per": { "head_of": kind }, "rows": [{ "yen": yen }] });
        component(code, Value::Null, rule)
    };
    let mut both = document(json!([]), json!([per("CHILDREN", "child", 50), per("ADULTS", "adult", 100)]));
    let of = |tariff: &HireTariff, headcount: Value| {
        quote(tariff, &ask(json!([room("2026-06-03", json!({ "headcount": headcount }))]))).map(|charge| charge.total)
    };
    assert_eq!(of(&both, json!({ "adult": 2 })), Ok(Yen(200)), "some kinds may be nobody");
    assert_eq!(of(&both, json!({ "adult": 2, "child": 10 })), Ok(Yen(700)));
    let known = vec!["adult".to_owned(), "child".to_owned()];
    assert_eq!(
        of(&both, json!({ "adult": 2, "chidl": 10 })),
        Err(ChargeError::UnknownKind { kind: "chidl".into(), known })
    );
    let nobody = Err(ChargeError::Senseless { what: "a use by nobody of the kinds that are priced" });
    assert_eq!(of(&both, json!({ "adult": 0, "child": 0 })), nobody);
    let base = json!({ "kind": "table", "key": [], "rows": [{ "yen": 1_000 }] });
    both.components.insert(0, serde_json::from_value(component("BASE", Value::Null, base)).unwrap());
    assert_eq!(of(&both, json!({ "child": 0 })), nobody, "neither when the room has a price of its own");
    for insurance in &mut both.components[1..] {
        let mut written = serde_json::to_value(&*insurance).unwrap();
        written["rule"]["addition"] = json!(true);
        *insurance = serde_json::from_value(written).unwrap();
    }
    assert_eq!(of(&both, json!({ "child": 0 })), Ok(Yen(1_000)), "an addition may be for nobody");
}

/// 冬期 from November to April, over New Year.
fn seasons() -> Value {
    json!([{ "code": "WINTER", "from": "11-01", "until": "04-30" }, { "code": "SUMMER", "from": "05-01", "until": "10-31" }])
}

#[test]
fn a_season_finds_a_row_and_decides_a_condition() {
    let rows = json!([{ "season": "WINTER", "yen": 1_500 }, { "season": "SUMMER", "yen": 1_000 }]);
    let base = json!({ "kind": "table", "key": ["season"], "rows": rows });
    let heat = json!({ "kind": "rate", "num": 4, "den": 10, "of": ["BASE"] });
    let winter = json!({ "fact": "season", "eq": "WINTER" });
    let mut tariff = document(
        json!([]),
        json!([component("BASE", Value::Null, base), component("HEAT", winter, heat), round("TOTAL", "hire")]),
    );
    tariff.seasons = serde_json::from_value(seasons()).unwrap();
    let on = |date: &str| price(&tariff, &ask(json!([room(date, json!({}))])));
    let costs = ["2026-10-31", "2026-11-01", "2027-01-01", "2028-02-29", "2027-04-30", "2027-05-01"].map(on);
    assert_eq!(costs, [1_000, 2_100, 2_100, 2_100, 2_100, 1_000]);
    tariff.seasons.pop();
    let missing = quote(&tariff, &ask(json!([room("2026-06-01", json!({}))])));
    assert_eq!(missing, Err(ChargeError::MissingSeason { date: date!(2026 - 06 - 01) }));
}

#[test]
fn overtime_may_be_the_hourly_share_of_what_the_slots_cost() {
    let base = json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "AM", "yen": 10_000 }] });
    let share = json!({ "share_of": { "of": ["BASE"], "num": 13, "den": 10, "mode": "down", "unit": 10 } });
    let over = json!({ "kind": "extension", "per_minutes": 60, "price": share });
    let tariff =
        document(json!([]), json!([component("BASE", Value::Null, base), component("OVER", Value::Null, over)]));
    let stay = |minutes: i64| {
        let more = json!({ "extensions": [{ "from": "12:00", "minutes": minutes }] });
        price(&tariff, &ask(json!([room("2026-06-03", more)])))
    };
    // three hours for 10,000: 3,333.33 an hour, 3割増 4,333.33, 10円未満切捨て
    assert_eq!(stay(60), 14_330);
    assert_eq!(stay(61), 18_660);
    let unknown = json!({ "extensions": [{ "from": "noon", "minutes": 60 }] });
    let refused = quote(&tariff, &ask(json!([room("2026-06-03", unknown)])));
    assert_eq!(refused, Err(ChargeError::Senseless { what: "a clock" }));
}

#[test]
fn a_share_of_what_was_not_charged_is_no_price_of_overtime() {
    let base = |code: &str, when: Value, yen: i64| {
        component(code, when, json!({ "kind": "table", "key": [], "rows": [{ "yen": yen }] }))
    };
    let share = |code: &str, of: &str| {
        let share = json!({ "share_of": { "of": [of], "num": 1, "den": 1, "mode": "down", "unit": 1 } });
        component(code, Value::Null, json!({ "kind": "extension", "per_minutes": 60, "price": share }))
    };
    let weekday = || json!({ "fact": "day_class", "eq": "weekday" });
    let tables = [base("BASE_WD", weekday(), 3_000), base("BASE_WE", json!({ "not": weekday() }), 0)];
    let of = |class: &str, overtime: &[Value]| {
        let tariff = document(json!([]), [&tables[..], overtime].concat().into());
        let more = json!({ "day_class": class, "extensions": [{ "from": "12:00", "minutes": 60 }] });
        quote(&tariff, &ask(json!([room("2026-06-03", more)]))).map(|charge| charge.total)
    };
    let weekend = [share("OVER_WE", "BASE_WE")];
    let unpriced = Err(ChargeError::Unpriced { what: "extension", code: "12:00".into() });
    assert_eq!(of("weekday", &weekend), unpriced);
    assert_eq!(of("sunday", &weekend), Ok(Yen(0)), "what is let for nothing is priced");
    let both = [share("OVER_WE", "BASE_WE"), share("OVER_WD", "BASE_WD")];
    assert_eq!(of("weekday", &both), Ok(Yen(4_000)), "each is for its own days");
}

#[test]
fn rows_for_no_class_and_no_kind_are_rows() {
    let rows = json!([{ "yen": 1_000 }, { "user_class": "CLUB", "yen": 500 }, { "use_kind": "rehearsal", "yen": 600 },
                      { "user_class": "CLUB", "use_kind": "rehearsal", "yen": 300 }]);
    let base = json!({ "kind": "table", "key": ["user_class", "use_kind"], "rows": rows });
    let tariff = document(json!([]), json!([component("BASE", Value::Null, base)]));
    assert_eq!(lint(&tariff), []);
    let of = |class: Option<&str>, more: Value| {
        let ask = HireAsk { user_class: class.map(Into::into), ..ask(json!([room("2026-06-03", more)])) };
        price(&tariff, &ask)
    };
    let rehearsal = json!({ "use_kind": "rehearsal" });
    assert_eq!([of(None, json!({})), of(Some("CLUB"), json!({}))], [1_000, 500]);
    assert_eq!([of(None, rehearsal.clone()), of(Some("CLUB"), rehearsal)], [600, 300]);
}

#[test]
fn a_use_over_several_days_is_priced_by_the_day_and_only_where_its_days_are_alike() {
    let per = |per: &str, when: Value| {
        let rows = json!([{ "season": "SUMMER", "yen": 1_000 }, { "season": "WINTER", "yen": 1_500 }]);
        let base = json!({ "kind": "table", "key": ["season"], "per": per, "rows": rows });
        let more = json!({ "kind": "rate", "num": 1, "den": 10, "of": ["BASE"] });
        let mut tariff = document(
            json!([]),
            json!([component("BASE", Value::Null, base), component("MORE", when, more), round("TOTAL", "hire")]),
        );
        tariff.seasons = serde_json::from_value(seasons()).unwrap();
        tariff
    };
    let weekend = json!({ "fact": "day_class", "in": ["saturday", "sunday"] });
    let over = |date: &str, classes: &[&str]| {
        let first = classes[0];
        let days = json!({ "day_class": first, "days": classes.len(), "day_classes": classes, "slots": [] });
        ask(json!([room(date, days)]))
    };
    let weekdays = over("2026-06-01", &["weekday"; 3]);
    assert_eq!(price(&per("day", weekend.clone()), &weekdays), 3_000);
    assert_eq!(price(&per("use", weekend.clone()), &weekdays), 1_000, "the price of a use is for all of it");
    assert_eq!(price(&per("day", weekend.clone()), &over("2026-06-06", &["saturday", "sunday"])), 2_200);

    let friday = over("2026-06-05", &["weekday", "saturday", "sunday"]);
    let Err(ChargeError::DaysDiffer { days }) = quote(&per("day", weekend.clone()), &friday) else { panic!("alike") };
    let classes: Vec<_> = days.iter().map(|day| (day.date.day(), day.day_class.as_str())).collect();
    assert_eq!(classes, [(5, "weekday"), (6, "saturday"), (7, "sunday")]);
    let commercial = json!({ "fact": "commercial", "eq": true });
    assert_eq!(price(&per("day", commercial.clone()), &friday), 3_000, "a price that goes by no class is alike");

    let turning = quote(&per("day", commercial), &over("2026-10-30", &["weekday"; 3]));
    let Err(ChargeError::DaysDiffer { days }) = turning else { panic!("alike") };
    let seasons: Vec<_> = days.iter().map(|day| day.season.as_deref()).collect();
    assert_eq!(seasons, [Some("SUMMER"), Some("SUMMER"), Some("WINTER")]);
}
