//! Closures on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Date, Instant, Ref};

/// 休館・保守・主催: time in which rooms are not for hire.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Closure {
    pub id: Ref<kind::Closure>,
    pub facility: Ref<kind::Facility>,
    /// The house's own words.
    #[oai(validator(max_length = 200))]
    pub reason: String,
    /// What everybody reads in the calendar.
    #[oai(validator(max_length = 100))]
    pub public_label: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// Since then it counts no more.
    pub lifted_at: Option<Instant>,
    pub created_at: Instant,
    /// It is of the whole facility, parts included that are made later.
    pub whole_facility: bool,
}

/// A closure to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ClosureRequest {
    pub facility: Ref<kind::Facility>,
    /// Of the facility, at least one; absent: all of it, parts included that are made later.
    #[oai(validator(max_items = 100))]
    pub rooms: Option<Vec<Ref<kind::Room>>>,
    /// The house's own words.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub reason: String,
    /// What everybody reads in the calendar.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub public_label: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

/// What takes a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CollisionKind {
    Hire,
    Closure,
    /// 講座の回.
    Session,
}

/// Something that is in the way of a closure or an end.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Collision {
    pub kind: CollisionKind,
    /// Its own id.
    #[oai(validator(max_length = 40))]
    pub id: String,
    pub room: Option<Ref<kind::Room>>,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// It is only held, or waits to be decided, mended or paid: then it goes by itself.
    pub held_until: Option<Instant>,
}

/// What a closure would lie over.
#[derive(Debug, Clone, Object)]
pub struct ClosurePreview {
    /// In the order of time, at most 200. Empty: nothing is in the way.
    #[oai(validator(max_items = 200))]
    pub collisions: Vec<Collision>,
    /// There is more in the way than is listed.
    pub truncated: bool,
}

/// An end that somebody thinks about.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct EndRequest {
    /// 廃止日: not any more from this day on.
    pub effective_until: Date,
}

/// What was let for after an end.
#[derive(Debug, Clone, Object)]
pub struct EndPreview {
    /// In the order of time, at most 200. Empty: nothing stands behind it.
    #[oai(validator(max_items = 200))]
    pub collisions: Vec<Collision>,
}
