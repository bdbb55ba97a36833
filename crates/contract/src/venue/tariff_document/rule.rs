//! What a component does.

use std::borrow::Cow;

use poem_openapi::{
    Enum, Object, Union,
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde_json::Value;

use super::{equipment::TariffEquipment, extension::TariffExtension, table::TariffTable};
use crate::{Word, billing::TaxRounding};

/// What a component does.
#[derive(Debug, Clone, Union)]
#[oai(discriminator_name = "kind")]
pub enum TariffRule {
    #[oai(mapping = "table")]
    Table(TariffTable),
    #[oai(mapping = "rate")]
    Rate(TariffRate),
    #[oai(mapping = "factor")]
    Factor(TariffFactor),
    #[oai(mapping = "metered")]
    Metered(TariffMetered),
    #[oai(mapping = "equipment")]
    Equipment(TariffEquipment),
    #[oai(mapping = "extension")]
    Extension(TariffExtension),
    #[oai(mapping = "reduction")]
    Reduction(TariffReduction),
    #[oai(mapping = "round")]
    Round(TariffRounding),
}

/// 加算: `num/den` of what `of` names is added.
#[derive(Debug, Clone, Object)]
pub struct TariffRate {
    #[oai(validator(minimum(value = "0")))]
    pub num: i64,
    #[oai(validator(minimum(value = "1")))]
    pub den: i64,
    pub of: TariffOf,
}

/// 倍率: what `of` names becomes `num/den` times as much.
#[derive(Debug, Clone, Object)]
pub struct TariffFactor {
    #[oai(validator(minimum(value = "0")))]
    pub num: i64,
    #[oai(validator(minimum(value = "1")))]
    pub den: i64,
    pub of: TariffOf,
}

/// 冷暖房 and the like: a price for each begun `per_minutes` of each time that it was on.
#[derive(Debug, Clone, Object)]
pub struct TariffMetered {
    #[oai(validator(min_length = 1, max_length = 64))]
    pub meter: String,
    #[oai(validator(minimum(value = "1"), maximum(value = "44640")))]
    pub per_minutes: i64,
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
}

/// 減免: what was granted, of the room charges and of the equipment apart.
#[derive(Debug, Clone, Object)]
pub struct TariffReduction {
    /// Components of the room charges.
    pub of: TariffCodes,
    /// Components of the equipment. Absent: nothing comes off equipment.
    pub equipment: Option<TariffCodes>,
    pub stack: TariffStack,
}

/// 端数処理 of everything so far.
#[derive(Debug, Clone, Object)]
pub struct TariffRounding {
    pub scope: TariffScope,
    pub mode: TaxRounding,
    /// Yen.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    pub unit: i64,
}

/// What a rate or factor is taken of.
#[derive(Debug, Clone, Union)]
#[oai(one_of)]
pub enum TariffOf {
    /// What these components came to. Rates of the same basis add up.
    Codes(TariffCodes),
    /// Everything so far. Rates of it compound.
    Running(TariffRunning),
}

/// Everything so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffRunning {
    Running,
}

/// What several reductions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffStack {
    /// The greatest alone.
    Max,
    /// Their sum, never more than everything.
    Add,
    /// One of what the other left.
    Compound,
}

/// Over what a sum is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffScope {
    /// Each priced slot by itself.
    Slot,
    /// Each room on each day, over all of its hires on it.
    RoomDay,
    /// Each hire.
    Hire,
    /// Everything together.
    Application,
}

/// Codes of components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffCodes(Vec<Word>);

impl Type for TariffCodes {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "array_tariff_codes".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new("array");
        schema.items = Some(Box::new(Word::schema_ref()));
        schema.max_items = Some(200);
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for TariffCodes {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Vec::<Word>::parse_from_json(value).map(Self).map_err(ParseError::propagate)
    }
}

impl ToJSON for TariffCodes {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}
