//! Between persons, facts and their words on the wire.

use contract::patron::person as wire;
use kernel::ids::{PatronId, PersonId};
use patron::{
    Details,
    fact::{Claim, Fact, FactError, FactValue, PersonFacts, Seen},
    household::{Member, Relationship},
    person::{Person, PersonChange, PersonDraft, age::SchoolGrade},
};
use time::Date;

use crate::params::patched;

pub fn person(one: Person) -> wire::Person {
    let Details { name, kana, email, phone, postal_code, address } = one.details;
    wire::Person {
        id: one.id.into(),
        name,
        kana,
        birth_date: one.birth_date.map(Into::into),
        email,
        phone,
        postal_code,
        address,
        relationship: None,
        acting: None,
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub const fn relationship(one: Relationship) -> wire::Relationship {
    match one {
        Relationship::Oneself => wire::Relationship::Oneself,
        Relationship::GuardianOf => wire::Relationship::GuardianOf,
    }
}

/// To staff, with who acts for them.
pub fn with_acting(one: Person, acting: &[(PatronId, Relationship)]) -> wire::Person {
    let acting = acting
        .iter()
        .map(|&(patron, how)| wire::ActingPatron { patron: patron.into(), relationship: relationship(how) })
        .collect();
    wire::Person { acting: Some(acting), ..person(one) }
}

pub fn member(one: Member) -> wire::Person {
    wire::Person { relationship: Some(relationship(one.relationship)), ..person(one.person) }
}

pub fn draft(ask: &wire::PersonRequest) -> PersonDraft {
    let wire::PersonRequest { name, kana, email, phone, postal_code, address, birth_date, .. } = ask.clone();
    let details = Details { name: Some(name), kana, email, phone, postal_code, address };
    PersonDraft { details, birth_date: birth_date.map(|day| day.0) }
}

pub fn change(ask: &wire::PersonUpdate) -> PersonChange {
    PersonChange {
        name: patched(&ask.name),
        kana: patched(&ask.kana),
        email: patched(&ask.email),
        phone: patched(&ask.phone),
        postal_code: patched(&ask.postal_code),
        address: patched(&ask.address),
        birth_date: patched(&ask.birth_date).map(|day| day.map(|day| day.0)),
    }
}

/// What is said: exactly one of the three.
fn value(yes: Option<bool>, number: Option<i64>, text: Option<&String>) -> Result<FactValue, FactError> {
    match (yes, number, text) {
        (Some(yes), None, None) => Ok(FactValue::Yes(yes)),
        (None, Some(number), None) => Ok(FactValue::Number(number)),
        (None, None, Some(text)) => Ok(FactValue::Text(text.clone())),
        _ => Err(FactError::Value("exactly one of yes, number and text")),
    }
}

/// By whom acts for the person.
pub fn claim(person: PersonId, ask: &wire::FactRequest) -> Result<Claim, FactError> {
    let value = value(ask.yes, ask.number, ask.text.as_ref())?;
    Ok(Claim { person, kind: ask.kind.clone(), value, as_of: ask.as_of.map(|day| day.0), seen: None })
}

/// By staff.
pub fn staff_claim(person: PersonId, ask: &wire::StaffFactRequest) -> Result<Claim, FactError> {
    let value = value(ask.yes, ask.number, ask.text.as_ref())?;
    let seen = ask.verified.then(|| Seen { expires_on: ask.expires_on.map(|day| day.0) });
    Ok(Claim { person, kind: ask.kind.clone(), value, as_of: ask.as_of.map(|day| day.0), seen })
}

pub fn fact(one: Fact) -> wire::PersonFact {
    let (yes, number, text) = match one.value {
        FactValue::Yes(yes) => (Some(yes), None, None),
        FactValue::Number(number) => (None, Some(number), None),
        FactValue::Text(text) => (None, None, Some(text)),
    };
    wire::PersonFact {
        id: one.id.into(),
        kind: one.kind,
        yes,
        number,
        text,
        as_of: one.as_of.into(),
        claimed_at: one.claimed_at.into(),
        verified_at: one.verified_at.map(Into::into),
        verified_by: one.verified_by,
        expires_on: one.expires_on.map(Into::into),
        closed_at: one.closed_at.map(Into::into),
    }
}

pub fn facts(known: &PersonFacts, said: Vec<Fact>, on: Date) -> wire::PersonFacts {
    let verified = known.grade_verified;
    let grade =
        |grade: SchoolGrade| wire::SchoolGrade { number: i32::from(grade.number()), label: grade.label(), verified };
    wire::PersonFacts {
        person: known.resolved.into(),
        on: on.into(),
        age: known.age.map(i32::from),
        school_grade: known.grade.map(grade),
        birth_date_verified: known.birth_date_verified,
        facts: said.into_iter().map(fact).collect(),
    }
}
