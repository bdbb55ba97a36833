//! What holds of an account whatever was charged, paid and changed.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn whatever_goes_back_of_the_others_later_the_fee_of_a_hire_that_was_given_up_stays_on_its_own_lines(
        first in prop::collection::vec((1i64..50_000, 0i64..9_000), 3..6), fee in 0i64..50_000, one in 0usize..5,
        changes in prop::collection::vec((0i64..50_000, 0i64..9_000), 6), mut order in prop::collection::vec(any::<u32>(), 6),
    ) {
        let (all, gone) = (shares(&first), hire((one % first.len()) as u128));
        let others = |of: &Shares| -> Shares { of.iter().filter(|(hire, _)| *hire != gone).copied().collect() };
        let mut lines: Vec<i64> = sums(&all).iter().map(|(_, yen)| yen.0).collect();
        let ended = given_up(&all, &others(&all), &received(&lines), (gone, Yen(fee)));
        let kept = ended.fee;
        let with_kept = |of: &Shares| -> Vec<(HireId, Yen)> {
            let stays = |one: HireId| if one == gone { kept } else { share_of(of, one).sum() };
            all.iter().map(|(one, _)| (*one, stays(*one))).collect()
        };
        let mut was = others(&all);
        draw(&mut lines, &ended.refunds, &with_kept(&was));
        prop_assert_eq!(Yen(lines[place(gone)]), kept);
        // as many become dearer as cheaper: some of it is paid by what came in for another
        let is = others(&shares(&changes[..first.len()]));
        let left = received(&lines).without(&[gone], kept);
        let found = difference(&was, &is, &left, free).unwrap();
        draw(&mut lines, &found.refunds, &with_kept(&is));
        for (hire, yen) in &found.owed {
            lines[place(*hire)] += yen.0;
        }
        was = is;
        while !was.is_empty() {
            let back = was[order.pop().unwrap_or_default() as usize % was.len()];
            let rest: Shares = was.iter().filter(|(hire, _)| *hire != back.0).copied().collect();
            let ended = all.iter().map(|(one, _)| *one).filter(|one| was.iter().all(|(known, _)| known != one));
            let ended: Vec<HireId> = ended.collect();
            let found = taken_back(&was, &rest, &received(&lines).without(&ended, kept), &[back.0]);
            prop_assert_eq!(found.refund(), back.1.sum());
            draw(&mut lines, &found.refunds, &with_kept(&rest));
            prop_assert_eq!(Yen(lines[place(gone)]), kept, "it pays for nobody else");
            was = rest;
        }
        prop_assert_eq!(lines.iter().sum::<i64>(), kept.0, "the fee, and nothing else");
    }

    #[test]
    fn nobody_ever_gets_back_more_than_they_paid_and_what_is_left_covers_the_charge(
        was in prop::collection::vec((0i64..50_000, 0i64..9_000), 1..5), changes in prop::collection::vec((0i64..50_000, 0i64..9_000), 5),
        came_in in prop::collection::vec(0i64..70_000, 5), percent in 0i64..=100,
    ) {
        let (is, came_in) = (shares(&changes[..was.len()]), received(&came_in[..was.len()]));
        let was = shares(&was);
        let part = |_: HireId, part: ChargeShare| Ok::<_, Fault>(Yen(part.sum().0 * percent / 100));
        let found = difference(&was, &is, &came_in, part).unwrap();
        prop_assert!(found.refund() >= Yen(0) && found.fee >= Yen(0));
        prop_assert!(found.refund() <= came_in.total());
        prop_assert!(found.due() == Yen(0) || found.refund() == Yen(0));
        // what is left and what is still to be paid are what it costs, and what was kept
        let left = came_in.total() - found.refund() + found.due();
        prop_assert!(left >= sum(&is));
        let dearer = |of: HireId| (share_of(&is, of).sum() - share_of(&was, of).sum()).max(Yen(0));
        let before = kept_of_each(&was, &came_in);
        let aside: Yen = before.iter().map(|(hire, kept)| (*kept - dearer(*hire)).max(Yen(0))).sum();
        prop_assert!(found.due() == Yen(0) || left == sum(&is) + aside, "each pays for its own way back");
        let back = (sum(&was) - sum(&is)).min(came_in.total() - sum(&is)).max(Yen(0));
        prop_assert_eq!(found.refund() + found.fee, back);
    }

    #[test]
    fn what_was_kept_before_a_settlement_is_kept_after_it_and_the_rest_is_what_was_used(
        was in prop::collection::vec((0i64..50_000, 0i64..9_000), 1..5), used in prop::collection::vec((0i64..50_000, 0i64..9_000), 5),
        came_in in prop::collection::vec(0i64..70_000, 5),
    ) {
        let (is, came_in) = (shares(&used[..was.len()]), received(&came_in[..was.len()]));
        let was = shares(&was);
        let before = kept(&was, &came_in);
        let found = settled(&was, &is, &came_in);
        let left = came_in.total() - found.refund() + found.due();
        prop_assert_eq!(left, sum(&is) + before);
    }

    #[test]
    fn when_the_house_takes_back_one_what_is_left_is_what_was_paid_for_the_others_and_kept_of_them(
        was in prop::collection::vec((0i64..50_000, 0i64..9_000), 1..5), came_in in prop::collection::vec(0i64..70_000, 5), one in 0usize..5,
    ) {
        let (came_in, was) = (received(&came_in[..was.len()]), shares(&was));
        let ended = was[one % was.len()].0;
        let rest: Shares = was.iter().filter(|(hire, _)| *hire != ended).copied().collect();
        let found = taken_back(&was, &rest, &came_in, &[ended]);
        let (paid, kept_of) = (paid(&was, &came_in), kept_of_each(&was, &came_in));
        let kept_of = kept_of.iter().filter(|(hire, _)| *hire != ended).map(|(_, yen)| *yen).sum::<Yen>();
        let paid_for: Yen = paid.iter().filter(|(hire, _)| *hire != ended).map(|(_, share)| share.sum()).sum();
        prop_assert_eq!(came_in.total() - found.refund(), paid_for + kept_of);
        prop_assert_eq!(found.due(), sum(&rest) - paid_for);
        if came_in.total() >= sum(&was) {
            prop_assert_eq!(found.due(), Yen(0), "everything was paid before");
        }
    }

    #[test]
    fn of_a_change_for_the_house_s_own_reason_nobody_is_asked_for_more_and_all_that_it_is_cheaper_by_goes_back(
        was in prop::collection::vec((0i64..50_000, 0i64..9_000), 1..5), changes in prop::collection::vec((0i64..50_000, 0i64..9_000), 5),
    ) {
        let is = shares(&changes[..was.len()]);
        let came_in = received(&was.iter().map(|(room, equipment)| room + equipment).collect::<Vec<_>>());
        let was = shares(&was);
        let more = waived(&was, &is);
        let less = |of: HireId| more.iter().find(|(hire, _)| *hire == of).map_or(Yen(0), |(_, yen)| *yen);
        let still: Shares = is.iter().map(|(hire, share)| (*hire, without(*share, less(*hire)))).collect();
        let found = difference(&was, &still, &came_in, free).unwrap();
        prop_assert_eq!((found.due(), found.refund()), (Yen(0), (sum(&was) - sum(&is)).max(Yen(0))));
    }

    #[test]
    fn when_the_house_takes_back_one_nobody_pays_more_for_the_rest_than_before_nor_than_it_costs(
        was in prop::collection::vec((0i64..50_000, 0i64..9_000), 1..5), changes in prop::collection::vec((0i64..50_000, 0i64..9_000), 5),
        came_in in prop::collection::vec(0i64..70_000, 5), one in 0usize..5,
    ) {
        let (came_in, is, was) = (received(&came_in[..was.len()]), shares(&changes[..was.len()]), shares(&was));
        let ended = was[one % was.len()].0;
        let others = |of: &Shares| -> Shares { of.iter().filter(|(hire, _)| *hire != ended).copied().collect() };
        let (before, is, paid_for) = (sum(&others(&was)), others(&is), sum(&others(&paid(&was, &came_in))));
        let found = taken_back(&was, &is, &came_in, &[ended]);
        let kept_of = kept_of_each(&was, &came_in);
        let kept_of: Yen = kept_of.iter().filter(|(hire, _)| *hire != ended).map(|(_, yen)| *yen).sum();
        let asked = sum(&is).min(before);
        prop_assert_eq!(came_in.total() - found.refund(), paid_for.min(asked) + kept_of);
        prop_assert_eq!(found.due(), (asked - paid_for).max(Yen(0)));
        prop_assert!(found.refunds.iter().all(|(_, yen)| *yen > Yen(0)));
    }

    #[test]
    fn whatever_was_changed_and_paid_one_of_them_goes_back_for_what_it_cost_and_nothing_is_due_for_the_others(
        first in prop::collection::vec((0i64..50_000, 0i64..9_000), 2..5), changes in prop::collection::vec((0i64..50_000, 0i64..9_000), 5),
        again in prop::collection::vec((0i64..50_000, 0i64..9_000), 5), one in 0usize..5,
    ) {
        let (mut was, mut lines) = (shares(&first), first.iter().map(|(room, equipment)| room + equipment).collect::<Vec<_>>());
        for (unpaid, next) in [(true, &changes), (false, &again)] {
            let is = shares(&next[..first.len()]);
            let found = difference(&was, &is, &received(&lines), free).unwrap();
            draw(&mut lines, &found.refunds, &sums(&is));
            // of two changes the first may be called off unpaid
            for (hire, yen) in found.owed.iter().filter(|_| !unpaid) {
                lines[place(*hire)] += yen.0;
            }
            was = is;
        }
        let ended = was[one % was.len()];
        let rest: Shares = was.iter().filter(|(hire, _)| *hire != ended.0).copied().collect();
        let found = taken_back(&was, &rest, &received(&lines), &[ended.0]);
        prop_assert_eq!((found.due(), found.refund()), (Yen(0), ended.1.sum()));
        prop_assert_eq!(received(&lines).total() - found.refund(), sum(&rest));
    }

    #[test]
    fn what_was_paid_of_shares_is_never_more_than_they_are_nor_than_came_in(
        was in prop::collection::vec((0i64..50_000, 0i64..9_000), 1..5), came_in in prop::collection::vec(0i64..70_000, 5),
    ) {
        let came_in = received(&came_in[..was.len()]);
        let was = shares(&was);
        let found = paid(&was, &came_in);
        prop_assert_eq!(sum(&found), sum(&was).min(came_in.total()));
        for ((_, paid), (_, share)) in found.iter().zip(&was) {
            prop_assert!(paid.room <= share.room && paid.equipment <= share.equipment);
            prop_assert!(paid.room >= Yen(0) && paid.equipment >= Yen(0));
        }
    }
}
