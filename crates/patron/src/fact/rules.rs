//! Decisions about facts: no clock, no database.

use std::collections::BTreeMap;

use kernel::{
    Actor, FiscalYear, Instant,
    clock::{civil_day, start_of_day},
    ids::{PersonFactId, PersonId},
};
use time::{Date, format_description::FormatItem, macros::format_description};

use super::{BIRTH_DATE, COMPUTED, Claim, Fact, FactError, FactValue, KnownFact, On, PersonFacts, SCHOOL_GRADE, Seen};
use crate::person::age::{SchoolGrade, age_on, grade_on};

const DAY: &[FormatItem<'static>] = format_description!("[year]-[month]-[day]");

/// Refuses what no fact can be.
pub(crate) fn check(ask: &Claim, birth_date: Option<Date>) -> Result<(), FactError> {
    if !is_code(&ask.kind) {
        return Err(FactError::Kind);
    }
    if COMPUTED.contains(&ask.kind.as_str()) {
        return Err(FactError::Computed);
    }
    let expected = match (ask.kind.as_str(), &ask.value) {
        ("residence", FactValue::Text(code)) if is_code(code) => None,
        ("residence", _) => Some("a code"),
        ("work_in_city" | "school_in_city", FactValue::Yes(_)) => None,
        ("work_in_city" | "school_in_city", _) => Some("true or false"),
        (SCHOOL_GRADE, FactValue::Number(grade)) if SchoolGrade::new(*grade).is_some() => None,
        (SCHOOL_GRADE, _) => Some("a grade from -5 to 12"),
        (BIRTH_DATE, FactValue::Text(day)) if Date::parse(day, DAY).is_ok() => None,
        (BIRTH_DATE, _) => Some("the day of birth"),
        (_, FactValue::Text(text)) if text.trim().is_empty() || text.chars().count() > 200 => {
            Some("a text of 1 to 200 characters")
        }
        (_, FactValue::Text(text)) if text.chars().any(char::is_control) => Some("a text without control characters"),
        _ => None,
    };
    if let Some(expected) = expected {
        return Err(FactError::Value(expected));
    }
    expect_birth_date(&ask.kind, &ask.value, birth_date)
}

/// A fact about the birth date is about the one the person has.
pub(super) fn expect_birth_date(kind: &str, value: &FactValue, birth_date: Option<Date>) -> Result<(), FactError> {
    if kind != BIRTH_DATE || says_day(value, birth_date) { Ok(()) } else { Err(FactError::BirthDate) }
}

fn says_day(value: &FactValue, day: Option<Date>) -> bool {
    match value {
        FactValue::Text(text) => day.is_some() && Date::parse(text, DAY).ok() == day,
        _ => false,
    }
}

/// A verification counts at least today.
pub(crate) fn expect_ahead(seen: Option<Seen>, now: Instant) -> Result<(), FactError> {
    let over = seen.and_then(|seen| seen.expires_on).is_some_and(|until| until <= civil_day(now));
    if over { Err(FactError::Expired) } else { Ok(()) }
}

fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=40).contains(&text.len()) && text.chars().all(plain)
}

/// Whether a claim adds nothing to what stands. A grade of another school year is another one.
pub(super) fn says_it_again(before: &Fact, ask: &Claim, now: Instant) -> bool {
    let today = civil_day(now);
    let lapsed = before.expires_on.is_some_and(|until| until <= today);
    let same_year = ask.kind != SCHOOL_GRADE || FiscalYear::of(before.as_of) == FiscalYear::of(today);
    let so_today = same_year && before.as_of <= today;
    before.value == ask.value && !lapsed && ask.as_of.map_or(so_today, |day| day == before.as_of)
}

/// Who did it, as the record keeps it.
fn hand(actor: &Actor) -> String {
    actor.id().map_or_else(|| actor.kind().to_owned(), |id| format!("{} {id}", actor.kind()))
}

pub(crate) fn fresh(person: PersonId, ask: Claim, seen: Option<Seen>, actor: &Actor, now: Instant) -> Fact {
    Fact {
        id: PersonFactId::new(now),
        person,
        kind: ask.kind,
        value: ask.value,
        as_of: ask.as_of.unwrap_or_else(|| civil_day(now)),
        claimed_at: now,
        verified_at: seen.map(|_| now),
        verified_by: seen.map(|_| hand(actor)),
        expires_on: seen.and_then(|seen| seen.expires_on),
        closed_at: None,
    }
}

