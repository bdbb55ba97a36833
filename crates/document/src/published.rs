//! What was published before: the contract on the branch that this one will be merged into.

use crate::{Outputs, breaking, problems_lost};
use std::path::Path;
use std::process::Command;

/// A file of `openapi/` as it stands in the merge base with `origin/main` (or `main`, or in `HEAD`). Nothing when the
/// base has no such file: then nothing is published yet.
pub fn published(repository: &Path, file: &str) -> Option<String> {
    let base = ["origin/main", "main"].into_iter().find_map(|branch| git(repository, &["merge-base", "HEAD", branch]));
    let base = base.or_else(|| git(repository, &["rev-parse", "HEAD"]))?;
    git(repository, &["show", &format!("{}:openapi/{file}", base.trim())])
}

/// Every promise of the published contract that these outputs break, but for those that a line of
/// `openapi/accepted-breaks.txt` takes back on purpose.
pub fn broken_promises(repository: &Path, outputs: &Outputs) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(old) = published(repository, "v1.json") {
        match serde_json::from_str(&old) {
            Ok(old) => found.extend(breaking(&old, &outputs.v1)),
            Err(error) => found.push(format!("the published openapi/v1.json cannot be read: {error}")),
        }
    }
    if let Some(old) = published(repository, "problems.txt") {
        found.extend(problems_lost(&old, &outputs.problems));
    }
    let accepted = std::fs::read_to_string(repository.join("openapi/accepted-breaks.txt")).unwrap_or_default();
    found.retain(|line| !accepted.lines().any(|known| known == line));
    found.dedup();
    found
}

fn git(repository: &Path, args: &[&str]) -> Option<String> {
    let out = Command::new("git").arg("-C").arg(repository).args(args).output().ok()?;
    out.status.success().then(|| String::from_utf8(out.stdout).ok()).flatten()
}
