//! One party applies, online or on paper: the same steps for everybody.

use ::course::{
    application::{self, ApplyError, Guide, Participant, ReceiptCode, Wish, assess, snapshot},
    seats::{self, Entry, Role},
};
use contract::{
    ApiError, Created,
    course::application::{
        CourseApplicationRequest, CourseContact, CourseEntryRequest, CourseParticipant, CourseReceipt,
    },
    patron::form::FormAnswers,
};
use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, FeeId, PatronId},
};
use patron::{
    Keys,
    form::{self, Answers, Asked, Subject},
};
use tenancy::Permit;
use uuid::Uuid;

use super::{acts::shown, moves, parties, wire::applications::channel};
use crate::{Desk, May, patron::form_wire};

/// What is asked for, however it came.
pub(super) struct Ask<'a> {
    class: CourseClassId,
    window: Option<ApplicationWindowId>,
    people: &'a [CourseParticipant],
    options: Vec<FeeId>,
    splittable: bool,
    patron: Option<PatronId>,
    contact: Option<&'a CourseContact>,
    channel: &'static str,
    received_at: Instant,
    seat_because: Option<&'a str>,
    answers: Option<&'a FormAnswers>,
    now: Instant,
}

impl<'a> Ask<'a> {
    pub(super) fn online(asked: &'a CourseApplicationRequest, now: Instant) -> Self {
        Self {
            class: asked.class.0,
            window: asked.window.map(|window| window.0),
            people: &asked.people,
            options: asked.options.iter().flatten().map(|fee| fee.0).collect(),
            splittable: asked.splittable.unwrap_or(false),
            patron: asked.patron.map(|patron| patron.0),
            contact: asked.contact.as_ref(),
            channel: "web",
            received_at: now,
            seat_because: None,
            answers: asked.answers.as_ref(),
            now,
        }
    }

    /// # Errors
    /// `course.application.received_ahead`.
    pub(super) fn on_paper(asked: &'a CourseEntryRequest, now: Instant) -> Result<Self, ApplyError> {
        let received_at = asked.received_at.map_or(now, |at| at.0);
        if received_at > now {
            return Err(ApplyError::ReceivedAhead);
        }
        Ok(Self {
            class: asked.class.0,
            window: asked.window.map(|window| window.0),
            people: &asked.people,
            options: asked.options.iter().flatten().map(|fee| fee.0).collect(),
            splittable: asked.splittable.unwrap_or(false),
            patron: asked.patron.map(|patron| patron.0),
            contact: asked.contact.as_ref(),
            channel: channel(asked.channel),
            received_at,
            seat_because: asked.seat_because.as_deref(),
            answers: asked.answers.as_ref(),
            now,
        })
    }
}

/// Applies: everybody is known or entered, held against the rules, and given a place by the rules of places; each
/// application with its number, its code, its answers and what follows from the moves.
pub(super) async fn place<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    ask: &Ask<'_>,
) -> Result<Created<CourseReceipt>, ApiError> {
    let kept = parties::keys(desk, caller)?;
    let (keys, now) = (parties::lent(&kept), ask.now);
    parties::expect_own(tx, caller, ask.people).await?;
    let guide = application::guide(tx, ask.class, caller.of_the_house(), now).await?;
    let applicant = parties::applicant(tx, keys, caller, (ask.patron, ask.contact), now).await?;
    let people = parties::entered(tx, keys, caller, ask.people, guide.facts_on, now).await?;
    let households = parties::households(tx, &guide, &people).await?;
    let (party, mut made, mut moved) = (Uuid::new_v4(), Vec::new(), Vec::new());
    for group in groups(people, ask.splittable) {
        let (entry, code) = entry(&guide, ask, (party, applicant), &group, &households)?;
        let applied = seats::apply(tx, &entry, now).await?;
        answered(tx, keys, &guide, applied.application, ask).await?;
        made.push((applied.application, code));
        moved.extend(applied.moves);
    }
    moves::follow(desk, tx, &moved, now).await?;
    let mut applications = Vec::with_capacity(made.len());
    for (id, code) in &made {
        let mut told = {
            let found = application::find(tx, *id).await?;
            shown(tx, &found, now).await?
        };
        told.receipt_code = Some(code.expose().to_owned());
        applications.push(told);
    }
    let at = made.first().map(|(id, _)| format!("/v1/course/applications/{id}")).unwrap_or_default();
    Ok(Created::new(&CourseReceipt { applications }).at(at))
}

/// A family that may be split is one application for each who learns; who comes along goes with the first.
fn groups(people: Vec<Participant>, splittable: bool) -> Vec<Vec<Participant>> {
    if !splittable {
        return vec![people];
    }
    let (learn, along): (Vec<_>, Vec<_>) = people.into_iter().partition(|one| one.role == Role::Participant);
    let mut groups: Vec<Vec<Participant>> = learn.into_iter().map(|one| vec![one]).collect();
    match groups.first_mut() {
        Some(first) => first.extend(along),
        None => groups.push(along),
    }
    groups
}

fn entry(
    guide: &Guide,
    ask: &Ask<'_>,
    (party, applicant): (Uuid, PatronId),
    people: &[Participant],
    households: &[Uuid],
) -> Result<(Entry, ReceiptCode), ApiError> {
    let found = assess(
        guide,
        &Wish {
            window: ask.window,
            people,
            options: &ask.options,
            received_at: ask.received_at,
            seated_by_staff: ask.seat_because.is_some(),
        },
    )?;
    let code = ReceiptCode::random()?;
    let entry = Entry {
        class: ask.class,
        window: found.window,
        party,
        applicant,
        units: found.units,
        people: people.iter().map(|one| (one.person, one.role)).collect(),
        way: found.way,
        reason: ask.seat_because.map(str::to_owned),
        channel: ask.channel,
        received_at: ask.received_at,
        receipt_code_hash: code.hash(),
        facts: snapshot(&found, people, households),
        price: serde_json::to_value(&found.lines).map_err(|_| Fault::Unexpected("a price can be written"))?,
        total: found.total,
        form_version: guide.class.form_version_id.map(|version| version.uuid()),
    };
    Ok((entry, code))
}

/// Keeps the answers to the form of the class, if it asks for any: every fault at once.
async fn answered(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    guide: &Guide,
    id: CourseApplicationId,
    ask: &Ask<'_>,
) -> Result<(), ApiError> {
    let Some(version) = guide.class.form_version_id else { return Ok(()) };
    let given = ask.answers.map_or(&[][..], |answers| &answers.answers);
    let answers: Answers = form_wire::answers(given)?;
    let subject = Subject { kind: crate::subject::COURSE_APPLICATION, id: id.uuid() };
    form::answer(tx, keys, version, &Asked { subject, person: None }, &answers, ask.now).await?;
    Ok(())
}
