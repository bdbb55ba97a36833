//! Who gets a place: decided over what is known under the lock, without a database.

use kernel::{
    Instant,
    clock::{civil_day, start_of_day},
    ids::PersonId,
};
use time::Duration;

use super::{State, Way};

/// The places of a class as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub capacity: i32,
    /// 関係者枠: of the capacity, for nobody but whom the staff seats.
    pub held_back: i32,
    pub taken: i32,
    /// Of the others, those that a frozen draw will give: for nobody else.
    pub promised: i32,
    pub waiting: i64,
    pub waiting_capacity: Option<i32>,
    /// Whether somebody who came before is still in a draw or before the staff.
    pub undecided: bool,
    /// Whether places are still offered to whoever waits.
    pub promotes: bool,
    /// Whether whoever fits is offered a place though others wait: those before them may be passed, or nobody is before them; and nobody
    /// comes before them who is undecided.
    pub passes: bool,
}

impl Standing {
    /// Places that anybody may have; below zero after a capacity was lowered.
    pub const fn free(&self) -> i32 {
        self.of_the_house().saturating_sub(self.held_back)
    }

    /// Places that the staff may give.
    const fn of_the_house(&self) -> i32 {
        self.capacity.saturating_sub(self.taken).saturating_sub(self.promised)
    }

    /// The largest party that a class ever has room for.
    pub fn most(&self, way: Way) -> i32 {
        let held_back = if way == Way::Staff { 0 } else { self.held_back };
        self.capacity.saturating_sub(held_back).max(0)
    }

    /// What is said to whoever gets neither a place nor room in the line; when the next window opens, it does not know.
    pub fn crowded(&self, way: Way) -> Crowded {
        let places_left = match way {
            Way::Staff => self.of_the_house(),
            _ if self.waiting > 0 || self.undecided => 0,
            _ => self.free(),
        };
        let waiting_capacity = if self.promotes { self.waiting_capacity } else { Some(0) };
        Crowded { places_left: places_left.max(0), waiting: self.waiting, waiting_capacity, opens_at: None }
    }

    /// Whether a party that joins the line is offered its places at once, whoever else waits.
    pub const fn offers(&self, units: i32) -> bool {
        self.passes && self.promotes && units <= self.free()
    }

    fn line_is_full(&self) -> bool {
        !self.promotes || self.waiting_capacity.is_some_and(|most| self.waiting >= i64::from(most))
    }
}

/// How full a class is that has neither a place for a party nor room in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowded {
    /// For whoever asks: none while somebody comes before them.
    pub places_left: i32,
    pub waiting: i64,
    /// How many may wait: nobody, once nothing is offered any more.
    pub waiting_capacity: Option<i32>,
    /// When the next window opens; the guide of the class knows.
    pub opens_at: Option<Instant>,
}

/// Where whoever applies in a window stands among those who are undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Among {
    /// Somebody who applied in an earlier window is undecided: whoever asks waits behind them.
    pub behind: bool,
    /// Everybody who is undecided applied in a later window: whoever asks comes before them, at once or in line.
    pub first: bool,
}

/// What becomes of a party that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Seat,
    Wait,
    Enter,
    Screen,
    /// Neither a place nor room in the line.
    Full,
}

/// Nobody passes whoever waits or is still to be decided, even when there are places; only the staff may seat somebody past them,
/// and not into a place that a frozen draw will give.
pub fn place(way: Way, standing: &Standing, units: i32) -> Place {
    match way {
        Way::Draw => Place::Enter,
        Way::Screening => Place::Screen,
        Way::Staff if units <= standing.of_the_house() => Place::Seat,
        Way::Staff => Place::Full,
        Way::FirstCome if standing.waiting == 0 && !standing.undecided && units <= standing.free() => Place::Seat,
        Way::FirstCome if standing.line_is_full() && !standing.offers(units) => Place::Full,
        Way::FirstCome => Place::Wait,
    }
}

