//! Schemas as clients and validators understand them.

use crate::Fault;
use crate::walk::{
    all_schemas_mut, answered, asked, component_name, embedded_schemas_mut, operations_mut, resolve, schemas_mut,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Formats, numbers, references: what the framework writes in its own way.
pub fn put_right(document: &mut Value, faults: &mut Vec<Fault>) {
    flatten_components(document);
    all_schemas_mut(document, &mut |schema| {
        format(schema, faults);
        whole_numbers(schema);
        tidy(schema);
    });
    let whole = document.clone();
    all_schemas_mut(document, &mut |schema| {
        lone_reference(schema, &whole);
        mixed_union(schema, &whole);
    });
}

fn format(schema: &mut Map<String, Value>, faults: &mut Vec<Fault>) {
    let Some(format) = schema.get("format").and_then(Value::as_str).map(str::to_owned) else { return };
    let standard = match format.as_str() {
        "naive-date" => "date",
        "int8" | "int16" | "uint8" | "uint16" => "int32",
        "uint32" | "uint64" => "int64",
        "naive-time" => {
            schema.remove("format");
            schema.entry("pattern").or_insert(r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$".into());
            return;
        }
        "naive-date-time" => {
            faults.push(Fault::new("schemas", "an instant without an offset (format naive-date-time)"));
            return;
        }
        _ => return,
    };
    schema.insert("format".into(), standard.into());
    let bounds = match format.as_str() {
        "int8" => json!({ "minimum": i8::MIN, "maximum": i8::MAX }),
        "int16" => json!({ "minimum": i16::MIN, "maximum": i16::MAX }),
        "uint8" => json!({ "minimum": 0, "maximum": u8::MAX }),
        "uint16" => json!({ "minimum": 0, "maximum": u16::MAX }),
        "uint32" => json!({ "minimum": 0, "maximum": u32::MAX }),
        "uint64" => json!({ "minimum": 0 }),
        _ => return,
    };
    for (key, bound) in bounds.as_object().into_iter().flatten() {
        schema.entry(key.as_str()).or_insert(bound.clone());
    }
}

/// `minimum: 1.0` of an integer is `1`.
fn whole_numbers(schema: &mut Map<String, Value>) {
    if schema.get("type").and_then(Value::as_str) != Some("integer") {
        return;
    }
    for key in ["minimum", "maximum", "multipleOf", "default"] {
        let whole = schema.get(key).filter(|v| v.is_f64()).and_then(Value::as_f64).and_then(whole);
        if let Some(whole) = whole {
            schema.insert(key.into(), whole.into());
        }
    }
}

fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0).then(|| format!("{number:.0}").parse().ok()).flatten()
}

/// A described or validated reference comes as `allOf: [{$ref}, {description}]`. What stands beside stays beside; a
/// nullable reference has no meaning in 3.0, so the schema is written out in its place.
fn lone_reference(schema: &mut Map<String, Value>, document: &Value) {
    let Some([reference, beside]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) else { return };
    if component_name(reference).is_none() || component_name(beside).is_some() || beside.get("properties").is_some() {
        return;
    }
    let (reference, beside) = (reference.clone(), beside.clone());
    schema.remove("allOf");
    for (key, value) in beside.as_object().into_iter().flatten() {
        schema.entry(key.as_str()).or_insert(value.clone());
    }
    if schema.get("nullable") != Some(&Value::Bool(true)) {
        schema.insert("allOf".into(), json!([reference]));
        return;
    }
    for (key, value) in resolve(document, &reference).as_object().into_iter().flatten() {
        schema.entry(key.as_str()).or_insert(value.clone());
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
}

/// A union comes as an object, whatever its members are. Where they are not all objects it is what they are.
fn mixed_union(schema: &mut Map<String, Value>, document: &Value) {
    let Some(members) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let other = |member: &Value| resolve(document, member).get("type").is_some_and(|kind| kind != "object");
    if members.iter().any(other) {
        schema.remove("type");
    }
}

fn tidy(schema: &mut Map<String, Value>) {
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
}

/// The members of a tagged union come as `allOf: [{the tag}, {$ref}]`, which cannot be closed against unknown fields.
/// One plain object says the same.
fn flatten_components(document: &mut Value) {
    let names: Vec<String> = schemas(document).keys().cloned().collect();
    for name in names {
        let Some(merged) = schemas(document).get(&name).and_then(|schema| merged(document, schema)) else { continue };
        if let Some(all) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
            all.insert(name, merged);
        }
    }
}

