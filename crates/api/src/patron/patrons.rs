//! `/v1/patrons`, `/v1/patrons/search`, `/v1/patrons/me`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    patron::{OwnPatronChange, Patron, PatronChange, PatronKind, PatronRequest, PatronSearch},
};
use custody::TenantKeys;
use db::TenantTx;
use kernel::{
    Actor, PageAsk, Scope,
    ids::{PatronId, TenantId, kind},
};
use patron::{
    PatronState,
    register::{self, PatronFilter, SelfUpdated},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::{Permit, permission::permit, session};

use super::{mail, wire};
pub(super) use crate::desk::lent;
use crate::{Body, Desk, May, caller::Language, params, problems, tags::Tag};

/// Operations on patrons.
pub struct Patrons {
    desk: Desk,
}

/// The patron who calls; for everybody else there is nothing here.
pub(super) fn own<P: Permit>(caller: &May<P>) -> Result<PatronId, ApiError> {
    match caller.actor() {
        Actor::Patron(id) => Ok(*id),
        _ => Err(ApiError::of(problems::ABSENT.refuse())),
    }
}

const LIST: &str = "patrons";

impl Patrons {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    fn keys(&self, tenant: TenantId) -> Result<TenantKeys, ApiError> {
        Ok(self.desk.keyring.tenant(tenant)?)
    }

    fn page(&self, list: &str, limit: Option<i32>, cursor: Option<&str>) -> Result<PageAsk, ApiError> {
        params::page(&self.desk.cursor_key, list, limit, cursor)
    }

    async fn found(
        &self,
        scope: &Scope,
        filter: PatronFilter<'_>,
        list: &str,
        ask: &PageAsk,
        now: kernel::Instant,
    ) -> Result<Listed<Patron>, ApiError> {
        let keys = self.keys(scope.tenant())?;
        let keys = lent(&keys);
        let work = async |tx: &mut TenantTx| register::list(tx, keys, filter, ask, now).await;
        let page = self.desk.db.tenant(scope, work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, wire::patron))
    }
}

