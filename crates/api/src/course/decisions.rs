//! `/v1/course/run-decisions`: whether classes run.

use ::course::decision::{self, DecisionFilter};
use contract::{
    ApiError, Done, Listed, Ref, Shown,
    course::{application::CourseReasonRequest, class::CourseClass, decision::ClassRunStanding},
};
use db::{Remark, TenantTx};
use kernel::{
    Instant,
    clock::civil_day,
    ids::{CourseClassId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use time::Duration;

use super::{parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on decisions whether classes run.
pub struct Decisions {
    desk: Desk,
}

impl Decisions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// The class that runs from now on: with fewer than its minimum for a reason.
async fn decided(
    tx: &mut TenantTx,
    (class, version): (CourseClassId, Option<i32>),
    reason: Option<&Remark>,
    now: Instant,
) -> Result<Done<CourseClass>, ApiError> {
    let stands = decision::run(tx, class, version, reason, now).await?;
    Ok(Done::new(&wire::class(&stands, true)).version(stands.class.version))
}

#[OpenApi(prefix_path = "/v1/course", tag = "Tag::Course")]
impl Decisions {
    /// List the decisions that are owed.
    ///
    /// Of published classes with a minimum of which nobody has decided that they run, the earliest day first: those whose day has come
    /// and to which fewer are admitted than they need. `within_days` looks ahead; `met` shows those that have enough as well. While one
    /// is owed, the journal says so once a day (`course.class.decision_owed`); nothing is ever cancelled by itself.
    #[oai(path = "/run-decisions", method = "get", operation_id = "course_run_decision_list")]
    async fn list(
        &self,
        caller: May<permit::RunClasses>,
        /// Also those to be made in so many days.
        #[oai(validator(minimum(value = "0"), maximum(value = "366")))]
        within_days: Query<Option<i32>>,
        /// Also those of classes that have enough.
        met: Query<Option<bool>>,
        /// Of this one.
        term: Query<Option<Ref<kind::Term>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<ClassRunStanding>, ApiError> {
        let today = civil_day(caller.now());
        let until = today.saturating_add(Duration::days(within_days.0.unwrap_or_default().into()));
        let filter = DecisionFilter { term: term.0.map(|of| of.0), until, met: met.0.unwrap_or(false) };
        let list = format!("course.run-decisions {filter:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| decision::list(tx, filter, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::decisions::standing(&one, None, today)))
    }

    /// See how a class stands against its minimum.
    ///
    /// How many are admitted, by when it is decided whether it runs, and what was decided.
    #[oai(path = "/classes/:id/run-decision", method = "get", operation_id = "course_run_decision_view")]
    async fn view(
        &self,
        caller: May<permit::RunClasses>,
        id: Path<Ref<kind::CourseClass>>,
    ) -> Result<Shown<ClassRunStanding>, ApiError> {
        let (id, today) = (id.0.0, civil_day(caller.now()));
        let work = async |tx: &mut TenantTx| decision::find(tx, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let keys = parties::keys(&self.desk, &caller)?;
        let reason = found.opened_reason(&keys.seal, caller.tenant()).map_err(ApiError::from)?;
        Ok(Shown::new(&wire::decisions::standing(&found, reason, today)))
    }

    /// Decide that a class runs.
    ///
    /// 開講決定, when as many are admitted as it needs. That it does not run is decided by cancelling it with a change plan, that it runs
    /// with fewer by saying why. Twice is once.
    #[oai(path = "/classes/:id/run", method = "post", operation_id = "course_class_run")]
    async fn run(
        &self,
        caller: May<permit::RunClasses>,
        id: Path<Ref<kind::CourseClass>>,
        /// The version of the class that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<CourseClass>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| decided(tx, (id, version), None, now).await;
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Decide that a class runs with fewer than its minimum.
    ///
    /// With the reason, which stays with the decision and the numbers as they were. Of a class that has enough it is decided without.
    /// Twice is once.
    #[oai(path = "/classes/:id/run-short", method = "post", operation_id = "course_class_run_short")]
    async fn run_short(
        &self,
        caller: May<permit::RunClasses>,
        id: Path<Ref<kind::CourseClass>>,
        /// The version of the class that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReasonRequest>,
    ) -> Result<Done<CourseClass>, ApiError> {
        let (id, reason, now) = (id.0.0, &self.desk.remark(caller.tenant(), &body.reason)?, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| decided(tx, (id, version), Some(reason), now).await;
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
