//! Parameters that many operations share: keys for repetitions, pages, versions.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::{ApiError, Date, List, Listed, answer::bare};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Page, PageAsk};
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{MaybeUndefined, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use sha2::Sha256;
use time::Duration;
use uuid::Uuid;

use crate::problems;

/// `Idempotency-Key`: 1 to 255 visible ASCII characters; the quotation marks of the draft's string form are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl Type for IdempotencyKey {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_idempotency-key".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new("string");
        schema.pattern = Some("^[!-~]{1,255}$".to_owned());
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromParameter for IdempotencyKey {
    fn parse_from_parameter(text: &str) -> ParseResult<Self> {
        Ok(Self(text.trim().trim_matches('"').to_owned()))
    }
}

/// A cursor binds the place in a list to the list itself.
fn tag(key: &[u8; 32], list: &str, place: &Uuid) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(list.as_bytes());
    mac.update(place.as_bytes());
    mac.finalize().into_bytes().iter().copied().take(8).collect()
}

/// The page that `limit` (1 to 100, 20 when absent) and `cursor` mean in this list.
///
/// # Errors
/// `invalid_cursor` when the cursor is not of this list.
pub fn page(key: &[u8; 32], list: &str, limit: Option<i32>, cursor: Option<&str>) -> Result<PageAsk, ApiError> {
    let limit = i64::from(limit.unwrap_or(20)).clamp(1, 100);
    let Some(cursor) = cursor else { return Ok(PageAsk { limit, after: None }) };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| lost())?;
    let (place, given) = bytes.split_at_checked(16).ok_or_else(lost)?;
    let place = Uuid::from_slice(place).map_err(|_| lost())?;
    if tag(key, list, &place) == given { Ok(PageAsk { limit, after: Some(place) }) } else { Err(lost()) }
}

/// The refusal of a cursor that is not of a list, or whose place is not in it any more.
pub fn lost() -> ApiError {
    ApiError::of(problems::CURSOR.refuse())
}

/// The cursor of what follows a place in a list.
pub fn cursor(key: &[u8; 32], list: &str, place: Uuid) -> String {
    let mut bytes = place.as_bytes().to_vec();
    bytes.extend(tag(key, list, &place));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A page of a list as the wire writes it.
pub fn listed<T, U>(key: &[u8; 32], list: &str, page: Page<T>, wire: impl FnMut(T) -> U) -> Listed<U>
where
    U: Type + ParseFromJSON + ToJSON + Send + Sync,
{
    let next_cursor = page.next.map(|place| cursor(key, list, place));
    Listed(List { has_more: next_cursor.is_some(), data: page.items.into_iter().map(wire).collect(), next_cursor })
}

/// The version that `If-Match` names, when it is given.
///
/// # Errors
/// `version_mismatch` when it names no version of ours.
pub fn version(if_match: Option<&str>) -> Result<Option<i32>, ApiError> {
    match if_match.map(bare) {
        None | Some("*") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| ApiError::of(problems::STALE.refuse())),
    }
}
/// The days that `from` and `days` (7 when absent) mean, half-open.
pub fn days(from: Date, days: Option<u16>) -> (time::Date, time::Date) {
    (from.0, from.0.saturating_add(Duration::days(days.unwrap_or(7).into())))
}

/// Absent stays, `null` clears, a value replaces.
pub fn patched<T: Clone>(given: &MaybeUndefined<T>) -> Option<Option<T>> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value.clone())),
    }
}
