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
    CLASS_CLOSED = Conflict "course.seats.class_closed",
        "The class takes no applications in its state; `state` says which.",
        "このクラスは現在の状態では申込みできません。state に示します。";
    ALREADY_APPLIED = Conflict "course.seats.already_applied",
        "Somebody of the party has an active application to this class already; `persons` says who.",
        "申込者の中に、このクラスへの有効な申込みがある人がいます。persons に示します。";
    PARTY_TOO_LARGE = Rejected "course.seats.party_too_large",
        "The class never has so many places for one party; `most` is how many it has.",
        "一つの申込みで確保できる人数を超えています。most が上限です。";
    CLASS_FULL = Conflict "course.seats.full",
        "There is neither a place nor room on the waiting list.",
        "定員・空席待ちともに満員です。";
    APPLICATION_STATE = Conflict "course.seats.state",
        "The application is in a state in which this is not possible; `state` says which.",
        "申込みの現在の状態ではこの操作はできません。state に示します。";
    OFFER_OVER = Gone "course.seats.offer_expired",
        "The time to answer or to pay is over.",
        "回答または支払の期限を過ぎています。";
    CAPACITY_NUMBERS = Rejected "course.seats.capacity",
        "Places cannot be below zero, and no more can be held back than there are.",
        "定員は0以上とし、留保数は定員以下にしてください。";
    NO_REASON = Rejected "course.seats.no_reason",
        "Whoever decides against or past somebody says why.",
        "理由を入力してください。";
    NO_POSITION = Rejected "course.seats.no_position",
        "There is no such position in the line; `waiting` is how many wait.",
        "その順位は空席待ちにありません。waiting が待機数です。";
}
