//! 稼働率.

use ::venue::utilisation::{Purpose, RoomUsage, Usage, UsedFor};
use contract::venue::report::{MonthUtilisation, PurposeUtilisation, RoomUtilisation, Utilisation, UtilisationBy};
use kernel::ids::FacilityId;
use time::{Date, macros::format_description};

use crate::file::cell;

fn month_of(day: Date) -> String {
    day.format(format_description!("[year]-[month]")).unwrap_or_default()
}

/// What is counted of a room, beside what it is counted for.
macro_rules! counts {
    ($of:ident { $($field:ident: $value:expr),+ $(,)? }, $usage:expr) => {{
        let Usage { days, blocks, minutes } = $usage;
        $of {
            $($field: $value,)+
            days_open: days.open,
            days_used: days.used,
            days_no_show: days.no_show,
            days_blocked: days.blocked,
            blocks_open: blocks.open,
            blocks_used: blocks.used,
            blocks_no_show: blocks.no_show,
            blocks_blocked: blocks.blocked,
            minutes_used: minutes,
        }
    }};
}

fn room(one: &RoomUsage) -> RoomUtilisation {
    counts!(RoomUtilisation { room: one.room.into(), code: one.code.clone(), name: one.name.clone() }, one.total)
}

fn month(of: &RoomUsage, (first, usage): &(Date, Usage)) -> MonthUtilisation {
    counts!(MonthUtilisation { month: month_of(*first), room: of.room.into() }, *usage)
}

fn purpose(of: &RoomUsage, one: &UsedFor) -> PurposeUtilisation {
    let (sessions, purpose) = match &one.purpose {
        Purpose::Sessions => (true, None),
        Purpose::Hires(purpose) => (false, purpose.clone()),
    };
    PurposeUtilisation {
        room: of.room.into(),
        sessions,
        purpose,
        days_used: one.days,
        blocks_used: one.blocks,
        minutes_used: one.minutes,
    }
}

pub fn utilisation(id: FacilityId, (from, until): (Date, Date), rooms: &[RoomUsage]) -> Utilisation {
    Utilisation {
        facility: id.into(),
        from: from.into(),
        until: until.into(),
        rooms: rooms.iter().map(room).collect(),
        months: rooms.iter().flat_map(|one| one.months.iter().map(|of_month| month(one, of_month))).collect(),
        purposes: rooms.iter().flat_map(|one| one.purposes.iter().map(|of| purpose(one, of))).collect(),
    }
}

const COUNTED: &str = "利用可能日数,利用日数,無断不使用日数,閉鎖日数,利用可能区分数,利用区分数,無断不使用区分数,閉鎖区分数,利用時間（分）";

fn counted(usage: &Usage) -> String {
    let Usage { days, blocks, minutes } = *usage;
    let numbers = [
        days.open,
        days.used,
        days.no_show,
        days.blocked,
        blocks.open,
        blocks.used,
        blocks.no_show,
        blocks.blocked,
        minutes,
    ];
    numbers.map(|number| number.to_string()).join(",")
}

/// One line for each room, or for each month or purpose of it.
pub fn csv(rooms: &[RoomUsage], by: UtilisationBy) -> String {
    let heading = match by {
        UtilisationBy::Room => format!("室場コード,室場,{COUNTED}"),
        UtilisationBy::Month => format!("室場コード,室場,月,{COUNTED}"),
        UtilisationBy::Purpose => "室場コード,室場,利用目的,利用日数,利用区分数,利用時間（分）".to_owned(),
    };
    let mut lines = vec![heading];
    for one in rooms {
        let name = format!("{},{}", cell(&one.code), cell(&one.name));
        match by {
            UtilisationBy::Room => lines.push(format!("{name},{}", counted(&one.total))),
            UtilisationBy::Month => {
                lines.extend(
                    one.months.iter().map(|(first, usage)| format!("{name},{},{}", month_of(*first), counted(usage))),
                );
            }
            UtilisationBy::Purpose => lines.extend(one.purposes.iter().map(|of| {
                let purpose = match &of.purpose {
                    Purpose::Sessions => "講座".to_owned(),
                    Purpose::Hires(purpose) => cell(purpose.as_deref().unwrap_or_default()),
                };
                format!("{name},{purpose},{},{},{}", of.days, of.blocks, of.minutes)
            })),
        }
    }
    lines.into_iter().map(|line| format!("{line}\r\n")).collect()
}
