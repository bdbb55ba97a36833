//! Money on the wire: integer yen.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde_json::Value;

/// An amount in whole yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Yen(pub kernel::Yen);

/// No single amount on the wire is larger, in either direction.
pub const LIMIT: i64 = 999_999_999;

impl From<kernel::Yen> for Yen {
    fn from(amount: kernel::Yen) -> Self {
        Self(amount)
    }
}

impl Yen {
    fn read(amount: i64) -> ParseResult<Self> {
        if (-LIMIT..=LIMIT).contains(&amount) {
            Ok(Self(kernel::Yen(amount)))
        } else {
            Err(ParseError::custom("beyond 999,999,999 yen"))
        }
    }
}

impl Type for Yen {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "integer_yen".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new_with_format("integer", "int64");
        schema.minimum = Some(-999_999_999.0);
        schema.maximum = Some(999_999_999.0);
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for Yen {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value.as_ref().and_then(Value::as_i64) {
            Some(amount) => Self::read(amount),
            None => Err(ParseError::expected_type(value.unwrap_or_default())),
        }
    }
}

impl ParseFromParameter for Yen {
    fn parse_from_parameter(text: &str) -> ParseResult<Self> {
        text.parse().map_err(ParseError::custom).and_then(Self::read)
    }
}

impl ToJSON for Yen {
    fn to_json(&self) -> Option<Value> {
        Some(Value::from(self.0.0))
    }
}
