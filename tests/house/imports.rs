//! Who may import whom (the table of the design), read from `cargo metadata`.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

use crate::root;

/// The crates of ours that each may name as a normal dependency. A crate that is not here may not exist.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("tariff", &["kernel"]),
    ("draw", &["kernel"]),
    ("document", &[]),
    ("db", &["kernel"]),
    ("audit", &["kernel", "db"]),
    ("tenancy", &["kernel", "db", "audit"]),
    ("patron", &["kernel", "db", "audit"]),
    ("billing", &["kernel", "db", "audit", "tariff"]),
    ("notice", &["kernel", "db", "audit"]),
    ("custody", &["kernel", "db", "audit"]),
    ("ticket", &["kernel", "tariff", "draw", "db", "audit"]),
    ("venue", &["kernel", "tariff", "draw", "db", "audit"]),
    ("course", &["kernel", "tariff", "draw", "db", "audit"]),
    ("contract", &["kernel"]),
    (
        "api",
        &[
            "contract", "kernel", "db", "audit", "tenancy", "patron", "billing", "notice", "custody", "ticket",
            "tariff", "venue", "course", "document",
        ],
    ),
    (
        "worker",
        &["kernel", "db", "audit", "tenancy", "patron", "billing", "notice", "custody", "ticket", "venue", "course"],
    ),
    // verifying a journal or a draw is a command of the binary that needs neither adapter nor worker
    ("server", &["api", "worker", "db", "document", "draw", "kernel", "custody", "audit", "tenancy", "notice"]),
    ("testkit", &["kernel", "db", "custody", "tenancy"]),
    (
        "tests",
        &[
            "kernel", "db", "document", "api", "custody", "tenancy", "testkit", "audit", "worker", "ticket", "billing",
            "venue", "course",
        ],
    ),
];

/// What only the edge of the house may name.
const WEB: &[&str] = &["poem", "poem-openapi", "http", "hyper", "hyper-util"];
const MAY_NAME_WEB: &[&str] = &["contract", "api", "server", "tests"];
/// What only those who speak to PostgreSQL may name. `kernel` gives its ids and amounts their column types.
const SQL: &[&str] = &["diesel", "diesel-async", "bb8", "tokio-postgres"];
const MAY_NOT_NAME_SQL: &[&str] = &["tariff", "draw", "contract", "api", "worker"];

fn dependencies() -> Vec<(String, BTreeSet<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap();
        let normal = all.iter().filter(|dependency| dependency["kind"].is_null());
        normal.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect()
    };
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| (package["name"].as_str().unwrap().to_owned(), normal(package))).collect()
}

#[test]
fn each_crate_imports_only_what_the_table_allows() {
    let ours: BTreeSet<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    for (name, dependencies) in dependencies() {
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("the crate {name} is not in the table of imports"));
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} may not import {dependency}");
        }
    }
}

#[test]
fn only_the_edge_knows_http() {
    for (name, dependencies) in dependencies() {
        for word in WEB.iter().filter(|word| dependencies.contains(**word)) {
            assert!(MAY_NAME_WEB.contains(&name.as_str()), "{name} may not know {word}");
        }
    }
}

#[test]
fn neither_the_edge_nor_pure_rules_know_sql() {
    for (name, dependencies) in dependencies() {
        for word in SQL.iter().filter(|word| dependencies.contains(**word)) {
            assert!(!MAY_NOT_NAME_SQL.contains(&name.as_str()), "{name} may not know {word}");
        }
    }
}
