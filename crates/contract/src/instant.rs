//! Moments on the wire: RFC 3339 with an offset; ours is always `+09:00`.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde_json::Value;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A moment. Any offset is read; `+09:00` is written. A time without an offset is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub OffsetDateTime);

impl From<OffsetDateTime> for Instant {
    fn from(at: OffsetDateTime) -> Self {
        Self(at)
    }
}

impl Instant {
    fn read(text: &str) -> ParseResult<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| ParseError::custom("not an RFC 3339 date-time with an offset"))?;
        let year = at.to_offset(UtcOffset::UTC).year();
        // the pattern below speaks of the local year; in UTC that may be the one before or after
        if !(1899..=9000).contains(&year) {
            return Err(ParseError::custom("outside of the years 1900 to 8999"));
        }
        Ok(Self(kernel::clock::truncate(at)))
    }

    /// As the wire writes it.
    pub fn text(self) -> String {
        kernel::clock::written(self.0)
    }
}

impl Type for Instant {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_date-time".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new_with_format("string", "date-time");
        schema.pattern = Some("^(19|[2-8][0-9])[0-9]{2}-".to_owned());
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for Instant {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Self::read(&text),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ParseFromParameter for Instant {
    fn parse_from_parameter(text: &str) -> ParseResult<Self> {
        Self::read(text)
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::text::short(to, |text| self.0.to_offset(kernel::JST).format_into(text, &Rfc3339))
    }
}

impl ToJSON for Instant {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.text()))
    }
}
