//! `/v1/ticket/performances/{id}/house-seats`

use contract::{
    ApiError, Done, Listed, Ref,
    ticket::block::{BlockedSeat, SeatBlock, SeatBlockRequest, SeatUnblockRequest},
};
use db::TenantTx;
use kernel::ids::{SeatId, kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::block;

use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// House seats.
pub struct Blocks {
    desk: Desk,
}

impl Blocks {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

fn ids(seats: &[Ref<kind::Seat>]) -> Vec<SeatId> {
    let mut ids: Vec<SeatId> = seats.iter().map(|seat| seat.0).collect();
    ids.sort();
    ids.dedup();
    ids
}

#[OpenApi(prefix_path = "/v1/ticket/performances", tag = "Tag::Ticket")]
impl Blocks {
    /// List house seats.
    ///
    /// The seats that are kept off sale, with the reasons.
    #[oai(path = "/:id/house-seats", method = "get", operation_id = "ticket_houseseat_list")]
    async fn list(
        &self,
        caller: May<permit::BlockSeats>,
        id: Path<Ref<kind::Performance>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<BlockedSeat>, ApiError> {
        let id = id.0.0;
        let list = format!("house seats {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| block::list(tx, id, ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |blocked| BlockedSeat {
            seat: blocked.seat.into(),
            place: blocked.place,
            reason: blocked.reason,
        }))
    }

    /// Keep seats off sale.
    ///
    /// All of them or none: when one is held or sold, the problem lists those in `held` and `sold`, and nothing changes.
    #[oai(path = "/:id/house-seats/block", method = "post", operation_id = "ticket_houseseat_block")]
    async fn block(
        &self,
        caller: May<permit::BlockSeats>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<SeatBlockRequest>,
    ) -> Result<Done<SeatBlock>, ApiError> {
        let (id, seats, reason, now) = (id.0.0, &ids(&body.seats), body.reason.as_str(), caller.now());
        let work = async |tx: &mut TenantTx| {
            block::block(tx, id, seats, reason, now).await?;
            let seats = seats.iter().map(|seat| (*seat).into()).collect();
            Ok(Done::new(&SeatBlock { performance: id.into(), seats, reason: Some(reason.to_owned()) }))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Give house seats back to the sale.
    ///
    /// They are free at once. Seats that are not blocked stay as they are.
    #[oai(path = "/:id/house-seats/unblock", method = "post", operation_id = "ticket_houseseat_unblock")]
    async fn unblock(
        &self,
        caller: May<permit::BlockSeats>,
        id: Path<Ref<kind::Performance>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<SeatUnblockRequest>,
    ) -> Result<Done<SeatBlock>, ApiError> {
        let (id, seats, now) = (id.0.0, &ids(&body.seats), caller.now());
        let work = async |tx: &mut TenantTx| {
            block::unblock(tx, id, seats, now).await?;
            let seats = seats.iter().map(|seat| (*seat).into()).collect();
            Ok(Done::new(&SeatBlock { performance: id.into(), seats, reason: None }))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
