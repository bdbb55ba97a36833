//! Personal data: what is sealed, how it is checked, how it is sealed.

use std::fmt;

use db::{
    Fault,
    sealed::{self, Cell},
};
use kernel::{Refusal, Refuse, ids::TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::Date;
use uuid::Uuid;

use crate::{Keys, problems, search};

/// What names and reaches a person, as typed. It never prints.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// As the person writes it: never normalised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The reading, as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kana: Option<String>,
    /// ASCII, domain in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// As typed; its search key is E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Seven digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Details(…)")
    }
}

/// What cannot be right about details: all of it at once, without repeating what was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of the details cannot be accepted", .0.len())]
pub struct DetailsError(pub Vec<DetailFault>);

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetailFault {
    pub field: &'static str,
    /// `required`, `too_long`, `not_an_address`, `not_a_number`, `not_a_postal_code`, `control_character`,
    /// `not_yet_born`, `too_long_ago`.
    pub code: &'static str,
}

impl DetailFault {
    fn sentence(self) -> &'static str {
        match self.code {
            "required" => "This is required.",
            "too_long" => "This is longer than 200 characters.",
            "not_an_address" => "This is no e-mail address.",
            "not_a_number" => "This is no telephone number: write 03-1234-5678 or +81 3 1234 5678.",
            "not_a_postal_code" => "This is no postal code: write 100-0001.",
            "not_yet_born" => "This day has not come yet.",
            "too_long_ago" => "This is more than 130 years ago.",
            _ => "This contains a control character.",
        }
    }
}

impl Refuse for DetailsError {
    fn refusal(&self) -> Refusal {
        let errors: Vec<_> =
            self.0.iter().map(|fault| json!({ "pointer": format!("#/{}", fault.field), "code": fault.code, "detail": fault.sentence() })).collect();
        problems::DETAILS_REJECTED.refuse().fact("errors", errors)
    }
}

const LONGEST: usize = 200;

impl Details {
    /// The details in the form in which they are kept; empty ones are dropped.
    ///
    /// # Errors
    /// [`DetailsError`] with every fault; `required` names fields that must be there.
    pub fn checked(self, required: &[&'static str]) -> Result<Self, DetailsError> {
        let mut faults = Vec::new();
        let clean = Self {
            name: text("name", self.name, &mut faults),
            kana: text("kana", self.kana, &mut faults),
            email: parsed("email", self.email, "not_an_address", search::email, &mut faults),
            phone: parsed(
                "phone",
                self.phone,
                "not_a_number",
                |typed| search::phone(typed).map(|_| typed.to_owned()),
                &mut faults,
            ),
            postal_code: parsed("postal_code", self.postal_code, "not_a_postal_code", search::postal_code, &mut faults),
            address: text("address", self.address, &mut faults),
        };
        for &field in required {
            let there = match field {
                "name" => clean.name.is_some(),
                "kana" => clean.kana.is_some(),
                "email" => clean.email.is_some(),
                _ => clean.phone.is_some(),
            };
            if !there && faults.iter().all(|fault| fault.field != field) {
                faults.push(DetailFault { field, code: "required" });
            }
        }
        if faults.is_empty() { Ok(clean) } else { Err(DetailsError(faults)) }
    }

    /// The blind indexes of e-mail, telephone and reading.
    pub(crate) fn indexes(&self, keys: Keys<'_>) -> Indexes {
        Indexes {
            email: self.email.as_deref().and_then(|typed| email_index(keys, typed)),
            phone: self.phone.as_deref().and_then(|typed| phone_index(keys, typed)),
            kana: self.kana.as_deref().map(|typed| kana_index(keys, typed)),
        }
    }

    pub(crate) fn seal(&self, keys: Keys<'_>, cell: &Cell) -> Result<Vec<u8>, Fault> {
        let text = serde_json::to_vec(self).map_err(|_| Fault::Unexpected("details are told in JSON"))?;
        Ok(sealed::seal(keys.seal, cell, &text)?)
    }

    pub(crate) fn open(keys: Keys<'_>, cell: &Cell, sealed: &[u8]) -> Result<Self, Fault> {
        let text = sealed::open(keys.seal, cell, sealed)?;
        serde_json::from_slice(&text).map_err(|_| Fault::Unexpected("sealed details read back"))
    }
}

/// Where the personal data of a patron is sealed to.
pub(crate) fn patron_cell(tenant: TenantId, row: Uuid) -> Cell {
    Cell { tenant, table: "patron.patrons", column: "personal", row }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Indexes {
    pub email: Option<Vec<u8>>,
    pub phone: Option<Vec<u8>>,
    pub kana: Option<Vec<u8>>,
}

pub(crate) fn email_index(keys: Keys<'_>, typed: &str) -> Option<Vec<u8>> {
    search::email_key(typed).map(|key| sealed::blind(keys.index, "patron.email", &key))
}

pub(crate) fn phone_index(keys: Keys<'_>, typed: &str) -> Option<Vec<u8>> {
    search::phone(typed).map(|key| sealed::blind(keys.index, "patron.phone", &key))
}

pub(crate) fn kana_index(keys: Keys<'_>, typed: &str) -> Vec<u8> {
    sealed::blind(keys.index, "patron.kana", &search::kana(typed))
}

/// What two records of one person have in common, as far as they say it: the birth date with the name, and with the reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Identity {
    pub name: Option<Vec<u8>>,
    pub kana: Option<Vec<u8>>,
}

impl Identity {
    pub(crate) fn of(keys: Keys<'_>, details: &Details, birth_date: Option<Date>) -> Self {
        let Some(birth) = birth_date else { return Self::default() };
        let index = |what, typed: &Option<String>| {
            typed.as_deref().map(|typed| sealed::blind(keys.index, what, &format!("{birth} {}", search::kana(typed))))
        };
        Self { name: index("patron.person.name", &details.name), kana: index("patron.person.kana", &details.kana) }
    }
}

fn text(field: &'static str, typed: Option<String>, faults: &mut Vec<DetailFault>) -> Option<String> {
    let typed = typed?.trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    if typed.chars().count() > LONGEST {
        faults.push(DetailFault { field, code: "too_long" });
    }
    if typed.chars().any(char::is_control) {
        faults.push(DetailFault { field, code: "control_character" });
    }
    Some(typed)
}

fn parsed(
    field: &'static str,
    typed: Option<String>,
    code: &'static str,
    parse: impl Fn(&str) -> Option<String>,
    faults: &mut Vec<DetailFault>,
) -> Option<String> {
    let before = faults.len();
    let typed = text(field, typed, faults)?;
    if faults.len() > before {
        return None;
    }
    let read = parse(&typed);
    if read.is_none() {
        faults.push(DetailFault { field, code });
    }
    read
}

#[cfg(test)]
mod tests {
    use kernel::{IndexKey, SealKey};
    use proptest::prelude::*;

