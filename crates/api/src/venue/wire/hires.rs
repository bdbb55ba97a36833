//! Tariffs, quotes, holds, applications, hires, permits.

use ::venue::{
    application::{ApplicationError, Applied},
    cancellation::Cancellation,
    hire::{self, UseRecord},
    hire_change,
    hire_hold::Held,
    hire_quote::{self, PlannedItem, Priced, QuoteAsk, UseAsk},
    permit::{self, Validity},
    plan::{Alternative, TimeAsk},
    problems as rules,
    span::Span,
    tariff_version, usage,
};
use contract::{
    ApiError, Ref, Word,
    billing::TaxRate,
    venue::{
        hire::{
            Hire, HireApplication, HireApplicationState, HireCancellation, HireChange, HireForfeit, HireHold,
            HireHoldState, HireItem, HireMeter, HireQuote, HireQuoteKind, HireSettlement, HireState, HireUseRequest,
            HireUsed, HireUsedRequest, Permit, PermitCheck, PermitUse, PermitValidity, QuoteLine, QuoteProof,
            QuoteRequest, QuotedUse, ReductionGrant,
        },
        tariff::{
            FindingSeverity, TariffAppliesBy, TariffClassComparison, TariffDocument, TariffFinding, TariffVersion,
        },
    },
};
use db::Fault;
use kernel::{
    Actor, Instant, JST,
    ids::{BillId, HireApplicationId, HireId},
};
use serde_json::{Value, json};
use tariff::hire::{Comparison, Finding, Grant, HireAsk, MeterUse, Ratio, Severity};
use tenancy::Permit as Permission;
use time::format_description::well_known::Rfc3339;

use super::opening::day_class;
use crate::May;

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub fn tariff(one: &tariff_version::TariffVersion, findings: Option<&[Finding]>) -> TariffVersion {
    let told = |found: &Finding| TariffFinding {
        severity: match found.severity {
            Severity::Error => FindingSeverity::Error,
            Severity::Warning => FindingSeverity::Warning,
        },
        pointer: found.pointer.clone(),
        code: found.code.to_owned(),
        sentence: found.sentence.clone(),
    };
    let document = || serde_json::from_str(&one.document).ok().map(TariffDocument);
    TariffVersion {
        id: one.id.into(),
        facility: one.facility_id.into(),
        number: one.number,
        name: one.name.clone(),
        legal_reference: one.legal_reference.clone(),
        applies_by: match one.applies_by.as_str() {
            "use_date" => TariffAppliesBy::UseDate,
            _ => TariffAppliesBy::ApplicationDate,
        },
        effective_from: one.effective_from.into(),
        effective_until: one.effective_until.map(Into::into),
        document_hash: one.document_hash.clone(),
        document: findings.and_then(|_| document()),
        findings: findings.map(|findings| findings.iter().map(told).collect()),
        published_at: one.published_at.map(Into::into),
        created_at: one.created_at.into(),
    }
}

pub fn comparison(one: &Comparison) -> TariffClassComparison {
    TariffClassComparison {
        user_class: one.user_class.clone(),
        applications: count(one.asks),
        amount_before: one.before.into(),
        amount_after: one.after.into(),
        unpriced: count(one.unpriced.len()),
    }
}

/// 販路: where somebody hires.
pub fn channel<P: Permission>(caller: &May<P>) -> &'static str {
    match caller.actor() {
        Actor::Guest(_) | Actor::Patron(_) => "web",
        Actor::Key(_) => "server",
        _ => "counter",
    }
}

fn meters(asked: Option<&Vec<HireMeter>>) -> Vec<MeterUse> {
    let meter = |one: &HireMeter| MeterUse {
        meter: one.meter.clone(),
        minutes: one.minutes.iter().map(|minutes| i64::from(*minutes)).collect(),
    };
    asked.into_iter().flatten().map(meter).collect()
}

