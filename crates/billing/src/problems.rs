//! How billing says no.

use kernel::{Kind, Rule};

/// The common code of everything that is not there; the contract lists it once for all domains.
pub(crate) static ABSENT: Rule = Rule {
    kind: Kind::Absent,
    code: "absent",
    en: "There is nothing here for this caller.",
    ja: "該当するものがありません。",
};

kernel::rules! {
    /// Somebody was first.
    STALE = Stale "version_mismatch",
        "Somebody changed it first; read it again.",
        "他の更新が先に行われました。再取得してください。";
    /// A whole is replaced.
    UNCONDITIONAL = Unconditional "precondition_required",
        "Say which version you mean: `If-Match`.",
        "If-Match ヘッダーで版を指定してください。";
    /// Who issues has a name and an address.
    ISSUER_BLANK = Rejected "billing.issuer.blank",
        "The issuer has a name and an address.",
        "発行者の名称と所在地を入力してください。";
    /// The check digit tells.
    ISSUER_NUMBER = Rejected "billing.issuer.number",
        "This is no registration number: T and thirteen digits, the first of which is the check digit of the others.",
        "登録番号が正しくありません。「T」に続く13桁の数字（検査用数字を含む）を確認してください。";
    /// The settings come first.
    DOCUMENT_NO_ISSUER = Conflict "billing.document.no_issuer",
        "Nobody has said yet who issues documents; set the issuer first.",
        "発行者が設定されていません。先に発行者を設定してください。";
    /// A kind and what it is about.
    DOCUMENT_UNCLEAR = Rejected "billing.document.unclear",
        "A receipt is for one bill or one payment, an invoice for one bill, a credit note for one refund.",
        "領収書は請求または入金、請求書は請求、返還請求書は払戻のいずれか一つを指定してください。";
    /// Invoices need a number.
    DOCUMENT_UNREGISTERED = Conflict "billing.document.unregistered",
        "The issuer has no registration number and can issue receipts only.",
        "発行者の登録番号が未設定のため、領収書のみ発行できます。";
    /// A receipt is for money.
    DOCUMENT_NOT_PAID = Conflict "billing.document.not_paid",
        "The bill is not paid by money; a receipt is for money that was received.",
        "この請求は入金により完済されていないため、領収書を発行できません。";
    /// Not there, or not decided about.
    DOCUMENT_NOT_RECEIVED = Conflict "billing.document.not_received",
        "This payment was not received, or nobody has decided about it yet.",
        "この入金は受領が確定していないため、領収書を発行できません。";
    /// Only money went back.
    DOCUMENT_NOTHING_SUPPLIED = Conflict "billing.document.nothing_supplied",
        "Nothing that was supplied came back with this refund.",
        "この払戻には返還対象の取引がありません。";
    /// One of a sort.
    DOCUMENT_EXISTS = Conflict "billing.document.exists",
        "There is one that counts; take a copy of it, or make it void.",
        "有効な書類がすでにあります。再発行（写し）または無効化を行ってください。";
    /// The chain is kept.
    DOCUMENT_VOIDED = Conflict "billing.document.voided",
        "One was made void; reissue that one, so that it says what it replaces.",
        "無効化された書類があります。その書類を再作成してください。";
    /// Not twice for the same money.
    DOCUMENT_RECEIPTED = Conflict "billing.document.receipted",
        "The same money has a receipt already: of the whole bill, or of a payment of it.",
        "同じ入金に対する領収書（請求全体または入金単位）がすでに発行されています。";
    /// It counts no more.
    DOCUMENT_VOID = Conflict "billing.document.void",
        "The document is void.",
        "この書類は無効化されています。";
    /// It counts.
    DOCUMENT_NOT_VOID = Conflict "billing.document.not_void",
        "The document counts; make it void before it is issued again.",
        "この書類は有効です。再作成の前に無効化してください。";
    /// Once.
    DOCUMENT_REPLACED = Conflict "billing.document.replaced",
        "The document was issued again already.",
        "この書類はすでに再作成されています。";
    /// Nothing to bill.
    BILL_EMPTY = Rejected "billing.bill.empty",
        "A bill needs at least one line, each for one or more and not below zero yen.",
        "請求には1行以上の明細が必要です（数量は1以上、金額は0円以上）。";
    /// Beyond 64 bits.
    BILL_TOO_LARGE = Rejected "billing.bill.too_large",
        "The amounts are beyond what can be computed.",
        "金額が計算できる範囲を超えています。";
    /// The subject has one already.
    BILL_EXISTS = Conflict "billing.bill.exists",
        "There is a bill for this already.",
        "この対象にはすでに請求があります。";
    /// Not everybody may see them all.
    BILL_SUBJECT_NEEDED = Rejected "billing.bill.subject_needed",
        "Say which order the bills are for.",
        "請求の対象となる注文を指定してください。";
    /// Paid.
    BILL_PAID = Conflict "billing.bill.paid",
        "The bill is paid.",
        "この請求は支払い済みです。";
    /// Cancelled.
    BILL_CANCELLED = Conflict "billing.bill.cancelled",
        "The bill was cancelled.",
        "この請求は取り消されています。";
    /// Its time is over.
    BILL_OVERDUE = Conflict "billing.bill.overdue",
        "The time to pay this bill is over.",
        "この請求の支払期限を過ぎています。";
    /// It was late, and somebody else has what it is for.
    BILL_UNDELIVERABLE = Conflict "billing.bill.undeliverable",
        "The time to pay this bill is over, and what it is for cannot be had any more: take no money for it.",
        "この請求の支払期限を過ぎ、対象はもう提供できません。代金を受け取らないでください。";
    /// Money has come in for it.
    BILL_PARTLY_PAID = Conflict "billing.bill.partly_paid",
        "Part of the bill is paid; give that back first.",
        "一部が支払い済みです。先に返金してください。";
    /// More than is asked for.
    PAYMENT_TOO_MUCH = Rejected "billing.payment.too_much",
        "This is more than is still to be paid.",
        "残額を超える金額は受け取れません。";
    /// Nothing is asked for.
    PAYMENT_OF_NOTHING = Rejected "billing.payment.of_nothing",
        "A payment is of at least one yen.",
        "支払額は1円以上です。";
    /// The provider does not know it.
    TOKEN_UNKNOWN = Rejected "billing.payment.token_unknown",
        "The provider does not know this token.",
        "決済トークンが無効です。";
    /// Real business, play money.
    SANDBOX_ONLY = Rejected "billing.payment.sandbox_only",
        "The sandbox provider moves no money and is open to sandbox tenants only.",
        "サンドボックス決済は実際の決済を行わないため、サンドボックス契約でのみ利用できます。";
    /// The patron has nothing to confirm.
    NOT_WAITING = Conflict "billing.payment.not_waiting",
        "This payment does not wait for that step.",
        "この支払いはその手続きを待っていません。";
    /// Not in suspense.
    NOT_LATE = Conflict "billing.payment.not_late",
        "This payment is not waiting for a decision.",
        "この入金は保留中ではありません。";
    /// The late money is more than what is still asked for.
    NOTHING_OWED = Conflict "billing.payment.nothing_owed",
        "The bill does not ask for this money any more; it can only go back.",
        "請求残額を超えるため受け入れられません。返金のみ可能です。";
    /// A statement tells of the past.
    TRANSFER_IN_FUTURE = Rejected "billing.transfer.in_future",
        "A transfer cannot be of a day that has not come yet.",
        "未来の日付の入金は登録できません。";
    /// The request names one line twice.
    TRANSFER_REPEATED = Rejected "billing.transfer.repeated",
        "Two lines of the request are the same line of the statement.",
        "同じ入金明細が一つの依頼に二度含まれています。";
    /// It is known, and told otherwise.
    TRANSFER_DIFFERS = Conflict "billing.transfer.differs",
        "This line is registered already, with another day, amount or number.",
        "この入金明細は、日付、金額または番号の異なる内容で登録済みです。";
    /// Neither an id nor a place.
    TRANSFER_UNIDENTIFIED = Rejected "billing.transfer.unidentified",
        "A transfer needs either the id or the line of its statement, so that it counts once.",
        "二重登録を防ぐため、入金明細のIDまたは行番号のどちらか一方が必要です。";
    /// Matched or sent back.
    TRANSFER_DECIDED = Conflict "billing.transfer.decided",
        "The transfer has been matched or returned already.",
        "この入金はすでに消込または返金されています。";
    /// The service cannot deliver for late money.
    TRANSFER_UNDELIVERABLE = Conflict "billing.transfer.undeliverable",
        "What the bill is for cannot be delivered any more; the transfer can only be returned.",
        "請求の対象はもう提供できません。この入金は返金のみ可能です。";
    /// It paid a bill, or was sent back.
    TRANSFER_NOTHING_LEFT = Conflict "billing.transfer.nothing_left",
        "Nothing of this transfer is left to be returned.",
        "この入金には返金できる残りがありません。";
    /// A provider's notice that is not proven to be one.
    NOTICE_UNPROVEN = Unauthenticated "billing.notice.unproven",
        "The signature of this notice is missing, wrong or too old.",
        "通知の署名がないか、正しくないか、期限切れです。";
    /// More than was paid.
    REFUND_TOO_MUCH = Conflict "billing.refund.too_much",
        "This is more than what can be given back.",
        "返金可能額を超えています。";
    /// No payment to take it from.
    REFUND_NEEDS_PAYMENT = Conflict "billing.refund.needs_payment",
        "No single payment covers this; name the payment and the lines.",
        "この金額を賄う入金が1件ではありません。入金と明細を指定してください。";
    /// An open bill is not refunded by lines.
    REFUND_UNPAID = Conflict "billing.refund.unpaid",
        "The bill is not paid in full; only a whole payment can be returned.",
        "未完済の請求では、入金単位の返金のみ可能です。";
}
