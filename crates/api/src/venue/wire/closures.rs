//! Closures, and what is in the way of them and of ends.

use ::venue::closure::{self, ClosureDraft};
use contract::venue::closure::{Closure, ClosurePreview, ClosureRequest, Collision, CollisionKind, EndPreview};

pub fn closure(one: &closure::Closure) -> Closure {
    Closure {
        id: one.id.into(),
        facility: one.facility_id.into(),
        reason: one.reason.clone(),
        public_label: one.public_label.clone(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        lifted_at: one.lifted_at.map(Into::into),
        created_at: one.created_at.into(),
        whole_facility: one.whole,
    }
}

pub fn closure_draft(ask: &ClosureRequest) -> ClosureDraft {
    ClosureDraft {
        facility: ask.facility.0,
        rooms: ask.rooms.as_ref().map(|rooms| rooms.iter().map(|room| room.0).collect()),
        reason: ask.reason.clone(),
        public_label: ask.public_label.clone(),
        starts_at: ask.starts_at.0,
        ends_at: ask.ends_at.0,
    }
}

pub fn collision(one: &closure::Collision) -> Collision {
    Collision {
        kind: match one.kind.as_str() {
            "hire" => CollisionKind::Hire,
            "closure" => CollisionKind::Closure,
            _ => CollisionKind::Session,
        },
        id: one.id.clone(),
        room: one.room.map(Into::into),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        held_until: one.held_until.map(Into::into),
    }
}

/// What a closure would lie over.
pub fn preview(found: &closure::InTheWay) -> ClosurePreview {
    ClosurePreview { collisions: found.found.iter().map(collision).collect(), truncated: found.truncated }
}

/// What stands behind an end.
pub fn end_preview(found: &[closure::Collision]) -> EndPreview {
    EndPreview { collisions: found.iter().map(collision).collect() }
}
