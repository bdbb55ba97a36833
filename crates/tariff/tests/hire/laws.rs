use proptest::prelude::*;

use super::*;

/// Any prices, any surcharges and any reduction.
fn tariff(rows: &[i64], rates: &[(i64, bool)], unit: i64) -> HireTariff {
    let spans = ["AM", "PM", "NT"];
    let rows: Vec<Value> = rows.iter().zip(spans).map(|(yen, span)| json!({ "span": span, "yen": yen })).collect();
    let table = json!({ "kind": "table", "key": ["span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows });
    let mut components = vec![component("BASE", Value::Null, table)];
    for (at, (num, running)) in rates.iter().enumerate() {
        let of = if *running { json!("running") } else { json!(["BASE"]) };
        components.push(component(
            &format!("R{at}"),
            Value::Null,
            json!({ "kind": "rate", "num": num, "den": 7, "of": of }),
        ));
    }
    components.push(component("RELIEF", Value::Null, json!({ "kind": "reduction", "of": ["BASE"], "stack": "add" })));
    components.push(component(
        "TOTAL",
        Value::Null,
        json!({ "kind": "round", "scope": "hire", "mode": "down", "unit": unit }),
    ));
    document(json!([]), components.into())
}

fn days(codes: &[usize], days: u8) -> HireAsk {
    let spans = ["AM", "PM", "NT"];
    let codes: Vec<&str> = codes.iter().map(|at| spans[*at]).collect();
    let room = |day: u8| {
        json!({ "hire": day % 3, "space": "R", "date": format!("2026-06-{:02}", day + 1), "day_class": DayClass::Weekday,
                                  "minutes": 240, "slots": slots(&codes) })
    };
    ask((0..days).map(room).collect())
}

proptest! {
    #[test]
    fn the_same_question_gets_the_same_lines_and_the_lines_add_up(
        rows in prop::collection::vec(0i64..1_000_000, 3), rates in prop::collection::vec((0i64..20, any::<bool>()), 0..4),
        codes in prop::collection::vec(0usize..3, 1..4), many in 1u8..6, off in 0i64..=10, unit in 1i64..1_000,
    ) {
        let tariff = tariff(&rows, &rates, unit);
        let mut ask = days(&codes, many);
        ask.grants = serde_json::from_value(json!([{ "code": "g", "legal_reference": "第9条", "room": { "num": off, "den": 10 }, "equipment": { "num": 0, "den": 1 } }])).unwrap();
        let charge = quote(&tariff, &ask).unwrap();
        let kept: HireAsk = serde_json::from_str(&serde_json::to_string(&ask).unwrap()).unwrap();
        let document: HireTariff = serde_json::from_str(&serde_json::to_string(&tariff).unwrap()).unwrap();
        prop_assert_eq!(&quote(&document, &kept).unwrap(), &charge);
        let sum = charge.lines.iter().try_fold(tariff::hire::Exact::ZERO, |sum, line| sum.plus(line.amount)).unwrap();
        prop_assert_eq!(sum.whole(), Some(charge.total));
        prop_assert!(charge.total >= Yen(0));
        prop_assert_eq!(charge.total.0 % unit, 0);
    }

    #[test]
    fn the_order_of_rows_changes_nothing_and_a_row_less_is_an_error(
        rows in prop::collection::vec(0i64..1_000_000, 3), code in 0usize..3,
    ) {
        let tariff = tariff(&rows, &[], 1);
        let mut document = serde_json::to_value(&tariff).unwrap();
        let table = document["components"][0]["rule"]["rows"].as_array_mut().unwrap();
        table.reverse();
        let reversed: HireTariff = serde_json::from_value(document.clone()).unwrap();
        let ask = days(&[code], 1);
        prop_assert_eq!(quote(&reversed, &ask), quote(&tariff, &ask));
        document["components"][0]["rule"]["rows"].as_array_mut().unwrap().remove(2 - code);
        let less: HireTariff = serde_json::from_value(document).unwrap();
        let missing = matches!(quote(&less, &ask), Err(ChargeError::MissingRow { .. }));
        prop_assert!(missing);
    }

    #[test]
    fn a_span_costs_its_own_row_whatever_its_slots_cost_and_their_sum_only_where_the_table_adds_up(
        (afternoon, evening) in (0i64..1_000_000, 0i64..1_000_000), more in -1_000_000i64..1_000_000,
    ) {
        // above, equal to and below the sum
        for combined in [afternoon + evening, (afternoon + evening + more).max(0)] {
            for (ways, sums) in [(json!(["exact_span"]), false), (json!(["exact_span", "sum_of_slots"]), true), (json!(["sum_of_slots"]), true)] {
                let exact = ways.as_array().unwrap()[0] == "exact_span";
                let single = [json!({ "span": "PM", "yen": afternoon }), json!({ "span": "NT", "yen": evening })];
                let whole = json!({ "span": "PM+NT", "yen": combined });
                let of = |rows: Vec<Value>| {
                    let rule = json!({ "kind": "table", "key": ["span"], "span_by": ways, "rows": rows });
                    document(json!([]), json!([component("BASE", Value::Null, rule)]))
                };
                let both = days(&[1, 2], 1);
                let wanted = if exact { combined } else { afternoon + evening };
                let with = of([single.to_vec(), vec![whole]].concat());
                prop_assert_eq!(quote(&with, &both).unwrap().total, Yen(wanted));
                match quote(&of(single.to_vec()), &both) {
                    Ok(charge) => prop_assert!(sums && charge.total == Yen(afternoon + evening)),
                    Err(error) => {
                        let missing = matches!(error, ChargeError::MissingRow { .. });
                        prop_assert!(!sums && missing);
                    }
                }
            }
        }
    }

    #[test]
    fn shares_are_whole_never_below_nothing_and_add_up_to_what_is_paid(
        rooms in prop::collection::vec((0usize..4, 0u32..3, 0i64..3), 1..6), yen in prop::collection::vec(0i64..2_000, 4),
        item in 0i64..2_000, factor in 0i64..14, off in (0i64..=10, 0i64..=10),
        rounding in (0usize..4, 0usize..3, 1i64..3_000), inclusive: bool,
    ) {
        let names = ["A", "B", "C", "D"];
        let rows: Vec<Value> = names.iter().zip(&yen).map(|(space, yen)| json!({ "space": space, "yen": yen })).collect();
        let scope = ["slot", "room_day", "hire", "application"][rounding.0];
        let mode = ["down", "half_up", "up"][rounding.1];
        let mut tariff = document(json!([]), json!([
            component("BASE", Value::Null, json!({ "kind": "table", "key": ["space"], "rows": rows })),
            component("ITEMS", Value::Null, json!({ "kind": "equipment", "prices": [{ "item": "x", "per": "use", "yen": item }] })),
            component("PART", Value::Null, json!({ "kind": "factor", "num": factor, "den": 7, "of": "running" })),
            component("RELIEF", Value::Null, json!({ "kind": "reduction", "of": ["BASE"], "equipment": ["ITEMS"], "stack": "add" })),
            component("TOTAL", Value::Null, json!({ "kind": "round", "scope": scope, "mode": mode, "unit": rounding.2 })),
        ]));
        tariff.tax.inclusive = inclusive;
        let room = |(space, hire, many): &(usize, u32, i64)| {
            let equipment = if *many > 0 { json!([{ "item": "x", "quantity": many }]) } else { json!([]) };
            json!({ "hire": hire, "space": names[*space], "date": "2026-06-03", "day_class": "weekday", "minutes": 60,
                    "slots": slots(&["AM"]), "equipment": equipment })
        };
        let mut ask = ask(rooms.iter().map(room).collect());
        let grant = json!([{ "code": "g", "legal_reference": "第9条", "room": { "num": off.0, "den": 10 }, "equipment": { "num": off.1, "den": 10 } }]);
        ask.grants = serde_json::from_value(grant).unwrap();
        let charge = quote(&tariff, &ask).unwrap();
        let shares = charge.shares().unwrap();
        prop_assert_eq!(shares.len(), rooms.len());
        prop_assert!(shares.iter().all(|share| share.room >= Yen(0) && share.equipment >= Yen(0)));
        prop_assert_eq!(shares.iter().map(|share| share.sum()).sum::<Yen>(), charge.total);
        for (share, (_, _, many)) in shares.iter().zip(&rooms) {
            prop_assert!(*many > 0 || share.equipment == Yen(0), "no equipment, no share of it");
        }
    }

    #[test]
    fn what_is_kept_is_never_more_than_was_charged_and_never_less_than_nothing(
        room in 0i64..1_000_000, equipment in 0i64..1_000_000, yen in -1_000_000i64..3_000_000, percent in 0u8..=255, unit in 1i64..10_000,
    ) {
        for fee in [json!({ "yen": yen }), json!({ "percent": percent })] {
            for of in ["all", "room", "equipment"] {
                let steps = json!([{ "fee": fee, "of": of }]);
                let schedule = json!({ "legal_reference": "第8条", "mode": "up", "unit": unit, "steps": steps });
                let schedule: FeeSchedule = serde_json::from_value(schedule).unwrap();
                let forfeit = schedule.forfeit(Cause::User, SUNDAY, SUNDAY, (Yen(room), Yen(equipment)), |day| day).unwrap();
                prop_assert!((0..=room + equipment).contains(&forfeit.fee.0));
                prop_assert_eq!(forfeit.fee + forfeit.refund, Yen(room + equipment));
            }
        }
    }

    #[test]
    fn reductions_never_give_more_than_everything(shares in prop::collection::vec(0i64..=10, 1..5), stack in 0usize..3) {
        let stack = ["max", "add", "compound"][stack];
        let mut document = serde_json::to_value(tariff(&[990, 10, 70], &[], 1)).unwrap();
        document["components"][1]["rule"]["stack"] = json!(stack);
        let tariff: HireTariff = serde_json::from_value(document).unwrap();
        let mut ask = days(&[0], 1);
        let grant = |num: &i64| json!({ "code": "g", "legal_reference": "第9条", "room": { "num": num, "den": 10 }, "equipment": { "num": 0, "den": 1 } });
        ask.grants = serde_json::from_value(shares.iter().map(grant).collect()).unwrap();
        let total = quote(&tariff, &ask).unwrap().total.0;
        prop_assert!((0..=990).contains(&total));
        let greatest = shares.iter().max().unwrap();
        prop_assert!(total <= 990 * (10 - greatest) / 10);
    }
}
