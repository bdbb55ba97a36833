//! Queries on certificates.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::{
    prelude::*,
    sql_types::{
        BigInt, Bool, Integer as SqlInt, Nullable, Text as SqlText, Timestamptz as SqlTimestamptz, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CertificateId, CourseClassId, EnrolmentId, PatronId, PersonId, TenantId},
};

use super::{
    Certificate, CertificateFilter, Certified, Checked,
    rules::{Attended, Session, Terms},
};
use crate::{
    attendance::Status,
    conclusion::rules::Meeting,
    schema::{applications, certificates, classes, enrolments, places},
};

db::statement! {
    /// The last of the next so many numbers; the row stays locked until the transaction ends.
    TakeNumbers { tenant: TenantId => Uuid, year: i32 => Integer, many: i64 => BigInt } -> (BigInt,) =
        "INSERT INTO course.certificate_series AS s (tenant_id, fiscal_year, last_number) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant_id, fiscal_year) DO UPDATE SET last_number = s.last_number + $3 RETURNING s.last_number"
}

db::statement! {
    /// Sessions, whether they are cancelled, whether anything is still to take their place, as it is asked for the end of the class, and
    /// whether they were held or marked since they are at their time.
    Sessions { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> (SqlInt, SqlTimestamptz, Bool, Bool, Bool) =
        "SELECT s.number, s.ends_at, s.state = 'cancelled', s.given_up_at IS NOT NULL \
             OR EXISTS (SELECT FROM course.sessions AS n WHERE n.tenant_id = $1 AND n.replaces_id = s.id) \
             OR EXISTS (SELECT FROM course.sessions AS p WHERE p.tenant_id = $1 AND p.id = s.replaces_id AND p.given_up_at IS NOT NULL), \
           s.state = 'held' \
             OR EXISTS (SELECT FROM course.attendance AS a WHERE a.tenant_id = $1 AND a.session_id = s.id AND a.times_moved = s.times_moved) \
         FROM course.sessions AS s WHERE s.tenant_id = $1 AND s.class_id = $2 ORDER BY s.number"
}

db::statement! {
    /// Who is enrolled, how many sessions that are over they attended by the last revision, also under an enrolment that they withdrew from,
    /// and their certificate; by receipt number.
    AttendedOf {
        tenant: TenantId => Uuid, class: CourseClassId => Uuid, counting: Vec<&'static str> => Array<Text>, at: Instant => Timestamptz,
    } -> (SqlUuid, SqlUuid, BigInt, Nullable<SqlUuid>) =
        "WITH latest AS (SELECT DISTINCT ON (a.session_id, a.enrolment_id) a.session_id, a.enrolment_id, a.status \
           FROM course.sessions AS s JOIN course.attendance AS a ON a.tenant_id = $1 AND a.session_id = s.id AND a.times_moved = s.times_moved \
           WHERE s.tenant_id = $1 AND s.class_id = $2 AND s.state <> 'cancelled' AND s.ends_at <= $4 \
           ORDER BY a.session_id, a.enrolment_id, a.revision DESC), \
         attended AS (SELECT x.person_id, count(DISTINCT l.session_id) AS sessions FROM latest AS l \
           JOIN course.enrolments AS x ON x.tenant_id = $1 AND x.id = l.enrolment_id WHERE l.status = ANY ($3) GROUP BY x.person_id) \
         SELECT e.id, e.person_id, coalesce(t.sessions, 0), c.id FROM course.enrolments AS e \
         JOIN course.applications AS p ON p.tenant_id = $1 AND p.id = e.application_id \
         LEFT JOIN attended AS t ON t.person_id = e.person_id \
         LEFT JOIN course.certificates AS c ON c.tenant_id = $1 AND c.enrolment_id = e.id AND c.revoked_at IS NULL \
         WHERE e.tenant_id = $1 AND e.class_id = $2 AND e.state <> 'withdrawn' ORDER BY p.receipt_number, e.id"
}

db::statement! {
    Complete {
        tenant: TenantId => Uuid, passed: Vec<EnrolmentId> => Array<Uuid>, failed: Vec<EnrolmentId> => Array<Uuid>,
        at: Instant => Timestamptz,
    } -> () =
        "UPDATE course.enrolments AS e SET completion = m.completion, updated_at = $4, version = e.version + 1 \
         FROM (SELECT unnest($2::uuid[]) AS id, 'passed' AS completion UNION ALL SELECT unnest($3::uuid[]), 'failed') AS m \
         WHERE e.tenant_id = $1 AND e.id = m.id AND e.completion <> m.completion"
}

db::statement! {
    Reopen { tenant: TenantId => Uuid, enrolment: EnrolmentId => Uuid, at: Instant => Timestamptz } -> () =
        "UPDATE course.enrolments AS e SET completion = 'open', updated_at = $3, version = e.version + 1 \
         WHERE e.tenant_id = $1 AND e.id = $2"
}

db::statement! {
    Titles { tenant: TenantId => Uuid, enrolment: EnrolmentId => Uuid } -> (SqlText, SqlText) =
        "SELECT o.title, c.title FROM course.enrolments AS e JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = e.class_id \
         JOIN course.courses AS o ON o.tenant_id = $1 AND o.id = c.course_id WHERE e.tenant_id = $1 AND e.id = $2"
}

/// What a class says of completion, with its places locked: nobody enters or leaves it meanwhile.
pub(super) async fn lock(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Terms>, Fault> {
    let places = places::table.of(tx.tenant()).filter(places::class_id.eq(class)).select(places::class_id);
    let _: Option<CourseClassId> = places.for_update().first(tx.conn()).await.optional()?;
    terms(tx, class).await
}

pub(super) async fn terms(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Terms>, Fault> {
    let query = classes::table.of(tx.tenant()).filter(classes::id.eq(class));
    let query = query.select((classes::state, classes::completion_percent));
    let found: Option<(String, Option<i32>)> = query.first(tx.conn()).await.optional()?;
    Ok(found.map(|(state, percent)| Terms { state, percent }))
}

pub(super) async fn sessions(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<Session>, Fault> {
    let rows: Vec<(i32, Instant, bool, bool, bool)> = Sessions { tenant: tx.tenant(), class }.load(tx.conn()).await?;
    let row = |(number, ends_at, cancelled, settled, recorded)| Session {
        number,
        meeting: Meeting { ends_at, cancelled, settled },
        recorded,
    };
    Ok(rows.into_iter().map(row).collect())
}

pub(super) async fn attended(tx: &mut TenantTx, class: CourseClassId, at: Instant) -> Result<Vec<Attended>, Fault> {
    let rows: Vec<(EnrolmentId, PersonId, i64, Option<CertificateId>)> =
        AttendedOf { tenant: tx.tenant(), class, counting: Status::counting(), at }.load(tx.conn()).await?;
    let row = |(enrolment, person, attended, certificate): (_, _, i64, _)| Attended {
        enrolment,
        person,
        attended: i32::try_from(attended).unwrap_or(i32::MAX),
        certificate,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The first of so many numbers that are now taken.
pub(super) async fn take_numbers(tx: &mut TenantTx, year: i32, many: i64) -> Result<i64, Fault> {
    let (last,) = TakeNumbers { tenant: tx.tenant(), year, many }.get_result::<(i64,)>(tx.conn()).await?;
    Ok(last.saturating_sub(many).saturating_add(1))
}

pub(super) async fn insert_all(tx: &mut TenantTx, rows: Vec<&Certificate>) -> Result<(), Fault> {
    diesel::insert_into(certificates::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn complete(
    tx: &mut TenantTx,
    passed: Vec<EnrolmentId>,
    failed: Vec<EnrolmentId>,
    at: Instant,
) -> Result<(), Fault> {
    Complete { tenant: tx.tenant(), passed, failed, at }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn reopen(tx: &mut TenantTx, enrolment: EnrolmentId, at: Instant) -> Result<(), Fault> {
    Reopen { tenant: tx.tenant(), enrolment, at }.execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn find(
    tx: &mut TenantTx,
    id: CertificateId,
    applicant: Option<PatronId>,
) -> Result<Option<Certified>, Fault> {
    let page = PageAsk { limit: 1, after: None };
    let filter = CertificateFilter { class: None, applicant };
    Ok(rows(tx, filter, Some(id), &page).await?.into_iter().next())
}

pub(super) async fn list(
    tx: &mut TenantTx,
    filter: CertificateFilter,
    page: &PageAsk,
) -> Result<Vec<Certified>, Fault> {
    rows(tx, filter, None, page).await
}

async fn rows(
    tx: &mut TenantTx,
    filter: CertificateFilter,
    id: Option<CertificateId>,
    page: &PageAsk,
) -> Result<Vec<Certified>, Fault> {
    let tenant = tx.tenant();
    let mut query = certificates::table.of(tenant).into_boxed();
    if let Some(id) = id {
        query = query.filter(certificates::id.eq(id));
    }
    if let Some(class) = filter.class {
        let enrolled = enrolments::table.of(tenant).filter(enrolments::class_id.eq(class)).select(enrolments::id);
        query = query.filter(certificates::enrolment_id.eq_any(enrolled));
    }
    if let Some(applicant) = filter.applicant {
        let own = applications::table.of(tenant).filter(applications::applicant_id.eq(applicant));
        let own = enrolments::application_id.eq_any(own.select(applications::id));
        let enrolled = enrolments::table.of(tenant).filter(own).select(enrolments::id);
        query = query.filter(certificates::enrolment_id.eq_any(enrolled));
    }
    if let Some(after) = page.after {
        query = query.filter(certificates::id.gt(after));
    }
    let query = query.order(certificates::id.asc()).limit(page.rows());
    let found: Vec<Certificate> = query.select(Certificate::as_select()).load(tx.conn()).await?;
    certified(tx, found).await
}

/// Certificates with what they are about, by one query for all of them.
async fn certified(tx: &mut TenantTx, found: Vec<Certificate>) -> Result<Vec<Certified>, Fault> {
    let ids: Vec<EnrolmentId> = found.iter().map(|one| one.enrolment_id).collect();
    let query = enrolments::table.of(tx.tenant()).filter(enrolments::id.eq_any(ids));
    let about: Vec<(EnrolmentId, CourseClassId, PersonId)> =
        query.select((enrolments::id, enrolments::class_id, enrolments::person_id)).load(tx.conn()).await?;
    let about: BTreeMap<_, _> = about.into_iter().map(|(id, class, person)| (id, (class, person))).collect();
    let one = |certificate: Certificate| {
        let (class, person) = *about.get(&certificate.enrolment_id)?;
        Some(Certified { certificate, class, person, reason: None })
    };
    Ok(found.into_iter().filter_map(one).collect())
}

/// Locks the certificate alone, not the enrolment it is about.
pub(super) async fn find_for_update(tx: &mut TenantTx, id: CertificateId) -> Result<Option<Certified>, Fault> {
    let query = certificates::table.of(tx.tenant()).filter(certificates::id.eq(id)).select(certificates::id);
    let locked: Option<CertificateId> = query.for_update().first(tx.conn()).await.optional()?;
    match locked {
        Some(id) => find(tx, id, None).await,
        None => Ok(None),
    }
}

pub(super) async fn revoke(tx: &mut TenantTx, one: &Certificate) -> Result<(), Fault> {
    diesel::update(certificates::table.of(tx.tenant()).filter(certificates::id.eq(one.id)))
        .set((
            certificates::revoked_at.eq(one.revoked_at),
            certificates::reason.eq(&one.reason),
            certificates::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn by_code(tx: &mut TenantTx, code: &str) -> Result<Option<Checked>, Fault> {
    let query = certificates::table.of(tx.tenant()).filter(certificates::check_code.eq(code));
    let found: Option<Certificate> = query.select(Certificate::as_select()).first(tx.conn()).await.optional()?;
    let Some(certificate) = found else { return Ok(None) };
    let titles = Titles { tenant: tx.tenant(), enrolment: certificate.enrolment_id };
    let (course_title, class_title) = titles.get_result::<(String, String)>(tx.conn()).await?;
    Ok(Some(Checked { certificate, course_title, class_title }))
}
