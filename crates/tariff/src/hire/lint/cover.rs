//! Rooms that no table prices at some time, or that fewer tables price than at others: what is not charged then is not meant.

use std::collections::BTreeSet;

use super::{
    super::{
        document::{Component, HireTariff, Key, Rule},
        facts::DayClass,
        predicate::{Fact, Predicate, Test, Value},
    },
    Findings,
    tables::{Cell, MOST_CELLS, combination, told},
};

/// A fact that tables have conditions on, and what it may be.
type Dimension = (Fact, Vec<Cell>);

/// Every room that tables price, at every sort of day, band and season that their conditions are about.
pub(super) fn rooms(tariff: &HireTariff, found: &mut Findings) {
    let tables: Vec<&Component> = tariff.components.iter().filter(|one| one.prices_rooms()).collect();
    let (rooms, times) = (named_rooms(&tables), times(tariff, &tables));
    let many = times.iter().try_fold(rooms.len(), |sum, (_, values)| sum.checked_mul(values.len()));
    if many.is_none_or(|many| many > MOST_CELLS) {
        let sentence = "So many rooms and times are not held against each other.";
        found.warning("/components".into(), "too_many", sentence);
        return;
    }
    for room in rooms {
        one_room(room.as_deref(), &times, &tables, found);
    }
}

fn one_room(room: Option<&str>, times: &[Dimension], tables: &[&Component], found: &mut Findings) {
    let values: Vec<Vec<Cell>> = times.iter().map(|(_, values)| values.clone()).collect();
    let wanted: usize = values.iter().map(Vec::len).product();
    let priced: Vec<(Vec<Cell>, usize)> = (0..wanted)
        .map(|number| {
            let cells = combination(&values, number);
            let many = tables.iter().filter(|table| prices(table, room, times, &cells)).count();
            (cells, many)
        })
        .collect();
    // a room that no table is for at any time is told where its row stands
    let most = priced.iter().map(|(_, many)| *many).max().unwrap_or(0);
    for (cells, many) in priced.iter().filter(|(_, many)| *many < most) {
        if found.full() {
            return;
        }
        let (room, when) = (room.unwrap_or("a room without a row"), told(cells));
        if *many == 0 {
            let sentence = format!("No table is the price of {room} for {when}.");
            found.error("/components".into(), "unpriced_room", sentence);
        } else {
            let sentence = format!("Fewer tables price {room} for {when} than otherwise: {many} instead of {most}.");
            found.warning("/components".into(), "fewer_tables", sentence);
        }
    }
}

/// Whether a table can be for a room then.
fn prices(table: &Component, room: Option<&str>, times: &[Dimension], cells: &[Cell]) -> bool {
    let Rule::Table { key, rows, .. } = &table.rule else { return false };
    if key.contains(&Key::Space) && !rows.iter().any(|row| row.space.as_deref() == room) {
        return false;
    }
    let text = |cell: &Cell| cell.clone().map(Value::Text);
    let at = times.iter().zip(cells).map(|((fact, _), cell)| (*fact, text(cell)));
    let given: Vec<(Fact, Option<Value>)> = at.chain([(Fact::Space, text(&room.map(str::to_owned)))]).collect();
    table.when.as_ref().is_none_or(|when| when.may_hold(&given))
}

/// Rooms that rows or conditions name; none stands for all others, where a table does not ask for the room.
fn named_rooms(tables: &[&Component]) -> BTreeSet<Cell> {
    let mut rooms = BTreeSet::new();
    for table in tables {
        let Rule::Table { key, rows, .. } = &table.rule else { continue };
        if key.contains(&Key::Space) {
            rooms.extend(rows.iter().filter(|row| row.space.is_some()).map(|row| row.space.clone()));
        } else {
            rooms.extend(words(&[*table], Fact::Space).into_iter().map(|room| Some(room.to_owned())));
            rooms.insert(None);
        }
    }
    rooms
}

/// What the conditions of tables call a fact.
fn words<'a>(tables: &[&'a Component], fact: Fact) -> BTreeSet<&'a str> {
    let tests = tables.iter().filter_map(|table| table.when.as_ref()).flat_map(Predicate::tests);
    tests.filter(|test| test.fact == fact).flat_map(Test::texts).collect()
}

/// The sorts of days, bands and seasons, as far as conditions are about them.
fn times(tariff: &HireTariff, tables: &[&Component]) -> Vec<Dimension> {
    let or_none = |cells: Vec<Cell>| if cells.is_empty() { vec![None] } else { cells };
    let special = |class: &DayClass| *class != DayClass::Special || is_named(*class, tables);
    let classes = DayClass::ALL.into_iter().filter(special).map(|class| Some(class.as_str().to_owned()));
    let all = [
        (Fact::DayClass, classes.collect()),
        (Fact::Band, or_none(tariff.bands.iter().map(|band| Some(band.code.clone())).collect())),
        (Fact::Season, or_none(tariff.seasons.iter().map(|season| Some(season.code.clone())).collect())),
    ];
    all.into_iter().filter(|(fact, _)| !words(tables, *fact).is_empty()).collect()
}

/// Whether a row or a condition names a sort of day.
fn is_named(class: DayClass, tables: &[&Component]) -> bool {
    let in_row = |table: &&Component| match &table.rule {
        Rule::Table { rows, .. } => rows.iter().any(|row| row.day_class == Some(class)),
        _ => false,
    };
    tables.iter().any(in_row) || words(tables, Fact::DayClass).contains(class.as_str())
}
