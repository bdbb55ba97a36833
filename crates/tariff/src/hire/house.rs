//! What is wrong between a tariff and the house that it is for.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    clock::{self, holds},
    document::{Component, ExtensionPrice, HireTariff, Key, Rule, SpanBy},
    facts::{DayClass, ExtensionUse},
    lint::{Finding, Findings, may_pass, rows_of},
    predicate::{All, Any, Fact, Not, Predicate, Test, Value},
};

/// The words of a house, as far as a tariff uses them.
#[derive(Debug, Clone, Default)]
pub struct House {
    /// Every room, by its code.
    pub rooms: BTreeMap<String, HouseRoom>,
    pub equipment: BTreeSet<String>,
    pub purposes: BTreeSet<String>,
    pub user_classes: BTreeSet<String>,
    /// 販路: where hires come from.
    pub channels: BTreeSet<String>,
    /// What sorts of days its calendar makes some days.
    pub day_classes: BTreeSet<DayClass>,
}

/// A room, as far as a tariff is about it.
#[derive(Debug, Clone, Default)]
pub struct HouseRoom {
    /// Whether it is hired out.
    pub hired: bool,
    /// Codes of slots that may be hired in a row, in the order of the day: a list for each set of slots, or for each part of one
    /// that a closed time keeps apart. Empty where it is not hired by slots.
    pub slots: Vec<Vec<String>>,
    /// Times between its slots that are charged as extensions of who hires both.
    pub gaps: Vec<ExtensionUse>,
}

impl HouseRoom {
    fn has(&self, span: &str) -> bool {
        let wanted: Vec<&str> = span.split('+').collect();
        self.slots.iter().any(|day| day.windows(wanted.len()).any(|run| run.iter().eq(wanted.iter())))
    }

    /// Every way to hire slots in a row.
    fn spans(&self) -> impl Iterator<Item = &[String]> {
        self.slots.iter().flat_map(|day| (1..=day.len()).flat_map(|many| day.windows(many)))
    }
}

/// Words of the document that nothing in the house is called by, and things of the house that the document has no price for. They
/// are warnings: a room may come later, or go before the tariff does.
pub fn lint_house(tariff: &HireTariff, house: &House) -> Vec<Finding> {
    let mut against = Against { tariff, house, found: Findings::default(), told: BTreeSet::new() };
    against.rows();
    for (at, component) in tariff.components.iter().enumerate() {
        if let Some(when) = &component.when {
            against.predicate(when, &format!("/components/{at}/when"));
        }
        against.prices(component, at);
        against.classes(component, at);
    }
    against.equipment();
    against.rooms();
    against.gaps();
    against.found.told()
}

struct Against<'a> {
    tariff: &'a HireTariff,
    house: &'a House,
    found: Findings,
    /// Unknown words that were told already: each is told where it stands first.
    told: BTreeSet<(Fact, &'a str)>,
}

impl<'a> Against<'a> {
    /// Whether the house knows a word, of those facts that it decides about.
    fn knows(&self, fact: Fact, word: &str) -> bool {
        match fact {
            Fact::Space => self.house.rooms.contains_key(word),
            Fact::Span => self.house.rooms.values().any(|room| room.has(word)),
            Fact::UserClass => self.house.user_classes.contains(word),
            Fact::Purpose => self.house.purposes.contains(word),
            Fact::Channel => self.house.channels.contains(word),
            _ => true,
        }
    }

    fn word(&mut self, fact: Fact, word: &'a str, pointer: String) {
        if self.knows(fact, word) || !self.told.insert((fact, word)) {
            return;
        }
        let (code, sentence) = match fact {
            Fact::Space => ("no_such_room", format!("The facility has no room {word}.")),
            Fact::Span => ("no_such_span", format!("No room is hired for {word}.")),
            Fact::UserClass => ("no_such_class", format!("There is no user class {word}.")),
            Fact::Purpose => ("no_such_purpose", format!("There is no purpose {word}.")),
            _ => ("no_such_channel", format!("Nobody hires by {word}.")),
        };
        self.found.warning(pointer, code, sentence);
    }

    fn rows(&mut self) {
        let house = self.house;
        for (at, row, one) in rows_of(self.tariff) {
            let here = |name: &str| format!("/components/{at}/rule/rows/{row}/{name}");
            let words = [
                (Fact::Space, one.space.as_deref(), "space"),
                (Fact::Span, one.span.as_deref(), "span"),
                (Fact::UserClass, one.user_class.as_deref(), "user_class"),
            ];
            for (fact, word, name) in words {
                if let Some(word) = word {
                    self.word(fact, word, here(name));
                }
            }
            let room = one.space.as_deref().and_then(|space| house.rooms.get(space));
            if let Some((span, room)) = one.span.as_deref().zip(room)
                && !room.has(span)
                && self.knows(Fact::Span, span)
            {
                self.found.warning(here("span"), "no_such_span", format!("This room is never hired for {span}."));
            }
        }
    }

