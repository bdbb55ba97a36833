//! One party applies, online or on paper: the same steps for everybody.

use std::collections::{BTreeMap, BTreeSet};

use ::course::{
    application::{self, ApplyError, Guide, Part, Participant, ReceiptCode, Snapshot, Wish, judge},
    seats::{self, Entry, SeatError},
};
use contract::{
    ApiError, Created,
    course::application::{
        CourseApplicationRequest, CourseContact, CourseEntryRequest, CourseParticipant, CourseReceipt,
    },
    patron::form::FormAnswers,
};
use db::{Remark, TenantTx};
use kernel::{
    Instant, Refuse,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, FeeId, FormVersionId, PatronId, PersonId},
};
use patron::{
    form::{self, AnswerError, Answers, Asked, Subject},
    newcomer, standing,
};
use tenancy::Permit;
use uuid::Uuid;

use super::{
    super::{
        applicants,
        parties::{self, Party},
    },
    acts::told,
    moves,
    wire::applications::channel,
};
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
    /// By whoever applies, not by the staff who has a paper before them.
    online: bool,
    received_at: Instant,
    seat_because: Option<&'a str>,
    despite_suspension: Option<&'a str>,
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
            online: true,
            received_at: now,
            seat_because: None,
            despite_suspension: None,
            answers: asked.answers.as_ref(),
            now,
        }
    }

    fn wish<'w>(&'w self, people: &'w [Participant]) -> Wish<'w> {
        Wish {
            window: self.window,
            people,
            options: &self.options,
            received_at: self.received_at,
            seated_by_staff: self.seat_because.is_some(),
            splittable: self.splittable,
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
            online: false,
            received_at,
            seat_because: asked.seat_because.as_deref(),
            despite_suspension: asked.despite_suspension.as_deref(),
            answers: asked.answers.as_ref(),
            now,
        })
    }
}

/// Applies: the party is read and held against the rules before anything of it is kept; then whoever nobody knows is entered, and
/// each application is given a place by the rules of places, with its number, its code, its answers and what follows.
pub(super) async fn place<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    ask: &Ask<'_>,
) -> Result<Created<CourseReceipt>, ApiError> {
    let kept = parties::keys(desk, caller)?;
    let (keys, now) = (parties::lent(&kept), ask.now);
    parties::expect_own(tx, keys, caller, ask.people).await?;
    let guide = application::guide(tx, ask.class, caller.of_the_house(), ask.received_at).await?;
    parties::hold(tx, ask.people).await?;
    let contact = applicants::contact_of(caller, (ask.patron, ask.contact));
    let party = parties::read(tx, keys, caller, ask.people, (&guide, true), now).await;
    let (party, contact) = applicants::both(party, contact)?;
    let mut parts = judge(&guide, &ask.wish(&party.people))?.accepted()?;
    newcomer::hold(tx, keys, &party.newcomers, &party.known()).await?;
    let alike = parties::alike(tx, keys, &guide, &party).await?;
    if ask.online {
        alike.expect_told(caller, &party)?;
    }
    alike.note(parts.iter_mut().map(|(_, part)| &mut part.assessment));
    let persons = party.people.iter().map(|one| one.person);
    let answers = answers(tx, &guide, ask.answers, persons.zip(ask.people)).await?;
    let applicant = applicants::applicant(tx, keys, caller, (ask.patron, contact), now).await?;
    let suspended = standing::expect_served(tx, applicant, ask.despite_suspension.is_some(), now).await?;
    let households = parties::households(tx, &party, applicant).await?;
    application::expect_household(tx, &guide, &making(parts.iter().map(|(_, part)| part), &households)).await?;
    newcomer::enter(tx, keys, &party.newcomers, (applicant, parties::hand(caller)), now).await?;
    let (mut entries, mut given, mut moved) = (Vec::with_capacity(parts.len()), Vec::new(), Vec::new());
    let together = Uuid::new_v4();
    for (window, part) in &parts {
        let (mut entry, code) = entry(&guide, ask, (together, applicant), (*window, part), &households)?;
        entry.known_as = others(part, &party.known_as);
        entry.reason = ask.seat_because.map(|text| Remark::new(text, keys.seal));
        entry.despite = ask.despite_suspension.filter(|_| suspended).map(|text| Remark::new(text, keys.seal));
        entry.snapshot = Some(Snapshot::of(&guide, part).seal(keys.seal, tx.tenant(), entry.id)?);
        given.extend(answers.iter().flat_map(|answers| answers.of(entry.id, part)));
        entries.push((entry, code));
    }
    if let Some(answers) = &answers {
        form::answer_all(tx, keys, answers.version, &given, now).await?;
    }
    // from here on everybody else who applies waits
    for ((_, part), (entry, _)) in parts.iter().zip(&entries) {
        let applied = seats::apply(tx, entry, now).await;
        let applied = applied.map_err(|error| of_part(guide.with_the_next_window(error, now), ask, &party, part))?;
        moved.extend(applied.moves);
    }
    let made: Vec<_> = entries.into_iter().map(|(entry, code)| (entry.id, code)).collect();
    moves::follow(desk, tx, &moved, now).await?;
    receipt(desk, tx, caller, &made).await
}

/// What is refused of a family that may be split says of whom, so that the others may be asked for again.
fn of_part(error: SeatError, ask: &Ask<'_>, party: &Party, part: &Part) -> ApiError {
    let first = part.people.first().map(|one| one.person);
    match party.people.iter().position(|one| Some(one.person) == first) {
        Some(at) if ask.splittable && matches!(error, SeatError::Full(_)) => {
            ApiError::of(error.refusal().within(&format!("/people/{at}")))
        }
        _ => error.into(),
    }
}