/// When a fact takes the place of the one before: at once, or with the beginning of the day to come from which it is so.
pub(super) fn takes_place(fact: &Fact, now: Instant) -> Instant {
    if fact.as_of > civil_day(now) { start_of_day(fact.as_of) } else { now }
}

/// A fact whose paper the staff has seen. What was verified before is not rewritten: this one is another.
pub(super) fn verified(before: Fact, seen: Seen, actor: &Actor, now: Instant) -> Fact {
    let id = if before.verified_at.is_some() { PersonFactId::new(now) } else { before.id };
    Fact { id, verified_at: Some(now), verified_by: Some(hand(actor)), expires_on: seen.expires_on, ..before }
}

/// What stands in the record of one kind, or stood until something took its place.
pub(crate) struct Standing {
    pub kind: String,
    pub value: FactValue,
    pub as_of: Date,
    pub expires_on: Option<Date>,
    pub verified: bool,
    pub closed_at: Option<Instant>,
}

impl Standing {
    /// Whether it has begun on a day, and nothing has taken its place that begins later: what was closed for any other reason is over
    /// for every day.
    fn counts(&self, all: &[Self], on: Date) -> bool {
        // somebody's birth date has been theirs since it was
        let begun = self.as_of <= on || self.kind == BIRTH_DATE;
        let takes_place = |next: &Self, at: Instant| {
            next.kind == self.kind && start_of_day(next.as_of) == at && next.closed_at.is_none_or(|over| over > at)
        };
        let stands =
            self.closed_at.is_none_or(|at| start_of_day(on) < at && all.iter().any(|next| takes_place(next, at)));
        begun && stands
    }
}

pub(crate) fn standing(fact: &Fact) -> Standing {
    Standing {
        kind: fact.kind.clone(),
        value: fact.value.clone(),
        as_of: fact.as_of,
        expires_on: fact.expires_on,
        verified: fact.verified_at.is_some(),
        closed_at: fact.closed_at,
    }
}

