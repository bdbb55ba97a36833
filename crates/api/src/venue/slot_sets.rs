//! `/v1/venue/slot-sets`

use ::venue::{slot_set, succession};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::{
        closure::{EndPreview, EndRequest},
        slot_set::{SlotSet, SlotSetRequest, SlotSetSuccession, SlotSetUpdate},
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
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, params::patched, tags::Tag};

/// Operations on a set of slotss.
pub struct SlotSets {
    desk: Desk,
}

impl SlotSets {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/slot-sets", tag = "Tag::Venue")]
impl SlotSets {
    /// List slot sets.
    ///
    /// Of one room, or of all. Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_slot_set_list")]
    async fn list(
        &self,
        caller: May<permit::ReadRooms>,
        room: Query<Option<Ref<kind::Room>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<SlotSet>, ApiError> {
        let house = caller.of_the_house();
        let of = room.0.map(|room| room.0);
        let list = of.map_or_else(|| "slot sets".to_owned(), |of| format!("slot sets {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| slot_set::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::slot_sets::slot_set(&one, house)))
    }

    /// Make a set of slots.
    ///
    /// For a room that is hired by slots. On no day are two sets of a room in force: let the old one end, or give each its season.
    #[oai(path = "/", method = "post", operation_id = "venue_slot_set_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SlotSetRequest>,
    ) -> Result<Created<SlotSet>, ApiError> {
        let house = caller.of_the_house();
        let (asked, now): (&SlotSetRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = slot_set::create(tx, wire::slot_sets::slot_set_draft(asked), now).await?;
            let at = format!("/v1/venue/slot-sets/{}", made.set.id);
            Ok(Created::new(&wire::slot_sets::slot_set(&made, house)).at(at).version(made.set.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a set of slots.
    ///
    /// Its slots in the order of the day, and when it is in force.
    #[oai(path = "/:id", method = "get", operation_id = "venue_slot_set_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::SlotSet>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SlotSet>, ApiError> {
        let house = caller.of_the_house();
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| slot_set::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.set.version, have.0.as_deref(), || wire::slot_sets::slot_set(&found, house)))
    }

    /// Change a set of slots.
    ///
    /// Only its end: slots that were hired stay as they were. An earlier end is refused with what was let by them for after it, unless
    /// `despite` says why. Another set follows it.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_slot_set_update")]
    async fn update(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::SlotSet>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SlotSetUpdate>,
    ) -> Result<Done<SlotSet>, ApiError> {
        let house = caller.of_the_house();
        let (id, asked, now): (_, &SlotSetUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = match patched(&asked.effective_until) {
                Some(until) => {
                    let until = (until.map(|until| until.0), asked.despite.clone());
                    slot_set::end(tx, id, version, until, now).await?
                }
                None => slot_set::find(tx, id).await?,
            };
            Ok(Done::new(&wire::slot_sets::slot_set(&changed, house)).version(changed.set.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// See what stands behind the end of a set of slots.
    ///
    /// Hires and holds by its slots for that day or later. Nothing is changed.
    #[oai(path = "/:id/end/preview", method = "post", operation_id = "venue_slot_set_end_preview")]
    async fn end_preview(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::SlotSet>>,
        body: Body<EndRequest>,
    ) -> Result<Shown<EndPreview>, ApiError> {
        let (id, from, now) = (id.0.0, body.effective_until.0, caller.now());
        let work = async |tx: &mut TenantTx| slot_set::behind(tx, id, from, now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::closures::end_preview(&found)))
    }

    /// Change slots from a day on.
    ///
    /// The set ends before that day, and other slots follow it for as long as it would have been in force. What was let by slots that
    /// stay the same stays; what was let by the others is listed and refuses that, unless `despite` says why.
    #[oai(path = "/:id/succeed", method = "post", operation_id = "venue_slot_set_succeed")]
    async fn succeed(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::SlotSet>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SlotSetSuccession>,
    ) -> Result<Created<SlotSet>, ApiError> {
        let (house, now) = (caller.of_the_house(), caller.now());
        let (id, asked, version) = (id.0.0, &body, params::version(if_match.0.as_deref())?);
        let work = async |tx: &mut TenantTx| {
            let made = succession::slot_set(tx, id, version, wire::slot_sets::slot_set_succession(asked), now).await?;
            let at = format!("/v1/venue/slot-sets/{}", made.set.id);
            Ok(Created::new(&wire::slot_sets::slot_set(&made, house)).at(at).version(made.set.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
