//! `/v1/operator`: the register of tenants. Answered on the operators' listener only.

pub mod provisioning;
pub mod sessions;
pub mod tenants;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (sessions::Sessions, tenants::Tenants, provisioning::Provisioning);

/// The operations of this chapter with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    (
        sessions::Sessions::new(desk.clone()),
        tenants::Tenants::new(desk.clone()),
        provisioning::Provisioning::new(desk.clone()),
    )
}
