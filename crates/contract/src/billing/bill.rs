//! Bills on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{Payment, Refund};
use crate::{Instant, Ref, Yen};

/// Where a bill stands. Partly paid and overdue are told by `paid` and `due_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum BillState {
    /// It asks for money.
    Open,
    /// Everything is paid. Refunds do not reopen it.
    Paid,
    /// It asks for nothing and holds nothing.
    Cancelled,
}

/// What sort of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum LineKind {
    /// The thing itself.
    Sale,
    /// 手数料.
    Fee,
}

/// 税区分: under which rate of consumption tax something is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TaxRate {
    /// 標準税率 10 %.
    Standard,
    /// 軽減税率 8 %.
    Reduced,
    /// 非課税.
    Exempt,
    /// 不課税.
    OutOfScope,
}

/// What a patron owes, with everything that was paid and given back.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Bill {
    pub id: Ref<kind::Bill>,
    /// 振込番号: the number that a bank transfer for this bill carries, ten digits and two check digits (ISO 7064 MOD 97-10).
    #[oai(validator(max_length = 12))]
    pub reference: String,
    /// The id of what the bill is for, such as an order.
    #[oai(validator(max_length = 64))]
    pub subject: String,
    /// What sort of thing that is: `ticket.order`.
    #[oai(validator(max_length = 64))]
    pub subject_kind: String,
    pub payer: Option<Ref<kind::Patron>>,
    /// 販路: where the sale took place.
    #[oai(validator(max_length = 64))]
    pub channel: String,
    pub state: BillState,
    /// Σ of the lines, tax included.
    pub total: Yen,
    /// What came in for it and counts.
    pub paid: Yen,
    /// How much of `paid` was given back.
    pub refunded: Yen,
    /// What is still to be paid.
    pub outstanding: Yen,
    /// One entry per tax rate; the tax is rounded once per rate, never per line.
    #[oai(validator(max_items = 4))]
    pub taxes: Vec<TaxTotal>,
    /// The deadline that is told. After this moment the bill takes no more payments, but in days of grace and for what was used already.
    pub due_at: Option<Instant>,
    /// While a number for a store waits for its money.
    pub store_number: Option<StoreNumber>,
    pub created_at: Instant,
    /// When it was paid or cancelled.
    pub closed_at: Option<Instant>,
    #[oai(validator(max_items = 1000))]
    pub lines: Vec<BillLine>,
    /// Every attempt to pay, oldest first.
    #[oai(validator(max_items = 1000))]
    pub payments: Vec<Payment>,
    /// Everything that went back, oldest first.
    #[oai(validator(max_items = 1000))]
    pub refunds: Vec<Refund>,
}

/// 払込番号: the number that was given last for paying at a store. Its time is fixed when it is given, and stays when the bill gets more.
#[derive(Debug, Clone, Object)]
pub struct StoreNumber {
    /// Where the number is told while it can be paid with.
    pub payment: Ref<kind::Payment>,
    /// From this moment on it cannot be paid with.
    pub until: Instant,
    /// The bill takes payments after that: start another payment at a store for a number that holds longer. It takes the place of
    /// this one.
    pub renewable: bool,
}

/// What a bill holds under one tax rate: the block of a qualified invoice.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TaxTotal {
    pub tax_rate: TaxRate,
    /// Per cent on the amount without tax.
    pub percent: i32,
    /// 税込.
    pub gross: Yen,
    /// 税抜.
    pub net: Yen,
    /// The tax inside `gross`.
    pub tax: Yen,
}

/// One line of a bill.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct BillLine {
    pub id: Ref<kind::BillLine>,
    pub kind: LineKind,
    #[oai(validator(max_length = 200))]
    pub label: String,
    #[oai(validator(minimum(value = "1"), maximum(value = "999999")))]
    pub quantity: i64,
    /// For one, tax included.
    pub unit_amount: Yen,
    /// For all of them, tax included.
    pub amount: Yen,
    pub tax_rate: TaxRate,
    /// How much of `amount` was given back.
    pub refunded: Yen,
    /// The price, charge or fee that the amount starts from.
    #[oai(validator(max_length = 200))]
    pub rule: String,
}
