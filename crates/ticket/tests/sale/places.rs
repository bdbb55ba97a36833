use ticket::hold::PlaceHoldError;
use time::Duration;

use crate::stage::{Stage, places, standing};

#[tokio::test]
async fn a_pool_inside_another_is_capped_by_both() {
    let stage = Stage::new(1, 4).await;
    let house = stage.pool("全体", 5, None, None).await;
    let floor = stage.pool("フロア", 4, Some(standing()), Some(house.id)).await;
    let gallery = stage.pool("桟敷", 4, Some(standing()), Some(house.id)).await;
    stage.hold(places(floor.id, 4)).await.unwrap();
    let full = stage.hold(places(floor.id, 1)).await.unwrap_err();
    assert!(matches!(full, PlaceHoldError::PoolFull { pool, free: 0 } if pool == floor.id), "{full:?}");
    let full = stage.hold(places(gallery.id, 2)).await.unwrap_err();
    assert!(matches!(full, PlaceHoldError::PoolFull { pool, free: 1 } if pool == house.id), "{full:?}");
    stage.hold(places(gallery.id, 1)).await.unwrap();
    assert_eq!((stage.taken(house.id).await, stage.taken(floor.id).await, stage.taken(gallery.id).await), (5, 4, 1));
}

#[tokio::test]
async fn expired_places_are_taken_back_when_somebody_is_short_of_them() {
    let stage = Stage::new(1, 4).await;
    let house = stage.pool("全体", 3, None, None).await;
    let floor = stage.pool("フロア", 3, Some(standing()), Some(house.id)).await;
    let single = stage.pool("立見", 2, Some(standing()), None).await;
    stage.hold(places(floor.id, 3)).await.unwrap();
    stage.hold(places(single.id, 2)).await.unwrap();
    assert!(stage.hold(places(floor.id, 1)).await.is_err());
    stage.clock.advance(Duration::minutes(10));
    stage.hold(places(single.id, 1)).await.unwrap();
    stage.hold(places(floor.id, 2)).await.unwrap();
    assert_eq!((stage.taken(house.id).await, stage.taken(floor.id).await, stage.taken(single.id).await), (2, 2, 1));
}

#[tokio::test]
async fn released_places_come_back_once() {
    let stage = Stage::new(1, 4).await;
    let house = stage.pool("全体", 9, None, None).await;
    let floor = stage.pool("フロア", 9, Some(standing()), Some(house.id)).await;
    let placed = stage.hold(places(floor.id, 3)).await.unwrap();
    stage.release(&placed).await;
    assert_eq!((stage.taken(house.id).await, stage.taken(floor.id).await), (0, 0));
}

#[tokio::test]
async fn nothing_is_sold_from_a_pool_that_only_caps() {
    let stage = Stage::new(1, 4).await;
    let house = stage.pool("全体", 9, None, None).await;
    assert!(matches!(stage.hold(places(house.id, 1)).await, Err(PlaceHoldError::UnknownPlace)));
}
