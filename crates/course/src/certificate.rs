//! 修了証: who attended enough of a class has it in writing, numbered without gaps by fiscal year; anybody can check it by its
//! code.

mod events;
mod news;
mod refused;
pub mod rules;
mod sql;

use std::collections::BTreeSet;

use audit::{journal, journal_many};
use db::{Fault, Remark, TenantTx, remark, sealed::Cell};
use diesel::prelude::*;
use kernel::{
    FiscalYear, Instant, Page, PageAsk, SealKey, check_code,
    clock::civil_day,
    ids::{CertificateId, CourseClassId, EnrolmentId, PatronId, PersonId, TenantId},
};
use time::Date;

pub use news::{CertificateNews, news};
pub use refused::CertificateError;
pub use rules::{Standing, Verdict};

use crate::schema::certificates;

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificates)]
pub struct Certificate {
    pub id: CertificateId,
    pub enrolment_id: EnrolmentId,
    /// The year in which its April falls.
    pub fiscal_year: i32,
    /// From 1, without gaps.
    pub number: i64,
    /// `7K3QX-9FMT2-H4`.
    pub check_code: String,
    /// Sessions attended of those held, when it was issued.
    pub attended: i32,
    pub held: i32,
    /// Civil day in Asia/Tokyo.
    pub issued_on: Date,
    /// Since then it certifies nothing.
    pub revoked_at: Option<Instant>,
    /// Why, sealed.
    pub reason: Option<Vec<u8>>,
    pub created_at: Instant,
    pub version: i32,
}

impl Certificate {
    /// `2026-000012`.
    pub fn display_number(&self) -> String {
        printed(self.fiscal_year, self.number)
    }
}

/// As a number stands on the paper.
pub(crate) fn printed(fiscal_year: i32, number: i64) -> String {
    format!("{fiscal_year}-{number:06}")
}

/// A certificate with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    pub certificate: Certificate,
    pub class: CourseClassId,
    pub person: PersonId,
    /// Why it was revoked.
    pub reason: Option<String>,
}

impl Certified {
    /// With the reason in the words of who revoked it.
    fn opened(self, key: &SealKey, tenant: TenantId) -> Result<Self, Fault> {
        let cell = reason_cell(tenant, self.certificate.id);
        let reason = remark::open(key, &cell, self.certificate.reason.as_deref())?;
        Ok(Self { reason, ..self })
    }
}

const fn reason_cell(tenant: TenantId, id: CertificateId) -> Cell {
    Cell { tenant, table: "course.certificates", column: "reason", row: id.uuid() }
}

/// Which certificates are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct CertificateFilter {
    pub class: Option<CourseClassId>,
    /// Of applications that this patron made.
    pub applicant: Option<PatronId>,
}

/// What came of issuing the certificates of a class.
#[derive(Debug)]
pub struct Issued {
    pub certificates: Vec<Certified>,
    /// Who gets none now, and why.
    pub withheld: Vec<Standing>,
}

/// What a check says. It names nobody.
#[derive(Debug)]
pub struct Checked {
    pub certificate: Certificate,
    pub course_title: String,
    pub class_title: String,
}

/// Issues the certificates of a class, or of some who are enrolled in it, once all its sessions are over, their attendance is recorded
/// and none that was cancelled is still to be made up for. Who has one gets no second, who missed too much none. It waits behind the
/// places of the class: nobody withdraws meanwhile, and two who issue at once issue each certificate once.
///
/// # Errors
/// [`CertificateError`]: `Absent`, `NotEnrolled` with those named who are not, `ClassState`, `NoThreshold`, `NothingHeld`,
/// `SessionsOpen`.
pub async fn issue(
    tx: &mut TenantTx,
    class: CourseClassId,
    only: Option<&BTreeSet<EnrolmentId>>,
    now: Instant,
) -> Result<Issued, CertificateError> {
    let terms = sql::lock(tx, class).await?.ok_or(CertificateError::Absent)?;
    let percent = rules::threshold(&terms)?;
    let held = rules::held(&sql::sessions(tx, class).await?, now)?;
    let mut enrolled = sql::attended(tx, class, now).await?;
    if let Some(only) = only {
        let there: BTreeSet<EnrolmentId> = enrolled.iter().map(|one| one.enrolment).collect();
        let strange: Vec<EnrolmentId> = only.difference(&there).copied().collect();
        if !strange.is_empty() {
            return Err(CertificateError::NotEnrolled(strange));
        }
        enrolled.retain(|one| only.contains(&one.enrolment));
    }
    let standings = enrolled.into_iter().map(|one| one.judge(held, percent));
    let (earned, withheld): (Vec<_>, Vec<_>) = standings.partition(|one| one.verdict == Verdict::Earned);
    let certificates = write(tx, class, &earned, now).await?;
    let missed = withheld.iter().filter(|one| one.verdict == Verdict::Missed).map(|one| one.enrolment).collect();
    sql::complete(tx, earned.iter().map(|one| one.enrolment).collect(), missed, now).await?;
    Ok(Issued { certificates, withheld })
}

