//! How much goes back, and until when that holds: decided without a database.

use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
    ids::{CourseSessionId, PersonId},
};
use time::Duration;

use super::{PaidLine, QuoteLine, WithdrawalError};
use crate::{
    application::PriceLine,
    change_plan::Money,
    rule::RefundStep,
    seats::{Role, rules::expect_leave},
    session::units::{self, Unit},
};

/// How one of the parts stands that a party pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It has begun, and is used.
    Begun,
    Ahead,
    /// 休講 that nothing makes up for so far: the house did not hold it.
    Cancelled,
}

/// The parts of a class as they stand at a moment, for a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ahead {
    pub units: Vec<Unit>,
    /// Since when the party takes part.
    pub since: Instant,
    /// When the term does, which is when a class begins whose sessions are not fixed yet.
    pub begins_at: Instant,
    pub at: Instant,
}

impl Ahead {
    /// What somebody pays for who was charged for these sessions, or for the class, in the order of time; at least one part.
    fn parts(&self, charged: &[CourseSessionId]) -> Vec<Part> {
        let theirs = units::paid_for(&self.units, charged, Some(self.since), None);
        if theirs.is_empty() {
            return vec![if self.begins_at > self.at { Part::Ahead } else { Part::Begun }];
        }
        let part = |unit: &Unit| match (unit.stands, unit.begun) {
            (false, _) => Part::Cancelled,
            (true, true) => Part::Begun,
            (true, false) => Part::Ahead,
        };
        theirs.into_iter().map(part).collect()
    }

    /// When the first part begins that has not and is held.
    fn next(&self) -> Option<Instant> {
        let theirs = units::paid_for(&self.units, &[], Some(self.since), None);
        if theirs.is_empty() {
            return Some(self.begins_at).filter(|begins_at| *begins_at > self.at);
        }
        let ahead = theirs.into_iter().filter(|unit| unit.stands && !unit.begun);
        ahead.map(|unit| unit.starts_at).filter(|starts_at| *starts_at > self.at).min()
    }

    /// Whether a part has begun after a moment: it is used since, whatever was told of it then.
    pub fn has_begun_since(&self, moment: Instant) -> bool {
        self.units.iter().any(|unit| unit.begun && moment < unit.starts_at && unit.starts_at <= self.at)
    }
}

/// The step that a moment is in, and the first moment at which that may change; after all of them nothing goes back. Once no session lies
/// ahead nothing changes any more, and what is said holds for the day.
pub fn step<'a>(steps: &'a [RefundStep], ahead: &Ahead, now: Instant) -> (Option<&'a RefundStep>, Instant) {
    let today = civil_day(now);
    let Some(next) = ahead.next() else {
        return (None, start_of_day(today.saturating_add(Duration::DAY)));
    };
    let day = civil_day(next);
    let last_day = |step: &RefundStep| day.saturating_sub(Duration::days(step.days_before.into()));
    match steps.iter().find(|step| today <= last_day(step)) {
        Some(step) => (Some(step), start_of_day(last_day(step).saturating_add(Duration::DAY)).min(next)),
        None => (None, next),
    }
}

/// What goes back of each line: of what is refundable, the percent that the step says of its kind of the part that is for sessions that
/// have not begun, and all of the part that is for sessions that the house cancelled. Fractions of a yen are dropped for each line.
pub fn lines(paid: &[PaidLine], charged: &[PriceLine], ahead: &Ahead, step: Option<&RefundStep>) -> Vec<QuoteLine> {
    let told = |one: &PaidLine| {
        let parts = ahead.parts(charged_for(one, charged));
        let (left, unheld) = (shares(one.amount, &parts, Part::Ahead), shares(one.amount, &parts, Part::Cancelled));
        let percent = step.zip(priced(one, charged)).map_or(0, |(step, fee)| step.percent_of(&fee.kind));
        let back = part(left, percent).saturating_add(unheld);
        QuoteLine::of(one, charged, |refundable| (left.saturating_add(unheld), if refundable { back } else { 0 }))
    };
    paid.iter().map(told).collect()
}

/// What a line of a bill was charged for.
pub(crate) fn priced<'p>(one: &PaidLine, price: &'p [PriceLine]) -> Option<&'p PriceLine> {
    price.iter().find(|line| line.fee == one.fee)
}

