//! Some of a party leave, and the others stay as they are.

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseClassId, PersonId},
};

use super::{Move, SeatError, State, book::Step, find, open_unfinished, rules, sql};
use crate::application::{self, PriceLine};

/// Who leaves a party, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub people: Vec<PersonId>,
    /// Places that come free, in the unit of the class.
    pub units: i32,
    /// What the others are charged, line by line, and together in yen.
    pub price: serde_json::Value,
    pub total: i64,
}

/// Some of a party leave: who of it still learns is judged under the lock of the class. Their places are offered to the line, and what
/// was charged for them falls away; the application stays where it is, for the others. When nothing is left to be paid, they are
/// admitted.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Completed` when the class is over, `State` of an application that is, `People` when somebody has left already or is not of it, or nobody
/// would be left.
pub async fn leave_in_part(
    tx: &mut TenantTx,
    class: CourseClassId,
    id: CourseApplicationId,
    people: &[PersonId],
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = open_unfinished(tx, class, now).await?;
    let (mut party, from) = find(tx, class, id).await?;
    if !from.active() {
        return Err(SeatError::State(from));
    }
    if !rules::may_leave(&sql::learners(tx, id).await?, people) {
        return Err(SeatError::People);
    }
    let part = part(tx, id, people, book.by_party).await?;
    if part.units >= party.units {
        return Err(SeatError::People);
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
    id: CourseApplicationId,
    people: &[PersonId],
    by_party: bool,
) -> Result<Part, SeatError> {
    let found = application::find_all(tx, vec![id]).await?.pop().ok_or(SeatError::Absent)?;
    let of_the_others = |line: &PriceLine| line.person.is_none_or(|person| !people.contains(&person));
    let lines: Vec<PriceLine> = found.lines().into_iter().filter(of_the_others).collect();
    let left = i32::try_from(people.len()).unwrap_or(i32::MAX);
    Ok(Part {
        people: people.to_vec(),
        units: if by_party { 0 } else { left },
        total: lines.iter().map(|line| line.charged).sum(),
        price: serde_json::to_value(&lines).map_err(|_| Fault::Unexpected("a price can be written"))?,
    })
}
