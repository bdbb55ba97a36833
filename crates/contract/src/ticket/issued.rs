//! Tickets on the wire, and the keys that check them.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref};

/// Why a ticket does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum VoidCause {
    /// Its money went back.
    Refunded,
    /// 公演中止.
    PerformanceCancelled,
    /// The house decided so; no money moved.
    House,
}

/// What becomes of the seats and places of void tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeatsAfter {
    /// They are for sale again at once.
    ForSale,
    /// Seats stay blocked until the house unblocks them, and pools shrink by the places.
    OffSale,
}

/// Why a ticket is to be void.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct VoidRequest {
    /// In the words of the house; the gate reads it. No personal data belongs here.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub reason: String,
    /// Absent: for sale again.
    pub seats: Option<SeatsAfter>,
}

/// The right to enter.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Ticket {
    pub id: Ref<kind::Ticket>,
    pub order: Ref<kind::Order>,
    pub performance: Ref<kind::Performance>,
    pub seat: Option<Ref<kind::Seat>>,
    pub pool: Option<Ref<kind::Pool>>,
    pub seat_class: Ref<kind::SeatClass>,
    pub ticket_type: Ref<kind::TicketType>,
    /// 座席番号 or the name of the pool.
    #[oai(validator(max_length = 200))]
    pub place: String,
    pub enter_from: Instant,
    pub enter_until: Instant,
    pub issued_at: Instant,
    pub voided_at: Option<Instant>,
    /// Why it is void.
    pub void_cause: Option<VoidCause>,
    /// Why it is void, in the words of the house.
    #[oai(validator(max_length = 200))]
    pub void_note: Option<String>,
    /// The text for the QR code, at most 120 bytes in Base45, signed; check it with the keys of
    /// `/.well-known/ticket-keys/{tenant}`. Absent on a void ticket.
    #[oai(validator(max_length = 200))]
    pub code: Option<String>,
}

/// The public keys that sign a contractor's tickets: a JSON Web Key Set (RFC 7517, RFC 8037).
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TicketKeys {
    #[oai(validator(max_items = 16))]
    pub keys: Vec<TicketKey>,
}

/// One public key.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TicketKey {
    /// `OKP`
    #[oai(validator(max_length = 10))]
    pub kty: String,
    /// `Ed25519`
    #[oai(validator(max_length = 10))]
    pub crv: String,
    /// `sig`
    #[oai(rename = "use", validator(max_length = 10))]
    pub usage: String,
    /// `EdDSA`
    #[oai(validator(max_length = 10))]
    pub alg: String,
    /// Sixteen hexadecimal digits; a ticket carries the first two as one byte.
    #[oai(validator(max_length = 16))]
    pub kid: String,
    /// The key, base64url.
    #[oai(validator(max_length = 43))]
    pub x: String,
}
