//! `/v1/venue/tariffs`

use ::venue::tariff_version;
use contract::{
    ApiError, Created, Date, Done, Listed, Ref, Shown,
    venue::tariff::{TariffComparison, TariffRequest, TariffVersion},
};
use db::TenantTx;
use kernel::ids::kind;
use patron::user_class;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on tariffs.
pub struct Tariffs {
    desk: Desk,
}

impl Tariffs {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/venue/tariffs", tag = "Tag::Venue")]
impl Tariffs {
    /// List versions of tariffs.
    ///
    /// Of one facility, or of all, oldest first. Pages and patrons find published ones.
    #[oai(path = "/", method = "get", operation_id = "venue_tariff_list")]
    async fn list(
        &self,
        caller: May<permit::ReadTariffs>,
        facility: Query<Option<Ref<kind::Facility>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<TariffVersion>, ApiError> {
        let (of, drafts) = (facility.0.map(|facility| facility.0), caller.of_the_house());
        let list = of.map_or_else(|| "tariffs".to_owned(), |of| format!("tariffs {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| tariff_version::list(tx, of, drafts, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::quotes::tariff(&one, None)))
    }

    /// Take in a tariff.
    ///
    /// One document per version: the tables, surcharges, reductions and roundings of an ordinance, with their articles. It is a
    /// draft with `findings`: rows that are missing, bands that overlap, rules that are never reached, rooms that no row is for, days
    /// on which no table is the price of a room, rows for rooms that there are not.
    #[oai(path = "/", method = "post", operation_id = "venue_tariff_create")]
    async fn create(
        &self,
        caller: May<permit::WriteTariffs>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TariffRequest>,
    ) -> Result<Created<TariffVersion>, ApiError> {
        let (of, document, now) = (body.facility.0, &body.document.0.to_string(), caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let classes = user_class::codes(tx).await?;
            let (made, findings) = tariff_version::create(tx, of, document, &classes, now).await?;
            let at = format!("/v1/venue/tariffs/{}", made.id);
            Ok(Created::new(&wire::quotes::tariff(&made, Some(&findings))).at(at))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a tariff.
    ///
    /// The document, and what is wrong with it.
    #[oai(path = "/:id", method = "get", operation_id = "venue_tariff_view")]
    async fn view(
        &self,
        caller: May<permit::ReadTariffs>,
        id: Path<Ref<kind::TariffVersion>>,
    ) -> Result<Shown<TariffVersion>, ApiError> {
        let (id, drafts) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| {
            let found = tariff_version::find(tx, id, drafts).await?;
            let classes = user_class::codes(tx).await?;
            let findings = tariff_version::findings(tx, &found, &classes).await?;
            Ok::<_, tariff_version::TariffError>((found, findings))
        };
        let (found, findings) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::quotes::tariff(&found, Some(&findings))))
    }

    /// Publish a tariff.
    ///
    /// It is in force from its first day on and never changes again. A version without an end that began before it ends where it
    /// begins, and what was quoted by that one stays as it was quoted. Where one goes by the day of use and the other by that of the
    /// application, the earlier one stays for what the later one is not for yet. With errors in `findings`, or while another version is in
    /// force in its time, it is not published.
    #[oai(path = "/:id/publish", method = "post", operation_id = "venue_tariff_publish")]
    async fn publish(
        &self,
        caller: May<permit::WriteTariffs>,
        id: Path<Ref<kind::TariffVersion>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<TariffVersion>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = tariff_version::publish(tx, id, now).await?;
            Ok(Done::new(&wire::quotes::published(&stands)))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Compare a tariff with what was charged.
    ///
    /// 試算: what was confirmed for days of use between two is priced again by this version, draft or published; the sums are told by
    /// user class. An application is counted once and whole, with the first of its hires that was not given up. At most 10,000 applications are compared; `truncated` and `unread` say what is left out.
    #[oai(path = "/:id/comparison", method = "get", operation_id = "venue_tariff_compare")]
    async fn compare(
        &self,
        caller: May<permit::WriteTariffs>,
        id: Path<Ref<kind::TariffVersion>>,
        /// The first day of use.
        from: Query<Date>,
        /// The day after the last.
        until: Query<Date>,
    ) -> Result<Shown<TariffComparison>, ApiError> {
        let (id, days) = (id.0.0, (from.0.0, until.0.0));
        let work = async |tx: &mut TenantTx| tariff_version::what_if(tx, id, days).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::quotes::what_if(id, &found)))
    }
}
