mod properties;

use db::Fault;
use uuid::Uuid;

use super::*;

fn hire(number: u128) -> HireId {
    HireId::from_uuid(Uuid::from_u128(number))
}

fn shares(parts: &[(i64, i64)]) -> Shares {
    let share = |(at, (room, equipment)): (usize, &(i64, i64))| {
        (hire(at as u128), ChargeShare { room: Yen(*room), equipment: Yen(*equipment) })
    };
    parts.iter().enumerate().map(share).collect()
}

fn received(yen: &[i64]) -> Received {
    Received::of_lines(yen.iter().enumerate().map(|(at, yen)| (hire(at as u128), Yen(*yen))))
}

fn place(hire: HireId) -> usize {
    usize::try_from(hire.uuid().as_u128()).unwrap()
}

/// Takes from the lines, one for each hire, what goes back, so that this stays.
fn draw(lines: &mut [i64], wanted: &[(HireId, Yen)], stays: &[(HireId, Yen)]) {
    let there: Vec<_> = lines.iter().enumerate().map(|(at, yen)| (hire(at as u128), Yen(*yen))).collect();
    let found = drawn(&there, wanted, stays);
    assert_eq!(
        found.iter().copied().sum::<Yen>(),
        wanted.iter().map(|(_, yen)| *yen).sum::<Yen>(),
        "all of it came in"
    );
    for (left, taken) in lines.iter_mut().zip(found) {
        assert!(Yen(0) <= taken && taken <= Yen(*left));
        *left -= taken.0;
    }
}

fn sums(shares: &[(HireId, ChargeShare)]) -> Vec<(HireId, Yen)> {
    shares.iter().map(|(hire, share)| (*hire, share.sum())).collect()
}

fn all(_: HireId, part: ChargeShare) -> Result<Yen, Fault> {
    Ok(part.sum())
}

#[test]
fn a_piano_that_was_not_paid_for_is_not_given_back() {
    let (with, without) = (shares(&[(10_000, 5_000)]), shares(&[(10_000, 0)]));
    let unpaid = received(&[10_000]);
    assert_eq!(paid(&with, &unpaid), without);
    let back = difference(&with, &without, &unpaid, free).unwrap();
    assert_eq!((back.due(), back.refund(), back.fee), (Yen(0), Yen(0), Yen(0)));
    let still = difference(&with, &with, &unpaid, free).unwrap();
    assert_eq!((still.due(), still.refund()), (Yen(5_000), Yen(0)));
}

#[test]
fn what_was_kept_pays_for_what_becomes_dearer_again() {
    let (dear, cheap) = (shares(&[(10_000, 0)]), shares(&[(6_000, 0)]));
    let came_in = received(&[10_000]);
    let there = difference(&dear, &cheap, &came_in, all).unwrap();
    assert_eq!((there.due(), there.refund(), there.fee), (Yen(0), Yen(0), Yen(4_000)));
    assert_eq!(kept(&cheap, &came_in), Yen(4_000));
    let again = difference(&cheap, &dear, &came_in, all).unwrap();
    assert_eq!((again.due(), again.refund()), (Yen(0), Yen(0)));
    let dearer = difference(&cheap, &shares(&[(11_000, 0)]), &came_in, all).unwrap();
    assert_eq!(dearer.due(), Yen(1_000));
    // what was kept once stays kept: only the last step goes back
    let less = difference(&cheap, &shares(&[(5_000, 0)]), &came_in, free).unwrap();
    assert_eq!((less.due(), less.refund()), (Yen(0), Yen(1_000)));
}

