//! What goes back, and what a plan is: decided without a database.

use std::collections::BTreeSet;

use db::Fault;
use kernel::{
    Instant,
    ids::{CourseApplicationId, CourseSessionId},
};
use sha2::{Digest, Sha256};

use super::{Change, Plan, PlanError};
use crate::{
    application::PriceLine,
    class::CourseClass,
    session::units::{self, Unit},
    withdrawal::{
        PaidLine, QuoteLine,
        rules::{charged_for, share},
    },
};

/// A class that somebody may have applied for. Of one that is over nothing changes any more, but what was paid for a session that was
/// not held goes back.
pub(super) fn expect_public(change: &Change, class: &CourseClass) -> Result<(), PlanError> {
    match class.state.as_str() {
        "published" => Ok(()),
        "completed" if matches!(change, Change::RefundSession { .. }) => Ok(()),
        "draft" => Err(PlanError::Draft),
        state => Err(crate::catalogue::CatalogueError::State(state.to_owned()).into()),
    }
}

/// What of a plan is not so any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `version` of the session or the class, `affected`, `notices`, or the `change` itself.
    pub what: Vec<&'static str>,
    /// Applications that were not there, are not there, or would be affected otherwise.
    pub applications: BTreeSet<CourseApplicationId>,
}

pub(super) fn difference(was: &Plan, now: &Plan) -> Difference {
    let one_sided = |these: &Plan, those: &Plan| {
        let changed = these.affected.iter().filter(|one| !those.affected.contains(one));
        changed.map(|one| one.application).collect::<Vec<_>>()
    };
    let applications: BTreeSet<_> = one_sided(was, now).into_iter().chain(one_sided(now, was)).collect();
    let differs = [
        (was.change != now.change, "change"),
        (was.version != now.version, "version"),
        (!applications.is_empty(), "affected"),
        (was.notices != now.notices, "notices"),
    ];
    Difference {
        what: differs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect(),
        applications,
    }
}

fn line(one: &PaidLine, charged: &[PriceLine], refund: impl Fn(bool) -> i64) -> QuoteLine {
    QuoteLine::of(one, charged, |refundable| {
        let refund = refund(refundable);
        (refund, refund)
    })
}

/// 主催者都合: everything goes back, also what would stay if they withdrew.
pub(super) fn everything(paid: &[PaidLine], charged: &[PriceLine]) -> Vec<QuoteLine> {
    paid.iter().map(|one| line(one, charged, |_| one.amount)).collect()
}

/// 中止: what is not held of what was paid. The parts that have begun stay paid; so does what was ordered for somebody, once any
/// has.
pub(super) fn unheld(
    paid: &[PaidLine],
    charged: &[PriceLine],
    units: &[Unit],
    joined: Option<Instant>,
) -> Vec<QuoteLine> {
    let told = |one: &PaidLine| {
        let theirs = units::paid_for(units, charged_for(one, charged), joined, None);
        let held: Vec<i64> = (0..).zip(&theirs).filter(|(_, unit)| unit.begun).map(|(at, _)| at).collect();
        let kept = |refundable: bool| match refundable {
            true => held.iter().map(|at| share(one.amount, count(theirs.len()), *at)).sum(),
            false if held.is_empty() => 0,
            false => one.amount,
        };
        line(one, charged, |refundable| one.amount.saturating_sub(kept(refundable)))
    };
    paid.iter().map(told).collect()
}

/// The part of what was paid that is for one session, or for the one that it takes the place of: the sessions of whoever was there
/// from the beginning are all of them, those of whoever came later the ones after that, and those of a fee for each session the ones
/// that it was charged for. Nothing when it was not theirs.
pub(super) fn of_session(
    paid: &[PaidLine],
    charged: &[PriceLine],
    session: CourseSessionId,
    units: &[Unit],
    joined: Option<Instant>,
) -> Vec<QuoteLine> {
    let told = |one: &PaidLine| {
        let theirs = units::paid_for(units, charged_for(one, charged), joined, None);
        let at = theirs.iter().position(|unit| unit.sessions.contains(&session));
        let part = at.map_or(0, |at| share(one.amount, count(theirs.len()), count(at)));
        line(one, charged, |refundable| if refundable { part } else { 0 })
    };
    let lines: Vec<QuoteLine> = paid.iter().map(told).collect();
    if lines.iter().any(|line| line.refund > 0) { lines } else { Vec::new() }
}

