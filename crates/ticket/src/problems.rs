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
    /// A window opens later, or none will.
    WINDOW_CLOSED = Conflict "ticket.sale_window.closed",
        "No sale window is open; `opens_at` says when the next one opens, if one does.",
        "販売期間外です。次の販売がある場合は opens_at に開始日時を示します。";
    TOO_MANY = Rejected "ticket.hold.too_many",
        "More tickets were asked for than one order may have.",
        "1回の注文で購入できる枚数を超えています。";
    NO_PRICE = Rejected "ticket.hold.no_price",
        "There is no price for this ticket type in this seat class.",
        "この席種と券種の組み合わせは販売していません。";
    SELECTION_NOT_OFFERED = Rejected "ticket.hold.selection_not_offered",
        "The sale window does not offer this way of choosing seats.",
        "この販売区分では指定された座席の選び方を利用できません。";
    SELECTION_UNCLEAR = Rejected "ticket.hold.selection_unclear",
        "Nothing is asked for, or the same seat is named twice.",
        "座席または枚数の指定が正しくありません。";
    PLACE_UNKNOWN = Rejected "ticket.hold.place_unknown",
        "This performance has no such seat, seat class or pool.",
        "この公演に指定された座席・席種・入場枠はありません。";
    SEAT_TAKEN = Conflict "ticket.hold.seat_taken",
        "At least one of the seats is taken; `taken` names them, `alternatives` names free seats near by.",
        "選択した座席の一部はすでに確保されています。";
    NO_SEATS = Conflict "ticket.hold.no_seats_together",
        "So many seats are not free as asked; `free` says how many are at all.",
        "ご希望の条件で並びの空席がありません。";
    POOL_FULL = Conflict "ticket.hold.sold_out",
        "So many places are not free; `free` says how many are.",
        "ご希望の枚数の空きがありません。";
    HOLD_ENDED = Conflict "ticket.hold.ended",
        "The hold has ended: it expired, was released, or became an order.",
        "仮押さえは終了しています。";
    HOLD_AT_MOST = Conflict "ticket.hold.cannot_extend",
        "The hold cannot be kept beyond `max_expires_at`.",
        "仮押さえをこれ以上延長できません。";
    ORDER_NOT_UNPAID = Conflict "ticket.order.not_unpaid",
        "Only an unpaid order can be cancelled.",
        "未入金の注文のみ取り消せます。";
    POOL_REFERENCE = Rejected "ticket.pool.no_such_reference",
        "There is no such performance or seat class, or no such pool in this performance.",
        "公演・席種・上位の入場枠の指定が正しくありません。";
    POOL_BELOW_TAKEN = Conflict "ticket.pool.below_taken",
        "More places are taken than this capacity.",
        "確保済みの数を下回る定員にはできません。";
    SEATS_WITHOUT_CLASS = Rejected "ticket.performance.seats_without_class",
        "Some seats of the plan fit no rule and would be in no seat class.",
        "席種が割り当てられていない座席があります。";
    TICKET_UNKNOWN = Rejected "ticket.admission.unknown",
        "This is no ticket of this house.",
        "有効な券ではありません。";
    TICKET_VOIDED = Conflict "ticket.admission.voided",
        "The ticket is void.",
        "この券は無効です。";
    TICKET_ELSEWHERE = Rejected "ticket.admission.wrong_performance",
        "The ticket is for another performance.",
        "別の公演の券です。";
    DOORS_CLOSED = Conflict "ticket.admission.not_yet_open",
        "The doors are not open yet.",
        "開場前です。";
    PERFORMANCE_OVER = Conflict "ticket.admission.over",
        "The performance is over.",
        "公演は終了しています。";
    ALREADY_ADMITTED = Conflict "ticket.admission.already_admitted",
        "This ticket was admitted before; `admitted_at` and `gate` say when and where.",
        "この券はすでに入場済みです。";
    TICKET_USED = Conflict "ticket.ticket.admitted",
        "Somebody entered with at least one of the tickets; `tickets` names them.",
        "すでに入場済みの券が含まれています。tickets に示します。";
    TICKET_NOT_VALID = Conflict "ticket.ticket.not_valid",
        "At least one of the tickets is void already, or not of this order; `tickets` names them.",
        "すでに無効の券、またはこの注文にない券が含まれています。tickets に示します。";
    TICKETS_TOO_FEW = Conflict "ticket.ticket.too_few",
        "This line has fewer valid tickets that nobody entered with; `valid` says how many.",
        "この明細には、指定された枚数の未使用の有効な券がありません。valid に枚数を示します。";
    SEATS_IN_USE = Conflict "ticket.seat.in_use",
        "At least one of the seats is held or sold; `held` and `sold` name them.",
        "仮押さえ中または販売済みの座席が含まれています。held と sold に示します。";
    POOL_ABOVE_CAPACITY = Conflict "ticket.pool.above_capacity",
        "Seats and places together would be more than `allowed`: the hall's legal capacity or the performance's cap.",
        "座席と入場枠の合計が、消防定員または公演の上限を超えます。";
    PERFORMANCE_CANCELLED = Conflict "ticket.admission.performance_cancelled",
        "The performance is cancelled.",
        "この公演は中止になりました。";
    LIST_NEEDS_SESSION = Forbidden "ticket.order.list_needs_session",
        "A list of orders needs a patron's session. A page reads a single order with the client secret of that order.",
        "注文の一覧には利用者のログインが必要です。個別の注文は client secret で参照できます。";
    PAYMENT_METHOD = Rejected "ticket.order.payment_method",
        "The sale window of this order does not take this way of paying; `offered` lists those it takes.",
        "この販売区分では指定された支払方法を利用できません。offered に利用できる方法を示します。";
    REFUND_UNCLEAR = Rejected "ticket.refund.unclear",
        "Either `lines` or `tickets` says what comes back; tickets are those of the order that the bill is for.",
        "払戻の対象は lines か tickets のどちらか一方で指定してください。券はこの請求の注文のものに限ります。";
}
