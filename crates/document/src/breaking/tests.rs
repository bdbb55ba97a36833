use super::breaking;
use serde_json::{Value, json};

/// One operation that asks and answers, with room for every sort of break.
fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "x-problem-codes": [{ "code": "absent", "status": 404 }, { "code": "late", "status": 409 }],
        "x-webhooks": { "hold.placed": { "post": { "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Hold" } } } } } } },
        "paths": { "/v1/holds/{id}": {
            "post": {
                "operationId": "hold_create", "tags": ["Holds"], "x-permission": "hold.create", "x-publishable": true,
                "security": [{ "secretKey": [] }, { "staffSession": [] }],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "limit", "in": "query", "required": false, "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 } }
                ],
                "requestBody": { "required": false, "content": {
                    "application/json": { "schema": { "$ref": "#/components/schemas/HoldCreate" } },
                    "application/merge-patch+json": { "schema": { "$ref": "#/components/schemas/HoldCreate" } } } },
                "responses": {
                    "200": { "description": "", "headers": { "ETag": {} }, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Hold" } } } },
                    "204": { "description": "" } }
            },
            "get": { "operationId": "hold_view", "tags": ["Holds"], "x-permission": "public", "security": [], "responses": {} }
        } },
        "components": { "schemas": {
            "HoldCreate": { "type": "object", "additionalProperties": false, "required": ["seats"], "properties": {
                "seats": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 9 } },
                "note": { "type": "string", "nullable": true },
                "channel": { "type": "string", "enum": ["web", "door"] },
                "place": { "$ref": "#/components/schemas/Place" } } },
            "Place": { "oneOf": [{ "$ref": "#/components/schemas/Seat" }, { "$ref": "#/components/schemas/Area" }] },
            "Seat": { "type": "object", "properties": {} },
            "Area": { "type": "object", "properties": {} },
            "Hold": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string" }, "note": { "type": "string" }, "placed_at": { "type": "string", "format": "date-time" },
                "object": { "type": "string", "enum": ["hold"] },
                "within": { "$ref": "#/components/schemas/Hold" } } }
        } }
    })
}

const POST: &str = "/paths/~1v1~1holds~1{id}/post";
const ASK: &str = "/components/schemas/HoldCreate";
const ANSWER: &str = "/components/schemas/Hold";

/// What breaks when the value at `pointer` becomes `value`; null removes it.
fn after(pointer: &str, value: Value) -> Vec<String> {
    let mut new = document();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    let parent = new.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(map), Value::Null) => drop(map.remove(&key).expect("something to remove")),
        (Value::Object(map), value) => drop(map.insert(key, value)),
        (Value::Array(list), Value::Null) => drop(list.remove(key.parse().unwrap())),
        (Value::Array(list), value) if key == "-" => list.push(value),
        (Value::Array(list), value) => list[key.parse::<usize>().unwrap()] = value,
        _ => panic!("no container at {pointer}"),
    }
    breaking(&document(), &new)
}

#[track_caller]
fn breaks(pointer: &str, value: Value, because: &str) {
    let found = after(pointer, value);
    assert!(found.iter().any(|line| line.contains(because)), "{because:?} not in {found:?}");
}

#[track_caller]
fn allowed(pointer: &str, value: Value) {
    assert_eq!(after(pointer, value), Vec::<String>::new());
}

#[test]
fn the_same_document_breaks_nothing() {
    assert!(breaking(&document(), &document()).is_empty());
}

#[test]
fn an_operation_stays() {
    breaks("/paths/~1v1~1holds~1{id}", Value::Null, "the operation is gone");
    breaks("/paths/~1v1~1holds~1{id}/get", Value::Null, "GET /v1/holds/{id}: the operation is gone");
    allowed("/paths/~1v1~1more", json!({ "get": {} }));
}

#[test]
fn an_operation_keeps_its_name_and_tag() {
    breaks(&format!("{POST}/operationId"), json!("hold_place"), "the operationId was hold_create");
    breaks(&format!("{POST}/tags"), json!(["Seats"]), "the tag changed");
}

#[test]
fn a_parameter_stays_where_it_is() {
    breaks(&format!("{POST}/parameters/1"), Value::Null, "parameter limit: is gone");
    breaks(&format!("{POST}/parameters/1/in"), json!("header"), "moved from query to header");
}

#[test]
fn a_parameter_is_never_newly_required() {
    breaks(&format!("{POST}/parameters/1/required"), json!(true), "is now required");
    breaks(
        &format!("{POST}/parameters/-"),
        json!({ "name": "x", "in": "query", "required": true }),
        "is new and required",
    );
    allowed(&format!("{POST}/parameters/-"), json!({ "name": "x", "in": "query", "required": false }));
}

#[test]
fn a_parameter_takes_what_it_took() {
    breaks(&format!("{POST}/parameters/1/schema/maximum"), json!(50), "maximum is now 50");
    breaks(&format!("{POST}/parameters/1/schema/minimum"), json!(2), "minimum is now 2");
    breaks(&format!("{POST}/parameters/1/schema/type"), json!("string"), "the type was");
    breaks(&format!("{POST}/parameters/1/schema/default"), json!(10), "the default was 20 and is 10");
    breaks(&format!("{POST}/parameters/0/schema/pattern"), json!("^x$"), "another pattern");
    allowed(&format!("{POST}/parameters/1/schema/maximum"), json!(200));
}

