//! The two applications of a process: one for everybody, one for operators on their own listener.

use poem::{
    Endpoint, EndpointExt, IntoResponse, Response, Route, get, handler,
    http::{StatusCode, header},
    web::{Data, Json},
};
use poem_openapi::OpenApiService;
use serde_json::json;

use crate::{
    Desk, docs,
    front::{Front, Guard},
    operations,
    surface::SURFACE,
};

/// What everybody reaches.
pub fn public(desk: &Desk, guard: Guard) -> impl Endpoint<Output = Response> + 'static {
    Front::new(routes(desk), desk.clock.clone(), guard, false)
}

/// What operators reach, on their own listener.
pub fn operator(desk: &Desk, guard: Guard) -> impl Endpoint<Output = Response> + 'static {
    Front::new(routes(desk), desk.clock.clone(), guard, true)
}

fn routes(desk: &Desk) -> impl Endpoint + 'static {
    let service = OpenApiService::new(operations(desk), "itsudemo", env!("CARGO_PKG_VERSION"));
    docs::routes(Route::new())
        .at("/livez", get(livez))
        .at("/readyz", get(readyz))
        .at("/version", get(version))
        .at("/openapi.json", get(openapi_30))
        .at("/openapi-3.1.json", get(openapi_31))
        .nest("/", service)
        .data(desk.clone())
}

#[handler]
fn livez() -> Json<serde_json::Value> {
    Json(json!({ "status": "live" }))
}

/// Ready when it may take work: not draining, and the database answers.
#[handler]
async fn readyz(Data(desk): Data<&Desk>) -> Response {
    let taking = (desk.taking)();
    let database = desk.db.lobby(async |conn: &mut _| db::door::answers(conn).await).await.is_ok();
    let status = if taking && database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |ok: bool| if ok { "ok" } else { "not ready" };
    let body = json!({ "status": word(taking && database), "database": word(database), "taking_requests": taking });
    Json(body).with_status(status).into_response()
}

#[handler]
fn version() -> Json<serde_json::Value> {
    Json(json!({ "name": "itsudemo", "version": env!("CARGO_PKG_VERSION") }))
}

fn document(value: &serde_json::Value) -> Response {
    Response::builder()
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .content_type("application/json")
        .body(value.to_string())
}

#[handler]
fn openapi_30() -> Response {
    document(&SURFACE.v30)
}

#[handler]
fn openapi_31() -> Response {
    document(&SURFACE.v31)
}
