//! Which lines can be registered, and what a transfer does to a bill.

use std::collections::HashSet;

use kernel::{Instant, Yen, clock};
use time::Date;

use super::{
    BillState, Identity, MatchError, Reason, RegisterError, Transfer, TransferDraft, TransferState, reference,
};
use crate::Bill;

/// The transfers that the lines make, in the order of the lines.
pub fn transfers(drafts: &[TransferDraft], now: Instant) -> Result<Vec<Transfer>, RegisterError> {
    let today = clock::civil_day(now);
    let mut seen = HashSet::new();
    let mut made = Vec::with_capacity(drafts.len());
    for (at, draft) in drafts.iter().enumerate() {
        if draft.amount < Yen(1) {
            return Err(RegisterError::OfNothing(at));
        }
        if draft.value_date > today {
            return Err(RegisterError::InFuture(at));
        }
        let one = transfer(draft, now);
        if !seen.insert(one.identity.clone()) {
            return Err(RegisterError::Repeated(at));
        }
        made.push(one);
    }
    Ok(made)
}

fn transfer(draft: &TransferDraft, now: Instant) -> Transfer {
    let reference = draft.reference.as_deref().and_then(reference::normal);
    let identity = match &draft.identity {
        Identity::External(id) => format!("id:{id}"),
        Identity::Line(line) => {
            format!("line:{}:{line}:{}", draft.value_date, reference.as_deref().unwrap_or_default())
        }
    };
    let reason = if reference.is_some() { Reason::NotTried } else { Reason::NoReference };
    Transfer {
        id: kernel::Id::new(now),
        identity,
        value_date: draft.value_date,
        amount: draft.amount,
        reference,
        state: TransferState::Unmatched,
        reason: Some(reason),
        difference: None,
        bill_id: None,
        payment_id: None,
        remainder: Yen::ZERO,
        created_at: now,
        matched_at: None,
        returned_at: None,
        version: 1,
    }
}

/// Whether a line that is registered again tells the same.
pub fn same(one: &Transfer, other: &Transfer) -> bool {
    (one.value_date, one.amount, &one.reference) == (other.value_date, other.amount, &other.reference)
}

/// Whether a transfer pays the bill whose number it has, all by itself; otherwise why not, and by how much it differs. All that a bill
/// asked for whose time is over is tried as late money when it was on its way in time.
pub fn judge(bill: &Bill, amount: Yen, value_date: Date, now: Instant) -> Result<(), (Reason, Option<Yen>)> {
    if bill.ran_out(now) && was_in_time(bill, value_date) && amount == bill.missing() {
        return Ok(());
    }
    let difference = amount - bill.outstanding();
    match bill.state {
        BillState::Cancelled => Err((Reason::BillVoid, None)),
        BillState::Paid => Err((Reason::BillPaid, None)),
        BillState::Open if bill.overdue(now) => Err((Reason::BillOverdue, None)),
        BillState::Open if difference < Yen::ZERO => Err((Reason::Short, Some(difference))),
        BillState::Open if difference > Yen::ZERO => Err((Reason::Over, Some(difference))),
        BillState::Open => Ok(()),
    }
}

/// Whether money of this day came in while a bill took payments. A statement knows the day, not the moment: the whole last day is in time,
/// and the last day is that of its grace.
fn was_in_time(bill: &Bill, value_date: Date) -> bool {
    bill.closes_at().is_some_and(|until| value_date <= clock::last_day(until))
}

