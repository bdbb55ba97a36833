//! From what was recorded to what is priced.

use db::Fault;
use kernel::{JST, Yen, ids::HireId};
use tariff::hire::{ChargeShare, ExtensionUse, HireAsk};

use crate::{
    application::{BillItem, rules::label},
    hire::{Hire, UseRecord},
    hire_quote::Priced,
};

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
        room.heads = heads;
        if !meters.is_empty() {
            room.meters = meters;
        }
    }
    asked
}

/// What is still to be paid, on the hire that became dearest; or what goes back, from those that became cheaper.
pub(super) fn differences(
    hires: &[Hire],
    was: &[ChargeShare],
    is: &[ChargeShare],
    after: &Priced,
) -> Result<(Vec<BillItem>, Vec<(HireId, Yen)>), Fault> {
    let sum = |share: &ChargeShare| share.room + share.equipment;
    let mut by_hire: Vec<(usize, Yen)> = was.iter().zip(is).map(|(was, is)| sum(is) - sum(was)).enumerate().collect();
    by_hire.sort_by_key(|(_, more)| *more);
    let total: Yen = by_hire.iter().map(|(_, more)| *more).sum();
    if total > Yen::ZERO {
        let planned = after.quote.planned()?;
        let dearest = by_hire.last().and_then(|(at, _)| hires.get(*at).zip(planned.get(*at)));
        let (hire, one) = dearest.ok_or(Fault::Unexpected("a settlement has hires"))?;
        let label = format!("精算差額 {}", label(one));
        let (amount, tax, quote) = (total, after.charge.tax.rate, after.quote.id);
        return Ok((vec![BillItem { hire: hire.id, label, amount, tax, quote }], Vec::new()));
    }
    let mut left = Yen::ZERO - total;
    let mut refunds = Vec::new();
    for (at, more) in by_hire {
        let back = (Yen::ZERO - more).min(left);
        if let Some(hire) = hires.get(at).filter(|_| back > Yen::ZERO) {
            refunds.push((hire.id, back));
            left = left - back;
        }
    }
    Ok((Vec::new(), refunds))
}
