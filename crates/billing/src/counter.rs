//! 窓口: a sale that is paid on the spot.

use db::TenantTx;
use kernel::{Id, Instant, Yen};

use crate::{
    Bill, BillDraft, Method, Payment, PaymentState,
    bill::{self, OpenBillError},
    ledger,
};

/// A sale with its money.
#[derive(Debug, Clone)]
pub struct PaidSale {
    /// Paid in full.
    pub bill: Bill,
    /// Nothing for a sale of nothing.
    pub payment: Option<Payment>,
}

/// Sells and takes the money at once: bill, lines, payment and ledger in one statement. `due_at` of the draft is not used.
///
/// It journals nothing itself: the service's own event names the order and the bill.
///
/// # Errors
/// [`OpenBillError`].
pub async fn sell_paid(
    tx: &mut TenantTx,
    draft: &BillDraft,
    method: Method,
    now: Instant,
) -> Result<PaidSale, OpenBillError> {
    let mut sold = bill::rules::draft(draft, now)?;
    sold.due_at = None;
    let mut entries = ledger::rules::charges(&sold);
    let payment = (sold.total > Yen::ZERO).then(|| received(&sold, method, now));
    if let Some(payment) = &payment {
        bill::rules::count(&mut sold, payment.amount, now);
        entries.push(ledger::rules::payment(payment));
    }
    let opening = bill::sql::Opening { bill: &sold, payment: payment.as_ref(), entries };
    bill::sql::insert(tx, &[opening], now).await?;
    Ok(PaidSale { bill: sold, payment })
}

fn received(bill: &Bill, method: Method, now: Instant) -> Payment {
    let id = Id::new(now);
    let provider = method.provider();
    Payment {
        id,
        bill: bill.id,
        method,
        provider: provider.map(str::to_owned),
        provider_ref: provider.map(|_| Payment::reference(id)),
        state: PaymentState::Captured,
        amount: bill.total,
        refunded: Yen::ZERO,
        due_at: None,
        next_action: None,
        failure: None,
        created_at: now,
        captured_at: Some(now),
        version: 1,
    }
}
