//! Some of a party leave, and the others stay as they are.

use db::{Fault, TenantTx};
use kernel::{
    Instant, SealKey,
    ids::{CourseApplicationId, CourseClassId, PersonId},
};
use uuid::Uuid;

use super::{Move, Role, SeatError, State, book::Step, find, open_unfinished, rules, sql};
use crate::{
    application::{self, Application, PriceLine, Snapshot},
    draw,
};

/// Some of a party who leave it.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    pub people: &'a [PersonId],
    /// 世帯 that nobody of the party is of any more.
    pub households: &'a [Uuid],
}

/// Who leaves a party, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub people: Vec<PersonId>,
    pub households: Vec<Uuid>,
    /// The rank of the others in a draw; as it was, once the entries of the draw are fixed.
    pub tier: i32,
    pub to_verify: bool,
    /// What the others were judged by, sealed for its place.
    pub snapshot: Option<Vec<u8>>,
    /// Places that come free, in the unit of the class.
    pub units: i32,
    /// What the others are charged, line by line, and together in yen.
    pub price: serde_json::Value,
    pub total: i64,
}

/// Some of a party leave: who of it still learns is judged under the lock of the class, and then of the application, so that nobody of it
/// turns out to be somebody else meanwhile. Their places are offered to the line, and what was charged for them falls away, as does
/// everything they were judged by; the application stays where it is, for the others. When nothing is left to be paid, they are admitted.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed` when the class is over, `State` of an application that is, `People` when somebody has left
/// already or is not of it, or nobody would be left.
pub async fn leave_in_part(
    tx: &mut TenantTx,
    key: &SealKey,
    (class, id): (CourseClassId, CourseApplicationId),
    leaving: Leaving<'_>,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = open_unfinished(tx, class, now).await?;
    let (mut party, from) = find(tx, class, id).await?;
    if !from.active() {
        return Err(SeatError::State(from));
    }
    let held = application::hold(tx, id).await?.ok_or(SeatError::Absent)?;
    let learners = held.people.iter().filter(|(_, role)| *role == Role::Participant).map(|(person, _)| *person);
    rules::expect_leave(&learners.collect::<Vec<_>>(), leaving.people).map_err(SeatError::People)?;
    let part = part(tx, key, &held.application, leaving, book.by_party).await?;
    if part.units >= party.units {
        return Err(SeatError::People(Vec::new()));
    }
    book.reduce(&party, from, part.units);
    party.units = party.units.saturating_sub(part.units);
    sql::reduce(tx, id, &part, now).await?;
    if from == State::PaymentDue && part.total == 0 {
        book.shift(&party, &Step::new(State::Admitted, "nothing_to_pay", None))?;
    }
    book.promote(tx).await?;
    book.write(tx).await
}

/// What is left when they leave: their places come free, and what was charged for them falls away.
async fn part(
    tx: &mut TenantTx,
    key: &SealKey,
    of: &Application,
    leaving: Leaving<'_>,
    by_party: bool,
) -> Result<Part, SeatError> {
    let people = leaving.people;
    let of_the_others = |line: &PriceLine| line.person.is_none_or(|person| !people.contains(&person));
    let lines: Vec<PriceLine> = of.lines().into_iter().filter(of_the_others).collect();
    let left = i32::try_from(people.len()).unwrap_or(i32::MAX);
    let (tier, to_verify, snapshot) = judged(tx, key, of, people).await?;
    Ok(Part {
        people: people.to_vec(),
        households: leaving.households.to_vec(),
        tier,
        to_verify,
        snapshot,
        units: if by_party { 0 } else { left },
        total: lines.iter().map(|line| line.charged).sum(),
        price: application::kept_price(&lines)?,
    })
}

/// What the others are judged by when some leave: their rank, whether something is to be verified, and the snapshot for its place.
async fn judged(
    tx: &mut TenantTx,
    key: &SealKey,
    of: &Application,
    gone: &[PersonId],
) -> Result<(i32, bool, Option<Vec<u8>>), Fault> {
    if of.snapshot.is_none() {
        return Ok((of.tier, of.to_verify, None));
    }
    let tenant = tx.tenant();
    let left = Snapshot::open(key, tenant, of)?.without(gone);
    let is_fixed = draw::fixed_windows(tx, of.class_id).await?.contains(&of.window_id);
    let tier = left.tier().filter(|_| !is_fixed).unwrap_or(of.tier);
    Ok((tier, left.to_verify(), Some(left.seal(key, tenant, of.id)?)))
}