/// Which of a line are promoted into so many free places, by their places in it. `strict`: the first who does not fit keeps
/// everybody behind from passing; otherwise the next that fits is taken.
pub fn promoted(line: &[i32], free: i32, strict: bool) -> Vec<usize> {
    let mut left = free;
    let mut chosen = Vec::new();
    for (at, units) in line.iter().enumerate() {
        if *units <= left {
            left = left.saturating_sub(*units);
            chosen.push(at);
        } else if strict {
            break;
        }
    }
    chosen
}

/// Which of those whom a draw or the staff chose, in their order, are seated at once in so many free places; the others wait. When
/// somebody waits before all of them, nobody is. `strict`: the first who does not fit keeps everybody behind from passing.
pub fn seated_of(chosen: &[i32], free: i32, waits_before: bool, strict: bool) -> Vec<usize> {
    if waits_before { Vec::new() } else { promoted(chosen, free, strict) }
}

/// A line in another order: the one at a place, from 0, at another place. `before` of them wait before whoever is undecided, and
/// stay as many unless somebody is moved over to the other side. Nothing, when there is no such place.
pub fn reordered<T>(mut line: Vec<T>, before: usize, from: usize, to: usize) -> Option<(Vec<T>, usize)> {
    if from >= line.len() || to >= line.len() {
        return None;
    }
    let one = line.remove(from);
    line.insert(to, one);
    let others = if from < before { before.saturating_sub(1) } else { before };
    // between the two sides somebody stays on theirs
    let is_before = to < others || (to == others && from < before);
    Some((line, others.saturating_add(usize::from(is_before))))
}

/// How many at the end of a line, each with when they were received, were received later than somebody who joins it. Whoever a draw or
/// the staff put where they are has no such moment: nobody passes them, nor whoever waits before them.
pub fn received_later(line: &[Option<Instant>], received_at: Instant) -> usize {
    line.iter().rev().take_while(|one| one.is_some_and(|at| at > received_at)).count()
}

/// Some of those who learn may leave the others: they learn, each is named once, and somebody stays.
///
/// # Errors
/// Those of them who do not learn.
pub fn expect_leave(learners: &[PersonId], leave: &[PersonId]) -> Result<(), Vec<PersonId>> {
    let twice = leave.iter().enumerate().any(|(at, id)| leave.iter().take(at).any(|before| before == id));
    let stays = learners.iter().any(|one| !leave.contains(one));
    let strangers: Vec<PersonId> = leave.iter().filter(|one| !learners.contains(one)).copied().collect();
    if !leave.is_empty() && !twice && stays && strangers.is_empty() { Ok(()) } else { Err(strangers) }
}

/// The state in which somebody has a place at once, and until when it is to be paid: the end of the civil day in Japan that
/// is so many days from now, and not after the class begins, or, for who joins later, its last session. `begins`: when its first session
/// does, and its last.
pub fn seated(
    for_nothing: bool,
    payment_days: i32,
    begins: [Option<Instant>; 2],
    now: Instant,
) -> (State, Option<Instant>) {
    if for_nothing {
        return (State::Admitted, None);
    }
    let last = civil_day(now).saturating_add(Duration::days(i64::from(payment_days)));
    let due_at = start_of_day(last.next_day().unwrap_or(last));
    let ahead = begins.into_iter().flatten().find(|begins| now < *begins);
    (State::PaymentDue, Some(ahead.map_or(due_at, |begins| due_at.min(begins))))
}

/// Until when a place is kept that is not paid by its deadline: so many days of grace later. Nothing where there are none, and of what is
/// not to be paid: the deadline is the end then.
pub fn kept_until(state: State, grace_days: i32, due_at: Option<Instant>) -> Option<Instant> {
    let due_at = due_at.filter(|_| state == State::PaymentDue && grace_days > 0)?;
    Some(due_at.saturating_add(Duration::days(i64::from(grace_days))))
}

