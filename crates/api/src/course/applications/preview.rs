//! What would become of an application: the same steps as applying, with everything that stands against it told at once.

use ::course::{
    application::{self, ApplyError, Becomes, Guide, Judgement, Part, Wish, judge},
    seats::SeatError,
};
use contract::{
    ApiError, Done, Yen,
    course::application::{CourseHouseholdUse, CoursePerson, CoursePreview, CoursePreviewPart, CoursePreviewRequest},
};
use db::TenantTx;
use kernel::{
    Actor, Refusal, Refuse,
    ids::{PatronId, PersonId},
};
use patron::standing::{self, StandingError};
use tenancy::Permit;

use super::{
    super::parties::{self, Party},
    place::{answers, making},
    wire::applications as wire,
};
use crate::{Desk, May};

/// # Errors
/// What nobody can be asked for: a window or an option that the class does not have, people that are not there or not one's own.
pub(super) async fn preview<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    asked: &CoursePreviewRequest,
) -> Result<Done<CoursePreview>, ApiError> {
    let kept = parties::keys(desk, caller)?;
    let (keys, now) = (parties::lent(&kept), caller.now());
    parties::expect_own(tx, keys, caller, &asked.people).await?;
    let guide = application::guide(tx, asked.class.0, caller.of_the_house(), now).await?;
    let party = parties::read(tx, keys, caller, &asked.people, (&guide, false), now).await?;
    let options: Vec<_> = asked.options.iter().flatten().map(|fee| fee.0).collect();
    let wish = Wish {
        window: asked.window.map(|window| window.0),
        people: &party.people,
        options: &options,
        received_at: now,
        seated_by_staff: false,
        splittable: asked.splittable.unwrap_or(false),
    };
    let judgement = judge(&guide, &wish)?;
    let mut refused: Vec<Refusal> =
        judgement.obstacles.iter().cloned().map(|one| ApplyError::from(one).refusal()).collect();
    let applied = already_applied(tx, &guide, &party).await?;
    if !applied.is_empty() {
        refused.push(SeatError::AlreadyApplied(applied.clone()).refusal());
    }
    let alike = parties::alike(tx, keys, &guide, &party).await?;
    refused.extend(alike.expect_told(caller, &party).err().map(|error| error.refusal()));
    if let Some(known) = named(caller, asked) {
        match standing::expect_served(tx, known, false, now).await {
            Ok(_) => {}
            Err(StandingError::Fault(fault)) => return Err(fault.into()),
            Err(error) => refused.push(error.refusal()),
        }
    }
    let household = household(tx, &guide, &party, &judgement, applicant(caller, asked)).await?;
    refused.extend(household.and_then(|used| used.expect().err()).map(|error| error.refusal()));
    if asked.answers.is_some() || asked.people.iter().any(|one| one.answers.is_some()) {
        let people = party.people.iter().map(|one| one.person).zip(&asked.people);
        refused.extend(answers(tx, &guide, asked.answers.as_ref(), people).await.err().map(|error| error.refusal));
    }
    let (outcomes, closed) = application::outlook(tx, &guide, &judgement.parts, now).await?;
    refused.extend(closed.iter().map(Refuse::refusal));
    let may_apply = refused.is_empty();
    Ok(Done::new(&CoursePreview {
        may_apply,
        obstacles: wire::obstacles(&refused, caller.language()),
        already_applied: applied.into_iter().map(Into::into).collect(),
        household: household.map(|used| CourseHouseholdUse { active: used.active, most: used.most.into() }),
        ..told(&party, &judgement.parts, &outcomes, may_apply)
    }))
}

/// The patron whose application it would be.
fn named<P: Permit>(caller: &May<P>, asked: &CoursePreviewRequest) -> Option<PatronId> {
    match caller.actor() {
        Actor::Patron(patron) => Some(*patron),
        Actor::Guest(_) => None,
        _ => asked.patron.map(|patron| patron.0),
    }
}

/// Whose application it would be; of whoever is kept only when they apply, an id that nobody has.
fn applicant<P: Permit>(caller: &May<P>, asked: &CoursePreviewRequest) -> PatronId {
    named(caller, asked).unwrap_or_else(|| PatronId::new(caller.now()))
}

async fn already_applied(tx: &mut TenantTx, guide: &Guide, party: &Party) -> Result<Vec<PersonId>, ApiError> {
    Ok(application::already_applied(tx, guide, &party.known_as).await?)
}

async fn household(
    tx: &mut TenantTx,
    guide: &Guide,
    party: &Party,
    judgement: &Judgement,
    applicant: PatronId,
) -> Result<Option<application::HouseholdUse>, ApiError> {
    let households = parties::households(tx, party, applicant).await?;
    Ok(application::household_use(tx, guide, &making(&judgement.parts, &households)).await?)
}

/// What the rules make of a party; without what stands against it.
fn told(party: &Party, parts: &[Part], outcomes: &[Becomes], may_apply: bool) -> CoursePreview {
    let judged = |id: PersonId| parts.iter().flat_map(|part| &part.assessment.people).find(|one| one.person == id);
    let person = |one: &application::Participant| CoursePerson {
        person: party.knows(one.person).then(|| one.person.into()),
        role: wire::role_told(one.role),
        tier: judged(one.person).and_then(|judged| i32::try_from(judged.tier).ok()),
        findings: judged(one.person).map(wire::findings).unwrap_or_default(),
        rules: judged(one.person).map(wire::rules),
        possible_duplicates: None,
    };
    let place = |id: PersonId| party.people.iter().position(|one| one.person == id);
    let part = |(part, outcome): (&Part, &Becomes)| CoursePreviewPart {
        people: part.people.iter().filter_map(|one| i32::try_from(place(one.person)?).ok()).collect(),
        window: part.assessment.window.map(Into::into),
        units: part.assessment.units,
        tier: wire::tier(part.assessment.tier),
        total: Yen(kernel::Yen(part.assessment.total)),
        outcome: wire::outcome(*outcome, may_apply),
        position: wire::position(*outcome).filter(|_| may_apply),
    };
    let all = || parts.iter().map(|part| &part.assessment);
    let lines = all().flat_map(|of| &of.lines);
    CoursePreview {
        may_apply,
        obstacles: Vec::new(),
        window: parts.first().and_then(|part| part.assessment.window).map(Into::into),
        units: all().fold(0_i32, |sum, of| sum.saturating_add(of.units)),
        tier: wire::tier(all().map(|of| of.tier).max().unwrap_or_default()),
        people: party.people.iter().map(person).collect(),
        lines: lines.map(|one| wire::line(one, one.person.is_some_and(|id| party.knows(id)))).collect(),
        total: Yen(kernel::Yen(all().fold(0_i64, |sum, of| sum.saturating_add(of.total)))),
        parts: parts.iter().zip(outcomes).map(part).collect(),
        already_applied: Vec::new(),
        household: None,
    }
}
