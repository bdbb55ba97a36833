//! `/v1/ticket/admissions`

use contract::{
    ApiError, Created, Listed, Ref,
    ticket::admission::{Admission, AdmissionRequest},
};
use db::{Fault, TenantTx};
use kernel::ids::kind;
use poem_openapi::{OpenApi, param::Query};
use tenancy::permission::permit;
use ticket::{
    admission::{self, Admit},
    ticket::code::Printer,
};

use super::wire;
use crate::{Body, Desk, Keep, May, params, tags::Tag};

/// Operations at the gate.
pub struct Admissions {
    desk: Desk,
}

impl Admissions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ticket/admissions", tag = "Tag::Ticket")]
impl Admissions {
    /// Admit a ticket.
    ///
    /// Once: of two gates that read a ticket at the same time one is first, and the other learns when and where. The same
    /// `nonce` of the same gate gets the same answer, so a reading whose answer was lost can be repeated.
    #[oai(path = "/", method = "post", operation_id = "ticket_admission_create")]
    async fn create(
        &self,
        caller: May<permit::AdmitTickets>,
        body: Body<AdmissionRequest>,
    ) -> Result<Created<Admission>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        let key = &Printer::new(caller.tenant(), &keys.ticket_signing).public();
        let ask = &Admit {
            code: body.code.clone(),
            performance: body.performance.0,
            gate: body.gate.clone(),
            nonce: body.nonce.clone(),
        };
        let now = caller.now();
        let work = async |tx: &mut TenantTx| {
            let admitted = admission::admit(tx, key, ask, now).await?;
            Ok(Created::new(&wire::admission(admitted)))
        };
        self.desk.once(&caller, None, &body, Keep::Durably, work).await
    }

    /// List who was admitted.
    ///
    /// To one performance, in the order of entry.
    #[oai(path = "/", method = "get", operation_id = "ticket_admission_list")]
    async fn list(
        &self,
        caller: May<permit::ReadAdmissions>,
        performance: Query<Ref<kind::Performance>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Admission>, ApiError> {
        let id = performance.0.0;
        let list = format!("admissions {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| admission::list(tx, id, ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, wire::admission))
    }
}
