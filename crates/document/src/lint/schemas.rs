//! The house rules for what is sent and answered.

use super::directions;
use crate::walk::{children, component_name, entries, operations, resolve, text};
use serde_json::Value;

/// Words that end the name of an amount in yen.
const MONEY: [&str; 10] = ["amount", "balance", "charge", "deposit", "fee", "gross", "net", "price", "tax", "yen"];

pub fn lint(document: &Value, found: &mut Vec<String>) {
    let (asked, answered) = directions(document);
    for (name, schema) in entries(document.pointer("/components").unwrap_or(&Value::Null), "schemas") {
        let place = Place { document, asked: asked.contains(name), answered: answered.contains(name) };
        place.walk(name, schema, found);
    }
    for operation in operations(document) {
        let place = Place { document, asked: true, answered: false };
        for (_, schema) in operation.request_schemas() {
            place.walk(&format!("{} body", operation.id()), schema, found);
        }
        for parameter in operation.parameters() {
            let name = text(parameter, "name").unwrap_or_default();
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            place.walk(&format!("{} parameter {name}", operation.id()), schema, found);
            if text(parameter, "in") != Some("header") {
                place.name(&format!("{} parameter", operation.id()), name, schema, found);
            }
        }
    }
}

struct Place<'a> {
    document: &'a Value,
    asked: bool,
    answered: bool,
}

impl Place<'_> {
    fn walk(&self, at: &str, schema: &Value, found: &mut Vec<String>) {
        if text(schema, "type") == Some("number") {
            found.push(format!("{at}: a number that is not an integer"));
        }
        if self.asked && text(schema, "type") == Some("array") && schema.get("maxItems").is_none() {
            found.push(format!("{at}: a list in a request without maxItems"));
        }
        let bounded = ["maxLength", "pattern", "format", "enum"].iter().any(|word| schema.get(word).is_some());
        if self.asked && text(schema, "type") == Some("string") && !bounded {
            found.push(format!("{at}: a text in a request without maxLength"));
        }
        self.null(at, schema, found);
        for (name, child) in entries(schema, "properties") {
            self.name(at, name, child, found);
        }
        for (step, child) in children(schema) {
            if component_name(child).is_none() {
                self.walk(&format!("{at}{step}"), child, found);
            }
        }
    }

    fn null(&self, at: &str, schema: &Value, found: &mut Vec<String>) {
        if schema.get("nullable") != Some(&Value::Bool(true)) {
            return;
        }
        if schema.get("type").is_none() {
            found.push(format!("{at}: nullable has no meaning without a type"));
        }
        if self.answered {
            found.push(format!("{at}: an answer that may be null; absent fields are left out"));
        }
    }

    fn name(&self, at: &str, name: &str, schema: &Value, found: &mut Vec<String>) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
            found.push(format!("{at}.{name}: not snake_case"));
        }
        let schema = self.plain(schema);
        for (suffix, format) in [("_at", "date-time"), ("_on", "date")] {
            if name.ends_with(suffix) && text(schema, "format") != Some(format) {
                found.push(format!("{at}.{name}: ends in {suffix} and is not of format {format}"));
            }
        }
        let money = name.rsplit('_').next().is_some_and(|last| MONEY.contains(&last));
        // a string with a pattern is the id of something, such as a fee
        let id = schema.get("pattern").is_some();
        if money && !id && matches!(text(schema, "type"), Some("number" | "string")) {
            found.push(format!("{at}.{name}: money is an integer of yen"));
        }
    }

    /// The schema behind a reference, also a described one.
    fn plain<'b>(&'b self, schema: &'b Value) -> &'b Value {
        let lone = schema.get("allOf").and_then(Value::as_array).filter(|members| members.len() == 1);
        resolve(self.document, lone.and_then(|members| members.first()).unwrap_or(schema))
    }
}
