//! 減免: a part of what an application costs is not asked for, since it was granted. Money itself is not here: the caller calls off the
//! open bills of the application, and bills or gives back what is decided, in the same transaction.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{Instant, Yen, ids::HireApplicationId};
use tariff::hire::Grant;

use super::{
    ApplicationError, Applied, Balance, confirm, decision::reduced, events, issue_permit, locked, quote_of, rules,
    store,
};
use crate::{
    account::{self, Received},
    due, hire, hire_hold,
    hire_quote::{self, Priced},
};

/// What a reduction comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduction {
    pub balance: Balance,
    /// Whether it was not paid before: then what is to be billed is all that it costs, in place of its bill.
    pub unpaid: bool,
}

/// Grants reductions of an application that waits for its payment or is confirmed, in addition to those that were granted before: a
/// new quote by the same version of the tariff. What is not paid yet is billed again, until the same moment; when nothing is left to
/// pay it is confirmed. Of what was paid, the difference goes back, and the permit gets another revision.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`; `Senseless` and `InVain` of a reduction by its place in `grants`.
pub async fn reduce(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    grants: &[Grant],
    received: &Received,
    now: Instant,
) -> Result<(Applied, Reduction), ApplicationError> {
    let mut application = locked(tx, id, version, now, &["awaiting_payment", "confirmed"]).await?;
    let mut hires = hire::sql::of_applications(tx, &[id]).await?;
    let before = quote_of(tx, &application).await?;
    let all = together(&before.asked()?.grants, grants);
    let old = hire_quote::priced(tx, before).await?;
    let new = reduced(tx, &application, &old, (&all, grants), now).await?;
    application.quote_id = new.quote.id;
    let (before, after) = (old.charge.total, new.charge.total);
    journal(tx, now, &events::ApplicationReduced { application: id, before: before.0, after: after.0 }).await?;
    if application.state == "awaiting_payment" {
        return before_payment(tx, Applied { application, hires }, (&old, &new), received.in_parts(), now).await;
    }
    let agreed = hire::live(&hires);
    let live = rules::waiving(&agreed, &new, &[])?;
    hire::sql::waive(tx, &live).await?;
    let (was, is) = (rules::shares(&agreed, &old)?, rules::shares(&live, &new)?);
    let Ok(found) = account::rules::difference(&was, &is, &received.left(&hires), account::rules::free);
    let items = rules::difference_items("減免後の差額", (&live, &new), &found.owed)?;
    issue_permit(tx, &application, &new.quote, (hire::waived(&live), &items), now).await?;
    store(tx, &mut application, now).await?;
    let due_at = due::of_difference(tx, application.facility_id, &new.tariff, (&live, &items), now).await?;
    let (quote, refunds, in_parts) = (new.quote.id, found.refunds, received.in_parts());
    let balance = Balance { quote, before, after, items, due_at, refunds, in_parts };
    hire::put(&mut hires, live);
    Ok((Applied { application, hires }, Reduction { balance, unpaid: false }))
}

/// It was not paid in full: all of it is billed again, or there is nothing left to wait for.
async fn before_payment(
    tx: &mut TenantTx,
    Applied { mut application, hires }: Applied,
    (old, new): (&Priced, &Priced),
    in_parts: Yen,
    now: Instant,
) -> Result<(Applied, Reduction), ApplicationError> {
    let (before, after) = (old.charge.total, new.charge.total);
    let due_at = application.due_at.ok_or(Fault::Unexpected("what waits for its payment is due"))?;
    let items = rules::bill_items(new, &hires)?;
    let applied = if after == Yen::ZERO {
        hire_hold::keep(tx, &hires, None, now).await?;
        confirm(tx, application, hires, now).await?.0
    } else {
        store(tx, &mut application, now).await?;
        Applied { application, hires }
    };
    let balance = Balance { quote: new.quote.id, before, after, items, due_at, refunds: Vec::new(), in_parts };
    Ok((applied, Reduction { balance, unpaid: true }))
}

/// Those that were granted before stay, but for those that others of the same code take the place of.
fn together(before: &[Grant], more: &[Grant]) -> Vec<Grant> {
    let stays = |one: &&Grant| more.iter().all(|new| new.code != one.code);
    before.iter().filter(stays).chain(more).cloned().collect()
}

#[cfg(test)]
mod tests {
    use tariff::hire::Ratio;

    use super::*;

    #[test]
    fn what_was_granted_before_stays_unless_the_same_is_granted_otherwise() {
        let grant = |code: &str, num: i64| Grant {
            code: code.to_owned(),
            legal_reference: "減免規則".to_owned(),
            room: Ratio { num, den: 3 },
            equipment: Ratio { num: 0, den: 1 },
        };
        let before = [grant("CHILD", 1), grant("SCHOOL", 1)];
        assert_eq!(together(&before, &[grant("CHILD", 2)]), [grant("SCHOOL", 1), grant("CHILD", 2)]);
        assert_eq!(together(&before, &[]), before);
        assert_eq!(together(&[], &before), before);
    }
}
