//! Tariffs and quotes.

use std::collections::BTreeMap;

use ::venue::{
    hire_quote::{self, PlannedItem, Priced, Proposal, QuoteAsk, UseAsk},
    plan::{Extension, TimeAsk},
    problems as rules,
    span::Span,
    tariff_version,
};
use contract::{
    ApiError, Word,
    venue::{
        hire::{
            HireHeadcount, HireItem, HireMeter, HireQuote, HireQuoteKind, HireUseRequest, QuoteLine, QuoteProof,
            QuoteProposal, QuoteRequest, QuotedUse,
        },
        tariff::{
            FindingSeverity, TariffAppliesBy, TariffClassComparison, TariffComparison, TariffDocument, TariffFinding,
            TariffVersion,
        },
    },
};
use db::Fault;
use kernel::{Actor, Refusal, ids::TariffVersionId};
use serde_json::Value;
use tariff::hire::{Comparison, Finding, HireAsk, MeterUse, Severity};
use tenancy::Permit as Permission;

use super::{hires::channel, opening::day_class};
use crate::{May, billing::wire::tax_rate};

/// Minutes that there are.
pub(super) fn minutes(number: i64) -> Option<i32> {
    i32::try_from(number).ok().filter(|number| *number > 0)
}

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
        succeeds: None,
        hires_as_quoted: None,
        created_at: one.created_at.into(),
    }
}

/// As it stands now that it is published, and what it took the place of.
pub fn published(one: &tariff_version::Published) -> TariffVersion {
    TariffVersion {
        succeeds: one.succeeds.map(Into::into),
        hires_as_quoted: one.succeeds.map(|_| one.as_quoted),
        ..tariff(&one.version, None)
    }
}

pub fn what_if(of: TariffVersionId, found: &tariff_version::WhatIf) -> TariffComparison {
    TariffComparison {
        tariff: of.into(),
        classes: found.classes.iter().map(comparison).collect(),
        truncated: found.truncated,
        unread: count(found.unread),
    }
}

fn comparison(one: &Comparison) -> TariffClassComparison {
    TariffClassComparison {
        user_class: one.user_class.clone(),
        applications: count(one.asks),
        amount_before: one.before.into(),
        amount_after: one.after.into(),
        unpriced: count(one.unpriced.len()),
    }
}

pub(super) fn headcount(asked: Option<&Vec<HireHeadcount>>) -> BTreeMap<String, i64> {
    asked.into_iter().flatten().map(|one| (one.kind.clone(), one.heads.into())).collect()
}

pub(super) fn meters(asked: &[HireMeter]) -> Vec<MeterUse> {
    let meter = |one: &HireMeter| MeterUse {
        meter: one.meter.clone(),
        minutes: one.minutes.iter().map(|minutes| i64::from(*minutes)).collect(),
    };
    asked.iter().map(meter).collect()
}

/// When a use is to be, as it is asked for.
fn time_ask(ask: &HireUseRequest) -> Result<TimeAsk, Refusal> {
    let planned = |minutes: Option<i32>| minutes.map_or(0, i64::from);
    let extension = Extension { early: planned(ask.early_minutes), late: planned(ask.late_minutes) };
    match (ask.date, &ask.slots, ask.starts_at, ask.ends_at) {
        (Some(day), Some(codes), None, None) => Ok(TimeAsk::Slots { day: day.0, codes: Word::texts(codes), extension }),
        (Some(day), None, None, None) if extension.is_none() => Ok(TimeAsk::Day(day.0)),
        (None, None, Some(from), Some(until)) if extension.is_none() => {
            Span::new(from.0, until.0).map(TimeAsk::Between).ok_or_else(|| rules::HIRE_TIMES.refuse())
        }
        _ => Err(unclear(ask)),
    }
}

/// What is missing, and what is too much: slots mean slots, a beginning or an end a time, anything else a day.
fn unclear(ask: &HireUseRequest) -> Refusal {
    let by_slots = ask.slots.is_some();
    let by_time = !by_slots && (ask.starts_at.is_some() || ask.ends_at.is_some());
    // its name, whether it is given, and whether it belongs to such a use
    let members = [
        ("date", ask.date.is_some(), !by_time),
        ("slots", by_slots, by_slots),
        ("starts_at", ask.starts_at.is_some(), by_time),
        ("ends_at", ask.ends_at.is_some(), by_time),
    ];
    let minutes = [("early_minutes", ask.early_minutes), ("late_minutes", ask.late_minutes)];
    let minutes = minutes.map(|(name, given)| (name, given.is_some(), by_slots));
    let wanting = members.iter().filter(|(_, given, belongs)| *belongs && !given);
    let beside = members.iter().chain(&minutes).filter(|(_, given, belongs)| *given && !belongs);
    let missing: Vec<&str> = wanting.map(|(name, ..)| *name).collect();
    let excess: Vec<&str> = beside.map(|(name, ..)| *name).collect();
    let told = [("missing", missing), ("excess", excess)].into_iter().filter(|(_, names)| !names.is_empty());
    told.fold(rules::TIME_UNCLEAR.refuse(), |refusal, (fact, names)| refusal.fact(fact, names))
}

