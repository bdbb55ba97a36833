//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::TenantId;
use serde::Serialize;

use super::Settings;

/// A house decided otherwise for all of its courses.
#[derive(Debug, Serialize)]
pub struct SettingsChanged {
    #[serde(skip)]
    tenant: TenantId,
    copy_to_guardians: bool,
    paper_hours: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    remind_hours: Option<i32>,
    /// Whether the house itself is told anywhere what is to be decided; never where.
    staff_told: bool,
    version: i32,
}

impl SettingsChanged {
    pub const fn of(tenant: TenantId, one: &Settings) -> Self {
        Self {
            tenant,
            copy_to_guardians: one.copy_to_guardians,
            paper_hours: one.paper_hours,
            remind_hours: one.remind_hours,
            staff_told: one.staff_email.is_some(),
            version: one.version,
        }
    }
}

impl Event for SettingsChanged {
    const NAME: &'static str = "course.settings.changed";

    fn subject(&self) -> Subject {
        Subject::new("tenant", self.tenant)
    }
}
