//! What sessions may be.

use std::collections::BTreeSet;

use kernel::{
    Instant,
    clock::civil_day,
    ids::{CourseClassId, CourseSessionId, HonorariumId, InstructorId},
};
use time::Duration;

use super::{Assignment, MOST, Session, SessionDraft, SessionError, Teacher, When};
use crate::honorarium::PaidSession;

/// Yen that somebody is paid for one session at most.
const MOST_HONORARIUM: i64 = 10_000_000;

/// A time and a place that a session may have.
pub(super) fn expect_when(at: &When, now: Instant) -> Result<(), SessionError> {
    if at.starts_at >= at.ends_at || at.ends_at - at.starts_at > Duration::DAY {
        return Err(SessionError::Times);
    }
    if at.starts_at < now {
        return Err(SessionError::Past { starts_at: at.starts_at });
    }
    if at.room.is_some() && at.place.is_some() { Err(SessionError::RoomAndPlace) } else { Ok(()) }
}

/// A session with everything whose place it takes and everything that takes its place, however often: the one that was planned first.
pub(super) fn chain<'a>(all: &[&'a Session], of: &'a Session) -> Vec<&'a Session> {
    let missed = |one: &Session| all.iter().copied().find(|other| Some(other.id) == one.replaces_id);
    let first = std::iter::successors(Some(of), |one| missed(one)).last().unwrap_or(of);
    let mut found = vec![first];
    let mut at = 0;
    while let Some(one) = found.get(at).copied() {
        found.extend(all.iter().copied().filter(|next| next.replaces_id == Some(one.id)));
        at = at.saturating_add(1);
    }
    found
}

/// A cancelled session of which nothing is decided: of all that take each other's place none is to be held or was, and none was given up.
pub(crate) fn expect_undecided(one: &Session, all: &[&Session]) -> Result<(), SessionError> {
    if one.state != "cancelled" {
        return Err(SessionError::State(one.state.clone()));
    }
    let chain = chain(all, one);
    if let Some(at) = chain.iter().filter_map(|one| one.given_up_at).min() {
        return Err(SessionError::GivenUp { session: one.id, at });
    }
    match chain.iter().find(|other| other.state != "cancelled") {
        Some(by) => Err(SessionError::MadeUp { session: one.id, by: Some(by.id) }),
        None => Ok(()),
    }
}

/// Why there is no session, which everybody is told.
pub(crate) fn expect_said(reason: &str) -> Result<(), SessionError> {
    if reason.trim().is_empty() { Err(SessionError::NoReason) } else { Ok(()) }
}

/// A session that was not held: it is scheduled, or what is recorded of it says that nobody attended.
pub(super) fn expect_unattended(one: &Session, attended: i64) -> Result<(), SessionError> {
    match one.state.as_str() {
        "scheduled" => Ok(()),
        "held" if attended == 0 => Ok(()),
        "held" => Err(SessionError::Attended { session: one.id, attended }),
        state => Err(SessionError::State(state.to_owned())),
    }
}

/// Nothing that is to be undone of a session is paid for: these honoraria, that are approved or paid, would be for what was not.
pub(super) fn expect_unpaid<'p>(
    session: CourseSessionId,
    paid: impl IntoIterator<Item = &'p PaidSession>,
) -> Result<(), SessionError> {
    let honoraria: BTreeSet<HonorariumId> = paid.into_iter().map(|one| one.honorarium_id).collect();
    if honoraria.is_empty() {
        return Ok(());
    }
    Err(SessionError::Paid { session, honoraria: honoraria.into_iter().collect() })
}

/// A class meets once at a time: what was cancelled is no obstacle.
pub(super) fn expect_apart(at: &When, there: &[Session], but: Option<CourseSessionId>) -> Result<(), SessionError> {
    let met = there.iter().find(|one| {
        Some(one.id) != but && one.state != "cancelled" && one.starts_at < at.ends_at && at.starts_at < one.ends_at
    });
    match met {
        Some(one) => Err(SessionError::Overlaps { with: Some(one.id), starts_at: at.starts_at }),
        None => Ok(()),
    }
}

pub(super) fn expect_people(people: &[Teacher]) -> Result<(), SessionError> {
    if people.iter().any(|one| one.honorarium.is_some_and(|yen| !(0..=MOST_HONORARIUM).contains(&yen))) {
        return Err(SessionError::Honorarium);
    }
    let again = people
        .iter()
        .enumerate()
        .find(|(at, one)| people.iter().take(*at).any(|before| before.instructor == one.instructor));
    match again {
        Some((_, one)) => Err(SessionError::Twice(one.instructor)),
        None => Ok(()),
    }
}

/// Whoever is to teach is known, and active.
pub(super) fn expect_active(ids: &[InstructorId], found: &[(InstructorId, bool)]) -> Result<(), SessionError> {
    let absent: Vec<_> = ids.iter().copied().filter(|id| !found.iter().any(|(one, _)| one == id)).collect();
    if !absent.is_empty() {
        return Err(SessionError::NoInstructor(absent));
    }
    let closed: Vec<_> = found.iter().filter(|(_, active)| !active).map(|(id, _)| *id).collect();
    if closed.is_empty() { Ok(()) } else { Err(SessionError::ClosedInstructor(closed)) }
}

