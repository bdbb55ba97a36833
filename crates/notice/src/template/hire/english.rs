//! What is told of a hire in English.

use std::fmt::Write as _;

use kernel::{Instant, Yen};

use super::{HireNews, HireOwed, HireSummary};
use crate::template::{deadline_en, grouped, moment_en};

pub(in crate::template) fn english(hire: &HireSummary, news: &HireNews) -> (String, String) {
    let (subject, told) = match news {
        HireNews::Submitted => (
            "We have your application",
            "We have received your application and will write to you when it is decided.".to_owned(),
        ),
        HireNews::Approved { total, due_at, conditions } => {
            ("Your application is approved", approved_en(*total, *due_at, conditions.as_deref()))
        }
        HireNews::Extended { due_at, reason, number_until } => {
            ("You have more time to pay", extended_en(*due_at, reason, *number_until))
        }
        HireNews::Returned { reason, until } => ("Your application needs a change", returned_en(reason, *until)),
        HireNews::Refused { reason } => {
            ("Your application was refused", format!("We cannot permit this use.\nReason: {reason}"))
        }
        HireNews::PermitIssued { number, revision, code, unpaid } => {
            ("Your permit", permitted_en((number, *revision, code), *unpaid))
        }
        HireNews::Lapsed => (
            "Your application has lapsed",
            "It was not paid for in time, so this application has lapsed. Others may hire the rooms now.\nIf you paid a part of it, we give that back."
                .to_owned(),
        ),
        HireNews::Unmended => (
            "Your application has lapsed",
            "It was not changed in time, so this application has lapsed. Others may hire the rooms now.".to_owned(),
        ),
        HireNews::Undecided => (
            "Your application has lapsed",
            "We had not decided about this application before the use would have begun, so it has lapsed and the rooms are not yours. We are sorry."
                .to_owned(),
        ),
        HireNews::Cancelled { fee, refund } => (
            "Your hire is cancelled",
            format!("You have cancelled this use.\nFee: ¥{}\nRefund: ¥{}", grouped(*fee), grouped(*refund)),
        ),
        HireNews::PartEnded { by_house, ended, reason, fee, owed } => (
            if *by_house { "A part of your hire was cancelled by the house" } else { "A part of your hire is cancelled" },
            part_en(ended, reason.as_deref(), *fee, owed),
        ),
        HireNews::Revoked { reason, refund } => (
            "Your hire was cancelled by the house",
            format!(
                "We have to cancel this use.\nReason: {}\nRefund: ¥{}",
                reason.as_deref().unwrap_or("-"),
                grouped(*refund)
            ),
        ),
        HireNews::Changed { by_house: false, fee, owed, .. } => {
            ("Your hire is changed", format!("Your hire is changed to this.{}", owed_en(*fee, owed)))
        }
        HireNews::Changed { waived, fee, owed, .. } => (
            "Your hire was changed by the house",
            format!("We had to change your hire to this.{}{}", waived_en(*waived), owed_en(*fee, owed)),
        ),
        HireNews::Reduced { total, paid, owed } => ("Your hire costs less", reduced_en(*total, *paid, owed)),
        HireNews::Settled(owed) => {
            ("The final charge for your hire", format!("The charge is final now.{}", owed_en(Yen::ZERO, owed)))
        }
    };
    let mut body = format!("{told}\n\nApplication: {}\nEvent: {}\n", hire.number, hire.title);
    for (room, starts, ends) in &hire.uses {
        let _ = writeln!(body, "Use: {room}, {} until {}", moment_en(*starts), moment_en(*ends));
    }
    (subject.to_owned(), body)
}

fn extended_en(due_at: Instant, reason: &str, number_until: Option<Instant>) -> String {
    let mut told = format!(
        "You have more time to pay for your application.\nNew deadline: {}\nAfter it the application lapses.\nReason: {reason}",
        deadline_en(due_at)
    );
    if let Some(until) = number_until {
        let until = moment_en(until);
        let _ = write!(
            told,
            "\nThe number you have for a convenience store holds until {until}; after that, ask for a new one."
        );
    }
    told
}

fn returned_en(reason: &str, until: Option<Instant>) -> String {
    let mut told = format!(
        "Something in your application is to be changed. The rooms stay reserved; change it and send it again.\nReason: {reason}"
    );
    if let Some(until) = until {
        let _ = write!(told, "\nDeadline: {}\nAfter it the application lapses.", deadline_en(until));
    }
    told
}

fn approved_en(total: Yen, due_at: Option<Instant>, conditions: Option<&str>) -> String {
    let mut told =
        format!("Your application is approved. Please pay for it.\nTotal: ¥{} (tax included)", grouped(total));
    if let Some(due_at) = due_at {
        let _ = write!(told, "\nDeadline: {}\nAfter it the application lapses.", deadline_en(due_at));
    }
    if let Some(conditions) = conditions {
        let _ = write!(told, "\nConditions: {conditions}");
    }
    told
}

fn permitted_en((number, revision, code): (&str, i32, &str), unpaid: Yen) -> String {
    let mut told = format!("This use is permitted.\nPermit: {number} (revision {revision})\nCode to check it: {code}");
    if unpaid > Yen::ZERO {
        let _ = write!(told, "\nStill to be paid: ¥{}", grouped(unpaid));
    }
    told
}

fn due_en(owed: &HireOwed) -> String {
    if owed.due == Yen::ZERO {
        return String::new();
    }
    format!("\nTo be paid in addition: ¥{} (tax included)\nDeadline: {}", grouped(owed.due), deadline_en(owed.due_at))
}

fn owed_en(fee: Yen, owed: &HireOwed) -> String {
    let mut told = due_en(owed);
    if fee > Yen::ZERO {
        let _ = write!(told, "\nKept of the difference: ¥{}", grouped(fee));
    }
    if owed.refund > Yen::ZERO {
        let _ = write!(told, "\nRefund: ¥{}", grouped(owed.refund));
    }
    if told.is_empty() { "\nThere is nothing more to pay and nothing to give back.".to_owned() } else { told }
}

fn waived_en(waived: Yen) -> String {
    if waived == Yen::ZERO {
        return String::new();
    }
    format!("\nYou are not asked for the ¥{} that it costs more.", grouped(waived))
}

fn reduced_en(total: Yen, paid: bool, owed: &HireOwed) -> String {
    let mut told = format!("A part of the charge is not asked for.\nTotal now: ¥{} (tax included)", grouped(total));
    if paid {
        told.push_str(&owed_en(Yen::ZERO, owed));
    } else if owed.due > Yen::ZERO {
        let _ = write!(told, "\nDeadline: {}", deadline_en(owed.due_at));
    }
    told
}

fn part_en(
    (room, starts, ends): &(String, Instant, Instant),
    reason: Option<&str>,
    fee: Yen,
    owed: &HireOwed,
) -> String {
    let mut told = format!(
        "A part of your hire is cancelled. The rest stays as it is.\nCancelled: {room}, {} until {}\nFee: ¥{}\nRefund: ¥{}",
        moment_en(*starts),
        moment_en(*ends),
        grouped(fee),
        grouped(owed.refund)
    );
    if let Some(reason) = reason {
        let _ = write!(told, "\nReason: {reason}");
    }
    told.push_str(&due_en(owed));
    told
}
