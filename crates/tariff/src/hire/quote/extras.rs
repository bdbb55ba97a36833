//! What is charged beside the rooms: meters, equipment, time beyond the slots, and what the house charges by hand.

use kernel::Yen;
use time::Duration;

use super::{
    super::{
        Exact,
        charge::ChargeError,
        clock::{self, holds},
        document::{Component, EquipmentPrice, ExtensionPrice, ExtensionRow, Unit},
        facts::{Facts, RoomUse},
    },
    Evaluation, begun,
    book::{At, Part, Step},
};
use crate::TooLarge;

/// Steps of overtime that anybody would look up one by one.
const MOST_STEPS: i64 = 10_000;

impl Evaluation<'_> {
    pub(super) fn metered(
        &mut self,
        at: At<'_>,
        of_use: usize,
        facts: Facts<'_>,
        (meter, per_minutes, yen): (&str, i64, Yen),
    ) -> Result<(), ChargeError> {
        for used in facts.room.meters.iter().filter(|used| used.meter == meter) {
            let mut quantity = 0i64;
            for minutes in &used.minutes {
                quantity = quantity.checked_add(begun(*minutes, per_minutes)?).ok_or(TooLarge)?;
            }
            let why = format!("{quantity} times {per_minutes} minutes of {meter}");
            self.book.extra(at, of_use, Part::Room, Step::scaled(yen.into(), quantity, 1, why)?);
            self.priced.insert((of_use, "meter", meter.to_owned()));
        }
        Ok(())
    }

    pub(super) fn equipment(
        &mut self,
        at: At<'_>,
        of_use: usize,
        facts: Facts<'_>,
        prices: &[EquipmentPrice],
    ) -> Result<(), ChargeError> {
        let mut seen: Vec<&str> = Vec::new();
        for used in &facts.room.equipment {
            let Some(price) = prices.iter().find(|price| price.item == used.item) else { continue };
            if seen.contains(&used.item.as_str()) {
                continue;
            }
            seen.push(&used.item);
            self.priced.insert((of_use, "equipment", used.item.clone()));
            let room = facts.room;
            let wanted = pieces_of(room, &price.item)?;
            let (pieces, times, each) = match price.per {
                Unit::Slot => (wanted, i64::try_from(room.slots.len()).unwrap_or(i64::MAX).max(1), "slots"),
                Unit::Use => (self.beyond(of_use, (&price.item, wanted), |other| other.hire == room.hire)?, 1, "use"),
                Unit::Day => self.by_day(of_use, room, (&price.item, wanted))?,
                Unit::Hour => (wanted, begun(room.in_use(), 60)?, "hours"),
                Unit::TenMinutes => (wanted, begun(room.in_use(), 10)?, "times ten minutes"),
            };
            if pieces == 0 {
                continue;
            }
            let charged = price.yen_with_admission.filter(|_| facts.room.admission > 0);
            let quantity = pieces.checked_mul(times).ok_or(TooLarge)?;
            let why = format!("{pieces} of {} for {times} {each}", used.item);
            let step = Step::scaled(charged.unwrap_or(price.yen).into(), quantity, 1, why)?;
            self.book.extra(at, of_use, Part::Equipment, step);
        }
        Ok(())
    }

    /// How many pieces of an item a use is charged for that is priced once for several uses: as many as there are more than with any
    /// of those before, so that all together pay for the most there are at once.
    fn beyond(
        &self,
        of_use: usize,
        (item, wanted): (&str, i64),
        together: impl Fn(&RoomUse) -> bool,
    ) -> Result<i64, ChargeError> {
        let mut most = 0;
        for before in self.ask.uses.iter().take(of_use).filter(|other| together(other)) {
            most = pieces_of(before, item)?.max(most);
        }
        Ok((wanted - most).max(0))
    }

    /// The same on each civil day of a use: how many, how often, and what that is called.
    fn by_day(
        &self,
        of_use: usize,
        here: &RoomUse,
        (item, wanted): (&str, i64),
    ) -> Result<(i64, i64, &'static str), ChargeError> {
        let (days, mut sum) = (here.days_in_use()?, 0i64);
        for more in 0..days {
            let day = here.date.saturating_add(Duration::days(more));
            let one =
                self.beyond(of_use, (item, wanted), |other| other.space == here.space && other.is_in_use_on(day))?;
            sum = sum.checked_add(one).ok_or(TooLarge)?;
        }
        if days > 1 && wanted.checked_mul(days) == Some(sum) {
            return Ok((wanted, days, "days"));
        }
        Ok((sum, 1, "day"))
    }

    pub(super) fn extensions(
        &mut self,
        at: At<'_>,
        of_use: usize,
        facts: Facts<'_>,
        (per_minutes, price): (i64, &ExtensionPrice),
    ) -> Result<(), ChargeError> {
        for extension in &facts.room.extensions {
            let from = clock::minutes(&extension.from).ok_or(ChargeError::Senseless { what: "a clock" })?;
            let quantity = begun(extension.minutes, per_minutes)?;
            let runs = match price {
                ExtensionPrice::Yen(yen) => vec![(from, quantity, *yen)],
                ExtensionPrice::Rows(rows) => by_rows(at.component, rows, facts, (from, quantity, per_minutes))?,
                ExtensionPrice::ShareOf { of, num, den, mode, unit } => {
                    if facts.room.minutes <= 0 {
                        return Err(ChargeError::Senseless { what: "a time" });
                    }
                    // a share of what was not charged is no price
                    let Some(whole) = self.whole(of_use, of)? else { continue };
                    let share = whole.times(per_minutes, facts.room.minutes)?.times(*num, *den)?;
                    vec![(from, quantity, share.rounded(*mode, *unit)?)]
                }
            };
            for (from, quantity, unit) in runs {
                let why = format!("{quantity} begun times {per_minutes} minutes from {}", clock::clock(from));
                self.book.extra(at, of_use, Part::Room, Step::scaled(unit.into(), quantity, 1, why)?);
            }
            self.priced.insert((of_use, "extension", extension.from.clone()));
        }
        Ok(())
    }

    /// What components came to for a use as a whole; nothing when none of them is for it.
    fn whole(&self, of_use: usize, of: &[String]) -> Result<Option<Exact>, TooLarge> {
        let cells = self.book.cells_of(of_use);
        if !cells.iter().any(|cell| self.book.names(*cell, of)) {
            return Ok(None);
        }
        let whole = cells.into_iter().try_fold(Exact::ZERO, |sum, cell| sum.plus(self.book.sum(cell, Some(of))?))?;
        Ok(Some(whole))
    }

    /// After all components: no rate, reduction or rounding is about what is charged by hand.
    pub(super) fn manual(&mut self) -> Result<(), ChargeError> {
        for (of_use, room) in self.ask.uses.iter().enumerate() {
            for charge in &room.charges {
                if charge.yen <= Yen::ZERO {
                    return Err(ChargeError::Senseless { what: "a charge of nothing or less" });
                }
                self.book.manual(of_use, charge);
            }
        }
        Ok(())
    }
}

