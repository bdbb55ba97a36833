//! `/v1/operator/tenants/{id}/roster-members`, `/v1/operator/tenants/{id}/staff`: a tenant's first people

use ::tenancy::{password::Lane, permission::permit, problems, roster, sign_in, staff, tenant};
use contract::{
    ApiError, Created, Done, Listed, Ref,
    tenancy::{RosterMember, RosterMemberRequest, Staff, StaffIssued, StaffRequest},
};
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use crate::{Body, Desk, IdempotencyKey, Operates, params, tags::Tag, tenancy::wire};

/// Operations on a tenant's roster and first accounts.
pub struct Provisioning {
    desk: Desk,
}

impl Provisioning {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

fn absent() -> ApiError {
    ApiError::of(problems::ABSENT.refuse())
}

#[OpenApi(prefix_path = "/v1/operator/tenants", tag = "Tag::Operator")]
impl Provisioning {
    /// List a tenant's roster.
    ///
    /// In the order in which people were put on it, those taken off included.
    #[oai(path = "/:id/roster-members", method = "get", operation_id = "operator_roster_member_list")]
    async fn roster(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        id: Path<Ref<kind::Tenant>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<RosterMember>, ApiError> {
        let list = format!("roster {}", id.0.0);
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let page = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| {
                tenant::view(tx).await?.ok_or_else(absent)?;
                Ok::<_, ApiError>(roster::list(tx, &ask).await?)
            })
            .await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, wire::member))
    }

    /// Put somebody on a tenant's roster.
    ///
    /// As the contract names them. Only they can have an account.
    #[oai(path = "/:id/roster-members", method = "post", operation_id = "operator_roster_member_create")]
    async fn add(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<RosterMemberRequest>,
    ) -> Result<Created<RosterMember>, ApiError> {
        let (now, ask) = (caller.now(), &*body);
        self.desk
            .once_operating(&caller, id.0.0, key.0.as_ref(), &body, async |tx| {
                let member = roster::add(tx, &ask.name, ask.department.as_deref(), now).await?;
                Ok(Created::new(&wire::member(member)))
            })
            .await
    }

    /// Take somebody off a tenant's roster.
    ///
    /// Their account, if any, opens nothing from the next request on.
    #[oai(path = "/:id/roster-members/:member/remove", method = "post", operation_id = "operator_roster_member_remove")]
    async fn remove(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        member: Path<Ref<kind::RosterMember>>,
    ) -> Result<Done<RosterMember>, ApiError> {
        let (now, member) = (caller.now(), member.0.0);
        let removed = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| roster::remove(tx, member, now).await)
            .await?;
        Ok(Done::new(&wire::member(removed)))
    }

    /// List a tenant's accounts.
    ///
    /// In the order in which they were issued.
    #[oai(path = "/:id/staff", method = "get", operation_id = "operator_staff_list")]
    async fn accounts(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        id: Path<Ref<kind::Tenant>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Staff>, ApiError> {
        let list = format!("staff {}", id.0.0);
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let page = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| {
                tenant::view(tx).await?.ok_or_else(absent)?;
                Ok::<_, ApiError>(staff::list(tx, &ask).await?)
            })
            .await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, wire::staff))
    }

    /// Issue an account to somebody on a tenant's roster.
    ///
    /// The login ID and the one-time password are to be handed over; the password is in this answer and nowhere else, works once within 72 hours, and
    /// only to choose another one. When the answer is lost, reset the password.
    #[oai(path = "/:id/staff", method = "post", operation_id = "operator_staff_create")]
    async fn issue(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        body: Body<StaffRequest>,
    ) -> Result<Created<StaffIssued>, ApiError> {
        let (posts, member, now) = (wire::posts(&body.roles), body.roster_member.0, caller.now());
        let one_time = sign_in::one_time(&self.desk.vault(), Lane::tenant(id.0.0)).await?;
        let (pepper, posts, one_time) = (&self.desk.pepper, &posts, &one_time);
        let issued = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| {
                staff::issue(tx, pepper, member, posts, one_time, now).await
            })
            .await?;
        Ok(Created::new(&wire::issued(issued)))
    }

    /// Reset the password of an account.
    ///
    /// Issues a new one-time password, for instance when the tenant's last manager is locked out.
    #[oai(path = "/:id/staff/:staff/reset-password", method = "post", operation_id = "operator_staff_password_reset")]
    async fn reset(
        &self,
        caller: Operates<permit::OperateTenants>,
        id: Path<Ref<kind::Tenant>>,
        staff: Path<Ref<kind::Staff>>,
    ) -> Result<Done<StaffIssued>, ApiError> {
        let (now, account) = (caller.now(), staff.0.0);
        let one_time = sign_in::one_time(&self.desk.vault(), Lane::tenant(id.0.0)).await?;
        let (pepper, one_time) = (&self.desk.pepper, &one_time);
        let issued = self
            .desk
            .db
            .operator_within(&caller.scope(), id.0.0, async |tx| staff::reset(tx, pepper, account, one_time, now).await)
            .await?;
        Ok(Done::new(&wire::issued(issued)))
    }
}
