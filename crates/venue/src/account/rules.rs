//! Who owes whom what when an application costs something else.

use std::convert::Infallible;

use kernel::{Yen, ids::HireId};
use tariff::hire::ChargeShare;

use super::{Difference, Received};
use crate::hire::Hire;

/// What each hire has of the charge.
pub type Shares = Vec<(HireId, ChargeShare)>;

fn sum(shares: &[(HireId, ChargeShare)]) -> Yen {
    shares.iter().map(|(_, share)| share.sum()).sum()
}

/// What of these amounts is a hire's, yen.
pub(crate) fn of(amounts: &[(HireId, Yen)], hire: HireId) -> Yen {
    amounts.iter().find(|(known, _)| *known == hire).map_or(Yen::ZERO, |(_, yen)| *yen)
}

fn share_of(shares: &[(HireId, ChargeShare)], hire: HireId) -> ChargeShare {
    let nothing = ChargeShare { room: Yen::ZERO, equipment: Yen::ZERO };
    shares.iter().find(|(known, _)| *known == hire).map_or(nothing, |(_, share)| *share)
}

/// The shares without what the last change asked for and is not paid. Rooms are paid before equipment.
fn but_unpaid(shares: &[(HireId, ChargeShare)], received: &Received) -> Shares {
    let less = |(hire, share): &(HireId, ChargeShare)| {
        let rest = (share.sum() - of(&received.unpaid, *hire)).max(Yen::ZERO);
        let room = share.room.min(rest);
        (*hire, ChargeShare { room, equipment: rest - room })
    };
    shares.iter().map(less).collect()
}

/// What of each share was paid: of each hire first what came in for it, and never more altogether than came in. Rooms are paid
/// before equipment. What the last change asked for and is not paid, nothing else pays for.
pub fn paid(shares: &[(HireId, ChargeShare)], received: &Received) -> Shares {
    let shares = but_unpaid(shares, received);
    let own = shares.iter().map(|(hire, share)| share.sum().min(received.of(*hire)));
    let mut left = sum(&shares).min(received.total()) - own.clone().sum::<Yen>();
    let with = |((hire, share), own): (&(HireId, ChargeShare), Yen)| {
        let more = (share.sum() - own).min(left);
        left = left - more;
        let room = share.room.min(own + more);
        (*hire, ChargeShare { room, equipment: own + more - room })
    };
    shares.iter().zip(own.collect::<Vec<_>>()).map(with).collect()
}

/// What was kept of earlier differences: what came in beyond what is charged and paid.
pub fn kept(shares: &[(HireId, ChargeShare)], received: &Received) -> Yen {
    (received.total() - sum(&but_unpaid(shares, received))).max(Yen::ZERO)
}

/// What of that is each hire's: of those first for which more came in than they cost, of each as much as that is; what is kept beside
/// it is the first one's.
pub fn kept_of_each(shares: &[(HireId, ChargeShare)], received: &Received) -> Vec<(HireId, Yen)> {
    let beyond = |(hire, share): &(HireId, ChargeShare)| {
        let room = (received.of(*hire) - share.sum()).max(Yen::ZERO);
        (*hire, ChargeShare { room, equipment: Yen::ZERO })
    };
    let beyond: Shares = but_unpaid(shares, received).iter().map(beyond).collect();
    let kept = kept(shares, received);
    let own = spread(&beyond, kept.min(sum(&beyond)));
    let mut beside = kept - sum(&own);
    let with = |(hire, _): &(HireId, ChargeShare)| {
        (*hire, share_of(&own, *hire).sum() + std::mem::replace(&mut beside, Yen::ZERO))
    };
    shares.iter().map(with).collect()
}

/// What of all that came in is for each hire: what was paid of its share, and what was kept of it. No yen of it is left over.
pub fn of_each(shares: &[(HireId, ChargeShare)], received: &Received) -> Vec<(HireId, Yen)> {
    let (paid, kept) = (paid(shares, received), kept_of_each(shares, received));
    paid.iter().zip(&kept).map(|((hire, paid), (_, kept))| (*hire, paid.sum() + *kept)).collect()
}

/// What of each share is still to be paid.
fn lacking(shares: &[(HireId, ChargeShare)], received: &Received) -> Vec<(HireId, Yen)> {
    let paid = paid(shares, received);
    let lack = shares.iter().zip(&paid).map(|((hire, share), (_, paid))| (*hire, share.sum() - paid.sum()));
    lack.filter(|(_, yen)| *yen > Yen::ZERO).collect()
}

