//! Permits on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref, Yen, venue::tariff::TariffDocument};

/// 使用許可書 in one revision.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Permit {
    pub id: Ref<kind::Permit>,
    pub application: Ref<kind::HireApplication>,
    /// `2026-000012`: fiscal year, and a number without gaps.
    #[oai(validator(max_length = 20))]
    pub number: String,
    /// From 1; the latest counts.
    pub revision: i32,
    /// Anybody can check it by this.
    #[oai(validator(max_length = 20))]
    pub code: String,
    /// What it permits, as it was issued: of its `total`, yen, nobody is asked for `waived`, and `unpaid` was still to be paid then.
    pub content: TariffDocument,
    /// SHA-256 of `content` as RFC 8785 JSON, in hexadecimal.
    #[oai(validator(max_length = 64))]
    pub content_hash: String,
    /// What of its total nobody is asked for.
    pub waived_amount: Yen,
    /// What of it is still to be paid, now: the difference of a change, also when the time to pay that is over. Of a revision that does
    /// not count any more: nothing.
    pub unpaid_amount: Yen,
    pub issued_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// The permits of an application.
#[derive(Debug, Clone, Object)]
pub struct Permits {
    pub application: Ref<kind::HireApplication>,
    /// The latest revision first.
    #[oai(validator(max_items = 1000))]
    pub permits: Vec<Permit>,
}

/// Whether a permit permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PermitValidity {
    Valid,
    /// A later revision took its place.
    Superseded,
    Revoked,
}

/// What anybody may know of a permit. It names nobody.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PermitCheck {
    #[oai(validator(max_length = 20))]
    pub number: String,
    pub revision: i32,
    pub validity: PermitValidity,
    /// The rooms and times; nothing of one that does not permit.
    #[oai(validator(max_items = 31))]
    pub uses: Vec<PermitUse>,
    /// Whether everything is paid for it, now. A change of a hire is permitted at once, and its difference may be still to be paid: the
    /// house says whether it lets anybody in before that. Absent of one that does not permit.
    pub paid: Option<bool>,
    pub issued_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// A room and a time that are permitted.
#[derive(Debug, Clone, Object)]
pub struct PermitUse {
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 40))]
    pub starts: String,
    #[oai(validator(max_length = 40))]
    pub ends: String,
}
