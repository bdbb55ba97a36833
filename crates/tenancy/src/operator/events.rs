//! What the journal says about operators.

use audit::{Category, Event, Subject};
use kernel::ids::OperatorId;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct OperatorCreated {
    pub operator: OperatorId,
}

impl Event for OperatorCreated {
    const NAME: &'static str = "operator.operator.created";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("operator", self.operator)
    }
}
