//! The form of the file, line by line and byte by byte: what does not read back as it would be written is an error.

use std::io::BufRead;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::VerifyingKey;
use kernel::ids::TenantId;
use serde::Deserialize;

use super::{Chain, FirstBad, Report, Why};
use crate::{export, merkle::Hash};

#[derive(Deserialize)]
struct Header {
    journal: String,
    size: u64,
}

#[derive(Deserialize)]
struct CheckpointLine {
    checkpoint: String,
}

pub(super) fn verify(mut file: impl BufRead, keys: &[VerifyingKey], witnesses: &[&str]) -> Result<Report, FirstBad> {
    let mut line = String::new();
    let at_start = |why| FirstBad { seq: 1, why };
    file.read_line(&mut line).map_err(|_| at_start(Why::Unreadable))?;
    let (tenant, size) = header(&line).ok_or_else(|| at_start(Why::Form))?;
    let mut chain = Chain::new(tenant, keys, witnesses)?;
    loop {
        line.clear();
        match file.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) => one(&mut chain, &line)?,
            // text that is no text any more: a changed byte
            Err(_) => return Err(chain.here(Why::Unreadable)),
        }
    }
    if chain.signed() < chain.range.size() {
        return Err(chain.uncovered(Why::Unsigned));
    }
    chain.end(size)
}

fn header(line: &str) -> Option<(TenantId, u64)> {
    let header: Header = serde_json::from_str(line).ok()?;
    let tenant = TenantId::from_uuid(header.journal.strip_prefix("itsudemo/")?.parse().ok()?);
    (export::header(tenant, header.size) == line).then_some((tenant, header.size))
}

fn one(chain: &mut Chain<'_>, line: &str) -> Result<(), FirstBad> {
    if line.starts_with("{\"checkpoint\":") {
        let read: Option<CheckpointLine> = serde_json::from_str(line).ok();
        let note = read.map(|line| line.checkpoint).filter(|note| export::checkpoint_line(note) == line);
        return chain.checkpoint(&note.ok_or_else(|| chain.uncovered(Why::Form))?);
    }
    let (leaf, canonical) = entry(line).ok_or_else(|| chain.here(Why::Form))?;
    chain.entry(canonical, &leaf)
}

fn entry(line: &str) -> Option<(Hash, &str)> {
    let rest = line.strip_prefix("{\"leaf\":\"")?.strip_suffix("}\n")?;
    let (leaf, canonical) = rest.split_once("\",\"entry\":")?;
    Some((STANDARD.decode(leaf).ok()?.try_into().ok()?, canonical))
}
