//! What identity can make us say.

kernel::rules! {
    /// Nothing was shown.
    CREDENTIAL_REQUIRED = Unauthenticated "credential_required",
        "This operation needs a credential: an API key or the token of a session.",
        "この操作には認証情報（APIキーまたはセッショントークン）が必要です。";
    /// No token of ours, or one that nobody has.
    CREDENTIAL_INVALID = Unauthenticated "credential_invalid",
        "The credential is not known here.",
        "認証情報が正しくありません。";
    CREDENTIAL_EXPIRED = Unauthenticated "credential_expired",
        "The credential has expired.",
        "認証情報の有効期限が切れています。";
    CREDENTIAL_REVOKED = Unauthenticated "credential_revoked",
        "The credential has been revoked.",
        "認証情報は取り消されています。";
    SESSION_IDLE = Unauthenticated "session_idle",
        "The session ended because it was not used; sign in again.",
        "一定時間操作がなかったためセッションが終了しました。再度サインインしてください。";
    ACCOUNT_DISABLED = Unauthenticated "account_disabled",
        "The account behind this credential is disabled.",
        "このアカウントは停止されています。";
    CONTRACT_NOT_STARTED = Unauthenticated "contract_not_started",
        "The contract behind this credential has not started.",
        "契約期間の開始前です。";
    CONTRACT_ENDED = Unauthenticated "contract_ended",
        "The contract behind this credential has ended.",
        "契約期間が終了しています。";
    PERMISSION_DENIED = Forbidden "permission_denied",
        "The caller is known but does not have the permission that this operation needs.",
        "この操作を行う権限がありません。";
    SERVICE_NOT_SUBSCRIBED = Absent "service_not_subscribed",
        "The tenant has not subscribed to this service.",
        "このサービスは契約されていません。";
    ORIGIN_REQUIRED = Forbidden "origin_required",
        "A publishable key works only from a web page: the request must carry an Origin header.",
        "公開可能キーはWebページからのみ利用できます（Originヘッダーが必要です）。";
    ORIGIN_NOT_ALLOWED = Forbidden "origin_not_allowed",
        "The origin of this page is not in the list of the publishable key.",
        "このページのオリジンは公開可能キーの許可リストにありません。";
    PASSWORD_REFUSED = Rejected "password_refused",
        "The password may not be chosen: it needs 15 to 256 characters that are not predictable.",
        "このパスワードは使用できません。15文字以上256文字以内で、推測されにくいものにしてください。";
    /// Wrong login id or wrong password: which of them is not said.
    SIGN_IN_REFUSED = Unauthenticated "sign_in_refused",
        "The login ID or the password is wrong.",
        "ログインIDまたはパスワードが正しくありません。";
    SIGN_IN_THROTTLED = Limited "sign_in_throttled",
        "Too many failed attempts to sign in; wait before the next one.",
        "サインインの失敗が続いたため、しばらく待ってから再度お試しください。";
    SIGN_IN_LOCKED = Limited "sign_in_locked",
        "Too many failed attempts to sign in; the password must be reset.",
        "サインインの失敗が続いたため停止されています。パスワードの再発行が必要です。";
    SIGN_IN_BUSY = Busy "sign_in_busy",
        "Too many people are signing in at this moment; try again.",
        "サインインが混み合っています。しばらくしてから再度お試しください。";
    PASSWORD_CHANGE_REQUIRED = Forbidden "password_change_required",
        "The password was issued once; choose a new one before signing in.",
        "初期パスワードは変更が必要です。新しいパスワードを設定してからサインインしてください。";
    ONE_TIME_PASSWORD_EXPIRED = Forbidden "one_time_password_expired",
        "The issued password was not used in time; ask for a new one.",
        "初期パスワードの有効期限が切れています。再発行を依頼してください。";
}