    fn predicate(&mut self, when: &'a Predicate, here: &str) {
        match when {
            Predicate::All(All { all }) => {
                all.iter().enumerate().for_each(|(at, one)| self.predicate(one, &format!("{here}/all/{at}")));
            }
            Predicate::Any(Any { any }) => {
                any.iter().enumerate().for_each(|(at, one)| self.predicate(one, &format!("{here}/any/{at}")));
            }
            Predicate::Not(Not { not }) => self.predicate(not, &format!("{here}/not")),
            Predicate::Test(test) => {
                for value in test.values() {
                    if let Value::Text(word) = value {
                        self.word(test.fact, word, here.to_owned());
                    }
                }
            }
        }
    }

    /// Rooms and items that prices beside the tables name.
    fn prices(&mut self, component: &'a Component, at: usize) {
        match &component.rule {
            Rule::Extension { price: ExtensionPrice::Rows(rows), .. } => {
                for (row, one) in rows.iter().enumerate() {
                    if let Some(space) = one.space.as_deref() {
                        self.word(Fact::Space, space, format!("/components/{at}/rule/price/rows/{row}/space"));
                    }
                }
            }
            Rule::Equipment { prices } => {
                for (row, one) in prices.iter().enumerate() {
                    if !self.house.equipment.contains(&one.item) {
                        let pointer = format!("/components/{at}/rule/prices/{row}/item");
                        let sentence = format!("The facility has no equipment {}.", one.item);
                        self.found.warning(pointer, "no_such_equipment", sentence);
                    }
                }
            }
            _ => {}
        }
    }

    /// Classes of patrons for whom a table that asks for the class has no row: who belongs to one has no price then.
    fn classes(&mut self, component: &Component, at: usize) {
        let Rule::Table { key, rows, .. } = &component.rule else { return };
        if !key.contains(&Key::UserClass) {
            return;
        }
        for class in &self.house.user_classes {
            let given = [(Fact::UserClass, Some(Value::Text(class.clone())))];
            let may_be = component.when.as_ref().is_none_or(|when| when.may_hold(&given));
            if may_be && !rows.iter().any(|row| row.user_class.as_ref() == Some(class)) {
                let sentence = format!("No row is for the user class {class}.");
                self.found.warning(format!("/components/{at}/rule/rows"), "class_without_row", sentence);
            }
        }
    }

    /// Items that nothing prices, or nothing in some hires.
    fn equipment(&mut self) {
        let mut pricing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, component) in self.tariff.components.iter().enumerate() {
            let Rule::Equipment { prices } = &component.rule else { continue };
            prices.iter().for_each(|price| pricing.entry(&price.item).or_default().push(at));
        }
        let mut lacking: BTreeMap<&[usize], Option<&str>> = BTreeMap::new();
        for item in &self.house.equipment {
            let sentence = match pricing.get(item.as_str()) {
                None => format!("Nothing prices the equipment {item}."),
                Some(by) => match *lacking.entry(by).or_insert_with(|| self.room_without(by)) {
                    None => continue,
                    Some(room) => format!("Nothing prices the equipment {item} in some hires of the room {room}."),
                },
            };
            self.found.warning("/components".to_owned(), "equipment_without_price", sentence);
        }
    }

    /// A room in some of whose hires none of these components is for anything.
    fn room_without(&self, components: &[usize]) -> Option<&'a str> {
        let all = components.iter().filter_map(|at| self.tariff.components.get(*at));
        let otherwise = |when: &Predicate| Predicate::Not(Not { not: Box::new(when.clone()) });
        let none: Vec<Predicate> = all.map(|one| one.when.as_ref().map(otherwise)).collect::<Option<_>>()?;
        let may_pass = may_pass(self.tariff);
        let lacks = |room: &&str| {
            let here = Predicate::Test(Test::eq(Fact::Space, Value::Text((*room).to_owned())));
            may_pass(&none.iter().chain([&here]).collect::<Vec<_>>())
        };
        let house = self.house;
        house.rooms.iter().filter(|(_, room)| room.hired).map(|(code, _)| code.as_str()).find(lacks)
    }

    /// Times between slots that are charged, and that nothing prices: who hires both slots has no price.
    fn gaps(&mut self) {
        let (tariff, house) = (self.tariff, self.house);
        for (code, room) in house.rooms.iter().filter(|(_, room)| room.hired) {
            for gap in &room.gaps {
                if tariff.components.iter().any(|one| is_price_of(one, code, gap)) {
                    continue;
                }
                let until = clock::minutes(&gap.from).map_or_else(String::new, |from| clock::clock(from + gap.minutes));
                let time = format!("from {} to {until}", gap.from);
                let sentence = format!("Nothing prices the time {time} between slots of the room {code}.");
                self.found.warning("/components".to_owned(), "gap_without_price", sentence);
            }
        }
    }

    /// Rooms, and slots of rooms, that no row is the price of.
    fn rooms(&mut self) {
        let priced = self.tariff.components.iter().filter(|component| component.prices_rooms());
        let tables: Vec<Lookup<'_>> = priced.filter_map(Lookup::of).collect();
        for (code, room) in self.house.rooms.iter().filter(|(_, room)| room.hired) {
            let for_room: Vec<&Lookup<'_>> = tables.iter().filter(|table| table.has_room(code)).collect();
            if for_room.is_empty() {
                let sentence = format!("No row is for the room {code}.");
                self.found.warning("/components".to_owned(), "room_without_row", sentence);
                continue;
            }
            for class in &self.house.day_classes {
                if !for_room.iter().any(|table| table.has_day(code, *class)) {
                    let sentence = format!("No row is for a {} day of the room {code}.", class.as_str());
                    self.found.warning("/components".to_owned(), "day_class_without_row", sentence);
                }
            }
            for span in room.spans() {
                if self.found.full() {
                    return;
                }
                if !for_room.iter().any(|table| table.has_span(code, span)) {
                    let sentence = format!("No row is for {} of the room {code}.", span.join("+"));
                    self.found.warning("/components".to_owned(), "span_without_row", sentence);
                }
            }
        }
    }
}

