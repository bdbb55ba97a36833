//! A house that is played: what its verbs answer, and what its tables hold, is what the model says.

use std::collections::BTreeSet;

use db::{Fault, TenantTx};
use diesel::sql_types::{Integer as SqlInt, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    clock::start_of_day,
    ids::{EquipmentId, HireApplicationId, HireId, HireQuoteId, RoomId, TenantId},
};
use testkit::MORNING;
use time::Duration;
use uuid::Uuid as Source;
use venue::{
    alternative::{self, Alternative},
    application,
    hire_hold::HoldError,
    hire_quote::{QuoteError, UseAsk},
    plan::Use,
    span::Span,
};

use super::book::{Ask, Book, Lies, Minutes, Senseless, Stands, Wish, closed_parts, senseless};
use crate::stage::{FIRST, SLOTS, Stage, tx};

/// More than three days and those after them on which a way is told.
const DAYS_APART: i64 = 20;

pub struct House<'a> {
    pub stage: &'a Stage,
    /// The day of the stage that is its first. Each house has days of its own, and none needs a database of its own.
    first: i64,
    pub book: Book,
}

type Row = (String, String, Source, Instant, Instant, i32);

db::statement! {
    /// What lies on parts and items at a moment, within a time.
    Lying {
        tenant: TenantId => Uuid, from: Instant => Timestamptz, until: Instant => Timestamptz, at: Instant => Timestamptz,
    } -> (SqlText, SqlText, SqlUuid, SqlTime, SqlTime, SqlInt) =
        "SELECT a.label, o.source_kind, o.source_id, o.starts_at, o.ends_at, 0 FROM venue.occupancy AS o \
         JOIN venue.atoms AS a ON a.tenant_id = $1 AND a.id = o.atom_id \
         WHERE o.tenant_id = $1 AND o.active AND o.ends_at > $2 AND o.starts_at < $3 AND (o.hold_until IS NULL OR o.hold_until > $4) \
         UNION ALL SELECT e.code, 'item', c.source_id, c.starts_at, c.ends_at, c.quantity FROM venue.equipment_claims AS c \
         JOIN venue.equipment AS e ON e.tenant_id = $1 AND e.id = c.equipment_id \
         WHERE c.tenant_id = $1 AND c.active AND c.ends_at > $2 AND c.starts_at < $3 AND (c.hold_until IS NULL OR c.hold_until > $4)"
}

async fn lying(tx: &mut TenantTx, (from, until): (Instant, Instant), at: Instant) -> Result<Vec<Row>, Fault> {
    Ok(Lying { tenant: tx.tenant(), from, until, at }.load(tx.conn()).await?)
}

impl<'a> House<'a> {
    pub fn on(stage: &'a Stage, nth: i64) -> Self {
        Self { stage, first: nth * DAYS_APART, book: Book::new(MORNING) }
    }

    /// The first moment of one of its days.
    pub fn midnight(&self, day: i64) -> Instant {
        start_of_day(FIRST + Duration::days(self.first + day))
    }

    pub fn minutes(&self, from: Instant, until: Instant) -> Minutes {
        let since = |at: Instant| (at - self.midnight(0)).whole_minutes();
        (since(from), since(until))
    }

    pub fn asks(&self, wishes: &[Wish]) -> Vec<UseAsk> {
        let ask = |wish: &Wish| {
            let [pianos, microphones] = wish.items;
            let mut ask = self.stage.wish(wish.room, self.first + wish.day, wish.slots, pianos);
            ask.equipment.extend((microphones > 0).then_some((self.stage.microphone, microphones)));
            ask
        };
        wishes.iter().map(ask).collect()
    }

    pub fn room(&self, id: RoomId) -> usize {
        self.stage.rooms.iter().position(|room| *room == id).unwrap()
    }

    /// The nth application that stands so.
    pub fn application(&self, which: usize, stands: &[Stands]) -> Option<(usize, HireApplicationId)> {
        let at = self.book.nth(which, stands)?;
        Some((at, self.book.held[&at].application?))
    }

    /// That nothing could be had is what the model says as well, of the very same wishes. Answers with which they are.
    pub fn refused(&self, error: &HoldError, wishes: &[Wish], but: &[HireId]) -> Vec<usize> {
        let taken = self.book.taken(wishes, but);
        match error {
            HoldError::Taken { uses, .. } => {
                assert_eq!(*uses, taken, "of {wishes:?}");
                taken
            }
            HoldError::Equipment(short) => {
                assert!(taken.is_empty(), "{taken:?} of {wishes:?} are taken");
                let item = |id: EquipmentId| usize::from(id == self.stage.microphone);
                let told: BTreeSet<_> = short.iter().map(|(at, one)| (*at, item(one.item), one.free)).collect();
                assert_eq!(told, self.book.short(wishes, but), "of {wishes:?}");
                let uses: BTreeSet<usize> = short.iter().map(|(at, _)| *at).collect();
                uses.into_iter().collect()
            }
            other => panic!("{other:?}"),
        }
    }

