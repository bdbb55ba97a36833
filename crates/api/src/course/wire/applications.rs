//! Applications: plain translations.

use ::course::{
    application::{Applied, Assessed, Becomes, Finding, History, PriceLine, Snapshot},
    rule::{Effect, Met},
    screening::Screening,
    seats::{self, Move, Role},
};
use contract::{
    Yen,
    course::application::{
        CourseApplication, CourseApplicationEvent, CourseApplicationState, CourseChannel, CourseFinding, CourseMove,
        CourseMoves, CourseObstacle, CourseOutcome, CoursePerson, CoursePriceLine, CourseRole, CourseScreening,
        FindingEffect, RuleMet,
    },
    problem::FieldFault,
};
use db::Fault;
use kernel::{
    Instant, Refusal, SealKey,
    ids::{BillId, CourseApplicationId, TenantId},
};
use poem_openapi::types::ParseFromJSON;
use serde_json::Value;

use super::fee_kind_of;
use crate::caller::Language;

/// States are called alike here and there.
macro_rules! states {
    ($($name:ident),+) => {
        pub const fn state(state: seats::State) -> CourseApplicationState {
            match state {
                $(seats::State::$name => CourseApplicationState::$name,)+
            }
        }

        pub const fn state_kept(asked: CourseApplicationState) -> seats::State {
            match asked {
                $(CourseApplicationState::$name => seats::State::$name,)+
            }
        }
    };
}

states!(
    Screening,
    Entered,
    Waitlisted,
    Offered,
    PaymentDue,
    Admitted,
    Lost,
    Rejected,
    Declined,
    Expired,
    Withdrawn,
    ClassCancelled,
    Revoked
);

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

fn finding(finding: &Finding) -> CourseFinding {
    CourseFinding {
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
    }
}

/// Rules that somebody does not simply meet.
pub fn findings(one: &Assessed) -> Vec<CourseFinding> {
    one.findings().map(finding).collect()
}

/// Every rule.
pub fn rules(one: &Assessed) -> Vec<CourseFinding> {
    one.rules.iter().map(finding).collect()
}

pub fn tier(tier: usize) -> i32 {
    i32::try_from(tier).unwrap_or(i32::MAX)
}

/// What would become of one application; none of a party is made when something stands against it.
pub const fn outcome(of: Becomes, may_apply: bool) -> CourseOutcome {
    match of {
        _ if !may_apply => CourseOutcome::Refused,
        Becomes::Seated => CourseOutcome::Seated,
        Becomes::Offered => CourseOutcome::Offered,
        Becomes::Waits { .. } => CourseOutcome::Waitlisted,
        Becomes::Entered => CourseOutcome::Entered,
        Becomes::Screened => CourseOutcome::Screening,
        Becomes::Refused => CourseOutcome::Refused,
    }
}

pub const fn position(of: Becomes) -> Option<i64> {
    match of {
        Becomes::Waits { position } => Some(position),
        _ => None,
    }
}

/// Refusals as a preview tells them, in the language of whoever asks.
pub fn obstacles(refused: &[Refusal], language: Language) -> Vec<CourseObstacle> {
    let told = |one: &Refusal| {
        let fact = |name: &str| one.facts.get(name);
        let moment = |name: &str| fact(name).and_then(|at| contract::Instant::parse_from_json(Some(at.clone())).ok());
        let errors = fact("errors").and_then(Value::as_array).map(|errors| errors.iter().map(fault).collect());
        CourseObstacle {
            code: one.rule.code.to_owned(),
            detail: if language == Language::English { one.rule.en } else { one.rule.ja }.to_owned(),
            opens_at: moment("opens_at"),
            until: moment("until"),
            most: fact("most").and_then(Value::as_i64),
            errors,
        }
    };
    refused.iter().map(told).collect()
}

fn fault(error: &Value) -> FieldFault {
    let text = |name: &str| error.get(name).and_then(Value::as_str).map(str::to_owned);
    FieldFault {
        pointer: text("pointer"),
        parameter: None,
        header: None,
        question: text("question"),
        code: text("code").unwrap_or_default(),
        detail: text("detail").unwrap_or_default(),
    }
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

/// An application as it stands at a moment, with what it was judged by and why; to the house with whom somebody may be the same as.
///
/// # Errors
/// A fault when what is kept cannot be read.
pub fn told(
    applied: &Applied,
    (seen, reason): (&Snapshot, Option<String>),
    bill: Option<BillId>,
    (house, now): (bool, Instant),
) -> Result<CourseApplication, Fault> {
    let one = &applied.application;
    let person = |(person, role): &(kernel::ids::PersonId, Role)| {
        let judged = seen.assessed(*person);
        let alike = judged.map(|judged| judged.alike.as_slice()).unwrap_or_default();
        CoursePerson {
            person: Some((*person).into()),
            role: role_told(*role),
            tier: judged.and_then(|judged| i32::try_from(judged.tier).ok()),
            findings: judged.map(findings).unwrap_or_default(),
            rules: None,
            possible_duplicates: (house && !alike.is_empty()).then(|| alike.iter().map(|id| (*id).into()).collect()),
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
        reason,
        people: applied.people.iter().map(person).collect(),
        to_verify: house.then_some(one.to_verify),
        lines: one.lines().iter().map(|one| line(one, true)).collect(),
        total: Yen(kernel::Yen(one.total)),
        form_version: one.form_version_id.map(Into::into),
        join_url: applied.join_url.clone(),
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

/// # Errors
/// A fault when what is kept cannot be read.
pub fn screening(one: &Screening, (key, tenant): (&SealKey, TenantId)) -> Result<CourseScreening, Fault> {
    let told = |ids: &[CourseApplicationId]| ids.iter().map(|id| (*id).into()).collect();
    let choices = one.choices(key, tenant)?;
    Ok(CourseScreening {
        class: one.class_id.into(),
        admit: told(&choices.admit),
        wait: told(&choices.wait),
        reject: told(&choices.reject),
        reason: choices.reason.map(|reason| reason.text().to_owned()),
        prepared_at: one.prepared_at.into(),
        released_at: one.released_at.map(Into::into),
        version: one.version,
    })
}
