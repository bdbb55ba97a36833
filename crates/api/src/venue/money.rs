//! Between hall hire and billing: what an application costs is billed, and what goes back is taken from the lines it was billed on.

use ::venue::{
    account::{self, Received},
    application::{self, Application, ApplicationError, Applied, Balance, BillItem},
};
use billing::{
    Bill, BillDraft, BillLine, BillState, LineDraft, Subject, bill, call_off, payment,
    refund::{self, Reason, RefundLine},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{BillId, BillLineId, HireApplicationId, HireId, HireQuoteId},
};
use tariff::{Rounding, hire::Cause};

use crate::subject;

/// Why money goes back when something ends or changes for this cause.
pub fn reason(of: Cause) -> Reason {
    if of == Cause::User { Reason::Patron } else { Reason::Staff }
}

/// Bills who applied what is to be paid, line by line, when anything is; tax is in the amounts, and rounded as the tariff says. A bill
/// that stands takes payments after it is due, too.
///
/// # Errors
/// What billing refuses with.
pub async fn charge(
    tx: &mut TenantTx,
    subject: Subject,
    application: &Application,
    items: &[BillItem],
    (due_at, stands): (Option<Instant>, bool),
    now: Instant,
) -> Result<Option<BillId>, ApiError> {
    if items.is_empty() {
        return Ok(None);
    }
    let line = |item: &BillItem| {
        let line = LineDraft::listed(item.label.clone(), 1, item.amount, item.tax, item.quote.to_string());
        line.about(subject::hire(item.hire))
    };
    let draft = BillDraft {
        subject,
        payer: Some(application.patron_id),
        channel: application.channel.clone(),
        rounding: items.first().map_or_else(Rounding::default, |item| item.rounding),
        lines: items.iter().map(line).collect(),
        due_at,
    };
    let opened = if stands { bill::open_standing(tx, &draft, now).await } else { bill::open(tx, &draft, now).await };
    Ok(Some(opened?.id))
}

/// What follows from another charge of an application.
pub struct Difference<'a> {
    /// What is owed for it, by which quote; nothing is when there are no items.
    pub owed: Option<(HireQuoteId, &'a [BillItem])>,
    pub due_at: Option<Instant>,
    /// Whether it is owed after that, too: nothing asks for it again.
    pub stands: bool,
    /// What goes back, by hire, yen.
    pub refunds: &'a [(HireId, Yen)],
}

impl<'a> From<&'a Balance> for Difference<'a> {
    fn from(of: &'a Balance) -> Self {
        Self { owed: Some((of.quote, &of.items)), due_at: Some(of.due_at), stands: false, refunds: &of.refunds }
    }
}

/// Does what follows: what is open of its bills is called off, what is owed is a supplement, and the rest goes back.
///
/// # Errors
/// What billing refuses with.
pub async fn settle(
    tx: &mut TenantTx,
    (bills, reason): (&[Bill], Reason),
    applied: &Applied,
    difference: &Difference<'_>,
    now: Instant,
) -> Result<Option<BillId>, ApiError> {
    call_off(tx, bills, reason, now).await?;
    let bill = match difference.owed {
        Some((quote, items)) => {
            let until = (difference.due_at, difference.stands);
            charge(tx, subject::supplement(quote), &applied.application, items, until, now).await?
        }
        None => None,
    };
    if difference.refunds.iter().any(|(_, yen)| *yen > Yen::ZERO) {
        let stays = account::stays(tx, applied).await?;
        give_back(tx, bills, (difference.refunds, &stays), reason, now).await?;
    }
    Ok(bill)
}

/// The bills of an application, the supplements among them, that were not cancelled: the oldest first.
///
/// # Errors
/// A fault of the database.
async fn bills(tx: &mut TenantTx, id: HireApplicationId) -> Result<Vec<Bill>, ApiError> {
    let subjects = subjects(tx, id).await?;
    Ok(bill::standing_of(tx, &subjects).await?)
}

/// The same under their locks, before the application's own: nothing comes in for them until the transaction ends.
///
/// # Errors
/// A fault of the database.
pub async fn hold(tx: &mut TenantTx, id: HireApplicationId) -> Result<Vec<Bill>, ApiError> {
    let subjects = subjects(tx, id).await?;
    Ok(bill::hold_all_of(tx, &subjects).await?)
}

