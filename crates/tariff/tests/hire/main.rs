//! Published tariffs, with the amounts that their ordinances give. The halls are real, the figures are from their pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod aki;
mod by_hand;
mod checking;
mod conditions;
mod covering;
mod equipment;
mod facts;
mod hachinohe;
mod hanamaki;
mod himeji;
mod laws;
mod reductions;
mod saeki;
mod schedules;
mod shares;
mod spans;
mod suzaka;
mod toyoake;
mod yamanashi;

use kernel::Yen;
use serde_json::{Value, json};
use tariff::{
    Rounding,
    hire::{
        Cause, ChargeError, DayClass, FeeSchedule, HireAsk, HireTariff, PaymentRule, Severity, compare, lint, quote,
    },
};
use time::{Date, macros::date};

fn document(bands: Value, components: Value) -> HireTariff {
    let document = json!({
        "name": "使用料", "legal_reference": "条例別表第1", "applies_by": "use_date", "effective_from": "2026-04-01", "engine": 1,
        "tax": { "rate": "standard", "inclusive": true, "rounding": "down" }, "bands": bands, "components": components,
    });
    serde_json::from_value(document).unwrap()
}

fn component(code: &str, when: Value, rule: Value) -> Value {
    let mut component = json!({ "code": code, "label": { "ja": code }, "rule": rule });
    if !when.is_null() {
        component["when"] = when;
    }
    component
}

fn round(code: &str, scope: &str) -> Value {
    component(code, Value::Null, json!({ "kind": "round", "scope": scope, "mode": "down", "unit": 10 }))
}

fn ask(uses: Value) -> HireAsk {
    serde_json::from_value(json!({ "applied_on": "2026-03-01", "uses": uses })).unwrap()
}

fn slots(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({ "code": code, "minutes": 240 })).collect()
}

fn price(tariff: &HireTariff, ask: &HireAsk) -> i64 {
    let clean: Vec<_> = lint(tariff).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert_eq!(clean, []);
    quote(tariff, ask).unwrap().total.0
}

const SUNDAY: Date = date!(2026 - 06 - 07);

#[test]
fn a_draft_is_compared_by_user_class() {
    let of = |yen: i64| {
        let rule = json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "AM", "yen": yen }] });
        document(json!([]), json!([component("BASE", Value::Null, rule)]))
    };
    let past = |class: Option<&str>, span: &str| {
        let room = json!({ "space": "R", "date": "2026-06-03", "day_class": "weekday", "minutes": 180, "slots": slots(&[span]) });
        HireAsk { user_class: class.map(Into::into), ..ask(json!([room])) }
    };
    let asks = [past(Some("club"), "AM"), past(None, "AM"), past(Some("club"), "AM"), past(Some("club"), "PM")];
    let found = compare(&of(1_200), asks.iter().map(|ask| (ask, Yen(1_000))));
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.user_class.as_deref(), one.asks, one.before.0, one.after.0, one.unpriced.len()))
        .collect();
    assert_eq!(told, [(Some("club"), 3, 2_000, 2_400, 1), (None, 1, 1_000, 1_200, 0)]);
}

#[test]
fn what_was_granted_has_no_price_by_a_draft_without_reductions_and_one_by_a_draft_in_which_it_comes_off_nothing() {
    let table = json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "AM", "yen": 1_200 }] });
    let base = component("BASE", Value::Null, table);
    let off = json!({ "kind": "reduction", "of": ["BASE"], "stack": "add" });
    let of_clubs = component("OFF", json!({ "fact": "user_class", "eq": "club" }), off);
    let room =
        json!({ "space": "R", "date": "2026-06-03", "day_class": "weekday", "minutes": 180, "slots": slots(&["AM"]) });
    let half = json!({ "num": 1, "den": 2 });
    let grant = json!({ "code": "HALF", "legal_reference": "規則第1条", "room": half, "equipment": half });
    let past = HireAsk { grants: serde_json::from_value(json!([grant])).unwrap(), ..ask(json!([room])) };
    let told = |components: Value| {
        let found = compare(&document(json!([]), components), [(&past, Yen(600))]);
        (found[0].after.0, found[0].unpriced.len())
    };
    assert_eq!(told(json!([base, of_clubs])), (1_200, 0), "its reduction is for clubs");
    assert_eq!(told(json!([base])), (0, 1), "it has none");
}

#[test]
fn a_price_by_the_minutes_is_for_each_begun_step_of_the_use_or_of_each_of_its_slots() {
    let by = |key: Value, rows: Value| {
        let table =
            json!({ "kind": "table", "key": key, "span_by": ["sum_of_slots"], "per": { "minutes": 30 }, "rows": rows });
        document(json!([]), json!([component("BASE", Value::Null, table)]))
    };
    let room = |minutes: i64, slots: Value| {
        ask(json!([{ "space": "R", "date": "2026-06-03", "day_class": "weekday", "minutes": minutes, "slots": slots }]))
    };
    let whole = by(json!([]), json!([{ "yen": 400 }]));
    assert_eq!([240, 241, 1].map(|minutes| price(&whole, &room(minutes, json!([])))), [3_200, 3_600, 400]);
    let refused = quote(&whole, &room(0, json!([])));
    assert_eq!(refused, Err(ChargeError::Senseless { what: "a use by nobody, or for no time" }));
    let each = by(json!(["span"]), json!([{ "span": "AM", "yen": 400 }, { "span": "PM", "yen": 500 }]));
    let both = json!([{ "code": "AM", "minutes": 185 }, { "code": "PM", "minutes": 240 }]);
    assert_eq!(price(&each, &room(480, both)), 2_800 + 4_000, "seven begun half hours and eight");
}

#[test]
fn a_tax_that_is_not_included_is_added_once() {
    let mut tariff = document(
        json!([]),
        json!([component(
            "BASE",
            Value::Null,
            json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "AM", "yen": 105 }] }),
        )]),
    );
    tariff.tax.inclusive = false;
    tariff.tax.rounding = Rounding::Down;
    let room = |day: u8| json!({ "space": "R", "date": format!("2026-06-{day:02}"), "day_class": "weekday", "minutes": 180, "slots": slots(&["AM"]) });
    let charge = quote(&tariff, &ask(json!([room(1), room(2), room(3)]))).unwrap();
    assert_eq!((charge.tax.net, charge.tax.tax, charge.total), (Yen(315), Yen(31), Yen(346)));
}
