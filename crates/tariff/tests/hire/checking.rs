use super::*;

pub fn codes(tariff: &HireTariff) -> Vec<(String, &'static str)> {
    lint(tariff).into_iter().map(|finding| (finding.pointer, finding.code)).collect()
}

pub fn table(key: Value, rows: Value) -> Value {
    component("BASE", Value::Null, json!({ "kind": "table", "key": key, "rows": rows }))
}

#[test]
fn gaps_and_overlaps_of_bands_are_found_where_they_are() {
    let simple = json!([table(json!(["span"]), json!([{ "span": "AM", "yen": 1 }]))]);
    let of = |bands: Value| codes(&document(bands, simple.clone()));
    let band = |code: &str, from: i64, until: i64| json!({ "code": code, "from": from, "until": until });
    assert_eq!(
        of(json!([band("A", 0, 1_000), { "code": "B", "from": 1_000 }])),
        [("/bands/1/from".into(), "overlapping_bands")]
    );
    assert_eq!(
        of(json!([band("A", 0, 999), { "code": "B", "from": 1_001 }])),
        [("/bands/1/from".into(), "gap_between_bands")]
    );
    assert_eq!(of(json!([band("A", 0, 999)])), [("/bands/0/until".into(), "gap_between_bands")]);
    assert_eq!(of(json!([{ "code": "A", "from": 1 }])), [("/bands/0/from".into(), "gap_between_bands")]);
}

#[test]
fn rows_that_are_missing_or_never_reached_are_found() {
    let row = |space: &str, span: &str| json!({ "space": space, "span": span, "yen": 100 });
    let rows = json!([row("A", "AM"), row("A", "PM"), row("B", "AM"), row("A", "AM"), { "span": "AM", "yen": 1 }]);
    let found = codes(&document(json!([]), json!([table(json!(["space", "span"]), rows)])));
    assert_eq!(
        found,
        [
            ("/components/0/rule/rows/3".into(), "unreachable"),
            ("/components/0/rule/rows/4".into(), "incomplete_row"),
            ("/components/0/rule/rows".into(), "missing_row"),
        ]
    );
}

#[test]
fn every_day_class_that_the_law_knows_has_a_row_unless_the_table_is_for_others() {
    let row = |class: &str| json!({ "day_class": class, "yen": 100 });
    let of = |rows: &[&str]| table(json!(["day_class"]), rows.iter().map(|class| row(class)).collect());
    let missing = |table: Value| {
        let found = lint(&document(json!([]), json!([table])));
        found.into_iter().map(|one| one.sentence).collect::<Vec<_>>()
    };
    let no_row = |class: &str| format!("There is no row for {class}.");
    assert_eq!(missing(of(&["weekday", "saturday"])), [no_row("holiday"), no_row("sunday")]);
    assert_eq!(missing(of(&["weekday", "saturday", "sunday", "holiday"])), [""; 0]);
    let mut weekdays = of(&["weekday"]);
    weekdays["when"] = json!({ "fact": "day_class", "eq": "weekday" });
    let mut others = of(&["saturday", "sunday", "holiday"]);
    (others["code"], others["when"]) = (json!("OTHERS"), json!({ "not": weekdays["when"] }));
    let both = |weekdays: &Value| {
        let found = lint(&document(json!([]), json!([weekdays, others])));
        found.into_iter().map(|one| one.sentence).collect::<Vec<_>>()
    };
    assert_eq!(both(&weekdays), [""; 0]);
    weekdays["rule"]["rows"] = json!([row("weekday"), row("sunday")]);
    assert_eq!(both(&weekdays), ["The component's own condition excludes this row."]);
}

