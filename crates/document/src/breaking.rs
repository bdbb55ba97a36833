//! What breaks a client that was written against an older document. Within v1 nothing here may happen.

mod schemas;

use crate::walk::{Operation, entries, list, media_types, operations, resolve, strings, text};
use schemas::{Compare, Direction};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every break between two canonical documents, each with its place. Additions are no breaks.
pub fn breaking(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for was in operations(old) {
        match operations(new).find(|is| is.path == was.path && is.method == was.method) {
            None => found.push(format!("{}: the operation is gone", was.name())),
            Some(is) => Pair { old, new, was, is }.compare(&mut found),
        }
    }
    components(old, new, &mut found);
    named(old, new, "x-problem-codes", "code", "the problem code", &mut found);
    for (event, item) in entries(old, "x-webhooks") {
        match new.get("x-webhooks").and_then(|all| all.get(event)) {
            None => found.push(format!("the event type {event} is gone")),
            Some(now) => webhook(old, new, event, (item, now), &mut found),
        }
    }
    found
}

/// Component names are type names in every SDK.
fn components(old: &Value, new: &Value, found: &mut Vec<String>) {
    let names = |document: &Value| -> BTreeSet<String> {
        let components = document.get("components").cloned().unwrap_or_default();
        entries(&components, "schemas").map(|(name, _)| name.to_owned()).collect()
    };
    let now = names(new);
    found.extend(names(old).difference(&now).map(|name| format!("the schema {name} is gone or renamed")));
}

fn named(old: &Value, new: &Value, key: &str, name: &str, what: &str, found: &mut Vec<String>) {
    let now: BTreeSet<&str> = list(new, key).filter_map(|item| text(item, name)).collect();
    let gone = list(old, key).filter_map(|item| text(item, name)).filter(|item| !now.contains(item));
    found.extend(gone.map(|item| format!("{what} {item} is gone")));
}

fn webhook(old: &Value, new: &Value, event: &str, (was, is): (&Value, &Value), found: &mut Vec<String>) {
    let schema = |item: &Value| {
        item.get("post").and_then(|post| post.pointer("/requestBody/content/application~1json/schema")).cloned()
    };
    if let (Some(was), Some(is)) = (schema(was), schema(is)) {
        Compare::new(old, new, Direction::Answer, found).schema(&format!("event {event}"), &was, &is);
    }
}

/// One operation, before and after.
struct Pair<'a> {
    old: &'a Value,
    new: &'a Value,
    was: Operation<'a>,
    is: Operation<'a>,
}

