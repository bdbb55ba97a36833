//! What the journal says.

use kernel::ids::FacilityId;

crate::catalogue::events!(
    "facility",
    facility: FacilityId,
    FacilityCreated = "venue.facility.created",
    FacilityChanged = "venue.facility.changed"
);
