use db::TenantTx;
use kernel::{Refuse as _, Service, Yen, ids::HoldId};
use ticket::{
    hold::{self, HoldError, HoldState, PlaceHoldError, Placed, Selection},
    secret::Proof,
};
use time::Duration;

use crate::stage::{Stage, adults, best, picked, seat, seated};

impl Stage {
    async fn find(&self, id: HoldId, proof: Proof<'_>) -> Result<hold::Hold, HoldError> {
        let now = self.now();
        self.test.db.read(&self.scope, async |tx: &mut TenantTx| hold::find(tx, id, proof, now).await).await
    }

    async fn extend(&self, id: HoldId) -> Result<hold::Hold, HoldError> {
        let now = self.now();
        let work = async |tx: &mut TenantTx| hold::extend(tx, id, Proof::Trusted, now).await;
        self.test.db.tenant_relaxed(&self.scope, work).await
    }
}

fn seats_of(placed: &Placed) -> Vec<String> {
    placed.hold.lines.iter().filter_map(|line| line.place.clone()).collect()
}

#[tokio::test]
async fn a_picked_seat_is_quoted_held_and_seen_by_nobody_else() {
    let stage = Stage::new(3, 8).await;
    let placed = stage.hold(picked(&[seat(1, 3), seat(1, 4)])).await.unwrap();
    assert_eq!(seats_of(&placed), ["1F 1-3", "1F 1-4"]);
    assert_eq!(placed.hold.total, Yen(2 * 5_000 + 2 * 110));
    assert_eq!(stage.map().await, "001100000000000000000000");

    let id = placed.hold.id;
    assert_eq!(stage.find(id, Proof::Secret(placed.secret.expose())).await.unwrap().lines, placed.hold.lines);
    assert!(matches!(stage.find(id, Proof::Secret("cs_guess")).await, Err(HoldError::Absent)));
    let now = stage.now();
    let neighbour = stage.test.neighbour(Service::Ticket);
    let seen = stage.test.db.read(&neighbour, async |tx: &mut TenantTx| hold::find(tx, id, Proof::Trusted, now).await);
    assert!(matches!(seen.await, Err(HoldError::Absent)));
}

#[tokio::test]
async fn a_taken_seat_is_refused_with_free_ones_near_by_and_nothing_is_kept() {
    let stage = Stage::new(3, 8).await;
    stage.hold(picked(&[seat(2, 4)])).await.unwrap();
    let refused = stage.hold(picked(&[seat(2, 3), seat(2, 4)])).await.unwrap_err();
    let PlaceHoldError::SeatsTaken { taken, alternatives } = &refused else { panic!("{refused:?}") };
    assert_eq!(taken, &[seat(2, 4)]);
    let labels: Vec<_> = alternatives.iter().map(|seat| seat.label.as_str()).collect();
    assert_eq!(labels, ["1F 2-5", "1F 2-2", "1F 2-6", "1F 1-4", "1F 2-1"]);
    assert_eq!(refused.refusal().rule.code, "ticket.hold.seat_taken");
    assert_eq!(stage.map().await.matches('1').count(), 1);
}

#[tokio::test]
async fn an_expired_hold_blocks_nobody_without_any_sweeper() {
    let stage = Stage::new(3, 8).await;
    let first = stage.hold(picked(&[seat(1, 1)])).await.unwrap();
    stage.clock.advance(Duration::minutes(10));
    assert_eq!(stage.map().await.matches('1').count(), 0);
    assert_eq!(stage.find(first.hold.id, Proof::Trusted).await.unwrap().state, HoldState::Expired);
    stage.hold(picked(&[seat(1, 1)])).await.unwrap();
    assert!(matches!(stage.extend(first.hold.id).await, Err(HoldError::Ended { state: HoldState::Expired })));
}

#[tokio::test]
async fn a_hold_is_extended_within_its_longest_lifetime() {
    let stage = Stage::new(3, 8).await;
    let placed = stage.hold(picked(&[seat(1, 1)])).await.unwrap();
    stage.clock.advance(Duration::minutes(9));
    let extended = stage.extend(placed.hold.id).await.unwrap();
    assert_eq!(extended.expires_at - placed.hold.placed_at, Duration::minutes(19));
    stage.clock.advance(Duration::minutes(9));
    let extended = stage.extend(placed.hold.id).await.unwrap();
    assert_eq!(extended.expires_at, placed.hold.max_expires_at);
    assert!(matches!(stage.extend(placed.hold.id).await, Err(HoldError::AtMost { .. })));
    stage.clock.advance(Duration::minutes(6));
    assert_eq!(stage.map().await.matches('1').count(), 1);
}

#[tokio::test]
async fn a_released_hold_gives_its_seats_back_at_once() {
    let stage = Stage::new(3, 8).await;
    let placed = stage.hold(best(3)).await.unwrap();
    stage.release(&placed).await;
    assert_eq!(stage.map().await.matches('1').count(), 0);
    assert_eq!(stage.find(placed.hold.id, Proof::Trusted).await.unwrap().state, HoldState::Released);
}

#[tokio::test]
async fn the_best_seats_are_together_in_the_middle_of_the_best_row_and_explained() {
    let stage = Stage::new(3, 8).await;
    let placed = stage.hold(best(2)).await.unwrap();
    // benches of four on both sides of the aisle: the inner pair leaves the outer pair whole
    assert_eq!(seats_of(&placed), ["1F 1-3", "1F 1-4"]);
    assert_eq!(placed.hold.choice.unwrap().sentence, "1F row 1, 3–4, no single seat left");
    let placed = stage.hold(best(3)).await.unwrap();
    // three of four would leave one alone, everywhere
    assert_eq!(placed.hold.choice.unwrap().singles_left, 1);
}

