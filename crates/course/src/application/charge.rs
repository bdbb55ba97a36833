//! What an application is charged, decided as its place is given and its bill is opened: fees for each session for what lies ahead then,
//! the joining fee to whoever has not joined by then. Until then the price is what it would be; an offer says what lies ahead of it.

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseSessionId, PersonId},
};

use super::{Application, ApplyError, PriceLine, find_all, kept_price, rules::total, sql};
use crate::{
    joining,
    seats::{self, Move, Role, State},
    session::units,
};

/// Applications as they are charged.
#[derive(Debug, Clone)]
pub struct Charged {
    /// Those that are to be billed, in the order of their ids.
    pub due: Vec<Application>,
    /// Those of which nothing is to be paid after all are admitted.
    pub admitted: Vec<Move>,
}

/// Decides what those are charged who have just been offered a place or moved to be paid for, or are to be billed anew. A fee for each
/// session is counted when the place is given, and stays. In a fixed number of statements; they are of one class, which whoever calls
/// has locked.
///
/// # Errors
/// [`ApplyError`]: `TooLarge`.
pub async fn charge(tx: &mut TenantTx, moves: &[Move], now: Instant) -> Result<Charged, ApplyError> {
    let is_due = |one: &&Move| one.to == State::PaymentDue;
    let is_given = |one: &&Move| one.to == State::Offered || (is_due(one) && one.from != Some(State::PaymentDue));
    let due: BTreeSet<CourseApplicationId> = moves.iter().filter(is_due).map(|one| one.application).collect();
    let given: BTreeSet<CourseApplicationId> = moves.iter().filter(is_given).map(|one| one.application).collect();
    let mut found = find_all(tx, due.union(&given).copied().collect()).await?;
    let ahead = ahead(tx, &found, &given, now).await?;
    let parties = parties(tx, &found, &due).await?;
    let ask: Vec<CourseApplicationId> = parties.keys().copied().collect();
    let people: BTreeSet<PersonId> = parties.values().flatten().copied().collect();
    let members = joining::decide(tx, &people, &ask, now).await?;
    let mut changed = BTreeSet::new();
    for one in &mut found {
        let units = given.contains(&one.id).then_some(ahead.as_slice());
        let party = parties.get(&one.id).map(|party| (party.as_slice(), &members));
        let was = one.lines();
        let lines = charged(&was, units, party);
        if lines != was {
            one.total = total(&lines)?;
            one.price = kept_price(&lines)?;
            changed.insert(one.id);
        }
    }
    let rows: Vec<&Application> = found.iter().filter(|one| changed.contains(&one.id)).collect();
    if !rows.is_empty() {
        sql::charge(tx, &rows, now).await?;
    }
    let billed = found.into_iter().filter(|one| due.contains(&one.id));
    let (due, free): (Vec<_>, Vec<_>) = billed.partition(|one| one.total > 0);
    Ok(Charged { due, admitted: admit(tx, &free, now).await? })
}

/// Of an application that was paid for when its time was over, the places in its price of joining fees that another application has
/// carried since: these are given back, and the price says so from now on.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn charged_twice(tx: &mut TenantTx, of: &Application, now: Instant) -> Result<Vec<usize>, Fault> {
    let found = parties(tx, std::slice::from_ref(of), &BTreeSet::from([of.id])).await?;
    let Some(party) = found.get(&of.id) else { return Ok(Vec::new()) };
    let members = joining::carried(tx, &party.iter().copied().collect(), &[of.id], now).await?;
    let was = of.lines();
    let is_twice =
        |line: &PriceLine| line.charged > 0 && line.asks_who_joined() && line.is_for_members(party, &members);
    let twice: Vec<usize> = was.iter().enumerate().filter(|one| is_twice(one.1)).map(|(place, _)| place).collect();
    if twice.is_empty() {
        return Ok(twice);
    }
    let back = |line: PriceLine| if is_twice(&line) { line.back_to_member() } else { line };
    let lines: Vec<PriceLine> = was.into_iter().map(back).collect();
    let total = lines.iter().map(|line| line.charged).sum();
    let price = kept_price(&lines)?;
    sql::charge(tx, &[&Application { price, total, ..of.clone() }], now).await?;
    Ok(twice)
}

/// A price as it is charged: for the parts of the class that lie ahead, where its place has just been given; to a party of which these
/// have joined, where it is to be billed.
fn charged(
    was: &[PriceLine],
    ahead: Option<&[CourseSessionId]>,
    party: Option<(&[PersonId], &BTreeSet<PersonId>)>,
) -> Vec<PriceLine> {
    let of_units = |line: PriceLine| match ahead {
        Some(units) => line.of_units(units),
        None => line,
    };
    let of_members = |line: PriceLine| match party {
        Some((party, members)) => line.of_members(party, members),
        None => line,
    };
    was.iter().cloned().map(of_units).map(of_members).collect()
}

