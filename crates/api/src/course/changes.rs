//! What a change would do, and doing exactly that: sessions, rooms, applications, money and letters, joined.

mod notices;

use std::collections::BTreeMap;

use ::course::{
    change_plan::{self, Affected, Change, Failure, Impact, Money, Plan},
    seats, session,
    withdrawal::QuoteLine,
};
use billing::{bill, refund::Reason};
use contract::ApiError;
use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Kind, RequestId, Scope, Service, Yen,
    ids::{BillLineId, ChangePlanId, CourseApplicationId, CourseClassId, CourseSessionId, TenantId},
};

use super::{
    letters::{self, OnPaper, Post, Told},
    moves, refunds, rooms,
};
use crate::{Desk, log::complain, subject};

/// Plans of one tenant in one round.
const ROUND: i64 = 20;

/// What a change would do now, with the letters that go with it.
pub struct Planned {
    pub class: CourseClassId,
    pub plan: Plan,
    letters: Vec<Told>,
    post: Post,
    teaching: Vec<Told>,
}

/// What a change would do now.
///
/// # Errors
/// What the change is refused with: sessions, rooms or teachers that hinder it.
pub async fn planned(desk: &Desk, tx: &mut TenantTx, change: &Change, now: Instant) -> Result<Planned, ApiError> {
    let impact = change_plan::assess(tx, change).await?;
    if let Some((of, draft)) = impact.session.as_ref().and_then(|of| Some((of, change.draft(of)?))) {
        let but = matches!(change, Change::MoveSession { .. }).then_some(&of.session);
        rooms::expect_possible(tx, impact.class, &[draft], but, now).await?;
    }
    let letters = notices::to_learners(tx, change, &impact).await?;
    let post = Post::of(desk, tx, &letters).await?;
    let affected = impact.affected(change, &money(tx, &impact).await?, &post.unreached(&letters), now);
    let letters = notices::with_refunds(letters, &affected);
    let drafts = post.drafted(&letters);
    let teaching = notices::to_teachers(tx, change, &impact, now).await?;
    let was_at = impact.session.as_ref().map(|of| of.session.starts_at);
    let plan = Plan { change: change.clone(), version: impact.version, was_at, affected, notices: drafts };
    Ok(Planned { class: impact.class, plan, letters, post, teaching })
}

/// What there is of the money of everybody whom it is about and no other plan gives back. What of it goes back meanwhile waits for the
/// lock of the class, so that no step of another plan is taken between the bills and what plans owe of them.
async fn money(tx: &mut TenantTx, impact: &Impact) -> Result<BTreeMap<CourseApplicationId, Money>, ApiError> {
    change_plan::lock(tx, impact.class).await?;
    let ids: Vec<_> = impact.applications().map(|one| one.id.uuid()).collect();
    let bills = bill::find_all_of(tx, subject::COURSE_APPLICATION, &ids).await?;
    let money = bills.iter().map(|one| (CourseApplicationId::from_uuid(one.subject.id), refunds::money(one)));
    Ok(change_plan::left_of_all(tx, impact.class, money.collect()).await?)
}

/// Carries a plan out: the change, its rooms and its letters in this transaction. Bills that are called off and what goes back follow
/// with [`pay_back`]; whoever pays meanwhile gets it back. Carrying it out twice is carrying it out once.
///
/// # Errors
/// `course.change_plan.outdated`, and what the change is refused with.
pub async fn begin(desk: &Desk, tx: &mut TenantTx, id: ChangePlanId, now: Instant) -> Result<(), ApiError> {
    let Some(kept) = change_plan::to_begin(tx, id).await? else { return Ok(()) };
    let plan = kept.read()?;
    change_plan::lock(tx, kept.class_id).await?;
    let Planned { plan: again, letters, post, teaching, .. } = planned(desk, tx, &plan.change, now).await?;
    change_plan::expect_same(&kept, &again)?;
    change(desk, tx, &plan, now).await?;
    if plan.change.session().is_some() {
        post.send(desk, tx, &notices::of_plan(letters, id), now).await?;
    }
    letters::write(desk, tx, notices::of_plan(teaching, id), now).await?;
    change_plan::begun(tx, kept, &plan, now).await?;
    Ok(())
}

async fn change(desk: &Desk, tx: &mut TenantTx, plan: &Plan, now: Instant) -> Result<(), ApiError> {
    let version = Some(plan.version);
    match &plan.change {
        Change::MoveSession { session, to } => {
            let moved = session::move_to(tx, *session, version, &to.when(), now).await?.after;
            rooms::take(tx, &[moved], now).await?;
        }
        Change::CancelSession { session, reason, refund } => {
            session::cancel(tx, *session, version, (reason, *refund), now).await?;
            rooms::free(tx, &[*session]).await?;
        }
        Change::MakeUp { session, .. } => {
            let draft = plan.change.draft(&session::find(tx, *session, true).await?);
            let draft = draft.ok_or(Fault::Unexpected("what makes up for a session has a time"))?;
            let made = session::make_up(tx, *session, draft, now).await?;
            rooms::take(tx, &[made], now).await?;
        }
        Change::RefundSession { session } => {
            session::give_up(tx, *session, version, now).await?;
        }
        Change::CancelClass { class, reason, .. } => {
            let sessions: Vec<CourseSessionId> = session::cancel_all(tx, *class, reason, now).await?;
            rooms::free(tx, &sessions).await?;
            let moved = seats::cancel_class(tx, *class, &desk.remark(tx.tenant(), reason)?, now).await?;
            let back = plan.affected.iter().map(|one| (one.application, Yen(one.refund))).collect();
            moves::follow_with(desk, tx, &moved, &back, now).await?;
        }
    }
    Ok(())
}

