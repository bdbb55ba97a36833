//! What the journal says about transfers.

use audit::Subject;
use kernel::{
    Yen,
    ids::{BillId, PaymentId, TransferId},
};
use serde::Serialize;

use super::Transfer;

#[derive(Debug, Serialize)]
pub struct TransferRegistered {
    transfer: TransferId,
    amount: Yen,
}

impl TransferRegistered {
    pub fn of(transfer: &Transfer) -> Self {
        Self { transfer: transfer.id, amount: transfer.amount }
    }
}

impl audit::Event for TransferRegistered {
    const NAME: &'static str = "billing.transfer.registered";
    fn subject(&self) -> Subject {
        Subject::new("transfer", self.transfer)
    }
}

#[derive(Debug, Serialize)]
pub struct TransferMatched {
    transfer: TransferId,
    bill: Option<BillId>,
    payment: Option<PaymentId>,
    amount: Yen,
    remainder: Yen,
}

impl TransferMatched {
    pub fn of(transfer: &Transfer) -> Self {
        let Transfer { id, bill_id, payment_id, amount, remainder, .. } = *transfer;
        Self { transfer: id, bill: bill_id, payment: payment_id, amount, remainder }
    }
}

impl audit::Event for TransferMatched {
    const NAME: &'static str = "billing.transfer.matched";
    fn subject(&self) -> Subject {
        Subject::new("transfer", self.transfer)
    }
}

#[derive(Debug, Serialize)]
pub struct TransferReturned {
    pub transfer: TransferId,
    pub amount: Yen,
}

impl audit::Event for TransferReturned {
    const NAME: &'static str = "billing.transfer.returned";
    fn subject(&self) -> Subject {
        Subject::new("transfer", self.transfer)
    }
}
