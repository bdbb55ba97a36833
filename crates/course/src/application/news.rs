//! What letters say of applications: in as many statements, however many there are.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, remark};
use diesel::{
    deserialize::Queryable,
    sql_types::{
        Array, Binary as SqlBytes, Bool, Int4, Int8, Nullable, Text as SqlText, Timestamptz as SqlTimestamptz,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, SealKey,
    ids::{CourseApplicationId, CourseClassId, PatronId, PersonId, TenantId},
};

use super::{reason_cell, sql};

/// An application in the words of who applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub application: CourseApplicationId,
    pub applicant: PatronId,
    /// 受付番号.
    pub receipt_number: i64,
    /// Yen, tax included.
    pub total: i64,
    /// Why the class does not take place, as everybody is told.
    cancelled_because: Option<String>,
    /// Why it was decided as it was, for those who were refused or put out: sealed.
    reason: Option<Vec<u8>>,
    /// From 1, one more with every move.
    pub version: i32,
    pub course: Title,
    pub class: Title,
    /// 結果通知: decisions are told from then on.
    pub results_at: Option<Instant>,
    /// The place in the line from 1, while it waits.
    pub position: Option<i64>,
    /// 抽選番号.
    pub draw_number: Option<i64>,
    /// Where an online class meets, while the application is admitted.
    pub join_url: Option<String>,
    /// Who learns, or would.
    pub learners: Vec<PersonId>,
}

impl News {
    /// Why it was decided as it was, or why the class does not take place.
    ///
    /// # Errors
    /// A [`Fault`] when what is kept does not open in its place.
    pub fn reason(&self, key: &SealKey, tenant: TenantId) -> Result<Option<String>, Fault> {
        match &self.cancelled_because {
            Some(told) => Ok(Some(told.clone())),
            None => remark::open(key, &reason_cell(tenant, self.application), self.reason.as_deref()),
        }
    }
}

/// A title in the languages it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    pub ja: String,
    pub en: Option<String>,
}

db::statement! {
    ReadNews { tenant: TenantId => Uuid, ids: Vec<CourseApplicationId> => Array<Uuid> }
        -> (
            SqlUuid, SqlUuid, Int8, Int8, Nullable<SqlText>, Nullable<SqlBytes>, Int4, SqlText, Nullable<SqlText>, SqlText,
            Nullable<SqlText>,
            Nullable<SqlTimestamptz>, Bool, Nullable<Int8>, Nullable<SqlText>, Array<SqlUuid>,
        ) =
        "WITH learn AS (SELECT p.application_id, array_agg(p.person_id ORDER BY p.person_id) AS people \
           FROM course.application_people AS p WHERE p.tenant_id = $1 AND p.application_id = ANY ($2) \
             AND p.role = 'participant' AND NOT p.left_party GROUP BY p.application_id) \
         SELECT a.id, a.applicant_id, a.receipt_number, a.total, \
           CASE WHEN a.state = 'class_cancelled' THEN c.reason END, a.reason, a.version, \
           k.title, k.title_en, c.title, c.title_en, c.results_at, \
           a.state = 'waitlisted', a.draw_number, \
           CASE WHEN a.state = 'admitted' AND c.delivery <> 'in_person' THEN c.join_url END, coalesce(n.people, '{}') \
         FROM course.applications AS a \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = a.class_id \
         JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id \
         LEFT JOIN learn AS n ON n.application_id = a.id \
         WHERE a.tenant_id = $1 AND a.id = ANY ($2) ORDER BY a.id"
}

db::statement! {
    ReadTitles { tenant: TenantId => Uuid, classes: Vec<CourseClassId> => Array<Uuid> }
        -> (SqlUuid, SqlText, Nullable<SqlText>, SqlText, Nullable<SqlText>) =
        "SELECT c.id, k.title, k.title_en, c.title, c.title_en FROM course.classes AS c \
         JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id WHERE c.tenant_id = $1 AND c.id = ANY ($2)"
}

#[derive(Queryable)]
struct Row {
    application: CourseApplicationId,
    applicant: PatronId,
    receipt_number: i64,
    total: i64,
    cancelled_because: Option<String>,
    reason: Option<Vec<u8>>,
    version: i32,
    course: String,
    course_en: Option<String>,
    class: String,
    class_en: Option<String>,
    results_at: Option<Instant>,
    waits: bool,
    draw_number: Option<i64>,
    join_url: Option<String>,
    learners: Vec<PersonId>,
}

/// What there is to be told of these applications, as they stand. For letters, which are intended in the same transaction.
///
/// # Errors
/// A [`Fault`].
pub async fn news(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<News>, Fault> {
    let rows: Vec<Row> = ReadNews { tenant: tx.tenant(), ids: ids.clone() }.load(tx.conn()).await?;
    let waits = rows.iter().any(|row| row.waits);
    let positions = if waits { sql::positions(tx, ids).await? } else { BTreeMap::new() };
    let told = |row: Row| News {
        application: row.application,
        applicant: row.applicant,
        receipt_number: row.receipt_number,
        total: row.total,
        cancelled_because: row.cancelled_because,
        reason: row.reason,
        version: row.version,
        course: Title { ja: row.course, en: row.course_en },
        class: Title { ja: row.class, en: row.class_en },
        results_at: row.results_at,
        position: positions.get(&row.application).copied(),
        draw_number: row.draw_number,
        join_url: row.join_url,
        learners: row.learners,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// How a class and its course are called.
///
/// # Errors
/// A [`Fault`].
pub async fn titles(tx: &mut TenantTx, class: CourseClassId) -> Result<(Title, Title), Fault> {
    titles_of(tx, vec![class]).await?.remove(&class).ok_or(Fault::Unexpected("a class has a title"))
}

/// As [`titles`], of many in one statement.
///
/// # Errors
/// A [`Fault`].
pub async fn titles_of(
    tx: &mut TenantTx,
    classes: Vec<CourseClassId>,
) -> Result<BTreeMap<CourseClassId, (Title, Title)>, Fault> {
    type Names = (CourseClassId, String, Option<String>, String, Option<String>);
    let rows: Vec<Names> = ReadTitles { tenant: tx.tenant(), classes }.load(tx.conn()).await?;
    let both = |(class, ja, en, own, own_en): Names| (class, (Title { ja, en }, Title { ja: own, en: own_en }));
    Ok(rows.into_iter().map(both).collect())
}
