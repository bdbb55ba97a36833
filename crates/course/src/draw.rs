//! 抽選 of a window: announced before it opens, frozen after it closes, drawn in the moment in which it is published. Anybody
//! can draw again from what is published then.
//!
//! The seed is random and sealed from the announcement on; its hash is public. Nobody knows the outcome before everybody does,
//! and a second try is a second draw, beside the one that was voided and why.

mod events;
mod refused;
mod rules;
mod sql;

use ::draw::{Frozen, Proof, Rules, Word};
use audit::{journal, journal_many};
use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, SealKey,
    ids::{ApplicationWindowId, CourseClassId, DrawId, TenantId},
};

pub use refused::DrawError;
pub use rules::name_of;

use crate::{
    catalogue::{CatalogueError, expect_version},
    class,
    schema::draws,
    seats::{self, Drawn, Move},
};

/// A draw.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = draws)]
pub struct Draw {
    pub id: DrawId,
    pub class_id: CourseClassId,
    pub window_id: ApplicationWindowId,
    /// `committed`, `frozen`, `published` or `voided`.
    pub state: String,
    pub rules: serde_json::Value,
    pub rules_hash: String,
    /// SHA-256 of the seed, public from the announcement on.
    pub commitment: String,
    seed: Vec<u8>,
    pub entries: Option<serde_json::Value>,
    pub entries_hash: Option<String>,
    /// [`Proof`], once it is published.
    pub proof: Option<serde_json::Value>,
    pub reason: Option<String>,
    pub committed_at: Instant,
    pub frozen_at: Option<Instant>,
    pub published_at: Option<Instant>,
    pub version: i32,
    /// The places that were free at the freeze, hashed with the entries.
    pub capacity: Option<i32>,
    /// Of them, how many the entries can take: kept for them until the results are out.
    promised: i32,
    /// A public value is named: somebody has to bring it when it is drawn.
    awaits_value: bool,
}

impl Draw {
    /// The rules it is drawn by, as they were announced.
    ///
    /// # Errors
    /// A [`Fault`] for rules that nobody wrote.
    pub fn announced(&self) -> Result<Rules, Fault> {
        serde_json::from_value(self.rules.clone()).map_err(|_| Fault::Unexpected("the rules of a draw can be read"))
    }
}

/// What staff may say of a draw that they announce.
#[derive(Debug, Clone, Default)]
pub struct Announcement {
    /// Names a public value that will be known after the window has closed, and is mixed in.
    pub beacon: Option<String>,
    /// How many parties stand by; absent: as the class says, or as many as may wait.
    pub standby: Option<u32>,
}

/// How a draw would come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rehearsal {
    pub entries: usize,
    pub seated: usize,
    pub standby: usize,
    pub lost: usize,
}

/// Announces the draw of a window: its rules, and the hash of a seed that is sealed from now on. How many places there are is
/// fixed when it is frozen. Once people could apply, only with a public value: whoever announces could choose a seed by who has
/// applied.
///
/// # Errors
/// [`DrawError`]: `Absent`, `Exists`, `ClassState` of a class that was cancelled or is over, `NotDrawn`, `BeaconNeeded` once the window
/// has opened.
pub async fn commit(
    tx: &mut TenantTx,
    key: &SealKey,
    window: ApplicationWindowId,
    asked: Announcement,
    now: Instant,
) -> Result<Draw, DrawError> {
    let of = sql::window(tx, window).await?.ok_or(DrawError::Absent)?;
    // before the class: whoever publishes or voids the draw of the window holds it as they ask for the class
    if sql::state_held(tx, window).await?.is_some() {
        return Err(DrawError::Exists);
    }
    let found = class::to_amend_with_places(tx, of.class_id).await?;
    if of.admission.as_deref().unwrap_or(&found.class.admission) != "draw" {
        return Err(DrawError::NotDrawn);
    }
    let opened_at = rules::opened_at(&of, &found.class).filter(|opened| *opened < now);
    if let (Some(opened_at), None) = (opened_at, &asked.beacon) {
        return Err(DrawError::BeaconNeeded { opened_at });
    }
    let rules = rules::announced(&found, asked, opened_at.is_some());
    let (id, seed) = (DrawId::new(now), random()?);
    let made = Draw {
        id,
        class_id: of.class_id,
        window_id: window,
        state: "committed".to_owned(),
        rules_hash: ::draw::rules_hash(&rules)?.to_string(),
        rules: serde_json::to_value(&rules).map_err(|_| Fault::Unexpected("rules can be written"))?,
        commitment: ::draw::commitment(&seed).to_string(),
        seed: sealed::seal(key, &cell(tx.tenant(), id), &seed.0).map_err(Fault::from)?,
        entries: None,
        entries_hash: None,
        proof: None,
        reason: None,
        committed_at: now,
        frozen_at: None,
        published_at: None,
        version: 1,
        capacity: None,
        promised: 0,
        awaits_value: rules.beacon.is_some(),
    };
    sql::insert(tx, &made).await?;
    journal(tx, now, &events::DrawCommitted { draw: id, window, commitment: made.commitment.clone() }).await?;
    Ok(made)
}

