//! What courses can make us say. Append only.

kernel::rules! {
    /// The same words as everywhere.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    NO_SUCH = Rejected "course.catalogue.no_such_parent",
        "What this should belong to does not exist; `noun` says what.",
        "所属先として指定されたものが存在しません。noun に示します。";
    CODE_TAKEN = Conflict "course.catalogue.code_taken",
        "The code is already used.",
        "このコードはすでに使用されています。";
}
