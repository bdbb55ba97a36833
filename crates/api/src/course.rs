//! `/v1/course`: courses.

use crate::Desk;

/// The operations of this chapter.
pub type Operations = ();

/// The operations with the desk they work at.
pub const fn operations(_desk: &Desk) -> Operations {}
