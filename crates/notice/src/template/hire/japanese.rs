//! What is told of a hire in Japanese.

use std::fmt::Write as _;

use kernel::{Instant, Yen};

use super::{HireNews, HireOwed, HireSummary};
use crate::template::{deadline_ja, grouped, moment_ja};

pub(in crate::template) fn japanese(hire: &HireSummary, news: &HireNews) -> (String, String) {
    let (subject, told) = match news {
        HireNews::Submitted => (
            "利用申請を受け付けました",
            "次の利用申請を受け付けました。審査の結果は、あらためてご連絡します。".to_owned(),
        ),
        HireNews::Approved { total, due_at, conditions } => {
            ("利用申請が承認されました", approved_ja(*total, *due_at, conditions.as_deref()))
        }
        HireNews::Extended { due_at, reason, number_until } => {
            ("支払期限を延長しました", extended_ja(*due_at, reason, *number_until))
        }
        HireNews::Returned { reason, until } => ("利用申請の修正のお願い", returned_ja(reason, *until)),
        HireNews::Refused { reason } => {
            ("利用申請の結果のお知らせ", format!("次の利用申請は、許可することができませんでした。\n理由: {reason}"))
        }
        HireNews::PermitIssued { number, revision, code, unpaid } => {
            ("使用許可書を発行しました", permitted_ja((number, *revision, code), *unpaid))
        }
        HireNews::Lapsed => (
            "利用申請の失効のお知らせ",
            "期限までに使用料のお支払いがなかったため、次の利用申請は失効しました。確保していたお部屋は、ほかの方が利用できます。\n一部をお支払いいただいていた場合は、返金します。"
                .to_owned(),
        ),
        HireNews::Unmended => (
            "利用申請の失効のお知らせ",
            "期限までに修正がなかったため、次の利用申請は失効しました。確保していたお部屋は、ほかの方が利用できます。"
                .to_owned(),
        ),
        HireNews::Undecided => (
            "利用申請の失効のお知らせ",
            "利用開始までに審査が終わらなかったため、次の利用申請は失効しました。ご利用いただけません。ご迷惑をおかけし、申し訳ございません。"
                .to_owned(),
        ),
        HireNews::Cancelled { fee, refund } => (
            "利用の取消を受け付けました",
            format!("次の利用を取り消しました。\n取消料: {}円\n返金額: {}円", grouped(*fee), grouped(*refund)),
        ),
        HireNews::PartEnded { by_house, ended, reason, fee, owed } => (
            if *by_house { "利用許可の一部取消のお知らせ" } else { "利用の一部取消を受け付けました" },
            part_ja(ended, reason.as_deref(), *fee, owed),
        ),
        HireNews::Revoked { reason, refund } => (
            "利用許可の取消のお知らせ",
            format!(
                "次の利用は、施設の都合により取り消しました。\n理由: {}\n返金額: {}円",
                reason.as_deref().unwrap_or("―"),
                grouped(*refund)
            ),
        ),
        HireNews::Changed { by_house: false, fee, owed, .. } => {
            ("利用の変更を受け付けました", format!("次の利用に変更しました。{}", owed_ja(*fee, owed)))
        }
        HireNews::Changed { waived, fee, owed, .. } => (
            "利用の変更のお知らせ",
            format!("施設の都合により、次の利用に変更しました。{}{}", waived_ja(*waived), owed_ja(*fee, owed)),
        ),
        HireNews::Reduced { total, paid, owed } => ("使用料の減免のお知らせ", reduced_ja(*total, *paid, owed)),
        HireNews::Settled(owed) => {
            ("使用料の精算のお知らせ", format!("次の利用の使用料を精算しました。{}", owed_ja(Yen::ZERO, owed)))
        }
    };
    let mut body = format!("{told}\n\n申請番号: {}\n催物名: {}\n", hire.number, hire.title);
    for (room, starts, ends) in &hire.uses {
        let _ = writeln!(body, "利用: {room} {} から {} まで", moment_ja(*starts), moment_ja(*ends));
    }
    (subject.to_owned(), body)
}

