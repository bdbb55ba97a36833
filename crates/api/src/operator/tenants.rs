//! `/v1/operator/tenants`: tenants, contracts, subscriptions, sandboxes

use ::tenancy::{
    contract as terms,
    permission::permit,
    problems,
    subscription::{self, SubscribeError},
    tenant,
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    tenancy::{
        Contract, ContractRequest, Sandbox, Subscription, SubscriptionEndRequest, SubscriptionRequest, Tenant,
        TenantRequest,
    },
};
use db::Fault;
use kernel::{Refuse, ids::TenantId, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use crate::{
    Body, Desk, IdempotencyKey, Operates, params,
    tags::Tag,
    tenancy::{cut, wire},
};

/// Operations on the register of tenants.
pub struct Tenants {
    desk: Desk,
}

impl Tenants {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

fn absent() -> ApiError {
    ApiError::of(problems::ABSENT.refuse())
}

#[OpenApi(prefix_path = "/v1/operator/tenants", tag = "Tag::Operator")]
impl Tenants {
    /// List tenants.
    ///
    /// In the order of their registration, sandboxes included.
    #[oai(path = "/", method = "get", operation_id = "operator_tenant_list")]
    async fn list(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Tenant>, ApiError> {
        let ask = params::page(&self.desk.cursor_key, "tenants", limit.0, cursor.0.as_deref())?;
        let page = self.desk.db.operator(&caller.scope(), async |tx| tenant::list(tx, &ask).await).await?;
        let now = caller.now();
        Ok(params::listed(&self.desk.cursor_key, "tenants", page, |tenant| wire::tenant(tenant, now)))
    }

    /// Register a tenant.
    ///
    /// On a recorded request only. The tenant opens nothing before it has a contract and its first day has come.
    #[oai(path = "/", method = "post", operation_id = "operator_tenant_create")]
    async fn create(
        &self,
        caller: Operates<permit::OperateTenants>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TenantRequest>,
    ) -> Result<Created<Tenant>, ApiError> {
        let (now, draft) = (caller.now(), wire::tenant_draft(&body));
        let id = TenantId::new(now);
        // keys come first: a tenant without keys could not keep anything, keys without a tenant are only dust
        self.desk.keyring.create_tenant(id)?;
        let draft = &draft;
        self.desk
            .once_operating(&caller, audit::PLATFORM, key.0.as_ref(), &body, async |tx| {
                let tenant = tenant::register(tx, id, draft, now).await?;
                Ok(Created::new(&wire::tenant(tenant, now)).at(format!("/v1/operator/tenants/{id}")))
            })
            .await
    }

    /// Read a tenant.
    ///
    /// With the contract that counts.
    #[oai(path = "/:id", method = "get", operation_id = "operator_tenant_view")]
    async fn view(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        id: Path<Ref<kind::Tenant>>,
    ) -> Result<Shown<Tenant>, ApiError> {
        let found = self.desk.db.operator_within(&caller.scope(), id.0.0, async |tx| tenant::view(tx).await).await?;
        Ok(Shown::new(&wire::tenant(found.ok_or_else(absent)?, caller.now())))
    }

    /// List the versions of a tenant's contract.
    ///
    /// Newest first; the first one counts.
    #[oai(path = "/:id/contracts", method = "get", operation_id = "operator_contract_list")]
    async fn contracts(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        id: Path<Ref<kind::Tenant>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Contract>, ApiError> {
        let list = format!("contracts {}", id.0.0);
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let versions = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| {
                tenant::view(tx).await?.ok_or_else(absent)?;
                Ok::<_, ApiError>(terms::list(tx).await?)
            })
            .await?;
        let page = cut(versions, &ask, |contract| contract.id.uuid());
        Ok(params::listed(&self.desk.cursor_key, &list, page, wire::terms))
    }

    /// Record a contract.
    ///
    /// As a new version, which counts from now on. Whether the tenant is active follows from its dates.
    #[oai(path = "/:id/contracts", method = "post", operation_id = "operator_contract_create")]
    async fn record(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<ContractRequest>,
    ) -> Result<Created<Contract>, ApiError> {
        let (now, draft) = (caller.now(), wire::terms_draft(&body));
        let draft = &draft;
        self.desk
            .once_operating(&caller, id.0.0, key.0.as_ref(), &body, async |tx| {
                let contract = terms::record(tx, draft, now).await?;
                Ok(Created::new(&wire::terms(contract)))
            })
            .await
    }

    /// List a tenant's subscriptions.
    ///
    /// Oldest first, past and future ones included.
    #[oai(path = "/:id/subscriptions", method = "get", operation_id = "operator_subscription_list")]
    async fn subscriptions(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        id: Path<Ref<kind::Tenant>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Subscription>, ApiError> {
        let (list, now) = (format!("subscriptions {}", id.0.0), caller.now());
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let found = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| {
                tenant::view(tx).await?.ok_or_else(absent)?;
                Ok::<_, ApiError>(subscription::list(tx).await?)
            })
            .await?;
        let wired: Vec<Subscription> = found.into_iter().filter_map(|of| wire::subscription(of, now)).collect();
        let page = cut(wired, &ask, |subscription| subscription.id.0.uuid());
        Ok(params::listed(&self.desk.cursor_key, &list, page, |subscription| subscription))
    }

    /// Subscribe a tenant to a service.
    ///
    /// For a period, both days included. Outside of it every operation of the service answers `service_not_subscribed`.
    #[oai(path = "/:id/subscriptions", method = "post", operation_id = "operator_subscription_create")]
    async fn subscribe(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SubscriptionRequest>,
    ) -> Result<Created<Subscription>, ApiError> {
        let (now, service, first, last) =
            (caller.now(), wire::subscribable(body.service), body.starts_on.0, body.ends_on.0);
        self.desk
            .once_operating(&caller, id.0.0, key.0.as_ref(), &body, async |tx| {
                let made = subscription::subscribe(tx, service, first, last, now).await?;
                Ok(Created::new(&shown(made, now)?))
            })
            .await
    }

    /// Move the last day of a subscription.
    ///
    /// Earlier or later; a day in the past ends it at once.
    #[oai(path = "/:id/subscriptions/:subscription/end", method = "post", operation_id = "operator_subscription_end")]
    async fn end(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        subscription: Path<Ref<kind::Subscription>>,
        body: Body<SubscriptionEndRequest>,
    ) -> Result<Done<Subscription>, ApiError> {
        let (now, which, last) = (caller.now(), subscription.0.0, body.ends_on.0);
        let moved = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| subscription::end_on(tx, which, last, now).await)
            .await?;
        Ok(Done::new(&shown(moved, now)?))
    }

    /// Open a tenant's sandbox.
    ///
    /// A tenant of its own, with its own keys and data, that follows the contract of its owner. There is one at most.
    #[oai(path = "/:id/sandbox", method = "post", operation_id = "operator_sandbox_create")]
    async fn open_sandbox(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Created<Sandbox>, ApiError> {
        let now = caller.now();
        let sandbox = TenantId::new(now);
        self.desk.keyring.create_tenant(sandbox)?;
        self.desk
            .once_operating(&caller, id.0.0, key.0.as_ref(), &(), async |tx| {
                let tenant = tenant::open_sandbox(tx, sandbox, now).await?;
                let made = wire::sandbox(&tenant).ok_or(Fault::Unexpected("a new sandbox is one"))?;
                Ok(Created::new(&made).at(format!("/v1/operator/tenants/{sandbox}")))
            })
            .await
    }
}

fn shown(made: subscription::Subscription, now: kernel::Instant) -> Result<Subscription, ApiError> {
    wire::subscription(made, now).ok_or_else(|| ApiError::of(SubscribeError::NotSubscribable.refusal()))
}
