//! Lists, read page by page.

use poem_openapi::{
    Object,
    types::{ParseFromJSON, ToJSON, Type},
};

/// One page of a list.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct List<T: Type + ParseFromJSON + ToJSON + Send + Sync> {
    /// The items of this page, in the order of the list.
    #[oai(validator(max_items = 100))]
    pub data: Vec<T>,
    /// Whether another page follows.
    pub has_more: bool,
    /// Give this as `cursor` to read the next page. Absent on the last page.
    pub next_cursor: Option<String>,
}
