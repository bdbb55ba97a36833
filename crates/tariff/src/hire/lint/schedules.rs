//! Schedules of cancellation, rules of change and of payment.

use kernel::Yen;
use time::{Date, Duration};

use super::{
    super::{
        document::HireTariff,
        schedule::{Deadline, Share},
    },
    Findings,
};

/// Days of use that deadlines are compared on: four years, with one that is a leap year.
const FIRST: Date = time::macros::date!(2026 - 01 - 01);
const DAYS: i64 = 1_461;

/// Steps that anybody would read.
const MOST_STEPS: usize = 50;

pub(super) fn cancel(tariff: &HireTariff, found: &mut Findings) {
    let Some(schedule) = &tariff.cancel else { return };
    if schedule.unit <= 0 {
        found.error("/cancel/unit".into(), "not_positive", "unit is more than 0.");
    }
    if schedule.steps.is_empty() {
        found.error("/cancel/steps".into(), "unreachable", "Without a step nothing is said.");
    }
    if schedule.steps.len() > MOST_STEPS {
        found.error("/cancel/steps".into(), "too_many", format!("No more than {MOST_STEPS} steps."));
        return;
    }
    let mut before: Option<Deadline> = None;
    for (at, step) in schedule.steps.iter().enumerate() {
        let here = format!("/cancel/steps/{at}");
        match step.fee {
            Share::Percent(percent) if percent > 100 => {
                found.error(format!("{here}/fee/percent"), "too_large", "No more than everything is kept.");
            }
            Share::Yen(yen) if yen < Yen::ZERO => {
                found.error(format!("{here}/fee/yen"), "negative", "A fee is never negative.");
            }
            _ => {}
        }
        let last = at + 1 == schedule.steps.len();
        match step.until {
            None if !last => found.error(here, "unreachable_after", "After a step that is open no other counts."),
            None => {}
            Some(until) => {
                deadline(until, &format!("{here}/until"), found);
                if last {
                    let sentence = "The last step is open: otherwise nothing is said of who cancels later.";
                    found.error(format!("{here}/until"), "gap_after_last_step", sentence);
                }
                if let Some(before) = before {
                    later(before, until, &format!("{here}/until"), found);
                }
                before = Some(until);
            }
        }
    }
}

pub(super) fn change(tariff: &HireTariff, found: &mut Findings) {
    let Some(rule) = &tariff.change else { return };
    if let Some(until) = rule.until {
        deadline(until, "/change/until", found);
    }
    if rule.reduction.zip(rule.said_otherwise()).is_some_and(|(one, other)| one != other) {
        found.error("/change/reduction".into(), "contradiction", "refunds_difference says something else.");
    }
}

/// A change to a later day costs nothing: who may still make one when a fee for cancelling is due gives up the later day for less.
pub(super) fn way_around(tariff: &HireTariff, found: &mut Findings) {
    let Some(schedule) = &tariff.cancel else { return };
    if tariff.change.as_ref().is_some_and(|rule| rule.most == 0) {
        return;
    }
    let free = |fee: Share| matches!(fee, Share::Percent(0)) || fee == Share::Yen(Yen::ZERO);
    let dearer = schedule.steps.windows(2).enumerate().find_map(|(at, pair)| match pair {
        [before, after] if before.fee != after.fee && !free(after.fee) => Some((at + 1, before.until?)),
        _ => None,
    });
    let Some((at, before)) = dearer else { return };
    let until = tariff.change.as_ref().and_then(|rule| rule.until);
    if until.is_none_or(|until| days(before).zip(days(until)).any(|(fee, change)| fee < change)) {
        let sentence = "While this fee is due a change to a later day is free, and so a way around it: change.until ends changes before.";
        found.warning(format!("/cancel/steps/{at}"), "change_around_fee", sentence);
    }
}

/// Days that anybody would wait for money, or ask for it before a use.
const MOST_DAYS: u16 = 730;

pub(super) fn payment(tariff: &HireTariff, found: &mut Findings) {
    let Some(rule) = &tariff.payment else { return };
    if rule.days_after.is_none() && rule.days_before.is_none() {
        let sentence = "A rule of payment has days_after, days_before or both.";
        found.error("/payment".into(), "no_deadline", sentence);
    }
    for (name, days) in [("days_after", rule.days_after), ("days_before", rule.days_before)] {
        if days.is_some_and(|days| days > MOST_DAYS) {
            found.error(format!("/payment/{name}"), "too_large", format!("No more than {MOST_DAYS} days."));
        }
    }
}

fn deadline(until: Deadline, here: &str, found: &mut Findings) {
    if until.days_before.is_some() == until.months_before.is_some() {
        found.error(here.to_owned(), "no_deadline", "A deadline has exactly one of days_before and months_before.");
    }
}

/// A deadline of every day of use that deadlines are compared on.
fn days(deadline: Deadline) -> impl Iterator<Item = Option<Date>> {
    let uses = (0..DAYS).map(|day| FIRST.saturating_add(Duration::days(day)));
    uses.map(move |use_on| deadline.day(use_on, |day| day))
}

/// Each deadline is later than the one before it, or its step never counts.
fn later(before: Deadline, until: Deadline, here: &str, found: &mut Findings) {
    let pairs: Vec<(Date, Date)> = days(before).zip(days(until)).filter_map(|(a, b)| a.zip(b)).collect();
    let wrong = pairs.iter().filter(|(before, until)| until <= before).count();
    if wrong == 0 {
        return;
    }
    if wrong == pairs.len() {
        found.error(here.to_owned(), "unreachable", "The deadline before it is not earlier: it never counts.");
    } else {
        let sentence = "For some days of use the deadline before it is not earlier: then it does not count.";
        found.warning(here.to_owned(), "unreachable", sentence);
    }
}
