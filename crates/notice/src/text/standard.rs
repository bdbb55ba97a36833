//! The house's own words, subject and body. Who is addressed stands before the body, the house below it.

use kernel::Locale;

use super::Kind;

pub(super) const fn words(kind: Kind, locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::Ja => japanese(kind),
        Locale::En => english(kind),
    }
}

const fn japanese(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::CourseReceived => (
            "【{{house}}】講座の申込みを受け付けました",
            "次の講座の申込みを受け付けました。結果はあらためてご連絡します。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n抽選番号: {{draw_number}}\n",
        ),
        Kind::CoursePaymentDue => (
            "【{{house}}】受講料のお支払いのお願い",
            "次の講座の席を確保しました。期限までに受講料をお支払いください。\n期限までにお支払いがない場合、席は次の方に回ります。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\nお支払い額: {{amount}}（税込）\n支払期限: {{deadline}}\n",
        ),
        Kind::CourseAdmitted => (
            "【{{house}}】受講が決まりました",
            "次の講座の受講が決まりました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n返金額: {{refund}}\nオンライン会場: {{join_url}}\n",
        ),
        Kind::CourseWaitlisted => (
            "【{{house}}】空席待ちのお知らせ",
            "次の講座は、空席待ちとなりました。空席が出たときは、順番にご連絡します。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n抽選番号: {{draw_number}}\n現在の順番: {{position}}\n",
        ),
        Kind::CourseOffered => (
            "【{{house}}】繰上げのお知らせ",
            "次の講座に空席ができました。期限までに受講するかどうかをお知らせください。\n期限を過ぎると、席は次の方に回ります。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n回答期限: {{deadline}}\n受講料: {{amount}}（税込）\n",
        ),
        Kind::CourseLost => (
            "【{{house}}】抽選結果のお知らせ",
            "次の講座は、抽選の結果、ご希望に添えませんでした。お申し込みありがとうございました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n抽選番号: {{draw_number}}\n",
        ),
        Kind::CourseLineEnded => (
            "【{{house}}】空席待ちの終了について",
            "空席が出なかったため、次の講座の空席待ちは終了しました。お待ちいただきありがとうございました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n理由: {{reason}}\n",
        ),
        Kind::CourseRejected => (
            "【{{house}}】審査結果のお知らせ",
            "次の講座は、審査の結果、受講いただくことができませんでした。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n理由: {{reason}}\n",
        ),
        Kind::CourseExpired => (
            "【{{house}}】期限が過ぎたため席を取り消しました",
            "期限までに回答またはお支払いがなかったため、次の講座の席を取り消しました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n返金額: {{refund}}\n",
        ),
        Kind::CourseWithdrawn => (
            "【{{house}}】申込みの取消しを受け付けました",
            "次の講座の申込みを取り消しました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n返金額: {{refund}}\n",
        ),
        Kind::CourseClassCancelled => (
            "【{{house}}】講座中止のお知らせ",
            "次の講座は中止となりました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n返金額: {{refund}}\n理由: {{reason}}\n",
        ),
        Kind::CourseRevoked => (
            "【{{house}}】申込みの取消しのお知らせ",
            "次の講座の申込みは、次の理由により取り消しました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n返金額: {{refund}}\n理由: {{reason}}\n",
        ),
        Kind::CourseSessionChanged => (
            "【{{house}}】講座日程の変更のお知らせ",
            "次の講座の日程が変わりました。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n第{{session}}回: {{change}}\n返金額: {{refund}}\nオンライン会場: {{join_url}}\n",
        ),
        Kind::CourseReminder => (
            "【{{house}}】期限が近づいています",
            "次の講座の席を確保しています。期限を過ぎると、席は次の方に回ります。お手続きがお済みでない場合は、お早めにお願いします。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n受付番号: {{receipt_number}}\n金額: {{amount}}（税込）\n期限: {{deadline}}\n",
        ),
        Kind::CourseTeaching => (
            "【{{house}}】担当回の変更のお知らせ",
            "ご担当の次の回に変更がありました。\n\n講座: {{course}}\nクラス: {{class}}\n第{{session}}回: {{change}}\n",
        ),
        Kind::CourseCertificateIssued => (
            "【{{house}}】修了証を発行しました",
            "次の講座を修了されました。おめでとうございます。\n\n講座: {{course}}\nクラス: {{class}}\n受講者: {{learners}}\n修了証番号: {{certificate_number}}\n確認コード: {{check_code}}\n",
        ),
        Kind::CourseReceiptReissued => (
            "【{{house}}】受付票の再発行",
            "受付票のコードを再発行しました。これまでのコードはお使いいただけません。\nお心当たりのない場合も、このコードは他の方に知らせないでください。\n\n講座: {{course}}\nクラス: {{class}}\n受付番号: {{receipt_number}}\nコード: {{receipt_code}}\n",
        ),
        Kind::CourseDecisionOwed => (
            "【{{house}}】開講の決定が必要なクラスがあります",
            "次のクラスは、受講決定者が最少催行人数に達していません。期日までに、開講するか中止するかを決定してください。\n自動では中止されません。\n\n講座: {{course}}\nクラス: {{class}}\n最少催行人数: {{minimum}}\n受講決定者: {{admitted}}\n決定期日: {{decide_by}}\n",
        ),
    }
}

