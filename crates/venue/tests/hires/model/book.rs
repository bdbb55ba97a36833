//! What the model knows: who has which part from when until when, as plain intervals of minutes, and how many of each thing are out.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Instant,
    ids::{ClosureId, HireApplicationId, HireHoldId, HireId},
};
use uuid::Uuid;

use crate::stage::{MICROPHONE_GAPS, MICROPHONES, PARTS, ROOMS, SLOTS};

/// Half-open, counted from the first day of the house on.
pub type Minutes = (i64, i64);

/// What lies on a part, or on an item: its name, whose hire it is (none: it is closed), when, and how many.
pub type Lies = (String, Option<Uuid>, Minutes, i32);

pub const PIANOS: i32 = 2;

/// Its code, how many there are, and how long it is busy before and after each use.
pub const ITEMS: [(&str, i32, (i32, i32)); 2] =
    [("PIANO", PIANOS, (0, 0)), ("MICROPHONE", MICROPHONES, MICROPHONE_GAPS)];

/// A room on a day, from one slot until another, with so many of each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub room: usize,
    pub day: i64,
    pub slots: (usize, usize),
    pub items: [i32; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    Held,
    Requested,
    Returned,
    Awaiting,
    Confirmed,
}

/// One hire, as it is let now.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    pub id: HireId,
    pub wish: Wish,
}

/// One hold, and what became of it.
#[derive(Debug, Clone)]
pub struct Held {
    /// Those that were not given up.
    pub hires: Vec<Own>,
    pub stands: Stands,
    pub until: Option<Instant>,
    pub hold: HireHoldId,
    pub extended: bool,
    pub application: Option<HireApplicationId>,
    /// Somebody tidied up after it had run out.
    pub tidied: bool,
}

/// What is wished for, and of what the same application has already, what stays and what is given up for it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub wishes: &'a [Wish],
    pub stays: &'a [Wish],
    pub goes: &'a [Wish],
}

/// Why an ask makes no sense, whoever has what.
#[derive(Debug, PartialEq, Eq)]
pub enum Senseless {
    /// Two of them want the same part at the same time.
    Clash(usize, usize),
    /// One of them is never hired without a room that is not there, or one that stays loses it.
    Alone(Option<usize>),
}

/// Everything that anybody has.
pub struct Book {
    pub now: Instant,
    pub held: BTreeMap<usize, Held>,
    /// Parts and when. Closures may lie over each other.
    pub closed: BTreeMap<usize, (ClosureId, u8, Minutes)>,
    count: usize,
}

impl Wish {
    pub fn parts(self) -> u8 {
        ROOMS[self.room].parts
    }

    pub fn during(self) -> Minutes {
        (self.day * 1_440 + i64::from(SLOTS[self.slots.0].1), self.day * 1_440 + i64::from(SLOTS[self.slots.1].2))
    }

    /// With what is kept free beside it.
    pub fn occupied(self) -> Minutes {
        let room = &ROOMS[self.room];
        widened(self.during(), (room.before, room.after))
    }

    /// When an item is busy for it.
    fn out(self, item: usize) -> Minutes {
        widened(self.during(), ITEMS[item].2)
    }
}

impl Held {
    pub fn has(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until > now)
    }

    pub fn ids(&self) -> Vec<HireId> {
        self.hires.iter().map(|own| own.id).collect()
    }

    pub fn wishes(&self) -> Vec<Wish> {
        self.hires.iter().map(|own| own.wish).collect()
    }
}

impl Book {
    pub const fn new(now: Instant) -> Self {
        Self { now, held: BTreeMap::new(), closed: BTreeMap::new(), count: 0 }
    }

    pub fn hold(&mut self, held: Held) {
        self.held.insert(self.count, held);
        self.count += 1;
    }

    pub fn close(&mut self, id: ClosureId, parts: u8, when: Minutes) {
        self.closed.insert(self.count, (id, parts, when));
        self.count += 1;
    }

    /// What somebody has now, apart from some hires.
    fn others<'a>(&'a self, but: &'a [HireId]) -> impl Iterator<Item = &'a Own> {
        let held = self.held.values().filter(|one| one.has(self.now));
        held.flat_map(|one| &one.hires).filter(|own| !but.contains(&own.id))
    }

    /// Those of the wishes whose parts are not all free, apart from what some hires have.
    pub fn taken(&self, wishes: &[Wish], but: &[HireId]) -> Vec<usize> {
        let closed = |wish: Wish| {
            self.closed.values().any(|(_, of, when)| of & wish.parts() > 0 && meets(*when, wish.occupied()))
        };
        let hired = |wish: Wish| self.others(but).any(|own| collide(own.wish, wish));
        let taken = wishes.iter().enumerate().filter(|(_, wish)| closed(**wish) || hired(**wish));
        taken.map(|(at, _)| at).collect()
    }

    /// Of which wishes there is too little of which item at some moment, and how many there are all through it.
    pub fn short(&self, wishes: &[Wish], but: &[HireId]) -> BTreeSet<(usize, usize, i64)> {
        let mut short = BTreeSet::new();
        for (item, (_, capacity, _)) in ITEMS.iter().enumerate() {
            let all = self.others(but).map(|own| own.wish).chain(wishes.iter().copied());
            let all: Vec<(Minutes, i32)> = all.map(|wish| (wish.out(item), wish.items[item])).collect();
            for (at, wish) in wishes.iter().enumerate().filter(|(_, wish)| wish.items[item] > 0) {
                let free = capacity - peak(&all, wish.out(item));
                if free < 0 {
                    short.insert((at, item, i64::from((free + wish.items[item]).max(0))));
                }
            }
        }
        short
    }

