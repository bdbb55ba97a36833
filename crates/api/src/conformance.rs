//! Whether an answer is what the contract promises. Every integration test asks; a server in service does not.
//!
//! Stricter than a client may be: a field the document does not know, or a value beyond those it lists, is a fault of ours
//! although clients must bear with both.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use poem::http::{HeaderMap, Method, header};
use serde_json::Value;

use crate::surface::{self, Found, SURFACE};

/// An answer as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Every way in which this answer to this request is not what the contract says. Empty is the only good answer.
pub fn faults(method: &Method, path: &str, answer: Answer<'_>) -> Vec<String> {
    let path = path.split('?').next().unwrap_or_default();
    let mut found = Vec::new();
    if !answer.headers.contains_key("x-request-id") {
        found.push("carries no X-Request-Id".to_owned());
    }
    match SURFACE.find(method, path) {
        Found::Operation(operation, _) => {
            let verb = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
            match promised(&operation.path, &verb, answer.status) {
                Some((status, response)) => {
                    let name = format!("{} {status}", operation.id);
                    found.extend(body_faults(&name, response, answer, *method == Method::HEAD));
                }
                None => found.push(format!("{} does not document the status {}", operation.id, answer.status)),
            }
        }
        // no operation: then it can only be a problem, in the form of every other
        _ if path.starts_with("/v1/") => match promised_problem() {
            Some(response) => found.extend(body_faults("problem", response, answer, *method == Method::HEAD)),
            None => found.push("the contract documents no problem".to_owned()),
        },
        _ => {}
    }
    found
}

/// The contract as a test reads it: answers closed, lists of values as long as they are.
static STRICT: LazyLock<Value> = LazyLock::new(|| document::strict_answers(&SURFACE.v31));

fn promised(path: &str, verb: &str, status: u16) -> Option<(String, &'static Value)> {
    let responses = STRICT.get("paths")?.get(path)?.get(verb)?.get("responses")?;
    let exact = status.to_string();
    let range = format!("{}XX", status / 100);
    [exact, range]
        .into_iter()
        .find_map(|key| responses.get(&key).map(|response| (key, document::resolve(&STRICT, response))))
}

fn promised_problem() -> Option<&'static Value> {
    STRICT.pointer("/components/responses/Refused")
}

fn body_faults(name: &str, response: &'static Value, answer: Answer<'_>, head: bool) -> Vec<String> {
    let content = response.get("content").and_then(Value::as_object);
    let Some((media, body)) = content.and_then(|content| content.iter().next()) else {
        let stray = !answer.body.is_empty();
        return if stray { vec![format!("{name} answers a body and documents none")] } else { Vec::new() };
    };
    let given = answer.headers.get(header::CONTENT_TYPE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if !content.is_some_and(|content| content.contains_key(essence)) {
        return vec![format!("{name} answers {given:?} and documents {media:?}")];
    }
    if head || !essence.ends_with("json") {
        return Vec::new();
    }
    match serde_json::from_slice::<Value>(answer.body) {
        Err(error) => vec![format!("{name} does not answer JSON: {error}")],
        Ok(value) => match body.get("schema") {
            Some(schema) => schema_faults(name, schema, &value),
            None => Vec::new(),
        },
    }
}

fn schema_faults(name: &str, schema: &'static Value, value: &Value) -> Vec<String> {
    match validator(name, schema) {
        Err(error) => vec![format!("{name}: the published schema cannot be used: {error}")],
        Ok(validator) => validator
            .iter_errors(value)
            .map(|error| {
                format!(
                    "{name} at {}: {error}",
                    if error.instance_path().as_str().is_empty() { "/" } else { error.instance_path().as_str() }
                )
            })
            .collect(),
    }
}

/// Compiled once for each answer.
fn validator(name: &str, schema: &Value) -> Result<Arc<Validator>, String> {
    static READY: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = ready.get(name) {
        return Ok(validator.clone());
    }
    let built = Arc::new(surface::compile(schema, &STRICT)?);
    ready.insert(name.to_owned(), built.clone());
    Ok(built)
}
