//! A stretch of time.

use kernel::{
    Instant,
    clock::{civil_day, last_day, start_of_day},
};
use serde::{Deserialize, Serialize};
use time::{Date, Duration};

/// Half-open: from the first instant until the second, which is no longer part of it. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    #[serde(with = "time::serde::rfc3339")]
    from: Instant,
    #[serde(with = "time::serde::rfc3339")]
    until: Instant,
}

impl Span {
    /// Nothing when it would end before it begins, or be empty.
    pub fn new(from: Instant, until: Instant) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// A civil day in Japan, from midnight to midnight.
    pub fn of_day(day: Date) -> Option<Self> {
        let midnight = start_of_day(day);
        Self::new(midnight, midnight.checked_add(Duration::DAY)?)
    }

    /// The civil days in Japan from one until another, which is no longer part of it.
    pub fn of_days((from, until): (Date, Date)) -> Option<Self> {
        Self::new(start_of_day(from), start_of_day(until))
    }

    /// From the beginning of the first of them until the end of the last: they are in their order.
    pub fn across(spans: &[Self]) -> Option<Self> {
        let (first, last) = spans.first().zip(spans.last())?;
        Self::new(first.from, last.until)
    }

    pub const fn from(self) -> Instant {
        self.from
    }

    pub const fn until(self) -> Instant {
        self.until
    }

    /// Whole minutes, the last begun one not counted.
    pub fn minutes(self) -> i64 {
        (self.until - self.from).whole_minutes()
    }

    /// The civil days in Japan that have an instant of it.
    pub fn days(self) -> i64 {
        (self.last_day() - civil_day(self.from)).whole_days() + 1
    }

    /// The last civil day in Japan that has an instant of it.
    pub fn last_day(self) -> Date {
        last_day(self.until)
    }

    /// Whether both have an instant in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// Whether every instant of `other` is one of this.
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// What both have in common.
    pub fn common(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }

    /// From when the first of both begins until the last of them ends.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), until: self.until.max(other.until) }
    }

    /// What is left of it without others, in the order of time.
    pub fn without(self, others: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut others: Vec<Self> = others.into_iter().collect();
        others.sort_unstable();
        let (mut left, mut from) = (Vec::new(), self.from);
        for other in others {
            left.extend(Self::new(from, other.from.min(self.until)));
            from = from.max(other.until);
        }
        left.extend(Self::new(from, self.until));
        left
    }

    /// In pieces, one after the other, none longer than this.
    pub fn cut(self, most: Duration) -> Vec<Self> {
        let (mut pieces, mut from) = (Vec::new(), self.from);
        while let Some(piece) = Self::new(from, from.saturating_add(most).min(self.until)) {
            pieces.push(piece);
            from = piece.until;
        }
        pieces
    }

    /// Longer by so many minutes at its ends; negative minutes count as none.
    #[must_use]
    pub fn widened(self, before: i64, after: i64) -> Self {
        Self {
            from: self.from.saturating_sub(Duration::minutes(before.max(0))),
            until: self.until.saturating_add(Duration::minutes(after.max(0))),
        }
    }
}
