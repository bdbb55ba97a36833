//! キャンセル料・還付: what is kept of a charge when a hire is cancelled, by an ordinance's schedule.

use kernel::Yen;
use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use super::{Exact, facts::months_before};
use crate::{Rounding, TooLarge};

/// A schedule of steps, from the earliest deadline to the latest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeSchedule {
    pub legal_reference: String,
    /// The first whose deadline has not passed decides.
    pub steps: Vec<FeeStep>,
    /// Of the fee.
    pub mode: Rounding,
    /// Yen.
    pub unit: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeStep {
    /// Absent in the last: however late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Deadline>,
    pub fee: Share,
    #[serde(default)]
    pub of: Of,
}

/// The last day on which a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// So many days before the use. Exactly one of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_before: Option<u16>,
    /// The same day of the month so many months before, or that month's last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months_before: Option<u16>,
    /// When the house is closed on that day, the next day on which it is open.
    #[serde(default)]
    pub next_open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Share {
    /// Of the charge, from 0 to 100.
    Percent(u8),
    /// This much, but never more than the charge.
    Yen(Yen),
}

/// Of which charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    #[default]
    All,
    Room,
    Equipment,
}

/// Why a hire is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// By who hired it.
    User,
    /// By the house: nothing is kept.
    House,
    /// 不可抗力: nothing is kept.
    ForceMajeure,
}

/// What is kept, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forfeit {
    /// Yen.
    pub fee: Yen,
    /// What goes back of what was charged, yen.
    pub refund: Yen,
    /// Which step decided, counted from 0; none when the cause did.
    pub step: Option<usize>,
    /// The last day of that step.
    pub until: Option<Date>,
    pub before_round: Exact,
    pub legal_reference: String,
}

impl Deadline {
    /// The last day of the step for a use; none when it cannot be reckoned.
    pub fn day(self, use_on: Date, next_open: impl Fn(Date) -> Date) -> Option<Date> {
        let day = match (self.days_before, self.months_before) {
            (Some(days), None) => use_on.checked_sub(Duration::days(days.into()))?,
            (None, Some(months)) => months_before(use_on, months.into())?,
            _ => return None,
        };
        Some(if self.next_open { next_open(day) } else { day })
    }
}

impl FeeSchedule {
    /// What cancelling on a day costs. `next_open` gives a day itself when the house is open on it.
    ///
    /// # Errors
    /// [`TooLarge`], also when the charges are negative.
    pub fn forfeit(
        &self,
        cause: Cause,
        cancelled_on: Date,
        use_on: Date,
        (room, equipment): (Yen, Yen),
        next_open: impl Fn(Date) -> Date,
    ) -> Result<Forfeit, TooLarge> {
        let charged = room.checked_add(equipment).filter(|sum| sum.0 >= 0).ok_or(TooLarge)?;
        let days = self.steps.iter().map(|step| step.until.map(|until| until.day(use_on, &next_open)));
        let counts = |until: &Option<Option<Date>>| match until {
            None => true,
            Some(day) => day.is_some_and(|day| cancelled_on <= day),
        };
        let found = days.enumerate().find(|(_, until)| counts(until)).filter(|_| cause == Cause::User);
        let decided = found.and_then(|(at, until)| Some((at, until.flatten(), self.steps.get(at)?)));
        let before_round = match decided {
            None if cause == Cause::User => charged.into(),
            None => Exact::ZERO,
            Some((_, _, step)) => {
                let basis = match step.of {
                    Of::All => charged,
                    Of::Room => room,
                    Of::Equipment => equipment,
                };
                match step.fee {
                    Share::Percent(percent) => Exact::from(basis).times(i64::from(percent), 100)?,
                    Share::Yen(yen) => yen.min(basis).into(),
                }
            }
        };
        let fee = before_round.rounded(self.mode, self.unit)?.clamp(Yen::ZERO, charged);
        Ok(Forfeit {
            fee,
            refund: charged - fee,
            step: decided.map(|(at, ..)| at),
            until: decided.and_then(|(_, until, _)| until),
            before_round,
            legal_reference: self.legal_reference.clone(),
        })
    }
}
