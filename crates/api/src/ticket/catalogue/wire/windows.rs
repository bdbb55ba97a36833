//! Sale windows.

use ::ticket::{
    order::Channel,
    window::{self, WindowChange, WindowDraft},
};
use contract::{
    billing::PaymentMethod,
    ticket::{
        order::OrderChannel,
        window::{SaleWindow, SaleWindowRequest, SaleWindowUpdate, SeatSelection, WindowAudience},
    },
};
use kernel::Yen;

const CHANNELS: [OrderChannel; 3] = [OrderChannel::Web, OrderChannel::BoxOffice, OrderChannel::Server];
const METHODS: [PaymentMethod; 5] = [
    PaymentMethod::Cash,
    PaymentMethod::CardTerminal,
    PaymentMethod::SandboxCard,
    PaymentMethod::SandboxKonbini,
    PaymentMethod::BankTransfer,
];

/// A transfer takes days: a window allows it only when it says so.
fn usual_methods() -> Vec<String> {
    ticket::terms::PAYMENT_METHODS.map(str::to_owned).to_vec()
}

const fn channel(channel: OrderChannel) -> &'static str {
    match channel {
        OrderChannel::Web => Channel::Web.as_str(),
        OrderChannel::BoxOffice => Channel::BoxOffice.as_str(),
        OrderChannel::Server => Channel::Server.as_str(),
    }
}

const fn method(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cash => "cash",
        PaymentMethod::CardTerminal => "card_terminal",
        PaymentMethod::SandboxCard => "sandbox_card",
        PaymentMethod::SandboxKonbini => "sandbox_konbini",
        PaymentMethod::BankTransfer => "bank_transfer",
    }
}

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|one| name(*one).to_owned()).collect()
}

fn has(all: &[String], name: &str) -> bool {
    all.iter().any(|one| one == name)
}

pub fn sale_window(window: &window::SaleWindow) -> SaleWindow {
    SaleWindow {
        id: window.id.into(),
        performance: window.performance_id.into(),
        name: window.name.clone(),
        audience: if window.audience == "public" { WindowAudience::Public } else { WindowAudience::Staff },
        opens_at: window.opens_at.into(),
        closes_at: window.closes_at.into(),
        per_order_limit: window.per_order_limit,
        hold_minutes: window.hold_minutes,
        hold_minutes_max: window.hold_minutes_max,
        payment_minutes: window.payment_minutes,
        selection: match window.selection.as_str() {
            "pick" => SeatSelection::Pick,
            "best" => SeatSelection::Best,
            _ => SeatSelection::Both,
        },
        fee_per_ticket: window.fee_per_ticket.into(),
        fee_per_order: window.fee_per_order.into(),
        channels: CHANNELS.into_iter().filter(|one| has(&window.channels, channel(*one))).collect(),
        payment_methods: METHODS.into_iter().filter(|one| has(&window.payment_methods, method(*one))).collect(),
        created_at: window.created_at.into(),
        updated_at: window.updated_at.into(),
        version: window.version,
    }
}

pub fn sale_window_draft(ask: &SaleWindowRequest) -> WindowDraft {
    WindowDraft {
        performance: ask.performance.0,
        name: ask.name.clone(),
        audience: match ask.audience {
            WindowAudience::Public => "public",
            WindowAudience::Staff => "staff",
        },
        opens_at: ask.opens_at.0,
        closes_at: ask.closes_at.0,
        per_order_limit: ask.per_order_limit,
        hold_minutes: ask.hold_minutes,
        hold_minutes_max: ask.hold_minutes_max,
        payment_minutes: ask.payment_minutes,
        selection: match ask.selection {
            SeatSelection::Pick => "pick",
            SeatSelection::Best => "best",
            SeatSelection::Both => "both",
        },
        fee_per_ticket: Yen(ask.fee_per_ticket),
        fee_per_order: Yen(ask.fee_per_order),
        channels: names(ask.channels.as_deref().unwrap_or(&CHANNELS), channel),
        payment_methods: ask.payment_methods.as_deref().map_or_else(usual_methods, |these| names(these, method)),
    }
}

pub fn sale_window_change(ask: &SaleWindowUpdate) -> WindowChange {
    WindowChange {
        name: ask.name.clone(),
        opens_at: ask.opens_at.map(|at| at.0),
        closes_at: ask.closes_at.map(|at| at.0),
        per_order_limit: ask.per_order_limit,
        channels: ask.channels.as_deref().map(|all| names(all, channel)),
        payment_methods: ask.payment_methods.as_deref().map(|all| names(all, method)),
    }
}
