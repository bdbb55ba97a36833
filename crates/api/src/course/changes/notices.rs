//! The letters of a change: to whoever applied, and to whoever teaches.

use std::collections::BTreeMap;

use ::course::{
    application::{self, News},
    change_plan::{Affected, Change, Impact, Meeting},
    instructor,
    session::SessionWithPeople,
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Locale, Yen,
    ids::{ChangePlanId, CourseApplicationId},
};
use notice::text::{self, Kind, Values};

use crate::course::{letters::Told, rooms};

/// The letters of a change, one for each application that it is about.
pub async fn to_learners(tx: &mut TenantTx, change: &Change, impact: &Impact) -> Result<Vec<Told>, ApiError> {
    about(tx, change, impact.session.as_ref(), impact.applications().map(|one| one.id).collect()).await
}

/// The letters of a change of a session, or of the class itself, to these applications.
pub async fn about(
    tx: &mut TenantTx,
    change: &Change,
    session: Option<&SessionWithPeople>,
    applications: Vec<CourseApplicationId>,
) -> Result<Vec<Told>, ApiError> {
    let news = application::news(tx, applications).await?;
    let room = room_of(tx, change).await?;
    let kind = if session.is_some() { Kind::CourseSessionChanged } else { Kind::CourseClassCancelled };
    let letter = |one: News| {
        let (change, session, room) = (change.clone(), session.cloned(), room.clone());
        let (receipt, join_url) = (one.receipt_number, one.join_url.clone());
        let of = match session {
            Some(_) => one.application.to_string(),
            // the end of a class is told as the move of the application
            None => format!("{} {}", one.application, one.version),
        };
        Told {
            kind,
            patron: one.applicant,
            application: Some(one.application),
            learners: one.learners,
            of,
            course: one.course,
            class: one.class,
            says: Box::new(move |locale| {
                let mut says = says(&change, session.as_ref(), room.as_ref(), locale);
                says.insert("receipt_number", receipt.to_string());
                says.extend(join_url.clone().map(|url| ("join_url", url)));
                says
            }),
            not_before: None,
            not_after: None,
        }
    };
    Ok(news.into_iter().map(letter).collect())
}

/// The same letters, each with what goes back.
pub fn with_refunds(letters: Vec<Told>, affected: &[Affected]) -> Vec<Told> {
    let back: BTreeMap<CourseApplicationId, i64> = affected.iter().map(|one| (one.application, one.refund)).collect();
    let with = |one: Told| {
        let refund = one.application.and_then(|id| back.get(&id)).copied().filter(|refund| *refund > 0);
        let Some(refund) = refund else { return one };
        let before = one.says;
        let says = Box::new(move |locale| {
            let mut says = before(locale);
            says.insert("refund", text::money(Yen(refund), locale));
            says
        });
        Told { says, ..one }
    };
    letters.into_iter().map(with).collect()
}

/// The same letters of a plan that is carried out: a plan is told once.
pub fn of_plan(letters: Vec<Told>, plan: ChangePlanId) -> Vec<Told> {
    letters.into_iter().map(|one| Told { of: format!("{} {plan}", one.of), ..one }).collect()
}

/// The letters to whoever teaches what changes and is known as a patron.
pub async fn to_teachers(
    tx: &mut TenantTx,
    change: &Change,
    impact: &Impact,
    now: Instant,
) -> Result<Vec<Told>, ApiError> {
    let teaching = impact.teaching(change, now);
    if teaching.is_empty() || matches!(change, Change::RefundSession { .. }) {
        return Ok(Vec::new());
    }
    let patrons = instructor::patrons(tx, &teaching.keys().copied().collect::<Vec<_>>()).await?;
    let (course, class) = application::titles(tx, impact.class).await?;
    let room = room_of(tx, change).await?;
    let letter = |(instructor, numbers): (&kernel::ids::InstructorId, &Vec<i32>)| {
        let (change, session, room) = (change.clone(), impact.session.clone(), room.clone());
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        Some(Told {
            kind: Kind::CourseTeaching,
            patron: *patrons.get(instructor)?,
            application: None,
            learners: Vec::new(),
            of: instructor.to_string(),
            course: course.clone(),
            class: class.clone(),
            says: Box::new(move |locale| {
                let mut says = says(&change, session.as_ref(), room.as_ref(), locale);
                says.insert("session", numbers.join(", "));
                says
            }),
            not_before: None,
            not_after: None,
        })
    };
    Ok(teaching.iter().filter_map(letter).collect())
}

async fn room_of(tx: &mut TenantTx, change: &Change) -> Result<Option<rooms::Named>, ApiError> {
    let room = change.meeting().and_then(|at| at.room);
    Ok(rooms::names(tx, room).await?.into_values().next())
}

/// What a letter says beside who is addressed, the house and the titles.
fn says(change: &Change, session: Option<&SessionWithPeople>, room: Option<&rooms::Named>, locale: Locale) -> Values {
    let mut says = Values::new();
    let Some(one) = session.map(|one| &one.session) else {
        if let Change::CancelClass { reason, .. } = change {
            says.insert("reason", reason.clone());
            says.insert(
                "change",
                match locale {
                    Locale::Ja => format!("講座の中止（{reason}）"),
                    Locale::En => format!("the class is cancelled: {reason}"),
                },
            );
        }
        return says;
    };
    let place = |meeting: &Meeting| {
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
        (Change::RefundSession { .. }, Locale::Ja) => format!("休講となった {before} の回の補講は行いません"),
        (Change::RefundSession { .. }, Locale::En) => format!("{before}, which was cancelled, will not be made up for"),
        (Change::MoveSession { to: at, .. } | Change::MakeUp { at, .. }, locale) => {
            let (after, place) = (text::moment(at.starts_at, locale), place(at).unwrap_or_default());
            match (change, locale) {
                (Change::MakeUp { .. }, Locale::Ja) => format!("補講を {after}{place} に実施"),
                (Change::MakeUp { .. }, Locale::En) => format!("made up for on {after}{place}"),
                (_, Locale::Ja) if one.starts_at == at.starts_at => format!("{after}{place} に変更"),
                (_, Locale::En) if one.starts_at == at.starts_at => format!("now {after}{place}"),
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
