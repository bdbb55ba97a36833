//! 講座案内: what everybody can apply for, found by its words and by what somebody needs, with how full it is.

mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk,
    ids::{CourseClassId, TermId},
};

use crate::{
    catalogue::CatalogueError,
    class::{self, ClassWithPlaces},
    course::{self, Course},
    fee::{self, Fee},
    folding::folded,
    session::{self, SessionWithPeople},
    term::{self, Term},
    window::{self, ApplicationWindow},
};
pub use rules::{Fullness, TierOdds};

/// What somebody looks for; everything that is given has to hold.
#[derive(Debug, Clone, Default)]
pub struct ListingFilter {
    /// Each of these words is in a title, its reading, the genres, the summary or the public name of who teaches.
    pub words: Vec<String>,
    pub genre: Option<String>,
    pub term: Option<TermId>,
    /// One of its windows is open at this moment.
    pub open: bool,
    /// There is a place for whoever applies now.
    pub places_left: bool,
    /// Its rules and one of its windows do not forbid this age, or this school year (小1 is 1, 中1 is 7); with `open`, a window that is
    /// open at this moment.
    pub age: Option<i32>,
    pub grade: Option<i32>,
    /// Those that have ended, too: whose last session is over, or, while they have none, whose term is.
    pub past: bool,
    pub sort: Sort,
}

/// The order of a search; what is alike in it, in the order in which it was made. It does not depend on the moment, so that no page
/// begins elsewhere than the one before it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// In the order in which they were made.
    #[default]
    Made,
    /// By when they first meet; while they have no session, by the first day of the term.
    Starts,
    /// By when the last of their windows closes.
    Closes,
    /// By their codes, sign by sign.
    Code,
}

impl Sort {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Starts => "starts",
            Self::Closes => "closes",
            Self::Code => "code",
        }
    }
}

impl ListingFilter {
    /// With the words of a text, however they are written.
    pub fn of_text(text: &str) -> Self {
        Self {
            words: folded(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            ..Self::default()
        }
    }
}

/// A class in the leaflet.
#[derive(Debug, Clone)]
pub struct Listing {
    pub class: ClassWithPlaces,
    pub course: Course,
    pub term: Term,
    /// By when they open.
    pub windows: Vec<ApplicationWindow>,
    pub fees: Vec<Fee>,
    pub fullness: Fullness,
    /// How many sessions it has, and when it first and last meets.
    pub sessions: i64,
    pub first_at: Option<Instant>,
    pub last_at: Option<Instant>,
}

impl Listing {
    /// Whether it takes applications at a moment: one of its windows is open, and it was neither cancelled nor completed.
    pub fn is_open(&self, now: Instant) -> bool {
        self.class.class.state == "published" && self.windows.iter().any(|window| window.is_open(now))
    }
}

/// Finds published classes, in the order that is asked for. A fixed number of statements.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    filter: &ListingFilter,
    page: &PageAsk,
    now: Instant,
) -> Result<Page<Listing>, Fault> {
    let ids = sql::ids(tx, filter, page, now).await?;
    let found = listings(tx, &ids, now).await?;
    Ok(Page::from_rows(found, page, |one| one.class.class.id.uuid()))
}

/// One published class, with its sessions.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn find(
    tx: &mut TenantTx,
    id: CourseClassId,
    now: Instant,
) -> Result<(Listing, Vec<SessionWithPeople>), CatalogueError> {
    class::find(tx, id, false).await?;
    let found = listings(tx, &[id], now).await?.pop().ok_or(CatalogueError::Absent)?;
    Ok((found, session::of_class(tx, id).await?))
}

/// How full a published class is at a moment.
///
/// # Errors
/// [`CatalogueError::Absent`].
pub async fn fullness(
    tx: &mut TenantTx,
    id: CourseClassId,
    now: Instant,
) -> Result<(ClassWithPlaces, Fullness), CatalogueError> {
    let found = class::find(tx, id, false).await?;
    let (free, counts) = (sql::free(tx, &[id], now).await?, sql::counts(tx, &[id], now).await?);
    let fullness = Fullness::of(&found, free.get(&id).copied().unwrap_or_default(), &counts);
    Ok((found, fullness))
}

async fn listings(tx: &mut TenantTx, ids: &[CourseClassId], now: Instant) -> Result<Vec<Listing>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut classes = class::of_ids(tx, ids).await?;
    classes.sort_by_key(|one| ids.iter().position(|id| *id == one.class.id));
    let courses = course::of_ids(tx, classes.iter().map(|one| one.class.course_id).collect()).await?;
    let terms = term::of_ids(tx, classes.iter().map(|one| one.class.term_id).collect()).await?;
    let windows = window::of_classes(tx, ids).await?;
    let fees = fee::of_classes(tx, ids).await?;
    let (free, counts) = (sql::free(tx, ids, now).await?, sql::counts(tx, ids, now).await?);
    let meetings = sql::meetings(tx, ids).await?;
    let listing = |class: ClassWithPlaces| {
        let id = class.class.id;
        let (sessions, first_at, last_at) = meetings.get(&id).copied().unwrap_or_default();
        Some(Listing {
            course: courses.iter().find(|one| one.id == class.class.course_id)?.clone(),
            term: terms.iter().find(|one| one.id == class.class.term_id)?.clone(),
            windows: windows.iter().filter(|one| one.class_id == id).cloned().collect(),
            fees: fees.iter().filter(|one| one.class_id == id).cloned().collect(),
            fullness: Fullness::of(&class, free.get(&id).copied().unwrap_or_default(), &counts),
            sessions,
            first_at,
            last_at,
            class,
        })
    };
    Ok(classes.into_iter().filter_map(listing).collect())
}
