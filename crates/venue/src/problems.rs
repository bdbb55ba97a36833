//! What hall hire can make us say. Append only.

kernel::rules! {
    /// The same words as everywhere.
    ABSENT = Absent "absent", "There is nothing here for this caller.", "該当するものがありません。";
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    ROOM_TAKEN = Conflict "venue.room.taken",
        "The room is taken at that time.",
        "その時間帯はすでに利用が入っています。";
}
