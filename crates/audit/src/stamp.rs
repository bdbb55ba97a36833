//! Moments as the journal writes them: Japan's time, always six digits, so that one moment has one text.

use kernel::{Instant, JST, clock};
use time::{
    UtcOffset,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

const FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]+09:00");

/// `2026-11-22T21:00:00.000000+09:00`.
pub(crate) fn write(at: Instant) -> String {
    at.to_offset(JST).format(FORM).unwrap_or_default()
}

/// The moment that [`write`] wrote; nothing for any other text.
pub(crate) fn read(text: &str) -> Option<Instant> {
    let at = clock::truncate(Instant::parse(text, &Rfc3339).ok()?.to_offset(UtcOffset::UTC));
    (write(at) == text).then_some(at)
}
