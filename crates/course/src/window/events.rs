//! What the journal says.

use kernel::ids::ApplicationWindowId;

crate::catalogue::events!(
    "application_window",
    window: ApplicationWindowId,
    WindowCreated = "course.window.created",
    WindowChanged = "course.window.changed"
);
