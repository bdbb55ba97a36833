//! What hall hire can make us say. Append only.

kernel::rules! {
    /// The same words as everywhere.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    ROOM_TAKEN = Conflict "venue.room.taken",
        "The room is taken at that time.",
        "その時間帯はすでに利用が入っています。";
    NO_SUCH = Rejected "venue.catalogue.no_such_parent",
        "What this should belong to does not exist.",
        "所属先として指定されたものが存在しません。";
    CODE_TAKEN = Conflict "venue.catalogue.code_taken",
        "The code is already used.",
        "このコードはすでに使用されています。";
    EFFECTIVE = Rejected "venue.catalogue.effective",
        "`effective_until` is later than `effective_from`.",
        "廃止日は適用開始日より後でなければなりません。";
    LENGTHS = Rejected "venue.room.lengths",
        "Only a grid has `grid_minutes`, which divide a day; the shortest and longest use are whole steps of it, in their order.",
        "利用単位・最短・最長時間の組み合わせが正しくありません。";
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
    CLOSURE_COLLIDES = Conflict "venue.closure.collides",
        "Something is in the way; `collisions` lists it.",
        "その期間には利用などが入っています。collisions に示します。";
}
