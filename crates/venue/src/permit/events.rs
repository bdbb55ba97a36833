//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{HireApplicationId, PermitId};
use serde::Serialize;

/// It permits from now on.
#[derive(Debug, Serialize)]
pub struct PermitIssued {
    pub permit: PermitId,
    pub application: HireApplicationId,
    pub number: String,
    pub revision: i32,
}

impl Event for PermitIssued {
    const NAME: &'static str = "venue.permit.issued";

    fn subject(&self) -> Subject {
        Subject::new("permit", self.permit)
    }
}

/// It permits nothing any more.
#[derive(Debug, Serialize)]
pub struct PermitRevoked {
    pub permit: PermitId,
    pub application: HireApplicationId,
}

impl Event for PermitRevoked {
    const NAME: &'static str = "venue.permit.revoked";

    fn subject(&self) -> Subject {
        Subject::new("permit", self.permit)
    }
}
