//! Evaluates a tariff: component by component over every use, exactly, and line by line.

use kernel::Yen;
use sha2::{Digest, Sha256};

use super::{
    ENGINE, Exact,
    charge::{Charge, ChargeError, Line, tax_block},
    document::{Component, EquipmentPrice, ExtensionPrice, ExtensionRow, HireTariff, Of, Rule, Scope, Stack, Unit},
    facts::{ExtensionUse, Facts, Grant, HireAsk, Ratio},
    table::Table,
};
use crate::{Rounding, TooLarge};

/// What one priced part of a use has come to.
struct Cell {
    of_use: usize,
    /// None for the use as a whole.
    slot: Option<usize>,
    span: String,
    /// By component, in the order of evaluation.
    items: Vec<(usize, Exact)>,
}

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
    cells: Vec<Cell>,
    lines: Vec<Line>,
    /// What of the ask has a price: the use, and what it is.
    priced: Vec<(usize, &'static str, String)>,
}

/// One step as its component gives it.
struct Step {
    basis: Exact,
    num: i64,
    den: i64,
    amount: Exact,
    why: String,
}

impl Step {
    fn scaled(basis: Exact, num: i64, den: i64, why: String) -> Result<Self, TooLarge> {
        Ok(Self { basis, num, den, amount: basis.times(num, den)?, why })
    }
}

/// Prices an ask by a tariff.
///
/// # Errors
/// [`ChargeError`]: what the tariff does not say is never free.
pub fn quote(tariff: &HireTariff, ask: &HireAsk) -> Result<Charge, ChargeError> {
    if tariff.engine != ENGINE {
        return Err(ChargeError::Engine(tariff.engine));
    }
    if ask.uses.is_empty() {
        return Err(ChargeError::Senseless { what: "an ask for nothing" });
    }
    let mut evaluation = Evaluation { tariff, ask, cells: Vec::new(), lines: Vec::new(), priced: Vec::new() };
    for (index, component) in tariff.components.iter().enumerate() {
        evaluation.component(index, component)?;
    }
    evaluation.everything_has_a_price()?;
    evaluation.charge()
}

impl<'a> Evaluation<'a> {
    fn component(&mut self, index: usize, component: &'a Component) -> Result<(), ChargeError> {
        if let Rule::Round { scope, mode, unit } = &component.rule {
            return self.round(index, component, *scope, *mode, *unit);
        }
        for (of_use, room) in self.ask.uses.iter().enumerate() {
            let facts = Facts { tariff: self.tariff, ask: self.ask, room };
            if component.when.as_ref().is_none_or(|when| when.holds(facts)) {
                self.apply(index, component, of_use, facts)?;
            }
        }
        Ok(())
    }

    fn apply(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        facts: Facts<'a>,
    ) -> Result<(), ChargeError> {
        match &component.rule {
            Rule::Table { key, span_by, per, rows } => {
                let table = Table { component: &component.code, key, span_by, per: *per, rows };
                for found in table.prices(facts)? {
                    let why = format!("the row of {}", if found.span.is_empty() { "the day" } else { &found.span });
                    let step = Step::scaled(found.price.into(), found.quantity, 1, why)?;
                    self.add(index, component, of_use, found.slot, &found.span, step);
                }
                self.priced.push((of_use, "room", facts.room.space.clone()));
            }
            Rule::Rate { num, den, of } => self.proportion(index, component, of_use, of, (*num, *den))?,
            Rule::Factor { num, den, of } => {
                let more = num.checked_sub(*den).ok_or(TooLarge)?;
                self.proportion(index, component, of_use, of, (more, *den))?;
            }
            Rule::Metered { meter, per_minutes, yen } => {
                self.metered(index, component, of_use, facts, meter, (*per_minutes, *yen))?;
            }
            Rule::Equipment { prices } => self.equipment(index, component, of_use, facts, prices)?,
            Rule::Extension { per_minutes, price } => {
                self.extensions(index, component, of_use, facts, *per_minutes, price)?;
            }
            Rule::Reduction { of, equipment, stack } => {
                self.reduce(index, component, of_use, of, |grant| grant.room, *stack)?;
                self.reduce(index, component, of_use, equipment, |grant| grant.equipment, *stack)?;
            }
            Rule::Round { .. } => {}
        }
        Ok(())
    }

