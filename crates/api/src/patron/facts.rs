//! `/v1/persons/{id}/facts`

use contract::{
    ApiError, Created, Date, Done, Ref, Shown,
    patron::person::{FactVerification, PersonFact, PersonFacts, StaffFactRequest},
};
use db::TenantTx;
use kernel::{clock::civil_day, ids::kind};
use patron::{
    fact::{self, Seen},
    person::Hand,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::permission::permit;

use super::{patrons::lent, person_wire as wire};
use crate::{Body, Desk, May, tags::Tag};

/// Operations on what is known of persons, by staff.
pub struct Facts {
    desk: Desk,
}

impl Facts {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/persons", tag = "Tag::Patrons")]
impl Facts {
    /// Read what is known of a person.
    ///
    /// On a day: age, school grade (学年, by the April cut), and every fact that was ever said, with who verified it. The reading is
    /// journalled.
    #[oai(path = "/:id/facts", method = "get", operation_id = "patron_fact_view")]
    async fn view(
        &self,
        caller: May<permit::ReadPatrons>,
        id: Path<Ref<kind::Person>>,
        /// The civil day in Japan; today when absent.
        on: Query<Option<Date>>,
    ) -> Result<Shown<PersonFacts>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (target, on) = ((id.0.0, Hand::Office), on.0.map_or_else(|| civil_day(now), |day| day.0));
        let work = async |tx: &mut TenantTx| fact::view(tx, keys, target, on, now).await;
        let (known, said) = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::facts(&known, said, on)))
    }

    /// Say something of a person.
    ///
    /// By staff, verified at once when the paper was seen. It takes the place of what was said of the same kind. An application for a
    /// course stays as it was judged until it is judged again, with `POST /v1/course/applications/{id}/assess` or as its draw is frozen.
    #[oai(path = "/:id/facts", method = "post", operation_id = "patron_fact_create")]
    async fn create(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        body: Body<StaffFactRequest>,
    ) -> Result<Created<PersonFact>, ApiError> {
        let claim = wire::staff_claim(id.0.0, &body)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| fact::claim(tx, keys, claim.clone(), Hand::Office, now).await;
        let said = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Created::new(&wire::fact(said)))
    }

    /// Confirm a fact.
    ///
    /// Staff have seen the paper of what was claimed: it counts as verified. Seen again until another day, a new fact takes its
    /// place; who verified the one before, and when, stays in the history.
    #[oai(path = "/:id/facts/:fact/confirm", method = "post", operation_id = "patron_fact_confirm")]
    async fn confirm(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        fact: Path<Ref<kind::PersonFact>>,
        body: Body<FactVerification>,
    ) -> Result<Done<PersonFact>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let (target, seen) = ((id.0.0, fact.0.0), Seen { expires_on: body.expires_on.map(|day| day.0) });
        let work = async |tx: &mut TenantTx| fact::verify(tx, keys, target, seen, now).await;
        Ok(Done::new(&wire::fact(self.desk.db.tenant(&caller.scope(), work).await?)))
    }

    /// Withdraw a fact.
    ///
    /// It is not so, or not any more. It stays in the history.
    #[oai(path = "/:id/facts/:fact/withdraw", method = "post", operation_id = "patron_fact_withdraw")]
    async fn withdraw(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Person>>,
        fact: Path<Ref<kind::PersonFact>>,
    ) -> Result<Done<PersonFact>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let target = (id.0.0, fact.0.0);
        let work = async |tx: &mut TenantTx| fact::withdraw(tx, keys, target, now).await;
        Ok(Done::new(&wire::fact(self.desk.db.tenant(&caller.scope(), work).await?)))
    }
}
