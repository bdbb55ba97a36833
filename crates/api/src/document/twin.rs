//! The 3.1 twin: the same promises for tools that read 3.1, with the webhooks that 3.0 cannot say.

use super::walk::{all_schemas_mut, component_ref};
use serde_json::{Map, Value, json};

/// The same document as OpenAPI 3.1. Its schemas are plain JSON Schema 2020-12, fit for a validator.
pub fn to_3_1(document: &Value) -> Value {
    let mut twin = document.clone();
    all_schemas_mut(&mut twin, &mut |schema| {
        nullable(schema);
        exclusive(schema, "minimum", "exclusiveMinimum");
        exclusive(schema, "maximum", "exclusiveMaximum");
        if let Some(example) = schema.remove("example") {
            schema.insert("examples".into(), json!([example]));
        }
    });
    if let Some(root) = twin.as_object_mut() {
        root.insert("openapi".into(), "3.1.0".into());
        if let Some(webhooks) = root.remove("x-webhooks") {
            root.insert("webhooks".into(), webhooks);
        }
    }
    twin.sort_all_objects();
    twin
}

/// A schema for a validator: the component of this name with every component it may lead to, from the 3.1 twin.
pub fn request_schema(twin: &Value, component: &str) -> Option<Value> {
    let schemas = twin.pointer("/components/schemas")?;
    schemas.get(component)?;
    let mut schema = component_ref(component);
    schema.as_object_mut()?.insert("components".into(), json!({ "schemas": schemas }));
    Some(schema)
}

fn nullable(schema: &mut Map<String, Value>) {
    if schema.remove("nullable") != Some(Value::Bool(true)) {
        return;
    }
    match schema.get("type").and_then(Value::as_str).map(str::to_owned) {
        Some(ty) => schema.insert("type".into(), json!([ty, "null"])),
        None => {
            let plain = std::mem::take(schema);
            schema.insert("anyOf".into(), json!([plain, { "type": "null" }]))
        }
    };
}

/// 3.0 says whether the bound itself is excluded; 3.1 has a bound of its own for that.
fn exclusive(schema: &mut Map<String, Value>, bound: &str, exclusive: &str) {
    if let Some(Value::Bool(excluded)) = schema.get(exclusive).cloned() {
        schema.remove(exclusive);
        if excluded && let Some(value) = schema.remove(bound) {
            schema.insert(exclusive.into(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{request_schema, to_3_1};
    use serde_json::{Value, json};

    fn of(schema: Value) -> Value {
        let document = json!({ "openapi": "3.0.3", "components": { "schemas": { "X": schema } } });
        to_3_1(&document).pointer("/components/schemas/X").unwrap().clone()
    }

    #[test]
    fn null_becomes_a_type() {
        assert_eq!(of(json!({ "type": "string", "nullable": true })), json!({ "type": ["string", "null"] }));
        assert_eq!(
            of(json!({ "$ref": "#/components/schemas/Y", "nullable": true })),
            json!({ "anyOf": [{ "$ref": "#/components/schemas/Y" }, { "type": "null" }] })
        );
    }

    #[test]
    fn an_excluded_bound_becomes_a_number() {
        assert_eq!(
            of(json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true })),
            json!({ "type": "integer", "exclusiveMinimum": 0 })
        );
        assert_eq!(
            of(json!({ "type": "integer", "maximum": 9, "exclusiveMaximum": false })),
            json!({ "type": "integer", "maximum": 9 })
        );
    }

    #[test]
    fn a_property_named_like_a_keyword_is_left_alone() {
        let schema = json!({ "type": "object", "properties": { "example": { "type": "string", "example": "a" }, "nullable": { "type": "boolean" } } });
        assert_eq!(
            of(schema),
            json!({ "type": "object", "properties": {
            "example": { "type": "string", "examples": ["a"] }, "nullable": { "type": "boolean" } } })
        );
    }

    #[test]
    fn webhooks_come_back_in_3_1() {
        let twin = to_3_1(&json!({ "openapi": "3.0.3", "x-webhooks": { "a.b": {} } }));
        assert_eq!(twin, json!({ "openapi": "3.1.0", "webhooks": { "a.b": {} } }));
    }

    #[test]
    fn a_request_schema_carries_what_it_leads_to() {
        let twin = json!({ "components": { "schemas": { "A": { "$ref": "#/components/schemas/B" }, "B": {} } } });
        let schema = request_schema(&twin, "A").unwrap();
        assert_eq!(schema.get("$ref").unwrap(), "#/components/schemas/A");
        assert!(schema.pointer("/components/schemas/B").is_some());
        assert_eq!(request_schema(&twin, "C"), None);
    }
}
