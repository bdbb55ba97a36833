//! `/v1/venue/slot-sets`

use ::venue::slot_set;
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    venue::slot_set::{SlotSet, SlotSetRequest, SlotSetUpdate},
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
        let of = room.0.map(|room| room.0);
        let list = of.map_or_else(|| "slot sets".to_owned(), |of| format!("slot sets {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| slot_set::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::slot_set(&one)))
    }

    /// Make a set of slots.
    ///
    /// On no day are two sets of a room in force: let the old one end, or give each its season.
    #[oai(path = "/", method = "post", operation_id = "venue_slot_set_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SlotSetRequest>,
    ) -> Result<Created<SlotSet>, ApiError> {
        let (asked, now): (&SlotSetRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = slot_set::create(tx, wire::slot_set_draft(asked), now).await?;
            let at = format!("/v1/venue/slot-sets/{}", made.set.id);
            Ok(Created::new(&wire::slot_set(&made)).at(at).version(made.set.version))
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
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| slot_set::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.set.version, have.0.as_deref(), || wire::slot_set(&found)))
    }

    /// Change a set of slots.
    ///
    /// Only its end: slots that were hired stay as they were. Another set follows it.
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
        let (id, asked, now): (_, &SlotSetUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = match patched(&asked.effective_until) {
                Some(until) => slot_set::end(tx, id, version, until.map(|until| until.0), now).await?,
                None => slot_set::find(tx, id).await?,
            };
            Ok(Done::new(&wire::slot_set(&changed)).version(changed.set.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
