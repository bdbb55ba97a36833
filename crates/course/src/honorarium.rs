//! 講師謝金: what an instructor is paid at once for sessions that are over, with the income tax that is kept back. It is fixed
//! when it is approved, and no session is paid for twice.

mod events;
mod refused;
pub mod rules;
mod sql;

use std::collections::BTreeSet;

use audit::journal;
use db::{Fault, Remark, TenantTx, remark, sealed::Cell};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, SealKey, Yen,
    clock::civil_day,
    ids::{CourseSessionId, HonorariumId, InstructorId, TenantId},
};
use time::Date;

pub use refused::HonorariumError;
pub use rules::Payee;

use crate::schema::{honoraria, honorarium_sessions};

/// A payment to an instructor.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = honoraria)]
pub struct Honorarium {
    pub id: HonorariumId,
    pub instructor_id: InstructorId,
    /// `individual`, `company` or `none`, as the instructor was when it was approved.
    pub payee: String,
    /// Before withholding.
    pub gross: Yen,
    /// 源泉徴収.
    pub withheld: Yen,
    /// What is paid out.
    pub net: Yen,
    /// `approved`, `paid` or `voided`.
    pub state: String,
    pub approved_at: Instant,
    /// Civil day in Asia/Tokyo.
    pub paid_on: Option<Date>,
    /// Why it was voided, sealed.
    pub reason: Option<Vec<u8>>,
    pub updated_at: Instant,
    pub version: i32,
}

const fn reason_cell(tenant: TenantId, id: HonorariumId) -> Cell {
    Cell { tenant, table: "course.honoraria", column: "reason", row: id.uuid() }
}

/// A session that is paid for.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = honorarium_sessions)]
pub struct PaidSession {
    pub honorarium_id: HonorariumId,
    pub session_id: CourseSessionId,
    pub instructor_id: InstructorId,
    /// Before withholding.
    pub amount: Yen,
    /// Whether it counts: until the honorarium is voided.
    pub active: bool,
}

/// A payment with what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub honorarium: Honorarium,
    /// In the order of their ids.
    pub sessions: Vec<PaidSession>,
    /// Why it was voided.
    pub reason: Option<String>,
}

impl Payment {
    /// With the reason in the words of who voided it.
    fn opened(self, key: &SealKey, tenant: TenantId) -> Result<Self, Fault> {
        let cell = reason_cell(tenant, self.honorarium.id);
        let reason = remark::open(key, &cell, self.honorarium.reason.as_deref())?;
        Ok(Self { reason, ..self })
    }
}

/// Which payments are listed.
#[derive(Debug, Clone, Default)]
pub struct HonorariumFilter {
    pub instructor: Option<InstructorId>,
    pub state: Option<&'static str>,
}

/// What would be paid for these sessions together. Nothing is kept.
///
/// # Errors
/// As [`approve`].
pub async fn compute(
    tx: &mut TenantTx,
    instructor: InstructorId,
    sessions: &BTreeSet<CourseSessionId>,
    now: Instant,
) -> Result<Payment, HonorariumError> {
    let payee = sql::payee(tx, instructor).await?.ok_or(HonorariumError::NoSuchInstructor)?;
    let payee = Payee::from_kept(&payee).ok_or(Fault::Unexpected("a payee is known"))?;
    let taught = rules::payable(sessions, &sql::taught(tx, instructor, sessions).await?, now)?;
    let gross = rules::gross(taught.iter().map(|(_, amount)| *amount)).ok_or(HonorariumError::TooLarge)?;
    let withheld = rules::withheld(payee, gross);
    let id = HonorariumId::new(now);
    let honorarium = Honorarium {
        id,
        instructor_id: instructor,
        payee: payee.kept().to_owned(),
        gross,
        withheld,
        net: gross - withheld,
        state: "approved".to_owned(),
        approved_at: now,
        paid_on: None,
        reason: None,
        updated_at: now,
        version: 1,
    };
    let one = |(session_id, amount)| PaidSession {
        honorarium_id: id,
        session_id,
        instructor_id: instructor,
        amount,
        active: true,
    };
    Ok(Payment { honorarium, sessions: taught.into_iter().map(one).collect(), reason: None })
}

/// Approves what is paid for these sessions together, at the amounts that were agreed for each. Of two who approve the same
/// session at once, one is refused.
///
/// # Errors
/// [`HonorariumError`]: `NoSuchInstructor`, `NotAssigned`, `Unpaid`, `NotHeld`, `Taken`, `TooLarge`.
pub async fn approve(
    tx: &mut TenantTx,
    instructor: InstructorId,
    sessions: &BTreeSet<CourseSessionId>,
    now: Instant,
) -> Result<Payment, HonorariumError> {
    // whoever cancels, moves or reassigns one of them waits, or has done so: sessions before instructors, as everybody does
    sql::hold_sessions(tx, sessions).await?;
    sql::lock_instructor(tx, instructor).await?;
    let payment = compute(tx, instructor, sessions, now).await?;
    sql::insert(tx, &payment.honorarium).await?;
    sql::insert_sessions(tx, &payment.sessions).await?;
    let Honorarium { id, gross, withheld, .. } = payment.honorarium;
    journal(tx, now, &events::HonorariumApproved { honorarium: id, instructor, gross, withheld }).await?;
    Ok(payment)
}

