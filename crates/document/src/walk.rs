//! Ways through an OpenAPI document.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

const SCHEMA_REF: &str = "#/components/schemas/";

/// One method of one path.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub node: &'a Value,
}

impl<'a> Operation<'a> {
    pub fn id(&self) -> &'a str {
        text(self.node, "operationId").unwrap_or("(no operationId)")
    }

    /// `POST /v1/ticket/holds`
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub fn parameters(&self) -> impl Iterator<Item = &'a Value> {
        list(self.node, "parameters")
    }

    pub fn parameter(&self, place: &str, name: &str) -> Option<&'a Value> {
        self.parameters()
            .find(|p| text(p, "in") == Some(place) && text(p, "name").is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }

    /// Media type and schema of every body the operation reads.
    pub fn request_schemas(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let content = self.node.get("requestBody").and_then(|body| body.get("content"));
        media_types(content)
    }

    pub fn permission(&self) -> Option<&'a str> {
        text(self.node, "x-permission")
    }

    pub fn journalled(&self) -> bool {
        self.node.get("x-journalled") == Some(&Value::Bool(true))
    }
}

/// The operations of a document in the order of its paths.
pub fn operations(document: &Value) -> impl Iterator<Item = Operation<'_>> {
    entries(document, "paths").flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| item.get(method).map(|node| Operation { path, method, node }))
    })
}

/// Calls `change` on every operation, with its path and method.
pub fn operations_mut(document: &mut Value, mut change: impl FnMut(&str, &str, &mut Map<String, Value>)) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        for (method, node) in item {
            if let (true, Some(node)) = (METHODS.contains(&method.as_str()), node.as_object_mut()) {
                change(path, method, node);
            }
        }
    }
}

pub fn text<'a>(node: &'a Value, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Value::as_str)
}

pub fn list<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    node.get(key).and_then(Value::as_array).into_iter().flatten()
}

pub fn strings<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    list(node, key).filter_map(Value::as_str)
}

pub fn entries<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    node.get(key).and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

pub fn media_types(content: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    content
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(media, body)| body.get("schema").map(|schema| (media.as_str(), schema)))
}

/// The component a schema refers to, by name.
pub fn component_name(schema: &Value) -> Option<&str> {
    text(schema, "$ref").and_then(|target| target.strip_prefix(SCHEMA_REF))
}

/// The node itself, or what its `$ref` leads to in this document.
pub fn resolve<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    let mut here = node;
    for _ in 0..16 {
        let Some(target) = text(here, "$ref").and_then(|target| target.strip_prefix('#')) else { return here };
        let Some(next) = document.pointer(target) else { return here };
        here = next;
    }
    here
}

/// The schemas directly inside a schema, each with a short name of the way to it.
pub fn children(schema: &Value) -> Vec<(String, &Value)> {
    let mut found: Vec<(String, &Value)> =
        entries(schema, "properties").map(|(name, child)| (format!(".{name}"), child)).collect();
    found.extend(schema.get("items").map(|child| ("[]".to_owned(), child)));
    found.extend(schema.get("additionalProperties").filter(|v| v.is_object()).map(|child| ("{}".to_owned(), child)));
    for key in ["allOf", "anyOf", "oneOf"] {
        found.extend(list(schema, key).map(|child| (String::new(), child)));
    }
    found
}

/// Calls `change` on a schema and on every schema inside it, inner ones first.
pub fn schemas_mut(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(map) = schema.as_object_mut() else { return };
    if let Some(properties) = map.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(|child| schemas_mut(child, change));
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(child) = map.get_mut(key) {
            schemas_mut(child, change);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(members) = map.get_mut(key).and_then(Value::as_array_mut) {
            members.iter_mut().for_each(|child| schemas_mut(child, change));
        }
    }
    change(map);
}

/// Calls `change` on every schema of the document, wherever it stands.
pub fn all_schemas_mut(document: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(root) = document.as_object_mut() else { return };
    for (key, node) in root {
        match key.as_str() {
            "paths" | "webhooks" | "x-webhooks" => embedded_schemas_mut(node, change),
            "components" => components_mut(node, change),
            _ => {}
        }
    }
}

fn components_mut(components: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(components) = components.as_object_mut() else { return };
    for (kind, members) in components {
        match kind.as_str() {
            "schemas" => {
                if let Some(members) = members.as_object_mut() {
                    members.values_mut().for_each(|schema| schemas_mut(schema, change));
                }
            }
            "securitySchemes" => {}
            _ => embedded_schemas_mut(members, change),
        }
    }
}

/// Calls `change` on every schema under the key `schema` below this node.
pub fn embedded_schemas_mut(node: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match node {
        Value::Object(map) => {
            for (key, child) in map {
                match key.as_str() {
                    "schema" => schemas_mut(child, change),
                    "example" | "examples" => {}
                    _ => embedded_schemas_mut(child, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| embedded_schemas_mut(item, change)),
        _ => {}
    }
}

/// The names of the components a schema leads to, itself included.
pub fn reach(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = component_name(schema) {
        if found.insert(name.to_owned()) {
            let target = resolve(document, schema);
            if component_name(target).is_none() {
                reach(document, target, found);
            }
        }
        return;
    }
    children(schema).into_iter().for_each(|(_, child)| reach(document, child, found));
}

/// The names of the components that any `$ref` below this node leads to.
pub fn reach_embedded(document: &Value, node: &Value, found: &mut BTreeSet<String>) {
    match node {
        Value::Object(map) => map.iter().for_each(|(key, child)| match key.as_str() {
            "schema" => reach(document, child, found),
            "example" | "examples" => {}
            _ => reach_embedded(document, child, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| reach_embedded(document, item, found)),
        _ => {}
    }
}

/// The components that requests lead to: bodies and parameters.
pub fn asked(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in operations(document) {
        operation.request_schemas().for_each(|(_, schema)| reach(document, schema, &mut found));
        operation.parameters().for_each(|p| reach_embedded(document, p, &mut found));
    }
    found
}

/// The components that responses and webhooks lead to.
pub fn answered(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in operations(document) {
        entries(operation.node, "responses").for_each(|(_, response)| reach_embedded(document, response, &mut found));
    }
    for node in [document.get("x-webhooks"), document.pointer("/components/responses")].into_iter().flatten() {
        reach_embedded(document, node, &mut found);
    }
    found
}