/// How everybody in a class stands towards a certificate, as of now, whether or not its sessions are over.
///
/// # Errors
/// [`CertificateError`]: `Absent`, `ClassState`, `NoThreshold`.
pub async fn standings(
    tx: &mut TenantTx,
    class: CourseClassId,
    now: Instant,
) -> Result<Vec<Standing>, CertificateError> {
    let terms = sql::terms(tx, class).await?.ok_or(CertificateError::Absent)?;
    let percent = rules::threshold(&terms)?;
    let held = rules::over(&sql::sessions(tx, class).await?, now);
    Ok(sql::attended(tx, class, now).await?.into_iter().map(|one| one.judge(held, percent)).collect())
}

async fn write(
    tx: &mut TenantTx,
    class: CourseClassId,
    earned: &[Standing],
    now: Instant,
) -> Result<Vec<Certified>, Fault> {
    if earned.is_empty() {
        return Ok(Vec::new());
    }
    let issued_on = civil_day(now);
    let fiscal_year = FiscalYear::of(issued_on).0;
    let many = i64::try_from(earned.len()).unwrap_or(i64::MAX);
    let first = sql::take_numbers(tx, fiscal_year, many).await?;
    let mut written = Vec::with_capacity(earned.len());
    for (one, number) in earned.iter().zip(first..) {
        let certificate = Certificate {
            id: CertificateId::new(now),
            enrolment_id: one.enrolment,
            fiscal_year,
            number,
            check_code: check_code::write(random()?),
            attended: one.attended,
            held: one.held,
            issued_on,
            revoked_at: None,
            reason: None,
            created_at: now,
            version: 1,
        };
        written.push(Certified { certificate, class, person: one.person, reason: None });
    }
    sql::insert_all(tx, written.iter().map(|one| &one.certificate).collect()).await?;
    let told = written.iter().map(|one| events::CertificateIssued {
        certificate: one.certificate.id,
        enrolment: one.certificate.enrolment_id,
        number: one.certificate.display_number(),
    });
    journal_many(tx, now, &told.collect::<Vec<_>>()).await?;
    Ok(written)
}

/// Revokes a certificate, with the reason that whoever checks it is not told. Whether its holder completed the class is open
/// again, and another can be issued under another number.
///
/// # Errors
/// [`CertificateError`]: `Absent`, `Stale`, `Revoked`, `NoReason`.
pub async fn revoke(
    tx: &mut TenantTx,
    id: CertificateId,
    version: Option<i32>,
    reason: &Remark,
    now: Instant,
) -> Result<Certified, CertificateError> {
    if reason.is_blank() {
        return Err(CertificateError::NoReason);
    }
    let mut one = sql::find_for_update(tx, id).await?.ok_or(CertificateError::Absent)?;
    let current = one.certificate.version;
    if version.is_some_and(|wanted| wanted != current) {
        return Err(CertificateError::Stale { current });
    }
    if let Some(at) = one.certificate.revoked_at {
        return Err(CertificateError::Revoked { at });
    }
    one.certificate.revoked_at = Some(now);
    one.certificate.reason = Some(reason.seal(&reason_cell(tx.tenant(), id))?);
    one.reason = Some(reason.text().to_owned());
    one.certificate.version = current.saturating_add(1);
    sql::revoke(tx, &one.certificate).await?;
    sql::reopen(tx, one.certificate.enrolment_id, now).await?;
    journal(tx, now, &events::CertificateRevoked { certificate: id, enrolment: one.certificate.enrolment_id }).await?;
    Ok(one)
}

/// Finds a certificate, among those of an applicant where one is given.
///
/// # Errors
/// [`CertificateError::Absent`].
pub async fn find(
    tx: &mut TenantTx,
    key: &SealKey,
    id: CertificateId,
    applicant: Option<PatronId>,
) -> Result<Certified, CertificateError> {
    let found = sql::find(tx, id, applicant).await?.ok_or(CertificateError::Absent)?;
    Ok(found.opened(key, tx.tenant())?)
}

/// Lists certificates, oldest first, those that were revoked included.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    key: &SealKey,
    filter: CertificateFilter,
    page: &PageAsk,
) -> Result<Page<Certified>, Fault> {
    let tenant = tx.tenant();
    let rows = sql::list(tx, filter, page).await?.into_iter().map(|one| one.opened(key, tenant));
    Ok(Page::from_rows(rows.collect::<Result<_, _>>()?, page, |one| one.certificate.id.uuid()))
}

/// What is behind a code, typed in any case, with or without hyphens.
///
/// # Errors
/// [`CertificateError::Absent`].
pub async fn check(tx: &mut TenantTx, typed: &str) -> Result<Checked, CertificateError> {
    let code = check_code::read(typed).ok_or(CertificateError::Absent)?;
    sql::by_code(tx, &code).await?.ok_or(CertificateError::Absent)
}

fn random() -> Result<[u8; 8], Fault> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the system gives random numbers"))?;
    Ok(bytes)
}