    /// A part of what each cell of the use has come to so far.
    fn proportion(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        of: &Of,
        (num, den): (i64, i64),
    ) -> Result<(), ChargeError> {
        let named = match of {
            Of::Codes(codes) => Some(codes.as_slice()),
            Of::Running(_) => None,
        };
        let what = named.map_or_else(|| "everything so far".to_owned(), |codes| codes.join(" and "));
        for at in self.cells_of(of_use) {
            let basis = self.sum(at, named)?;
            if !basis.is_zero() {
                let step = Step::scaled(basis, num, den, format!("{num}/{den} of {what}"))?;
                self.put(index, component, at, step);
            }
        }
        Ok(())
    }

    fn metered(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        facts: Facts<'a>,
        meter: &str,
        (per_minutes, yen): (i64, Yen),
    ) -> Result<(), ChargeError> {
        for used in facts.room.meters.iter().filter(|used| used.meter == meter) {
            let mut quantity = 0i64;
            for minutes in &used.minutes {
                quantity = quantity.checked_add(begun(*minutes, per_minutes)?).ok_or(TooLarge)?;
            }
            let why = format!("{quantity} times {per_minutes} minutes of {meter}");
            self.extra(index, component, of_use, Step::scaled(yen.into(), quantity, 1, why)?);
            self.priced.push((of_use, "meter", meter.to_owned()));
        }
        Ok(())
    }

    fn equipment(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        facts: Facts<'a>,
        prices: &[EquipmentPrice],
    ) -> Result<(), ChargeError> {
        for used in &facts.room.equipment {
            let Some(price) = prices.iter().find(|price| price.item == used.item) else { continue };
            if used.quantity < 0 {
                return Err(ChargeError::Senseless { what: "a quantity" });
            }
            self.priced.push((of_use, "equipment", used.item.clone()));
            let (times, each) = match price.per {
                Unit::Slot => (i64::try_from(facts.room.slots.len()).unwrap_or(i64::MAX).max(1), "slots"),
                Unit::Use if self.used_before(of_use, &used.item) => continue,
                Unit::Use => (1, "use"),
                Unit::Day => (1, "day"),
                Unit::Hour => (begun(facts.room.minutes, 60)?, "hours"),
                Unit::TenMinutes => (begun(facts.room.minutes, 10)?, "times ten minutes"),
            };
            let charged = price.yen_with_admission.filter(|_| facts.room.admission > 0);
            let quantity = used.quantity.checked_mul(times).ok_or(TooLarge)?;
            let why = format!("{} of {} for {times} {each}", used.quantity, used.item);
            let step = Step::scaled(charged.unwrap_or(price.yen).into(), quantity, 1, why)?;
            self.extra(index, component, of_use, step);
        }
        Ok(())
    }

    /// Whether an earlier day of the same hire has the item too.
    fn used_before(&self, of_use: usize, item: &str) -> bool {
        let hire = self.ask.uses.get(of_use).map(|room| room.hire);
        let earlier = self.ask.uses.iter().take(of_use).filter(|room| Some(room.hire) == hire);
        earlier.flat_map(|room| &room.equipment).any(|used| used.item == item)
    }

    fn extensions(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        facts: Facts<'a>,
        per_minutes: i64,
        price: &ExtensionPrice,
    ) -> Result<(), ChargeError> {
        for extension in &facts.room.extensions {
            let unit = match price {
                ExtensionPrice::Yen(yen) => *yen,
                ExtensionPrice::Rows(rows) => row_of(component, rows, facts, extension)?,
                ExtensionPrice::ShareOf { of, num, den, mode, unit } => {
                    let mut whole = Exact::ZERO;
                    for at in self.cells_of(of_use) {
                        whole = whole.plus(self.sum(at, Some(of))?)?;
                    }
                    whole.times(per_minutes, facts.room.minutes)?.times(*num, *den)?.rounded(*mode, *unit)?
                }
            };
            let quantity = begun(extension.minutes, per_minutes)?;
            let why = format!("{quantity} begun times {per_minutes} minutes from {}", extension.from);
            self.extra(index, component, of_use, Step::scaled(unit.into(), quantity, 1, why)?);
            self.priced.push((of_use, "extension", extension.from.clone()));
        }
        Ok(())
    }

