//! One schema before and after, read from the side of the client: what it sends must still be taken, what it is
//! answered must still be what it knows.

use crate::walk::{component_name, entries, list, resolve, text};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ask,
    Answer,
}

pub struct Compare<'a> {
    old: &'a Value,
    new: &'a Value,
    direction: Direction,
    found: &'a mut Vec<String>,
    /// Pairs of components under comparison, so that a recursive schema ends.
    open: BTreeSet<(String, String)>,
}

/// Bounds that forbid more when they shrink.
const UPPER: [&str; 4] = ["maxItems", "maxLength", "maxProperties", "maximum"];
/// Bounds that forbid more when they grow.
const LOWER: [&str; 4] = ["minItems", "minLength", "minProperties", "minimum"];

impl<'a> Compare<'a> {
    pub fn new(old: &'a Value, new: &'a Value, direction: Direction, found: &'a mut Vec<String>) -> Self {
        Self { old, new, direction, found, open: BTreeSet::new() }
    }

    fn say(&mut self, at: &str, what: impl Into<String>) {
        let line = format!("{at}: {}", what.into());
        if !self.found.contains(&line) {
            self.found.push(line);
        }
    }

    pub fn schema(&mut self, at: &str, was: &Value, is: &Value) {
        let pair = component_name(was).zip(component_name(is)).map(|(a, b)| (a.to_owned(), b.to_owned()));
        if let Some(pair) = pair
            && !self.open.insert(pair)
        {
            return;
        }
        let (was, is) = (whole(self.old, was, 0), whole(self.new, is, 0));
        self.kind(at, &was, &is);
        self.null(at, &was, &is);
        self.values(at, &was, &is);
        if self.direction == Direction::Ask {
            self.bounds(at, &was, &is);
        }
        self.properties(at, &was, &is);
        self.members(at, &was, &is);
        for (key, step) in [("items", "[]"), ("additionalProperties", "{}")] {
            if let (Some(was), Some(is)) =
                (was.get(key).filter(|v| v.is_object()), is.get(key).filter(|v| v.is_object()))
            {
                self.schema(&format!("{at}{step}"), was, is);
            }
        }
    }

    fn kind(&mut self, at: &str, was: &Value, is: &Value) {
        for key in ["type", "format", "default"] {
            if was.get(key) != is.get(key) {
                let show = |v: Option<&Value>| v.map_or("none".to_owned(), Value::to_string);
                self.say(at, format!("the {key} was {} and is {}", show(was.get(key)), show(is.get(key))));
            }
        }
    }

    fn null(&mut self, at: &str, was: &Value, is: &Value) {
        let nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
        match (self.direction, nullable(was), nullable(is)) {
            (Direction::Ask, true, false) => self.say(at, "null is no longer taken"),
            (Direction::Answer, false, true) => self.say(at, "may now be null"),
            _ => {}
        }
    }

    fn values(&mut self, at: &str, was: &Value, is: &Value) {
        let values = |schema: &Value| -> Option<BTreeSet<String>> {
            schema.get("enum").and_then(Value::as_array).map(|all| all.iter().map(Value::to_string).collect())
        };
        match (self.direction, values(was), values(is)) {
            (Direction::Ask, Some(was), Some(is)) => {
                was.difference(&is).for_each(|value| self.say(at, format!("the value {value} is no longer taken")));
            }
            (Direction::Ask, None, Some(_)) => self.say(at, "takes only certain values now"),
            (Direction::Answer, Some(was), Some(is)) => {
                is.difference(&was)
                    .for_each(|value| self.say(at, format!("the closed list has the new value {value}")));
            }
            (Direction::Answer, Some(_), None) => self.say(at, "the closed list of values is gone"),
            _ => {}
        }
    }