/// One room at one time, as it is asked for.
///
/// # Errors
/// `venue.time.unclear` when something is missing to say when, or too much; `venue.hire.times` when it ends before it begins.
pub fn use_ask(ask: &HireUseRequest) -> Result<UseAsk, ApiError> {
    Ok(UseAsk {
        room: ask.room.0,
        time: time_ask(ask).map_err(ApiError::of)?,
        purpose: ask.purpose.clone(),
        commercial: ask.commercial.unwrap_or(false),
        admission: ask.admission.unwrap_or(0),
        goods_sale: ask.goods_sale.unwrap_or(false),
        alcohol: ask.alcohol.unwrap_or(false),
        use_kind: ask.use_kind.clone(),
        heads: ask.heads.map(Into::into),
        headcount: headcount(ask.headcount.as_ref()),
        meters: meters(ask.meters.as_deref().unwrap_or_default()),
        equipment: ask.equipment.iter().flatten().map(|one| (one.equipment.0, one.quantity)).collect(),
    })
}

/// One of several.
///
/// # Errors
/// As [`use_ask`], with its place in the list.
pub(super) fn use_ask_at(at: usize, ask: &HireUseRequest) -> Result<UseAsk, ApiError> {
    use_ask(ask).map_err(|error| ApiError::of(error.refusal.fact("use", at)))
}

/// What is to be priced. Only the house says what somebody is; a patron asks for themselves or a
/// group, which is looked into by who asks for the price; a page for nobody.
///
/// # Errors
/// As [`use_ask_at`].
pub fn quote_ask<P: Permission>(caller: &May<P>, ask: &QuoteRequest) -> Result<QuoteAsk, ApiError> {
    let house = caller.of_the_house();
    let patron = match caller.actor() {
        Actor::Patron(patron) => Some(ask.patron.map_or(*patron, |patron| patron.0)),
        _ => ask.patron.map(|patron| patron.0).filter(|_| house),
    };
    Ok(QuoteAsk {
        facility: ask.facility.0,
        patron,
        user_class: ask.user_class.clone().filter(|_| house),
        resident: ask.resident.unwrap_or(false) && house,
        organiser_kind: None,
        channel: Some(channel(caller).to_owned()),
        uses: ask.uses.iter().enumerate().map(|(at, one)| use_ask_at(at, one)).collect::<Result<_, _>>()?,
        hidden: house,
        counter: matches!(caller.actor(), Actor::Staff(_)),
    })
}

/// A quote that was just made, with what could come with it.
///
/// # Errors
/// As [`quote`].
pub fn offer(one: &hire_quote::HireQuote, proposals: &[Proposal]) -> Result<HireQuote, ApiError> {
    let proposal = |one: &Proposal| QuoteProposal {
        of_use: count(one.of_use),
        room: one.room.into(),
        name: one.name.clone(),
        amount: one.amount.map(Into::into),
    };
    let proposals = proposals.iter().map(proposal).collect();
    Ok(HireQuote { proposals: Some(proposals), ..quote(one)? })
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
        early_minutes: minutes(planned.extension.early),
        late_minutes: minutes(planned.extension.late),
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
        proposals: None,
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

/// Whether a quote computed again is what was told, with the hashes that are told.
///
/// # Errors
/// A fault: lines can be written.
pub fn proof(again: &Priced, document_hash: String, inputs_hash: String) -> Result<QuoteProof, ApiError> {
    let unwritten = |_| Fault::Unexpected("a charge can be written");
    let lines = serde_json::to_value(&again.charge.lines).map_err(unwritten)?;
    let tax = serde_json::to_value(again.charge.tax).map_err(unwritten)?;
    let quote = &again.quote;
    let same = lines == quote.lines && tax == quote.tax && again.charge.total.0 == quote.total && quote.is_as_asked();
    Ok(QuoteProof {
        quote: quote.id.into(),
        same,
        told_amount: kernel::Yen(quote.total).into(),
        computed_amount: again.charge.total.into(),
        document_hash,
        inputs_hash,
    })
}
