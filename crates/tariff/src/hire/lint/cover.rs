//! Rooms that no table prices at some time or for somebody, that fewer tables price than otherwise, or that two tables price alike:
//! what is not charged then, or charged twice, is not meant.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        document::{Band, Component, HireTariff, Key, Per, Rule},
        facts::DayClass,
        predicate::{Fact, Predicate, Sort, Test, Value},
    },
    Findings, overtime,
    tables::{Cell, MOST_CELLS, combination},
};

/// What conditions tell apart of a use beside its time: who hires, and what for.
const OTHERS: [Fact; 7] = [
    Fact::Resident,
    Fact::Commercial,
    Fact::GoodsSale,
    Fact::Alcohol,
    Fact::AdmissionCharged,
    Fact::UserClass,
    Fact::UseKind,
];

/// What a fact is; none: that there is none of it.
pub(super) type Given = (Fact, Option<Value>);

/// A fact that tables have conditions on, and what it may be.
type Dimension = (Fact, Vec<Option<Value>>);

/// A sort of use, and the places of the components that are the price of a room then.
pub(super) struct Sorted {
    pub given: Vec<Given>,
    pub tables: Vec<usize>,
}

/// Everything that conditions of tables tell apart.
struct Grid<'a> {
    tariff: &'a HireTariff,
    tables: Vec<(usize, &'a Component)>,
    /// Sorts of days, bands and seasons.
    times: Vec<Dimension>,
    others: Vec<Dimension>,
}

/// Every room that tables price, at every sort of day, band and season and for everybody that their conditions are about. Where
/// there would be too much of that, only the times are looked at, or nothing.
pub(super) fn rooms(tariff: &HireTariff, found: &mut Findings) {
    let tables: Vec<(usize, &Component)> =
        tariff.components.iter().enumerate().filter(|(_, one)| one.prices_rooms()).collect();
    let (rooms, times, others) = (named_rooms(&tables), times(tariff, &tables), others(&tables));
    let many = |sum: Option<usize>, all: &[Dimension]| {
        let many = all.iter().try_fold(sum?, |sum, (_, values)| sum.checked_mul(values.len()));
        many.filter(|many| *many <= MOST_CELLS)
    };
    let of_times = many(Some(rooms.len()), &times);
    let of_all = many(of_times, &others);
    if of_all.is_none() {
        let sentence = "So many rooms, times and sorts of uses are not held against each other.";
        found.warning("/components".into(), "too_many", sentence);
    }
    if of_times.is_none() {
        return;
    }
    let grid = Grid { tariff, tables, times, others: of_all.map(|_| others).unwrap_or_default() };
    let mut twice = BTreeMap::new();
    for room in &rooms {
        let uses = grid.uses(room.as_deref());
        let called = room.as_deref().unwrap_or("a room without a row");
        grid.unpriced(called, &uses, found);
        grid.alike(called, &uses, &mut twice);
        overtime::shares(tariff, (room.as_deref(), called), &uses, found);
    }
    for ((earlier, later), rooms) in twice {
        let sentence =
            format!("{earlier} is the price of {}, too: both are charged whenever one is.", rooms.join(", "));
        found.warning(format!("/components/{later}"), "priced_twice", sentence);
    }
}

impl<'a> Grid<'a> {
    /// Every sort of use of a room: a list for each time.
    fn uses(&self, room: Option<&str>) -> Vec<Vec<Sorted>> {
        let tables: Vec<(usize, Option<&Predicate>)> =
            self.tables.iter().filter_map(|one| has_row(one, room)).collect();
        let facts: Vec<Fact> = self.times.iter().chain(&self.others).map(|(fact, _)| *fact).collect();
        let values = |all: &[Dimension]| all.iter().map(|(_, values)| values.clone()).collect::<Vec<_>>();
        let many = |values: &[Vec<Option<Value>>]| values.iter().map(Vec::len).product::<usize>();
        let (times, others) = (values(&self.times), values(&self.others));
        let of_time = |time: usize| {
            let time = combination(&times, time);
            let all = (0..many(&others)).map(|other| [time.clone(), combination(&others, other)].concat());
            let given = all.map(|values| facts.iter().copied().zip(values).collect::<Vec<Given>>());
            let given = given.filter(|given| is_possible(given, &self.tariff.bands));
            given.map(|given| Sorted { tables: prices(&tables, room, &given), given }).collect::<Vec<_>>()
        };
        (0..many(&times)).map(of_time).collect()
    }

