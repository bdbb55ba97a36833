//! Between user classes and registrations and their words on the wire.

use contract::patron::standing as wire;
use patron::{
    standing::{Answer, Kept, Registration, StandingState},
    user_class::{self, UserClassChange, UserClassDraft},
};

use crate::params::patched;

pub fn user_class(one: &user_class::UserClass) -> wire::UserClass {
    wire::UserClass {
        id: one.id.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        name_en: one.name_en.clone(),
        ordinal: one.ordinal,
        effective_from: one.effective_from.into(),
        effective_until: one.effective_until.map(Into::into),
        resident: one.resident,
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn user_class_draft(ask: &wire::UserClassRequest) -> UserClassDraft {
    UserClassDraft {
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        ordinal: ask.ordinal.unwrap_or_default(),
        effective_from: ask.effective_from.0,
        effective_until: ask.effective_until.map(|day| day.0),
        resident: ask.resident,
    }
}

pub fn user_class_change(ask: &wire::UserClassUpdate) -> UserClassChange {
    UserClassChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        ordinal: ask.ordinal,
        effective_until: patched(&ask.effective_until).map(|day| day.map(|day| day.0)),
        resident: patched(&ask.resident),
    }
}

/// One by itself, with what is sealed of it.
pub fn standing(one: Registration) -> wire::Standing {
    let content = one.content.clone();
    let told = |one: Answer| wire::StandingAnswer { question: one.question, answer: one.answer };
    wire::Standing {
        answers: Some(content.answers.into_iter().map(told).collect()),
        reason: content.reason,
        ..summary(one)
    }
}

/// One among others.
pub fn summary(one: Registration) -> wire::Standing {
    wire::Standing {
        id: one.id.into(),
        patron: one.patron.into(),
        user_class: one.user_class.into(),
        state: state(one.state),
        valid_from: one.valid_from.map(Into::into),
        valid_until: one.valid_until.map(Into::into),
        suspended_until: one.suspended_until.map(Into::into),
        follows: one.follows.map(Into::into),
        answers: None,
        reason: None,
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn answers(given: &[wire::StandingAnswer]) -> Vec<Answer> {
    given.iter().map(|one| Answer { question: one.question.clone(), answer: one.answer.clone() }).collect()
}

const fn state(state: StandingState) -> wire::StandingState {
    match state {
        StandingState::Draft => wire::StandingState::Draft,
        StandingState::Pending => wire::StandingState::Pending,
        StandingState::Returned => wire::StandingState::Returned,
        StandingState::Refused => wire::StandingState::Refused,
        StandingState::Active => wire::StandingState::Active,
        StandingState::Suspended => wire::StandingState::Suspended,
        StandingState::Expired => wire::StandingState::Expired,
        StandingState::Closed => wire::StandingState::Closed,
    }
}

/// What is kept of a state: the clock makes the rest.
pub const fn kept(state: wire::StandingState) -> Kept {
    match state {
        wire::StandingState::Draft => Kept::Draft,
        wire::StandingState::Pending => Kept::Pending,
        wire::StandingState::Returned => Kept::Returned,
        wire::StandingState::Refused => Kept::Refused,
        wire::StandingState::Closed => Kept::Closed,
        wire::StandingState::Active | wire::StandingState::Suspended | wire::StandingState::Expired => Kept::Active,
    }
}
