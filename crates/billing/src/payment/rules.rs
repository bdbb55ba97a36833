//! What money does to a bill, and which way a payment can go.

use kernel::{Instant, Yen};

use super::{Notice, NoticeKind, Payment, PaymentState, Verdict};
use crate::{Bill, BillState, Late, Outcome};

/// What `amount` does to the bill when it arrives at `now`.
pub fn arrival(bill: &Bill, amount: Yen, now: Instant) -> Outcome {
    let late = |why| Outcome::Late { amount, why };
    match bill.state {
        BillState::Cancelled => late(Late::Cancelled),
        BillState::Paid => late(Late::PaidAlready),
        BillState::Open if amount > bill.outstanding() => late(Late::PaidAlready),
        BillState::Open if bill.overdue(now) => late(Late::Overdue),
        BillState::Open if amount == bill.outstanding() => Outcome::Settled,
        BillState::Open => Outcome::PartlyPaid { outstanding: bill.outstanding() - amount },
    }
}

impl PaymentState {
    /// How far along it is; a payment never goes back.
    const fn rank(self) -> u8 {
        match self {
            Self::Created => 0,
            Self::RequiresAction => 1,
            Self::Authorized => 2,
            Self::Failed | Self::Cancelled | Self::Expired => 3,
            Self::Captured | Self::CapturedLate => 4,
            Self::Refunded => 5,
        }
    }

    /// Whether the provider may still say something that changes it for the patron.
    pub const fn pending(self) -> bool {
        self.rank() < 3
    }
}

impl NoticeKind {
    /// Where a notice of this kind takes a payment.
    pub const fn state(self) -> PaymentState {
        match self {
            Self::Authorized => PaymentState::Authorized,
            Self::Captured => PaymentState::Captured,
            Self::Failed => PaymentState::Failed,
            Self::Cancelled => PaymentState::Cancelled,
            Self::Expired => PaymentState::Expired,
        }
    }
}

/// What to make of a provider's notice: money of another amount is nobody's until a person has looked; a payment only
/// moves forward. Money that is there counts even after the provider had given it up.
pub fn judge(payment: &Payment, notice: &Notice) -> Verdict {
    let money = matches!(notice.kind, NoticeKind::Authorized | NoticeKind::Captured);
    if money && notice.amount != payment.amount {
        return Verdict::Quarantined;
    }
    if notice.kind.state().rank() > payment.state.rank() { Verdict::Applied } else { Verdict::Ignored }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill::rules::{
        self,
        tests::{NOW, bill},
    };
    use kernel::Id;
    use proptest::prelude::*;
    use time::Duration;

    fn open(total: i64) -> Bill {
        rules::draft(&bill(&[(1, total)]), NOW).unwrap()
    }

    fn payment(state: PaymentState) -> Payment {
        Payment {
            id: Id::new(NOW),
            bill: Id::new(NOW),
            method: crate::Method::SandboxKonbini,
            provider: Some("sandbox".into()),
            provider_ref: Some("sbx_1".into()),
            state,
            amount: Yen(500),
            refunded: Yen::ZERO,
            due_at: None,
            next_action: None,
            failure: None,
            created_at: NOW,
            captured_at: None,
            version: 1,
        }
    }

    fn notice(kind: NoticeKind, amount: i64) -> Notice {
        Notice {
            provider: "sandbox".into(),
            event_id: "e1".into(),
            reference: "sbx_1".into(),
            kind,
            amount: Yen(amount),
        }
    }

    #[test]
    fn money_settles_pays_in_part_or_is_late() {
        let mut bill = open(1_000);
        assert_eq!(arrival(&bill, Yen(1_000), NOW), Outcome::Settled);
        assert_eq!(arrival(&bill, Yen(300), NOW), Outcome::PartlyPaid { outstanding: Yen(700) });
        assert_eq!(arrival(&bill, Yen(1_001), NOW), Outcome::Late { amount: Yen(1_001), why: Late::PaidAlready });
        bill.due_at = Some(NOW);
        assert_eq!(arrival(&bill, Yen(1_000), NOW), Outcome::Late { amount: Yen(1_000), why: Late::Overdue });
        assert_eq!(arrival(&bill, Yen(1_000), NOW - Duration::MICROSECOND), Outcome::Settled);
        rules::cancel(&mut bill, NOW);
        assert_eq!(arrival(&bill, Yen(1_000), NOW), Outcome::Late { amount: Yen(1_000), why: Late::Cancelled });
    }

    #[test]
    fn another_amount_is_quarantined() {
        let waiting = payment(PaymentState::RequiresAction);
        assert_eq!(judge(&waiting, &notice(NoticeKind::Captured, 499)), Verdict::Quarantined);
        assert_eq!(judge(&waiting, &notice(NoticeKind::Captured, 500)), Verdict::Applied);
        assert_eq!(judge(&waiting, &notice(NoticeKind::Expired, 0)), Verdict::Applied);
    }

    #[test]
    fn money_counts_even_after_the_provider_had_given_it_up() {
        assert_eq!(judge(&payment(PaymentState::Expired), &notice(NoticeKind::Captured, 500)), Verdict::Applied);
        assert_eq!(judge(&payment(PaymentState::Captured), &notice(NoticeKind::Expired, 500)), Verdict::Ignored);
    }

    proptest! {
        #[test]
        fn no_notice_takes_a_payment_back(state in 0usize..9, kind in 0usize..5) {
            let (state, kind) = (PaymentState::ALL[state], NoticeKind::ALL[kind]);
            if judge(&payment(state), &notice(kind, 500)) == Verdict::Applied {
                prop_assert!(kind.state().rank() > state.rank());
            }
        }
    }
}
