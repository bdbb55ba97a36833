//! 申込: a party that asks for places. What becomes of it is decided in [`crate::seats`]; here is whether it may ask, at what
//! price, and how an application is read.

mod answers;
pub mod assess;
mod charge;
mod events;
mod news;
mod outlook;
mod receipt;
mod refused;
mod reissue;
mod rules;
mod snapshot;
mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx, remark, sealed::Cell};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, SealKey,
    clock::civil_day,
    ids::{
        ApplicationWindowId, CourseApplicationId, CourseClassId, CourseSessionId, FormVersionId, PatronId, PersonId,
        TenantId,
    },
};
use time::Date;
use uuid::Uuid;

use crate::{
    catalogue::{CatalogueError, expect_version},
    class::{self, CourseClass, Places},
    fee::Fee,
    joining::JOINING,
    schema::applications,
    seats::{Role, SeatError, State, rules::Crowded},
    session::units,
    window::ApplicationWindow,
};
pub use answers::{AmendError, expect_amendable};
pub(crate) use charge::charged_twice;
pub use charge::{Charged, charge};
pub use news::{News, Title, news, titles, titles_of};
pub use outlook::{Becomes, HouseholdUse, already_applied, expect_household, household_use, outlook};
pub use receipt::ReceiptCode;
use receipt::hash as receipt_hash;
pub use refused::ApplyError;
pub use reissue::{reissue, reissue_lost};
pub(crate) use rules::is_for_nothing;
pub use rules::{Assessed, Assessment, Finding, Judgement, Obstacle, Part, Participant, PriceLine, Wish, judge};
pub use snapshot::Snapshot;

/// An application as it is kept.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct Application {
    pub id: CourseApplicationId,
    pub class_id: CourseClassId,
    pub window_id: ApplicationWindowId,
    /// The same for the parts of a family that may be split.
    pub party_id: Uuid,
    /// Who applied, and gets the letters.
    pub applicant_id: PatronId,
    /// Places it takes, in the unit of the class.
    pub units: i32,
    /// `web`, `counter`, `telephone` or `post`.
    pub channel: String,
    pub received_at: Instant,
    /// 受付番号, from 1 in the class.
    pub receipt_number: i64,
    pub receipt_code_hash: Vec<u8>,
    /// 抽選番号.
    pub draw_number: Option<i64>,
    pub state: String,
    /// Until when it is to be accepted or paid.
    pub due_at: Option<Instant>,
    /// Until when its place is kept when it is not paid by then; absent: until then.
    pub kept_until: Option<Instant>,
    /// Why it was decided as it was, sealed.
    pub reason: Option<Vec<u8>>,
    /// The rank in a draw, from 0.
    pub tier: i32,
    /// The staff has to look at it: a paper is to be seen, somebody may have applied already, or would be kept out by now.
    pub to_verify: bool,
    /// [`Snapshot`], sealed.
    pub snapshot: Option<Vec<u8>>,
    pub price: serde_json::Value,
    /// Yen, tax included.
    pub total: i64,
    pub form_version_id: Option<FormVersionId>,
    pub decided_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

impl Application {
    /// What it is at a moment: what was not answered or paid in time is over, whether or not anybody tidied up.
    ///
    /// # Errors
    /// A [`Fault`] for a word that is no state.
    pub fn standing(&self, now: Instant) -> Result<State, Fault> {
        let state = State::parse(&self.state)?;
        let until = self.kept_until.or(self.due_at).filter(|_| matches!(state, State::Offered | State::PaymentDue));
        let late = until.is_some_and(|until| until <= now);
        Ok(if late { State::Expired } else { state })
    }

    /// Whether this is the code of its receipt, however it was typed. Only the hash is compared.
    pub fn opens_with(&self, code: &str) -> bool {
        receipt_hash(code) == self.receipt_code_hash
    }

    /// Why it was decided as it was, in the words of who decided.
    ///
    /// # Errors
    /// A [`Fault`] when it does not open in its place.
    pub fn opened_reason(&self, key: &SealKey, tenant: TenantId) -> Result<Option<String>, Fault> {
        remark::open(key, &reason_cell(tenant, self.id), self.reason.as_deref())
    }

