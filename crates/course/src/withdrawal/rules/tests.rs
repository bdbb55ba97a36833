use super::*;
use crate::rule::RefundOfKind;
use kernel::ids::{BillLineId, FeeId};
use proptest::prelude::*;
use time::macros::datetime;

const NEXT: Instant = datetime!(2027-04-20 08:30 +9);

fn session(n: usize) -> CourseSessionId {
    CourseSessionId::from_uuid(uuid::Uuid::from_u128(u128::try_from(n).unwrap()))
}

/// A class that met every day before, of which these parts follow each other, and the first that lies ahead begins then.
fn standing(parts: &[Part]) -> Ahead {
    let first = parts.iter().position(|part| *part == Part::Ahead).unwrap_or(parts.len());
    let days = |at: usize| Duration::days(i64::try_from(at).unwrap() - i64::try_from(first).unwrap());
    let unit = |(at, part): (usize, &Part)| Unit {
        sessions: vec![session(at)],
        starts_at: NEXT + days(at),
        begun: *part == Part::Begun,
        stands: *part != Part::Cancelled,
        given_up_at: None,
    };
    let begins_at = NEXT - Duration::days(365);
    Ahead {
        units: parts.iter().enumerate().map(unit).collect(),
        since: begins_at,
        begins_at,
        at: NEXT - Duration::SECOND,
    }
}

fn ahead(all: usize, left: usize) -> Ahead {
    standing(&(0..all).map(|at| if at < all - left { Part::Begun } else { Part::Ahead }).collect::<Vec<_>>())
}

fn at(now: Instant, ahead: Ahead) -> Ahead {
    Ahead { at: now, ..ahead }
}

fn refund(days_before: u16, percent: u8) -> RefundStep {
    RefundStep { days_before, percent, kinds: Vec::new() }
}

/// What goes back at one percent of everything.
fn lines(paid: &[PaidLine], charged: &[PriceLine], ahead: &Ahead, percent: u8) -> Vec<QuoteLine> {
    super::lines(paid, charged, ahead, Some(&refund(0, percent)))
}

/// The percent that a moment gives.
fn step(steps: &[RefundStep], ahead: &Ahead, now: Instant) -> (u8, Instant) {
    let (found, until) = super::step(steps, ahead, now);
    (found.map_or(0, |one| one.percent), until)
}

fn usual() -> Vec<RefundStep> {
    vec![refund(15, 100), refund(7, 50)]
}

fn line(amount: i64, refundable: bool) -> (PaidLine, PriceLine) {
    let fee = FeeId::new(NEXT);
    let charged = PriceLine { refundable, ..PriceLine::example(fee, "tuition", amount) };
    (PaidLine { line: BillLineId::new(NEXT), fee, amount }, charged)
}

#[test]
fn a_step_holds_through_its_last_day_in_japan() {
    let told = |now| step(&usual(), &at(now, ahead(10, 10)), now);
    assert_eq!(told(datetime!(2027-04-05 23:59:59 +9)), (100, datetime!(2027-04-06 00:00 +9)));
    assert_eq!(told(datetime!(2027-04-06 00:00 +9)), (50, datetime!(2027-04-14 00:00 +9)));
    assert_eq!(told(datetime!(2027-04-14 00:00 +9)), (0, NEXT));
    let (to_the_end, last) = ([refund(0, 30)], datetime!(2027-04-20 08:29 +9));
    assert_eq!(step(&to_the_end, &at(last, ahead(10, 10)), last), (30, NEXT));
    assert_eq!(step(&usual(), &at(NEXT, ahead(10, 0)), NEXT), (0, datetime!(2027-04-21 00:00 +9)));
    let unfixed = Ahead { units: Vec::new(), begins_at: NEXT, ..ahead(0, 0) };
    assert_eq!((unfixed.parts(&[]), unfixed.next()), (vec![Part::Ahead], Some(NEXT)));
    let begun = at(NEXT, unfixed);
    assert_eq!((begun.parts(&[]), begun.next()), (vec![Part::Begun], None));
}

