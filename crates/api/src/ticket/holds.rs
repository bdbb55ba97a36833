//! `/v1/ticket/holds`

use contract::{
    ApiError, Created, Done, NoContent, Ref, Shown,
    ticket::hold::{Hold, HoldRequest},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;
use ticket::hold::{self, PlaceHold};

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, tags::Tag};

/// Operations on holds.
pub struct Holds {
    desk: Desk,
}

impl Holds {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/holds", tag = "Tag::Ticket")]
impl Holds {
    /// Place a hold.
    ///
    /// Seats or places stay off sale until the hold is ordered, released or expires: all that was asked for, or nothing. When
    /// a seat is taken the problem names it and up to five free ones near by. A page keeps the `client_secret` of the answer:
    /// it opens the hold and the order that comes of it.
    #[oai(path = "/", method = "post", operation_id = "ticket_hold_create")]
    async fn create(
        &self,
        caller: May<permit::HoldPlaces>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HoldRequest>,
    ) -> Result<Created<Hold>, ApiError> {
        let now = caller.now();
        let ask = &PlaceHold {
            performance: body.performance.0,
            sale_window: body.sale_window.map(|window| window.0),
            audience: wire::audience(&caller),
            selection: wire::selection(body.seats.as_deref(), body.best.as_ref(), body.places.as_ref())?,
        };
        let work = async |tx: &mut TenantTx| {
            let placed = hold::place(tx, ask, now).await?;
            let (location, version) =
                (format!("/v1/ticket/holds/{}", placed.hold.id), wire::hold_version(&placed.hold));
            let secret = placed.secret.expose().to_owned();
            Ok(Created::new(&wire::hold(placed.hold, Some(secret))).at(location).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Loosely, work).await
    }

    /// Read a hold.
    ///
    /// As it is at this moment: an expired hold says so, whether anybody looked before or not.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_hold_view")]
    async fn view(
        &self,
        caller: May<permit::HoldPlaces>,
        id: Path<Ref<kind::Hold>>,
        /// The secret of the hold, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Hold>, ApiError> {
        let (id, proof, now) = (id.0.0, wire::proof(&caller, secret.0.as_deref()), caller.now());
        let work = async |tx: &mut TenantTx| hold::find(tx, id, proof, now).await;
        let hold = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(wire::hold_version(&hold), have.0.as_deref(), || wire::hold(hold, None)))
    }

    /// Keep a hold longer.
    ///
    /// The time of a new hold from now, but not beyond `max_expires_at`.
    #[oai(path = "/:id/extend", method = "post", operation_id = "ticket_hold_extend")]
    async fn extend(
        &self,
        caller: May<permit::HoldPlaces>,
        id: Path<Ref<kind::Hold>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        /// The secret of the hold, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
    ) -> Result<Done<Hold>, ApiError> {
        let (id, proof, now) = (id.0.0, wire::proof(&caller, secret.0.as_deref()), caller.now());
        let work = async |tx: &mut TenantTx| {
            let hold = hold::extend(tx, id, proof, now).await?;
            let version = wire::hold_version(&hold);
            Ok(Done::new(&wire::hold(hold, None)).version(version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Loosely, work).await
    }

    /// Release a hold.
    ///
    /// Its seats and places are free at once.
    #[oai(path = "/:id", method = "delete", operation_id = "ticket_hold_release")]
    async fn release(
        &self,
        caller: May<permit::HoldPlaces>,
        id: Path<Ref<kind::Hold>>,
        /// The secret of the hold, from a page.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
    ) -> Result<NoContent, ApiError> {
        let (id, proof, now) = (id.0.0, wire::proof(&caller, secret.0.as_deref()), caller.now());
        let work = async |tx: &mut TenantTx| hold::release(tx, id, proof, now).await;
        self.desk.db.tenant_relaxed(&caller.scope(), work).await?;
        Ok(NoContent)
    }
}