    use super::*;

    fn details() -> Details {
        Details {
            name: Some("山田 太郎".into()),
            kana: Some("やまだ たろう".into()),
            email: Some("Taro@Example.jp".into()),
            phone: Some("03-1234-5678".into()),
            postal_code: Some("〒100-0001".into()),
            address: Some("東京都千代田区１－１".into()),
        }
    }

    #[test]
    fn names_are_kept_as_typed() {
        let typed = Details { name: Some("髙﨑 ㈱①".into()), ..details() };
        assert_eq!(typed.checked(&["name"]).unwrap().name.as_deref(), Some("髙﨑 ㈱①"));
    }

    #[test]
    fn every_fault_is_told_at_once_and_nothing_is_repeated() {
        let typed = Details {
            name: Some("  ".into()),
            email: Some("nobody".into()),
            phone: Some("12".into()),
            address: Some("x\u{7}".into()),
            ..Details::default()
        };
        let refused = typed.checked(&["name", "email"]).unwrap_err();
        let seen: Vec<_> = refused.0.iter().map(|fault| (fault.field, fault.code)).collect();
        let expected = [
            ("email", "not_an_address"),
            ("phone", "not_a_number"),
            ("address", "control_character"),
            ("name", "required"),
        ];
        assert_eq!(seen, expected);
        let told = format!("{refused} {:?} {:?}", refused, refused.refusal());
        assert!(!told.contains("nobody"), "{told}");
    }

    #[test]
    fn details_never_print() {
        let printed = format!("{:?}", details());
        for datum in ["山田", "やまだ", "Taro", "1234", "千代田"] {
            assert!(!printed.contains(datum));
        }
    }

    proptest! {
        #[test]
        fn details_open_only_where_they_were_sealed(name: Option<String>, address: Option<String>, row: u128, other: u128) {
            prop_assume!(row != other);
            let (seal, index) = (SealKey::new([1; 32]), IndexKey::new([2; 32]));
            let keys = Keys { seal: &seal, index: &index };
            let tenant = TenantId::from_uuid(Uuid::from_u128(9));
            let here = patron_cell(tenant, Uuid::from_u128(row));
            let kept = Details { name, address, ..details() };
            let sealed = kept.seal(keys, &here).unwrap();
            prop_assert_eq!(Details::open(keys, &here, &sealed).unwrap(), kept);
            prop_assert!(Details::open(keys, &patron_cell(tenant, Uuid::from_u128(other)), &sealed).is_err());
            let neighbour = TenantId::from_uuid(Uuid::from_u128(10));
            prop_assert!(Details::open(keys, &patron_cell(neighbour, Uuid::from_u128(row)), &sealed).is_err());
        }

        #[test]
        fn a_sealed_value_shows_nothing_of_what_it_holds(name in "[a-z]{12}") {
            let (seal, index) = (SealKey::new([1; 32]), IndexKey::new([2; 32]));
            let keys = Keys { seal: &seal, index: &index };
            let kept = Details { name: Some(name.clone()), ..Details::default() };
            let sealed = kept.seal(keys, &patron_cell(TenantId::from_uuid(Uuid::nil()), Uuid::nil())).unwrap();
            prop_assert!(!sealed.windows(name.len()).any(|part| part == name.as_bytes()));
        }
    }
}
