//! What the journal says about documents.

use audit::Subject;
use kernel::ids::{BillId, DocumentId};
use serde::Serialize;

use super::{Document, DocumentKind, VoidReason};

#[derive(Debug, Serialize)]
pub struct DocumentIssued {
    document: DocumentId,
    kind: DocumentKind,
    number: String,
    bill: BillId,
    replaces: Option<DocumentId>,
    hash: String,
}

impl DocumentIssued {
    pub fn of(document: &Document) -> Self {
        Self {
            document: document.id,
            kind: document.kind,
            number: document.content.number.clone(),
            bill: document.bill,
            replaces: document.replaces,
            hash: document.hash.clone(),
        }
    }
}

impl audit::Event for DocumentIssued {
    const NAME: &'static str = "billing.document.issued";
    fn subject(&self) -> Subject {
        Subject::new("document", self.document)
    }
}

#[derive(Debug, Serialize)]
pub struct DocumentVoided {
    pub document: DocumentId,
    pub reason: VoidReason,
}

impl audit::Event for DocumentVoided {
    const NAME: &'static str = "billing.document.voided";
    fn subject(&self) -> Subject {
        Subject::new("document", self.document)
    }
}

#[derive(Debug, Serialize)]
pub struct DocumentCopied {
    pub document: DocumentId,
    pub copy: i32,
}

impl audit::Event for DocumentCopied {
    const NAME: &'static str = "billing.document.copied";
    fn subject(&self) -> Subject {
        Subject::new("document", self.document)
    }
}
