//! Applications: plain translations.

use ::course::{
    application::{self, Applied, Assessed, History, PriceLine},
    rule::{Effect, Met},
    seats::{self, Move, Role},
};
use contract::{
    Yen,
    course::application::{
        CourseApplication, CourseApplicationEvent, CourseApplicationState, CourseChannel, CourseFinding, CourseMove,
        CourseMoves, CoursePerson, CoursePriceLine, CourseRole, FindingEffect, RuleMet,
    },
};
use db::Fault;
use kernel::{Instant, ids::BillId};

use super::fee_kind_of;

pub const fn state(state: seats::State) -> CourseApplicationState {
    match state {
        seats::State::Screening => CourseApplicationState::Screening,
        seats::State::Entered => CourseApplicationState::Entered,
        seats::State::Waitlisted => CourseApplicationState::Waitlisted,
        seats::State::Offered => CourseApplicationState::Offered,
        seats::State::PaymentDue => CourseApplicationState::PaymentDue,
        seats::State::Admitted => CourseApplicationState::Admitted,
        seats::State::Lost => CourseApplicationState::Lost,
        seats::State::Rejected => CourseApplicationState::Rejected,
        seats::State::Declined => CourseApplicationState::Declined,
        seats::State::Expired => CourseApplicationState::Expired,
        seats::State::Withdrawn => CourseApplicationState::Withdrawn,
        seats::State::ClassCancelled => CourseApplicationState::ClassCancelled,
        seats::State::Revoked => CourseApplicationState::Revoked,
    }
}

pub const fn state_kept(asked: CourseApplicationState) -> seats::State {
    match asked {
        CourseApplicationState::Screening => seats::State::Screening,
        CourseApplicationState::Entered => seats::State::Entered,
        CourseApplicationState::Waitlisted => seats::State::Waitlisted,
        CourseApplicationState::Offered => seats::State::Offered,
        CourseApplicationState::PaymentDue => seats::State::PaymentDue,
        CourseApplicationState::Admitted => seats::State::Admitted,
        CourseApplicationState::Lost => seats::State::Lost,
        CourseApplicationState::Rejected => seats::State::Rejected,
        CourseApplicationState::Declined => seats::State::Declined,
        CourseApplicationState::Expired => seats::State::Expired,
        CourseApplicationState::Withdrawn => seats::State::Withdrawn,
        CourseApplicationState::ClassCancelled => seats::State::ClassCancelled,
        CourseApplicationState::Revoked => seats::State::Revoked,
    }
}

pub const fn channel(asked: CourseChannel) -> &'static str {
    match asked {
        CourseChannel::Web => "web",
        CourseChannel::Counter => "counter",
        CourseChannel::Telephone => "telephone",
        CourseChannel::Post => "post",
    }
}

fn channel_of(text: &str) -> CourseChannel {
    match text {
        "counter" => CourseChannel::Counter,
        "telephone" => CourseChannel::Telephone,
        "post" => CourseChannel::Post,
        _ => CourseChannel::Web,
    }
}

pub fn role(asked: Option<CourseRole>) -> Role {
    if asked == Some(CourseRole::Companion) { Role::Companion } else { Role::Participant }
}

pub const fn role_told(role: Role) -> CourseRole {
    match role {
        Role::Participant => CourseRole::Participant,
        Role::Companion => CourseRole::Companion,
    }
}

pub fn findings(one: &Assessed) -> Vec<CourseFinding> {
    let told = |finding: &application::Finding| CourseFinding {
        rule: finding.label.clone(),
        effect: match finding.effect {
            Effect::Block => FindingEffect::Block,
            Effect::Verify => FindingEffect::Verify,
            Effect::Warn => FindingEffect::Warn,
        },
        met: match finding.met {
            Met::No => RuleMet::No,
            Met::Unknown => RuleMet::Unknown,
            Met::Claimed => RuleMet::Claimed,
            Met::Yes => RuleMet::Yes,
        },
    };
    one.findings.iter().map(told).collect()
}

/// A line; `known` says whether the ids of persons are those of persons.
pub fn line(one: &PriceLine, known: bool) -> CoursePriceLine {
    CoursePriceLine {
        fee: one.fee.into(),
        person: one.person.filter(|_| known).map(Into::into),
        kind: fee_kind_of(&one.kind),
        label: one.label.clone(),
        tax_rate: one.tax_rate,
        refundable: one.refundable,
        sessions: one.sessions,
        listed: Yen(kernel::Yen(one.listed)),
        charged: Yen(kernel::Yen(one.charged)),
        rule: one.rule.clone(),
    }
}

/// An application as it stands at a moment.
///
/// # Errors
/// A fault when what is kept cannot be read.
pub fn told(applied: &Applied, bill: Option<BillId>, now: Instant) -> Result<CourseApplication, Fault> {
    let one = &applied.application;
    let assessed = one.assessed();
    let person = |(person, role): &(kernel::ids::PersonId, Role)| {
        let judged = assessed.iter().find(|judged| judged.person == *person);
        CoursePerson {
            person: Some((*person).into()),
            role: role_told(*role),
            tier: judged.and_then(|judged| i32::try_from(judged.tier).ok()),
            findings: judged.map(findings).unwrap_or_default(),
        }
    };
    Ok(CourseApplication {
        id: one.id.into(),
        class: one.class_id.into(),
        window: one.window_id.into(),
        party: one.party_id.to_string(),
        applicant: one.applicant_id.into(),
        units: one.units,
        channel: channel_of(&one.channel),
        received_at: one.received_at.into(),
        receipt_number: one.receipt_number,
        receipt_code: None,
        draw_number: one.draw_number.map(::course::draw::name_of),
        state: state(one.standing(now)?),
        due_at: one.due_at.map(Into::into),
        position: applied.position,
        reason: one.reason.clone(),
        people: applied.people.iter().map(person).collect(),
        lines: one.lines().iter().map(|one| line(one, true)).collect(),
        total: Yen(kernel::Yen(one.total)),
        bill: bill.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    })
}

fn state_named(text: Option<&String>) -> Option<CourseApplicationState> {
    text.and_then(|text| seats::State::parse(text).ok()).map(state)
}

pub fn event(one: &History) -> CourseApplicationEvent {
    CourseApplicationEvent {
        number: one.number,
        kind: one.kind.clone(),
        from: state_named(one.from.as_ref()),
        to: state_named(one.to.as_ref()),
        reason: one.reason.clone(),
        actor: one.actor.clone(),
        at: one.at.into(),
    }
}

pub fn moves(moves: &[Move]) -> CourseMoves {
    let told = |one: &Move| CourseMove {
        application: one.application.into(),
        from: one.from.map(state),
        to: state(one.to),
        due_at: one.due_at.map(Into::into),
    };
    CourseMoves { moves: moves.iter().map(told).collect() }
}