fn schemas(document: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    document.pointer("/components/schemas").and_then(Value::as_object).unwrap_or(&NONE)
}

fn merged(document: &Value, schema: &Value) -> Option<Value> {
    let members = schema.get("allOf")?.as_array()?;
    let members: Vec<&Value> = members.iter().map(|member| resolve(document, member)).collect();
    if members.len() < 2 || !members.iter().all(|member| member.get("properties").is_some()) {
        return None;
    }
    let mut whole = schema.as_object()?.clone();
    whole.remove("allOf");
    whole.insert("type".into(), "object".into());
    let (mut properties, mut required) = (Map::new(), BTreeSet::new());
    for member in members {
        properties.extend(member.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        required
            .extend(member.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str));
        if let Some(description) = member.get("description") {
            whole.entry("description").or_insert(description.clone());
        }
    }
    whole.insert("required".into(), required.into_iter().collect::<Vec<_>>().into());
    whole.insert("properties".into(), properties.into());
    Some(whole.into())
}

/// Requests refuse fields they do not know; the document says so.
pub fn close_requests(document: &mut Value) {
    let asked = asked(document);
    if let Some(all) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        all.iter_mut()
            .filter(|(name, _)| asked.contains(*name))
            .for_each(|(_, schema)| schemas_mut(schema, &mut close));
    }
    operations_mut(document, |_, _, operation| {
        if let Some(body) = operation.get_mut("requestBody") {
            embedded_schemas_mut(body, &mut close);
        }
    });
}

fn close(schema: &mut Map<String, Value>) {
    let object = schema.get("type").and_then(Value::as_str) == Some("object") || schema.contains_key("properties");
    let composed = ["allOf", "anyOf", "oneOf"].iter().any(|key| schema.contains_key(*key));
    if object && !composed {
        schema.entry("additionalProperties").or_insert(false.into());
    }
}

/// A named list of values in an answer may grow, and a client compiled against a closed list breaks when it does: so
/// answers say `x-extensible-enum`. Requests keep the closed list, written out where they need it.
pub fn open_answered_enums(document: &mut Value) {
    let (asked, answered) = (asked(document), answered(document));
    let closed: BTreeMap<String, Value> = schemas(document)
        .iter()
        .filter(|(name, schema)| answered.contains(*name) && can_grow(schema))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let mut write_out = |schema: &mut Map<String, Value>| written_out(schema, &closed);
    operations_mut(document, |_, _, operation| {
        for key in ["requestBody", "parameters"] {
            if let Some(node) = operation.get_mut(key) {
                embedded_schemas_mut(node, &mut write_out);
            }
        }
    });
    let Some(all) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    for (name, schema) in all {
        if closed.contains_key(name) {
            open(schema);
        } else if asked.contains(name) {
            schemas_mut(schema, &mut write_out);
        }
    }
}

fn can_grow(schema: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() > 1)
}

fn written_out(schema: &mut Map<String, Value>, closed: &BTreeMap<String, Value>) {
    let name = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([reference]) => component_name(reference),
        Some(_) => None,
        None => schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()),
    };
    let Some(values) = name.and_then(|name| closed.get(name)).and_then(Value::as_object) else { return };
    schema.remove("$ref");
    schema.remove("allOf");
    for (key, value) in values {
        schema.entry(key.as_str()).or_insert(value.clone());
    }
}

fn open(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    let Some(values) = schema.remove("enum") else { return };
    let said = schema.get("description").and_then(Value::as_str).map(|s| format!("{s}\n\n")).unwrap_or_default();
    let list: Vec<String> =
        values.as_array().into_iter().flatten().filter_map(Value::as_str).map(|value| format!("`{value}`")).collect();
    schema.insert("description".into(), format!("{said}Today one of {}; more may come.", list.join(", ")).into());
    schema.insert("x-extensible-enum".into(), values);
}