    /// What it was charged, line by line.
    pub fn lines(&self) -> Vec<PriceLine> {
        serde_json::from_value(self.price.clone()).unwrap_or_default()
    }
}

/// A price as it is kept: what [`Application::lines`] reads.
///
/// # Errors
/// A [`Fault`].
pub fn kept_price(lines: &[PriceLine]) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(lines).map_err(|_| Fault::Unexpected("a price can be written"))
}

/// An application with its people and, while it waits, its place in the line from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub application: Application,
    pub people: Vec<(PersonId, Role)>,
    pub position: Option<i64>,
    /// Where to join a class that is not held in a room alone, while it is admitted.
    pub join_url: Option<String>,
}

/// One move of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Numbered without gaps within the class.
    pub number: i64,
    pub kind: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
    pub actor: String,
    pub at: Instant,
}

/// 募集要項: everything a class judges a party by.
#[derive(Debug, Clone)]
pub struct Guide {
    pub class: CourseClass,
    pub places: Places,
    /// By when they open.
    pub windows: Vec<ApplicationWindow>,
    pub fees: Vec<Fee>,
    /// Parts of the class that have not begun and are to be held, where it charges for each; and which they are, by the sessions that
    /// were planned first.
    pub sessions_left: i64,
    pub units_left: Vec<CourseSessionId>,
    /// The civil day on which age and grade count.
    pub facts_on: Date,
}

impl Guide {
    /// The civil day on which everything else counts that is known of whoever is judged at a moment, with the papers that were seen: the
    /// day of that moment, so that what is shown after the term has begun counts and what has run out does not; or `facts_on` while it
    /// lies ahead. When the application was received does not matter: a paper is often seen later.
    pub fn said_on(&self, judged_at: Instant) -> Date {
        self.facts_on.max(civil_day(judged_at))
    }

    /// Whoever finds the class full is told when its next window opens.
    #[must_use]
    pub fn with_the_next_window(&self, error: SeatError, now: Instant) -> SeatError {
        match error {
            SeatError::Full(full) => {
                let opens_at = self.windows.iter().map(|window| window.opens_at).find(|opens| *opens > now);
                SeatError::Full(Crowded { opens_at, ..full })
            }
            other => other,
        }
    }

    /// Whether it asks who has joined.
    pub fn has_joining_fee(&self) -> bool {
        self.fees.iter().any(|fee| fee.kind == JOINING)
    }
}

/// What a class judges a party by that was received at a moment; whoever is not of the house finds it once it was published.
///
/// # Errors
/// [`ApplyError`]: `Absent`, `Closed` while it is a draft or when it is over.
pub async fn guide(
    tx: &mut TenantTx,
    id: CourseClassId,
    house: bool,
    received_at: Instant,
) -> Result<Guide, ApplyError> {
    let found = class::find(tx, id, house).await?;
    if found.class.state != "published" {
        return Err(ApplyError::Closed(found.class.state));
    }
    let (windows, fees) = (sql::windows(tx, id).await?, sql::fees(tx, id).await?);
    let by_session = fees.iter().any(|fee| fee.billing == "session");
    let units_left = if by_session { units::ahead_of(tx, id, received_at).await? } else { Vec::new() };
    let sessions_left = i64::try_from(units_left.len()).unwrap_or(i64::MAX);
    let facts_on = match found.class.class_rules().facts_on {
        Some(day) => day,
        None => sql::first_day(tx, found.class.term_id).await?,
    };
    Ok(Guide { class: found.class, places: found.places, windows, fees, sessions_left, units_left, facts_on })
}

