//! On which terms a performance is sold at a moment: the window that is open, its limits, the prices and fees.

mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse, Yen,
    ids::{PerformanceId, PoolId, PriceListId, SaleWindowId, SeatClassId, TicketTypeId},
};
use serde::Deserialize;
use tariff::TaxRate;
use time::Duration;

use crate::{
    line::{stored, stored_option},
    problems,
};

/// Which windows somebody may buy through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Only those for everybody.
    Public,
    /// Those of the house's own counter as well.
    Staff,
    /// As [`Audience::Staff`], for a contractor's server.
    Server,
}

impl Audience {
    /// The 販路 through which these buy.
    pub const fn channel(self) -> &'static str {
        match self {
            Self::Public => "web",
            Self::Staff => "box_office",
            Self::Server => "server",
        }
    }
}

/// How an order may be paid at all, as windows name it.
pub const PAYMENT_METHODS: [&str; 4] = ["cash", "card_terminal", "sandbox_card", "sandbox_konbini"];

/// What is known of a performance and its sale at a moment.
#[derive(Debug, Clone)]
pub struct Terms {
    pub performance: PerformanceId,
    pub on_sale: bool,
    pub doors_at: Instant,
    pub ends_at: Instant,
    pub sales_cutoff_at: Instant,
    /// The window that counts: the open one, else the next to open, else the last that closed.
    pub window: Option<Window>,
    pub prices: Vec<Price>,
    pub pools: Vec<PoolName>,
}

/// What is sold from a pool.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PoolName {
    #[serde(with = "stored")]
    pub id: PoolId,
    pub name: String,
    /// Absent for a pool that only caps others.
    #[serde(with = "stored_option")]
    pub seat_class: Option<SeatClassId>,
}

/// 販売区分, as far as a sale needs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Window {
    #[serde(with = "stored")]
    pub id: SaleWindowId,
    #[serde(with = "time::serde::rfc3339")]
    pub opens_at: Instant,
    #[serde(with = "time::serde::rfc3339")]
    pub closes_at: Instant,
    pub per_order_limit: i32,
    hold_minutes: i64,
    hold_minutes_max: i64,
    payment_minutes: i64,
    selection: String,
    pub fee_per_ticket: Yen,
    pub fee_per_order: Yen,
    #[serde(default)]
    payment_methods: Vec<String>,
}

impl Window {
    /// How long a hold lasts, and how long at most when it is extended.
    pub const fn keep(&self) -> (Duration, Duration) {
        (Duration::minutes(self.hold_minutes), Duration::minutes(self.hold_minutes_max))
    }

    /// How long an order may stay unpaid.
    pub const fn payment(&self) -> Duration {
        Duration::minutes(self.payment_minutes)
    }

    /// How an order may be paid; nothing when every way is open.
    pub fn payment_methods(&self) -> Vec<String> {
        let all = PAYMENT_METHODS.iter().all(|method| self.payment_methods.iter().any(|own| own == method));
        if all { Vec::new() } else { self.payment_methods.clone() }
    }

    pub fn allows_picking(&self) -> bool {
        self.selection != "best"
    }

    pub fn allows_best(&self) -> bool {
        self.selection != "pick"
    }
}

/// The price of a ticket type in a seat class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Price {
    #[serde(with = "stored")]
    pub list: PriceListId,
    #[serde(with = "stored")]
    pub seat_class: SeatClassId,
    #[serde(with = "stored")]
    pub ticket_type: TicketTypeId,
    pub class_name: String,
    pub type_name: String,
    pub type_code: String,
    pub amount: Yen,
    pub tax: TaxRate,
}

