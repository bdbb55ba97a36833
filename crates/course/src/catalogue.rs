//! What the nouns of the catalogue share: how a thing is not found, not as expected, or not to be changed so.

use db::Fault;
use kernel::{Instant, Refusal, Refuse, ids::DrawId};
use serde_json::json;

use crate::{
    problems,
    rule::{ClassRules, Requirement},
    soundness::{self, RuleFault},
};

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
    #[error("the days of the term contradict each other")]
    TermDays,
    #[error("the numbers contradict each other: {0}")]
    Numbers(&'static str),
    #[error("the rules have faults")]
    Rules(Vec<RuleFault>),
    #[error("what was published stays")]
    Fixed(Vec<&'static str>),
    #[error("what completes the class was published as {present} percent")]
    CompletionRaised { present: i32 },
    #[error("a draw is announced that draws by it")]
    Announced { draw: DrawId, fields: Vec<&'static str> },
    #[error("the class is {0}")]
    State(String),
    #[error("the class lacks something")]
    NotReady(Vec<&'static str>),
    #[error("the window would close before it opens")]
    WindowTimes,
    #[error("the window has opened")]
    WindowOpened { at: Instant, fields: Vec<&'static str> },
    #[error("the window of a published class would open before {earliest}")]
    WindowPast { earliest: Instant },
    #[error("the entries of the draw of the window are fixed")]
    WindowDrawn,
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
            Self::TermDays => problems::TERM_DAYS.refuse(),
            Self::Numbers(fault) => problems::CLASS_NUMBERS.refuse().fact("fault", *fault),
            Self::Rules(faults) => {
                let told = faults.iter().map(|one| json!({ "at": one.at, "code": one.code }));
                problems::CLASS_RULES.refuse().fact("faults", told.collect::<Vec<_>>())
            }
            Self::Fixed(fields) => problems::CLASS_FIXED.refuse().fact("fields", fields.clone()),
            Self::CompletionRaised { present } => {
                problems::CLASS_COMPLETION_RAISED.refuse().fact("completion_percent", *present)
            }
            Self::Announced { draw, fields } => {
                problems::CLASS_ANNOUNCED.refuse().fact("draw", draw.to_string()).fact("fields", fields.clone())
            }
            Self::State(state) => problems::CLASS_STATE.refuse().fact("state", state.as_str()),
            Self::NotReady(missing) => problems::CLASS_NOT_READY.refuse().fact("missing", missing.clone()),
            Self::WindowTimes => problems::WINDOW_TIMES.refuse(),
            Self::WindowOpened { at, fields } => {
                let at = kernel::clock::written(*at);
                problems::WINDOW_OPENED.refuse().fact("opened_at", at).fact("fields", fields.clone())
            }
            Self::WindowPast { earliest } => {
                problems::WINDOW_PAST.refuse().fact("earliest", kernel::clock::written(*earliest))
            }
            Self::WindowDrawn => problems::WINDOW_DRAWN.refuse(),
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

/// Rules that can be met.
///
/// # Errors
/// [`CatalogueError::Rules`].
pub fn expect_sound(rules: &ClassRules) -> Result<(), CatalogueError> {
    faultless(soundness::faults(rules))
}

/// Requirements that can be met.
///
/// # Errors
/// [`CatalogueError::Rules`].
pub fn expect_meetable(requires: &[Requirement]) -> Result<(), CatalogueError> {
    faultless(soundness::requirement_faults(requires))
}

fn faultless(found: Vec<RuleFault>) -> Result<(), CatalogueError> {
    if found.is_empty() { Ok(()) } else { Err(CatalogueError::Rules(found)) }
}

/// Events of a noun that is made and changed.
macro_rules! events {
    ($kind:literal, $field:ident: $id:ty, $created:ident = $made:literal, $changed:ident = $altered:literal) => {
        /// One was made.
        #[derive(Debug, ::serde::Serialize)]
        pub struct $created {
            pub $field: $id,
        }

        impl ::audit::Event for $created {
            const NAME: &'static str = $made;

            fn subject(&self) -> ::audit::Subject {
                ::audit::Subject::new($kind, self.$field)
            }
        }

        /// One was changed.
        #[derive(Debug, ::serde::Serialize)]
        pub struct $changed {
            pub $field: $id,
            pub version: i32,
        }

        impl ::audit::Event for $changed {
            const NAME: &'static str = $altered;

            fn subject(&self) -> ::audit::Subject {
                ::audit::Subject::new($kind, self.$field)
            }
        }
    };
}

pub(crate) use events;
