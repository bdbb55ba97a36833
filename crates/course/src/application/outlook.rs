//! What would become of applications at this moment: the decision of [`crate::seats`], foretold without its lock. Somebody who is
//! faster may still change it.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, PersonId},
};
use uuid::Uuid;

use super::{ApplyError, Guide, Part, sql};
use crate::{
    draw,
    seats::{
        SeatError, Way, rivals,
        rules::{Among, Place, Standing, place, promoted},
    },
    window::ApplicationWindow,
};

/// What would become of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    /// It has its places at once: admitted, or kept until it is paid for.
    Seated,
    /// In line, and offered its places at once: whoever waits before it does not fit and may be passed.
    Offered,
    /// In line, at this place from 1.
    Waits {
        position: i64,
    },
    Entered,
    Screened,
    /// It would be refused.
    Refused,
}

/// How many applications in the term a household has, and may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseholdUse {
    pub active: i64,
    pub most: u32,
}

/// What would become of the applications of a party, one after the other, with every refusal there would be.
///
/// # Errors
/// A [`Fault`].
pub async fn outlook(
    tx: &mut TenantTx,
    guide: &Guide,
    parts: &[Part],
    now: Instant,
) -> Result<(Vec<Becomes>, Vec<SeatError>), Fault> {
    let fixed = draw::fixed_windows(tx, guide.class.id).await?;
    let mut line = sql::line(tx, guide.class.id, now).await?;
    let mut standing = as_of(guide, &mut line);
    let skips = guide.class.group_policy == "skip_if_not_fit";
    let (mut found, mut refused) = (Vec::with_capacity(parts.len()), Vec::new());
    for part in parts {
        let of = &part.assessment;
        let closed = of.way == Way::Draw && of.window.is_some_and(|window| fixed.contains(&window));
        let among = line.among(&guide.windows, of.window);
        standing.undecided = among.behind;
        standing.passes = among.first && (skips || line.ahead == 0);
        match becomes(&mut standing, of.way, of.units) {
            Ok(_) if closed => {
                refused.push(SeatError::Frozen);
                found.push(Becomes::Refused);
            }
            Ok(Becomes::Waits { .. }) if among.first => {
                line.ahead = line.ahead.saturating_add(1);
                found.push(Becomes::Waits { position: line.ahead });
            }
            Ok(becomes) => {
                if matches!(becomes, Becomes::Entered | Becomes::Screened) {
                    line.undecided.extend(of.window);
                }
                found.push(becomes);
            }
            Err(error) => {
                refused.push(guide.with_the_next_window(error, now));
                found.push(Becomes::Refused);
            }
        }
    }
    Ok((found, refused))
}

/// Who of these has an active application to the class already, by the id that is left. `known_as` gives for each id under which
/// somebody is kept the one that is left.
///
/// # Errors
/// A [`Fault`].
pub async fn already_applied(
    tx: &mut TenantTx,
    guide: &Guide,
    known_as: &BTreeMap<PersonId, PersonId>,
) -> Result<Vec<PersonId>, Fault> {
    let ids: Vec<PersonId> = known_as.keys().copied().collect();
    let found = if ids.is_empty() { Vec::new() } else { rivals(tx, guide.class.id, &ids).await? };
    let mut left: Vec<PersonId> = found.iter().filter_map(|id| known_as.get(id).copied()).collect();
    left.sort_unstable();
    left.dedup();
    Ok(left)
}

/// What the household that comes nearest to its limit would have with the applications that it is about to make; nothing when the
/// class has no limit.
///
/// # Errors
/// A [`Fault`].
pub async fn household_use(
    tx: &mut TenantTx,
    guide: &Guide,
    making: &BTreeMap<Uuid, i64>,
) -> Result<Option<HouseholdUse>, Fault> {
    let Some(most) = guide.class.class_rules().per_household else { return Ok(None) };
    let households: Vec<Uuid> = making.keys().copied().collect();
    let active = sql::active_of_households(tx, guide.class.term_id, &households).await?;
    let with =
        |(household, making): (&Uuid, &i64)| active.get(household).copied().unwrap_or_default().saturating_add(*making);
    Ok(Some(HouseholdUse { active: making.iter().map(with).max().unwrap_or_default(), most }))
}

