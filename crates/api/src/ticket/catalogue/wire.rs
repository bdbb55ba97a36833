//! Between the wire and the catalogue: plain translations.

use ::ticket::{
    hall::{self, HallChange, HallDraft},
    order::Channel,
    performance::{self, PerformanceChange, PerformanceDraft},
    plan::{self, Charset},
    price_list::{self, PriceDraft, PriceListDraft},
    production::{self, ProductionChange, ProductionDraft},
    seat_class::{self, SeatClassChange, SeatClassDraft},
    stock::ClassRule,
    ticket_type::{self, TicketTypeChange, TicketTypeDraft},
    window::{self, WindowChange, WindowDraft},
};
use contract::{
    CsvFile,
    billing::PaymentMethod,
    ticket::{
        hall::{Hall, HallRequest, HallUpdate},
        order::OrderChannel,
        performance::{OpenSaleRequest, Performance, PerformanceRequest, PerformanceState, PerformanceUpdate},
        plan::{
            FileCharset, PlanSeat, SeatAttribute, SeatingPlan, SeatingPlanSeats, SeatingPlanState, SeatingPlanVersion,
        },
        price::{
            Price, PriceList, PriceListRequest, PriceTaxRate, SeatClass, SeatClassRequest, SeatClassUpdate,
            SeatNumbering, TicketType, TicketTypeRequest, TicketTypeUpdate,
        },
        production::{Production, ProductionRequest, ProductionState, ProductionUpdate},
        window::{SaleWindow, SaleWindowRequest, SaleWindowUpdate, SeatSelection, WindowAudience},
    },
};
use kernel::Yen;

use crate::params::patched;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn hall(hall: &hall::Hall) -> Hall {
    Hall {
        id: hall.id.into(),
        name: hall.name.clone(),
        name_en: hall.name_en.clone(),
        address: hall.address.clone(),
        legal_capacity: hall.legal_capacity,
        created_at: hall.created_at.into(),
        updated_at: hall.updated_at.into(),
        version: hall.version,
    }
}

pub fn hall_draft(ask: &HallRequest) -> HallDraft {
    HallDraft {
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        address: ask.address.clone(),
        legal_capacity: ask.legal_capacity,
    }
}

pub fn hall_change(ask: &HallUpdate) -> HallChange {
    HallChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        address: patched(&ask.address),
        legal_capacity: patched(&ask.legal_capacity),
    }
}

pub fn seating_plan(plan: &plan::Plan) -> SeatingPlan {
    SeatingPlan {
        id: plan.id.into(),
        hall: plan.hall_id.into(),
        name: plan.name.clone(),
        created_at: plan.created_at.into(),
        updated_at: plan.updated_at.into(),
        version: plan.version,
    }
}

pub fn plan_version(version: &plan::PlanVersion) -> SeatingPlanVersion {
    SeatingPlanVersion {
        id: version.id.into(),
        seating_plan: version.plan_id.into(),
        number: version.number,
        state: if version.state == "published" { SeatingPlanState::Published } else { SeatingPlanState::Draft },
        seat_count: version.seat_count,
        checksum: hex(&version.checksum),
        created_at: version.created_at.into(),
        published_at: version.published_at.map(Into::into),
    }
}

pub fn plan_seats(version: &plan::PlanVersion, seats: &[plan::Seat]) -> SeatingPlanSeats {
    SeatingPlanSeats { seating_plan_version: version.id.into(), seats: seats.iter().map(plan_seat).collect() }
}

fn plan_seat(seat: &plan::Seat) -> PlanSeat {
    let named = [
        (seat.aisle, SeatAttribute::Aisle),
        (seat.companion, SeatAttribute::Companion),
        (seat.restricted_view, SeatAttribute::RestrictedView),
        (seat.wheelchair, SeatAttribute::Wheelchair),
    ];
    PlanSeat {
        id: seat.id.into(),
        ordinal: seat.ordinal,
        section: seat.section.clone(),
        row: seat.row_label.clone(),
        seat: seat.seat_label.clone(),
        row_index: seat.row_index,
        position: seat.position_index,
        block: seat.block_index,
        x: seat.x,
        y: seat.y,
        quality: seat.quality_rank,
        attributes: named.into_iter().filter(|(has, _)| *has).map(|(_, attribute)| attribute).collect(),
    }
}