    fn reduce(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        of: &[String],
        off: impl Fn(&Grant) -> Ratio,
        stack: Stack,
    ) -> Result<(), ChargeError> {
        if of.is_empty() || self.ask.grants.is_empty() {
            return Ok(());
        }
        let off = together(self.ask.grants.iter().map(off), stack)?;
        let names: Vec<&str> = self.ask.grants.iter().map(|grant| grant.legal_reference.as_str()).collect();
        for at in self.cells_of(of_use) {
            let basis = self.sum(at, Some(of))?;
            let amount = -basis.by(off)?;
            if !amount.is_zero() {
                let why = format!("{off} off {}: {}", of.join(" and "), names.join(", "));
                self.put(index, component, at, Step { basis, num: -1, den: 1, amount, why });
            }
        }
        Ok(())
    }

    fn round(
        &mut self,
        index: usize,
        component: &'a Component,
        scope: Scope,
        mode: Rounding,
        unit: i64,
    ) -> Result<(), ChargeError> {
        let mut done = vec![false; self.cells.len()];
        for at in 0..self.cells.len() {
            if done.get(at).copied().unwrap_or(true) {
                continue;
            }
            let group: Vec<usize> = (at..self.cells.len()).filter(|other| self.together(scope, at, *other)).collect();
            let mut sum = Exact::ZERO;
            for member in &group {
                sum = sum.plus(self.sum(*member, None)?)?;
                if let Some(done) = done.get_mut(*member) {
                    *done = true;
                }
            }
            let rounded = Exact::from(sum.rounded(mode, unit)?);
            let amount = rounded.plus(-sum)?;
            if !amount.is_zero() {
                let why = format!("{sum} is {rounded} in steps of {unit} yen, {}", mode.as_str());
                self.put(index, component, at, Step { basis: sum, num: 1, den: 1, amount, why });
            }
        }
        Ok(())
    }

    fn together(&self, scope: Scope, one: usize, other: usize) -> bool {
        let of_use = |at: usize| self.cells.get(at).map(|cell| cell.of_use);
        let hire = |at: usize| of_use(at).and_then(|of_use| self.ask.uses.get(of_use)).map(|room| room.hire);
        match scope {
            Scope::Slot => one == other,
            Scope::RoomDay => of_use(one) == of_use(other),
            Scope::Hire => hire(one) == hire(other),
            Scope::Application => true,
        }
    }

    fn cells_of(&self, of_use: usize) -> Vec<usize> {
        self.cells.iter().enumerate().filter(|(_, cell)| cell.of_use == of_use).map(|(at, _)| at).collect()
    }

    /// What a cell has come to: by these components, or altogether.
    fn sum(&self, at: usize, named: Option<&[String]>) -> Result<Exact, TooLarge> {
        let counts = |index: usize| match named {
            None => true,
            Some(codes) => self.tariff.components.get(index).is_some_and(|component| codes.contains(&component.code)),
        };
        let items = self.cells.get(at).map(|cell| cell.items.as_slice()).unwrap_or_default();
        items.iter().filter(|(index, _)| counts(*index)).try_fold(Exact::ZERO, |sum, (_, amount)| sum.plus(*amount))
    }

    /// Something beside the slots: a cell of its own for each component and use.
    fn extra(&mut self, index: usize, component: &'a Component, of_use: usize, step: Step) {
        self.cells.push(Cell { of_use, slot: None, span: String::new(), items: Vec::new() });
        self.put(index, component, self.cells.len() - 1, step);
    }

    fn add(
        &mut self,
        index: usize,
        component: &'a Component,
        of_use: usize,
        slot: Option<usize>,
        span: &str,
        step: Step,
    ) {
        let same = |cell: &Cell| cell.of_use == of_use && cell.slot == slot && cell.span == span;
        let at = self.cells.iter().position(same).unwrap_or_else(|| {
            self.cells.push(Cell { of_use, slot, span: span.to_owned(), items: Vec::new() });
            self.cells.len() - 1
        });
        self.put(index, component, at, step);
    }

