//! What closures take of what they are about.

use kernel::ids::{AtomId, ClosureId};

use super::{Collision, InTheWay};
use crate::{occupancy::Claim, opening::LONGEST_USE, span::Span};

/// How many things are told that are in the way.
const MOST: usize = 200;

/// A closure that is about some of the parts of another, or about parts that were just made.
#[derive(Debug, Clone)]
pub(super) struct Heir {
    pub closure: ClosureId,
    pub during: Span,
    /// Those that it shares, or those that were made.
    pub atoms: Vec<AtomId>,
}

/// The claims of a closure on parts in a time, apart from what is closed there: each no longer than anybody may have a part.
pub(super) fn claims(closure: ClosureId, during: Span, atoms: &[AtomId], closed: &[(AtomId, Span)]) -> Vec<Claim> {
    let of_atom = |atom: &AtomId| {
        let others = closed.iter().filter(|(of, _)| of == atom).map(|(_, span)| *span);
        let pieces = during.without(others).into_iter().flat_map(|piece| piece.cut(LONGEST_USE));
        let claim = |during| Claim { source: closure.uuid(), room: None, atoms: vec![*atom], during };
        pieces.map(claim).collect::<Vec<_>>()
    };
    atoms.iter().flat_map(of_atom).collect()
}

/// What each heir takes of a time that one of them had, the first of them first.
pub(super) fn inherited(heirs: &[Heir], during: Span, mut closed: Vec<(AtomId, Span)>) -> Vec<Claim> {
    let mut all = Vec::new();
    for heir in heirs {
        let Some(common) = during.common(heir.during) else { continue };
        let claims = claims(heir.closure, common, &heir.atoms, &closed);
        closed.extend(claims.iter().flat_map(|claim| claim.atoms.iter().map(|atom| (*atom, claim.during))));
        all.extend(claims);
    }
    all
}

/// Of what is in the way, as much as is told.
pub(super) fn told(mut found: Vec<Collision>) -> InTheWay {
    let truncated = found.len() > MOST;
    found.truncate(MOST);
    InTheWay { found, truncated }
}

/// What closures take of parts that nobody had before, the first of them first.
pub(super) fn extended(heirs: &[Heir]) -> Vec<Claim> {
    let from = heirs.iter().map(|heir| heir.during.from()).min();
    let until = heirs.iter().map(|heir| heir.during.until()).max();
    let all = from.zip(until).and_then(|(from, until)| Span::new(from, until));
    all.map(|during| inherited(heirs, during, Vec::new())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    fn days(from: u8, until: u8) -> Span {
        let at = |day| datetime!(2026-12-01 0:00 UTC).replace_day(day).unwrap();
        Span::new(at(from), at(until)).unwrap()
    }

    const ONE: AtomId = AtomId::from_uuid(Uuid::from_u128(1));
    const OTHER: AtomId = AtomId::from_uuid(Uuid::from_u128(2));

    fn closure(n: u128) -> ClosureId {
        ClosureId::from_uuid(Uuid::from_u128(n))
    }

    fn taken(claims: &[Claim]) -> Vec<(u128, AtomId, Span)> {
        claims.iter().map(|claim| (claim.source.as_u128(), claim.atoms[0], claim.during)).collect()
    }

    #[test]
    fn of_what_is_closed_already_nothing_is_taken() {
        let found = claims(closure(7), days(1, 10), &[ONE, OTHER], &[(ONE, days(3, 5)), (ONE, days(4, 6))]);
        assert_eq!(taken(&found), [(7, ONE, days(1, 3)), (7, ONE, days(6, 10)), (7, OTHER, days(1, 10))]);
        assert!(claims(closure(7), days(3, 4), &[ONE], &[(ONE, days(1, 10))]).is_empty());
    }

    #[test]
    fn a_year_is_taken_month_by_month() {
        let year = Span::new(datetime!(2026-04-01 0:00 UTC), datetime!(2027-04-01 0:00 UTC)).unwrap();
        let found = claims(closure(7), year, &[ONE], &[]);
        assert_eq!(found.len(), 12);
        assert!(found.windows(2).all(|pair| pair[0].during.until() == pair[1].during.from()));
        assert_eq!((found[0].during.from(), found[11].during.until()), (year.from(), year.until()));
    }

    #[test]
    fn what_a_lifted_closure_had_goes_to_the_others_and_to_each_only_once() {
        let heir = |n, during, atoms: &[AtomId]| Heir { closure: closure(n), during, atoms: atoms.to_vec() };
        let heirs = [heir(8, days(1, 4), &[ONE]), heir(9, days(3, 20), &[ONE, OTHER])];
        let found = inherited(&heirs, days(2, 6), vec![(OTHER, days(5, 6))]);
        assert_eq!(taken(&found), [(8, ONE, days(2, 4)), (9, ONE, days(4, 6)), (9, OTHER, days(3, 5))]);
    }

    #[test]
    fn of_what_is_in_the_way_two_hundred_are_told_and_that_there_are_more() {
        let at = datetime!(2026-12-01 0:00 UTC);
        let hire = |n: usize| Collision {
            kind: "hire".into(),
            id: n.to_string(),
            room: None,
            starts_at: at,
            ends_at: at,
            held_until: None,
        };
        let of = |most: usize| told((0..most).map(hire).collect());
        assert_eq!((of(200).found.len(), of(200).truncated), (200, false));
        assert_eq!((of(201).found.len(), of(201).truncated), (200, true));
    }

    #[test]
    fn a_part_that_is_made_is_closed_all_through_every_closure_and_by_each_only_once() {
        let heir = |n, during| Heir { closure: closure(n), during, atoms: vec![ONE] };
        let found = extended(&[heir(8, days(10, 12)), heir(9, days(11, 20)), heir(10, days(1, 3))]);
        assert_eq!(taken(&found), [(8, ONE, days(10, 12)), (9, ONE, days(12, 20)), (10, ONE, days(1, 3))]);
        assert!(extended(&[]).is_empty());
    }
}
