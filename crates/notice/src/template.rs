//! The texts, in Japanese and English. Plain text: it reads everywhere and carries no tracking.

mod hire;

use std::fmt::Write as _;

pub use hire::{HireNews, HireOwed, HireSummary};
use kernel::{Instant, JST, Locale, Yen};
use time::{Date, Duration, Time};

/// What is to be said, with what it needs to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// Prove that this address is yours.
    VerifyEmail { token: String, expires_at: Instant },
    /// Somebody wanted to register with this address, which is registered.
    AlreadyRegistered,
    /// Choose a new password with this code.
    ResetPassword { token: String, expires_at: Instant },
    /// The password was changed.
    PasswordChanged,
    /// An order is confirmed; here are its tickets.
    OrderConfirmed { order: OrderSummary, tickets: Vec<String>, link: Option<String> },
    /// An order waits for payment at a convenience store.
    KonbiniNumber { order: OrderSummary, store: String, number: String, due_at: Instant },
    /// Money came that is not asked for any more, and goes back. With what the bill is for, line by line.
    PaymentReturned { bill: String, amount: Yen, lines: Vec<String> },
    /// Something happened to an application for a hire.
    Hire { hire: HireSummary, news: HireNews },
}

/// An order in the words of its buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// As shown to the buyer.
    pub number: String,
    /// Production and, where it helps, hall.
    pub title: String,
    pub starts_at: Instant,
    pub total: Yen,
}

/// A message that can be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub body: String,
}