#[tokio::test]
async fn a_party_is_split_only_when_it_allows_that() {
    let stage = Stage::new(3, 8).await;
    let refused = stage.hold(best(6)).await.unwrap_err();
    assert!(matches!(refused, PlaceHoldError::NoneFree { asked: 6, free: 22, may_split: false }), "{refused:?}");
    let split = Selection::Best { seat_class: seated(), tickets: adults(6), may_split: true, wheelchair: false };
    let choice = stage.hold(split).await.unwrap().hold.choice.unwrap();
    assert_eq!((choice.parts, choice.singles_left), (2, 0));
}

#[tokio::test]
async fn wheelchair_places_go_only_to_those_who_ask_for_them_with_a_companion_beside() {
    let stage = Stage::new(2, 4).await;
    // the two of the last row's left bench are kept back
    for _ in 0..3 {
        stage.hold(best(2)).await.unwrap();
    }
    assert!(matches!(stage.hold(best(1)).await, Err(PlaceHoldError::NoneFree { free: 0, .. })));
    let ask = Selection::Best { seat_class: seated(), tickets: adults(2), may_split: false, wheelchair: true };
    let placed = stage.hold(ask.clone()).await.unwrap();
    assert_eq!(seats_of(&placed), ["1F 2-1", "1F 2-2"]);
    assert!(matches!(stage.hold(ask).await, Err(PlaceHoldError::NoneFree { .. })));
}

#[tokio::test]
async fn nothing_is_held_beyond_the_limit_or_before_the_window_opens() {
    let stage = Stage::new(3, 8).await;
    assert_eq!(stage.hold(best(9)).await.unwrap_err().refusal().rule.code, "ticket.hold.too_many");
    stage.clock.advance(Duration::days(-30));
    let early = stage.hold(best(1)).await.unwrap_err().refusal();
    assert_eq!(
        (early.rule.code, &early.facts["opens_at"]),
        ("ticket.sale_window.closed", &"2026-11-01T09:00:00+09:00".into())
    );
    stage.clock.advance(Duration::days(90));
    assert_eq!(stage.hold(best(1)).await.unwrap_err().refusal().rule.code, "ticket.performance.not_on_sale");
}

#[tokio::test]
async fn a_seat_or_type_that_is_not_there_is_named_as_such() {
    let stage = Stage::new(3, 8).await;
    assert!(matches!(stage.hold(picked(&[seat(9, 9)])).await, Err(PlaceHoldError::UnknownPlace)));
    assert!(matches!(stage.hold(picked(&[seat(1, 1), seat(1, 1)])).await, Err(PlaceHoldError::Unclear)));
    let unknown = Selection::Best {
        seat_class: crate::stage::standing(),
        tickets: adults(1),
        may_split: false,
        wheelchair: false,
    };
    assert!(matches!(stage.hold(unknown).await, Err(PlaceHoldError::UnknownPlace)));
}

/// Rows as a hall might have them: `w` a wheelchair place, `c` a companion's, `.` a seat.
fn rows() -> impl proptest::strategy::Strategy<Value = String> {
    "[wc.]{12}"
}

/// The wheelchair place that a companion's place belongs to: the nearest, of two as near the left one.
fn owner(row: &str, companion: usize) -> Option<usize> {
    let places = row.char_indices().filter(|(_, kind)| *kind == 'w').map(|(at, _)| at);
    places.min_by_key(|at| (at.abs_diff(companion), *at))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wheelchair_place_never_takes_the_companions_seat_of_another() {
    use proptest::strategy::{Strategy, ValueTree};
    let stage = Stage::new(2, 12).await;
    let tenant = stage.scope.tenant().uuid();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..24 {
        let row = rows().new_tree(&mut runner).unwrap().current();
        let of = |kind: char| {
            let places = row.char_indices().filter(|(_, is)| *is == kind).map(|(at, _)| (at + 1).to_string());
            format!(
                "row_index = 1 AND position_index = ANY ('{{{}}}'::integer[])",
                places.collect::<Vec<_>>().join(",")
            )
        };
        stage
            .test
            .execute(&format!(
                "UPDATE ticket.performance_seats SET wheelchair = {}, companion = {}, hold_id = NULL, hold_until = NULL \
                 WHERE tenant_id = '{tenant}'",
                of('w'),
                of('c')
            ))
            .await;
        for party in [3, 2, 2, 1, 2, 3] {
            let ask =
                Selection::Best { seat_class: seated(), tickets: adults(party), may_split: false, wheelchair: true };
            let Ok(placed) = stage.hold(ask).await else { continue };
            let places: Vec<usize> = seats_of(&placed)
                .iter()
                .map(|label| label.rsplit('-').next().unwrap().parse::<usize>().unwrap() - 1)
                .collect();
            let (chairs, beside): (Vec<usize>, Vec<usize>) =
                places.into_iter().partition(|at| row.as_bytes()[*at] == b'w');
            assert_eq!(chairs.len(), 1, "{row}");
            for companion in beside {
                assert_eq!((row.as_bytes()[companion], owner(&row, companion)), (b'c', Some(chairs[0])), "{row}");
            }
        }
    }
}
