//! Queries about forms and answers.

use std::collections::BTreeMap;

use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
    statement::OfTenant as _,
};
use diesel::{
    prelude::*,
    sql_types::{
        Binary as SqlBytes, Date as SqlDate, Integer as SqlInt, Nullable as SqlNullable, Timestamptz as SqlTime,
        Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{AnswerSetId, FormId, FormVersionId, PersonId, TenantId},
};
use time::Date;
use uuid::Uuid;

use super::{AnswerSet, AnswerValue, Answers, Asked, Form, FormVersion, Subject};
use crate::{
    Keys,
    schema::{answer_sets, answers, form_versions, forms},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = forms)]
struct FormRow {
    id: FormId,
    code: String,
    name: String,
    name_en: Option<String>,
    newest: i32,
    retired_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
    version: i32,
}

impl From<FormRow> for Form {
    fn from(row: FormRow) -> Self {
        let FormRow { id, code, name, name_en, newest, retired_at, created_at, updated_at, version } = row;
        Self { id, code, name, name_en, newest, retired_at, created_at, updated_at, version }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = form_versions)]
struct VersionRow {
    id: FormVersionId,
    form_id: FormId,
    number: i32,
    questions: serde_json::Value,
    created_at: Instant,
}

impl VersionRow {
    fn read(self) -> Result<FormVersion, Fault> {
        let unreadable = |_| Fault::Unexpected("questions read back");
        let questions = serde_json::from_value(self.questions).map_err(unreadable)?;
        Ok(FormVersion { id: self.id, form: self.form_id, number: self.number, questions, created_at: self.created_at })
    }
}