#[test]
fn what_was_kept_of_one_hire_pays_for_no_other_whether_or_not_that_is_paid_before_the_next_change() {
    let (was, is) = (shares(&[(3_000, 0), (3_000, 0)]), shares(&[(3_000, 0), (6_000, 0)]));
    let came_in = received(&[6_500, 3_000]);
    assert_eq!(difference(&was, &is, &came_in, free).unwrap().owed, [(hire(1), Yen(3_000))]);
    // of the first, half of what it became cheaper by was kept: that is its own way back
    let back = shares(&[(8_000, 0), (3_000, 0)]);
    assert_eq!(difference(&was, &back, &came_in, free).unwrap().owed, [(hire(0), Yen(1_500))]);

    let unpaid = came_in.clone().with_unpaid([(hire(1), Yen(3_000))]);
    assert_eq!(kept(&is, &unpaid), Yen(3_500));
    assert_eq!(paid(&is, &unpaid), was);
    assert_eq!(difference(&is, &is, &unpaid, free).unwrap().owed, [(hire(1), Yen(3_000))]);
    let again = difference(&is, &was, &unpaid, free).unwrap();
    assert_eq!((again.due(), again.refund()), (Yen(0), Yen(0)), "that was not paid");
    assert_eq!(settled(&is, &is, &unpaid).owed, [(hire(1), Yen(3_000))]);

    let all = received(&[6_500, 6_000]);
    let ended = given_up(&is, &is[..1], &all, (hire(1), Yen(0)));
    assert_eq!((ended.due(), ended.refunds), (Yen(0), vec![(hire(1), Yen(6_000))]));
}

#[test]
fn what_was_kept_of_one_hire_pays_for_no_other_when_the_house_takes_back_a_third() {
    let was = shares(&[(3_000, 0), (6_000, 0), (5_000, 0)]);
    let unpaid = received(&[6_500, 3_000, 5_000]).with_unpaid([(hire(1), Yen(3_000))]);
    let found = taken_back(&was, &was[..2], &unpaid, &[hire(2)]);
    assert_eq!((found.owed, found.refunds), (vec![(hire(1), Yen(3_000))], vec![(hire(2), Yen(5_000))]));
}

#[test]
fn what_was_kept_of_a_change_pays_for_no_overtime() {
    let (dear, cheap, used) = (shares(&[(10_000, 0)]), shares(&[(6_000, 0)]), shares(&[(7_500, 0)]));
    let half = |_: HireId, part: ChargeShare| Ok::<_, Fault>(Yen(part.sum().0 / 2));
    let changed = difference(&dear, &cheap, &received(&[10_000]), half).unwrap();
    assert_eq!((changed.refund(), changed.fee), (Yen(2_000), Yen(2_000)));
    let left = received(&[8_000]);
    assert_eq!(settled(&cheap, &used, &left).owed, [(hire(0), Yen(1_500))]);
    let less = settled(&cheap, &shares(&[(5_000, 0)]), &left);
    assert_eq!((less.due(), less.refund()), (Yen(0), Yen(1_000)), "and what was not used goes back");
    // of two, it is owed for the one that was used longer
    let (was, is) = (shares(&[(6_000, 0), (3_000, 0)]), shares(&[(6_000, 0), (4_000, 0)]));
    assert_eq!(settled(&was, &is, &received(&[8_000, 3_000])).owed, [(hire(1), Yen(1_000))]);
}

#[test]
fn one_hire_of_two_is_given_up_for_its_fee_and_nothing_of_the_other_goes_back() {
    let (both, other) = (shares(&[(6_000, 0), (4_000, 1_000)]), shares(&[(6_000, 0)]));
    let came_in = received(&[6_000, 5_000]);
    let found = given_up(&both, &other, &came_in, (hire(1), Yen(2_500)));
    assert_eq!(found, Difference { refunds: vec![(hire(1), Yen(2_500))], fee: Yen(2_500), ..Difference::default() });
    // the other one is dearer by itself
    let dearer = given_up(&both, &shares(&[(7_000, 0)]), &came_in, (hire(1), Yen(2_500)));
    assert_eq!((dearer.due(), dearer.refund()), (Yen(0), Yen(1_500)));
    let unpaid = given_up(&both, &other, &received(&[6_000]), (hire(1), Yen(2_500)));
    assert_eq!(unpaid, Difference::default(), "what was never paid costs nothing");
}

