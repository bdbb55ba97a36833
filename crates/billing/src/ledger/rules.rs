//! Which movements a change of a bill makes.

use kernel::{Yen, ids::RefundId};
use tariff::LineKind;

use super::{Entry, EntryKind};
use crate::{Bill, BillLine, Payment};

fn of_line(kind: EntryKind, line: &BillLine, quantity: i64, amount: Yen) -> Entry {
    Entry {
        kind,
        quantity,
        amount,
        tax: Some(line.tax),
        method: None,
        line: Some(line.id),
        payment: None,
        refund: None,
    }
}

fn of_payment(kind: EntryKind, payment: &Payment) -> Entry {
    let (method, payment_id) = (Some(payment.method), Some(payment.id));
    Entry {
        kind,
        quantity: 0,
        amount: payment.amount,
        tax: None,
        method,
        line: None,
        payment: payment_id,
        refund: None,
    }
}

/// What the bill charges, line by line.
pub fn charges(bill: &Bill) -> Vec<Entry> {
    let kind = |line: &BillLine| match line.kind {
        LineKind::Sale => EntryKind::Sale,
        LineKind::Fee => EntryKind::Fee,
    };
    bill.lines.iter().map(|line| of_line(kind(line), line, line.quantity, line.amount)).collect()
}

/// The charges taken back.
pub fn cancellation(bill: &Bill) -> Vec<Entry> {
    bill.lines.iter().map(|line| of_line(EntryKind::Cancellation, line, -line.quantity, line.amount)).collect()
}

pub fn payment(payment: &Payment) -> Entry {
    of_payment(EntryKind::Payment, payment)
}

pub fn late_payment(payment: &Payment) -> Entry {
    of_payment(EntryKind::LatePayment, payment)
}

pub fn late_accepted(payment: &Payment) -> Entry {
    of_payment(EntryKind::LateAccepted, payment)
}

pub fn late_returned(payment: &Payment, refund: RefundId) -> Entry {
    Entry { refund: Some(refund), ..of_payment(EntryKind::LateReturned, payment) }
}

pub fn payment_returned(payment: &Payment, refund: RefundId) -> Entry {
    Entry { refund: Some(refund), ..of_payment(EntryKind::PaymentReturned, payment) }
}

/// Money of `payment` given back for a line.
pub fn refund(line: &BillLine, quantity: i64, amount: Yen, payment: &Payment, refund: RefundId) -> Entry {
    Entry {
        method: Some(payment.method),
        payment: Some(payment.id),
        refund: Some(refund),
        ..of_line(EntryKind::Refund, line, -quantity, amount)
    }
}
