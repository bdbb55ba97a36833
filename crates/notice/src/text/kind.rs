//! The kinds of letters whose words a tenant can change, and what each of them can say.

use kernel::Locale;

/// A kind of letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The application is in the draw or before the staff.
    CourseReceived,
    /// A place is kept until it is paid for.
    CoursePaymentDue,
    /// 受講決定.
    CourseAdmitted,
    /// 空席待ち, 補欠.
    CourseWaitlisted,
    /// 繰上当選: a place is kept until it is accepted.
    CourseOffered,
    /// 落選.
    CourseLost,
    /// The waiting list has ended.
    CourseLineEnded,
    CourseRejected,
    /// What was not accepted or paid in time.
    CourseExpired,
    /// Given up by who applied.
    CourseWithdrawn,
    /// 中止.
    CourseClassCancelled,
    /// Taken back by the house.
    CourseRevoked,
    /// 休講, 日程変更.
    CourseSessionChanged,
    /// 修了証.
    CourseCertificateIssued,
    /// The time to accept or to pay is nearly over.
    CourseReminder,
    /// What is different for who teaches a session.
    CourseTeaching,
    /// 受付票再発行.
    CourseReceiptReissued,
    /// To the house itself: it is to be decided whether a class runs.
    CourseDecisionOwed,
}

/// Something that a letter can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    pub name: &'static str,
    /// A letter without it would not say what it is for.
    pub required: bool,
    /// What stands for it, in English.
    pub meaning: &'static str,
    sample_ja: &'static str,
    sample_en: &'static str,
}

impl Placeholder {
    /// What a preview says for it.
    pub const fn sample(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ja => self.sample_ja,
            Locale::En => self.sample_en,
        }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

const fn says(
    name: &'static str,
    meaning: &'static str,
    sample_ja: &'static str,
    sample_en: &'static str,
) -> Placeholder {
    Placeholder { name, required: false, meaning, sample_ja, sample_en }
}

const HOUSE: Placeholder = says("house", "The name of the contractor.", "みどり市文化会館", "Midori City Hall");
const APPLICANT: Placeholder = says("applicant", "Who applied.", "小林 実", "Minoru Kobayashi");
const COURSE: Placeholder = says("course", "The title of the course.", "はじめてのヨガ", "Yoga for beginners");
const CLASS: Placeholder = says("class", "The title of the class.", "土曜午前クラス", "Saturday mornings").required();
const RECEIPT: Placeholder = says("receipt_number", "受付番号.", "12", "12");
const DEADLINE: Placeholder = says(
    "deadline",
    "Until when to accept or to pay.",
    "2027年3月5日（金）17:00",
    "Friday, 5 March 2027, 17:00 (Japan time)",
)
.required();
const AMOUNT: Placeholder = says("amount", "What is to be paid, tax included.", "6,000円", "¥6,000");
const POSITION: Placeholder = says("position", "The place in the line, from 1.", "3", "3");
const REASON: Placeholder =
    says("reason", "Why, in the words of the staff.", "受講要件の確認ができないため", "Not enough applicants");
const SESSION: Placeholder = says("session", "The number of the session.", "3", "3").required();
const CHANGE: Placeholder =
    says("change", "What is different now.", "4月24日（土）10:00 に延期", "moved to Saturday, 24 April, 10:00")
        .required();
const LEARNERS: Placeholder =
    says("learners", "Who would take part or does.", "小林 実、小林 花", "Minoru Kobayashi, Hana Kobayashi");
const DRAW_NUMBER: Placeholder = says("draw_number", "抽選番号, in a draw.", "000012", "000012");
const REFUND: Placeholder = says("refund", "What goes back, if something does.", "3,000円", "¥3,000");
const JOIN_URL: Placeholder = says(
    "join_url",
    "Where an online class meets, for whoever is admitted.",
    "https://meet.example.jp/yoga",
    "https://meet.example.jp/yoga",
);
const NUMBER: Placeholder = says("certificate_number", "修了証番号.", "2027-15", "2027-15").required();
const CODE: Placeholder =
    says("check_code", "The code that anybody checks it by.", "K7QF-9M2T-1V3X", "K7QF-9M2T-1V3X").required();

const RECEIPT_CODE: Placeholder =
    says("receipt_code", "The code that opens the application.", "K7QF-9M2T-1V3X-5W8Z", "K7QF-9M2T-1V3X-5W8Z")
        .required();

const DECIDE_BY: Placeholder =
    says("decide_by", "The last day on which it is decided.", "2027年3月20日（土）", "Saturday, 20 March 2027")
        .required();
const MINIMUM: Placeholder = says("minimum", "最少催行人数, in the unit of the capacity.", "10", "10");
const ADMITTED: Placeholder = says("admitted", "How many are admitted.", "7", "7");

const OF_EVERY_KIND: &[Placeholder] = &[HOUSE, APPLICANT, COURSE, CLASS];

impl Kind {
    const ALL: [Self; 18] = [
        Self::CourseReceived,
        Self::CoursePaymentDue,
        Self::CourseAdmitted,
        Self::CourseWaitlisted,
        Self::CourseOffered,
        Self::CourseLost,
        Self::CourseLineEnded,
        Self::CourseRejected,
        Self::CourseExpired,
        Self::CourseWithdrawn,
        Self::CourseClassCancelled,
        Self::CourseRevoked,
        Self::CourseSessionChanged,
        Self::CourseCertificateIssued,
        Self::CourseReminder,
        Self::CourseTeaching,
        Self::CourseReceiptReissued,
        Self::CourseDecisionOwed,
    ];

