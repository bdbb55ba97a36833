//! What makes a list of seats a seating plan.

use sha2::{Digest, Sha256};

/// A seat as a file or a program describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatDraft {
    pub section: String,
    pub row_label: String,
    pub seat_label: String,
    /// Rows from the stage backwards. Never derived from labels.
    pub row_index: i32,
    /// Places in a row: neighbours differ by one.
    pub position_index: i32,
    /// Unbroken runs of a row: an aisle or a gap begins a new one.
    pub block_index: i32,
    pub x: Option<i32>,
    pub y: Option<i32>,
    /// Smaller is better.
    pub quality_rank: i32,
    pub aisle: bool,
    pub wheelchair: bool,
    pub companion: bool,
    pub restricted_view: bool,
}

impl SeatDraft {
    /// The attributes as files write them, in one order.
    pub fn attributes(&self) -> String {
        let named = [
            (self.aisle, "aisle"),
            (self.companion, "companion"),
            (self.restricted_view, "restricted_view"),
            (self.wheelchair, "wheelchair"),
        ];
        named.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect::<Vec<_>>().join(";")
    }
}

/// Seats a version has at most.
pub const MOST_SEATS: usize = 100_000;

/// SHA-256 over the seats in their order: two files with the same seats have the same checksum, however they are spelt.
pub fn checksum(seats: &[SeatDraft]) -> Vec<u8> {
    let mut digest = Sha256::new();
    for seat in seats {
        let number = |value: Option<i32>| value.map(|value| value.to_string()).unwrap_or_default();
        let fields = [
            seat.section.clone(),
            seat.row_label.clone(),
            seat.seat_label.clone(),
            seat.row_index.to_string(),
            seat.position_index.to_string(),
            seat.block_index.to_string(),
            number(seat.x),
            number(seat.y),
            seat.quality_rank.to_string(),
            seat.attributes(),
        ];
        digest.update(fields.join("\u{1f}").as_bytes());
        digest.update(b"\x1e");
    }
    digest.finalize().to_vec()
}
