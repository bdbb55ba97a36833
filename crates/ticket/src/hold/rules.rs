//! Decisions about holds: what may be asked, who gets which seat, what it costs, how a choice of seats is explained.

use kernel::{
    Instant, Yen,
    ids::{SeatClassId, SeatId},
};
use serde::{Deserialize, Serialize};
use tariff::{Fee, FeePer, LineKind, TaxRate, fee};

use super::{Hold, PlaceHoldError, SeatPick, Selection, TypeCount};
use crate::{
    line::Line,
    terms::{PoolName, Price, Terms, TermsError, Window},
};

/// A seat as it is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub seat: SeatId,
    pub seat_class: SeatClassId,
    pub section: String,
    pub row: String,
    pub number: String,
    /// Neighbours differ by one.
    pub position: i32,
    /// Which part of a split party sits here, from 1.
    pub part: i32,
    /// How many single seats the choice of this part left free beside it.
    pub singles: i32,
}

impl Seat {
    /// 座席番号 as it is printed: section, row, number.
    pub fn label(&self) -> String {
        label(&self.section, &self.row, &self.number)
    }
}

/// 座席番号 as it is printed; the section of a hall that has only one is empty.
pub fn label(section: &str, row: &str, number: &str) -> String {
    let place = format!("{row}-{number}");
    if section.is_empty() { place } else { format!("{section} {place}") }
}

/// Why the office chose these seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// How many parts the party sits in; 1 when together.
    pub parts: i32,
    /// How many single free seats were left beside them, because it could not be avoided.
    pub singles_left: i32,
    /// `1F row 7, 12–13, no single seat left`
    pub sentence: String,
}

/// Whether the selection makes sense and the window offers it.
///
/// # Errors
/// [`PlaceHoldError::Unclear`], [`PlaceHoldError::NotOffered`].
pub fn check(selection: &Selection, window: &Window) -> Result<(), PlaceHoldError> {
    if selection.count() < 1 {
        return Err(PlaceHoldError::Unclear);
    }
    match selection {
        Selection::Picked(picks) => {
            let mut seats: Vec<SeatId> = picks.iter().map(|pick| pick.seat).collect();
            seats.sort_unstable();
            seats.dedup();
            if seats.len() < picks.len() {
                return Err(PlaceHoldError::Unclear);
            }
            if window.allows_picking() { Ok(()) } else { Err(PlaceHoldError::NotOffered) }
        }
        Selection::Best { tickets, .. } => {
            positive(tickets)?;
            if window.allows_best() { Ok(()) } else { Err(PlaceHoldError::NotOffered) }
        }
        Selection::Places { tickets, .. } => positive(tickets),
    }
}

fn positive(tickets: &[TypeCount]) -> Result<(), PlaceHoldError> {
    if tickets.iter().any(|item| item.count < 1) { Err(PlaceHoldError::Unclear) } else { Ok(()) }
}

/// Deals ticket types out to seats: in the order of the request, from the first seat to the last.
pub fn assign(seats: &[Seat], tickets: &[TypeCount]) -> Vec<SeatPick> {
    let types =
        tickets.iter().flat_map(|item| std::iter::repeat_n(item.ticket_type, usize::try_from(item.count).unwrap_or(0)));
    seats.iter().zip(types).map(|(seat, ticket_type)| SeatPick { seat: seat.seat, ticket_type }).collect()
}

/// One line for each seat in the order of `seats`, then the fees.
///
/// # Errors
/// [`TermsError::NoPrice`].
pub fn seat_lines(terms: &Terms, seats: &[Seat], picks: &[SeatPick]) -> Result<Vec<Line>, TermsError> {
    let mut lines = Vec::with_capacity(seats.len() + 2);
    for seat in seats {
        let Some(pick) = picks.iter().find(|pick| pick.seat == seat.seat) else { continue };
        let price = terms.price(seat.seat_class, pick.ticket_type)?;
        let place = seat.label();
        lines.push(Line { seat: Some(seat.seat), ..sale_line(price, 1, place) });
    }
    Ok(finish(terms, lines))
}

/// One line for each ticket type, then the fees.
///
/// # Errors
/// [`TermsError::NoPrice`].
pub fn place_lines(terms: &Terms, pool: &PoolName, tickets: &[TypeCount]) -> Result<Vec<Line>, PlaceHoldError> {
    // a pool without a class only caps others; nothing is sold from it
    let class = pool.seat_class.ok_or(PlaceHoldError::UnknownPlace)?;
    let mut lines = Vec::with_capacity(tickets.len() + 2);
    for item in tickets {
        let price = terms.price(class, item.ticket_type)?;
        lines.push(Line { pool: Some(pool.id), ..sale_line(price, item.count, pool.name.clone()) });
    }
    Ok(finish(terms, lines))
}

fn sale_line(price: &Price, quantity: i32, place: String) -> Line {
    Line {
        id: None,
        line: 0,
        kind: LineKind::Sale,
        seat: None,
        pool: None,
        quantity,
        seat_class: Some(price.seat_class),
        ticket_type: Some(price.ticket_type),
        type_code: Some(price.type_code.clone()),
        unit_amount: price.amount,
        tax: price.tax,
        rule: price.list.to_string(),
        label: format!("{} {} {place}", price.class_name, price.type_name),
        place: Some(place),
    }
}

