//! 申込: a party that asks for places. What becomes of it is decided in [`crate::seats`]; here is whether it may ask, at what
//! price, and how an application is read.

mod news;
mod receipt;
mod rules;
mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, FeeId, FormVersionId, PatronId, PersonId},
};
use serde_json::json;
use time::{Date, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{
    catalogue::CatalogueError,
    class::{self, CourseClass, Places},
    fee::Fee,
    problems,
    schema::applications,
    seats::{Role, State},
    window::ApplicationWindow,
};
pub use news::{News, Title, news};
pub use receipt::ReceiptCode;
use receipt::hash as receipt_hash;
pub use rules::{Assessed, Assessment, Finding, Participant, PriceLine, Wish, assess};

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
    pub reason: Option<String>,
    pub facts: serde_json::Value,
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
        let late = matches!(state, State::Offered | State::PaymentDue) && self.due_at.is_some_and(|due| due <= now);
        Ok(if late { State::Expired } else { state })
    }

    /// Whether this is the code of its receipt, however it was typed. Only the hash is compared.
    pub fn opens_with(&self, code: &str) -> bool {
        receipt_hash(code) == self.receipt_code_hash
    }

    /// What it was charged, line by line.
    pub fn lines(&self) -> Vec<PriceLine> {
        serde_json::from_value(self.price.clone()).unwrap_or_default()
    }

    /// What the rules made of its people as they applied.
    pub fn assessed(&self) -> Vec<Assessed> {
        self.facts.get("people").cloned().and_then(|people| serde_json::from_value(people).ok()).unwrap_or_default()
    }

    /// The rank in a draw.
    pub fn tier(&self) -> u32 {
        let tier = self.facts.get("tier").and_then(serde_json::Value::as_u64);
        tier.and_then(|tier| u32::try_from(tier).ok()).unwrap_or_default()
    }
}

/// An application with its people and, while it waits, its place in the line from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub application: Application,
    pub people: Vec<(PersonId, Role)>,
    pub position: Option<i64>,
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
    /// Sessions that have not begun and are not cancelled.
    pub sessions_left: i64,
    /// The civil day on which age and grade count.
    pub facts_on: Date,
}

/// Why nobody applies, or an application is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the class is {0}")]
    Closed(String),
    #[error("the class has no such window")]
    NoSuchWindow,
    #[error("no window is open")]
    NoWindow { opens_at: Option<Instant> },
    #[error("the rules of the class keep somebody out")]
    NotEligible(Vec<Assessed>),
    #[error("the party cannot be: {0}")]
    Party(&'static str),
    #[error("a party has at most {most} people")]
    PartySize { most: i32 },
    #[error("no such option: {0}")]
    Options(FeeId),
    #[error("it would have been received in the future")]
    ReceivedAhead,
    #[error("the household has {most} applications in the term")]
    Household { most: u32 },
    #[error("the price is beyond what can be computed")]
    TooLarge,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CatalogueError> for ApplyError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Fault(fault) => Self::Fault(fault),
            CatalogueError::State(state) => Self::Closed(state),
            _ => Self::Absent,
        }
    }
}

impl Refuse for ApplyError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Closed(state) => problems::CLASS_CLOSED.refuse().fact("state", state.as_str()),
            Self::NoSuchWindow => problems::NO_SUCH.refuse().fact("noun", "window"),
            Self::NoWindow { opens_at } => {
                let told = opens_at.and_then(|at| at.to_offset(kernel::JST).format(&Rfc3339).ok());
                problems::NO_WINDOW.refuse().fact("opens_at", told)
            }
            Self::NotEligible(people) => {
                let told = people.iter().flat_map(|one| {
                    let blocks = one.findings.iter().filter(|finding| finding.effect == crate::rule::Effect::Block);
                    blocks.map(|finding| {
                        json!({ "person": one.person.to_string(), "rule": finding.label, "met": finding.met })
                    })
                });
                problems::NOT_ELIGIBLE.refuse().fact("findings", told.collect::<Vec<_>>())
            }
            Self::Party(fault) => problems::PARTY.refuse().fact("fault", *fault),
            Self::PartySize { most } => problems::PARTY_SIZE.refuse().fact("most", *most),
            Self::Options(fee) => problems::NO_SUCH_OPTION.refuse().fact("fee", fee.to_string()),
            Self::ReceivedAhead => problems::RECEIVED_AHEAD.refuse(),
            Self::Household { most } => problems::HOUSEHOLD_LIMIT.refuse().fact("most", *most),
            Self::TooLarge => problems::PRICE_TOO_LARGE.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// What a class judges a party by; whoever is not of the house finds it once it was published.
