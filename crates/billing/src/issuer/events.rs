//! What the journal says about the issuer.

use audit::Subject;
use kernel::ids::TenantId;
use serde::Serialize;

use super::Issuer;

#[derive(Debug, Serialize)]
pub struct IssuerSet {
    tenant: TenantId,
    registration_number: Option<String>,
    version: i32,
}

impl IssuerSet {
    pub fn of(tenant: TenantId, issuer: &Issuer) -> Self {
        Self { tenant, registration_number: issuer.registration_number.clone(), version: issuer.version }
    }
}

impl audit::Event for IssuerSet {
    const NAME: &'static str = "billing.issuer.set";
    fn subject(&self) -> Subject {
        Subject::new("issuer", self.tenant)
    }
}
