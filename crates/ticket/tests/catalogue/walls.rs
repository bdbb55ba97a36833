//! Who sees what: the neighbour nothing, guests nothing that is still a draft.

use kernel::ids::{HallId, PerformanceId, PriceListId, ProductionId, SaleWindowId, SeatClassId, SeatingPlanId};
use testkit::MORNING;
use ticket::{
    catalogue::CatalogueError,
    hall::{self, HallChange},
    performance,
    plan::{self, Charset, ImportError, PlanVersion},
    price_list, production, seat_class, ticket_type, window,
};

use crate::{
    house::{FILE, House, WHOLE},
    told,
};

struct Filled {
    hall: HallId,
    plan: SeatingPlanId,
    version: PlanVersion,
    production: ProductionId,
    performance: PerformanceId,
    class: SeatClassId,
    list: PriceListId,
    window: SaleWindowId,
}

async fn fill(house: &House) -> Filled {
    let hall = house.hall(None).await;
    let plan = house.plan(hall).await;
    let version = house.import(plan).await;
    let production = house.production().await;
    let performance = house.perform(production, hall, None).await.unwrap().id;
    let class = house.class(production, "S", "assigned").await.unwrap().id;
    let adult = house.ticket_type(production, "adult").await.unwrap();
    let list = house.prices(production, None, &[(class, adult, 5_000)]).await.unwrap().id;
    let window = house.window(performance, "public").await.unwrap().id;
    Filled { hall, plan, version, production, performance, class, list, window }
}

macro_rules! absent {
    ($house:expr, $(|$tx:ident| $verb:expr),+ $(,)?) => {{
        $({
            let outcome = told!($house, |$tx| $verb);
            assert!(matches!(outcome, Err(CatalogueError::Absent)), "{outcome:?}");
        })+
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbour_finds_nothing() {
    let house = House::new().await;
    let own = fill(&house).await;
    let next = house.neighbour();
    absent!(
        next,
        |tx| hall::find(tx, own.hall),
        |tx| hall::update(tx, own.hall, None, HallChange::default(), MORNING),
        |tx| plan::find(tx, own.plan),
        |tx| plan::find_version(tx, own.version.id),
        |tx| plan::publish(tx, own.version.id, MORNING),
        |tx| plan::seats(tx, own.version.id),
        |tx| production::find(tx, own.production, true),
        |tx| production::show(tx, own.production, "published", MORNING),
        |tx| performance::find(tx, own.performance, true),
        |tx| performance::change_state(tx, own.performance, "paused", MORNING),
        |tx| seat_class::find(tx, own.class, true),
        |tx| price_list::find(tx, own.list, true),
        |tx| window::find(tx, own.window, true),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbours_lists_are_empty() {
    let house = House::new().await;
    let own = fill(&house).await;
    let next = house.neighbour();
    assert!(told!(next, |tx| hall::list(tx, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| plan::list(tx, Some(own.hall), &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| plan::list_versions(tx, own.plan, true, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| production::list(tx, true, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| performance::list(tx, None, true, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| seat_class::list(tx, None, true, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| ticket_type::list(tx, None, true, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| price_list::list(tx, None, true, &WHOLE)).unwrap().items.is_empty());
    assert!(told!(next, |tx| window::list(tx, None, true, &WHOLE)).unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbour_builds_nothing_on_what_it_does_not_own() {
    let house = House::new().await;
    let own = fill(&house).await;
    let next = house.neighbour();
    let seats = plan::read_file(FILE, Charset::Utf8).unwrap();
    let outcome = told!(next, |tx| plan::import(tx, own.plan, &seats, MORNING));
    assert!(matches!(outcome, Err(ImportError::Absent)), "{outcome:?}");
    let outcome = told!(next, |tx| plan::create(tx, own.hall, "横".into(), MORNING));
    assert!(matches!(outcome, Err(CatalogueError::NoSuch("hall"))), "{outcome:?}");
    let outcome = next.perform(own.production, own.hall, None).await;
    assert!(matches!(outcome, Err(CatalogueError::NoSuch(_))), "{outcome:?}");
    let outcome = next.class(own.production, "S", "assigned").await;
    assert!(matches!(outcome, Err(CatalogueError::NoSuch("production"))), "{outcome:?}");
    let outcome = next.window(own.performance, "public").await;
    assert!(matches!(outcome, Err(CatalogueError::NoSuch("performance"))), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_sees_what_is_announced_and_no_draft() {
    let house = House::new().await;
    let own = fill(&house).await;
    absent!(
        house,
        |tx| production::find(tx, own.production, false),
        |tx| performance::find(tx, own.performance, false),
        |tx| seat_class::find(tx, own.class, false),
        |tx| price_list::find(tx, own.list, false),
        |tx| window::find(tx, own.window, false),
        |tx| plan::find_version_of(tx, own.plan, own.version.id, false),
    );
    assert!(told!(house, |tx| production::list(tx, false, &WHOLE)).unwrap().items.is_empty());
    told!(house, |tx| production::show(tx, own.production, "announced", MORNING)).unwrap();
    told!(house, |tx| production::find(tx, own.production, false)).unwrap();
    told!(house, |tx| seat_class::find(tx, own.class, false)).unwrap();
    told!(house, |tx| price_list::find(tx, own.list, false)).unwrap();
    // the performance itself is still a draft
    absent!(house, |tx| performance::find(tx, own.performance, false), |tx| window::find(tx, own.window, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_does_not_see_the_windows_of_the_counter() {
    let house = House::new().await;
    let own = fill(&house).await;
    let counter = house.window(own.performance, "staff").await.unwrap().id;
    told!(house, |tx| production::show(tx, own.production, "published", MORNING)).unwrap();
    house.test.execute("UPDATE ticket.performances SET state = 'on_sale'").await;
    absent!(house, |tx| window::find(tx, counter, false));
    let seen = told!(house, |tx| window::list(tx, Some(own.performance), false, &WHOLE)).unwrap().items;
    assert_eq!(seen.iter().map(|window| window.id).collect::<Vec<_>>(), [own.window]);
    let all = told!(house, |tx| window::list(tx, Some(own.performance), true, &WHOLE)).unwrap().items;
    assert_eq!(all.len(), 2);
}
