//! 注文: what was held becomes owed, and what is paid becomes tickets.
//!
//! Paying moves no counter: places were taken by holding. An order that is not paid by its deadline keeps nothing from
//! others any longer; when its money comes late it gets its seats or places again if they are still there.

mod events;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse, Yen,
    ids::{HoldId, OrderId, PatronId, PerformanceId, SaleWindowId},
};

use crate::{
    hold::{self, HoldError, HoldState, PlaceHoldError, Selection},
    line::{self, Line},
    problems,
    secret::Proof,
    terms::{self, Audience},
    ticket::{self, Ticket},
};

/// 販路: where it was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A contractor's page.
    Web,
    /// 窓口.
    BoxOffice,
    /// A contractor's server.
    Server,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Web, Self::BoxOffice, Self::Server];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::BoxOffice => "box_office",
            Self::Server => "server",
        }
    }
}

/// What an order is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    AwaitingPayment,
    Paid,
    /// Unpaid past its deadline.
    Expired,
    Cancelled,
}

impl OrderState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: OrderId,
    /// What people read to each other: `7K3QX-9FMT2`, the last character checks the others.
    pub number: String,
    pub performance: PerformanceId,
    pub hold: Option<HoldId>,
    pub patron: Option<PatronId>,
    pub channel: Channel,
    pub state: OrderState,
    pub lines: Vec<Line>,
    /// How many of its tickets are void.
    pub voided: i32,
    /// Yen, tax and fees included.
    pub total: Yen,
    /// Until when it must be paid.
    pub due_at: Instant,
    pub placed_at: Instant,
    pub paid_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
    pub version: i32,
    pub(crate) policy: rules::Policy,
}

impl Order {
    /// Whether it may be paid by this method, as was promised when it was held.
    ///
    /// # Errors
    /// [`OrderError::Method`], with the methods that are offered.
    pub fn takes(&self, method: &str) -> Result<(), OrderError> {
        let offered = &self.policy.payment_methods;
        if offered.is_empty() || offered.iter().any(|one| one == method) {
            return Ok(());
        }
        Err(OrderError::Method { offered: offered.clone() })
    }
}

/// The request to order what is held.
#[derive(Debug, Clone)]
pub struct PlaceOrder<'a> {
    pub hold: HoldId,
    pub proof: Proof<'a>,
    pub patron: Option<PatronId>,
    pub channel: Channel,
}

/// The request to sell at once.
#[derive(Debug, Clone)]
pub struct SellNow {
    pub audience: Audience,
    pub performance: PerformanceId,
    pub sale_window: Option<SaleWindowId>,
    pub selection: Selection,
    pub patron: Option<PatronId>,
    pub channel: Channel,
}

/// A sale that has its seats and its prices, and waits to be written: bill and payment come between [`prepare`] and [`sell`],
/// so that the one row everybody wants is taken last.
#[derive(Debug)]
pub struct Prepared {
    order: Order,
    tickets: Vec<Ticket>,
    claim: HoldId,
    choice: Option<hold::rules::Choice>,
}

impl Prepared {
    /// The order as it will be: id, number, lines, total.
    pub const fn order(&self) -> &Order {
        &self.order
    }
}

/// What was sold.
#[derive(Debug, Clone)]
pub struct Sold {
    pub order: Order,
    pub tickets: Vec<Ticket>,
    /// Why these seats, when the office chose them.
    pub choice: Option<hold::rules::Choice>,
}

/// What became of an order that was paid.
#[derive(Debug, Clone)]
pub enum Settled {
    /// Its tickets are valid.
    Issued { order: Order, tickets: Vec<Ticket> },
    /// It was paid before; these are its tickets.
    Already { order: Order, tickets: Vec<Ticket> },
    /// It was cancelled, or came too late for what it had kept. Nothing was changed: the money goes back.
    Lost { order: Order },
}

