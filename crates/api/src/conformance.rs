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
use serde_json::{Map, Value, json};

use crate::{
    document,
    surface::{Found, SURFACE},
};

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
    let mut root = schema.as_object().cloned().unwrap_or_else(Map::new);
    root.insert("components".into(), json!({ "schemas": STRICT.pointer("/components/schemas") }));
    let built = jsonschema::options().should_validate_formats(true).build(&root.into()).map_err(|e| e.to_string())?;
    let built = Arc::new(built);
    ready.insert(name.to_owned(), built.clone());
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::{Answer, faults};
    use poem::http::{HeaderMap, Method};

    fn of(path: &str, status: u16, media: &str, body: &str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", "req_1".parse().unwrap());
        headers.insert("content-type", media.parse().unwrap());
        faults(&Method::GET, path, Answer { status, headers: &headers, body: body.as_bytes() })
    }

    const TIME: &str = r#"{"now_at":"2026-11-23T06:39:06+09:00","zone":"Asia/Tokyo"}"#;

    #[test]
    fn what_the_contract_promises_has_no_faults() {
        assert_eq!(of("/v1/time?x=1", 200, "application/json", TIME), Vec::<String>::new());
        assert!(
            faults(&Method::GET, "/v1/time", Answer { status: 200, headers: &HeaderMap::new(), body: b"" })[0]
                .contains("X-Request-Id")
        );
    }

    #[test]
    fn what_it_does_not_promise_has() {
        assert!(of("/v1/time", 302, "application/json", TIME)[0].contains("does not document the status 302"));
        assert!(of("/v1/time", 200, "text/plain", TIME)[0].contains("documents \"application/json\""));
        assert!(of("/v1/time", 200, "application/json", "{")[0].contains("does not answer JSON"));
        assert!(of("/v1/time", 200, "application/json", r#"{"zone":"x"}"#)[0].contains("now_at"));
        let more = TIME.replace('}', r#","more":1}"#);
        assert!(of("/v1/time", 200, "application/json", &more)[0].contains("more"));
    }

    #[test]
    fn a_refusal_is_a_problem_wherever_it_comes_from() {
        let problem = r#"{"type":"/problems/absent","title":"No.","status":404,"code":"absent","instance":"/v1/requests/1","request_id":"req_1","retryable":false,"seats":[]}"#;
        assert_eq!(of("/v1/time", 404, "application/problem+json", problem), Vec::<String>::new());
        assert_eq!(of("/v1/no/such", 404, "application/problem+json", problem), Vec::<String>::new());
        assert!(!of("/v1/no/such", 404, "text/plain", "Not found").is_empty());
        assert!(!of("/v1/time", 404, "application/problem+json", "{}").is_empty());
    }
}