#[test]
fn ten_thousand_yen_for_three_sessions_are_shared_to_the_yen() {
    let shares: Vec<i64> = (0..4).map(|first| first_shares(10_000, 3, first)).collect();
    assert_eq!(shares, [0, 3_334, 6_667, 10_000]);
    let (paid, charged) = line(10_000, true);
    let told = lines(&[paid], &[charged], &ahead(3, 2), 50);
    assert_eq!((told[0].ahead, told[0].refund), (6_666, 3_333));
}

#[test]
fn a_kind_of_fee_goes_back_by_its_own_percent_where_a_step_names_it() {
    let of = |kind: &str, amount| {
        let (paid, charged) = line(amount, true);
        (paid, PriceLine { kind: kind.to_owned(), ..charged })
    };
    let (paid, charged): (Vec<_>, Vec<_>) =
        [of("tuition", 10_001), of("insurance", 801), of("materials", 2_001)].into_iter().unzip();
    let other = |kind: &str, percent| RefundOfKind { kind: kind.to_owned(), percent };
    let half = RefundStep { kinds: vec![other("insurance", 100), other("materials", 0)], ..refund(7, 50) };
    let back =
        |step| super::lines(&paid, &charged, &ahead(10, 10), step).iter().map(|one| one.refund).collect::<Vec<_>>();
    assert_eq!(back(Some(&half)), [5_000, 801, 0]);
    assert_eq!(back(None), [0, 0, 0], "after the last step nothing of any kind");
}

#[test]
fn a_session_that_the_house_cancelled_and_nothing_makes_up_for_goes_back_whole() {
    let (paid, charged) = line(10_000, true);
    let stands = standing(&[Part::Cancelled, Part::Begun, Part::Ahead]);
    let told = lines(&[paid], std::slice::from_ref(&charged), &stands, 50);
    assert_eq!((told[0].ahead, told[0].refund), (3_334 + 3_333, 3_334 + 1_666));
    assert_eq!(lines(&[paid], std::slice::from_ref(&charged), &stands, 0)[0].refund, 3_334);
    let (paid, charged) = line(2_000, false);
    assert_eq!(lines(&[paid], &[charged], &stands, 50)[0].refund, 0, "what was ordered was ordered");
}

#[test]
fn a_fee_for_each_session_goes_back_by_those_that_it_was_charged_for() {
    let (paid, charged) = line(2_000, true);
    let charged = PriceLine { sessions: Some(2), units: vec![session(1), session(3)], ..charged };
    let stands = standing(&[Part::Cancelled, Part::Begun, Part::Ahead, Part::Ahead]);
    let told = lines(&[paid], std::slice::from_ref(&charged), &stands, 50);
    assert_eq!((told[0].ahead, told[0].refund), (1_000, 500));
    // one that began before they were there was charged for, too
    let late = Ahead { since: NEXT + Duration::HOUR, ..stands };
    assert_eq!(lines(&[paid], &[charged], &late, 100)[0].refund, 1_000);
}

#[test]
fn a_part_has_begun_since_it_was_told_whatever_was_to_be_held_then() {
    let stands = standing(&[Part::Cancelled, Part::Begun, Part::Ahead]);
    let began = NEXT - Duration::DAY;
    assert!(stands.has_begun_since(began - Duration::SECOND));
    assert!(!stands.has_begun_since(began), "that one had begun when it was told");
}