#[test]
fn a_room_that_no_table_is_the_price_of_on_some_days_is_found_and_so_is_one_that_fewer_tables_price() {
    let base = |code: &str, when: Value| {
        let rows = json!([{ "space": "HALL", "span": "AM", "yen": 30_000 }]);
        component(code, when, json!({ "kind": "table", "key": ["space", "span"], "rows": rows }))
    };
    let weekday = || json!({ "fact": "day_class", "eq": "weekday" });
    let cleaning = |addition: bool| {
        let rows = json!([{ "space": "HALL", "yen": 1_000 }]);
        component(
            "CLEANING",
            Value::Null,
            json!({ "kind": "table", "addition": addition, "key": ["space"], "rows": rows }),
        )
    };
    let told = |components: Value| {
        let found = lint(&document(json!([]), components));
        found.into_iter().map(|one| (one.severity, one.code, one.sentence)).collect::<Vec<_>>()
    };
    let days = ["saturday", "sunday", "holiday"];
    let without =
        days.map(|day| (Severity::Error, "unpriced_room", format!("No table is the price of HALL for {day}.")));
    assert_eq!(told(json!([base("BASE", weekday()), cleaning(true)])), without);
    let fewer = |day| format!("Fewer tables price HALL for {day} than otherwise: 1 instead of 2.");
    let fewer = days.map(|day| (Severity::Warning, "fewer_tables", fewer(day)));
    assert_eq!(told(json!([base("BASE", weekday()), cleaning(false)])), fewer);
    let together = json!([base("BASE", weekday()), base("REST", json!({ "not": weekday() })), cleaning(true)]);
    assert_eq!(told(together), []);
    let alone = told(json!([cleaning(true)]));
    assert_eq!(alone[0].1, "no_table", "an addition is the price of nothing");
}

#[test]
fn what_only_an_addition_is_for_has_no_price() {
    let base = json!({ "kind": "table", "key": ["space"], "rows": [{ "space": "HALL", "yen": 30_000 }] });
    let cleaning = json!({ "kind": "table", "addition": true, "key": [], "rows": [{ "yen": 1_000 }] });
    let tariff = document(
        json!([]),
        json!([
            component("BASE", json!({ "fact": "day_class", "eq": "weekday" }), base),
            component("CLEANING", Value::Null, cleaning),
        ]),
    );
    let on = |class: &str| {
        let room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": class, "minutes": 180 });
        quote(&tariff, &ask(json!([room])))
    };
    assert_eq!(on("weekday").unwrap().total, Yen(31_000));
    assert_eq!(on("sunday"), Err(ChargeError::Unpriced { what: "room", code: "HALL".into() }));
}

#[test]
fn rows_of_bands_and_seasons_that_are_not_declared_are_never_reached() {
    let rows = json!([{ "band": "ALL", "yen": 1 }, { "band": "GONE", "yen": 2 }]);
    let bands = json!([{ "code": "ALL", "from": 0 }]);
    let found = codes(&document(bands, json!([table(json!(["band"]), rows)])));
    assert_eq!(found, [("/components/0/rule/rows/1".into(), "unreachable")]);
    let rows = json!([{ "season": "W", "yen": 1 }]);
    let found = codes(&document(json!([]), json!([table(json!(["season"]), rows)])));
    assert_eq!(found, [("/components/0/rule/rows/0".into(), "unreachable")]);
}

#[test]
fn no_row_for_nobody_is_a_warning_and_not_an_error() {
    let rows = json!([{ "user_class": "CLUB", "yen": 1 }]);
    let found = lint(&document(json!([]), json!([table(json!(["user_class"]), rows)])));
    let told: Vec<_> = found.iter().map(|one| (one.severity, one.code, one.sentence.as_str())).collect();
    assert_eq!(told, [(Severity::Warning, "missing_row", "There is no row for none.")]);
}

#[test]
fn a_table_that_would_need_more_rows_than_anybody_reads_is_told_so_at_once() {
    let rows: Vec<Value> = (0..300)
        .map(|n| {
            let word = format!("W{n}");
            json!({ "space": word, "span": word, "user_class": word, "use_kind": word, "yen": n })
        })
        .collect();
    let found =
        codes(&document(json!([]), json!([table(json!(["space", "span", "user_class", "use_kind"]), rows.into())])));
    assert_eq!(found, [("/components/0/rule/rows".into(), "table_too_large")]);
}

#[test]
fn a_thousand_findings_are_told_and_no_more() {
    let rows: Vec<Value> =
        (0..200).map(|n| json!({ "space": format!("S{n}"), "span": format!("T{n}"), "yen": n })).collect();
    let found = lint(&document(json!([]), json!([table(json!(["space", "span"]), rows.into())])));
    assert_eq!(found.len(), 1_000);
    assert_eq!((found[998].code, found[999].code), ("missing_row", "and_more"));
}

