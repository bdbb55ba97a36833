//! Whether a class has enough, and what is owed of one that has not.

use db::Remark;
use time::Date;

use super::{DecisionError, RunStanding};

/// What a class lacks, in the unit of its capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall {
    pub minimum: i32,
    pub admitted: i64,
    /// The last civil day on which it is decided.
    pub decide_by: Option<Date>,
}

/// Whether as many are admitted as the class needs.
pub fn is_met(one: &RunStanding) -> bool {
    one.minimum.is_none_or(|minimum| one.admitted >= i64::from(minimum))
}

/// What a class lacks of which nobody has decided that it runs; nothing of one that has begun, whoever left since.
pub fn shortfall(one: &RunStanding) -> Option<Shortfall> {
    let (admitted, decide_by) = (one.admitted, one.decide_by);
    let undecided = one.decision.is_none() && !one.begun && !is_met(one);
    one.minimum.filter(|_| undecided).map(|minimum| Shortfall { minimum, admitted, decide_by })
}

/// Whether it is to be decided on a civil day, or was before: the class is published and falls short.
pub fn is_owed(one: &RunStanding, today: Date) -> bool {
    one.state == "published" && shortfall(one).is_some() && one.decide_by.is_some_and(|day| day <= today)
}

/// The reason that stays with the decision: of a class that falls short alone.
///
/// # Errors
/// [`DecisionError`]: `Below`, `NoReason`.
pub fn reasoned<'a>(one: &RunStanding, reason: Option<&'a Remark>) -> Result<Option<&'a Remark>, DecisionError> {
    match (one.minimum.filter(|_| !is_met(one)), reason) {
        (None, _) => Ok(None),
        (Some(_), Some(reason)) if reason.is_blank() => Err(DecisionError::NoReason),
        (Some(_), Some(reason)) => Ok(Some(reason)),
        (Some(minimum), None) => {
            let (admitted, decide_by) = (one.admitted, one.decide_by);
            Err(DecisionError::Below(Shortfall { minimum, admitted, decide_by }))
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{
        SealKey,
        ids::{CourseClassId, CourseId, TermId},
    };
    use proptest::prelude::*;
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn class(minimum: Option<i32>, admitted: i64) -> RunStanding {
        let none = Uuid::nil();
        RunStanding {
            class: CourseClassId::from_uuid(none),
            course: CourseId::from_uuid(none),
            term: TermId::from_uuid(none),
            code: "SAT".to_owned(),
            title: "土曜".to_owned(),
            title_en: None,
            state: "published".to_owned(),
            capacity_unit: "person".to_owned(),
            minimum,
            admitted,
            kept: 0,
            decide_by: Some(date!(2027 - 03 - 20)),
            begun: false,
            decision: None,
            decided_at: None,
            reason: None,
            line_stuck: false,
        }
    }

    proptest! {
        #[test]
        fn a_class_that_falls_short_runs_for_a_reason_alone_and_one_that_does_not_needs_none(
            minimum in proptest::option::of(0..20_i32), admitted in 0..20_i64, reason in proptest::option::of("[ a]{0,3}"),
        ) {
            let one = class(minimum, admitted);
            let short = minimum.is_some_and(|minimum| admitted < i64::from(minimum));
            prop_assert_eq!((shortfall(&one).is_some(), is_met(&one)), (short, !short));
            let reason = reason.map(|text| Remark::new(text, &SealKey::new([1; 32])));
            match reasoned(&one, reason.as_ref()) {
                Ok(None) => prop_assert!(!short),
                Ok(Some(kept)) => prop_assert!(short && !kept.is_blank() && Some(kept.text()) == reason.as_ref().map(Remark::text)),
                Err(DecisionError::NoReason) => prop_assert!(short && reason.as_ref().is_some_and(Remark::is_blank)),
                Err(DecisionError::Below(_)) => prop_assert!(short && reason.is_none()),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }

        #[test]
        fn a_decision_is_owed_from_its_day_on_until_it_is_made_or_the_class_has_begun(
            days in -5..5_i64, decided in any::<bool>(), begun in any::<bool>(), published in any::<bool>(), admitted in 3..7_i64,
        ) {
            let mut one = class(Some(5), admitted);
            one.begun = begun;
            one.decision = decided.then(|| "go".to_owned());
            one.state = if published { "published" } else { "cancelled" }.to_owned();
            let today = date!(2027 - 03 - 20) + time::Duration::days(days);
            let expected = published && !decided && !begun && admitted < 5 && days >= 0;
            prop_assert_eq!(is_owed(&one, today), expected);
        }
    }

    #[test]
    fn a_class_of_which_nobody_knows_the_day_owes_nothing_yet() {
        let one = RunStanding { decide_by: None, ..class(Some(5), 0) };
        assert!(shortfall(&one).is_some() && !is_owed(&one, date!(2030 - 01 - 01)));
    }
}
