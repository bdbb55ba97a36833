//! Judging applications again, with what is known of their people now: a paper that was seen, a birth date that was corrected, a
//! class that was completed meanwhile. Findings change at any time, the tier until the entries of the draw are fixed, the price while
//! nothing is paid: where another rule decides a line, and nowhere else. Whom a rule would keep out by now is for the staff to decide
//! about: nobody loses a place by being judged again.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use db::{Fault, TenantTx};
use kernel::{
    Instant, SealKey,
    ids::{CourseApplicationId, CourseClassId, FeeId, PersonId},
};

use super::{
    Applied, ApplyError, Guide, Part, Participant, PriceLine, Snapshot, Wish, already_applied, judge, rules::total, sql,
};
use crate::{
    draw,
    seats::{self, Move, SeatError, State},
    window::ApplicationWindow,
};

/// An application with everybody as they are known now.
#[derive(Debug, Clone)]
pub struct Again {
    pub applied: Applied,
    /// What it was judged by until now.
    pub before: Snapshot,
    /// In the order of its people.
    pub people: Vec<Participant>,
}

/// What an application is after it was judged again.
#[derive(Debug, Clone)]
pub struct Reassessed {
    pub id: CourseApplicationId,
    pub tier: i32,
    pub to_verify: bool,
    pub snapshot: Snapshot,
    pub lines: Vec<PriceLine>,
    /// Yen, tax included.
    pub total: i64,
    /// Whether anything is another than before; and whether the price is.
    pub changed: bool,
    pub repriced: bool,
}

/// Judges applications to one class again, in a fixed number of statements. Nothing is kept. `known_as` gives for each id under which
/// somebody is kept whom one of their people was taken for the one that is left; `distinct`: whoever may be the same as somebody is
/// known to be somebody else.
///
/// # Errors
/// [`ApplyError`]: `TooLarge`.
pub async fn again(
    tx: &mut TenantTx,
    guide: &Guide,
    all: &[Again],
    known_as: &BTreeMap<PersonId, PersonId>,
    (distinct, now): (bool, Instant),
) -> Result<Vec<Reassessed>, ApplyError> {
    let doubted = if distinct { Vec::new() } else { already_applied(tx, guide, known_as).await? };
    let doubted: BTreeSet<PersonId> = doubted.into_iter().collect();
    let fixed = draw::fixed_windows(tx, guide.class.id).await?;
    let seated = sql::seated_by_staff(tx, all.iter().map(|one| one.applied.application.id).collect()).await?;
    let again = |one: &Again| {
        let of = &one.applied.application;
        let (is_fixed, by_staff) = (fixed.contains(&of.window_id), seated.contains(&of.id));
        let known = Known { state: of.standing(now)?, is_fixed, by_staff, known_as, doubted: &doubted };
        judged_again(guide, one, &known)
    };
    all.iter().map(again).collect()
}

/// What else is known of an application that is judged again.
struct Known<'a> {
    state: State,
    /// The entries of the draw of its window are.
    is_fixed: bool,
    /// The staff seated it, whatever its window asks for.
    by_staff: bool,
    /// For each id under which somebody is kept whom one of its people was taken for, the one that is left.
    known_as: &'a BTreeMap<PersonId, PersonId>,
    /// Who of them, by the id that is left, has an active application to the class.
    doubted: &'a BTreeSet<PersonId>,
}

impl Known<'_> {
    /// Who of those whom somebody was taken for may still be the same, by the id that is left.
    fn alike(&self, person: PersonId, before: &[PersonId]) -> Vec<PersonId> {
        let left = before.iter().filter_map(|id| self.known_as.get(id)).copied();
        let left: BTreeSet<PersonId> = left.filter(|id| *id != person && self.doubted.contains(id)).collect();
        left.into_iter().collect()
    }
}

fn judged_again(guide: &Guide, one: &Again, known: &Known<'_>) -> Result<Reassessed, ApplyError> {
    let (of, before) = (&one.applied.application, &one.before);
    let was = of.lines();
    let guide = &guide_of(guide, &was);
    let (options, people) = wanted(guide, &was, &one.people);
    let wish = Wish {
        window: guide.windows.iter().any(|window| window.id == of.window_id).then_some(of.window_id),
        people: &people,
        options: &options,
        received_at: of.received_at,
        seated_by_staff: known.by_staff,
        splittable: false,
    };
    let judged = judge(guide, &wish)?.parts.into_iter().next();
    let Part { people, mut assessment } = judged.ok_or(Fault::Unexpected("a party is judged"))?;
    for judged in &mut assessment.people {
        let alike = before.assessed(judged.person).map(|before| before.alike.as_slice()).unwrap_or_default();
        judged.alike = known.alike(judged.person, alike);
    }
    let unpaid = known.state.active() && known.state != State::Admitted;
    let ranks = known.state == State::Entered && !known.is_fixed;
    let tier = if ranks { i32::try_from(assessment.tier).unwrap_or(i32::MAX) } else { of.tier };
    let lines = if unpaid { repriced(&was, &assessment.lines) } else { was.clone() };
    let total = total(&lines)?;
    let (to_verify, repriced) = (assessment.to_verify(), lines != was);
    let snapshot = Snapshot::of(guide, &Part { people, assessment });
    let changed = repriced || snapshot != *before || (tier, to_verify) != (of.tier, of.to_verify);
    Ok(Reassessed { id: of.id, tier, to_verify, snapshot, lines, total, changed, repriced })
}

