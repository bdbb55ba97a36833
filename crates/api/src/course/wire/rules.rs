//! Rules of classes between the wire and what decides by them.

use ::course::{
    catalogue::CatalogueError,
    rule::{self, Amendable, Effect, PriceChange},
    soundness::{self, RuleFault},
};
use contract::{
    ApiError, Word, Yen,
    course::rule::{
        AnswersAmendable, ClassRules, CourseCondition, CoursePriceRule, CourseRequirement, DrawTier, EligibilityEffect,
        EligibilityRule, RefundOfKind, RefundStep,
    },
};

use super::{fee_kind, fee_kind_of, words};

fn condition(given: &CourseCondition) -> rule::Condition {
    rule::Condition {
        fact: given.fact.clone(),
        one_of: given.one_of.as_deref().map(Word::texts).unwrap_or_default(),
        is: given.is,
        at_least: given.at_least,
        at_most: given.at_most,
        proven: given.proven.unwrap_or(false),
    }
}

fn condition_told(one: &rule::Condition) -> CourseCondition {
    CourseCondition {
        fact: one.fact.clone(),
        one_of: (!one.one_of.is_empty()).then(|| words(&one.one_of)),
        is: one.is,
        at_least: one.at_least,
        at_most: one.at_most,
        proven: one.proven.then_some(true),
    }
}

pub(super) fn requirements(given: &[CourseRequirement]) -> Vec<rule::Requirement> {
    given.iter().map(|one| rule::Requirement { any_of: one.any_of.iter().map(condition).collect() }).collect()
}

pub(super) fn requirements_told(of: &[rule::Requirement]) -> Vec<CourseRequirement> {
    of.iter().map(|one| CourseRequirement { any_of: one.any_of.iter().map(condition_told).collect() }).collect()
}

const fn effect(given: EligibilityEffect) -> Effect {
    match given {
        EligibilityEffect::Block => Effect::Block,
        EligibilityEffect::Verify => Effect::Verify,
        EligibilityEffect::Warn => Effect::Warn,
    }
}

const fn effect_told(of: Effect) -> EligibilityEffect {
    match of {
        Effect::Block => EligibilityEffect::Block,
        Effect::Verify => EligibilityEffect::Verify,
        Effect::Warn => EligibilityEffect::Warn,
    }
}

const fn amendable(given: AnswersAmendable) -> Amendable {
    match given {
        AnswersAmendable::Never => Amendable::Never,
        AnswersAmendable::UntilDecided => Amendable::UntilDecided,
        AnswersAmendable::UntilPaid => Amendable::UntilPaid,
        AnswersAmendable::Always => Amendable::Always,
    }
}

const fn amendable_told(of: Amendable) -> AnswersAmendable {
    match of {
        Amendable::Never => AnswersAmendable::Never,
        Amendable::UntilDecided => AnswersAmendable::UntilDecided,
        Amendable::UntilPaid => AnswersAmendable::UntilPaid,
        Amendable::Always => AnswersAmendable::Always,
    }
}

/// What gives neither of the two or both is refused by its place ([`undecided`]).
fn price(given: &CoursePriceRule) -> rule::PriceRule {
    let change = match (given.amount, given.percent) {
        (Some(yen), None) => PriceChange::Amount(yen.0.0),
        (_, percent) => PriceChange::Percent(percent.unwrap_or(100)),
    };
    let fees = given.fees.as_deref().unwrap_or_default().iter().map(|kind| fee_kind(*kind).to_owned()).collect();
    rule::PriceRule { label: given.label.clone(), requires: requirements(&given.requires), fees, change }
}

/// The price rules that give not exactly one of an amount and a percentage.
fn undecided(prices: &[CoursePriceRule]) -> impl Iterator<Item = RuleFault> {
    let faulty = prices.iter().enumerate().filter(|(_, one)| one.amount.is_some() == one.percent.is_some());
    faulty.map(|(at, _)| RuleFault { at: format!("/prices/{at}"), code: "amount_or_percent" })
}

