//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::TariffVersionId;
use serde::Serialize;

/// A document came in.
#[derive(Debug, Serialize)]
pub struct TariffTakenIn {
    pub tariff: TariffVersionId,
    pub document_hash: String,
}

impl Event for TariffTakenIn {
    const NAME: &'static str = "venue.tariff.taken_in";

    fn subject(&self) -> Subject {
        Subject::new("tariff_version", self.tariff)
    }
}

/// It is in force from its first day on.
#[derive(Debug, Serialize)]
pub struct TariffPublished {
    pub tariff: TariffVersionId,
    pub document_hash: String,
}

impl Event for TariffPublished {
    const NAME: &'static str = "venue.tariff.published";

    fn subject(&self) -> Subject {
        Subject::new("tariff_version", self.tariff)
    }
}

/// It has no end of its own, and ends where another begins.
#[derive(Debug, Serialize)]
pub struct TariffSucceeded {
    pub tariff: TariffVersionId,
    pub by: TariffVersionId,
    /// The first day on which it is not in force any more.
    pub until: String,
}

impl Event for TariffSucceeded {
    const NAME: &'static str = "venue.tariff.succeeded";

    fn subject(&self) -> Subject {
        Subject::new("tariff_version", self.tariff)
    }
}