pub async fn insert(tx: &mut TenantTx, form: &Form) -> Result<(), Fault> {
    let Form { id, code, name, name_en, newest, retired_at, created_at, updated_at, version } = form.clone();
    let row = FormRow { id, code, name, name_en, newest, retired_at, created_at, updated_at, version };
    diesel::insert_into(forms::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

pub async fn insert_version(tx: &mut TenantTx, version: &FormVersion) -> Result<(), Fault> {
    let row = VersionRow {
        id: version.id,
        form_id: version.form,
        number: version.number,
        questions: serde_json::to_value(&version.questions)
            .map_err(|_| Fault::Unexpected("questions are told in JSON"))?,
        created_at: version.created_at,
    };
    diesel::insert_into(form_versions::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: FormId) -> Result<Option<Form>, Fault> {
    let query = forms::table.of(tx.tenant()).filter(forms::id.eq(id)).select(FormRow::as_select());
    Ok(query.first(tx.conn()).await.optional()?.map(Form::from))
}

pub async fn locked(tx: &mut TenantTx, id: FormId) -> Result<Option<Form>, Fault> {
    let query = forms::table.of(tx.tenant()).filter(forms::id.eq(id)).select(FormRow::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?.map(Form::from))
}

pub async fn list(tx: &mut TenantTx, page: &PageAsk) -> Result<Vec<Form>, Fault> {
    let mut query = forms::table.of(tx.tenant()).into_boxed();
    if let Some(after) = page.after {
        query = query.filter(forms::id.gt(after));
    }
    let query = query.order(forms::id.asc()).limit(page.rows()).select(FormRow::as_select());
    let rows: Vec<FormRow> = query.load(tx.conn()).await?;
    Ok(rows.into_iter().map(Form::from).collect())
}

/// Writes a form whose row is locked.
pub async fn update(tx: &mut TenantTx, form: &Form) -> Result<(), Fault> {
    diesel::update(forms::table.of(tx.tenant()).filter(forms::id.eq(form.id)))
        .set((
            forms::name.eq(&form.name),
            forms::name_en.eq(&form.name_en),
            forms::newest.eq(form.newest),
            forms::retired_at.eq(form.retired_at),
            forms::updated_at.eq(form.updated_at),
            forms::version.eq(form.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn version(tx: &mut TenantTx, id: FormVersionId) -> Result<Option<FormVersion>, Fault> {
    let query = form_versions::table.of(tx.tenant()).filter(form_versions::id.eq(id)).select(VersionRow::as_select());
    query.first(tx.conn()).await.optional()?.map(VersionRow::read).transpose()
}

pub async fn versions_of(tx: &mut TenantTx, ids: &[FormVersionId]) -> Result<Vec<FormVersion>, Fault> {
    let query = form_versions::table.of(tx.tenant()).filter(form_versions::id.eq_any(ids)).order(form_versions::id);
    let rows: Vec<VersionRow> = query.select(VersionRow::as_select()).load(tx.conn()).await?;
    rows.into_iter().map(VersionRow::read).collect()
}

pub async fn numbered(tx: &mut TenantTx, form: FormId, number: i32) -> Result<Option<FormVersion>, Fault> {
    let query = form_versions::table.of(tx.tenant()).filter(form_versions::form_id.eq(form));
    let query = query.filter(form_versions::number.eq(number)).select(VersionRow::as_select());
    query.first(tx.conn()).await.optional()?.map(VersionRow::read).transpose()
}

pub async fn versions(tx: &mut TenantTx, form: FormId, page: &PageAsk) -> Result<Vec<FormVersion>, Fault> {
    let mut query = form_versions::table.of(tx.tenant()).filter(form_versions::form_id.eq(form)).into_boxed();
    if let Some(after) = page.after {
        query = query.filter(form_versions::id.gt(after));
    }
    let query = query.order(form_versions::id.asc()).limit(page.rows()).select(VersionRow::as_select());
    let rows: Vec<VersionRow> = query.load(tx.conn()).await?;
    rows.into_iter().map(VersionRow::read).collect()
}

const fn cell(tenant: TenantId, id: Uuid) -> Cell {
    Cell { tenant, table: "patron.answers", column: "personal", row: id }
}

#[derive(Insertable)]
#[diesel(table_name = answer_sets)]
struct NewSet {
    id: AnswerSetId,
    form_version_id: FormVersionId,
    subject_kind: &'static str,
    subject_id: Uuid,
    person_id: Option<PersonId>,
    revision: i32,
    created_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = answers)]
struct NewAnswer {
    id: Uuid,
    answer_set_id: AnswerSetId,
    personal: Vec<u8>,
    forget_on: Option<Date>,
}

pub async fn insert_answers(tx: &mut TenantTx, keys: Keys<'_>, sets: &[(&Subject, AnswerSet)]) -> Result<(), Fault> {
    let row = |(subject, set): &(&Subject, AnswerSet)| NewSet {
        id: set.id,
        form_version_id: set.form_version,
        subject_kind: subject.kind,
        subject_id: subject.id,
        person_id: set.person,
        revision: set.revision,
        created_at: set.created_at,
    };
    let rows: Vec<NewSet> = sets.iter().map(row).collect();
    diesel::insert_into(answer_sets::table).values(rows).execute(tx.conn()).await?;
    let mut rows = Vec::new();
    let answered = sets.iter().flat_map(|(_, set)| set.answers.iter().map(move |(code, answer)| (set, code, answer)));
    for (set, code, answer) in answered {
        let id = Uuid::new_v4();
        let text = serde_json::to_vec(&(code, answer)).map_err(|_| Fault::Unexpected("an answer is told in JSON"))?;
        let personal = sealed::seal(keys.seal, &cell(tx.tenant(), id), &text)?;
        rows.push(NewAnswer { id, answer_set_id: set.id, personal, forget_on: set.forget_on.get(code).copied() });
    }
    diesel::insert_into(answers::table).values(rows).execute(tx.conn()).await?;
    Ok(())
}

/// What a revision said of itself.
pub struct Superseded {
    pub form_version: FormVersionId,
    pub revision: i32,
}

/// Holds the first revision for the rest of the transaction: who amends at the same time waits here, and amends what comes.
async fn lock_first(tx: &mut TenantTx, asked: &Asked) -> Result<(), Fault> {
    let rows = answer_sets::table.of(tx.tenant()).filter(answer_sets::subject_id.eq(asked.subject.id));
    let rows = rows.filter(answer_sets::subject_kind.eq(asked.subject.kind)).filter(answer_sets::revision.eq(1));
    let first = rows.filter(answer_sets::person_id.is_not_distinct_from(asked.person));
    let _: Option<AnswerSetId> = first.select(answer_sets::id).for_update().first(tx.conn()).await.optional()?;
    Ok(())
}

/// Closes what stands; nothing when nothing does.
pub async fn supersede(tx: &mut TenantTx, asked: &Asked, now: Instant) -> Result<Option<Superseded>, Fault> {
    lock_first(tx, asked).await?;
    let rows = answer_sets::table.of(tx.tenant()).filter(answer_sets::subject_id.eq(asked.subject.id));
    let rows = rows.filter(answer_sets::subject_kind.eq(asked.subject.kind));
    let rows = rows.filter(answer_sets::person_id.is_not_distinct_from(asked.person));
    let closed: Option<(FormVersionId, i32)> = diesel::update(rows.filter(answer_sets::superseded_at.is_null()))
        .set(answer_sets::superseded_at.eq(now))
        .returning((answer_sets::form_version_id, answer_sets::revision))
        .get_result(tx.conn())
        .await
        .optional()?;
    Ok(closed.map(|(form_version, revision)| Superseded { form_version, revision }))
}

type SetRow = (
    SqlUuid,
    SqlUuid,
    SqlUuid,
    SqlNullable<SqlUuid>,
    SqlInt,
    SqlTime,
    SqlNullable<SqlTime>,
    SqlNullable<SqlUuid>,
    SqlNullable<SqlBytes>,
    SqlNullable<SqlDate>,
);

db::statement! {
    /// Answers to subjects, each set with each of its answers whose day has not come.
    Answered {
        tenant: TenantId => Uuid, kind: &'static str => Text, subjects: Vec<uuid::Uuid> => Array<Uuid>, standing: bool => Bool,
        today: time::Date => Date,
    } -> SetRow =
        "SELECT s.id, s.form_version_id, s.subject_id, s.person_id, s.revision, s.created_at, s.superseded_at, a.id, a.personal, \
           a.forget_on \
         FROM patron.answer_sets AS s LEFT JOIN patron.answers AS a ON a.tenant_id = $1 AND a.answer_set_id = s.id \
           AND (a.forget_on IS NULL OR a.forget_on > $5) \
         WHERE s.tenant_id = $1 AND s.subject_kind = $2 AND s.subject_id = ANY ($3) AND (s.superseded_at IS NULL OR NOT $4) \
         ORDER BY s.subject_id, s.person_id, s.revision"
}

type Found = (
    AnswerSetId,
    FormVersionId,
    Uuid,
    Option<PersonId>,
    i32,
    Instant,
    Option<Instant>,
    Option<Uuid>,
    Option<Vec<u8>>,
    Option<Date>,
);

/// Sets with their subject, in the order of subject, person and revision: those that stand, or all, as they are on a day.
async fn load(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (kind, subjects): (&'static str, &[Uuid]),
    (standing, today): (bool, Date),
) -> Result<Vec<(Uuid, AnswerSet)>, Fault> {
    let tenant = tx.tenant();
    let asked = Answered { tenant, kind, subjects: subjects.to_vec(), standing, today };
    let rows: Vec<Found> = asked.load(tx.conn()).await?;
    let mut sets: Vec<(Uuid, AnswerSet)> = Vec::new();
    for (id, form_version, subject, person, revision, created_at, superseded_at, answer, personal, forget_on) in rows {
        if sets.last().is_none_or(|(_, last)| last.id != id) {
            let (answers, forget_on) = (Answers::new(), BTreeMap::new());
            let set = AnswerSet { id, form_version, person, revision, answers, forget_on, created_at, superseded_at };
            sets.push((subject, set));
        }
        if let (Some((_, set)), Some(answer), Some(personal)) = (sets.last_mut(), answer, personal) {
            let text = sealed::open(keys.seal, &cell(tenant, answer), &personal)?;
            let read: Result<(String, AnswerValue), _> = serde_json::from_slice(&text);
            let (code, value) = read.map_err(|_| Fault::Unexpected("a sealed answer reads back"))?;
            set.forget_on.extend(forget_on.map(|day| (code.clone(), day)));
            set.answers.insert(code, value);
        }
    }
    Ok(sets)
}

pub async fn answered(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    asked: &Asked,
    which: (bool, Date),
) -> Result<Vec<AnswerSet>, Fault> {
    let sets = load(tx, keys, (asked.subject.kind, &[asked.subject.id]), which).await?;
    Ok(sets.into_iter().map(|(_, set)| set).filter(|set| set.person == asked.person).collect())
}

pub async fn answered_many(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    of: (&'static str, &[Uuid]),
    today: Date,
) -> Result<BTreeMap<(Uuid, Option<PersonId>), AnswerSet>, Fault> {
    let sets = load(tx, keys, of, (true, today)).await?;
    Ok(sets.into_iter().map(|(subject, set)| ((subject, set.person), set)).collect())
}

db::statement! {
    /// Answers for one person become those for another, but for what was answered for both.
    AnswersHandedOver { tenant: TenantId => Uuid, gone: PersonId => Uuid, kept: PersonId => Uuid } -> () =
        "UPDATE patron.answer_sets AS s SET person_id = $3 WHERE s.tenant_id = $1 AND s.person_id = $2 AND NOT EXISTS ( \
           SELECT FROM patron.answer_sets AS o WHERE o.tenant_id = $1 AND o.subject_id = s.subject_id \
             AND o.subject_kind = s.subject_kind AND o.person_id = $3)"
}

pub async fn hand_over(tx: &mut TenantTx, gone: PersonId, kept: PersonId) -> Result<(), Fault> {
    AnswersHandedOver { tenant: tx.tenant(), gone, kept }.execute(tx.conn()).await?;
    Ok(())
}

/// Deletes answers whose day has come.
pub async fn forget(tx: &mut TenantTx, today: Date) -> Result<usize, Fault> {
    Ok(diesel::delete(answers::table.of(tx.tenant()).filter(answers::forget_on.le(today))).execute(tx.conn()).await?)
}
