//! `/v1/ticket/pools`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    ticket::stock::{Pool, PoolRequest, PoolResizeRequest},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::pool::{self, PoolDraft};

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag, tenancy::cut};

/// Operations on pools.
pub struct Pools {
    desk: Desk,
}

impl Pools {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/pools", tag = "Tag::Ticket")]
impl Pools {
    /// Create a pool.
    ///
    /// Places without numbers: free seating, standing, or a cap around other pools of the performance.
    #[oai(path = "/", method = "post", operation_id = "ticket_pool_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<PoolRequest>,
    ) -> Result<Created<Pool>, ApiError> {
        let now = caller.now();
        let draft = &PoolDraft {
            performance: body.performance.0,
            seat_class: body.seat_class.map(|class| class.0),
            parent: body.parent.map(|parent| parent.0),
            name: body.name.clone(),
            capacity: body.capacity,
        };
        let work = async |tx: &mut TenantTx| {
            let pool = pool::create(tx, draft, now).await?;
            let location = format!("/v1/ticket/pools/{}", pool.id);
            Ok(Created::new(&wire::pool(pool)).at(location))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// List the pools of a performance.
    ///
    /// In the order of their creation.
    #[oai(path = "/", method = "get", operation_id = "ticket_pool_list")]
    async fn list(
        &self,
        caller: May<permit::ReadStock>,
        performance: Query<Ref<kind::Performance>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Pool>, ApiError> {
        let id = performance.0.0;
        let list = format!("pools {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let pools = self.desk.db.read(&caller.scope(), async |tx: &mut TenantTx| pool::list(tx, id).await).await;
        let page = cut(pools.map_err(ApiError::from)?, &ask, |pool| pool.id.uuid());
        Ok(params::listed(&self.desk.cursor_key, &list, page, wire::pool))
    }

    /// Read a pool.
    ///
    /// With its capacity and what is taken of it.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_pool_view")]
    async fn view(&self, caller: May<permit::ReadStock>, id: Path<Ref<kind::Pool>>) -> Result<Shown<Pool>, ApiError> {
        let work = async |tx: &mut TenantTx| pool::find(tx, id.0.0).await;
        Ok(Shown::new(&wire::pool(self.desk.db.read(&caller.scope(), work).await?)))
    }

    /// Change the capacity of a pool.
    ///
    /// Never below what is taken.
    #[oai(path = "/:id/resize", method = "post", operation_id = "ticket_pool_resize")]
    async fn resize(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::Pool>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<PoolResizeRequest>,
    ) -> Result<Done<Pool>, ApiError> {
        let (id, capacity, now) = (id.0.0, body.capacity, caller.now());
        let work = async |tx: &mut TenantTx| Ok(Done::new(&wire::pool(pool::resize(tx, id, capacity, now).await?)));
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