#[test]
fn schedules_are_read_as_closely_as_tables() {
    let with = |cancel: Value, change: Value| {
        let mut whole =
            serde_json::to_value(document(json!([]), json!([table(json!([]), json!([{ "yen": 1 }]))]))).unwrap();
        whole["cancel"] = cancel;
        whole["change"] = if change.is_null() { json!({ "legal_reference": "第7条", "most": 0 }) } else { change };
        codes(&serde_json::from_value(whole).unwrap())
    };
    let cancel =
        |unit: i64, steps: Value| json!({ "legal_reference": "第8条", "mode": "up", "unit": unit, "steps": steps });
    let days = |days: i64, percent: i64| json!({ "until": { "days_before": days }, "fee": { "percent": percent } });
    let open = || json!({ "fee": { "percent": 100 } });
    let none = || Value::Null;
    let at = |pointer: &str, code: &'static str| (pointer.to_owned(), code);
    assert_eq!(with(cancel(1, json!([days(30, 0), days(10, 50), open()])), none()), []);
    assert_eq!(with(cancel(0, json!([open()])), none()), [at("/cancel/unit", "not_positive")]);
    assert_eq!(with(cancel(1, json!([])), none()), [at("/cancel/steps", "unreachable")]);
    assert_eq!(
        with(cancel(1, json!([{ "fee": { "percent": 101 } }])), none()),
        [at("/cancel/steps/0/fee/percent", "too_large")]
    );
    assert_eq!(with(cancel(1, json!([{ "fee": { "yen": -1 } }])), none()), [at("/cancel/steps/0/fee/yen", "negative")]);
    assert_eq!(with(cancel(1, json!([days(10, 50)])), none()), [at("/cancel/steps/0/until", "gap_after_last_step")]);
    assert_eq!(with(cancel(1, json!([open(), open()])), none()), [at("/cancel/steps/0", "unreachable_after")]);
    assert_eq!(
        with(cancel(1, json!([days(10, 0), days(30, 50), open()])), none()),
        [at("/cancel/steps/1/until", "unreachable")]
    );
    assert_eq!(
        with(cancel(1, json!([days(10, 0), days(10, 50), open()])), none()),
        [at("/cancel/steps/1/until", "unreachable")]
    );
    let month = json!({ "until": { "months_before": 1 }, "fee": { "percent": 0 } });
    let found = with(cancel(1, json!([month, days(30, 50), open()])), none());
    assert_eq!(
        found,
        [at("/cancel/steps/1/until", "unreachable")],
        "a month before the first of March is less than thirty days"
    );
    assert_eq!(with(cancel(1, json!([month, days(27, 50), open()])), none()), []);
    let both = json!({ "until": { "days_before": 3, "months_before": 1 }, "fee": { "percent": 0 } });
    assert_eq!(with(cancel(1, json!([both, open()])), none()), [at("/cancel/steps/0/until", "no_deadline")]);
    let change = |more: Value| {
        let mut rule = json!({ "legal_reference": "第7条", "most": 1 });
        for (name, value) in more.as_object().unwrap() {
            rule[name] = value.clone();
        }
        with(cancel(1, json!([open()])), rule)
    };
    assert_eq!(change(json!({ "until": {} })), [at("/change/until", "no_deadline")]);
    let said_twice = json!({ "reduction": "refund", "refunds_difference": false });
    assert_eq!(change(said_twice), [at("/change/reduction", "contradiction")]);
    assert_eq!(change(json!({ "reduction": "keep", "refunds_difference": false, "until": { "days_before": 1 } })), []);
}

