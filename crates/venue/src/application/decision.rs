//! 審査: an application is granted, returned to be mended, or refused.

use audit::journal;
use db::{Remark, TenantTx};
use kernel::{Instant, Yen, ids::HireApplicationId};
use tariff::hire::Grant;

use super::{
    Application, ApplicationError, Applied, BillItem, confirm, events, find, give_up, locked, quote_of, rules, store,
    words,
};
use crate::{
    due, facility, hire, hire_hold,
    hire_quote::{self, Priced},
    permit::Permit,
};

/// How it is granted.
#[derive(Debug, Clone)]
pub struct Approval {
    pub conditions: Option<String>,
    /// 減免 that are granted with it: they make a new quote.
    pub grants: Vec<Grant>,
    /// Until when it must be paid: at the latest when the first use begins. Absent: as the tariff says ([`due`](crate::due)).
    pub due_at: Option<Instant>,
}

/// What became of a granted application.
#[derive(Debug)]
pub struct Approved {
    pub applied: Applied,
    pub total: Yen,
    /// To be billed; empty when there is nothing to pay and it is confirmed already.
    pub items: Vec<BillItem>,
    pub permit: Option<Permit>,
}

/// Grants an application. With something to pay it waits for the money until its deadline; with nothing it is confirmed.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `HireOver` when a use has begun, `Due` when it is not to be paid between now and
/// then, `Senseless` and `InVain` of a reduction by its place in `grants`.
pub async fn approve(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    approval: &Approval,
    now: Instant,
) -> Result<Approved, ApplicationError> {
    let mut application = locked(tx, id, version, now, &["requested"]).await?;
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    let latest = due::latest(tx, &application, &hires, now).await?;
    if let Some(said) = approval.due_at {
        due::rules::expect_between(said, (now, latest))?;
    }
    let quote = quote_of(tx, &application).await?;
    let mut priced = hire_quote::priced(tx, quote).await?;
    if !approval.grants.is_empty() {
        let grants = &approval.grants;
        priced = reduced(tx, &application, &priced, (grants, grants), now).await?;
    }
    let total = priced.charge.total;
    application.quote_id = priced.quote.id;
    application.conditions.clone_from(&approval.conditions);
    (application.reason, application.decided_at) = (None, Some(now));
    journal(tx, now, &events::ApplicationApproved { application: id, total: total.0 }).await?;
    if total == Yen::ZERO {
        hire_hold::keep(tx, &hires, None, now).await?;
        let (applied, permit) = confirm(tx, application, hires, now).await?;
        return Ok(Approved { applied, total, items: Vec::new(), permit: Some(permit) });
    }
    let due_at = match approval.due_at {
        Some(said) => said,
        None => due::by_tariff(tx, application.facility_id, &priced.tariff, (&hires, latest), now).await?,
    };
    hire_hold::keep(tx, &hires, Some(due_at), now).await?;
    (application.state, application.due_at) = ("awaiting_payment".to_owned(), Some(due_at));
    let items = rules::bill_items(&priced, &hires)?;
    store(tx, &mut application, now).await?;
    Ok(Approved { applied: Applied { application, hires }, total, items, permit: None })
}

/// How an application is turned down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnDown {
    /// 差戻し: to be mended, at the latest when the first use begins; until then the rooms stay taken. Absent: in as many days as the
    /// facility gives, or until then.
    Return { until: Option<Instant> },
    /// 不許可.
    Refuse,
}

/// Returns an application to be mended, or refuses it, with a reason.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `MendUntil` when it is not to be mended between now and the first use.
pub async fn turn_down(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    how: TurnDown,
    reason: &Remark,
    now: Instant,
) -> Result<Applied, ApplicationError> {
    let mut application = locked(tx, id, version, now, &["requested", "returned"]).await?;
    let kept = reason.seal(&words::cell(tx.tenant(), id, words::REASON))?;
    (application.reason, application.decided_at) = (Some(kept), Some(now));
    match how {
        TurnDown::Return { until } => {
            let hires = hire::sql::of_applications(tx, &[id]).await?;
            let days = match until {
                Some(_) => None,
                None => facility::find(tx, application.facility_id).await?.mend_days,
            };
            application.mend_by = Some(rules::mend_until(&hires, until, days, now)?);
            "returned".clone_into(&mut application.state);
            application.open_until = rules::waits_until(&application, &hires, now);
            hire_hold::keep(tx, &hires, application.open_until, now).await?;
            journal(tx, now, &events::ApplicationReturned { application: id }).await?;
        }
        TurnDown::Refuse => {
            application.state = "refused".to_owned();
            give_up(tx, &application).await?;
            journal(tx, now, &events::ApplicationRefused { application: id }).await?;
        }
    }
    store(tx, &mut application, now).await?;
    find(tx, id).await
}

/// Prices an application again, with all of these reductions. Those that are asked for now make sense, and come off something where they
/// were not granted before: else the refusal has their place among them.
pub(super) async fn reduced(
    tx: &mut TenantTx,
    application: &Application,
    before: &Priced,
    (all, asked_for): (&[Grant], &[Grant]),
    now: Instant,
) -> Result<Priced, ApplicationError> {
    if let Some((at, grant)) = asked_for.iter().enumerate().find(|(_, one)| !one.makes_sense()) {
        return Err(ApplicationError::Senseless { at, grant: grant.code.clone() });
    }
    let mut asked = before.quote.asked()?;
    let known = std::mem::replace(&mut asked.grants, all.to_vec());
    let about = hire_quote::rules::About {
        kind: "reduction",
        application: Some(application.id),
        patron: Some(application.patron_id),
        house_changes: None,
    };
    let priced = hire_quote::price_again(tx, before, &asked, &before.quote.planned()?, about, now).await?;
    let in_vain = |one: &Grant| !known.contains(one) && priced.charge.in_vain.contains(&one.code);
    match asked_for.iter().enumerate().find(|(_, one)| in_vain(one)) {
        Some((at, grant)) => Err(ApplicationError::InVain { at, grant: grant.code.clone() }),
        None => Ok(priced),
    }
}
