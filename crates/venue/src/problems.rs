//! What hall hire can make us say. Append only.

kernel::rules! {
    /// The same words as everywhere.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    ROOM_TAKEN = Conflict "venue.room.taken",
        "The room is taken or closed at that time; `uses` lists the places of the uses that are not to be had, `closed` those of them for which the house is closed, with the label that everybody reads.",
        "その時間帯はすでに利用が入っているか、休館です。uses に該当の利用、closed にそのうち休館と重なるものと案内（label）を示します（use と uses は一覧内の位置です）。";
    NO_SUCH = Rejected "venue.catalogue.no_such_parent",
        "What this should belong to does not exist.",
        "所属先として指定されたものが存在しません。";
    CODE_TAKEN = Conflict "venue.catalogue.code_taken",
        "The code is already used.",
        "このコードはすでに使用されています。";
    EFFECTIVE = Rejected "venue.catalogue.effective",
        "`effective_until` is later than `effective_from`.",
        "廃止日は適用開始日より後でなければなりません。";
    SEASON = Rejected "venue.catalogue.season",
        "A season begins and ends on days that there are: `02-31` is none.",
        "季節の開始日または終了日が存在しない日付です。";
    BEHIND = Conflict "venue.catalogue.behind",
        "Something was let for after that; `collisions` lists it. With `despite`, the reason, it is done all the same, and what was let stays.",
        "その日以降にすでに利用などが入っています。collisions に示します。理由を despite に指定すると、既存の利用を残したまま実行します。";
    LENGTHS = Rejected "venue.room.lengths",
        "Only a grid has `grid_minutes`, which divide a day; the shortest and longest use are whole steps of it, in their order.",
        "利用単位・最短・最長時間の組み合わせが正しくありません。";
    ATTACHED = Rejected "venue.room.attached",
        "A room comes with rooms of the same facility that share no part with it; `room` does not fit.",
        "付属室は同じ施設の、区画を共有しない室場に限ります。room に該当しない室場を示します。";
    PART_TWICE = Rejected "venue.room.part_twice",
        "A room names each of its parts once.",
        "室場を構成する区画が重複しています。";
    SLOTS = Rejected "venue.slot_set.faulty",
        "The slots have faults; `faults` lists every one with its place.",
        "利用区分に誤りがあります。faults にすべて示します。";
    SLOTS_IN_FORCE = Conflict "venue.slot_set.in_force",
        "Another set of slots is in force for this room; `slot_set` is its id, `from` the first day of both.",
        "この期間にはすでに別の利用区分が適用されています。from はその最初の日です。";
    CLAIMED = Conflict "venue.equipment.claimed",
        "More are claimed than there would be; `peak` is how many at once.",
        "すでに予約されている数を下回る数には変更できません。peak は同時に予約されている最大数です。";
    TIMES = Rejected "venue.closure.times",
        "A closure ends after it begins.",
        "休館の終了は開始より後でなければなりません。";
    CLOSURE_TOO_LONG = Rejected "venue.closure.too_long",
        "A closure lasts `most_days` days at most. What is closed for good has an `effective_until`.",
        "休館は最長 most_days 日です。廃止するときは effective_until を定めてください。";
    CLOSURE_COLLIDES = Conflict "venue.closure.collides",
        "Something is in the way; `collisions` lists hires, holds and sessions, `truncated` says whether there are more.",
        "その期間には利用などが入っています。collisions に示し、ほかにもある場合は truncated が true になります。";
    HOLIDAY_LINES = Rejected "venue.holiday.lines",
        "The file of holidays has faults; `faults` lists every one with its line.",
        "祝日ファイルに誤りがあります。faults に行ごとに示します。";
    LAYER = Rejected "venue.calendar_layer.faulty",
        "The layer contradicts itself or says nothing; `fault` names what.",
        "カレンダーの層の指定に矛盾があるか、内容がありません。fault に示します。";
    TIME_PAST = Rejected "venue.time.past",
        "The time has begun already; `use` is its place in the list, `earliest`, where it is looked for, when a use of the room could begin, unless it is taken.",
        "すでに始まっている時間帯です。use は一覧内の位置です。earliest がある場合は、この室場の利用を開始できる最も早い時刻です（空き状況は除く）。";
    TIME_NOT_FOR_HIRE = Conflict "venue.time.not_for_hire",
        "The room is not for hire on that day; `from` and `until` say on which it is.",
        "この日はまだ、またはもう貸し出していません。from と until を参照してください。";
    TIME_CLOSED = Conflict "venue.time.closed",
        "The house is closed then; `why` says by which layer of its calendar, absent where none speaks of the day, `open` when it is open that day, `next_open` is the next day on which it is.",
        "休館日または開館時間外です。why に理由（その日について開館カレンダーの定めがない場合は省略）、open にその日の開館時間、next_open に次の開館日を示します。";
    TIME_UNIT = Rejected "venue.time.unit",
        "The room is not hired that way; `time_unit` says how it is.",
        "この室場はその単位では貸し出していません。time_unit を参照してください。";
    TIME_NO_SUCH_SLOT = Rejected "venue.time.no_such_slot",
        "There is no such slot on that day; `slots` lists those there are.",
        "その利用区分はこの日にはありません。slots に利用できる区分を示します。";
    TIME_APART = Rejected "venue.time.apart",
        "Slots of one use follow each other, with nothing closed between them; `slots` lists those of the day in their order, `gap` is a time between two of them that is closed: ask for those as two uses.",
        "連続しない利用区分や、間に利用できない時間がある利用区分をまとめて申し込むことはできません。slots に区分の順序、gap に利用できない時間とその前後の区分を示します。その前後は別々に申し込んでください。";
    TIME_GRID = Rejected "venue.time.grid",
        "The time does not begin and end on the grid; `grid_minutes` is its step.",
        "開始・終了が刻みに合っていません。grid_minutes が刻みの分数です。";
    TIME_LENGTH = Rejected "venue.time.length",
        "The use is too short or too long; `min_minutes` and `max_minutes` are the limits.",
        "利用時間が短すぎるか長すぎます。min_minutes と max_minutes が限度です。";
    EQUIPMENT_SHORT = Conflict "venue.equipment.short",
        "There are not enough at that time; `short` says of what, and how many are free.",
        "その時間帯は備品の数が足りません。short に品目と残りの数を示します。";
    TARIFF_DOCUMENT = Rejected "venue.tariff.document",
        "The document is not a tariff; `pointer` is where, `reason` what.",
        "料金表の文書として読めません。pointer に場所、reason に理由を示します。";
    TARIFF_FAULTY = Conflict "venue.tariff.faulty",
        "A tariff with errors is not published; `findings` lists them.",
        "誤りのある料金表は公布できません。findings に示します。";
    TARIFF_PUBLISHED = Conflict "venue.tariff.published",
        "The version is published already and never changes.",
        "この版はすでに公布済みで、変更できません。";
    TARIFF_OVERLAPS = Conflict "venue.tariff.overlaps",
        "Another published version is in force in this time; `version` names it with its days.",
        "この期間には別の公布済みの版が適用されています。version に示します。";
    TARIFF_NONE = Conflict "venue.tariff.none",
        "No published version of the tariff applies on that day; `periods` lists when those there are do, `applies_by` the day of use or of the application.",
        "その日に適用される公布済みの料金表がありません。periods に公布済みの適用期間と、その基準日（applies_by: 利用日または申請日）を示します。";
    TARIFF_SEVERAL = Rejected "venue.tariff.several",
        "The uses fall under different versions of the tariff; ask for them apart.",
        "料金表の異なる版が適用される利用が混在しています。分けて申し込んでください。";
    TARIFF_GAP = Conflict "venue.tariff.gap",
        "The tariff gives this no price; `reason` says what is missing. Nothing is ever free by omission.",
        "料金表に該当する金額がありません。reason に不足している項目を示します。";
    QUOTE_DAYS = Rejected "venue.quote.days_differ",
        "The days of this use have not all the same price; `days` says what each of them is. Ask for those that differ by themselves.",
        "利用期間中に料金の異なる日があります。days に各日の区分を示します。区分の異なる日は分けて申し込んでください。";
    QUOTE_ROOM = Rejected "venue.quote.no_such_room",
        "There is no such room for hire in this facility; `use` is its place in the list.",
        "この施設に該当する室場がありません。use は一覧内の位置です。";
    QUOTE_PURPOSE = Rejected "venue.quote.purpose",
        "There is no such purpose on that day, or the room is not hired for it; `purposes` lists what it is hired for.",
        "該当する利用目的がないか、その目的では利用できません。purposes に利用できる目的を示します。";
    QUOTE_COUNTER = Rejected "venue.quote.counter",
        "The room by itself is hired at the counter of the house only; `use` is its place in the list.",
        "この室場は単独では窓口でのみ受け付けています。use は一覧内の位置です。";
    QUOTE_OVERLAP = Rejected "venue.quote.overlaps",
        "Two of the uses want the same part of the house at the same time, what is kept free beside them included; `uses` says which.",
        "申し込みの中で同じ区画の時間が重なっています（準備・片付けの時間を含む）。uses に重なる2件を示します。";
    QUOTE_EQUIPMENT_TWICE = Rejected "venue.quote.equipment_twice",
        "A use names each item once, with its quantity; `equipment` is named twice in `use`.",
        "同じ備品が重複して指定されています。数量でまとめて指定してください。";
    QUOTE_ATTACHED = Rejected "venue.quote.attached",
        "`room` is never hired without another: ask for `required` too, from `starts_at` until `ends_at`; `time_unit` says how it is hired.",
        "この室場（room）は付属室とあわせてのみ利用できます。required の室場を starts_at から ends_at まであわせて申し込んでください。time_unit がその利用単位です。";
    QUOTE_EQUIPMENT = Rejected "venue.quote.equipment",
        "There is no such equipment in this facility, or not as much for one hire; `most` is the limit.",
        "該当する備品がないか、1件あたりの上限を超えています。most が上限です。";
    QUOTE_EXPIRED = Conflict "venue.quote.expired",
        "The quote has expired, `expired_at` is when; ask for a new one, which may have another price.",
        "見積の有効期限（expired_at）が切れています。あらためて見積を取得してください。金額が変わる場合があります。";
    QUOTE_OUTDATED = Conflict "venue.quote.outdated",
        "The rooms, their slots or their opening have changed since this quote was made; ask for a new one.",
        "見積の後に施設、区分または開館日時が変わりました。あらためて見積を取得してください。";
    QUOTE_KIND = Conflict "venue.quote.kind",
        "This quote is about an application that exists; it is not for holding.",
        "この見積は既存の申請に関するもので、仮押さえには使えません。";
    QUOTE_PATRON = Conflict "venue.quote.patron",
        "The quote is for somebody else, or for who counts as something else; ask for one with `patron`.",
        "この見積は別の利用者、または別の利用者区分のものです。patron を指定して見積を取得してください。";
    HIRE_HOLD_OVER = Conflict "venue.hire_hold.over",
        "The hold has run out, was released or was applied with; `state` says which.",
        "仮押さえは期限切れ、解放済み、または申請済みです。state に示します。";
    HIRE_HOLD_EXTENDED = Conflict "venue.hire_hold.extended",
        "A hold is extended once.",
        "仮押さえの延長は一度だけです。";
    APPLICATION_STATE = Conflict "venue.application.state",
        "The application is in a state in which this is not done; `state` is which.",
        "現在の申請の状態ではこの操作はできません。state に示します。";
    APPLICATION_NOBODY = Rejected "venue.application.nobody",
        "Nobody is named who applies: `patron` is the id of a patron.",
        "申請者が指定されていません。";
    APPLICATION_UNUSED = Conflict "venue.application.unused",
        "The use of each hire is recorded before the application is settled; `hires` lists those that are missing.",
        "精算の前に、すべての利用実績を記録してください。hires に未記録のものを示します。";
    APPLICATION_CHANGES = Conflict "venue.application.changes",
        "It was changed as often as the tariff allows; `most` is how often.",
        "変更できる回数を超えています。most が上限です。";
    HIRE_OVER = Conflict "venue.hire.over",
        "The use has begun, was recorded or was given up.",
        "利用がすでに始まっているか、記録済みまたは取り消し済みです。";
    HIRE_NOT_YET = Conflict "venue.hire.not_yet",
        "A use is recorded once it is over: when it ends as agreed, or with `ends_at` when people left before that; that nobody came, once it was to begin. `from` is when.",
        "利用実績は、利用の終了後（早く退出した場合は ends_at に実際の時刻を指定）に、来場がなかったことは開始時刻以後に記録できます。from がその時刻です。";
    HIRE_TIMES = Rejected "venue.hire.times",
        "The use ends after it begins; of several, `use` is its place in the list.",
        "利用の終了は開始より後でなければなりません。複数あるときは use が一覧内の位置です。";
    REPORT_TOO_LONG = Rejected "venue.report.too_long",
        "The report would hold more than `most` lines; ask for fewer days.",
        "一度に出力できる件数（most）を超えています。期間を短くしてください。";
    FEED_REVOKED = Conflict "venue.calendar_feed.revoked",
        "The feed is revoked for good; make another.",
        "この配信は失効しています。新しく作成してください。";
    HOUSE_USE_HINDERED = Conflict "venue.house_use.hindered",
        "No room was taken: `conflicts` lists each use that something hinders, and rooms that are free then.",
        "室場を確保していません。支障のある回と、その時間に空いている室場を conflicts に示します。";
    APPLICATION_CHANGE_LATE = Conflict "venue.application.change_late",
        "The tariff lets a hire be changed until a day that is over; `until` is which.",
        "変更できる期限（until）を過ぎています。";
    APPLICATION_DUE = Rejected "venue.application.due",
        "It is to be paid after it is granted, or after the deadline that is put off, and before the first use begins: after `earliest`, and not after `latest`.",
        "支払期限は、許可の後（延長のときは現在の期限の後）、最初の利用開始までの間で指定してください。earliest より後、latest までです。";
    HIRE_BESIDE = Rejected "venue.hire.beside",
        "What is recorded lies beside the hire, or begins more than twelve hours before it or ends more than twelve hours after it; `starts_at` and `ends_at` are its times.",
        "記録された時間が利用の時間と重なっていないか、利用開始の12時間前より早く始まっているか、利用終了の12時間後より遅く終わっています。starts_at と ends_at が利用の時間です。";
    APPLICATION_NO_CHANGE = Rejected "venue.application.no_change",
        "A change names at least one hire, and leaves not everything as it was agreed on.",
        "変更する利用が指定されていないか、指定された内容が現在の内容と同じです。";
    APPLICATION_HIRE_TWICE = Rejected "venue.application.hire_twice",
        "A change names each hire once; `hire` is named again in `use`, its place in the list.",
        "同じ利用（hire）が重複して指定されています。use は一覧内の位置です。";
    APPLICATION_NO_SUCH_HIRE = Rejected "venue.application.no_such_hire",
        "The application has no such hire; `use` is its place in the list.",
        "この申請に該当する利用がありません。use は一覧内の位置です。";
    HIRE_EQUIPMENT = Rejected "venue.hire.equipment",
        "What was used names each item once, one that the house had on that day, and never more than there are; `equipment` is which, `most` how many.",
        "使用した備品は、その日に施設にあった品目を一度ずつ、保有数（most）以内で記録してください。equipment が該当の品目です。";
    HIRE_CHARGE = Rejected "venue.hire.charge",
        "What is charged beside the tariff has a label, a reason and an amount above nothing; `charge` is its place in the list.",
        "料金表によらない請求には、名称、理由、1円以上の金額が必要です。charge は一覧内の位置です。";
    HIRE_NOBODY = Rejected "venue.hire.nobody",
        "A use is by one person or more; where nobody came, record `no_show`.",
        "利用人数は1名以上で記録してください。利用がなかった場合は no_show で記録します。";
    APPLICATION_HOUSE_DECIDES = Conflict "venue.application.house_decides",
        "The house decides about this room and this purpose, and it has not decided about this use: apply for it anew, or ask the house to change it. `room` is which, `use` its place in the list.",
        "この室場・利用目的は施設の審査が必要なため、変更では利用できません。あらためて申請するか、施設に変更を依頼してください。room が該当の室場、use は一覧内の位置です。";
    APPLICATION_MEND_UNTIL = Rejected "venue.application.mend_until",
        "It is to be mended after it is returned and before the first use begins: after `earliest`, and not after `latest`.",
        "補正期限は、差戻しの後、最初の利用開始までの間で指定してください。earliest より後、latest までです。";
    APPLICATION_MEND_LATE = Conflict "venue.application.mend_late",
        "The time to mend the application was over at `until`, and it has lapsed; apply anew.",
        "補正期限（until）を過ぎたため、この申請は失効しています。あらためて申請してください。";
    REGISTRATION_REQUIRED = Conflict "venue.registration.required",
        "The room is for who is registered: once an application for a registration is approved, it is possible. `use` is its place in the list.",
        "この室場は利用者登録をしている方のみ利用できます。登録が承認されると申し込めます。use は一覧内の位置です。";
    REGISTRATION_ENDED = Conflict "venue.registration.ended",
        "The registration as `user_class` ended at `ended_at`: once it is renewed, or another is approved, it is possible. Without `use` it is the price that is by it, and a new quote is by who the patron is now; with it, the room in that place of the list is for who is registered.",
        "利用者登録（user_class）は ended_at に終了しています。更新または再登録が承認されると申し込めます。use があるときは、一覧内のその位置の室場が登録者専用です。use がないときは料金が登録に基づくもので、あらためて見積を取得すれば現在の区分の料金になります。";
    APPLICATION_BY_HAND = Conflict "venue.application.refund_by_hand",
        "What was paid for a hire goes back by hand only once its application has ended or is settled: before that, the next change or the settlement would bill it again. Until then grant a reduction, change the hire with a `cause` of the house, or take it back: what is too much goes back with it. What is kept as a fee goes back by hand after the settlement. `application` is which.",
        "使用料は、申請の取消・精算の後でなければ手動で払い戻せません。それまでに払い戻した分は、次の変更または精算で再び請求されるためです。減免、施設都合（cause）による変更、または取消しで払い戻してください。手数料として留保した額は、精算の後に手動で払い戻せます。application が該当の申請です。";
    QUOTE_LEFT_ALONE = Rejected "venue.quote.left_alone",
        "`room` is not hired out by itself, and would lose what it was let with from `starts_at` until `ends_at`: change both at once, give up the whole application, or ask the house to give up both.",
        "この付属室（room、starts_at から ends_at まで）は単独では利用できません。あわせて変更するか、申請全体を取り消すか、両方の取消しを施設に依頼してください。";
    PARTS_IN_USE = Conflict "venue.room.parts_in_use",
        "The room would have parts that it does not have now, and what has its parts on that day or later would not keep the new ones taken: `collisions` lists it. It has to be moved or ended first; `despite` does not help. A room with no other parts than now is possible.",
        "引き継ぐ室場に新しい区画が加わりますが、その日以降も現在の区画を使う利用などがあり、新しい区画が二重に貸し出されるおそれがあります。collisions に示すものを先に移すか終わらせてください（despite では実行できません）。現在と同じ区画であれば引き継げます。";
    APPLICATION_CAUSE = Conflict "venue.application.cause",
        "Only what is confirmed changes for a cause that is not of who hired: before that nothing is agreed on that it could become dearer than. `state` is how it stands; change it without `cause`, or once it is confirmed.",
        "利用者以外の理由による変更ができるのは、許可が確定した申請だけです。それまでは比べる料金が決まっていません。state が現在の状態です。cause を指定せずに変更するか、確定の後に変更してください。";
    CLOSURE_NO_ROOMS = Rejected "venue.closure.no_rooms",
        "No room is named: `rooms` has at least one, and is left out where the whole facility closes.",
        "rooms に室場が指定されていません。1室以上を指定するか、施設全体を休館にする場合は rooms を省略してください。";
    SLOTS_NONE = Rejected "venue.slot_set.other_time_unit",
        "The room is not hired by slots and has none; `time_unit` says how it is hired.",
        "この室場は利用区分では貸し出していないため、利用区分を設定できません。time_unit が利用単位です。";
    TIME_UNCLEAR = Rejected "venue.time.unclear",
        "A use is asked for by `date` and `slots`, with `early_minutes` and `late_minutes` beside them, by `starts_at` and `ends_at`, or by `date` alone; `missing` lists what is missing, `excess` what does not go with the rest, and of several uses `use` is the place in the list.",
        "利用の日時は、date と slots（前後の延長は early_minutes・late_minutes）、starts_at と ends_at、date のみのいずれかで指定してください。missing に不足している項目、excess にあわせて指定できない項目を示します。複数あるときは use が一覧内の位置です。";
    TARIFF_DAYS = Rejected "venue.tariff.comparison_days",
        "What is compared ends after it begins: `until` is later than `from`.",
        "比較する期間の until は from より後の日付で指定してください。";
    REDUCTION_SENSELESS = Rejected "venue.reduction.senseless",
        "A reduction takes off a part: between nothing and all. `reduction` is its place in the list, `grant` its code.",
        "減免の割合は0以上1以下で指定してください。reduction が一覧内の位置、grant が減免のコードです。";
    REDUCTION_IN_VAIN = Conflict "venue.reduction.in_vain",
        "The reduction comes off nothing of this: it says no part, or there is nothing to pay for that it is for, or the tariff takes it off nothing. What comes off nothing is not granted; `reduction` is its place in the list, `grant` its code.",
        "この減免で減額されるものがありません（割合の指定がない、対象となる料金がない、または料金表に減免の定めがない）。対象のない減免は決定できません。reduction が一覧内の位置、grant が減免のコードです。";
    HIRE_SOMEBODY = Rejected "venue.hire.somebody",
        "Where nobody came, nothing was used: beside `no_show` goes nothing but `charges`. `said` lists what says that somebody was there.",
        "無断不使用（no_show）のときは、利用時間、人数、計量、備品を記録できません。併せて指定できるのは charges だけです。said に該当する項目を示します。";
}
