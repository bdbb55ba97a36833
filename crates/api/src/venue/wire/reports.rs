//! Reports.

use ::venue::report;
use contract::venue::report::{DayListLine, HireLedgerLine, RoomUtilisation};
use kernel::JST;
use time::macros::format_description;

use super::hires::{hire_state, state};

fn slots(span: Option<&str>) -> Vec<String> {
    span.map(|span| span.split('+').map(str::to_owned).collect()).unwrap_or_default()
}

pub fn ledger_line(one: &report::LedgerLine) -> HireLedgerLine {
    HireLedgerLine {
        hire: one.hire.into(),
        application: one.application.into(),
        room: one.room.into(),
        room_name: one.room_name.clone(),
        date: one.day.into(),
        slots: slots(one.span.as_deref()),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        state: state(&one.state),
        hire_state: hire_state(&one.hire_state),
        title: one.title.clone(),
        patron: one.patron.into(),
        application_amount: kernel::Yen(one.total).into(),
    }
}

/// What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection); RFC 4180 otherwise.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

pub fn ledger_csv(lines: &[report::LedgerLine]) -> String {
    let clock = |at: kernel::Instant| {
        at.to_offset(JST).format(format_description!("[year]-[month]-[day] [hour]:[minute]")).unwrap_or_default()
    };
    let mut text = "利用日,室場,区分,開始,終了,申請の状態,利用の状態,催物名,申請者,申請番号,金額\r\n".to_owned();
    for one in lines {
        let cells = [
            one.day.to_string(),
            one.room_name.clone(),
            one.span.clone().unwrap_or_default(),
            clock(one.starts_at),
            clock(one.ends_at),
            one.state.clone(),
            one.hire_state.clone(),
            one.title.clone(),
            one.patron.to_string(),
            one.application.to_string(),
            one.total.to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

pub fn day_line(one: &report::LedgerLine) -> Option<DayListLine> {
    Some(DayListLine {
        room: one.room.into(),
        room_name: one.room_name.clone(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        public_title: one.public_title.clone()?,
    })
}

pub fn utilisation(one: &report::Utilisation) -> RoomUtilisation {
    RoomUtilisation {
        room: one.room.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        days_open: one.days_open,
        days_used: one.days_used,
        blocks_open: one.blocks_open,
        blocks_used: one.blocks_used,
        minutes_used: one.minutes_used,
    }
}