const fn english(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::CourseReceived => (
            "{{house}}: we have your application",
            "We have your application for this class, and will write to you when it is decided.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nDraw number: {{draw_number}}\n",
        ),
        Kind::CoursePaymentDue => (
            "{{house}}: please pay for your class",
            "A place is kept for you. Please pay by the deadline; after it the place goes to somebody else.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nTo be paid: {{amount}} (tax included)\nDeadline: {{deadline}}\n",
        ),
        Kind::CourseAdmitted => (
            "{{house}}: you have a place",
            "You have a place in this class.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nGoes back to you: {{refund}}\nJoin at: {{join_url}}\n",
        ),
        Kind::CourseWaitlisted => (
            "{{house}}: you are on the waiting list",
            "You are on the waiting list of this class. When a place becomes free, we write to those who wait in their order.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nDraw number: {{draw_number}}\nYour position now: {{position}}\n",
        ),
        Kind::CourseOffered => (
            "{{house}}: a place has become free",
            "A place in this class has become free for you. Please tell us by the deadline whether you take it; after it the place goes to somebody else.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nAnswer by: {{deadline}}\nFee: {{amount}} (tax included)\n",
        ),
        Kind::CourseLost => (
            "{{house}}: the result of the draw",
            "You were not drawn for this class. Thank you for applying.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nDraw number: {{draw_number}}\n",
        ),
        Kind::CourseLineEnded => (
            "{{house}}: the waiting list has ended",
            "No place has become free for you, and the waiting list of this class has ended. Thank you for waiting.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nReason: {{reason}}\n",
        ),
        Kind::CourseRejected => (
            "{{house}}: the result of your application",
            "We cannot give you a place in this class.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nReason: {{reason}}\n",
        ),
        Kind::CourseExpired => (
            "{{house}}: the time for your place is over",
            "Your place was neither accepted nor paid for in time, and goes to somebody else.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nGoes back to you: {{refund}}\n",
        ),
        Kind::CourseWithdrawn => (
            "{{house}}: your application is withdrawn",
            "Your application is withdrawn.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nGoes back to you: {{refund}}\n",
        ),
        Kind::CourseClassCancelled => (
            "{{house}}: the class is cancelled",
            "This class does not take place.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nGoes back to you: {{refund}}\nReason: {{reason}}\n",
        ),
        Kind::CourseRevoked => (
            "{{house}}: your application was taken back",
            "We have to take back your place or application.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nGoes back to you: {{refund}}\nReason: {{reason}}\n",
        ),
        Kind::CourseSessionChanged => (
            "{{house}}: a session has changed",
            "A session of this class has changed.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nSession {{session}}: {{change}}\nGoes back to you: {{refund}}\nJoin at: {{join_url}}\n",
        ),
        Kind::CourseReminder => (
            "{{house}}: the time for your place is nearly over",
            "A place in this class is kept for you. After the deadline it goes to somebody else.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nReceipt: {{receipt_number}}\nAmount: {{amount}} (tax included)\nDeadline: {{deadline}}\n",
        ),
        Kind::CourseTeaching => (
            "{{house}}: a session that you teach has changed",
            "A session that you teach has changed.\n\nCourse: {{course}}\nClass: {{class}}\nSession {{session}}: {{change}}\n",
        ),
        Kind::CourseCertificateIssued => (
            "{{house}}: your certificate",
            "You have completed this class. Congratulations.\n\nCourse: {{course}}\nClass: {{class}}\nFor: {{learners}}\nCertificate: {{certificate_number}}\nCode to check it: {{check_code}}\n",
        ),
        Kind::CourseReceiptReissued => (
            "{{house}}: another code for your receipt",
            "Here is another code for your receipt. The one before does not work any more.\nEven if you did not ask for it, show it to nobody.\n\nCourse: {{course}}\nClass: {{class}}\nReceipt: {{receipt_number}}\nCode: {{receipt_code}}\n",
        ),
        Kind::CourseDecisionOwed => (
            "{{house}}: a class waits for your decision",
            "Fewer are admitted to this class than it needs. Please decide by the day below whether it runs or is cancelled.\nNothing is cancelled by itself.\n\nCourse: {{course}}\nClass: {{class}}\nMinimum: {{minimum}}\nAdmitted: {{admitted}}\nTo be decided by: {{decide_by}}\n",
        ),
    }
}
