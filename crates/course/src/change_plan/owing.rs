//! What plans that are being carried out still owe: for whoever asks meanwhile what is left of a bill, it has gone back.

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, TenantTx};
use kernel::ids::{BillLineId, CourseApplicationId, CourseClassId};

use super::{Affected, Money, sql};
use crate::{application::Application, withdrawal::PaidLine};

/// Yen of each line of a bill that a plan says go back, and that have not yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owing(BTreeMap<BillLineId, i64>);

impl Owing {
    fn add(&mut self, step: &Affected) {
        for line in &step.lines {
            let owed = self.0.entry(line.line).or_default();
            *owed = owed.saturating_add(line.refund);
        }
    }

    /// What is left of the lines of a bill when that has gone back.
    pub(crate) fn without(&self, paid: &[PaidLine]) -> Vec<PaidLine> {
        let owed = |one: &PaidLine| self.0.get(&one.line).copied().unwrap_or_default();
        let left = |one: &PaidLine| PaidLine { amount: one.amount.saturating_sub(owed(one)).max(0), ..*one };
        paid.iter().map(left).collect()
    }

    fn left(&self, money: &Money) -> Money {
        match money {
            Money::Paid(paid) => Money::Paid(self.without(paid)),
            Money::Asked(came) => Money::Asked(*came),
        }
    }
}

/// What the plans of a class still owe, or, where one is named, what they owe of the bill of an application. While the places of the
/// class are locked no plan is begun, and nothing of one goes back: what this says stays.
pub(crate) async fn of_class(
    tx: &mut TenantTx,
    class: CourseClassId,
    to: Option<CourseApplicationId>,
) -> Result<Owing, Fault> {
    let mut owing = Owing::default();
    for plan in sql::under_way(tx, class, to).await? {
        let taken = usize::try_from(plan.done).unwrap_or_default();
        let failed: BTreeSet<CourseApplicationId> = plan.failures()?.iter().map(|one| one.application).collect();
        for (at, step) in plan.read()?.steps().enumerate() {
            if at >= taken || failed.contains(&step.application) {
                owing.add(step);
            }
        }
    }
    Ok(owing)
}

/// What there is of the money for an application, without what plans still owe of it.
pub(crate) async fn left(tx: &mut TenantTx, of: &Application, money: &Money) -> Result<Money, Fault> {
    Ok(of_class(tx, of.class_id, Some(of.id)).await?.left(money))
}

/// What there is of the money for applications of a class, without what plans still owe of it. Whoever calls has locked the class before
/// the bills were read.
///
/// # Errors
/// A [`Fault`].
pub async fn left_of_all(
    tx: &mut TenantTx,
    class: CourseClassId,
    money: BTreeMap<CourseApplicationId, Money>,
) -> Result<BTreeMap<CourseApplicationId, Money>, Fault> {
    let owing = of_class(tx, class, None).await?;
    Ok(money.into_iter().map(|(id, money)| (id, owing.left(&money))).collect())
}
