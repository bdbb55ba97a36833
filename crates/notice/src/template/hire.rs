//! What somebody who hires rooms is told about their application.

mod english;
mod japanese;

use kernel::{Instant, Yen};

pub(super) use english::english;
pub(super) use japanese::japanese;

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
    /// 納付期限の延長: there is more time to pay. The number for a store that was given before holds until `number_until` all the same.
    Extended { due_at: Instant, reason: String, number_until: Option<Instant> },
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
    /// 変更: another time, room or equipment. `fee` is kept of what it became cheaper by, and nobody is asked for what is `waived` of what it
    /// became dearer by.
    Changed { by_house: bool, waived: Yen, fee: Yen, owed: HireOwed },
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
        let news = |due_at| HireNews::Extended { due_at, reason: "振込手続き中".to_owned(), number_until: None };
        let (ends, noon) = (datetime!(2026-12-08 15:00 UTC), datetime!(2026-12-08 03:00 UTC));
        let ja = told(news(ends), Locale::Ja).body;
        assert!(ja.contains("新しい支払期限: 2026年12月8日（火）24:00\n") && ja.contains("理由: 振込手続き中"), "{ja}");
        assert!(told(news(noon), Locale::Ja).body.contains("2026年12月8日（火）12:00"));
        let en = told(news(ends), Locale::En).body;
        assert!(en.contains("New deadline: Tuesday, 8 December 2026, 24:00 (Japan time)"), "{en}");
    }

    #[test]
    fn more_time_to_pay_says_until_when_a_number_for_a_store_holds_when_there_is_one() {
        let news = |number_until| {
            let (due_at, reason) = (datetime!(2026-12-08 15:00 UTC), "振込手続き中".to_owned());
            HireNews::Extended { due_at, reason, number_until }
        };
        let until = Some(datetime!(2026-12-05 01:00 UTC));
        let ja = told(news(until), Locale::Ja).body;
        assert!(ja.contains("払込番号は、2026年12月5日（土）10:00まで有効です"), "{ja}");
        let en = told(news(until), Locale::En).body;
        assert!(en.contains("holds until Saturday, 5 December 2026, 10:00 (Japan time)"), "{en}");
        assert!(!told(news(None), Locale::Ja).body.contains("払込番号"));
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
        let changed = HireNews::Changed { by_house: false, waived: Yen(0), fee: Yen(1_500), owed: less };
        let ja = told(changed.clone(), Locale::Ja).body;
        assert!(ja.contains("差額のうち返金しない額: 1,500円\n返金額: 2,500円"), "{ja}");
        assert!(!ja.contains("支払期限"), "nothing is to be paid: {ja}");
        let en = told(changed, Locale::En).body;
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
    fn a_change_by_the_house_says_so_and_what_nobody_is_asked_for_in_both_languages() {
        let owed = HireOwed { due: Yen(0), due_at: datetime!(2026-12-26 01:00 UTC), refund: Yen(0) };
        let moved = |waived: i64| HireNews::Changed { by_house: true, waived: Yen(waived), fee: Yen(0), owed };
        let ja = told(moved(3_000), Locale::Ja);
        assert_eq!(ja.subject, "【市民会館】利用の変更のお知らせ");
        assert!(
            ja.body.contains("施設の都合により、次の利用に変更しました。\n増額分の3,000円は申し受けません。"),
            "{}",
            ja.body
        );
        let en = told(moved(3_000), Locale::En).body;
        assert!(
            en.contains("had to change your hire to this.\nYou are not asked for the ¥3,000 that it costs more."),
            "{en}"
        );
        assert!(!told(moved(0), Locale::Ja).body.contains("増額分"));
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
