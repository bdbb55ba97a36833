//! What who applied for a class is told by e-mail, in the words of the tenant, intended in the transaction of the move. Who left
//! no address is told nothing. However many there are, it is a fixed number of statements.

use std::collections::{BTreeMap, BTreeSet};

use ::course::{
    application::{self, News, Title},
    certificate,
    change_plan::Notice,
    seats::{Move, State},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Locale, Yen,
    ids::{CertificateId, CourseApplicationId, PatronId},
};
use notice::{
    message::{self, Drafted},
    text::{self, Kind, Values},
    wording,
};
use patron::register;

use crate::{Desk, patron::house};

/// Something to be told to a patron, once.
pub struct Told {
    pub kind: Kind,
    pub patron: PatronId,
    /// What it is about, beside its kind: by id, and by version when it can be so more than once.
    pub of: String,
    pub course: Title,
    pub class: Title,
    /// What it says beside who is addressed, the house and the titles.
    pub says: Box<dyn Fn(Locale) -> Values + Send + Sync>,
    /// Not before; absent: at once.
    pub not_before: Option<Instant>,
}

/// Tells everybody what became of their application: one letter for each, about where it stands after all the moves.
///
/// # Errors
/// A fault of the database.
pub async fn tell(desk: &Desk, tx: &mut TenantTx, moves: &[Move], now: Instant) -> Result<(), ApiError> {
    let moved = outcomes(moves);
    if moved.is_empty() {
        return Ok(());
    }
    let found = application::news(tx, moved.keys().copied().collect()).await?;
    let told = found.into_iter().filter_map(|news| {
        let outcome = moved.get(&news.application)?;
        Some(about(news, outcome))
    });
    write(desk, tx, told.collect(), now).await
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

fn about(news: News, outcome: &Move) -> Told {
    let decided = matches!(outcome.from, Some(State::Entered | State::Screening))
        && !matches!(outcome.to, State::Withdrawn | State::ClassCancelled | State::Revoked);
    let (total, due_at, receipt) = (Yen(news.total), outcome.due_at, news.receipt_number);
    let (position, reason) = (news.position, news.reason);
    Told {
        kind: kind_of(outcome.to),
        patron: news.applicant,
        of: format!("{} {}", news.application, news.version),
        course: news.course,
        class: news.class,
        says: Box::new(move |locale| {
            let mut says =
                Values::from([("receipt_number", receipt.to_string()), ("amount", text::money(total, locale))]);
            says.extend(due_at.map(|due| ("deadline", text::moment(due, locale))));
            says.extend(position.map(|position| ("position", position.to_string())));
            says.extend(reason.clone().map(|reason| ("reason", reason)));
            says
        }),
        not_before: if decided { news.results_at } else { None },
    }
}

const fn kind_of(to: State) -> Kind {
    match to {
        State::Screening | State::Entered => Kind::CourseReceived,
        State::Waitlisted => Kind::CourseWaitlisted,
        State::Offered => Kind::CourseOffered,
        State::PaymentDue => Kind::CoursePaymentDue,
        State::Admitted => Kind::CourseAdmitted,
        State::Lost => Kind::CourseLost,
        State::Rejected => Kind::CourseRejected,
        State::Expired => Kind::CourseExpired,
        State::Declined | State::Withdrawn => Kind::CourseWithdrawn,
        State::ClassCancelled => Kind::CourseClassCancelled,
        State::Revoked => Kind::CourseRevoked,
    }
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
        of: news.certificate.to_string(),
        course: news.course,
        class: news.class,
        says: Box::new(move |_| {
            Values::from([("certificate_number", news.number.clone()), ("check_code", news.check_code.clone())])
        }),
        not_before: None,
    });
    write(desk, tx, told.collect(), now).await
}

/// Intends letters, each in the language of its reader and in the words that count for it now.
///
/// # Errors
/// A fault of the database.
pub async fn write(desk: &Desk, tx: &mut TenantTx, told: Vec<Told>, now: Instant) -> Result<(), ApiError> {
    let readers: BTreeSet<PatronId> = told.iter().map(|one| one.patron).collect();
    let keys = desk.keyring.tenant(tx.tenant())?;
    let borrowed = patron::Keys { seal: &keys.seal, index: &keys.index };
    let reached = register::reach_all(tx, borrowed, &readers.into_iter().collect::<Vec<_>>()).await?;
    if reached.is_empty() {
        return Ok(());
    }
    let (house, wordings) = (house(tx).await?, wording::current(tx).await?);
    let letters = told.into_iter().filter_map(|one| {
        let reader = reached.get(&one.patron)?;
        let locale = reader.locale;
        let mut says = (one.says)(locale);
        says.insert("house", house.clone());
        says.insert("applicant", reader.name.clone().unwrap_or_default());
        says.insert("course", titled(one.course, locale));
        says.insert("class", titled(one.class, locale));
        let (version, said) = wording::compose(&wordings.of(one.kind, locale), &says);
        Some(Drafted {
            wording: one.kind,
            version,
            locale,
            to: reader.address.clone(),
            patron: Some(one.patron),
            fact: format!("{} {}", one.kind.as_str(), one.of),
            said,
            not_before: one.not_before,
        })
    });
    message::intend_all(tx, &keys.seal, &house, &letters.collect::<Vec<_>>(), now).await?;
    Ok(())
}

/// Letters as they would be written, one for each language that somebody reads, addressed to nobody.
///
/// # Errors
/// A fault of the database.
pub async fn drafted(desk: &Desk, tx: &mut TenantTx, told: &[Told]) -> Result<Vec<Notice>, ApiError> {
    let readers: BTreeSet<PatronId> = told.iter().map(|one| one.patron).collect();
    let keys = desk.keyring.tenant(tx.tenant())?;
    let borrowed = patron::Keys { seal: &keys.seal, index: &keys.index };
    let reached = register::reach_all(tx, borrowed, &readers.into_iter().collect::<Vec<_>>()).await?;
    let (house, wordings) = (house(tx).await?, wording::current(tx).await?);
    let of = |locale: Locale| {
        let mut readers =
            told.iter().filter(|one| reached.get(&one.patron).is_some_and(|reader| reader.locale == locale)).peekable();
        let first = *readers.peek()?;
        let mut says = (first.says)(locale);
        says.insert("house", house.clone());
        says.insert("applicant", "…".to_owned());
        says.insert("receipt_number", "…".to_owned());
        says.insert("course", titled(first.course.clone(), locale));
        says.insert("class", titled(first.class.clone(), locale));
        let (version, said) = wording::compose(&wordings.of(first.kind, locale), &says);
        let language = locale.as_str().to_owned();
        Some(Notice { language, version, readers: readers.count(), subject: said.subject, body: said.body })
    };
    Ok([Locale::Ja, Locale::En].into_iter().filter_map(of).collect())
}

fn titled(title: Title, locale: Locale) -> String {
    match (locale, title.en) {
        (Locale::En, Some(en)) => en,
        _ => title.ja,
    }
}
