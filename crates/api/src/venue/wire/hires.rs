//! Holds, applications, hires, permits.

use ::venue::{
    alternative::Alternative,
    application::Applied,
    cancellation::{Cancellation, PartCancellation},
    hire::{self, UseRecord},
    hire_change,
    hire_hold::Held,
    hire_quote::UseAsk,
    permit::{self, Validity},
    plan::Use,
};
use contract::{
    ApiError, Ref,
    venue::{
        hire::{
            Hire, HireApplication, HireApplicationState, HireCancellation, HireChange, HireChangeCause, HireForfeit,
            HireHold, HireHoldState, HireMoveRequest, HireMoves, HireMovesRequest, HirePartCancellation, HireState,
            Permit, PermitCheck, PermitUse, PermitValidity,
        },
        revocation::HireRevocationCause,
        tariff::TariffDocument,
    },
};
use db::Fault;
use kernel::{
    Actor, Instant, SealKey, Yen,
    ids::{BillId, HireApplicationId, HireId, TenantId},
};
use serde_json::{Value, json};
use tariff::hire::Cause;
use tenancy::Permit as Permission;

use super::{
    quotes::{minutes, use_ask_at},
    usage,
};
use crate::May;

/// 販路: where somebody hires.
pub fn channel<P: Permission>(caller: &May<P>) -> &'static str {
    match caller.actor() {
        Actor::Guest(_) | Actor::Patron(_) => "web",
        Actor::Key(_) => "server",
        _ => "counter",
    }
}