/// One room at one time, as it is asked for.
///
/// # Errors
/// `venue.time.unit` when neither slots, nor a time, nor a day is named.
pub fn use_ask(ask: &HireUseRequest) -> Result<UseAsk, ApiError> {
    let time = match (ask.date, &ask.slots, ask.starts_at, ask.ends_at) {
        (Some(day), Some(codes), None, None) => TimeAsk::Slots { day: day.0, codes: Word::texts(codes) },
        (Some(day), None, None, None) => TimeAsk::Day(day.0),
        (None, None, Some(from), Some(until)) => {
            let span = Span::new(from.0, until.0);
            TimeAsk::Between(span.ok_or_else(|| ApiError::from(ApplicationError::Times))?)
        }
        _ => {
            let sentence = "A use is named by date and slots, by starts_at and ends_at, or by the date alone.";
            return Err(ApiError::of(rules::TIME_UNIT.refuse().because(sentence)));
        }
    };
    Ok(UseAsk {
        room: ask.room.0,
        time,
        purpose: ask.purpose.clone(),
        commercial: ask.commercial.unwrap_or(false),
        admission: ask.admission.unwrap_or(0),
        goods_sale: ask.goods_sale.unwrap_or(false),
        alcohol: ask.alcohol.unwrap_or(false),
        use_kind: ask.use_kind.clone(),
        heads: ask.heads.unwrap_or(0).into(),
        meters: meters(ask.meters.as_ref()),
        equipment: ask.equipment.iter().flatten().map(|one| (one.equipment.0, one.quantity)).collect(),
    })
}

/// What is to be priced. Only the house says what somebody is; a patron asks for themselves, a page for nobody.
///
/// # Errors
/// As [`use_ask`].
pub fn quote_ask<P: Permission>(caller: &May<P>, ask: &QuoteRequest) -> Result<QuoteAsk, ApiError> {
    let house = caller.of_the_house();
    let patron = match caller.actor() {
        Actor::Patron(patron) => Some(*patron),
        _ => ask.patron.map(|patron| patron.0).filter(|_| house),
    };
    Ok(QuoteAsk {
        facility: ask.facility.0,
        patron,
        user_class: ask.user_class.clone().filter(|_| house),
        resident: ask.resident.unwrap_or(false) && house,
        channel: Some(channel(caller).to_owned()),
        uses: ask.uses.iter().map(use_ask).collect::<Result<_, _>>()?,
        hidden: house,
    })
}

const fn tax_rate(rate: tariff::TaxRate) -> TaxRate {
    match rate {
        tariff::TaxRate::Standard => TaxRate::Standard,
        tariff::TaxRate::Reduced => TaxRate::Reduced,
        tariff::TaxRate::Exempt => TaxRate::Exempt,
        tariff::TaxRate::OutOfScope => TaxRate::OutOfScope,
    }
}

/// As it was told.
///
/// # Errors
/// A fault: what was stored can be read.
pub fn quote(one: &hire_quote::HireQuote) -> Result<HireQuote, ApiError> {
    let unread = |_| Fault::Unexpected("a stored quote can be read");
    let asked: HireAsk = one.asked()?;
    let planned = one.planned()?;
    let used = |(planned, room): (&hire_quote::PlannedUse, &tariff::hire::RoomUse)| QuotedUse {
        room: planned.room.into(),
        name: planned.name.clone(),
        date: planned.day.into(),
        day_class: day_class(room.day_class),
        slots: planned.slots.clone(),
        starts_at: planned.during.from().into(),
        ends_at: planned.during.until().into(),
        equipment: planned.equipment.iter().map(item).collect(),
    };
    let rate: tariff::TaxRate =
        serde_json::from_value(one.tax.get("rate").cloned().unwrap_or(Value::Null)).map_err(unread)?;
    let tax = one.tax.get("tax").and_then(Value::as_i64).unwrap_or(0);
    Ok(HireQuote {
        id: one.id.into(),
        facility: one.facility_id.into(),
        tariff: one.tariff_version_id.into(),
        kind: match one.kind.as_str() {
            "offer" => HireQuoteKind::Offer,
            "reduction" => HireQuoteKind::Reduction,
            "change" => HireQuoteKind::Change,
            _ => HireQuoteKind::Settlement,
        },
        application: one.application_id.map(Into::into),
        uses: planned.iter().zip(&asked.uses).map(used).collect(),
        lines: one.lines.as_array().into_iter().flatten().map(line).collect(),
        total_amount: kernel::Yen(one.total).into(),
        tax_rate: tax_rate(rate),
        tax: kernel::Yen(tax).into(),
        inputs: TariffDocument(serde_json::from_str(&one.ask).map_err(unread)?),
        inputs_hash: one.inputs_hash.clone(),
        engine: one.engine,
        expires_at: one.expires_at.into(),
        created_at: one.created_at.into(),
    })
}

fn item(one: &PlannedItem) -> HireItem {
    HireItem { equipment: one.item.into(), quantity: one.quantity }
}

