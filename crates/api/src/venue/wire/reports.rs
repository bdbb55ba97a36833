//! Reports.

use ::venue::report;
use billing::revenue::Takings;
use contract::{
    billing::TaxRate,
    venue::report::{DayListLine, HireLedgerLine, HireRevenue, HireRevenueLine, RoomUtilisation},
};
use kernel::{
    JST, Yen,
    ids::{FacilityId, HireId},
};
use std::collections::{BTreeMap, HashMap};
use time::{Date, macros::format_description};

use super::hires::{hire_state, state};
use crate::{billing::wire::tax_rate, file::cell};

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

/// What hires came to, by month, room and rate.
pub fn revenue(
    facility: FacilityId,
    (from, until): (Date, Date),
    takings: &[Takings],
    rooms: Vec<(HireId, report::HiredRoom)>,
) -> HireRevenue {
    let rooms: HashMap<HireId, report::HiredRoom> = rooms.into_iter().collect();
    let mut sums: BTreeMap<_, [Yen; 3]> = BTreeMap::new();
    for one in takings {
        let Some(room) = one.about.and_then(|hire| rooms.get(&HireId::from_uuid(hire))) else { continue };
        let [billed, paid, refunded] = sums.entry((one.month, room, one.tax)).or_default();
        (*billed, *paid, *refunded) = (*billed + one.billed, *paid + one.paid, *refunded + one.refunded);
    }
    let total = |of: fn(&[Yen; 3]) -> Yen| sums.values().map(of).sum::<Yen>().into();
    let line =
        |((month, room, tax), [billed, paid, refunded]): (&(Date, &report::HiredRoom, tariff::TaxRate), &[Yen; 3])| {
            HireRevenueLine {
                month: month.format(format_description!("[year]-[month]")).unwrap_or_default(),
                room: room.room.into(),
                room_name: room.name.clone(),
                tax_rate: tax_rate(*tax),
                billed_amount: (*billed).into(),
                paid_amount: (*paid).into(),
                refunded_amount: (*refunded).into(),
            }
        };
    HireRevenue {
        facility: facility.into(),
        from: from.into(),
        until: until.into(),
        billed_amount: total(|[billed, _, _]| *billed),
        paid_amount: total(|[_, paid, _]| *paid),
        refunded_amount: total(|[_, _, refunded]| *refunded),
        lines: sums.iter().map(line).collect(),
    }
}

pub fn revenue_csv(revenue: &HireRevenue) -> String {
    let mut text = "月,室場,税区分,請求額,入金額,返金額\r\n".to_owned();
    for one in &revenue.lines {
        let rate = match one.tax_rate {
            TaxRate::Standard => "標準税率10%",
            TaxRate::Reduced => "軽減税率8%",
            TaxRate::Exempt => "非課税",
            TaxRate::OutOfScope => "不課税",
        };
        let amounts = [one.billed_amount, one.paid_amount, one.refunded_amount].map(|amount| amount.0.0.to_string());
        let cells = [cell(&one.month), cell(&one.room_name), rate.to_owned(), amounts.join(",")];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}
