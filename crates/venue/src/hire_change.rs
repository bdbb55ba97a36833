//! 変更: another time, room or equipment for a hire, in one transaction: nobody else gets in between.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{HireId, HireQuoteId},
};

use crate::{
    application::{self, ApplicationError, Applied, BillItem, events, rules},
    hire, hire_hold,
    hire_quote::{self, PlannedUse, QuoteAsk, UseAsk},
    permit,
};

/// What a change comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HireChange {
    pub hire: HireId,
    pub quote: HireQuoteId,
    /// What the application cost before and costs after it, yen.
    pub before: Yen,
    pub after: Yen,
    /// To be billed in addition; at most one item.
    pub items: Vec<BillItem>,
    /// What goes back: nothing when the tariff keeps differences.
    pub refund: Yen,
}

impl HireChange {
    /// What is to be paid in addition.
    pub fn due(&self) -> Yen {
        self.items.iter().map(|item| item.amount).sum()
    }
}

/// Changes a hire of a confirmed application, or of one that is not decided yet. A preview does all of it too: its transaction is
/// not committed. The permit gets another revision; the caller bills or gives back the difference.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `HireOver`, `Changes`, `Quote`, `Hold` when the rooms or the equipment are
/// taken.
pub async fn change(
    tx: &mut TenantTx,
    id: HireId,
    version: Option<i32>,
    wanted: &UseAsk,
    hidden: bool,
    now: Instant,
) -> Result<(Applied, HireChange), ApplicationError> {
    let of = hire::sql::find(tx, id).await?.and_then(|one| one.application_id).ok_or(ApplicationError::Absent)?;
    let mut application = application::locked(tx, of, version, now, &["requested", "confirmed"]).await?;
    let mut hires = hire::sql::of_applications(tx, &[of]).await?;
    let place = rules::place(&hires, id).ok_or(ApplicationError::Absent)?;
    let hire = hires.get_mut(place).filter(|one| one.state == "open" && one.starts_at > now);
    let hire = hire.ok_or(ApplicationError::HireOver)?;
    let before = application::quote_of(tx, &application).await?;
    let old = hire_quote::priced(tx, before.clone()).await?;
    let confirmed = application.state == "confirmed";
    if let Some(rule) =
        old.tariff.change.as_ref().filter(|rule| confirmed && application.changes >= i32::from(rule.most))
    {
        return Err(ApplicationError::Changes { most: rule.most });
    }
    let (uses, asked) = with_change(tx, &before, place, wanted, hidden, now).await?;
    let changed: &PlannedUse = uses.get(place).ok_or(ApplicationError::Absent)?;
    application::release(tx, &[id.uuid()]).await?;
    hire.room_id = changed.room;
    (hire.day, hire.span) = (changed.day, hire::span_of(changed));
    (hire.starts_at, hire.ends_at) = (changed.during.from(), changed.during.until());
    hire_hold::take(tx, std::slice::from_ref(hire), std::slice::from_ref(changed), None, now).await?;
    hire::sql::keep(tx, hire).await?;
    let tariff = hire_quote::version_for(tx, application.facility_id, &asked).await?;
    let about = hire_quote::rules::About { kind: "change", application: Some(of), patron: Some(application.patron_id) };
    let new = hire_quote::price(tx, &tariff, &asked, &uses, about, now).await?;
    application.quote_id = new.quote.id;
    let (was, is) = (Yen(before.total), new.charge.total);
    let gives_back = new.tariff.change.as_ref().is_none_or(|rule| rule.refunds_difference);
    let quote = new.quote.id;
    let item = BillItem {
        hire: id,
        label: format!("変更差額 {}", rules::label(changed)),
        amount: is - was,
        tax: new.charge.tax.rate,
        quote,
    };
    let items = if confirmed && item.amount > Yen::ZERO { vec![item] } else { Vec::new() };
    let refund = if confirmed && gives_back { (was - is).max(Yen::ZERO) } else { Yen::ZERO };
    let change = HireChange { hire: id, quote, before: was, after: is, items, refund };
    if confirmed {
        application.changes = application.changes.saturating_add(1);
        let content = rules::permit_content(&application, &new.quote)?;
        permit::issue(tx, application.facility_id, of, content, now).await?;
    }
    application::store(tx, &mut application, now).await?;
    journal(tx, now, &events::HireChanged { application: of, hire: id, difference: (is - was).0 }).await?;
    Ok((Applied { application, hires }, change))
}

/// What was let and priced, with one use in place of another.
async fn with_change(
    tx: &mut TenantTx,
    before: &hire_quote::HireQuote,
    place: usize,
    wanted: &UseAsk,
    hidden: bool,
    now: Instant,
) -> Result<(Vec<PlannedUse>, tariff::hire::HireAsk), ApplicationError> {
    let (mut uses, mut asked) = (before.planned()?, before.asked()?);
    let ask = QuoteAsk {
        facility: before.facility_id,
        patron: before.patron_id,
        user_class: asked.user_class.clone(),
        resident: asked.resident,
        channel: asked.channel.clone(),
        uses: vec![wanted.clone()],
        hidden,
    };
    let others: Vec<PlannedUse> =
        uses.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one.clone()).collect();
    let (new_uses, new_asked) = hire_quote::planned(tx, &ask, &others, asked.applied_on, now).await?;
    let mut part = new_asked.uses.into_iter().next().ok_or(Fault::Unexpected("one use was asked for"))?;
    part.hire = u32::try_from(place).unwrap_or(u32::MAX);
    let lost = Fault::Unexpected("a use has its place in the quote");
    *asked.uses.get_mut(place).ok_or(Fault::Unexpected("a use has its place in the ask"))? = part;
    *uses.get_mut(place).ok_or(lost)? = new_uses.into_iter().next().ok_or(Fault::Unexpected("one use was planned"))?;
    Ok((uses, asked))
}
