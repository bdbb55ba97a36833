//! What everybody is told of the places, and what whoever asks then gets: one is the other, however a class decides.

use std::collections::BTreeMap;

use course::{
    application::{self, Becomes, Guide, Participant, Wish, judge},
    draw::{self, Announcement, DrawError},
    listing,
    rule::Facts,
    seats::{self, Applied, Capacity, Drawn, Entry, Role, SeatError, State, Way},
};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, DrawId, PersonId},
};
use testkit::{MORNING, TestDb};
use time::Duration;

use crate::{ask, class, class_id, crowd::mixed, draw_window, entry, house, session, tx, window_for_draw, window_id};

const CLASSES: u64 = 6;
const STEPS: u64 = 60;

/// A class that decides in every way.
struct Scene<'a> {
    test: &'a TestDb,
    class: u128,
    draws: [DrawId; 2],
    known: Vec<CourseApplicationId>,
    /// How many people have been named.
    people: u128,
}

impl<'a> Scene<'a> {
    /// Of two draws the first opened before every other window, the second after them.
    async fn new(test: &'a TestDb, n: u128) -> Self {
        class(test, n, 5, if n.is_multiple_of(2) { "strict_head" } else { "skip_if_not_fit" }).await;
        session(test, n, 1, MORNING + Duration::days(6)).await;
        let draws = [announced(test, n, 0, "2025-10-01").await, announced(test, n, 1, "2026-10-01").await];
        let screening = window_for_draw(test, n, 2, "2026-03-01").await.uuid();
        test.execute(&format!(
            "UPDATE course.application_windows SET admission = 'screening', closes_at = '2028-01-01' WHERE id = '{screening}'; \
             UPDATE course.classes SET published_at = '2025-09-01', payment_days = 0"
        ))
        .await;
        Self { test, class: n, draws, known: Vec::new(), people: 0 }
    }

    /// A party is told what would become of it, and applies. Gives what it was answered.
    async fn apply(&mut self, (way, window): (Way, ApplicationWindowId), pick: u64, now: Instant) -> String {
        let test = self.test;
        let people: Vec<u128> = (self.people..=self.people + u128::from(pick % 3)).collect();
        self.people += 3;
        let total = if (pick / 3).is_multiple_of(2) { 0 } else { 3_000 };
        let reason = (way == Way::Staff).then(|| test.remark("市長推薦"));
        let entry = Entry { window, reason, received_at: now, ..entry(self.class, &people, total, way) };

        let (guide, told, left) = self.told(&entry, now).await;
        let got = match ask(test, &entry, now).await {
            Ok(made) => {
                self.known.push(made.application);
                format!("{:?}", became(test, &made).await)
            }
            Err(SeatError::Fault(fault)) => panic!("{fault:?}"),
            Err(why) => format!("{:?}", guide.with_the_next_window(why, now)),
        };
        assert_eq!(got, told, "{way:?} in class {} at {now}", self.class);
        let is_left = way == Way::FirstCome && i64::from(entry.units) <= left;
        assert!(!is_left || got == "Seated", "{got} in class {} at {now}, where {left} are left", self.class);
        got.split([' ', '(']).next().unwrap_or_default().to_owned()
    }

    /// What would become of a party, and how many places everybody reads are left.
    async fn told(&self, entry: &Entry, now: Instant) -> (Guide, String, i64) {
        let (test, class) = (self.test, entry.class);
        let guide = tx!(test, |tx| application::guide(tx, class, true, now).await).unwrap();
        let participant = |(person, role): &(PersonId, Role)| {
            let (person, role, facts) = (*person, *role, Facts::new());
            Participant { person, role, facts, options: Vec::new(), member: false }
        };
        let party: Vec<Participant> = entry.people.iter().map(participant).collect();
        let wish = Wish {
            window: Some(entry.window),
            people: &party,
            options: &[],
            received_at: guide.windows.iter().find(|one| one.id == entry.window).unwrap().opens_at,
            seated_by_staff: entry.way == Way::Staff,
            splittable: false,
        };
        let parts = judge(&guide, &wish).unwrap().parts;
        assert_eq!(parts.iter().map(|part| part.assessment.way).collect::<Vec<_>>(), [entry.way]);
        let (becomes, refused) = tx!(test, |tx| application::outlook(tx, &guide, &parts, now).await).unwrap();
        let (_, full) = tx!(test, |tx| listing::fullness(tx, class, now).await).unwrap();
        let told = match refused.first() {
            Some(why) => format!("{why:?}"),
            None => format!("{:?}", becomes[0]),
        };
        (guide, told, full.places_left)
    }

