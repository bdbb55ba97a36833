//! What a change would do, and doing exactly that: sessions, rooms, applications, money and letters, joined.

mod notices;

use std::collections::BTreeMap;

use ::course::{
    change_plan::{self, Affected, Change, Failure, Impact, Money, Plan},
    seats,
    session::{self, SessionDraft, Teaching},
    withdrawal::QuoteLine,
};
use billing::{bill, refund::Reason};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Actor, Instant, Kind, RequestId, Scope, Service, Yen,
    ids::{BillLineId, ChangePlanId, CourseApplicationId, CourseClassId, CourseSessionId, TenantId},
};

use super::{
    lapsing::complain,
    letters::{self, Post, Told},
    moves, refunds, rooms,
};
use crate::{Desk, subject};

/// How many get their money back in one transaction.
const BATCH: usize = 20;

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
    if let (Some(at), Some(of)) = (change.meeting(), &impact.session) {
        let but = matches!(change, Change::MoveSession { .. }).then_some(of.session.id);
        let drafts = [SessionDraft { at: at.when(), people: of.people.iter().map(Teaching::teacher).collect() }];
        rooms::expect_possible(tx, impact.class, &drafts, but, now).await?;
    }
    let letters = notices::to_learners(tx, change, &impact).await?;
    let post = Post::of(desk, tx, &letters).await?;
    let affected = impact.affected(change, &money(tx, &impact).await?, &post.unreached(&letters), now);
    let letters = notices::with_refunds(letters, &affected);
    let drafts = post.drafted(&letters);
    let teaching = notices::to_teachers(tx, change, &impact, now).await?;
    let plan = Plan { change: change.clone(), version: impact.version, affected, notices: drafts };
    Ok(Planned { class: impact.class, plan, letters, post, teaching })
}

/// What there is of the money of everybody whom it is about.
async fn money(tx: &mut TenantTx, impact: &Impact) -> Result<BTreeMap<CourseApplicationId, Money>, ApiError> {
    let ids: Vec<_> = impact.applications().map(|one| one.id.uuid()).collect();
    let bills = bill::find_all_of(tx, subject::COURSE_APPLICATION, &ids).await?;
    Ok(bills.iter().map(|one| (CourseApplicationId::from_uuid(one.subject.id), refunds::money(one))).collect())
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
        Change::MakeUp { session, at } => {
            let missed = session::find(tx, *session, true).await?;
            let draft = SessionDraft { at: at.when(), people: teachers(&missed) };
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

/// Gives back what a plan says, a few applications in each transaction, until everybody has it. It goes on where it stopped. Where
/// one of them cannot be given theirs, the plan says so, and the others get theirs.
///
/// # Errors
/// What keeps all of them from it: the database is away.
pub async fn pay_back(desk: &Desk, scope: &Scope, id: ChangePlanId, now: Instant) -> Result<(), ApiError> {
    let steps = desk.db.read(scope, async |tx: &mut TenantTx| change_plan::steps(tx, id).await).await?;
    loop {
        match take(desk, scope, (id, &steps), BATCH, now).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) if error.refusal.rule.kind == Kind::Busy => return Err(error),
            // one of them cannot be: which one is found by taking them singly
            Err(_) => singly(desk, scope, (id, &steps), now).await?,
        }
    }
}

/// Takes the next steps of a plan, all of them or none, and says whether there are more.
async fn take(
    desk: &Desk,
    scope: &Scope,
    (id, steps): (ChangePlanId, &[Affected]),
    most: usize,
    now: Instant,
) -> Result<bool, ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<bool, ApiError> {
        let Some((kept, owed)) = change_plan::next(tx, id, steps, most).await? else { return Ok(false) };
        for one in owed {
            give_back(tx, one, now).await?;
        }
        Ok(change_plan::step(tx, kept, (owed.len(), steps.len()), now).await?)
    };
    desk.db.tenant(scope, work).await
}

/// Takes as many steps as a batch has, each in a transaction of its own; what fails is noted and passed over.
async fn singly(
    desk: &Desk,
    scope: &Scope,
    (id, steps): (ChangePlanId, &[Affected]),
    now: Instant,
) -> Result<(), ApiError> {
    for _ in 0..BATCH {
        let next = async |tx: &mut TenantTx| change_plan::next(tx, id, steps, 1).await;
        let Some((_, [next, ..])) = desk.db.tenant(scope, next).await? else { return Ok(()) };
        match take(desk, scope, (id, steps), 1, now).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) if error.refusal.rule.kind == Kind::Busy => return Err(error),
            Err(error) => {
                let application = next.application;
                complain(
                    scope.tenant(),
                    &format!("{id} {application}"),
                    &error,
                    "an application is not given back what a plan says",
                );
                let failure = Failure { application, code: error.refusal.rule.code.to_owned() };
                let note = async |tx: &mut TenantTx| change_plan::fail(tx, id, steps, failure.clone(), now).await;
                desk.db.tenant(scope, note).await?;
            }
        }
    }
    Ok(())
}

/// Tries once more to give back what a plan could not.
///
/// # Errors
/// A fault of the database. Whoever cannot be given theirs this time either stays on the plan.
pub async fn settle_rest(desk: &Desk, scope: &Scope, id: ChangePlanId, now: Instant) -> Result<(), ApiError> {
    let left = desk.db.read(scope, async |tx: &mut TenantTx| change_plan::unfinished(tx, id).await).await?;
    if left.is_empty() {
        return Ok(());
    }
    let steps = desk.db.read(scope, async |tx: &mut TenantTx| change_plan::steps(tx, id).await).await?;
    for one in steps.iter().filter(|one| left.contains(&one.application)) {
        let application = one.application;
        let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
            let Some(kept) = change_plan::to_settle(tx, id, application).await? else { return Ok(()) };
            give_back(tx, one, now).await?;
            change_plan::settled(tx, kept, (application, steps.len()), now).await?;
            Ok(())
        };
        match desk.db.tenant(scope, work).await {
            Err(error) if error.refusal.rule.kind == Kind::Busy => return Err(error),
            Err(error) => complain(
                scope.tenant(),
                &format!("{id} {application}"),
                &error,
                "an application is still not given back what a plan says",
            ),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// What a plan says, as far as it has not gone back another way meanwhile.
async fn give_back(tx: &mut TenantTx, one: &Affected, now: Instant) -> Result<(), ApiError> {
    let Some(found) = moves::hold_bill(tx, one.application).await? else { return Ok(()) };
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
            Ok(()) => done += 1,
            Err(error) => complain(tenant, &id.to_string(), &error, "a plan does not go on"),
        }
    }
    Ok(done)
}
