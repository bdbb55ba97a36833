//! From what was recorded to what is priced.

use kernel::{Instant, JST};
use tariff::hire::{ExtensionUse, HireAsk};

use crate::{
    application::ApplicationError,
    hire::{Hire, UseRecord},
    span::Span,
};

/// Whether this can be recorded now: what is over of a use that has begun. Who comes early begins early; that nobody came is known
/// when it was to begin. An end that is as agreed may be recorded while people are still there.
pub(super) fn recordable(hire: &Hire, record: &UseRecord, now: Instant) -> Result<(), ApplicationError> {
    let agreed = Span::new(hire.starts_at, hire.ends_at);
    if !record.no_show && !agreed.is_some_and(|agreed| agreed.overlaps(record.during)) {
        return Err(ApplicationError::Beside { starts: hire.starts_at, ends: hire.ends_at });
    }
    let begins = if record.no_show { hire.starts_at } else { hire.starts_at.min(record.during.from()) };
    if now < begins {
        return Err(ApplicationError::NotYet { from: hire.starts_at });
    }
    if !record.no_show && record.during.until() != hire.ends_at && now < record.during.until() {
        return Err(ApplicationError::NotYet { from: record.during.until() });
    }
    Ok(())
}

/// The ask as it really was: overtime before and after becomes extensions, begun minutes counted; heads and meters are those that
/// were recorded. Who did not come, or left early, pays what was agreed.
pub(super) fn as_used(mut asked: HireAsk, hires: &[Hire]) -> HireAsk {
    for (room, hire) in asked.uses.iter_mut().zip(hires) {
        let Some(UseRecord { during, heads, meters, no_show }) = hire.record() else { continue };
        if no_show {
            continue;
        }
        let clock = |at: kernel::Instant| {
            let at = at.to_offset(JST);
            format!("{:02}:{:02}", at.hour(), at.minute())
        };
        let minutes = |from: kernel::Instant, until: kernel::Instant| {
            let seconds = (until - from).whole_seconds();
            seconds / 60 + i64::from(seconds % 60 > 0)
        };
        if during.from() < hire.starts_at {
            let early = minutes(during.from(), hire.starts_at);
            room.extensions.push(ExtensionUse { from: clock(during.from()), minutes: early });
        }
        if hire.ends_at < during.until() {
            let late = minutes(hire.ends_at, during.until());
            room.extensions.push(ExtensionUse { from: clock(hire.ends_at), minutes: late });
        }
        room.heads = heads.or(room.heads);
        if !meters.is_empty() {
            room.meters = meters;
        }
    }
    asked
}
