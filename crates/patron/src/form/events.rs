//! What the journal says about forms and answers: never what was answered.

use audit::{Event, Subject as Of};
use kernel::ids::{AnswerSetId, FormId, FormVersionId, PersonId};
use serde::Serialize;
use uuid::Uuid;

use super::{AnswerSet, FormVersion, Subject};

/// One was made.
#[derive(Debug, Serialize)]
pub struct FormCreated {
    pub form: FormId,
}

impl Event for FormCreated {
    const NAME: &'static str = "patron.form.created";

    fn subject(&self) -> Of {
        Of::new("form", self.form)
    }
}

/// One was changed.
#[derive(Debug, Serialize)]
pub struct FormChanged {
    pub form: FormId,
    pub version: i32,
}

impl Event for FormChanged {
    const NAME: &'static str = "patron.form.changed";

    fn subject(&self) -> Of {
        Of::new("form", self.form)
    }
}

/// A version was made.
#[derive(Debug, Serialize)]
pub struct FormVersionMade {
    pub form: FormId,
    pub form_version: FormVersionId,
    pub number: i32,
}

impl FormVersionMade {
    pub const fn new(version: &FormVersion) -> Self {
        Self { form: version.form, form_version: version.id, number: version.number }
    }
}

impl Event for FormVersionMade {
    const NAME: &'static str = "patron.form.version_made";

    fn subject(&self) -> Of {
        Of::new("form", self.form)
    }
}

/// Somebody answered, or answered again.
#[derive(Debug, Serialize)]
pub struct AnswersGiven {
    pub answers: AnswerSetId,
    pub form_version: FormVersionId,
    pub about: Subject,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    pub revision: i32,
}

impl AnswersGiven {
    pub fn new(set: &AnswerSet, subject: &Subject) -> Self {
        Self {
            answers: set.id,
            form_version: set.form_version,
            about: subject.clone(),
            person: set.person,
            revision: set.revision,
        }
    }
}

impl Event for AnswersGiven {
    const NAME: &'static str = "patron.answers.given";

    fn subject(&self) -> Of {
        Of::new("answers", self.answers)
    }
}

/// Somebody opened what was answered for these.
#[derive(Debug, Serialize)]
pub struct AnswersRead {
    pub subjects: Vec<Uuid>,
    /// What the subjects are.
    pub kind: &'static str,
}

impl Event for AnswersRead {
    const NAME: &'static str = "patron.answers.read";

    fn subject(&self) -> Of {
        match self.subjects.as_slice() {
            [only] => Of::new("answers_of", only),
            _ => Of::new("answers_of", self.subjects.len()),
        }
    }
}
