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
        quote: one.quote.into(),
        amount_before: one.before.into(),
        amount_after: one.after.into(),
        due_amount: one.due().into(),
        due_at: (one.due() > Yen::ZERO).then(|| one.due_at.into()),
        refund_amount: one.refund().into(),
        bill: bill.map(Into::into),
    }
}
