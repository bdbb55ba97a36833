use super::lint;
use serde_json::{Value, json};

fn document() -> Value {
    let problem = json!({ "description": "", "content": { "application/problem+json": { "schema": {} } } });
    json!({
        "paths": {
            "/v1/ticket/orders": {
                "post": {
                    "operationId": "ticket_order_create", "tags": ["Ticket"], "summary": "Order.", "description": "Orders.", "x-permission": "ticket.order.create",
                    "parameters": [{ "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string", "maxLength": 255 } }],
                    "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/OrderRequest" } } } },
                    "responses": { "201": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } }, "4XX": problem, "5XX": problem }
                },
                "get": {
                    "operationId": "ticket_order_list", "tags": ["Ticket"], "summary": "List.", "description": "Lists.", "x-permission": "ticket.order.view",
                    "parameters": [{ "name": "limit", "in": "query", "schema": {} }, { "name": "cursor", "in": "query", "schema": {} }],
                    "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Page" } } } }, "4XX": problem, "5XX": problem }
                }
            }
        },
        "components": { "schemas": {
            "OrderRequest": { "type": "object", "properties": { "lines": { "type": "array", "maxItems": 9, "items": { "type": "string", "maxLength": 40 } }, "note": { "type": "string", "maxLength": 200, "nullable": true } } },
            "Order": { "type": "object", "properties": {
                "placed_at": { "type": "string", "format": "date-time" }, "due_on": { "type": "string", "format": "date" },
                "total_amount": { "type": "integer" }, "tax_rate": { "type": "string" } } },
            "Page": { "type": "object", "properties": { "data": { "type": "array", "items": { "$ref": "#/components/schemas/Order" } }, "next_cursor": { "type": "string" } } }
        } }
    })
}

const POST: &str = "/paths/~1v1~1ticket~1orders/post";
const GET: &str = "/paths/~1v1~1ticket~1orders/get";
const ORDER: &str = "/components/schemas/Order/properties";

/// The one finding when `key` below `pointer` becomes `value`; null removes it.
#[track_caller]
fn finds(pointer: &str, key: &str, value: Value, because: &str) {
    let mut document = document();
    match document.pointer_mut(pointer).expect("the place to change") {
        Value::Object(map) if value.is_null() => drop(map.remove(key).expect("something to remove")),
        Value::Object(map) => drop(map.insert(key.to_owned(), value)),
        Value::Array(list) => drop(list.remove(key.parse().unwrap())),
        _ => panic!("no container at {pointer}"),
    }
    let found = lint(&document);
    assert!(found.iter().any(|line| line.contains(because)), "{because:?} not in {found:?}");
}

#[test]
fn a_good_document_has_no_findings() {
    assert_eq!(lint(&document()), Vec::<String>::new());
}

#[test]
fn operation_ids_name_service_noun_and_verb_once() {
    finds(POST, "operationId", json!("createOrder"), "not domain_noun_verb");
    finds(POST, "operationId", json!("ticket_order"), "not domain_noun_verb");
    finds(POST, "operationId", json!("venue_order_create"), "does not begin with ticket_");
    finds(POST, "operationId", json!("ticket_order_list"), "is also that of");
}

#[test]
fn operations_have_one_tag_and_words() {
    finds(POST, "tags", json!(["A", "B"]), "exactly one tag");
    finds(POST, "tags", json!([]), "exactly one tag");
    finds(POST, "summary", json!("Order"), "full stop");
    finds(POST, "summary", Value::Null, "has no summary");
    finds(POST, "description", json!(""), "has no description");
}

#[test]
fn lists_are_paged() {
    finds(&format!("{GET}/parameters"), "0", Value::Null, "without the query parameter limit");
    finds(&format!("{GET}/parameters"), "1", Value::Null, "without the query parameter cursor");
    finds("/components/schemas/Page/properties", "next_cursor", Value::Null, "does not answer a page");
}

#[test]
fn one_thing_is_shown_with_its_version() {
    finds("/components/schemas/Page/properties", "data", Value::Null, "does not say its version");
    let mut document = document();
    document["components"]["schemas"]["Page"]["properties"] = json!({});
    document["paths"]["/v1/ticket/orders"]["get"]["responses"]["200"]["headers"] = json!({ "ETag": {} });
    assert!(!lint(&document).iter().any(|line| line.contains("does not say its version")));
}

#[test]
fn what_moves_stock_or_money_is_repeatable() {
    finds(&format!("{POST}/parameters/0"), "required", json!(false), "does not require Idempotency-Key");
    finds(&format!("{POST}/parameters"), "0", Value::Null, "does not require Idempotency-Key");

    let optional = |method: &str, permission: &str, journalled: bool| {
        let mut document = document();
        let path = &mut document["paths"]["/v1/ticket/orders"];
        let mut operation = path["post"].take();
        operation["operationId"] = json!("ticket_order_return");
        operation["x-permission"] = json!(permission);
        operation["x-journalled"] = json!(journalled);
        operation["parameters"][0]["required"] = json!(false);
        path.as_object_mut().unwrap().remove("post");
        path[method] = operation;
        lint(&document).iter().any(|line| line.contains("does not require Idempotency-Key"))
    };
    for method in ["post", "put", "patch"] {
        assert!(optional(method, "venue.hire.decide", true), "{method} with a permission to move something");
        assert!(!optional(method, "venue.hire.decide", false), "{method} that leaves nothing behind");
        assert!(!optional(method, "venue.room.update", true), "{method} that moves nothing");
    }
    assert!(!optional("delete", "venue.hire.decide", true));
}

#[test]
fn every_operation_declares_its_permission() {
    finds(POST, "x-permission", Value::Null, "declares no x-permission");
}

#[test]
fn every_operation_says_how_it_refuses_and_succeeds() {
    finds(&format!("{POST}/responses"), "4XX", Value::Null, "(4XX)");
    finds(
        &format!("{POST}/responses"),
        "5XX",
        json!({ "content": { "text/plain": {} } }),
        "5XX is not application/problem+json",
    );
    finds(&format!("{POST}/responses"), "201", Value::Null, "has no success");
    finds(
        &format!("{GET}/responses/200/content"),
        "application/json; charset=utf-8",
        json!({}),
        "media type with parameters",
    );
}

#[test]
fn money_is_an_integer_and_nothing_is_a_float() {
    finds(&format!("{ORDER}/total_amount"), "type", json!("number"), "a number that is not an integer");
    finds(&format!("{ORDER}/total_amount"), "type", json!("string"), "money is an integer of yen");
}

#[test]
fn names_say_what_they_hold() {
    finds(ORDER, "totalAmount", json!({}), "not snake_case");
    finds(&format!("{ORDER}/placed_at"), "format", json!("date"), "is not of format date-time");
    finds(&format!("{ORDER}/due_on"), "format", Value::Null, "is not of format date");
}

#[test]
fn lists_in_requests_are_bounded() {
    finds("/components/schemas/OrderRequest/properties/lines", "maxItems", Value::Null, "without maxItems");
}

#[test]
fn answers_are_never_null() {
    finds(&format!("{ORDER}/due_on"), "nullable", json!(true), "an answer that may be null");
    finds("/components/schemas/OrderRequest/properties/note", "type", Value::Null, "no meaning without a type");
}

#[test]
fn no_two_paths_are_one() {
    finds("/paths", "/v1/ticket/Orders", json!({}), "is the same path as");
    finds("/paths", "/v1/ticket/orders/", json!({}), "ends in a slash");
}
