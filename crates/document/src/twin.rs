//! The 3.1 twin: the same promises for tools that read 3.1, with the webhooks that 3.0 cannot say.

use crate::walk::all_schemas_mut;
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

/// The 3.1 twin for judging our own answers: no field beyond the documented ones, no value beyond those of today. Problems
/// stay open, because their facts differ from code to code.
pub fn strict_answers(twin: &Value) -> Value {
    let mut strict = twin.clone();
    all_schemas_mut(&mut strict, &mut |schema| {
        if let Some(values) = schema.remove("x-extensible-enum") {
            schema.insert("enum".into(), values);
        }
        let composed = ["allOf", "anyOf", "oneOf"].iter().any(|key| schema.contains_key(*key));
        if schema.contains_key("properties") && !composed {
            schema.entry("additionalProperties").or_insert(false.into());
        }
    });
    if let Some(problem) = strict.pointer_mut("/components/schemas/Problem").and_then(Value::as_object_mut) {
        problem.remove("additionalProperties");
    }
    strict
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
    use super::{strict_answers, to_3_1};
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
    fn our_own_answers_are_judged_by_what_they_document() {
        let twin = json!({ "components": { "schemas": {
            "A": { "type": "object", "properties": { "s": { "type": "string", "x-extensible-enum": ["a"] } } },
            "Problem": { "type": "object", "properties": {} } } } });
        let strict = strict_answers(&twin);
        assert_eq!(strict.pointer("/components/schemas/A/additionalProperties").unwrap(), false);
        assert_eq!(strict.pointer("/components/schemas/A/properties/s/enum").unwrap(), &json!(["a"]));
        assert!(strict.pointer("/components/schemas/Problem/additionalProperties").is_none());
    }
}
