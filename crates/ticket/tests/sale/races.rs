//! Many at once. A sequential test proves nothing here.

use std::{collections::HashSet, sync::Arc, time::Instant};

use futures_util::future::join_all;
use ticket::hold::{
    PlaceHoldError, Selection,
    rules::{FreeSeat, best_run},
};

use crate::stage::{Stage, adults, best, picked, places, seat, seated, standing};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_who_want_one_seat_one_gets_it_and_the_others_are_offered_more() {
    let stage = Stage::with_pool(3, 8, 64).await;
    let answers = join_all((0..64).map(|_| stage.hold(picked(&[seat(2, 3)])))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let PlaceHoldError::SeatsTaken { taken, alternatives } = refused else { panic!("{refused:?}") };
        assert_eq!((taken.as_slice(), alternatives.len()), (&[seat(2, 3)][..], 5));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_parties_in_any_order_wait_for_each_other_and_never_deadlock() {
    let stage = Stage::with_pool(3, 8, 32).await;
    let asks = (0..64).map(|n| {
        let mut seats: Vec<_> = (1..=6).map(|place| seat(1, (place + n) % 8 + 1)).collect();
        if n % 2 == 0 {
            seats.reverse();
        }
        stage.hold(picked(&seats))
    });
    let answers = join_all(asks).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(PlaceHoldError::SeatsTaken { .. }))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_100_places_wanted_by_2000_go_to_exactly_100() {
    let stage = Stage::with_pool(1, 4, 32).await;
    let house = stage.pool("全体", 1_000, None, None).await;
    let pool = stage.pool("立見", 100, Some(standing()), Some(house.id)).await;
    let answers = join_all((0..2_000).map(|_| stage.sell(places(pool.id, 1)))).await;
    let sold = answers.iter().filter(|answer| answer.is_ok()).count();
    let odd = answers.iter().find(|answer| !matches!(answer, Ok(_) | Err(PlaceHoldError::PoolFull { .. })));
    assert_eq!((sold, odd.is_none()), (100, true), "{odd:?}");
    assert_eq!((stage.taken(pool.id).await, stage.taken(house.id).await), (100, 100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hall_of_1120_is_sold_out_by_best_available_without_a_seat_twice_or_a_silent_single() {
    let stage = Arc::new(Stage::with_pool(28, 40, 64).await);
    let started = Instant::now();
    let buyers = (0..64).map(|buyer| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            let (mut seats, mut singles) = (Vec::new(), 0);
            let mut party = 1 + buyer % 4;
            while party > 0 {
                match stage.sell(best(party)).await {
                    Ok(sold) => {
                        let choice = sold.choice.unwrap();
                        assert_eq!(choice.parts, 1);
                        singles += choice.singles_left;
                        assert_eq!(choice.singles_left == 0, choice.sentence.ends_with("no single seat left"));
                        seats.extend(sold.tickets.iter().map(|ticket| ticket.seat.unwrap()));
                    }
                    Err(PlaceHoldError::NoneFree { .. }) => party -= 1,
                    Err(other) => panic!("{other:?}"),
                }
            }
            (seats, singles)
        })
    });
    let (mut all, mut singles) = (Vec::new(), 0);
    for buyer in join_all(buyers).await {
        let (seats, left) = buyer.unwrap();
        all.extend(seats);
        singles += left;
    }
    println!("1,118 seats in {:?}, {singles} single seats said to be left on the way", started.elapsed());
    let different: HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (1_118, 1_118)); // the wheelchair place and its companion are kept back
    assert_eq!(stage.map().await.matches('2').count(), 1_118);
}

#[tokio::test]
async fn the_database_chooses_as_the_rule_does() {
    let stage = Stage::new(4, 12).await;
    let mut free: Vec<FreeSeat> = (1..=4)
        .flat_map(|row| (1..=12).map(move |place| (row, place)))
        .filter(|&(row, place)| !(row == 4 && place <= 2))
        .map(|(row, place)| FreeSeat {
            lane: row * 2 + i32::from(place > 6),
            position: place,
            quality: i64::from(row),
            off_centre: i64::from((2 * place - 13).abs()),
            ordinal: (row - 1) * 12 + place - 1,
        })
        .collect();
    for party in [3, 2, 5, 1, 4, 2, 3, 3, 6, 2, 1, 1, 4, 2, 1, 1, 1] {
        let expected = best_run(&free, usize::try_from(party).unwrap());
        let ask = Selection::Best { seat_class: seated(), tickets: adults(party), may_split: false, wheelchair: false };
        match (expected, stage.hold(ask).await) {
            (Some((run, singles)), Ok(placed)) => {
                let chosen: Vec<_> = run.iter().map(|&at| seat(free[at].ordinal / 12 + 1, free[at].position)).collect();
                let held: Vec<_> = placed.hold.lines.iter().filter_map(|line| line.seat).collect();
                assert_eq!((held, placed.hold.choice.unwrap().singles_left), (chosen, singles));
                let gone: HashSet<_> = run.iter().map(|&at| free[at].ordinal).collect();
                free.retain(|seat| !gone.contains(&seat.ordinal));
            }
            (None, Err(PlaceHoldError::NoneFree { .. })) => {}
            (expected, answer) => panic!("{expected:?} {answer:?}"),
        }
    }
}
