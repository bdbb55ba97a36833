//! `/v1/persons`

use ::course::people;
use contract::{
    ApiError, Created, Done, Listed, NoContent, Ref, Shown,
    patron::person::{GuardianRequest, Person, PersonMerge, PersonRequest, PersonSearch, PersonUpdate},
};
use db::TenantTx;
use kernel::{Service, ids::kind};
use patron::{
    household,
    person::{self, Hand, PersonError, PersonFilter},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::{Permit, permission::permit};

use super::{patrons::lent, person_wire as wire};
use crate::{Body, Desk, May, params, tags::Tag};

/// Operations on persons, by staff.
pub struct Persons {
    desk: Desk,
}

const LIST: &str = "persons";

impl Persons {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    async fn found<P: Permit>(
        &self,
        caller: &May<P>,
        filter: PersonFilter<'_>,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<Listed<Person>, ApiError> {
        let ask = params::page(&self.desk.cursor_key, LIST, limit, cursor)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| person::list(tx, keys, filter, &ask, now).await;
        let page = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, LIST, page, wire::person))
    }
}

#[OpenApi(prefix_path = "/v1/persons", tag = "Tag::Patrons")]
impl Persons {
    /// List persons.
    ///
    /// 受講者 with and without a sign-in, in the order in which they became known; merged ones are left out. The reading is
    /// journalled with the id of everybody shown.
    #[oai(path = "/", method = "get", operation_id = "patron_person_list")]
    async fn list(
        &self,
        caller: May<permit::ReadPatrons>,
        /// Only persons this patron acts for.
        patron: Query<Option<Ref<kind::Patron>>>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Person>, ApiError> {
        let filter = PersonFilter { patron: patron.0.map(|patron| patron.0), ..PersonFilter::default() };
        self.found(&caller, filter, limit.0, cursor.0.as_deref()).await
    }

    /// Search persons.
    ///
    /// By the whole reading, telephone number or e-mail address, however typed. What is searched for is in the body, because
    /// addresses of pages end up in logs. The reading is journalled with the id of everybody shown.
    #[oai(path = "/search", method = "post", operation_id = "patron_person_search")]
    async fn search(
        &self,
        caller: May<permit::ReadPatrons>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before, for the same search.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        body: Body<PersonSearch>,
    ) -> Result<Listed<Person>, ApiError> {
        let filter = PersonFilter {
            kana: body.kana.as_deref(),
            phone: body.phone.as_deref(),
            email: body.email.as_deref(),
            patron: body.patron.as_ref().map(|patron| patron.0),
        };
        self.found(&caller, filter, limit.0, cursor.0.as_deref()).await
    }

    /// Enter a person.
    ///
    /// For the counter: somebody without a sign-in, with a guardian or without.
    #[oai(path = "/", method = "post", operation_id = "patron_person_create")]
    async fn create(
        &self,
        caller: May<permit::WritePatrons>,
        body: Body<PersonRequest>,
    ) -> Result<Created<Person>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (draft, guardian) = (wire::draft(&body), body.guardian.as_ref().map(|patron| patron.0));
        let work = async |tx: &mut TenantTx| -> Result<person::Person, PersonError> {
            let made = person::create(tx, keys, draft.clone(), now).await?;
            if let Some(guardian) = guardian {
                household::guard(tx, keys, guardian, made.id, now).await?;
            }
            Ok(made)
        };
        let made = self.desk.db.tenant(&caller.scope(), work).await?;
        let (at, version) = (format!("/v1/persons/{}", made.id), made.version);
        Ok(Created::new(&wire::person(made)).at(at).version(version))
    }

    /// Read a person.
    ///
    /// With who acts for them. The id of a merged person shows the one who is left. The reading is journalled.
    #[oai(path = "/:id", method = "get", operation_id = "patron_person_view")]
    async fn view(
        &self,
        caller: May<permit::ReadPatrons>,
        id: Path<Ref<kind::Person>>,
    ) -> Result<Shown<Person>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now, id) = (lent(&keys), caller.now(), id.0.0);
        let work = async |tx: &mut TenantTx| -> Result<Person, PersonError> {
            let one = person::view(tx, keys, id, Hand::Office, now).await?;
            let acting = household::acting_for(tx, id, now).await?;
            Ok(wire::with_acting(one, &acting))
        };
        Ok(Shown::new(&self.desk.db.tenant(&caller.scope(), work).await?))
    }

    /// Change a person.
    ///
    /// What is absent stays, `null` clears. Name and contact of a person who is a patron are the patron's:
    /// `patron.person.is_patron`.
    #[oai(path = "/:id", method = "patch", operation_id = "patron_person_update")]
    async fn update(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        expected: Header<Option<String>>,
        body: Body<PersonUpdate>,
    ) -> Result<Done<Person>, ApiError> {
        let expected = params::version(expected.0.as_deref())?.map(i64::from);
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (target, change) = ((id.0.0, Hand::Office), wire::change(&body));
        let work = async |tx: &mut TenantTx| person::update(tx, keys, target, change.clone(), expected, now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::person(one)).version(version))
    }

    /// Merge a person into another.
    ///
    /// 名寄せ: they turned out to be one. Guardians, facts, answers, applications and what was learned go over, of two facts of a kind
    /// the verified one stays; the old id answers for the one who is left. Refused with `course.application.both_applied` while
    /// both are in one class: end one of the applications first.
    #[oai(path = "/:id/merge", method = "post", operation_id = "patron_person_merge")]
    async fn merge(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        body: Body<PersonMerge>,
    ) -> Result<Done<Person>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (from, into) = (id.0.0, body.into.0);
        // courses first: their role may do what the core does with persons, and not the other way round
        let scope = caller.scope().in_service(Service::Course);
        let work = async |tx: &mut TenantTx| -> Result<person::Person, ApiError> {
            let left = person::merge(tx, keys, from, into, now).await?;
            people::merge(tx, keys.seal, from, into, now).await?;
            Ok(left)
        };
        let one = self.desk.db.tenant(&scope, work).await?;
        let version = one.version;
        Ok(Done::new(&wire::person(one)).version(version))
    }

    /// Make a patron the guardian of a person.
    ///
    /// From then on the patron sees the person and acts for them.
    #[oai(path = "/:id/guardians", method = "post", operation_id = "patron_guardian_create")]
    async fn guard(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        body: Body<GuardianRequest>,
    ) -> Result<Done<Person>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (id, patron) = (id.0.0, body.patron.0);
        let work = async |tx: &mut TenantTx| -> Result<Person, PersonError> {
            household::guard(tx, keys, patron, id, now).await?;
            let one = person::view(tx, keys, id, Hand::Office, now).await?;
            let acting = household::acting_for(tx, id, now).await?;
            Ok(wire::with_acting(one, &acting))
        };
        Ok(Done::new(&self.desk.db.tenant(&caller.scope(), work).await?))
    }

    /// End that a patron is the guardian of a person.
    ///
    /// Nothing about the person is lost.
    #[oai(path = "/:id/guardians/:patron", method = "delete", operation_id = "patron_guardian_delete")]
    async fn release(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        patron: Path<Ref<kind::Patron>>,
    ) -> Result<NoContent, ApiError> {
        let (id, patron, now) = (id.0.0, patron.0.0, caller.now());
        let work = async |tx: &mut TenantTx| household::release(tx, patron, id, Hand::Office, now).await;
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(NoContent)
    }
}