/// The parts of what was paid that are for what was given up since a price was made: of the sessions that are theirs who take part since
/// a moment, each as if it had been paid before.
pub(super) fn given_up_since(
    paid: &[PaidLine],
    charged: &[PriceLine],
    units: &[Unit],
    (priced_at, joined): (Instant, Instant),
) -> Vec<QuoteLine> {
    let owed = |one: &PaidLine| {
        let theirs = units::paid_for(units, charged_for(one, charged), Some(joined), Some(priced_at));
        let mut gone: Vec<&Unit> = theirs.iter().copied().filter(|unit| unit.given_up_at.is_some()).collect();
        gone.sort_by_key(|unit| unit.given_up_at);
        let (mut left, mut back) = (theirs, 0_i64);
        for unit in gone {
            let at = left.iter().position(|one| *one == unit).unwrap_or_default();
            back = back.saturating_add(share(one.amount.saturating_sub(back), count(left.len()), count(at)));
            left.remove(at);
        }
        back
    };
    let lines = paid.iter().map(|one| line(one, charged, |refundable| if refundable { owed(one) } else { 0 }));
    lines.filter(|line| line.refund > 0).collect()
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// The plan as it is kept.
pub(super) fn written(plan: &Plan) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(plan).map_err(|_| Fault::Unexpected("a plan can be written"))
}