fn one_hire(one: &hire::Hire, record: Option<UseRecord>) -> Hire {
    let slots = one.span.as_deref().map(|span| span.split('+').map(str::to_owned).collect());
    Hire {
        id: one.id.into(),
        room: one.room_id.into(),
        date: one.day.into(),
        slots: slots.unwrap_or_default(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        state: hire_state(&one.state),
        used: record.map(usage::used),
        waived_amount: Some(Yen(one.waived)).filter(|waived| *waived > Yen::ZERO).map(Into::into),
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
        hires: one.hires.iter().map(|one| one_hire(one, None)).collect(),
        created_at: hold.created_at.into(),
        version: hold.version,
    }
}

/// The times of a use as a refusal tells them.
fn told(use_: &Use, of_use: usize) -> Value {
    let at = |at: Instant| kernel::clock::written(at);
    let slots: Vec<&String> = use_.slots.iter().map(|(code, _)| code).collect();
    let mut value = json!({ "use": of_use, "date": use_.day.to_string(), "slots": slots,
                            "starts_at": at(use_.during.from()), "ends_at": at(use_.during.until()) });
    let planned = [("early_minutes", use_.extension.early), ("late_minutes", use_.extension.late)];
    if let Some(members) = value.as_object_mut() {
        let there = |(name, planned): (&str, i64)| Some((name.to_owned(), Value::from(minutes(planned)?)));
        members.extend(planned.into_iter().filter_map(there));
    }
    value
}

/// Another way, as the problem tells it.
fn alternative(one: &Alternative) -> Value {
    let mut value = told(&one.at, one.of_use);
    if let Some(members) = value.as_object_mut() {
        members.insert("room".to_owned(), one.room.to_string().into());
        members.insert("approval".to_owned(), if one.automatic { "automatic" } else { "staff" }.into());
        members.insert("total_amount".to_owned(), one.total.0.into());
        if !one.with.is_empty() {
            let with = one.with.iter().map(|(of_use, use_)| told(use_, *of_use)).collect();
            members.insert("with".to_owned(), with);
        }
    }
    value
}

/// A refusal with the ways there are instead.
pub fn with_alternatives(mut error: ApiError, found: &[Alternative]) -> ApiError {
    let told: Vec<Value> = found.iter().map(alternative).collect();
    error.refusal = error.refusal.fact("alternatives", told);
    error
}

/// # Errors
/// A fault when what is kept of it does not open in its place.
pub fn application(
    one: &Applied,
    (key, tenant): (&SealKey, TenantId),
    bill: Option<BillId>,
    now: Instant,
) -> Result<HireApplication, Fault> {
    let stands = &one.application;
    let hire = |one: &hire::Hire| -> Result<Hire, Fault> { Ok(one_hire(one, one.opened_record(key, tenant)?)) };
    Ok(HireApplication {
        id: stands.id.into(),
        facility: stands.facility_id.into(),
        patron: stands.patron_id.into(),
        state: state(stands.standing(now)),
        title: stands.title.clone(),
        public_title: stands.public_title.clone(),
        channel: stands.channel.clone(),
        hires: one.hires.iter().map(hire).collect::<Result<_, _>>()?,
        quote: stands.quote_id.into(),
        bill: bill.map(Into::into),
        conditions: stands.conditions.clone(),
        reason: stands.opened_reason(key, tenant)?,
        due_at: stands.due_at.map(Into::into),
        due_reason: stands.opened_due_reason(key, tenant)?,
        mend_until: stands.open_until.filter(|_| stands.state == "returned").map(Into::into),
        decided_at: stands.decided_at.map(Into::into),
        changes: stands.changes,
        created_at: stands.created_at.into(),
        updated_at: stands.updated_at.into(),
        version: stands.version,
    })
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

/// A state by the word under which it is kept.
pub const fn state_kept(one: HireApplicationState) -> &'static str {
    match one {
        HireApplicationState::Requested => "requested",
        HireApplicationState::Returned => "returned",
        HireApplicationState::Refused => "refused",
        HireApplicationState::Withdrawn => "withdrawn",
        HireApplicationState::AwaitingPayment => "awaiting_payment",
        HireApplicationState::Lapsed => "lapsed",
        HireApplicationState::Confirmed => "confirmed",
        HireApplicationState::Cancelled => "cancelled",
        HireApplicationState::Revoked => "revoked",
        HireApplicationState::Settled => "settled",
    }
}

/// Whose reason it is; the house's own unless it says otherwise.
pub const fn cause(one: Option<HireRevocationCause>) -> Cause {
    match one {
        None | Some(HireRevocationCause::House) => Cause::House,
        Some(HireRevocationCause::ForceMajeure) => Cause::ForceMajeure,
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

pub fn in_part(of: HireApplicationId, one: &PartCancellation, bill: Option<BillId>) -> HirePartCancellation {
    let due = one.balance.due();
    HirePartCancellation {
        application: of.into(),
        hire: one.forfeit.hire.into(),
        quote: (!one.whole).then(|| one.balance.quote.into()),
        amount_before: one.balance.before.into(),
        amount_after: one.balance.after.into(),
        charge: one.forfeit.charged.into(),
        fee: one.forfeit.fee.into(),
        refund_amount: one.balance.refund().into(),
        until: one.forfeit.until.map(Into::into),
        waived_amount: one.waived.into(),
        due_amount: due.into(),
        due_at: (due > Yen::ZERO).then(|| one.balance.due_at.into()),
        bill: bill.map(Into::into),
        legal_reference: one.legal_reference.clone(),
    }
}

/// Hires with what each of them is to be.
///
/// # Errors
/// As [`use_ask_at`].
pub fn moves(ask: &HireMovesRequest) -> Result<Vec<(HireId, UseAsk)>, ApiError> {
    let to = |(at, one): (usize, &HireMoveRequest)| use_ask_at(at, &one.to).map(|to| (one.hire.0, to));
    ask.changes.iter().enumerate().map(to).collect()
}

/// Whose reason a change is; of who hired unless it says otherwise.
pub const fn change_cause(one: Option<HireChangeCause>) -> Cause {
    match one {
        None | Some(HireChangeCause::Patron) => Cause::User,
        Some(HireChangeCause::House) => Cause::House,
        Some(HireChangeCause::ForceMajeure) => Cause::ForceMajeure,
    }
}

pub fn moved(of: HireApplicationId, one: &hire_change::HireChange, bill: Option<BillId>) -> HireMoves {
    HireMoves {
        application: of.into(),
        hires: one.hires.iter().map(|hire| (*hire).into()).collect(),
        quote: Some(one.balance.quote.into()),
        amount_before: one.balance.before.into(),
        amount_after: one.balance.after.into(),
        waived_amount: one.waived.into(),
        due_amount: one.balance.due().into(),
        due_at: (one.balance.due() > Yen::ZERO).then(|| one.balance.due_at.into()),
        fee: one.fee.into(),
        refund_amount: one.balance.refund().into(),
        bill: bill.map(Into::into),
    }
}

pub fn change(id: HireId, one: &hire_change::HireChange, bill: Option<BillId>) -> HireChange {
    HireChange {
        hire: id.into(),
        quote: Some(one.balance.quote.into()),
        amount_before: one.balance.before.into(),
        amount_after: one.balance.after.into(),
        due_amount: one.balance.due().into(),
        due_at: (one.balance.due() > Yen::ZERO).then(|| one.balance.due_at.into()),
        fee: one.fee.into(),
        refund_amount: one.balance.refund().into(),
        bill: bill.map(Into::into),
    }
}

/// The permits of an application, the latest first: what is `unpaid` is so of the one that counts.
pub fn permits(found: &[permit::Permit], unpaid: Yen) -> Vec<Permit> {
    let owing = |at: usize, one: &permit::Permit| if at == 0 && one.revoked_at.is_none() { unpaid } else { Yen::ZERO };
    found.iter().enumerate().map(|(at, one)| permit(one, owing(at, one))).collect()
}

fn permit(one: &permit::Permit, unpaid: Yen) -> Permit {
    Permit {
        id: Ref::from(one.id),
        application: one.application_id.into(),
        number: one.display_number(),
        revision: one.revision,
        code: one.code.clone(),
        content: TariffDocument(one.content.clone()),
        content_hash: one.content_hash.clone(),
        waived_amount: one.waived().into(),
        unpaid_amount: unpaid.into(),
        issued_at: one.issued_at.into(),
        revoked_at: one.revoked_at.map(Into::into),
    }
}

pub fn permit_check(one: &permit::Permit, validity: Validity, unpaid: Yen) -> PermitCheck {
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
        paid: (validity == Validity::Valid).then_some(unpaid == Yen::ZERO),
        issued_at: one.issued_at.into(),
        revoked_at: one.revoked_at.map(Into::into),
    }
}
