//! Classes, types and prices.

use ::ticket::{
    price_list::{self, PriceDraft, PriceListDraft},
    seat_class::{self, SeatClassChange, SeatClassDraft},
    ticket_type::{self, TicketTypeChange, TicketTypeDraft},
};
use contract::ticket::price::{
    Price, PriceList, PriceListRequest, PriceTaxRate, SeatClass, SeatClassRequest, SeatClassUpdate, SeatNumbering,
    TicketType, TicketTypeRequest, TicketTypeUpdate,
};
use kernel::Yen;

use crate::params::patched;

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
