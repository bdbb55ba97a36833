//! `/v1/patrons/registrations`, `/v1/patrons/verifications`

use contract::{
    Accepted, ApiError, Done,
    patron::{EmailVerification, RegistrationReceipt, RegistrationRequest, VerificationRequest},
};
use db::TenantTx;
use patron::registration::{self, GOOD_FOR, SignUp};
use poem_openapi::OpenApi;
use tenancy::{
    password::{Lane, Password},
    permission::permit,
    sign_in::SignInError as Busy,
};

use super::{mail, patrons::lent, wire};
use crate::{Body, Desk, May, tags::Tag};

/// Operations on registrations.
pub struct Registrations {
    desk: Desk,
}

impl Registrations {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/patrons", tag = "Tag::Patrons")]
impl Registrations {
    /// Register as a patron.
    ///
    /// A message goes to the address, with a code that completes the registration; until then there is no patron. The answer is
    /// the same whether the address is registered already or not: then the message says so. One address gets three messages
    /// at once, and after that fewer and fewer.
    #[oai(path = "/registrations", method = "post", operation_id = "patron_registration_create")]
    async fn create(
        &self,
        caller: May<permit::SignUpPatron>,
        body: Body<RegistrationRequest>,
    ) -> Result<Accepted<RegistrationReceipt>, ApiError> {
        let (keys, now) = (self.desk.keyring.tenant(caller.tenant())?, caller.now());
        let keys = lent(&keys);
        let ask = body.into_inner();
        let password = Password::new(&ask.password);
        let locale = wire::locale(ask.locale, caller.language());
        let details = wire::registration(ask).checked(&["name", "email"])?;
        let known = [details.name.as_deref(), details.email.as_deref(), details.kana.as_deref()];
        password.check(&known.into_iter().flatten().collect::<Vec<_>>())?;
        let phc = self.desk.passwords.keep(Lane::tenant(caller.tenant()), &password).await.map_err(Busy::from)?;
        let ask = SignUp { details, locale };
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            if let Some(message) = registration::sign_up(tx, keys, ask.clone(), phc.clone(), now).await? {
                mail::intend(tx, keys.seal, &message, now).await?;
            }
            Ok(())
        };
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Accepted::new(&RegistrationReceipt { expires_at: now.saturating_add(GOOD_FOR).into() }))
    }

    /// Prove an e-mail address.
    ///
    /// With the code that came by e-mail: completes a registration, or gives a patron the new address they asked for. A code is
    /// good once, for a day.
    #[oai(path = "/verifications", method = "post", operation_id = "patron_verification_create")]
    async fn verify(
        &self,
        caller: May<permit::SignUpPatron>,
        body: Body<VerificationRequest>,
    ) -> Result<Done<EmailVerification>, ApiError> {
        let (keys, now, token) = (self.desk.keyring.tenant(caller.tenant())?, caller.now(), body.token.as_str());
        let keys = lent(&keys);
        let work = async |tx: &mut TenantTx| registration::verify_email(tx, keys, token, now).await;
        let patron = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(Done::new(&EmailVerification { patron: patron.id.into(), verified_at: now.into() }))
    }
}
