//! What who applied for a class, and who teaches one, is told by e-mail, in the words of the tenant, intended in the transaction of the
//! move. However many there are, it is a fixed number of statements.

mod post;

use std::collections::{BTreeMap, BTreeSet};

use ::course::{
    application::{self, Application, News, ReceiptCode, Title},
    certificate, change_plan, draw,
    reminder::Due,
    seats::{Move, State},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Locale, Yen,
    ids::{CertificateId, CourseApplicationId, CourseClassId, PatronId, PersonId},
};
use notice::text::{self, Kind, Values};
use uuid::Uuid;

pub use post::{OnPaper, Post, owed, posted, write};

use super::refunds::{self, Back};
use crate::Desk;

/// Something to be told to a patron, once.
pub struct Told {
    pub kind: Kind,
    pub patron: PatronId,
    /// The application that it is about; absent: none.
    pub application: Option<CourseApplicationId>,
    /// Who learns: whoever acts for them gets it when the patron left no address, and a copy where the house sends copies.
    pub learners: Vec<PersonId>,
    /// What it is about, beside its kind: by id, and by version when it can be so more than once.
    pub of: String,
    pub course: Title,
    pub class: Title,
    /// What it says beside who is addressed, who learns, the house and the titles.
    pub says: Box<dyn Fn(Locale) -> Values + Send + Sync>,
    /// Not before; absent: at once.
    pub not_before: Option<Instant>,
    /// From then on it is not so any more, and does not go; absent: it goes whenever it can.
    pub not_after: Option<Instant>,
}

/// Tells everybody what became of their application: one letter for each, about where it stands after all the moves.
///
/// # Errors
/// A fault of the database.
pub async fn tell(desk: &Desk, tx: &mut TenantTx, moves: &[Move], back: &Back, now: Instant) -> Result<(), ApiError> {
    let moved = outcomes(moves);
    if moved.is_empty() {
        return Ok(());
    }
    let found = application::news(tx, moved.keys().copied().collect()).await?;
    let (keys, tenant) = (desk.keyring.tenant(tx.tenant())?, tx.tenant());
    let mut told = Vec::with_capacity(found.len());
    for news in found {
        let Some(outcome) = moved.get(&news.application) else { continue };
        let (reason, back) = (news.reason(&keys.seal, tenant)?, back.get(&news.application).copied());
        told.push(about(news, outcome, reason, back));
    }
    write(desk, tx, told, now).await
}

/// From where an application came and where it is at last, when a transaction moved it more than once.
fn outcomes(moves: &[Move]) -> BTreeMap<CourseApplicationId, Move> {
    let mut found: BTreeMap<CourseApplicationId, Move> = BTreeMap::new();
    for one in moves {
        let entry = found.entry(one.application).or_insert(*one);
        (entry.to, entry.due_at) = (one.to, one.due_at);
    }
    found
}

fn about(news: News, outcome: &Move, reason: Option<String>, back: Option<Yen>) -> Told {
    let decided = matches!(outcome.from, Some(State::Entered | State::Screening))
        && !matches!(outcome.to, State::Withdrawn | State::ClassCancelled | State::Revoked);
    let (due_at, position) = (outcome.due_at, news.position);
    let of = format!("{} {}", news.application, news.version);
    let not_before = if decided { news.results_at } else { None };
    let (draw_number, join_url) = (news.draw_number.map(draw::name_of), news.join_url.clone());
    let also = move |locale| {
        let mut says = Values::new();
        says.extend(due_at.map(|due| ("deadline", text::deadline(due, locale))));
        says.extend(position.map(|position| ("position", position.to_string())));
        says.extend(back.filter(|back| *back > Yen::ZERO).map(|back| ("refund", text::money(back, locale))));
        says.extend(reason.clone().map(|reason| ("reason", reason)));
        says.extend(draw_number.clone().map(|number| ("draw_number", number)));
        says.extend(join_url.clone().map(|url| ("join_url", url)));
        says
    };
    let not_after = due_at.filter(|_| outcome.to == State::Offered);
    Told { not_after, ..told(news, kind_of(outcome), of, not_before, also) }
}

