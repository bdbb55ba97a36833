//! Whether rules can be met at all, and where they cannot.

use crate::rule::{ClassRules, Condition, PriceChange, RefundOfKind, Requirement};

/// The kinds a fee can be of.
pub const FEE_KINDS: [&str; 5] = ["tuition", "materials", "insurance", "joining", "other"];

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// A JSON pointer into the rules.
    pub at: String,
    /// `compares_nothing`, `mixes_kinds`, `never_met`, `no_such_fact`, `other_kind`, `no_condition`, `negative`, `unknown_fee`,
    /// `kind_twice`, `not_falling`; of rules as they are given also `amount_or_percent`.
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
            found.push(RuleFault { at: format!("{here}/amount"), code: "negative" });
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

/// What a fact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    Number,
    /// Lower-case letters, digits and underscores.
    Code,
    /// What the house has agreed with itself.
    Anything,
}

/// What a fact of this name says; nothing when there can be none: the birth date is told as `age` and `grade`.
fn says(fact: &str) -> Option<Says> {
    match fact {
        "age" | "grade" | "school_grade" | "courses_in_two_years" => Some(Says::Number),
        "work_in_city" | "school_in_city" | "continuing" | "first_time" | "lost_last_term" => Some(Says::Yes),
        "residence" => Some(Says::Code),
        "birth_date" => None,
        other => is_code(other).then_some(Says::Anything),
    }
}

fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=40).contains(&text.len()) && text.chars().all(plain)
}

/// What is wrong with one condition, if anything is.
pub fn condition_fault(condition: &Condition) -> Option<&'static str> {
    let Some(says) = says(&condition.fact) else { return Some("no_such_fact") };
    let (texts, numbers) = (&condition.one_of, condition.at_least.is_some() || condition.at_most.is_some());
    let asked = [(!texts.is_empty(), Says::Code), (condition.is.is_some(), Says::Yes), (numbers, Says::Number)];
    let asked: Vec<Says> = asked.into_iter().filter(|(asked, _)| *asked).map(|(_, kind)| kind).collect();
    let never = condition.at_least.zip(condition.at_most).is_some_and(|(least, most)| least > most)
        || (says == Says::Code && !texts.iter().any(|text| is_code(text)));
    match asked.as_slice() {
        [] => Some("compares_nothing"),
        [kind] if says != Says::Anything && *kind != says => Some("other_kind"),
        [_] if never => Some("never_met"),
        [_] => None,
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
    fn a_condition_can_be_met_by_what_its_fact_says() {
        let yes = |fact: &str| Condition { fact: fact.into(), is: Some(true), ..Condition::default() };
        let number = |fact: &str| Condition { fact: fact.into(), at_least: Some(1), ..Condition::default() };
        let text =
            |fact: &str, text: &str| Condition { fact: fact.into(), one_of: vec![text.into()], ..Condition::default() };
        for right in [
            yes("first_time"),
            number("grade"),
            text("residence", "city"),
            text("friends_of_the_hall", "2024年度会員"),
            yes("friends_of_the_hall"),
        ] {
            assert_eq!(condition_fault(&right), None, "{right:?}");
        }
        for wrong in [yes("age"), yes("residence"), number("work_in_city"), text("school_grade", "5")] {
            assert_eq!(condition_fault(&wrong), Some("other_kind"), "{wrong:?}");
        }
        assert_eq!(condition_fault(&text("residence", "市内")), Some("never_met"), "where somebody lives is a code");
        for nothing in [yes("favourite colour"), yes(&"a".repeat(41)), text("birth_date", "2016-04-01")] {
            assert_eq!(condition_fault(&nothing), Some("no_such_fact"), "{nothing:?}");
        }
    }

    #[test]
    fn a_fault_says_where_it_is() {
        let bare = Requirement { any_of: vec![Condition { fact: "age".into(), ..Condition::default() }] };
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