#[test]
fn who_leaves_a_party_gets_back_their_own_lines_and_somebody_stays() {
    let person = |n: u128| PersonId::from_uuid(uuid::Uuid::from_u128(n));
    let (mut paid, mut charged) = (Vec::new(), Vec::new());
    let (adult, half) = (line(6_000, true), line(3_000, true));
    for (n, (of, amount)) in [(1, (&adult, 6_000)), (2, (&half, 3_000)), (3, (&half, 3_000))] {
        paid.push(PaidLine { line: BillLineId::from_uuid(uuid::Uuid::from_u128(n)), fee: adult.0.fee, amount });
        charged.push(PriceLine { fee: adult.0.fee, person: Some(person(n)), charged: amount, ..of.1.clone() });
    }
    let lines = |people: &[PersonId]| -> Vec<BillLineId> {
        lines_of(&paid, &charged, Some(people)).iter().map(|one| one.line).collect()
    };
    let of = |n: &[usize]| -> Vec<BillLineId> { n.iter().map(|n| paid[n - 1].line).collect() };
    assert_eq!((lines(&[person(2)]), lines(&[person(1), person(3)])), (of(&[2]), of(&[1, 3])));
    let party: Vec<_> = (1..=3).map(|n| (person(n), Role::Participant)).collect();
    assert!(expect_part(&party, &[person(1), person(2)]).is_ok());
    for wrong in [vec![], vec![person(1), person(1)], vec![person(1), person(2), person(3)]] {
        let refused = expect_part(&party, &wrong);
        assert!(matches!(refused, Err(WithdrawalError::People(who)) if who.is_empty()), "{wrong:?}");
    }
    let strange = expect_part(&party, &[person(9), person(1)]);
    assert!(matches!(strange, Err(WithdrawalError::People(who)) if who == [person(9)]));
}

#[test]
fn what_the_house_kept_of_whoever_left_is_nobodys_of_those_who_stay() {
    let person = |n: u128| PersonId::from_uuid(uuid::Uuid::from_u128(n));
    let (mut bill, price): (Vec<_>, Vec<_>) = (1..=3)
        .map(|n| (n, line(6_000, true)))
        .map(|(n, (paid, charged))| {
            // the first line is of the party
            (paid, PriceLine { person: (n > 1).then(|| person(n)), ..charged })
        })
        .unzip();
    bill[1].amount = 3_000;
    let mut left = told_apart(&bill, &price);
    left.retain(|line| line.person != Some(person(2)));
    assert_eq!(lines_of(&bill, &left, None), [bill[0], bill[2]]);
    assert_eq!(lines_of(&bill, &left, Some(&[person(3)])), [bill[2]]);
    assert_eq!(told_apart(&bill, &left), left, "said once, it stays");
    bill[2].amount = 0;
    assert_eq!(lines_of(&bill, &left, None), [bill[0]], "of nothing nothing goes back");
}

#[test]
fn what_was_ordered_for_somebody_stays_paid() {
    let (paid, charged) = line(2_000, false);
    let told = lines(&[paid], &[charged], &ahead(1, 1), 100);
    assert_eq!((told[0].refundable, told[0].refund), (false, 0));
}

