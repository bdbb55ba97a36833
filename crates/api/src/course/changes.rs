//! What a change would do, and doing exactly that: sessions, rooms, applications, money and letters, joined.

use std::collections::BTreeMap;

use ::course::{
    application::{self, News},
    change_plan::{self, Affected, Change, Impact, Plan},
    seats,
    session::{self, SessionDraft, SessionWithPeople, Teacher, Teaching},
    withdrawal::{PaidLine, QuoteLine},
};
use billing::{bill, refund::Reason};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Actor, Instant, Locale, RequestId, Scope, Service,
    ids::{BillLineId, ChangePlanId, CourseApplicationId, CourseClassId, CourseSessionId, TenantId},
};
use notice::text::{self, Kind, Values};

use super::{
    letters::{self, Told},
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
}

/// What a change would do now.
///
/// # Errors
/// What the change is refused with: sessions, rooms or teachers that hinder it.
pub async fn planned(desk: &Desk, tx: &mut TenantTx, change: &Change, now: Instant) -> Result<Planned, ApiError> {
    let impact = change_plan::assess(tx, change).await?;
    if let (Some(at), Some(of)) = (change.meeting(), &impact.session) {
        let but = matches!(change, Change::MoveSession { .. }).then_some(of.session.id);
        let drafts = [SessionDraft { at: at.when(), people: teachers(of) }];
        rooms::expect_possible(tx, impact.class, &drafts, but, now).await?;
    }
    let affected = impact.affected(change, &paid(tx, &impact).await?);
    let letters = told(tx, change, &impact).await?;
    let notices = letters::drafted(desk, tx, &letters).await?;
    let plan = Plan { change: change.clone(), version: impact.version, affected, notices };
    Ok(Planned { class: impact.class, plan, letters })
}

fn teachers(of: &SessionWithPeople) -> Vec<Teacher> {
    let role = |role: &str| match role {
        "assistant" => "assistant",
        "substitute" => "substitute",
        _ => "lead",
    };
    let teacher = |Teaching { assignment, .. }: &Teaching| Teacher {
        instructor: assignment.instructor_id,
        role: role(&assignment.role),
        honorarium: assignment.honorarium,
    };
    of.people.iter().map(teacher).collect()
}

/// What was paid by everybody whom it is about.
async fn paid(tx: &mut TenantTx, impact: &Impact) -> Result<BTreeMap<CourseApplicationId, Vec<PaidLine>>, ApiError> {
    let ids: Vec<_> = impact.applications().map(|one| one.id.uuid()).collect();
    let bills = bill::find_all_of(tx, subject::COURSE_APPLICATION, &ids).await?;
    let of = |one: &billing::Bill| (CourseApplicationId::from_uuid(one.subject.id), refunds::paid_lines(Some(one)));
    Ok(bills.iter().map(of).collect())
}

/// The letters of a change, one for each application that it is about.
async fn told(tx: &mut TenantTx, change: &Change, impact: &Impact) -> Result<Vec<Told>, ApiError> {
    let news = application::news(tx, impact.applications().map(|one| one.id).collect()).await?;
    let room = change.meeting().and_then(|at| at.room);
    let room = rooms::names(tx, room).await?.into_values().next();
    let kind = if impact.session.is_some() { Kind::CourseSessionChanged } else { Kind::CourseClassCancelled };
    let about = match (&impact.session, impact.class) {
        (Some(one), _) => format!("{} {}", one.session.id, impact.version),
        (None, class) => format!("{class} {}", impact.version),
    };
    let letter = |one: News| {
        let (change, session, room) = (change.clone(), impact.session.clone(), room.clone());
        let receipt = one.receipt_number;
        Told {
            kind,
            patron: one.applicant,
            of: format!("{} {about}", one.application),
            course: one.course,
            class: one.class,
            says: Box::new(move |locale| says(&change, session.as_ref(), room.as_ref(), receipt, locale)),
            not_before: None,
        }
    };
    Ok(news.into_iter().map(letter).collect())
}

/// What a letter says beside who is addressed, the house and the titles.
fn says(
    change: &Change,
    session: Option<&SessionWithPeople>,
    room: Option<&rooms::Named>,
    receipt: i64,
    locale: Locale,
) -> Values {
    let mut says = Values::from([("receipt_number", receipt.to_string())]);
    let Some(one) = session.map(|one| &one.session) else {
        if let Change::CancelClass { reason, .. } = change {
            says.insert("reason", reason.clone());
        }
        return says;
    };
    let place = |meeting: &change_plan::Meeting| {
        let place = room.map(|room| room.told(locale == Locale::En)).or_else(|| meeting.place.clone());
        place.map(|place| match locale {
            Locale::Ja => format!("（{place}）"),
            Locale::En => format!(" ({place})"),
        })
    };
    let before = text::moment(one.starts_at, locale);
    let told = match (change, locale) {
        (Change::CancelSession { reason, .. }, Locale::Ja) => format!("{before} の回は休講（{reason}）"),
        (Change::CancelSession { reason, .. }, Locale::En) => format!("{before} is cancelled: {reason}"),
        (Change::MoveSession { to: at, .. } | Change::MakeUp { at, .. }, locale) => {
            let (after, place) = (text::moment(at.starts_at, locale), place(at).unwrap_or_default());
            match (change, locale) {
                (Change::MakeUp { .. }, Locale::Ja) => format!("補講を {after}{place} に実施"),
                (Change::MakeUp { .. }, Locale::En) => format!("made up for on {after}{place}"),
                (_, Locale::Ja) => format!("{before} から {after}{place} に変更"),
                (_, Locale::En) => format!("moved from {before} to {after}{place}"),
            }
        }
        (Change::CancelClass { .. }, _) => String::new(),
    };
    says.insert("session", one.number.to_string());
    says.insert("change", told);
    says
}

