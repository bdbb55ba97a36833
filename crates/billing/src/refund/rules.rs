//! How much may go back, and out of what.

use std::collections::HashMap;

use kernel::{Yen, ids::PaymentId};

use super::{RecordRefundError, RefundLine};
use crate::{Bill, BillLine, Payment, PaymentState};

fn left_of(line: &BillLine) -> Yen {
    line.amount - line.refunded
}

/// The parts that go back: those asked for, each within what is left of its line, or all that is left.
pub fn parts(bill: &Bill, asked: &[RefundLine]) -> Result<Vec<RefundLine>, RecordRefundError> {
    if asked.is_empty() {
        let rest: Vec<_> = bill.lines.iter().filter(|line| left_of(line) > Yen::ZERO).map(rest_of).collect();
        return if rest.is_empty() { Err(RecordRefundError::TooMuch { left: Yen::ZERO }) } else { Ok(rest) };
    }
    let mut sums = HashMap::new();
    for part in asked {
        let line = bill.lines.iter().find(|line| line.id == part.line).ok_or(RecordRefundError::Absent)?;
        let left = left_of(line);
        let sum: &mut Yen = sums.entry(part.line).or_default();
        *sum = *sum + part.amount;
        if part.amount < Yen(1) || !(0..=line.quantity).contains(&part.quantity) || *sum > left {
            return Err(RecordRefundError::TooMuch { left });
        }
    }
    Ok(asked.to_vec())
}

fn rest_of(line: &BillLine) -> RefundLine {
    // a line that was refunded in part keeps its count: nobody said how many things came back before
    let quantity = if line.refunded == Yen::ZERO { line.quantity } else { 0 };
    RefundLine { line: line.id, amount: left_of(line), quantity }
}

/// The payment that the money is taken from.
pub fn source(payments: &[Payment], named: Option<PaymentId>, amount: Yen) -> Result<&Payment, RecordRefundError> {
    let left = |payment: &Payment| payment.amount - payment.refunded;
    if let Some(id) = named {
        let payment = payments.iter().find(|payment| payment.id == id).ok_or(RecordRefundError::Absent)?;
        let payment = captured(payment)?;
        let left = left(payment);
        return if amount <= left { Ok(payment) } else { Err(RecordRefundError::TooMuch { left }) };
    }
    payments
        .iter()
        .find(|payment| payment.state == PaymentState::Captured && amount <= left(payment))
        .ok_or(RecordRefundError::NeedsPayment)
}

/// Which of the parts are taken out of which payment, the oldest first. Things come back with the first part of their line.
pub fn across<'a>(
    payments: &'a [Payment],
    parts: &[RefundLine],
) -> Result<Vec<(&'a Payment, Vec<RefundLine>)>, RecordRefundError> {
    let mut owed: Vec<RefundLine> = parts.iter().rev().copied().collect();
    let mut taken = Vec::new();
    for payment in payments.iter().filter(|one| one.state == PaymentState::Captured) {
        let mut left = payment.amount - payment.refunded;
        let mut own = Vec::new();
        while left > Yen::ZERO
            && let Some(next) = owed.pop()
        {
            let part = RefundLine { amount: next.amount.min(left), ..next };
            left = left - part.amount;
            let rest = next.amount - part.amount;
            if rest > Yen::ZERO {
                owed.push(RefundLine { amount: rest, quantity: 0, ..next });
            }
            own.push(part);
        }
        if !own.is_empty() {
            taken.push((payment, own));
        }
    }
    if owed.is_empty() { Ok(taken) } else { Err(RecordRefundError::NeedsPayment) }
}

/// The payment, if its money counts for the bill.
pub fn captured(payment: &Payment) -> Result<&Payment, RecordRefundError> {
    if payment.state == PaymentState::Captured {
        Ok(payment)
    } else {
        Err(RecordRefundError::TooMuch { left: Yen::ZERO })
    }
}

/// Takes money out of a payment; an empty one is refunded.
pub fn take_from(payment: &mut Payment, amount: Yen) {
    payment.refunded = payment.refunded + amount;
    if payment.refunded == payment.amount {
        payment.state = PaymentState::Refunded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill::rules::{
        self,
        tests::{NOW, bill},
    };

    fn paid(prices: &[(i64, i64)]) -> Bill {
        let mut bill = rules::draft(&bill(prices), NOW).unwrap();
        let total = bill.total;
        rules::count(&mut bill, total, NOW);
        bill
    }

    #[test]
    fn without_lines_all_that_is_left_goes_back() {
        let mut bill = paid(&[(2, 1_000), (1, 220)]);
        bill.lines[1].refunded = Yen(220);
        let parts = parts(&bill, &[]).unwrap();
        assert_eq!(parts.iter().map(|part| (part.amount, part.quantity)).collect::<Vec<_>>(), [(Yen(2_000), 2)]);
    }

    #[test]
    fn a_line_gives_back_no_more_than_was_paid_even_in_two_parts() {
        let bill = paid(&[(2, 1_000)]);
        let part = |amount| RefundLine { line: bill.lines[0].id, amount: Yen(amount), quantity: 1 };
        assert!(parts(&bill, &[part(1_000), part(1_000)]).is_ok());
        assert!(matches!(parts(&bill, &[part(1_000), part(1_001)]), Err(RecordRefundError::TooMuch { .. })));
        assert!(matches!(parts(&bill, &[part(0)]), Err(RecordRefundError::TooMuch { .. })));
        assert!(matches!(parts(&bill, &[part(-5)]), Err(RecordRefundError::TooMuch { .. })));
    }
}
