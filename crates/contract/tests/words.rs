//! Words as they stand on the wire, and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use contract::{Date, Instant};
use poem_openapi::types::{ParseFromParameter, ToJSON};
use serde_json::Value;

#[test]
fn a_day_reads_back_and_nothing_else_is_one() {
    let read = Date::parse_from_parameter;
    assert_eq!(read("2026-11-22").unwrap().text(), "2026-11-22");
    assert_eq!(serde_json::to_string(&read("1900-02-09").unwrap()).unwrap(), "\"1900-02-09\"");
    for wrong in ["2026-11-31", "2026-1-2", "26-11-22", "2026-11-22T00:00:00Z", "0001-01-01", ""] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_moment_is_written_in_japan_time_whatever_its_offset_was() {
    let read = Instant::parse_from_parameter("2026-11-22T15:00:00Z").unwrap();
    assert_eq!(read.text(), "2026-11-23T00:00:00+09:00");
}

#[test]
fn in_a_large_answer_a_moment_is_written_as_everywhere() {
    for text in [
        "2026-11-22T15:00:00Z",
        "2026-11-22T15:00:00.000001Z",
        "1900-01-01T00:00:00+09:00",
        "8999-12-31T23:59:59.12+09:00",
    ] {
        let read = Instant::parse_from_parameter(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{}\"", read.text()));
        assert_eq!(read.to_json(), Some(Value::String(read.text())));
    }
}

#[test]
fn a_time_without_an_offset_is_refused() {
    assert!(Instant::parse_from_parameter("2026-11-22T15:00:00").is_err());
    assert!(Instant::parse_from_parameter("2026-11-22").is_err());
}
