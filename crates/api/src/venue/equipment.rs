//! `/v1/venue/equipment`

use ::venue::{equipment, succession};
use contract::{
    ApiError, Created, Date, Done, Listed, Ref, Shown,
    venue::{
        closure::{EndPreview, EndRequest},
        equipment::{Equipment, EquipmentAvailability, EquipmentRequest, EquipmentSuccession, EquipmentUpdate},
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

/// Operations on an item of equipments.
pub struct EquipmentItems {
    desk: Desk,
}

impl EquipmentItems {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/equipment", tag = "Tag::Venue")]
impl EquipmentItems {
    /// List equipment.
    ///
    /// Of one facility, or of all. Oldest first.
    #[oai(path = "/", method = "get", operation_id = "venue_equipment_list")]
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
    ) -> Result<Listed<Equipment>, ApiError> {
        let house = caller.of_the_house();
        let of = facility.0.map(|facility| facility.0);
        let list = of.map_or_else(|| "equipment".to_owned(), |of| format!("equipment {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| equipment::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::equipment(&one, house)))
    }

    /// Make an item of equipment.
    ///
    /// How many there are, in which unit, and how long each use keeps them busy.
    #[oai(path = "/", method = "post", operation_id = "venue_equipment_create")]
    async fn create(
        &self,
        caller: May<permit::WriteRooms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<EquipmentRequest>,
    ) -> Result<Created<Equipment>, ApiError> {
        let house = caller.of_the_house();
        let (asked, now): (&EquipmentRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = equipment::create(tx, wire::equipment_draft(asked), now).await?;
            let at = format!("/v1/venue/equipment/{}", made.id);
            Ok(Created::new(&wire::equipment(&made, house)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read an item of equipment.
    ///
    /// How many there are, and how many one hire may have.
    #[oai(path = "/:id", method = "get", operation_id = "venue_equipment_view")]
    async fn view(
        &self,
        caller: May<permit::ReadRooms>,
        id: Path<Ref<kind::Equipment>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Equipment>, ApiError> {
        let house = caller.of_the_house();
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| equipment::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::equipment(&found, house)))
    }

    /// Change an item of equipment.
    ///
    /// What is left out stays as it is; `null` clears. There are never fewer than are claimed for one moment to come. An earlier end is
    /// refused with what was let for after it, unless `despite` says why.
    #[oai(path = "/:id", method = "patch", operation_id = "venue_equipment_update")]
    async fn update(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Equipment>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<EquipmentUpdate>,
    ) -> Result<Done<Equipment>, ApiError> {
        let house = caller.of_the_house();
        let (id, asked, now): (_, &EquipmentUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = equipment::update(tx, id, version, wire::equipment_change(asked), now).await?;
            Ok(Done::new(&wire::equipment(&changed, house)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// See what stands behind the end of an item of equipment.
    ///
    /// Hires and holds that have it on that day or later. Nothing is changed.
    #[oai(path = "/:id/end/preview", method = "post", operation_id = "venue_equipment_end_preview")]
    async fn end_preview(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Equipment>>,
        body: Body<EndRequest>,
    ) -> Result<Shown<EndPreview>, ApiError> {
        let (id, from, now) = (id.0.0, body.effective_until.0, caller.now());
        let work = async |tx: &mut TenantTx| equipment::behind(tx, id, from, now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::closures::end_preview(&found)))
    }

    /// Change an item of equipment from a day on.
    ///
    /// The item ends before that day, and another follows it under its code. What was let of it for later is let of the other, which must
    /// be enough, also for what is still out from the day before. Hires that have more than `max_per_hire` of the other are listed and
    /// refuse that, unless `despite` says why.
    #[oai(path = "/:id/succeed", method = "post", operation_id = "venue_equipment_succeed")]
    async fn succeed(
        &self,
        caller: May<permit::WriteRooms>,
        id: Path<Ref<kind::Equipment>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<EquipmentSuccession>,
    ) -> Result<Created<Equipment>, ApiError> {
        let (house, now) = (caller.of_the_house(), caller.now());
        let (id, asked, version) = (id.0.0, &body, params::version(if_match.0.as_deref())?);
        let work = async |tx: &mut TenantTx| {
            let made = succession::equipment(tx, id, version, wire::equipment_succession(asked), now).await?;
            let at = format!("/v1/venue/equipment/{}", made.id);
            Ok(Created::new(&wire::equipment(&made, house)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// See how many of an item are left.
    ///
    /// As a step function over days: what is held or hired, with the gaps that the item needs, is not left.
    #[oai(path = "/:id/availability", method = "get", operation_id = "venue_equipment_availability_view")]
    async fn availability(
        &self,
        caller: May<permit::ReadRoomCalendar>,
        id: Path<Ref<kind::Equipment>>,
        /// The first day.
        from: Query<Date>,
        /// How many days; 7 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "31")))]
        days: Query<Option<u16>>,
    ) -> Result<Shown<EquipmentAvailability>, ApiError> {
        let (id, now, days) = (id.0.0, caller.now(), params::days(from.0, days.0));
        let work = async |tx: &mut TenantTx| equipment::availability(tx, id, days, now).await;
        let steps = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::equipment_availability(id, days, &steps)))
    }
}
