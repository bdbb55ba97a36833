//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{ApplicationWindowId, DrawId};
use serde::Serialize;

macro_rules! about_draws {
    ($($name:ident = $text:literal),* $(,)?) => {$(
        impl Event for $name {
            const NAME: &'static str = $text;

            fn subject(&self) -> Subject {
                Subject::new("draw", self.draw)
            }
        }
    )*};
}

/// A draw is announced.
#[derive(Debug, Serialize)]
pub struct DrawCommitted {
    pub draw: DrawId,
    pub window: ApplicationWindowId,
    pub commitment: String,
}

/// Who takes part is fixed.
#[derive(Debug, Serialize)]
pub struct DrawFrozen {
    pub draw: DrawId,
    pub entries: usize,
    /// The places that it gives.
    pub capacity: Option<i32>,
    pub entries_hash: String,
}

/// It is drawn, and everybody may see how.
#[derive(Debug, Serialize)]
pub struct DrawPublished {
    pub draw: DrawId,
    pub seated: usize,
    pub standby: usize,
}

/// It does not count; the reason stays with it.
#[derive(Debug, Serialize)]
pub struct DrawVoided {
    pub draw: DrawId,
}

about_draws! {
    DrawCommitted = "course.draw.committed",
    DrawFrozen = "course.draw.frozen",
    DrawPublished = "course.draw.published",
    DrawVoided = "course.draw.voided",
}
