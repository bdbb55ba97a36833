//! What is drawn: opaque entries without names.

use serde::{Deserialize, Serialize};

/// One frozen entry. `id` and `applicant` are opaque; `applicant` is one identity (a group, a household), not an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub applicant: String,
    pub id: String,
    /// Its priority: 0 comes first.
    pub tier: u32,
    /// Best first; for slots only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<Wish>,
    /// How many seats the party needs, at least 1; for a capacity only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
    /// The party takes fewer seats when there are fewer; otherwise all or none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub splittable: bool,
}

/// What is fixed when nobody enters any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// Where the rules leave it to this moment: the seats that are free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    pub entries: Vec<Entry>,
}

impl From<Vec<Entry>> for Frozen {
    fn from(entries: Vec<Entry>) -> Self {
        Self { capacity: None, entries }
    }
}

/// A slot, or several that are won all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wish {
    Slot(String),
    Bundle(Vec<String>),
}

impl Wish {
    /// The slots it needs.
    pub fn slots(&self) -> &[String] {
        match self {
            Self::Slot(slot) => std::slice::from_ref(slot),
            Self::Bundle(slots) => slots,
        }
    }
}
