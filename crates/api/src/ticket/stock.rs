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
};
use sha2::{Digest, Sha256};
use tenancy::permission::permit;
use ticket::stock;

use super::wire;
use crate::{Desk, May, tags::Tag};

/// What is free.
pub struct Stock {
    desk: Desk,
}

impl Stock {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/performances", tag = "Tag::Ticket")]
impl Stock {
    /// Read how much is free.
    ///
    /// Counts for each seat class and each pool. Ask again with `If-None-Match`: nothing is sent while nothing changes. What
    /// you read may be gone when you ask for it; hold it and see.
    #[oai(path = "/:id/availability", method = "get", operation_id = "ticket_availability_view")]
    async fn availability(
        &self,
        caller: May<permit::ReadStock>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Availability>, ApiError> {
        let (performance, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| stock::availability(tx, performance, now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let version = digest(&format!("{found:?}"));
        Ok(Shown::version(version, have.0.as_deref(), || wire::availability(performance, &found)))
    }

    /// Read which seats are free.
    ///
    /// Two bits for each seat in the order of the seating plan. Ask again with `If-None-Match`: nothing is sent while nothing
    /// changes.
    #[oai(path = "/:id/seats", method = "get", operation_id = "ticket_seatstatus_view")]
    async fn seats(
        &self,
        caller: May<permit::ReadStock>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SeatStatus>, ApiError> {
        let (performance, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| stock::seat_map(tx, performance, now).await;
        let map = self.desk.db.read(&caller.scope(), work).await?;
        let version = map.version.clone();
        Ok(Shown::version(version, have.0.as_deref(), || wire::seat_status(performance, &map)))
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