/// What a party was judged by when it applied: a fee for each session is for those that lay ahead of it then.
fn guide_of<'g>(guide: &'g Guide, lines: &[PriceLine]) -> Cow<'g, Guide> {
    match lines.iter().find_map(|line| Some((line.sessions?, &line.units))) {
        Some((left, units)) if (left, units) != (guide.sessions_left, &guide.units_left) => {
            Cow::Owned(Guide { sessions_left: left, units_left: units.clone(), ..guide.clone() })
        }
        _ => Cow::Borrowed(guide),
    }
}

/// A price as it was told; where another rule decides a line now, that line as it is now.
fn repriced(was: &[PriceLine], now: &[PriceLine]) -> Vec<PriceLine> {
    let now = |line: &PriceLine| now.iter().find(|one| (one.fee, one.person) == (line.fee, line.person));
    let decided = |line: &PriceLine| now(line).filter(|now| now.rule != line.rule).unwrap_or(line).clone();
    was.iter().map(decided).collect()
}

/// What was wanted beside what everybody pays: by the lines of the price.
fn wanted(guide: &Guide, lines: &[PriceLine], people: &[Participant]) -> (Vec<FeeId>, Vec<Participant>) {
    let optional = |line: &&PriceLine| guide.fees.iter().any(|fee| fee.id == line.fee && fee.optional);
    let of = |person: Option<PersonId>| {
        lines.iter().filter(optional).filter(move |line| line.person == person).map(|line| line.fee)
    };
    let own = |one: &Participant| Participant { options: of(Some(one.person)).collect(), ..one.clone() };
    (of(None).collect(), people.iter().map(own).collect())
}

/// Keeps what applications of a class were found to be, each with a row of the record. Whoever calls has locked the class since
/// before they were judged, with [`lock`].
///
/// # Errors
/// A fault of the database.
pub async fn keep(
    tx: &mut TenantTx,
    key: &SealKey,
    class: CourseClassId,
    found: &[Reassessed],
    now: Instant,
) -> Result<Vec<Move>, ApplyError> {
    let changed: Vec<&Reassessed> = found.iter().filter(|one| one.changed).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    sql::reassess(tx, key, &changed, now).await?;
    let ids: Vec<CourseApplicationId> = changed.iter().map(|one| one.id).collect();
    Ok(seats::note(tx, class, &ids, "assessed", now).await?)
}

/// Tells the journal that somebody had an application judged again, whatever it was found to be.
///
/// # Errors
/// A [`Fault`].
pub async fn tell(tx: &mut TenantTx, one: &Reassessed, now: Instant) -> Result<(), Fault> {
    audit::journal(tx, now, &seats::events::ApplicationAssessed { application: one.id, changed: one.changed }).await
}

/// Holds a class, so that nobody applies to it and nothing of it moves until the transaction ends.
///
/// # Errors
/// [`ApplyError::Absent`].
pub async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<(), ApplyError> {
    Ok(seats::lock(tx, class).await?)
}

/// Holds an application that is to be judged again until the transaction ends. Whoever calls has locked its class.
///
/// # Errors
/// [`SeatError`]: `Absent`, `State` of one that is over.
pub async fn hold(tx: &mut TenantTx, id: CourseApplicationId, now: Instant) -> Result<Applied, SeatError> {
    let held = super::hold(tx, id).await?.ok_or(SeatError::Absent)?;
    let state = held.application.standing(now)?;
    if state.active() { Ok(held) } else { Err(SeatError::State(state)) }
}

/// Everybody who has entered the draw of a window, oldest first; held until the transaction ends, so that nobody of them turns out to be
/// somebody else meanwhile.
///
/// # Errors
/// A [`Fault`].
pub async fn entered(tx: &mut TenantTx, window: &ApplicationWindow) -> Result<Vec<Applied>, Fault> {
    let rows = sql::entered(tx, window.class_id, window.id).await?;
    super::with_people(tx, rows).await
}

#[cfg(test)]
mod tests {
    use kernel::ids::{FeeId, PersonId};
    use uuid::Uuid;

    use super::*;

    fn line(fee: u128, charged: i64, rule: Option<&str>) -> PriceLine {
        PriceLine {
            person: Some(PersonId::from_uuid(Uuid::from_u128(1))),
            rule: rule.map(str::to_owned),
            ..PriceLine::example(FeeId::from_uuid(Uuid::from_u128(fee)), "tuition", charged)
        }
    }

    #[test]
    fn a_price_that_was_told_changes_where_another_rule_decides_and_nowhere_else() {
        let was = [line(1, 2_000, None), line(2, 500, None), line(3, 800, Some("市民割引"))];
        let dearer = [line(1, 1_000, Some("市民割引")), line(2, 900, None), line(4, 700, None)];
        let told: Vec<_> = repriced(&was, &dearer).iter().map(|line| line.charged).collect();
        assert_eq!(told, [1_000, 500, 800], "neither another amount nor a fee that came later is charged");
        assert_eq!(repriced(&was, &was), was);
    }
}
