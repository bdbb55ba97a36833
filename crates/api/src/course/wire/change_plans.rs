//! Change plans between the wire and the domain.

use ::course::change_plan::{self, Affected, Clash, Meeting, Notice};
use contract::{
    Instant, Ref, Yen,
    course::change_plan::{
        AffectedApplication, AttendanceClash, ChangeKind, ChangeNotice, ChangePlan, ChangePlanState,
    },
};
use db::Fault;
use kernel::ids::kind;

use super::applications::state;

pub fn meeting(starts_at: Instant, ends_at: Instant, room: Option<Ref<kind::Room>>, place: Option<&str>) -> Meeting {
    Meeting {
        starts_at: starts_at.0,
        ends_at: ends_at.0,
        room: room.map(|room| room.0),
        place: place.map(str::to_owned),
    }
}

/// A plan as it was told.
///
/// # Errors
/// A [`Fault`] for a plan that nobody wrote.
pub fn plan(one: &change_plan::ChangePlan) -> Result<ChangePlan, Fault> {
    let plan = one.read()?;
    Ok(ChangePlan {
        id: one.id.into(),
        class: one.class_id.into(),
        kind: match one.kind.as_str() {
            "cancel_session" => ChangeKind::CancelSession,
            "make_up" => ChangeKind::MakeUp,
            "cancel_class" => ChangeKind::CancelClass,
            _ => ChangeKind::MoveSession,
        },
        session: plan.change.session().map(Into::into),
        state: match one.state.as_str() {
            "running" => ChangePlanState::Running,
            "done" => ChangePlanState::Done,
            _ => ChangePlanState::Planned,
        },
        hash: one.plan_hash.clone(),
        refund: Yen(kernel::Yen(plan.affected.iter().map(|one| one.refund).sum())),
        refunds: i32::try_from(plan.owed().count()).unwrap_or(i32::MAX),
        refunds_done: one.done,
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
    })
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
        readers: i32::try_from(one.readers).unwrap_or(i32::MAX),
        subject: one.subject.clone(),
        body: one.body.clone(),
    }
}
