//! Productions and their performances.

use ::ticket::{
    performance::{self, PerformanceChange, PerformanceDraft},
    production::{self, ProductionChange, ProductionDraft},
    stock::ClassRule,
};
use contract::ticket::{
    performance::{OpenSaleRequest, Performance, PerformanceRequest, PerformanceState, PerformanceUpdate},
    production::{Production, ProductionRequest, ProductionState, ProductionUpdate},
};

use crate::params::patched;

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
