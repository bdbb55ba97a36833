//! `/v1/course/certificates`, `/v1/course/certificate-checks` and the completion of a class.

use std::collections::BTreeSet;

use ::course::certificate::{self, CertificateError, CertificateFilter};
use contract::{
    ApiError, Done, Listed, Ref, Shown,
    course::{
        application::CourseReasonRequest,
        certificate::{Certificate, CertificateCheck, CertificatesIssued, CertificatesRequest, CompletionList},
    },
};
use db::TenantTx;
use kernel::{
    Actor,
    ids::{EnrolmentId, PatronId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::{Permit, permission::permit};

use super::{letters, parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on certificates.
pub struct Certificates {
    desk: Desk,
}

impl Certificates {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/certificates", tag = "Tag::Course")]
impl Certificates {
    /// Issue the certificates of a class.
    ///
    /// Once all its sessions are over, their attendance is recorded and none that was cancelled is still to be made up for or refunded
    /// (for at most 90 days): to everybody who attended enough, or to some of them. Whoever has one gets no second; who gets none is told with the numbers. Whoever applied has a letter with the number and the
    /// code of each.
    #[oai(path = "/", method = "post", operation_id = "course_certificate_issue")]
    async fn issue(
        &self,
        caller: May<permit::IssueCertificates>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CertificatesRequest>,
    ) -> Result<Done<CertificatesIssued>, ApiError> {
        let (desk, class, now) = (&self.desk, body.class.0, caller.now());
        let only: Option<BTreeSet<EnrolmentId>> =
            body.enrolments.as_ref().map(|named| named.iter().map(|id| id.0).collect());
        let only = only.as_ref();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let issued = certificate::issue(tx, class, only, now).await?;
            let made: Vec<_> = issued.certificates.iter().map(|one| one.certificate.id).collect();
            letters::certified(desk, tx, made, now).await?;
            Ok(Done::new(&wire::certificates::issued(&issued)))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// List certificates.
    ///
    /// Oldest first, of one class or of all, those that were revoked included. A patron finds those of their own applications.
    #[oai(path = "/", method = "get", operation_id = "course_certificate_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourseApplications>,
        /// Of this one.
        class: Query<Option<Ref<kind::CourseClass>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Certificate>, ApiError> {
        let filter = CertificateFilter { class: class.0.map(|class| class.0), applicant: applicant(&caller)? };
        let list = format!("course certificates {filter:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| certificate::list(tx, seal, filter, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::certificates::certificate(&one)))
    }

    /// Read a certificate.
    ///
    /// With the numbers as they were when it was issued, its check code, and why it was revoked if it was. A patron finds those of
    /// their own applications.
    #[oai(path = "/:id", method = "get", operation_id = "course_certificate_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourseApplications>,
        id: Path<Ref<kind::Certificate>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Certificate>, ApiError> {
        let (id, applicant) = (id.0.0, applicant(&caller)?);
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| certificate::find(tx, seal, id, applicant).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let version = found.certificate.version;
        Ok(Shown::version(version, have.0.as_deref(), || wire::certificates::certificate(&found)))
    }

    /// Revoke a certificate.
    ///
    /// With a reason that stays with it. From then on its code tells that it is revoked; another can be issued.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "course_certificate_revoke")]
    async fn revoke(
        &self,
        caller: May<permit::IssueCertificates>,
        id: Path<Ref<kind::Certificate>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReasonRequest>,
    ) -> Result<Done<Certificate>, ApiError> {
        let (id, reason, now) = (id.0.0, &self.desk.remark(caller.tenant(), &body.reason)?, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = certificate::revoke(tx, id, version, reason, now).await?;
            Ok(Done::new(&wire::certificates::certificate(&stands)).version(stands.certificate.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}

/// Checks of certificates.
pub struct CertificateChecks {
    desk: Desk,
}

impl CertificateChecks {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/certificate-checks", tag = "Tag::Course")]
impl CertificateChecks {
    /// Check a certificate.
    ///
    /// By the code on it, typed in any case: whether it certifies, and what. It names nobody.
    #[oai(path = "/:code", method = "get", operation_id = "course_certificate_check")]
    async fn check(
        &self,
        caller: May<permit::ReadCourses>,
        /// `7K3QX-9FMT2-H4`.
        #[oai(validator(max_length = 20))]
        code: Path<String>,
    ) -> Result<Shown<CertificateCheck>, ApiError> {
        let code = code.0.as_str();
        let work = async |tx: &mut TenantTx| certificate::check(tx, code).await;
        Ok(Shown::new(&wire::certificates::check(self.desk.db.read(&caller.scope(), work).await?)))
    }
}

/// Who completes a class.
pub struct Completions {
    desk: Desk,
}

impl Completions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/classes", tag = "Tag::Course")]
impl Completions {
    /// See who completes a class.
    ///
    /// As of now, before the last session as after it: sessions attended, those held and recorded, and how many are needed. Everybody at
    /// once, by receipt number: as many as have a place in the class.
    #[oai(path = "/:id/completions", method = "get", operation_id = "course_completions_view")]
    async fn list(
        &self,
        caller: May<permit::IssueCertificates>,
        id: Path<Ref<kind::CourseClass>>,
    ) -> Result<Shown<CompletionList>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| certificate::standings(tx, id, now).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let completions = found.iter().map(wire::certificates::completion).collect();
        Ok(Shown::new(&CompletionList { class: id.into(), completions }))
    }
}

/// Whose applications the caller reads certificates of: a patron their own, the house everybody's, a guest nobody's.
fn applicant<P: Permit>(caller: &May<P>) -> Result<Option<PatronId>, ApiError> {
    match caller.actor() {
        Actor::Guest(_) => Err(CertificateError::Absent.into()),
        Actor::Patron(own) => Ok(Some(*own)),
        _ => Ok(None),
    }
}
