//! What the leaflet reads.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use diesel::sql_types::{Int4, Int8, Nullable, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{CourseClassId, TenantId, TermId},
};
use uuid::Uuid as Place;

use super::ListingFilter;
use crate::folding::kana;

db::statement! {
    /// Published classes, and completed ones where those that have ended are asked for. A rule that blocks, or a window, forbids an age when
    /// one of its requirements speaks of nothing but the age and is not met by it; so with the school year. One window that takes them is
    /// enough. A page goes on after a class, wherever that stands in the order now, whether or not it would be found: beside it, only what
    /// the leaflet may show is put in order.
    FindListings {
        tenant: TenantId => Uuid, after: Option<Place> => Nullable<Uuid>, most: i64 => BigInt, at: Instant => Timestamptz,
        words: Vec<String> => Array<Text>, genre: Option<String> => Nullable<Text>, term: Option<TermId> => Nullable<Uuid>, open: bool => Bool,
        left: bool => Bool, age: Option<i32> => Nullable<Integer>, grade: Option<i32> => Nullable<Integer>, katakana: String => Text,
        hiragana: String => Text, past: bool => Bool, sort: &'static str => Text,
    } -> (SqlUuid,) =
        "WITH o AS MATERIALIZED (SELECT b.id, CASE $15::text \
             WHEN 'starts' THEN coalesce((SELECT min(s.starts_at) FROM course.sessions AS s \
               WHERE s.tenant_id = $1 AND s.class_id = b.id AND s.state <> 'cancelled'), t.starts_on::timestamp AT TIME ZONE 'Asia/Tokyo') \
             WHEN 'closes' THEN coalesce((SELECT max(v.closes_at) FROM course.application_windows AS v \
               WHERE v.tenant_id = $1 AND v.class_id = b.id), timestamptz 'infinity') \
             ELSE timestamptz 'infinity' END AS moment, \
           CASE $15::text WHEN 'code' THEN b.code ELSE '' END COLLATE \"C\" AS code, t.ends_on::timestamp AT TIME ZONE 'Asia/Tokyo' AS term_end \
           FROM course.classes AS b JOIN course.terms AS t ON t.tenant_id = $1 AND t.id = b.term_id \
           WHERE b.tenant_id = $1 AND (b.id = $2 OR (($7::uuid IS NULL OR b.term_id = $7) \
             AND (b.state = 'published' OR ($14 AND b.state = 'completed'))))) \
         SELECT c.id FROM o JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = o.id \
         JOIN course.courses AS k ON k.tenant_id = $1 AND k.id = c.course_id \
         WHERE ($2::uuid IS NULL OR (o.moment, o.code, o.id) > (SELECT f.moment, f.code, f.id FROM o AS f WHERE f.id = $2)) \
           AND ($14 OR coalesce((SELECT max(s.ends_at) FROM course.sessions AS s \
             WHERE s.tenant_id = $1 AND s.class_id = c.id AND s.state <> 'cancelled'), o.term_end) > $4) \
           AND NOT EXISTS (SELECT 1 FROM unnest($5::text[]) AS w (word) \
             WHERE position(w.word IN k.searchable) = 0 AND position(w.word IN \
                 translate(normalize(lower(normalize(concat_ws(' ', c.title, c.title_en), NFKC)), NFKC), $12, $13)) = 0 \
               AND NOT EXISTS (SELECT 1 FROM course.sessions AS s \
                 JOIN course.assignments AS g ON g.tenant_id = $1 AND g.session_id = s.id \
                 JOIN course.instructors AS i ON i.tenant_id = $1 AND i.id = g.instructor_id \
                 WHERE s.tenant_id = $1 AND s.class_id = c.id AND s.state <> 'cancelled' AND position(w.word IN translate( \
                   normalize(lower(normalize(concat_ws(' ', i.public_name, i.public_name_en), NFKC)), NFKC), $12, $13)) > 0)) \
           AND ($6::text IS NULL OR $6 = ANY (k.genres)) \
           AND (NOT $8 OR c.state = 'published') \
           AND (NOT $9 OR course.free_for_newcomer($1, c.id, $4) > 0) \
           AND EXISTS (SELECT 1 FROM course.application_windows AS v \
             WHERE v.tenant_id = $1 AND v.class_id = c.id AND (NOT $8 OR (v.opens_at <= $4 AND v.closes_at > $4)) \
               AND NOT EXISTS (SELECT 1 FROM (VALUES ('age', $10::int), ('grade', $11::int)) AS n (fact, given) \
                 CROSS JOIN (SELECT q.requirement FROM jsonb_array_elements(coalesce(c.rules -> 'eligibility', '[]')) AS r (rule) \
                     CROSS JOIN jsonb_array_elements(r.rule -> 'requires') AS q (requirement) WHERE r.rule ->> 'effect' = 'block' \
                   UNION ALL SELECT q.requirement FROM jsonb_array_elements(v.requires) AS q (requirement)) AS a \
                 WHERE n.given IS NOT NULL AND NOT EXISTS ( \
                   SELECT 1 FROM jsonb_array_elements(a.requirement -> 'any_of') AS f (condition) \
                   WHERE f.condition ->> 'fact' <> n.fact \
                     OR (coalesce((f.condition ->> 'at_least')::int <= n.given, true) \
                       AND coalesce((f.condition ->> 'at_most')::int >= n.given, true))))) \
         ORDER BY o.moment, o.code, o.id LIMIT $3"
}

