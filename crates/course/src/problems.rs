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
    TERM_DAYS = Rejected "course.term.days",
        "A term has to end after it starts, and cannot follow itself.",
        "期の終了日は開始日より後とし、前の期に自身を指定することはできません。";
    CLASS_NUMBERS = Rejected "course.class.numbers",
        "The numbers of the class contradict each other; `fault` says which.",
        "クラスの数値が矛盾しています。fault に示します。";
    CLASS_RULES = Rejected "course.class.rules",
        "The rules of the class have faults; `faults` says where and what.",
        "クラスの条件に誤りがあります。faults に場所と内容を示します。";
    CLASS_FIXED = Conflict "course.class.fixed",
        "What was published stays: `fields` can only change while the class is a draft.",
        "公開後は変更できません。fields は下書きの間だけ変更できます。";
    CLASS_STATE = Conflict "course.class.state",
        "The class is in a state in which this is not possible; `state` says which.",
        "クラスの現在の状態ではこの操作はできません。state に示します。";
    CLASS_NOT_READY = Conflict "course.class.not_ready",
        "The class cannot be published yet; `missing` says what it lacks.",
        "クラスはまだ公開できません。missing に不足を示します。";
    WINDOW_TIMES = Rejected "course.window.times",
        "A window has to close after it opens.",
        "申込期間の終了は開始より後にしてください。";
    WINDOW_OPENED = Conflict "course.window.opened",
        "People may have applied already: since `opened_at`, `fields` stay as they are.",
        "申込受付が始まっています。opened_at 以降、fields は変更できません。";
}
