//! `/v1/patrons/password-resets`

use contract::{
    Accepted, ApiError, NoContent,
    patron::{PasswordResetCompletion, PasswordResetReceipt, PasswordResetRequest},
};
use db::TenantTx;
use patron::password_reset::{self, GOOD_FOR};
use poem_openapi::OpenApi;
use tenancy::{
    password::{Lane, Password},
    permission::permit,
    session,
    sign_in::SignInError as Busy,
};

use super::{mail, patrons::lent};
use crate::{Body, Desk, May, tags::Tag};

/// Forgotten passwords.
pub struct PasswordResets {
    desk: Desk,
}

impl PasswordResets {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/patrons/password-resets", tag = "Tag::Patrons")]
impl PasswordResets {
    /// Ask for a new password.
    ///
    /// A message with a code goes to the address, if a patron is registered with it. The answer is the same whether one is or
    /// not. One address gets three messages at once, and after that fewer and fewer.
    #[oai(path = "/", method = "post", operation_id = "patron_reset_create")]
    async fn create(
        &self,
        caller: May<permit::SignUpPatron>,
        body: Body<PasswordResetRequest>,
    ) -> Result<Accepted<PasswordResetReceipt>, ApiError> {
        let (keys, now, email) = (self.desk.keyring.tenant(caller.tenant())?, caller.now(), body.email.as_str());
        let keys = lent(&keys);
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            if let Some(message) = password_reset::ask(tx, keys, email, now).await? {
                mail::intend(tx, keys.seal, &message, now).await?;
            }
            Ok(())
        };
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Accepted::new(&PasswordResetReceipt { expires_at: now.saturating_add(GOOD_FOR).into() }))
    }

    /// Choose a new password.
    ///
    /// With the code that came by e-mail, which is good once, for an hour. The patron is signed out everywhere and told so by
    /// e-mail.
    #[oai(path = "/complete", method = "post", operation_id = "patron_reset_complete")]
    async fn complete(
        &self,
        caller: May<permit::SignUpPatron>,
        body: Body<PasswordResetCompletion>,
    ) -> Result<NoContent, ApiError> {
        let (keys, now, token) = (self.desk.keyring.tenant(caller.tenant())?, caller.now(), body.token.as_str());
        let keys = lent(&keys);
        let look = async |tx: &mut TenantTx| password_reset::look(tx, keys, token, now).await;
        let details = self.desk.db.read(&caller.scope(), look).await?;
        let password = Password::new(&body.password);
        let known = [details.name.as_deref(), details.email.as_deref(), details.kana.as_deref()];
        password.check(&known.into_iter().flatten().collect::<Vec<_>>())?;
        let phc = &self.desk.passwords.keep(Lane::tenant(caller.tenant()), &password).await.map_err(Busy::from)?;
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            let (patron, message) = password_reset::complete(tx, keys, token, phc, now).await?;
            session::end_all(tx, patron.uuid(), now).await?;
            if let Some(message) = message {
                mail::intend(tx, keys.seal, &message, now).await?;
            }
            Ok(())
        };
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(NoContent)
    }
}
