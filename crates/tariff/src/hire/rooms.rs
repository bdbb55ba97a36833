//! What is wrong between a tariff and the rooms that there are.

use std::collections::BTreeSet;

use super::{
    document::{HireTariff, Key, Rule},
    lint::{Finding, Severity},
};

/// Rows for rooms that there are not, and rooms that no row is for, by the codes of a facility's rooms: `known` all of them,
/// `hired` those that are hired out. They are warnings: a room may come later, or go before the tariff does.
pub fn lint_rooms(tariff: &HireTariff, known: &BTreeSet<String>, hired: &BTreeSet<String>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut warn = |pointer: String, code: &'static str, sentence: String| {
        found.push(Finding { severity: Severity::Warning, pointer, code, sentence });
    };
    let mut priced: BTreeSet<&str> = BTreeSet::new();
    let mut every_room = false;
    for (at, component) in tariff.components.iter().enumerate() {
        let Rule::Table { key, rows, .. } = &component.rule else { continue };
        if !key.contains(&Key::Space) {
            every_room = true;
            continue;
        }
        for (row, space) in rows.iter().enumerate().filter_map(|(row, one)| Some((row, one.space.as_deref()?))) {
            if priced.insert(space) && !known.contains(space) {
                let pointer = format!("/components/{at}/rule/rows/{row}/space");
                warn(pointer, "no_such_room", format!("The facility has no room {space}."));
            }
        }
    }
    if !every_room {
        for code in hired.iter().filter(|code| !priced.contains(code.as_str())) {
            warn("/components".to_owned(), "room_without_row", format!("No row is for the room {code}."));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(key: Value, spaces: &[&str]) -> Vec<(&'static str, String)> {
        let rows: Vec<Value> = spaces.iter().map(|space| json!({ "space": space, "span": "AM", "yen": 1 })).collect();
        let document = json!({ "name": "n", "legal_reference": "l", "applies_by": "use_date", "effective_from": "2026-04-01",
            "engine": 1, "tax": { "rate": "standard", "inclusive": true, "rounding": "down" }, "components": [
                { "code": "BASE", "label": { "ja": "BASE" }, "rule": { "kind": "table", "key": key, "rows": rows } }] });
        let set = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let tariff = serde_json::from_value(document).unwrap();
        let found = lint_rooms(&tariff, &set(&["A", "B", "OFFICE"]), &set(&["A", "B"]));
        found.into_iter().map(|one| (one.code, one.pointer)).collect()
    }

    #[test]
    fn a_row_for_no_room_and_a_room_without_a_row_are_told_once_each() {
        let both = [
            ("no_such_room", "/components/0/rule/rows/1/space".to_owned()),
            ("room_without_row", "/components".to_owned()),
        ];
        assert_eq!(told(json!(["space", "span"]), &["A", "STAGE", "STAGE", "OFFICE"]), both);
        assert_eq!(told(json!(["space", "span"]), &["A", "B"]), []);
    }

    #[test]
    fn a_table_that_asks_for_no_room_is_for_all_of_them() {
        assert_eq!(told(json!(["span"]), &[]), []);
    }
}
