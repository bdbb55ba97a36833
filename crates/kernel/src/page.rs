//! Lists are read page by page, each page keyed by the last item of the one before.

use uuid::Uuid;

/// How much of a list, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageAsk {
    /// At most this many items, 1 to 100.
    pub limit: i64,
    /// Only items after this one, in the order of the list.
    pub after: Option<Uuid>,
}

impl PageAsk {
    /// One row more than asked for: it tells whether another page follows.
    pub fn rows(&self) -> i64 {
        self.limit.saturating_add(1)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page starts, when there is one.
    pub next: Option<Uuid>,
}

impl<T> Page<T> {
    /// A page from `ask.rows()` fetched rows: the surplus row only proves that more follow.
    pub fn from_rows(mut rows: Vec<T>, ask: &PageAsk, key: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(ask.limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}
