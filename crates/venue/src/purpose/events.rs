//! What the journal says.

use kernel::ids::PurposeId;

crate::catalogue::events!(
    "purpose",
    purpose: PurposeId,
    PurposeCreated = "venue.purpose.created",
    PurposeChanged = "venue.purpose.changed"
);
