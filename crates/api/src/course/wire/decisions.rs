//! 開講決定 between the wire and the domain.

use ::course::decision::{RunStanding, rules};
use contract::course::decision::ClassRunStanding;
use time::Date;

use super::{listings::decision, state_of, unit_of};

/// How a class stands on a civil day, with why it runs with fewer than its minimum.
pub fn standing(one: &RunStanding, reason: Option<String>, today: Date) -> ClassRunStanding {
    ClassRunStanding {
        class: one.class.into(),
        course: one.course.into(),
        term: one.term.into(),
        code: one.code.clone(),
        title: one.title.clone(),
        title_en: one.title_en.clone(),
        state: state_of(&one.state),
        capacity_unit: unit_of(&one.capacity_unit),
        minimum: one.minimum,
        admitted: one.admitted,
        kept: one.kept,
        minimum_met: rules::is_met(one),
        decide_by: one.decide_by.map(Into::into),
        owed: rules::is_owed(one, today),
        decision: decision(one.decision.as_deref()),
        decided_at: one.decided_at.map(Into::into),
        reason,
        line_stuck: one.line_stuck,
    }
}
