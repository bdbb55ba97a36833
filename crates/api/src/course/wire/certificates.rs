//! Certificates: plain translations.

use ::course::certificate::{Certified, Checked, Issued, Standing, Verdict};
use contract::course::certificate::{
    Certificate, CertificateCheck, CertificateValidity, CertificatesIssued, Completion, CompletionVerdict,
};

pub fn certificate(one: &Certified) -> Certificate {
    let kept = &one.certificate;
    Certificate {
        id: kept.id.into(),
        class: one.class.into(),
        enrolment: kept.enrolment_id.into(),
        person: one.person.into(),
        number: kept.display_number(),
        check_code: kept.check_code.clone(),
        attended: kept.attended,
        held: kept.held,
        issued_on: kept.issued_on.into(),
        revoked_at: kept.revoked_at.map(Into::into),
        reason: one.reason.clone(),
        created_at: kept.created_at.into(),
        version: kept.version,
    }
}

pub fn completion(one: &Standing) -> Completion {
    let (verdict, certificate) = match one.verdict {
        Verdict::Earned => (CompletionVerdict::Earned, None),
        Verdict::HasOne(certificate) => (CompletionVerdict::Certified, Some(certificate.into())),
        Verdict::Missed => (CompletionVerdict::Missed, None),
    };
    Completion {
        enrolment: one.enrolment.into(),
        person: one.person.into(),
        attended: one.attended,
        held: one.held,
        needed: one.needed,
        verdict,
        certificate,
    }
}

pub fn issued(all: &Issued) -> CertificatesIssued {
    CertificatesIssued {
        certificates: all.certificates.iter().map(certificate).collect(),
        withheld: all.withheld.iter().map(completion).collect(),
    }
}

pub fn check(one: Checked) -> CertificateCheck {
    let kept = one.certificate;
    CertificateCheck {
        number: kept.display_number(),
        validity: if kept.revoked_at.is_some() { CertificateValidity::Revoked } else { CertificateValidity::Valid },
        course: one.course_title,
        class: one.class_title,
        attended: kept.attended,
        held: kept.held,
        issued_on: kept.issued_on.into(),
        revoked_at: kept.revoked_at.map(Into::into),
    }
}
