//! 減免: what several that are granted come to together.

use super::*;

fn tariff(stack: &str) -> HireTariff {
    let table = json!({ "kind": "table", "key": [], "rows": [{ "yen": 10_015 }] });
    let off = json!({ "kind": "reduction", "of": ["BASE"], "stack": stack });
    document(
        json!([]),
        json!([
            component("BASE", Value::Null, table),
            component("GENMEN", Value::Null, off),
            round("TOTAL", "application"),
        ]),
    )
}

/// The hall when these parts of its price are granted, each by itself.
fn granted(parts: &[(i64, i64)]) -> HireAsk {
    let part = |num: i64, den: i64| json!({ "num": num, "den": den });
    let grant = |(at, (num, den)): (usize, &(i64, i64))| {
        let code = format!("G{at}");
        json!({ "code": code, "legal_reference": "減免規則", "room": part(*num, *den), "equipment": part(0, 1) })
    };
    let grants: Value = parts.iter().enumerate().map(grant).collect();
    let room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 240 });
    HireAsk { grants: serde_json::from_value(grants).unwrap(), ..ask(json!([room])) }
}

#[test]
fn several_reductions_are_the_greatest_of_them_or_their_sum_or_one_of_what_the_other_left() {
    let of = |stack: &str, parts: &[(i64, i64)]| price(&tariff(stack), &granted(parts));
    for parts in [[(1, 2), (1, 3)], [(1, 3), (1, 2)]] {
        assert_eq!(of("max", &parts), 5_000, "half of 10,015 is 5,007.5");
        assert_eq!(of("add", &parts), 1_660, "a sixth is left, 1,669.17");
        assert_eq!(of("compound", &parts), 3_330, "a third is left, 3,338.33");
    }
    let three = [(1, 2), (1, 3), (1, 2)];
    assert_eq!(of("max", &three), 5_000);
    assert_eq!(of("add", &three), 0, "never more than everything");
    assert_eq!(of("compound", &three), 1_660, "a half, two thirds of that, half of that");
    for stack in ["max", "add", "compound"] {
        assert_eq!(of(stack, &[(1, 3)]), 6_670, "{stack} of one is that one");
    }
}