impl Template {
    /// The stable name, for records.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "patron.verify_email",
            Self::AlreadyRegistered => "patron.already_registered",
            Self::ResetPassword { .. } => "patron.reset_password",
            Self::PasswordChanged => "patron.password_changed",
            Self::OrderConfirmed { .. } => "ticket.order_confirmed",
            Self::KonbiniNumber { .. } => "billing.konbini_number",
            Self::PaymentReturned { .. } => "billing.payment_returned",
            Self::Hire { news, .. } => news.name(),
        }
    }

    /// The text in the language of the reader, in the name of `house`, the tenant as the public knows it.
    pub fn render(&self, house: &str, locale: Locale) -> Rendered {
        let (subject, mut body) = match locale {
            Locale::Ja => self.japanese(),
            Locale::En => self.english(),
        };
        let _ = write!(body, "\n\n-- \n{house}\n");
        let subject = match locale {
            Locale::Ja => format!("【{house}】{subject}"),
            Locale::En => format!("{house}: {subject}"),
        };
        // a line break would end the header
        Rendered { subject: subject.replace(char::is_control, " "), body }
    }

    fn japanese(&self) -> (String, String) {
        match self {
            Self::Hire { hire, news } => hire::japanese(hire, news),
            Self::VerifyEmail { token, expires_at } => (
                "メールアドレスの確認".to_owned(),
                format!(
                    "利用者登録のお申し込みを受け付けました。\n次の確認コードを登録画面に入力すると、登録が完了します。\n\n{token}\n\n\
                     有効期限: {}\nお心当たりのない場合は、このメールを破棄してください。登録は行われません。",
                    moment_ja(*expires_at)
                ),
            ),
            Self::AlreadyRegistered => (
                "ご登録済みのメールアドレスです".to_owned(),
                "このメールアドレスで利用者登録のお申し込みがありましたが、すでにご登録済みです。\nこれまでのパスワードでログインしてください。\n\
                 お心当たりのない場合は、このメールを破棄してください。登録内容は変更されていません。"
                    .to_owned(),
            ),
            Self::ResetPassword { token, expires_at } => (
                "パスワードの再設定".to_owned(),
                format!(
                    "パスワード再設定のお申し込みを受け付けました。\n次の確認コードを再設定の画面に入力し、新しいパスワードを設定してください。\n\n{token}\n\n\
                     有効期限: {}\nお心当たりのない場合は、このメールを破棄してください。パスワードは変更されません。",
                    moment_ja(*expires_at)
                ),
            ),
            Self::PasswordChanged => (
                "パスワードを変更しました".to_owned(),
                "パスワードが変更され、すべての端末でログアウトしました。\n新しいパスワードでログインしてください。\n\
                 お心当たりのない場合は、すぐにパスワードを再設定し、窓口にご連絡ください。"
                    .to_owned(),
            ),
            Self::OrderConfirmed { order, tickets, link } => {
                let mut body = format!("ご注文ありがとうございます。\n\n{}\n券番号:\n", summary_ja(order));
                list(&mut body, tickets);
                if let Some(link) = link {
                    let _ = write!(body, "\n入場の際は、次のページの電子チケットをご提示ください。\n{link}\n");
                }
                (format!("ご注文の確定 {}", order.number), body)
            }
            Self::KonbiniNumber { order, store, number, due_at } => (
                format!("コンビニ払込番号のお知らせ {}", order.number),
                format!(
                    "ご注文ありがとうございます。期限までにお支払いください。期限を過ぎるとご注文は取り消されます。\n\n{}\n\
                     お支払い先: {store}\n払込番号: {number}\n支払期限: {}\n",
                    summary_ja(order),
                    deadline_ja(*due_at)
                ),
            ),
            Self::PaymentReturned { bill, amount, lines } => {
                let mut body = format!(
                    "次のお支払いは、期限後または重複のお支払い、あるいは請求の変更・取消後のお支払いのため、全額を返金します。\n\n\
                     返金額: {}円\n請求番号: {bill}\n内容:\n",
                    grouped(*amount)
                );
                list(&mut body, lines);
                ("お支払いの返金のお知らせ".to_owned(), body)
            }
        }
    }

    fn english(&self) -> (String, String) {
        match self {
            Self::Hire { hire, news } => hire::english(hire, news),
            Self::VerifyEmail { token, expires_at } => (
                "Confirm your e-mail address".to_owned(),
                format!(
                    "We have received your registration.\nEnter this code on the registration page to complete it:\n\n{token}\n\n\
                     Valid until: {}\nIf you did not ask for this, ignore this message; nobody will be registered.",
                    moment_en(*expires_at)
                ),
            ),
            Self::AlreadyRegistered => (
                "This e-mail address is already registered".to_owned(),
                "Somebody asked to register with this e-mail address, but you already have an account here.\n\
                 Sign in with your existing password.\nIf it was not you, ignore this message; nothing has been changed."
                    .to_owned(),
            ),
            Self::ResetPassword { token, expires_at } => (
                "Choose a new password".to_owned(),
                format!(
                    "Somebody asked to reset the password of your account.\nEnter this code on the reset page to choose a new one:\n\n\
                     {token}\n\nValid until: {}\nIf it was not you, ignore this message; nothing has been changed.",
                    moment_en(*expires_at)
                ),
            ),
            Self::PasswordChanged => (
                "Your password was changed".to_owned(),
                "Your password was changed and you were signed out everywhere.\nSign in with the new password.\n\
                 If it was not you, reset your password at once and tell us."
                    .to_owned(),
            ),
            Self::OrderConfirmed { order, tickets, link } => {
                let mut body = format!("Thank you for your order.\n\n{}\nTickets:\n", summary_en(order));
                list(&mut body, tickets);
                if let Some(link) = link {
                    let _ = write!(body, "\nShow the tickets on this page at the entrance:\n{link}\n");
                }
                (format!("Order confirmed {}", order.number), body)
            }
            Self::KonbiniNumber { order, store, number, due_at } => (
                format!("Your payment number {}", order.number),
                format!(
                    "Thank you for your order. Please pay by the deadline; after it the order is cancelled.\n\n{}\n\
                     Pay at: {store}\nPayment number: {number}\nDeadline: {}\n",
                    summary_en(order),
                    deadline_en(*due_at)
                ),
            ),
            Self::PaymentReturned { bill, amount, lines } => {
                let mut body = format!(
                    "This payment came late, twice, or after its bill was changed or called off. All of it goes back.\n\n\
                     Returned: ¥{}\nBill: {bill}\nFor:\n",
                    grouped(*amount)
                );
                list(&mut body, lines);
                ("Your payment is returned".to_owned(), body)
            }
        }
    }
}

fn list(body: &mut String, items: &[String]) {
    for item in items {
        let _ = writeln!(body, "  {item}");
    }
}

fn summary_ja(order: &OrderSummary) -> String {
    let OrderSummary { number, title, starts_at, total } = order;
    format!("注文番号: {number}\n公演: {title}\n日時: {}\n合計: {}円（税込）\n", moment_ja(*starts_at), grouped(*total))
}

