//! `/v1/tenant`

use ::tenancy::{permission::permit, problems, subscription, tenant};
use contract::{ApiError, Shown, tenancy::TenantOverview};
use poem_openapi::OpenApi;

use super::wire;
use crate::{Desk, May, tags::Tag};

/// The operation on one's own tenant.
pub struct OwnTenant {
    desk: Desk,
}

impl OwnTenant {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/tenant", tag = "Tag::Tenancy")]
impl OwnTenant {
    /// Read one's own tenant.
    ///
    /// Its contract, its subscriptions and what can be used today. Changes are made by the operator, on request.
    #[oai(path = "/", method = "get", operation_id = "tenant_view")]
    async fn view(&self, caller: May<permit::ReadTenant>) -> Result<Shown<TenantOverview>, ApiError> {
        let (tenant, subscriptions) = self
            .desk
            .db
            .read(&caller.scope(), async |tx| {
                let found = tenant::view(tx).await?.ok_or_else(|| ApiError::of(problems::ABSENT.refuse()))?;
                Ok::<_, ApiError>((found, subscription::list(tx).await?))
            })
            .await?;
        Ok(Shown::new(&wire::overview(tenant, subscriptions, caller.principal(), caller.now())))
    }
}