    /// Uses that have no price, or fewer than others. At a time at which everybody is alike that is told once. That nobody has a price
    /// then is wrong; of some, that may be meant: to them the house lets nothing.
    fn unpriced(&self, room: &str, uses: &[Vec<Sorted>], found: &mut Findings) {
        // a room that no table is for at any time is told where its row stands
        let most = uses.iter().flatten().map(|one| one.tables.len()).max().unwrap_or(0);
        for of_time in uses {
            let first = of_time.first().map(|first| first.tables.len());
            let alike = of_time.iter().all(|one| Some(one.tables.len()) == first);
            let count = if alike { 1 } else { of_time.len() };
            for one in of_time.iter().take(count).filter(|one| one.tables.len() < most) {
                if found.full() {
                    return;
                }
                let (many, here) = (one.tables.len(), "/components".to_owned());
                let when = told(one.given.iter().take(if alike { self.times.len() } else { one.given.len() }));
                let sentence = format!("No table is the price of {room} for {when}.");
                if many > 0 {
                    let fewer = format!("{many} instead of {most}");
                    let sentence = format!("Fewer tables price {room} for {when} than otherwise: {fewer}.");
                    found.warning(here, "fewer_tables", sentence);
                } else if alike {
                    found.error(here, "unpriced_room", sentence);
                } else {
                    found.warning(here, "unpriced_room", sentence);
                }
            }
        }
    }

    /// Tables that price a room by the same measure, each whenever the other does: the code of the one and the place of the other.
    fn alike(&self, room: &str, uses: &[Vec<Sorted>], twice: &mut BTreeMap<(&'a str, usize), Vec<String>>) {
        let mut columns: BTreeMap<Vec<bool>, Vec<(usize, &'a Component, &'a Per)>> = BTreeMap::new();
        for (at, table) in &self.tables {
            let Rule::Table { per, .. } = &table.rule else { continue };
            let column: Vec<bool> = uses.iter().flatten().map(|one| one.tables.contains(at)).collect();
            if !column.contains(&true) {
                continue;
            }
            let same = columns.entry(column).or_default();
            if let Some((_, earlier, _)) = same.iter().find(|(_, _, other)| *other == per) {
                twice.entry((earlier.code.as_str(), *at)).or_default().push(room.to_owned());
            }
            same.push((*at, *table, per));
        }
    }
}

/// Of a table that has a row for a room, or asks for none, its place and its condition.
fn has_row<'a>((at, table): &(usize, &'a Component), room: Option<&str>) -> Option<(usize, Option<&'a Predicate>)> {
    let Rule::Table { key, rows, .. } = &table.rule else { return None };
    let has = !key.contains(&Key::Space) || rows.iter().any(|row| row.space.as_deref() == room);
    has.then_some((*at, table.when.as_ref()))
}

/// Which tables can be for a room then.
fn prices(tables: &[(usize, Option<&Predicate>)], room: Option<&str>, given: &[Given]) -> Vec<usize> {
    let given = of_room(room, given);
    tables.iter().filter(|(_, when)| when.is_none_or(|when| when.may_hold(&given))).map(|(at, _)| *at).collect()
}

/// What is given, of a room.
pub(super) fn of_room(room: Option<&str>, given: &[Given]) -> Vec<Given> {
    let room = room.map(|room| Value::Text(room.to_owned()));
    given.iter().cloned().chain([(Fact::Space, room)]).collect()
}

/// Whether a use can be like this: a band of free events charges no admission, and one of dear ones does.
fn is_possible(given: &[Given], bands: &[Band]) -> bool {
    let of = |wanted: Fact| given.iter().find(|(fact, _)| *fact == wanted).and_then(|(_, value)| value.as_ref());
    let (Some(Value::Text(code)), Some(Value::Truth(charged))) = (of(Fact::Band), of(Fact::AdmissionCharged)) else {
        return true;
    };
    let mut of_code = bands.iter().filter(|band| band.code == *code);
    of_code.any(|band| if *charged { band.until.is_none_or(|until| until > 0) } else { band.from <= 0 })
}