/// A letter about an application.
fn told(
    news: News,
    kind: Kind,
    of: String,
    not_before: Option<Instant>,
    also: impl Fn(Locale) -> Values + Send + Sync + 'static,
) -> Told {
    let (total, receipt) = (Yen(news.total), news.receipt_number);
    Told {
        kind,
        patron: news.applicant,
        application: Some(news.application),
        learners: news.learners,
        of,
        course: news.course,
        class: news.class,
        says: Box::new(move |locale| {
            let mut says = also(locale);
            says.insert("receipt_number", receipt.to_string());
            if total > Yen::ZERO {
                says.insert("amount", text::money(total, locale));
            }
            says
        }),
        not_before,
        not_after: None,
    }
}

const fn kind_of(outcome: &Move) -> Kind {
    match outcome.to {
        State::Screening | State::Entered => Kind::CourseReceived,
        State::Waitlisted => Kind::CourseWaitlisted,
        State::Offered => Kind::CourseOffered,
        State::PaymentDue => Kind::CoursePaymentDue,
        State::Admitted => Kind::CourseAdmitted,
        State::Lost if matches!(outcome.from, Some(State::Waitlisted | State::Screening)) => Kind::CourseLineEnded,
        State::Lost => Kind::CourseLost,
        State::Rejected => Kind::CourseRejected,
        State::Expired => Kind::CourseExpired,
        State::Declined | State::Withdrawn => Kind::CourseWithdrawn,
        State::ClassCancelled => Kind::CourseClassCancelled,
        State::Revoked => Kind::CourseRevoked,
    }
}

/// What is to be told on paper of applications to one class as they stand: those that reach nobody by mail. It says what the letter by
/// mail says.
///
/// # Errors
/// A fault of the database.
pub async fn on_paper(
    desk: &Desk,
    tx: &mut TenantTx,
    standings: &[(Application, State)],
    now: Instant,
) -> Result<BTreeMap<CourseApplicationId, OnPaper>, ApiError> {
    let found = application::news(tx, standings.iter().map(|(one, _)| one.id).collect()).await?;
    let back = gone_back(tx, standings).await?;
    let standings: BTreeMap<_, _> = standings.iter().map(|(one, to)| (one.id, (one.due_at, *to))).collect();
    let (keys, tenant) = (desk.keyring.tenant(tx.tenant())?, tx.tenant());
    let mut told = Vec::with_capacity(found.len());
    for news in found {
        let Some((due_at, to)) = standings.get(&news.application).copied() else { continue };
        // who has no number in a draw lost by the end of the line
        let from = (to == State::Lost && news.draw_number.is_none()).then_some(State::Waitlisted);
        let stands = Move { application: news.application, from, to, due_at };
        let (reason, back) = (news.reason(&keys.seal, tenant)?, back.get(&news.application).copied());
        told.push(about(news, &stands, reason, back));
    }
    posted(desk, tx, &told, &BTreeSet::new(), now).await
}

/// What everybody whose application is over was told by mail that goes back to them.
async fn gone_back(tx: &mut TenantTx, standings: &[(Application, State)]) -> Result<Back, ApiError> {
    let over = standings.iter().filter(|(_, to)| !to.active());
    let (cancelled, ended): (Vec<_>, Vec<_>) = over.partition(|(_, to)| *to == State::ClassCancelled);
    let mut back = refunds::back_of(tx, &ended.iter().map(|(one, _)| (one.id, one.updated_at)).collect()).await?;
    if let Some((one, _)) = cancelled.first() {
        back.extend(change_plan::told_as_cancelled(tx, one.class_id).await?);
    }
    Ok(back)
}

