//! What is asked for places, and what is told of them.

use db::Remark;
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, PatronId, PersonId},
};
use uuid::Uuid;

use super::State;

/// One application that is somewhere else than before: what bills and letters are made from, in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub application: CourseApplicationId,
    /// Absent: it has just been made.
    pub from: Option<State>,
    pub to: State,
    /// Until when it is to be accepted or paid.
    pub due_at: Option<Instant>,
}

/// How an application is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    FirstCome,
    Draw,
    Screening,
    /// Seated by the staff, past the line and from the places held back.
    Staff,
}

/// What somebody does in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Participant,
    /// Comes along, does not learn.
    Companion,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Companion => "companion",
        }
    }

    /// What is kept reads back.
    pub(crate) fn of_kept(text: &str) -> Self {
        if text == Self::Companion.as_str() { Self::Companion } else { Self::Participant }
    }
}

/// A party that applies. Whether it may, and at what price, has been decided.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: CourseApplicationId,
    pub class: CourseClassId,
    pub window: ApplicationWindowId,
    /// The same for the parts of a family that may be split.
    pub party: Uuid,
    pub applicant: PatronId,
    /// Places it takes, in the unit of the class; at least 1.
    pub units: i32,
    pub people: Vec<(PersonId, Role)>,
    /// Every other id under which they are kept, of whoever was merged into them.
    pub known_as: Vec<PersonId>,
    /// 世帯, where a limit counts them.
    pub households: Vec<Uuid>,
    pub way: Way,
    /// Why the staff seats it; required for [`Way::Staff`].
    pub reason: Option<Remark>,
    /// Why the staff takes it though who applies is suspended, where they are.
    pub despite: Option<Remark>,
    /// `web`, `counter`, `telephone` or `post`.
    pub channel: &'static str,
    pub received_at: Instant,
    pub receipt_code_hash: Vec<u8>,
    /// The rank in a draw, from 0.
    pub tier: i32,
    pub to_verify: bool,
    /// What it was judged by, sealed for its place.
    pub snapshot: Option<Vec<u8>>,
    pub price: serde_json::Value,
    /// Yen, tax included.
    pub total: i64,
    pub form_version: Option<Uuid>,
}

/// What was made of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub application: CourseApplicationId,
    /// 受付番号, from 1 in the class.
    pub receipt_number: i64,
    /// 抽選番号.
    pub draw_number: Option<i64>,
    pub state: State,
    pub due_at: Option<Instant>,
    /// Its own, after those of whoever ran out before.
    pub moves: Vec<Move>,
}

/// What became of money that came for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    Admitted(Vec<Move>),
    Already(Vec<Move>),
    /// Its place is gone: the money goes back. What ran out meanwhile has moved all the same.
    Lost(Vec<Move>),
}

/// How many places there are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    pub capacity: i32,
    /// Absent: as many as now.
    pub held_back: Option<i32>,
    /// Absent: as many may wait as now. `Some(None)`: as many as like.
    pub waiting_capacity: Option<Option<i32>>,
}

/// What a draw decided, in its order.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    pub seated: Vec<CourseApplicationId>,
    /// 補欠. Everybody else who entered has lost.
    pub standby: Vec<CourseApplicationId>,
    /// Places that were kept for it since its entries were fixed, when nobody waited before it.
    pub promised: i32,
}