    /// That each of these ways is one in the model, with everything else as it was wanted, and that any way for one wish goes with
    /// any way for another.
    pub fn expect_ways(&self, ways: &[Alternative], missed: &[usize], ask: Ask<'_>, but: &[HireId]) {
        let moves: Vec<(usize, Vec<(usize, Wish)>)> = ways.iter().map(|way| self.moves(way, ask.wishes)).collect();
        for (of_use, moves) in &moves {
            assert!(missed.contains(of_use), "{of_use} could be had");
            self.expect_way(moves, ask, but);
        }
        for (at, (of_use, one)) in moves.iter().enumerate() {
            for (_, other) in moves[..at].iter().filter(|(earlier, _)| earlier != of_use) {
                let both: Vec<(usize, Wish)> = one.iter().chain(other).copied().collect();
                self.expect_way(&both, ask, but);
            }
        }
    }

    fn expect_way(&self, moves: &[(usize, Wish)], ask: Ask<'_>, but: &[HireId]) {
        let mut instead = ask.wishes.to_vec();
        for (place, wish) in moves {
            instead[*place] = *wish;
        }
        let moved = |place: usize| moves.iter().any(|(of, _)| *of == place);
        assert_eq!(senseless(Ask { wishes: &instead, ..ask }), None, "{instead:?}");
        assert!(!self.book.taken(&instead, but).into_iter().any(moved), "{moves:?} is not free");
        assert!(!self.book.short(&instead, but).into_iter().any(|(at, ..)| moved(at)), "too little for {moves:?}");
    }

    /// For which wish a way is, and what it makes of which of them.
    fn moves(&self, way: &Alternative, wishes: &[Wish]) -> (usize, Vec<(usize, Wish)>) {
        let instead = |place: usize, room: usize, at: &Use| {
            let slot = |code: &str| SLOTS.iter().position(|(known, ..)| *known == code).unwrap();
            let slots = (slot(&at.slots[0].0), slot(&at.slots[at.slots.len() - 1].0));
            let day = (at.day - FIRST).whole_days() - self.first;
            let wish = Wish { room, day, slots, items: wishes[place].items };
            assert_eq!(self.span(at.occupied), wish.occupied(), "{wish:?}");
            (place, wish)
        };
        let along = way.with.iter().map(|(place, at)| instead(*place, wishes[*place].room, at));
        let first = instead(way.of_use, self.room(way.room), &way.at);
        (way.of_use, std::iter::once(first).chain(along).collect())
    }

    fn span(&self, span: Span) -> Minutes {
        self.minutes(span.from(), span.until())
    }

    /// The ways that are told for some uses of a quote that could not be held.
    pub async fn ways(&self, quote: HireQuoteId, uses: &[usize]) -> Vec<Alternative> {
        let now = self.book.now;
        tx!(self.stage, |tx| alternative::of_quote(tx, quote, uses, true, now).await).unwrap().ways()
    }

    /// The tables hold what the model says, of every part and every item.
    pub async fn expect_same(&self) {
        let (days, now) = ((self.midnight(0), self.midnight(DAYS_APART)), self.book.now);
        let rows = tx!(self.stage, |tx| lying(tx, days, now).await).unwrap();
        let (closed, had): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.1 == "closure");
        let own = |(of, _, source, from, until, many): Row| (of, Some(source), self.minutes(from, until), many);
        let mut lies: BTreeSet<Lies> = had.into_iter().map(own).collect();
        lies.extend(closed_parts(closed.into_iter().map(|row| (row.0, self.minutes(row.3, row.4)))));
        assert_eq!(lies, self.book.lies());
    }

    /// Every application stands as the model says, with the hires that it has.
    pub async fn expect_standing(&self) {
        let now = self.book.now;
        for held in self.book.held.values() {
            let Some(id) = held.application else { continue };
            let found = tx!(self.stage, |tx| application::find(tx, id).await).unwrap();
            let stands = match held.stands {
                _ if !held.has(now) => "lapsed",
                Stands::Held | Stands::Requested => "requested",
                Stands::Returned => "returned",
                Stands::Awaiting => "awaiting_payment",
                Stands::Confirmed => "confirmed",
            };
            assert_eq!(found.application.standing(now), stands);
            if held.has(now) {
                let open = found.hires.iter().filter(|one| one.state == "open");
                let open: Vec<_> = open
                    .map(|one| (one.id, self.room(one.room_id), self.minutes(one.starts_at, one.ends_at)))
                    .collect();
                let own: Vec<_> = held.hires.iter().map(|own| (own.id, own.wish.room, own.wish.during())).collect();
                assert_eq!(open, own);
            }
        }
    }
}

/// What a refused quote says about its wishes.
pub fn told(error: &QuoteError) -> Senseless {
    match error {
        QuoteError::Overlap { one, other } => Senseless::Clash(*one, *other),
        QuoteError::Attached(missing) => Senseless::Alone(missing.at),
        other => panic!("{other:?}"),
    }
}
