//! Change plans between the wire and the domain.

use ::course::change_plan::{self, Affected, Clash, Failure, Instead, Meeting, Notice};
use contract::{
    Instant, Ref, Yen,
    course::{
        change_plan::{
            AffectedApplication, AttendanceClash, ChangeKind, ChangeNotice, ChangePlan, ChangePlanState, RefundFailure,
        },
        session::SessionTeacherRequest,
    },
};
use db::Fault;
use kernel::ids::kind;

use super::{applications::state, sessions::teachers};

pub fn meeting(starts_at: Instant, ends_at: Instant, room: Option<Ref<kind::Room>>, place: Option<&str>) -> Meeting {
    Meeting {
        starts_at: starts_at.0,
        ends_at: ends_at.0,
        room: room.map(|room| room.0),
        place: place.map(str::to_owned),
    }
}

pub fn instead(named: &[SessionTeacherRequest]) -> Vec<Instead> {
    teachers(named).into_iter().map(Into::into).collect()
}

/// A plan as it was told.
///
/// # Errors
/// A [`Fault`] for a plan that nobody wrote.
pub fn plan(one: &change_plan::ChangePlan) -> Result<ChangePlan, Fault> {
    let (plan, failures) = (one.read()?, one.failures()?);
    let done = usize::try_from(one.done).unwrap_or_default();
    let failed = |of: &Affected| failures.iter().any(|failure| failure.application == of.application);
    let has_theirs = |of: &&Affected| of.refund > 0 && !failed(of);
    Ok(ChangePlan {
        id: one.id.into(),
        class: one.class_id.into(),
        kind: match one.kind.as_str() {
            "cancel_session" => ChangeKind::CancelSession,
            "make_up" => ChangeKind::MakeUp,
            "refund_session" => ChangeKind::RefundSession,
            "cancel_class" => ChangeKind::CancelClass,
            _ => ChangeKind::MoveSession,
        },
        session: plan.change.session().map(Into::into),
        state: match one.state.as_str() {
            "running" => ChangePlanState::Running,
            "unfinished" => ChangePlanState::Unfinished,
            "done" => ChangePlanState::Done,
            _ => ChangePlanState::Planned,
        },
        hash: one.plan_hash.clone(),
        refund: Yen(kernel::Yen(plan.affected.iter().map(|one| one.refund).sum())),
        refunds: count(plan.steps().filter(|one| one.refund > 0).count()),
        refunds_done: count(plan.steps().take(done).filter(has_theirs).count()),
        failures: failures.iter().map(failure).collect(),
        affected: plan.affected.iter().map(affected).collect::<Result<_, _>>()?,
        notices: plan.notices.iter().map(notice).collect(),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    })
}

fn affected(one: &Affected) -> Result<AffectedApplication, Fault> {
    Ok(AffectedApplication {
        application: one.application.into(),
        state: state(::course::seats::State::parse(&one.state)?),
        people: one.people.iter().map(|person| (*person).into()).collect(),
        clashes: one.clashes.iter().map(clash).collect(),
        refund: Yen(kernel::Yen(one.refund)),
        unreached: one.unreached,
    })
}

fn failure(one: &Failure) -> RefundFailure {
    RefundFailure { application: one.application.into(), code: one.code.clone() }
}

fn count(many: usize) -> i32 {
    i32::try_from(many).unwrap_or(i32::MAX)
}

fn clash(one: &Clash) -> AttendanceClash {
    AttendanceClash {
        person: one.person.into(),
        session: one.session.into(),
        class: one.class.into(),
        class_title: one.class_title.clone(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
    }
}

fn notice(one: &Notice) -> ChangeNotice {
    ChangeNotice {
        language: one.language.clone(),
        readers: count(one.readers),
        subject: one.subject.clone(),
        body: one.body.clone(),
    }
}