/// What follows when an application costs `is` instead of `was`. What it became cheaper by goes back as far as it was paid, but for
/// what `fee` keeps of each hire's part of it. What was kept of a hire before pays for its own way back and for nothing else: for what
/// that hire becomes dearer by, equipment too, so never for more than it cost before the change that it was kept of. What is still to be
/// paid is owed for each hire that it is missing for.
///
/// # Errors
/// What `fee` refuses with.
pub fn difference<E>(
    was: &[(HireId, ChargeShare)],
    is: &[(HireId, ChargeShare)],
    received: &Received,
    fee: impl Fn(HireId, ChargeShare) -> Result<Yen, E>,
) -> Result<Difference, E> {
    let dearer = |hire: HireId| (share_of(is, hire).sum() - share_of(was, hire).sum()).max(Yen::ZERO);
    let aside = |(hire, kept): (HireId, Yen)| (hire, (kept - dearer(hire)).max(Yen::ZERO));
    let aside: Vec<(HireId, Yen)> = kept_of_each(was, received).into_iter().map(aside).collect();
    let received = received.beyond(&aside);
    let (before, after, came_in) = (sum(was), sum(is), received.total());
    let back = (before - after).min(came_in - after).max(Yen::ZERO);
    let mut found = Difference { owed: lacking(is, &received), ..Difference::default() };
    for (hire, part) in spread(&cheaper(was, is), back) {
        let kept = fee(hire, part)?.clamp(Yen::ZERO, part.sum());
        found.fee = found.fee + kept;
        if part.sum() > kept {
            found.refunds.push((hire, part.sum() - kept));
        }
    }
    Ok(found)
}

/// That nothing is kept.
pub(crate) fn free(_: HireId, _: ChargeShare) -> Result<Yen, Infallible> {
    Ok(Yen::ZERO)
}

/// What follows when what was used costs `is`, and what was agreed cost `was`. What was kept of earlier differences stays kept: it was
/// the price of changing, and pays for nothing that is used beyond what was agreed. All that was used less goes back.
pub fn settled(was: &[(HireId, ChargeShare)], is: &[(HireId, ChargeShare)], received: &Received) -> Difference {
    let Ok(found) = difference(was, is, &received.beyond(&kept_of_each(was, received)), free);
    found
}

/// What the house does not ask for when it took back other hires and these, which cost `is` by themselves, became dearer by it: the
/// whole difference, of each hire as much as is its own.
pub fn waived(was: &[(HireId, ChargeShare)], is: &[(HireId, ChargeShare)]) -> Vec<(HireId, Yen)> {
    let before: Yen = is.iter().map(|(hire, _)| share_of(was, *hire).sum()).sum();
    let dearer = (sum(is) - before).max(Yen::ZERO);
    spread(&cheaper(is, was), dearer).into_iter().map(|(hire, part)| (hire, part.sum())).collect()
}

/// A share without an amount, of which the room goes first; never less than nothing.
pub fn without(share: ChargeShare, amount: Yen) -> ChargeShare {
    let of_room = share.room.min(amount);
    let of_equipment = share.equipment.min(amount - of_room);
    ChargeShare { room: share.room - of_room, equipment: share.equipment - of_equipment }
}

/// By how much each hire became cheaper.
fn cheaper(was: &[(HireId, ChargeShare)], is: &[(HireId, ChargeShare)]) -> Shares {
    let less = |(hire, was): &(HireId, ChargeShare)| {
        let is = share_of(is, *hire);
        let (room, equipment) = (was.room - is.room, was.equipment - is.equipment);
        (*hire, ChargeShare { room: room.max(Yen::ZERO), equipment: equipment.max(Yen::ZERO) })
    };
    was.iter().map(less).collect()
}

/// An amount over parts, as large as they are; no yen is lost or made.
fn spread(parts: &[(HireId, ChargeShare)], amount: Yen) -> Shares {
    let whole = i128::from(sum(parts).0);
    let (mut reached, mut given) = (0i128, 0i128);
    let mut next = |part: Yen| {
        reached += i128::from(part.0);
        let until = if whole == 0 { 0 } else { i128::from(amount.0) * reached / whole };
        let own = until - given;
        given = until;
        Yen(i64::try_from(own).unwrap_or(0))
    };
    let each = |(hire, part): &(HireId, ChargeShare)| {
        (*hire, ChargeShare { room: next(part.room), equipment: next(part.equipment) })
    };
    parts.iter().map(each).filter(|(_, part)| part.sum() > Yen::ZERO).collect()
}

