//! What a decided application comes to: lines of a bill, the text of a permit.

use db::Fault;
use kernel::{Yen, ids::HireId};
use serde_json::{Value, json};
use tariff::hire::ChargeShare;
use time::Duration;

use super::{Application, ApplicationError, BillItem};
use crate::{
    account::{self, rules::Shares},
    catalogue::in_force,
    equipment::Equipment,
    hire::Hire,
    hire_quote::{HireQuote, PlannedUse, Priced},
    plan::{Plan, TimeAsk},
};

/// One line for each hire that costs something.
pub(crate) fn bill_items(priced: &Priced, hires: &[Hire]) -> Result<Vec<BillItem>, Fault> {
    let planned = priced.quote.planned()?;
    let shares = priced.shares()?;
    let item = |((hire, one), share): ((&Hire, &PlannedUse), &ChargeShare)| BillItem {
        hire: hire.id,
        label: label(one),
        amount: share.room + share.equipment,
        tax: priced.charge.tax.rate,
        rounding: priced.tariff.tax.rounding,
        quote: priced.quote.id,
    };
    let items = hires.iter().zip(&planned).zip(&shares).map(item);
    Ok(items.filter(|item| item.amount > Yen::ZERO).collect())
}

/// `多目的ホール 2026-12-01 PM+NT`.
pub(crate) fn label(one: &PlannedUse) -> String {
    let slots = one.slots.join("+");
    let label = format!("{} {} {slots}", one.name, one.day);
    label.trim_end().to_owned()
}

/// What a permit says, with what of its total nobody is asked for, and what is still to be paid when it is issued, yen. Whom it is for,
/// only the register knows.
pub(crate) fn permit_content(
    application: &Application,
    quote: &HireQuote,
    (waived, unpaid): (Yen, Yen),
) -> Result<Value, Fault> {
    let uses = quote.planned()?;
    let told = uses.iter().map(|one| {
        let equipment = one.equipment.iter().map(|item| json!({ "name": item.name, "quantity": item.quantity }));
        json!({ "room": one.room.to_string(), "name": one.name, "date": one.day.to_string(), "slots": one.slots,
                "starts_at": kernel::clock::written(one.during.from()), "ends_at": kernel::clock::written(one.during.until()),
                "equipment": equipment.collect::<Vec<_>>() })
    });
    let mut content = json!({ "title": application.title, "total": quote.total, "waived": waived, "unpaid": unpaid,
                              "uses": told.collect::<Vec<_>>() });
    if let (Some(conditions), Some(members)) = (&application.conditions, content.as_object_mut()) {
        members.insert("conditions".to_owned(), conditions.as_str().into());
    }
    Ok(content)
}

/// A use that was agreed, as the house lets it on this day: in the same room all through the same time, with the gaps that it keeps now,
/// and of the equipment what is in force then under the same codes. Nothing when the house would not let it.
pub(crate) fn still_let(
    mut agreed: PlannedUse,
    plan: &Plan,
    items: &[Equipment],
    now: kernel::Instant,
) -> Option<PlannedUse> {
    let room = plan.room(agreed.room)?;
    let time = if room.room.time_unit == "day" { TimeAsk::Day(agreed.day) } else { agreed.time() };
    let when = room.at(&plan.opening, &time, now).ok().filter(|when| when.during == agreed.during)?;
    agreed.occupied = when.occupied;
    for item in &mut agreed.equipment {
        let there = |one: &&Equipment| in_force(one.effective_from, one.effective_until, agreed.day);
        item.item = items.iter().filter(there).find(|one| one.code == item.code)?.id;
    }
    Some(agreed)
}

/// When the first of those begins that were not given up. What had begun when it was held, at the counter, counts until it ends.
pub(crate) fn first_use(hires: &[Hire], held_at: kernel::Instant) -> Option<kernel::Instant> {
    let until = |one: &Hire| if one.starts_at <= held_at { one.ends_at } else { one.starts_at };
    hires.iter().filter(|one| one.state != "released").map(until).min()
}