/// Brings the draws of a class in line with its windows. What is announced for a window that is not decided by a draw any more is
/// voided. A window of a published class that is decided by one, and whose draw nobody voided, has its draw announced: whoever
/// voided one announces the next.
///
/// # Errors
/// [`DrawError::BeaconNeeded`].
pub async fn align(tx: &mut TenantTx, key: &SealKey, class: CourseClassId, now: Instant) -> Result<(), DrawError> {
    for draw in sql::not_drawn(tx, class).await? {
        voided(tx, draw, rules::ADMISSION_CHANGED, now).await?;
    }
    for window in sql::owed(tx, class, rules::ADMISSION_CHANGED).await? {
        commit(tx, key, window, Announcement::default(), now).await?;
    }
    Ok(())
}

/// Whether a draw is in the version that was meant. Where one is, nobody enters it or goes on with it until the transaction ends.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn expect(tx: &mut TenantTx, id: DrawId, version: Option<i32>) -> Result<(), CatalogueError> {
    if version.is_none() {
        return Ok(());
    }
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.class_id;
    class::hold(tx, of).await?;
    let draw = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, draw.version)
}

/// Fixes who takes part and how many places there are, after the window has closed and what came on paper is entered. The hash of
/// both is public from now on; nobody enters any more, and nobody else gets the places that the draw will give. Says who moved
/// because their time was over.
///
/// # Errors
/// [`DrawError`]: `Absent`, `State`, `TooEarly` with when the window closes.
pub async fn freeze(tx: &mut TenantTx, id: DrawId, now: Instant) -> Result<(Draw, Vec<Move>), DrawError> {
    let found = sql::find(tx, id).await?.ok_or(DrawError::Absent)?;
    // whoever applies holds the same lock while they see whether the draw is frozen
    let moves = seats::expire(tx, found.class_id, now).await?;
    let mut draw = sql::find_for_update(tx, id).await?.ok_or(DrawError::Absent)?;
    expect_state(&draw, "committed")?;
    let closes_at = sql::closes_at(tx, draw.window_id).await?;
    if now < closes_at {
        return Err(DrawError::TooEarly(closes_at));
    }
    let frozen = to_be_frozen(tx, &draw).await?;
    draw.promised = rules::promised(&draw.announced()?, &frozen);
    draw.capacity = frozen.capacity.map(|capacity| i32::try_from(capacity).unwrap_or(i32::MAX));
    draw.entries_hash = Some(::draw::entries_hash(&frozen)?.to_string());
    let entries = serde_json::to_value(&frozen.entries);
    draw.entries = Some(entries.map_err(|_| Fault::Unexpected("entries can be written"))?);
    draw.state = "frozen".to_owned();
    draw.frozen_at = Some(now);
    draw.version = draw.version.saturating_add(1);
    sql::update(tx, &draw).await?;
    let (entries, capacity) = (frozen.entries.len(), draw.capacity);
    let entries_hash = draw.entries_hash.clone().unwrap_or_default();
    journal(tx, now, &events::DrawFrozen { draw: id, entries, capacity, entries_hash }).await?;
    Ok((draw, moves))
}

/// Whether the entries of the draw of a window are fixed: nobody fixes them before the transaction ends.
pub(crate) async fn is_fixed(tx: &mut TenantTx, window: ApplicationWindowId) -> Result<bool, Fault> {
    Ok(sql::state_held(tx, window).await?.is_some_and(|state| state != "committed"))
}