/// Makes sure that no household has more applications in the term than the class says, with those that it is about to make. Two
/// applications of one household at the same moment wait for each other.
///
/// # Errors
/// [`ApplyError::Household`].
pub async fn expect_household(
    tx: &mut TenantTx,
    guide: &Guide,
    making: &BTreeMap<Uuid, i64>,
) -> Result<(), ApplyError> {
    if guide.class.class_rules().per_household.is_none() {
        return Ok(());
    }
    sql::one_at_a_time(tx, &making.keys().copied().collect::<Vec<_>>()).await?;
    household_use(tx, guide, making).await?.map_or(Ok(()), HouseholdUse::expect)
}

impl HouseholdUse {
    /// # Errors
    /// [`ApplyError::Household`] beyond the limit.
    pub fn expect(self) -> Result<(), ApplyError> {
        if self.active > i64::from(self.most) { Err(ApplyError::Household { most: self.most }) } else { Ok(()) }
    }
}

/// The line of a class with what runs out of its places at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Units of whose time is over.
    pub late: i64,
    /// Whether places are still offered.
    pub promotes: bool,
    /// Places that frozen draws will give.
    pub promised: i64,
    /// Units of those who wait, in their order.
    pub waiting: Vec<i32>,
    /// How many of them wait before everybody who is in a draw or before the staff.
    pub ahead: i64,
    /// Windows in which somebody applied who is.
    pub undecided: Vec<ApplicationWindowId>,
}

impl Line {
    /// Where whoever applies in one of these windows, by when they open, stands among those who are undecided.
    fn among(&self, windows: &[ApplicationWindow], window: Option<ApplicationWindowId>) -> Among {
        let opens = |id: ApplicationWindowId| windows.iter().position(|one| one.id == id);
        let Some(own) = window.and_then(opens) else {
            return Among { behind: false, first: self.undecided.is_empty() };
        };
        let undecided: Vec<usize> = self.undecided.iter().filter_map(|window| opens(*window)).collect();
        Among { behind: undecided.iter().any(|one| *one < own), first: undecided.iter().all(|one| own < *one) }
    }
}

/// The places as they are once what ran out has been passed on, and the line with them.
fn as_of(guide: &Guide, line: &mut Line) -> Standing {
    let places = &guide.places;
    let late = i32::try_from(line.late).unwrap_or(i32::MAX);
    let mut standing = Standing {
        capacity: places.capacity,
        held_back: places.held_back,
        taken: places.taken.saturating_sub(late),
        promised: i32::try_from(line.promised).unwrap_or(i32::MAX),
        // once nothing is offered, nobody waits
        waiting: if line.promotes { i64::try_from(line.waiting.len()).unwrap_or(i64::MAX) } else { 0 },
        waiting_capacity: places.waiting_capacity,
        undecided: false,
        promotes: line.promotes,
        passes: false,
    };
    if !line.promotes {
        line.ahead = 0;
    } else if late > 0 && standing.free() > 0 {
        let ahead = usize::try_from(line.ahead).unwrap_or(usize::MAX);
        let ahead = line.waiting.get(..ahead).unwrap_or(&line.waiting);
        let next = promoted(ahead, standing.free(), guide.class.group_policy == "strict_head");
        for units in next.iter().filter_map(|at| ahead.get(*at)) {
            standing.taken = standing.taken.saturating_add(*units);
            standing.waiting = standing.waiting.saturating_sub(1);
            line.ahead = line.ahead.saturating_sub(1);
        }
    }
    standing
}

/// What becomes of the next who asks, and the places after it.
fn becomes(standing: &mut Standing, way: Way, units: i32) -> Result<Becomes, SeatError> {
    let most = standing.most(way);
    if units > most {
        return Err(SeatError::PartyTooLarge { most });
    }
    match place(way, standing, units) {
        Place::Seat => {
            standing.taken = standing.taken.saturating_add(units);
            Ok(Becomes::Seated)
        }
        Place::Wait if standing.offers(units) => {
            standing.taken = standing.taken.saturating_add(units);
            Ok(Becomes::Offered)
        }
        Place::Wait => {
            standing.waiting = standing.waiting.saturating_add(1);
            Ok(Becomes::Waits { position: standing.waiting })
        }
        Place::Enter => Ok(Becomes::Entered),
        Place::Screen => Ok(Becomes::Screened),
        Place::Full => Err(SeatError::Full(standing.crowded(way))),
    }
}