/// Until when an application waits that has these hires from now on: to be decided until its first use begins; to be mended as long as
/// was said, and never longer than that.
pub(crate) fn waits_until(application: &Application, hires: &[Hire], now: kernel::Instant) -> Option<kernel::Instant> {
    let first = first_use(hires, now);
    match application.state.as_str() {
        "returned" => application.mend_by.into_iter().chain(first).min(),
        _ => first,
    }
}

/// Until when what is returned now is to be mended: as it was said, between now and the first use; or as long as the house gives, also
/// where the first use is before that: it waits no longer than until then ([`waits_until`]).
pub(crate) fn mend_until(
    hires: &[Hire],
    said: Option<kernel::Instant>,
    days: Option<i32>,
    now: kernel::Instant,
) -> Result<kernel::Instant, ApplicationError> {
    let within = days.map_or(super::MENDED_WITHIN, |days| Duration::days(days.into()));
    let latest = first_use(hires, now).filter(|latest| *latest > now).ok_or(ApplicationError::HireOver)?;
    match said {
        Some(until) if until <= now || until > latest => Err(ApplicationError::MendUntil { earliest: now, latest }),
        Some(until) => Ok(until),
        None => Ok(now.saturating_add(within)),
    }
}

/// That it can still be mended: what lapsed although it was not granted has the moment since when it cannot.
pub(crate) fn expect_in_time(application: &Application, now: kernel::Instant) -> Result<(), ApplicationError> {
    match application.standing(now) {
        "lapsed" => Err(match application.open_until.filter(|_| application.due_at.is_none()) {
            Some(until) => ApplicationError::MendLate { until },
            None => ApplicationError::State("lapsed".to_owned()),
        }),
        _ => Ok(()),
    }
}

/// What each hire has of a charge, as far as it is asked for: without what was waived of it, of the room first. The hires are those
/// that were not given up, as the quote has them.
pub(crate) fn shares(hires: &[Hire], priced: &Priced) -> Result<Shares, Fault> {
    let shares = priced.shares()?;
    if shares.len() != hires.len() {
        return Err(Fault::Unexpected("a quote has a share for each hire"));
    }
    let asked_for = |(hire, share): (&Hire, ChargeShare)| (hire.id, account::rules::without(share, Yen(hire.waived)));
    Ok(hires.iter().zip(shares).map(asked_for).collect())
}

/// The same hires when this is what they cost, with what of it is not asked for then: `more` than was waived of them before. A waiver is
/// a part of a price ([`Hire::waived_at`]).
pub(crate) fn waiving(hires: &[Hire], priced: &Priced, more: &[(HireId, Yen)]) -> Result<Vec<Hire>, Fault> {
    let more = |hire: &Hire| account::rules::of(more, hire.id);
    let waiving = |(hire, share): (&Hire, ChargeShare)| hire.waiving(share.sum(), more(hire));
    Ok(hires.iter().zip(priced.shares()?).map(waiving).collect())
}

/// The difference that is to be paid in addition: one line for each hire that something is owed for.
pub(crate) fn difference_items(
    label: &str,
    (hires, priced): (&[Hire], &Priced),
    owed: &[(HireId, Yen)],
) -> Result<Vec<BillItem>, Fault> {
    let planned = priced.quote.planned()?;
    let (tax, rounding, quote) = (priced.charge.tax.rate, priced.tariff.tax.rounding, priced.quote.id);
    let item = |(hire, amount): &(HireId, Yen)| {
        let one = place(hires, *hire).and_then(|place| planned.get(place));
        let label = format!("{label} {}", one.map(self::label).unwrap_or_default());
        BillItem { hire: *hire, label, amount: *amount, tax, rounding, quote }
    };
    Ok(owed.iter().map(item).collect())
}

/// Which use of the quote a hire is, among those that were not given up.
pub(crate) fn place(hires: &[Hire], id: HireId) -> Option<usize> {
    hires.iter().position(|one| one.id == id)
}
