use crate::{Facts, PublishedRule, lint, normalise};
use serde_json::{Value, json};

const HOLDS: &str = "/paths/~1v1~1ticket~1holds";

/// A raw document as the framework writes it.
fn raw() -> Value {
    json!({
        "openapi": "3.0.0",
        "info": { "title": "itsudemo", "version": "1.0.0" },
        "servers": [],
        "tags": [{ "name": "Ticket" }],
        "webhooks": { "ticket.hold.placed": { "post": { "requestBody": { "required": true, "content": {
            "application/json; charset=utf-8": { "schema": { "$ref": "#/components/schemas/Hold" } } } }, "responses": {} } } },
        "paths": {
            "/v1/ticket/holds": {
                "post": {
                    "tags": ["Ticket"], "summary": "Place a hold.", "description": "Keeps seats.", "operationId": "ticket_hold_create",
                    "security": [{ "secretKey": [] }, { "permission=ticket.hold.create": [] }, { "journalled": [] }, { "publishable": [] }, { "publishableKey": [] }],
                    "parameters": [{ "name": "IDEMPOTENCY-KEY", "in": "header", "required": true, "deprecated": false, "explode": true, "schema": { "type": "string", "maxLength": 255 } }],
                    "requestBody": { "required": true, "content": { "application/json; charset=utf-8": { "schema": { "$ref": "#/components/schemas/HoldRequest" } } } },
                    "responses": {
                        "201": { "description": "", "content": { "application/json; charset=utf-8": { "schema": { "$ref": "#/components/schemas/Hold" } } },
                                 "headers": { "ETAG": { "required": true, "deprecated": false, "schema": { "type": "string" } }, "LOCATION": { "required": true, "deprecated": false, "schema": { "type": "string" } } } },
                        "409": { "description": "", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
                        "default": { "description": "", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } }
                    }
                },
                "get": {
                    "tags": ["Ticket"], "summary": "List holds.", "description": "Newest first.", "operationId": "ticket_hold_list",
                    "security": [{ "staffSession": [], "permission=ticket.hold.view": [] }],
                    "parameters": [
                        { "name": "limit", "in": "query", "required": false, "deprecated": false, "explode": true, "schema": { "type": "integer", "format": "uint32", "minimum": 1.0, "maximum": 100.0 } },
                        { "name": "cursor", "in": "query", "required": false, "deprecated": false, "explode": true, "schema": { "type": "string", "maxLength": 200 } },
                        { "name": "state", "in": "query", "required": false, "deprecated": false, "explode": true, "schema": { "$ref": "#/components/schemas/HoldState" } }
                    ],
                    "responses": { "200": { "description": "A page.", "content": { "application/json; charset=utf-8": { "schema": { "$ref": "#/components/schemas/Page_Hold" } } } } }
                }
            },
            "/v1/time": { "get": { "tags": ["Ticket"], "summary": "Now.", "description": "The clock.", "operationId": "time_view",
                "responses": { "200": { "description": "", "content": {},
                    "headers": { "ETAG": { "required": true, "deprecated": false, "schema": { "type": "string" } } } } } } }
        },
        "components": {
            "securitySchemes": { "secretKey": { "type": "http", "scheme": "bearer" }, "permission=ticket.hold.create": { "type": "http", "scheme": "bearer" } },
            "schemas": {
                "HoldRequest": { "type": "object", "required": ["seats", "performance"], "properties": {
                    "performance": { "type": "string", "maxLength": 40 },
                    "seats": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 40 } },
                    "on": { "type": "string", "format": "naive-date" },
                    "state": { "$ref": "#/components/schemas/HoldState" },
                    "place": { "$ref": "#/components/schemas/Place" },
                    "again": { "nullable": true, "description": "Again.", "allOf": [{ "$ref": "#/components/schemas/HoldState" }, { "nullable": true, "description": "Again." }] },
                    "worth": { "$ref": "#/components/schemas/Worth" },
                    "labels": { "type": "object", "additionalProperties": { "type": "string", "maxLength": 40 } } } },
                "Place": { "type": "object", "oneOf": [{ "$ref": "#/components/schemas/Place_Seat" }], "discriminator": { "propertyName": "type" } },
                "Place_Seat": { "allOf": [
                    { "type": "object", "required": ["type"], "properties": { "type": { "type": "string", "enum": ["seat"] } } },
                    { "$ref": "#/components/schemas/Seat" }] },
                "Seat": { "type": "object", "required": ["row"], "properties": { "row": { "type": "integer", "format": "uint16" } } },
                "Worth": { "type": "object", "oneOf": [{ "type": "boolean" }, { "$ref": "#/components/schemas/HoldState" }] },
                "Hold": { "type": "object", "required": ["id", "amount"], "properties": {
                    "id": { "type": "string" }, "amount": { "type": "integer", "format": "int64", "minimum": 0.0, "maximum": 999999999.0 },
                    "state": { "allOf": [{ "$ref": "#/components/schemas/HoldState" }, { "description": "Where it stands." }], "description": "Where it stands." } } },
                "HoldState": { "type": "string", "enum": ["held", "released"] },
                "Page_Hold": { "type": "object", "required": ["data"], "properties": {
                    "data": { "type": "array", "items": { "$ref": "#/components/schemas/Hold" } }, "next_cursor": { "type": "string" } } },
                "Forgotten": { "type": "object" }
            }
        }
    })
}