/// Adds the window's fees and numbers the lines.
fn finish(terms: &Terms, mut lines: Vec<Line>) -> Vec<Line> {
    let tickets = i64::from(crate::line::tickets(&lines));
    let fees: Vec<Fee> = terms.window.iter().flat_map(fees).collect();
    for fee in fee::lines(&fees, tickets).unwrap_or_default() {
        lines.push(Line {
            id: None,
            line: 0,
            kind: LineKind::Fee,
            seat: None,
            pool: None,
            quantity: i32::try_from(fee.quantity).unwrap_or(i32::MAX),
            seat_class: None,
            ticket_type: None,
            type_code: None,
            place: None,
            unit_amount: fee.unit_amount,
            tax: fee.tax,
            rule: fee.why.rule,
            label: fee.label,
        });
    }
    for (at, line) in lines.iter_mut().enumerate() {
        line.line = i32::try_from(at).unwrap_or(i32::MAX);
    }
    lines
}

fn fees(window: &Window) -> [Fee; 2] {
    let fee = |code: &str, label: &str, amount: Yen, per| Fee {
        code: code.to_owned(),
        label: label.to_owned(),
        amount,
        tax: TaxRate::Standard,
        per,
    };
    [
        fee("service", "システム手数料", window.fee_per_ticket, FeePer::Ticket),
        fee("issue", "発券手数料", window.fee_per_order, FeePer::Order),
    ]
}

/// Says which seats were chosen and what is left beside them. `seats` are sorted by part and position.
pub fn explain(seats: &[Seat]) -> Choice {
    let mut parts: Vec<(&Seat, &Seat)> = Vec::new();
    let mut singles_left = 0;
    for seat in seats {
        match parts.last_mut() {
            Some((first, last)) if first.part == seat.part => *last = seat,
            _ => {
                singles_left += seat.singles;
                parts.push((seat, seat));
            }
        }
    }
    let places: Vec<String> = parts.iter().map(|(first, last)| bench(first, last)).collect();
    let rest = match singles_left {
        0 => "no single seat left".to_owned(),
        1 => "one single seat left; no choice would have avoided it".to_owned(),
        n => format!("{n} single seats left; no choice would have avoided them"),
    };
    Choice {
        parts: i32::try_from(parts.len()).unwrap_or(i32::MAX),
        singles_left,
        sentence: format!("{}, {rest}", places.join("; ")),
    }
}

fn bench(first: &Seat, last: &Seat) -> String {
    let section = if first.section.is_empty() { String::new() } else { format!("{} ", first.section) };
    if first.seat == last.seat {
        format!("{section}row {}, {}", first.row, first.number)
    } else {
        format!("{section}row {}, {}–{}", first.row, first.number, last.number)
    }
}

/// Until when an extension keeps it: the time of a new hold from now, within the longest lifetime.
pub fn extended(hold: &Hold, keep_minutes: i64, now: Instant) -> Instant {
    (now + time::Duration::minutes(keep_minutes)).min(hold.max_expires_at)
}

/// A free seat on a bench, for [`best_run`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSeat {
    /// One unbroken bench: section, row and block.
    pub lane: i32,
    pub position: i32,
    /// 1 is best.
    pub quality: i64,
    /// Distance from the middle of the row.
    pub off_centre: i64,
    /// Place in the seating plan.
    pub ordinal: i32,
}

/// Which `size` neighbouring seats are best, as places in `free`, and how many single seats they leave: the rule that
/// `ticket.best_run` follows, written the slow and obvious way. Nothing when no bench has so many.
pub fn best_run(free: &[FreeSeat], size: usize) -> Option<(Vec<usize>, i32)> {
    let at = |lane: i32, position: i32| free.iter().position(|seat| seat.lane == lane && seat.position == position);
    let mut best: Option<((i32, i64, i64, i32), Vec<usize>)> = None;
    for first in free {
        let span = i32::try_from(size).ok()?;
        let run: Option<Vec<usize>> = (0..span).map(|step| at(first.lane, first.position + step)).collect();
        let Some(run) = run.filter(|run| !run.is_empty()) else { continue };
        let alone =
            |near: i32, beyond: i32| i32::from(at(first.lane, near).is_some() && at(first.lane, beyond).is_none());
        let singles =
            alone(first.position - 1, first.position - 2) + alone(first.position + span, first.position + span + 1);
        let sum = |of: fn(&FreeSeat) -> i64| run.iter().filter_map(|&seat| free.get(seat)).map(of).sum::<i64>();
        let score = (singles, sum(|seat| seat.quality), sum(|seat| seat.off_centre), first.ordinal);
        if best.as_ref().is_none_or(|(known, _)| score < *known) {
            best = Some((score, run));
        }
    }
    best.map(|((singles, ..), run)| (run, singles))
}

#[cfg(test)]
mod tests;
