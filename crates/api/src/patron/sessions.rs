//! `/v1/patrons/sessions`

use contract::{
    ApiError, Created, NoContent,
    patron::{PatronSession, PatronSessionRequest},
};
use db::TenantTx;
use kernel::ids::{PatronId, SessionId};
use patron::sign_in::{self, Challenge, SignInError};
use poem_openapi::OpenApi;
use tenancy::{
    password::{Lane, Password},
    permission::permit,
    session::{self, Opened},
    sign_in::SignInError as Busy,
};

use super::patrons::{lent, own};
use crate::{Body, Desk, May, tags::Tag};

/// Operations on patrons' sessions.
pub struct PatronSessions {
    desk: Desk,
}

impl PatronSessions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// The newer stored form of the password when there is one; refused when the password is wrong.
    async fn prove(
        &self,
        caller: &May<permit::SignUpPatron>,
        challenge: &Challenge,
        password: &Password,
    ) -> Result<Option<String>, ApiError> {
        let (lane, now) = (Lane::tenant(caller.tenant()), caller.now());
        let verdict = self.desk.passwords.compare(lane, password, challenge.phc()).await.map_err(Busy::from)?;
        if !verdict.right {
            // a refusal rolls back, so the failure is journalled in a transaction of its own
            let note = async |tx: &mut TenantTx| sign_in::refuse(tx, challenge, now).await;
            self.desk.db.tenant(&caller.scope(), note).await?;
            return Err(SignInError::Refused.into());
        }
        if verdict.outdated {
            Ok(Some(self.desk.passwords.keep(lane, password).await.map_err(Busy::from)?))
        } else {
            Ok(None)
        }
    }
}

#[OpenApi(prefix_path = "/v1/patrons/sessions", tag = "Tag::Patrons")]
impl PatronSessions {
    /// Sign in as a patron.
    ///
    /// After five attempts in a row for one address there are pauses, from a second to a quarter of an hour, whether the
    /// address is registered or not.
    #[oai(path = "/", method = "post", operation_id = "patron_session_create")]
    async fn create(
        &self,
        caller: May<permit::SignUpPatron>,
        body: Body<PatronSessionRequest>,
    ) -> Result<Created<PatronSession>, ApiError> {
        let (scope, now) = (caller.scope(), caller.now());
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let (keys, email) = (lent(&keys), body.email.as_str());
        let attempt = async |tx: &mut TenantTx| sign_in::attempt(tx, keys, email, now).await;
        let challenge = &self.desk.db.tenant(&scope, attempt).await?;
        let newer = &self.prove(&caller, challenge, &Password::new(&body.password)).await?;
        let pepper = &self.desk.pepper;
        let work = async |tx: &mut TenantTx| -> Result<(PatronId, Opened), ApiError> {
            let patron = sign_in::succeed(tx, challenge, now).await?;
            if let Some(phc) = newer {
                sign_in::rehash(tx, patron, phc).await?;
            }
            Ok((patron, session::open_patron(tx, pepper, patron, now).await?))
        };
        let (patron, opened) = self.desk.db.tenant(&scope, work).await?;
        Ok(Created::new(&PatronSession {
            id: opened.id.into(),
            patron: patron.into(),
            token: opened.token.reveal().to_owned(),
            expires_at: opened.expires_at.into(),
        }))
    }

    /// Sign out.
    ///
    /// Ends the session that this request shows.
    #[oai(path = "/current", method = "delete", operation_id = "patron_session_delete")]
    async fn end(&self, caller: May<permit::ReadOwnPatron>) -> Result<NoContent, ApiError> {
        let (patron, now) = (own(&caller)?, caller.now());
        let id = SessionId::from_uuid(caller.principal().credential);
        let work = async |tx: &mut TenantTx| session::end(tx, patron.uuid(), id, now).await;
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(NoContent)
    }
}
