//! 辞退: what goes back to whoever withdraws, told before, and binding until the next boundary.

mod events;
pub(crate) mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{BillLineId, CourseApplicationId, FeeId, PersonId, WithdrawalQuoteId},
};
use serde::{Deserialize, Serialize};

use crate::{
    application::{Application, Applied, ApplyError, PriceLine, find as find_application, hold as hold_application},
    change_plan::{Money, owing},
    class::find as find_class,
    joining, problems,
    schema::withdrawal_quotes,
    seats::{self, Role, SeatError, State},
};

/// What is paid of one line of a bill and has not gone back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidLine {
    pub line: BillLineId,
    pub fee: FeeId,
    /// Yen, tax included; 0 when nothing is left of it.
    pub amount: i64,
}

/// What goes back of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    pub line: BillLineId,
    pub fee: FeeId,
    pub label: String,
    pub refundable: bool,
    /// Yen: what is paid, the part of it that is for sessions that have not begun or were cancelled, and what goes back.
    pub paid: i64,
    pub ahead: i64,
    pub refund: i64,
}

impl QuoteLine {
    /// Of what is paid of a line by this price. `back` says, of a fee that is refundable or is not, how much is ahead and how much goes
    /// back, in yen.
    pub(crate) fn of(paid: &PaidLine, price: &[PriceLine], back: impl FnOnce(bool) -> (i64, i64)) -> Self {
        let fee = rules::priced(paid, price);
        let refundable = fee.is_some_and(|fee| fee.refundable);
        let (ahead, refund) = back(refundable);
        let label = fee.map(|fee| fee.label.clone()).unwrap_or_default();
        Self { line: paid.line, fee: paid.fee, label, refundable, paid: paid.amount, ahead, refund }
    }
}

/// What somebody gets back who withdraws before `valid_until`, to the yen.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = withdrawal_quotes)]
pub struct WithdrawalQuote {
    pub id: WithdrawalQuoteId,
    pub application_id: CourseApplicationId,
    lines: serde_json::Value,
    /// Yen.
    pub paid: i64,
    pub refund: i64,
    /// Excluded.
    pub valid_until: Instant,
    pub used_at: Option<Instant>,
    pub created_at: Instant,
    people: Option<serde_json::Value>,
}

impl WithdrawalQuote {
    /// Who of the party leaves; absent: all of it.
    ///
    /// # Errors
    /// A [`Fault`] for people whom nobody wrote.
    pub fn people(&self) -> Result<Option<Vec<PersonId>>, Fault> {
        let people = self.people.clone().map(serde_json::from_value).transpose();
        people.map_err(|_| Fault::Unexpected("the people of a quote can be read"))
    }

    /// What goes back, line by line.
    ///
    /// # Errors
    /// A [`Fault`] for lines that nobody wrote.
    pub fn lines(&self) -> Result<Vec<QuoteLine>, Fault> {
        let lines = serde_json::from_value(self.lines.clone());
        lines.map_err(|_| Fault::Unexpected("the lines of a quote can be read"))
    }
}

/// Why there is no quote, or it does not hold.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawalError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the application is {}", .0.as_str())]
    State(State),
    #[error("the class is over")]
    Completed,
    #[error("the quote was used at {0}")]
    Used(Instant),
    #[error("the quote held until {0}")]
    Expired(Instant),
    #[error("since the quote, money came in or went back, or a session has begun")]
    Changed,
    /// Those named who do not take part; nobody: somebody is named twice, or nobody would be left.
    #[error("some are named who do not take part, or nobody would be left")]
    People(Vec<PersonId>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<ApplyError> for WithdrawalError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Fault(fault) => Self::Fault(fault),
            _ => Self::Absent,
        }
    }
}

impl From<SeatError> for WithdrawalError {
    fn from(error: SeatError) -> Self {
        match error {
            SeatError::Fault(fault) => Self::Fault(fault),
            _ => Self::Absent,
        }
    }
}

