//! Which operation a path means.

use api::surface::{Found, Surface};
use poem::http::Method;
use serde_json::json;

fn surface() -> Surface {
    let operation = |id: &str| json!({ "operationId": id, "responses": {} });
    let document = json!({ "paths": {
        "/v1/things/notices": { "post": operation("thing_notice_receive") },
        "/v1/things/{id}": { "get": operation("thing_view"), "patch": operation("thing_update") },
    } });
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
