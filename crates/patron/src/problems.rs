//! How this crate says no.

kernel::rules! {
    /// No such patron in this tenant.
    PATRON_ABSENT = Absent "absent",
        "There is nothing here for this caller.",
        "該当するものがありません。";
    /// Something in the details cannot be right; `errors` says what, all at once.
    DETAILS_REJECTED = Rejected "patron.details_rejected",
        "Some of the details cannot be accepted.",
        "入力内容に受け付けられない項目があります。";
    /// Somebody else changed the patron since it was read.
    PATRON_STALE = Stale "patron.stale",
        "The patron was changed in the meantime; read it again.",
        "利用者情報は他の操作で更新されています。再度取得してください。";
    /// The tenant has a registered patron with this address.
    EMAIL_TAKEN = Conflict "patron.email_taken",
        "Another registered patron has this e-mail address.",
        "このメールアドレスはすでに登録されています。";
    /// The token is unknown, used or too old: which of them is not told.
    TOKEN_INVALID = Rejected "patron.verification.token_invalid",
        "This verification is not valid, or not any more.",
        "確認コードが無効か、有効期限が切れています。";
    /// Address and password do not belong together: which of them is wrong is not told.
    SIGN_IN_REFUSED = Unauthenticated "patron.sign_in.refused",
        "The e-mail address or the password is wrong.",
        "メールアドレスまたはパスワードが正しくありません。";
    /// Too many attempts in a row for this address.
    SIGN_IN_LIMITED = Limited "patron.sign_in.limited",
        "Too many attempts to sign in with this address; wait before the next one.",
        "ログインの試行回数が多すぎます。しばらく待ってから再度お試しください。";
    /// Somebody else changed it since it was read.
    STALE = Stale "version_mismatch",
        "Somebody changed it first; read it again.",
        "他の更新が先に行われました。再取得してください。";
    /// Codes of user classes are unique at a contractor.
    CLASS_CODE_TAKEN = Conflict "patron.user_class.code_taken",
        "Another user class has this code.",
        "このコードの利用区分はすでにあります。";
    /// 廃止日 comes after 適用開始日.
    CLASS_EFFECTIVE = Rejected "patron.user_class.effective",
        "`effective_until` is later than `effective_from`.",
        "廃止日は適用開始日より後でなければなりません。";
    /// Only a class in effect on the first day is given; `day` says which day was asked.
    NO_SUCH_CLASS = Rejected "patron.standing.no_such_class",
        "There is no such user class in effect on that day.",
        "その日に適用されている利用区分ではありません。";
    /// Guests have no registration.
    NO_SUCH_PATRON = Rejected "patron.standing.no_such_patron",
        "There is no such patron in the register.",
        "該当する登録利用者がいません。";
    /// `state` is what it is in, `possible_in` lists where the act is possible.
    STANDING_STATE = Conflict "patron.standing.state",
        "The registration is not in a state in which this is possible.",
        "現在の状態ではこの操作はできません。";
    /// One application at a time; it is decided or closed before the next.
    STANDING_OPEN = Conflict "patron.standing.open",
        "The patron has an application that is not decided yet.",
        "審査が終わっていない申請があります。";
    /// Two registrations never hold on one day.
    STANDING_OVERLAPS = Conflict "patron.standing.overlaps",
        "The patron is registered on some of these days already.",
        "その期間にはすでに有効な利用者登録があります。";
    /// A period lasts at least a day; one without an end is not followed by another.
    STANDING_PERIOD = Rejected "patron.standing.period",
        "A period ends after it begins, and only one that ends is renewed.",
        "有効期間が正しくありません。";
    /// A suspension ends in the future.
    SUSPENSION_PAST = Rejected "patron.standing.suspension_past",
        "A suspension ends in the future.",
        "利用停止の終了は現在より後でなければなりません。";
    /// `until`, when known, is when it becomes possible.
    STANDING_SUSPENDED = Conflict "patron.standing.suspended",
        "The patron is suspended.",
        "この利用者は利用停止中です。";
    /// The patron has left.
    STANDING_CLOSED = Conflict "patron.standing.closed",
        "The registration of the patron is closed.",
        "この利用者の登録は抹消されています。";
    /// A guardian is a patron of this contractor.
    PERSON_NO_SUCH_PATRON = Rejected "patron.person.no_such_patron",
        "There is no such patron.",
        "該当する利用者がいません。";
    /// `persons` lists those the patron does not act for; whether they exist is not told.
    PERSON_NOT_YOURS = Rejected "patron.person.not_in_household",
        "The patron does not act for some of these people.",
        "ご自身またはご家族として登録されていない方が含まれています。";
    /// `most` is how many there may be.
    HOUSEHOLD_FULL = Conflict "patron.person.household_full",
        "The household has as many people as it may have; ask the office.",
        "登録できる人数の上限に達しています。窓口へご相談ください。";
    /// Once is enough.
    ACTS_ALREADY = Conflict "patron.person.acts_already",
        "The patron acts for this person already.",
        "この利用者はすでに本人または保護者として登録されています。";
    /// Nobody leaves their own household.
    PERSON_IS_SELF = Conflict "patron.person.is_self",
        "The patron is this person.",
        "本人の登録は外せません。";
    /// `patron` is whose name and contact they are.
    PERSON_IS_PATRON = Conflict "patron.person.is_patron",
        "The person is a patron: change name and contact of the patron.",
        "利用者本人の氏名と連絡先は、利用者情報から変更してください。";
    /// Two ids are merged.
    MERGE_SAME = Rejected "patron.person.merge_same",
        "A person is not merged into itself.",
        "同じ受講者どうしは統合できません。";
    /// `into` is who is left.
    PERSON_MERGED = Conflict "patron.person.merged",
        "One of the two is merged into somebody already.",
        "すでに統合された受講者です。";
    /// `residence`, `work_in_city`, or a code of the contractor.
    FACT_KIND = Rejected "patron.fact.kind",
        "A kind is 1 to 40 lower-case letters, digits and underscores.",
        "種別は半角の英小文字・数字・アンダースコアで40文字以内です。";
    /// `expected` says what the value has to be.
    FACT_VALUE = Rejected "patron.fact.value",
        "The value is not of the sort that this kind of fact has.",
        "この種別に使えない値です。";
    /// Age and grade follow from the birth date, the others from what the person learned.
    FACT_COMPUTED = Rejected "patron.fact.computed",
        "This is computed from the birth date or from the house's own records; nobody claims it.",
        "生年月日または受講記録から算出される項目のため、申告できません。";
    /// Of each kind, one thing is so.
    FACT_TWICE = Rejected "patron.fact.twice",
        "The same kind of fact is given twice.",
        "同じ種別の項目が重複しています。";
    /// Enter the birth date of the person first.
    FACT_BIRTH_DATE = Rejected "patron.fact.birth_date",
        "The person has another birth date, or none.",
        "受講者の生年月日と一致しません。";
    /// A verification counts at least today.
    FACT_EXPIRED = Rejected "patron.fact.expired",
        "`expires_on` is later than today.",
        "有効期限は明日以降の日付でなければなりません。";
    /// A later claim took its place, or it was withdrawn.
    FACT_CLOSED = Conflict "patron.fact.closed",
        "It does not stand any more.",
        "すでに取り下げ、または更新された項目です。";
    /// `most` is how many there may be.
    FACTS_FULL = Conflict "patron.fact.full",
        "The person has as many kinds of facts as there may be.",
        "登録できる項目数の上限に達しています。";
    /// Codes of forms are unique at a contractor.
    FORM_CODE_TAKEN = Conflict "patron.form.code_taken",
        "Another form has this code.",
        "このコードの質問票はすでにあります。";
    /// `errors` says which question, and what is wrong with it, all at once.
    FORM_QUESTIONS = Rejected "patron.form.questions",
        "Some of the questions cannot be asked.",
        "質問票に受け付けられない質問があります。";
    /// A version that says nothing new is none.
    FORM_UNCHANGED = Rejected "patron.form.unchanged",
        "These are the questions of the newest version.",
        "最新の版と同じ内容です。";
    /// Answers are given to a version that exists.
    NO_SUCH_FORM = Rejected "patron.answers.no_such_form",
        "There is no such version of a form.",
        "該当する質問票がありません。";
    /// What uses it goes on; new things ask something else.
    FORM_RETIRED = Rejected "patron.form.retired",
        "The form is not offered for new uses any more, since `retired_at`.",
        "この質問票は retired_at 以降、新規には使用できません。";
    /// Amend what was answered instead.
    ANSWERED = Conflict "patron.answers.answered",
        "It is answered already, or was answered again in the meantime.",
        "すでに回答済みです。";
    /// `errors` says which question, by which rule, all at once.
    ANSWERS_REJECTED = Rejected "patron.answers.rejected",
        "Some of the answers cannot be accepted.",
        "受け付けられない回答があります。";
    /// Nobody is on one roster twice.
    ON_ROSTER = Conflict "patron.group.on_roster",
        "The person is on the roster already.",
        "すでに構成員名簿に登録されています。";
    /// Take the other one off first.
    GROUP_REPRESENTED = Conflict "patron.group.represented",
        "The group has a representative already.",
        "団体にはすでに代表者が登録されています。";
    /// `most` is how many people there may be.
    ROSTER_FULL = Conflict "patron.group.roster_full",
        "The roster has as many people as it may; `most` is how many.",
        "構成員名簿の上限に達しています。most が上限です。";
    /// Put somebody else on the roster first, or ask the office.
    GROUP_ABANDONED = Conflict "patron.group.abandoned",
        "Nobody would be left who acts for the group; let somebody else act first.",
        "団体の手続きを行える人がいなくなります。先に別の人を登録してください。";
    /// Exactly one of the three.
    GROUP_WHO = Rejected "patron.group.who",
        "Say who joins by exactly one of `patron`, `person` and `name`.",
        "patron・person・name のいずれか一つだけで対象者を指定してください。";
}
