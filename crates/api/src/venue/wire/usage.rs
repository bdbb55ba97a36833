//! How hires were used, and what that comes to.

use ::venue::{
    application::{ApplicationError, Applied},
    hire::{UseRecord, UsedItem},
    span::Span,
    usage::{self, UseDraft},
};
use contract::venue::{
    hire::{HireHeadcount, HireItem, HireMeter, HireSettlement, HireUsed, HireUsedRequest},
    usage::{HireManualCharge, HireUsedItem},
};
use kernel::{
    Yen,
    ids::{BillId, HireApplicationId, HireId},
};
use tariff::hire::{ManualCharge, MeterUse};

use super::quotes::{headcount, meters};

/// What is to be recorded; what is left out is as agreed.
///
/// # Errors
/// `venue.hire.times` when the use would end before it begins.
pub fn draft(ask: &HireUsedRequest, of: &Applied, id: HireId) -> Result<UseDraft, ApplicationError> {
    let hire = of.hires.iter().find(|one| one.id == id).ok_or(ApplicationError::Absent)?;
    let from = ask.starts_at.map_or(hire.starts_at, |at| at.0);
    let until = ask.ends_at.map_or(hire.ends_at, |at| at.0);
    let during = Span::new(from, until).ok_or(ApplicationError::Times)?;
    let item = |one: &HireItem| (one.equipment.0, one.quantity);
    Ok(UseDraft {
        during: (ask.starts_at.is_some() || ask.ends_at.is_some()).then_some(during),
        heads: ask.heads.map(Into::into),
        headcount: headcount(ask.headcount.as_ref()),
        meters: ask.meters.as_deref().map(meters),
        equipment: ask.equipment.as_ref().map(|items| items.iter().map(item).collect()),
        charges: ask.charges.iter().flatten().map(charge).collect(),
        no_show: ask.no_show.unwrap_or(false),
    })
}

fn charge(one: &HireManualCharge) -> ManualCharge {
    ManualCharge {
        label: one.label.clone(),
        yen: Yen(one.amount),
        reason: one.reason.clone(),
        legal_reference: one.legal_reference.clone(),
    }
}

/// As it was recorded.
pub fn used(one: UseRecord) -> HireUsed {
    let item = |one: UsedItem| HireUsedItem {
        equipment: one.item.item.into(),
        name: one.item.name,
        quantity: one.item.quantity,
        agreed: one.agreed,
    };
    let charge = |one: ManualCharge| HireManualCharge {
        label: one.label,
        amount: one.yen.0,
        reason: one.reason,
        legal_reference: one.legal_reference,
    };
    let of_kind =
        |(kind, heads): (String, i64)| HireHeadcount { kind, heads: i32::try_from(heads).unwrap_or(i32::MAX) };
    let meter = |one: MeterUse| HireMeter {
        meter: one.meter,
        minutes: one.minutes.into_iter().map(|minutes| i32::try_from(minutes).unwrap_or(i32::MAX)).collect(),
    };
    let meters = one.meters.map(|meters| meters.into_iter().map(meter).collect());
    let headcount: Vec<HireHeadcount> = one.headcount.into_iter().map(of_kind).collect();
    let charges: Vec<HireManualCharge> = one.charges.into_iter().map(charge).collect();
    HireUsed {
        starts_at: one.during.from().into(),
        ends_at: one.during.until().into(),
        heads: one.heads.map(|heads| i32::try_from(heads).unwrap_or(i32::MAX)),
        headcount: (!headcount.is_empty()).then_some(headcount),
        meters,
        equipment: one.equipment.map(|items| items.into_iter().map(item).collect()),
        charges: (!charges.is_empty()).then_some(charges),
    }
}

pub fn settlement(id: HireApplicationId, one: &usage::Settlement, bill: Option<BillId>) -> HireSettlement {
    HireSettlement {
        application: id.into(),
        quote: one.balance.quote.into(),
        amount_before: one.balance.before.into(),
        amount_after: one.balance.after.into(),
        waived_amount: one.waived.into(),
        due_amount: one.balance.due().into(),
        due_at: (one.balance.due() > Yen::ZERO).then(|| one.balance.due_at.into()),
        refund_amount: one.balance.refund().into(),
        bill: bill.map(Into::into),
    }
}
