//! What letters say of applications: all of them in one statement.

use db::{Fault, TenantTx};
use diesel::sql_types::{Int4, Int8, Nullable, Text as SqlText, Timestamptz as SqlTimestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{CourseApplicationId, PatronId, TenantId},
};

/// An application in the words of who applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub application: CourseApplicationId,
    pub applicant: PatronId,
    /// 受付番号.
    pub receipt_number: i64,
    /// Yen, tax included.
    pub total: i64,
    /// Why it was decided as it was, for those who were refused or put out.
    pub reason: Option<String>,
    /// From 1, one more with every move.
    pub version: i32,
    pub course: Title,
    pub class: Title,
    /// 結果通知: decisions are told from then on.
    pub results_at: Option<Instant>,
    /// The place in the line from 1, while it waits.
    pub position: Option<i64>,
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
            SqlUuid, SqlUuid, Int8, Int8, Nullable<SqlText>, Int4, SqlText, Nullable<SqlText>, SqlText, Nullable<SqlText>,
            Nullable<SqlTimestamptz>, Nullable<Int8>,
        ) =
        "SELECT a.id, a.applicant_id, a.receipt_number, a.total, \
           CASE WHEN a.state = 'class_cancelled' THEN c.reason ELSE a.reason END, a.version, \
           k.title, k.title_en, c.title, c.title_en, c.results_at, \
           CASE WHEN a.state = 'waitlisted' THEN (SELECT count(*) FROM course.applications AS b WHERE b.tenant_id = $1 \
             AND b.class_id = a.class_id AND b.state = 'waitlisted' AND b.waiting_key <= a.waiting_key) END \
         FROM course.applications AS a \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = a.class_id \
         JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id \
         WHERE a.tenant_id = $1 AND a.id = ANY ($2) ORDER BY a.id"
}

type Row = (
    CourseApplicationId,
    PatronId,
    i64,
    i64,
    Option<String>,
    i32,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<Instant>,
    Option<i64>,
);

/// What there is to be told of these applications, as they stand. For letters, which are intended in the same transaction.
///
/// # Errors
/// A [`Fault`].
pub async fn news(tx: &mut TenantTx, ids: Vec<CourseApplicationId>) -> Result<Vec<News>, Fault> {
    let rows: Vec<Row> = ReadNews { tenant: tx.tenant(), ids }.load(tx.conn()).await?;
    let told = |row: Row| {
        let (application, applicant, receipt_number, total, reason, version, ja, en, own, own_en, results_at, position) =
            row;
        News {
            application,
            applicant,
            receipt_number,
            total,
            reason,
            version,
            course: Title { ja, en },
            class: Title { ja: own, en: own_en },
            results_at,
            position,
        }
    };
    Ok(rows.into_iter().map(told).collect())
}