/// What follows when one hire is given up by who hired it, and the others cost `is`: `fee` of what was paid for it is kept.
pub fn given_up(
    was: &[(HireId, ChargeShare)],
    is: &[(HireId, ChargeShare)],
    received: &Received,
    (hire, fee): (HireId, Yen),
) -> Difference {
    let part = share_of(&paid(was, received), hire).sum();
    let fee = fee.clamp(Yen::ZERO, part);
    let spoken_for = fee + kept(was, received);
    let back = (received.total() - sum(is) - spoken_for).clamp(Yen::ZERO, part - fee);
    let owed = lacking(is, &received.without(&[hire], spoken_for));
    let refunds = if back > Yen::ZERO { vec![(hire, back)] } else { Vec::new() };
    Difference { owed, refunds, fee, waived: Vec::new() }
}

/// What follows when the house takes back hires, and the others cost `is`: everything that was paid for them or kept of them goes
/// back. The others do not become dearer by it, and of what they become cheaper by goes back what was paid. What was kept of the others
/// stays kept, and pays for nothing that is still to be paid.
pub fn taken_back(
    was: &[(HireId, ChargeShare)],
    is: &[(HireId, ChargeShare)],
    received: &Received,
    hires: &[HireId],
) -> Difference {
    let theirs = |(hire, yen): &(HireId, Yen)| hires.contains(hire) && *yen > Yen::ZERO;
    let mut refunds: Vec<(HireId, Yen)> = of_each(was, received).into_iter().filter(theirs).collect();
    let back = refunds.iter().map(|(_, yen)| *yen).sum();
    let waived = waived(was, is);
    let asked_for = |(hire, share): &(HireId, ChargeShare)| (*hire, without(*share, of(&waived, *hire)));
    let still: Shares = is.iter().map(asked_for).collect();
    let others = |(hire, _): &(HireId, Yen)| !hires.contains(hire);
    let kept: Vec<(HireId, Yen)> = kept_of_each(was, received).into_iter().filter(others).collect();
    let owed = lacking(&still, &received.beyond(&kept).without(hires, back));
    refunds.extend(too_much(was, is, received, hires));
    Difference { owed, refunds, fee: Yen::ZERO, waived }
}

/// What is to stay on the lines of each hire, yen: what was written down when it was given up, or what of it is said here; all of it
/// where neither is known.
pub fn stays(hires: &[Hire], said: &[(HireId, Yen)]) -> Vec<(HireId, Yen)> {
    let of = |hire: &Hire| said.iter().find(|(known, _)| *known == hire.id).map(|(_, yen)| *yen);
    hires.iter().map(|one| (one.id, one.kept.map(Yen).or_else(|| of(one)).unwrap_or(Yen(i64::MAX)))).collect()
}

/// What is taken from each of these lines of bills when hires get something back, yen: from their own first. What those do not hold,
/// others were billed for: it comes from the lines of those that have more on them than is to stay there, and from any only when
/// nothing else is left. So a document names the hire that the money was paid for.
pub fn drawn(lines: &[(HireId, Yen)], wanted: &[(HireId, Yen)], stays: &[(HireId, Yen)]) -> Vec<Yen> {
    let mut left: Vec<Yen> = lines.iter().map(|(_, yen)| *yen).collect();
    let mut missing = Yen::ZERO;
    for (hire, yen) in wanted {
        missing = missing + *yen - take(lines, &mut left, Some(*hire), *yen);
    }
    for (hire, stays) in stays {
        let there: Yen = lines.iter().zip(&left).filter(|((of, _), _)| of == hire).map(|(_, left)| *left).sum();
        missing = missing - take(lines, &mut left, Some(*hire), missing.min(there - *stays));
    }
    take(lines, &mut left, None, missing);
    lines.iter().zip(left).map(|((_, was), left)| *was - left).collect()
}

/// Takes at most so much from the lines of a hire, or from any, in their order. Says how much that was.
fn take(lines: &[(HireId, Yen)], left: &mut [Yen], from: Option<HireId>, most: Yen) -> Yen {
    let mut taken = Yen::ZERO;
    for ((of, _), left) in lines.iter().zip(left) {
        if from.is_none_or(|hire| hire == *of) {
            let amount = (most - taken).min(*left).max(Yen::ZERO);
            (*left, taken) = (*left - amount, taken + amount);
        }
    }
    taken
}

/// What was paid for the others beyond what they cost by themselves: of those that became cheaper.
fn too_much(
    was: &[(HireId, ChargeShare)],
    is: &[(HireId, ChargeShare)],
    received: &Received,
    ended: &[HireId],
) -> Vec<(HireId, Yen)> {
    let others = |shares: &[(HireId, ChargeShare)]| -> Shares {
        shares.iter().filter(|(hire, _)| !ended.contains(hire)).copied().collect()
    };
    let beyond = (sum(&others(&paid(was, received))) - sum(is)).max(Yen::ZERO);
    spread(&cheaper(&others(was), is), beyond).into_iter().map(|(hire, part)| (hire, part.sum())).collect()
}

#[cfg(test)]
mod tests;
