//! Calendars as RFC 5545 writes them: lines end in CRLF, none is longer than 75 octets, times are in Asia/Tokyo, which has no
//! summer time.

use std::fmt::Write as _;

use kernel::{Instant, JST};
use time::{UtcOffset, macros::format_description};

/// Octets of a line without its end (RFC 5545, 3.1).
const LONGEST: usize = 75;

/// One event.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The same for the same thing for ever.
    pub uid: String,
    pub sequence: i32,
    pub changed_at: Instant,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub summary: String,
    pub location: String,
    pub cancelled: bool,
}

/// A calendar of a service with a name and its events.
pub fn calendar((service, name): (&str, &str), entries: &[Entry]) -> String {
    let mut text = String::new();
    let maker = format!("PRODID:-//itsudemo//{service}//JA");
    for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0", maker.as_str(), "CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        line(&mut text, fixed);
    }
    line(&mut text, &format!("X-WR-CALNAME:{}", escaped(name)));
    for fixed in [
        "X-WR-TIMEZONE:Asia/Tokyo",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Tokyo",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0900",
        "TZOFFSETTO:+0900",
        "TZNAME:JST",
        "END:STANDARD",
        "END:VTIMEZONE",
    ] {
        line(&mut text, fixed);
    }
    entries.iter().for_each(|entry| event(&mut text, entry));
    line(&mut text, "END:VCALENDAR");
    text
}

fn event(text: &mut String, entry: &Entry) {
    let changed = stamp(entry.changed_at, UtcOffset::UTC);
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}", escaped(&entry.uid)));
    line(text, &format!("DTSTAMP:{changed}Z"));
    line(text, &format!("LAST-MODIFIED:{changed}Z"));
    line(text, &format!("SEQUENCE:{}", entry.sequence));
    line(text, &format!("DTSTART;TZID=Asia/Tokyo:{}", stamp(entry.starts_at, JST)));
    line(text, &format!("DTEND;TZID=Asia/Tokyo:{}", stamp(entry.ends_at, JST)));
    line(text, &format!("SUMMARY:{}", escaped(&entry.summary)));
    line(text, &format!("LOCATION:{}", escaped(&entry.location)));
    line(text, if entry.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
    line(text, if entry.cancelled { "TRANSP:TRANSPARENT" } else { "TRANSP:OPAQUE" });
    line(text, "END:VEVENT");
}

fn stamp(at: Instant, zone: UtcOffset) -> String {
    at.to_offset(zone).format(format_description!("[year][month][day]T[hour][minute][second]")).unwrap_or_default()
}

/// Text as a value (RFC 5545, 3.3.11); control characters have no place in one.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// Writes a line, folded between letters: a letter of several octets is never cut.
fn line(text: &mut String, content: &str) {
    let mut used = 0;
    for letter in content.chars() {
        if used + letter.len_utf8() > LONGEST {
            text.push_str("\r\n ");
            used = 1;
        }
        used += letter.len_utf8();
        let _ = text.write_char(letter);
    }
    text.push_str("\r\n");
}