#[OpenApi(prefix_path = "/v1/patrons", tag = "Tag::Patrons")]
impl Patrons {
    /// List patrons.
    ///
    /// Guests and registered patrons in the order in which they became known. The reading is journalled with the id of everybody
    /// shown.
    #[oai(path = "/", method = "get", operation_id = "patron_patron_list")]
    async fn list(
        &self,
        caller: May<permit::ReadPatrons>,
        /// Only guests, only registered patrons, or only groups.
        kind: Query<Option<PatronKind>>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Patron>, ApiError> {
        let ask = self.page(LIST, limit.0, cursor.0.as_deref())?;
        let filter = PatronFilter { kind: kind.0.map(wire::kind), ..PatronFilter::default() };
        self.found(&caller.scope(), filter, LIST, &ask, caller.now()).await
    }

    /// Search patrons.
    ///
    /// By the whole e-mail address, telephone number or reading, however typed. What is searched for is in the body, because
    /// addresses of pages end up in logs. The reading is journalled with the id of everybody shown.
    #[oai(path = "/search", method = "post", operation_id = "patron_patron_search")]
    async fn search(
        &self,
        caller: May<permit::ReadPatrons>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before, for the same search.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        body: Body<PatronSearch>,
    ) -> Result<Listed<Patron>, ApiError> {
        let ask = self.page(LIST, limit.0, cursor.0.as_deref())?;
        let filter = PatronFilter {
            kind: body.kind.map(wire::kind),
            email: body.email.as_deref(),
            phone: body.phone.as_deref(),
            kana: body.kana.as_deref(),
        };
        self.found(&caller.scope(), filter, LIST, &ask, caller.now()).await
    }

    /// Enter a patron into the register.
    ///
    /// For the counter. The patron can claim the registration by signing up with the same e-mail address.
    #[oai(path = "/", method = "post", operation_id = "patron_patron_create")]
    async fn create(
        &self,
        caller: May<permit::WritePatrons>,
        body: Body<PatronRequest>,
    ) -> Result<Created<Patron>, ApiError> {
        let (keys, now, scope) = (self.keys(caller.tenant())?, caller.now(), caller.scope());
        let keys = lent(&keys);
        let ask = body.into_inner();
        let locale = wire::locale(ask.locale, Language::Japanese);
        let details = wire::details(ask);
        let work = async |tx: &mut TenantTx| register::create(tx, keys, details.clone(), locale, now).await;
        let patron = self.desk.db.tenant(&scope, work).await?;
        let (id, version) = (patron.id, patron.version);
        Ok(Created::new(&wire::patron(patron)).at(format!("/v1/patrons/{id}")).version(version))
    }

    /// Read oneself.
    ///
    /// For a patron, signed in.
    #[oai(path = "/me", method = "get", operation_id = "patron_self_view")]
    async fn view_self(
        &self,
        caller: May<permit::ReadOwnPatron>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Patron>, ApiError> {
        let (id, keys, now) = (own(&caller)?, self.keys(caller.tenant())?, caller.now());
        let keys = lent(&keys);
        let work = async |tx: &mut TenantTx| register::view_self(tx, keys, id, now).await;
        let patron = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Shown::version(patron.version, have.0.as_deref(), || wire::patron(patron)))
    }

    /// Change oneself.
    ///
    /// For a patron, signed in. A new e-mail address takes effect when the code that is sent there comes back; everything else
    /// at once.
    #[oai(path = "/me", method = "patch", operation_id = "patron_self_update")]
    async fn update_self(
        &self,
        caller: May<permit::WriteOwnPatron>,
        #[oai(name = "If-Match", validator(max_length = 200))] expected: Header<Option<String>>,
        body: Body<OwnPatronChange>,
    ) -> Result<Done<Patron>, ApiError> {
        let (id, keys, now) = (own(&caller)?, self.keys(caller.tenant())?, caller.now());
        let expected = params::version(expected.0.as_deref())?.map(i64::from);
        let (lent, change) = (lent(&keys), wire::own_change(body.into_inner()));
        let work = async |tx: &mut TenantTx| -> Result<patron::Patron, ApiError> {
            let SelfUpdated { patron, mail: message } =
                register::update_self(tx, lent, id, change.clone(), expected, now).await?;
            if let Some(message) = &message {
                mail::intend(tx, lent.seal, message, now).await?;
            }
            Ok(patron)
        };
        let patron = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = patron.version;
        Ok(Done::new(&wire::patron(patron)).version(version))
    }

    /// Read a patron.
    ///
    /// The reading is journalled.
    #[oai(path = "/:id", method = "get", operation_id = "patron_patron_view")]
    async fn view(
        &self,
        caller: May<permit::ReadPatrons>,
        id: Path<Ref<kind::Patron>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Patron>, ApiError> {
        let (id, keys, now) = (id.0.0, self.keys(caller.tenant())?, caller.now());
        let keys = lent(&keys);
        let work = async |tx: &mut TenantTx| register::view(tx, keys, id, now).await;
        let patron = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Shown::version(patron.version, have.0.as_deref(), || wire::patron(patron)))
    }

    /// Change a patron.
    ///
    /// By staff: details, language, and whether the patron may be served: who may not is signed out everywhere. A new e-mail
    /// address counts as unproven.
    #[oai(path = "/:id", method = "patch", operation_id = "patron_patron_update")]
    async fn update(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Patron>>,
        #[oai(name = "If-Match", validator(max_length = 200))] expected: Header<Option<String>>,
        body: Body<PatronChange>,
    ) -> Result<Done<Patron>, ApiError> {
        let (id, keys, now) = (id.0.0, self.keys(caller.tenant())?, caller.now());
        let expected = params::version(expected.0.as_deref())?.map(i64::from);
        let (keys, change) = (lent(&keys), wire::change(body.into_inner()));
        let work = async |tx: &mut TenantTx| -> Result<patron::Patron, ApiError> {
            let after = register::update(tx, keys, id, change.clone(), expected, now).await?;
            if after.state != PatronState::Active {
                session::end_all(tx, id.uuid(), now).await?;
            }
            Ok(after)
        };
        let patron = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = patron.version;
        Ok(Done::new(&wire::patron(patron)).version(version))
    }
}