fn facts() -> Facts {
    Facts {
        problems: vec![PublishedRule {
            code: "absent".into(),
            status: 404,
            sentence: "There is no such thing.".into(),
        }],
        ..Facts::default()
    }
}

fn normal() -> Value {
    normalise(&raw().to_string(), &facts()).unwrap()
}

#[track_caller]
fn at(document: &Value, pointer: &str) -> Value {
    document.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")).clone()
}

fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut raw = raw();
    change(&mut raw);
    normalise(&raw.to_string(), &facts()).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_normal_document_passes_the_house_rules() {
    assert_eq!(lint(&normal()), Vec::<String>::new());
}

#[test]
fn the_version_is_3_0_3_and_webhooks_stand_aside() {
    let document = normal();
    assert_eq!(at(&document, "/openapi"), "3.0.3");
    assert!(document.get("webhooks").is_none());
    let schema = at(&document, "/x-webhooks/ticket.hold.placed/post/requestBody/content/application~1json/schema");
    assert_eq!(schema, json!({ "$ref": "#/components/schemas/Hold" }));
}

#[test]
fn media_types_have_no_charset_and_headers_their_usual_names() {
    let created = at(&normal(), &format!("{HOLDS}/post/responses/201"));
    assert!(created.pointer("/content/application~1json").is_some());
    let names: Vec<&String> = created["headers"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["ETag", "Location", "RateLimit", "RateLimit-Policy", "X-Request-Id"]);
    assert!(at(&normal(), &format!("{HOLDS}/post/requestBody/content")).get("application/json").is_some());
    assert_eq!(at(&normal(), &format!("{HOLDS}/post/parameters/0/name")), "Idempotency-Key");
}

#[test]
fn pseudo_schemes_become_extensions_and_real_ones_alternatives() {
    let post = at(&normal(), &format!("{HOLDS}/post"));
    assert_eq!(post["x-permission"], "ticket.hold.create");
    assert_eq!((&post["x-journalled"], &post["x-publishable"]), (&json!(true), &json!(true)));
    assert_eq!(post["security"], json!([{ "publishableKey": [] }, { "secretKey": [] }]));
    let get = at(&normal(), &format!("{HOLDS}/get"));
    assert_eq!(
        (&get["x-permission"], &get["security"]),
        (&json!("ticket.hold.view"), &json!([{ "staffSession": [] }]))
    );
    let public = at(&normal(), "/paths/~1v1~1time/get");
    assert_eq!((&public["x-permission"], &public["security"]), (&json!("public"), &json!([])));
    let names: Vec<String> =
        at(&normal(), "/components/securitySchemes").as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["publishableKey", "secretKey", "staffSession"]);
}

#[test]
fn what_changes_something_is_journalled_and_what_only_asks_is_not() {
    let journalled = |id: &str| {
        let mut raw = raw();
        let post = &mut raw.pointer_mut(HOLDS).unwrap()["post"];
        post["operationId"] = id.into();
        post["security"] = json!([{ "secretKey": [], "permission=a.b": [] }]);
        let document = normalise(&raw.to_string(), &facts()).unwrap();
        at(&document, &format!("{HOLDS}/post")).get("x-journalled").is_some()
    };
    assert!(journalled("ticket_hold_create"));
    assert!(!journalled("ticket_hold_quote"));
    assert!(at(&normal(), &format!("{HOLDS}/get")).get("x-journalled").is_none());
}

#[test]
fn every_operation_says_how_it_refuses() {
    let statuses =
        |pointer: &str| -> Vec<String> { at(&normal(), pointer).as_object().unwrap().keys().cloned().collect() };
    let post = statuses(&format!("{HOLDS}/post/responses"));
    assert_eq!(post, ["201", "400", "401", "403", "409", "413", "415", "429", "4XX", "503", "5XX"]);
    assert_eq!(statuses("/paths/~1v1~1time/get/responses"), ["200", "429", "4XX", "503", "5XX"]);
}

