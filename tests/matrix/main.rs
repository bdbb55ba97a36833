//! What holds for every operation, derived from the published contract: a new operation is in these tests from its birth.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod anonymous;
mod day;
mod neighbours;
mod remarks;
mod roles;

use api::surface::SURFACE;
use poem::http::Method;
use serde_json::{Value, json};

/// An operation as the contract publishes it.
#[derive(Debug, Clone)]
pub struct Published {
    pub id: String,
    pub method: Method,
    pub path: String,
    pub permission: String,
    pub parameters: Vec<Value>,
    pub has_body: bool,
    pub journalled: bool,
    /// Whether it says that its answer has a version.
    pub versioned: bool,
}

/// Every operation.
pub fn operations() -> Vec<Published> {
    let mut found = Vec::new();
    for (path, item) in SURFACE.v30["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            found.push(Published {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap(),
                path: path.clone(),
                permission: operation["x-permission"].as_str().unwrap_or("public").to_owned(),
                parameters: operation["parameters"].as_array().cloned().unwrap_or_default(),
                has_body: operation.get("requestBody").is_some(),
                journalled: operation.get("x-journalled").is_some(),
                versioned: verb == "get" && !operation["responses"]["200"]["headers"]["ETag"].is_null(),
            });
        }
    }
    assert!(!found.is_empty());
    found
}

impl Published {
    /// The path with an id that nobody has in every place.
    pub fn nowhere(&self) -> String {
        let mut path = self.path.clone();
        for parameter in self.parameters.iter().filter(|parameter| parameter["in"] == "path") {
            let name = parameter["name"].as_str().unwrap();
            path = path.replace(&format!("{{{name}}}"), &unknown(&parameter["schema"]));
        }
        path
    }

    /// The headers that it asks for.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        let asked =
            self.parameters.iter().filter(|parameter| parameter["in"] == "header" && parameter["required"] == true);
        asked.map(|parameter| (parameter["name"].as_str().unwrap(), "0190-matrix")).collect()
    }

    /// Whether it knows a header of this name.
    pub fn takes(&self, header: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter["in"] == "header" && parameter["name"] == header)
    }

    /// A body that is JSON and nothing else.
    pub fn body(&self) -> Option<Value> {
        self.has_body.then(|| json!({}))
    }
}

/// Something that the schema allows and nobody has.
fn unknown(schema: &Value) -> String {
    match schema["pattern"].as_str().and_then(|pattern| pattern.strip_prefix('^')).and_then(|p| p.split_once('_')) {
        Some((prefix, _)) => format!("{prefix}_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        None => "nobody".to_owned(),
    }
}
