//! What the journal says.

use kernel::ids::TermId;

crate::catalogue::events!(
    "term",
    term: TermId,
    TermCreated = "course.term.created",
    TermChanged = "course.term.changed"
);