fn line(stored: &Value) -> QuoteLine {
    let text = |name: &str| match stored.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) if !other.is_null() => other.to_string(),
        _ => String::new(),
    };
    let number = |name: &str| stored.get(name).and_then(Value::as_i64).unwrap_or(0);
    let label =
        |language: &str| stored.pointer(&format!("/label/{language}")).and_then(Value::as_str).map(str::to_owned);
    QuoteLine {
        seq: i32::try_from(number("seq")).unwrap_or(0),
        component: text("component"),
        label: label("ja").unwrap_or_default(),
        label_en: label("en"),
        of_use: i32::try_from(number("of_use")).unwrap_or(0),
        span: text("span"),
        basis: text("basis"),
        num: number("num"),
        den: number("den"),
        result: text("amount"),
        legal_reference: text("legal_reference"),
        why: text("why"),
    }
}

/// Whether a quote computed again is what was told.
///
/// # Errors
/// A fault: lines can be written.
pub fn proof(again: &Priced, document_hash: String) -> Result<QuoteProof, ApiError> {
    let lines = serde_json::to_value(&again.charge.lines).map_err(|_| Fault::Unexpected("lines can be written"))?;
    let quote = &again.quote;
    let same =
        lines == quote.lines && again.charge.total.0 == quote.total && again.charge.inputs_hash == quote.inputs_hash;
    Ok(QuoteProof {
        quote: quote.id.into(),
        same,
        told_amount: kernel::Yen(quote.total).into(),
        computed_amount: again.charge.total.into(),
        document_hash,
        inputs_hash: again.charge.inputs_hash.clone(),
    })
}

