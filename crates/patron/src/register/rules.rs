//! Decisions about patrons: no clock, no database.

use kernel::{Instant, ids::PatronId};

use super::{Patron, PatronFilter, PatronKind, PatronState};
use crate::{
    Details, Keys, Locale,
    details::{DetailFault, DetailsError, email_index, kana_index, phone_index},
};

/// What changes about a patron: nothing for what stays, `Some(None)` for what is cleared.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub name: Option<Option<String>>,
    pub kana: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub postal_code: Option<Option<String>>,
    pub address: Option<Option<String>>,
    pub locale: Option<Locale>,
    pub state: Option<PatronState>,
}

/// A patron nobody knew before.
pub(crate) fn fresh(kind: PatronKind, details: Details, locale: Locale, now: Instant) -> Patron {
    Patron {
        id: PatronId::new(now),
        kind,
        state: PatronState::Active,
        locale,
        details,
        email_verified_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A filter in the terms of the database.
#[derive(Debug, Default)]
pub(crate) struct Sought {
    pub kind: Option<&'static str>,
    pub email: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
    pub kana: Option<Vec<u8>>,
}

/// What to look for; nothing when nobody can be found by it.
pub(super) fn sought(keys: Keys<'_>, filter: PatronFilter<'_>) -> Option<Sought> {
    let mut sought = Sought { kind: filter.kind.map(PatronKind::as_str), ..Sought::default() };
    if let Some(typed) = filter.email {
        sought.email = Some(email_index(keys, typed)?);
    }
    if let Some(typed) = filter.phone {
        sought.phone = Some(phone_index(keys, typed)?);
    }
    if let Some(typed) = filter.kana {
        sought.kana = Some(kana_index(keys, typed));
    }
    Some(sought)
}

/// The patron after the change, and the names of what differs.
pub(super) fn changed(
    before: &Patron,
    change: Change,
    now: Instant,
) -> Result<(Patron, Vec<&'static str>), DetailsError> {
    let old = &before.details;
    let pick = |new: Option<Option<String>>, old: &Option<String>| new.unwrap_or_else(|| old.clone());
    let typed = Details {
        name: pick(change.name, &old.name),
        kana: pick(change.kana, &old.kana),
        email: pick(change.email, &old.email),
        phone: pick(change.phone, &old.phone),
        postal_code: pick(change.postal_code, &old.postal_code),
        address: pick(change.address, &old.address),
    };
    let required: &[&str] = if before.kind == PatronKind::Guest { &[] } else { &["name"] };
    let details = typed.checked(required)?;
    let (locale, state) = (change.locale.unwrap_or(before.locale), change.state.unwrap_or(before.state));
    let fields: Vec<&'static str> = [
        ("name", details.name != old.name),
        ("kana", details.kana != old.kana),
        ("email", details.email != old.email),
        ("phone", details.phone != old.phone),
        ("postal_code", details.postal_code != old.postal_code),
        ("address", details.address != old.address),
        ("locale", locale != before.locale),
        ("state", state != before.state),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect();
    let email_verified_at = if fields.contains(&"email") { None } else { before.email_verified_at };
    let version = before.version.saturating_add(1);
    Ok((Patron { details, locale, state, email_verified_at, version, updated_at: now, ..before.clone() }, fields))
}

/// Takes a new address out of a patron's own change; neither can they clear it nor change what only staff may.
pub(super) fn without_address(before: &Patron, change: Change) -> Result<(Change, Option<String>), DetailsError> {
    let rest = Change { email: None, state: None, ..change.clone() };
    let Some(asked) = change.email else { return Ok((rest, None)) };
    let asked = Details { email: asked, ..Details::default() }.checked(&["email"])?;
    match asked.email {
        Some(address) if Some(&address) == before.details.email.as_ref() => Ok((rest, None)),
        Some(address) => Ok((rest, Some(address))),
        None => Err(DetailsError(vec![DetailFault { field: "email", code: "required" }])),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);

    fn patron() -> Patron {
        let details = Details {
            name: Some("山田 太郎".into()),
            email: Some("taro@example.jp".into()),
            phone: Some("03-1234-5678".into()),
            ..Details::default()
        };
        Patron { email_verified_at: Some(NOW), ..fresh(PatronKind::Registered, details, Locale::Ja, NOW) }
    }

    #[test]
    fn only_what_differs_is_named() {
        let change = Change {
            name: Some(Some("山田 太郎".into())),
            phone: Some(None),
            locale: Some(Locale::En),
            ..Change::default()
        };
        let (after, fields) = changed(&patron(), change, NOW).unwrap();
        assert_eq!(fields, ["phone", "locale"]);
        assert_eq!((after.details.phone, after.version, after.email_verified_at), (None, 2, Some(NOW)));
    }

    #[test]
    fn a_new_address_by_staff_is_unproven() {
        let change = Change { email: Some(Some("hanako@example.jp".into())), ..Change::default() };
        assert_eq!(changed(&patron(), change, NOW).unwrap().0.email_verified_at, None);
    }

    #[test]
    fn a_registered_patron_keeps_a_name() {
        let change = Change { name: Some(None), ..Change::default() };
        assert_eq!(changed(&patron(), change, NOW).unwrap_err().0, [DetailFault { field: "name", code: "required" }]);
    }

    #[test]
    fn patrons_neither_reinstate_themselves_nor_take_an_address_unproven() {
        let change = Change {
            email: Some(Some("New@Example.jp".into())),
            state: Some(PatronState::Active),
            ..Change::default()
        };
        let (rest, address) = without_address(&patron(), change).unwrap();
        assert_eq!((rest.email, rest.state), (None, None));
        assert_eq!(address.as_deref(), Some("New@example.jp"));
        assert!(without_address(&patron(), Change { email: Some(None), ..Change::default() }).is_err());
    }
}
