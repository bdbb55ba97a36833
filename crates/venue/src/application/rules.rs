//! What a decided application comes to: lines of a bill, the text of a permit.

use db::Fault;
use kernel::{JST, Yen, ids::HireId};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::{Application, BillItem};
use crate::{
    hire::Hire,
    hire_quote::{HireQuote, PlannedUse, Priced},
};

/// One line for each hire that costs something.
pub(crate) fn bill_items(priced: &Priced, hires: &[Hire]) -> Result<Vec<BillItem>, Fault> {
    let planned = priced.quote.planned()?;
    let shares = priced.shares()?;
    let item = |((hire, one), share): ((&Hire, &PlannedUse), &tariff::hire::ChargeShare)| BillItem {
        hire: hire.id,
        label: label(one),
        amount: share.room + share.equipment,
        tax: priced.charge.tax.rate,
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

/// What a permit says. Whom it is for, only the register knows.
pub(crate) fn permit_content(application: &Application, quote: &HireQuote) -> Result<Value, Fault> {
    let at = |at: kernel::Instant| at.to_offset(JST).format(&Rfc3339).unwrap_or_default();
    let uses = quote.planned()?;
    let told = uses.iter().map(|one| {
        let equipment = one.equipment.iter().map(|item| json!({ "name": item.name, "quantity": item.quantity }));
        json!({ "room": one.room.to_string(), "name": one.name, "date": one.day.to_string(), "slots": one.slots,
                "starts_at": at(one.during.from()), "ends_at": at(one.during.until()),
                "equipment": equipment.collect::<Vec<_>>() })
    });
    Ok(json!({ "title": application.title, "conditions": application.conditions, "total": quote.total,
               "uses": told.collect::<Vec<_>>() }))
}

/// Which use of the quote a hire is.
pub(crate) fn place(hires: &[Hire], id: HireId) -> Option<usize> {
    hires.iter().position(|one| one.id == id)
}
