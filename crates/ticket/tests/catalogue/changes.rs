//! What changes, what must not, and what contradicts itself.

use testkit::MORNING;
use ticket::{
    catalogue::CatalogueError,
    hall::{self, HallChange},
    performance::{self, PerformanceChange},
    price_list::{self, CreatePriceListError},
    production::{self, ProductionChange},
    seat_class::{self, SeatClassChange},
    window::{self, WindowChange, WindowDraft},
};
use time::Duration;

use crate::{
    house::{EVENING, House, general_sale},
    told,
};

#[tokio::test(flavor = "multi_thread")]
async fn who_meant_an_older_version_changes_nothing() {
    let house = House::new().await;
    let hall = house.hall(None).await;
    let named = |name: &str| HallChange { name: Some(name.into()), ..HallChange::default() };
    let first = told!(house, |tx| hall::update(tx, hall, Some(1), named("中ホール"), MORNING)).unwrap();
    assert_eq!(first.version, 2);
    let stale = told!(house, |tx| hall::update(tx, hall, Some(1), named("小ホール"), MORNING));
    assert!(matches!(stale, Err(CatalogueError::Stale { current: 2 })), "{stale:?}");
    let kept = told!(house, |tx| hall::find(tx, hall)).unwrap();
    assert_eq!((kept.name.as_str(), kept.version), ("中ホール", 2));
    let production = house.production().await;
    let change = ProductionChange::default();
    let stale = told!(house, |tx| production::update(tx, production, Some(7), change.clone(), MORNING));
    assert!(matches!(stale, Err(CatalogueError::Stale { current: 1 })), "{stale:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_to_the_same_version_one_is_told() {
    let house = House::new().await;
    let hall = house.hall(None).await;
    let change = async |name: &str| {
        let change = HallChange { name: Some(name.into()), ..HallChange::default() };
        told!(house, |tx| hall::update(tx, hall, Some(1), change.clone(), MORNING))
    };
    let (one, other) = tokio::join!(change("甲"), change("乙"));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cleared_is_gone_and_what_is_not_named_stays() {
    let house = House::new().await;
    let hall = house.hall(Some(1_120)).await;
    let change = HallChange { address: Some(Some("京都市".into())), ..HallChange::default() };
    told!(house, |tx| hall::update(tx, hall, None, change.clone(), MORNING)).unwrap();
    let change = HallChange { legal_capacity: Some(None), ..HallChange::default() };
    let changed = told!(house, |tx| hall::update(tx, hall, None, change.clone(), MORNING)).unwrap();
    assert_eq!((changed.legal_capacity, changed.address.as_deref()), (None, Some("京都市")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_taken_once_in_a_production_and_free_in_another() {
    let house = House::new().await;
    let (production, other) = (house.production().await, house.production().await);
    house.class(production, "S", "assigned").await.unwrap();
    assert!(matches!(house.class(production, "S", "none").await, Err(CatalogueError::CodeTaken)));
    house.class(other, "S", "assigned").await.unwrap();
    house.ticket_type(production, "adult").await.unwrap();
    assert!(matches!(house.ticket_type(production, "adult").await, Err(CatalogueError::CodeTaken)));
    house.ticket_type(other, "adult").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_class_outlives_its_name() {
    let house = House::new().await;
    let class = house.class(house.production().await, "S", "assigned").await.unwrap();
    let change = SeatClassChange { name: Some("特等席".into()), name_en: None };
    let changed = told!(house, |tx| seat_class::update(tx, class.id, Some(1), change.clone(), MORNING)).unwrap();
    assert_eq!((changed.code.as_str(), changed.name.as_str(), changed.version), ("S", "特等席", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_contradict_each_other_are_refused() {
    let house = House::new().await;
    let (hall, production) = (house.hall(None).await, house.production().await);
    let id = house.perform(production, hall, None).await.unwrap().id;
    let change = PerformanceChange { doors_at: Some(EVENING + Duration::minutes(1)), ..PerformanceChange::default() };
    let refused = told!(house, |tx| performance::update(tx, id, None, change.clone(), MORNING));
    assert!(matches!(refused, Err(CatalogueError::Times)), "{refused:?}");
    let turned = WindowDraft { opens_at: EVENING, closes_at: MORNING, ..general_sale(id) };
    let refused = told!(house, |tx| window::create(tx, turned.clone(), MORNING));
    assert!(matches!(refused, Err(CatalogueError::WindowTimes)), "{refused:?}");
    let short = WindowDraft { hold_minutes_max: 5, ..general_sale(id) };
    let refused = told!(house, |tx| window::create(tx, short.clone(), MORNING));
    assert!(matches!(refused, Err(CatalogueError::HoldTimes)), "{refused:?}");
    let window = house.window(id, "public").await.unwrap().id;
    let change = WindowChange { closes_at: Some(MORNING - Duration::days(9)), ..WindowChange::default() };
    let refused = told!(house, |tx| window::update(tx, window, Some(1), change.clone(), MORNING));
    assert!(matches!(refused, Err(CatalogueError::WindowTimes)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_price_list_counts_and_one_of_the_performance_before_it() {
    let house = House::new().await;
    let (hall, production) = (house.hall(None).await, house.production().await);
    let id = house.perform(production, hall, None).await.unwrap().id;
    let class = house.class(production, "S", "assigned").await.unwrap().id;
    let adult = house.ticket_type(production, "adult").await.unwrap();
    let in_force = async || {
        let found = told!(house, |tx| price_list::in_force(tx, production, id)).unwrap();
        found.map(|(list, prices)| (list.id, prices[0].amount.0))
    };
    assert_eq!(in_force().await, None);
    let own = house.prices(production, Some(id), &[(class, adult, 1)]).await.unwrap().id;
    house.clock.advance(Duration::minutes(1));
    house.prices(production, None, &[(class, adult, 2)]).await.unwrap();
    assert_eq!(in_force().await, Some((own, 1)));
    house.clock.advance(Duration::minutes(1));
    let newer = house.prices(production, Some(id), &[(class, adult, 3)]).await.unwrap().id;
    assert_eq!(in_force().await, Some((newer, 3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_list_prices_what_its_production_has_once() {
    let house = House::new().await;
    let (production, other) = (house.production().await, house.production().await);
    let class = house.class(production, "S", "assigned").await.unwrap().id;
    let foreign = house.class(other, "S", "assigned").await.unwrap().id;
    let adult = house.ticket_type(production, "adult").await.unwrap();
    let twice = house.prices(production, None, &[(class, adult, 1), (class, adult, 2)]).await;
    assert!(matches!(twice, Err(CreatePriceListError::PricedTwice { .. })), "{twice:?}");
    let strange = house.prices(production, None, &[(foreign, adult, 1)]).await;
    assert!(matches!(strange, Err(CreatePriceListError::NoSuch("seat_class"))), "{strange:?}");
}
