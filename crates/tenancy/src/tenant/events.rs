//! What the journal says about tenants.

use audit::{Category, Event, Subject};
use kernel::ids::TenantId;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct TenantRegistered {
    pub tenant: TenantId,
    pub document_ref: String,
}

impl Event for TenantRegistered {
    const NAME: &'static str = "tenancy.tenant.registered";
    const CATEGORY: Category = Category::Access;

    fn subject(&self) -> Subject {
        Subject::new("tenant", self.tenant)
    }
}

#[derive(Serialize)]
pub(super) struct SandboxOpened {
    pub tenant: TenantId,
    pub sandbox: TenantId,
}

impl Event for SandboxOpened {
    const NAME: &'static str = "tenancy.sandbox.opened";

    fn subject(&self) -> Subject {
        Subject::new("tenant", self.tenant)
    }
}
