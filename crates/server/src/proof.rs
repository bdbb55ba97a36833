//! `itsudemo verify-draw`.

use std::fs;

use crate::{Failure, cli::VerifyDrawArgs};

/// Draws again from a published proof and prints the hashes to compare with those that were published beforehand.
/// Needs no database, no keys and no network.
///
/// # Errors
/// [`Failure::DrawUnread`] for a file that is no proof; [`Failure::Draw`] names the first thing that does not agree.
pub fn verify(args: &VerifyDrawArgs) -> Result<(), Failure> {
    let file = args.file.display().to_string();
    let text = fs::read_to_string(&args.file).map_err(|source| Failure::File { path: args.file.clone(), source })?;
    let proof: draw::Proof =
        serde_json::from_str(&text).map_err(|source| Failure::DrawUnread { file: file.clone(), source })?;
    let verdict = draw::verify(&proof).map_err(|bad| Failure::Draw { file: file.clone(), bad })?;
    println!("{file}: the result is what the rules, the {} entries and the seed give", verdict.entries);
    println!("It was drawn fairly if these are the values that were published:");
    println!("  before the window opened  commit       {}", verdict.commit);
    println!("                            rules_hash   {}", verdict.rules_hash);
    println!("  when the entries froze    entries_hash {}", verdict.entries_hash);
    if let Some(capacity) = proof.capacity {
        println!("                            capacity     {capacity} (in the entries_hash)");
    }
    if proof.rules.late {
        println!(
            "It was announced when people could apply already: only the public value says that nobody chose the seed."
        );
    }
    if let (Some(source), Some(value)) = (&proof.rules.beacon, &proof.beacon) {
        println!("  by {source}: {value}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use draw::{CapacityRules, Frozen, GroupPolicy, Mode, Rules, Word};

    use super::*;

    #[test]
    fn a_true_proof_is_accepted_and_a_changed_one_is_named() {
        let class = CapacityRules {
            capacity: None,
            reserved: Vec::new(),
            group_policy: GroupPolicy::StrictHead,
            seats_per_applicant: None,
            standby: Some(0),
        };
        let rules = Rules { beacon: None, late: false, draw: Mode::Capacity(class) };
        let mut proof =
            draw::run(rules, Frozen { capacity: Some(1), entries: Vec::new() }, Word([7; 32]), None).unwrap();
        let file = std::env::temp_dir().join(format!("draw-proof-{}.json", std::process::id()));
        let args = VerifyDrawArgs { file: file.clone() };
        fs::write(&file, serde_json::to_string(&proof).unwrap()).unwrap();
        assert!(verify(&args).is_ok());
        proof.commit = Word([0; 32]);
        fs::write(&file, serde_json::to_string(&proof).unwrap()).unwrap();
        assert!(matches!(verify(&args), Err(Failure::Draw { .. })));
        fs::write(&file, "{}").unwrap();
        assert!(matches!(verify(&args), Err(Failure::DrawUnread { .. })));
        fs::remove_file(&file).unwrap();
    }
}
