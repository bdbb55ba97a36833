//! The rules of the edge itself: what every operation may answer, whatever it does.

kernel::rules! {
    /// No such path, no such thing, or not for this caller: the answers are the same to the byte.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    METHOD = Malformed "method_not_allowed", "This path does not know the method; `Allow` lists those it knows.", "このパスではそのメソッドは使用できません。Allow ヘッダーを参照してください。";
    INVALID = Malformed "invalid_request", "The request breaks the contract; `errors` lists every fault.", "リクエストが契約に合っていません。errors にすべての誤りを示します。";
    ADDRESS = Malformed "address_too_long", "The path with its query is longer than `limit_bytes`.", "URL が長すぎます。パスとクエリは limit_bytes バイトまでです。";
    NOT_JSON = Malformed "invalid_json", "The body is not strict JSON in UTF-8, or a text in it contains U+0000; `line` and `column` say where it is no JSON.", "本文が UTF-8 の正しい JSON ではないか、文字列に U+0000 が含まれています。JSON の誤りは line と column に位置を示します。";
    KEY_REQUIRED = Malformed "idempotency_key_required", "This operation needs an Idempotency-Key header.", "この操作には Idempotency-Key ヘッダーが必要です。";
    KEY_REUSED = Rejected "idempotency_key_reused", "This Idempotency-Key was used for another request.", "この Idempotency-Key は別のリクエストで使用済みです。";
    KEY_IN_FLIGHT = Conflict "idempotency_in_progress", "A request with this Idempotency-Key is at work; repeat it in a moment.", "同じ Idempotency-Key のリクエストを処理中です。少し待って再送してください。";
    CURSOR = Malformed "invalid_cursor", "The cursor is not of this list.", "カーソルがこの一覧のものではありません。";
    MEDIA_TYPE = Unsupported "unsupported_media_type", "The body is of a media type or in a charset that this operation does not read; `media_type` says what to send, `charsets` in which charsets, where there are several.", "この操作では受け付けない形式または文字コードの本文です。media_type の形式で送信してください。文字コードを選べる場合は charsets に示します。";
    NOT_TEXT = Malformed "file_not_text", "The file is not of the charset that `Content-Type` names, UTF-8 when it names none; `line` is the first line that is not, `charset` what to name instead, where the file can be read so. Otherwise save it as UTF-8 or Shift_JIS.", "ファイルを Content-Type の charset（指定がなければ UTF-8）として読めません。line に最初の行を示します。別の文字コードとして読める場合は charset に指定すべき名称を示します。それ以外は UTF-8 または Shift_JIS で保存してください。";
    ENCODED = Unsupported "content_encoding_refused", "Compressed bodies are not read.", "圧縮された本文は受け付けません。";
    TOO_LARGE = TooLarge "body_too_large", "The body is larger than this operation reads.", "本文が大きすぎます。";
    TOO_SLOW = Busy "request_timeout", "The body did not arrive in time.", "本文の受信が時間内に完了しませんでした。";
    DEADLINE = Busy "deadline_exceeded", "The request took longer than allowed. With an Idempotency-Key the same request finds out what became of it.", "処理が制限時間を超えました。";
    DRAINING = Busy "draining", "This server is about to stop; another one will answer.", "サーバーを停止しています。再度お試しください。";
    UNAUTHENTICATED = Unauthenticated "credential_required", "Say who you are: `Authorization: Bearer <key or session>`.", "認証情報が必要です。";
    NOT_SERVED = Absent "service_not_served", "This server does not serve this service.", "このサーバーではこのサービスを提供していません。";
    SECRET_IN_BROWSER = Forbidden "secret_key_in_browser", "A secret key must never reach a browser. Revoke it and use a publishable key.", "秘密キーをブラウザーで使用しないでください。";
    RATE_LIMITED = Limited "rate_limited", "Too many requests; `Retry-After` says when to go on.", "リクエストが多すぎます。Retry-After の秒数を待ってください。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    UNCONDITIONAL = Unconditional "precondition_required", "Say which version you mean: `If-Match`.", "If-Match ヘッダーで版を指定してください。";
    HOST = Malformed "invalid_host", "The request must name exactly one host.", "Host ヘッダーが正しくありません。";
    PANIC = Fault "internal_error", "Something went wrong on our side; nothing was changed.", "内部エラーが発生しました。何も変更されていません。";
}
