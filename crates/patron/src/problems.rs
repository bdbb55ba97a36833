//! How this crate says no.

kernel::rules! {
    /// No such patron in this tenant.
    PATRON_ABSENT = Absent "absent",
        "There is nothing here for this caller.",
        "該当するものがありません。";
    /// Something in the details cannot be right; `errors` says what, all at once.
    DETAILS_REJECTED = Rejected "patron.details_rejected",
        "Some of the details cannot be accepted.",
        "入力内容に受け付けられない項目があります。";
    /// Somebody else changed the patron since it was read.
    PATRON_STALE = Stale "patron.stale",
        "The patron was changed in the meantime; read it again.",
        "利用者情報は他の操作で更新されています。再度取得してください。";
    /// The tenant has a registered patron with this address.
    EMAIL_TAKEN = Conflict "patron.email_taken",
        "Another registered patron has this e-mail address.",
        "このメールアドレスはすでに登録されています。";
    /// The token is unknown, used or too old: which of them is not told.
    TOKEN_INVALID = Rejected "patron.verification.token_invalid",
        "This verification is not valid, or not any more.",
        "確認コードが無効か、有効期限が切れています。";
    /// Address and password do not belong together: which of them is wrong is not told.
    SIGN_IN_REFUSED = Unauthenticated "patron.sign_in.refused",
        "The e-mail address or the password is wrong.",
        "メールアドレスまたはパスワードが正しくありません。";
    /// Too many attempts in a row for this address.
    SIGN_IN_LIMITED = Limited "patron.sign_in.limited",
        "Too many attempts to sign in with this address; wait before the next one.",
        "ログインの試行回数が多すぎます。しばらく待ってから再度お試しください。";
    /// Somebody else changed it since it was read.
    STALE = Stale "version_mismatch",
        "Somebody changed it first; read it again.",
        "他の更新が先に行われました。再取得してください。";
    /// Codes of user classes are unique at a contractor.
    CLASS_CODE_TAKEN = Conflict "patron.user_class.code_taken",
        "Another user class has this code.",
        "このコードの利用区分はすでにあります。";
    /// 廃止日 comes after 適用開始日.
    CLASS_EFFECTIVE = Rejected "patron.user_class.effective",
        "`effective_until` is later than `effective_from`.",
        "廃止日は適用開始日より後でなければなりません。";
    /// Only a class in effect on the first day is given; `day` says which day was asked.
    NO_SUCH_CLASS = Rejected "patron.standing.no_such_class",
        "There is no such user class in effect on that day.",
        "その日に適用されている利用区分ではありません。";
    /// Guests have no registration.
    NO_SUCH_PATRON = Rejected "patron.standing.no_such_patron",
        "There is no such patron in the register.",
        "該当する登録利用者がいません。";
    /// `state` is what it is in, `possible_in` lists where the act is possible.
    STANDING_STATE = Conflict "patron.standing.state",
        "The registration is not in a state in which this is possible.",
        "現在の状態ではこの操作はできません。";
    /// One application at a time; it is decided or closed before the next.
    STANDING_OPEN = Conflict "patron.standing.open",
        "The patron has an application that is not decided yet.",
        "審査が終わっていない申請があります。";
    /// Two registrations never hold on one day.
    STANDING_OVERLAPS = Conflict "patron.standing.overlaps",
        "The patron is registered on some of these days already.",
        "その期間にはすでに有効な利用者登録があります。";
    /// A period lasts at least a day; one without an end is not followed by another.
    STANDING_PERIOD = Rejected "patron.standing.period",
        "A period ends after it begins, and only one that ends is renewed.",
        "有効期間が正しくありません。";
    /// A suspension ends in the future.
    SUSPENSION_PAST = Rejected "patron.standing.suspension_past",
        "A suspension ends in the future.",
        "利用停止の終了は現在より後でなければなりません。";
    /// `until`, when known, is when it becomes possible.
    STANDING_SUSPENDED = Conflict "patron.standing.suspended",
        "The patron is suspended.",
        "この利用者は利用停止中です。";
    /// The patron has left.
    STANDING_CLOSED = Conflict "patron.standing.closed",
        "The registration of the patron is closed.",
        "この利用者の登録は抹消されています。";
}
