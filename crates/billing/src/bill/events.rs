//! What the journal says about bills.

use audit::Subject;
use kernel::{Instant, Yen, clock, ids::BillId};
use serde::Serialize;

use super::Bill;

#[derive(Debug, Serialize)]
pub struct BillOpened {
    bill: BillId,
    for_kind: String,
    total: Yen,
    lines: usize,
}

impl BillOpened {
    pub fn of(bill: &Bill) -> Self {
        Self { bill: bill.id, for_kind: bill.subject.kind.to_string(), total: bill.total, lines: bill.lines.len() }
    }
}

impl audit::Event for BillOpened {
    const NAME: &'static str = "billing.bill.opened";
    fn subject(&self) -> Subject {
        Subject::new("bill", self.bill)
    }
}

#[derive(Debug, Serialize)]
pub struct BillCancelled {
    bill: BillId,
    total: Yen,
}

impl BillCancelled {
    pub fn of(bill: &Bill) -> Self {
        Self { bill: bill.id, total: bill.total }
    }
}

impl audit::Event for BillCancelled {
    const NAME: &'static str = "billing.bill.cancelled";
    fn subject(&self) -> Subject {
        Subject::new("bill", self.bill)
    }
}

#[derive(Debug, Serialize)]
pub struct BillExtended {
    bill: BillId,
    /// Until when it is to be paid now.
    due_at: String,
}

impl BillExtended {
    pub fn of(bill: &Bill, due_at: Instant) -> Self {
        Self { bill: bill.id, due_at: clock::written(due_at) }
    }
}

impl audit::Event for BillExtended {
    const NAME: &'static str = "billing.bill.extended";
    fn subject(&self) -> Subject {
        Subject::new("bill", self.bill)
    }
}