#[test]
fn a_change_that_is_let_when_cancelling_costs_more_is_told() {
    let step = |until: i64, percent: i64| json!({ "until": { "days_before": until }, "fee": { "percent": percent } });
    let with = |steps: &[Value], change: Value| {
        let mut whole =
            serde_json::to_value(document(json!([]), json!([table(json!([]), json!([{ "yen": 1 }]))]))).unwrap();
        whole["cancel"] = json!({ "legal_reference": "第8条", "mode": "up", "unit": 1, "steps": steps });
        if !change.is_null() {
            whole["change"] = change;
        }
        codes(&serde_json::from_value(whole).unwrap())
    };
    let (open, until) = (
        json!({ "fee": { "percent": 100 } }),
        |days: i64| json!({ "legal_reference": "第7条", "most": 1, "until": { "days_before": days } }),
    );
    let rising = [step(30, 0), step(10, 50), open.clone()];
    let told = [("/cancel/steps/1".to_owned(), "change_around_fee")];
    assert_eq!(with(&rising, Value::Null), told, "who says nothing lets everybody change as they like");
    assert_eq!(with(&rising, json!({ "legal_reference": "第7条", "most": 1 })), told);
    assert_eq!(with(&rising, until(29)), told);
    assert_eq!(with(&rising, until(30)), []);
    let month = json!({ "legal_reference": "第7条", "most": 1, "until": { "months_before": 1 } });
    assert_eq!(with(&rising, month), told, "a month before the first of March is less than thirty days");
    assert_eq!(with(std::slice::from_ref(&open), Value::Null), [], "later is not cheaper");
    assert_eq!(with(&[step(10, 100), open], Value::Null), []);
}

#[test]
fn times_days_amounts_and_texts_are_those_that_there_are() {
    let over = |rows: Value| {
        let rule = json!({ "kind": "extension", "per_minutes": 30, "price": { "rows": rows } });
        let table = table(json!([]), json!([{ "yen": 1 }]));
        codes(&document(json!([]), json!([table, component("OVER", Value::Null, rule)])))
    };
    let row = |from: &str, until: &str, yen: i64| json!({ "from": from, "until": until, "yen": yen });
    let at = |rest: &str, code: &'static str| (format!("/components/1/rule/price/rows/{rest}"), code);
    assert_eq!(over(json!([row("00:00", "22:00", 1), row("22:00", "24:00", 1)])), []);
    assert_eq!(over(json!([row("01:00", "25:00", 1)])), [], "a day is one wherever it begins");
    assert_eq!(over(json!([row("9:00", "24:60", 1)])), [at("0/from", "no_time"), at("0/until", "no_time")]);
    assert_eq!(over(json!([row("17:00", "09:00", 1)])), [at("0", "unreachable")]);
    assert_eq!(over(json!([row("09:00", "17:00", 1), row("16:00", "18:00", 2)])), [at("1", "unreachable")]);
    assert_eq!(over(json!([row("00:00", "24:00", -1)])), [at("0/yen", "negative")]);
    let season = |from: &str, until: &str| {
        let mut tariff = document(json!([]), json!([table(json!([]), json!([{ "yen": 1 }]))]));
        tariff.seasons = serde_json::from_value(json!([{ "code": "S", "from": from, "until": until }])).unwrap();
        codes(&tariff)
    };
    assert_eq!(season("01-01", "12-31"), []);
    assert_eq!(season("02-30", "13-01"), [("/seasons/0/from".into(), "no_day"), ("/seasons/0/until".into(), "no_day")]);
    assert_eq!(season("03-01", "02-29"), []);
    let mut long = document(json!([]), json!([table(json!([]), json!([{ "yen": -5 }]))]));
    (long.name, long.legal_reference) = ("あ".repeat(201), " ".to_owned());
    long.components[0].code = "B".repeat(51);
    assert_eq!(
        codes(&long),
        [
            ("/name".into(), "too_long"),
            ("/legal_reference".into(), "empty"),
            ("/components/0/code".into(), "too_long"),
            ("/components/0/rule/rows/0/yen".into(), "negative"),
        ]
    );
    let twice =
        codes(&document(json!([]), json!([table(json!(["span", "span"]), json!([{ "span": "AM", "yen": 1 }]))])));
    assert_eq!(twice, [("/components/0/rule/key/1".into(), "repeated")]);
}

