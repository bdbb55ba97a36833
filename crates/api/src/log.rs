//! What the log says of work that nobody waits for.

use contract::ApiError;
use kernel::ids::TenantId;

/// Notes in the log, by ids and codes alone, that something did not happen.
pub fn complain(tenant: TenantId, what: &str, error: &ApiError, failed: &'static str) {
    let code = error.refusal.rule.code;
    let cause = error.cause().map(ToString::to_string);
    tracing::error!(%tenant, what, code, cause, "{failed}");
}
