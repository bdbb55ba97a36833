//! `/v1/staff/sessions`, `/v1/staff/password`

use ::tenancy::{password::Password, permission::permit, session, sign_in};
use contract::{
    ApiError, Created, Listed, NoContent, Ref,
    tenancy::{PasswordChangeRequest, Session, SignInRequest, StaffSession},
};
use db::Fault;
use kernel::{Actor, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{cut, wire};
use crate::{Anyone, Body, Desk, May, params, tags::Tag};

/// Operations on the sessions of staff.
pub struct Sessions {
    desk: Desk,
}

impl Sessions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Whose sessions they are: the caller's own. Keys have none.
fn own(actor: &Actor) -> Uuid {
    match actor {
        Actor::Staff(staff) => staff.uuid(),
        _ => Uuid::nil(),
    }
}

#[OpenApi(prefix_path = "/v1/staff", tag = "Tag::Tenancy")]
impl Sessions {
    /// Sign in as staff.
    ///
    /// The token is in this answer and nowhere else. It ends after 12 hours, or when it is not used for 30 minutes. An issued
    /// password opens no session: `password_change_required` says that a new one must be chosen first. After five failures
    /// in a row each further attempt has to wait, twice as long every time, up to 15 minutes.
    #[oai(path = "/sessions", method = "post", operation_id = "staff_session_create")]
    async fn create(&self, anyone: Anyone, body: Body<SignInRequest>) -> Result<Created<StaffSession>, ApiError> {
        self.desk.limits.sign_in(&anyone.address)?;
        let claim = wire::claim(&body, anyone.request_id);
        let opened = sign_in::staff(&self.desk.db, &self.desk.vault(), &claim, anyone.now).await?;
        let session = wire::staff_session(&opened).ok_or(Fault::Unexpected("staff who sign in are staff"))?;
        Ok(Created::new(&session).at(format!("/v1/staff/sessions/{}", opened.id)))
    }

    /// Choose a new password.
    ///
    /// With the old password or the issued one. Every session of the account ends.
    #[oai(path = "/password", method = "post", operation_id = "staff_password_change")]
    async fn change_password(&self, anyone: Anyone, body: Body<PasswordChangeRequest>) -> Result<NoContent, ApiError> {
        self.desk.limits.sign_in(&anyone.address)?;
        let claim = sign_in::Claim {
            login_id: body.login_id.clone(),
            password: Password::new(&body.password),
            request_id: anyone.request_id,
        };
        let new = Password::new(&body.new_password);
        sign_in::change_staff_password(&self.desk.db, &self.desk.vault(), &claim, &new, anyone.now).await?;
        Ok(NoContent)
    }

    /// List one's own open sessions.
    ///
    /// Newest first, as staff. A session that one does not know is ended with `DELETE`.
    #[oai(path = "/sessions", method = "get", operation_id = "staff_session_list")]
    async fn list(
        &self,
        caller: May<permit::KeepOwnSessions>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Session>, ApiError> {
        let ask = params::page(&self.desk.cursor_key, "sessions", limit.0, cursor.0.as_deref())?;
        let (own, now) = (own(caller.actor()), caller.now());
        let sessions = self.desk.db.read(&caller.scope(), async |tx| session::list(tx, own, now).await).await?;
        let current = caller.principal().credential;
        let page = cut(sessions, &ask, |session| session.id.uuid());
        Ok(params::listed(&self.desk.cursor_key, "sessions", page, |session| wire::session(session, current)))
    }

    /// Sign out.
    ///
    /// Ends one of one's own sessions, this one or another.
    #[oai(path = "/sessions/:id", method = "delete", operation_id = "staff_session_delete")]
    async fn delete(
        &self,
        caller: May<permit::KeepOwnSessions>,
        id: Path<Ref<kind::Session>>,
    ) -> Result<NoContent, ApiError> {
        let (own, now, id) = (own(caller.actor()), caller.now(), id.0.0);
        self.desk.db.tenant(&caller.scope(), async |tx| session::end(tx, own, id, now).await).await?;
        Ok(NoContent)
    }
}