/// What a plan of a class that was carried out told whoever no letter by mail has reached, for paper, in the words of that letter.
///
/// # Errors
/// What the plan is refused with.
pub async fn on_paper(
    desk: &Desk,
    tx: &mut TenantTx,
    (class, id): (CourseClassId, ChangePlanId),
    now: Instant,
) -> Result<BTreeMap<CourseApplicationId, OnPaper>, ApiError> {
    let change_plan::Told { plan, session } = change_plan::told(tx, class, id).await?;
    let about = plan.affected.iter().map(|one| one.application).collect();
    let letters = notices::about(tx, &plan.change, session.as_ref(), about).await?;
    let letters = notices::with_refunds(letters, &plan.affected);
    let letters = if session.is_some() { notices::of_plan(letters, id) } else { letters };
    let unreached = plan.affected.iter().filter(|one| one.unreached).map(|one| one.application).collect();
    letters::posted(desk, tx, &letters, &unreached, now).await
}

/// Gives back what a plan says, each application in a transaction of its own, until everybody has it. It goes on where it stopped, and
/// whoever else goes on with it at the same time takes other steps. Where one of them cannot be given theirs, the plan says so. Says what
/// all of its steps are.
///
/// # Errors
/// What keeps all of them from it: the database is away.
pub async fn pay_back(desk: &Desk, scope: &Scope, id: ChangePlanId, now: Instant) -> Result<Vec<Affected>, ApiError> {
    let (taken, steps) = desk.db.read(scope, async |tx: &mut TenantTx| change_plan::steps(tx, id).await).await?;
    for (at, one) in steps.iter().enumerate().skip(taken) {
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            let Some(kept) = change_plan::turn(tx, id, at).await? else { return Ok(()) };
            give_back(tx, (kept.class_id, one), now).await?;
            Ok(change_plan::step(tx, kept, (1, steps.len()), now).await?)
        };
        if let Err(error) = desk.db.tenant(scope, work).await {
            let failure = failed(scope, (id, one), &error, "an application is not given back what a plan says");
            let failure = failure.ok_or(error)?;
            let note =
                async |tx: &mut TenantTx| change_plan::fail(tx, id, (at, steps.len()), failure.clone(), now).await;
            desk.db.tenant(scope, note).await?;
        }
    }
    Ok(steps)
}

/// Tries once more to give back what a plan of these steps could not.
///
/// # Errors
/// A fault of the database. Whoever cannot be given theirs this time either stays on the plan.
pub async fn settle_rest(
    desk: &Desk,
    scope: &Scope,
    (id, steps): (ChangePlanId, &[Affected]),
    now: Instant,
) -> Result<(), ApiError> {
    let left = desk.db.read(scope, async |tx: &mut TenantTx| change_plan::unfinished(tx, id).await).await?;
    for one in steps.iter().filter(|one| left.contains(&one.application)) {
        let application = one.application;
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            let Some(kept) = change_plan::to_settle(tx, id, application).await? else { return Ok(()) };
            give_back(tx, (kept.class_id, one), now).await?;
            change_plan::settled(tx, kept, (application, steps.len()), now).await?;
            Ok(())
        };
        if let Err(error) = desk.db.tenant(scope, work).await {
            let failure = failed(scope, (id, one), &error, "an application is still not given back what a plan says");
            failure.ok_or(error)?;
        }
    }
    Ok(())
}

/// What is noted of a step that cannot be taken, in the log too; nothing of what keeps all of them from it.
fn failed(
    scope: &Scope,
    (id, step): (ChangePlanId, &Affected),
    error: &ApiError,
    what: &'static str,
) -> Option<Failure> {
    if error.refusal.rule.kind == Kind::Busy {
        return None;
    }
    let application = step.application;
    complain(scope.tenant(), &format!("{id} {application}"), error, what);
    Some(Failure { application, code: error.refusal.rule.code.to_owned() })
}

/// What a plan of a class says, as far as it has not gone back another way meanwhile: while nobody holds its bills against its plans.
async fn give_back(tx: &mut TenantTx, (class, one): (CourseClassId, &Affected), now: Instant) -> Result<(), ApiError> {
    let Some(found) = moves::hold_bill(tx, one.application).await? else { return Ok(()) };
    change_plan::lock(tx, class).await?;
    if one.calls_off {
        moves::call_off(tx, Some(&found), Reason::Staff, now).await?;
    }
    let left: BTreeMap<BillLineId, i64> =
        refunds::paid_lines(Some(&found)).into_iter().map(|line| (line.line, line.amount)).collect();
    let still = |line: &QuoteLine| {
        let refund = line.refund.min(left.get(&line.line).copied().unwrap_or_default());
        QuoteLine { refund, ..line.clone() }
    };
    let lines: Vec<QuoteLine> = one.lines.iter().map(still).filter(|line| line.refund > 0).collect();
    if lines.is_empty() { Ok(()) } else { refunds::give_back(tx, &found, &lines, Reason::Staff, now).await }
}

/// Goes on with what was left over at a tenant. Says with how many plans it came further.
///
/// # Errors
/// A fault of the database. A plan that cannot go on is noted in the log and holds up no other.
pub async fn resume(desk: &Desk, tenant: TenantId) -> Result<usize, ApiError> {
    let (scope, now) = (Scope::assume(tenant, Service::Course, Actor::System, RequestId::random()), desk.clock.now());
    let left = desk.db.read(&scope, async |tx: &mut TenantTx| change_plan::running(tx, ROUND).await).await?;
    let mut done = 0;
    for id in &left {
        match pay_back(desk, &scope, *id, now).await {
            Ok(_) => done += 1,
            Err(error) => complain(tenant, &id.to_string(), &error, "a plan does not go on"),
        }
    }
    Ok(done)
}
