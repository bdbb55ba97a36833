//! What letters can make us say. Append only.

kernel::rules! {
    STALE = Stale "version_mismatch", "Somebody changed it first; read it again.", "他の更新が先に行われました。再取得してください。";
    TEMPLATE_TEXT = Rejected "notice.template.text",
        "The words cannot be sent; `faults` says where and why.",
        "この文面は送信できません。faults に場所と理由を示します。";
}
