//! 休館・保守・主催: time in which rooms are not for hire. A closure takes the rooms like a hire does, so it never lies over one.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{ClosureId, CourseSessionId, FacilityId, HireId, RoomId},
};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::{
    occupancy::{self, Claim, ClaimError, SourceKind},
    problems,
    schema::closures,
    span::Span,
};

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
}

/// What a new closure is.
#[derive(Debug, Clone)]
pub struct ClosureDraft {
    pub facility: FacilityId,
    /// Empty: the whole facility.
    pub rooms: Vec<RoomId>,
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
    #[error("it would end before it begins")]
    Times,
    #[error("{} are in the way", .0.len())]
    Collides(Vec<Collision>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ClosureError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoSuch(noun) => problems::NO_SUCH.refuse().fact("noun", *noun),
            Self::Times => problems::TIMES.refuse(),
            Self::Collides(found) => {
                let at = |at: Instant| at.to_offset(kernel::JST).format(&Rfc3339).unwrap_or_default();
                let told = found.iter().map(|one| {
                    json!({ "kind": one.kind, "id": one.id, "starts_at": at(one.starts_at), "ends_at": at(one.ends_at) })
                });
                problems::CLOSURE_COLLIDES.refuse().fact("collisions", told.collect::<Vec<_>>())
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Everything that a closure would lie over, in the order of time.
///
/// # Errors
/// [`ClosureError`]: `Times`, `NoSuch`.
pub async fn collisions(tx: &mut TenantTx, draft: &ClosureDraft, now: Instant) -> Result<Vec<Collision>, ClosureError> {
    let (during, atoms) = reach(tx, draft).await?;
    Ok(sql::in_the_way(tx, atoms, during, now).await?)
}

/// Closes rooms, if nothing is in the way.
///
/// # Errors
/// [`ClosureError`]: `Times`, `NoSuch`, `Collides` with everything that is in the way.
pub async fn create(tx: &mut TenantTx, draft: ClosureDraft, now: Instant) -> Result<Closure, ClosureError> {
    let (during, atoms) = reach(tx, &draft).await?;
    let found = sql::in_the_way(tx, atoms.clone(), during, now).await?;
    if !found.is_empty() {
        return Err(ClosureError::Collides(found));
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
    };
    let claims = [Claim { source: closure.id.uuid(), room: None, atoms: atoms.clone(), during }];
    // nobody rushes to close a house: holds that ran out may go in this very transaction
    occupancy::expire(tx, &claims, now).await?;
    match occupancy::claim(tx, SourceKind::Closure, &claims, None).await {
        Ok(()) => {}
        Err(ClaimError::Taken { .. }) => {
            // the parts that this closure did get are not in its own way
            occupancy::release(tx, &[closure.id.uuid()]).await?;
            return Err(ClosureError::Collides(sql::in_the_way(tx, atoms, during, now).await?));
        }
        Err(ClaimError::Fault(fault)) => return Err(fault.into()),
    }
    sql::insert(tx, &closure).await?;
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

/// Opens again what a closure took. Lifting it twice is lifting it once.
///
/// # Errors
/// [`ClosureError::Absent`].
pub async fn lift(tx: &mut TenantTx, id: ClosureId, now: Instant) -> Result<Closure, ClosureError> {
    let mut closure = sql::find_for_update(tx, id).await?.ok_or(ClosureError::Absent)?;
    if closure.lifted_at.is_none() {
        closure.lifted_at = Some(now);
        occupancy::release(tx, &[id.uuid()]).await?;
        sql::lift(tx, id, now).await?;
        journal(tx, now, &events::ClosureLifted { closure: id }).await?;
    }
    Ok(closure)
}

/// The time and the parts that a closure is about.
async fn reach(tx: &mut TenantTx, draft: &ClosureDraft) -> Result<(Span, Vec<kernel::ids::AtomId>), ClosureError> {
    let during = Span::new(draft.starts_at, draft.ends_at).ok_or(ClosureError::Times)?;
    let (known, atoms) = sql::atoms(tx, draft.facility, draft.rooms.clone()).await?;
    if !known {
        return Err(ClosureError::NoSuch("facility"));
    }
    if atoms.is_empty() {
        return Err(ClosureError::NoSuch("room"));
    }
    Ok((during, atoms))
}