pub fn plan_file(version: &plan::PlanVersion, seats: &[plan::Seat], charset: Charset) -> CsvFile {
    let drafts: Vec<plan::SeatDraft> = seats.iter().map(plan::Seat::draft).collect();
    let (bytes, replaced) = plan::csv::encode(&plan::csv::write(&drafts), charset);
    let (charset, mark) = match charset {
        Charset::Utf8 => ("utf-8", "utf8"),
        Charset::ShiftJis => ("Shift_JIS", "sjis"),
    };
    let name = format!("seating-plan-{}.csv", version.number);
    CsvFile { bytes, charset, name, replaced, etag: format!("{}-{mark}", hex(&version.checksum)) }
}

pub const fn charset(asked: FileCharset) -> Charset {
    match asked {
        FileCharset::Utf8 => Charset::Utf8,
        FileCharset::ShiftJis => Charset::ShiftJis,
    }
}

/// What HTTP calls it; anything else is read as UTF-8, which tells when it is not.
pub fn charset_of(name: Option<&str>) -> Charset {
    match name {
        Some("shift_jis" | "shift-jis" | "sjis" | "x-sjis" | "windows-31j" | "ms932" | "cp932") => Charset::ShiftJis,
        _ => Charset::Utf8,
    }
}

pub fn production(production: &production::Production) -> Production {
    Production {
        id: production.id.into(),
        title: production.title.clone(),
        title_en: production.title_en.clone(),
        organiser: production.organiser.clone(),
        genre: production.genre.clone(),
        description: production.description.clone(),
        specified_ticket: production.specified_ticket,
        state: match production.state.as_str() {
            "announced" => ProductionState::Announced,
            "published" => ProductionState::Published,
            _ => ProductionState::Draft,
        },
        created_at: production.created_at.into(),
        updated_at: production.updated_at.into(),
        version: production.version,
    }
}

pub fn production_draft(ask: &ProductionRequest) -> ProductionDraft {
    ProductionDraft {
        title: ask.title.clone(),
        title_en: ask.title_en.clone(),
        organiser: ask.organiser.clone(),
        genre: ask.genre.clone(),
        description: ask.description.clone(),
        specified_ticket: ask.specified_ticket,
    }
}

pub fn production_change(ask: &ProductionUpdate) -> ProductionChange {
    ProductionChange {
        title: ask.title.clone(),
        title_en: patched(&ask.title_en),
        organiser: ask.organiser.clone(),
        genre: patched(&ask.genre),
        description: patched(&ask.description),
    }
}

pub fn performance(performance: &performance::Performance) -> Performance {
    Performance {
        id: performance.id.into(),
        production: performance.production_id.into(),
        hall: performance.hall_id.into(),
        seating_plan_version: performance.plan_version_id.map(Into::into),
        doors_at: performance.doors_at.into(),
        starts_at: performance.starts_at.into(),
        ends_at: performance.ends_at.into(),
        sales_cutoff_at: performance.sales_cutoff_at.into(),
        capacity_cap: performance.capacity_cap,
        state: match performance.state.as_str() {
            "announced" => PerformanceState::Announced,
            "on_sale" => PerformanceState::OnSale,
            "paused" => PerformanceState::Paused,
            "closed" => PerformanceState::Closed,
            "cancelled" => PerformanceState::Cancelled,
            _ => PerformanceState::Draft,
        },
        created_at: performance.created_at.into(),
        updated_at: performance.updated_at.into(),
        version: performance.version,
    }
}

pub fn performance_draft(ask: &PerformanceRequest) -> PerformanceDraft {
    PerformanceDraft {
        production: ask.production.0,
        hall: ask.hall.0,
        plan_version: ask.seating_plan_version.map(|version| version.0),
        doors_at: ask.doors_at.0,
        starts_at: ask.starts_at.0,
        ends_at: ask.ends_at.0,
        sales_cutoff_at: ask.sales_cutoff_at.unwrap_or(ask.starts_at).0,
        capacity_cap: ask.capacity_cap,
    }
}

