//! 休館・保守・主催: time in which rooms are not for hire. A closure takes the rooms like a hire does, so it never lies over one.

mod events;
mod rules;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{AtomId, ClosureId, CourseSessionId, FacilityId, HireId, RoomId},
};
use serde_json::{Value, json};
use time::{Date, Duration};
use uuid::Uuid;

use crate::{
    catalogue::{CatalogueError, expect_version},
    facility,
    occupancy::{self, Claim, ClaimError, SourceKind},
    problems,
    schema::closures,
    span::Span,
};

/// The longest closure: 大規模改修 of three years.
pub const LONGEST: Duration = Duration::days(1_096);

/// A closure.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = closures)]
pub struct Closure {
    pub id: ClosureId,
    pub facility_id: FacilityId,
    /// The house's own words.
    pub reason: String,
    /// What everybody may read.
    pub public_label: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Since then it counts no more.
    pub lifted_at: Option<Instant>,
    pub created_at: Instant,
    /// It is of the whole facility: of parts that are made later, too.
    pub whole: bool,
}

impl Closure {
    /// 1, or 2 once it is lifted: nothing else of it changes.
    pub fn version(&self) -> i32 {
        1 + i32::from(self.lifted_at.is_some())
    }
}

/// What a new closure is.
#[derive(Debug, Clone)]
pub struct ClosureDraft {
    pub facility: FacilityId,
    /// At least one; nothing: the whole facility.
    pub rooms: Option<Vec<RoomId>>,
    pub reason: String,
    pub public_label: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

/// Something that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// `hire`, `closure` or `session`.
    pub kind: String,
    /// Its own id, as the wire writes it.
    pub id: String,
    pub room: Option<RoomId>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// It is only held, or waits to be decided, mended or paid: then it goes by itself.
    pub held_until: Option<Instant>,
}

/// What is in the way of a closure, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTheWay {
    /// At most 200.
    pub found: Vec<Collision>,
    /// There is more.
    pub truncated: bool,
}

/// As it is read: what takes the room and its id, the room, from when until when, until when it is held.
pub(crate) type CollisionRow = (String, Uuid, Option<RoomId>, Instant, Instant, Option<Instant>);

impl From<CollisionRow> for Collision {
    fn from((kind, source, room, starts_at, ends_at, held_until): CollisionRow) -> Self {
        let id = named(&kind, source);
        Self { kind, id, room, starts_at, ends_at, held_until }
    }
}

impl Collision {
    /// As a refusal says it.
    pub fn told(&self) -> Value {
        let mut told = json!({ "kind": self.kind, "id": self.id, "starts_at": kernel::clock::written(self.starts_at), "ends_at": kernel::clock::written(self.ends_at) });
        if let Some(members) = told.as_object_mut() {
            members.extend(self.room.map(|room| ("room".to_owned(), room.to_string().into())));
            members
                .extend(self.held_until.map(|until| ("held_until".to_owned(), kernel::clock::written(until).into())));
        }
        told
    }
}

/// What takes a room, by its own id as the wire writes it.
pub(crate) fn named(kind: &str, source: Uuid) -> String {
    match kind {
        "closure" => ClosureId::from_uuid(source).to_string(),
        "session" => CourseSessionId::from_uuid(source).to_string(),
        _ => HireId::from_uuid(source).to_string(),
    }
}

