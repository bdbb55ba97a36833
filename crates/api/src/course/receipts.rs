//! `/v1/course/applications/{id}/access-code` and `/v1/course/applications/access-codes`

use std::collections::BTreeMap;

use ::course::{application, problems};
use contract::{
    Accepted, ApiError, Done, Ref,
    course::receipt::{CourseReceiptAskRequest, CourseReceiptAsked, CourseReceiptReissue, CourseReceiptReissueRequest},
};
use db::TenantTx;
use kernel::ids::kind;
use patron::{contact, register};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;

use super::{letters, parties};
use crate::{Body, Desk, IdempotencyKey, Keep, May, tags::Tag};

/// Operations on the codes of receipts.
pub struct Receipts {
    desk: Desk,
}

impl Receipts {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/applications", tag = "Tag::Course")]
impl Receipts {
    /// Issue the code of a receipt again.
    ///
    /// 受付票再発行, by the staff who know whom they have before them: the code is shown this once, or sent to the address on file. The
    /// code before opens nothing from this moment on.
    #[oai(path = "/:id/access-code", method = "post", operation_id = "course_receipt_reissue")]
    async fn reissue(
        &self,
        caller: May<permit::EnterApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseReceiptReissueRequest>,
    ) -> Result<Done<CourseReceiptReissue>, ApiError> {
        let (id, send, now) = (id.0.0, body.send.unwrap_or(false), caller.now());
        let kept = parties::keys(&self.desk, &caller)?;
        let keys = parties::lent(&kept);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = application::find(tx, id).await?.application;
            if send && register::reach(tx, keys, found.applicant_id).await?.is_none() {
                return Err(ApiError::of(problems::RECEIPT_NO_ADDRESS.refuse()));
            }
            let code = application::reissue(tx, id, send, now).await?;
            let shown = (!send).then(|| code.expose().to_owned());
            if send {
                letters::codes(&self.desk, tx, &BTreeMap::from([(id, code)]), now).await?;
            }
            let (application, receipt_number) = (Ref(id), found.receipt_number);
            Ok(Done::new(&CourseReceiptReissue { application, receipt_number, receipt_code: shown, sent: send }))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Ask for the code of a receipt that was lost.
    ///
    /// Another code goes to the address that was left with the application, if one of this number was made with it; where several
    /// classes gave the number, one for each. The codes before open nothing from then on. The answer is the same whether there is such
    /// an application or not. Three requests for one address are followed at once, and after that fewer and fewer: whoever asks too
    /// often gets the same answer, no message, and the code stays as it is.
    #[oai(path = "/access-codes", method = "post", operation_id = "course_receipt_ask")]
    async fn ask(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        body: Body<CourseReceiptAskRequest>,
    ) -> Result<Accepted<CourseReceiptAsked>, ApiError> {
        let (asked, now): (&CourseReceiptAskRequest, _) = (&body, caller.now());
        let kept = parties::keys(&self.desk, &caller)?;
        let keys = parties::lent(&kept);
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            let applicants = contact::asked_at(tx, keys, &asked.email, now).await?;
            let codes = application::reissue_lost(tx, &applicants, asked.receipt_number, now).await?;
            letters::codes(&self.desk, tx, &codes, now).await
        };
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Accepted::new(&CourseReceiptAsked { asked_at: now.into() }))
    }
}