/// What lies ahead of the class of those who have just been given their place, if any is charged for each session.
async fn ahead(
    tx: &mut TenantTx,
    of: &[Application],
    given: &BTreeSet<CourseApplicationId>,
    now: Instant,
) -> Result<Vec<CourseSessionId>, Fault> {
    let by_session = |one: &Application| one.lines().iter().any(|line| line.sessions.is_some());
    let found = of.iter().find(|one| given.contains(&one.id) && by_session(one));
    match found {
        Some(one) => units::ahead_of(tx, one.class_id, now).await,
        None => Ok(Vec::new()),
    }
}

/// Who learns, of those that are to be billed and of which it matters who has joined.
async fn parties(
    tx: &mut TenantTx,
    of: &[Application],
    due: &BTreeSet<CourseApplicationId>,
) -> Result<BTreeMap<CourseApplicationId, Vec<PersonId>>, Fault> {
    let due = of.iter().filter(|one| due.contains(&one.id));
    let asks = due.filter(|one| one.lines().iter().any(PriceLine::asks_who_joined));
    let ids: Vec<CourseApplicationId> = asks.map(|one| one.id).collect();
    let mut found: BTreeMap<CourseApplicationId, Vec<PersonId>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    for (id, person, role) in sql::people(tx, &ids).await? {
        if Role::of_kept(&role) == Role::Participant {
            found.entry(id).or_default().push(person);
        }
    }
    Ok(found)
}

async fn admit(tx: &mut TenantTx, free: &[Application], now: Instant) -> Result<Vec<Move>, ApplyError> {
    let Some(class) = free.first().map(|one| one.class_id) else { return Ok(Vec::new()) };
    Ok(seats::excuse(tx, class, free.iter().map(|one| one.id).collect(), now).await?)
}

#[cfg(test)]
mod tests {
    use kernel::ids::FeeId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn session(n: u128) -> CourseSessionId {
        CourseSessionId::from_uuid(Uuid::from_u128(n))
    }

    fn line(kind: &str, sessions: Option<i64>, (listed, charged): (i64, i64), rule: Option<&str>) -> PriceLine {
        PriceLine {
            person: Some(PersonId::from_uuid(Uuid::from_u128(1))),
            sessions,
            listed,
            rule: rule.map(str::to_owned),
            ..PriceLine::example(FeeId::from_uuid(Uuid::from_u128(1)), kind, charged)
        }
    }

    #[test]
    fn the_joining_fee_is_charged_to_whoever_has_not_joined_unless_a_price_rule_decides() {
        let person = PersonId::from_uuid(Uuid::from_u128(1));
        let (nobody, joined) = (BTreeSet::new(), BTreeSet::from([person]));
        let told =
            [line("joining", None, (5_000, 5_000), None), line("joining", None, (5_000, 1_000), Some("入会済み"))];
        let of = |lines: &[PriceLine], members| charged(lines, None, Some((&[person], members)));
        assert_eq!(of(&told, &nobody), told);
        let waived = of(&told, &joined);
        assert_eq!((waived[0].charged, waived[0].rule.as_deref()), (0, Some("入会済み")));
        assert_eq!(waived[1], told[1], "what the house calls its own rules is its own");
        assert_eq!(of(&waived, &joined), waived);
        assert_eq!(of(&waived, &nobody), told, "who has not joined after all is charged");
        let party = [PriceLine { person: None, ..told[0].clone() }];
        let other = PersonId::from_uuid(Uuid::from_u128(2));
        assert_eq!(charged(&party, None, Some((&[person, other], &joined))), party, "one of two has not joined");
    }

    proptest! {
        #[test]
        fn what_is_charged_for_each_session_is_what_each_was_told_to_be(
            each in 0_i64..100_000, percent in 0_i64..200, told in 1_i64..60, now in 0_u128..60,
        ) {
            let one = each * percent / 100;
            let was = [line("tuition", Some(told), (each * told, one * told), None), line("tuition", None, (each, one), None)];
            let ahead: Vec<_> = (0..now).map(session).collect();
            let lines = charged(&was, Some(&ahead), None);
            let count = i64::try_from(now).unwrap();
            prop_assert_eq!((lines[0].listed, lines[0].charged, lines[0].sessions), (each * count, one * count, Some(count)));
            prop_assert_eq!(&lines[0].units, &ahead);
            prop_assert_eq!(&lines[1], &was[1]);
            prop_assert_eq!(charged(&was, None, None), was, "a bill that is opened anew asks for the same");
        }
    }
}
