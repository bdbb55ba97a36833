//! What the nouns of the catalogue share: how a thing is not found, not as expected, or not to be changed any more.

use db::Fault;
use kernel::{Refusal, Refuse};

use crate::problems;

/// Why the catalogue does not change.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("there is no such {0} to belong to")]
    NoSuch(&'static str),
    #[error("the code is already used")]
    CodeTaken,
    #[error("the times contradict each other: doors open, then the performance starts, then it ends")]
    Times,
    #[error("a sale window opens before it closes")]
    WindowTimes,
    #[error("a hold lasts at least as long at most as it does at first")]
    HoldTimes,
    #[error("the seating plan is not of this hall, or is not published")]
    PlanOfOtherHall,
    #[error("this {what} is {state} and can no longer be changed so")]
    State { what: &'static str, state: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for CatalogueError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::NoSuch(noun) => problems::NO_SUCH.refuse().fact("noun", *noun),
            Self::CodeTaken => problems::CODE_TAKEN.refuse(),
            Self::Times => problems::TIMES.refuse(),
            Self::WindowTimes => problems::WINDOW_TIMES.refuse(),
            Self::HoldTimes => problems::HOLD_TIMES.refuse(),
            Self::PlanOfOtherHall => problems::PLAN_OTHER_HALL.refuse(),
            Self::State { state, .. } => problems::STATE.refuse().fact("state", state.as_str()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Holds a wanted version against the one there is.
///
/// # Errors
/// [`CatalogueError::Stale`].
pub fn expect_version(wanted: Option<i32>, current: i32) -> Result<(), CatalogueError> {
    match wanted {
        Some(wanted) if wanted != current => Err(CatalogueError::Stale { current }),
        _ => Ok(()),
    }
}

/// Lists a page of what belongs to productions, of one or of all; without what belongs to drafts unless those are seen.
macro_rules! production_list {
    ($table:ident, $row:ty) => {
        pub async fn list(
            tx: &mut ::db::TenantTx,
            of: Option<::kernel::ids::ProductionId>,
            drafts: bool,
            page: &::kernel::PageAsk,
        ) -> Result<Vec<$row>, ::db::Fault> {
            use ::db::statement::OfTenant as _;
            use ::diesel::prelude::*;
            use ::diesel_async::RunQueryDsl;
            use $crate::schema::productions;
            let mut query = $table::table.of(tx.tenant()).into_boxed();
            if let Some(production) = of {
                query = query.filter($table::production_id.eq(production));
            }
            if !drafts {
                let shown =
                    productions::table.of(tx.tenant()).filter(productions::state.ne("draft")).select(productions::id);
                query = query.filter($table::production_id.eq_any(shown));
            }
            if let Some(after) = page.after {
                query = query.filter($table::id.gt(after));
            }
            let rows =
                query.order($table::id.asc()).limit(page.rows()).select(<$row>::as_select()).load(tx.conn()).await?;
            Ok(rows)
        }
    };
}

pub(crate) use production_list;
