//! Evaluates a tariff: component by component over every use, exactly, and line by line; then what is charged beside it.

mod book;
mod days;
mod extras;
mod reduction;
mod rounding;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ENGINE, Exact,
    charge::{Charge, ChargeError, UseCharge, tax_block},
    document::{Component, HireTariff, Of, Per, Rule},
    facts::{Facts, HireAsk, RoomUse},
    predicate::Fact,
    table::Table,
};
use crate::TooLarge;
use book::{At, Book, Part, Step};

/// How many steps have begun.
pub(super) fn begun(minutes: i64, step: i64) -> Result<i64, ChargeError> {
    if minutes < 0 || step <= 0 {
        return Err(ChargeError::Senseless { what: "a time" });
    }
    Ok(minutes / step + i64::from(minutes % step > 0))
}

struct Evaluation<'a> {
    tariff: &'a HireTariff,
    ask: &'a HireAsk,
    book: Book<'a>,
    /// What of the ask has a price: the use, and what it is.
    priced: BTreeSet<(usize, &'static str, String)>,
    /// How many heads tables by kind have counted, of the uses that they are the price of.
    counted: BTreeMap<usize, i64>,
    /// From which charges a component takes off what was granted.
    reduced: Parts,
    /// Of which of them there was something.
    charged: Parts,
}

#[derive(Default)]
struct Parts {
    room: bool,
    equipment: bool,
}

impl Parts {
    const fn note(&mut self, part: Part) {
        match part {
            Part::Room => self.room = true,
            Part::Equipment => self.equipment = true,
        }
    }
}

/// Prices an ask by a tariff.
///
/// # Errors
/// [`ChargeError`]: what the tariff does not say is never free. That something granted comes off nothing is no error here
/// ([`Charge::in_vain`]).
pub fn quote(tariff: &HireTariff, ask: &HireAsk) -> Result<Charge, ChargeError> {
    let charge = evaluated(tariff, ask)?;
    days::expect_alike(tariff, ask, &charge)?;
    Ok(charge)
}

fn evaluated(tariff: &HireTariff, ask: &HireAsk) -> Result<Charge, ChargeError> {
    if tariff.engine != ENGINE {
        return Err(ChargeError::Engine(tariff.engine));
    }
    if ask.uses.is_empty() {
        return Err(ChargeError::Senseless { what: "an ask for nothing" });
    }
    ask.uses.iter().try_for_each(|room| tariff.expect_kinds(&room.headcount))?;
    let (book, priced, counted) = (Book::new(tariff), BTreeSet::new(), BTreeMap::new());
    let (reduced, charged) = (Parts::default(), Parts::default());
    let mut evaluation = Evaluation { tariff, ask, book, priced, counted, reduced, charged };
    for (index, component) in tariff.components.iter().enumerate() {
        evaluation.component(At { index, component })?;
    }
    evaluation.everything_has_a_price()?;
    evaluation.somebody_is_counted()?;
    let idle = evaluation.not_taken_off();
    evaluation.manual()?;
    evaluation.charge(idle)
}

impl<'a> Evaluation<'a> {
    fn component(&mut self, at: At<'a>) -> Result<(), ChargeError> {
        if let Rule::Round { scope, mode, unit } = &at.component.rule {
            return self.round(at, *scope, (*mode, *unit));
        }
        for of_use in self.uses_of(at.component)? {
            self.apply(at, of_use)?;
        }
        Ok(())
    }

