//! Between a bill and what it is for: billing knows money, a service knows its orders, and this is where one tells the
//! other, in the same transaction.

use billing::{Settlement, Subject};
use contract::ApiError;
use db::TenantTx;
use kernel::Instant;

/// Tells the service behind a bill what became of it.
///
/// # Errors
/// What the service refuses with.
pub async fn tell(_tx: &mut TenantTx, _settlement: &Settlement, _now: Instant) -> Result<(), ApiError> {
    Ok(())
}

/// Whether a guest's secret is that of the thing the bill is for.
///
/// # Errors
/// A fault of the database.
pub async fn opens(_tx: &mut TenantTx, _subject: &Subject, _secret: &str) -> Result<bool, ApiError> {
    Ok(false)
}
