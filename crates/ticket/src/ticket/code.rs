//! The text in a ticket's QR code: at most 120 bytes, signed with the tenant's Ed25519 key, checked without any network.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | version, 1 |
//! | 1 | key: the first byte of SHA-256 over the public key |
//! | 4 | tenant: the first bytes of SHA-256 over its id |
//! | 8 | performance: the last bytes of its id (all random bits) |
//! | 8 | serial of the ticket, big-endian |
//! | 4 | entry opens, minutes since 1970, big-endian |
//! | 2 | entry lasts, minutes, big-endian |
//! | 1 + n | ticket type: length and UTF-8, cut at 8 bytes |
//! | 1 + n | seat: length and UTF-8, cut at 18 bytes |
//! | 64 | signature over everything before it |
//!
//! The whole is written in Base45 (RFC 9285), the alphabet that QR codes hold most densely. It names no person. A signature of
//! Ed25519 is a function of key and content, so the text is computed whenever it is shown, and kept nowhere.

use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use kernel::{
    Instant, SigningSeed,
    ids::{PerformanceId, TenantId},
};
use sha2::{Digest, Sha256};

use super::Ticket;

const VERSION: u8 = 1;
const TYPE_BYTES: usize = 8;
const SEAT_BYTES: usize = 18;
const SIGNATURE: usize = 64;
/// No code is longer than this, before it is written in Base45.
pub const MAX_BYTES: usize = 120;

/// Signs the tickets of one tenant.
#[derive(Debug)]
pub struct Printer {
    tenant: TenantId,
    key: SigningKey,
}

impl Printer {
    pub fn new(tenant: TenantId, seed: &SigningSeed) -> Self {
        Self { tenant, key: SigningKey::from_bytes(seed.expose()) }
    }

    /// What a gate needs to know to check the codes of this tenant.
    pub fn public(&self) -> PublicKey {
        PublicKey { tenant: tenant_short(self.tenant), key: self.key.verifying_key() }
    }

    /// The text for the QR code.
    pub fn print(&self, ticket: &Ticket) -> String {
        let mut bytes = Vec::with_capacity(MAX_BYTES);
        bytes.extend([VERSION, key_byte(&self.key.verifying_key())]);
        bytes.extend(tenant_short(self.tenant));
        bytes.extend(performance_short(ticket.performance));
        bytes.extend(ticket.serial.to_be_bytes());
        let opens = u32::try_from(ticket.enter_from.unix_timestamp() / 60).unwrap_or(0);
        let lasts = (ticket.enter_until - ticket.enter_from).whole_minutes();
        bytes.extend(opens.to_be_bytes());
        bytes.extend(u16::try_from(lasts).unwrap_or(u16::MAX).to_be_bytes());
        for (text, most) in [(&ticket.type_code, TYPE_BYTES), (&ticket.place, SEAT_BYTES)] {
            let text = cut(text, most);
            bytes.push(u8::try_from(text.len()).unwrap_or(0));
            bytes.extend(text.bytes());
        }
        bytes.extend(self.key.sign(&bytes).to_bytes());
        base45(&bytes)
    }
}

/// What a gate knows of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    tenant: [u8; 4],
    key: VerifyingKey,
}