/// These applications as they are kept, in one statement, in the order of their ids.
///
/// # Errors
/// A [`Fault`].
pub async fn find_all(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<Application>, Fault> {
    if ids.is_empty() { Ok(Vec::new()) } else { sql::find_all(tx, ids).await }
}

/// The same, each with its people, in a fixed number of statements.
///
/// # Errors
/// A [`Fault`].
pub async fn find_with_people(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<Applied>, Fault> {
    let rows = find_all(tx, ids).await?;
    with_people(tx, rows).await
}

/// Finds an application.
///
/// # Errors
/// [`ApplyError::Absent`].
pub async fn find(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Applied, ApplyError> {
    let found = sql::find(tx, id).await?.ok_or(ApplyError::Absent)?;
    with_people(tx, vec![found]).await?.pop().ok_or(ApplyError::Absent)
}

/// Finds an application and holds it until the transaction ends, so that nobody of it turns out to be somebody else meanwhile; nothing
/// when there is none. Whoever calls has locked its class.
///
/// # Errors
/// A [`Fault`].
pub async fn hold(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Applied>, Fault> {
    let held = sql::find_for_update(tx, id).await?;
    // who is of it is read once it is held
    Ok(with_people(tx, held.into_iter().collect()).await?.pop())
}

/// Whether an application is in the version that was meant. Where one is, nobody enters or leaves its class until the transaction ends.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn expect(tx: &mut TenantTx, id: CourseApplicationId, version: Option<i32>) -> Result<(), CatalogueError> {
    if version.is_none() {
        return Ok(());
    }
    let of = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?.class_id;
    class::hold(tx, of).await?;
    let found = sql::find(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, found.version)
}

/// The application that a receipt code opens.
///
/// # Errors
/// [`ApplyError::Absent`].
pub async fn find_by_receipt(tx: &mut TenantTx, code: &str) -> Result<Applied, ApplyError> {
    let found = sql::find_by_receipt(tx, &receipt_hash(code)).await?.ok_or(ApplyError::Absent)?;
    with_people(tx, vec![found]).await?.pop().ok_or(ApplyError::Absent)
}

/// Which applications are asked for: those of which everything given is true.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplicationFilter {
    pub class: Option<CourseClassId>,
    pub applicant: Option<PatronId>,
    pub state: Option<State>,
    /// Only those that the staff has to look at, and that are not over.
    pub to_verify: bool,
}

/// Lists applications, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    filter: &ApplicationFilter,
    ask: &PageAsk,
    now: Instant,
) -> Result<Page<Applied>, Fault> {
    let rows = sql::list(tx, filter, ask, now).await?;
    let rows = with_people(tx, rows).await?;
    Ok(Page::from_rows(rows, ask, |one| one.application.id.uuid()))
}

/// Every application to a class, by receipt number: for files, in a fixed number of statements.
///
/// # Errors
/// A [`Fault`].
pub async fn of_class(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Applied>, Fault> {
    let rows = sql::of_class(tx, class).await?;
    with_people(tx, rows).await
}

/// Every move of an application, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn history(tx: &mut TenantTx, key: &SealKey, id: CourseApplicationId) -> Result<Vec<History>, Fault> {
    sql::history(tx, key, id).await
}

/// Where the reason of an application is kept.
pub(crate) const fn reason_cell(tenant: TenantId, id: CourseApplicationId) -> Cell {
    Cell { tenant, table: "course.applications", column: "reason", row: id.uuid() }
}

async fn with_people(tx: &mut TenantTx, rows: Vec<Application>) -> Result<Vec<Applied>, Fault> {
    let ids: Vec<CourseApplicationId> = rows.iter().map(|one| one.id).collect();
    let mut people: BTreeMap<CourseApplicationId, Vec<(PersonId, Role)>> = BTreeMap::new();
    for (of, person, kind) in sql::people(tx, &ids).await? {
        people.entry(of).or_default().push((person, Role::of_kept(&kind)));
    }
    let waits = rows.iter().any(|one| one.state == "waitlisted");
    let positions = if waits { sql::positions(tx, ids).await? } else { BTreeMap::new() };
    let admitted = rows.iter().filter(|one| one.state == "admitted").map(|one| one.class_id).collect();
    let links = sql::join_urls(tx, admitted).await?;
    let whole = |application: Application| {
        let people = people.remove(&application.id).unwrap_or_default();
        let position = positions.get(&application.id).copied();
        let join_url = links.get(&application.class_id).filter(|_| application.state == "admitted").cloned();
        Applied { application, people, position, join_url }
    };
    Ok(rows.into_iter().map(whole).collect())
}
