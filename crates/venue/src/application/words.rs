//! What the house says of an application in its own words. It may tell of a person, so it is kept sealed.

use db::{Fault, remark, sealed::Cell};
use kernel::{
    SealKey,
    ids::{HireApplicationId, TenantId},
};

use super::Application;

impl Application {
    /// Why it was returned, refused, cancelled or revoked, in the words of who decided.
    ///
    /// # Errors
    /// A [`Fault`] when it does not open in its place.
    pub fn opened_reason(&self, key: &SealKey, tenant: TenantId) -> Result<Option<String>, Fault> {
        remark::open(key, &cell(tenant, self.id, REASON), self.reason.as_deref())
    }

    /// Why there is more time to pay, in the words of who gave it.
    ///
    /// # Errors
    /// A [`Fault`] when it does not open in its place.
    pub fn opened_due_reason(&self, key: &SealKey, tenant: TenantId) -> Result<Option<String>, Fault> {
        remark::open(key, &cell(tenant, self.id, DUE_REASON), self.due_reason.as_deref())
    }
}

/// The columns that such words stand in.
pub(crate) const REASON: &str = "reason";
pub(crate) const DUE_REASON: &str = "due_reason";

/// Where they are kept.
pub(crate) const fn cell(tenant: TenantId, id: HireApplicationId, column: &'static str) -> Cell {
    Cell { tenant, table: "venue.hire_applications", column, row: id.uuid() }
}