/// SHA-256 of the plan as JSON with its members in order, in hexadecimal.
pub(super) fn hash(plan: &Plan) -> Result<String, Fault> {
    let text = serde_json::to_vec(&written(plan)?).map_err(|_| Fault::Unexpected("a plan can be written"))?;
    Ok(Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use kernel::ids::{BillLineId, CourseClassId, FeeId};
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    use super::*;
    use crate::session::Session;

    const FIRST: Instant = datetime!(2027-04-03 10:00 +9);

    fn id(n: u32) -> CourseSessionId {
        CourseSessionId::from_uuid(Uuid::from_u128(u128::from(n)))
    }

    fn session(n: u32) -> Session {
        let starts_at = FIRST + Duration::weeks(n.into());
        Session {
            id: id(n),
            class_id: CourseClassId::from_uuid(Uuid::nil()),
            number: i32::try_from(n).unwrap() + 1,
            local_date: kernel::clock::civil_day(starts_at),
            starts_at,
            ends_at: starts_at + Duration::HOUR,
            state: "scheduled".into(),
            room_id: None,
            place: None,
            replaces_id: None,
            reason: None,
            created_at: FIRST,
            updated_at: FIRST,
            version: 1,
            given_up_at: None,
        }
    }

    fn units_of(sessions: &[Session], now: Instant) -> Vec<Unit> {
        units::of(&sessions.iter().collect::<Vec<_>>(), now)
    }

    fn sum(lines: &[QuoteLine]) -> i64 {
        lines.iter().map(|one| one.refund).sum()
    }

    fn line(amount: i64, refundable: bool) -> (PaidLine, PriceLine) {
        let fee = FeeId::new(FIRST);
        let charged = PriceLine { refundable, ..PriceLine::example(fee, "tuition", amount) };
        (PaidLine { line: BillLineId::new(FIRST), fee, amount }, charged)
    }

    #[test]
    fn who_came_later_shares_what_they_paid_among_their_own_sessions() {
        let sessions: Vec<_> = (0..4).map(session).collect();
        let units = units_of(&sessions, FIRST - Duration::DAY);
        let (paid, charged) = line(10_000, true);
        let back = |n: u32, joined: Instant| {
            sum(&of_session(&[paid], std::slice::from_ref(&charged), id(n), &units, Some(joined)))
        };
        assert_eq!((back(0, FIRST - Duration::DAY), back(3, FIRST - Duration::DAY)), (2_500, 2_500));
        assert_eq!(
            (back(0, FIRST + Duration::DAY), back(1, FIRST + Duration::DAY), back(3, FIRST + Duration::DAY)),
            (0, 3_334, 3_333)
        );
        let (paid, charged) = line(2_000, false);
        assert_eq!(
            everything(&[paid], std::slice::from_ref(&charged))[0].refund,
            2_000,
            "the house gives everything back"
        );
    }

    #[test]
    fn a_session_that_is_still_to_be_made_up_for_keeps_its_part() {
        let mut sessions: Vec<_> = (0..3).map(session).collect();
        sessions[0].state = "cancelled".into();
        let (paid, charged) = line(9_000, true);
        let back = |sessions: &[Session], n: u32| {
            let units = units_of(sessions, FIRST - Duration::DAY);
            sum(&of_session(&[paid], std::slice::from_ref(&charged), id(n), &units, Some(FIRST - Duration::DAY)))
        };
        assert_eq!((back(&sessions, 0), back(&sessions, 1)), (3_000, 3_000));
        // what takes its place, and what takes the place of that, is the same part
        sessions.push(Session { replaces_id: Some(id(0)), state: "cancelled".into(), ..session(7) });
        sessions.push(Session { replaces_id: Some(id(7)), ..session(8) });
        assert_eq!((back(&sessions, 8), back(&sessions, 2)), (3_000, 3_000));
        sessions[4].given_up_at = Some(FIRST);
        assert_eq!((back(&sessions, 8), back(&sessions, 1)), (0, 4_500), "and goes back once");
    }

    #[test]
    fn a_class_that_ends_half_way_gives_back_what_is_not_held() {
        let sessions: Vec<_> = (0..3).map(session).collect();
        let back = |amount: i64, refundable: bool, now: Instant, joined: Instant| {
            let (paid, charged) = line(amount, refundable);
            sum(&unheld(&[paid], &[charged], &units_of(&sessions, now), Some(joined)))
        };
        let (before, after) = (FIRST - Duration::DAY, FIRST + Duration::DAY);
        assert_eq!((back(10_000, true, before, before), back(2_000, false, before, before)), (10_000, 2_000));
        assert_eq!((back(10_000, true, after, before), back(2_000, false, after, before)), (6_666, 0));
        assert_eq!(back(10_000, true, after, after), 10_000, "who came later loses nothing that was held before");
        assert_eq!(back(10_000, true, FIRST + Duration::weeks(9), before), 0);
    }

    #[test]
    fn who_pays_after_a_session_was_given_up_gets_back_what_they_would_have() {
        let mut sessions: Vec<_> = (0..3).map(session).collect();
        let priced_at = FIRST - Duration::weeks(4);
        (sessions[1].state, sessions[1].given_up_at) = ("cancelled".into(), Some(FIRST - Duration::weeks(2)));
        (sessions[0].state, sessions[0].given_up_at) = ("cancelled".into(), Some(FIRST - Duration::weeks(1)));
        let units = units_of(&sessions, FIRST - Duration::DAY);
        let (paid, charged) = line(10_000, true);
        let joined = |priced_at: Instant, joined: Instant| {
            sum(&given_up_since(&[paid], std::slice::from_ref(&charged), &units, (priced_at, joined)))
        };
        let back = |priced_at| joined(priced_at, FIRST - Duration::DAY);
        // 3,333 of three, then 3,334 of the two that are left
        assert_eq!(back(priced_at), 6_667);
        assert_eq!(back(FIRST - Duration::days(10)), 5_000, "what was given up before the price was made is not in it");
        assert_eq!(back(FIRST), 0);
        assert_eq!(
            joined(priced_at, FIRST + Duration::DAY),
            5_000,
            "the first was not theirs: two begin after they joined"
        );
        assert_eq!(joined(priced_at, FIRST + Duration::weeks(1)), 0);
    }

    #[test]
    fn who_joins_after_the_class_has_begun_pays_for_what_begins_after_it_whenever_a_session_is_given_up() {
        let mut sessions: Vec<_> = (0..4).map(session).collect();
        let (priced_at, joined) = (FIRST - Duration::weeks(1), FIRST + Duration::days(2));
        let (paid, charged) = line(10_000, true);
        let charged = std::slice::from_ref(&charged);
        let later = sum(&of_session(&[paid], charged, id(1), &units_of(&sessions, joined), Some(joined)));
        (sessions[1].state, sessions[1].given_up_at) = ("cancelled".into(), Some(FIRST - Duration::days(2)));
        let units = units_of(&sessions, joined);
        let before = sum(&given_up_since(&[paid], charged, &units, (priced_at, joined)));
        assert_eq!((before, later), (3_334, 3_334));
    }

    /// A fee of 1,000 yen for each of these sessions.
    fn by_session(of: &[u32]) -> (PaidLine, PriceLine) {
        let (paid, charged) = line(1_000 * i64::try_from(of.len()).unwrap(), true);
        let units: Vec<_> = of.iter().map(|n| id(*n)).collect();
        (paid, PriceLine { sessions: Some(i64::try_from(of.len()).unwrap()), units, ..charged })
    }

    #[test]
    fn a_fee_for_each_session_goes_back_for_those_that_it_was_charged_for_and_for_no_other() {
        let mut sessions: Vec<_> = (0..4).map(session).collect();
        let before = FIRST - Duration::DAY;
        // what was cancelled when they applied is not charged, and not given back
        let (paid, charged) = by_session(&[0, 2, 3]);
        let charged = std::slice::from_ref(&charged);
        let back = |sessions: &[Session], n: u32, joined: Instant| {
            sum(&of_session(&[paid], charged, id(n), &units_of(sessions, before), Some(joined)))
        };
        sessions[1].state = "cancelled".into();
        assert_eq!((back(&sessions, 1, before), back(&sessions, 2, before)), (0, 1_000));
        // nor is what is added to the class later
        sessions.push(session(9));
        assert_eq!((back(&sessions, 9, before), back(&sessions, 3, before)), (0, 1_000));
        // whatever takes the place of one of them is that one
        sessions[2].state = "cancelled".into();
        sessions.push(Session { replaces_id: Some(id(2)), ..session(10) });
        assert_eq!(back(&sessions, 10, before), 1_000);
        // who paid when some of it had begun was charged for it all the same
        assert_eq!(back(&sessions, 3, FIRST + Duration::DAY), 1_000);
        let unheld = sum(&unheld(&[paid], charged, &units_of(&sessions, FIRST), Some(FIRST + Duration::DAY)));
        assert_eq!(unheld, 2_000);
        sessions[3].state = "cancelled".into();
        sessions[3].given_up_at = Some(before);
        let units = units_of(&sessions, FIRST);
        assert_eq!(sum(&given_up_since(&[paid], charged, &units, (before - Duration::DAY, FIRST))), 1_000);
    }

    proptest! {
        #[test]
        fn sessions_that_are_not_held_give_back_to_the_yen_what_was_paid_for_them(
            amount in 1_i64..1_000_000, all in 1_u32..40, mut order in proptest::collection::vec(any::<u32>(), 1..40),
        ) {
            let mut sessions: Vec<_> = (0..all).map(session).collect();
            let (mut paid, charged) = line(amount, true);
            let mut back = 0;
            while !sessions.is_empty() {
                let at = order.pop().unwrap_or_default() as usize % sessions.len();
                let (id, units) = (sessions[at].id, units_of(&sessions, FIRST - Duration::DAY));
                let joined = Some(FIRST - Duration::DAY);
                let one = sum(&of_session(&[paid], std::slice::from_ref(&charged), id, &units, joined));
                let even = paid.amount / i64::try_from(sessions.len()).unwrap();
                prop_assert!(one == even || one == even + 1);
                back += one;
                paid.amount -= one;
                sessions.remove(at);
            }
            prop_assert_eq!(back, amount);
        }
    }
}
