//! What the journal says.

use audit::{Event, Subject};
use serde::Serialize;

/// The words of a kind of letter are others now.
#[derive(Debug, Serialize)]
pub struct TemplateChanged {
    pub kind: &'static str,
    pub language: &'static str,
    pub version: i32,
    /// Whether they are the house's own again.
    pub standard: bool,
}

impl Event for TemplateChanged {
    const NAME: &'static str = "notice.template.changed";

    fn subject(&self) -> Subject {
        Subject::new("template", format!("{} {}", self.kind, self.language))
    }
}
