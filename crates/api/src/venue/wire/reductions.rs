//! 減免.

use ::venue::application::Reduction;
use contract::venue::reduction::{HireReduction, ReductionGrant, ReductionRatio};
use kernel::{
    Yen,
    ids::{BillId, HireApplicationId},
};
use tariff::hire::{Grant, Ratio};

pub fn grant(one: &ReductionGrant) -> Grant {
    Grant {
        code: one.code.clone(),
        legal_reference: one.legal_reference.clone(),
        room: part(one.room_percent, one.room_ratio.as_ref()),
        equipment: part(one.equipment_percent, one.equipment_ratio.as_ref()),
    }
}

fn part(percent: Option<i32>, ratio: Option<&ReductionRatio>) -> Ratio {
    let percent = || Ratio { num: percent.unwrap_or(0).into(), den: 100 };
    ratio.map_or_else(percent, |ratio| Ratio { num: ratio.num.into(), den: ratio.den.into() })
}

pub fn reduction(id: HireApplicationId, one: &Reduction, bill: Option<BillId>) -> HireReduction {
    HireReduction {
        application: id.into(),
        quote: one.balance.quote.into(),
        amount_before: one.balance.before.into(),
        amount_after: one.balance.after.into(),
        due_amount: one.balance.due().into(),
        due_at: (one.balance.due() > Yen::ZERO).then(|| one.balance.due_at.into()),
        refund_amount: one.balance.refund().into(),
        bill: bill.map(Into::into),
    }
}