///
/// # Errors
/// [`ApplyError`]: `Absent`, `Closed` while it is a draft or when it is over.
pub async fn guide(tx: &mut TenantTx, id: CourseClassId, house: bool, now: Instant) -> Result<Guide, ApplyError> {
    let found = class::find(tx, id, house).await?;
    if found.class.state != "published" {
        return Err(ApplyError::Closed(found.class.state));
    }
    let (windows, fees) = (sql::windows(tx, id).await?, sql::fees(tx, id).await?);
    let (sessions_left, first_day) = sql::ahead(tx, id, now).await?;
    let facts_on = found.class.class_rules().facts_on.unwrap_or(first_day);
    Ok(Guide { class: found.class, places: found.places, windows, fees, sessions_left, facts_on })
}

/// Makes sure that a household does not have more applications in the term than the class says, this one included. Two
/// applications of one household at the same moment wait for each other.
///
/// # Errors
/// [`ApplyError::Household`].
pub async fn expect_household(tx: &mut TenantTx, guide: &Guide, households: &[Uuid]) -> Result<(), ApplyError> {
    let Some(most) = guide.class.class_rules().per_household else { return Ok(()) };
    let mut households = households.to_vec();
    households.sort_unstable();
    households.dedup();
    sql::one_at_a_time(tx, &households).await?;
    let active = sql::most_of_a_household(tx, guide.class.term_id, &households).await?;
    if active >= i64::from(most) { Err(ApplyError::Household { most }) } else { Ok(()) }
}

/// What is kept of a party beside its application: tiers and findings by the id of the person, and the households.
pub fn snapshot(assessment: &Assessment, people: &[Participant], households: &[Uuid]) -> serde_json::Value {
    let known: BTreeMap<String, _> = people.iter().map(|one| (one.person.to_string(), &one.facts)).collect();
    json!({ "tier": assessment.tier, "people": assessment.people, "facts": known, "households": households })
}

/// These applications as they are kept, in one statement, in the order of their ids.
///
/// # Errors
/// A [`Fault`].
pub async fn find_all(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<Application>, Fault> {
    if ids.is_empty() { Ok(Vec::new()) } else { sql::find_all(tx, ids).await }
}

/// Finds an application.
///
/// # Errors
/// [`ApplyError::Absent`].
pub async fn find(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Applied, ApplyError> {
    let found = sql::find(tx, id).await?.ok_or(ApplyError::Absent)?;
    with_people(tx, vec![found]).await?.pop().ok_or(ApplyError::Absent)
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
}

/// Lists applications, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, filter: &ApplicationFilter, ask: &PageAsk) -> Result<Page<Applied>, Fault> {
    let rows = sql::list(tx, filter, ask).await?;
    let rows = with_people(tx, rows).await?;
    Ok(Page::from_rows(rows, ask, |one| one.application.id.uuid()))
}

/// Every move of an application, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn history(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Vec<History>, Fault> {
    sql::history(tx, id).await
}

async fn with_people(tx: &mut TenantTx, rows: Vec<Application>) -> Result<Vec<Applied>, Fault> {
    let ids: Vec<CourseApplicationId> = rows.iter().map(|one| one.id).collect();
    let people = sql::people(tx, &ids).await?;
    let waits = rows.iter().any(|one| one.state == "waitlisted");
    let positions = if waits { sql::positions(tx, ids).await? } else { BTreeMap::new() };
    let whole = |application: Application| {
        let of = people.iter().filter(|(of, _, _)| *of == application.id);
        let role = |role: &str| if role == "companion" { Role::Companion } else { Role::Participant };
        let people = of.map(|(_, person, kind)| (*person, role(kind))).collect();
        let position = positions.get(&application.id).copied();
        Applied { application, people, position }
    };
    Ok(rows.into_iter().map(whole).collect())
}