/// What came in for the hires of an application as it is seen, nothing locked.
///
/// # Errors
/// A fault of the database.
pub async fn came_in(tx: &mut TenantTx, of: &Application) -> Result<Received, ApiError> {
    let bills = bills(tx, of.id).await?;
    received(tx, of, &bills).await
}

/// What an application is changed under.
pub struct Held {
    /// Its bills, under their locks.
    pub bills: Vec<Bill>,
    /// What came in for its hires.
    pub received: Received,
}

/// Holds the bills of an application that was seen, and then itself, to change it. Whatever changed between that and the locks is not
/// missed, and nobody who named no version hears of one: then the transaction runs again.
///
/// # Errors
/// A fault of the database.
pub async fn held(tx: &mut TenantTx, seen: &Application) -> Result<Held, ApiError> {
    let bills = hold(tx, seen.id).await?;
    application::expect_as_seen(tx, seen).await?;
    Ok(Held { received: received(tx, seen, &bills).await?, bills })
}

/// What the bills of an application are for.
async fn subjects(tx: &mut TenantTx, id: HireApplicationId) -> Result<Vec<Subject>, ApiError> {
    let supplements = application::supplements(tx, id).await?;
    Ok(supplements.into_iter().map(subject::supplement).chain([subject::application(id)]).collect())
}

/// What came in for the hires of an application and has not gone back, with what its last change asked for and is not paid. A bill that
/// is not paid in full pays for nothing.
///
/// # Errors
/// A fault of the database.
async fn received(tx: &mut TenantTx, of: &Application, bills: &[Bill]) -> Result<Received, ApiError> {
    let supplement = unpaid_supplement(tx, of, bills).await?;
    let paid = bills.iter().filter(|bill| bill.state == BillState::Paid);
    let lines = paid.flat_map(|bill| &bill.lines).filter_map(|line| Some((hire_of(line)?, left_of(line))));
    let open = bills.iter().filter(|bill| bill.state == BillState::Open);
    let unpaid = supplement.iter().flat_map(|bill| &bill.lines);
    let unpaid = unpaid.filter_map(|line| Some((hire_of(line)?, line.amount)));
    Ok(Received::of_lines(lines).with_parts(open.flat_map(in_part)).with_unpaid(unpaid))
}

/// What came in for the lines of a bill that is not paid in full, in their order.
fn in_part(bill: &Bill) -> Vec<(HireId, Yen)> {
    let mut left = bill.paid;
    let part = |line: &BillLine| {
        let part = line.amount.min(left);
        left = left - part;
        Some((hire_of(line)?, part))
    };
    bill.lines.iter().filter_map(part).collect()
}

fn hire_of(line: &BillLine) -> Option<HireId> {
    line.subject.as_ref().filter(|about| about.kind == subject::HIRE).map(|about| HireId::from_uuid(about.id))
}

fn left_of(line: &BillLine) -> Yen {
    line.amount - line.refunded
}

/// That money of a bill may go back by hand. What was paid for a hire is given back by what makes it cheaper, as long as something may
/// bill it again. The bill is locked.
///
/// # Errors
/// `venue.application.refund_by_hand`.
pub async fn expect_over(tx: &mut TenantTx, bill: &Bill) -> Result<(), ApiError> {
    let of = match bill.subject.kind.as_ref() {
        subject::APPLICATION => Some(HireApplicationId::from_uuid(bill.subject.id)),
        subject::SUPPLEMENT => application::of_supplement(tx, HireQuoteId::from_uuid(bill.subject.id)).await?,
        _ => None,
    };
    // a payment of a bill that is open goes back whole, and the bill asks for it again
    match of.filter(|_| bill.state == BillState::Paid) {
        Some(of) => Ok(application::expect_over(tx, of).await?),
        None => Ok(()),
    }
}

/// Gives more time to pay what is open of the bills of an application.
///
/// # Errors
/// `venue.application.state` when nothing is: its time was over, and it was called off first.
pub async fn extend(tx: &mut TenantTx, bills: &[Bill], due_at: Instant, now: Instant) -> Result<(), ApiError> {
    let mut open = 0;
    for one in bills {
        open += usize::from(bill::extend(tx, one.id, due_at, now).await?.is_some());
    }
    if open == 0 { Err(ApplicationError::State("lapsed".to_owned()).into()) } else { Ok(()) }
}

