//! What somebody who hires rooms is told about their application.

use std::fmt::Write as _;

use kernel::{Instant, Yen};

use super::{deadline_en, deadline_ja, grouped, moment_en, moment_ja};

/// An application in the words of who applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HireSummary {
    /// Its id.
    pub number: String,
    /// 催物名.
    pub title: String,
    /// Rooms with their times, in the order of the application.
    pub uses: Vec<(String, Instant, Instant)>,
}

/// What happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HireNews {
    /// It came in, and somebody will decide.
    Submitted,
    /// It is granted, and to be paid until `due_at`.
    Approved { total: Yen, due_at: Option<Instant>, conditions: Option<String> },
    /// 納付期限の延長: there is more time to pay.
    Extended { due_at: Instant, reason: String },
    /// 差戻し: something is to be mended, until a moment.
    Returned { reason: String, until: Option<Instant> },
    /// 不許可.
    Refused { reason: String },
    /// 使用許可書 in one of its revisions, with the code that anybody checks it by, and what was still to be paid for it.
    PermitIssued { number: String, revision: i32, code: String, unpaid: Yen },
    /// 失効: not paid in time.
    Lapsed,
    /// 失効: returned, and not mended in time.
    Unmended,
    /// 失効: its use came before anybody decided.
    Undecided,
    /// Given up by who applied.
    Cancelled { fee: Yen, refund: Yen },
    /// 一部取消: one room and time of several, given up or taken back; the others stay.
    PartEnded { by_house: bool, ended: (String, Instant, Instant), reason: Option<String>, fee: Yen, owed: HireOwed },
    /// Taken back by the house.
    Revoked { reason: Option<String>, refund: Yen },
    /// 変更: another time, room or equipment. `fee` is kept of what it became cheaper by.
    Changed { fee: Yen, owed: HireOwed },
    /// 減免: it costs `total` from now on. What was not `paid` yet is owed in all.
    Reduced { total: Yen, paid: bool, owed: HireOwed },
    /// 精算: what it really cost is known.
    Settled(HireOwed),
}

/// What is still to be paid for an application, until when, or goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HireOwed {
    pub due: Yen,
    pub due_at: Instant,
    pub refund: Yen,
}

impl HireNews {
    /// The stable name, for records.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted => "venue.hire_submitted",
            Self::Approved { .. } => "venue.hire_approved",
            Self::Extended { .. } => "venue.hire_extended",
            Self::Returned { .. } => "venue.hire_returned",
            Self::Refused { .. } => "venue.hire_refused",
            Self::PermitIssued { .. } => "venue.permit_issued",
            Self::Lapsed => "venue.hire_lapsed",
            Self::Unmended => "venue.hire_unmended",
            Self::Undecided => "venue.hire_undecided",
            Self::Cancelled { .. } => "venue.hire_cancelled",
            Self::PartEnded { .. } => "venue.hire_part_ended",
            Self::Revoked { .. } => "venue.hire_revoked",
            Self::Changed { .. } => "venue.hire_changed",
            Self::Reduced { .. } => "venue.hire_reduced",
            Self::Settled(_) => "venue.hire_settled",
        }
    }
}

