//! What the database can make us say.

kernel::rules! {
    /// No connection in time, or PostgreSQL is not there.
    UNAVAILABLE = Busy "unavailable",
        "The service is busy; nothing was changed. Try again.",
        "混み合っています。何も変更されていません。しばらくしてから再度お試しください。";
    /// The answer to COMMIT was lost.
    OUTCOME_UNKNOWN = Busy "outcome_unknown",
        "It is not known whether this took effect. Repeat the request with the same Idempotency-Key to find out.",
        "処理結果を確認できませんでした。同じ Idempotency-Key で再送すると結果が確定します。";
    /// Everything that only we can mend.
    INTERNAL = Fault "internal_error",
        "Something went wrong on our side; nothing was changed.",
        "内部エラーが発生しました。何も変更されていません。";
}