fn one_hire(one: &hire::Hire) -> Hire {
    let slots = one.span.as_deref().map(|span| span.split('+').map(str::to_owned).collect());
    let used = |record: UseRecord| HireUsed {
        starts_at: record.during.from().into(),
        ends_at: record.during.until().into(),
        heads: i32::try_from(record.heads).unwrap_or(i32::MAX),
    };
    Hire {
        id: one.id.into(),
        room: one.room_id.into(),
        date: one.day.into(),
        slots: slots.unwrap_or_default(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        state: hire_state(&one.state),
        used: one.record().map(used),
    }
}

pub fn hold(one: &Held, now: Instant) -> HireHold {
    let hold = &one.hold;
    HireHold {
        id: hold.id.into(),
        facility: hold.facility_id.into(),
        quote: hold.quote_id.into(),
        state: match hold.standing(now) {
            "held" => HireHoldState::Held,
            "expired" => HireHoldState::Expired,
            "applied" => HireHoldState::Applied,
            _ => HireHoldState::Released,
        },
        expires_at: hold.hold_until.into(),
        hires: one.hires.iter().map(one_hire).collect(),
        created_at: hold.created_at.into(),
        version: hold.version,
    }
}

/// Another way, as the problem tells it.
pub fn alternative(one: &Alternative) -> Value {
    let at = |at: Instant| at.to_offset(JST).format(&Rfc3339).unwrap_or_default();
    let slots: Vec<&String> = one.at.slots.iter().map(|(code, _)| code).collect();
    json!({ "room": one.room.to_string(), "date": one.at.day.to_string(), "slots": slots,
            "starts_at": at(one.at.during.from()), "ends_at": at(one.at.during.until()) })
}

pub fn application(one: &Applied, bill: Option<BillId>, now: Instant) -> HireApplication {
    let stands = &one.application;
    HireApplication {
        id: stands.id.into(),
        facility: stands.facility_id.into(),
        patron: stands.patron_id.into(),
        state: state(stands.standing(now)),
        title: stands.title.clone(),
        public_title: stands.public_title.clone(),
        channel: stands.channel.clone(),
        hires: one.hires.iter().map(one_hire).collect(),
        quote: stands.quote_id.into(),
        bill: bill.map(Into::into),
        conditions: stands.conditions.clone(),
        reason: stands.reason.clone(),
        due_at: stands.due_at.map(Into::into),
        decided_at: stands.decided_at.map(Into::into),
        changes: stands.changes,
        created_at: stands.created_at.into(),
        updated_at: stands.updated_at.into(),
        version: stands.version,
    }
}

pub fn hire_state(text: &str) -> HireState {
    match text {
        "open" => HireState::Open,
        "used" => HireState::Used,
        "no_show" => HireState::NoShow,
        _ => HireState::Released,
    }
}

pub fn state(text: &str) -> HireApplicationState {
    match text {
        "requested" => HireApplicationState::Requested,
        "returned" => HireApplicationState::Returned,
        "refused" => HireApplicationState::Refused,
        "withdrawn" => HireApplicationState::Withdrawn,
        "awaiting_payment" => HireApplicationState::AwaitingPayment,
        "lapsed" => HireApplicationState::Lapsed,
        "confirmed" => HireApplicationState::Confirmed,
        "cancelled" => HireApplicationState::Cancelled,
        "revoked" => HireApplicationState::Revoked,
        _ => HireApplicationState::Settled,
    }
}

pub fn grant(one: &ReductionGrant) -> Grant {
    let ratio = |percent: i32| Ratio { num: percent.into(), den: 100 };
    Grant {
        code: one.code.clone(),
        legal_reference: one.legal_reference.clone(),
        room: ratio(one.room_percent),
        equipment: ratio(one.equipment_percent),
    }
}

pub fn cancellation(id: HireApplicationId, one: &Cancellation) -> HireCancellation {
    let forfeit = |one: &::venue::cancellation::HireForfeit| HireForfeit {
        hire: one.hire.into(),
        charge: one.charged.into(),
        fee: one.fee.into(),
        refund_amount: one.refund.into(),
        until: one.until.map(Into::into),
    };
    HireCancellation {
        application: id.into(),
        paid: one.paid,
        hires: one.hires.iter().map(forfeit).collect(),
        fee: one.fee().into(),
        refund_amount: one.refund().into(),
        legal_reference: one.legal_reference.clone(),
    }
}

pub fn change(one: &hire_change::HireChange, bill: Option<BillId>) -> HireChange {
    HireChange {
        hire: one.hire.into(),
        quote: Some(one.quote.into()),
        amount_before: one.before.into(),
        amount_after: one.after.into(),
        due_amount: one.due().into(),
        refund_amount: one.refund.into(),
        bill: bill.map(Into::into),
    }
}

/// What was recorded; what is left out is as agreed.
///
/// # Errors
/// `venue.hire.times` when the use would end before it begins.
pub fn use_record(ask: &HireUsedRequest, of: &Applied, id: HireId) -> Result<UseRecord, ApplicationError> {
    let hire = of.hires.iter().find(|one| one.id == id).ok_or(ApplicationError::Absent)?;
    let from = ask.starts_at.map_or(hire.starts_at, |at| at.0);
    let until = ask.ends_at.map_or(hire.ends_at, |at| at.0);
    Ok(UseRecord {
        during: Span::new(from, until).ok_or(ApplicationError::Times)?,
        heads: ask.heads.unwrap_or(0).into(),
        meters: meters(ask.meters.as_ref()),
        no_show: ask.no_show.unwrap_or(false),
    })
}

pub fn settlement(id: HireApplicationId, one: &usage::Settlement, bill: Option<BillId>) -> HireSettlement {
    HireSettlement {
        application: id.into(),
        quote: one.quote.into(),
        amount_before: one.before.into(),
        amount_after: one.after.into(),
        due_amount: one.items.iter().map(|item| item.amount).sum::<kernel::Yen>().into(),
        refund_amount: one.refunds.iter().map(|(_, back)| *back).sum::<kernel::Yen>().into(),
        bill: bill.map(Into::into),
    }
}

pub fn permit(one: &permit::Permit) -> Permit {
    Permit {
        id: Ref::from(one.id),
        application: one.application_id.into(),
        number: one.display_number(),
        revision: one.revision,
        code: one.code.clone(),
        content: TariffDocument(one.content.clone()),
        content_hash: one.content_hash.clone(),
        issued_at: one.issued_at.into(),
        revoked_at: one.revoked_at.map(Into::into),
    }
}

pub fn permit_check(one: &permit::Permit, validity: Validity) -> PermitCheck {
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let used =
        |of: &Value| PermitUse { name: text(of, "name"), starts: text(of, "starts_at"), ends: text(of, "ends_at") };
    let uses = one.content.get("uses").and_then(Value::as_array).into_iter().flatten();
    PermitCheck {
        number: one.display_number(),
        revision: one.revision,
        validity: match validity {
            Validity::Valid => PermitValidity::Valid,
            Validity::Superseded => PermitValidity::Superseded,
            Validity::Revoked => PermitValidity::Revoked,
        },
        uses: uses.filter(|_| validity == Validity::Valid).map(used).collect(),
        issued_at: one.issued_at.into(),
        revoked_at: one.revoked_at.map(Into::into),
    }
}
