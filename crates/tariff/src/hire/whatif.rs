//! 料金改定の試算: what past hires would cost under another version.

use kernel::Yen;
use serde::Serialize;

use super::{ChargeError, HireAsk, HireTariff, Rule, quote};

/// What a change of the tariff does to the hires of one user class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// None for who belongs to no class.
    pub user_class: Option<String>,
    pub asks: usize,
    pub before: Yen,
    pub after: Yen,
    /// Those that the draft gives no price, or that were granted what it has nothing about, by their place in the list, with the reason;
    /// they are in neither sum.
    pub unpriced: Vec<(usize, String)>,
}

/// Prices past asks, each with what it cost, by a draft: sums by user class, in the order of first appearance.
pub fn compare<'a>(draft: &HireTariff, asks: impl IntoIterator<Item = (&'a HireAsk, Yen)>) -> Vec<Comparison> {
    let mut found: Vec<Comparison> = Vec::new();
    // what comes off nothing in single hires did so before, too
    let reduces = draft.components.iter().any(|one| matches!(one.rule, Rule::Reduction { .. }));
    for (place, (ask, cost)) in asks.into_iter().enumerate() {
        let at = found.iter().position(|one| one.user_class == ask.user_class).unwrap_or_else(|| {
            let user_class = ask.user_class.clone();
            found.push(Comparison { user_class, asks: 0, before: Yen::ZERO, after: Yen::ZERO, unpriced: Vec::new() });
            found.len() - 1
        });
        let Some(class) = found.get_mut(at) else { continue };
        class.asks += 1;
        let charge = quote(draft, ask).and_then(|charge| charge.expect_taken_off(|_| !reduces).map(|()| charge));
        match charge.map_err(|error: ChargeError| error.to_string()) {
            Ok(charge) => {
                class.before = class.before + cost;
                class.after = class.after + charge.total;
            }
            Err(reason) => class.unpriced.push((place, reason)),
        }
    }
    found
}