/// Why nothing is sold on these terms.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    #[error("there is no such performance")]
    Absent,
    #[error("this performance is not on sale")]
    NotOnSale,
    #[error("no sale window is open")]
    WindowClosed { opens_at: Option<Instant> },
    #[error("{asked} tickets were asked for and {allowed} are allowed in one order")]
    TooMany { asked: i32, allowed: i32 },
    #[error("there is no price for this ticket type in this seat class")]
    NoPrice { ticket_type: TicketTypeId },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for TermsError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotOnSale => problems::NOT_ON_SALE.refuse(),
            Self::WindowClosed { opens_at } => match opens_at {
                Some(at) => problems::WINDOW_CLOSED.refuse().fact("opens_at", stamp(*at)),
                None => problems::WINDOW_CLOSED.refuse(),
            },
            Self::TooMany { asked, allowed } => {
                problems::TOO_MANY.refuse().fact("asked", *asked).fact("allowed", *allowed)
            }
            Self::NoPrice { ticket_type } => problems::NO_PRICE.refuse().fact("ticket_type", ticket_type.to_string()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// A moment as the contract writes it: Japan's time.
pub(crate) fn stamp(at: Instant) -> String {
    kernel::clock::written(at)
}

impl Terms {
    /// The window through which `asked` tickets may be bought now.
    ///
    /// # Errors
    /// [`TermsError`] when the performance or every window is closed, or the window allows fewer.
    pub fn open(&self, asked: i32, now: Instant) -> Result<&Window, TermsError> {
        if !self.on_sale || now >= self.sales_cutoff_at {
            return Err(TermsError::NotOnSale);
        }
        let window = self.window.as_ref().ok_or(TermsError::WindowClosed { opens_at: None })?;
        if now < window.opens_at {
            return Err(TermsError::WindowClosed { opens_at: Some(window.opens_at) });
        }
        if now >= window.closes_at {
            return Err(TermsError::WindowClosed { opens_at: None });
        }
        let allowed = window.per_order_limit;
        if asked > allowed {
            return Err(TermsError::TooMany { asked, allowed });
        }
        Ok(window)
    }

    /// The pool, when it is one of this performance.
    pub fn pool(&self, id: PoolId) -> Option<&PoolName> {
        self.pools.iter().find(|pool| pool.id == id)
    }

    /// # Errors
    /// [`TermsError::NoPrice`].
    pub fn price(&self, class: SeatClassId, ticket_type: TicketTypeId) -> Result<&Price, TermsError> {
        self.prices
            .iter()
            .find(|price| price.seat_class == class && price.ticket_type == ticket_type)
            .ok_or(TermsError::NoPrice { ticket_type })
    }
}

/// The terms of this moment.
///
/// # Errors
/// [`TermsError::Absent`], or a [`Fault`].
pub async fn read(
    tx: &mut TenantTx,
    performance: PerformanceId,
    window: Option<SaleWindowId>,
    audience: Audience,
    now: Instant,
) -> Result<Terms, TermsError> {
    sql::terms(tx, performance, window, audience, now).await?.ok_or(TermsError::Absent)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn terms() -> Terms {
        Terms {
            performance: PerformanceId::from_uuid(uuid::Uuid::nil()),
            on_sale: true,
            doors_at: datetime!(2026-12-24 09:00 UTC),
            ends_at: datetime!(2026-12-24 12:00 UTC),
            sales_cutoff_at: datetime!(2026-12-24 10:00 UTC),
            window: Some(Window {
                id: SaleWindowId::from_uuid(uuid::Uuid::nil()),
                opens_at: datetime!(2026-12-01 01:00 UTC),
                closes_at: datetime!(2026-12-25 00:00 UTC),
                per_order_limit: 4,
                hold_minutes: 10,
                hold_minutes_max: 30,
                payment_minutes: 60,
                selection: "both".into(),
                fee_per_ticket: Yen(0),
                fee_per_order: Yen(0),
                payment_methods: vec![],
            }),
            prices: vec![],
            pools: vec![],
        }
    }

    #[test]
    fn a_window_is_open_from_its_first_moment_until_before_its_last() {
        let terms = terms();
        let early = datetime!(2026-12-01 00:59:59 UTC);
        assert!(matches!(terms.open(1, early), Err(TermsError::WindowClosed { opens_at: Some(_) })));
        assert!(terms.open(4, datetime!(2026-12-01 01:00 UTC)).is_ok());
        assert!(matches!(terms.open(5, datetime!(2026-12-01 01:00 UTC)), Err(TermsError::TooMany { allowed: 4, .. })));
        assert!(matches!(terms.open(1, datetime!(2026-12-24 10:00 UTC)), Err(TermsError::NotOnSale)));
    }

    #[test]
    fn a_refusal_says_when_the_window_opens_in_japans_time() {
        let refusal = TermsError::WindowClosed { opens_at: Some(datetime!(2026-12-01 01:00 UTC)) }.refusal();
        assert_eq!(refusal.facts["opens_at"], "2026-12-01T10:00:00+09:00");
    }
}
