//! 手数料: fees that go with a sale, as lines of their own.

use kernel::Yen;

use crate::{Explanation, LineKind, PricedLine, TaxRate, TooLarge};

/// What a fee is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeePer {
    /// Once for each ticket.
    Ticket,
    /// Once for the whole order.
    Order,
}

/// A fee of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// The tenant's own code, such as `issue` or `system`.
    pub code: String,
    pub label: String,
    /// Yen, tax included.
    pub amount: Yen,
    pub tax: TaxRate,
    pub per: FeePer,
}

/// The lines that the fees add to an order of so many tickets. Nothing ordered, nothing charged; a fee of nothing is no line.
///
/// # Errors
/// [`TooLarge`].
pub fn lines(fees: &[Fee], tickets: i64) -> Result<Vec<PricedLine>, TooLarge> {
    if tickets <= 0 {
        return Ok(Vec::new());
    }
    fees.iter()
        .filter(|fee| fee.amount != Yen::ZERO)
        .map(|fee| {
            let quantity = match fee.per {
                FeePer::Ticket => tickets,
                FeePer::Order => 1,
            };
            let why = Explanation::listed(format!("fee:{}", fee.code), fee.amount);
            PricedLine::explained(LineKind::Fee, fee.label.clone(), quantity, fee.tax, why)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(code: &str, amount: i64, per: FeePer) -> Fee {
        Fee { code: code.into(), label: code.into(), amount: Yen(amount), tax: TaxRate::Standard, per }
    }

    #[test]
    fn fees_count_per_ticket_or_per_order() {
        let fees =
            [fee("system", 220, FeePer::Ticket), fee("delivery", 770, FeePer::Order), fee("none", 0, FeePer::Order)];
        let lines = lines(&fees, 3).unwrap();
        let amounts: Vec<_> = lines.iter().map(|line| (line.quantity, line.amount().unwrap())).collect();
        assert_eq!(amounts, [(3, Yen(660)), (1, Yen(770))]);
        assert_eq!(lines[0].why.rule, "fee:system");
    }

    #[test]
    fn nothing_ordered_costs_no_fee() {
        assert_eq!(lines(&[fee("delivery", 770, FeePer::Order)], 0), Ok(vec![]));
    }
}
