//! Why there is no plan, or it is not carried out.

use db::Fault;
use kernel::{Refusal, Refuse};

use super::rules::Difference;
use crate::{catalogue::CatalogueError, problems, session::SessionError};

/// Why there is no plan, or it is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Since it was told, somebody applied, left or paid, or a session changed.
    #[error("what would happen now is not what the plan says")]
    Outdated(Difference),
    /// A draft is changed without a plan.
    #[error("the class is a draft")]
    Draft,
    /// Nobody was told of it yet.
    #[error("the plan was not carried out")]
    Planned,
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for PlanError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Outdated(Difference { what, applications }) => {
                let applications: Vec<String> = applications.iter().map(ToString::to_string).collect();
                problems::PLAN_OUTDATED.refuse().fact("differs", what.clone()).fact("applications", applications)
            }
            Self::Draft => problems::PLAN_DRAFT.refuse(),
            Self::Planned => problems::PLAN_PLANNED.refuse(),
            Self::Session(error) => error.refusal(),
            Self::Catalogue(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
