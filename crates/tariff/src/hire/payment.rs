//! 納付期限: the last day on which a hire that is granted is paid, by an ordinance.

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

/// The last day to pay: the earlier of both where both are said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentRule {
    pub legal_reference: String,
    /// So many days after it is granted. At least one of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_after: Option<u16>,
    /// So many days before the first use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_before: Option<u16>,
    /// When the house is closed on that day, the next day on which it is open.
    #[serde(default)]
    pub next_open: bool,
}

impl PaymentRule {
    /// The last day to pay, to its end; none when it cannot be reckoned. `next_open` gives a day itself when the house is open on it.
    pub fn day(&self, granted_on: Date, use_on: Date, next_open: impl Fn(Date) -> Date) -> Option<Date> {
        let days = |days: u16| Duration::days(days.into());
        let after = self.days_after.and_then(|more| granted_on.checked_add(days(more)));
        let before = self.days_before.and_then(|less| use_on.checked_sub(days(less)));
        let day = [after, before].into_iter().flatten().min()?;
        Some(if self.next_open { next_open(day) } else { day })
    }
}
