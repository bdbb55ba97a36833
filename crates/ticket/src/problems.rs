//! What the ticket office can make us say. Append only.

kernel::rules! {
    /// The same words as everywhere.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    /// The performance is not, or not yet, or no longer on sale.
    NOT_ON_SALE = Conflict "ticket.performance.not_on_sale",
        "This performance is not on sale.",
        "この公演は現在販売していません。";
    NO_SUCH = Rejected "ticket.catalogue.no_such_parent",
        "What this should belong to does not exist.",
        "所属先として指定されたものが存在しません。";
    CODE_TAKEN = Conflict "ticket.catalogue.code_taken",
        "The code is already used in this production.",
        "このコードは公演内ですでに使用されています。";
    TIMES = Rejected "ticket.performance.times",
        "Doors open before the performance starts, and it starts before it ends; sales end no later than it does.",
        "開場・開演・終演・販売終了の時刻の順序が正しくありません。";
    WINDOW_TIMES = Rejected "ticket.sale_window.times",
        "A sale window opens before it closes.",
        "販売開始は販売終了より前でなければなりません。";
    HOLD_TIMES = Rejected "ticket.sale_window.hold_times",
        "`hold_minutes_max` is at least `hold_minutes`.",
        "仮押さえの最長時間は仮押さえ時間以上でなければなりません。";
    STATE = Conflict "ticket.catalogue.state",
        "The state of this thing does not allow it.",
        "現在の状態ではこの操作はできません。";
    PLAN_FILE = Rejected "ticket.seating_plan.faulty_file",
        "The seating plan has faults; `faults` lists every one with its line.",
        "座席表に誤りがあります。faults に行番号とともにすべて示します。";
    PLAN_OTHER_HALL = Rejected "ticket.performance.plan_of_other_hall",
        "The seating plan is not of this hall, or is not published.",
        "座席表がこのホールのものではないか、公開されていません。";
    NOT_SELLABLE = Rejected "ticket.performance.not_sellable",
        "The performance cannot go on sale yet; `missing` lists everything that is missing.",
        "まだ販売を開始できません。missing に不足しているものをすべて示します。";
    NO_PRICES = Rejected "ticket.price_list.faulty",
        "A price list prices each seat class and ticket type of its production at most once.",
        "価格表の席種・券種の組み合わせが正しくありません。";
}
