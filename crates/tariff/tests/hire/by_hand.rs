//! What the house charges beside the tariff, by hand: as it is, after everything else, and explained.

use proptest::prelude::*;

use super::*;

/// 1,015 yen, half of it off for who is granted that, below ten yen dropped.
fn tariff() -> HireTariff {
    let rows = json!([{ "yen": 1_015 }]);
    document(
        json!([]),
        json!([
            component("BASE", Value::Null, json!({ "kind": "table", "key": [], "rows": rows })),
            component("GENMEN", Value::Null, json!({ "kind": "reduction", "of": ["BASE"], "stack": "max" })),
            round("TOTAL", "application"),
        ]),
    )
}

fn with(charges: &Value) -> HireAsk {
    let room =
        json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 240, "charges": charges });
    let mut asked = ask(json!([room]));
    let half = json!({ "code": "X", "legal_reference": "減免規則", "room": { "num": 1, "den": 2 }, "equipment": { "num": 1, "den": 2 } });
    asked.grants = vec![serde_json::from_value(half).unwrap()];
    asked
}

#[test]
fn a_charge_by_hand_is_neither_reduced_nor_rounded_and_has_a_line_of_no_component() {
    let cleaning =
        json!({ "label": "清掃費", "yen": 3_333, "reason": "床の汚損", "legal_reference": "施行規則第12条" });
    let lamp = json!({ "label": "弁償金", "yen": 1, "reason": "電球1個" });
    let charge = quote(&tariff(), &with(&json!([cleaning, lamp]))).unwrap();
    assert_eq!(charge.total, Yen(500 + 3_333 + 1), "507.5 is 500");
    let told: Vec<_> = charge
        .lines
        .iter()
        .filter(|line| line.component.is_empty())
        .map(|line| (line.label.ja.as_str(), line.amount.to_string(), line.why.as_str(), line.legal_reference.as_str()))
        .collect();
    assert_eq!(
        told,
        [("清掃費", "3333".to_owned(), "床の汚損", "施行規則第12条"), ("弁償金", "1".to_owned(), "電球1個", ""),]
    );
    assert_eq!(charge.shares().unwrap()[0].room, charge.total, "it is no equipment");
    assert_eq!(charge.tax.tax, Yen(348), "3834 hold a tenth, rounded once");
}

#[test]
fn a_charge_of_nothing_or_less_makes_no_sense() {
    for yen in [0, -1] {
        let asked = with(&json!([{ "label": "値引き", "yen": yen, "reason": "好意" }]));
        let refused = quote(&tariff(), &asked);
        assert_eq!(refused, Err(ChargeError::Senseless { what: "a charge of nothing or less" }));
    }
}

#[test]
fn an_ask_without_charges_is_written_as_it_always_was() {
    let asked = with(&json!([]));
    assert!(!serde_json::to_string(&asked).unwrap().contains("charges"));
}

proptest! {
    #[test]
    fn the_total_grows_by_exactly_what_is_charged_by_hand(amounts in prop::collection::vec(1i64..10_000_000, 0..6)) {
        let charges: Value = amounts.iter().map(|yen| json!({ "label": "弁償金", "yen": yen, "reason": "破損" })).collect();
        let charge = quote(&tariff(), &with(&charges)).unwrap();
        prop_assert_eq!(charge.total.0, 500 + amounts.iter().sum::<i64>());
        prop_assert_eq!(charge.shares().unwrap()[0].sum(), charge.total);
    }
}