/// Tells that some of a party left it, with what goes back.
///
/// # Errors
/// A fault of the database.
pub async fn part_left(
    desk: &Desk,
    tx: &mut TenantTx,
    (application, people): (CourseApplicationId, &[PersonId]),
    back: Yen,
    now: Instant,
) -> Result<(), ApiError> {
    let letters = application::news(tx, vec![application]).await?.into_iter().map(|mut news| {
        let of = format!("{} {}", news.application, news.version);
        news.learners = people.to_vec();
        let also = move |locale| {
            let back = Some(back).filter(|back| *back > Yen::ZERO);
            back.map(|back| ("refund", text::money(back, locale))).into_iter().collect()
        };
        told(news, Kind::CourseWithdrawn, of, None, also)
    });
    write(desk, tx, letters.collect(), now).await
}

/// Reminds everybody whose time is nearly over: one letter for each deadline.
///
/// # Errors
/// A fault of the database.
pub async fn remind(desk: &Desk, tx: &mut TenantTx, due: &[Due], now: Instant) -> Result<(), ApiError> {
    let deadlines: BTreeMap<_, _> = due.iter().map(|one| (one.application, one.due_at)).collect();
    let found = application::news(tx, deadlines.keys().copied().collect()).await?;
    let letters = found.into_iter().filter_map(|news| {
        let due_at = deadlines.get(&news.application).copied()?;
        let of = format!("{} {}", news.application, due_at.unix_timestamp());
        let also = move |locale| Values::from([("deadline", text::deadline(due_at, locale))]);
        Some(Told { not_after: Some(due_at), ..told(news, Kind::CourseReminder, of, None, also) })
    });
    write(desk, tx, letters.collect(), now).await
}

/// Sends codes that were issued again to who applied, and to nobody else: whoever has one acts for them.
///
/// # Errors
/// A fault of the database.
pub async fn codes(
    desk: &Desk,
    tx: &mut TenantTx,
    codes: &BTreeMap<CourseApplicationId, ReceiptCode>,
    now: Instant,
) -> Result<(), ApiError> {
    if codes.is_empty() {
        return Ok(());
    }
    let found = application::news(tx, codes.keys().copied().collect()).await?;
    let letters = found.into_iter().filter_map(|mut news| {
        let code = codes.get(&news.application)?.expose().to_owned();
        news.learners.clear();
        // each time it is another code, and a letter of its own
        let of = format!("{} {}", news.application, Uuid::new_v4());
        let also = move |_| Values::from([("receipt_code", code.clone())]);
        Some(told(news, Kind::CourseReceiptReissued, of, None, also))
    });
    write(desk, tx, letters.collect(), now).await
}

/// Tells everybody who is admitted to a class where it meets online from this version of the class on: one letter for each.
///
/// # Errors
/// A fault of the database.
pub async fn link_changed(
    desk: &Desk,
    tx: &mut TenantTx,
    (class, version): (CourseClassId, i32),
    now: Instant,
) -> Result<(), ApiError> {
    let applied = application::of_class(tx, class).await?.into_iter().map(|one| one.application);
    let admitted = applied.filter(|one| one.state == State::Admitted.as_str()).map(|one| one.id).collect();
    let letters = application::news(tx, admitted).await?.into_iter().filter_map(|news| {
        let url = news.join_url.clone()?;
        let of = format!("{} link {version}", news.application);
        let also = move |_| Values::from([("join_url", url.clone())]);
        Some(told(news, Kind::CourseAdmitted, of, None, also))
    });
    write(desk, tx, letters.collect(), now).await
}

/// Tells whoever applied that certificates were issued: one letter for each certificate.
///
/// # Errors
/// A fault of the database.
pub async fn certified(
    desk: &Desk,
    tx: &mut TenantTx,
    certificates: Vec<CertificateId>,
    now: Instant,
) -> Result<(), ApiError> {
    if certificates.is_empty() {
        return Ok(());
    }
    let told = certificate::news(tx, certificates).await?.into_iter().map(|news| Told {
        kind: Kind::CourseCertificateIssued,
        patron: news.applicant,
        application: None,
        learners: vec![news.person],
        of: news.certificate.to_string(),
        course: news.course,
        class: news.class,
        says: Box::new(move |_| {
            Values::from([("certificate_number", news.number.clone()), ("check_code", news.check_code.clone())])
        }),
        not_before: None,
        not_after: None,
    });
    write(desk, tx, told.collect(), now).await
}