/// Records that it was paid out, on a day from its approval to today, for sessions that were held.
///
/// # Errors
/// [`HonorariumError`]: `Absent`, `Stale`, `State`, `PaidAhead`, `NotHeld`.
pub async fn pay(
    tx: &mut TenantTx,
    id: HonorariumId,
    version: Option<i32>,
    paid_on: Date,
    now: Instant,
) -> Result<Payment, HonorariumError> {
    let mut one = locked(tx, id, version).await?;
    if paid_on < civil_day(one.approved_at) || paid_on > civil_day(now) {
        return Err(HonorariumError::PaidAhead);
    }
    rules::expect_held(&sql::meetings(tx, id).await?, now)?;
    (one.state, one.paid_on) = ("paid".to_owned(), Some(paid_on));
    keep(tx, one, &events::HonorariumPaid { honorarium: id, paid_on }, now).await
}

/// Voids it before it is paid, with a reason; its sessions can be approved again.
///
/// # Errors
/// [`HonorariumError`]: `Absent`, `Stale`, `State`, `NoReason`.
pub async fn void(
    tx: &mut TenantTx,
    id: HonorariumId,
    version: Option<i32>,
    reason: &Remark,
    now: Instant,
) -> Result<Payment, HonorariumError> {
    if reason.is_blank() {
        return Err(HonorariumError::NoReason);
    }
    let mut one = locked(tx, id, version).await?;
    let kept = reason.seal(&reason_cell(tx.tenant(), id))?;
    (one.state, one.reason) = ("voided".to_owned(), Some(kept));
    sql::free_sessions(tx, id).await?;
    let stands = keep(tx, one, &events::HonorariumVoided { honorarium: id }, now).await?;
    Ok(Payment { reason: Some(reason.text().to_owned()), ..stands })
}

/// What is paid for of a session, by honoraria that are approved or paid. Whoever calls holds the session.
pub(crate) async fn of_session(tx: &mut TenantTx, session: CourseSessionId) -> Result<Vec<PaidSession>, Fault> {
    sql::of_session(tx, session).await
}

/// Finds a payment.
///
/// # Errors
/// [`HonorariumError::Absent`].
pub async fn find(tx: &mut TenantTx, key: &SealKey, id: HonorariumId) -> Result<Payment, HonorariumError> {
    Ok(whole(tx, id).await?.opened(key, tx.tenant())?)
}

async fn whole(tx: &mut TenantTx, id: HonorariumId) -> Result<Payment, HonorariumError> {
    let honorarium = sql::find(tx, id).await?.ok_or(HonorariumError::Absent)?;
    let sessions = sql::sessions(tx, &[id]).await?;
    Ok(Payment { honorarium, sessions, reason: None })
}

/// Lists payments, oldest first, those that were voided included.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    key: &SealKey,
    filter: &HonorariumFilter,
    page: &PageAsk,
) -> Result<Page<Payment>, Fault> {
    let Page { items, next } = Page::from_rows(sql::list(tx, filter, page).await?, page, |one| one.id.uuid());
    let (tenant, ids) = (tx.tenant(), items.iter().map(|one| one.id).collect::<Vec<_>>());
    let all = sql::sessions(tx, &ids).await?;
    let of = |honorarium: Honorarium| {
        let sessions = all.iter().filter(|one| one.honorarium_id == honorarium.id).cloned().collect();
        Payment { honorarium, sessions, reason: None }.opened(key, tenant)
    };
    Ok(Page { items: items.into_iter().map(of).collect::<Result<_, _>>()?, next })
}

/// The one that is meant, approved and not yet paid.
async fn locked(tx: &mut TenantTx, id: HonorariumId, version: Option<i32>) -> Result<Honorarium, HonorariumError> {
    let one = sql::find_for_update(tx, id).await?.ok_or(HonorariumError::Absent)?;
    if version.is_some_and(|wanted| wanted != one.version) {
        return Err(HonorariumError::Stale { current: one.version });
    }
    if one.state == "approved" { Ok(one) } else { Err(HonorariumError::State(one.state)) }
}

async fn keep(
    tx: &mut TenantTx,
    mut one: Honorarium,
    event: &impl audit::Event,
    now: Instant,
) -> Result<Payment, HonorariumError> {
    (one.updated_at, one.version) = (now, one.version.saturating_add(1));
    sql::update(tx, &one).await?;
    journal(tx, now, event).await?;
    whole(tx, one.id).await
}