/// In words: `saturday, resident false, no user class`.
pub(super) fn told<'a>(given: impl Iterator<Item = &'a Given>) -> String {
    let word = |(fact, value): &Given| match (value, fact) {
        (Some(Value::Text(word)), _) => word.clone(),
        (Some(Value::Truth(truth)), Fact::Resident) => format!("resident {truth}"),
        (Some(Value::Truth(truth)), Fact::Commercial) => format!("commercial {truth}"),
        (Some(Value::Truth(truth)), Fact::GoodsSale) => format!("goods_sale {truth}"),
        (Some(Value::Truth(truth)), Fact::Alcohol) => format!("alcohol {truth}"),
        (Some(Value::Truth(truth)), _) => format!("admission_charged {truth}"),
        (Some(Value::Number(number)), _) => number.to_string(),
        (None, Fact::UserClass) => "no user_class".to_owned(),
        (None, Fact::UseKind) => "no use_kind".to_owned(),
        (None, _) => "none".to_owned(),
    };
    given.map(word).collect::<Vec<_>>().join(", ")
}

/// Rooms that rows or conditions name; none stands for all others, where a table does not ask for the room.
fn named_rooms(tables: &[(usize, &Component)]) -> BTreeSet<Cell> {
    let mut rooms = BTreeSet::new();
    for table in tables {
        let Rule::Table { key, rows, .. } = &table.1.rule else { continue };
        if key.contains(&Key::Space) {
            rooms.extend(rows.iter().filter(|row| row.space.is_some()).map(|row| row.space.clone()));
        } else {
            rooms.extend(words(std::slice::from_ref(table), Fact::Space).into_iter().map(|room| Some(room.to_owned())));
            rooms.insert(None);
        }
    }
    rooms
}

/// Where the conditions of tables are about a fact.
fn tests<'a>(tables: &[(usize, &'a Component)], fact: Fact) -> impl Iterator<Item = &'a Test> {
    let tests = tables.iter().filter_map(|(_, table)| table.when.as_ref()).flat_map(Predicate::tests);
    tests.filter(move |test| test.fact == fact)
}

/// What the conditions of tables call a fact.
fn words<'a>(tables: &[(usize, &'a Component)], fact: Fact) -> BTreeSet<&'a str> {
    tests(tables, fact).flat_map(Test::texts).collect()
}

/// The sorts of days, bands and seasons, as far as conditions are about them.
fn times(tariff: &HireTariff, tables: &[(usize, &Component)]) -> Vec<Dimension> {
    let text = |word: &str| Some(Value::Text(word.to_owned()));
    let or_none = |values: Vec<Option<Value>>| if values.is_empty() { vec![None] } else { values };
    let classes = DayClass::expected(has_special_days(tables)).map(|class| text(class.as_str()));
    let all = [
        (Fact::DayClass, classes.collect()),
        (Fact::Band, or_none(tariff.bands.iter().map(|band| text(&band.code)).collect())),
        (Fact::Season, or_none(tariff.seasons.iter().map(|season| text(&season.code)).collect())),
    ];
    all.into_iter().filter(|(fact, _)| !words(tables, *fact).is_empty()).collect()
}

/// Who hires and what for, as far as conditions are about that: each word that they name, and none.
fn others(tables: &[(usize, &Component)]) -> Vec<Dimension> {
    let named = OTHERS.into_iter().filter(|fact| tests(tables, *fact).next().is_some());
    let values = |fact: Fact| match fact.sort() {
        Sort::Truth => [true, false].map(|truth| Some(Value::Truth(truth))).to_vec(),
        _ => {
            let words = words(tables, fact).into_iter().map(|word| Some(Value::Text(word.to_owned())));
            words.chain([None]).collect()
        }
    };
    named.map(|fact| (fact, values(fact))).collect()
}

/// Whether a row or a condition names special days.
fn has_special_days(tables: &[(usize, &Component)]) -> bool {
    let in_row = |(_, table): &(usize, &Component)| match &table.rule {
        Rule::Table { rows, .. } => rows.iter().any(|row| row.day_class == Some(DayClass::Special)),
        _ => false,
    };
    tables.iter().any(in_row) || words(tables, Fact::DayClass).contains(DayClass::Special.as_str())
}