/// Why nothing was closed.
#[derive(Debug, thiserror::Error)]
pub enum ClosureError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("there is no such {0} to belong to")]
    NoSuch(&'static str),
    #[error("no room is named, and the whole facility is not meant")]
    NoRooms,
    #[error("it would end before it begins")]
    Times,
    #[error("it would last too long")]
    TooLong,
    #[error("{} are in the way", .0.found.len())]
    Collides(InTheWay),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ClosureError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoSuch(noun) => problems::NO_SUCH.refuse().fact("noun", *noun),
            Self::NoRooms => problems::CLOSURE_NO_ROOMS.refuse(),
            Self::Times => problems::TIMES.refuse(),
            Self::TooLong => problems::CLOSURE_TOO_LONG.refuse().fact("most_days", LONGEST.whole_days()),
            Self::Collides(InTheWay { found, truncated }) => {
                let told: Vec<Value> = found.iter().map(Collision::told).collect();
                problems::CLOSURE_COLLIDES.refuse().fact("collisions", told).fact("truncated", *truncated)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// The hires, holds and sessions that a closure would lie over. Other closures are not in its way.
///
/// # Errors
/// [`ClosureError`]: `Times`, `TooLong`, `NoRooms`, `NoSuch`.
pub async fn collisions(tx: &mut TenantTx, draft: &ClosureDraft, now: Instant) -> Result<InTheWay, ClosureError> {
    let during = time(draft)?;
    let atoms = parts(tx, draft).await?;
    Ok(rules::told(sql::in_the_way(tx, atoms, during, now).await?))
}

/// Closes rooms, if nothing is in the way. Closures may lie over each other: of what is closed already the new one takes nothing
/// until the other is lifted.
///
/// # Errors
/// [`ClosureError`]: `Times`, `TooLong`, `NoRooms`, `NoSuch`, `Collides` with what is in the way.
pub async fn create(tx: &mut TenantTx, draft: ClosureDraft, now: Instant) -> Result<Closure, ClosureError> {
    let during = time(&draft)?;
    // under this lock parts are made as well: none is that the closure does not see
    lock(tx, draft.facility).await?;
    let atoms = parts(tx, &draft).await?;
    let found = sql::in_the_way(tx, atoms.clone(), during, now).await?;
    if !found.is_empty() {
        return Err(ClosureError::Collides(rules::told(found)));
    }
    let closure = Closure {
        id: ClosureId::new(now),
        facility_id: draft.facility,
        reason: draft.reason,
        public_label: draft.public_label,
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        lifted_at: None,
        created_at: now,
        whole: draft.rooms.is_none(),
    };
    sql::insert(tx, &closure).await?;
    sql::insert_atoms(tx, closure.id, atoms.clone()).await?;
    let closed = sql::closed(tx, atoms.clone(), during).await?;
    let claims = rules::claims(closure.id, during, &atoms, &closed);
    // nobody rushes to close a house: holds that ran out may go in this very transaction
    occupancy::expire(tx, &claims, now).await?;
    match occupancy::claim(tx, SourceKind::Closure, &claims, None).await {
        Ok(()) => {}
        Err(ClaimError::Taken { .. }) => {
            return Err(ClosureError::Collides(rules::told(sql::in_the_way(tx, atoms, during, now).await?)));
        }
        Err(ClaimError::Fault(fault)) => return Err(fault.into()),
    }
    journal(tx, now, &events::ClosureCreated { closure: closure.id }).await?;
    Ok(closure)
}

/// Finds a closure.
///
/// # Errors
/// [`ClosureError::Absent`].
pub async fn find(tx: &mut TenantTx, id: ClosureId) -> Result<Closure, ClosureError> {
    sql::find(tx, id).await?.ok_or(ClosureError::Absent)
}

/// Lists the closures of a facility, or all, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, of: Option<FacilityId>, page: &PageAsk) -> Result<Page<Closure>, Fault> {
    Ok(Page::from_rows(sql::list(tx, of, page).await?, page, |one| one.id.uuid()))
}

/// Whether a closure is in the version that was meant. Where one is, nobody lifts it until the transaction ends.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn expect(tx: &mut TenantTx, id: ClosureId, version: Option<i32>) -> Result<(), CatalogueError> {
    if version.is_none() {
        return Ok(());
    }
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.facility_id;
    facility::lock(tx, of).await?;
    let closure = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, closure.version())
}