    /// The stable name, for records and paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CourseReceived => "course.received",
            Self::CoursePaymentDue => "course.payment_due",
            Self::CourseAdmitted => "course.admitted",
            Self::CourseWaitlisted => "course.waitlisted",
            Self::CourseOffered => "course.offered",
            Self::CourseLost => "course.lost",
            Self::CourseLineEnded => "course.line_ended",
            Self::CourseRejected => "course.rejected",
            Self::CourseExpired => "course.expired",
            Self::CourseWithdrawn => "course.withdrawn",
            Self::CourseClassCancelled => "course.class_cancelled",
            Self::CourseRevoked => "course.revoked",
            Self::CourseSessionChanged => "course.session_changed",
            Self::CourseCertificateIssued => "course.certificate_issued",
            Self::CourseReminder => "course.reminder",
            Self::CourseTeaching => "course.teaching",
            Self::CourseReceiptReissued => "course.receipt_reissued",
            Self::CourseDecisionOwed => "course.decision_owed",
        }
    }

    /// All of them.
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    /// What a letter of this kind can say.
    pub fn placeholders(self) -> impl Iterator<Item = Placeholder> {
        OF_EVERY_KIND.iter().chain(self.own()).copied()
    }

    const fn own(self) -> &'static [Placeholder] {
        const RECEIPT_REQUIRED: Placeholder = RECEIPT.required();
        const AMOUNT_REQUIRED: Placeholder = AMOUNT.required();
        const REASON_REQUIRED: Placeholder = REASON.required();
        match self {
            Self::CourseReceived => &[RECEIPT_REQUIRED, LEARNERS, DRAW_NUMBER],
            Self::CoursePaymentDue => &[RECEIPT, LEARNERS, AMOUNT_REQUIRED, DEADLINE],
            Self::CourseAdmitted => &[RECEIPT, LEARNERS, REFUND, JOIN_URL],
            Self::CourseWaitlisted => &[RECEIPT, LEARNERS, POSITION, DRAW_NUMBER],
            Self::CourseOffered | Self::CourseReminder => &[RECEIPT, LEARNERS, DEADLINE, AMOUNT],
            Self::CourseLost => &[RECEIPT, LEARNERS, DRAW_NUMBER],
            Self::CourseLineEnded => &[RECEIPT, LEARNERS, REASON],
            Self::CourseRejected => &[RECEIPT, LEARNERS, REASON_REQUIRED],
            Self::CourseRevoked => &[RECEIPT, LEARNERS, REASON_REQUIRED, REFUND],
            Self::CourseClassCancelled => &[RECEIPT, LEARNERS, REASON, REFUND],
            Self::CourseExpired | Self::CourseWithdrawn => &[RECEIPT, LEARNERS, REFUND],
            Self::CourseSessionChanged => &[SESSION, CHANGE, LEARNERS, REFUND, JOIN_URL],
            Self::CourseCertificateIssued => &[NUMBER, CODE, LEARNERS],
            Self::CourseTeaching => &[SESSION, CHANGE],
            Self::CourseReceiptReissued => &[RECEIPT_REQUIRED, RECEIPT_CODE],
            Self::CourseDecisionOwed => &[DECIDE_BY, MINIMUM, ADMITTED],
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}
