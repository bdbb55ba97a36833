//! `/v1/user-classes`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    patron::standing::{UserClass, UserClassRequest, UserClassUpdate},
};
use db::TenantTx;
use kernel::ids::kind;
use patron::user_class;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::standing_wire as wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on user classes.
pub struct UserClasses {
    desk: Desk,
}

impl UserClasses {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/user-classes", tag = "Tag::Patrons")]
impl UserClasses {
    /// List user classes.
    ///
    /// Oldest first; those that are over, too.
    #[oai(path = "/", method = "get", operation_id = "patron_userclass_list")]
    async fn list(
        &self,
        caller: May<permit::ReadUserClasses>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<UserClass>, ApiError> {
        let list = "user-classes";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| user_class::list(tx, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::user_class(&one)))
    }

    /// Make a user class.
    ///
    /// Prices and windows name it by its code.
    #[oai(path = "/", method = "post", operation_id = "patron_userclass_create")]
    async fn create(
        &self,
        caller: May<permit::WriteUserClasses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<UserClassRequest>,
    ) -> Result<Created<UserClass>, ApiError> {
        let (asked, now): (&UserClassRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let made = user_class::create(tx, wire::user_class_draft(asked), now).await?;
            let at = format!("/v1/user-classes/{}", made.id);
            Ok(Created::new(&wire::user_class(&made)).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a user class.
    ///
    /// Its code, its name and when it is given.
    #[oai(path = "/:id", method = "get", operation_id = "patron_userclass_view")]
    async fn view(
        &self,
        caller: May<permit::ReadUserClasses>,
        id: Path<Ref<kind::UserClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<UserClass>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| user_class::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::user_class(&found)))
    }

    /// Change a user class.
    ///
    /// What is left out stays as it is; `null` clears.
    #[oai(path = "/:id", method = "patch", operation_id = "patron_userclass_update")]
    async fn update(
        &self,
        caller: May<permit::WriteUserClasses>,
        id: Path<Ref<kind::UserClass>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<UserClassUpdate>,
    ) -> Result<Done<UserClass>, ApiError> {
        let (id, asked, now): (_, &UserClassUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = user_class::update(tx, id, version, wire::user_class_change(asked), now).await?;
            Ok(Done::new(&wire::user_class(&changed)).version(changed.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}