proptest! {
    #[test]
    fn shares_are_the_amount_and_differ_by_a_yen_at_most(amount in 0_i64..10_000_000, all in 1_i64..100) {
        let each: Vec<i64> =
            (0..all).map(|at| first_shares(amount, all, at + 1) - first_shares(amount, all, at)).collect();
        prop_assert_eq!(each.iter().sum::<i64>(), amount);
        prop_assert!(each.windows(2).all(|pair| pair[0] >= pair[1]));
        prop_assert!(each[0] - each[each.len() - 1] <= 1);
    }

    #[test]
    fn never_more_goes_back_than_was_paid_for_what_is_ahead(
        amounts in proptest::collection::vec((1_i64..1_000_000, any::<bool>()), 0..6),
        all in 1_usize..40, begun in 0_usize..40, percent in 0_u8..=100,
    ) {
        let (paid, charged): (Vec<_>, Vec<_>) = amounts.iter().map(|(amount, back)| line(*amount, *back)).unzip();
        let left = all.saturating_sub(begun);
        for one in lines(&paid, &charged, &ahead(all, left), percent) {
            prop_assert!(0 <= one.refund && one.refund <= one.ahead && one.ahead <= one.paid);
            prop_assert!(one.refundable || one.refund == 0);
        }
        // a session more that has begun never gives more
        let sum = |left| lines(&paid, &charged, &ahead(all, left), percent).iter().map(|one| one.refund).sum::<i64>();
        prop_assert!(left == 0 || sum(left - 1) <= sum(left));
    }

    #[test]
    fn what_is_used_what_is_ahead_and_what_was_not_held_are_all_that_was_paid(
        amount in 1_i64..1_000_000, parts in proptest::collection::vec(0_u8..3, 1..40), percent in 0_u8..=100,
    ) {
        let kinds = [Part::Begun, Part::Ahead, Part::Cancelled];
        let parts: Vec<Part> = parts.into_iter().map(|kind| kinds[usize::from(kind)]).collect();
        let [used, left, unheld] = kinds.map(|kind| shares(amount, &parts, kind));
        prop_assert_eq!(used + left + unheld, amount);
        let (paid, charged) = line(amount, true);
        let told = lines(&[paid], &[charged], &standing(&parts), percent);
        prop_assert_eq!((told[0].ahead, told[0].refund), (left + unheld, unheld + left * i64::from(percent) / 100));
    }

    #[test]
    fn whoever_leaves_a_party_and_whoever_is_left_gets_back_of_their_own_alone(
        amounts in proptest::collection::vec(0_i64..1_000_000, 1..6), mut order in proptest::collection::vec(any::<u32>(), 6),
        percents in proptest::collection::vec(0_u8..=100, 6), parts in proptest::collection::vec(0_i64..4, 6),
    ) {
        let person = |n: u128| PersonId::from_uuid(uuid::Uuid::from_u128(n));
        let (mut bill, mut price) = (Vec::new(), Vec::new());
        for (n, amount) in (0..).zip(&amounts) {
            let (paid, charged) = line(*amount, true);
            bill.push(paid);
            price.push(PriceLine { person: Some(person(n)), ..charged });
        }
        let was = bill.clone();
        let mut stays: Vec<usize> = (0..amounts.len()).collect();
        for (percent, of_each) in percents.into_iter().zip(parts) {
            // a part goes back to whoever is there, as of a session that is not held
            for one in lines_of(&bill, &price, None) {
                let at = bill.iter().position(|line| line.line == one.line).unwrap();
                prop_assert!(stays.contains(&at));
                bill[at].amount -= one.amount * of_each / 10;
            }
            if stays.is_empty() {
                break;
            }
            let at = stays.remove(order.pop().unwrap_or_default() as usize % stays.len());
            let who = [person(at as u128)];
            // the last of them is the whole party
            let theirs = lines_of(&bill, &price, (!stays.is_empty()).then_some(&who[..]));
            prop_assert_eq!(theirs.iter().map(|one| one.line).collect::<Vec<_>>(), match bill[at].amount {
                0 => vec![],
                _ => vec![was[at].line],
            });
            for back in lines(&theirs, &price, &ahead(10, 10), percent) {
                prop_assert_eq!(back.refund, bill[at].amount * i64::from(percent) / 100);
                bill[at].amount -= back.refund;
            }
            price = told_apart(&bill, &price);
            price.retain(|line| line.person != Some(who[0]));
        }
        prop_assert!(bill.iter().zip(&was).all(|(left, was)| 0 <= left.amount && left.amount <= was.amount));
    }

    #[test]
    fn waiting_for_a_session_never_gives_more_and_a_quote_holds_until_its_boundary(
        mut days in proptest::collection::btree_set(0_u16..60, 0..5), mut percents in proptest::collection::vec(0_u8..=100, 5),
        minutes in 1_i64..130_000, later in 0_i64..130_000,
    ) {
        percents.sort_unstable_by(|one, other| other.cmp(one));
        let mut steps = Vec::new();
        while let Some(days_before) = days.pop_last() {
            steps.push(refund(days_before, percents[steps.len()]));
        }
        let now = NEXT - Duration::minutes(minutes);
        let then = NEXT - Duration::minutes(minutes.min(later).max(1));
        let told = |now| step(&steps, &at(now, ahead(10, 10)), now);
        let ((first, until), (second, _)) = (told(now), told(then));
        prop_assert!(second <= first);
        prop_assert!(now < until && until <= NEXT);
        prop_assert!(then >= until || second == first);
    }
}