db::statement! {
    /// Who waits while places are still offered, and who is in a draw, by tier; and whose time to accept or to pay is over.
    CountListings { tenant: TenantId => Uuid, classes: Vec<CourseClassId> => Array<Uuid>, at: Instant => Timestamptz }
        -> (SqlUuid, SqlText, Int4, Int8, Int8) =
        "WITH m AS MATERIALIZED (SELECT c.id, coalesce($3 < course.offers_end($1, c.id, c.promote_until), true) AS promotes \
           FROM course.classes AS c WHERE c.tenant_id = $1 AND c.id = ANY ($2)) \
         SELECT a.class_id, CASE WHEN a.state IN ('waitlisted', 'entered') THEN a.state ELSE 'late' END, a.tier, \
           count(*), sum(a.units)::int8 FROM m JOIN course.applications AS a ON a.tenant_id = $1 AND a.class_id = m.id \
         WHERE a.state = 'entered' OR (a.state = 'waitlisted' AND m.promotes) \
           OR (a.state IN ('offered', 'payment_due') AND a.due_at <= $3 AND coalesce(a.kept_until <= $3, true)) \
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
}

db::statement! {
    /// The places of classes for whoever applies.
    FreeOf { tenant: TenantId => Uuid, classes: Vec<CourseClassId> => Array<Uuid>, at: Instant => Timestamptz } -> (SqlUuid, Int8) =
        "SELECT c.id, course.free_for_newcomer($1, c.id, $3) FROM course.classes AS c WHERE c.tenant_id = $1 AND c.id = ANY ($2)"
}

db::statement! {
    /// How often classes meet, and when first and last.
    MeetingsOf { tenant: TenantId => Uuid, classes: Vec<CourseClassId> => Array<Uuid> }
        -> (SqlUuid, Int8, Nullable<SqlTime>, Nullable<SqlTime>) =
        "SELECT s.class_id, count(*), min(s.starts_at), max(s.ends_at) FROM course.sessions AS s \
         WHERE s.tenant_id = $1 AND s.class_id = ANY ($2) AND s.state <> 'cancelled' GROUP BY 1"
}

/// The state of those whose time to accept or to pay is over.
pub const LATE: &str = "late";

/// Applications of a class in one state and tier.
#[derive(Debug, Clone)]
pub struct Count {
    pub class: CourseClassId,
    pub state: String,
    pub tier: i32,
    pub applications: i64,
    pub units: i64,
}

pub async fn ids(
    tx: &mut TenantTx,
    filter: &ListingFilter,
    page: &PageAsk,
    at: Instant,
) -> Result<Vec<CourseClassId>, Fault> {
    let (katakana, hiragana) = kana();
    let statement = FindListings {
        tenant: tx.tenant(),
        after: page.after,
        most: page.rows(),
        at,
        words: filter.words.clone(),
        genre: filter.genre.clone(),
        term: filter.term,
        open: filter.open,
        left: filter.places_left,
        age: filter.age,
        grade: filter.grade,
        katakana,
        hiragana,
        past: filter.past,
        sort: filter.sort.as_str(),
    };
    Ok(statement.load::<(CourseClassId,)>(tx.conn()).await?.into_iter().map(|(id,)| id).collect())
}

pub async fn counts(tx: &mut TenantTx, classes: &[CourseClassId], at: Instant) -> Result<Vec<Count>, Fault> {
    type Row = (CourseClassId, String, i32, i64, i64);
    let rows: Vec<Row> = CountListings { tenant: tx.tenant(), classes: classes.to_vec(), at }.load(tx.conn()).await?;
    let count = |(class, state, tier, applications, units): Row| Count { class, state, tier, applications, units };
    Ok(rows.into_iter().map(count).collect())
}

pub async fn free(
    tx: &mut TenantTx,
    classes: &[CourseClassId],
    at: Instant,
) -> Result<BTreeMap<CourseClassId, i64>, Fault> {
    let statement = FreeOf { tenant: tx.tenant(), classes: classes.to_vec(), at };
    Ok(statement.load::<(CourseClassId, i64)>(tx.conn()).await?.into_iter().collect())
}

type Meetings = (i64, Option<Instant>, Option<Instant>);

pub async fn meetings(
    tx: &mut TenantTx,
    classes: &[CourseClassId],
) -> Result<BTreeMap<CourseClassId, Meetings>, Fault> {
    type Row = (CourseClassId, i64, Option<Instant>, Option<Instant>);
    let rows: Vec<Row> = MeetingsOf { tenant: tx.tenant(), classes: classes.to_vec() }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(class, count, first, last)| (class, (count, first, last))).collect())
}