/// Carries a plan out: the change, its rooms and its letters in this transaction. What goes back follows with [`pay_back`].
/// Carrying it out twice is carrying it out once.
///
/// # Errors
/// `course.change_plan.outdated`, and what the change is refused with.
pub async fn begin(desk: &Desk, tx: &mut TenantTx, id: ChangePlanId, now: Instant) -> Result<(), ApiError> {
    let Some(kept) = change_plan::to_begin(tx, id).await? else { return Ok(()) };
    let plan = kept.read()?;
    if matches!(plan.change, Change::CancelClass { .. }) {
        // bills are locked before the class, as everywhere
        for one in &plan.affected {
            moves::settle_before(tx, one.application, now).await?;
        }
    }
    change_plan::lock(tx, kept.class_id).await?;
    let again = planned(desk, tx, &plan.change, now).await?;
    change_plan::expect_same(&kept, &again.plan)?;
    change(desk, tx, &plan, now).await?;
    if plan.change.session().is_some() {
        letters::write(desk, tx, again.letters, now).await?;
    }
    change_plan::begun(tx, kept, now).await?;
    Ok(())
}

async fn change(desk: &Desk, tx: &mut TenantTx, plan: &Plan, now: Instant) -> Result<(), ApiError> {
    let version = Some(plan.version);
    match &plan.change {
        Change::MoveSession { session, to } => {
            let moved = session::move_to(tx, *session, version, &to.when(), now).await?.after;
            rooms::take(tx, &[moved], now).await?;
        }
        Change::CancelSession { session, reason, .. } => {
            session::cancel(tx, *session, version, reason, now).await?;
            rooms::free(tx, &[*session]).await?;
        }
        Change::MakeUp { session, at } => {
            let missed = session::find(tx, *session, true).await?;
            let draft = SessionDraft { at: at.when(), people: teachers(&missed) };
            let made = session::make_up(tx, *session, draft, now).await?;
            rooms::take(tx, &[made], now).await?;
        }
        Change::CancelClass { class, reason } => {
            let sessions: Vec<CourseSessionId> = session::cancel_all(tx, *class, reason, now).await?;
            rooms::free(tx, &sessions).await?;
            let moved = seats::cancel_class(tx, *class, reason, now).await?;
            moves::follow(desk, tx, &moved, now).await?;
        }
    }
    Ok(())
}

/// Gives back what a plan says, a few applications in each transaction, until everybody has it. It goes on where it stopped.
///
/// # Errors
/// What billing refuses with.
pub async fn pay_back(desk: &Desk, scope: &Scope, id: ChangePlanId, now: Instant) -> Result<(), ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<bool, ApiError> {
        let Some((kept, owed)) = change_plan::next(tx, id, BATCH).await? else { return Ok(false) };
        for one in &owed {
            give_back(tx, one, now).await?;
        }
        Ok(change_plan::step(tx, kept, owed.len(), now).await?.state == "running")
    };
    while desk.db.tenant(scope, work).await? {}
    Ok(())
}

/// What a plan says, as far as it has not gone back another way meanwhile.
async fn give_back(tx: &mut TenantTx, one: &Affected, now: Instant) -> Result<(), ApiError> {
    let Some(found) = bill::find_of(tx, &subject::course_application(one.application)).await? else { return Ok(()) };
    let left: BTreeMap<BillLineId, i64> =
        refunds::paid_lines(Some(&found)).into_iter().map(|line| (line.line, line.amount)).collect();
    let still = |line: &QuoteLine| {
        let refund = line.refund.min(left.get(&line.line).copied().unwrap_or_default());
        QuoteLine { refund, ..line.clone() }
    };
    let lines: Vec<QuoteLine> = one.lines.iter().map(still).filter(|line| line.refund > 0).collect();
    if lines.is_empty() { Ok(()) } else { refunds::give_back(tx, &found, &lines, Reason::Staff, now).await }
}

/// Goes on with what was left over at a tenant. Says with how many plans.
///
/// # Errors
/// What billing refuses with.
pub async fn resume(desk: &Desk, tenant: TenantId) -> Result<usize, ApiError> {
    let (scope, now) = (Scope::assume(tenant, Service::Course, Actor::System, RequestId::random()), desk.clock.now());
    let left = desk.db.read(&scope, async |tx: &mut TenantTx| change_plan::running(tx, ROUND).await).await?;
    for id in &left {
        pay_back(desk, &scope, *id, now).await?;
    }
    Ok(left.len())
}
