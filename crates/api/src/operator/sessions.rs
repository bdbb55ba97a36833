//! `/v1/operator/sessions`

use ::tenancy::{permission::permit, session, sign_in};
use contract::{
    ApiError, Created, NoContent, Ref,
    tenancy::{OperatorSession, SignInRequest},
};
use db::Fault;
use kernel::ids::kind;
use poem_openapi::{OpenApi, param::Path};

use crate::{Anyone, Body, Desk, Operates, tags::Tag, tenancy::wire};

/// Operations on the sessions of operators.
pub struct Sessions {
    desk: Desk,
}

impl Sessions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/operator/sessions", tag = "Tag::Operator")]
impl Sessions {
    /// Sign in as an operator.
    ///
    /// The token is in this answer and nowhere else. It ends after 8 hours, or when it is not used for 15 minutes.
    #[oai(path = "/", method = "post", operation_id = "operator_session_create")]
    async fn create(&self, anyone: Anyone, body: Body<SignInRequest>) -> Result<Created<OperatorSession>, ApiError> {
        self.desk.limits.sign_in(&anyone.address)?;
        let claim = wire::claim(&body, anyone.request_id);
        let opened = sign_in::operator(&self.desk.db, &self.desk.vault(), &claim, anyone.now).await?;
        let session = wire::operator_session(&opened).ok_or(Fault::Unexpected("an operator who signs in is one"))?;
        Ok(Created::new(&session).at(format!("/v1/operator/sessions/{}", opened.id)))
    }

    /// Sign out as an operator.
    ///
    /// Ends one of one's own sessions.
    #[oai(path = "/:id", method = "delete", operation_id = "operator_session_delete")]
    async fn delete(
        &self,
        caller: Operates<permit::OperateTenantsRead>,
        id: Path<Ref<kind::Session>>,
    ) -> Result<NoContent, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        self.desk.db.operator(&caller.scope(), async |tx| session::end_operator(tx, id, now).await).await?;
        Ok(NoContent)
    }
}
