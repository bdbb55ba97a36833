use std::collections::HashSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn seat(n: u128, row: &str, position: i32, part: i32, singles: i32) -> Seat {
    Seat {
        seat: SeatId::from_uuid(Uuid::from_u128(n)),
        seat_class: SeatClassId::from_uuid(Uuid::nil()),
        section: "1F".into(),
        row: row.into(),
        number: position.to_string(),
        position,
        part,
        singles,
    }
}

#[test]
fn a_choice_is_explained_by_row_and_numbers() {
    let together = explain(&[seat(1, "7", 12, 1, 0), seat(2, "7", 13, 1, 0)]);
    assert_eq!(together.sentence, "1F row 7, 12–13, no single seat left");
    let split = explain(&[seat(1, "7", 12, 1, 1), seat(2, "7", 13, 1, 1), seat(3, "8", 4, 2, 0)]);
    assert_eq!((split.parts, split.singles_left), (2, 1));
    assert_eq!(split.sentence, "1F row 7, 12–13; 1F row 8, 4, one single seat left; no choice would have avoided it");
}

#[test]
fn ticket_types_are_dealt_out_from_the_first_seat() {
    let types = [1, 2].map(|n| kernel::ids::TicketTypeId::from_uuid(Uuid::from_u128(n)));
    let seats = [seat(1, "7", 12, 1, 0), seat(2, "7", 13, 1, 0), seat(3, "7", 14, 1, 0)];
    let asked = [TypeCount { ticket_type: types[0], count: 2 }, TypeCount { ticket_type: types[1], count: 1 }];
    let dealt: Vec<_> = assign(&seats, &asked).iter().map(|pick| pick.ticket_type).collect();
    assert_eq!(dealt, [types[0], types[0], types[1]]);
}

fn bench() -> impl Strategy<Value = Vec<FreeSeat>> {
    // three benches of twelve, some seats of which are gone
    prop::collection::hash_set((0..3i32, 0..12i32), 1..36).prop_map(|places: HashSet<(i32, i32)>| {
        let mut free: Vec<FreeSeat> = places
            .into_iter()
            .map(|(lane, position)| FreeSeat {
                lane,
                position,
                quality: i64::from(lane) + 1,
                off_centre: i64::from((2 * position - 11).abs()),
                ordinal: lane * 12 + position,
            })
            .collect();
        free.sort_by_key(|seat| seat.ordinal);
        free
    })
}

/// Seats that are single after a choice and were not before.
fn new_singles(free: &[FreeSeat], chosen: &[usize]) -> i32 {
    let left: Vec<FreeSeat> =
        free.iter().enumerate().filter(|(at, _)| !chosen.contains(at)).map(|(_, seat)| *seat).collect();
    let single = |among: &[FreeSeat], seat: &FreeSeat| {
        !among.iter().any(|other| other.lane == seat.lane && (other.position - seat.position).abs() == 1)
    };
    i32::try_from(left.iter().filter(|seat| single(&left, seat) && !single(free, seat)).count()).unwrap()
}

proptest! {
    #[test]
    fn seats_chosen_together_are_neighbours_on_one_bench(free in bench(), size in 1usize..8) {
        if let Some((run, _)) = best_run(&free, size) {
            prop_assert_eq!(run.len(), size);
            for pair in run.windows(2) {
                prop_assert_eq!(free[pair[0]].lane, free[pair[1]].lane);
                prop_assert_eq!(free[pair[0]].position + 1, free[pair[1]].position);
            }
        }
    }

    #[test]
    fn a_single_seat_is_left_only_when_every_choice_leaves_one(free in bench(), size in 1usize..8) {
        let Some((run, said)) = best_run(&free, size) else { return Ok(()) };
        prop_assert_eq!(new_singles(&free, &run), said);
        for first in 0..free.len() {
            let other: Vec<usize> = (first..free.len().min(first + size)).collect();
            let together = other.len() == size && other.windows(2).all(|pair| {
                free[pair[0]].lane == free[pair[1]].lane && free[pair[0]].position + 1 == free[pair[1]].position
            });
            prop_assert!(!together || new_singles(&free, &other) >= said);
        }
    }
}
