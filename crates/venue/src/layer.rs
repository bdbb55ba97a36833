//! 開館カレンダーの層: weekly base, season, n-th weekday, holiday, single dates. The last layer that holds a day decides.

mod events;
pub mod rules;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk,
    ids::{CalendarLayerId, FacilityId, RoomId},
};
use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    catalogue::{CatalogueError, expect_effective, expect_version},
    schema::calendar_layers,
};

/// A layer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_layers)]
pub struct Layer {
    pub id: CalendarLayerId,
    pub facility_id: FacilityId,
    /// Nothing: all rooms of the facility.
    pub room_id: Option<RoomId>,
    /// What a closed day is explained by: `月曜休館`.
    pub name: String,
    /// Higher ones decide over lower ones; of two equal ones, that of a room, then the younger.
    pub ordinal: i32,
    pub rule: serde_json::Value,
    pub hours: Option<serde_json::Value>,
    pub day_class: Option<String>,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// On which days a layer holds: every condition that is given must be met.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayerRule {
    /// 1 is Monday, 7 Sunday. Empty: every day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<u8>,
    /// Which of them in the month, from 1; −1 is the last. Empty: each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nth: Vec<i8>,
    /// Month × 100 + day, both included; over New Year when the first is the greater.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<(i32, i32)>,
    /// Only on holidays, or never on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holidays: Option<bool>,
    /// Half-open stretches of days.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<(Date, Date)>,
    /// 振替: when the day is a holiday, the first day after it that is none instead.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub moved_by_holiday: bool,
}

/// Opening, in minutes after midnight, half-open; past 1440 is the next day.
pub type Hours = Vec<(i32, i32)>;

/// What a new layer is.
#[derive(Debug, Clone)]
pub struct LayerDraft {
    pub facility: FacilityId,
    pub room: Option<RoomId>,
    pub name: String,
    pub ordinal: i32,
    pub rule: LayerRule,
    /// Nothing: it says nothing of hours. Empty: closed.
    pub hours: Option<Hours>,
    pub day_class: Option<&'static str>,
    pub effective_from: Date,
    pub effective_until: Option<Date>,
}

impl Layer {
    /// Its rule as it was given.
    pub fn read_rule(&self) -> LayerRule {
        serde_json::from_value(self.rule.clone()).unwrap_or_default()
    }

    /// Its hours as they were given.
    pub fn read_hours(&self) -> Option<Hours> {
        self.hours.clone().and_then(|hours| serde_json::from_value(hours).ok())
    }
}

/// Lays a layer over those there are.
///
/// # Errors
/// [`CatalogueError`]: `Effective`, `Layer`, `NoSuch` facility or room.
pub async fn create(tx: &mut TenantTx, draft: LayerDraft, now: Instant) -> Result<Layer, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    rules::expect_sound(&draft)?;
    let written = |value: Result<serde_json::Value, serde_json::Error>| {
        value.map_err(|_| CatalogueError::Fault(Fault::Unexpected("a layer can be written as JSON")))
    };
    let layer = Layer {
        id: CalendarLayerId::new(now),
        facility_id: draft.facility,
        room_id: draft.room,
        name: draft.name,
        ordinal: draft.ordinal,
        rule: written(serde_json::to_value(&draft.rule))?,
        hours: draft.hours.map(|hours| written(serde_json::to_value(hours))).transpose()?,
        day_class: draft.day_class.map(str::to_owned),
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    sql::insert(tx, &layer).await.map_err(|fault| match fault {
        fault if fault.violates("calendar_layers_facility") => CatalogueError::NoSuch("facility"),
        fault if fault.violates("calendar_layers_room") => CatalogueError::NoSuch("room"),
        fault => fault.into(),
    })?;
    journal(tx, now, &events::LayerCreated { layer: layer.id }).await?;
    Ok(layer)
}

/// Finds a layer.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: CalendarLayerId) -> Result<Layer, CatalogueError> {
    sql::find(tx, id).await?.ok_or(CatalogueError::Absent)
}

/// Lists the layers of a facility, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<FacilityId>, page: &PageAsk) -> Result<Page<Layer>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |one| one.id.uuid()))
}

/// Ends a layer, or lets it go on: what it said of past days stays said.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective`.
pub async fn end(
    tx: &mut TenantTx,
    id: CalendarLayerId,
    version: Option<i32>,
    until: Option<Date>,
    now: Instant,
) -> Result<Layer, CatalogueError> {
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    one.effective_until = until;
    expect_effective(one.effective_from, one.effective_until)?;
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::LayerChanged { layer: id, version: one.version }).await?;
    Ok(one)
}
