//! `/v1/staff`, `/v1/roster-members`

use ::tenancy::{password::Lane, permission::permit, roster, sign_in, staff};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    tenancy::{RosterMember, Staff, StaffIssued, StaffRequest, StaffRolesRequest},
};
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::wire;
use crate::{Body, Desk, May, params, tags::Tag};

/// Operations on the accounts of staff.
pub struct StaffAccounts {
    desk: Desk,
}

impl StaffAccounts {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Tenancy")]
impl StaffAccounts {
    /// List the accounts of staff.
    ///
    /// In the order in which they were issued, disabled ones included.
    #[oai(path = "/staff", method = "get", operation_id = "staff_list")]
    async fn list(
        &self,
        caller: May<permit::ReadStaff>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Staff>, ApiError> {
        let ask = params::page(&self.desk.cursor_key, "staff", limit.0, cursor.0.as_deref())?;
        let page = self.desk.db.read(&caller.scope(), async |tx| staff::list(tx, &ask).await).await?;
        Ok(params::listed(&self.desk.cursor_key, "staff", page, wire::staff))
    }

    /// List the roster.
    ///
    /// The people named in the contract; only they can have an account. The roster itself is kept by the operator.
    #[oai(path = "/roster-members", method = "get", operation_id = "roster_member_list")]
    async fn roster(
        &self,
        caller: May<permit::ReadStaff>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<RosterMember>, ApiError> {
        let ask = params::page(&self.desk.cursor_key, "roster", limit.0, cursor.0.as_deref())?;
        let page = self.desk.db.read(&caller.scope(), async |tx| roster::list(tx, &ask).await).await?;
        Ok(params::listed(&self.desk.cursor_key, "roster", page, wire::member))
    }

    /// Issue an account.
    ///
    /// For somebody on the roster. The login ID and the one-time password are to be handed over; the password is in this answer and nowhere else, works
    /// once within 72 hours, and only to choose another one. When the answer is lost, reset the password.
    #[oai(path = "/staff", method = "post", operation_id = "staff_create")]
    async fn create(
        &self,
        caller: May<permit::WriteStaff>,
        body: Body<StaffRequest>,
    ) -> Result<Created<StaffIssued>, ApiError> {
        let (posts, member, now) = (wire::posts(&body.roles), body.roster_member.0, caller.now());
        let one_time = sign_in::one_time(&self.desk.vault(), Lane::tenant(caller.tenant())).await?;
        let (pepper, posts, one_time) = (&self.desk.pepper, &posts, &one_time);
        let issued = self
            .desk
            .db
            .tenant(&caller.scope(), async |tx| staff::issue(tx, pepper, member, posts, one_time, now).await)
            .await?;
        let location = format!("/v1/staff/{}", issued.staff.id);
        Ok(Created::new(&wire::issued(issued)).at(location))
    }

    /// Read an account.
    ///
    /// Its roles and whether it opens anything. Passwords are never shown.
    #[oai(path = "/staff/:id", method = "get", operation_id = "staff_view")]
    async fn view(
        &self,
        caller: May<permit::ReadStaff>,
        id: Path<Ref<kind::Staff>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Staff>, ApiError> {
        let id = id.0.0;
        let found = self.desk.db.read(&caller.scope(), async |tx| staff::view(tx, id).await).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::staff(found)))
    }

    /// Set the roles of an account.
    ///
    /// All of them; what is not named is taken away, from the next request on. Nobody sets their own.
    #[oai(path = "/staff/:id/roles", method = "put", operation_id = "staff_roles_update")]
    async fn set_roles(
        &self,
        caller: May<permit::WriteStaff>,
        id: Path<Ref<kind::Staff>>,
        #[oai(name = "If-Match", validator(max_length = 200))] expected: Header<Option<String>>,
        body: Body<StaffRolesRequest>,
    ) -> Result<Done<Staff>, ApiError> {
        let (id, posts, now) = (id.0.0, wire::posts(&body.roles), caller.now());
        let (posts, expected) = (&posts, params::version(expected.0.as_deref())?);
        let changed = self
            .desk
            .db
            .tenant(&caller.scope(), async |tx| staff::set_posts(tx, id, posts, expected, now).await)
            .await?;
        let version = changed.version;
        Ok(Done::new(&wire::staff(changed)).version(version))
    }

    /// Disable an account.
    ///
    /// Its sessions end and nobody signs in to it, until it is enabled again. Nobody disables themselves.
    #[oai(path = "/staff/:id/disable", method = "post", operation_id = "staff_disable")]
    async fn disable(
        &self,
        caller: May<permit::WriteStaff>,
        id: Path<Ref<kind::Staff>>,
    ) -> Result<Done<Staff>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let changed = self.desk.db.tenant(&caller.scope(), async |tx| staff::disable(tx, id, now).await).await?;
        let version = changed.version;
        Ok(Done::new(&wire::staff(changed)).version(version))
    }

    /// Enable an account again.
    ///
    /// If its owner is still on the roster. The password is what it was.
    #[oai(path = "/staff/:id/enable", method = "post", operation_id = "staff_enable")]
    async fn enable(
        &self,
        caller: May<permit::WriteStaff>,
        id: Path<Ref<kind::Staff>>,
    ) -> Result<Done<Staff>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let changed = self.desk.db.tenant(&caller.scope(), async |tx| staff::enable(tx, id, now).await).await?;
        let version = changed.version;
        Ok(Done::new(&wire::staff(changed)).version(version))
    }

    /// Reset a password.
    ///
    /// Issues a new one-time password; sessions end and failed attempts are forgotten. Nobody ever learns or sets the password that is
    /// then chosen.
    #[oai(path = "/staff/:id/reset-password", method = "post", operation_id = "staff_password_reset")]
    async fn reset(
        &self,
        caller: May<permit::WriteStaff>,
        id: Path<Ref<kind::Staff>>,
    ) -> Result<Done<StaffIssued>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let one_time = sign_in::one_time(&self.desk.vault(), Lane::tenant(caller.tenant())).await?;
        let (pepper, one_time) = (&self.desk.pepper, &one_time);
        let issued =
            self.desk.db.tenant(&caller.scope(), async |tx| staff::reset(tx, pepper, id, one_time, now).await).await?;
        Ok(Done::new(&wire::issued(issued)))
    }
}
