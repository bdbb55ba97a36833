//! `/v1/patrons/me/household`

use contract::{
    ApiError, Created, Date, Done, NoContent, Ref, Shown,
    patron::person::{FactRequest, Household, Person, PersonFact, PersonFacts, PersonRequest, PersonUpdate},
};
use db::TenantTx;
use kernel::{clock::civil_day, ids::kind};
use patron::{
    fact, household,
    person::{self, Hand},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{
    patrons::{lent, own},
    person_wire as wire,
};
use crate::{Body, Desk, May, params, problems, tags::Tag};

/// Operations on a patron's own household.
pub struct Households {
    desk: Desk,
}

impl Households {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/patrons/me", tag = "Tag::Patrons")]
impl Households {
    /// Read one's own household.
    ///
    /// For a patron, signed in: oneself first, then everybody one is the guardian of. The reading is journalled.
    #[oai(path = "/household", method = "get", operation_id = "patron_household_view")]
    async fn view(&self, caller: May<permit::ReadOwnPatron>) -> Result<Shown<Household>, ApiError> {
        let patron = own(&caller)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| household::members(tx, keys, patron, now).await;
        let members = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Shown::new(&Household { members: members.into_iter().map(wire::member).collect() }))
    }

    /// Enter a person into one's own household.
    ///
    /// For a patron, signed in: a child, a parent, without a sign-in of their own. At most 20 people.
    #[oai(path = "/household", method = "post", operation_id = "patron_householdmember_create")]
    async fn create(
        &self,
        caller: May<permit::WriteOwnPatron>,
        body: Body<PersonRequest>,
    ) -> Result<Created<Person>, ApiError> {
        let patron = own(&caller)?;
        if body.guardian.as_ref().is_some_and(|guardian| guardian.0 != patron) {
            return Err(ApiError::of(problems::ABSENT.refuse()));
        }
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now, draft) = (lent(&keys), caller.now(), wire::draft(&body));
        let work = async |tx: &mut TenantTx| household::add(tx, keys, patron, draft.clone(), now).await;
        let made = self.desk.db.tenant(&caller.scope(), work).await?;
        let (at, version) = (format!("/v1/patrons/me/household/{}", made.id), made.version);
        Ok(Created::new(&wire::person(made)).at(at).version(version))
    }

    /// Read a person of one's own household.
    ///
    /// The reading is journalled.
    #[oai(path = "/household/:id", method = "get", operation_id = "patron_householdmember_view")]
    async fn view_member(
        &self,
        caller: May<permit::ReadOwnPatron>,
        id: Path<Ref<kind::Person>>,
    ) -> Result<Shown<Person>, ApiError> {
        let (id, by) = (id.0.0, Hand::Own(own(&caller)?));
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| person::view(tx, keys, id, by, now).await;
        Ok(Shown::new(&wire::person(self.desk.db.tenant(&caller.scope(), work).await?)))
    }

    /// Change a person of one's own household.
    ///
    /// What is absent stays, `null` clears. Of oneself only the birth date: name and contact are changed at `/v1/patrons/me`.
    #[oai(path = "/household/:id", method = "patch", operation_id = "patron_householdmember_update")]
    async fn update(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Person>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        expected: Header<Option<String>>,
        body: Body<PersonUpdate>,
    ) -> Result<Done<Person>, ApiError> {
        let target = (id.0.0, Hand::Own(own(&caller)?));
        let expected = params::version(expected.0.as_deref())?.map(i64::from);
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now, change) = (lent(&keys), caller.now(), wire::change(&body));
        let work = async |tx: &mut TenantTx| person::update(tx, keys, target, change.clone(), expected, now).await;
        let one = self.desk.db.tenant(&caller.scope(), work).await?;
        let version = one.version;
        Ok(Done::new(&wire::person(one)).version(version))
    }

    /// Take a person out of one's own household.
    ///
    /// From then on only the staff and other guardians see them. Oneself stays.
    #[oai(path = "/household/:id", method = "delete", operation_id = "patron_householdmember_delete")]
    async fn release(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Person>>,
    ) -> Result<NoContent, ApiError> {
        let (id, patron, now) = (id.0.0, own(&caller)?, caller.now());
        let work = async |tx: &mut TenantTx| household::release(tx, patron, id, Hand::Own(patron), now).await;
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(NoContent)
    }

    /// Read what is known of a person of one's own household.
    ///
    /// On a day: age, school grade (学年), and every fact that was ever said. The reading is journalled.
    #[oai(path = "/household/:id/facts", method = "get", operation_id = "patron_ownfact_view")]
    async fn view_facts(
        &self,
        caller: May<permit::ReadOwnPatron>,
        id: Path<Ref<kind::Person>>,
        /// The civil day in Japan; today when absent.
        on: Query<Option<Date>>,
    ) -> Result<Shown<PersonFacts>, ApiError> {
        let target = (id.0.0, Hand::Own(own(&caller)?));
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let on = on.0.map_or_else(|| civil_day(now), |day| day.0);
        let work = async |tx: &mut TenantTx| fact::view(tx, keys, target, on, now).await;
        let (known, said) = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::facts(&known, said, on)))
    }

    /// Say something of a person of one's own household.
    ///
    /// It counts as claimed until staff have seen the paper. It takes the place of what was said of the same kind.
    #[oai(path = "/household/:id/facts", method = "post", operation_id = "patron_ownfact_create")]
    async fn claim(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Person>>,
        body: Body<FactRequest>,
    ) -> Result<Created<PersonFact>, ApiError> {
        let by = Hand::Own(own(&caller)?);
        let claim = wire::claim(id.0.0, &body)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| fact::claim(tx, keys, claim.clone(), by, now).await;
        Ok(Created::new(&wire::fact(self.desk.db.tenant(&caller.scope(), work).await?)))
    }
}
