//! Text that goes straight into a large answer: a calendar has tens of thousands of days and moments.

use serde::Serializer;
use time::error::Format;

/// The longest that is written this way.
const LONGEST: usize = 40;

/// Serializes what is written into the buffer, without an allocation. Empty where it cannot be written.
pub(crate) fn short<S: Serializer>(
    to: S,
    write: impl FnOnce(&mut &mut [u8]) -> Result<usize, Format>,
) -> Result<S::Ok, S::Error> {
    let mut buffer = [0_u8; LONGEST];
    let mut rest = buffer.as_mut_slice();
    // what is left of the buffer says how long it is: the count that is given leaves out fractions of a second
    let length = write(&mut rest).map_or(0, |_| LONGEST - rest.len());
    to.serialize_str(buffer.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default())
}
