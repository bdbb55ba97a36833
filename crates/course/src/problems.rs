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
        "There is neither a place nor room on the waiting list: `places_left` are left, `waiting` wait where `waiting_capacity` may; the next window opens at `opens_at`.",
        "定員・空席待ちともに満員です。places_left に残席、waiting に待機数、waiting_capacity に空席待ちの上限、opens_at に次の申込期間の開始日時を示します。";
    APPLICATION_STATE = Conflict "course.seats.state",
        "The application is in a state in which this is not possible; `state` says which.",
        "申込みの現在の状態ではこの操作はできません。state に示します。";
    OFFER_OVER = Gone "course.seats.offer_expired",
        "The time to answer or to pay is over since `due_at`.",
        "回答または支払の期限（due_at）を過ぎています。";
    CAPACITY_NUMBERS = Rejected "course.seats.capacity",
        "Places cannot be below zero, and no more can be held back than there are; `capacity`, `held_back` and `waiting_capacity` are what it would be.",
        "定員は0以上とし、留保数は定員以下にしてください。capacity・held_back・waiting_capacity に変更後の数値を示します。";
    NO_REASON = Rejected "course.seats.no_reason",
        "Whoever decides against or past somebody says why.",
        "理由を入力してください。";
    NO_POSITION = Rejected "course.seats.no_position",
        "There is no such position in the line; `waiting` is how many wait.",
        "その順位は空席待ちにありません。waiting が待機数です。";
    NO_WINDOW = Conflict "course.application.no_window",
        "No window of the class takes applications at this moment; `opens_at` says when the next one does.",
        "現在受け付けている申込期間がありません。opens_at に次の開始日時を示します。";
    NOT_ELIGIBLE = Rejected "course.application.not_eligible",
        "A rule of the class keeps somebody out; `findings` says whom of the party, which rule, and whether it is not met, not known or not proven; `opens_at` when the next window opens that takes them.",
        "参加条件を満たしていない人がいます。findings に対象者と条件を、対象となる次の申込期間があればその開始日時を opens_at に示します。";
    BOTH_APPLIED = Conflict "course.application.both_applied",
        "Both have an active application to the same class; `classes` and `applications` say which. End one of them first.",
        "両者ともに同じクラスへの有効な申込みがあります。classes と applications に示します。先に一方を取り消してください。";
    POSSIBLE_DUPLICATE = Conflict "course.application.possible_duplicate",
        "Somebody of the same name and birth date has an active application to this class already; `people` says of whom. If it is somebody else, ask the office.",
        "同じ氏名・生年月日の方がこのクラスにすでに申し込んでいます。people に示します。別の方の場合は窓口へご相談ください。";
    PARTY = Rejected "course.application.party",
        "The party cannot be as it is given; `fault` says why.",
        "申込者の組合せが正しくありません。fault に示します。";
    PARTY_SIZE = Rejected "course.application.party_size",
        "More people than the class takes in one application; `most` is how many it takes.",
        "一つの申込みで参加できる人数を超えています。most が上限です。";
    NO_SUCH_OPTION = Rejected "course.application.no_such_option",
        "The class has no such optional fee; `fee` says which.",
        "選択できない費用が指定されています。fee に示します。";
    ANSWERS_FIXED = Conflict "course.application.answers_fixed",
        "The answers to this class do not change any more in the state of the application; `amendable` says how long they do.",
        "申込みの現在の状態では回答を変更できません。amendable に変更できる期間を示します。";
    ANSWERS_LATE = Gone "course.application.answers_late",
        "Answers could be changed until `until`.",
        "回答の変更期限（until）を過ぎています。";
    NO_SESSION = Conflict "course.application.no_session",
        "A fee is charged for each session, and none of them lies ahead.",
        "各回ごとの費用がありますが、残りの回がないため申込みできません。";
    RECEIVED_AHEAD = Rejected "course.application.received_ahead",
        "An application was not received in the future.",
        "受付日時に未来の日時は指定できません。";
    HOUSEHOLD_LIMIT = Conflict "course.application.household_limit",
        "The household has as many applications in this term as it may; `most` is how many.",
        "この期に一世帯で申し込める件数に達しています。most が上限です。";
    PRICE_TOO_LARGE = Rejected "course.application.price_too_large",
        "The price is beyond 999,999,999 yen; `fee` says with which fee.",
        "料金が999,999,999円を超えています。超える費用を fee に示します。";
    DRAW_FROZEN = Conflict "course.application.draw_frozen",
        "The entries of the draw are frozen: nobody enters any more. While there is a place, the office may seat somebody with a reason (`seat_because`).",
        "抽選対象者が確定しているため、申込みを追加できません。空きがあれば、窓口で理由（seat_because）を付けて受け入れることができます。";
    DRAW_STATE = Conflict "course.draw.state",
        "The draw is in a state in which this is not possible; `state` says which.",
        "抽選の現在の状態ではこの操作はできません。state に示します。";
    DRAW_NOT_DRAWN = Conflict "course.draw.not_by_draw",
        "The window is not decided by a draw.",
        "この申込期間は抽選の対象ではありません。";
    DRAW_EXISTS = Conflict "course.draw.exists",
        "The window has a draw already; void it first, with a reason.",
        "この申込期間の抽選はすでにあります。やり直すには理由を付けて無効にしてください。";
    DRAW_TOO_EARLY = Conflict "course.draw.too_early",
        "Not before `possible_at`.",
        "まだ実行できません。possible_at 以降に実行してください。";
    DRAW_BEACON = Rejected "course.draw.beacon",
        "The public value that was announced has to be given, as 64 hexadecimal digits, and no other.",
        "予告した公開値を16進数64桁で指定してください。予告がない場合は指定できません。";
    DRAW_RESERVED = Conflict "course.draw.reserved",
        "More places are reserved for tiers than are free.",
        "優先枠の合計が空き定員を超えています。";
    WITHDRAW_BY_QUOTE = Conflict "course.application.quote_needed",
        "It is paid for: ask for a quote of what goes back, and withdraw with it.",
        "支払済みです。返金額の見積りを取得し、その見積りを指定して辞退してください。";
    QUOTE_OUTDATED = Gone "course.withdrawal.quote_outdated",
        "What the quote says held until `valid_until`; ask for another.",
        "見積りの有効期限（valid_until）を過ぎています。改めて見積りを取得してください。";
    QUOTE_USED = Conflict "course.withdrawal.quote_used",
        "The quote was used at `used_at`.",
        "この見積りは used_at に使用済みです。";
    QUOTE_CHANGED = Conflict "course.withdrawal.quote_changed",
        "Since the quote, money came in or went back, or a session has begun; ask for another.",
        "見積り後に入金・返金があったか、講座の回が始まりました。改めて見積りを取得してください。";
    RESULTS_AHEAD = Conflict "course.application.results_ahead",
        "The results of the class are told to everybody at `possible_at`, not before.",
        "結果は possible_at に全員へ一斉に通知します。それ以前には公開できません。";
    ATTENDANCE_CANCELLED = Conflict "course.attendance.session_cancelled",
        "The session was cancelled: nobody attended it.",
        "中止された回の出欠は入力できません。";
    ATTENDANCE_AHEAD = Conflict "course.attendance.ahead",
        "Attendance is recorded from the day of the session on, at `possible_at`.",
        "出欠は開催日（possible_at）以降に入力できます。";
    ATTENDANCE_TWICE = Rejected "course.attendance.twice",
        "Somebody is named twice; `enrolments` says who.",
        "同じ受講者が重複して指定されています。enrolments に示します。";
    ATTENDANCE_NOT_ENROLLED = Rejected "course.attendance.not_enrolled",
        "Somebody does not take part in this session; `enrolments` says who.",
        "この回の受講者でない人が指定されています。enrolments に示します。";
    CERTIFICATE_NO_THRESHOLD = Conflict "course.certificate.no_threshold",
        "The class gives no certificates: it does not say what share of its sessions completes it.",
        "このクラスには修了に必要な出席率が定められていないため、修了証を発行できません。";
    CERTIFICATE_NOTHING_HELD = Conflict "course.certificate.nothing_held",
        "No session of the class was held.",
        "開催された回がありません。";
    CERTIFICATE_SESSIONS_OPEN = Conflict "course.certificate.sessions_open",
        "Sessions are not over, their attendance is not recorded, or they were cancelled and are still to be made up for or refunded: `sessions` are their numbers, `possible_at` when the last of them ends or is not waited for any longer.",
        "終了していない回、出欠が未入力の回、または休講のまま補講も返金も決まっていない回があります。sessions に回を、possible_at に最後の回が終わる日時（休講の回は補講を待つ期限）を示します。";
    CERTIFICATE_REVOKED = Conflict "course.certificate.revoked",
        "The certificate is revoked already, since `revoked_at`.",
        "この修了証は revoked_at にすでに取り消されています。";
    HONORARIUM_NOT_ASSIGNED = Rejected "course.honorarium.not_assigned",
        "The instructor does not teach all of these sessions; `sessions` says which not.",
        "この講師が担当していない回が含まれています。sessions に示します。";
    HONORARIUM_UNPAID = Rejected "course.honorarium.unpaid",
        "No honorarium is agreed for some of these sessions; `sessions` says for which.",
        "謝金が定められていない回が含まれています。sessions に示します。";
    HONORARIUM_NOT_HELD = Conflict "course.honorarium.not_held",
        "Sessions are not over or were cancelled; `sessions` says which, `possible_at` when the last that will be held ends.",
        "終了していない回、または中止された回が含まれています。sessions に回を、possible_at に最後の回の終了日時を示します。";
    HONORARIUM_TAKEN = Conflict "course.honorarium.approved_already",
        "An honorarium for some of these sessions is approved already; `sessions` says for which, `honoraria` says which it is.",
        "すでに謝金が決定している回が含まれています。sessions に回を、honoraria に謝金を示します。";
    HONORARIUM_TOO_LARGE = Rejected "course.honorarium.too_large",
        "The sum is beyond what can be computed.",
        "金額が計算可能な範囲を超えています。";
    HONORARIUM_STATE = Conflict "course.honorarium.state",
        "The honorarium is in a state in which this is not possible; `state` says which.",
        "謝金の現在の状態ではこの操作はできません。state に示します。";
    HONORARIUM_PAID_AHEAD = Rejected "course.honorarium.paid_ahead",
        "It was not paid in the future, nor before it was approved.",
        "支払日は決定日以後、本日以前の日付を指定してください。";
    INSTRUCTOR_CLOSED = Conflict "course.instructor.closed",
        "The instructor is closed and teaches nothing more.",
        "この講師は登録終了となっているため指定できません。";
    INSTRUCTOR_TEACHES = Conflict "course.instructor.teaches",
        "The instructor has `sessions` sessions to teach, the next at `next_at`; give them to somebody else first.",
        "担当予定の回が残っています。次の回は next_at です。先に他の講師へ変更してください。";
    INSTRUCTOR_TWICE = Rejected "course.session.instructor_twice",
        "The same instructor is named twice for one session.",
        "同じ回に同じ講師が重複して指定されています。";
    INSTRUCTOR_BUSY = Conflict "course.session.instructor_busy",
        "Somebody would be in two places at once; `conflicts` says who, where and when.",
        "講師の予定が重なっています。conflicts に講師と日時を示します。";
    SESSION_TIMES = Rejected "course.session.times",
        "A session has to end after it starts, and within a day.",
        "終了は開始より後とし、24時間以内にしてください。";
    SESSION_PAST = Rejected "course.session.past",
        "The session would start in the past, at `starts_at`.",
        "開始日時 starts_at が過去です。";
    SESSION_ROOM_AND_PLACE = Rejected "course.session.room_and_place",
        "A session is in a room or elsewhere: give `room` or `place`, not both.",
        "room と place は同時に指定できません。";
    SESSION_TOO_MANY = Rejected "course.session.too_many",
        "A class has at most `most` sessions.",
        "1クラスの回数は most 回までです。";
    SESSION_OVERLAPS = Conflict "course.session.overlaps",
        "The class would meet twice at once, at `starts_at`.",
        "同じクラスの回の時間が重なっています。starts_at を確認してください。";
    SESSION_STATE = Conflict "course.session.state",
        "The session is in a state in which this is not possible; `state` says which.",
        "この回の現在の状態ではこの操作はできません。state に示します。";
    SESSION_FIXED = Conflict "course.session.fixed",
        "The class was published: `fields` only change by a change plan.",
        "公開済みのクラスです。fields は変更手続により変更してください。";
    SESSION_MADE_UP = Conflict "course.session.made_up",
        "Another session takes its place already.",
        "この回の補講はすでに設定されています。";
    SESSION_PATTERN = Rejected "course.session.pattern",
        "The pattern contradicts itself; `fault` says where.",
        "開催日の指定に矛盾があります。fault に示します。";
    SESSION_NO_DAY = Rejected "course.session.no_day",
        "No day of the period is left for a session; `skipped` says why each is left out.",
        "期間内に開催できる日がありません。skipped に除外した日と理由を示します。";
    SESSION_HINDERED = Conflict "course.session.hindered",
        "Nothing was made: `conflicts` lists each session that something hinders, and the rooms that would be free instead.",
        "登録していません。支障のある回と、代わりに使用できる部屋（free_rooms）を conflicts に示します。";
    SESSION_HONORARIUM = Rejected "course.session.honorarium",
        "An honorarium is between 0 and 10,000,000 yen a session.",
        "謝金は1回につき0円から10,000,000円までです。";
    PLAN_OUTDATED = Conflict "course.change_plan.outdated",
        "Since the plan was told, somebody applied, left or paid, or a session changed; make another. `differs` says what is not as it says, `applications` for whom.",
        "計画の作成後に申込み・入金・日程などが変わりました。計画を作り直してください。differs に異なる項目、applications に該当する申込みを示します。";
    PLAN_DRAFT = Conflict "course.change_plan.draft",
        "The class is a draft: change its sessions directly.",
        "公開前のクラスです。回を直接変更してください。";
    SESSION_GIVEN_UP = Conflict "course.session.given_up",
        "What was paid for the session goes back since `given_up_at`: nothing makes up for it, and it goes back once.",
        "given_up_at にこの回の受講料の返金が決まっているため、補講の設定や再度の返金はできません。";
    QUOTE_PEOPLE = Rejected "course.withdrawal.people",
        "Those who leave take part in the application (`people`: who does not), each is named once, and somebody has to stay; the whole of it is withdrawn without naming anybody.",
        "辞退する人は申込みの受講者から重複なく指定し、一人以上を残してください（受講者でない人を people に示します）。全員の場合は指定せずに辞退してください。";
    SCREENING_NO_MOMENT = Conflict "course.screening.no_moment",
        "The class tells its results at once, or has told them: publish them.",
        "結果通知の日時がないか、すでに過ぎています。審査結果を公開してください。";
    SCREENING_NOT_SCREENED = Conflict "course.screening.not_screened",
        "Some of the applications are not before the staff, or are named twice; `applications` says which.",
        "審査中でない申込み、または重複した指定があります。applications に示します。";
    DRAW_BEACON_NEEDED = Rejected "course.draw.beacon_needed",
        "The window takes applications since `opened_at`: a draw that is announced now names a public value that nobody knows yet.",
        "opened_at から申込みを受け付けています。今から予告する抽選には、まだ誰も知り得ない公開値を指定してください。";
    BELOW_MINIMUM = Conflict "course.class.below_minimum",
        "`admitted` are fewer than the `minimum` that the class needs: say why it runs all the same, or cancel it with a change plan.",
        "受講決定者 admitted が最少催行人数 minimum に達していません。理由を付けて開講するか、変更手続により中止してください。";
    ATTENDANCE_UNDECIDED = Conflict "course.attendance.undecided",
        "`admitted` are fewer than the `minimum` that the class needs, and nobody has decided that it runs: it cannot begin before.",
        "受講決定者 admitted が最少催行人数 minimum に達しておらず、開講が決定されていません。先に開講を決定してください。";
    RECEIPT_NO_ADDRESS = Conflict "course.receipt.no_address",
        "Whoever applied left no e-mail address: ask for the code to be shown, not sent.",
        "申込者のメールアドレスが登録されていないため送信できません。画面に表示する方法で再発行してください。";
    SETTINGS_ADDRESS = Rejected "course.settings.not_an_address",
        "`staff_email` is no e-mail address.",
        "staff_email はメールアドレスとして正しくありません。";
    SESSION_PAID = Conflict "course.session.honorarium_approved",
        "An honorarium for this session is approved: `honoraria` says which. Void it before; when it was paid, the session stays as it was.",
        "この回の謝金はすでに決定しています。honoraria に示す謝金を先に取り消してください。支払済みの場合、この回は変更できません。";
    WINDOW_DRAWN = Conflict "course.window.drawn",
        "The entries of the draw of this window are fixed, and with them when it closed: whoever is to apply later needs another window.",
        "この申込期間の抽選対象者は確定しているため、終了日時は変更できません。追加募集は別の申込期間として登録してください。";
    PLAN_PLANNED = Conflict "course.change_plan.planned",
        "The plan was not carried out, so there is nothing to tell of it: carry it out before its letters are taken out.",
        "この変更計画はまだ実行されていないため、通知文を出力できません。先に計画を実行してください。";
    SESSION_ATTENDED = Conflict "course.session.attended",
        "By the attendance that is recorded the session was held: `attended` were there. If it was not, correct the attendance first.",
        "出欠の記録では、この回は開催されています（出席 attended 人）。開催されなかった場合は、先に出欠を訂正してください。";
    CLASS_COMPLETION_RAISED = Conflict "course.class.completion_raised",
        "What completes a published class may become less, not more, nor be taken away: it is `completion_percent`.",
        "公開後は、修了に必要な出席率の引上げや取消しはできません。現在の値（completion_percent）以下を指定してください。";
    SESSION_UNCHANGED = Rejected "course.session.unchanged",
        "The session is at this time and place already: nothing would change.",
        "日時・場所とも現在の内容と同じです。変更内容を指定してください。";
    CLASS_ANNOUNCED = Conflict "course.class.announced",
        "A draw of the class is announced and draws by `fields`: they stay until `draw` is published, or voided with a reason.",
        "抽選 draw が予告されているため、fields は変更できません。変更するには、先に理由を付けて抽選を無効にしてください。";
    WINDOW_PAST = Rejected "course.window.past",
        "A window of a published class opens at `earliest` or later: whoever applies in a window that opened before comes first.",
        "公開中のクラスの申込期間は、earliest 以降に開始してください。先に始まった期間の申込みが優先されるためです。";
    SCREENING_NOT_BY_SCREENING = Conflict "course.screening.not_by_screening",
        "The class is not decided by screening, nor is any of its windows.",
        "このクラスには、選考により決定する申込期間がありません。";
}
