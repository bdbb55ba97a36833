//! `/v1/standings`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    patron::standing::{
        Standing, StandingApproval, StandingReason, StandingRenewal, StandingRequest, StandingState, StandingSuspension,
    },
};
use db::TenantTx;
use kernel::ids::kind;
use patron::standing::{self, Application, Decision, Hand, StandingFilter};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::permission::permit;

use super::{patrons::lent, standing_wire as wire};
use crate::{Body, Desk, May, params, tags::Tag};

/// Operations on registrations, by staff.
pub struct Standings {
    desk: Desk,
}

impl Standings {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/standings", tag = "Tag::Patrons")]
impl Standings {
    /// List registrations.
    ///
    /// 利用者登録, oldest first, without answers and reasons. The reading is journalled. `active`, `suspended` and `expired` are one list: the clock tells
    /// them apart.
    #[oai(path = "/", method = "get", operation_id = "patron_standing_list")]
    async fn list(
        &self,
        caller: May<permit::ReadPatrons>,
        patron: Query<Option<Ref<kind::Patron>>>,
        state: Query<Option<StandingState>>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Standing>, ApiError> {
        let filter = StandingFilter { patron: patron.0.map(|patron| patron.0), kept: state.0.map(wire::kept) };
        let ask = params::page(&self.desk.cursor_key, "standings", limit.0, cursor.0.as_deref())?;
        let now = caller.now();
        let work = async |tx: &mut TenantTx| standing::list(tx, filter, Hand::Office, &ask, now).await;
        let page = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, "standings", page, wire::summary))
    }

    /// Apply for a patron.
    ///
    /// At the counter: it waits to be decided at once. A patron has one application at a time.
    #[oai(path = "/", method = "post", operation_id = "patron_standing_create")]
    async fn create(
        &self,
        caller: May<permit::WritePatrons>,
        body: Body<StandingRequest>,
    ) -> Result<Created<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let answers = body.answers.as_deref().map(wire::answers).unwrap_or_default();
        let ask = Application { patron: body.patron.0, user_class: body.user_class.0, answers, submit: true };
        let work = async |tx: &mut TenantTx| standing::apply(tx, keys, ask.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let (at, version) = (format!("/v1/standings/{}", one.id), one.version);
        Ok(Created::new(&wire::standing(one)).at(at).version(version))
    }

    /// Read a registration.
    ///
    /// With its answers. The reading is journalled.
    #[oai(path = "/:id", method = "get", operation_id = "patron_standing_view")]
    async fn view(
        &self,
        caller: May<permit::ReadPatrons>,
        id: Path<Ref<kind::Standing>>,
    ) -> Result<Shown<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| standing::view(tx, keys, id, Hand::Office, now).await;
        Ok(Shown::new(&wire::standing(self.desk.db.tenant(&caller.scope(), work).await?)))
    }

    /// Approve a registration.
    ///
    /// For a period. A patron is registered once on a day: `patron.standing.overlaps` otherwise.
    #[oai(path = "/:id/approve", method = "post", operation_id = "patron_standing_approve")]
    async fn approve(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingApproval>,
    ) -> Result<Done<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, decision) = (
            id.0.0,
            Decision::Approve { from: body.valid_from.map(|day| day.0), until: body.valid_until.map(|day| day.0) },
        );
        let work = async |tx: &mut TenantTx| standing::decide(tx, keys, id, decision.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::summary(one)).version(version))
    }

    /// Return an application.
    ///
    /// To the patron, with what to mend.
    #[oai(path = "/:id/return", method = "post", operation_id = "patron_standing_return")]
    async fn give_back(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingReason>,
    ) -> Result<Done<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, decision) = (id.0.0, Decision::Return { reason: body.reason.clone() });
        let work = async |tx: &mut TenantTx| standing::decide(tx, keys, id, decision.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::summary(one)).version(version))
    }

    /// Refuse an application.
    ///
    /// With the reason. The patron may apply again.
    #[oai(path = "/:id/refuse", method = "post", operation_id = "patron_standing_refuse")]
    async fn refuse(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingReason>,
    ) -> Result<Done<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, decision) = (id.0.0, Decision::Refuse { reason: body.reason.clone() });
        let work = async |tx: &mut TenantTx| standing::decide(tx, keys, id, decision.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::summary(one)).version(version))
    }

    /// Suspend a registered patron.
    ///
    /// Until a moment, at which it is over by itself; it counts whatever registration follows.
    #[oai(path = "/:id/suspend", method = "post", operation_id = "patron_standing_suspend")]
    async fn suspend(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingSuspension>,
    ) -> Result<Done<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, decision) = (id.0.0, Decision::Suspend { until: body.until.0, reason: body.reason.clone() });
        let work = async |tx: &mut TenantTx| standing::decide(tx, keys, id, decision.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::summary(one)).version(version))
    }

    /// Reinstate a suspended patron.
    ///
    /// Before the suspension is over.
    #[oai(path = "/:id/reinstate", method = "post", operation_id = "patron_standing_reinstate")]
    async fn reinstate(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingReason>,
    ) -> Result<Done<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, decision) = (id.0.0, Decision::Reinstate { reason: body.reason.clone() });
        let work = async |tx: &mut TenantTx| standing::decide(tx, keys, id, decision.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::summary(one)).version(version))
    }

    /// Close a registration.
    ///
    /// 抹消, or an application withdrawn. A new one may be applied for.
    #[oai(path = "/:id/close", method = "post", operation_id = "patron_standing_close")]
    async fn close(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingReason>,
    ) -> Result<Done<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, decision) = (id.0.0, Decision::Close { reason: body.reason.clone() });
        let work = async |tx: &mut TenantTx| standing::decide(tx, keys, id, decision.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::summary(one)).version(version))
    }

    /// Renew a registration.
    ///
    /// The new one begins on the day on which the old one ends, and has its class and its answers.
    #[oai(path = "/:id/renew", method = "post", operation_id = "patron_standing_renew")]
    async fn renew(
        &self,
        caller: May<permit::DecideStandings>,
        id: Path<Ref<kind::Standing>>,
        body: Body<StandingRenewal>,
    ) -> Result<Created<Standing>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, until) = (id.0.0, body.valid_until.map(|day| day.0));
        let work = async |tx: &mut TenantTx| standing::renew(tx, keys, id, until, now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let (at, version) = (format!("/v1/standings/{}", one.id), one.version);
        Ok(Created::new(&wire::summary(one)).at(at).version(version))
    }
}
