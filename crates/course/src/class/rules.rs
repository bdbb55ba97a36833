//! What a class may be: numbers that agree, rules that can be met, and what stays once it was published.

use db::Fault;
use kernel::{Instant, ids::CourseClassId};

use super::{ClassChange, ClassDraft, ClassWithPlaces, CourseClass, Places};
use crate::{catalogue::CatalogueError, rule::ClassRules};

/// How the numbers of a class contradict each other.
fn faults(one: &ClassWithPlaces) -> Vec<&'static str> {
    let (class, places) = (&one.class, &one.places);
    let reserved: u64 = class.class_rules().tiers.iter().filter_map(|tier| tier.reserved).map(u64::from).sum();
    let open = places.capacity.saturating_sub(places.held_back);
    let checks = [
        (places.held_back > places.capacity, "held_back_above_capacity"),
        (class.minimum_enrolment.is_some_and(|least| least > places.capacity), "minimum_above_capacity"),
        (class.minimum_enrolment.is_none() && class.decide_by.is_some(), "decide_by_without_minimum"),
        (class.capacity_unit == "person" && class.max_party > places.capacity.max(1), "party_above_capacity"),
        (u64::try_from(open.max(0)).unwrap_or_default() < reserved, "reserved_above_capacity"),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
}

/// Numbers that agree with each other.
pub(super) fn expect_numbers(one: &ClassWithPlaces) -> Result<(), CatalogueError> {
    faults(one).first().map_or(Ok(()), |fault| Err(CatalogueError::Numbers(fault)))
}

/// Numbers that agree after a change. A capacity that was lowered may contradict what was published: of a published class only what
/// the change touches has to agree.
pub(super) fn expect_changed_numbers(was: &ClassWithPlaces, one: &ClassWithPlaces) -> Result<(), CatalogueError> {
    if was.class.state == "draft" {
        return expect_numbers(one);
    }
    let (before, minimum) = (faults(was), was.class.minimum_enrolment != one.class.minimum_enrolment);
    let touched = |fault: &&str| !before.contains(fault) || (minimum && *fault == "minimum_above_capacity");
    faults(one).into_iter().find(touched).map_or(Ok(()), |fault| Err(CatalogueError::Numbers(fault)))
}

/// The rules as they are kept.
pub(super) fn kept(rules: &ClassRules) -> Result<serde_json::Value, CatalogueError> {
    Ok(serde_json::to_value(rules).map_err(|_| Fault::Unexpected("rules can be written"))?)
}

pub(super) fn drafted(draft: ClassDraft, now: Instant) -> Result<ClassWithPlaces, CatalogueError> {
    let id = CourseClassId::new(now);
    let rules = kept(&draft.rules)?;
    let class = CourseClass {
        id,
        course_id: draft.course,
        term_id: draft.term,
        code: draft.code,
        title: draft.title,
        title_en: draft.title_en,
        capacity_unit: draft.capacity_unit.to_owned(),
        max_party: draft.max_party,
        minimum_enrolment: draft.minimum_enrolment,
        decide_by: draft.decide_by,
        admission: draft.admission.to_owned(),
        delivery: draft.delivery.to_owned(),
        group_policy: draft.group_policy.to_owned(),
        offer_minutes: draft.offer_minutes,
        payment_days: draft.payment_days,
        completion_percent: draft.completion_percent,
        rules,
        form_version_id: draft.form_version,
        join_url: draft.join_url,
        state: "draft".to_owned(),
        published_at: None,
        results_at: draft.results_at,
        decision: None,
        reason: None,
        copied_from_id: None,
        created_at: now,
        updated_at: now,
        version: 1,
        promote_until: draft.promote_until,
        payment_grace_days: draft.payment_grace_days,
    };
    let places = Places::new(id, draft.capacity, draft.held_back, draft.waiting_capacity);
    Ok(ClassWithPlaces { class, places })
}

