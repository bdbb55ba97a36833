//! `/v1/payments`

use billing::payment::{
    self, Complete,
    provider::{SANDBOX, Sandbox},
    signature::{Claim, NoticeSecret as Secret, Unproven},
};
use contract::{
    ApiError, Done, Ref, Shown,
    billing::{NoticeReceipt, NoticeSecret, Payment, PaymentCompleteRequest, PaymentNotice},
};
use custody::keyring::KeyringError;
use db::TenantTx;
use kernel::{Actor, Scope, Service, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;

use super::{access, wire};
use crate::{Anyone, Body, Desk, IdempotencyKey, Keep, May, settle, tags::Tag};

/// Operations on payments.
pub struct Payments {
    desk: Desk,
}

impl Payments {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Whose notice it is: proved by the signature, for there is no other credential.
    fn proved(&self, anyone: &Anyone, header: Option<&str>, body: &[u8]) -> Result<Scope, ApiError> {
        let claim = Claim::read(header.ok_or(Unproven)?)?;
        let keys = self.desk.keyring.tenant(claim.tenant).map_err(|error| match error {
            KeyringError::NoTenant(_) => ApiError::from(Unproven),
            other => ApiError::from(other),
        })?;
        claim.prove(&Secret::derive(&keys.index, SANDBOX), body, anyone.now)?;
        Ok(Scope::assume(claim.tenant, Service::Core, Actor::System, anyone.request_id))
    }
}

#[OpenApi(prefix_path = "/v1/payments", tag = "Tag::Billing")]
impl Payments {
    /// Read a payment.
    ///
    /// Ask again while it is `requires_action` to see whether the money has come.
    #[oai(path = "/:id", method = "get", operation_id = "billing_payment_view")]
    async fn view(
        &self,
        caller: May<permit::ReadBills>,
        id: Path<Ref<kind::Payment>>,
        /// The secret of the order, from a guest.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        /// The code of the receipt of an application for a course, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Payment>, ApiError> {
        let (service, _) = access::bill_of(&self.desk, &caller, id.0.0).await?;
        let secret = access::shown(secret.0, code.0);
        let (person, secret) = (&caller, secret.as_deref());
        let work = async |tx: &mut TenantTx| access::admitted_payment(tx, person, id.0.0, secret).await;
        let payment = self.desk.db.read(&caller.scope().in_service(service), work).await?;
        let now = caller.now();
        Ok(Shown::version(payment.version, have.0.as_deref(), || wire::payment(payment, now)))
    }

    /// Go on with a payment after the patron was at the card's bank.
    ///
    /// The payment is captured, has failed, or is cancelled without taking money because the bill does not ask for it any
    /// more.
    #[oai(path = "/:id/complete", method = "post", operation_id = "billing_payment_complete")]
    async fn complete(
        &self,
        caller: May<permit::PayBill>,
        id: Path<Ref<kind::Payment>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        /// The secret of the order, from a guest.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        /// The code of the receipt of an application for a course, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        body: Body<PaymentCompleteRequest>,
    ) -> Result<Done<Payment>, ApiError> {
        let (service, bill) = access::bill_of(&self.desk, &caller, id.0.0).await?;
        access::sandbox(&self.desk, &caller)?;
        let ask = &Complete { payment: id.0.0, step: body.step.clone(), approved: body.approved };
        let secret = access::shown(secret.0, code.0);
        let (desk, person, secret, now) = (&self.desk, &caller, secret.as_deref(), caller.now());
        let work = async |tx: &mut TenantTx| {
            access::admitted(tx, person, bill, secret).await?;
            let answer = payment::complete_action(tx, &Sandbox, ask, now).await?;
            if let Some(settlement) = &answer.settlement {
                settle::tell(desk, tx, settlement, now).await?;
            }
            let version = answer.payment.version;
            Ok(Done::new(&wire::payment(answer.payment, now)).version(version))
        };
        self.desk.once_in(service, &caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Take a provider's notice.
    ///
    /// The provider tells on its own that money came, at least once and in any order; a notice counts once, an amount that is
    /// not ours is kept for a person to look at. The signature is `t=<Unix seconds>,kid=<tenant>,v1=<HMAC>`: HMAC-SHA-256 in
    /// hexadecimal over `<t>.<body>`, under the tenant's notice secret, not older than five minutes.
    #[oai(path = "/notices", method = "post", operation_id = "billing_notice_receive")]
    async fn notice(
        &self,
        anyone: Anyone,
        /// Proves that the provider sent it.
        #[oai(name = "Notice-Signature", validator(max_length = 300))]
        signature: Header<Option<String>>,
        body: Body<PaymentNotice>,
    ) -> Result<Done<NoticeReceipt>, ApiError> {
        let scope = self.proved(&anyone, signature.0.as_deref(), body.raw())?;
        let (desk, notice, now) = (&self.desk, &wire::notice(&body), anyone.now);
        let find = async |tx: &mut TenantTx| payment::subject_of_notice(tx, notice).await;
        let service = self.desk.db.read(&scope, find).await?.service();
        let work = async |tx: &mut TenantTx| -> Result<NoticeReceipt, ApiError> {
            let notified = payment::notify(tx, notice, now).await?;
            if let Some(settlement) = &notified.settlement {
                settle::tell(desk, tx, settlement, now).await?;
            }
            let stands = payment::find(tx, notified.payment.id).await?.unwrap_or_else(|| notified.payment.clone());
            Ok(wire::receipt(&notified, &stands))
        };
        Ok(Done::new(&self.desk.db.tenant(&scope.in_service(service), work).await?))
    }

    /// Read the secret of the sandbox provider's notices.
    ///
    /// With it a contractor plays the provider: it signs the notice that a convenience store payment was made.
    #[oai(path = "/notices/secret", method = "get", operation_id = "billing_secret_view")]
    async fn secret(&self, caller: May<permit::WriteKeys>) -> Result<Shown<NoticeSecret>, ApiError> {
        let keys = self.desk.keyring.tenant(caller.tenant())?;
        let secret = Secret::derive(&keys.index, SANDBOX).reveal();
        Ok(Shown::new(&NoticeSecret { provider: SANDBOX.to_owned(), key_id: caller.tenant().into(), secret }))
    }
}
