//! The house rules for the document: what a reviewer would otherwise have to see in every operation.

mod schemas;

use crate::walk::{self, Operation, entries, operations, resolve, strings, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Services whose name begins both the path and the operation id.
const SERVICES: [&str; 4] = ["course", "operator", "ticket", "venue"];

/// Nouns whose creation moves stock, places or money.
const MOVING_NOUNS: [&str; 12] = [
    "application",
    "booking",
    "charge",
    "enrolment",
    "exchange",
    "hold",
    "hire",
    "order",
    "payment",
    "refund",
    "sale",
    "transfer",
];

/// Verbs that move stock, places or money whatever their noun.
const MOVING_VERBS: [&str; 13] = [
    "accept", "capture", "decline", "exchange", "execute", "freeze", "order", "pay", "refund", "resize", "sell",
    "settle", "take",
];

/// Permissions to move stock, places, money or the papers about it: whatever is written with one of them moves some.
const MOVING_PERMISSIONS: [&str; 19] = [
    "billing.document.issue",
    "billing.payment.create",
    "billing.payment.take",
    "billing.refund.create",
    "billing.transfer.update",
    "course.application.create",
    "course.application.decide",
    "course.certificate.issue",
    "course.honorarium.update",
    "ticket.order.cancel",
    "ticket.order.create",
    "ticket.order.sell",
    "ticket.stock.update",
    "ticket.ticket.void",
    "venue.closure.update",
    "venue.hire.create",
    "venue.hire.decide",
    "venue.hire.update",
    "venue.usage.record",
];

/// Every break of the house rules, each with its place. Empty is the only good answer.
pub fn lint(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    for operation in operations(document) {
        if let Some(other) = ids.insert(operation.id(), operation.name()) {
            found.push(format!("{}: operationId {} is also that of {other}", operation.name(), operation.id()));
        }
        let mut say = |what: String| found.push(format!("{} ({}): {what}", operation.name(), operation.id()));
        operation_id(&operation, &mut say);
        words(&operation, &mut say);
        page(document, &operation, &mut say);
        version(document, &operation, &mut say);
        idempotency(&operation, &mut say);
        declared(&operation, &mut say);
        problems(document, &operation, &mut say);
    }
    paths_apart(document, &mut found);
    schemas::lint(document, &mut found);
    found
}

fn operation_id(operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    let words: Vec<&str> = operation.id().split('_').collect();
    let plain = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(is_plain);
    let service =
        operation.path.split('/').nth(2).filter(|s| operation.path.starts_with("/v1/") && SERVICES.contains(s));
    let wanted = if service.is_some() { 3 } else { 2 };
    if words.len() < wanted || !words.iter().all(plain) {
        say("operationId is not domain_noun_verb in plain lower-case words".to_owned());
    } else if let (Some(service), Some(first)) = (service, words.first())
        && *first != service
    {
        say(format!("operationId does not begin with {service}_"));
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

fn words(operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    if strings(operation.node, "tags").count() != 1 {
        say("needs exactly one tag".to_owned());
    }
    match text(operation.node, "summary") {
        None | Some("") => say("has no summary".to_owned()),
        Some(summary) if !summary.ends_with('.') => {
            say(format!("the summary does not end in a full stop: {summary:?}"))
        }
        Some(_) => {}
    }
    if text(operation.node, "description").is_none_or(str::is_empty) {
        say("has no description".to_owned());
    }
}

/// A list is known by its answer: an object with `data` and `next_cursor`.
fn is_page(document: &Value, operation: &Operation<'_>) -> bool {
    let answer = operation.node.pointer("/responses/200/content/application~1json/schema");
    let properties = answer.and_then(|schema| resolve(document, schema).get("properties"));
    properties.is_some_and(|p| p.get("data").is_some() && p.get("next_cursor").is_some())
}

/// A list by its answer or by its verb.
fn page(document: &Value, operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    let is_page = is_page(document, operation);
    if !is_page && !operation.id().ends_with("_list") {
        return;
    }
    if !is_page {
        say("is called a list and does not answer a page (data, next_cursor)".to_owned());
    }
    for name in ["limit", "cursor"] {
        if operation.parameter("query", name).is_none() {
            say(format!("is a list without the query parameter {name}"));
        }
    }
}

/// Whatever is read and is no list is one thing, which says its version.
fn version(document: &Value, operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    let told = operation.node.pointer("/responses/200/headers/ETag").is_some();
    if operation.method == "get" && !told && !is_page(document, operation) {
        say("shows one thing and does not say its version (ETag)".to_owned());
    }
}

fn idempotency(operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    let words: Vec<&str> = operation.id().split('_').collect();
    let [.., noun, verb] = words.as_slice() else { return };
    let named = (*verb == "create" && MOVING_NOUNS.contains(noun)) || MOVING_VERBS.contains(verb);
    let permitted = operation.permission().is_some_and(|permission| MOVING_PERMISSIONS.contains(&permission));
    // what is permitted and not journalled is a preview; deleting twice is deleting once
    let moves = match operation.method {
        "post" => named || (permitted && operation.journalled()),
        "patch" | "put" => permitted && operation.journalled(),
        _ => false,
    };
    let required = operation
        .parameter("header", "Idempotency-Key")
        .is_some_and(|parameter| parameter.get("required") == Some(&Value::Bool(true)));
    if moves && !required {
        say("moves stock, places or money and does not require Idempotency-Key".to_owned());
    }
}

fn declared(operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    match operation.permission() {
        None | Some("") => say("declares no x-permission".to_owned()),
        Some("public") if operation.journalled() && operation.method == "get" => {
            say("is a public read that says it is journalled".to_owned());
        }
        Some(_) => {}
    }
}

fn problems(document: &Value, operation: &Operation<'_>, say: &mut impl FnMut(String)) {
    for status in ["4XX", "5XX"] {
        if operation.node.get("responses").and_then(|all| all.get(status)).is_none() {
            say(format!("does not say how it refuses ({status})"));
        }
    }
    for (status, response) in entries(operation.node, "responses") {
        let content = resolve(document, response).get("content");
        if status.starts_with(['4', '5']) && content.and_then(|c| c.get("application/problem+json")).is_none() {
            say(format!("{status} is not application/problem+json"));
        }
        if content.and_then(Value::as_object).is_some_and(|c| c.keys().any(|media| media.contains(';'))) {
            say(format!("{status} has a media type with parameters"));
        }
    }
    if !entries(operation.node, "responses").any(|(status, _)| status.starts_with(['2', '3'])) {
        say("has no success".to_owned());
    }
}

/// Two paths that differ only in case, or only in the name of a parameter, are one to somebody.
fn paths_apart(document: &Value, found: &mut Vec<String>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in entries(document, "paths") {
        let shape: Vec<String> =
            path.split('/').map(|s| if s.starts_with('{') { "{}".to_owned() } else { s.to_lowercase() }).collect();
        if let Some(other) = seen.insert(shape.join("/"), path) {
            found.push(format!("{path}: is the same path as {other}"));
        }
        if path.len() > 1 && path.ends_with('/') {
            found.push(format!("{path}: ends in a slash"));
        }
    }
}

/// The components by direction: those that requests lead to, those that answers lead to.
fn directions(document: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    (walk::asked(document), walk::answered(document))
}

#[cfg(test)]
mod tests;
