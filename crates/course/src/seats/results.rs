//! 結果: many are decided at one moment, by a draw or by the staff.

use std::collections::BTreeMap;

use db::{Remark, TenantTx};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId},
};

use super::{
    Drawn, Move, SeatError, State,
    book::{Book, Step},
    expect_given, open_published, rules,
    sql::{self, PartyRow},
    write_and_promote,
};

type Parties = BTreeMap<CourseApplicationId, PartyRow>;

/// The places that the draw of a window may give: what is free, but for what those may take who are undecided in an earlier window;
/// none while somebody waits who came before or in an earlier window. For a freeze, after what ran out has expired, under the lock of the class.
pub(crate) async fn free_for_draw(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<u32, SeatError> {
    let free = sql::free_for_draw(tx, class, window).await?.ok_or(SeatError::Absent)?;
    Ok(u32::try_from(free).unwrap_or_default())
}

/// Publishes a draw: who was drawn is seated as far as the places are still there, the others wait in the order of the draw.
/// Whoever is neither has lost. Places that became fewer since the freeze are missing to the draw of the latest window, in whatever
/// order draws are published.
///
/// # Errors
/// [`SeatError`]: `Absent`, `Closed`.
pub async fn settle_draw(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
    drawn: &Drawn,
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    let mut book = open_published(tx, class, now).await?;
    let entered = sql::entered(tx, class, window).await?;
    let mut entered: Parties = entered.into_iter().map(|party| (party.id, party)).collect();
    let line = Line::read(tx, &book, vec![window]).await?;
    let undecided = sql::applied_before(tx, class, &[window], &[State::Entered, State::Screening]).await?;
    book.keep_for_earlier(tx, vec![window], None).await?;
    book.kept = drawn.promised > 0;
    let waits_before = line.waits_before && !book.kept;
    let joined = seat_in_order(tx, &mut book, &mut entered, drawn, ("drawn", waits_before)).await?;
    for party in entered.values() {
        book.shift(party, &Step::new(State::Lost, "lost", None))?;
    }
    if joined {
        line.put_back(tx, &mut book, undecided).await?;
    }
    book.advance(tx).await?;
    write_and_promote(tx, book).await
}

/// Publishes what the staff decided of those who are screened, all at one moment: seated as far as there are places, in the
/// order given, then in line; or rejected with a reason. Whoever is not named stays before the staff.
///
/// # Errors
/// [`SeatError`]: `Absent` for somebody who is not screened, `Closed`, `NoReason` when somebody is rejected without.
pub async fn settle_screening(
    tx: &mut TenantTx,
    class: CourseClassId,
    chosen: &Drawn,
    (rejected, reason): (&[CourseApplicationId], Option<&Remark>),
    now: Instant,
) -> Result<Vec<Move>, SeatError> {
    if !rejected.is_empty() {
        expect_given(reason)?;
    }
    let mut book = open_published(tx, class, now).await?;
    let screened = sql::screened(tx, class).await?;
    let mut screened: Parties = screened.into_iter().map(|party| (party.id, party)).collect();
    let mut named = chosen.seated.iter().chain(&chosen.standby).chain(rejected);
    if !named.all(|id| screened.contains_key(id)) {
        return Err(SeatError::Absent);
    }
    let first = if chosen.seated.is_empty() { &chosen.standby } else { &chosen.seated };
    let (windows, applied): (Vec<ApplicationWindowId>, Vec<Instant>) =
        first.iter().filter_map(|id| screened.get(id)).map(|one| (one.window_id, one.created_at)).unzip();
    book.keep_for_earlier(tx, windows.clone(), applied.into_iter().max()).await?;
    // whom the staff decides of, it decides in whatever order it likes; who entered a draw of an earlier window comes before
    let undecided = sql::applied_before(tx, class, &windows, &[State::Entered]).await?;
    let line = Line::read(tx, &book, windows).await?;
    for party in rejected.iter().filter_map(|id| screened.remove(id)) {
        book.shift(&party, &Step::new(State::Rejected, "rejected", reason))?;
    }
    let waits_before = line.waits_before || undecided;
    if seat_in_order(tx, &mut book, &mut screened, chosen, ("chosen", waits_before)).await? {
        line.put_back(tx, &mut book, undecided).await?;
    }
    book.advance(tx).await?;
    write_and_promote(tx, book).await
}

/// Seats whom an order names as far as the places go; the others of it wait, before its standby. Says whether somebody does. Where the
/// line was closed, nobody waits: they have lost.
async fn seat_in_order(
    tx: &mut TenantTx,
    book: &mut Book,
    parties: &mut Parties,
    order: &Drawn,
    (kind, waits_before): (&'static str, bool),
) -> Result<bool, SeatError> {
    let chosen: Vec<PartyRow> = order.seated.iter().filter_map(|id| parties.remove(id)).collect();
    let units: Vec<i32> = chosen.iter().map(|party| party.units).collect();
    let seated = rules::seated_of(&units, book.free(), waits_before, book.strict);
    let mut line = Vec::new();
    for (at, party) in chosen.into_iter().enumerate() {
        if seated.binary_search(&at).is_ok() {
            let (to, due_at) = book.seated(party.total, &party.price);
            book.shift(&party, &Step { due_at, ..Step::new(to, kind, None) })?;
        } else {
            line.push(party);
        }
    }
    line.extend(order.standby.iter().filter_map(|id| parties.remove(id)));
    let closed = !line.is_empty() && book.line_is_closed(tx).await?;
    let (to, kind) = if closed { (State::Lost, "line_ended") } else { (State::Waitlisted, "standby") };
    for party in &line {
        book.shift(party, &Step::new(to, kind, None))?;
    }
    Ok(!line.is_empty() && !closed)
}

/// The line as it is before some who are undecided join it.
#[derive(Default)]
struct Line {
    /// Whether somebody waits who comes before them: before everybody undecided, or because they applied in an earlier window.
    waits_before: bool,
    behind: Vec<CourseApplicationId>,
}

impl Line {
    /// As those meet it who applied in these windows.
    async fn read(tx: &mut TenantTx, book: &Book, windows: Vec<ApplicationWindowId>) -> Result<Self, SeatError> {
        if book.waiting == 0 {
            return Ok(Self::default());
        }
        let line = sql::line(tx, book.class).await?;
        let earlier = sql::windows_before(tx, book.class, windows).await?;
        let comes_before =
            |(party, key): &(PartyRow, Option<i64>)| book.waits_before(*key) || earlier.contains(&party.window_id);
        let (before, behind): (Vec<_>, Vec<_>) = line.into_iter().partition(comes_before);
        let behind = behind.into_iter().map(|(party, _)| party.id).collect();
        Ok(Self { waits_before: !before.is_empty(), behind })
    }

    /// Whoever joined comes before those who waited behind them. They come before whoever is still undecided, unless somebody in an
    /// earlier window is.
    async fn put_back(self, tx: &mut TenantTx, book: &mut Book, undecided: bool) -> Result<(), SeatError> {
        if !undecided {
            let last = book.places.waiting_number;
            book.places.undecided_after = book.places.undecided_after.map(|_| last);
        }
        if self.behind.is_empty() {
            return Ok(());
        }
        let keys = self.behind.iter().map(|_| book.next_waiting()).collect();
        Ok(sql::rekey(tx, self.behind, keys).await?)
    }
}
