//! Permissions travel through the framework as pseudo security schemes, because that is the one place where an
//! extractor may declare something about its operation. Here they become what they mean.

use crate::Fault;
use crate::walk::operations_mut;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const PERMISSION: &str = "permission=";

/// Verbs that send a body and change nothing. Everything else that is not a GET leaves a line in the journal.
const ASKING: [&str; 5] = ["check", "preview", "quote", "search", "verify"];

/// Who may knock, in words for a document whose code has none. All carry their credential as `Authorization: Bearer`.
const SCHEMES: [(&str, &str); 6] = [
    ("deviceKey", "A gate or till of one tenant: `dev_…`."),
    ("operatorSession", "One of us, signed in, on the operators' own listener alone: `ops_…`."),
    ("patronSession", "A registered patron, signed in: `pts_…`."),
    (
        "publishableKey",
        "A key that may be shown in a browser: `pk_live_…` or `pk_test_…`; the Origin must be on its list.",
    ),
    ("secretKey", "A key of a contractor's server: `sk_live_…` or `sk_test_…`. Never in a browser."),
    ("staffSession", "A tenant's staff, signed in with an issued ID and password: `ses_…`."),
];

/// Replaces the pseudo schemes of every operation by `x-permission`, `x-publishable` and `x-journalled`, and leaves
/// the real ones as alternatives. What changes something is journalled whether or not it says so.
pub fn move_to_extensions(document: &mut Value, faults: &mut Vec<Fault>) {
    let mut used = BTreeSet::new();
    operations_mut(document, |path, method, operation| {
        let said = Said::of(operation);
        if let Some(what) = said.fault() {
            faults.push(Fault::new(format!("{} {path}", method.to_uppercase()), what));
        }
        used.extend(said.schemes.iter().cloned());
        said.write(method, operation);
    });
    define(document, used);
}

#[derive(Default)]
struct Said {
    permissions: BTreeSet<String>,
    publishable: bool,
    journalled: bool,
    schemes: BTreeSet<String>,
}

impl Said {
    fn of(operation: &Map<String, Value>) -> Self {
        let mut said = Self::default();
        let alternatives = operation.get("security").and_then(Value::as_array).into_iter().flatten();
        for name in alternatives.filter_map(Value::as_object).flat_map(Map::keys) {
            match (name.strip_prefix(PERMISSION), name.as_str()) {
                (Some(permission), _) => drop(said.permissions.insert(permission.to_owned())),
                (None, "publishable") => said.publishable = true,
                (None, "journalled") => said.journalled = true,
                (None, scheme) => drop(said.schemes.insert(scheme.to_owned())),
            }
        }
        said
    }

    fn fault(&self) -> Option<String> {
        let unknown = self.schemes.iter().find(|name| !SCHEMES.iter().any(|(known, _)| known == name));
        match (self.permissions.len(), unknown) {
            (_, Some(name)) => Some(format!("names the unknown security scheme {name}")),
            (0, None) if !self.schemes.is_empty() => {
                Some("asks for a credential and declares no permission".to_owned())
            }
            (1, None) if self.schemes.is_empty() && !self.permissions.contains("public") => {
                Some("declares a permission and no credential that could carry it".to_owned())
            }
            (0 | 1, None) => None,
            (_, None) => Some(format!("declares more than one permission: {:?}", self.permissions)),
        }
    }

    fn write(self, method: &str, operation: &mut Map<String, Value>) {
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
        let asks = ASKING.iter().any(|verb| id.rsplit('_').next() == Some(verb));
        let journalled = self.journalled || (!asks && !matches!(method, "get" | "head" | "options"));
        let permission = self.permissions.into_iter().next().unwrap_or_else(|| "public".to_owned());
        operation.insert("x-permission".into(), permission.into());
        for (key, said) in [("x-publishable", self.publishable), ("x-journalled", journalled)] {
            if said {
                operation.insert(key.into(), true.into());
            }
        }
        let alternatives: Vec<Value> = self.schemes.into_iter().map(|name| json!({ name: [] })).collect();
        operation.insert("security".into(), alternatives.into());
    }
}

fn define(document: &mut Value, used: BTreeSet<String>) {
    let Some(root) = document.as_object_mut() else { return };
    let components = root.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return };
    let said = components.remove("securitySchemes").unwrap_or_default();
    let schemes: Map<String, Value> = SCHEMES
        .into_iter()
        .filter(|(name, _)| used.contains(*name))
        .map(|(name, what)| {
            let what =
                said.get(name).and_then(|scheme| scheme.get("description")).and_then(Value::as_str).unwrap_or(what);
            (name.into(), json!({ "type": "http", "scheme": "bearer", "description": what }))
        })
        .collect();
    components.insert("securitySchemes".into(), schemes.into());
}