/// Why nothing is ordered.
#[derive(Debug, thiserror::Error)]
pub enum PlaceOrderError {
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for PlaceOrderError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Hold(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Why an order cannot be read, cancelled or settled.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("there is no such order")]
    Absent,
    #[error("the order cannot be paid so")]
    Method { offered: Vec<String> },
    #[error("only an unpaid order can be cancelled")]
    NotUnpaid { state: OrderState },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for OrderError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Method { offered } => problems::PAYMENT_METHOD.refuse().fact("offered", offered.clone()),
            Self::NotUnpaid { state } => problems::ORDER_NOT_UNPAID.refuse().fact("state", state.as_str()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Orders what is held: exactly that, once, at the price quoted. The hold's client secret opens the order too.
///
/// # Errors
/// [`PlaceOrderError`].
pub async fn place(tx: &mut TenantTx, ask: &PlaceOrder<'_>, now: Instant) -> Result<Order, PlaceOrderError> {
    let kept = hold::kept(tx, ask.hold, ask.proof, now).await?;
    let held = kept.hold;
    if held.state != HoldState::Active {
        return Err(HoldError::Ended { state: held.state }.into());
    }
    let (enter_from, enter_until) = kept.entry;
    let policy = rules::Policy { enter_from, enter_until, payment_methods: kept.payment_methods };
    let order = Order {
        hold: Some(held.id),
        patron: ask.patron,
        due_at: rules::due(&policy, kept.payment_minutes, now),
        ..rules::draft(held.performance, held.lines, ask.channel, policy, now)?
    };
    events::placed(tx, &order, now).await?;
    if !sql::order_hold(tx, &order, held.id, kept.secret).await? {
        return Err(HoldError::Ended { state: HoldState::Expired }.into());
    }
    Ok(order)
}

/// Chooses and prices a sale that will be paid at once, with its tickets ready. Seats are claimed; places are taken by
/// [`sell`], in the same transaction.
///
/// # Errors
/// [`PlaceHoldError`].
pub async fn prepare(tx: &mut TenantTx, ask: &SellNow, now: Instant) -> Result<Prepared, PlaceHoldError> {
    let terms = terms::read(tx, ask.performance, ask.sale_window, ask.audience, now).await?;
    let window = terms.open(ask.selection.count(), now)?;
    hold::rules::check(&ask.selection, window)?;
    let claim = HoldId::new(now);
    let (lines, choice) = hold::claim(tx, &terms, &ask.selection, claim, now + window.payment(), now).await?;
    let payment_methods = window.payment_methods();
    let policy = rules::Policy { enter_from: terms.doors_at, enter_until: terms.ends_at, payment_methods };
    let order = Order {
        patron: ask.patron,
        due_at: now,
        state: OrderState::Paid,
        paid_at: Some(now),
        ..rules::draft(ask.performance, lines, ask.channel, policy, now)?
    };
    let tickets = ticket::rules::of_order(&order, now)?;
    Ok(Prepared { order, tickets, claim, choice })
}

/// Writes a prepared sale: order, lines, tickets, seats, and the places of its pool last.
///
/// # Errors
/// [`PlaceHoldError::PoolFull`], or a [`Fault`].
pub async fn sell(tx: &mut TenantTx, sale: Prepared, now: Instant) -> Result<Sold, PlaceHoldError> {
    let Prepared { order, tickets, claim, choice } = sale;
    events::sold(tx, &order, now).await?;
    if let Some(pool) = sql::sell(tx, &order, &tickets, claim, now).await? {
        return Err(PlaceHoldError::PoolFull { pool, free: hold::sql::free_places(tx, pool).await? });
    }
    Ok(Sold { order, tickets, choice })
}

/// The order, as it is at this moment.
///
/// # Errors
/// [`OrderError::Absent`], also for a caller without the right proof.
pub async fn find(tx: &mut TenantTx, id: OrderId, proof: Proof<'_>, now: Instant) -> Result<Order, OrderError> {
    let kept = sql::find(tx, id, false, now).await?.filter(|kept| proof.opens(kept.secret.as_deref()));
    Ok(kept.ok_or(OrderError::Absent)?.order)
}

/// Orders, newest last; of one patron or of all.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    performance: Option<PerformanceId>,
    patron: Option<PatronId>,
    ask: PageAsk,
    now: Instant,
) -> Result<Page<Order>, Fault> {
    let rows = sql::list(tx, performance, patron, ask, now).await?;
    Ok(Page::from_rows(rows, &ask, |order| order.id.uuid()))
}

/// The order is paid: its tickets become valid. Late money gets the same seats or places if nobody has them.
///
/// # Errors
/// [`OrderError::Absent`], or a [`Fault`]. That what it kept is gone is no error but [`Settled::Lost`]: the payment stands and
/// has to be given back.
pub async fn settle(tx: &mut TenantTx, id: OrderId, now: Instant) -> Result<Settled, OrderError> {
    let kept = sql::find(tx, id, true, now).await?.ok_or(OrderError::Absent)?;
    let order = kept.order;
    match order.state {
        OrderState::Paid => {
            let tickets = ticket::of_order(tx, id).await?;
            return Ok(Settled::Already { order, tickets });
        }
        OrderState::Cancelled => {
            events::lost(tx, &order, now).await?;
            return Ok(Settled::Lost { order });
        }
        OrderState::AwaitingPayment | OrderState::Expired => {}
    }
    let tickets = ticket::rules::of_order(&order, now)?;
    if !sql::settle(tx, &order, kept.reclaimed, &tickets, now).await? {
        events::lost(tx, &order, now).await?;
        return Ok(Settled::Lost { order });
    }
    let order = Order { state: OrderState::Paid, paid_at: Some(now), version: order.version + 1, ..order };
    events::paid(tx, &order, now).await?;
    Ok(Settled::Issued { order, tickets })
}

/// Cancels an unpaid order and frees what it keeps.
///
/// # Errors
/// [`OrderError`].
pub async fn cancel_unpaid(
    tx: &mut TenantTx,
    id: OrderId,
    proof: Proof<'_>,
    now: Instant,
) -> Result<Order, OrderError> {
    let kept = sql::find(tx, id, true, now).await?.filter(|kept| proof.opens(kept.secret.as_deref()));
    let kept = kept.ok_or(OrderError::Absent)?;
    let order = kept.order;
    if matches!(order.state, OrderState::Paid | OrderState::Cancelled) {
        return Err(OrderError::NotUnpaid { state: order.state });
    }
    events::cancelled(tx, &order, now).await?;
    sql::cancel_unpaid(tx, &order, kept.reclaimed, now).await?;
    Ok(Order { state: OrderState::Cancelled, cancelled_at: Some(now), version: order.version + 1, ..order })
}

/// How many tickets an order is for.
pub fn ticket_count(order: &Order) -> i32 {
    line::tickets(&order.lines)
}
