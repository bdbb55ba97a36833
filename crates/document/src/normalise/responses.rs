//! Every answer an operation can give: its own successes, and the problems all operations share.

use super::{drop_defaults, without_charset, words};
use crate::walk::operations_mut;
use serde_json::{Map, Value, json};

const PROBLEM_JSON: &str = "application/problem+json";

/// Status, component, what it means. A range stands for every status of it that has no line of its own.
const PROBLEMS: [(&str, &str, &str); 15] = [
    ("400", "Malformed", "The request breaks the contract; `errors` names every fault with its place."),
    ("401", "Unauthenticated", "No credential, or one that is not, or no longer, accepted."),
    ("403", "Forbidden", "The caller is known and may not do this, or its tenant has not subscribed to the service."),
    ("404", "Absent", "There is no such thing, or not for this caller."),
    ("409", "Conflict", "The state of things stands against it; the problem says what is possible instead."),
    ("410", "Gone", "It was there and is over."),
    ("412", "Stale", "Somebody else changed it first; read it again."),
    ("413", "TooLarge", "The request is larger than we read."),
    ("415", "Unsupported", "The body is in a form or a charset we do not read; `media_type` says what to send."),
    ("422", "Rejected", "Well-formed, but a rule of the house refuses it."),
    ("428", "Unconditional", "The caller must say with `If-Match` which version it means."),
    ("429", "Limited", "Too many requests; try again after `Retry-After` seconds."),
    ("503", "Busy", "Not now; try again after `Retry-After` seconds."),
    ("4XX", "Refused", "Any other refusal, in the same form."),
    ("5XX", "Failed", "Our fault, in the same form."),
];

const HEADERS: [(&str, &str); 6] = [
    ("RateLimit", "What is left of the tightest quota, and the seconds until it is full again: `\"key\";r=583;t=12`."),
    ("RateLimit-Policy", "The quota of the caller: `\"key\";q=600;w=60`."),
    ("Retry-After", "Seconds after which trying again makes sense."),
    ("WWW-Authenticate", "How to say who you are."),
    ("X-Request-Id", "The name of this request in our records; quote it when asking about it."),
    ("Content-Language", "The language of `detail`: `ja` or `en`."),
];

/// Puts the successes of every operation in order and gives it the shared problems that apply.
pub fn share(document: &mut Value) {
    operations_mut(document, |path, _, operation| {
        let public = operation.get("x-permission").and_then(Value::as_str) == Some("public");
        let problems = applying(path, public, operation);
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
        let declared: Vec<String> = responses.keys().filter(|status| !is_success(status)).cloned().collect();
        responses.retain(|status, _| is_success(status));
        for (status, response) in responses.iter_mut() {
            success(status, public, response);
        }
        for (status, name, _) in PROBLEMS {
            if problems.contains(&status) || declared.iter().any(|s| s == status) {
                responses.insert(status.into(), json!({ "$ref": format!("#/components/responses/{name}") }));
            }
        }
    });
    define(document);
}

fn is_success(status: &str) -> bool {
    status.starts_with('1') || status.starts_with('2') || status.starts_with('3')
}

fn applying(path: &str, public: bool, operation: &Map<String, Value>) -> Vec<&'static str> {
    let body = operation.contains_key("requestBody");
    let input = body || operation.get("parameters").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let mut found = vec!["429", "503", "4XX", "5XX"];
    found.extend(input.then_some("400"));
    found.extend((!public).then_some(["401", "403"]).into_iter().flatten());
    found.extend(path.contains('{').then_some("404"));
    found.extend(body.then_some(["413", "415"]).into_iter().flatten());
    found
}

fn success(status: &str, public: bool, response: &mut Value) {
    without_charset(Some(response));
    let Some(response) = response.as_object_mut() else { return };
    if response.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
        response.insert("description".into(), words::success(status).into());
    }
    let said = response.remove("headers").and_then(|headers| headers.as_object().cloned()).unwrap_or_default();
    let mut headers: Map<String, Value> =
        said.into_iter().map(|(name, header)| (words::header(&name), header)).collect();
    headers.values_mut().filter_map(Value::as_object_mut).for_each(drop_defaults);
    let limits: &[&str] = if public { &[] } else { &["RateLimit", "RateLimit-Policy"] };
    for name in limits.iter().chain(&["X-Request-Id"]) {
        headers.insert((*name).into(), header_ref(name));
    }
    response.insert("headers".into(), headers.into());
}

fn header_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn define(document: &mut Value) {
    let Some(root) = document.as_object_mut() else { return };
    let Some(components) = root.entry("components").or_insert_with(|| json!({})).as_object_mut() else { return };
    let headers: Map<String, Value> = HEADERS
        .into_iter()
        .map(|(name, what)| {
            let mut header = json!({ "description": what, "schema": { "type": "string" } });
            if let (true, Some(header)) = (name == "X-Request-Id", header.as_object_mut()) {
                header.insert("required".into(), true.into());
            }
            (name.to_owned(), header)
        })
        .collect();
    let responses: Map<String, Value> =
        PROBLEMS.into_iter().map(|(status, name, what)| (name.to_owned(), problem(status, what))).collect();
    components.insert("headers".into(), headers.into());
    components.insert("responses".into(), responses.into());
    if let Some(schemas) = components.entry("schemas").or_insert_with(|| json!({})).as_object_mut() {
        schemas.entry("Problem").or_insert_with(problem_schema);
    }
}

fn problem(status: &str, what: &str) -> Value {
    let mut headers = vec!["Content-Language", "X-Request-Id"];
    match status {
        "401" => headers.push("WWW-Authenticate"),
        "409" | "429" | "503" => headers.push("Retry-After"),
        _ => {}
    }
    let headers: Map<String, Value> = headers.into_iter().map(|name| (name.to_owned(), header_ref(name))).collect();
    json!({
        "description": what,
        "headers": headers,
        "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

/// RFC 9457 with the members of the house, for a document whose code registers none.
fn problem_schema() -> Value {
    let plain = |what: &str| json!({ "type": "string", "description": what });
    json!({
        "type": "object",
        "description": "Why a request was not done (RFC 9457). Other members may stand beside these: they are facts of the code.",
        "required": ["code", "request_id", "status", "title", "type"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "A page about the code." },
            "title": plain("The rule in one English sentence, the same each time."),
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
            "detail": plain("What happened, in the language asked for."),
            "instance": plain("This one refusal."),
            "code": plain("The stable name of the rule: what programs decide on."),
            "request_id": plain("The name of the request in our records."),
            "retryable": { "type": "boolean", "description": "Whether the same request may succeed later." },
            "errors": {
                "type": "array",
                "description": "Every fault of the request with its place.",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {
                        "pointer": plain("The place in the body, as a JSON pointer: `#/items/0/quantity`."),
                        "parameter": plain("The query or path parameter."),
                        "header": plain("The header."),
                        "code": plain("The kind of fault."),
                        "detail": plain("The fault in a sentence."),
                    },
                },
            },
        },
    })
}