#[test]
fn requests_are_closed_and_answers_open() {
    let document = normal();
    assert_eq!(at(&document, "/components/schemas/HoldRequest/additionalProperties"), false);
    assert_eq!(at(&document, "/components/schemas/HoldRequest/properties/labels/additionalProperties/type"), "string");
    assert!(document.pointer("/components/schemas/Hold/additionalProperties").is_none());
}

#[test]
fn a_tagged_member_is_one_closed_object() {
    let document = normal();
    let member = at(&document, "/components/schemas/Place_Seat");
    assert_eq!(member["required"], json!(["row", "type"]));
    assert_eq!(member["additionalProperties"], false);
    assert_eq!(
        member["properties"]["row"],
        json!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": 65535 })
    );
    assert!(document.pointer("/components/schemas/Place/additionalProperties").is_none());
    assert!(document.pointer("/components/schemas/Seat").is_none(), "nobody leads there any more");
}

#[test]
fn a_union_is_an_object_only_when_all_of_its_members_are() {
    let document = normal();
    assert_eq!(at(&document, "/components/schemas/Place/type"), "object");
    assert!(at(&document, "/components/schemas/Worth").get("type").is_none());
}

#[test]
fn formats_and_bounds_are_standard() {
    let document = normal();
    assert_eq!(at(&document, "/components/schemas/HoldRequest/properties/on/format"), "date");
    let limit = at(&document, &format!("{HOLDS}/get/parameters/0"));
    assert_eq!(limit["schema"].to_string(), r#"{"format":"int64","maximum":100,"minimum":1,"type":"integer"}"#);
    assert!(limit.get("deprecated").is_none() && limit.get("explode").is_none() && limit.get("description").is_some());
    assert_eq!(at(&document, "/components/schemas/Hold/properties/amount/maximum").to_string(), "999999999");
}

#[test]
fn a_list_of_values_is_open_in_answers_and_closed_in_requests() {
    let document = normal();
    let state = at(&document, "/components/schemas/HoldState");
    assert!(state.get("enum").is_none());
    assert_eq!(state["x-extensible-enum"], json!(["held", "released"]));
    let closed = json!(["held", "released"]);
    assert_eq!(at(&document, "/components/schemas/HoldRequest/properties/state/enum"), closed);
    assert_eq!(at(&document, &format!("{HOLDS}/get/parameters/2/schema/enum")), closed);
    assert_eq!(
        at(&document, "/components/schemas/Hold/properties/state/allOf"),
        json!([{ "$ref": "#/components/schemas/HoldState" }])
    );
}

#[test]
fn a_nullable_reference_is_written_out() {
    let again = at(&normal(), "/components/schemas/HoldRequest/properties/again");
    assert_eq!(
        again,
        json!({ "type": "string", "nullable": true, "description": "Again.", "enum": ["held", "released", null] })
    );
}

#[test]
fn what_nobody_uses_is_left_out_and_the_catalogue_is_told() {
    let document = normal();
    assert!(document.pointer("/components/schemas/Forgotten").is_none());
    assert!(document.pointer("/components/schemas/Problem").is_some());
    assert_eq!(
        at(&document, "/x-problem-codes/0"),
        json!({ "code": "absent", "status": 404, "description": "There is no such thing." })
    );
}

#[test]
fn the_same_code_gives_the_same_bytes() {
    assert_eq!(crate::render(&normal()), crate::render(&normal()));
    assert!(crate::render(&normal()).ends_with("}\n"));
}

#[test]
fn what_cannot_be_put_right_is_a_fault() {
    assert!(
        normalise(r#"{"paths":{"/a":{},"/a":{}}}"#, &facts()).unwrap_err()[0].what.contains("\"/a\" is said twice")
    );
    let post = |raw: &mut Value, security: Value| raw.pointer_mut(HOLDS).unwrap()["post"]["security"] = security;
    let no_permission = faults(|raw| post(raw, json!([{ "secretKey": [] }])));
    assert_eq!(no_permission, ["POST /v1/ticket/holds: asks for a credential and declares no permission"]);
    let no_credential = faults(|raw| post(raw, json!([{ "permission=a.b": [] }])));
    assert!(no_credential[0].contains("no credential that could carry it"));
    let two = faults(|raw| post(raw, json!([{ "secretKey": [], "permission=a": [], "permission=b": [] }])));
    assert!(two[0].contains("more than one permission"));
    assert!(
        faults(|raw| post(raw, json!([{ "cookie": [], "permission=a": [] }])))[0]
            .contains("unknown security scheme cookie")
    );
    let local = faults(|raw| {
        raw["components"]["schemas"]["Hold"]["properties"]["id"] =
            json!({ "type": "string", "format": "naive-date-time" })
    });
    assert!(local[0].contains("without an offset"));
}
