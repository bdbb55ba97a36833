//! What the journal says.

use kernel::ids::CalendarLayerId;

crate::catalogue::events!(
    "calendar_layer",
    layer: CalendarLayerId,
    LayerCreated = "venue.calendar_layer.created",
    LayerChanged = "venue.calendar_layer.changed"
);
