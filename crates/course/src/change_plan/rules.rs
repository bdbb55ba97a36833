//! What goes back, and what a plan is: decided without a database.

use db::Fault;
use kernel::{Instant, ids::CourseSessionId};
use sha2::{Digest, Sha256};

use super::{Change, Plan, PlanError};
use crate::{
    application::PriceLine,
    class::CourseClass,
    session::{Session, SessionError, SessionWithPeople},
    withdrawal::{PaidLine, QuoteLine, rules::share},
};

/// A session that a change can be made of.
pub(super) fn expect_state(change: &Change, one: &Session) -> Result<(), PlanError> {
    let wanted = if matches!(change, Change::MakeUp { .. }) { "cancelled" } else { "scheduled" };
    if one.state == wanted { Ok(()) } else { Err(SessionError::State(one.state.clone()).into()) }
}

/// A class that somebody may have applied for.
pub(super) fn expect_public(class: &CourseClass) -> Result<(), PlanError> {
    match class.state.as_str() {
        "published" => Ok(()),
        "draft" => Err(PlanError::Draft),
        state => Err(crate::catalogue::CatalogueError::State(state.to_owned()).into()),
    }
}

fn line(one: &PaidLine, charged: &[PriceLine], refund: impl Fn(bool) -> i64) -> QuoteLine {
    let fee = charged.iter().find(|line| line.fee == one.fee);
    let refundable = fee.is_some_and(|fee| fee.refundable);
    let refund = refund(refundable);
    let label = fee.map(|fee| fee.label.clone()).unwrap_or_default();
    QuoteLine { line: one.line, fee: one.fee, label, refundable, paid: one.amount, ahead: refund, refund }
}

/// 主催者都合: everything goes back, also what would stay if they withdrew.
pub(super) fn everything(paid: &[PaidLine], charged: &[PriceLine]) -> Vec<QuoteLine> {
    paid.iter().map(|one| line(one, charged, |_| one.amount)).collect()
}

/// The part of what was paid that is for one session: the sessions of whoever was there from the beginning are all of them, those
/// of whoever came later the ones after that. Nothing when it was not theirs.
pub(super) fn of_session(
    paid: &[PaidLine],
    charged: &[PriceLine],
    session: CourseSessionId,
    sessions: &[SessionWithPeople],
    joined: Option<Instant>,
) -> Vec<QuoteLine> {
    let theirs: Vec<CourseSessionId> = sessions
        .iter()
        .map(|one| &one.session)
        .filter(|one| one.state != "cancelled" && joined.is_some_and(|joined| joined < one.starts_at))
        .map(|one| one.id)
        .collect();
    let Some(at) = theirs.iter().position(|one| *one == session) else { return Vec::new() };
    let (at, all) = (count(at), count(theirs.len()));
    let part = |amount: i64| move |refundable: bool| if refundable { share(amount, all, at) } else { 0 };
    paid.iter().map(|one| line(one, charged, part(one.amount))).collect()
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// The plan as it is kept.
pub(super) fn written(plan: &Plan) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(plan).map_err(|_| Fault::Unexpected("a plan can be written"))
}

/// SHA-256 of the plan as JSON with its members in order, in hexadecimal.
pub(super) fn hash(plan: &Plan) -> Result<String, Fault> {
    let text = serde_json::to_vec(&written(plan)?).map_err(|_| Fault::Unexpected("a plan can be written"))?;
    Ok(Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use kernel::ids::{BillLineId, CourseClassId, FeeId};
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    use super::*;

    const FIRST: Instant = datetime!(2027-04-03 10:00 +9);

    fn session(n: u32) -> SessionWithPeople {
        let starts_at = FIRST + Duration::weeks(n.into());
        let session = Session {
            id: CourseSessionId::from_uuid(Uuid::from_u128(u128::from(n))),
            class_id: CourseClassId::from_uuid(Uuid::nil()),
            number: i32::try_from(n).unwrap() + 1,
            local_date: kernel::clock::civil_day(starts_at),
            starts_at,
            ends_at: starts_at + Duration::HOUR,
            state: "scheduled".into(),
            room_id: None,
            place: None,
            replaces_id: None,
            reason: None,
            created_at: FIRST,
            updated_at: FIRST,
            version: 1,
        };
        SessionWithPeople { session, people: Vec::new() }
    }

    fn line(amount: i64, refundable: bool) -> (PaidLine, PriceLine) {
        let fee = FeeId::new(FIRST);
        let charged = PriceLine {
            fee,
            person: None,
            kind: "tuition".into(),
            label: "受講料".into(),
            tax_rate: 10,
            refundable,
            sessions: None,
            listed: amount,
            charged: amount,
            rule: None,
        };
        (PaidLine { line: BillLineId::new(FIRST), fee, amount }, charged)
    }

    #[test]
    fn who_came_later_shares_what_they_paid_among_their_own_sessions() {
        let sessions: Vec<_> = (0..4).map(session).collect();
        let (paid, charged) = line(10_000, true);
        let back = |n: u32, joined: Instant| {
            let id = CourseSessionId::from_uuid(Uuid::from_u128(n.into()));
            of_session(&[paid], std::slice::from_ref(&charged), id, &sessions, Some(joined))
                .iter()
                .map(|one| one.refund)
                .sum::<i64>()
        };
        assert_eq!((back(0, FIRST - Duration::DAY), back(3, FIRST - Duration::DAY)), (2_500, 2_500));
        assert_eq!(
            (back(0, FIRST + Duration::DAY), back(1, FIRST + Duration::DAY), back(3, FIRST + Duration::DAY)),
            (0, 3_334, 3_333)
        );
        let (paid, charged) = line(2_000, false);
        assert_eq!(
            everything(&[paid], std::slice::from_ref(&charged))[0].refund,
            2_000,
            "the house gives everything back"
        );
    }

    proptest! {
        #[test]
        fn sessions_that_are_not_held_give_back_to_the_yen_what_was_paid_for_them(
            amount in 1_i64..1_000_000, all in 1_u32..40, mut order in proptest::collection::vec(any::<u32>(), 1..40),
        ) {
            let mut sessions: Vec<_> = (0..all).map(session).collect();
            let (mut paid, charged) = line(amount, true);
            let mut back = 0;
            while !sessions.is_empty() {
                let at = order.pop().unwrap_or_default() as usize % sessions.len();
                let id = sessions[at].session.id;
                let told = of_session(&[paid], std::slice::from_ref(&charged), id, &sessions, Some(FIRST - Duration::DAY));
                let one: i64 = told.iter().map(|line| line.refund).sum();
                let even = paid.amount / i64::try_from(sessions.len()).unwrap();
                prop_assert!(one == even || one == even + 1);
                back += one;
                paid.amount -= one;
                sessions.remove(at);
            }
            prop_assert_eq!(back, amount);
        }
    }
}