impl Refuse for WithdrawalError {
    fn refusal(&self) -> Refusal {
        let told = |at: &Instant| kernel::clock::written(*at);
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::State(state) => problems::APPLICATION_STATE.refuse().fact("state", state.as_str()),
            Self::Completed => problems::CLASS_STATE.refuse().fact("state", "completed"),
            Self::Used(at) => problems::QUOTE_USED.refuse().fact("used_at", told(at)),
            Self::Expired(at) => problems::QUOTE_OUTDATED.refuse().fact("valid_until", told(at)),
            Self::Changed => problems::QUOTE_CHANGED.refuse(),
            Self::People(strangers) => {
                let strangers: Vec<String> = strangers.iter().map(ToString::to_string).collect();
                problems::QUOTE_PEOPLE.refuse().fact("people", strangers)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Says what goes back of what is paid if the application, or some of its people, is withdrawn before the next boundary, and keeps it.
/// All of what came in goes back of a bill that is not paid in full: nothing of it is consumed. What a change plan still gives back is
/// not in it.
///
/// # Errors
/// [`WithdrawalError`]: `Absent`, `State` when there is nothing to withdraw, `Completed` when the class is over, `People`.
pub async fn quote(
    tx: &mut TenantTx,
    (application, people): (CourseApplicationId, Option<&[PersonId]>),
    money: &Money,
    now: Instant,
) -> Result<WithdrawalQuote, WithdrawalError> {
    let found = find_application(tx, application).await?;
    expect_active(&found.application, now)?;
    if let Some(people) = people {
        rules::expect_part(&found.people, people)?;
    }
    let class = find_class(tx, found.application.class_id, true).await.map_err(ApplyError::from)?.class;
    if class.state == "completed" {
        return Err(WithdrawalError::Completed);
    }
    let ahead = sql::ahead(tx, &found.application, now).await?;
    let steps = class.class_rules().refunds;
    let (step, valid_until) = rules::step(&steps, &ahead, now);
    let money = owing::left(tx, &found.application, money).await?;
    let lines = match &money {
        Money::Paid(paid) => {
            let theirs = rules::lines_of(paid, &found.application.lines(), people);
            rules::lines(&theirs, &found.application.lines(), &ahead, step)
        }
        Money::Asked(_) => Vec::new(),
    };
    let (paid, refund) = rules::sums(&lines, &money);
    let row = WithdrawalQuote {
        id: WithdrawalQuoteId::new(now),
        application_id: application,
        paid,
        refund,
        lines: written(serde_json::to_value(&lines))?,
        valid_until,
        used_at: None,
        created_at: now,
        people: people.map(|people| written(serde_json::to_value(people))).transpose()?,
    };
    sql::insert(tx, &row).await?;
    journal(tx, now, &events::WithdrawalQuoted::of(&row)).await?;
    Ok(row)
}

/// Finds a quote.
///
/// # Errors
/// [`WithdrawalError::Absent`].
pub async fn find(tx: &mut TenantTx, id: WithdrawalQuoteId) -> Result<WithdrawalQuote, WithdrawalError> {
    sql::find(tx, id).await?.ok_or(WithdrawalError::Absent)
}

/// Uses a quote up: exactly what it says is to go back in this transaction. `money` is what there is of it now, under the lock of the
/// bill. The class is locked until the transaction ends, so that nobody leaves the party meanwhile and no change plan begins; what one
/// still gives back is not in what is left. So is the application, so that nobody of it turns out to be somebody else. What the house
/// decides meanwhile makes a quote no smaller: of a session that was cancelled when it was told the whole part goes back, though another
/// was to take its place since. One that has begun since, earlier than it was to when the quote was told or in the place of another, is
/// used. When some leave a bill that is paid, the price of the party says from now on which line of it is whose; and whoever leaves some
/// of a joining fee with the house has joined.
///
/// # Errors
/// [`WithdrawalError`]: `Absent`, `State`, `Used`, `Expired`, `Changed`, `People` when they have left meanwhile.
pub async fn redeem(
    tx: &mut TenantTx,
    id: WithdrawalQuoteId,
    money: &Money,
    now: Instant,
) -> Result<WithdrawalQuote, WithdrawalError> {
    let of = find(tx, id).await?.application_id;
    let class = find_application(tx, of).await?.application.class_id;
    seats::lock(tx, class).await?;
    let found = sql::find_for_update(tx, id).await?.ok_or(WithdrawalError::Absent)?;
    if let Some(at) = found.used_at {
        return Err(WithdrawalError::Used(at));
    }
    let applied = hold_application(tx, of).await?.ok_or(WithdrawalError::Absent)?;
    expect_active(&applied.application, now)?;
    if found.valid_until <= now {
        return Err(WithdrawalError::Expired(found.valid_until));
    }
    let people = found.people()?;
    if let Some(people) = &people {
        rules::expect_part(&applied.people, people)?;
    }
    let lines = found.lines()?;
    let quoted: Vec<PaidLine> =
        lines.iter().map(|one| PaidLine { line: one.line, fee: one.fee, amount: one.paid }).collect();
    let money = owing::left(tx, &applied.application, money).await?;
    let stands = match &money {
        Money::Paid(paid) => rules::lines_of(paid, &applied.application.lines(), people.as_deref()) == quoted,
        Money::Asked(came) => quoted.is_empty() && found.paid == *came,
    };
    if !stands || sql::ahead(tx, &applied.application, now).await?.has_begun_since(found.created_at) {
        return Err(WithdrawalError::Changed);
    }
    keep_joined(tx, &applied, &lines, people.as_deref()).await?;
    if let (Some(_), Money::Paid(bill)) = (&people, &money) {
        let price = rules::told_apart(bill, &applied.application.lines());
        sql::keep_price(tx, applied.application.id, &written(serde_json::to_value(price))?).await?;
    }
    sql::use_up(tx, id, now).await?;
    journal(tx, now, &events::WithdrawnByQuote::of(&found)).await?;
    Ok(WithdrawalQuote { used_at: Some(now), ..found })
}

async fn keep_joined(
    tx: &mut TenantTx,
    of: &Applied,
    back: &[QuoteLine],
    people: Option<&[PersonId]>,
) -> Result<(), Fault> {
    let id = of.application.id;
    let learners = of.people.iter().filter(|(_, role)| *role == Role::Participant).map(|(person, _)| *person);
    let leaving = people.map_or_else(|| learners.collect(), <[PersonId]>::to_vec);
    let joined = joining::rules::kept(&of.application.lines(), back, &leaving);
    joining::keep(tx, joined.into_iter().map(|person| (id, person)).collect()).await
}

fn written(what: serde_json::Result<serde_json::Value>) -> Result<serde_json::Value, Fault> {
    what.map_err(|_| Fault::Unexpected("a quote can be written"))
}

fn expect_active(one: &Application, now: Instant) -> Result<(), WithdrawalError> {
    let state = one.standing(now)?;
    if state.may_end_as(State::Withdrawn) { Ok(()) } else { Err(WithdrawalError::State(state)) }
}
