//! What the journal says.

use kernel::ids::FeeId;

crate::catalogue::events!(
    "fee",
    fee: FeeId,
    FeeCreated = "course.fee.created",
    FeeChanged = "course.fee.changed"
);
