//! `/v1/course/change-plans`

use ::course::change_plan::{self, Change};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::change_plan::{
        CancellationPlanRequest, ChangePlan, ClosingPlanRequest, ClosingRefund, MakeUpPlanRequest, MovePlanRequest,
        RefundPlanRequest,
    },
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    types::{ToJSON, Type},
};
use tenancy::permission::permit;

use super::{changes, wire::change_plans as wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on change plans.
pub struct ChangePlans {
    desk: Desk,
}

impl ChangePlans {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    async fn make<T: Type + ToJSON>(
        &self,
        caller: &May<permit::RunClasses>,
        key: Option<&IdempotencyKey>,
        body: &Body<T>,
        change: &Change,
    ) -> Result<Created<ChangePlan>, ApiError> {
        let (desk, now) = (&self.desk, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let told = changes::planned(desk, tx, change, now).await?;
            let kept = change_plan::keep(tx, told.class, &told.plan, now).await?;
            let at = format!("/v1/course/change-plans/{}", kept.id);
            Ok(Created::new(&wire::plan(&kept)?).at(at).version(kept.version))
        };
        desk.once(caller, key, body, Keep::Durably, work).await
    }
}

#[OpenApi(prefix_path = "/v1/course/change-plans", tag = "Tag::Course")]
impl ChangePlans {
    /// List change plans.
    ///
    /// Of one class, or of all; those that were carried out, too. Oldest first.
    #[oai(path = "/", method = "get", operation_id = "course_change_plan_list")]
    async fn list(
        &self,
        caller: May<permit::RunClasses>,
        /// Of this one.
        class: Query<Option<Ref<kind::CourseClass>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<ChangePlan>, ApiError> {
        let class = class.0.map(|of| of.0);
        let list = class.map_or_else(|| "course.change_plans".to_owned(), |of| format!("course.change_plans {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| change_plan::list(tx, class, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        let items = page.items.iter().map(wire::plan).collect::<Result<Vec<_>, _>>()?;
        let page = kernel::Page { items, next: page.next };
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| one))
    }

    /// Plan to move a session.
    ///
    /// Tells who is concerned, who attends another class at the new time, and the letters as they would be written. Refused when
    /// the room is taken then or holds fewer than have a place, with rooms that are free and large enough, or when a teacher is elsewhere.
    /// Nothing is moved yet.
    #[oai(path = "/moves", method = "post", operation_id = "course_move_plan_create")]
    async fn plan_move(
        &self,
        caller: May<permit::RunClasses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<MovePlanRequest>,
    ) -> Result<Created<ChangePlan>, ApiError> {
        let to = wire::meeting(body.starts_at, body.ends_at, body.room, body.place.as_deref());
        let change = Change::MoveSession { session: body.session.0, to };
        self.make(&caller, key.0.as_ref(), &body, &change).await
    }

    /// Plan to cancel a session.
    ///
    /// 休講. With `refund` it tells what everybody gets back of what they paid for this session, to the yen. Nothing is cancelled
    /// yet. A session that is marked as held can be cancelled when by what is recorded nobody attended it: correct the attendance first.
    #[oai(path = "/cancellations", method = "post", operation_id = "course_cancellation_plan_create")]
    async fn plan_cancellation(
        &self,
        caller: May<permit::RunClasses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CancellationPlanRequest>,
    ) -> Result<Created<ChangePlan>, ApiError> {
        let refund = body.refund.unwrap_or(false);
        let change = Change::CancelSession { session: body.session.0, reason: body.reason.clone(), refund };
        self.make(&caller, key.0.as_ref(), &body, &change).await
    }

    /// Plan to make up for a session.
    ///
    /// 補講: another session in the place of one that was cancelled, taught by whoever would have taught it, or by the `teachers` that
    /// are named. Refused when the room is taken then or too small, or when a teacher is elsewhere or does not teach here any more.
    #[oai(path = "/make-ups", method = "post", operation_id = "course_makeup_plan_create")]
    async fn plan_make_up(
        &self,
        caller: May<permit::RunClasses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<MakeUpPlanRequest>,
    ) -> Result<Created<ChangePlan>, ApiError> {
        let at = wire::meeting(body.starts_at, body.ends_at, body.room, body.place.as_deref());
        let teachers = body.teachers.as_deref().map(wire::instead);
        let change = Change::MakeUp { session: body.session.0, at, teachers };
        self.make(&caller, key.0.as_ref(), &body, &change).await
    }

    /// Plan not to make up for a session.
    ///
    /// A session that was cancelled and that nothing takes the place of: tells what everybody gets back, which is the part of what they
    /// paid that is for it. Nothing goes back yet.
    #[oai(path = "/refunds", method = "post", operation_id = "course_refund_plan_create")]
    async fn plan_refund(
        &self,
        caller: May<permit::RunClasses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<RefundPlanRequest>,
    ) -> Result<Created<ChangePlan>, ApiError> {
        let change = Change::RefundSession { session: body.session.0 };
        self.make(&caller, key.0.as_ref(), &body, &change).await
    }

    /// Plan to cancel a class.
    ///
    /// 中止: tells what everybody gets back: what is not held of what they paid, which is everything before the class has begun.
    /// With `refund: all` it is everything at any time. Bills that are not paid are called off, and what came in for them goes back.
    /// Nothing is cancelled yet.
    #[oai(path = "/closings", method = "post", operation_id = "course_closing_plan_create")]
    async fn plan_closing(
        &self,
        caller: May<permit::RunClasses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<ClosingPlanRequest>,
    ) -> Result<Created<ChangePlan>, ApiError> {
        let everything = matches!(body.refund, Some(ClosingRefund::All));
        let change = Change::CancelClass { class: body.class.0, reason: body.reason.clone(), everything };
        self.make(&caller, key.0.as_ref(), &body, &change).await
    }

    /// Read a change plan.
    ///
    /// As it was told, and how far it is.
    #[oai(path = "/:id", method = "get", operation_id = "course_change_plan_view")]
    async fn view(
        &self,
        caller: May<permit::RunClasses>,
        id: Path<Ref<kind::ChangePlan>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<ChangePlan>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = change_plan::find(tx, id).await?;
            Ok((found.version, wire::plan(&found)?))
        };
        let (version, told) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(version, have.0.as_deref(), || told))
    }

    /// Carry a change plan out.
    ///
    /// Exactly as it was told, or not at all: refused as outdated when anything is different by now. The change, its rooms and
    /// its letters are one; then the money goes back, and goes on by itself wherever it was cut short. Who cannot be given theirs
    /// stays on the plan with the reason; carrying it out once more tries once more. Twice is once.
    #[oai(path = "/:id/execute", method = "post", operation_id = "course_change_plan_execute")]
    async fn execute(
        &self,
        caller: May<permit::RunClasses>,
        id: Path<Ref<kind::ChangePlan>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<ChangePlan>, ApiError> {
        let (desk, id, now) = (&self.desk, id.0.0, caller.now());
        let scope = caller.scope();
        let told = async |tx: &mut TenantTx| -> Result<Done<ChangePlan>, ApiError> {
            let stands = change_plan::find(tx, id).await?;
            Ok(Done::new(&wire::plan(&stands)?).version(stands.version))
        };
        let begin = async |tx: &mut TenantTx| -> Result<Done<ChangePlan>, ApiError> {
            changes::begin(desk, tx, id, now).await?;
            told(tx).await
        };
        // the key is held against the change alone: how far the money is, is told as it stands
        desk.once(&caller, Some(&key.0), &(), Keep::Durably, begin).await?;
        let steps = changes::pay_back(desk, &scope, id, now).await?;
        changes::settle_rest(desk, &scope, (id, &steps), now).await?;
        desk.db.read(&scope, told).await
    }
}