fn pieces_of(room: &RoomUse, item: &str) -> Result<i64, ChargeError> {
    let mut sum = 0i64;
    for used in room.equipment.iter().filter(|used| used.item == item) {
        if used.quantity <= 0 {
            return Err(ChargeError::Senseless { what: "a quantity" });
        }
        sum = sum.checked_add(used.quantity).ok_or(TooLarge)?;
    }
    Ok(sum)
}

/// The steps of an extension, each by the row that its beginning falls under; steps in a row under one row are told together,
/// with when the first of them begins.
fn by_rows(
    component: &Component,
    rows: &[ExtensionRow],
    facts: Facts<'_>,
    (from, quantity, per_minutes): (i64, i64, i64),
) -> Result<Vec<(i64, i64, Yen)>, ChargeError> {
    if quantity > MOST_STEPS {
        return Err(TooLarge.into());
    }
    let room = facts.room;
    let fits = |row: &&ExtensionRow| {
        row.space.as_ref().is_none_or(|space| *space == room.space)
            && row.day_class.is_none_or(|class| class == room.day_class)
    };
    let timed = |row: &ExtensionRow| Some((clock::minutes(&row.from)?, clock::minutes(&row.until)?, row.yen));
    let rows: Vec<(i64, i64, Yen)> = rows.iter().filter(fits).filter_map(timed).collect();
    let mut runs: Vec<(usize, i64, i64, Yen)> = Vec::new();
    for step in 0..quantity {
        let begins = from.saturating_add(step.saturating_mul(per_minutes));
        let (row, yen) = row_at(&rows, begins).ok_or_else(|| ChargeError::MissingRow {
            component: component.code.clone(),
            key: vec![("space", room.space.clone()), ("from", clock::clock(begins))],
        })?;
        match runs.last_mut() {
            Some((last, _, steps, _)) if *last == row => *steps += 1,
            _ => runs.push((row, begins, 1, yen)),
        }
    }
    Ok(runs.into_iter().map(|(_, begins, steps, yen)| (begins, steps, yen)).collect())
}

/// The place and the price of the row that a step begins under: the one that says so itself, or else the one that does by its clock.
fn row_at(rows: &[(i64, i64, Yen)], begins: i64) -> Option<(usize, Yen)> {
    let exactly = rows.iter().position(|(from, until, _)| *from <= begins && begins < *until);
    let found = exactly.or_else(|| rows.iter().position(|(from, until, _)| holds(*from, *until, begins)))?;
    rows.get(found).map(|(_, _, yen)| (found, *yen))
}