/// Whether a component can be the price of an extension of a room, from its first step to its last.
fn is_price_of(component: &Component, code: &str, gap: &ExtensionUse) -> bool {
    let Rule::Extension { per_minutes, price } = &component.rule else { return false };
    let given = [(Fact::Space, Some(Value::Text(code.to_owned())))];
    if component.when.as_ref().is_some_and(|when| !when.may_hold(&given)) {
        return false;
    }
    let ExtensionPrice::Rows(rows) = price else { return true };
    let Some(from) = clock::minutes(&gap.from) else { return false };
    let fits = rows.iter().filter(|row| row.space.as_ref().is_none_or(|space| space == code));
    let times: Vec<_> = fits.filter_map(|row| clock::minutes(&row.from).zip(clock::minutes(&row.until))).collect();
    let step = usize::try_from(*per_minutes).unwrap_or(1).max(1);
    let mut begins = (from..from.saturating_add(gap.minutes)).step_by(step);
    begins.all(|at| times.iter().any(|(from, until)| holds(*from, *until, at)))
}

/// What a table can be asked for.
struct Lookup<'a> {
    when: Option<&'a Predicate>,
    sums: bool,
    /// Whether rows are found by room, and by slots.
    by: (bool, bool),
    /// Rooms and spans of its rows; none where they do not say.
    rows: BTreeSet<(Option<&'a str>, Option<&'a str>)>,
    rooms: BTreeSet<Option<&'a str>>,
    /// Rooms and sorts of days of its rows; none where it does not ask for those.
    days: BTreeSet<(Option<&'a str>, Option<DayClass>)>,
}

impl<'a> Lookup<'a> {
    fn of(component: &'a Component) -> Option<Self> {
        let Rule::Table { key, span_by, rows, .. } = &component.rule else { return None };
        let by = (key.contains(&Key::Space), key.contains(&Key::Span));
        let by_day = key.contains(&Key::DayClass);
        let room = |row: &'a super::Row| row.space.as_deref().filter(|_| by.0);
        Some(Self {
            when: component.when.as_ref(),
            sums: span_by.contains(&SpanBy::SumOfSlots),
            by,
            rows: rows.iter().map(|row| (room(row), row.span.as_deref().filter(|_| by.1))).collect(),
            rooms: rows.iter().map(room).collect(),
            days: rows.iter().map(|row| (room(row), row.day_class.filter(|_| by_day))).collect(),
        })
    }

    /// Whether its condition can hold for a room, and for slots or a sort of day of it.
    fn may_be(&self, code: &str, more: Option<(Fact, String)>) -> bool {
        let all = [(Fact::Space, code.to_owned())].into_iter().chain(more);
        let given: Vec<(Fact, Option<Value>)> = all.map(|(fact, text)| (fact, Some(Value::Text(text)))).collect();
        self.when.is_none_or(|when| when.may_hold(&given))
    }

    fn has_room(&self, code: &str) -> bool {
        self.rooms.contains(&Some(code).filter(|_| self.by.0)) && self.may_be(code, None)
    }

    fn has_day(&self, code: &str, class: DayClass) -> bool {
        let room = Some(code).filter(|_| self.by.0);
        let found = [None, Some(class)].into_iter().any(|class| self.days.contains(&(room, class)));
        found && self.may_be(code, Some((Fact::DayClass, class.as_str().to_owned())))
    }

    fn has_span(&self, code: &str, span: &[String]) -> bool {
        let room = Some(code).filter(|_| self.by.0);
        let has = |span: &str| self.rows.contains(&(room, Some(span)));
        let found = !self.by.1 || has(&span.join("+")) || (self.sums && span.iter().all(|slot| has(slot)));
        found && self.may_be(code, Some((Fact::Span, span.join("+"))))
    }
}

#[cfg(test)]
mod tests;