/// What counts of what stands in the record: not yet what is so from a later day on, nor as proven what has run out by then. A school
/// grade that is only claimed never stands above the one that follows from a birth date, and one that was told moves up each April like
/// its child.
pub(crate) fn known(
    (asked, resolved): (PersonId, PersonId),
    birth_date: Option<Date>,
    on: On,
    standing: &[Standing],
) -> PersonFacts {
    let counting = || standing.iter().filter(move |fact| fact.counts(standing, on.said));
    let told_on = counting().find(|fact| fact.kind == SCHOOL_GRADE).map(|fact| fact.as_of);
    let known = |fact: &Standing| {
        let (value, valid) = (fact.value.clone(), fact.expires_on.is_none_or(|until| on.said < until));
        (fact.kind.clone(), KnownFact { value, verified: fact.verified, valid })
    };
    let facts: BTreeMap<String, KnownFact> = counting().map(known).collect();
    let birth_date_verified =
        facts.get(BIRTH_DATE).is_some_and(|fact| fact.proven() && says_day(&fact.value, birth_date));
    let told = facts.get(SCHOOL_GRADE).zip(told_on).and_then(|(fact, since)| match fact.value {
        FactValue::Number(grade) => SchoolGrade::new(grade).map(|grade| (grade.moved_up(since, on.age), fact.proven())),
        _ => None,
    });
    let counted = birth_date.map(|birth| (grade_on(birth, on.age), birth_date_verified));
    let (grade, grade_verified) = match (told, counted) {
        (Some((grade, true)), _) => (grade, true),
        (_, Some((grade, verified))) => (grade, verified),
        (Some((grade, false)), None) => (grade, false),
        (None, None) => (None, false),
    };
    PersonFacts {
        person: asked,
        resolved,
        birth_date,
        birth_date_verified,
        age: birth_date.and_then(|birth| age_on(birth, on.age)),
        grade,
        grade_verified: grade.is_some() && grade_verified,
        facts,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;

    fn claim(kind: &str, value: FactValue) -> Claim {
        let person = PersonId::from_uuid(Uuid::nil());
        Claim { person, kind: kind.into(), value, as_of: None, seen: None }
    }

    fn text(text: &str) -> FactValue {
        FactValue::Text(text.into())
    }

    #[test]
    fn a_kind_that_the_house_knows_says_what_its_value_has_to_be() {
        let born = Some(date!(2016 - 04 - 01));
        for right in [
            claim("residence", text("city")),
            claim("work_in_city", FactValue::Yes(true)),
            claim("school_grade", FactValue::Number(5)),
            claim("birth_date", text("2016-04-01")),
            claim("friends_of_the_hall", text("2024年度会員")),
        ] {
            assert!(check(&right, born).is_ok(), "{}", right.kind);
        }
        for (wrong, expected) in [
            (claim("residence", FactValue::Yes(true)), "a code"),
            (claim("residence", text("みどり市")), "a code"),
            (claim("school_in_city", text("yes")), "true or false"),
            (claim("school_grade", FactValue::Number(13)), "a grade from -5 to 12"),
            (claim("birth_date", text("1 April")), "the day of birth"),
            (claim("other", text(" ")), "a text of 1 to 200 characters"),
        ] {
            let refused = check(&wrong, born);
            assert!(matches!(refused, Err(FactError::Value(what)) if what == expected), "{}", wrong.kind);
        }
        assert!(matches!(check(&claim("Residence", text("city")), born), Err(FactError::Kind)));
        assert!(matches!(check(&claim("birth_date", text("2016-04-02")), born), Err(FactError::BirthDate)));
        assert!(matches!(check(&claim("birth_date", text("2016-04-01")), None), Err(FactError::BirthDate)));
    }

    fn stands(kind: &str, value: FactValue, expires_on: Option<Date>, verified: bool) -> Standing {
        Standing { kind: kind.into(), value, as_of: date!(2020 - 01 - 01), expires_on, verified, closed_at: None }
    }

    fn on_day(on: impl Into<On>, born: Option<Date>, standing: Vec<Standing>) -> PersonFacts {
        let id = PersonId::from_uuid(Uuid::nil());
        known((id, id), born, on.into(), &standing)
    }

    const BORN: Option<Date> = Some(date!(2016 - 04 - 01));

    #[test]
    fn a_verification_counts_until_the_day_on_which_it_runs_out() {
        let until = date!(2026 - 12 - 01);
        let residence = || vec![stands("residence", text("city"), Some(until), true)];
        let before = on_day(date!(2026 - 11 - 30), BORN, residence());
        assert!(before.facts["residence"].proven());
        let after = on_day(until, BORN, residence());
        assert_eq!((after.facts["residence"].verified, after.facts["residence"].proven()), (true, false));
    }

    #[test]
    fn what_is_so_from_a_later_day_on_does_not_count_before() {
        let moves = || vec![Standing { as_of: date!(2027 - 04 - 02), ..stands("residence", text("city"), None, true) }];
        assert!(on_day(date!(2027 - 04 - 01), BORN, moves()).facts.is_empty());
        assert!(on_day(date!(2027 - 04 - 02), BORN, moves()).facts.contains_key("residence"));
    }

    #[test]
    fn age_and_grade_are_those_of_a_day_and_everything_else_counts_on_a_later_one() {
        let day = On { age: date!(2026 - 04 - 01), said: date!(2026 - 10 - 20) };
        let shown = date!(2026 - 10 - 05);
        let papers = |expires_on| {
            let born = Standing { as_of: shown, ..stands("birth_date", text("2016-04-01"), expires_on, true) };
            let city = Standing { as_of: shown, ..stands("residence", text("city"), expires_on, true) };
            on_day(day, BORN, vec![born, city])
        };
        let known = papers(None);
        assert_eq!((known.age, known.grade.map(SchoolGrade::number)), (Some(10), Some(5)));
        assert!(known.facts["residence"].proven() && known.birth_date_verified && known.grade_verified);
        let lapsed = papers(Some(day.said));
        assert_eq!((lapsed.facts["residence"].proven(), lapsed.birth_date_verified), (false, false));
        let told = || vec![Standing { as_of: shown, ..stands("school_grade", FactValue::Number(5), None, true) }];
        let earlier = On { age: date!(2026 - 03 - 31), ..day };
        let grade = |on: On| on_day(on, None, told()).grade.map(SchoolGrade::number);
        assert_eq!((grade(day), grade(earlier)), (Some(5), Some(4)), "in April they had moved up");
    }

    #[test]
    fn what_is_said_of_a_day_to_come_takes_the_place_of_what_stands_on_that_day_and_not_before() {
        let day = date!(2027 - 04 - 02);
        let said = |closed_at, next_closed_at| {
            let city = Standing { closed_at, ..stands("residence", text("city"), None, true) };
            let next = stands("residence", text("outside"), None, false);
            vec![city, Standing { as_of: day, closed_at: next_closed_at, ..next }]
        };
        let at = |on, said| on_day(on, BORN, said).facts.remove("residence").map(|fact| fact.value);
        let (before, ahead) = (date!(2027 - 04 - 01), Some(start_of_day(day)));
        assert!(at(before, said(ahead, None)) == Some(text("city")));
        assert!(at(day, said(ahead, None)) == Some(text("outside")));
        let earlier = Some(datetime!(2026-12-01 03:00:00 UTC));
        assert!(
            at(date!(2026 - 11 - 25), said(earlier, None)).is_none(),
            "it was withdrawn, and then something else was said"
        );
        assert!(at(before, said(ahead, earlier)).is_none(), "something else took the place of both");
    }

    #[test]
    fn a_grade_is_told_above_the_one_that_is_counted_only_when_somebody_has_seen_a_paper() {
        let on = date!(2026 - 04 - 01);
        let grade = |verified| Standing { as_of: on, ..stands("school_grade", FactValue::Number(4), None, verified) };
        let number = |known: &PersonFacts| known.grade.unwrap().number();
        let counted = on_day(on, BORN, vec![stands("birth_date", text("2016-04-01"), None, true), grade(false)]);
        assert_eq!((number(&counted), counted.grade_verified, counted.age), (5, true, Some(10)));
        let claimed = on_day(on, BORN, vec![grade(false)]);
        assert_eq!((number(&claimed), claimed.grade_verified, claimed.birth_date_verified), (5, false, false));
        let told = on_day(on, BORN, vec![grade(true)]);
        assert_eq!((number(&told), told.grade_verified), (4, true));
        let unborn = on_day(on, None, vec![grade(false)]);
        assert_eq!((number(&unborn), unborn.grade_verified, unborn.age), (4, false, None));
        let grown = on_day(on, Some(date!(1980 - 05 - 05)), vec![grade(false)]);
        assert_eq!((grown.grade, grown.grade_verified), (None, false), "who is grown up is in no grade");
    }

    #[test]
    fn a_grade_that_was_told_moves_up_each_april_until_school_is_over() {
        let told = |on: Date, verified: bool| {
            let said = stands("school_grade", FactValue::Number(5), None, verified);
            let known = on_day(on, None, vec![Standing { as_of: date!(2026 - 05 - 11), ..said }]);
            (known.grade.map(SchoolGrade::number), known.grade_verified)
        };
        assert_eq!(told(date!(2027 - 03 - 31), true), (Some(5), true));
        assert_eq!(told(date!(2027 - 04 - 01), true), (Some(6), true));
        assert_eq!(told(date!(2028 - 04 - 01), false), (Some(7), false));
        assert_eq!(told(date!(2034 - 03 - 31), true), (Some(12), true));
        assert_eq!(told(date!(2034 - 04 - 01), true), (None, false));
    }

    #[test]
    fn the_same_grade_a_year_later_is_another_one() {
        let ask = claim("school_grade", FactValue::Number(5));
        let stands = fresh(ask.person, ask.clone(), None, &Actor::System, datetime!(2026-05-11 12:00:00 UTC));
        assert!(says_it_again(&stands, &ask, datetime!(2027-03-31 12:00:00 UTC)));
        assert!(!says_it_again(&stands, &ask, datetime!(2027-04-01 12:00:00 UTC)), "held back");
    }

    #[test]
    fn nobody_claims_what_the_house_computes() {
        for kind in COMPUTED {
            assert!(matches!(check(&claim(kind, FactValue::Number(1)), BORN), Err(FactError::Computed)), "{kind}");
        }
    }

    #[test]
    fn a_verified_birth_date_that_is_not_the_persons_any_more_proves_nothing() {
        let moved = on_day(date!(2026 - 04 - 01), BORN, vec![stands("birth_date", text("2016-04-02"), None, true)]);
        assert!(!moved.birth_date_verified);
    }

    #[test]
    fn saying_again_what_stands_adds_nothing() {
        let now = datetime!(2026-11-23 12:00:00 UTC);
        let ask = claim("residence", text("city"));
        let stands =
            fresh(ask.person, ask.clone(), Some(Seen { expires_on: Some(date!(2027 - 01 - 01)) }), &Actor::System, now);
        assert!(says_it_again(&stands, &ask, now));
        assert!(!says_it_again(&stands, &claim("residence", text("outside")), now));
        assert!(!says_it_again(&stands, &ask, datetime!(2027-02-01 12:00:00 UTC)), "it has run out");
    }

    proptest! {
        #[test]
        fn no_kind_and_no_value_crashes_the_check(kind: String, value: String, number: i64) {
            let _ = check(&claim(&kind, text(&value)), None);
            let _ = check(&claim("school_grade", FactValue::Number(number)), None);
        }
    }
}