    /// Something else happens, where the rules let it.
    async fn happen(&self, dice: u64, pick: u64, now: Instant) {
        let (test, class) = (self.test, class_id(self.class));
        let latest = usize::try_from(pick).unwrap() % self.known.len().clamp(1, 12);
        let Some(id) = self.known.iter().rev().nth(latest).copied() else { return };
        let outcome = match dice {
            0..15 => tx!(test, |tx| seats::leave(tx, class, id, State::Withdrawn, None, now).await).map(drop),
            15..20 => tx!(test, |tx| seats::accept(tx, class, id, now).await).map(drop),
            20..24 => tx!(test, |tx| seats::pay(tx, class, id, now).await).map(drop),
            24..30 => {
                let to = Capacity {
                    capacity: i32::try_from(2 + pick % 6).unwrap(),
                    held_back: Some(i32::try_from(pick / 8 % 2).unwrap()),
                    waiting_capacity: Some((pick / 16).is_multiple_of(3).then_some(2)),
                };
                let reason = test.remark("部屋替え");
                tx!(test, |tx| seats::resize(tx, class, to, &reason, now).await).map(drop)
            }
            30..35 => self.screen(now).await,
            _ => self.draw(usize::try_from(pick % 2).unwrap(), now).await,
        };
        if let Err(SeatError::Fault(fault)) = outcome {
            panic!("{fault:?}");
        }
    }

    /// The staff takes everybody who is screened, as far as the places go.
    async fn screen(&self, now: Instant) -> Result<(), SeatError> {
        let (test, class) = (self.test, class_id(self.class));
        let found = tx!(test, |tx| application::find_all(tx, self.known.clone()).await)?;
        let seated = found.iter().filter(|one| one.state == State::Screening.as_str()).map(|one| one.id).collect();
        let chosen = Drawn { seated, ..Drawn::default() };
        tx!(test, |tx| seats::settle_screening(tx, class, &chosen, (&[], None), now).await).map(drop)
    }

    /// A draw is frozen, or published when it is.
    async fn draw(&self, at: usize, now: Instant) -> Result<(), SeatError> {
        let (test, id, key) = (self.test, self.draws[at], self.test.seal());
        let outcome = match tx!(test, |tx| draw::freeze(tx, id, now).await) {
            Err(DrawError::State(state)) if state == "frozen" => {
                tx!(test, |tx| draw::publish(tx, &key, id, None, now).await).map(drop)
            }
            other => other.map(drop),
        };
        match outcome {
            Err(DrawError::Fault(fault)) => Err(fault.into()),
            Err(DrawError::Seats(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

async fn announced(test: &TestDb, n: u128, k: u128, opened: &str) -> DrawId {
    let (window, key) = (window_for_draw(test, n, k, opened).await, test.seal());
    tx!(test, |tx| draw::commit(tx, &key, window, Announcement::default(), MORNING).await).unwrap().id
}

/// What an application became, in the words of who is told beforehand.
async fn became(test: &TestDb, made: &Applied) -> Becomes {
    match made.state {
        State::Admitted | State::PaymentDue => Becomes::Seated,
        State::Offered => Becomes::Offered,
        State::Entered => Becomes::Entered,
        State::Screening => Becomes::Screened,
        State::Waitlisted => {
            let found = tx!(test, |tx| application::find(tx, made.application).await).unwrap();
            Becomes::Waits { position: found.position.unwrap() }
        }
        other => panic!("nobody begins as {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_class_decides_what_is_told_of_its_places_is_what_one_gets() {
    let test = house(4).await;
    let mut got: BTreeMap<String, u32> = BTreeMap::new();
    for n in 0..CLASSES {
        let mut scene = Scene::new(&test, n.into()).await;
        let open = window_id(n.into());
        for step in 0..STEPS {
            let seed = n * STEPS + step;
            let (dice, pick) = (mixed(seed) % 100, mixed(seed ^ 0x91c4));
            let now = MORNING + Duration::hours(3 * i64::try_from(step).unwrap());
            // in every third class nobody is ever undecided
            let way = match dice {
                25..44 if !n.is_multiple_of(3) => (Way::Draw, draw_window(n.into(), u128::from(dice > 36))),
                44..54 if !n.is_multiple_of(3) => (Way::Screening, draw_window(n.into(), 2)),
                54..58 => (Way::Staff, open),
                0..54 => (Way::FirstCome, open),
                _ => {
                    scene.happen(dice - 58, pick, now).await;
                    continue;
                }
            };
            *got.entry(scene.apply(way, pick, now).await).or_default() += 1;
        }
    }
    for outcome in ["Seated", "Waits", "Entered", "Screened", "Full", "Frozen"] {
        assert!(got.contains_key(outcome), "nobody was told {outcome}: {got:?}");
    }
}
