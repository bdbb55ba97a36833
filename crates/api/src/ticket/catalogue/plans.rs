//! `/v1/ticket/seating-plans`

use contract::{
    ApiError, Created, CsvFile, Done, Listed, Ref, Shown,
    ticket::plan::{
        FileCharset, SeatingPlan, SeatingPlanRequest, SeatingPlanSeats, SeatingPlanVersion, SeatingPlanVersionRequest,
    },
};
use db::TenantTx;
use kernel::ids::{SeatingPlanId, kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use ticket::{
    catalogue::CatalogueError,
    plan::{self, Charset, SeatDraft},
};

use super::wire;
use crate::{Body, CsvBody, Desk, IdempotencyKey, Keep, May, body::Content, params, tags::Tag};

/// Operations on seating plans.
pub struct SeatingPlans {
    desk: Desk,
}

impl SeatingPlans {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

impl SeatingPlans {
    async fn take_in(
        &self,
        caller: &May<permit::WriteCatalogue>,
        id: SeatingPlanId,
        key: Option<&IdempotencyKey>,
        content: &impl Content,
        seats: &[SeatDraft],
    ) -> Result<Created<SeatingPlanVersion>, ApiError> {
        let now = caller.now();
        let work = async |tx: &mut TenantTx| {
            let made = plan::import(tx, id, seats, now).await?;
            let at = format!("/v1/ticket/seating-plans/{id}/versions/{}", made.id);
            Ok(Created::new(&wire::plan_version(&made)).at(at).version(&made.state))
        };
        self.desk.once(caller, key, content, Keep::Durably, work).await
    }
}

#[OpenApi(prefix_path = "/v1/ticket/seating-plans", tag = "Tag::Ticket")]
impl SeatingPlans {
    /// List seating plans.
    ///
    /// Oldest first.
    #[oai(path = "/", method = "get", operation_id = "ticket_seating_plan_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCatalogue>,
        /// Only those of this hall.
        hall: Query<Option<Ref<kind::Hall>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<SeatingPlan>, ApiError> {
        let of = hall.0.map(|id| id.0);
        let list = of.map_or_else(|| "seating_plans".to_owned(), |id| format!("seating_plans {id}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| plan::list(tx, of, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |plan| wire::seating_plan(&plan)))
    }

    /// Make a seating plan.
    ///
    /// Without seats yet: read a file in as its first version.
    #[oai(path = "/", method = "post", operation_id = "ticket_seating_plan_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCatalogue>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SeatingPlanRequest>,
    ) -> Result<Created<SeatingPlan>, ApiError> {
        let (asked, now): (&SeatingPlanRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = plan::create(tx, asked.hall.0, asked.name.clone(), now).await?;
            let at = format!("/v1/ticket/seating-plans/{}", made.id);
            Ok(Created::new(&wire::seating_plan(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a seating plan.
    ///
    /// Its seats are in its versions.
    #[oai(path = "/:id", method = "get", operation_id = "ticket_seating_plan_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SeatingPlan>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| plan::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::seating_plan(&found)))
    }

    /// List the versions of a seating plan.
    ///
    /// Oldest first. A page or a patron finds published ones.
    #[oai(path = "/:id/versions", method = "get", operation_id = "ticket_seating_plan_version_list")]
    async fn versions(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<SeatingPlanVersion>, ApiError> {
        let (id, seen) = (id.0.0, caller.of_the_house());
        let list = format!("seating_plan_versions {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            plan::find(tx, id).await?;
            Ok::<_, CatalogueError>(plan::list_versions(tx, id, seen, &ask).await?)
        };
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |version| wire::plan_version(&version)))
    }

    /// Read seats in as a new version of a seating plan.
    ///
    /// The CSV file is a field of the request; to send the file itself, use `import`. The version is a draft. When the file has
    /// faults, the problem lists each with its line and column in `faults`, and nothing is kept.
    #[oai(path = "/:id/versions", method = "post", operation_id = "ticket_seating_plan_version_create")]
    async fn create_version(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<SeatingPlanVersionRequest>,
    ) -> Result<Created<SeatingPlanVersion>, ApiError> {
        let seats = plan::read_file(body.csv.as_bytes(), Charset::Utf8)?;
        self.take_in(&caller, id.0.0, key.0.as_ref(), &body, &seats).await
    }

    /// Read a CSV file in as a new version of a seating plan.
    ///
    /// Columns: `section,row,seat,row_index,position,block,x,y,quality,attributes`, a header line first; `section`, `row`, `seat`,
    /// `row_index` and `position` are required, attributes (`aisle`, `wheelchair`, `companion`, `restricted_view`) are separated by
    /// `;`. Lines end in LF or CRLF, at most 100,000 seats. The version is a draft. When the file has faults, the problem
    /// lists each with its line and column in `faults`, and nothing is kept.
    ///
    /// `curl -u sk_…: -H 'Content-Type: text/csv' --data-binary @hall.csv …/versions/import`
    #[oai(path = "/:id/versions/import", method = "post", operation_id = "ticket_seating_plan_version_import")]
    async fn import(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        /// How the file writes its characters. Absent: as `Content-Type` says, else UTF-8.
        charset: Query<Option<FileCharset>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: CsvBody,
    ) -> Result<Created<SeatingPlanVersion>, ApiError> {
        let charset = wire::charset(charset.0.or(body.charset()).unwrap_or(FileCharset::Utf8));
        let seats = plan::read_file(body.bytes(), charset)?;
        self.take_in(&caller, id.0.0, key.0.as_ref(), &body, &seats).await
    }

    /// Read a version of a seating plan.
    ///
    /// How many seats it has and whether it is published. A page or a patron finds published ones.
    #[oai(path = "/:id/versions/:version", method = "get", operation_id = "ticket_seating_plan_version_view")]
    async fn view_version(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        version: Path<Ref<kind::SeatingPlanVersion>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SeatingPlanVersion>, ApiError> {
        let (id, version, seen) = (id.0.0, version.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| plan::find_version_of(tx, id, version, seen).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(&found.state, have.0.as_deref(), || wire::plan_version(&found)))
    }

    /// Publish a version of a seating plan.
    ///
    /// Performances can use it from now on, and it never changes again.
    #[oai(
        path = "/:id/versions/:version/publish",
        method = "post",
        operation_id = "ticket_seating_plan_version_publish"
    )]
    async fn publish_version(
        &self,
        caller: May<permit::WriteCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        version: Path<Ref<kind::SeatingPlanVersion>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<SeatingPlanVersion>, ApiError> {
        let (id, version, now) = (id.0.0, version.0.0, caller.now());
        let work = async |tx: &mut TenantTx| {
            plan::find_version_of(tx, id, version, true).await?;
            let published = plan::publish(tx, version, now).await?;
            Ok(Done::new(&wire::plan_version(&published)).version(&published.state))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Read the seats of a version.
    ///
    /// All of them, in the order of the plan, which is that of the status bits of a performance. Those of a published version
    /// never change: keep them.
    #[oai(path = "/:id/versions/:version/seats", method = "get", operation_id = "ticket_seating_plan_seats_view")]
    async fn seats(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        version: Path<Ref<kind::SeatingPlanVersion>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<SeatingPlanSeats>, ApiError> {
        let (id, version, seen) = (id.0.0, version.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| {
            let found = plan::find_version_of(tx, id, version, seen).await?;
            Ok::<_, CatalogueError>((found, plan::seats(tx, version).await?))
        };
        let (found, seats) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(wire::hex(&found.checksum), have.0.as_deref(), || wire::plan_seats(&found, &seats)))
    }

    /// Save the seats of a version as a CSV file.
    ///
    /// It reads in again as it was. Cells that a spreadsheet would take for a formula begin with an apostrophe; characters that
    /// Shift_JIS does not have become 〓, and `X-Replaced-Characters` counts them.
    #[oai(path = "/:id/versions/:version/export", method = "get", operation_id = "ticket_seating_plan_version_export")]
    async fn export(
        &self,
        caller: May<permit::ReadCatalogue>,
        id: Path<Ref<kind::SeatingPlan>>,
        version: Path<Ref<kind::SeatingPlanVersion>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let (id, version, seen) = (id.0.0, version.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| {
            let found = plan::find_version_of(tx, id, version, seen).await?;
            Ok::<_, CatalogueError>((found, plan::seats(tx, version).await?))
        };
        let (found, seats) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(wire::plan_file(&found, &seats, charset.0.map_or(Charset::Utf8, wire::charset)))
    }
}
