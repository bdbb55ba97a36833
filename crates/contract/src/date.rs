//! Civil days on the wire: `2026-11-22`, in Japan.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde_json::Value;
use time::{format_description::FormatItem, macros::format_description};

const FORMAT: &[FormatItem<'static>] = format_description!("[year]-[month]-[day]");

/// A civil day in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub time::Date);

impl From<time::Date> for Date {
    fn from(day: time::Date) -> Self {
        Self(day)
    }
}

impl Date {
    fn read(text: &str) -> ParseResult<Self> {
        let day = time::Date::parse(text, FORMAT).map_err(|_| ParseError::custom("not a day such as 2026-11-22"))?;
        if !(1900..=8999).contains(&day.year()) {
            return Err(ParseError::custom("outside of the years 1900 to 8999"));
        }
        Ok(Self(day))
    }

    /// As the wire writes it.
    pub fn text(self) -> String {
        self.0.format(FORMAT).unwrap_or_default()
    }
}

impl Type for Date {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_date".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new_with_format("string", "date");
        schema.pattern = Some("^(19|[2-8][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$".to_owned());
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for Date {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Self::read(&text),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ParseFromParameter for Date {
    fn parse_from_parameter(text: &str) -> ParseResult<Self> {
        Self::read(text)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::text::short(to, |text| self.0.format_into(text, FORMAT))
    }
}

impl ToJSON for Date {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.text()))
    }
}