/// The first draw of a class that is announced and not published yet.
pub(crate) async fn announced_of(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<DrawId>, Fault> {
    sql::announced_of(tx, class).await
}

/// Windows of a class of which the entries of the draw are fixed: nobody enters them any more.
pub(crate) async fn fixed_windows(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<ApplicationWindowId>, Fault> {
    sql::fixed_windows(tx, class).await
}

/// Draws with a seed of its own that is forgotten, to see how many would be seated. It says nothing of the real outcome.
///
/// # Errors
/// [`DrawError`]: `Absent`, `State`.
pub async fn rehearse(tx: &mut TenantTx, id: DrawId) -> Result<Rehearsal, DrawError> {
    let draw = sql::find(tx, id).await?.ok_or(DrawError::Absent)?;
    let frozen = match draw.state.as_str() {
        "committed" => to_be_frozen(tx, &draw).await?,
        "frozen" => rules::frozen(&draw)?,
        state => return Err(DrawError::State(state.to_owned())),
    };
    let rules = Rules { beacon: None, late: false, ..draw.announced()? };
    let proof = ::draw::run(rules, frozen, random()?, None)?;
    let drawn = rules::outcome(&proof)?;
    let (entries, seated, standby) = (proof.entries.len(), drawn.seated.len(), drawn.standby.len());
    Ok(Rehearsal { entries, seated, standby, lost: entries.saturating_sub(seated).saturating_sub(standby) })
}

/// Draws and publishes, in one transaction: everybody's result at one moment, with the seed and everything that is needed to
/// draw again.
///
/// # Errors
/// [`DrawError`]: `Absent`, `State`, `TooEarly` before the results of the class are due, `Beacon`, `Seats`.
pub async fn publish(
    tx: &mut TenantTx,
    key: &SealKey,
    id: DrawId,
    beacon: Option<&str>,
    now: Instant,
) -> Result<(Draw, Vec<Move>), DrawError> {
    let found = sql::find(tx, id).await?.ok_or(DrawError::Absent)?;
    seats::lock(tx, found.class_id).await?;
    let mut draw = sql::find_for_update(tx, id).await?.ok_or(DrawError::Absent)?;
    expect_state(&draw, "frozen")?;
    if let Some(results_at) = sql::results_at(tx, draw.class_id).await?.filter(|at| now < *at) {
        return Err(DrawError::TooEarly(results_at));
    }
    let beacon = beacon.map(|text| Word::parse(text).ok_or(DrawError::Beacon)).transpose()?;
    let seed = sealed::open(key, &cell(tx.tenant(), id), &draw.seed).map_err(Fault::from)?;
    let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| Fault::Unexpected("a seed is 32 bytes"))?;
    let proof = ::draw::run(draw.announced()?, rules::frozen(&draw)?, Word(seed), beacon)?;
    let drawn = named(tx, &draw, &proof).await?;
    draw.proof = Some(serde_json::to_value(&proof).map_err(|_| Fault::Unexpected("a proof can be written"))?);
    draw.state = "published".to_owned();
    draw.published_at = Some(now);
    draw.version = draw.version.saturating_add(1);
    // first, so that what it promised is free for those whom it drew
    sql::update(tx, &draw).await?;
    let moves = seats::settle_draw(tx, draw.class_id, draw.window_id, &drawn, now).await?;
    let (seated, standby) = (drawn.seated.len(), drawn.standby.len());
    journal(tx, now, &events::DrawPublished { draw: id, seated, standby }).await?;
    Ok((draw, moves))
}

/// Voids a draw that has not been published, with a reason that stays. Who entered stays entered: another draw follows. What it was
/// promised is offered to those in line who come before whoever is undecided. Says who moved.
///
/// # Errors
/// [`DrawError`]: `Absent`, `State`, `NoReason`.
pub async fn void(tx: &mut TenantTx, id: DrawId, reason: &str, now: Instant) -> Result<(Draw, Vec<Move>), DrawError> {
    if reason.trim().is_empty() {
        return Err(DrawError::NoReason);
    }
    let found = sql::find(tx, id).await?.ok_or(DrawError::Absent)?;
    // whoever gives places holds the same lock while they see what is promised
    seats::lock(tx, found.class_id).await?;
    let draw = voided(tx, id, reason, now).await?;
    let moves = seats::expire(tx, draw.class_id, now).await?;
    Ok((draw, moves))
}

async fn voided(tx: &mut TenantTx, id: DrawId, reason: &str, now: Instant) -> Result<Draw, DrawError> {
    let mut draw = sql::find_for_update(tx, id).await?.ok_or(DrawError::Absent)?;
    if !matches!(draw.state.as_str(), "committed" | "frozen") {
        return Err(DrawError::State(draw.state));
    }
    draw.state = "voided".to_owned();
    draw.reason = Some(reason.to_owned());
    draw.version = draw.version.saturating_add(1);
    sql::update(tx, &draw).await?;
    journal(tx, now, &events::DrawVoided { draw: id }).await?;
    Ok(draw)
}

/// Voids every draw of a class that does not take place, before it is published: nobody is drawn any more. Whoever calls holds the
/// places of the class. What everybody reads of it is not what the house wrote down about the class.
pub(crate) async fn void_all(tx: &mut TenantTx, class: CourseClassId, now: Instant) -> Result<(), Fault> {
    let voided = sql::void_all(tx, class, rules::CLASS_CANCELLED).await?;
    let told: Vec<_> = voided.into_iter().map(|draw| events::DrawVoided { draw }).collect();
    journal_many(tx, now, &told).await
}

/// Finds a draw; whoever is not of the house once the class was published.
///
/// # Errors
/// [`DrawError::Absent`].
pub async fn find(tx: &mut TenantTx, id: DrawId, house: bool) -> Result<Draw, DrawError> {
    let draw = sql::find(tx, id).await?.ok_or(DrawError::Absent)?;
    class::find(tx, draw.class_id, house).await?;
    Ok(draw)
}

/// Lists draws, oldest first; for whoever is not of the house those of published classes.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    class: Option<CourseClassId>,
    ask: &PageAsk,
    house: bool,
) -> Result<Page<Draw>, Fault> {
    Ok(Page::from_rows(sql::list(tx, class, ask, house).await?, ask, |draw| draw.id.uuid()))
}

