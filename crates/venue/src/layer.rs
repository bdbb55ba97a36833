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
    behind,
    catalogue::{CatalogueError, expect_effective, expect_nothing_behind, expect_version},
    closure::Collision,
    facility, room,
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
    /// Why it closes times that were let already: the house's own words.
    pub closed_despite: Option<String>,
}

/// On which days a layer holds: every condition that is given must be met. A list that is given is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayerRule {
    /// 1 is Monday, 7 Sunday. Nothing: every day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekdays: Option<Vec<u8>>,
    /// Which of them in the month, from 1; −1 is the last. Nothing: each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<Vec<i8>>,
    /// Month × 100 + day, both included; over New Year when the first is the greater.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<(i32, i32)>,
    /// Only on holidays, or never on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holidays: Option<bool>,
    /// Half-open stretches of days. Nothing: at any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Vec<(Date, Date)>>,
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
    /// Why it closes times that were let already.
    pub despite: Option<String>,
}

/// A layer with its rule and hours as they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    pub layer: Layer,
    pub rule: LayerRule,
    pub hours: Option<Hours>,
}

impl Layer {
    /// Reads what it says.
    ///
    /// # Errors
    /// A [`Fault`]: what was let in can be read. A rule that cannot must never pass for another.
    pub fn read(self) -> Result<Laid, Fault> {
        let unread = |_| Fault::Unexpected("a layer that was laid can be read");
        let rule = serde_json::from_value(self.rule.clone()).map_err(unread)?;
        let hours = self.hours.clone().map(serde_json::from_value).transpose().map_err(unread)?;
        Ok(Laid { layer: self, rule, hours })
    }
}

/// Lays a layer over those there are.
///
/// # Errors
/// [`CatalogueError`]: `Effective`, `Layer`, `NoSuch` facility, or room in it; `Behind` with what was let for times that it closes,
/// unless it says why.
pub async fn create(tx: &mut TenantTx, draft: LayerDraft, now: Instant) -> Result<Laid, CatalogueError> {
    let despite = draft.despite.clone();
    let mut laid = drawn(tx, draft, now).await?;
    facility::lock(tx, laid.layer.facility_id).await?;
    let found = behind::layer(tx, (None, Some(&laid)), now).await?;
    laid.layer.closed_despite = expect_nothing_behind(found, despite)?;
    let layer = &laid.layer;
    sql::insert(tx, layer).await?;
    journal(tx, now, &events::LayerCreated { layer: layer.id }).await?;
    Ok(laid)
}

/// What was let for times that a layer would close, in the order of time, at most 200. Nothing is laid.
///
/// # Errors
/// [`CatalogueError`]: `Effective`, `Layer`, `NoSuch` facility, or room in it.
pub async fn preview(tx: &mut TenantTx, draft: LayerDraft, now: Instant) -> Result<Vec<Collision>, CatalogueError> {
    let laid = drawn(tx, draft, now).await?;
    behind::layer(tx, (None, Some(&laid)), now).await
}

/// A layer as it would be laid.
async fn drawn(tx: &mut TenantTx, draft: LayerDraft, now: Instant) -> Result<Laid, CatalogueError> {
    expect_effective(draft.effective_from, draft.effective_until)?;
    rules::expect_sound(&draft)?;
    if let Some(room) = draft.room {
        let known = room::sql::find(tx, room).await?.is_some_and(|room| room.facility_id == draft.facility);
        known.then_some(()).ok_or(CatalogueError::NoSuch("room"))?;
    }
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
        hours: draft.hours.as_ref().map(|hours| written(serde_json::to_value(hours))).transpose()?,
        day_class: draft.day_class.map(str::to_owned),
        effective_from: draft.effective_from,
        effective_until: draft.effective_until,
        created_at: now,
        updated_at: now,
        version: 1,
        closed_despite: None,
    };
    Ok(Laid { layer, rule: draft.rule, hours: draft.hours })
}

/// Finds a layer.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(tx: &mut TenantTx, id: CalendarLayerId) -> Result<Laid, CatalogueError> {
    Ok(sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.read()?)
}

/// Lists the layers of a facility, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<FacilityId>, page: &PageAsk) -> Result<Page<Laid>, Fault> {
    let rows = sql::list(tx, of, page).await?.into_iter().map(Layer::read).collect::<Result<_, _>>()?;
    Ok(Page::from_rows(rows, page, |one: &Laid| one.layer.id.uuid()))
}

/// Ends a layer, or lets it go on: what it said of past days stays said.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`, `Effective`; `Behind` with what was let for times that are closed by that, unless it says why.
pub async fn end(
    tx: &mut TenantTx,
    id: CalendarLayerId,
    version: Option<i32>,
    (until, despite): (Option<Date>, Option<String>),
    now: Instant,
) -> Result<Laid, CatalogueError> {
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.facility_id;
    facility::lock(tx, of).await?;
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, one.version)?;
    let before = one.clone().read()?;
    one.effective_until = until;
    expect_effective(one.effective_from, one.effective_until)?;
    let after = one.clone().read()?;
    let found = behind::layer(tx, (Some(&before), Some(&after)), now).await?;
    one.closed_despite = expect_nothing_behind(found, despite)?.or(one.closed_despite);
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, &events::LayerChanged { layer: id, version: one.version }).await?;
    Ok(one.read()?)
}
