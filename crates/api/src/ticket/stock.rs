//! `/v1/ticket/performances/{id}/availability` and `/seats`

use contract::{
    ApiError, Ref, Shown,
    ticket::stock::{Availability, SeatStatus},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    types::ToJSON,
};
use tenancy::permission::permit;
use ticket::stock;

use super::{
    snapshot::{Answer, Snapshots, View},
    wire,
};
use crate::{Desk, May, tags::Tag};

/// What is free.
pub struct Stock {
    desk: Desk,
    snapshots: Snapshots,
}

impl Stock {
    pub fn new(desk: Desk) -> Self {
        Self { desk, snapshots: Snapshots::default() }
    }
}

/// Whether the caller insists on asking the database (RFC 9111, 5.2.1.4). A page may not: there are too many of them.
fn fresh(caller: &May<permit::ReadStock>, wish: Option<&str>) -> bool {
    !caller.is_guest() && wish.is_some_and(|wish| wish.contains("no-cache"))
}

#[OpenApi(prefix_path = "/v1/ticket/performances", tag = "Tag::Ticket")]
impl Stock {
    /// Read how much is free.
    ///
    /// Counts for each seat class and each pool, at most half a second old; with `Cache-Control: no-cache`, which pages may not
    /// ask for, as they are now. Ask again with `If-None-Match`: nothing is sent while nothing changes. What you read may be
    /// gone when you ask for it; hold it and see.
    #[oai(path = "/:id/availability", method = "get", operation_id = "ticket_availability_view")]
    async fn availability(
        &self,
        caller: May<permit::ReadStock>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
        #[oai(name = "Cache-Control", validator(max_length = 200))] wish: Header<Option<String>>,
    ) -> Result<Shown<Availability>, ApiError> {
        let (performance, now) = (id.0.0, caller.now());
        let key = (caller.tenant(), performance, View::Counts);
        let work = async |tx: &mut TenantTx| stock::availability(tx, performance, now).await;
        let read = async {
            let found = self.desk.db.read(&caller.scope(), work).await?;
            let body = wire::availability(performance, &found).to_json_string();
            Ok(Answer { version: contract::answer::digest(&body), body })
        };
        let answer = self.snapshots.answer(key, now, fresh(&caller, wish.0.as_deref()), read).await?;
        Ok(Shown::text(&answer.version, have.0.as_deref(), || answer.body.clone()))
    }

    /// Read which seats are free.
    ///
    /// Two bits for each seat in the order of the seating plan, at most half a second old; with
    /// `Cache-Control: no-cache`, which pages may not ask for, as they are now. Ask again with `If-None-Match`: nothing is
    /// sent while nothing changes.
    #[oai(path = "/:id/seats", method = "get", operation_id = "ticket_seatstatus_view")]
    async fn seats(
        &self,
        caller: May<permit::ReadStock>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
        #[oai(name = "Cache-Control", validator(max_length = 200))] wish: Header<Option<String>>,
    ) -> Result<Shown<SeatStatus>, ApiError> {
        let (performance, now) = (id.0.0, caller.now());
        let key = (caller.tenant(), performance, View::Seats);
        let work = async |tx: &mut TenantTx| stock::seat_map(tx, performance, now).await;
        let read = async {
            let map = self.desk.db.read(&caller.scope(), work).await?;
            let body = wire::seat_status(performance, &map).to_json_string();
            Ok(Answer { version: map.version, body })
        };
        let answer = self.snapshots.answer(key, now, fresh(&caller, wish.0.as_deref()), read).await?;
        Ok(Shown::text(&answer.version, have.0.as_deref(), || answer.body.clone()))
    }
}