/// Ids of whoever was merged into the people of an application.
fn others(part: &Part, known_as: &BTreeMap<PersonId, PersonId>) -> Vec<PersonId> {
    let of = |left: &PersonId| part.people.iter().any(|one| one.person == *left);
    known_as.iter().filter(|(id, left)| id != left && of(left)).map(|(id, _)| *id).collect()
}

/// How many applications each household is about to make.
pub(super) fn making<'p>(
    parts: impl IntoIterator<Item = &'p Part>,
    households: &BTreeMap<PersonId, Uuid>,
) -> BTreeMap<Uuid, i64> {
    let mut found: BTreeMap<Uuid, i64> = BTreeMap::new();
    for part in parts {
        for household in of(part, households) {
            let count = found.entry(household).or_default();
            *count = count.saturating_add(1);
        }
    }
    found
}

/// The households of one application.
fn of(part: &Part, households: &BTreeMap<PersonId, Uuid>) -> BTreeSet<Uuid> {
    part.people.iter().filter_map(|one| households.get(&one.person).copied()).collect()
}

/// What a party answered to the form of its class.
pub(super) struct Answered {
    version: FormVersionId,
    common: Answers,
    /// By the person, where the form asks anything for each.
    each: BTreeMap<PersonId, Answers>,
}

/// What is answered to the form of the class, if it asks for anything: found possible before anybody is entered, with every fault
/// of one set of answers at once.
///
/// # Errors
/// `patron.answers.rejected`.
pub(super) async fn answers(
    tx: &mut TenantTx,
    guide: &Guide,
    given: Option<&FormAnswers>,
    people: impl Iterator<Item = (PersonId, &CourseParticipant)>,
) -> Result<Option<Answered>, ApiError> {
    let Some(id) = guide.class.form_version_id else { return Ok(None) };
    let version = form::version(tx, id).await?;
    let checked = |given: Option<&FormAnswers>, per_person: bool, part: String| -> Result<Answers, ApiError> {
        let given = given.map_or(&[][..], |answers| &answers.answers);
        let wrong = |error: AnswerError| form_wire::placed(error, given, &part);
        let answers = form_wire::answers(given).map_err(wrong)?;
        form::checked(&version.asked(per_person), &answers).map_err(AnswerError::Answers).map_err(wrong)
    };
    let common = checked(given, false, "/answers/answers".to_owned())?;
    let mut each = BTreeMap::new();
    let asks_each = !version.asked(true).is_empty();
    for (at, (person, one)) in people.enumerate() {
        let learns = parties::learns(one) && asks_each;
        if learns || one.answers.is_some() {
            each.insert(person, checked(one.answers.as_ref(), true, format!("/people/{at}/answers/answers"))?);
        }
    }
    Ok(Some(Answered { version: id, common, each }))
}

impl Answered {
    /// What was answered for one application, and for whom of it.
    fn of(&self, application: CourseApplicationId, part: &Part) -> Vec<(Asked, Answers)> {
        let subject = Subject { kind: crate::subject::COURSE_APPLICATION, id: application.uuid() };
        let asked = |person| Asked { subject: subject.clone(), person };
        let each = part.people.iter().filter_map(|one| Some((Some(one.person), self.each.get(&one.person)?)));
        let all = std::iter::once((None, &self.common)).chain(each);
        all.map(|(person, answers)| (asked(person), answers.clone())).collect()
    }
}

fn entry(
    guide: &Guide,
    ask: &Ask<'_>,
    (party, applicant): (Uuid, PatronId),
    (window, part): (ApplicationWindowId, &Part),
    households: &BTreeMap<PersonId, Uuid>,
) -> Result<(Entry, ReceiptCode), ApiError> {
    let code = ReceiptCode::random()?;
    let found = &part.assessment;
    let entry = Entry {
        id: CourseApplicationId::new(ask.now),
        class: ask.class,
        window,
        party,
        applicant,
        units: found.units,
        people: part.people.iter().map(|one| (one.person, one.role)).collect(),
        known_as: Vec::new(),
        households: of(part, households).into_iter().collect(),
        way: found.way,
        reason: None,
        despite: None,
        channel: ask.channel,
        received_at: ask.received_at,
        receipt_code_hash: code.hash(),
        tier: i32::try_from(found.tier).unwrap_or(i32::MAX),
        to_verify: found.to_verify(),
        snapshot: None,
        price: application::kept_price(&found.lines)?,
        total: found.total,
        form_version: guide.class.form_version_id.map(|version| version.uuid()),
    };
    Ok((entry, code))
}

/// What everybody takes home: each application as it stands, with its code; however many there are, in as many statements.
async fn receipt<P: Permit>(
    desk: &Desk,
    tx: &mut TenantTx,
    caller: &May<P>,
    made: &[(CourseApplicationId, ReceiptCode)],
) -> Result<Created<CourseReceipt>, ApiError> {
    let keys = parties::keys(desk, caller)?;
    let ids: Vec<CourseApplicationId> = made.iter().map(|(id, _)| *id).collect();
    let bills = moves::bills_of(tx, &ids).await?;
    let found = application::find_with_people(tx, ids).await?;
    let mut applications = Vec::with_capacity(made.len());
    for (id, code) in made {
        let one = found.iter().find(|one| one.application.id == *id).ok_or(ApplyError::Absent)?;
        let mut told = told(&keys, caller, one, bills.get(id).copied())?;
        told.receipt_code = Some(code.expose().to_owned());
        applications.push(told);
    }
    let at = made.first().map(|(id, _)| format!("/v1/course/applications/{id}")).unwrap_or_default();
    Ok(Created::new(&CourseReceipt { applications }).at(at))
}
