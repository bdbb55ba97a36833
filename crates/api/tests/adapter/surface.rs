//! Which operation a path means, and what is wrong with a request.

use api::surface::{Found, Surface};
use poem::http::Method;
use serde_json::json;

fn surface() -> Surface {
    let operation = |id: &str| json!({ "operationId": id, "responses": {} });
    let document = json!({ "paths": {
        "/v1/things/notices": { "post": operation("thing_notice_receive") },
        "/v1/things/{id}": { "get": operation("thing_view"), "patch": operation("thing_update") },
    }, "components": { "schemas": {
        "Thing": { "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": false },
    } } });
    Surface::new(document.clone(), document)
}

#[test]
fn a_fixed_segment_stands_before_a_named_one() {
    let surface = surface();
    assert!(matches!(surface.find(&Method::GET, "/v1/things/notices"), Found::OtherMethods(m) if m == [Method::POST]));
    assert!(
        matches!(surface.find(&Method::POST, "/v1/things/notices"), Found::Operation(o, _) if o.id == "thing_notice_receive")
    );
    assert!(matches!(surface.find(&Method::HEAD, "/v1/things/1"), Found::Operation(o, _) if o.id == "thing_view"));
    assert!(matches!(surface.find(&Method::POST, "/v1/things/1"), Found::OtherMethods(m) if m.len() == 2));
    assert!(matches!(surface.find(&Method::GET, "/v1/other/1"), Found::Nothing));
}

#[test]
fn a_parameter_that_nobody_knows_is_told_once_and_of_many_a_hundred() {
    let surface = surface();
    let Found::Operation(view, _) = surface.find(&Method::GET, "/v1/things/1") else { panic!("an operation") };
    let faults = |names: &[String]| {
        let query: Vec<_> = names.iter().map(|name| (name.clone(), String::new())).collect();
        view.parameter_faults(&[], &query, |_| None).0
    };
    let twice = faults(&["b".to_owned(), "a".to_owned(), "b".to_owned()]);
    let told: Vec<_> = twice.iter().map(|one| (one.parameter.as_deref().unwrap(), one.code.as_str())).collect();
    assert_eq!(told, [("a", "unknown_parameter"), ("b", "unknown_parameter")]);
    let many: Vec<String> = (0..4_000).map(|number| number.to_string()).collect();
    assert_eq!(faults(&many).len(), 100);
}

#[test]
fn a_field_is_pointed_at_whatever_it_is_called() {
    let found = surface().body_faults("Thing", &json!({ "a/b~c": 1 }));
    assert_eq!(found[0].pointer.as_deref(), Some("#/a~1b~0c"));
}
