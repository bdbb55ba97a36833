//! Going on sale: everything that is missing is told at once, and then it works.

use kernel::ids::{PerformanceId, SeatClassId};
use testkit::MORNING;
use ticket::{
    hold::{self, PlaceHold, Selection, TypeCount},
    performance::{self, ClassRule, Missing, OpenSaleError, Performance},
    stock,
    terms::Audience,
};
use time::Duration;

use crate::{
    house::{EVENING, House, seats_of},
    told,
};

fn rule(class: SeatClassId, section: &str, rows: (i32, i32)) -> ClassRule {
    ClassRule { section: Some(section.into()), row_from: Some(rows.0), row_to: Some(rows.1), class }
}

async fn open(house: &House, id: PerformanceId, classes: &[ClassRule]) -> Result<Performance, OpenSaleError> {
    told!(house, |tx| performance::open_sale(tx, id, classes, MORNING))
}

async fn missing(house: &House, id: PerformanceId, classes: &[ClassRule]) -> Vec<Missing> {
    match open(house, id, classes).await {
        Err(OpenSaleError::Missing(missing)) => missing,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_missing_is_told_at_once() {
    let house = House::new().await;
    let hall = house.hall(Some(1_119)).await;
    let (plan, production) = (house.published(hall).await, house.production().await);
    let id = house.perform(production, hall, Some(plan)).await.unwrap().id;
    let found = missing(&house, id, &[]).await;
    let rows = (1..=24).map(|row| ("1F", row)).chain((1..=8).map(|row| ("2F", row)));
    let mut expected = vec![Missing::SaleWindow];
    expected.extend(rows.map(|(section, row)| Missing::Uncovered { section: section.into(), row }));
    expected.extend([Missing::LegalCapacity { places: 1120, allowed: 1119 }, Missing::PriceList]);
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_without_a_price_and_free_seating_for_numbered_seats_are_told() {
    let house = House::new().await;
    let hall = house.hall(None).await;
    let (plan, production) = (house.published(hall).await, house.production().await);
    let id = house.perform(production, hall, Some(plan)).await.unwrap().id;
    let adult = house.ticket_type(production, "adult").await.unwrap();
    let best = house.class(production, "S", "assigned").await.unwrap().id;
    let good = house.class(production, "A", "assigned").await.unwrap().id;
    let free = house.class(production, "F", "none").await.unwrap().id;
    house.prices(production, None, &[(best, adult, 5_000), (free, adult, 3_000)]).await.unwrap();
    house.window(id, "public").await.unwrap();
    let classes = [rule(best, "1F", (1, 23)), rule(good, "1F", (24, 24)), rule(free, "2F", (1, 8))];
    let expected = [Missing::Class { id: free }, Missing::Price { class: "A".into(), ticket_type: "adult".into() }];
    assert_eq!(missing(&house, id, &classes).await, expected);
    let twice = [rule(best, "1F", (1, 24)), rule(good, "1F", (24, 24)), rule(good, "2F", (1, 8))];
    let clash = Missing::Ambiguous { section: "1F".into(), row: 24 };
    assert_eq!(
        missing(&house, id, &twice).await,
        [clash, Missing::Price { class: "A".into(), ticket_type: "adult".into() }]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_class_needs_a_price_for_every_ticket_type_and_all_gaps_are_told() {
    let sale = ready().await;
    let production = sale.production;
    sale.house.ticket_type(production, "child").await.unwrap();
    sale.house.ticket_type(production, "senior").await.unwrap();
    let gap = |class: &str, of: &str| Missing::Price { class: class.into(), ticket_type: of.into() };
    let mut found = missing(&sale.house, sale.performance, &sale.classes).await;
    found.sort_by_key(|missing| format!("{missing:?}"));
    assert_eq!(found, [gap("A", "child"), gap("A", "senior"), gap("S", "child"), gap("S", "senior")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_performance_with_nothing_to_sell_or_in_the_past_does_not_go_on_sale() {
    let house = House::new().await;
    let production = house.production().await;
    let id = house.perform(production, house.hall(None).await, None).await.unwrap().id;
    let expected = [Missing::SaleWindow, Missing::Stock, Missing::PriceList];
    assert_eq!(missing(&house, id, &[]).await, expected);
    let late = told!(house, |tx| performance::open_sale(tx, id, &[], EVENING)).unwrap_err();
    assert!(matches!(&late, OpenSaleError::Missing(missing) if missing.first() == Some(&Missing::Past)), "{late:?}");
}

struct OnSale {
    house: House,
    performance: PerformanceId,
    production: kernel::ids::ProductionId,
    plan: kernel::ids::SeatingPlanVersionId,
    classes: [ClassRule; 2],
    best: SeatClassId,
    adult: kernel::ids::TicketTypeId,
}

/// 1F in S, 2F in A, everything there, not yet opened.
async fn ready() -> OnSale {
    let house = House::new().await;
    let hall = house.hall(Some(1_120)).await;
    let (plan, production) = (house.published(hall).await, house.production().await);
    let performance = house.perform(production, hall, Some(plan)).await.unwrap().id;
    let adult = house.ticket_type(production, "adult").await.unwrap();
    let best = house.class(production, "S", "assigned").await.unwrap().id;
    let good = house.class(production, "A", "assigned").await.unwrap().id;
    house.prices(production, None, &[(best, adult, 5_000), (good, adult, 4_000)]).await.unwrap();
    house.window(performance, "public").await.unwrap();
    OnSale {
        house,
        performance,
        production,
        plan,
        classes: [rule(best, "1F", (1, 24)), rule(good, "2F", (1, 8))],
        best,
        adult,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_performance_goes_on_sale_with_every_seat_in_its_class() {
    let sale = ready().await;
    let opened = open(&sale.house, sale.performance, &sale.classes).await.unwrap();
    assert_eq!((opened.state.as_str(), opened.version), ("on_sale", 2));
    let read = told!(sale.house, |tx| stock::availability(tx, sale.performance, MORNING)).unwrap();
    let mut free: Vec<_> = read.classes.iter().map(|class| (class.free, class.free_wheelchair)).collect();
    free.sort_unstable();
    assert_eq!(free, [(262, 0), (858, 6)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_open_the_sale_one_is_told_that_it_is_open() {
    let sale = ready().await;
    let (one, other) = tokio::join!(
        open(&sale.house, sale.performance, &sale.classes),
        open(&sale.house, sale.performance, &sale.classes)
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let refused = one.err().or(other.err()).unwrap();
    assert!(matches!(&refused, OpenSaleError::State(state) if state == "on_sale"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_four_seats_of_the_hall_are_in_the_middle_of_one_row() {
    let sale = ready().await;
    open(&sale.house, sale.performance, &sale.classes).await.unwrap();
    let tickets = vec![TypeCount { ticket_type: sale.adult, count: 4 }];
    let selection = Selection::Best { seat_class: sale.best, tickets, may_split: false, wheelchair: false };
    let audience = Audience::Public;
    let ask = PlaceHold { performance: sale.performance, sale_window: None, audience, selection };
    let placed = told!(sale.house, |tx| hold::place(tx, &ask, MORNING)).unwrap();
    let plan = seats_of(&sale.house, sale.plan).await;
    let held: Vec<_> = placed.hold.lines.iter().filter_map(|line| line.seat).collect();
    let mut labels: Vec<_> = plan
        .iter()
        .filter(|seat| held.contains(&seat.id))
        .map(|seat| format!("{}{}{}", seat.section, seat.row_label, seat.seat_label))
        .collect();
    labels.sort_unstable();
    assert_eq!(labels, ["1FJ18", "1FJ19", "1FJ20", "1FJ21"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_pauses_resumes_and_once_closed_stays_so() {
    let sale = ready().await;
    let (house, id) = (&sale.house, sale.performance);
    assert!(told!(house, |tx| performance::change_state(tx, id, "on_sale", MORNING)).is_err());
    open(house, id, &sale.classes).await.unwrap();
    for to in ["paused", "on_sale", "paused", "closed"] {
        let moved = told!(house, |tx| performance::change_state(tx, id, to, MORNING)).unwrap();
        assert_eq!(moved.state, to);
    }
    assert!(told!(house, |tx| performance::change_state(tx, id, "on_sale", MORNING)).is_err());
    let change = performance::PerformanceChange {
        ends_at: Some(EVENING + Duration::hours(3)),
        ..performance::PerformanceChange::default()
    };
    assert!(told!(house, |tx| performance::update(tx, id, None, change.clone(), MORNING)).is_err());
}
