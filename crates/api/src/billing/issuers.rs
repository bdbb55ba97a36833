//! `/v1/issuer`

use billing::issuer::{self, Meant};
use contract::{
    ApiError, Done, Shown,
    billing::{Issuer, IssuerRequest},
};
use db::TenantTx;
use poem_openapi::{OpenApi, param::Header};
use tenancy::permission::permit;

use super::document_wire as wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, problems, tags::Tag};

/// Operations on who issues documents.
pub struct Issuers {
    desk: Desk,
}

impl Issuers {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Whom `If-Match` means; without it nobody is to be replaced.
fn meant(if_match: Option<&str>) -> Result<Meant, ApiError> {
    match (if_match, params::version(if_match)?) {
        (None, _) => Ok(Meant::Nobody),
        (Some(_), None) => Ok(Meant::Any),
        (Some(_), Some(version)) => Ok(Meant::Version(version)),
    }
}

#[OpenApi(prefix_path = "/v1/issuer", tag = "Tag::Billing")]
impl Issuers {
    /// Read who issues documents.
    ///
    /// Name, address and registration number as they stand on what is issued from now on.
    #[oai(path = "/", method = "get", operation_id = "billing_issuer_view")]
    async fn view(
        &self,
        caller: May<permit::ReadDocuments>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Issuer>, ApiError> {
        let work = async |tx: &mut TenantTx| issuer::find(tx).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let found = found.ok_or_else(|| ApiError::of(problems::ABSENT.refuse()))?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::issuer(&found)))
    }

    /// Set who issues documents.
    ///
    /// All of it; documents that were issued stay as they are. The check digit of a registration number is verified.
    #[oai(path = "/", method = "put", operation_id = "billing_issuer_update")]
    async fn update(
        &self,
        caller: May<permit::WriteIssuer>,
        /// The version that is meant; required but for the first time.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<IssuerRequest>,
    ) -> Result<Done<Issuer>, ApiError> {
        let (asked, now): (&IssuerRequest, _) = (&body, caller.now());
        let meant = meant(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<Done<Issuer>, ApiError> {
            let set = issuer::set(tx, wire::issuer_draft(asked), meant, now).await?;
            Ok(Done::new(&wire::issuer(&set)).version(set.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