fn extended_ja(due_at: Instant, reason: &str, number_until: Option<Instant>) -> String {
    let mut told = format!(
        "次の利用の使用料について、支払期限を延長しました。\n新しい支払期限: {}\n期限までにお支払いがない場合、申請は失効します。\n理由: {reason}",
        deadline_ja(due_at)
    );
    if let Some(until) = number_until {
        let _ = write!(
            told,
            "\n発行済みのコンビニ払いの払込番号は、{}まで有効です。その後は、新しい番号を取得してください。",
            moment_ja(until)
        );
    }
    told
}

fn returned_ja(reason: &str, until: Option<Instant>) -> String {
    let mut told = format!(
        "次の利用申請は、修正が必要です。お部屋は確保したままです。修正のうえ、再度お申し込みください。\n理由: {reason}"
    );
    if let Some(until) = until {
        let _ = write!(told, "\n修正の期限: {}\n期限までに修正がない場合、申請は失効します。", deadline_ja(until));
    }
    told
}

fn approved_ja(total: Yen, due_at: Option<Instant>, conditions: Option<&str>) -> String {
    let mut told =
        format!("次の利用申請が承認されました。使用料をお支払いください。\n使用料: {}円（税込）", grouped(total));
    if let Some(due_at) = due_at {
        let _ = write!(told, "\n支払期限: {}\n期限までにお支払いがない場合、申請は失効します。", deadline_ja(due_at));
    }
    if let Some(conditions) = conditions {
        let _ = write!(told, "\n許可条件: {conditions}");
    }
    told
}

fn permitted_ja((number, revision, code): (&str, i32, &str), unpaid: Yen) -> String {
    let mut told = format!("次の利用を許可しました。\n許可番号: {number}（第{revision}版）\n確認コード: {code}");
    if unpaid > Yen::ZERO {
        let _ = write!(told, "\n未納の差額: {}円", grouped(unpaid));
    }
    told
}

fn due_ja(owed: &HireOwed) -> String {
    if owed.due == Yen::ZERO {
        return String::new();
    }
    format!("\n追加のお支払い: {}円（税込）\n支払期限: {}", grouped(owed.due), deadline_ja(owed.due_at))
}

fn owed_ja(fee: Yen, owed: &HireOwed) -> String {
    let mut told = due_ja(owed);
    if fee > Yen::ZERO {
        let _ = write!(told, "\n差額のうち返金しない額: {}円", grouped(fee));
    }
    if owed.refund > Yen::ZERO {
        let _ = write!(told, "\n返金額: {}円", grouped(owed.refund));
    }
    if told.is_empty() { "\n追加のお支払い・返金はありません。".to_owned() } else { told }
}

fn waived_ja(waived: Yen) -> String {
    if waived == Yen::ZERO {
        String::new()
    } else {
        format!("\n増額分の{}円は申し受けません。", grouped(waived))
    }
}

fn reduced_ja(total: Yen, paid: bool, owed: &HireOwed) -> String {
    let mut told = format!("次の利用の使用料を減免しました。\n減免後の使用料: {}円（税込）", grouped(total));
    if paid {
        told.push_str(&owed_ja(Yen::ZERO, owed));
    } else if owed.due > Yen::ZERO {
        let _ = write!(told, "\n支払期限: {}", deadline_ja(owed.due_at));
    }
    told
}

fn part_ja(
    (room, starts, ends): &(String, Instant, Instant),
    reason: Option<&str>,
    fee: Yen,
    owed: &HireOwed,
) -> String {
    let mut told = format!(
        "利用の一部を取り消しました。ほかの利用は、そのままです。\n取消: {room} {} から {} まで\n取消料: {}円\n返金額: {}円",
        moment_ja(*starts),
        moment_ja(*ends),
        grouped(fee),
        grouped(owed.refund)
    );
    if let Some(reason) = reason {
        let _ = write!(told, "\n理由: {reason}");
    }
    told.push_str(&due_ja(owed));
    told
}