fn price_told(one: &rule::PriceRule) -> CoursePriceRule {
    let (amount, percent) = match one.change {
        PriceChange::Amount(yen) => (Some(Yen(kernel::Yen(yen))), None),
        PriceChange::Percent(percent) => (None, Some(percent)),
    };
    let fees = (!one.fees.is_empty()).then(|| one.fees.iter().map(|kind| fee_kind_of(kind)).collect());
    CoursePriceRule { label: one.label.clone(), requires: requirements_told(&one.requires), fees, amount, percent }
}

fn refund(given: &RefundStep) -> rule::RefundStep {
    let of = |one: &RefundOfKind| rule::RefundOfKind { kind: fee_kind(one.kind).to_owned(), percent: one.percent };
    let kinds = given.kinds.as_deref().unwrap_or_default().iter().map(of).collect();
    rule::RefundStep { days_before: given.days_before, percent: given.percent, kinds }
}

fn refund_told(one: &rule::RefundStep) -> RefundStep {
    RefundStep { days_before: one.days_before, percent: one.percent, kinds: refund_kinds(one) }
}

/// Of which kinds of fees a step gives another percent.
pub(super) fn refund_kinds(one: &rule::RefundStep) -> Option<Vec<RefundOfKind>> {
    let told = |of: &rule::RefundOfKind| RefundOfKind { kind: fee_kind_of(&of.kind), percent: of.percent };
    (!one.kinds.is_empty()).then(|| one.kinds.iter().map(told).collect())
}

/// # Errors
/// A price rule that gives not exactly one of an amount and a percentage; with everything else that is wrong with the rules.
pub(super) fn kept(given: &ClassRules) -> Result<rule::ClassRules, ApiError> {
    let eligible = |one: &EligibilityRule| rule::EligibilityRule {
        label: one.label.clone(),
        requires: requirements(&one.requires),
        effect: effect(one.effect),
    };
    let tier = |one: &DrawTier| rule::Tier {
        label: one.label.clone(),
        requires: requirements(&one.requires),
        reserved: one.reserved,
    };
    let prices = given.prices.as_deref().unwrap_or_default();
    let rules = rule::ClassRules {
        eligibility: given.eligibility.as_deref().unwrap_or_default().iter().map(eligible).collect(),
        prices: prices.iter().map(price).collect(),
        tiers: given.tiers.as_deref().unwrap_or_default().iter().map(tier).collect(),
        refunds: given.refunds.as_deref().unwrap_or_default().iter().map(refund).collect(),
        per_household: given.per_household,
        standby: given.standby,
        facts_on: given.facts_on.map(|day| day.0),
        answers_amendable: given.answers_amendable.map(amendable).unwrap_or_default(),
        answers_until: given.answers_until.map(|at| at.0),
    };
    let mut faults: Vec<_> = undecided(prices).collect();
    if faults.is_empty() {
        return Ok(rules);
    }
    faults.extend(soundness::faults(&rules));
    Err(CatalogueError::Rules(faults).into())
}

pub(super) fn told(of: &rule::ClassRules) -> ClassRules {
    let eligible = |one: &rule::EligibilityRule| EligibilityRule {
        label: one.label.clone(),
        requires: requirements_told(&one.requires),
        effect: effect_told(one.effect),
    };
    let tier = |one: &rule::Tier| DrawTier {
        label: one.label.clone(),
        requires: requirements_told(&one.requires),
        reserved: one.reserved,
    };
    ClassRules {
        eligibility: Some(of.eligibility.iter().map(eligible).collect()),
        prices: Some(of.prices.iter().map(price_told).collect()),
        tiers: Some(of.tiers.iter().map(tier).collect()),
        refunds: Some(of.refunds.iter().map(refund_told).collect()),
        per_household: of.per_household,
        standby: of.standby,
        facts_on: of.facts_on.map(Into::into),
        answers_amendable: Some(amendable_told(of.answers_amendable)),
        answers_until: of.answers_until.map(Into::into),
    }
}
