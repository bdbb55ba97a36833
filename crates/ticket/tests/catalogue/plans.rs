//! 座席表: what is read in goes out again, and never changes once it is published.

use testkit::MORNING;
use ticket::{
    catalogue::CatalogueError,
    plan::{self, Charset, ImportError, csv},
};

use crate::{
    house::{FILE, House, seats_of},
    told,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_of_1120_places_goes_out_byte_for_byte_as_it_came_in() {
    let house = House::new().await;
    let version = house.import(house.plan(house.hall(None).await).await).await;
    assert_eq!((version.seat_count, version.number, version.state.as_str()), (1120, 1, "draft"));
    let seats = seats_of(&house, version.id).await;
    assert!((0..1120).eq(seats.iter().map(|seat| seat.ordinal)));
    let count = |is: fn(&plan::Seat) -> bool| seats.iter().filter(|seat| is(seat)).count();
    assert_eq!((count(|seat| seat.wheelchair), count(|seat| seat.companion)), (6, 6));
    let drafts: Vec<_> = seats.iter().map(plan::Seat::draft).collect();
    let written = csv::write(&drafts);
    assert_eq!(written.as_bytes(), FILE);
    for charset in [Charset::Utf8, Charset::ShiftJis] {
        let (bytes, replaced) = csv::encode(&written, charset);
        assert_eq!(replaced, 0);
        assert_eq!(plan::read_file(&bytes, charset).unwrap(), drafts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seats_have_the_same_checksum_in_every_version() {
    let house = House::new().await;
    let plan = house.plan(house.hall(None).await).await;
    let (first, second) = (house.import(plan).await, house.import(plan).await);
    assert_eq!(first.checksum, second.checksum);
    assert_eq!((first.number, second.number), (1, 2));
    let mut other = plan::read_file(FILE, Charset::Utf8).unwrap();
    other[0].quality_rank += 1;
    let third = told!(house, |tx| plan::import(tx, plan, &other, MORNING)).unwrap();
    assert_ne!(third.checksum, first.checksum);
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_at_the_same_time_take_different_numbers() {
    let house = House::new().await;
    let plan = house.plan(house.hall(None).await).await;
    let (a, b, c) = tokio::join!(house.import(plan), house.import(plan), house.import(plan));
    let mut numbers = [a.number, b.number, c.number];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_published_once() {
    let house = House::new().await;
    let version = house.published(house.hall(None).await).await;
    let again = told!(house, |tx| plan::publish(tx, version, MORNING)).unwrap_err();
    assert!(matches!(&again, CatalogueError::State { state, .. } if state == "published"), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn performances_use_published_plans_of_their_own_hall() {
    let house = House::new().await;
    let (hall, other) = (house.hall(None).await, house.hall(None).await);
    let production = house.production().await;
    let draft = house.import(house.plan(hall).await).await.id;
    let refused = house.perform(production, hall, Some(draft)).await;
    assert!(matches!(refused, Err(CatalogueError::PlanOfOtherHall)), "{refused:?}");
    told!(house, |tx| plan::publish(tx, draft, MORNING)).unwrap();
    let refused = house.perform(production, other, Some(draft)).await;
    assert!(matches!(refused, Err(CatalogueError::PlanOfOtherHall)), "{refused:?}");
    house.perform(production, hall, Some(draft)).await.unwrap();
}

#[test]
fn every_faulty_line_of_the_hall_is_told_at_once() {
    let text = std::str::from_utf8(FILE).unwrap();
    let broken = text.replacen("1F,A,8,1,8,", "1F,A,7,1,8,", 1).replacen("wheelchair", "wheel", 6);
    let Err(ImportError::File(faults)) = plan::read_file(broken.as_bytes(), Charset::Utf8) else { panic!("is read") };
    let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.code)).collect();
    let wheels = [834, 836, 838, 854, 856, 858].map(|line| (line, "unknown_attribute"));
    assert_eq!(told, [&[(3, "duplicate_label")][..], &wheels].concat());
}
