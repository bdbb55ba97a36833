//! What makes a bill, and when it lets go of what it asks for.

use db::Fault;
use kernel::{Id, Instant, Yen};
use tariff::{DocumentTotals, TooLarge};

use super::{Bill, BillDraft, BillLine, BillState, CancelBillError, LineDraft, OpenBillError};
use crate::reference;

impl From<TooLarge> for OpenBillError {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

/// The bill that the draft asks for.
pub fn draft(draft: &BillDraft, now: Instant) -> Result<Bill, OpenBillError> {
    if draft.lines.is_empty() {
        return Err(OpenBillError::Empty);
    }
    let lines = draft.lines.iter().map(|line| priced(line, now)).collect::<Result<Vec<_>, _>>()?;
    let total = DocumentTotals::of_amounts(lines.iter().map(|line| (line.tax, line.amount)), draft.rounding)?.total;
    let free = total == Yen::ZERO;
    let id = Id::new(now);
    Ok(Bill {
        id,
        reference: reference::of(id),
        subject: draft.subject.clone(),
        payer: draft.payer,
        channel: draft.channel.clone(),
        state: if free { BillState::Paid } else { BillState::Open },
        rounding: draft.rounding,
        total,
        paid: Yen::ZERO,
        refunded: Yen::ZERO,
        due_at: draft.due_at,
        stands: false,
        open_until: None,
        created_at: now,
        closed_at: free.then_some(now),
        version: 1,
        lines,
    })
}

fn priced(line: &LineDraft, now: Instant) -> Result<BillLine, OpenBillError> {
    if line.quantity < 1 || line.unit_amount < Yen::ZERO {
        return Err(OpenBillError::Empty);
    }
    if line.why.amount()? != line.unit_amount {
        return Err(Fault::Unexpected("a price is what its explanation computes").into());
    }
    Ok(BillLine {
        id: Id::new(now),
        kind: line.kind,
        label: line.label.clone(),
        quantity: line.quantity,
        unit_amount: line.unit_amount,
        amount: line.unit_amount.times(line.quantity).ok_or(TooLarge)?,
        tax: line.tax,
        refunded: Yen::ZERO,
        subject: line.subject.clone(),
        why: line.why.clone(),
    })
}

/// Whether there is something to cancel; nothing where it was done before.
pub fn cancellable(bill: &Bill) -> Result<bool, CancelBillError> {
    match bill.state {
        BillState::Cancelled => Ok(false),
        BillState::Paid => Err(CancelBillError::Paid),
        BillState::Open if bill.paid > Yen::ZERO => Err(CancelBillError::PartlyPaid { paid: bill.paid }),
        BillState::Open => Ok(true),
    }
}

pub fn cancel(bill: &mut Bill, now: Instant) {
    bill.state = BillState::Cancelled;
    bill.closed_at = Some(now);
}

/// Counts money for the bill: it is paid when nothing is missing. A cancelled bill asks again.
pub fn count(bill: &mut Bill, amount: Yen, now: Instant) {
    bill.paid = bill.paid + amount;
    let settled = bill.paid == bill.total;
    bill.state = if settled { BillState::Paid } else { BillState::Open };
    bill.closed_at = settled.then_some(now);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Subject;
    use proptest::prelude::*;
    use tariff::{Rounding, TaxRate};
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    pub(crate) const NOW: Instant = datetime!(2026-11-22 03:00:00 UTC);

    pub(crate) fn bill(prices: &[(i64, i64)]) -> BillDraft {
        BillDraft {
            subject: Subject::new("ticket.order", Uuid::from_u128(1)),
            payer: None,
            channel: "counter".into(),
            rounding: Rounding::Down,
            lines: prices
                .iter()
                .map(|&(quantity, price)| LineDraft::listed("S席", quantity, Yen(price), TaxRate::Standard, "prl_1"))
                .collect(),
            due_at: None,
        }
    }

    #[test]
    fn a_bill_is_the_sum_of_its_lines() {
        let bill = draft(&bill(&[(2, 5_500), (1, 220)]), NOW).unwrap();
        assert_eq!((bill.total, bill.state, bill.outstanding()), (Yen(11_220), BillState::Open, Yen(11_220)));
        assert_eq!(bill.totals().unwrap().tax, Yen(1_020));
    }

    #[test]
    fn a_bill_of_nothing_is_paid_at_once() {
        let bill = draft(&bill(&[(3, 0)]), NOW).unwrap();
        assert_eq!((bill.state, bill.closed_at), (BillState::Paid, Some(NOW)));
    }

    #[test]
    fn what_cannot_be_billed_is_refused() {
        assert!(matches!(draft(&bill(&[]), NOW), Err(OpenBillError::Empty)));
        assert!(matches!(draft(&bill(&[(0, 100)]), NOW), Err(OpenBillError::Empty)));
        assert!(matches!(draft(&bill(&[(1, -1)]), NOW), Err(OpenBillError::Empty)));
        assert!(matches!(draft(&bill(&[(2, i64::MAX)]), NOW), Err(OpenBillError::TooLarge)));
    }

    #[test]
    fn a_price_that_its_explanation_does_not_give_is_our_fault() {
        let mut wrong = bill(&[(1, 100)]);
        wrong.lines[0].unit_amount = Yen(99);
        assert!(matches!(draft(&wrong, NOW), Err(OpenBillError::Fault(_))));
    }

    #[test]
    fn a_bill_is_overdue_after_its_deadline_and_its_grace() {
        let mut bill = draft(&bill(&[(1, 100)]), NOW).unwrap();
        bill.due_at = Some(NOW);
        assert!(bill.overdue(NOW));
        bill.open_until = Some(NOW + Duration::DAY);
        assert!(!bill.overdue(NOW) && bill.overdue(NOW + Duration::DAY));
        assert_eq!(bill.asks_until(NOW), bill.open_until);
        assert_eq!(bill.asks_until(NOW - Duration::MICROSECOND), Some(NOW), "the deadline is what is told");
        bill.stands = true;
        assert!(!bill.overdue(NOW + Duration::DAY));
        assert_eq!(bill.asks_until(NOW), None);
    }

    #[test]
    fn money_in_forbids_cancelling() {
        let mut bill = draft(&bill(&[(1, 100)]), NOW).unwrap();
        assert!(cancellable(&bill).unwrap());
        count(&mut bill, Yen(40), NOW);
        assert!(matches!(cancellable(&bill), Err(CancelBillError::PartlyPaid { paid: Yen(40) })));
        count(&mut bill, Yen(60), NOW);
        assert!(matches!(cancellable(&bill), Err(CancelBillError::Paid)));
    }

    proptest! {
        #[test]
        fn a_bill_that_was_called_off_ran_out_if_it_took_no_more_payments_by_then(
            due in prop::option::of(-2i64..3), grace in prop::option::of(-2i64..3), stands: bool,
        ) {
            let at = |days: i64| NOW + Duration::days(days);
            let mut bill = draft(&bill(&[(1, 100)]), NOW).unwrap();
            (bill.due_at, bill.open_until, bill.stands) = (due.map(at), grace.map(at), stands);
            let over = bill.overdue(NOW);
            cancel(&mut bill, NOW);
            prop_assert_eq!(bill.ran_out(at(9)), over);
        }
    }
}
