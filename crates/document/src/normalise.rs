//! From the framework's raw document to the canonical OpenAPI 3.0.3. What the framework cannot say (permissions,
//! closed requests, shared problems) is added here; what it says oddly is put right.

mod responses;
mod schemas;
mod security;
mod words;

use crate::walk::{self, operations_mut};
use crate::{Facts, Fault, parse_strict};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The canonical document, or everything in the raw one that no rule can put right.
pub fn normalise(raw: &str, facts: &Facts) -> Result<Value, Vec<Fault>> {
    let mut document = parse_strict(raw).map_err(|error| vec![Fault::new("document", error.to_string())])?;
    let mut faults = Vec::new();

    about(&mut document, facts);
    operations_mut(&mut document, |_, _, operation| {
        without_charset(operation.get_mut("requestBody"));
        show(operation, facts);
        parameters(operation);
    });
    security::move_to_extensions(&mut document, &mut faults);
    responses::share(&mut document);
    schemas::put_right(&mut document, &mut faults);
    webhooks_aside(&mut document);
    schemas::close_requests(&mut document);
    schemas::open_answered_enums(&mut document);
    drop_unused(&mut document);
    document.sort_all_objects();

    if faults.is_empty() { Ok(document) } else { Err(faults) }
}

fn about(document: &mut Value, facts: &Facts) {
    let Some(root) = document.as_object_mut() else { return };
    root.insert("openapi".into(), "3.0.3".into());
    if root.get("servers").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        root.insert("servers".into(), json!([{ "url": "/", "description": "The server that serves this document" }]));
    }
    if let Some(info) = root.get_mut("info").and_then(Value::as_object_mut) {
        for (key, value) in words::info() {
            info.entry(key).or_insert(value);
        }
    }
    let codes: Vec<Value> = facts
        .problems
        .iter()
        .map(|rule| json!({ "code": rule.code, "status": rule.status, "description": rule.sentence }))
        .collect();
    root.insert("x-problem-codes".into(), codes.into());
}

/// poem writes `application/json; charset=utf-8`; generators send such a key literally.
fn without_charset(body: Option<&mut Value>) {
    let Some(content) = body.and_then(|body| body.get_mut("content")).and_then(Value::as_object_mut) else { return };
    *content = std::mem::take(content)
        .into_iter()
        .map(|(media, body)| (media.split(';').next().unwrap_or_default().trim().to_owned(), body))
        .collect();
}

/// Every body is shown with an example.
fn show(operation: &mut Map<String, Value>, facts: &Facts) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let Some(example) = facts.examples.get(id).cloned() else { return };
    let content = operation.get_mut("requestBody").and_then(|body| body.get_mut("content"));
    for body in content.and_then(Value::as_object_mut).into_iter().flat_map(|content| content.values_mut()) {
        if let Some(body) = body.as_object_mut() {
            body.insert("example".into(), example.clone());
        }
    }
}

fn parameters(operation: &mut Map<String, Value>) {
    let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else { return };
    for parameter in parameters.iter_mut().filter_map(Value::as_object_mut) {
        drop_defaults(parameter);
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if parameter.get("in").and_then(Value::as_str) == Some("header") {
            parameter.insert("name".into(), words::header(&name).into());
        }
        if let Some(description) = words::parameter(&name) {
            parameter.entry("description").or_insert(description.into());
        }
    }
}

/// `deprecated: false` says nothing; `explode: true` is either the default or meaningless for one plain value.
fn drop_defaults(node: &mut Map<String, Value>) {
    if node.get("deprecated") == Some(&Value::Bool(false)) {
        node.remove("deprecated");
    }
    if node.get("explode") == Some(&Value::Bool(true)) && !node.contains_key("style") {
        node.remove("explode");
    }
}

/// 3.0 has no webhooks; they wait under an extension for the 3.1 twin.
fn webhooks_aside(document: &mut Value) {
    let Some(root) = document.as_object_mut() else { return };
    let Some(mut webhooks) = root.remove("webhooks") else { return };
    let items = webhooks.as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    for operation in items.flatten().filter_map(|(_, operation)| operation.as_object_mut()) {
        without_charset(operation.get_mut("requestBody"));
        operation.insert("security".into(), json!([]));
        operation.insert("responses".into(), json!({ "2XX": { "description": "Taken; it will not be sent again." } }));
    }
    root.insert("x-webhooks".into(), webhooks);
}

fn drop_unused(document: &mut Value) {
    let mut used: BTreeSet<String> = walk::asked(document);
    used.extend(walk::answered(document));
    let headers = document.pointer("/components/headers").cloned().unwrap_or_default();
    walk::reach_embedded(document, &headers, &mut used);
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.retain(|name, _| used.contains(name));
    }
}

#[cfg(test)]
mod tests;