#[test]
fn a_request_field_stays_and_stays_optional() {
    breaks(&format!("{ASK}/properties/note"), Value::Null, "body.note: the field is gone");
    breaks(&format!("{ASK}/required"), json!(["seats", "note"]), "body.note: is now required");
    allowed(&format!("{ASK}/properties/more"), json!({ "type": "string" }));
    allowed(&format!("{ASK}/required"), json!([]));
}

#[test]
fn a_request_is_never_tightened() {
    breaks(&format!("{ASK}/properties/seats/maxItems"), json!(10), "body.seats: maxItems is now 10");
    breaks(&format!("{ASK}/properties/seats/items/maxLength"), json!(3), "body.seats[]: maxLength is now 3");
    breaks(&format!("{ASK}/properties/seats/minItems"), json!(1), "minItems is now 1");
    breaks(&format!("{ASK}/properties/seats/uniqueItems"), json!(true), "uniqueItems is new");
    breaks("/components/schemas/Seat/additionalProperties", json!(false), "unknown fields are no longer taken");
    allowed(&format!("{ASK}/properties/seats/maxItems"), json!(30));
    allowed(&format!("{ASK}/properties/seats/maxItems"), Value::Null);
}

#[test]
fn a_request_value_stays_welcome() {
    breaks(&format!("{ASK}/properties/channel/enum"), json!(["web"]), "the value \"door\" is no longer taken");
    breaks(&format!("{ASK}/properties/note/enum"), json!(["a"]), "takes only certain values now");
    breaks(&format!("{ASK}/properties/note/nullable"), Value::Null, "null is no longer taken");
    breaks("/components/schemas/Place/oneOf/1", Value::Null, "Area is no longer taken");
    allowed(&format!("{ASK}/properties/channel/enum"), json!(["web", "door", "post"]));
    allowed(&format!("{ASK}/properties/channel/nullable"), json!(true));
}

#[test]
fn a_body_stays_optional_and_in_its_media_types() {
    breaks(&format!("{POST}/requestBody/required"), json!(true), "body: is now required");
    breaks(&format!("{POST}/requestBody"), Value::Null, "body: is gone");
    breaks(&format!("{POST}/requestBody/content/application~1merge-patch+json"), Value::Null, "is no longer read");
    breaks(
        "/paths/~1v1~1holds~1{id}/get/requestBody",
        json!({ "required": true, "content": {} }),
        "is new and required",
    );
}

#[test]
fn an_answer_keeps_its_status_media_type_and_headers() {
    breaks(&format!("{POST}/responses/204"), Value::Null, "204: the status is gone");
    breaks(&format!("{POST}/responses/200/content/application~1json"), Value::Null, "is no longer answered");
    breaks(&format!("{POST}/responses/200/headers/ETag"), Value::Null, "the header ETag is gone");
    allowed(&format!("{POST}/responses/202"), json!({ "description": "" }));
}

#[test]
fn an_answered_field_stays_and_stays_certain() {
    breaks(&format!("{ANSWER}/properties/note"), Value::Null, "200.note: the field is gone");
    breaks(&format!("{ANSWER}/required"), json!([]), "200.id: may now be missing");
    breaks(&format!("{ANSWER}/properties/note/type"), json!("integer"), "the type was");
    breaks(&format!("{ANSWER}/properties/placed_at/format"), json!("date"), "the format was");
    breaks(&format!("{ANSWER}/properties/note/nullable"), json!(true), "may now be null");
    allowed(&format!("{ANSWER}/properties/more"), json!({ "type": "string" }));
    allowed(&format!("{ANSWER}/required"), json!(["id", "note"]));
}

#[test]
fn a_closed_list_of_answers_never_grows_and_an_open_one_may() {
    breaks(&format!("{ANSWER}/properties/object/enum"), json!(["hold", "held"]), "has the new value \"held\"");
    breaks(&format!("{ANSWER}/properties/object/enum"), Value::Null, "the closed list of values is gone");
    allowed(&format!("{ANSWER}/properties/note/x-extensible-enum"), json!(["a"]));
}

#[test]
fn no_door_is_shut() {
    breaks(&format!("{POST}/security"), json!([{ "secretKey": [] }]), "no longer opens to staffSession");
    breaks(
        "/paths/~1v1~1holds~1{id}/get/security",
        json!([{ "secretKey": [] }]),
        "was public and asks for a credential",
    );
    breaks(&format!("{POST}/x-permission"), json!("hold.manage"), "the permission was hold.create and is hold.manage");
    breaks(&format!("{POST}/x-publishable"), Value::Null, "no longer opens to a browser's key");
    allowed(&format!("{POST}/security/-"), json!({ "deviceKey": [] }));
}

#[test]
fn names_that_programs_know_stay() {
    breaks("/components/schemas/Seat", Value::Null, "the schema Seat is gone or renamed");
    breaks("/x-problem-codes/1", Value::Null, "the problem code late is gone");
    breaks("/x-webhooks/hold.placed", Value::Null, "the event type hold.placed is gone");
    allowed("/x-problem-codes/-", json!({ "code": "more", "status": 409 }));
    allowed("/x-webhooks/hold.gone", json!({}));
}

#[test]
fn what_an_event_carries_is_an_answer() {
    let found = after(&format!("{ANSWER}/properties/note"), Value::Null);
    assert!(found.contains(&"event hold.placed.note: the field is gone".to_owned()), "{found:?}");
}