/// How much of a transfer pays the bill that somebody chose.
pub fn payable(bill: &Bill, amount: Yen, keep_remainder: bool, now: Instant) -> Result<Yen, MatchError> {
    let missing = bill.missing();
    match bill.state {
        BillState::Paid => return Err(MatchError::Paid),
        BillState::Cancelled if amount < missing => return Err(MatchError::Cancelled { missing }),
        BillState::Open if bill.overdue(now) && amount < missing => return Err(MatchError::Overdue { missing }),
        BillState::Open | BillState::Cancelled => {}
    }
    if amount > missing && !keep_remainder {
        return Err(MatchError::TooMuch { outstanding: missing });
    }
    Ok(if amount < missing { amount } else { missing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill::rules::{
        self,
        tests::{NOW, bill},
    };
    use proptest::prelude::*;
    use time::{
        Duration,
        macros::{date, datetime},
    };

    fn line(identity: Identity, amount: i64) -> TransferDraft {
        TransferDraft {
            identity,
            value_date: date!(2026 - 11 - 22),
            amount: Yen(amount),
            reference: Some("12-34".into()),
        }
    }

    #[test]
    fn a_line_is_known_by_its_own_id_or_by_its_place() {
        let made = transfers(&[line(Identity::External("A1".into()), 1), line(Identity::Line(3), 1)], NOW).unwrap();
        let identities: Vec<_> = made.iter().map(|one| one.identity.as_str()).collect();
        assert_eq!(identities, ["id:A1", "line:2026-11-22:3:1234"]);
    }

    #[test]
    fn what_cannot_have_come_in_is_refused_with_its_line() {
        let good = line(Identity::Line(1), 1);
        let with = |other: TransferDraft| transfers(&[good.clone(), other], NOW);
        assert!(matches!(with(line(Identity::Line(2), 0)), Err(RegisterError::OfNothing(1))));
        assert!(matches!(with(good.clone()), Err(RegisterError::Repeated(1))));
        let tomorrow = TransferDraft { value_date: date!(2026 - 11 - 23), ..line(Identity::Line(2), 1) };
        assert!(matches!(with(tomorrow), Err(RegisterError::InFuture(1))));
    }

    #[test]
    fn all_of_a_bill_that_was_on_its_way_by_the_last_day_is_tried_after_it() {
        // the end of the twentieth in Japan
        let due_at = datetime!(2026-11-20 15:00 UTC);
        let mut bill = rules::draft(&bill(&[(1, 1_000)]), NOW).unwrap();
        bill.due_at = Some(due_at);
        let judged = |bill: &Bill, amount, day| judge(bill, Yen(amount), day, NOW);
        assert_eq!(judged(&bill, 1_000, date!(2026 - 11 - 20)), Ok(()));
        assert_eq!(judged(&bill, 1_000, date!(2026 - 11 - 21)), Err((Reason::BillOverdue, None)));
        assert_eq!(judged(&bill, 999, date!(2026 - 11 - 20)), Err((Reason::BillOverdue, None)));
        rules::cancel(&mut bill, NOW);
        assert_eq!(judged(&bill, 1_000, date!(2026 - 11 - 20)), Ok(()));
        assert_eq!(judged(&bill, 1_000, date!(2026 - 11 - 21)), Err((Reason::BillVoid, None)));
        rules::cancel(&mut bill, due_at - Duration::MICROSECOND);
        let told = judged(&bill, 1_000, date!(2026 - 11 - 20));
        assert_eq!(told, Err((Reason::BillVoid, None)), "somebody else had ended it");
        // the last moment is in the middle of a day
        rules::cancel(&mut bill, NOW);
        bill.due_at = Some(datetime!(2026-11-20 01:00 UTC));
        assert_eq!(judged(&bill, 1_000, date!(2026 - 11 - 20)), Ok(()));
        bill.due_at = None;
        assert_eq!(judged(&bill, 1_000, date!(2026 - 11 - 20)), Err((Reason::BillVoid, None)));
    }

    #[test]
    fn the_last_day_of_a_bill_is_that_of_its_grace_unless_somebody_called_it_off_by_then() {
        let mut bill = rules::draft(&bill(&[(1, 1_000)]), NOW).unwrap();
        // the ends of the eighteenth and of the twentieth in Japan
        let until = datetime!(2026-11-20 15:00 UTC);
        (bill.due_at, bill.open_until) = (Some(datetime!(2026-11-18 15:00 UTC)), Some(until));
        let judged = |bill: &Bill, day| judge(bill, Yen(1_000), day, NOW);
        assert_eq!(judged(&bill, date!(2026 - 11 - 20)), Ok(()));
        assert_eq!(judged(&bill, date!(2026 - 11 - 21)), Err((Reason::BillOverdue, None)));
        rules::cancel(&mut bill, until);
        assert_eq!(judged(&bill, date!(2026 - 11 - 20)), Ok(()));
        assert_eq!(judged(&bill, date!(2026 - 11 - 21)), Err((Reason::BillVoid, None)));
        rules::cancel(&mut bill, until - Duration::MICROSECOND);
        assert_eq!(judged(&bill, date!(2026 - 11 - 18)), Err((Reason::BillVoid, None)));
        // one that stands takes money to this day
        rules::cancel(&mut bill, NOW);
        bill.stands = true;
        assert_eq!(judged(&bill, date!(2026 - 11 - 18)), Err((Reason::BillVoid, None)));
    }

    proptest! {
        #[test]
        fn only_exactly_what_is_open_pays_by_itself(total in 1i64..100_000, paid in 0i64..100_000, amount in 1i64..200_000) {
            let mut bill = rules::draft(&bill(&[(1, total)]), NOW).unwrap();
            if paid < total {
                rules::count(&mut bill, Yen(paid), NOW);
                let open = total - paid;
                let expected = match amount.cmp(&open) {
                    std::cmp::Ordering::Less => Err((Reason::Short, Some(Yen(amount - open)))),
                    std::cmp::Ordering::Equal => Ok(()),
                    std::cmp::Ordering::Greater => Err((Reason::Over, Some(Yen(amount - open)))),
                };
                prop_assert_eq!(judge(&bill, Yen(amount), date!(2026 - 11 - 22), NOW), expected);
            }
        }

        #[test]
        fn no_choice_pays_more_than_is_open(total in 1i64..100_000, paid in 0i64..100_000, amount in 1i64..200_000, keep: bool) {
            let mut bill = rules::draft(&bill(&[(1, total)]), NOW).unwrap();
            if paid < total {
                rules::count(&mut bill, Yen(paid), NOW);
                match payable(&bill, Yen(amount), keep, NOW) {
                    Ok(pays) => prop_assert!(pays.0 <= total - paid && pays.0 <= amount && pays.0 > 0),
                    Err(_) => prop_assert!(!keep && amount > total - paid),
                }
            }
        }
    }
}