    pub fn fits(&self, wishes: &[Wish], but: &[HireId]) -> bool {
        self.taken(wishes, but).is_empty() && self.short(wishes, but).is_empty()
    }

    /// The hires that have some of these parts in a time: which, in which room, from when until when, and until when they are held.
    pub fn in_the_way(&self, parts: u8, when: Minutes) -> Vec<(Minutes, HireId, usize, Option<Instant>)> {
        let held = self.held.values().filter(|one| one.has(self.now));
        let own = held.flat_map(|one| one.hires.iter().map(move |own| (own, one.until)));
        let met = own.filter(|(own, _)| own.wish.parts() & parts > 0 && meets(own.wish.occupied(), when));
        let mut met: Vec<_> = met.map(|(own, until)| (own.wish.occupied(), own.id, own.wish.room, until)).collect();
        met.sort_unstable();
        met
    }

    /// All that lies on anything.
    pub fn lies(&self) -> BTreeSet<Lies> {
        let mut all = BTreeSet::new();
        for Own { id, wish } in self.others(&[]) {
            let own = parts_of(wish.parts()).map(|part| (part.to_owned(), Some(id.uuid()), wish.occupied(), 0));
            all.extend(own);
            for (item, (code, ..)) in ITEMS.iter().enumerate().filter(|(item, _)| wish.items[*item] > 0) {
                all.insert(((*code).to_owned(), Some(id.uuid()), wish.out(item), wish.items[item]));
            }
        }
        let closed =
            self.closed.values().flat_map(|(_, of, when)| parts_of(*of).map(move |part| (part.to_owned(), *when)));
        all.extend(closed_parts(closed));
        all
    }

    /// The nth of those that stand so.
    pub fn nth(&self, which: usize, stands: &[Stands]) -> Option<usize> {
        let those: Vec<usize> =
            self.held.iter().filter(|(_, one)| stands.contains(&one.stands)).map(|(at, _)| *at).collect();
        those.get(which % those.len().max(1)).copied()
    }
}

/// Why an ask makes no sense.
pub fn senseless(Ask { wishes, stays, goes }: Ask<'_>) -> Option<Senseless> {
    for (other, wish) in wishes.iter().enumerate() {
        if let Some(one) = wishes[..other].iter().position(|earlier| collide(*earlier, *wish)) {
            return Some(Senseless::Clash(one, other));
        }
    }
    let all: Vec<Wish> = wishes.iter().chain(stays).copied().collect();
    let has = |among: &[Wish], room: usize, when: Minutes| {
        among.iter().any(|one| one.room == room && one.during().0 <= when.0 && when.1 <= one.during().1)
    };
    let alone = all.iter().enumerate().position(|(at, one)| {
        let when = one.during();
        // what the house took back is nobody else's fault, and what stays where and when it was goes on without
        let stood = goes.iter().any(|had| had.room == one.room && had.during() == when);
        let lost = |room: usize| (at < wishes.len() && !stood) || has(goes, room, when);
        ROOMS[one.room].needs.is_some_and(|room| !has(&all, room, when) && lost(room))
    });
    alone.map(|at| Senseless::Alone((at < wishes.len()).then_some(at)))
}

/// What is closed of each part, what follows each other being one.
pub fn closed_parts(closed: impl IntoIterator<Item = (String, Minutes)>) -> BTreeSet<Lies> {
    let mut sorted: Vec<(String, Minutes)> = closed.into_iter().collect();
    sorted.sort_unstable();
    let mut merged: Vec<(String, Minutes)> = Vec::new();
    for (part, when) in sorted {
        match merged.last_mut() {
            Some((of, last)) if *of == part && when.0 <= last.1 => last.1 = last.1.max(when.1),
            _ => merged.push((part, when)),
        }
    }
    merged.into_iter().map(|(part, when)| (part, None, when, 0)).collect()
}

/// The most that are out at one moment of a time: more are never out than as one of them begins.
fn peak(all: &[(Minutes, i32)], within: Minutes) -> i32 {
    let met = || all.iter().filter(move |(when, _)| meets(*when, within));
    let at =
        |moment: i64| met().filter(|(when, _)| when.0 <= moment && moment < when.1).map(|(_, many)| many).sum::<i32>();
    met().map(|(when, _)| at(when.0.max(within.0))).max().unwrap_or(0)
}

fn parts_of(parts: u8) -> impl Iterator<Item = &'static str> {
    PARTS.into_iter().enumerate().filter(move |(bit, _)| parts & (1 << bit) > 0).map(|(_, part)| part)
}

fn collide(one: Wish, other: Wish) -> bool {
    one.parts() & other.parts() > 0 && meets(one.occupied(), other.occupied())
}

fn widened((from, until): Minutes, (before, after): (i32, i32)) -> Minutes {
    (from - i64::from(before), until + i64::from(after))
}

fn meets(one: Minutes, other: Minutes) -> bool {
    one.0 < other.1 && other.0 < one.1
}
