//! A day at a hall, request by request: where the contract's examples come from. The tests play it from morning to night, so
//! an example is a request that works.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::Value;

/// Something that happens on the day.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A letter comes to an address; the code in it is called so from here on.
    Mail {
        mail: String,
        gives: String,
    },
    /// Time passes.
    Wait {
        minutes: i64,
    },
    Request(Request),
}

/// A request that goes well.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks: `nobody`, or the name that a credential was given before.
    #[serde(rename = "as")]
    pub who: String,
    #[serde(rename = "do")]
    pub operation: String,
    #[serde(default)]
    pub path: BTreeMap<String, String>,
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    /// A file instead of a body.
    pub csv: Option<String>,
    /// Whether it is signed as the payment provider signs.
    #[serde(default)]
    pub sign: bool,
    /// JSON pointers into the answer, and what later requests call what is found there; `@staff` is a credential.
    #[serde(default)]
    pub gives: BTreeMap<String, String>,
}

/// The day. Empty when the file cannot be read, which a test would say.
pub static DAY: LazyLock<Vec<Step>> =
    LazyLock::new(|| serde_json::from_str(include_str!("day.json")).unwrap_or_default());

/// The first request to each operation that has a body.
pub fn examples() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for step in DAY.iter() {
        if let Step::Request(request) = step
            && let Some(body) = request.body.clone().or_else(|| request.csv.clone().map(Value::String))
        {
            found.entry(request.operation.clone()).or_insert(body);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_day_can_be_read() {
        assert!(serde_json::from_str::<Vec<super::Step>>(include_str!("day.json")).is_ok_and(|day| day.len() > 100));
    }
}