    fn bounds(&mut self, at: &str, was: &Value, is: &Value) {
        let bound = |schema: &Value, key: &str| schema.get(key).and_then(Value::as_f64);
        for key in UPPER {
            if let Some(now) = bound(is, key).filter(|now| bound(was, key).is_none_or(|then| *now < then)) {
                self.say(at, format!("{key} is now {now}"));
            }
        }
        for key in LOWER {
            let free = if key == "minimum" { f64::NEG_INFINITY } else { 0.0 };
            if let Some(now) = bound(is, key).filter(|now| *now > bound(was, key).unwrap_or(free)) {
                self.say(at, format!("{key} is now {now}"));
            }
        }
        for key in ["pattern", "multipleOf"] {
            if is.get(key).is_some() && was.get(key) != is.get(key) {
                self.say(at, format!("another {key}"));
            }
        }
        for key in ["uniqueItems", "exclusiveMinimum", "exclusiveMaximum"] {
            if is.get(key) == Some(&Value::Bool(true)) && was.get(key) != is.get(key) {
                self.say(at, format!("{key} is new"));
            }
        }
        let closed = |schema: &Value| schema.get("additionalProperties") == Some(&Value::Bool(false));
        if closed(is) && !closed(was) {
            self.say(at, "unknown fields are no longer taken");
        }
    }

    fn properties(&mut self, at: &str, was: &Value, is: &Value) {
        let required = |schema: &Value| -> BTreeSet<String> {
            list(schema, "required").filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (must_was, must_is) = (required(was), required(is));
        for (name, before) in entries(was, "properties") {
            match is.get("properties").and_then(|all| all.get(name)) {
                None => self.say(&format!("{at}.{name}"), "the field is gone"),
                Some(after) => self.schema(&format!("{at}.{name}"), before, after),
            }
        }
        match self.direction {
            Direction::Ask => {
                for name in must_is.difference(&must_was) {
                    self.say(&format!("{at}.{name}"), "is now required");
                }
            }
            Direction::Answer => {
                let still = |name: &&String| is.get("properties").is_some_and(|all| all.get(name.as_str()).is_some());
                for name in must_was.difference(&must_is).filter(still) {
                    self.say(&format!("{at}.{name}"), "may now be missing");
                }
            }
        }
    }

    /// The members of a union, by the component they name.
    fn members(&mut self, at: &str, was: &Value, is: &Value) {
        for key in ["anyOf", "oneOf"] {
            let names = |schema: &Value| -> BTreeSet<String> {
                list(schema, key).filter_map(component_name).map(str::to_owned).collect()
            };
            let (then, now) = (names(was), names(is));
            match self.direction {
                Direction::Ask => then.difference(&now).for_each(|n| self.say(at, format!("{n} is no longer taken"))),
                Direction::Answer => now.difference(&then).for_each(|n| self.say(at, format!("may now be {n}"))),
            }
            for before in list(was, key).filter(|member| component_name(member).is_some_and(|n| now.contains(n))) {
                let after = list(is, key).find(|member| component_name(member) == component_name(before));
                if let Some(after) = after {
                    self.schema(&format!("{at}({})", component_name(before).unwrap_or_default()), before, after);
                }
            }
        }
        if text(was, "x-discriminated") != text(is, "x-discriminated") {
            self.say(at, "another field tells the members apart");
        }
    }
}

/// A schema with its references followed and its `allOf` members merged into one.
fn whole(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    let Some(map) = schema.as_object() else { return schema.clone() };
    let mut merged = map.clone();
    let members = merged.remove("allOf");
    if let Some(by) = map.get("discriminator").and_then(|d| d.get("propertyName")) {
        merged.insert("x-discriminated".into(), by.clone());
    }
    if depth < 8 {
        for member in members.as_ref().and_then(Value::as_array).into_iter().flatten() {
            absorb(&mut merged, whole(document, member, depth + 1));
        }
    }
    merged.into()
}

fn absorb(into: &mut Map<String, Value>, member: Value) {
    let Value::Object(member) = member else { return };
    for (key, value) in member {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(have)), Value::Object(more)) if key == "properties" => have.extend(more),
            (Some(Value::Array(have)), Value::Array(more)) if key == "required" => have.extend(more),
            (None, value) => drop(into.insert(key, value)),
            (Some(_), _) => {}
        }
    }
}