/// Everybody who is to teach any of these, once.
pub(super) fn teaching(drafts: &[SessionDraft]) -> Vec<InstructorId> {
    let all = drafts.iter().flat_map(|draft| &draft.people).map(|one| one.instructor);
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn expect_drafts(drafts: &[SessionDraft], there: &[Session], now: Instant) -> Result<(), SessionError> {
    let standing = there.iter().filter(|one| one.state != "cancelled").count();
    if standing.saturating_add(drafts.len()) > MOST {
        return Err(SessionError::TooMany);
    }
    for draft in drafts {
        expect_when(&draft.at, now)?;
        expect_apart(&draft.at, there, None)?;
        expect_people(&draft.people)?;
    }
    let mut times: Vec<&When> = drafts.iter().map(|draft| &draft.at).collect();
    times.sort_by_key(|at| at.starts_at);
    for pair in times.windows(2) {
        if let [one, next] = pair
            && next.starts_at < one.ends_at
        {
            return Err(SessionError::Overlaps { with: None, starts_at: next.starts_at });
        }
    }
    Ok(())
}

/// The rows of new sessions, numbered after those that are there.
pub(super) fn drafted(
    class: CourseClassId,
    drafts: &[SessionDraft],
    there: &[Session],
    replaces: Option<CourseSessionId>,
    now: Instant,
) -> Vec<Session> {
    let last = there.iter().map(|one| one.number).max().unwrap_or(0);
    let row = |(number, draft): (i32, &SessionDraft)| Session {
        id: CourseSessionId::new(now),
        class_id: class,
        number,
        local_date: civil_day(draft.at.starts_at),
        starts_at: draft.at.starts_at,
        ends_at: draft.at.ends_at,
        state: "scheduled".to_owned(),
        room_id: draft.at.room,
        place: draft.at.place.clone(),
        replaces_id: replaces,
        reason: None,
        created_at: now,
        updated_at: now,
        version: 1,
        given_up_at: None,
    };
    (last.saturating_add(1)..).zip(drafts).map(row).collect()
}

/// The rows of those who teach a session.
pub(super) fn given(session: &Session, people: &[Teacher]) -> Vec<Assignment> {
    let row = |one: &Teacher| Assignment {
        session_id: session.id,
        instructor_id: one.instructor,
        role: one.role.to_owned(),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        active: session.state != "cancelled",
        honorarium: one.honorarium,
    };
    people.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOW: Instant = datetime!(2027-01-01 0:00 UTC);

    fn draft(start: i64, minutes: i64) -> SessionDraft {
        let starts_at = NOW + Duration::minutes(start);
        let at = When { starts_at, ends_at: starts_at + Duration::minutes(minutes), room: None, place: None };
        SessionDraft { at, people: Vec::new() }
    }

    #[test]
    fn a_session_is_cancelled_before_it_was_held_or_when_nobody_was_there() {
        let class = CourseClassId::from_uuid(Uuid::nil());
        let mut one = drafted(class, &[draft(0, 90)], &[], None, NOW).remove(0);
        assert!(expect_unattended(&one, 3).is_ok(), "what is recorded before it begins holds nothing up");
        one.state = "held".to_owned();
        assert!(expect_unattended(&one, 0).is_ok());
        assert!(matches!(expect_unattended(&one, 3), Err(SessionError::Attended { attended: 3, .. })));
        one.state = "cancelled".to_owned();
        assert!(matches!(expect_unattended(&one, 0), Err(SessionError::State(_))));
    }

    #[test]
    fn nobody_teaches_the_same_session_twice() {
        let one =
            |n| Teacher { instructor: InstructorId::from_uuid(Uuid::from_u128(n)), role: "lead", honorarium: None };
        assert!(expect_people(&[one(1), one(2)]).is_ok());
        assert!(matches!(expect_people(&[one(1), one(2), one(1)]), Err(SessionError::Twice(_))));
    }

    proptest! {
        #[test]
        fn a_class_meets_once_at_a_time(times in proptest::collection::vec((0_i64..600, 1_i64..120), 1..8), split in 0_usize..8) {
            let drafts: Vec<_> = times.iter().map(|(start, minutes)| draft(*start, *minutes)).collect();
            let (there, new) = drafts.split_at(split.min(drafts.len()));
            let class = CourseClassId::from_uuid(Uuid::nil());
            let rows = drafted(class, there, &[], None, NOW);
            let minutes = |span: (i64, i64)| span.0..span.0 + span.1;
            let met = |a: (i64, i64), b: (i64, i64)| minutes(a).start < minutes(b).end && minutes(b).start < minutes(a).end;
            let first = there.len();
            let clash = (first..times.len()).any(|one| (0..one).any(|other| met(times[one], times[other])));
            prop_assert_eq!(expect_drafts(new, &rows, NOW).is_err(), clash);
        }

        #[test]
        fn numbers_follow_each_other_after_those_that_are_there(before in 0_usize..6, more in 0_usize..6) {
            let class = CourseClassId::from_uuid(Uuid::nil());
            let there = drafted(class, &vec![draft(0, 1); before], &[], None, NOW);
            let made = drafted(class, &vec![draft(0, 1); more], &there, None, NOW);
            let numbers: Vec<i32> = there.iter().chain(&made).map(|one| one.number).collect();
            prop_assert_eq!(numbers, (1..=i32::try_from(before + more).unwrap()).collect::<Vec<_>>());
        }
    }
}
