//! Honoraria: plain translations.

use ::course::honorarium::Payment;
use contract::course::{
    honorarium::{Honorarium, HonorariumPreview, HonorariumSession, HonorariumState},
    session::Payee,
};

pub const fn state_kept(given: HonorariumState) -> &'static str {
    match given {
        HonorariumState::Approved => "approved",
        HonorariumState::Paid => "paid",
        HonorariumState::Voided => "voided",
    }
}

fn state(text: &str) -> HonorariumState {
    match text {
        "paid" => HonorariumState::Paid,
        "voided" => HonorariumState::Voided,
        _ => HonorariumState::Approved,
    }
}

fn payee(text: &str) -> Payee {
    match text {
        "individual" => Payee::Individual,
        "company" => Payee::Company,
        _ => Payee::None,
    }
}

fn sessions(one: &Payment) -> Vec<HonorariumSession> {
    let told = one.sessions.iter();
    told.map(|paid| HonorariumSession { session: paid.session_id.into(), amount: paid.amount.into() }).collect()
}

pub fn honorarium(one: &Payment) -> Honorarium {
    let kept = &one.honorarium;
    Honorarium {
        id: kept.id.into(),
        instructor: kept.instructor_id.into(),
        payee: payee(&kept.payee),
        sessions: sessions(one),
        gross: kept.gross.into(),
        withheld: kept.withheld.into(),
        net: kept.net.into(),
        state: state(&kept.state),
        approved_at: kept.approved_at.into(),
        paid_on: kept.paid_on.map(Into::into),
        reason: one.reason.clone(),
        updated_at: kept.updated_at.into(),
        version: kept.version,
    }
}

pub fn preview(one: &Payment) -> HonorariumPreview {
    let kept = &one.honorarium;
    HonorariumPreview {
        payee: payee(&kept.payee),
        sessions: sessions(one),
        gross: kept.gross.into(),
        withheld: kept.withheld.into(),
        net: kept.net.into(),
    }
}