    fn put(&mut self, index: usize, component: &'a Component, at: usize, step: Step) {
        let Some(cell) = self.cells.get_mut(at) else { return };
        cell.items.push((index, step.amount));
        self.lines.push(Line {
            seq: self.lines.len() + 1,
            component: component.code.clone(),
            label: component.label.clone(),
            of_use: cell.of_use,
            span: cell.span.clone(),
            basis: step.basis,
            num: step.num,
            den: step.den,
            amount: step.amount,
            legal_reference: self.tariff.reference(component).to_owned(),
            why: step.why,
        });
    }

    fn everything_has_a_price(&self) -> Result<(), ChargeError> {
        let known = |of_use: usize, what: &str, code: &str| {
            self.priced.iter().any(|(priced, sort, name)| *priced == of_use && *sort == what && name == code)
        };
        for (of_use, room) in self.ask.uses.iter().enumerate() {
            let rooms = [("room", &room.space)].into_iter();
            let meters = room.meters.iter().map(|used| ("meter", &used.meter));
            let equipment = room.equipment.iter().map(|used| ("equipment", &used.item));
            let extensions = room.extensions.iter().map(|used| ("extension", &used.from));
            let mut all = rooms.chain(meters).chain(equipment).chain(extensions);
            if let Some((what, code)) = all.find(|(what, code)| !known(of_use, what, code)) {
                return Err(ChargeError::Unpriced { what, code: code.clone() });
            }
        }
        Ok(())
    }

    fn charge(self) -> Result<Charge, ChargeError> {
        let mut uses = vec![Exact::ZERO; self.ask.uses.len()];
        let mut total = Exact::ZERO;
        for (at, cell) in self.cells.iter().enumerate() {
            let sum = self.sum(at, None)?;
            total = total.plus(sum)?;
            if let Some(of_use) = uses.get_mut(cell.of_use) {
                *of_use = of_use.plus(sum)?;
            }
        }
        let sum = total.whole().ok_or(ChargeError::NotWhole(total))?;
        let tax = tax_block(self.tariff, sum)?;
        let inputs = serde_json::to_string(self.ask).map_err(|_| ChargeError::Senseless { what: "the ask" })?;
        let inputs_hash = Sha256::digest(inputs.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Charge { lines: self.lines, uses, total: tax.gross, tax, inputs_hash })
    }
}

fn row_of(
    component: &Component,
    rows: &[ExtensionRow],
    facts: Facts<'_>,
    extension: &ExtensionUse,
) -> Result<Yen, ChargeError> {
    let holds = |row: &&ExtensionRow| {
        row.space.as_ref().is_none_or(|space| *space == facts.room.space)
            && row.day_class.is_none_or(|class| class == facts.room.day_class)
            && row.from <= extension.from
            && extension.from < row.until
    };
    rows.iter().find(holds).map(|row| row.yen).ok_or_else(|| ChargeError::MissingRow {
        component: component.code.clone(),
        wanted: format!("space {}, from {}", facts.room.space, extension.from),
    })
}

/// What several grants take off, between nothing and everything.
fn together(ratios: impl Iterator<Item = Ratio>, stack: Stack) -> Result<Exact, ChargeError> {
    let whole = Exact::from(Yen(1));
    let mut off = Exact::ZERO;
    for Ratio { num, den } in ratios {
        if den <= 0 || num < 0 || num > den {
            return Err(ChargeError::Senseless { what: "a reduction" });
        }
        let ratio = Exact::new(num.into(), den.into())?;
        let less = |a: Exact, b: Exact| -> Result<bool, TooLarge> { Ok(a.plus(-b)?.is_negative()) };
        off = match stack {
            Stack::Max => {
                if less(off, ratio)? {
                    ratio
                } else {
                    off
                }
            }
            Stack::Add => {
                let sum = off.plus(ratio)?;
                if less(whole, sum)? { whole } else { sum }
            }
            Stack::Compound => off.plus(whole.plus(-off)?.by(ratio)?)?,
        };
    }
    Ok(off)
}