fn summary_en(order: &OrderSummary) -> String {
    let OrderSummary { number, title, starts_at, total } = order;
    format!(
        "Order: {number}\nPerformance: {title}\nDate: {}\nTotal: ¥{} (tax included)\n",
        moment_en(*starts_at),
        grouped(*total)
    )
}

pub(crate) fn moment_ja(at: Instant) -> String {
    let at = at.to_offset(JST);
    format!("{}{}:{:02}", day_ja(at.date()), at.hour(), at.minute())
}

pub(crate) fn moment_en(at: Instant) -> String {
    let at = at.to_offset(JST);
    format!("{}, {}:{:02} (Japan time)", day_en(at.date()), at.hour(), at.minute())
}

pub(crate) fn day_ja(day: Date) -> String {
    let weekday = match day.weekday().number_from_monday() {
        1 => '月',
        2 => '火',
        3 => '水',
        4 => '木',
        5 => '金',
        6 => '土',
        _ => '日',
    };
    format!("{}年{}月{}日（{weekday}）", day.year(), u8::from(day.month()), day.day())
}

pub(crate) fn day_en(day: Date) -> String {
    format!("{}, {} {} {}", day.weekday(), day.day(), day.month(), day.year())
}

/// A deadline: the end of a day is its 24:00, and nobody pays a day too late by reading the 0:00 of the next.
pub(crate) fn deadline_ja(at: Instant) -> String {
    last_day(at).map_or_else(|| moment_ja(at), |day| format!("{}24:00", day_ja(day)))
}

pub(crate) fn deadline_en(at: Instant) -> String {
    last_day(at).map_or_else(|| moment_en(at), |day| format!("{}, 24:00 (Japan time)", day_en(day)))
}

/// The day that ends at a moment, if one does.
fn last_day(at: Instant) -> Option<Date> {
    let at = at.to_offset(JST);
    (at.time() == Time::MIDNIGHT).then(|| at.saturating_sub(Duration::MICROSECOND).date())
}

pub(crate) fn grouped(amount: Yen) -> String {
    let digits = amount.0.unsigned_abs().to_string();
    let mut out = String::from(if amount.0 < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn order() -> OrderSummary {
        OrderSummary {
            number: "T-1042-7".into(),
            title: "第九演奏会".into(),
            starts_at: datetime!(2026-12-20 05:00 UTC),
            total: Yen(1_234_500),
        }
    }

    #[test]
    fn a_confirmed_order_says_when_what_and_how_much_in_both_languages() {
        let template = Template::OrderConfirmed {
            order: order(),
            tickets: vec!["A-1".into(), "A-2".into()],
            link: Some("https://hall.example.jp/t/1".into()),
        };
        let ja = template.render("市民会館", Locale::Ja);
        assert_eq!(ja.subject, "【市民会館】ご注文の確定 T-1042-7");
        for part in ["2026年12月20日（日）14:00", "1,234,500円", "  A-2\n", "https://hall.example.jp/t/1"] {
            assert!(ja.body.contains(part), "{part} in {}", ja.body);
        }
        let en = template.render("City Hall", Locale::En);
        for part in ["Sunday, 20 December 2026, 14:00", "¥1,234,500", "第九演奏会"] {
            assert!(en.body.contains(part), "{part} in {}", en.body);
        }
    }

    #[test]
    fn a_payment_that_is_returned_says_how_much_and_of_what_in_both_languages() {
        let lines = vec!["多目的ホール 2026-12-11 PM".to_owned()];
        let template = Template::PaymentReturned { bill: "bill_1".into(), amount: Yen(10_000), lines };
        let ja = template.render("市民会館", Locale::Ja);
        assert_eq!(ja.subject, "【市民会館】お支払いの返金のお知らせ");
        assert!(
            ja.body.contains("返金額: 10,000円\n請求番号: bill_1\n内容:\n  多目的ホール 2026-12-11 PM\n"),
            "{}",
            ja.body
        );
        let en = template.render("City Hall", Locale::En);
        assert!(en.body.contains("Returned: ¥10,000\nBill: bill_1\nFor:\n  多目的ホール"), "{}", en.body);
    }

    #[test]
    fn no_subject_breaks_its_header() {
        let rendered = Template::AlreadyRegistered.render("Hall\r\nBcc: all@example.jp", Locale::En);
        assert!(!rendered.subject.contains(['\r', '\n']));
    }

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (amount, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (-12_345, "-12,345")] {
            assert_eq!(grouped(Yen(amount)), text);
        }
    }
}
