//! Reports.

use ::venue::report;
use billing::revenue::Takings;
use contract::{
    billing::TaxRate,
    venue::report::{
        DayListLine, HireLedger, HireLedgerEntry, HireLedgerKind, HireLedgerLine, HireRevenue, HireRevenueLine,
    },
};
use kernel::{
    Yen,
    clock::civil_day,
    ids::{FacilityId, HireId, PatronId},
};
use std::collections::{BTreeMap, HashMap};
use time::{Date, macros::format_description};

use super::hires::{hire_state, state};
use crate::{
    billing::wire::tax_rate,
    file::{cell, minute},
};

fn slots(span: Option<&str>) -> Vec<String> {
    span.map(|span| span.split('+').map(str::to_owned).collect()).unwrap_or_default()
}

/// The names by which patrons are told, where that was asked for.
pub type Names = BTreeMap<PatronId, String>;

pub fn ledger(id: FacilityId, (from, until): (Date, Date), found: &report::Ledger, names: &Names) -> HireLedger {
    HireLedger {
        facility: id.into(),
        from: from.into(),
        until: until.into(),
        hires: found.hires.iter().map(|line| ledger_line(line, names)).collect(),
        others: found.others.iter().map(ledger_entry).collect(),
    }
}

fn ledger_line(one: &report::LedgerLine, names: &Names) -> HireLedgerLine {
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
        patron_name: names.get(&one.patron).cloned(),
        purpose: one.purpose.clone(),
        amount: one.amount.map(|amount| Yen(amount).into()),
        application_amount: Yen(one.total).into(),
    }
}

fn ledger_entry(one: &report::LedgerEntry) -> HireLedgerEntry {
    let (room, room_name) = one.room.clone().unzip();
    HireLedgerEntry {
        kind: match one.kind.as_str() {
            "hold" => HireLedgerKind::Hold,
            "session" => HireLedgerKind::Session,
            _ => HireLedgerKind::Closure,
        },
        id: one.id.clone(),
        room: room.map(Into::into),
        room_name,
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
        label: one.label.clone(),
        held_until: one.held_until.map(Into::into),
    }
}

/// A line for each hire, and one for everything else that takes a room, in the order of time of each.
pub fn ledger_csv(found: &report::Ledger, names: &Names) -> String {
    let mut text =
        "種別,利用日,室場,区分,開始,終了,申請の状態,利用の状態,催物名,利用目的,申請者,申請者名,申請番号,金額\r\n"
            .to_owned();
    let mut line = |cells: [String; 14]| {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    for one in &found.hires {
        line([
            "利用".to_owned(),
            one.day.to_string(),
            one.room_name.clone(),
            one.span.clone().unwrap_or_default(),
            minute(one.starts_at),
            minute(one.ends_at),
            one.state.clone(),
            one.hire_state.clone(),
            one.title.clone(),
            one.purpose.clone().unwrap_or_default(),
            one.patron.to_string(),
            names.get(&one.patron).cloned().unwrap_or_default(),
            one.application.to_string(),
            one.amount.map(|amount| amount.to_string()).unwrap_or_default(),
        ]);
    }
    for one in &found.others {
        let kind = match one.kind.as_str() {
            "hold" => "仮押さえ",
            "session" => "講座",
            _ => "休館・保守",
        };
        let mut cells = <[String; 14]>::default();
        let [sort, day, room, _, starts, ends, _, _, title, .., id, _] = &mut cells;
        (*sort, *day) = (kind.to_owned(), civil_day(one.starts_at).to_string());
        *room = one.room.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        (*starts, *ends) = (minute(one.starts_at), minute(one.ends_at));
        (*title, *id) = (one.label.clone().unwrap_or_default(), one.id.clone());
        line(cells);
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