/// What of a change is not for a class that was published.
fn only_in_a_draft(change: &ClassChange) -> Vec<&'static str> {
    let fields = [
        (change.capacity.is_some(), "capacity"),
        (change.held_back.is_some(), "held_back"),
        (change.waiting_capacity.is_some(), "waiting_capacity"),
        (change.max_party.is_some(), "max_party"),
        (change.admission.is_some(), "admission"),
        (change.delivery.is_some(), "delivery"),
        (change.group_policy.is_some(), "group_policy"),
        (change.offer_minutes.is_some(), "offer_minutes"),
        (change.payment_days.is_some(), "payment_days"),
        (change.payment_grace_days.is_some(), "payment_grace_days"),
        (change.rules.is_some(), "rules"),
        (change.form_version.is_some(), "form_version"),
    ];
    fields.into_iter().filter(|(given, _)| *given).map(|(_, field)| field).collect()
}

/// What completes a class that was published may become less, or be said where nothing was: nobody who counts on it has to attend more.
fn expect_no_more(present: Option<i32>, wanted: Option<Option<i32>>) -> Result<(), CatalogueError> {
    match (present, wanted) {
        (Some(present), Some(wanted)) if wanted.is_none_or(|percent| percent > present) => {
            Err(CatalogueError::CompletionRaised { present })
        }
        _ => Ok(()),
    }
}

/// What a change touches of what a draw that was announced before draws by.
pub(super) fn drawn_by(was: &ClassWithPlaces, one: &ClassWithPlaces) -> Vec<&'static str> {
    let (before, after) = (was.class.class_rules(), one.class.class_rules());
    let may_wait = was.places.waiting_capacity != one.places.waiting_capacity;
    let touched = [
        (before.tiers != after.tiers, "rules.tiers"),
        (before.standby != after.standby, "rules.standby"),
        // as many stand by as may wait, where the rules do not say
        (before.standby.is_none() && may_wait, "waiting_capacity"),
        (was.class.group_policy != one.class.group_policy, "group_policy"),
    ];
    touched.into_iter().filter(|(touched, _)| *touched).map(|(_, field)| field).collect()
}

pub(super) fn changed(mut one: ClassWithPlaces, change: ClassChange) -> Result<ClassWithPlaces, CatalogueError> {
    match one.class.state.as_str() {
        "draft" => {}
        "published" => match only_in_a_draft(&change) {
            fixed if fixed.is_empty() => expect_no_more(one.class.completion_percent, change.completion_percent)?,
            fixed => return Err(CatalogueError::Fixed(fixed)),
        },
        state => return Err(CatalogueError::State(state.to_owned())),
    }
    if let Some(rules) = &change.rules {
        one.class.rules = kept(rules)?;
    }
    let (class, places) = (&mut one.class, &mut one.places);
    replace(&mut class.title, change.title);
    replace(&mut class.title_en, change.title_en);
    replace(&mut class.minimum_enrolment, change.minimum_enrolment);
    replace(&mut class.decide_by, change.decide_by);
    replace(&mut class.completion_percent, change.completion_percent);
    replace(&mut class.join_url, change.join_url);
    replace(&mut class.results_at, change.results_at);
    replace(&mut class.promote_until, change.promote_until);
    replace(&mut class.max_party, change.max_party);
    replace(&mut class.admission, change.admission.map(str::to_owned));
    replace(&mut class.delivery, change.delivery.map(str::to_owned));
    replace(&mut class.group_policy, change.group_policy.map(str::to_owned));
    replace(&mut class.offer_minutes, change.offer_minutes);
    replace(&mut class.payment_days, change.payment_days);
    replace(&mut class.payment_grace_days, change.payment_grace_days);
    replace(&mut class.form_version_id, change.form_version);
    replace(&mut places.capacity, change.capacity);
    replace(&mut places.held_back, change.held_back);
    replace(&mut places.waiting_capacity, change.waiting_capacity);
    Ok(one)
}

fn replace<T>(place: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nobody_who_completes_a_published_class_has_to_attend_more(
            present in prop::option::of(1..=100_i32), wanted in prop::option::of(prop::option::of(1..=100_i32)),
        ) {
            let allowed = expect_no_more(present, wanted).is_ok();
            let after = wanted.unwrap_or(present);
            // where nothing is said, nobody completes it
            let enough = |said: Option<i32>, attended: i32| said.is_some_and(|percent| attended >= percent);
            let loses = (1..=100).any(|attended| enough(present, attended) && !enough(after, attended));
            prop_assert_eq!(allowed, !loses);
        }
    }
}
