//! Tariffs on the wire.

use std::borrow::Cow;

use kernel::ids::kind;
use poem_openapi::{
    Enum, Object,
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde_json::Value;

use super::tariff_document::TariffDraft;
use crate::{Date, Instant, Ref, Yen};

/// A document as it was kept: a tariff as it came in, what a price was computed from, what a permit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffDocument(pub Value);

impl Type for TariffDocument {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "object_tariff".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new("object");
        schema.additional_properties = Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))));
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for TariffDocument {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(value @ Value::Object(_)) => Ok(Self(value)),
            _ => Err(ParseError::custom("not an object")),
        }
    }
}

impl ToJSON for TariffDocument {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Not published before it is put right.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// Something that is wrong with a tariff.
#[derive(Debug, Clone, Object)]
pub struct TariffFinding {
    pub severity: FindingSeverity,
    /// RFC 6901: where in the document.
    #[oai(validator(max_length = 200))]
    pub pointer: String,
    /// Stable: `missing_row`, `overlapping_bands`.
    #[oai(validator(max_length = 50))]
    pub code: String,
    #[oai(validator(max_length = 500))]
    pub sentence: String,
}

/// Which day decides whether a version applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffAppliesBy {
    UseDate,
    ApplicationDate,
}

/// A version of a facility's tariff. Once published it never changes.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TariffVersion {
    pub id: Ref<kind::TariffVersion>,
    pub facility: Ref<kind::Facility>,
    /// From 1, in the order in which they came in.
    pub number: i32,
    #[oai(validator(max_length = 200))]
    pub name: String,
    /// 条例の根拠.
    #[oai(validator(max_length = 200))]
    pub legal_reference: String,
    pub applies_by: TariffAppliesBy,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    /// SHA-256 of `document` as RFC 8785 JSON, in hexadecimal.
    #[oai(validator(max_length = 64))]
    pub document_hash: String,
    /// Only where a single version is read or made.
    pub document: Option<TariffDocument>,
    /// What is wrong with it; only where a single version is read or made.
    #[oai(validator(max_items = 1000))]
    pub findings: Option<Vec<TariffFinding>>,
    /// Absent: a draft.
    pub published_at: Option<Instant>,
    /// The version without an end that ends where this one begins; only where it is published.
    pub succeeds: Option<Ref<kind::TariffVersion>>,
    /// How many hires on its days were applied for under that version, and stay as they were quoted; only where it is published.
    pub hires_as_quoted: Option<i64>,
    pub created_at: Instant,
}

/// A tariff to be taken in.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffRequest {
    pub facility: Ref<kind::Facility>,
    pub document: TariffDraft,
}

/// What a version would have done to the hires of one user class.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TariffClassComparison {
    /// Absent: who belongs to no class.
    #[oai(validator(max_length = 50))]
    pub user_class: Option<String>,
    pub applications: i32,
    /// What they cost.
    pub amount_before: Yen,
    /// What they would have cost.
    pub amount_after: Yen,
    /// Those that the version gives no price; they are in neither sum.
    pub unpriced: i32,
}

/// 試算.
#[derive(Debug, Clone, Object)]
pub struct TariffComparison {
    pub tariff: Ref<kind::TariffVersion>,
    #[oai(validator(max_items = 1000))]
    pub classes: Vec<TariffClassComparison>,
    /// There were more than 10,000 applications: only those that were made first are compared.
    pub truncated: bool,
    /// How many of these were kept in a way that cannot be read any more; they are in no class.
    pub unread: i32,
}
