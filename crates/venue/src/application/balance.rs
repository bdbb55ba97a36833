//! 差額: what an application costs from now on, and what follows in money. Money itself is not here: the caller bills and gives back in
//! the same transaction.

use kernel::{
    Instant, Yen,
    ids::{HireId, HireQuoteId},
};
use tariff::{Rounding, TaxRate};

/// Something to be paid for one hire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillItem {
    pub hire: HireId,
    pub label: String,
    /// Yen, tax included.
    pub amount: Yen,
    pub tax: TaxRate,
    /// How the tariff rounds the tax in it.
    pub rounding: Rounding,
    /// The quote that explains it.
    pub quote: HireQuoteId,
}

impl BillItem {
    /// What several come to, yen.
    pub fn sum(items: &[Self]) -> Yen {
        items.iter().map(|item| item.amount).sum()
    }
}

/// What follows when an application costs something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// By which it costs that.
    pub quote: HireQuoteId,
    /// What the application cost before and costs after it, yen.
    pub before: Yen,
    pub after: Yen,
    /// To be billed: an item for each hire that something is owed for. They take the place of what was to be paid before and was not.
    pub items: Vec<BillItem>,
    /// Until when that is to be paid.
    pub due_at: Instant,
    /// What goes back of what was paid, by hire.
    pub refunds: Vec<(HireId, Yen)>,
    /// What came in for bills that were not paid in full, yen: it goes back as they are called off, and is asked for again.
    pub in_parts: Yen,
}

impl Balance {
    /// What is to be paid.
    pub fn due(&self) -> Yen {
        BillItem::sum(&self.items)
    }

    /// All that goes back.
    pub fn refund(&self) -> Yen {
        self.refunds.iter().map(|(_, yen)| *yen).sum::<Yen>() + self.in_parts
    }
}