/// Until when the number for a store can be paid with that was given last for any of the bills.
///
/// # Errors
/// A fault of the database.
pub async fn number_until(tx: &mut TenantTx, bills: &[Bill]) -> Result<Option<Instant>, ApiError> {
    let ids: Vec<BillId> = bills.iter().map(|bill| bill.id).collect();
    Ok(payment::store_number(&payment::of_bills(tx, &ids).await?).and_then(|one| one.due_at))
}

/// What is still to be paid for what an application costs now, yen: the supplement of its last change. One that was not paid in time
/// is called off, and owed all the same: the next change or the settlement asks for it again.
///
/// # Errors
/// A fault of the database.
pub async fn unpaid(tx: &mut TenantTx, application: &Application) -> Result<Yen, ApiError> {
    let supplement = unpaid_supplement(tx, application, &[]).await?;
    Ok(supplement.map_or(Yen::ZERO, |bill| bill.missing()))
}

/// The supplement of the last change of an application, called off or not, unless it is paid. It is not read again where it is among
/// these bills.
async fn unpaid_supplement(
    tx: &mut TenantTx,
    application: &Application,
    bills: &[Bill],
) -> Result<Option<Bill>, ApiError> {
    let about = subject::supplement(application.quote_id);
    let supplement = match bills.iter().rfind(|bill| bill.subject == about) {
        Some(known) => Some(known.clone()),
        None => bill::find_of(tx, &about).await?,
    };
    Ok(supplement.filter(|bill| bill.state != BillState::Paid))
}

/// Calls off what is open of the bills of an application: what came in for it in part goes back.
///
/// # Errors
/// What billing refuses with.
pub async fn call_off(tx: &mut TenantTx, bills: &[Bill], reason: Reason, now: Instant) -> Result<(), ApiError> {
    for open in bills.iter().filter(|bill| bill.state == BillState::Open) {
        call_off::bill(tx, open.id, reason, now).await?;
    }
    Ok(())
}

/// Gives back what hires get back, from the lines they were billed on, the oldest bill first, each payment the way it came. `stays` is
/// what is to stay on the lines of each.
///
/// # Errors
/// What billing refuses with.
pub async fn give_back(
    tx: &mut TenantTx,
    bills: &[Bill],
    (amounts, stays): (&[(HireId, Yen)], &[(HireId, Yen)]),
    reason: Reason,
    now: Instant,
) -> Result<(), ApiError> {
    for (bill, lines) in taken(bills, amounts, stays) {
        refund::give_back(tx, bill, &lines, reason, now).await?;
    }
    Ok(())
}

/// From which lines amounts are taken.
fn taken(bills: &[Bill], amounts: &[(HireId, Yen)], stays: &[(HireId, Yen)]) -> Vec<(BillId, Vec<RefundLine>)> {
    let paid = bills.iter().filter(|bill| bill.state == BillState::Paid);
    let lines = paid.flat_map(|bill| bill.lines.iter().map(|line| (bill.id, line)));
    let of_hires = lines.filter_map(|(bill, line)| Some(((bill, line.id), (hire_of(line)?, left_of(line)))));
    let (lines, there): (Vec<(BillId, BillLineId)>, Vec<(HireId, Yen)>) = of_hires.unzip();
    let drawn = account::rules::drawn(&there, amounts, stays);
    let mut found: Vec<(BillId, Vec<RefundLine>)> = Vec::new();
    for ((bill, line), amount) in lines.into_iter().zip(drawn).filter(|(_, amount)| *amount > Yen::ZERO) {
        let part = RefundLine { line, amount, quantity: 0 };
        match found.iter_mut().find(|(known, _)| *known == bill) {
            Some((_, parts)) => parts.push(part),
            None => found.push((bill, vec![part])),
        }
    }
    found
}

/// The bill of an application that counts.
///
/// # Errors
/// A fault of the database.
pub async fn bill_of(tx: &mut TenantTx, id: HireApplicationId) -> Result<Option<BillId>, ApiError> {
    Ok(bill::id_of(tx, &subject::application(id)).await?)
}