#[test]
fn the_house_gives_back_all_of_it_and_the_others_do_not_pay_for_that() {
    let (both, other) = (shares(&[(6_000, 0), (4_000, 1_000)]), shares(&[(7_000, 0)]));
    let found = taken_back(&both, &other, &received(&[6_000, 5_000]), &[hire(1)]);
    let (refunds, waived) = (vec![(hire(1), Yen(5_000))], vec![(hire(0), Yen(1_000))]);
    assert_eq!(found, Difference { refunds, waived, ..Difference::default() });
    let all = taken_back(&both, &[], &received(&[9_000, 5_000]), &[hire(0), hire(1)]);
    assert_eq!(all.refund(), Yen(14_000), "what was kept of a change before, too");
}

#[test]
fn what_is_waived_is_all_that_the_others_became_dearer_by_and_is_not_asked_for_later() {
    let (all, rest) = (shares(&[(6_000, 0), (4_000, 1_000), (9_000, 0)]), shares(&[(7_000, 0), (3_500, 1_000)]));
    assert_eq!(waived(&all, &rest), [(hire(0), Yen(500))], "the other one is cheaper by the rest");
    let dearer = shares(&[(6_600, 0), (4_200, 1_200)]);
    let found = waived(&all, &dearer);
    assert_eq!(found, [(hire(0), Yen(600)), (hire(1), Yen(400))]);
    let still: Shares = dearer.iter().zip(&found).map(|((id, share), (_, yen))| (*id, without(*share, *yen))).collect();
    let later = difference(&still, &still, &received(&[6_000, 5_000]), free).unwrap();
    assert_eq!((later.due(), later.refund()), (Yen(0), Yen(0)));
    assert!(waived(&all, &shares(&[(6_000, 0), (4_000, 0)])).is_empty(), "what is cheaper is no dearer");
}

#[test]
fn nothing_is_left_of_a_share_that_is_waived_beyond_itself() {
    let share = ChargeShare { room: Yen(300), equipment: Yen(100) };
    assert_eq!(without(share, Yen(350)), ChargeShare { room: Yen(0), equipment: Yen(50) });
    assert_eq!(without(share, Yen(500)).sum(), Yen(0));
    assert_eq!(without(share, Yen(0)), share);
}

#[test]
fn a_difference_is_owed_for_each_hire_that_it_is_missing_for() {
    let came_in = received(&[10_000, 10_000, 10_000]);
    let (was, first) = (shares(&[(10_000, 0); 3]), shares(&[(10_000, 5_000), (10_000, 0), (10_000, 0)]));
    assert_eq!(difference(&was, &first, &came_in, free).unwrap().owed, [(hire(0), Yen(5_000))]);
    // nobody paid that before the second became dearer too
    let both = shares(&[(10_000, 5_000), (13_000, 0), (10_000, 0)]);
    let found = difference(&first, &both, &came_in, free).unwrap();
    assert_eq!(found.owed, [(hire(0), Yen(5_000)), (hire(1), Yen(3_000))]);
    // what the third becomes cheaper by pays for the first
    let netted = difference(&first, &shares(&[(10_000, 5_000), (13_000, 0), (8_000, 0)]), &came_in, free).unwrap();
    assert_eq!(netted.owed, [(hire(0), Yen(3_000)), (hire(1), Yen(3_000))]);
    assert!(netted.refunds.is_empty());
}

