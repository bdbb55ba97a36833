//! Between rosters and their words on the wire.

use contract::patron::group as wire;
use patron::{
    Details,
    group::{GroupError, GroupMember, GroupRole, Joining},
    person::{PersonDraft, PersonError},
};

/// Who is put on a roster, and as what.
pub struct Joins {
    pub who: Joining,
    pub as_what: (GroupRole, bool),
}

/// # Errors
/// `patron.group.who` unless exactly one is said; by a patron's own hand persons who are known already are absent.
pub fn joins(ask: &wire::GroupMemberRequest, office: bool) -> Result<Joins, GroupError> {
    let who = match (ask.patron, ask.person, &ask.name) {
        (Some(patron), None, None) => Joining::Patron(patron.0),
        (None, Some(person), None) if office => Joining::Known(person.0),
        (None, Some(_), None) => return Err(PersonError::Absent.into()),
        (None, None, Some(name)) => Joining::New(Box::new(PersonDraft {
            details: Details { name: Some(name.clone()), kana: ask.kana.clone(), ..Details::default() },
            birth_date: ask.birth_date.map(|day| day.0),
        })),
        _ => return Err(GroupError::Who),
    };
    let role = match ask.role {
        Some(wire::GroupRole::Representative) => GroupRole::Representative,
        Some(wire::GroupRole::Contact) => GroupRole::Contact,
        Some(wire::GroupRole::Member) | None => GroupRole::Member,
    };
    Ok(Joins { who, as_what: (role, ask.acts.unwrap_or(false)) })
}

pub fn member(one: GroupMember) -> wire::GroupMember {
    wire::GroupMember {
        person: one.name.person.into(),
        name: one.name.name,
        kana: one.name.kana,
        role: match one.role {
            GroupRole::Representative => wire::GroupRole::Representative,
            GroupRole::Contact => wire::GroupRole::Contact,
            GroupRole::Member => wire::GroupRole::Member,
        },
        acts: one.acts,
        joined_at: one.since.into(),
    }
}
