//! `/v1/groups` and `/v1/patrons/me/groups`

use contract::{
    ApiError, Created, Done, NoContent, Ref, Shown,
    patron::{
        Patron,
        group::{GroupMemberRequest, GroupRequest, GroupRoster, OwnGroupRequest, OwnGroups},
    },
};
use db::TenantTx;
use kernel::ids::{PatronId, PersonId, kind};
use patron::{
    group::{self, GroupError},
    person::Hand,
};
use poem_openapi::{OpenApi, param::Path};
use tenancy::{Permit, permission::permit};

use super::{
    group_wire::{self, Joins},
    patrons::{lent, own},
    wire,
};
use crate::{Body, Desk, May, tags::Tag};

/// Operations on groups, by the hand of staff.
pub struct Groups {
    desk: Desk,
}

/// Operations on the groups a patron acts for.
pub struct OwnGroupsOf {
    desk: Desk,
}

impl Groups {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

impl OwnGroupsOf {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

async fn roster<P: Permit>(
    desk: &Desk,
    caller: &May<P>,
    whose: (PatronId, Hand),
) -> Result<Shown<GroupRoster>, ApiError> {
    let keys = desk.keyring.tenant(caller.tenant())?;
    let (keys, now) = (lent(&keys), caller.now());
    let work = async |tx: &mut TenantTx| group::roster(tx, keys, whose, now).await;
    let members = desk.db.tenant(&caller.scope(), work).await?;
    Ok(Shown::new(&GroupRoster { members: members.into_iter().map(group_wire::member).collect() }))
}

async fn join<P: Permit>(
    desk: &Desk,
    caller: &May<P>,
    whose: (PatronId, Hand),
    joins: Joins,
) -> Result<Done<GroupRoster>, ApiError> {
    let keys = desk.keyring.tenant(caller.tenant())?;
    let (keys, now) = (lent(&keys), caller.now());
    let work = async |tx: &mut TenantTx| -> Result<_, GroupError> {
        group::join(tx, keys, whose, joins.who.clone(), joins.as_what, now).await?;
        group::roster(tx, keys, whose, now).await
    };
    let members = desk.db.tenant(&caller.scope(), work).await?;
    Ok(Done::new(&GroupRoster { members: members.into_iter().map(group_wire::member).collect() }))
}

async fn leave<P: Permit>(
    desk: &Desk,
    caller: &May<P>,
    whose: (PatronId, Hand),
    person: PersonId,
) -> Result<NoContent, ApiError> {
    let now = caller.now();
    let work = async |tx: &mut TenantTx| group::leave(tx, whose, person, now).await;
    desk.db.tenant(&caller.scope(), work).await?;
    Ok(NoContent)
}

#[OpenApi(prefix_path = "/v1/groups", tag = "Tag::Patrons")]
impl Groups {
    /// Enter a group.
    ///
    /// 団体: a patron that is no person, with whoever represents it. It is registered as a user class, read and changed as any
    /// patron, under its id.
    #[oai(path = "/", method = "post", operation_id = "patron_group_create")]
    async fn create(
        &self,
        caller: May<permit::WritePatrons>,
        body: Body<GroupRequest>,
    ) -> Result<Created<Patron>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now, language) = (lent(&keys), caller.now(), caller.language());
        let asked: &GroupRequest = &body;
        let work = async |tx: &mut TenantTx| {
            let locale = wire::locale(asked.group.locale, language);
            let draft = (wire::details(asked.group.clone()), locale);
            group::create(tx, keys, draft, asked.representative.0, now).await
        };
        let made = self.desk.db.tenant(&caller.scope(), work).await?;
        let at = format!("/v1/patrons/{}", made.id);
        Ok(Created::new(&wire::patron(made)).at(at))
    }

    /// Read the roster of a group.
    ///
    /// 構成員名簿. The reading is journalled with everybody shown.
    #[oai(path = "/:id/members", method = "get", operation_id = "patron_roster_view")]
    async fn roster(
        &self,
        caller: May<permit::ReadPatrons>,
        id: Path<Ref<kind::Patron>>,
    ) -> Result<Shown<GroupRoster>, ApiError> {
        roster(&self.desk, &caller, (id.0.0, Hand::Office)).await
    }

