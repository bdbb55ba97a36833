//! Who may enter, and when.

use kernel::{
    Actor, Instant,
    ids::{PerformanceId, TicketId},
};

use super::AdmitError;
use crate::ticket::Cause;

/// A ticket as a gate has to know it, with the times of its performance as they are now.
#[derive(Debug, Clone)]
pub struct Found {
    pub ticket: TicketId,
    pub performance: PerformanceId,
    pub place: String,
    pub type_code: String,
    /// Since when it is void, why, and why in the words of the house.
    pub voided: Option<(Instant, Option<Cause>, Option<String>)>,
    /// Whether the performance was called off.
    pub cancelled: bool,
    pub doors_at: Instant,
    pub ends_at: Instant,
}

/// Whether the ticket opens this gate now.
///
/// # Errors
/// [`AdmitError`]: the first reason why not.
pub fn may_enter(found: &Found, performance: PerformanceId, now: Instant) -> Result<(), AdmitError> {
    if let Some((at, cause, note)) = found.voided.clone() {
        return Err(AdmitError::Voided { at, cause, note });
    }
    if found.performance != performance {
        return Err(AdmitError::WrongPerformance { performance: found.performance });
    }
    if found.cancelled {
        return Err(AdmitError::Cancelled);
    }
    if now < found.doors_at {
        return Err(AdmitError::NotYetOpen { opens_at: found.doors_at });
    }
    if now >= found.ends_at {
        return Err(AdmitError::Over { ended_at: found.ends_at });
    }
    Ok(())
}

/// Whose nonces these are: the gate's key, or whoever stands in for a gate.
pub fn device(actor: &Actor) -> String {
    actor.id().unwrap_or_else(|| actor.kind().to_owned())
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_ticket_opens_its_own_performance_from_doors_to_end() {
        let (doors_at, ends_at) = (datetime!(2026-12-24 09:30 UTC), datetime!(2026-12-24 13:00 UTC));
        let performance = PerformanceId::from_uuid(Uuid::from_u128(1));
        let found = Found {
            ticket: TicketId::from_uuid(Uuid::nil()),
            performance,
            place: "1-1".into(),
            type_code: "adult".into(),
            voided: None,
            cancelled: false,
            doors_at,
            ends_at,
        };
        assert!(may_enter(&found, performance, doors_at).is_ok());
        let early = may_enter(&found, performance, doors_at - Duration::SECOND);
        assert!(matches!(early, Err(AdmitError::NotYetOpen { .. })));
        assert!(matches!(may_enter(&found, performance, ends_at), Err(AdmitError::Over { .. })));
        let other = PerformanceId::from_uuid(Uuid::from_u128(2));
        assert!(matches!(may_enter(&found, other, doors_at), Err(AdmitError::WrongPerformance { .. })));
        let void = Found { voided: Some((doors_at, Some(Cause::Refunded), None)), ..found };
        assert!(matches!(may_enter(&void, performance, doors_at), Err(AdmitError::Voided { .. })));
    }
}
