//! What each listener serves.

use db::Db;
use poem::{Endpoint, EndpointExt, Response, Route, endpoint::make, get, http::StatusCode};

use crate::{cli::ServeArgs, edge::Shutdown, serve::Plane};

/// The public plane and the operators' plane.
pub fn planes(_args: &ServeArgs, _db: &Db, shutdown: &Shutdown) -> (Plane, Plane) {
    (probes(shutdown).boxed(), probes(shutdown).boxed())
}

/// `/livez`: this process answers. `/readyz`: it wants traffic. `/version`: which build it is.
fn probes(shutdown: &Shutdown) -> impl Endpoint<Output = Response> + 'static {
    let shutdown = shutdown.clone();
    let ready = make(move |_| {
        let leaving = shutdown.is_leaving();
        async move { if leaving { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK } }
    });
    Route::new()
        .at("/livez", get(make(|_| async { "ok" })))
        .at("/readyz", get(ready))
        .at("/version", get(make(|_| async { env!("CARGO_PKG_VERSION") })))
        .map_to_response()
}