    /// Put somebody on the roster of a group.
    ///
    /// Known or entered now. Whoever acts for it hires in its name, once they sign in.
    #[oai(path = "/:id/members", method = "post", operation_id = "patron_groupmember_create")]
    async fn join(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Patron>>,
        body: Body<GroupMemberRequest>,
    ) -> Result<Done<GroupRoster>, ApiError> {
        join(&self.desk, &caller, (id.0.0, Hand::Office), group_wire::joins(&body, true)?).await
    }

    /// Take somebody off the roster of a group.
    ///
    /// From this moment they do not act for it.
    #[oai(path = "/:id/members/:person", method = "delete", operation_id = "patron_groupmember_delete")]
    async fn leave(
        &self,
        caller: May<permit::WritePatrons>,
        id: Path<Ref<kind::Patron>>,
        person: Path<Ref<kind::Person>>,
    ) -> Result<NoContent, ApiError> {
        leave(&self.desk, &caller, (id.0.0, Hand::Office), person.0.0).await
    }
}

#[OpenApi(prefix_path = "/v1/patrons/me/groups", tag = "Tag::Patrons")]
impl OwnGroupsOf {
    /// Read the groups one acts for.
    ///
    /// For a patron, signed in. The reading is journalled.
    #[oai(path = "/", method = "get", operation_id = "patron_owngroups_view")]
    async fn list(&self, caller: May<permit::ReadOwnPatron>) -> Result<Shown<OwnGroups>, ApiError> {
        let patron = own(&caller)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now) = (lent(&keys), caller.now());
        let work = async |tx: &mut TenantTx| group::of_patron(tx, keys, patron, now).await;
        let groups = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Shown::new(&OwnGroups { groups: groups.into_iter().map(wire::patron).collect() }))
    }

    /// Enter a group of one's own.
    ///
    /// For a patron, signed in, who represents it from now on. To be priced as a user class it is registered like anybody.
    #[oai(path = "/", method = "post", operation_id = "patron_owngroup_create")]
    async fn create(
        &self,
        caller: May<permit::WriteOwnPatron>,
        body: Body<OwnGroupRequest>,
    ) -> Result<Created<Patron>, ApiError> {
        let patron = own(&caller)?;
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, now, language) = (lent(&keys), caller.now(), caller.language());
        let asked: &OwnGroupRequest = &body;
        let work = async |tx: &mut TenantTx| {
            let locale = wire::locale(asked.group.locale, language);
            let draft = (wire::details(asked.group.clone()), locale);
            group::create(tx, keys, draft, patron, now).await
        };
        let made = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Created::new(&wire::patron(made)).at("/v1/patrons/me/groups".to_owned()))
    }

    /// Read the roster of a group one acts for.
    ///
    /// The reading is journalled with everybody shown.
    #[oai(path = "/:id/members", method = "get", operation_id = "patron_ownroster_view")]
    async fn roster(
        &self,
        caller: May<permit::ReadOwnPatron>,
        id: Path<Ref<kind::Patron>>,
    ) -> Result<Shown<GroupRoster>, ApiError> {
        roster(&self.desk, &caller, (id.0.0, Hand::Own(own(&caller)?))).await
    }

    /// Put somebody on the roster of a group one acts for.
    ///
    /// By a patron's id, or entered now.
    #[oai(path = "/:id/members", method = "post", operation_id = "patron_owngroupmember_create")]
    async fn join(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Patron>>,
        body: Body<GroupMemberRequest>,
    ) -> Result<Done<GroupRoster>, ApiError> {
        join(&self.desk, &caller, (id.0.0, Hand::Own(own(&caller)?)), group_wire::joins(&body, false)?).await
    }

    /// Take somebody off the roster of a group one acts for.
    ///
    /// Somebody who acts for it stays.
    #[oai(path = "/:id/members/:person", method = "delete", operation_id = "patron_owngroupmember_delete")]
    async fn leave(
        &self,
        caller: May<permit::WriteOwnPatron>,
        id: Path<Ref<kind::Patron>>,
        person: Path<Ref<kind::Person>>,
    ) -> Result<NoContent, ApiError> {
        leave(&self.desk, &caller, (id.0.0, Hand::Own(own(&caller)?)), person.0.0).await
    }
}
