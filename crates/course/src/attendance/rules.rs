//! What of a marking changes the sheet of a session.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Instant, JST, ids::EnrolmentId};

use super::{AttendanceError, AttendedSession, Line, Marking};

/// Whether somebody was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Present,
    Late,
    LeftEarly,
    Absent,
    /// 届出のある欠席.
    Excused,
    /// 振替: attended elsewhere instead.
    MadeUp,
}

impl Status {
    pub const EVERY: [Self; 6] =
        [Self::Present, Self::Late, Self::LeftEarly, Self::Absent, Self::Excused, Self::MadeUp];

    /// Whether it counts as attended, for certificates, rosters and histories.
    const fn counts(self) -> bool {
        matches!(self, Self::Present | Self::Late | Self::LeftEarly | Self::MadeUp)
    }

    /// Those that count as attended, as they are kept.
    pub(crate) fn counting() -> Vec<&'static str> {
        Self::EVERY.into_iter().filter(|one| one.counts()).map(Self::kept).collect()
    }

    pub fn from_kept(text: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|one| one.kept() == text)
    }

    pub const fn kept(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Late => "late",
            Self::LeftEarly => "left_early",
            Self::Absent => "absent",
            Self::Excused => "excused",
            Self::MadeUp => "made_up",
        }
    }
}

/// What is recorded of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub enrolment: EnrolmentId,
    pub status: Status,
    pub note: Option<String>,
}

/// Nobody attended a session that was cancelled, or one whose day has not come.
///
/// # Errors
/// [`AttendanceError`]: `Cancelled`, `Ahead`.
pub fn expect_recordable(session: &AttendedSession, now: Instant) -> Result<(), AttendanceError> {
    if session.state == "cancelled" {
        return Err(AttendanceError::Cancelled);
    }
    let possible_at = session.local_date.midnight().assume_offset(JST);
    if now < possible_at { Err(AttendanceError::Ahead { possible_at }) } else { Ok(()) }
}

/// The marks that say something else than the sheet: of whoever is named, and of everybody else who has none.
///
/// # Errors
/// [`AttendanceError`]: `Twice`, `NotEnrolled`, each with everybody whom it is about.
pub fn changes(lines: &[Line], marking: &Marking) -> Result<Vec<Mark>, AttendanceError> {
    let mut named = BTreeMap::new();
    let twice: BTreeSet<EnrolmentId> =
        marking.marks.iter().filter_map(|mark| named.insert(mark.enrolment, mark).map(|_| mark.enrolment)).collect();
    if !twice.is_empty() {
        return Err(AttendanceError::Twice(twice.into_iter().collect()));
    }
    let there: BTreeSet<EnrolmentId> = lines.iter().map(|line| line.enrolment).collect();
    let strange: Vec<EnrolmentId> = named.keys().filter(|who| !there.contains(who)).copied().collect();
    if !strange.is_empty() {
        return Err(AttendanceError::NotEnrolled(strange));
    }
    let change = |line: &Line| match (named.get(&line.enrolment), &line.latest, marking.others) {
        (Some(mark), Some(latest), _) => {
            ((latest.status, &latest.note) != (mark.status, &mark.note)).then(|| (*mark).clone())
        }
        (Some(mark), None, _) => Some((*mark).clone()),
        (None, None, Some(status)) => Some(Mark { enrolment: line.enrolment, status, note: None }),
        (None, ..) => None,
    };
    Ok(lines.iter().filter_map(change).collect())
}

/// Each mark with the number of its revision, one more than the last of whom it is about.
pub fn numbered<'a>(lines: &[Line], marks: &'a [Mark]) -> Vec<(i32, &'a Mark)> {
    let last: BTreeMap<EnrolmentId, i32> = lines.iter().map(|line| (line.enrolment, line.revisions)).collect();
    let next = |mark: &Mark| last.get(&mark.enrolment).copied().unwrap_or_default().saturating_add(1);
    marks.iter().map(|mark| (next(mark), mark)).collect()
}

/// How many of these marks take the place of another.
pub fn corrected(lines: &[Line], marks: &[Mark]) -> usize {
    let marked: BTreeSet<EnrolmentId> =
        lines.iter().filter(|line| line.latest.is_some()).map(|line| line.enrolment).collect();
    marks.iter().filter(|mark| marked.contains(&mark.enrolment)).count()
}

#[cfg(test)]
mod tests {
    use kernel::ids::PersonId;
    use proptest::prelude::*;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{super::Revision, *};

    fn enrolment(n: u8) -> EnrolmentId {
        EnrolmentId::from_uuid(Uuid::from_u128(n.into()))
    }

    fn sheet(known: &[Option<Status>]) -> Vec<Line> {
        let line = |(n, status): (u8, &Option<Status>)| Line {
            enrolment: enrolment(n),
            person: PersonId::from_uuid(Uuid::from_u128(n.into())),
            revisions: i32::from(status.is_some()),
            latest: status.map(|status| Revision {
                revision: 1,
                status,
                note: None,
                source: "staff".to_owned(),
                actor: "system".to_owned(),
                marked_at: datetime!(2026-11-21 10:00 +9),
            }),
        };
        (0..).zip(known).map(line).collect()
    }

    fn status() -> impl Strategy<Value = Status> {
        prop::sample::select(Status::EVERY.as_slice())
    }

    proptest! {
        #[test]
        fn whatever_is_marked_is_so_afterwards_and_nobody_else_is_touched(
            known in prop::collection::vec(prop::option::of(status()), 1..12),
            named in prop::collection::btree_map(0..12_u8, status(), 0..12),
            others in prop::option::of(status()),
        ) {
            let lines = sheet(&known);
            let marks = named.iter().map(|(n, status)| Mark { enrolment: enrolment(*n), status: *status, note: None });
            let asked = Marking { marks: marks.collect(), others };
            let strange = named.keys().any(|n| usize::from(*n) >= known.len());
            match changes(&lines, &asked) {
                Err(AttendanceError::NotEnrolled(who)) => prop_assert!(strange && !who.is_empty()),
                Err(error) => prop_assert!(false, "{error}"),
                Ok(changes) => {
                    prop_assert!(!strange);
                    for (n, before) in (0..).zip(&known) {
                        let found: Vec<_> = changes.iter().filter(|one| one.enrolment == enrolment(n)).collect();
                        let after = found.first().map(|one| one.status).or(*before);
                        prop_assert!(found.len() <= 1 && found.iter().all(|one| Some(one.status) != *before));
                        prop_assert_eq!(after, named.get(&n).copied().or(*before).or(others));
                    }
                }
            }
        }
    }

    #[test]
    fn a_correction_is_the_next_revision() {
        let lines = sheet(&[None, Some(Status::Absent)]);
        let mark = |n| Mark { enrolment: enrolment(n), status: Status::Present, note: None };
        let marks = [mark(0), mark(1)];
        let numbers: Vec<i32> = numbered(&lines, &marks).iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2]);
    }

    #[test]
    fn nobody_is_marked_twice_at_once() {
        let mark = |status| Mark { enrolment: enrolment(0), status, note: None };
        let twice = Marking { marks: vec![mark(Status::Present), mark(Status::Absent)], others: None };
        let refused = changes(&sheet(&[None]), &twice);
        assert!(matches!(refused, Err(AttendanceError::Twice(who)) if who == [enrolment(0)]));
    }
}
