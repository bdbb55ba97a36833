//! The published contract, from the framework's raw document to the committed bytes. JSON in, JSON out: no server,
//! no database, no framework types.
//!
//! `raw` → [`normalise`] → `openapi/v1.json` → [`to_3_1`] → `openapi/v1-3.1.json`; [`lint`] says what breaks the
//! house rules, [`breaking`] what breaks a client.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod breaking;
mod day;
mod lint;
mod lists;
mod normalise;
mod outputs;
mod published;
mod strict;
mod twin;
mod walk;

pub use breaking::breaking;
pub use day::{DAY, Request, Step, examples};
pub use lint::lint;
pub use lists::{operations_txt, problems_lost, problems_txt};
pub use normalise::normalise;
pub use outputs::{Outputs, Stale};
pub use published::{broken_promises, published};
pub use strict::{NotStrict, parse_strict};
pub use twin::{strict_answers, to_3_1};
pub use walk::resolve;

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

/// What the document needs to know and no handler can say.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Every rule that can refuse a request, in the order of publication.
    pub problems: Vec<PublishedRule>,
    /// A body for each operation that takes one.
    pub examples: BTreeMap<String, Value>,
}

/// One line of the problem catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRule {
    pub code: String,
    pub status: u16,
    /// One English sentence.
    pub sentence: String,
}

/// Something in the raw document that no rule can put right: the code must change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: an operation, a schema, or empty for the document.
    pub at: String,
    pub what: String,
}

impl Fault {
    fn new(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// The document as committed: two spaces, sorted keys, one final newline.
pub fn render(document: &Value) -> String {
    format!("{document:#}\n")
}

/// JSON that cannot end the script it stands in.
pub fn inside_script(document: &Value) -> String {
    document.to_string().replace("</", "<\\/").replace("<!--", "<\\u0021--")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::inside_script;

    #[test]
    fn a_description_cannot_end_the_script() {
        let text = inside_script(&json!({ "description": "</script><!-- <script>" }));
        assert!(!text.contains("</script") && !text.contains("<!--"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["description"], "</script><!-- <script>");
    }
}