/// Opens again what a closure took, as far as no other closure is about it. Lifting it twice is lifting it once.
///
/// # Errors
/// [`ClosureError::Absent`].
pub async fn lift(tx: &mut TenantTx, id: ClosureId, now: Instant) -> Result<Closure, ClosureError> {
    let facility = find(tx, id).await?.facility_id;
    lock(tx, facility).await?;
    let mut closure = sql::find_for_update(tx, id).await?.ok_or(ClosureError::Absent)?;
    if closure.lifted_at.is_none() {
        closure.lifted_at = Some(now);
        occupancy::release(tx, &[id.uuid()]).await?;
        sql::lift(tx, id, now).await?;
        inherit(tx, &closure).await?;
        journal(tx, now, &events::ClosureLifted { closure: id }).await?;
    }
    Ok(closure)
}

/// Closures of a whole facility take parts that were made a moment ago, under the facility's row lock.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn extend(
    tx: &mut TenantTx,
    facility: FacilityId,
    fresh: Vec<AtomId>,
    now: Instant,
) -> Result<(), Fault> {
    if fresh.is_empty() {
        return Ok(());
    }
    let heirs = sql::extend(tx, facility, fresh, now).await?;
    take(tx, &rules::extended(&heirs)).await
}

/// When all of a facility is closed, from the first of some days until the last.
///
/// # Errors
/// A [`Fault`].
pub(crate) async fn of_whole(
    tx: &mut TenantTx,
    facility: FacilityId,
    (first, last): (Date, Date),
) -> Result<Vec<Span>, Fault> {
    let days = Span::of_day(first).zip(Span::of_day(last)).map(|(first, last)| first.with(last));
    match days {
        Some(during) => sql::whole(tx, facility, during).await,
        None => Ok(Vec::new()),
    }
}

/// What other closures are about, and this one had, they take now.
async fn inherit(tx: &mut TenantTx, lifted: &Closure) -> Result<(), Fault> {
    let heirs = sql::others(tx, lifted.id).await?;
    let Some(during) = Span::new(lifted.starts_at, lifted.ends_at).filter(|_| !heirs.is_empty()) else { return Ok(()) };
    let atoms = heirs.iter().flat_map(|heir| heir.atoms.iter().copied()).collect();
    let closed = sql::closed(tx, atoms, during).await?;
    take(tx, &rules::inherited(&heirs, during, closed)).await
}

/// Takes what nobody else can have.
async fn take(tx: &mut TenantTx, claims: &[Claim]) -> Result<(), Fault> {
    match occupancy::claim(tx, SourceKind::Closure, claims, None).await {
        Ok(()) => Ok(()),
        Err(ClaimError::Taken { .. }) => Err(Fault::Unexpected("what was closed or made a moment ago is nobody's")),
        Err(ClaimError::Fault(fault)) => Err(fault),
    }
}

/// Those who close and open a facility come one at a time.
async fn lock(tx: &mut TenantTx, id: FacilityId) -> Result<(), ClosureError> {
    match facility::lock(tx, id).await {
        Ok(_) => Ok(()),
        Err(CatalogueError::Fault(fault)) => Err(fault.into()),
        Err(_) => Err(ClosureError::NoSuch("facility")),
    }
}

/// The time that a closure is about.
fn time(draft: &ClosureDraft) -> Result<Span, ClosureError> {
    let during = Span::new(draft.starts_at, draft.ends_at).ok_or(ClosureError::Times)?;
    if during.until() - during.from() > LONGEST { Err(ClosureError::TooLong) } else { Ok(during) }
}

/// The parts that a closure is about.
async fn parts(tx: &mut TenantTx, draft: &ClosureDraft) -> Result<Vec<AtomId>, ClosureError> {
    if draft.rooms.as_ref().is_some_and(Vec::is_empty) {
        return Err(ClosureError::NoRooms);
    }
    let (known, atoms) = sql::atoms(tx, draft.facility, draft.rooms.clone().unwrap_or_default()).await?;
    if !known {
        return Err(ClosureError::NoSuch("facility"));
    }
    if atoms.is_empty() {
        return Err(ClosureError::NoSuch("room"));
    }
    Ok(atoms)
}