#[test]
fn of_changed_hires_the_house_gives_back_what_was_paid_for_the_one_and_asks_nothing_for_the_other() {
    let (was, came_in) = (shares(&[(10_000, 5_000), (13_000, 0)]), received(&[15_000, 13_000]));
    for (at, back) in [(0, 15_000), (1, 13_000)] {
        let rest = [was[1 - at]];
        let found = taken_back(&was, &rest, &came_in, &[hire(at as u128)]);
        assert_eq!((found.due(), found.refunds), (Yen(0), vec![(hire(at as u128), Yen(back))]));
    }
    // two thousand that came in for the first pay for the second
    let (was, came_in) = (shares(&[(8_000, 0), (15_000, 0)]), received(&[10_000, 13_000]));
    for (at, back) in [(0, 8_000), (1, 15_000)] {
        let found = taken_back(&was, &[was[1 - at]], &came_in, &[hire(at as u128)]);
        assert_eq!((found.due(), found.refund()), (Yen(0), Yen(back)));
    }
    // two thousand that were kept of the first go back with it and with no other
    let (was, came_in) = (shares(&[(8_000, 0), (15_000, 0)]), received(&[10_000, 15_000]));
    for (at, back) in [(0, 10_000), (1, 15_000)] {
        let found = taken_back(&was, &[was[1 - at]], &came_in, &[hire(at as u128)]);
        assert_eq!((found.due(), found.refund()), (Yen(0), Yen(back)));
    }
}

#[test]
fn what_the_rest_becomes_cheaper_by_goes_back_with_the_hire_that_the_house_takes_back() {
    let (was, came_in) = (shares(&[(11_000, 0), (11_000, 0)]), received(&[11_000, 11_000]));
    let alone = [(hire(1), ChargeShare { room: Yen(10_000), equipment: Yen(0) })];
    let found = taken_back(&was, &alone, &came_in, &[hire(0)]);
    assert_eq!((found.due(), found.refunds), (Yen(0), vec![(hire(0), Yen(11_000)), (hire(1), Yen(1_000))]));
    // what was never paid does not
    let unpaid = taken_back(&was, &alone, &received(&[11_000, 10_500]), &[hire(0)]);
    assert_eq!((unpaid.due(), unpaid.refunds), (Yen(0), vec![(hire(0), Yen(11_000)), (hire(1), Yen(500))]));
    // one is cheaper, the other dearer, and both together cheaper
    let (was, came_in) = (shares(&[(5_000, 0), (5_000, 0), (9_000, 0)]), received(&[5_000, 5_000, 9_000]));
    let found = taken_back(&was, &shares(&[(6_000, 0), (3_000, 0)]), &came_in, &[hire(2)]);
    assert_eq!((found.due(), found.refunds), (Yen(0), vec![(hire(2), Yen(9_000)), (hire(1), Yen(1_000))]));
}

#[test]
fn what_pays_for_the_others_is_theirs_when_the_hire_that_it_came_in_for_is_given_up() {
    let came_in = received(&[10_000, 13_000]);
    let others = came_in.without(&[hire(0)], Yen(8_000));
    assert_eq!((others.of(hire(0)), others.of(hire(1)), others.total()), (Yen(0), Yen(13_000), Yen(15_000)));
    let second = (hire(1), ChargeShare { room: Yen(15_000), equipment: Yen(0) });
    assert_eq!(paid(&[second], &others), [second]);
    // more is kept of it than came in for it: the others paid that
    assert_eq!(came_in.without(&[hire(0)], Yen(14_000)), Received::of_lines([(hire(1), Yen(9_000))]));
}

#[test]
fn what_is_kept_of_a_hire_that_was_given_up_pays_for_nobody_and_what_pays_for_another_is_taken_where_it_is_too_much() {
    // a fee is kept of the first; two thousand that came in for the second pay for the third, and its lines are two
    let lines = [(hire(0), Yen(2_500)), (hire(1), Yen(10_000)), (hire(2), Yen(9_000)), (hire(2), Yen(4_000))];
    let stays = [(hire(0), Yen(2_500)), (hire(1), Yen(8_000))];
    let taken = |wanted: i64| drawn(&lines, &[(hire(2), Yen(wanted))], &stays);
    assert_eq!(taken(15_000), [Yen(0), Yen(2_000), Yen(9_000), Yen(4_000)]);
    assert_eq!(taken(10_000), [Yen(0), Yen(0), Yen(9_000), Yen(1_000)], "its own first");
    assert_eq!(
        taken(16_000),
        [Yen(1_000), Yen(2_000), Yen(9_000), Yen(4_000)],
        "and from any when nothing else is left"
    );
}