impl PublicKey {
    /// The 32 bytes of the Ed25519 public key.
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The name of the key in the published set: eight bytes of SHA-256 over it, in hexadecimal. Codes carry the first byte.
    pub fn id(&self) -> String {
        Sha256::digest(self.key.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads a code and checks its signature. Nothing when it is not this tenant's.
    ///
    /// The space is a symbol of base45 with which a code may begin, and some scanners cut it off: it is put back.
    pub fn read(&self, text: &str) -> Option<Code> {
        let rest = text.trim();
        (0..=2).find_map(|spaces| self.read_exactly(&format!("{:spaces$}{rest}", "")))
    }

    fn read_exactly(&self, text: &str) -> Option<Code> {
        let bytes = unbase45(text)?;
        let (body, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verify(body, &signature).ok()?;
        let mut rest = body;
        let mut take = |n: usize| {
            let (head, tail) = rest.split_at_checked(n)?;
            rest = tail;
            Some(head)
        };
        let known = take(1)? == [VERSION] && take(1)? == [key_byte(&self.key)] && take(4)? == self.tenant;
        if !known {
            return None;
        }
        let performance = take(8)?.try_into().ok()?;
        let serial = i64::from_be_bytes(take(8)?.try_into().ok()?);
        let opens = i64::from(u32::from_be_bytes(take(4)?.try_into().ok()?));
        let lasts = i64::from(u16::from_be_bytes(take(2)?.try_into().ok()?));
        let mut text = || {
            let length = usize::from(*take(1)?.first()?);
            String::from_utf8(take(length)?.to_vec()).ok()
        };
        let (type_code, place) = (text()?, text()?);
        let enter_from = Instant::from_unix_timestamp(opens * 60).ok()?;
        let enter_until = enter_from + time::Duration::minutes(lasts);
        Some(Code { performance, serial, enter_from, enter_until, type_code, place })
    }
}

/// What a genuine code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    performance: [u8; 8],
    pub serial: i64,
    pub enter_from: Instant,
    pub enter_until: Instant,
    pub type_code: String,
    pub place: String,
}

impl Code {
    /// Whether it is for this performance.
    pub fn is_for(&self, performance: PerformanceId) -> bool {
        self.performance == performance_short(performance)
    }
}

fn key_byte(key: &VerifyingKey) -> u8 {
    Sha256::digest(key.as_bytes()).first().copied().unwrap_or(0)
}

fn tenant_short(tenant: TenantId) -> [u8; 4] {
    let digest = Sha256::digest(tenant.uuid().as_bytes());
    digest.first_chunk().copied().unwrap_or_default()
}

fn performance_short(performance: PerformanceId) -> [u8; 8] {
    performance.uuid().as_bytes().last_chunk().copied().unwrap_or_default()
}

/// At most `most` bytes of a text, whole characters only.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

const BASE45: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

fn base45(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let mut value = pair.iter().fold(0usize, |value, &byte| value * 256 + usize::from(byte));
        for _ in 0..=pair.len() {
            text.push(BASE45.get(value % 45).copied().map_or('0', char::from));
            value /= 45;
        }
    }
    text
}

fn unbase45(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        let mut value = 0usize;
        for &symbol in group.iter().rev() {
            value = value * 45 + BASE45.iter().position(|&known| known == symbol)?;
        }
        match group.len() {
            3 => bytes.extend(u16::try_from(value).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(value).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use kernel::ids::{OrderId, OrderLineId, SeatClassId, TicketId, TicketTypeId};
    use proptest::prelude::*;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    fn ticket(place: &str, type_code: &str, serial: i64) -> Ticket {
        let id = Uuid::from_u128(0x0199_0000_0000_7000_8000_0123_4567_89ab);
        Ticket {
            id: TicketId::from_uuid(id),
            order: OrderId::from_uuid(id),
            order_line: OrderLineId::from_uuid(id),
            performance: PerformanceId::from_uuid(id),
            seat: None,
            pool: None,
            seat_class: SeatClassId::from_uuid(id),
            ticket_type: TicketTypeId::from_uuid(id),
            serial,
            place: place.into(),
            type_code: type_code.into(),
            enter_from: datetime!(2026-12-24 09:30 UTC),
            enter_until: datetime!(2026-12-24 13:00 UTC),
            issued_at: datetime!(2026-12-01 00:00 UTC),
            voided_at: None,
            void_cause: None,
            void_note: None,
        }
    }

    fn printer(tenant: u128, seed: u8) -> Printer {
        Printer::new(TenantId::from_uuid(Uuid::from_u128(tenant)), &SigningSeed::new([seed; 32]))
    }

    #[test]
    fn base45_is_that_of_rfc_9285() {
        assert_eq!(base45(b"Hello!!"), "%69 VD92EX0");
        assert_eq!(base45(b"base-45"), "UJCLQE7W581");
        assert_eq!(unbase45("QED8WEX0"), Some(b"ietf!".to_vec()));
        assert_eq!(unbase45(":::"), None);
    }

    #[test]
    fn a_code_reads_back_with_the_public_key_alone() {
        let printer = printer(7, 1);
        let ticket = ticket("1階 7-12", "adult", 42);
        let code = printer.public().read(&printer.print(&ticket)).unwrap();
        assert_eq!((code.serial, code.place.as_str(), code.type_code.as_str()), (42, "1階 7-12", "adult"));
        assert_eq!((code.enter_from, code.enter_until), (ticket.enter_from, ticket.enter_until));
        assert!(code.is_for(ticket.performance));
        assert!(!code.is_for(PerformanceId::from_uuid(Uuid::nil())));
    }

    #[test]
    fn a_code_that_begins_with_a_space_is_read_also_when_a_scanner_cut_it_off() {
        let unlucky = (0..=255)
            .map(|seed| printer(7, seed))
            .find(|printer| printer.print(&ticket("A", "adult", 42)).starts_with(' '));
        let printer = unlucky.unwrap();
        let text = printer.print(&ticket("A", "adult", 42));
        for given in [text.clone(), format!("{text}\r\n"), text.trim().to_owned(), format!(" {text} ")] {
            assert_eq!(printer.public().read(&given).map(|code| code.serial), Some(42), "{given:?}");
        }
    }

    #[test]
    fn the_code_of_another_tenant_or_key_is_not_read() {
        let text = printer(7, 1).print(&ticket("A", "adult", 42));
        assert!(printer(7, 2).public().read(&text).is_none());
        assert!(printer(8, 1).public().read(&text).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_code_is_longer_than_promised_and_every_changed_byte_is_noticed(
            place: String, type_code: String, serial in 0..i64::MAX, at: prop::sample::Index, flip in 1u8..
        ) {
            let printer = printer(7, 1);
            let bytes = unbase45(&printer.print(&ticket(&place, &type_code, serial))).unwrap();
            prop_assert!(bytes.len() <= MAX_BYTES);
            let mut forged = bytes.clone();
            let at = at.index(forged.len());
            forged[at] ^= flip;
            prop_assert!(printer.public().read(&base45(&forged)).is_none());
            prop_assert!(printer.public().read(&base45(&bytes)).is_some());
        }

        #[test]
        fn no_text_crashes_the_reader(text: String) {
            prop_assert!(printer(7, 1).public().read(&text).is_none());
        }
    }
}
