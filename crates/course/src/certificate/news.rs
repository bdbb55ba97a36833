//! What letters say of certificates: all of them in one statement.

use db::{Fault, TenantTx};
use diesel::sql_types::{BigInt as SqlBig, Integer as SqlInt, Nullable, Text as SqlText, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::ids::{CertificateId, PatronId, PersonId, TenantId};

use crate::application::Title;

/// A certificate in the words of who applied for the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateNews {
    pub certificate: CertificateId,
    pub applicant: PatronId,
    /// Who learned.
    pub person: PersonId,
    /// `2026-000012`.
    pub number: String,
    pub check_code: String,
    pub course: Title,
    pub class: Title,
}

db::statement! {
    ReadNews { tenant: TenantId => Uuid, ids: Vec<CertificateId> => Array<Uuid> } -> (
        SqlUuid, SqlUuid, SqlUuid, SqlInt, SqlBig, SqlText, SqlText, Nullable<SqlText>, SqlText,
        Nullable<SqlText>,
    ) =
        "SELECT x.id, a.applicant_id, e.person_id, x.fiscal_year, x.number, x.check_code, k.title, k.title_en, c.title, c.title_en \
         FROM course.certificates AS x \
         JOIN course.enrolments AS e ON e.tenant_id = $1 AND e.id = x.enrolment_id \
         JOIN course.applications AS a ON a.tenant_id = $1 AND a.id = e.application_id \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = e.class_id \
         JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id \
         WHERE x.tenant_id = $1 AND x.id = ANY ($2) ORDER BY x.id"
}

/// What there is to be told of these certificates. For letters, which are intended in the same transaction.
///
/// # Errors
/// A [`Fault`].
pub async fn news(tx: &mut TenantTx, ids: Vec<CertificateId>) -> Result<Vec<CertificateNews>, Fault> {
    type Row = (CertificateId, PatronId, PersonId, i32, i64, String, String, Option<String>, String, Option<String>);
    let rows: Vec<Row> = ReadNews { tenant: tx.tenant(), ids }.load(tx.conn()).await?;
    let told = |(certificate, applicant, person, year, number, check_code, ja, en, own, own_en): Row| CertificateNews {
        certificate,
        applicant,
        person,
        number: super::printed(year, number),
        check_code,
        course: Title { ja, en },
        class: Title { ja: own, en: own_en },
    };
    Ok(rows.into_iter().map(told).collect())
}
