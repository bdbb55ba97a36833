//! Queries on draws.

use std::collections::BTreeMap;

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{ApplicationWindowId, CourseApplicationId, CourseClassId, DrawId, TenantId},
};

use super::{Draw, rules::name_of};
use crate::{
    application::Application,
    schema::{application_windows, applications, classes, draws},
};

db::statement! {
    /// Windows of a published class that are decided by a draw and have none, and of which nobody voided one but for this reason.
    Owed { tenant: TenantId => Uuid, class: CourseClassId => Uuid, reason: &'static str => Text } -> (diesel::sql_types::Uuid,) =
        "SELECT w.id FROM course.application_windows AS w JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = w.class_id \
         WHERE w.tenant_id = $1 AND w.class_id = $2 AND c.state = 'published' AND coalesce(w.admission, c.admission) = 'draw' \
         AND NOT EXISTS (SELECT FROM course.draws AS d WHERE d.tenant_id = $1 AND d.window_id = w.id \
           AND (d.state <> 'voided' OR d.reason <> $3)) \
         ORDER BY w.opens_at, w.id"
}

db::statement! {
    /// Draws that are announced for windows of a class that are decided otherwise.
    NotDrawn { tenant: TenantId => Uuid, class: CourseClassId => Uuid } -> (diesel::sql_types::Uuid,) =
        "SELECT d.id FROM course.draws AS d \
         JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = d.window_id \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = d.class_id \
         WHERE d.tenant_id = $1 AND d.class_id = $2 AND d.state = 'committed' AND coalesce(w.admission, c.admission) <> 'draw' \
         ORDER BY d.id"
}

db::statement! {
    /// The results of a class cut the time for paper only of a window that closed before them.
    DrawsToFreeze { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8, usual: i32 => Int4 }
        -> (diesel::sql_types::Uuid,) =
        "SELECT d.id FROM course.draws AS d \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = d.class_id AND c.state = 'published' \
         JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = d.window_id \
         CROSS JOIN (SELECT coalesce(max(s.paper_hours), $4) * interval '1 hour' AS paper FROM course.settings AS s \
           WHERE s.tenant_id = $1) AS p \
         WHERE d.tenant_id = $1 AND d.state = 'committed' AND w.closes_at <= $2 \
           AND (w.closes_at + p.paper <= $2 OR (w.closes_at <= c.results_at AND c.results_at <= $2)) \
         ORDER BY w.opens_at, w.id LIMIT $3"
}

db::statement! {
    /// Of a window that closes after the results of its class, those come once paper has had its time.
    DrawsToPublish { tenant: TenantId => Uuid, at: Instant => Timestamptz, most: i64 => Int8, usual: i32 => Int4 }
        -> (diesel::sql_types::Uuid,) =
        "SELECT d.id FROM course.draws AS d \
         JOIN course.classes AS c ON c.tenant_id = $1 AND c.id = d.class_id AND c.state = 'published' \
         JOIN course.application_windows AS w ON w.tenant_id = $1 AND w.id = d.window_id \
         CROSS JOIN (SELECT coalesce(max(s.paper_hours), $4) * interval '1 hour' AS paper FROM course.settings AS s \
           WHERE s.tenant_id = $1) AS p \
         WHERE d.tenant_id = $1 AND d.state = 'frozen' AND NOT d.awaits_value AND c.results_at <= $2 \
           AND (w.closes_at <= c.results_at OR w.closes_at + p.paper <= $2) \
         ORDER BY w.opens_at, w.id LIMIT $3"
}

/// A window as far as draws are concerned.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = application_windows)]
pub struct WindowOf {
    pub class_id: CourseClassId,
    pub opens_at: Instant,
    pub created_at: Instant,
    /// How it is decided, where it says so itself.
    pub admission: Option<String>,
}

pub async fn insert(tx: &mut TenantTx, row: &Draw) -> Result<(), Fault> {
    diesel::insert_into(draws::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: DrawId) -> Result<Option<Draw>, Fault> {
    let query = draws::table.of(tx.tenant()).filter(draws::id.eq(id)).select(Draw::as_select());
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn find_for_update(tx: &mut TenantTx, id: DrawId) -> Result<Option<Draw>, Fault> {
    let query = draws::table.of(tx.tenant()).filter(draws::id.eq(id)).select(Draw::as_select()).for_update();
    Ok(query.first(tx.conn()).await.optional()?)
}

pub async fn list(
    tx: &mut TenantTx,
    class: Option<CourseClassId>,
    ask: &PageAsk,
    house: bool,
) -> Result<Vec<Draw>, Fault> {
    let mut query = draws::table.of(tx.tenant()).into_boxed();
    if let Some(class) = class {
        query = query.filter(draws::class_id.eq(class));
    }
    if !house {
        let published = classes::table.of(tx.tenant()).filter(classes::published_at.is_not_null()).select(classes::id);
        query = query.filter(draws::class_id.eq_any(published));
    }
    if let Some(after) = ask.after {
        query = query.filter(draws::id.gt(after));
    }
    Ok(query.order(draws::id.asc()).limit(ask.rows()).select(Draw::as_select()).load(tx.conn()).await?)
}

pub async fn update(tx: &mut TenantTx, one: &Draw) -> Result<(), Fault> {
    diesel::update(draws::table.of(tx.tenant()).filter(draws::id.eq(one.id)))
        .set((
            draws::state.eq(&one.state),
            draws::entries.eq(&one.entries),
            draws::entries_hash.eq(&one.entries_hash),
            draws::proof.eq(&one.proof),
            draws::reason.eq(&one.reason),
            draws::frozen_at.eq(one.frozen_at),
            draws::published_at.eq(one.published_at),
            draws::capacity.eq(one.capacity),
            draws::promised.eq(one.promised),
            draws::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The state of the draw of a window that nobody voided, held until the transaction ends.
pub async fn state_held(tx: &mut TenantTx, window: ApplicationWindowId) -> Result<Option<String>, Fault> {
    let of = draws::table.of(tx.tenant()).filter(draws::window_id.eq(window)).filter(draws::state.ne("voided"));
    Ok(of.select(draws::state).for_update().first(tx.conn()).await.optional()?)
}

/// The first draw of a class that is neither published nor voided.
pub async fn announced_of(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<DrawId>, Fault> {
    let of = draws::table.of(tx.tenant()).filter(draws::class_id.eq(class));
    let open = of.filter(draws::state.eq_any(["committed", "frozen"])).order(draws::id.asc());
    Ok(open.select(draws::id).first(tx.conn()).await.optional()?)
}

/// Windows of a class of which the entries of the draw are fixed.
pub async fn fixed_windows(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<ApplicationWindowId>, Fault> {
    let of = draws::table.of(tx.tenant()).filter(draws::class_id.eq(class));
    let fixed = of.filter(draws::state.eq_any(["frozen", "published"]));
    Ok(fixed.select(draws::window_id).load(tx.conn()).await?)
}

/// Voids what is not published of a class, and says which.
pub async fn void_all(tx: &mut TenantTx, class: CourseClassId, reason: &str) -> Result<Vec<DrawId>, Fault> {
    let of = draws::table.of(tx.tenant()).filter(draws::class_id.eq(class));
    let open = of.filter(draws::state.eq_any(["committed", "frozen"]));
    let voided = (draws::state.eq("voided"), draws::reason.eq(reason), draws::version.eq(draws::version + 1));
    Ok(diesel::update(open).set(voided).returning(draws::id).get_results(tx.conn()).await?)
}

pub async fn window(tx: &mut TenantTx, id: ApplicationWindowId) -> Result<Option<WindowOf>, Fault> {
    let of = application_windows::table.of(tx.tenant()).filter(application_windows::id.eq(id));
    Ok(of.select(WindowOf::as_select()).first(tx.conn()).await.optional()?)
}

pub async fn closes_at(tx: &mut TenantTx, window: ApplicationWindowId) -> Result<Instant, Fault> {
    let of = application_windows::table.of(tx.tenant()).filter(application_windows::id.eq(window));
    Ok(of.select(application_windows::closes_at).first(tx.conn()).await?)
}

pub async fn results_at(tx: &mut TenantTx, class: CourseClassId) -> Result<Option<Instant>, Fault> {
    let of = classes::table.of(tx.tenant()).filter(classes::id.eq(class));
    Ok(of.select(classes::results_at).first(tx.conn()).await?)
}

pub async fn owed(
    tx: &mut TenantTx,
    class: CourseClassId,
    reason: &'static str,
) -> Result<Vec<ApplicationWindowId>, Fault> {
    let rows: Vec<(ApplicationWindowId,)> = Owed { tenant: tx.tenant(), class, reason }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(window,)| window).collect())
}

/// How long paper has where a tenant says nothing.
fn usual_hours() -> i32 {
    crate::settings::Settings::default().paper_hours
}

pub async fn to_freeze(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<DrawId>, Fault> {
    let rows: Vec<(DrawId,)> =
        DrawsToFreeze { tenant: tx.tenant(), at, most, usual: usual_hours() }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(draw,)| draw).collect())
}

pub async fn to_publish(tx: &mut TenantTx, at: Instant, most: i64) -> Result<Vec<DrawId>, Fault> {
    let rows: Vec<(DrawId,)> =
        DrawsToPublish { tenant: tx.tenant(), at, most, usual: usual_hours() }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(draw,)| draw).collect())
}

pub async fn not_drawn(tx: &mut TenantTx, class: CourseClassId) -> Result<Vec<DrawId>, Fault> {
    let rows: Vec<(DrawId,)> = NotDrawn { tenant: tx.tenant(), class }.load(tx.conn()).await?;
    Ok(rows.into_iter().map(|(draw,)| draw).collect())
}

/// Who has entered and not left.
pub async fn entered(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<Vec<Application>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::window_id.eq(window)).filter(applications::state.eq("entered"));
    Ok(query.order(applications::draw_number.asc()).select(Application::as_select()).load(tx.conn()).await?)
}

/// The applications of a window by the name of their entry.
pub async fn numbers(
    tx: &mut TenantTx,
    class: CourseClassId,
    window: ApplicationWindowId,
) -> Result<BTreeMap<String, CourseApplicationId>, Fault> {
    let of = applications::table.of(tx.tenant()).filter(applications::class_id.eq(class));
    let query = of.filter(applications::window_id.eq(window)).filter(applications::draw_number.is_not_null());
    let rows: Vec<(Option<i64>, CourseApplicationId)> =
        query.select((applications::draw_number, applications::id)).load(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|(number, id)| Some((name_of(number?), id))).collect())
}
