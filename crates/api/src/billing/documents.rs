//! `/v1/documents`

use billing::{
    bill,
    document::{self, About, DocumentFilter},
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    billing::{Document, DocumentKind, DocumentReissueRequest, DocumentRequest, DocumentVoidRequest},
};
use db::TenantTx;
use kernel::{Service, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::{Permit, permission::permit};
use time::Date;

use super::document_wire as wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, problems, settle, tags::Tag};

/// Operations on receipts, invoices and credit notes.
pub struct Documents {
    desk: Desk,
}

impl Documents {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

impl Documents {
    /// The day of the supply as it was said; otherwise, of an invoice for a hire, the last day of use.
    async fn supplied_on<P: Permit>(
        &self,
        caller: &May<P>,
        about: About,
        said: Option<Date>,
    ) -> Result<Option<Date>, ApiError> {
        let About::Bill(bill) = about else { return Ok(said) };
        if said.is_some() {
            return Ok(said);
        }
        let find = async |tx: &mut TenantTx| bill::subject_of(tx, bill).await;
        let subject = self.desk.db.read(&caller.scope(), find).await?;
        let Some(subject) = subject.filter(|about| about.service() == Service::Venue) else { return Ok(None) };
        let scope = caller.scope().in_service(Service::Venue);
        Ok(self.desk.db.read(&scope, async |tx: &mut TenantTx| settle::last_day(tx, &subject).await).await?)
    }
}

fn created(issued: &document::Document) -> Result<Created<Document>, ApiError> {
    let at = format!("/v1/documents/{}", issued.id);
    Ok(Created::new(&wire::handed_out(issued)?).at(at).version(issued.version))
}

#[OpenApi(prefix_path = "/v1/documents", tag = "Tag::Billing")]
impl Documents {
    /// List documents.
    ///
    /// Newest first, without what they say.
    #[oai(path = "/", method = "get", operation_id = "billing_document_list")]
    async fn list(
        &self,
        caller: May<permit::ReadDocuments>,
        bill: Query<Option<Ref<kind::Bill>>>,
        kind: Query<Option<DocumentKind>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Document>, ApiError> {
        let (bill, kind) = (bill.0.map(|bill| bill.0), kind.0.map(wire::kind_asked));
        let filter = DocumentFilter { bill, kind, fiscal_year: None };
        let list = format!("documents {filter:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| document::list(tx, &filter, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::document(&one)))
    }

    /// Issue a receipt, a qualified invoice or a credit note.
    ///
    /// Under the next number of its kind in the fiscal year, without gaps. What it says is a snapshot that never changes, with the
    /// tax rounded once per rate, for the contractor to render; the name of the recipient is written there and never kept
    /// here. The same money has one receipt: for the bill, or payment by payment. A refund of a bill with an invoice has its
    /// credit note at once, without being asked; what went back before comes with the invoice. Of a bill that is called off none
    /// counts any more.
    #[oai(path = "/", method = "post", operation_id = "billing_document_create")]
    async fn create(
        &self,
        caller: May<permit::IssueDocuments>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<DocumentRequest>,
    ) -> Result<Created<Document>, ApiError> {
        let (about, now) = (wire::about(&body)?, caller.now());
        let supplied_on = self.supplied_on(&caller, about, body.supplied_on.map(|day| day.0)).await?;
        let work = async |tx: &mut TenantTx| -> Result<Created<Document>, ApiError> {
            created(&document::issue(tx, about, supplied_on, now).await?)
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Read a document.
    ///
    /// Without what it says: to hand it out again, take a copy, which is counted.
    #[oai(path = "/:id", method = "get", operation_id = "billing_document_view")]
    async fn view(
        &self,
        caller: May<permit::ReadDocuments>,
        id: Path<Ref<kind::Document>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Document>, ApiError> {
        let work = async |tx: &mut TenantTx| document::find(tx, id.0.0).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let found = found.ok_or_else(|| ApiError::of(problems::ABSENT.refuse()))?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::document(&found)))
    }

    /// Make a document void.
    ///
    /// It counts no more; its number stays taken.
    #[oai(path = "/:id/void", method = "post", operation_id = "billing_document_void")]
    async fn void(
        &self,
        caller: May<permit::IssueDocuments>,
        id: Path<Ref<kind::Document>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<DocumentVoidRequest>,
    ) -> Result<Done<Document>, ApiError> {
        let (id, reason, now) = (id.0.0, wire::reason_asked(body.reason), caller.now());
        let work = async |tx: &mut TenantTx| -> Result<Done<Document>, ApiError> {
            let void = document::void(tx, id, reason, now).await?;
            Ok(Done::new(&wire::document(&void)).version(void.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Issue a void document again.
    ///
    /// As a revision under a number of its own that says which document it replaces. Once for each.
    #[oai(path = "/:id/reissue", method = "post", operation_id = "billing_document_reissue")]
    async fn reissue(
        &self,
        caller: May<permit::IssueDocuments>,
        id: Path<Ref<kind::Document>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<DocumentReissueRequest>,
    ) -> Result<Created<Document>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let before = self.desk.db.read(&caller.scope(), async |tx: &mut TenantTx| document::find(tx, id).await).await?;
        let said = body.supplied_on.map(|day| day.0);
        let supplied_on = match before.map(|before| before.about()) {
            Some(about) => self.supplied_on(&caller, about, said).await?,
            None => said,
        };
        let work = async |tx: &mut TenantTx| -> Result<Created<Document>, ApiError> {
            created(&document::reissue(tx, id, supplied_on, now).await?)
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Hand a document out again.
    ///
    /// What it says, as it was issued. It is counted, and a copy bears the mark 再発行.
    #[oai(path = "/:id/copies", method = "post", operation_id = "billing_document_copy")]
    async fn copy(
        &self,
        caller: May<permit::IssueDocuments>,
        id: Path<Ref<kind::Document>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<Document>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<Done<Document>, ApiError> {
            let copied = document::copy(tx, id, now).await?;
            Ok(Done::new(&wire::handed_out(&copied)?).version(copied.version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }
}
