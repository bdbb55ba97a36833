//! `/v1/venue/rooms`

use ::venue::{room, succession};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::{
        closure::{EndPreview, EndRequest},
        room::{Room, RoomRelations, RoomRequest, RoomSuccession, RoomUpdate},
    },
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on a rooms.
pub struct Rooms {
    desk: Desk,
}

impl Rooms {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/rooms", tag = "Tag::Venue")]
impl Rooms {
    /// List rooms.
    ///
    /// Of one facility, or of all. Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_room_list")]
    async fn list(
        &self,
        caller: May<permit::ReadRooms>,
        facility: Query<Option<Ref<kind::Facility>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Room>, ApiError> {
        let house = caller.of_the_house();
        let of = facility.0.map(|facility| facility.0);
        let list = of.map_or_else(|| "rooms".to_owned(), |of| format!("rooms {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| room::list(tx, of, house, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::rooms::room(&one, house)))
    }

    /// Make a room.
    ///
    /// A room is made of parts: rooms that share a part are never hired at the same time, in whatever combination.
    #[oai(path = "/", method = "post", operation_id = "venue_room_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<RoomRequest>,
    ) -> Result<Created<Room>, ApiError> {
        let house = caller.of_the_house();
        let (asked, now): (&RoomRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = room::create(tx, wire::rooms::room_draft(asked), now).await?;
            let at = format!("/v1/venue/rooms/{}", made.room.id);
            Ok(Created::new(&wire::rooms::room(&made, house)).at(at).version(made.room.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a room.
    ///
    /// What it is made of, by what it is hired, what is kept free beside each use.
    #[oai(path = "/:id", method = "get", operation_id = "venue_room_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::Room>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Room>, ApiError> {
        let (id, house) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| room::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.room.version, have.0.as_deref(), || wire::rooms::room(&found, house)))
    }

    /// Change a room.
    ///
    /// What is left out stays as it is; `null` clears. Its parts and its time unit stay: what was hired was hired with them. An earlier
    /// end is refused with what was let for after it, unless `despite` says why.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_room_update")]
    async fn update(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Room>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<RoomUpdate>,
    ) -> Result<Done<Room>, ApiError> {
        let house = caller.of_the_house();
        let (id, asked, now): (_, &RoomUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = room::update(tx, id, version, wire::rooms::room_change(asked), now).await?;
            Ok(Done::new(&wire::rooms::room(&changed, house)).version(changed.room.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read what a room takes with it.
    ///
    /// The rooms that share a part with it: the halves of a hall, and the hall.
    #[oai(path = "/:id/relations", method = "get", operation_id = "venue_room_relations_view")]
    async fn relations(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::Room>>,
    ) -> Result<Shown<RoomRelations>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| room::sharing(tx, id, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let blocks = found.into_iter().map(Into::into).collect();
        Ok(Shown::new(&RoomRelations { room: id.into(), blocks }))
    }

    /// See what stands behind the end of a room.
    ///
    /// Hires, holds and sessions that took this room for that day or later. Nothing is changed.
    #[oai(path = "/:id/end/preview", method = "post", operation_id = "venue_room_end_preview")]
    async fn end_preview(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Room>>,
        body: Body<EndRequest>,
    ) -> Result<Shown<EndPreview>, ApiError> {
        let (id, from, now) = (id.0.0, body.effective_until.0, caller.now());
        let work = async |tx: &mut TenantTx| room::behind(tx, id, from, now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::closures::end_preview(&found)))
    }

    /// Change a room from a day on.
    ///
    /// The room ends before that day, and another follows it under its code: with other parts, another time unit, other gaps. Its slots,
    /// its layers of the calendar and the rooms it comes with go on. What was let for later is listed and refuses that, unless
    /// `despite` says why; it stays as it was let. Parts that the room did not have are refused with `venue.room.parts_in_use`, `despite` or
    /// not, as long as anything has its parts on that day or later: move or end that first.
    #[oai(path = "/:id/succeed", method = "post", operation_id = "venue_room_succeed")]
    async fn succeed(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Room>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<RoomSuccession>,
    ) -> Result<Created<Room>, ApiError> {
        let (house, now) = (caller.of_the_house(), caller.now());
        let (id, asked, version) = (id.0.0, &body, params::version(if_match.0.as_deref())?);
        let work = async |tx: &mut TenantTx| {
            let made = succession::room(tx, id, version, wire::rooms::room_succession(asked), now).await?;
            let at = format!("/v1/venue/rooms/{}", made.room.id);
            Ok(Created::new(&wire::rooms::room(&made, house)).at(at).version(made.room.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
