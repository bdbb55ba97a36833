//! The committed contract and the code say the same, and what was published stays.

use document::{Outputs, broken_promises, lint, published};
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn outputs() -> Outputs {
    Outputs::of(&api::spec::raw(), &api::spec::facts())
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()))
}

#[test]
fn the_committed_contract_is_what_the_code_says() {
    let stale = outputs().stale(&Path::new(ROOT).join("openapi"));
    assert!(stale.is_empty(), "run `make openapi`: {stale:?}");
}

#[test]
fn the_contract_keeps_the_house_rules() {
    let found = lint(&outputs().v1);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_that_was_published_breaks() {
    if published(Path::new(ROOT), "v1.json").is_none() {
        println!("the merge base has no openapi/v1.json: nothing is published yet");
    }
    let found = broken_promises(Path::new(ROOT), &outputs());
    assert!(found.is_empty(), "a break on purpose is a line of openapi/accepted-breaks.txt\n{}", found.join("\n"));
}

#[test]
fn every_published_schema_can_be_enforced() {
    let twin = outputs().v1_3_1;
    let components = twin.get("components").cloned().unwrap_or_default();
    let mut broken = Vec::new();
    let mut judge = |name: String, schema: serde_json::Value| {
        let mut root = schema.as_object().cloned().unwrap_or_default();
        root.insert("components".to_owned(), components.clone());
        if let Err(error) = jsonschema::options().should_validate_formats(true).build(&root.into()) {
            broken.push(format!("{name}: {error}"));
        }
    };
    for name in components.get("schemas").and_then(|all| all.as_object()).into_iter().flatten().map(|(name, _)| name) {
        judge(name.clone(), serde_json::json!({ "$ref": format!("#/components/schemas/{name}") }));
    }
    for (path, item) in twin.get("paths").and_then(|all| all.as_object()).into_iter().flatten() {
        for (verb, operation) in item.as_object().into_iter().flatten() {
            let parameters = operation.get("parameters").and_then(|list| list.as_array()).cloned().unwrap_or_default();
            for schema in parameters.iter().filter_map(|parameter| parameter.get("schema")) {
                judge(format!("{verb} {path}"), schema.clone());
            }
        }
    }
    assert!(broken.is_empty(), "a schema that does not compile is not enforced\n{}", broken.join("\n"));
}