    fn facts(&self, room: &'a RoomUse) -> Facts<'a> {
        Facts { tariff: self.tariff, ask: self.ask, room }
    }

    /// The uses that a component is for.
    fn uses_of(&self, component: &Component) -> Result<Vec<usize>, ChargeError> {
        let mut found = Vec::new();
        for (of_use, room) in self.ask.uses.iter().enumerate() {
            let applies = match &component.when {
                None => true,
                Some(when) => when.decides(self.facts(room))?,
            };
            if applies {
                found.push(of_use);
            }
        }
        Ok(found)
    }

    fn apply(&mut self, at: At<'a>, of_use: usize) -> Result<(), ChargeError> {
        let Some(room) = self.ask.uses.get(of_use) else { return Ok(()) };
        let facts = self.facts(room);
        match &at.component.rule {
            Rule::Table { addition, key, span_by, per, rows } => {
                let table = Table { component: &at.component.code, key, span_by, per, rows };
                self.table(at, of_use, facts, (*addition, &table))?;
            }
            Rule::Rate { num, den, of } => self.proportion(at, of_use, of, (*num, *den))?,
            Rule::Factor { num, den, of } => {
                let more = num.checked_sub(*den).ok_or(TooLarge)?;
                self.proportion(at, of_use, of, (more, *den))?;
            }
            Rule::Metered { meter, per_minutes, yen } => {
                self.metered(at, of_use, facts, (meter, *per_minutes, *yen))?;
            }
            Rule::Equipment { prices } => self.equipment(at, of_use, facts, prices)?,
            Rule::Extension { per_minutes, price } => self.extensions(at, of_use, facts, (*per_minutes, price))?,
            Rule::Reduction { of, equipment, stack } => {
                self.reduce(at, of_use, (Part::Room, of), *stack)?;
                self.reduce(at, of_use, (Part::Equipment, equipment), *stack)?;
            }
            Rule::Round { .. } => {}
        }
        for meter in self.meters_of(at.component, of_use) {
            self.priced.insert((of_use, "meter", meter));
        }
        Ok(())
    }

    /// What the rows of a table come to; and that they are the price of the room, unless they are charged beside it.
    fn table(
        &mut self,
        at: At<'_>,
        of_use: usize,
        facts: Facts<'_>,
        (addition, table): (bool, &Table<'_>),
    ) -> Result<(), ChargeError> {
        for found in table.prices(facts)? {
            if !addition && matches!(table.per, Per::HeadOf(_)) {
                let heads = self.counted.entry(of_use).or_default();
                *heads = found.quantity.max(*heads);
            }
            let why = format!("the row of {}", if found.span.is_empty() { "the day" } else { &found.span });
            let step = Step::scaled(found.price.into(), found.quantity, 1, why)?;
            self.book.add(at, of_use, (found.slot, &found.span), step);
        }
        if !addition && self.meters_of(at.component, of_use).is_empty() {
            self.priced.insert((of_use, "room", facts.room.space.clone()));
        }
        Ok(())
    }

    /// The meters of a use that a component is for because they are on: 冷暖房を使用した場合は基本使用料の6割.
    fn meters_of(&self, component: &Component, of_use: usize) -> Vec<String> {
        let named = component.when.as_ref().map(|when| when.names(Fact::Meter)).unwrap_or_default();
        let on = self.ask.uses.get(of_use).into_iter().flat_map(RoomUse::meters_on);
        on.filter(|meter| named.contains(meter)).map(str::to_owned).collect()
    }

    /// A part of what each cell of the use has come to so far.
    fn proportion(&mut self, at: At<'_>, of_use: usize, of: &Of, (num, den): (i64, i64)) -> Result<(), ChargeError> {
        let named = match of {
            Of::Codes(codes) => Some(codes.as_slice()),
            Of::Running(_) => None,
        };
        let what = named.map_or_else(|| "everything so far".to_owned(), |codes| codes.join(" and "));
        for cell in self.book.cells_of(of_use) {
            let basis = self.book.sum(cell, named)?;
            let step = Step::scaled(basis, num, den, format!("{num}/{den} of {what}"))?;
            self.book.change(at, cell, step)?;
        }
        Ok(())
    }

    fn everything_has_a_price(&self) -> Result<(), ChargeError> {
        for (of_use, room) in self.ask.uses.iter().enumerate() {
            let rooms = [("room", room.space.as_str())].into_iter();
            let meters = room.meters_on().map(|meter| ("meter", meter));
            let equipment = room.equipment.iter().map(|used| ("equipment", used.item.as_str()));
            let extensions = room.extensions.iter().map(|used| ("extension", used.from.as_str()));
            let mut all = rooms.chain(meters).chain(equipment).chain(extensions);
            let priced = |what: &'static str, code: &str| self.priced.contains(&(of_use, what, code.to_owned()));
            if let Some((what, code)) = all.find(|(what, code)| !priced(what, code)) {
                return Err(ChargeError::Unpriced { what, code: code.to_owned() });
            }
        }
        Ok(())
    }

    /// Of who is priced by kind, somebody is there: what is priced by nobody is not free.
    fn somebody_is_counted(&self) -> Result<(), ChargeError> {
        if self.counted.values().any(|heads| *heads == 0) {
            return Err(ChargeError::Senseless { what: "a use by nobody of the kinds that are priced" });
        }
        Ok(())
    }

    fn charge(self, idle: Vec<String>) -> Result<Charge, ChargeError> {
        let nothing = UseCharge { room: Exact::ZERO, equipment: Exact::ZERO };
        let mut uses = vec![nothing; self.ask.uses.len()];
        let mut total = Exact::ZERO;
        for (at, cell) in self.book.cells.iter().enumerate() {
            let sum = self.book.sum(at, None)?;
            total = total.plus(sum)?;
            if let Some(of_use) = uses.get_mut(cell.of_use) {
                let part = match cell.part {
                    Part::Room => &mut of_use.room,
                    Part::Equipment => &mut of_use.equipment,
                };
                *part = part.plus(sum)?;
            }
        }
        let sum = total.whole().ok_or(ChargeError::NotWhole(total))?;
        let tax = tax_block(self.tariff, sum)?;
        let in_vain = self.in_vain(&idle);
        Ok(Charge { lines: self.book.lines, uses, total: tax.gross, tax, idle, in_vain })
    }
}
