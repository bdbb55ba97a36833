//! Decisions about persons: no clock, no database.

use kernel::{
    Instant,
    ids::{PatronId, PersonId},
};
use time::Date;

use super::{Person, PersonChange, PersonDraft, PersonFilter, age, today};
use crate::{
    Details, Keys,
    details::{DetailFault, DetailsError, email_index, kana_index, phone_index},
};

/// Older than anybody ever was: a slip of the keyboard.
const OLDEST: u16 = 130;

/// A person nobody knew before.
pub(crate) fn fresh(draft: PersonDraft, now: Instant) -> Result<Person, DetailsError> {
    imagined(draft, true, now)
}

/// A person nobody knew before, who may have no name while nothing of them is kept.
pub(crate) fn imagined(draft: PersonDraft, named: bool, now: Instant) -> Result<Person, DetailsError> {
    let required: &[&'static str] = if named { &["name"] } else { &[] };
    let details = checked(draft.details, draft.birth_date, required, now)?;
    let id = PersonId::new(now);
    Ok(Person { id, details, birth_date: draft.birth_date, version: 1, created_at: now, updated_at: now })
}

/// The details in the form in which they are kept, with every fault at once.
fn checked(
    details: Details,
    birth_date: Option<Date>,
    required: &[&'static str],
    now: Instant,
) -> Result<Details, DetailsError> {
    let wrong = birth_date.and_then(|birth| match age::age_on(birth, today(now)) {
        None => Some("not_yet_born"),
        Some(years) if years > OLDEST => Some("too_long_ago"),
        Some(_) => None,
    });
    let birth = wrong.map(|code| DetailFault { field: "birth_date", code });
    match (details.checked(required), birth) {
        (Ok(details), None) => Ok(details),
        (Ok(_), Some(fault)) => Err(DetailsError(vec![fault])),
        (Err(mut error), birth) => {
            error.0.extend(birth);
            Err(error)
        }
    }
}

/// A filter in the terms of the database.
#[derive(Debug, Default)]
pub(crate) struct Sought {
    pub email: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
    pub kana: Option<Vec<u8>>,
    pub patron: Option<PatronId>,
}

/// What to look for; nothing when nobody can be found by it.
pub(super) fn sought(keys: Keys<'_>, filter: PersonFilter<'_>) -> Option<Sought> {
    let mut sought = Sought { patron: filter.patron, ..Sought::default() };
    if let Some(typed) = filter.email {
        sought.email = Some(email_index(keys, typed)?);
    }
    if let Some(typed) = filter.phone {
        sought.phone = Some(phone_index(keys, typed)?);
    }
    sought.kana = filter.kana.map(|typed| kana_index(keys, typed));
    Some(sought)
}

/// By what somebody was looked for.
pub(super) fn used(filter: &PersonFilter<'_>) -> Vec<&'static str> {
    let by = [
        ("kana", filter.kana.is_some()),
        ("phone", filter.phone.is_some()),
        ("email", filter.email.is_some()),
        ("patron", filter.patron.is_some()),
    ];
    by.into_iter().filter_map(|(name, used)| used.then_some(name)).collect()
}

impl PersonChange {
    /// Whether anything but the birth date changes.
    pub(super) const fn touches_details(&self) -> bool {
        self.name.is_some()
            || self.kana.is_some()
            || self.email.is_some()
            || self.phone.is_some()
            || self.postal_code.is_some()
            || self.address.is_some()
    }
}

/// The person after the change, and the names of what differs.
pub(super) fn changed(
    before: &Person,
    change: PersonChange,
    now: Instant,
) -> Result<(Person, Vec<&'static str>), DetailsError> {
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
    let birth_date = change.birth_date.unwrap_or(before.birth_date);
    let details = checked(typed, birth_date, &["name"], now)?;
    let fields: Vec<&'static str> = [
        ("name", details.name != old.name),
        ("kana", details.kana != old.kana),
        ("email", details.email != old.email),
        ("phone", details.phone != old.phone),
        ("postal_code", details.postal_code != old.postal_code),
        ("address", details.address != old.address),
        ("birth_date", birth_date != before.birth_date),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect();
    let version = before.version.saturating_add(1);
    Ok((Person { details, birth_date, version, updated_at: now, ..before.clone() }, fields))
}

/// The one who is left, with what they lacked taken over from the other.
pub(super) fn filled(kept: Person, gone: &Person, now: Instant) -> Person {
    let Details { name, kana, email, phone, postal_code, address } = kept.details;
    let other = &gone.details;
    let details = Details {
        name: name.or_else(|| other.name.clone()),
        kana: kana.or_else(|| other.kana.clone()),
        email: email.or_else(|| other.email.clone()),
        phone: phone.or_else(|| other.phone.clone()),
        postal_code: postal_code.or_else(|| other.postal_code.clone()),
        address: address.or_else(|| other.address.clone()),
    };
    let version = kept.version.saturating_add(1);
    Person { details, birth_date: kept.birth_date.or(gone.birth_date), version, updated_at: now, ..kept }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    const NOW: Instant = datetime!(2026-11-23 12:00:00 UTC);

    fn draft(birth_date: Option<Date>) -> PersonDraft {
        PersonDraft { details: Details { name: Some("山田 葵".into()), ..Details::default() }, birth_date }
    }

    #[test]
    fn a_birth_date_ahead_or_too_long_ago_is_told_with_every_other_fault() {
        assert!(fresh(draft(Some(date!(2026 - 11 - 23))), NOW).is_ok());
        let typed = PersonDraft {
            details: Details { phone: Some("12".into()), ..Details::default() },
            ..draft(Some(date!(2026 - 11 - 24)))
        };
        let refused = fresh(typed, NOW).unwrap_err();
        let seen: Vec<_> = refused.0.iter().map(|fault| (fault.field, fault.code)).collect();
        assert_eq!(seen, [("phone", "not_a_number"), ("name", "required"), ("birth_date", "not_yet_born")]);
        let refused = fresh(draft(Some(date!(1895 - 01 - 01))), NOW).unwrap_err();
        assert_eq!(refused.0, [DetailFault { field: "birth_date", code: "too_long_ago" }]);
    }

    #[test]
    fn who_is_left_keeps_what_they_have_and_takes_over_what_they_lack() {
        let kept = fresh(draft(None), NOW).unwrap();
        let mut gone = fresh(draft(Some(date!(2016 - 04 - 01))), NOW).unwrap();
        gone.details.name = Some("ヤマダ アオイ".into());
        gone.details.phone = Some("03-1234-5678".into());
        let after = filled(kept.clone(), &gone, NOW);
        assert_eq!((after.id, after.birth_date, after.version), (kept.id, gone.birth_date, 2));
        assert_eq!((after.details.name, after.details.phone), (kept.details.name, gone.details.phone));
    }

    #[test]
    fn only_what_differs_is_named() {
        let before = fresh(draft(None), NOW).unwrap();
        let change = PersonChange {
            name: Some(Some("山田 葵".into())),
            birth_date: Some(Some(date!(2016 - 04 - 01))),
            ..PersonChange::default()
        };
        assert_eq!(changed(&before, change, NOW).unwrap().1, ["birth_date"]);
    }
}
