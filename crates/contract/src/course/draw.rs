//! Draws on the wire, and the proof that anybody can check.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::class::GroupPolicy;
use crate::{Instant, Ref};

/// How far a draw is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DrawState {
    /// Announced: rules and the hash of the seed are public.
    Committed,
    /// The hash of who takes part is public.
    Frozen,
    /// Drawn; everything is public.
    Published,
    /// It does not count.
    Voided,
}

/// 抽選 of a window.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Draw {
    pub id: Ref<kind::Draw>,
    pub class: Ref<kind::CourseClass>,
    pub window: Ref<kind::ApplicationWindow>,
    pub state: DrawState,
    pub rules: DrawRules,
    /// SHA-256 of the rules as RFC 8785 JSON.
    #[oai(validator(max_length = 64))]
    pub rules_hash: String,
    /// SHA-256 of the secret seed.
    #[oai(validator(max_length = 64))]
    pub commitment: String,
    /// SHA-256 of what was frozen as RFC 8785 JSON: the capacity and the entries; of the entries alone where the rules say the
    /// capacity.
    #[oai(validator(max_length = 64))]
    pub entries_hash: Option<String>,
    /// How many take part: for the house from the freeze on, for everybody once the draw is published.
    pub entries: Option<i32>,
    /// The places that were free at the freeze.
    pub capacity: Option<i32>,
    /// Why it does not count.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    pub committed_at: Instant,
    pub frozen_at: Option<Instant>,
    pub published_at: Option<Instant>,
    pub version: i32,
}

/// What kind of draw it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DrawMode {
    /// Places of one class.
    Capacity,
}

/// The rules of a draw.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DrawRules {
    /// The public value that is mixed in, named beforehand.
    #[oai(validator(max_length = 200))]
    pub beacon: Option<String>,
    /// Announced when people could apply already, as a second draw after a voided one is: then with a public value.
    pub late: Option<bool>,
    pub draw: DrawPlaces,
}

/// How places are drawn.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DrawPlaces {
    pub mode: DrawMode,
    /// Absent: the places that are free at the freeze, published and hashed with the entries.
    pub capacity: Option<i64>,
    /// Places that one tier fills first, in this order, as far as the capacity goes.
    #[oai(validator(max_items = 100))]
    pub reserved: Option<Vec<DrawReserved>>,
    pub group_policy: GroupPolicy,
    pub seats_per_applicant: Option<i64>,
    /// How many parties stand by (補欠); the others have lost. Absent: everybody stands by.
    pub standby: Option<i64>,
}

/// Places that one tier fills first.
#[derive(Debug, Clone, Object)]
pub struct DrawReserved {
    pub tier: i64,
    pub seats: i64,
}

/// One entry, without a name.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DrawEntry {
    /// The party.
    #[oai(validator(max_length = 36))]
    pub applicant: String,
    /// 抽選番号.
    #[oai(validator(max_length = 20))]
    pub id: String,
    /// 0 comes first.
    pub tier: i64,
    pub units: Option<i64>,
    pub splittable: Option<bool>,
}

/// Where an entry stands in the order of the draw.
#[derive(Debug, Clone, Object)]
pub struct DrawRanked {
    #[oai(validator(max_length = 20))]
    pub entry: String,
    /// HMAC-SHA256 of the entry under the seed.
    #[oai(validator(max_length = 64))]
    pub key: String,
    pub tier: i64,
}

/// Who was drawn.
#[derive(Debug, Clone, Object)]
pub struct DrawSeated {
    #[oai(validator(max_length = 20))]
    pub entry: String,
    pub seats: i64,
}

/// 補欠.
#[derive(Debug, Clone, Object)]
pub struct DrawStandby {
    #[oai(validator(max_length = 20))]
    pub entry: String,
    /// 1 is promoted first.
    pub rank: i64,
    pub units: i64,
}

/// What was drawn.
#[derive(Debug, Clone, Object)]
pub struct DrawPlacesOutcome {
    pub order: Vec<DrawRanked>,
    pub seated: Vec<DrawSeated>,
    pub standby: Vec<DrawStandby>,
}

/// What was drawn, by the kind of draw.
#[derive(Debug, Clone, Object)]
pub struct DrawOutcome {
    pub capacity: DrawPlacesOutcome,
}

/// Everything that is needed to draw again, on any machine: `itsudemo verify-draw FILE` reads it as it is.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DrawProof {
    #[oai(validator(max_length = 40))]
    pub version: String,
    pub rules: DrawRules,
    #[oai(validator(max_length = 64))]
    pub rules_hash: String,
    #[oai(validator(max_length = 64))]
    pub commit: String,
    /// Fixed with the entries, where the rules leave it to the freeze.
    pub capacity: Option<i64>,
    pub entries: Vec<DrawEntry>,
    #[oai(validator(max_length = 64))]
    pub entries_hash: String,
    #[oai(validator(max_length = 64))]
    pub server_seed: String,
    #[oai(validator(max_length = 64))]
    pub beacon: Option<String>,
    #[oai(validator(max_length = 64))]
    pub seed: String,
    pub result: DrawOutcome,
}

/// The announcement of a draw.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct DrawRequest {
    pub window: Ref<kind::ApplicationWindow>,
    /// A public value that will be known after the window has closed, such as `drand quicknet round 123456`. Required once the
    /// window has opened.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub beacon: Option<String>,
    /// How many parties stand by (補欠); as the class says when absent, or as many as may wait.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub standby: Option<u32>,
}

/// The publication of a draw.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct DrawPublication {
    /// The public value that was announced: 64 hexadecimal digits.
    #[oai(validator(min_length = 64, max_length = 64))]
    pub beacon: Option<String>,
}

/// How a draw would come out, with a seed that is forgotten.
#[derive(Debug, Clone, Object)]
pub struct DrawRehearsal {
    pub entries: i32,
    /// Parties that would be seated.
    pub seated: i32,
    /// Parties that would stand by.
    pub standby: i32,
    /// Parties that would be neither.
    pub lost: i32,
}

/// A published draw, and who moved.
#[derive(Debug, Clone, Object)]
pub struct DrawPublished {
    pub draw: Draw,
    pub moves: Vec<super::application::CourseMove>,
}