/// Until when somebody promoted may think: not longer than places are offered at all.
pub fn offered_until(minutes: i32, promotes_until: Option<Instant>, now: Instant) -> Instant {
    let due_at = now.saturating_add(Duration::minutes(i64::from(minutes)));
    promotes_until.map_or(due_at, |until| due_at.min(until))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn standing(capacity: i32, taken: i32, waiting: i64) -> Standing {
        Standing {
            capacity,
            held_back: 0,
            taken,
            promised: 0,
            waiting,
            waiting_capacity: None,
            undecided: false,
            promotes: true,
            passes: false,
        }
    }

    #[test]
    fn a_newcomer_never_passes_who_waits() {
        assert_eq!(place(Way::FirstCome, &standing(10, 5, 1), 1), Place::Wait);
        assert_eq!(place(Way::FirstCome, &standing(10, 5, 0), 5), Place::Seat);
        assert_eq!(place(Way::FirstCome, &standing(10, 5, 0), 6), Place::Wait);
        assert_eq!(place(Way::Staff, &standing(10, 5, 1), 5), Place::Seat);
        assert_eq!(place(Way::Staff, &standing(10, 5, 1), 6), Place::Full);
    }

    #[test]
    fn places_held_back_are_for_nobody_but_whom_the_staff_seats() {
        let held = Standing { held_back: 3, ..standing(10, 7, 0) };
        assert_eq!((place(Way::FirstCome, &held, 1), place(Way::Staff, &held, 3)), (Place::Wait, Place::Seat));
    }

    #[test]
    fn a_newcomer_never_passes_who_is_still_to_be_decided_nor_takes_what_a_draw_will_give() {
        let undecided = Standing { undecided: true, ..standing(10, 5, 0) };
        assert_eq!(place(Way::FirstCome, &undecided, 1), Place::Wait);
        let promised = Standing { promised: 4, ..standing(10, 5, 0) };
        assert_eq!(
            (place(Way::FirstCome, &promised, 1), place(Way::FirstCome, &promised, 2)),
            (Place::Seat, Place::Wait)
        );
        assert_eq!((place(Way::Staff, &promised, 1), place(Way::Staff, &promised, 2)), (Place::Seat, Place::Full));
    }

    #[test]
    fn a_line_has_an_end() {
        let full = Standing { waiting_capacity: Some(2), held_back: 1, ..standing(10, 8, 2) };
        assert_eq!(place(Way::FirstCome, &full, 1), Place::Full);
        let told = |way| (full.crowded(way).places_left, full.crowded(way).waiting_capacity);
        assert_eq!((told(Way::FirstCome), told(Way::Staff)), ((0, Some(2)), (2, Some(2))));
        let passed = Standing { passes: true, ..full };
        let told = (place(Way::FirstCome, &passed, 1), place(Way::FirstCome, &passed, 2));
        assert_eq!(told, (Place::Wait, Place::Full), "who is offered a place at once takes no room in the line");
        let over = Standing { promotes: false, passes: true, ..standing(10, 10, 0) };
        assert_eq!(place(Way::FirstCome, &over, 1), Place::Full, "nobody waits for what is not offered any more");
        assert_eq!(over.crowded(Way::FirstCome).waiting_capacity, Some(0));
    }

    #[test]
    fn whom_a_draw_chose_waits_behind_the_line_and_is_not_passed_when_nobody_may_be() {
        assert_eq!(seated_of(&[1, 2, 1], 2, false, true), [0]);
        assert_eq!(seated_of(&[1, 2, 1], 2, false, false), [0, 2]);
        assert!(seated_of(&[1, 2, 1], 9, true, false).is_empty());
    }

    #[test]
    fn a_move_in_the_line_carries_nobody_over_who_was_not_moved_over() {
        let order = |from, to| {
            let (line, before) = reordered(vec!['a', 'b', 'c', 'd'], 2, from, to)?;
            Some((line.into_iter().collect::<String>(), before))
        };
        assert_eq!(order(3, 0), Some(("dabc".to_owned(), 3)), "moved over by the staff");
        assert_eq!(order(0, 1), Some(("bacd".to_owned(), 2)));
        assert_eq!(order(0, 3), Some(("bcda".to_owned(), 1)));
        assert_eq!(order(3, 2), Some(("abdc".to_owned(), 2)), "the first of those behind");
        assert_eq!((order(4, 0), order(0, 4)), (None, None));
    }

    #[test]
    fn who_was_received_earlier_passes_those_at_the_end_of_a_line_who_were_received_later_and_nobody_before_them() {
        let at = |minute: i64| Some(datetime!(2026-11-20 00:00 UTC) + Duration::minutes(minute));
        let passed = |line: &[Option<Instant>]| received_later(line, datetime!(2026-11-20 00:05 UTC));
        assert_eq!((passed(&[at(1), at(6), at(7)]), passed(&[at(5), at(5)]), passed(&[])), (2, 0, 0));
        assert_eq!((passed(&[at(9), None, at(6)]), passed(&[at(9), at(1), at(6)]), passed(&[at(9), None])), (1, 1, 0));
    }

    #[test]
    fn a_payment_is_due_by_the_end_of_a_day_in_japan() {
        // 00:30 in Japan, still the day before in UTC
        let now = datetime!(2026-11-20 15:30 UTC);
        assert_eq!(seated(false, 7, [None; 2], now), (State::PaymentDue, Some(datetime!(2026-11-28 15:00 UTC))));
        assert_eq!(seated(false, 0, [None; 2], now), (State::PaymentDue, Some(datetime!(2026-11-21 15:00 UTC))));
        assert_eq!(seated(true, 7, [None; 2], now), (State::Admitted, None));
    }

    #[test]
    fn a_place_that_is_to_be_paid_for_is_kept_for_the_days_of_grace() {
        let due_at = Some(datetime!(2026-11-28 15:00 UTC));
        assert_eq!(kept_until(State::PaymentDue, 3, due_at), Some(datetime!(2026-12-01 15:00 UTC)));
        assert_eq!((kept_until(State::PaymentDue, 0, due_at), kept_until(State::Offered, 3, due_at)), (None, None));
    }

    #[test]
    fn neither_an_offer_nor_a_payment_lasts_beyond_the_beginning() {
        let (now, begins) = (datetime!(2026-11-20 00:00 UTC), datetime!(2026-11-21 01:00 UTC));
        let due_at = |first, last| seated(false, 7, [Some(first), Some(last)], now).1;
        assert_eq!(due_at(begins, begins + Duration::DAY), Some(begins));
        assert_eq!(due_at(now, begins), Some(begins), "who joins later has until the last session");
        assert_eq!(due_at(now, begins + Duration::weeks(2)), Some(datetime!(2026-11-27 15:00 UTC)));
        assert_eq!(due_at(now, now), Some(datetime!(2026-11-27 15:00 UTC)), "nothing of it lies ahead");
        assert_eq!(offered_until(60, Some(begins), now), now + Duration::HOUR);
        assert_eq!(offered_until(60 * 48, Some(begins), now), begins);
    }

    proptest! {
        #[test]
        fn no_more_are_promoted_than_fit_and_none_is_left_who_would(
            line in proptest::collection::vec(1_i32..6, 0..20), free in -5_i32..20, strict: bool,
        ) {
            let chosen = promoted(&line, free, strict);
            let used: i32 = chosen.iter().map(|at| line[*at]).sum();
            prop_assert!(used <= free.max(0));
            let left = free - used;
            if strict {
                prop_assert!(chosen.iter().enumerate().all(|(place, at)| place == *at));
                prop_assert!(line.get(chosen.len()).is_none_or(|units| *units > left));
            } else {
                prop_assert!(line.iter().enumerate().all(|(at, units)| chosen.contains(&at) || *units > left));
            }
        }
    }
}
