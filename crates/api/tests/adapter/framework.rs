//! What the framework really emits, through the pipeline, against what the framework really parses: a change of its
//! version that changes either shows here.
#![allow(dead_code, reason = "the framework reads what is declared")]

use document::{Facts, lint, normalise, to_3_1};
use poem_openapi::{
    Enum, Object, OpenApi, OpenApiService, Tags, Union,
    param::{Path, Query},
    payload::Json,
    types::{MaybeUndefined, ParseFromJSON},
};
use serde_json::{Value, json};

#[derive(Tags)]
enum Tag {
    /// Halls.
    Halls,
}

/// Where a hold stands.
#[derive(Debug, Enum, Clone, Copy)]
#[oai(rename_all = "snake_case")]
enum State {
    Held,
    Released,
}

/// A seat by its place.
#[derive(Debug, Object)]
struct Seat {
    /// Counted from the stage.
    row: u16,
}

/// A number of places.
#[derive(Debug, Object)]
struct Pool {
    #[oai(validator(minimum(value = "1"), maximum(value = "9")))]
    quantity: i32,
}

/// What to hold.
#[derive(Debug, Union)]
#[oai(discriminator_name = "type", one_of = true)]
enum Place {
    #[oai(mapping = "seat")]
    Seat(Seat),
    #[oai(mapping = "pool")]
    Pool(Pool),
}

/// Ask for a hold.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct HoldRequest {
    #[oai(validator(max_items = 3))]
    places: Vec<Place>,
    state: Option<State>,
    on: Option<time::Date>,
}

/// Change a hold.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct HoldUpdate {
    #[oai(nullable, validator(max_length = 5))]
    note: MaybeUndefined<String>,
    /// Where it should stand.
    #[oai(nullable)]
    state: MaybeUndefined<State>,
}

/// A hold.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Hold {
    amount: i64,
    /// Where it stands.
    state: State,
    note: Option<String>,
}

struct Halls;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Halls")]
impl Halls {
    /// Hold.
    ///
    /// Holds.
    #[oai(path = "/spots", method = "post", operation_id = "spot_create")]
    async fn create(&self, _body: Json<HoldRequest>) -> Json<Hold> {
        unreachable!()
    }

    /// Change.
    ///
    /// Changes.
    #[oai(path = "/spots/:id", method = "patch", operation_id = "spot_update")]
    async fn update(
        &self,
        #[oai(validator(max_length = 60))] id: Path<String>,
        state: Query<Option<State>>,
        body: Json<HoldUpdate>,
    ) -> Json<Hold> {
        let _ = (id, state, body);
        unreachable!()
    }
}

fn document() -> Value {
    normalise(&OpenApiService::new(Halls, "halls", "1").spec(), &Facts::default()).unwrap()
}

fn judge(component: &str, value: &Value) -> bool {
    let twin = to_3_1(&document());
    let schema = json!({ "$ref": format!("#/components/schemas/{component}"), "components": twin["components"] });
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap().is_valid(value)
}

/// The schema and the parser agree on this request.
#[track_caller]
fn agree<T: ParseFromJSON>(value: Value, good: bool) {
    assert_eq!(judge(&T::name(), &value), good, "the schema on {value}");
    assert_eq!(T::parse_from_json(Some(value.clone())).is_ok(), good, "the parser on {value}");
}

#[test]
fn what_the_framework_emits_passes_the_house_rules() {
    assert_eq!(lint(&document()), Vec::<String>::new());
}

#[test]
fn a_tagged_union_is_read_as_published() {
    agree::<HoldRequest>(json!({ "places": [{ "type": "seat", "row": 3 }, { "type": "pool", "quantity": 2 }] }), true);
    agree::<HoldRequest>(json!({ "places": [{ "type": "gate" }] }), false);
    agree::<HoldRequest>(json!({ "places": [{ "type": "seat", "row": 70_000 }] }), false);
    agree::<HoldRequest>(json!({ "places": [{ "type": "pool", "quantity": 10 }] }), false);
    // the framework lets an unknown field of a member pass; the schema, which is asked first, does not
    assert!(!judge("HoldRequest", &json!({ "places": [{ "type": "seat", "row": 3, "more": 1 }] })));
}

#[test]
fn requests_are_closed_and_bounded_as_published() {
    agree::<HoldRequest>(json!({ "places": [], "on": "2026-11-22", "state": "held" }), true);
    agree::<HoldRequest>(json!({ "places": [], "more": 1 }), false);
    agree::<HoldRequest>(json!({ "places": [], "on": "2026-02-30" }), false);
    agree::<HoldRequest>(json!({ "places": [], "state": "sold" }), false);
    let four: Vec<Value> = (0..4).map(|_| json!({ "type": "pool", "quantity": 1 })).collect();
    agree::<HoldRequest>(json!({ "places": four }), false);
}

#[test]
fn null_clears_where_the_schema_says_so() {
    agree::<HoldUpdate>(json!({}), true);
    agree::<HoldUpdate>(json!({ "note": null, "state": null }), true);
    agree::<HoldUpdate>(json!({ "note": "abc", "state": "released" }), true);
    agree::<HoldUpdate>(json!({ "note": "abcdef" }), false);
    agree::<HoldUpdate>(json!({ "state": "sold" }), false);
}

#[test]
fn answers_are_open() {
    assert!(judge("Hold", &json!({ "amount": 1, "state": "a value of next year", "more": true })));
    assert!(!judge("Hold", &json!({ "amount": 1, "state": "held", "note": null })));
}
