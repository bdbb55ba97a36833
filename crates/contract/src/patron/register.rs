//! Patrons on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Instant, Ref};

/// How a patron came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PatronKind {
    /// Left a contact with one purchase or application.
    Guest,
    /// 利用者登録: in the register.
    Registered,
    /// 団体: no person, and never signs in.
    Group,
}

/// Whether a patron may sign in and be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PatronState {
    /// May.
    Active,
    /// 利用停止.
    Suspended,
    /// Left for good; the address is free again.
    Closed,
}

/// The language in which a patron is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Locale {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// A person the contractor serves.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Patron {
    /// The patron's id.
    pub id: Ref<kind::Patron>,
    /// How the patron came to be known.
    pub kind: PatronKind,
    /// Whether the patron may sign in and be served.
    pub state: PatronState,
    /// The language in which the patron is written to.
    pub locale: Locale,
    /// As the person writes it.
    pub name: Option<String>,
    /// The reading (ふりがな), as typed.
    pub kana: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number, as typed.
    pub phone: Option<String>,
    /// Seven digits.
    pub postal_code: Option<String>,
    /// As typed.
    pub address: Option<String>,
    /// When the owner of the address proved to be the patron. Absent as long as nobody has.
    pub email_verified_at: Option<Instant>,
    /// When the patron came to be known.
    pub created_at: Instant,
    /// When something about the patron last changed.
    pub updated_at: Instant,
}

/// A patron to be entered into the register by staff.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PatronRequest {
    /// As the person writes it. It is kept as typed.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The reading (ふりがな), in hiragana or katakana of any width.
    #[oai(validator(max_length = 200))]
    pub kana: Option<String>,
    /// The e-mail address. A registered patron can claim the registration by signing up with it.
    #[oai(validator(max_length = 254))]
    pub email: Option<String>,
    /// The telephone number: `03-1234-5678`, `+81 3 1234 5678`.
    #[oai(validator(max_length = 40))]
    pub phone: Option<String>,
    /// `100-0001` or `1000001`.
    #[oai(validator(max_length = 20))]
    pub postal_code: Option<String>,
    /// As typed.
    #[oai(validator(max_length = 200))]
    pub address: Option<String>,
    /// The language in which the patron is written to; Japanese when absent.
    pub locale: Option<Locale>,
}

/// What staff change about a patron: what is absent stays, `null` clears.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PatronChange {
    /// As the person writes it. A registered patron keeps a name.
    #[oai(nullable, validator(max_length = 200))]
    pub name: MaybeUndefined<String>,
    /// The reading.
    #[oai(nullable, validator(max_length = 200))]
    pub kana: MaybeUndefined<String>,
    /// The e-mail address. A new one counts as unproven.
    #[oai(nullable, validator(max_length = 254))]
    pub email: MaybeUndefined<String>,
    /// The telephone number.
    #[oai(nullable, validator(max_length = 40))]
    pub phone: MaybeUndefined<String>,
    /// The postal code.
    #[oai(nullable, validator(max_length = 20))]
    pub postal_code: MaybeUndefined<String>,
    /// The address.
    #[oai(nullable, validator(max_length = 200))]
    pub address: MaybeUndefined<String>,
    /// The language in which the patron is written to.
    pub locale: Option<Locale>,
    /// Suspend, reinstate or close.
    pub state: Option<PatronState>,
}

/// What a patron changes about themselves: what is absent stays, `null` clears.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OwnPatronChange {
    /// As you write it. It cannot be cleared.
    #[oai(nullable, validator(max_length = 200))]
    pub name: MaybeUndefined<String>,
    /// The reading.
    #[oai(nullable, validator(max_length = 200))]
    pub kana: MaybeUndefined<String>,
    /// A new e-mail address: it takes effect when the code sent there comes back. It cannot be cleared.
    #[oai(nullable, validator(max_length = 254))]
    pub email: MaybeUndefined<String>,
    /// The telephone number.
    #[oai(nullable, validator(max_length = 40))]
    pub phone: MaybeUndefined<String>,
    /// The postal code.
    #[oai(nullable, validator(max_length = 20))]
    pub postal_code: MaybeUndefined<String>,
    /// The address.
    #[oai(nullable, validator(max_length = 200))]
    pub address: MaybeUndefined<String>,
    /// The language in which you are written to.
    pub locale: Option<Locale>,
}

/// Whom to look for: patrons for whom all of it holds. Each is compared as a whole, however it was typed.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct PatronSearch {
    /// The e-mail address.
    #[oai(validator(max_length = 254))]
    pub email: Option<String>,
    /// The telephone number.
    #[oai(validator(max_length = 40))]
    pub phone: Option<String>,
    /// The full reading.
    #[oai(validator(max_length = 200))]
    pub kana: Option<String>,
    /// Only guests, or only registered patrons.
    pub kind: Option<PatronKind>,
}