#[test]
fn the_night_of_extensions_is_one_night_and_times_without_a_price_are_told() {
    let told = |rows: Value| {
        let rule = json!({ "kind": "extension", "per_minutes": 60, "price": { "rows": rows } });
        let table = table(json!([]), json!([{ "yen": 1 }]));
        let found = lint(&document(json!([]), json!([table, component("OVER", Value::Null, rule)])));
        found.into_iter().map(|one| (one.severity, one.code, one.pointer, one.sentence)).collect::<Vec<_>>()
    };
    let row = |from: &str, until: &str, yen: i64| json!({ "from": from, "until": until, "yen": yen });
    let night = |rows: &[Value]| {
        let found = told(json!(rows));
        found.into_iter().map(|(severity, code, pointer, _)| (severity, code, pointer)).collect::<Vec<_>>()
    };
    let (morning, day, evening) =
        (row("00:00", "06:00", 10_000), row("06:00", "22:00", 2_000), row("22:00", "28:00", 3_000));
    let twice = |at: usize| (Severity::Warning, "two_prices_of_a_night", format!("/components/1/rule/price/rows/{at}"));
    assert_eq!(night(&[morning.clone(), day.clone(), evening.clone()]), [twice(2)]);
    assert_eq!(night(&[evening, day, morning]), [twice(2)], "whichever comes first");
    assert_eq!(night(&[row("04:00", "22:00", 2_000), row("22:00", "28:00", 3_000)]), []);

    let gap = |sentence: &str| {
        let here = "/components/1/rule/price/rows".to_owned();
        (Severity::Warning, "gap_between_rows", here, sentence.to_owned())
    };
    let rows = json!([row("12:00", "13:00", 1), row("16:00", "25:00", 1)]);
    assert_eq!(told(rows), [gap("No row holds the time from 01:00 to 12:00, from 13:00 to 16:00.")]);
    let of = |class: &str, until: &str| {
        let mut row = row("00:00", until, 1);
        (row["space"], row["day_class"]) = (json!("R"), json!(class));
        row
    };
    let rows = json!([of("weekday", "24:00"), of("saturday", "24:00"), of("sunday", "22:00")]);
    let (sunday, holiday) = ("from 22:00 to 24:00 for R, sunday", "from 00:00 to 24:00 for R, holiday");
    assert_eq!(told(rows), [sunday, holiday].map(|times| gap(&format!("No row holds the time {times}."))));
}

#[test]
fn rules_that_never_apply_or_make_no_sense_are_found() {
    let rate = |of: Value| json!({ "kind": "rate", "num": 1, "den": 0, "of": of });
    let never = json!({ "all": [{ "fact": "slot_count", "eq": 1 }, { "fact": "slot_count", "range": { "from": 2 } }] });
    let tariff = document(
        json!([]),
        json!([
            table(json!(["span"]), json!([{ "span": "AM", "yen": 1 }])),
            component("A", never, rate(json!(["LATER"]))),
            component(
                "B",
                json!({ "fact": "commercial", "eq": "yes" }),
                json!({ "kind": "round", "scope": "slot", "mode": "up", "unit": 0 })
            ),
            component(
                "B",
                json!({ "fact": "day_class", "eq": "tuesday" }),
                json!({ "kind": "factor", "num": 1, "den": 3, "of": "running" })
            ),
        ]),
    );
    let found = codes(&tariff);
    for (pointer, code) in [
        ("/components/1/rule/den", "no_fraction"),
        ("/components/1/rule/of", "unknown_component"),
        ("/components/1/when/all/1", "unreachable"),
        ("/components/2/rule/unit", "not_positive"),
        ("/components/2/when", "wrong_sort"),
        ("/components/3/when", "unreachable"),
        ("/components/3/code", "duplicate_code"),
        ("/components/3", "never_rounded"),
    ] {
        assert!(found.contains(&(pointer.to_owned(), code)), "{pointer} {code} in {found:?}");
    }
}

#[test]
fn what_no_component_rounds_is_refused_in_the_end() {
    let third = component("THIRD", Value::Null, json!({ "kind": "factor", "num": 1, "den": 3, "of": "running" }));
    let tariff = document(json!([]), json!([table(json!(["span"]), json!([{ "span": "AM", "yen": 100 }])), third]));
    let room =
        json!({ "space": "R", "date": "2026-06-03", "day_class": "weekday", "minutes": 180, "slots": slots(&["AM"]) });
    assert!(matches!(quote(&tariff, &ask(json!([room]))), Err(ChargeError::NotWhole(_))));
}

#[test]
fn an_unknown_member_or_kind_is_no_tariff() {
    let whole = serde_json::to_value(document(json!([]), json!([]))).unwrap();
    let mut more = whole.clone();
    more["discount"] = json!(10);
    assert!(serde_json::from_value::<HireTariff>(more).is_err());
    let mut script = whole;
    script["components"] = json!([component("X", Value::Null, json!({ "kind": "script", "text": "0" }))]);
    assert!(serde_json::from_value::<HireTariff>(script).is_err());
}