pub(super) fn japanese(hire: &HireSummary, news: &HireNews) -> (String, String) {
    let (subject, told) = match news {
        HireNews::Submitted => (
            "利用申請を受け付けました",
            "次の利用申請を受け付けました。審査の結果は、あらためてご連絡します。".to_owned(),
        ),
        HireNews::Approved { total, due_at, conditions } => {
            ("利用申請が承認されました", approved_ja(*total, *due_at, conditions.as_deref()))
        }
        HireNews::Extended { due_at, reason } => (
            "支払期限を延長しました",
            format!(
                "次の利用の使用料について、支払期限を延長しました。\n新しい支払期限: {}\n期限までにお支払いがない場合、申請は失効します。\n理由: {reason}",
                deadline_ja(*due_at)
            ),
        ),
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
        HireNews::Changed { fee, owed } => {
            ("利用の変更を受け付けました", format!("次の利用に変更しました。{}", owed_ja(*fee, owed)))
        }
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

fn returned_ja(reason: &str, until: Option<Instant>) -> String {
    let mut told = format!(
        "次の利用申請は、修正が必要です。お部屋は確保したままです。修正のうえ、再度お申し込みください。\n理由: {reason}"
    );
    if let Some(until) = until {
        let _ = write!(told, "\n修正の期限: {}\n期限までに修正がない場合、申請は失効します。", moment_ja(until));
    }
    told
}

fn returned_en(reason: &str, until: Option<Instant>) -> String {
    let mut told = format!(
        "Something in your application is to be changed. The rooms stay reserved; change it and send it again.\nReason: {reason}"
    );
    if let Some(until) = until {
        let _ = write!(told, "\nDeadline: {}\nAfter it the application lapses.", moment_en(until));
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

fn permitted_en((number, revision, code): (&str, i32, &str), unpaid: Yen) -> String {
    let mut told = format!("This use is permitted.\nPermit: {number} (revision {revision})\nCode to check it: {code}");
    if unpaid > Yen::ZERO {
        let _ = write!(told, "\nStill to be paid: ¥{}", grouped(unpaid));
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

fn reduced_ja(total: Yen, paid: bool, owed: &HireOwed) -> String {
    let mut told = format!("次の利用の使用料を減免しました。\n減免後の使用料: {}円（税込）", grouped(total));
    if paid {
        told.push_str(&owed_ja(Yen::ZERO, owed));
    } else if owed.due > Yen::ZERO {
        let _ = write!(told, "\n支払期限: {}", deadline_ja(owed.due_at));
    }
    told
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

pub(super) fn english(hire: &HireSummary, news: &HireNews) -> (String, String) {
    let (subject, told) = match news {
        HireNews::Submitted => (
            "We have your application",
            "We have received your application and will write to you when it is decided.".to_owned(),
        ),
        HireNews::Approved { total, due_at, conditions } => {
            ("Your application is approved", approved_en(*total, *due_at, conditions.as_deref()))
        }
        HireNews::Extended { due_at, reason } => (
            "You have more time to pay",
            format!(
                "You have more time to pay for your application.\nNew deadline: {}\nAfter it the application lapses.\nReason: {reason}",
                deadline_en(*due_at)
            ),
        ),
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
        HireNews::Changed { fee, owed } => {
            ("Your hire is changed", format!("Your hire is changed to this.{}", owed_en(*fee, owed)))
        }
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

#[cfg(test)]
mod tests {
    use kernel::Locale;
    use time::macros::datetime;

    use super::*;
    use crate::Template;

    fn told(news: HireNews, locale: Locale) -> crate::template::Rendered {
        let uses = vec![("多目的ホール".to_owned(), datetime!(2026-12-12 04:00 UTC), datetime!(2026-12-12 13:00 UTC))];
        let hire = HireSummary { number: "hap_1".to_owned(), title: "定期演奏会".to_owned(), uses };
        Template::Hire { hire, news }.render("市民会館", locale)
    }

    #[test]
    fn an_approval_says_what_to_pay_until_when_and_under_which_conditions_in_both_languages() {
        let due_at = Some(datetime!(2026-12-05 01:00 UTC));
        let news = HireNews::Approved { total: Yen(26_000), due_at, conditions: Some("火気厳禁".to_owned()) };
        let ja = told(news.clone(), Locale::Ja);
        assert_eq!(ja.subject, "【市民会館】利用申請が承認されました");
        for part in ["26,000円", "2026年12月5日（土）10:00", "火気厳禁", "多目的ホール 2026年12月12日（土）13:00 から"]
        {
            assert!(ja.body.contains(part), "{part} in {}", ja.body);
        }
        let en = told(news, Locale::En);
        for part in ["¥26,000", "Saturday, 5 December 2026, 10:00", "Event: 定期演奏会"] {
            assert!(en.body.contains(part), "{part} in {}", en.body);
        }
    }

    #[test]
    fn more_time_to_pay_ends_with_its_day_and_not_with_the_next_in_both_languages() {
        let news = |due_at| HireNews::Extended { due_at, reason: "振込手続き中".to_owned() };
        let (ends, noon) = (datetime!(2026-12-08 15:00 UTC), datetime!(2026-12-08 03:00 UTC));
        let ja = told(news(ends), Locale::Ja).body;
        assert!(ja.contains("新しい支払期限: 2026年12月8日（火）24:00\n") && ja.contains("理由: 振込手続き中"), "{ja}");
        assert!(told(news(noon), Locale::Ja).body.contains("2026年12月8日（火）12:00"));
        let en = told(news(ends), Locale::En).body;
        assert!(en.contains("New deadline: Tuesday, 8 December 2026, 24:00 (Japan time)"), "{en}");
    }

    #[test]
    fn a_permit_says_what_is_still_to_be_paid_and_nothing_of_it_when_nothing_is() {
        let permit = |unpaid| HireNews::PermitIssued {
            number: "2026-000001".to_owned(),
            revision: 2,
            code: "7K3QX-9FMT2-H4".to_owned(),
            unpaid,
        };
        assert!(told(permit(Yen(5_000)), Locale::Ja).body.contains("未納の差額: 5,000円"));
        assert!(told(permit(Yen(5_000)), Locale::En).body.contains("Still to be paid: ¥5,000"));
        assert!(!told(permit(Yen::ZERO), Locale::Ja).body.contains("未納"));
    }

    #[test]
    fn what_is_returned_says_why_and_until_when_it_is_to_be_mended_in_both_languages() {
        let until = Some(datetime!(2026-12-05 01:00 UTC));
        let news = HireNews::Returned { reason: "人数を記入".to_owned(), until };
        let ja = told(news.clone(), Locale::Ja).body;
        assert!(ja.contains("理由: 人数を記入\n修正の期限: 2026年12月5日（土）10:00"), "{ja}");
        let en = told(news, Locale::En).body;
        assert!(en.contains("Deadline: Saturday, 5 December 2026, 10:00"), "{en}");
    }

    #[test]
    fn a_cancellation_says_what_is_kept_and_what_goes_back() {
        let body = told(HireNews::Cancelled { fee: Yen(3_000), refund: Yen(9_000) }, Locale::Ja).body;
        assert!(body.contains("取消料: 3,000円\n返金額: 9,000円"), "{body}");
    }

    #[test]
    fn a_change_and_a_settlement_say_what_to_pay_until_when_or_what_goes_back_in_both_languages() {
        let due_at = datetime!(2026-12-26 01:00 UTC);
        let more = HireOwed { due: Yen(7_500), due_at, refund: Yen(0) };
        let ja = told(HireNews::Settled(more), Locale::Ja);
        assert_eq!(ja.subject, "【市民会館】使用料の精算のお知らせ");
        assert!(
            ja.body.contains("追加のお支払い: 7,500円（税込）\n支払期限: 2026年12月26日（土）10:00"),
            "{}",
            ja.body
        );
        let en = told(HireNews::Settled(more), Locale::En).body;
        assert!(en.contains("¥7,500 (tax included)\nDeadline: Saturday, 26 December 2026, 10:00"), "{en}");
        let less = HireOwed { due: Yen(0), due_at, refund: Yen(2_500) };
        let ja = told(HireNews::Changed { fee: Yen(1_500), owed: less }, Locale::Ja).body;
        assert!(ja.contains("差額のうち返金しない額: 1,500円\n返金額: 2,500円"), "{ja}");
        assert!(!ja.contains("支払期限"), "nothing is to be paid: {ja}");
        let en = told(HireNews::Changed { fee: Yen(1_500), owed: less }, Locale::En).body;
        assert!(en.contains("Kept of the difference: ¥1,500\nRefund: ¥2,500"), "{en}");
        let reduced = |paid: bool, owed: HireOwed| HireNews::Reduced { total: Yen(7_500), paid, owed };
        let unpaid = told(reduced(false, more), Locale::Ja).body;
        assert!(unpaid.contains("減免後の使用料: 7,500円（税込）\n支払期限: 2026年12月26日（土）10:00"), "{unpaid}");
        let back = told(reduced(true, less), Locale::En).body;
        assert!(back.contains("Total now: ¥7,500 (tax included)\nRefund: ¥2,500"), "{back}");
        let nothing = HireOwed { due: Yen(0), due_at, refund: Yen(0) };
        let ja = told(HireNews::Settled(nothing), Locale::Ja).body;
        assert!(ja.contains("追加のお支払い・返金はありません。"), "{ja}");
    }

    #[test]
    fn the_end_of_a_part_says_which_why_and_what_it_comes_to_in_both_languages() {
        let ended = ("練習室".to_owned(), datetime!(2026-12-13 04:00 UTC), datetime!(2026-12-13 08:00 UTC));
        let reason = Some("台風".to_owned());
        let owed = HireOwed { due: Yen(1_000), due_at: datetime!(2026-12-12 04:00 UTC), refund: Yen(5_000) };
        let news = HireNews::PartEnded { by_house: true, ended, reason, fee: Yen(0), owed };
        let ja = told(news.clone(), Locale::Ja).body;
        for part in
            ["取消: 練習室 2026年12月13日（日）13:00 から", "返金額: 5,000円", "理由: 台風", "追加のお支払い: 1,000円"]
        {
            assert!(ja.contains(part), "{part} in {ja}");
        }
        let en = told(news, Locale::En).body;
        for part in
            ["Cancelled: 練習室, Sunday, 13 December 2026, 13:00", "Refund: ¥5,000", "Reason: 台風", "addition: ¥1,000"]
        {
            assert!(en.contains(part), "{part} in {en}");
        }
    }
}
