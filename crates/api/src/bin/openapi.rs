//! Writes `openapi/` from the code, without server or database.
//!
//! `openapi write` writes (and is what no argument means), `openapi check` compares with the committed files and with the
//! published contract, `openapi print` shows the document. Findings of the house rules fail in every case, after writing,
//! so that the document can be looked at.

use document::{Outputs, broken_promises, lint, render};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let outputs = match Outputs::of(&api::spec::raw(), &api::spec::facts()) {
        Ok(outputs) => outputs,
        Err(faults) => return fail(faults.iter().map(|fault| format!("cannot be published: {fault}"))),
    };
    let root = root();
    let done = match mode.trim_start_matches('-') {
        "" | "write" => write(&outputs, &root.join("openapi")),
        "check" => check(&outputs, &root),
        "print" => {
            print!("{}", render(&outputs.v1));
            Vec::new()
        }
        other => vec![format!("unknown argument {other}: write, check or print")],
    };
    let findings = lint(&outputs.v1);
    if done.is_empty() && findings.is_empty() { ExitCode::SUCCESS } else { fail(done.into_iter().chain(findings)) }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn write(outputs: &Outputs, folder: &Path) -> Vec<String> {
    outputs.write(folder).err().map(|error| format!("{}: {error}", folder.display())).into_iter().collect()
}

fn check(outputs: &Outputs, root: &Path) -> Vec<String> {
    let stale = outputs.stale(&root.join("openapi"));
    let stale = stale.into_iter().map(|file| format!("openapi/{} is stale: make openapi", file.0));
    stale.chain(broken_promises(root, outputs)).collect()
}

fn fail(lines: impl Iterator<Item = String>) -> ExitCode {
    lines.for_each(|line| eprintln!("{line}"));
    ExitCode::FAILURE
}
