//! What identity can make us say.

kernel::rules! {
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
    PASSWORD_UNCHANGED = Rejected "password_unchanged",
        "The new password is the old one.",
        "新しいパスワードが現在のパスワードと同じです。";
    /// No such thing, or not for this caller; the same sentence as for a path that does not exist.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    PERIOD_REVERSED = Rejected "tenancy.period_reversed",
        "The last day comes before the first.",
        "終了日が開始日より前になっています。";
    TENANT_REQUEST_IN_FUTURE = Rejected "tenancy.tenant.request_in_future",
        "A tenant is registered on a request that has been received and explained already.",
        "依頼の受領日時と説明日時は、過去の日時で指定してください。";
    SANDBOX_EXISTS = Conflict "tenancy.sandbox.exists",
        "The tenant has a sandbox already, or is one.",
        "サンドボックスはすでに作成されています。";
    SANDBOX_ABSENT = Conflict "tenancy.sandbox.absent",
        "The tenant has no sandbox; an operator can open one.",
        "サンドボックスがまだ作成されていません。";
    SANDBOX_HAS_NO_CONTRACT = Conflict "tenancy.sandbox.no_contract",
        "A sandbox has no contract, subscriptions or staff of its own; it follows its tenant.",
        "サンドボックスには契約・契約サービス・職員を登録できません。";
    CONTRACT_DAYS = Rejected "tenancy.contract.days",
        "Backups cannot be gone before the data is: 0 <= retention_days <= backup_days.",
        "保存日数は 0 以上、バックアップ日数は保存日数以上で指定してください。";
    CONTRACT_FLAG_UNKNOWN = Rejected "tenancy.contract.flag_unknown",
        "The contract names a term that does not exist.",
        "存在しない契約条件が指定されています。";
    CONTRACT_RACED = Conflict "tenancy.contract.raced",
        "Another version of the contract was recorded at the same moment; read it again.",
        "契約の別の版が同時に登録されました。再取得してください。";
    SERVICE_NOT_SUBSCRIBABLE = Rejected "tenancy.subscription.not_subscribable",
        "Only ticket, venue and course can be subscribed.",
        "契約できるサービスは ticket・venue・course のみです。";
    SUBSCRIPTION_OVERLAPS = Conflict "tenancy.subscription.overlaps",
        "The tenant has this service for some of these days already.",
        "同じサービスの契約期間が重複しています。";
    STAFF_EXISTS = Conflict "tenancy.staff.exists",
        "This roster member has an account already; reset its password instead.",
        "この名簿の方にはすでにアカウントがあります。パスワードの再発行を利用してください。";
    STAFF_OFF_ROSTER = Conflict "tenancy.staff.off_roster",
        "This person is not on the roster any more.",
        "この方は名簿から削除されています。";
    STAFF_ONESELF = Rejected "tenancy.staff.oneself",
        "Nobody disables or enables themselves or changes their own roles.",
        "自分自身の停止・再開・役割変更はできません。";
    STAFF_NO_SUCH_ROLE = Rejected "tenancy.staff.no_such_role",
        "The service has no such role.",
        "このサービスにその役割はありません。";
    KEY_SCOPE_UNKNOWN = Rejected "tenancy.key.scope_unknown",
        "There is no such permission.",
        "存在しない権限が指定されています。";
    KEY_SCOPE_BEYOND_KIND = Rejected "tenancy.key.scope_beyond_kind",
        "A key of this kind can never be given this permission.",
        "この種類のキーには付与できない権限です。";
    KEY_SCOPE_BEYOND_OWN = Rejected "tenancy.key.scope_beyond_own",
        "Nobody gives away a permission they do not have.",
        "自分が持っていない権限は付与できません。";
    KEY_ORIGINS_MISSING = Rejected "tenancy.key.origins_missing",
        "A publishable key needs the origins of the pages that use it.",
        "公開可能キーには利用するページのオリジンが必要です。";
    KEY_ORIGINS_UNEXPECTED = Rejected "tenancy.key.origins_unexpected",
        "Only publishable keys are bound to origins.",
        "オリジンを指定できるのは公開可能キーのみです。";
    KEY_ORIGIN_INVALID = Rejected "tenancy.key.origin_invalid",
        "An origin is scheme, host and port as browsers send them: https, lower case, without a path.",
        "オリジンはブラウザーが送信する形式（https、小文字、パスなし）で指定してください。";
    KEY_EXPIRES_IN_PAST = Rejected "tenancy.key.expires_in_past",
        "The key would have expired before it was made.",
        "有効期限に過去の日時は指定できません。";
    KEY_OVER = Conflict "tenancy.key.over",
        "The key is revoked, expired or replaced already.",
        "このキーはすでに取り消し・期限切れ・置き換え済みです。";
    KEY_OVERLAP = Rejected "tenancy.key.overlap_too_long",
        "The old key may go on for at most 30 days.",
        "旧キーを併用できる期間は30日以内です。";
    OPERATOR_EXISTS = Conflict "operator.exists",
        "There is an operator with this login ID.",
        "このログインIDの運営者はすでに存在します。";
}
