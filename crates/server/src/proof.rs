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
    use draw::{CapacityRules, Entry, Frozen, GroupPolicy, Mode, Rules, Word};

    use super::*;

    fn entry(n: u32) -> Entry {
        let (applicant, id) = (format!("party-{n}"), format!("{n:06}"));
        Entry { applicant, id, tier: 0, wishes: Vec::new(), units: Some(1), splittable: false }
    }

    #[test]
    fn a_true_proof_is_accepted_and_a_changed_one_is_named() {
        let class = CapacityRules {
            capacity: None,
            reserved: Vec::new(),
            group_policy: GroupPolicy::StrictHead,
            seats_per_applicant: None,
            standby: Some(1),
        };
        let rules = Rules { beacon: None, late: false, draw: Mode::Capacity(class) };
        let frozen = Frozen { capacity: Some(2), entries: (1..=5).map(entry).collect() };
        let mut proof = draw::run(rules, frozen, Word([7; 32]), None).unwrap();
        let file = std::env::temp_dir().join(format!("draw-proof-{}.json", std::process::id()));
        let args = VerifyDrawArgs { file: file.clone() };
        let text = serde_json::to_string(&proof).unwrap();
        fs::write(&file, &text).unwrap();
        assert!(verify(&args).is_ok());
        for (one, other) in [
            ("\"id\":\"000003\"", "\"id\":\"000008\""),
            ("\"tier\":0", "\"tier\":1"),
            ("\"units\":1", "\"units\":2"),
            ("\"standby\":1", "\"standby\":2"),
            ("\"capacity\":2", "\"capacity\":3"),
        ] {
            let changed = text.replacen(one, other, 1);
            assert_ne!(changed, text);
            fs::write(&file, changed).unwrap();
            assert!(matches!(verify(&args), Err(Failure::Draw { .. })), "{other}");
        }
        proof.commit = Word([0; 32]);
        fs::write(&file, serde_json::to_string(&proof).unwrap()).unwrap();
        assert!(matches!(verify(&args), Err(Failure::Draw { .. })));
        fs::write(&file, "{}").unwrap();
        assert!(matches!(verify(&args), Err(Failure::DrawUnread { .. })));
        fs::remove_file(&file).unwrap();
    }
}
