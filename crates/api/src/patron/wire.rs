//! Between the words of patron and the words on the wire.

use contract::patron as wire;
use patron::{Details, register::Change};
use poem_openapi::types::MaybeUndefined;

use crate::caller::Language;

pub fn patron(patron: patron::Patron) -> wire::Patron {
    let Details { name, kana, email, phone, postal_code, address } = patron.details;
    wire::Patron {
        id: patron.id.into(),
        kind: match patron.kind {
            patron::PatronKind::Guest => wire::PatronKind::Guest,
            patron::PatronKind::Registered => wire::PatronKind::Registered,
            patron::PatronKind::Group => wire::PatronKind::Group,
        },
        state: match patron.state {
            patron::PatronState::Active => wire::PatronState::Active,
            patron::PatronState::Suspended => wire::PatronState::Suspended,
            patron::PatronState::Closed => wire::PatronState::Closed,
        },
        locale: match patron.locale {
            kernel::Locale::Ja => wire::Locale::Ja,
            kernel::Locale::En => wire::Locale::En,
        },
        name,
        kana,
        email,
        phone,
        postal_code,
        address,
        email_verified_at: patron.email_verified_at.map(Into::into),
        created_at: patron.created_at.into(),
        updated_at: patron.updated_at.into(),
    }
}

pub const fn kind(kind: wire::PatronKind) -> patron::PatronKind {
    match kind {
        wire::PatronKind::Guest => patron::PatronKind::Guest,
        wire::PatronKind::Registered => patron::PatronKind::Registered,
        wire::PatronKind::Group => patron::PatronKind::Group,
    }
}

const fn state(state: wire::PatronState) -> patron::PatronState {
    match state {
        wire::PatronState::Active => patron::PatronState::Active,
        wire::PatronState::Suspended => patron::PatronState::Suspended,
        wire::PatronState::Closed => patron::PatronState::Closed,
    }
}

/// The language somebody chose, or else that of the request.
pub fn locale(chosen: Option<wire::Locale>, language: Language) -> kernel::Locale {
    match (chosen, language) {
        (Some(wire::Locale::Ja), _) | (None, Language::Japanese) => kernel::Locale::Ja,
        (Some(wire::Locale::En), _) | (None, Language::English) => kernel::Locale::En,
    }
}

pub fn details(ask: wire::PatronRequest) -> Details {
    let wire::PatronRequest { name, kana, email, phone, postal_code, address, .. } = ask;
    Details { name: Some(name), kana, email, phone, postal_code, address }
}

pub fn registration(ask: wire::RegistrationRequest) -> Details {
    let wire::RegistrationRequest { name, kana, email, phone, postal_code, address, .. } = ask;
    Details { name: Some(name), kana, email: Some(email), phone, postal_code, address }
}

pub fn change(ask: wire::PatronChange) -> Change {
    Change {
        name: patch(ask.name),
        kana: patch(ask.kana),
        email: patch(ask.email),
        phone: patch(ask.phone),
        postal_code: patch(ask.postal_code),
        address: patch(ask.address),
        locale: ask.locale.map(|chosen| locale(Some(chosen), Language::Japanese)),
        state: ask.state.map(state),
    }
}

pub fn own_change(ask: wire::OwnPatronChange) -> Change {
    Change {
        name: patch(ask.name),
        kana: patch(ask.kana),
        email: patch(ask.email),
        phone: patch(ask.phone),
        postal_code: patch(ask.postal_code),
        address: patch(ask.address),
        locale: ask.locale.map(|chosen| locale(Some(chosen), Language::Japanese)),
        state: None,
    }
}

fn patch(field: MaybeUndefined<String>) -> Option<Option<String>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(text)),
    }
}
