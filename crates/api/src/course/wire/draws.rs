//! Draws: plain translations.

use ::course::draw;
use contract::course::draw::{Draw, DrawProof, DrawRehearsal, DrawRules, DrawState};
use db::Fault;
use poem_openapi::types::ParseFromJSON;

fn state(text: &str) -> DrawState {
    match text {
        "frozen" => DrawState::Frozen,
        "published" => DrawState::Published,
        "voided" => DrawState::Voided,
        _ => DrawState::Committed,
    }
}

fn count(many: usize) -> i32 {
    i32::try_from(many).unwrap_or(i32::MAX)
}

/// How many take part is for the `house` alone until the proof is published: few of them would tell of somebody.
///
/// # Errors
/// A fault when what is kept is no draw of places.
pub fn draw(one: &draw::Draw, house: bool) -> Result<Draw, Fault> {
    let rules = DrawRules::parse_from_json(Some(one.rules.clone()));
    let entries = one.entries.as_ref().filter(|_| house || one.published_at.is_some());
    let entries = entries.and_then(serde_json::Value::as_array).map(Vec::len);
    Ok(Draw {
        id: one.id.into(),
        class: one.class_id.into(),
        window: one.window_id.into(),
        state: state(&one.state),
        rules: rules.map_err(|_| Fault::Unexpected("the rules of a draw can be told"))?,
        rules_hash: one.rules_hash.clone(),
        commitment: one.commitment.clone(),
        entries_hash: one.entries_hash.clone(),
        entries: entries.map(count),
        capacity: one.capacity,
        reason: one.reason.clone(),
        committed_at: one.committed_at.into(),
        frozen_at: one.frozen_at.map(Into::into),
        published_at: one.published_at.map(Into::into),
        version: one.version,
    })
}

/// # Errors
/// A fault when what is kept is no proof of places.
pub fn proof(kept: serde_json::Value) -> Result<DrawProof, Fault> {
    DrawProof::parse_from_json(Some(kept)).map_err(|_| Fault::Unexpected("the proof of a draw can be told"))
}

pub fn rehearsal(one: draw::Rehearsal) -> DrawRehearsal {
    DrawRehearsal {
        entries: count(one.entries),
        seated: count(one.seated),
        standby: count(one.standby),
        lost: count(one.lost),
    }
}
