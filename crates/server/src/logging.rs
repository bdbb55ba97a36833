//! Structured logs on standard error: one line per event, Japan standard time, text or JSON.

use std::{fmt, io::IsTerminal, panic};

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};
use tracing_subscriber::{
    EnvFilter,
    filter::ParseError,
    fmt::{format::Writer, time::FormatTime},
};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object per line.
    Json,
}

struct JapanTime;

impl FormatTime for JapanTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "a log line tells when it was written, whatever the clock of a test says"
    )]
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let offset = UtcOffset::from_hms(9, 0, 0).map_err(|_| fmt::Error)?;
        let now = OffsetDateTime::now_utc().to_offset(offset);
        let now = now.replace_microsecond(now.microsecond()).map_err(|_| fmt::Error)?;
        writer.write_str(&now.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

/// Starts logging for the whole process. `filter` is what `RUST_LOG` takes elsewhere, such as `info,db=debug`.
///
/// # Errors
/// The filter is not understood.
pub fn start(filter: &str, format: LogFormat) -> Result<(), ParseError> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse(filter)?)
        .with_writer(std::io::stderr)
        .with_timer(JapanTime);
    // a second start, as in tests, keeps the first
    let _ = match format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
    };
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked: {}", panic.payload_as_str().unwrap_or("no text"));
    }));
    Ok(())
}
