//! Tariffs and quotes.

use std::collections::BTreeMap;

use ::venue::{
    application::ApplicationError,
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
use kernel::{Actor, ids::TariffVersionId};
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

/// One room at one time, as it is asked for.
///
/// # Errors
/// `venue.time.unit` when neither slots, nor a time, nor a day is named, or when something is planned beside slots without any.
pub fn use_ask(ask: &HireUseRequest) -> Result<UseAsk, ApiError> {
    let planned = |minutes: Option<i32>| minutes.map_or(0, i64::from);
    let extension = Extension { early: planned(ask.early_minutes), late: planned(ask.late_minutes) };
    let time = match (ask.date, &ask.slots, ask.starts_at, ask.ends_at) {
        (Some(day), Some(codes), None, None) => TimeAsk::Slots { day: day.0, codes: Word::texts(codes), extension },
        _ if !extension.is_none() => {
            let sentence =
                "early_minutes and late_minutes go with slots; any other use is asked for as long as it is to be.";
            return Err(ApiError::of(rules::TIME_UNIT.refuse().because(sentence)));
        }
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
        heads: ask.heads.map(Into::into),
        headcount: headcount(ask.headcount.as_ref()),
        meters: meters(ask.meters.as_deref().unwrap_or_default()),
        equipment: ask.equipment.iter().flatten().map(|one| (one.equipment.0, one.quantity)).collect(),
    })
}

/// What is to be priced. Only the house says what somebody is; a patron asks for themselves or a
/// group, which is looked into by who asks for the price; a page for nobody.
///
/// # Errors
/// As [`use_ask`].
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
        uses: ask.uses.iter().map(use_ask).collect::<Result<_, _>>()?,
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
