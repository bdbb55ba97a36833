//! `/v1/keys`

use ::tenancy::{
    key,
    permission::{Permit, permit},
    problems,
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    tenancy::{ApiKey, ApiKeyCreated, ApiKeyRequest, ApiKeyRotationRequest},
};
use kernel::{Scope, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use time::Duration;

use super::wire;
use crate::{Body, Desk, May, params, tags::Tag};

/// Operations on API keys.
pub struct Keys {
    desk: Desk,
}

impl Keys {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Where the keys are: the caller's tenant, or its sandbox.
fn place<P: Permit>(caller: &May<P>, sandbox: Option<bool>) -> Result<(Scope, bool), ApiError> {
    let scope = caller.scope();
    if sandbox != Some(true) || !caller.principal().live {
        return Ok((scope, caller.principal().live));
    }
    let inside = caller.principal().in_sandbox(&scope);
    inside.map(|scope| (scope, false)).ok_or_else(|| ApiError::of(problems::SANDBOX_ABSENT.refuse()))
}

#[OpenApi(prefix_path = "/v1/keys", tag = "Tag::Tenancy")]
impl Keys {
    /// List API keys.
    ///
    /// In the order in which they were made, those that are over included. Their secrets are not here.
    #[oai(path = "/", method = "get", operation_id = "key_list")]
    async fn list(
        &self,
        caller: May<permit::ReadKeys>,
        /// The keys of the sandbox instead.
        sandbox: Query<Option<bool>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<ApiKey>, ApiError> {
        let (scope, live) = place(&caller, sandbox.0)?;
        let (list, now) = (if live { "keys" } else { "sandbox keys" }, caller.now());
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let page = self.desk.db.read(&scope, async |tx| key::list(tx, &ask).await).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |key| wire::key(key, now)))
    }

    /// Make an API key.
    ///
    /// Its secret is in this answer and nowhere else; when the answer is lost, revoke the key and make another. Nobody gives away a permission they
    /// do not have.
    #[oai(path = "/", method = "post", operation_id = "key_create")]
    async fn create(
        &self,
        caller: May<permit::WriteKeys>,
        /// A key of the sandbox instead: `sk_test_`, `pk_test_`.
        sandbox: Query<Option<bool>>,
        body: Body<ApiKeyRequest>,
    ) -> Result<Created<ApiKeyCreated>, ApiError> {
        let (scope, live) = place(&caller, sandbox.0)?;
        let (own, now) = (caller.principal().permissions, caller.now());
        let draft = wire::key_draft(&body, caller.principal())?;
        let (pepper, draft) = (&self.desk.pepper, &draft);
        let shown =
            self.desk.db.tenant(&scope, async |tx| key::create(tx, pepper, live, own, draft, now).await).await?;
        let location = format!("/v1/keys/{}", shown.key.id);
        Ok(Created::new(&wire::key_created(shown, now)).at(location))
    }

    /// Read an API key.
    ///
    /// What it may do, when it was last used, and when it ends.
    #[oai(path = "/:id", method = "get", operation_id = "key_view")]
    async fn view(
        &self,
        caller: May<permit::ReadKeys>,
        id: Path<Ref<kind::ApiKey>>,
        /// A key of the sandbox instead.
        sandbox: Query<Option<bool>>,
    ) -> Result<Shown<ApiKey>, ApiError> {
        let ((scope, _), id) = (place(&caller, sandbox.0)?, id.0.0);
        let found = self.desk.db.read(&scope, async |tx| key::view(tx, id).await).await?;
        Ok(Shown::new(&wire::key(found, caller.now())))
    }

    /// Rotate an API key.
    ///
    /// Makes a successor with the same rights. The old key goes on for `overlap_seconds`, then answers `credential_expired`.
    #[oai(path = "/:id/rotate", method = "post", operation_id = "key_rotate")]
    async fn rotate(
        &self,
        caller: May<permit::WriteKeys>,
        id: Path<Ref<kind::ApiKey>>,
        /// A key of the sandbox instead.
        sandbox: Query<Option<bool>>,
        body: Body<ApiKeyRotationRequest>,
    ) -> Result<Created<ApiKeyCreated>, ApiError> {
        let ((scope, live), id, now) = (place(&caller, sandbox.0)?, id.0.0, caller.now());
        let (pepper, overlap) = (&self.desk.pepper, Duration::seconds(body.overlap_seconds.into()));
        let shown =
            self.desk.db.tenant(&scope, async |tx| key::rotate(tx, pepper, live, id, overlap, now).await).await?;
        self.desk.pages.forget();
        let location = format!("/v1/keys/{}", shown.key.id);
        Ok(Created::new(&wire::key_created(shown, now)).at(location))
    }

    /// Revoke an API key.
    ///
    /// It ends at once; from the next request on it answers `credential_revoked`. A key that is over stays as it is.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "key_revoke")]
    async fn revoke(
        &self,
        caller: May<permit::WriteKeys>,
        id: Path<Ref<kind::ApiKey>>,
        /// A key of the sandbox instead.
        sandbox: Query<Option<bool>>,
    ) -> Result<Done<ApiKey>, ApiError> {
        let ((scope, _), id, now) = (place(&caller, sandbox.0)?, id.0.0, caller.now());
        let revoked = self.desk.db.tenant(&scope, async |tx| key::revoke(tx, id, now).await).await?;
        self.desk.pages.forget();
        Ok(Done::new(&wire::key(revoked, now)))
    }
}
