//! Counters for operators, on a listener that is private by default.

use std::{fs, time::Duration};

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use poem::{Endpoint, Response, Route, endpoint::make, get, http::header};

use crate::edge::Shutdown;

/// Upper bounds of every histogram, in seconds: from an answer without a database to the longest deadline.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];

/// Installs the process-wide recorder.
///
/// # Errors
/// One is installed already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().set_buckets(SECONDS)?.install_recorder()
}

/// `GET /metrics` in the Prometheus text format.
pub fn endpoint(handle: PrometheusHandle) -> impl Endpoint {
    let render = make(move |_| {
        let handle = handle.clone();
        async move {
            if let Some(bytes) = resident_bytes() {
                metrics::gauge!("process_resident_memory_bytes").set(bytes);
            }
            let version = "text/plain; version=0.0.4; charset=utf-8";
            Response::builder().header(header::CONTENT_TYPE, version).body(handle.render())
        }
    });
    Route::new().at("/metrics", get(render))
}

/// Folds the samples of histograms together every few seconds; without it they pile up until somebody scrapes.
pub async fn upkeep(handle: PrometheusHandle, shutdown: Shutdown) {
    let mut tick = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            () = shutdown.closing() => return,
            _ = tick.tick() => handle.run_upkeep(),
        }
    }
}

/// Memory of this process that is not swapped out; only Linux tells.
fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u32 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(f64::from(kib) * 1024.0)
}
