//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CertificateId, EnrolmentId};
use serde::Serialize;

/// Somebody has completed a class, in writing.
#[derive(Debug, Serialize)]
pub struct CertificateIssued {
    pub certificate: CertificateId,
    pub enrolment: EnrolmentId,
    pub number: String,
}

impl Event for CertificateIssued {
    const NAME: &'static str = "course.certificate.issued";

    fn subject(&self) -> Subject {
        Subject::new("certificate", self.certificate)
    }
}

/// It certifies nothing any more; the reason stays with it.
#[derive(Debug, Serialize)]
pub struct CertificateRevoked {
    pub certificate: CertificateId,
    pub enrolment: EnrolmentId,
}

impl Event for CertificateRevoked {
    const NAME: &'static str = "course.certificate.revoked";

    fn subject(&self) -> Subject {
        Subject::new("certificate", self.certificate)
    }
}