/// The sessions that it was charged for, where its fee is for each; none: it is for the class.
pub(crate) fn charged_for<'p>(one: &PaidLine, price: &'p [PriceLine]) -> &'p [CourseSessionId] {
    priced(one, price).map(|line| line.units.as_slice()).unwrap_or_default()
}

/// People who may leave a party: they take part, each is named once, and somebody stays.
pub fn expect_part(party: &[(PersonId, Role)], leave: &[PersonId]) -> Result<(), WithdrawalError> {
    let learners: Vec<PersonId> =
        party.iter().filter(|(_, role)| *role == Role::Participant).map(|(person, _)| *person).collect();
    expect_leave(&learners, leave).map_err(WithdrawalError::People)
}

/// The lines of a bill that are for some people; when nobody is named, those of everybody who has not left, and of the party. Lines
/// of which nothing is left are not among them. What the house kept of whoever left is nobody's of those who stay.
pub(crate) fn lines_of(bill: &[PaidLine], price: &[PriceLine], people: Option<&[PersonId]>) -> Vec<PaidLine> {
    let theirs = |line: &PriceLine| people.is_none_or(|all| line.person.is_some_and(|person| all.contains(&person)));
    let found = price.iter().enumerate().filter(|(_, line)| theirs(line)).filter_map(|at| billed(bill, at));
    found.filter(|one| one.amount > 0).copied().collect()
}

/// Of the lines of a bill that are somebody's who has not left, those of these places in the price, and the others.
pub(crate) fn apart(bill: &[PaidLine], price: &[PriceLine], places: &[usize]) -> (Vec<PaidLine>, Vec<PaidLine>) {
    let named = places.iter().filter_map(|at| billed(bill, (*at, price.get(*at)?)));
    let named: Vec<PaidLine> = named.copied().collect();
    lines_of(bill, price, None).into_iter().partition(|one| named.contains(one))
}

/// A price of which each line says which line of the bill asks for it, so that it still does once somebody left.
pub fn told_apart(bill: &[PaidLine], price: &[PriceLine]) -> Vec<PriceLine> {
    let told = |at: (usize, &PriceLine)| PriceLine { billed_as: billed(bill, at).map(|one| one.line), ..at.1.clone() };
    price.iter().enumerate().map(told).collect()
}

/// A bill is opened with the lines of the price, in their order; whoever leaves it once it is paid takes theirs out of the price alone.
fn billed<'a>(bill: &'a [PaidLine], (at, line): (usize, &PriceLine)) -> Option<&'a PaidLine> {
    match line.billed_as {
        Some(id) => bill.iter().find(|one| one.line == id),
        None => bill.get(at),
    }
}

/// What is paid and what goes back, in yen.
pub fn sums(lines: &[QuoteLine], money: &Money) -> (i64, i64) {
    match money {
        Money::Paid(_) => (lines.iter().map(|line| line.paid).sum(), lines.iter().map(|line| line.refund).sum()),
        Money::Asked(came) => (*came, *came),
    }
}

fn part(amount: i64, percent: u8) -> i64 {
    let part = i128::from(amount).saturating_mul(percent.min(100).into()).checked_div(100).unwrap_or_default();
    i64::try_from(part).unwrap_or_default()
}

/// The shares of an amount that are for the parts that stand so.
fn shares(amount: i64, parts: &[Part], standing: Part) -> i64 {
    let all = i64::try_from(parts.len()).unwrap_or(i64::MAX);
    let theirs = (0..).zip(parts).filter(|(_, part)| **part == standing);
    theirs.map(|(at, _)| share(amount, all, at)).sum()
}

/// One of equal shares of an amount, in whole yen: that of the session at a place, from 0.
pub(crate) fn share(amount: i64, all: i64, at: i64) -> i64 {
    first_shares(amount, all, at.saturating_add(1)).saturating_sub(first_shares(amount, all, at))
}

/// The first so many of equal shares of an amount, in whole yen: what does not divide goes to the first shares, a yen each
/// (largest remainder), so that all of them are the amount exactly.
fn first_shares(amount: i64, all: i64, first: i64) -> i64 {
    let first = first.clamp(0, all.max(0));
    let (Some(each), Some(over)) = (amount.checked_div(all), amount.checked_rem(all)) else { return 0 };
    each.saturating_mul(first).saturating_add(first.min(over))
}

#[cfg(test)]
mod tests;
