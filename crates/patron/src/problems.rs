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
}
