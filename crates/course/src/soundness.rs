//! Whether rules can be met at all, and where they cannot.

use crate::rule::{ClassRules, Condition, PriceChange, RefundOfKind, Requirement};

/// The kinds a fee can be of.
pub const FEE_KINDS: [&str; 5] = ["tuition", "materials", "insurance", "joining", "other"];

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// A JSON pointer into the rules.
    pub at: String,
    /// `compares_nothing`, `mixes_kinds`, `never_met`, `no_condition`, `unknown_fee`, `kind_twice`, `not_falling`, `too_many_reserved`.
    pub code: &'static str,
}

/// Everything that is wrong with the rules of a class, in their order.
pub fn faults(rules: &ClassRules) -> Vec<RuleFault> {
    let mut found = Vec::new();
    for (at, rule) in rules.eligibility.iter().enumerate() {
        requirements(&format!("/eligibility/{at}"), &rule.requires, &mut found);
    }
    for (at, rule) in rules.prices.iter().enumerate() {
        let here = format!("/prices/{at}");
        requirements(&here, &rule.requires, &mut found);
        if rule.fees.iter().any(|kind| !FEE_KINDS.contains(&kind.as_str())) {
            found.push(RuleFault { at: format!("{here}/fees"), code: "unknown_fee" });
        }
        if matches!(rule.change, PriceChange::Amount(yen) if yen < 0) {
            found.push(RuleFault { at: format!("{here}/change"), code: "never_met" });
        }
    }
    for (at, tier) in rules.tiers.iter().enumerate() {
        requirements(&format!("/tiers/{at}"), &tier.requires, &mut found);
    }
    for (at, step) in rules.refunds.iter().enumerate() {
        kinds(&format!("/refunds/{at}/kinds"), &step.kinds, &mut found);
    }
    // less notice never gives more back of any fee, and each step is for fewer days than the one before
    for (at, pair) in rules.refunds.windows(2).enumerate() {
        if let [earlier, later] = pair
            && (later.days_before >= earlier.days_before
                || FEE_KINDS.iter().any(|kind| later.percent_of(kind) > earlier.percent_of(kind)))
        {
            found.push(RuleFault { at: format!("/refunds/{}", at.saturating_add(1)), code: "not_falling" });
        }
    }
    found
}

fn kinds(at: &str, of: &[RefundOfKind], found: &mut Vec<RuleFault>) {
    for (number, one) in of.iter().enumerate() {
        if !FEE_KINDS.contains(&one.kind.as_str()) {
            found.push(RuleFault { at: format!("{at}/{number}"), code: "unknown_fee" });
        } else if of.iter().take(number).any(|earlier| earlier.kind == one.kind) {
            found.push(RuleFault { at: format!("{at}/{number}"), code: "kind_twice" });
        }
    }
}

fn requirements(at: &str, requires: &[Requirement], found: &mut Vec<RuleFault>) {
    for (of, requirement) in requires.iter().enumerate() {
        let here = format!("{at}/requires/{of}");
        if requirement.any_of.is_empty() {
            found.push(RuleFault { at: here.clone(), code: "no_condition" });
        }
        for (number, condition) in requirement.any_of.iter().enumerate() {
            if let Some(code) = condition_fault(condition) {
                found.push(RuleFault { at: format!("{here}/any_of/{number}"), code });
            }
        }
    }
}

/// What is wrong with one condition, if anything is.
pub fn condition_fault(condition: &Condition) -> Option<&'static str> {
    let numbers = condition.at_least.is_some() || condition.at_most.is_some();
    let asks = [!condition.one_of.is_empty(), condition.is.is_some(), numbers];
    match asks.into_iter().filter(|asked| *asked).count() {
        0 => Some("compares_nothing"),
        1 if condition.at_least.zip(condition.at_most).is_some_and(|(least, most)| least > most) => Some("never_met"),
        1 => None,
        _ => Some("mixes_kinds"),
    }
}

/// Everything that is wrong with requirements that stand alone.
pub fn requirement_faults(requires: &[Requirement]) -> Vec<RuleFault> {
    let mut found = Vec::new();
    requirements("", requires, &mut found);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rule::{Effect, EligibilityRule, RefundStep};

    #[test]
    fn a_condition_compares_exactly_one_kind_of_thing() {
        let age = Condition { fact: "age".into(), at_least: Some(6), ..Condition::default() };
        assert_eq!(condition_fault(&age), None);
        assert_eq!(condition_fault(&Condition { at_most: Some(5), ..age.clone() }), Some("never_met"));
        assert_eq!(condition_fault(&Condition { is: Some(true), ..age.clone() }), Some("mixes_kinds"));
        assert_eq!(condition_fault(&Condition { at_least: None, ..age }), Some("compares_nothing"));
    }

    #[test]
    fn a_fault_says_where_it_is() {
        let bare = Requirement { any_of: vec![Condition::default()] };
        let rule = EligibilityRule { label: "年齢".into(), requires: vec![bare], effect: Effect::Block };
        let found = faults(&ClassRules { eligibility: vec![rule], ..ClassRules::default() });
        assert_eq!(found[0].at, "/eligibility/0/requires/0/any_of/0");
        assert_eq!(found[0].code, "compares_nothing");
    }

    #[test]
    fn less_notice_gives_no_more_of_any_kind_and_each_kind_is_known_and_named_once() {
        let of = |kind: &str, percent| RefundOfKind { kind: kind.into(), percent };
        let found = |first: Vec<RefundOfKind>, last: Vec<RefundOfKind>| {
            let step = |days_before, percent, kinds| RefundStep { days_before, percent, kinds };
            let rules = ClassRules { refunds: vec![step(15, 80, first), step(7, 50, last)], ..ClassRules::default() };
            faults(&rules).into_iter().map(|one| (one.at, one.code)).collect::<Vec<_>>()
        };
        assert!(found(vec![of("insurance", 100)], vec![of("insurance", 100)]).is_empty());
        assert_eq!(found(vec![], vec![of("insurance", 100)]), [("/refunds/1".to_owned(), "not_falling")]);
        assert_eq!(found(vec![of("lunch", 0)], vec![]), [("/refunds/0/kinds/0".to_owned(), "unknown_fee")]);
        let twice = vec![of("materials", 90), of("materials", 80)];
        assert_eq!(found(twice, vec![]), [("/refunds/0/kinds/1".to_owned(), "kind_twice")]);
    }

    proptest! {
        #[test]
        fn refunds_pass_only_when_less_notice_never_gives_more(steps in proptest::collection::vec((0_u16..60, 0_u8..=100), 0..6)) {
            let step = |of: &(u16, u8)| RefundStep { days_before: of.0, percent: of.1, kinds: Vec::new() };
            let refunds: Vec<_> = steps.iter().map(step).collect();
            let falling = steps.windows(2).all(|pair| pair[1].0 < pair[0].0 && pair[1].1 <= pair[0].1);
            prop_assert_eq!(faults(&ClassRules { refunds, ..ClassRules::default() }).is_empty(), falling);
        }
    }
}
