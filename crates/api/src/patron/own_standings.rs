//! `/v1/patrons/me/standings`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    patron::standing::{OwnStandingRequest, OwnStandingUpdate, Standing},
};
use db::TenantTx;
use kernel::ids::kind;
use patron::standing::{self, Application, Hand, Mending, StandingFilter};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{
    patrons::{lent, own},
    standing_wire as wire,
};
use crate::{Body, Desk, May, params, tags::Tag};

/// Operations on a patron's own registrations.
pub struct OwnStandings {
    desk: Desk,
}

impl OwnStandings {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/patrons/me", tag = "Tag::Patrons")]
impl OwnStandings {
    /// List one's own registrations.
    ///
    /// For a patron, signed in. Oldest first, without answers and reasons. The reading is journalled.
    #[oai(path = "/standings", method = "get", operation_id = "patron_ownstanding_list")]
    async fn list(
        &self,
        caller: May<permit::ReadOwnPatron>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Standing>, ApiError> {
        let (by, filter) = (Hand::Own(own(&caller)?), StandingFilter::default());
        let ask = params::page(&self.desk.cursor_key, "standings", limit.0, cursor.0.as_deref())?;
        let now = caller.now();
        let work = async |tx: &mut TenantTx| standing::list(tx, filter, by, &ask, now).await;
        let page = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, "standings", page, wire::summary))
    }

    /// Apply to be registered.
    ///
    /// For a patron, signed in: as a user of a class. One application at a time.
    #[oai(path = "/standings", method = "post", operation_id = "patron_ownstanding_create")]
    async fn create(
        &self,
        caller: May<permit::WriteOwnPatron>,
        body: Body<OwnStandingRequest>,
    ) -> Result<Created<Standing>, ApiError> {
        let patron = own(&caller)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let answers = body.answers.as_deref().map(wire::answers).unwrap_or_default();
        let ask = Application { patron, user_class: body.user_class.0, answers, submit: body.submit };
        let work = async |tx: &mut TenantTx| standing::apply(tx, keys, ask.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let (at, version) = (format!("/v1/patrons/me/standings/{}", one.id), one.version);
        Ok(Created::new(&wire::standing(one)).at(at).version(version))
    }

    /// Read one's own registration.
    ///
    /// With its answers, and what staff said about it. The reading is journalled.
    #[oai(path = "/standings/:id", method = "get", operation_id = "patron_ownstanding_view")]
    async fn view(
        &self,
        caller: May<permit::ReadOwnPatron>,
        id: Path<Ref<kind::Standing>>,
    ) -> Result<Shown<Standing>, ApiError> {
        let (id, by) = (id.0.0, Hand::Own(own(&caller)?));
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| standing::view(tx, keys, id, by, now).await;
        Ok(Shown::new(&wire::standing(self.desk.db.tenant(&caller.scope(), work).await?)))
    }

    /// Mend one's own application.
    ///
    /// A draft, or one that came back.
    #[oai(path = "/standings/:id", method = "patch", operation_id = "patron_ownstanding_update")]
    async fn update(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Standing>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        expected: Header<Option<String>>,
        body: Body<OwnStandingUpdate>,
    ) -> Result<Done<Standing>, ApiError> {
        let target = (id.0.0, Hand::Own(own(&caller)?));
        let expected = params::version(expected.0.as_deref())?.map(i64::from);
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let mending = Mending {
            user_class: body.user_class.map(|class| class.0),
            answers: body.answers.as_deref().map(wire::answers),
        };
        let work = async |tx: &mut TenantTx| standing::mend(tx, keys, target, expected, mending.clone(), now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::standing(one)).version(version))
    }

    /// Send one's own application to the office.
    ///
    /// From then on it waits to be decided.
    #[oai(path = "/standings/:id/submit", method = "post", operation_id = "patron_ownstanding_submit")]
    async fn submit(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Standing>>,
    ) -> Result<Done<Standing>, ApiError> {
        let target = (id.0.0, Hand::Own(own(&caller)?));
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| standing::submit(tx, keys, target, now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::standing(one)).version(version))
    }
}
