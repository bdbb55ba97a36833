//! ほかの空き: other ways to have what was asked for and could not be had. Each of them is free at that moment, is let by the house, has
//! a price and goes with the rest of what was asked; of each use that could not be had, any one goes with any one of the others.

pub mod rules;
mod sql;

use db::TenantTx;
use kernel::{
    Instant, Yen,
    clock::start_of_day,
    ids::{HireId, HireQuoteId, RoomId, TariffVersionId},
};
use tariff::hire::HireAsk;
use time::Duration;

use crate::{
    application::{self, ApplicationError, Applied},
    hire,
    hire_quote::{self, CountsAs, PlannedUse, QuoteAsk, QuoteError, UseAsk},
    plan::{TimeAsk, Use, rules::LOOK_AHEAD},
    span::Span,
    tariff_version,
};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Which of the uses it stands for, from 0.
    pub of_use: usize,
    pub room: RoomId,
    pub at: Use,
    /// Uses that this one never goes without, by their places: they move along.
    pub with: Vec<(usize, Use)>,
    /// Whether nobody needs to decide about it, nor about what moves along.
    pub automatic: bool,
    /// What all of it costs then, everything else as it was asked for or agreed on, yen.
    pub total: Yen,
}

/// What could not be had, and what it was to go with.
#[derive(Debug, Clone)]
pub(crate) struct Missed {
    pub ask: QuoteAsk,
    /// By their places in the ask.
    pub uses: Vec<usize>,
    /// What the same application has and keeps.
    pub stays: Vec<PlannedUse>,
    /// What it has and gives up for that, in the order of the ask.
    pub goes: Vec<PlannedUse>,
    /// Whether the house has decided about that, and nobody gets around it; else it can still decide.
    pub decided: bool,
    /// The hires that are to be changed: what they have is in nobody's way.
    pub own: Vec<HireId>,
    /// What is priced: everything, with the uses of the ask in these of its places.
    pub whole: HireAsk,
    pub places: Vec<usize>,
    /// By which version that was agreed on; absent: it is asked for anew.
    pub agreed: Option<TariffVersionId>,
}

/// What decides which other ways there are, as it was at one moment. Nothing is read any more to find them, so no connection to the
/// database is kept for that.
#[derive(Debug)]
pub struct Outlook {
    scene: rules::Scene,
    missed: Missed,
    bundles: Vec<rules::Bundle>,
    now: Instant,
}

impl Outlook {
    /// Up to five ways for each of the uses that could not be had, as far as they are the first ten: other rooms at the same time that
    /// hold as many people, then the same room at other times of the day and on the days after it. A room that is never hired without
    /// another moves together with it, whichever of them could not be had, and that is one way.
    pub fn ways(&self) -> Vec<Alternative> {
        rules::find(&self.scene, &self.missed, &self.bundles, self.now)
    }
}

/// What else there may be for these uses of a quote, by their places. The number of statements depends neither on them nor on the rooms.
///
/// # Errors
/// [`QuoteError`].
pub async fn of_quote(
    tx: &mut TenantTx,
    id: HireQuoteId,
    uses: &[usize],
    hidden: bool,
    now: Instant,
) -> Result<Outlook, QuoteError> {
    let quote = hire_quote::find(tx, id).await?;
    let whole = quote.asked()?;
    let planned = quote.planned()?;
    // what had begun when it was quoted was quoted at the counter
    let counter = planned.iter().any(|one| one.during.from() < quote.created_at);
    let ask = QuoteAsk::again(&quote, &whole, as_asked(planned, whole.uses.clone()), hidden);
    let ask = QuoteAsk { counter, ..ask };
    let places = (0..whole.uses.len()).collect();
    let (uses, stays, goes, own) = (uses.to_vec(), Vec::new(), Vec::new(), Vec::new());
    look(tx, Missed { ask, uses, stays, goes, decided: false, own, whole, places, agreed: None }, now).await
}