/// Who would take part and how many places there would be, if the draw were frozen now.
async fn to_be_frozen(tx: &mut TenantTx, draw: &Draw) -> Result<Frozen, DrawError> {
    let free = seats::free_for_draw(tx, draw.class_id, draw.window_id).await?;
    let entries = rules::entries(sql::entered(tx, draw.class_id, draw.window_id).await?);
    Ok(Frozen { capacity: rules::capacity_at_freeze(&draw.announced()?, free), entries })
}

/// Draws whose window has closed for as long as paper takes, or before results that are due: to be frozen now, that of the earlier
/// window first.
///
/// # Errors
/// A [`Fault`].
pub async fn to_freeze(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<DrawId>, Fault> {
    sql::to_freeze(tx, now, most).await
}

/// Frozen draws whose results are due and that wait for no public value, that of the earlier window first. The results of a window
/// that closes after those of its class are due once paper has had its time.
///
/// # Errors
/// A [`Fault`].
pub async fn to_publish(tx: &mut TenantTx, now: Instant, most: i64) -> Result<Vec<DrawId>, Fault> {
    sql::to_publish(tx, now, most).await
}

/// The applications behind the numbers of a proof.
async fn named(tx: &mut TenantTx, draw: &Draw, proof: &Proof) -> Result<Drawn, DrawError> {
    let outcome = rules::outcome(proof)?;
    let numbers = sql::numbers(tx, draw.class_id, draw.window_id).await?;
    let ids = |names: &[String]| names.iter().filter_map(|name| numbers.get(name)).copied().collect();
    Ok(Drawn { seated: ids(&outcome.seated), standby: ids(&outcome.standby), promised: draw.promised })
}

fn expect_state(draw: &Draw, state: &str) -> Result<(), DrawError> {
    if draw.state == state { Ok(()) } else { Err(DrawError::State(draw.state.clone())) }
}

const fn cell(tenant: TenantId, id: DrawId) -> Cell {
    Cell { tenant, table: "course.draws", column: "seed", row: id.uuid() }
}

fn random() -> Result<Word, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the system gives random numbers"))?;
    Ok(Word(bytes))
}
