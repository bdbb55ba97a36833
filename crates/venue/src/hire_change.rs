//! 変更: another time, room or equipment for a hire, in one transaction: nobody else gets in between.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{HireId, HireQuoteId},
};

use tariff::hire::{ChargeShare, Cheaper, HireTariff};

use crate::{
    account::{self, Received},
    application::{self, Application, ApplicationError, Applied, BillItem, events, rules},
    cancellation::Keeping,
    hire::{self, Hire},
    hire_hold,
    hire_quote::{self, PlannedUse, Priced, QuoteAsk, UseAsk},
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
    /// To be billed; at most one item. It takes the place of what was to be paid for earlier changes and was not.
    pub items: Vec<BillItem>,
    /// Until when that is to be paid.
    pub due_at: Instant,
    /// What goes back, by hire.
    pub refunds: Vec<(HireId, Yen)>,
    /// What is kept of what it became cheaper by.
    pub fee: Yen,
}

impl HireChange {
    /// What is to be paid in addition.
    pub fn due(&self) -> Yen {
        self.items.iter().map(|item| item.amount).sum()
    }

    /// What goes back.
    pub fn refund(&self) -> Yen {
        self.refunds.iter().map(|(_, yen)| *yen).sum()
    }
}

/// Who asks for a change, and of what came in already.
#[derive(Debug, Clone, Copy)]
pub struct Changing<'a> {
    /// Whether the house itself asks.
    pub hidden: bool,
    pub received: &'a Received,
}

/// Changes a hire of a confirmed application, or of one that is not decided yet. A preview does all of it too: its transaction is
/// not committed. The permit gets another revision. The caller calls off the open bills of earlier changes, and bills or gives back
/// the difference: of what it became cheaper by, the tariff says what is kept.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `HireOver`, `Changes`, `ChangeTooLate`, `Quote`, `Hold` when the rooms or the
/// equipment are taken.
pub async fn change(
    tx: &mut TenantTx,
    id: HireId,
    version: Option<i32>,
    wanted: &UseAsk,
    with: Changing<'_>,
    now: Instant,
) -> Result<(Applied, HireChange), ApplicationError> {
    let of = hire::sql::find(tx, id).await?.and_then(|one| one.application_id).ok_or(ApplicationError::Absent)?;
    let mut application = application::locked(tx, of, version, now, &["requested", "confirmed"]).await?;
    let mut hires = hire::sql::of_applications(tx, &[of]).await?;
    let agreed = hire::live(&hires);
    let place = rules::place(&agreed, id).ok_or(ApplicationError::HireOver)?;
    let hire = hires.iter_mut().find(|one| one.id == id && one.state == "open" && one.starts_at > now);
    let hire = hire.ok_or(ApplicationError::HireOver)?;
    let before = application::quote_of(tx, &application).await?;
    let old = hire_quote::priced(tx, before.clone()).await?;
    // what is not confirmed yet was not paid either
    let keeping = match application.state.as_str() {
        "confirmed" => Some(Keeping::of(tx, application.facility_id, &agreed, &old.tariff, now).await?),
        _ => None,
    };
    if let Some(keeping) = &keeping {
        allowed(&application, &old.tariff, (hire, keeping))?;
    }
    let (uses, asked) = with_change(tx, &before, place, wanted, with.hidden, now).await?;
    let changed: &PlannedUse = uses.get(place).ok_or(ApplicationError::Absent)?;
    application::release(tx, &[id.uuid()]).await?;
    move_to(hire, changed);
    hire_hold::take_over(tx, std::slice::from_ref(hire), std::slice::from_ref(changed), now).await?;
    hire::sql::keep(tx, hire).await?;
    let due_at = rules::due(hire.starts_at, now);
    let tariff = hire_quote::version_for(tx, application.facility_id, &asked).await?;
    let about = hire_quote::rules::About { kind: "change", application: Some(of), patron: Some(application.patron_id) };
    let new = hire_quote::price(tx, &tariff, &asked, &uses, about, now).await?;
    application.quote_id = new.quote.id;
    let money = match &keeping {
        Some(keeping) => difference(&agreed, (&old, &new), with.received, keeping)?,
        None => Money::default(),
    };
    if keeping.is_some() {
        application.changes = application.changes.saturating_add(1);
        let content = rules::permit_content(&application, &new.quote)?;
        permit::issue(tx, application.facility_id, of, content, now).await?;
    }
    application::store(tx, &mut application, now).await?;
    let (before, after, quote) = (Yen(before.total), new.charge.total, new.quote.id);
    journal(tx, now, &events::HireChanged { application: of, hire: id, difference: (after - before).0 }).await?;
    let Money { items, refunds, fee } = money;
    let change = HireChange { hire: id, quote, before, after, items, due_at, refunds, fee };
    Ok((Applied { application, hires }, change))
}

/// Whether the tariff lets a hire that was permitted be changed once more, and still today.
fn allowed(
    application: &Application,
    tariff: &HireTariff,
    (hire, keeping): (&Hire, &Keeping),
) -> Result<(), ApplicationError> {
    let Some(rule) = &tariff.change else { return Ok(()) };
    if application.changes >= i32::from(rule.most) {
        return Err(ApplicationError::Changes { most: rule.most });
    }
    match rule.until.and_then(|until| until.day(hire.day, |day| keeping.next_open(hire, day))) {
        Some(until) if keeping.today() > until => Err(ApplicationError::ChangeTooLate { until }),
        _ => Ok(()),
    }
}

fn move_to(hire: &mut Hire, changed: &PlannedUse) {
    hire.room_id = changed.room;
    (hire.day, hire.span) = (changed.day, hire::span_of(changed));
    hire.purpose.clone_from(&changed.purpose);
    (hire.starts_at, hire.ends_at) = (changed.during.from(), changed.during.until());
}

/// What is billed, goes back and is kept.
#[derive(Default)]
struct Money {
    items: Vec<BillItem>,
    refunds: Vec<(HireId, Yen)>,
    fee: Yen,
}

/// By the tariff that was agreed on: a change is no way around its schedule of cancellation.
fn difference(
    agreed: &[Hire],
    (old, new): (&Priced, &Priced),
    received: &Received,
    keeping: &Keeping,
) -> Result<Money, ApplicationError> {
    let (was, is) = (rules::shares(agreed, old)?, rules::shares(agreed, new)?);
    let cheaper = old.tariff.cheaper();
    let fee = |id: HireId, part: ChargeShare| -> Result<Yen, ApplicationError> {
        let hire = agreed.iter().find(|one| one.id == id).ok_or(ApplicationError::Absent)?;
        Ok(match cheaper {
            Cheaper::Refund => Yen::ZERO,
            Cheaper::Keep => part.sum(),
            Cheaper::ByCancelSchedule => keeping.fee(hire, part)?.0,
        })
    };
    let found = account::rules::difference(&was, &is, &received.only(agreed), fee)?;
    let items = rules::difference_item("変更差額", (agreed, new), (&was, &is), found.due)?;
    Ok(Money { items, refunds: found.refunds, fee: found.fee })
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
    let ask = QuoteAsk::again(before, &asked, vec![wanted.clone()], hidden);
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
