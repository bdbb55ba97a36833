//! Codes are names in somebody else's program.

use std::collections::BTreeMap;

#[test]
fn a_code_means_one_thing() {
    let mut meanings: BTreeMap<&str, &kernel::Rule> = BTreeMap::new();
    for rule in api::rules::every() {
        if let Some(other) = meanings.insert(rule.code, rule) {
            let meaning = |rule: &kernel::Rule| (rule.kind, rule.en, rule.ja);
            assert_eq!(meaning(other), meaning(rule), "{} means two things", rule.code);
        }
    }
    assert!(meanings.len() > 20);
}

#[test]
fn every_rule_speaks_both_languages_in_whole_sentences() {
    for rule in api::rules::all() {
        assert!(rule.en.ends_with('.') && rule.en.is_ascii(), "{}: {}", rule.code, rule.en);
        assert!(rule.ja.ends_with('。') && !rule.ja.is_ascii(), "{}: {}", rule.code, rule.ja);
    }
}
