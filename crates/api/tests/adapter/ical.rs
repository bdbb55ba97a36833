//! Calendar files (RFC 5545).

use proptest::prelude::*;
use time::macros::datetime;

use api::ical::{Entry, calendar, escaped};

fn entry(summary: &str) -> Entry {
    Entry {
        uid: "hire_01@hall".to_owned(),
        sequence: 2,
        changed_at: datetime!(2026-12-01 01:02:03 UTC),
        starts_at: datetime!(2026-12-12 15:30 UTC),
        ends_at: datetime!(2026-12-12 18:00 UTC),
        summary: summary.to_owned(),
        location: "会館 ホール".to_owned(),
        cancelled: false,
    }
}

#[test]
fn an_event_says_when_in_japan_and_when_it_changed_in_utc() {
    let text = calendar(("venue", "ホール"), &[entry("演奏会; 第1部, 第2部")]);
    for part in [
        "DTSTART;TZID=Asia/Tokyo:20261213T003000\r\n",
        "DTEND;TZID=Asia/Tokyo:20261213T030000\r\n",
        "DTSTAMP:20261201T010203Z\r\n",
        "SEQUENCE:2\r\n",
        "SUMMARY:演奏会\\; 第1部\\, 第2部\r\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

proptest! {
    #[test]
    fn no_line_is_longer_than_75_octets_and_unfolded_every_summary_is_whole(summary in any::<String>(), wide in "[あ-ん,;\\\\]{0,90}") {
        let summary = format!("{summary}{wide}");
        let text = calendar(("venue", "x"), &[entry(&summary)]);
        prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
        let lines: Vec<&str> = text.split("\r\n").collect();
        prop_assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
        let unfolded = text.replace("\r\n ", "");
        let expected = format!("\r\nSUMMARY:{}\r\n", escaped(&summary));
        prop_assert!(unfolded.contains(&expected));
        prop_assert_eq!(unfolded.matches("\r\nBEGIN:VEVENT\r\n").count(), 1, "a title never makes an event");
    }
}