pub fn performance_change(ask: &PerformanceUpdate) -> PerformanceChange {
    PerformanceChange {
        doors_at: ask.doors_at.map(|at| at.0),
        starts_at: ask.starts_at.map(|at| at.0),
        ends_at: ask.ends_at.map(|at| at.0),
        sales_cutoff_at: ask.sales_cutoff_at.map(|at| at.0),
        capacity_cap: patched(&ask.capacity_cap),
    }
}

pub fn class_rules(ask: &OpenSaleRequest) -> Vec<ClassRule> {
    let rules = ask.seat_classes.iter().map(|rule| ClassRule {
        section: rule.section.clone(),
        row_from: rule.row_from,
        row_to: rule.row_to,
        class: rule.seat_class.0,
    });
    rules.collect()
}

pub fn seat_class(class: &seat_class::SeatClass) -> SeatClass {
    SeatClass {
        id: class.id.into(),
        production: class.production_id.into(),
        code: class.code.clone(),
        name: class.name.clone(),
        name_en: class.name_en.clone(),
        numbering: if class.numbering == "assigned" { SeatNumbering::Assigned } else { SeatNumbering::None },
        created_at: class.created_at.into(),
        updated_at: class.updated_at.into(),
        version: class.version,
    }
}

pub fn seat_class_draft(ask: &SeatClassRequest) -> SeatClassDraft {
    SeatClassDraft {
        production: ask.production.0,
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        numbering: match ask.numbering {
            SeatNumbering::Assigned => "assigned",
            SeatNumbering::None => "none",
        },
    }
}

pub fn seat_class_change(ask: &SeatClassUpdate) -> SeatClassChange {
    SeatClassChange { name: ask.name.clone(), name_en: patched(&ask.name_en) }
}

pub fn ticket_type(one: &ticket_type::TicketType) -> TicketType {
    TicketType {
        id: one.id.into(),
        production: one.production_id.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        name_en: one.name_en.clone(),
        proof_required: one.proof_required,
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn ticket_type_draft(ask: &TicketTypeRequest) -> TicketTypeDraft {
    TicketTypeDraft {
        production: ask.production.0,
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        proof_required: ask.proof_required,
    }
}

pub fn ticket_type_change(ask: &TicketTypeUpdate) -> TicketTypeChange {
    TicketTypeChange { name: ask.name.clone(), name_en: patched(&ask.name_en), proof_required: ask.proof_required }
}

/// A list with its prices, or without.
pub fn price_list(list: &price_list::PriceList, prices: Option<&[price_list::Price]>) -> PriceList {
    PriceList {
        id: list.id.into(),
        production: list.production_id.into(),
        performance: list.performance_id.map(Into::into),
        name: list.name.clone(),
        prices: prices.map(|prices| prices.iter().map(price).collect()),
        created_at: list.created_at.into(),
    }
}

fn price(price: &price_list::Price) -> Price {
    Price {
        seat_class: price.seat_class_id.into(),
        ticket_type: price.ticket_type_id.into(),
        amount: price.amount.into(),
        tax_rate: match price.tax_rate.as_str() {
            "reduced" => PriceTaxRate::Reduced,
            "exempt" => PriceTaxRate::Exempt,
            _ => PriceTaxRate::Standard,
        },
    }
}

pub fn price_list_draft(ask: &PriceListRequest) -> PriceListDraft {
    let prices = ask.prices.iter().map(|price| PriceDraft {
        seat_class: price.seat_class.0,
        ticket_type: price.ticket_type.0,
        amount: Yen(price.amount),
        tax_rate: match price.tax_rate {
            PriceTaxRate::Standard => "standard",
            PriceTaxRate::Reduced => "reduced",
            PriceTaxRate::Exempt => "exempt",
        },
    });
    PriceListDraft {
        production: ask.production.0,
        performance: ask.performance.map(|performance| performance.0),
        name: ask.name.clone(),
        prices: prices.collect(),
    }
}

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