/// The same for these of the changes that were wanted for hires of one application, by their places among them; as who the patron is
/// now where they change it themselves, and at that price where they change all of it. None of them gets around what the house decides.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Quote`.
pub async fn of_change(
    tx: &mut TenantTx,
    of: &Applied,
    (wanted, uses): (&[(HireId, UseAsk)], &[usize]),
    (hidden, counts_as): (bool, Option<&CountsAs>),
    now: Instant,
) -> Result<Outlook, ApplicationError> {
    let (own, to): (Vec<HireId>, Vec<UseAsk>) = wanted.iter().cloned().unzip();
    let quote = application::quote_of(tx, &of.application).await?;
    let mut whole = quote.asked()?;
    let mut asked = whole.clone();
    if let Some(whom) = counts_as {
        whom.ask(&mut asked);
        whom.ask_again(&mut whole, own.len());
    }
    let agreed = hire::live(&of.hires);
    let places: Option<Vec<usize>> = own.iter().map(|id| application::rules::place(&agreed, *id)).collect();
    let places = places.ok_or(ApplicationError::Absent)?;
    let decided = of.application.state == "confirmed" && !hidden;
    let (stays, goes) = hire_quote::split(&quote.planned()?, &places);
    let (ask, uses, agreed) =
        (QuoteAsk::again(&quote, &asked, to, hidden), uses.to_vec(), Some(quote.tariff_version_id));
    Ok(look(tx, Missed { ask, uses, stays, goes, decided, own, whole, places, agreed }, now).await?)
}

async fn look(tx: &mut TenantTx, mut missed: Missed, now: Instant) -> Result<Outlook, QuoteError> {
    let days = missed.ask.uses.iter().map(|one| one.time.day());
    let (first, last) = days.clone().min().zip(days.max()).ok_or(QuoteError::Absent)?;
    let look = Duration::days(LOOK_AHEAD);
    let house = hire_quote::house(tx, &missed.ask, None, (first, last.saturating_add(look))).await?;
    for one in &mut missed.ask.uses {
        if house.plan.room(one.room).is_some_and(|room| room.room.time_unit == "day") {
            one.time = TimeAsk::Day(one.time.day());
        }
    }
    let (days, applied_on) = (rules::days(&missed), missed.whole.applied_on);
    let terms = tariff_version::sql::terms(tx, missed.ask.facility).await?;
    let version = match missed.agreed {
        Some(agreed) => hire_quote::version_again(tx, &terms, agreed, (applied_on, &days)).await?,
        None => {
            let days = days.iter().map(|(_, is)| *is);
            let days = days.clone().min().zip(days.max()).ok_or(QuoteError::Absent)?;
            hire_quote::version_on(tx, &terms, applied_on, days).await?
        }
    };
    let tariff = version.read()?;
    let bundles = rules::bundles(&house.plan, &missed, now);
    let windows = rules::windows(&house.plan, &missed, &bundles);
    let taken = sql::taken(tx, &windows, &missed.own, now).await?;
    let (from, until) = (start_of_day(first), start_of_day(last).saturating_add(look + rules::MARGIN + rules::MARGIN));
    let items = house.items.iter().map(|item| item.id).collect();
    let claimed = match Span::new(from.saturating_sub(rules::MARGIN), until) {
        Some(span) => sql::claimed(tx, items, span, &missed.own, now).await?,
        None => Vec::new(),
    };
    let scene = rules::Scene { house, version, terms, tariff, taken, claimed };
    Ok(Outlook { scene, missed, bundles, now })
}

/// The uses of a quote as they were asked for.
fn as_asked(planned: Vec<PlannedUse>, asked: Vec<tariff::hire::RoomUse>) -> Vec<UseAsk> {
    let of = |(planned, asked): (PlannedUse, tariff::hire::RoomUse)| UseAsk {
        room: planned.room,
        time: planned.time(),
        purpose: asked.purpose,
        commercial: asked.commercial,
        admission: asked.admission,
        goods_sale: asked.goods_sale,
        alcohol: asked.alcohol,
        use_kind: asked.use_kind,
        heads: asked.heads,
        headcount: asked.headcount,
        meters: asked.meters,
        equipment: planned.equipment.iter().map(|item| (item.item, item.quantity)).collect(),
    };
    planned.into_iter().zip(asked).map(of).collect()
}
