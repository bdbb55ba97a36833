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
    version: i32,
}

impl SettingsChanged {
    pub const fn of(tenant: TenantId, one: &Settings) -> Self {
        let Settings { copy_to_guardians, paper_hours, remind_hours, version } = *one;
        Self { tenant, copy_to_guardians, paper_hours, remind_hours, version }
    }
}

impl Event for SettingsChanged {
    const NAME: &'static str = "course.settings.changed";

    fn subject(&self) -> Subject {
        Subject::new("tenant", self.tenant)
    }
}
