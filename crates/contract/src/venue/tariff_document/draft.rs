//! A document as it came in.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde_json::Value;

use super::HireTariff;

/// A document, kept as it came in once it is found to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffDraft(pub Value);

impl Type for TariffDraft {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        HireTariff::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        HireTariff::schema_ref()
    }

    fn register(registry: &mut Registry) {
        HireTariff::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for TariffDraft {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(value @ Value::Object(_)) => Ok(Self(value)),
            _ => Err(ParseError::custom("not an object")),
        }
    }
}

impl ToJSON for TariffDraft {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}
