//! The leaflet between the wire and the domain.

use ::course::{
    class::ClassWithPlaces,
    listing::{Fullness, Listing, Sort, TierOdds as Odds},
    rule::{Effect, EligibilityRule, RefundStep},
    session::SessionWithPeople,
};
use contract::course::{
    class::RunDecision,
    listing::{ClassFullness, LeafletClass, LeafletCondition, LeafletPage, LeafletRefund, LeafletSort, TierOdds},
};
use kernel::Instant;

use super::{admission_of, delivery_of, fee, rules::refund_kinds, sessions, unit_of, window, words};

/// So many for one place, with one digit; nothing where there is none.
fn odds(entered: i64, places: i64) -> Option<String> {
    let tenths = entered.saturating_mul(10).checked_div(places).filter(|_| places > 0)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

pub fn availability(of: &ClassWithPlaces, one: &Fullness) -> ClassFullness {
    let tier = |tier: &Odds| TierOdds {
        label: tier.label.clone(),
        entered: tier.entered,
        odds: odds(tier.entered, tier.places),
    };
    ClassFullness {
        class: of.class.id.into(),
        capacity: one.capacity,
        places_left: one.places_left,
        waiting: one.waiting,
        entered: one.entered,
        odds: one.entered.and_then(|entered| odds(entered, one.drawn)),
        tiers: one.tiers.iter().map(tier).collect(),
    }
}

/// What a class decided.
pub fn decision(text: Option<&str>) -> Option<RunDecision> {
    text.map(|text| if text == "go" { RunDecision::Go } else { RunDecision::Cancelled })
}

pub const fn sort(asked: Option<LeafletSort>) -> Sort {
    match asked {
        None => Sort::Made,
        Some(LeafletSort::Starts) => Sort::Starts,
        Some(LeafletSort::Closes) => Sort::Closes,
        Some(LeafletSort::Code) => Sort::Code,
    }
}

pub fn listing(one: &Listing, now: Instant) -> LeafletClass {
    let (class, course) = (&one.class.class, &one.course);
    LeafletClass {
        class: class.id.into(),
        code: class.code.clone(),
        title: class.title.clone(),
        title_en: class.title_en.clone(),
        course: course.id.into(),
        course_title: course.title.clone(),
        course_title_en: course.title_en.clone(),
        genres: words(&course.genres),
        summary: course.summary.clone(),
        term: one.term.id.into(),
        term_name: one.term.name.clone(),
        admission: admission_of(&class.admission),
        delivery: delivery_of(&class.delivery),
        capacity_unit: unit_of(&class.capacity_unit),
        max_party: class.max_party,
        decision: decision(class.decision.as_deref()),
        open: one.is_open(now),
        availability: availability(&one.class, &one.fullness),
        windows: one.windows.iter().map(window).collect(),
        fees: one.fees.iter().map(fee).collect(),
        sessions: one.sessions,
        first_at: one.first_at.map(Into::into),
        last_at: one.last_at.map(Into::into),
    }
}

/// The page of one class.
pub fn page(one: &Listing, meetings: &[SessionWithPeople], now: Instant) -> LeafletPage {
    let (class, rules) = (&one.class.class, one.class.class.class_rules());
    let condition =
        |rule: &EligibilityRule| LeafletCondition { label: rule.label.clone(), required: rule.effect == Effect::Block };
    let refund = |step: &RefundStep| LeafletRefund {
        days_before: step.days_before.into(),
        percent: step.percent.into(),
        kinds: refund_kinds(step),
    };
    LeafletPage {
        listing: listing(one, now),
        description: one.course.description.clone(),
        contact: one.course.contact.clone(),
        minimum_enrolment: class.minimum_enrolment,
        decide_by: class.decide_by.map(Into::into),
        results_at: class.results_at.map(Into::into),
        form_version: class.form_version_id.map(Into::into),
        conditions: rules.eligibility.iter().map(condition).collect(),
        first: rules.tiers.iter().map(|tier| tier.label.clone()).collect(),
        refunds: rules.refunds.iter().map(refund).collect(),
        meetings: meetings.iter().map(|one| sessions::session(one, false)).collect(),
    }
}