impl Pair<'_> {
    fn compare(&self, found: &mut Vec<String>) {
        let say = |found: &mut Vec<String>, what: String| found.push(format!("{}: {what}", self.was.name()));
        if self.was.id() != self.is.id() {
            say(found, format!("the operationId was {} and is {}", self.was.id(), self.is.id()));
        }
        let tags = |op: Operation<'_>| strings(op.node, "tags").map(str::to_owned).collect::<BTreeSet<_>>();
        if tags(self.was) != tags(self.is) {
            say(found, "the tag changed".to_owned());
        }
        self.security(found);
        self.parameters(found);
        self.body(found);
        self.responses(found);
    }

    fn schemas<'b>(&'b self, direction: Direction, found: &'b mut Vec<String>) -> Compare<'b> {
        Compare::new(self.old, self.new, direction, found)
    }

    /// No credential that opened the door before may fail to open it now.
    fn security(&self, found: &mut Vec<String>) {
        let doors = |op: Operation<'_>| -> Vec<BTreeSet<String>> {
            list(op.node, "security")
                .filter_map(Value::as_object)
                .map(|alternative| alternative.keys().cloned().collect())
                .collect()
        };
        let (was, is) = (doors(self.was), doors(self.is));
        let open_now = is.is_empty() || is.iter().any(BTreeSet::is_empty);
        if !open_now && was.is_empty() {
            found.push(format!("{}: was public and asks for a credential", self.was.name()));
        }
        for door in was.iter().filter(|door| !open_now && !is.iter().any(|now| now.is_subset(door))) {
            let door: Vec<&str> = door.iter().map(String::as_str).collect();
            found.push(format!("{}: no longer opens to {}", self.was.name(), door.join(" + ")));
        }
        let (was, is) = (self.was.permission(), self.is.permission());
        if was != is && is != Some("public") {
            let (was, is) = (was.unwrap_or("none"), is.unwrap_or("none"));
            found.push(format!("{}: the permission was {was} and is {is}", self.was.name()));
        }
        let publishable = |op: Operation<'_>| op.node.get("x-publishable") == Some(&Value::Bool(true));
        if publishable(self.was) && !publishable(self.is) {
            found.push(format!("{}: no longer opens to a browser's key", self.was.name()));
        }
    }

    fn parameters(&self, found: &mut Vec<String>) {
        let required = |p: &Value| p.get("required") == Some(&Value::Bool(true));
        for was in self.was.parameters() {
            let (name, place) = (text(was, "name").unwrap_or_default(), text(was, "in").unwrap_or_default());
            let at = format!("{} parameter {name}", self.was.name());
            let Some(is) = self.is.parameter(place, name) else {
                let moved = self.is.parameters().find(|p| text(p, "name") == Some(name)).and_then(|p| text(p, "in"));
                found.push(match moved {
                    Some(now) => format!("{at}: moved from {place} to {now}"),
                    None => format!("{at}: is gone"),
                });
                continue;
            };
            if required(is) && !required(was) {
                found.push(format!("{at}: is now required"));
            }
            if let (Some(was), Some(is)) = (was.get("schema"), is.get("schema")) {
                self.schemas(Direction::Ask, found).schema(&at, was, is);
            }
        }
        for is in self.is.parameters().filter(|p| required(p)) {
            let (name, place) = (text(is, "name").unwrap_or_default(), text(is, "in").unwrap_or_default());
            if self.was.parameter(place, name).is_none() {
                found.push(format!("{} parameter {name}: is new and required", self.was.name()));
            }
        }
    }

    fn body(&self, found: &mut Vec<String>) {
        let at = format!("{} body", self.was.name());
        let required = |op: Operation<'_>| op.node.pointer("/requestBody/required") == Some(&Value::Bool(true));
        match (self.was.node.get("requestBody"), self.is.node.get("requestBody")) {
            (Some(_), None) => found.push(format!("{at}: is gone")),
            (None, Some(_)) if required(self.is) => found.push(format!("{at}: is new and required")),
            (Some(_), Some(_)) if required(self.is) && !required(self.was) => {
                found.push(format!("{at}: is now required"))
            }
            _ => {}
        }
        for (media, was) in self.was.request_schemas() {
            match self.is.request_schemas().find(|(now, _)| *now == media) {
                Some((_, is)) => self.schemas(Direction::Ask, found).schema(&at, was, is),
                None if self.is.node.get("requestBody").is_some() => {
                    found.push(format!("{at}: {media} is no longer read"))
                }
                None => {}
            }
        }
    }

    fn responses(&self, found: &mut Vec<String>) {
        for (status, was) in entries(self.was.node, "responses") {
            let at = format!("{} {status}", self.was.name());
            let Some(is) = self.is.node.get("responses").and_then(|all| all.get(status)) else {
                found.push(format!("{at}: the status is gone"));
                continue;
            };
            let (was, is) = (resolve(self.old, was), resolve(self.new, is));
            for (header, _) in entries(was, "headers") {
                if !entries(is, "headers").any(|(now, _)| now.eq_ignore_ascii_case(header)) {
                    found.push(format!("{at}: the header {header} is gone"));
                }
            }
            for (media, schema) in media_types(was.get("content")) {
                match media_types(is.get("content")).find(|(now, _)| *now == media) {
                    Some((_, now)) => self.schemas(Direction::Answer, found).schema(&at, schema, now),
                    None => found.push(format!("{at}: {media} is no longer answered")),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
