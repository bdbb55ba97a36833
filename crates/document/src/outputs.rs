//! The committed files under `openapi/`, and whether they still say what the code says.

use crate::{Facts, Fault, lists, normalise, render, to_3_1};
use serde_json::Value;
use std::path::Path;
use std::{fs, io};

/// Everything the pipeline writes.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// The canonical document, OpenAPI 3.0.3.
    pub v1: Value,
    /// The derived document, OpenAPI 3.1, with webhooks.
    pub v1_3_1: Value,
    pub operations: String,
    pub problems: String,
}

/// A committed file that differs from the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale(pub String);

impl Outputs {
    pub fn of(raw: &str, facts: &Facts) -> Result<Self, Vec<Fault>> {
        let v1 = normalise(raw, facts)?;
        Ok(Self {
            v1_3_1: to_3_1(&v1),
            operations: lists::operations_txt(&v1),
            problems: lists::problems_txt(&facts.problems),
            v1,
        })
    }

    /// File name under `openapi/` and its bytes.
    pub fn files(&self) -> [(&'static str, String); 4] {
        [
            ("operations.txt", self.operations.clone()),
            ("problems.txt", self.problems.clone()),
            ("v1-3.1.json", render(&self.v1_3_1)),
            ("v1.json", render(&self.v1)),
        ]
    }

    pub fn write(&self, folder: &Path) -> io::Result<()> {
        self.files().into_iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
    }

    /// The files of a folder that are not byte for byte what [`Outputs::write`] would put there.
    pub fn stale(&self, folder: &Path) -> Vec<Stale> {
        let differs = |name: &str, text: &str| fs::read_to_string(folder.join(name)).ok().as_deref() != Some(text);
        self.files()
            .into_iter()
            .filter(|(name, text)| differs(name, text))
            .map(|(name, _)| Stale(name.into()))
            .collect()
    }
}
