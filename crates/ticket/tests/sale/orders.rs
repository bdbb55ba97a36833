use db::TenantTx;
use kernel::{
    Yen,
    ids::{HoldId, OrderId},
};
use ticket::{
    hold::{HoldError, HoldState, PlaceHoldError, Placed, Selection},
    order::{self, Channel, Order, OrderError, OrderState, PlaceOrder, PlaceOrderError, SellNow, Settled, Sold},
    secret::Proof,
};
use time::Duration;

use crate::stage::{Stage, best, performance, picked, places, seat, standing};

impl Stage {
    pub async fn order(&self, hold: HoldId) -> Result<Order, PlaceOrderError> {
        let (ask, now) = (PlaceOrder { hold, proof: Proof::Trusted, patron: None, channel: Channel::Web }, self.now());
        self.test.db.tenant(&self.scope, async |tx: &mut TenantTx| order::place(tx, &ask, now).await).await
    }

    pub async fn ordered(&self, selection: Selection) -> (Placed, Order) {
        let placed = self.hold(selection).await.unwrap();
        let order = self.order(placed.hold.id).await.unwrap();
        (placed, order)
    }

    pub async fn settle(&self, id: OrderId) -> Settled {
        let now = self.now();
        self.test.db.tenant(&self.scope, async |tx: &mut TenantTx| order::settle(tx, id, now).await).await.unwrap()
    }

    pub async fn sell(&self, selection: Selection) -> Result<Sold, PlaceHoldError> {
        let now = self.now();
        let ask = SellNow {
            audience: ticket::terms::Audience::Staff,
            performance: performance(),
            sale_window: None,
            selection,
            patron: None,
            channel: Channel::BoxOffice,
        };
        let work = async |tx: &mut TenantTx| {
            let sale = order::prepare(tx, &ask, now).await?;
            order::sell(tx, sale, now).await
        };
        self.test.db.tenant(&self.scope, work).await
    }

    async fn cancel(&self, id: OrderId) -> Result<Order, OrderError> {
        let now = self.now();
        let work = async |tx: &mut TenantTx| order::cancel_unpaid(tx, id, Proof::Trusted, now).await;
        self.test.db.tenant(&self.scope, work).await
    }
}

fn issued(settled: Settled) -> (Order, usize) {
    match settled {
        Settled::Issued { order, tickets } => (order, tickets.len()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_held_is_ordered_once_paid_and_issued() {
    let stage = Stage::new(3, 8).await;
    let (placed, order) = stage.ordered(picked(&[seat(1, 1), seat(1, 2)])).await;
    assert_eq!((order.total, order.state), (placed.hold.total, OrderState::AwaitingPayment));
    assert_eq!(order.total, Yen(10_220));
    let again = stage.order(placed.hold.id).await.unwrap_err();
    assert!(matches!(again, PlaceOrderError::Hold(HoldError::Ended { state: HoldState::Converted })), "{again:?}");
    let (paid, tickets) = issued(stage.settle(order.id).await);
    assert_eq!((paid.state, tickets), (OrderState::Paid, 2));
    assert!(matches!(stage.settle(order.id).await, Settled::Already { tickets, .. } if tickets.len() == 2));
    assert_eq!(stage.map().await.matches('2').count(), 2);
    // the hold's secret opens the order
    let (id, secret, now) = (order.id, placed.secret.expose(), stage.now());
    let find = async |tx: &mut TenantTx| order::find(tx, id, Proof::Secret(secret), now).await;
    assert_eq!(stage.test.db.read(&stage.scope, find).await.unwrap().number, order.number);
    assert!(matches!(stage.cancel(order.id).await, Err(OrderError::NotUnpaid { state: OrderState::Paid })));
}

#[tokio::test]
async fn an_expired_hold_is_not_ordered() {
    let stage = Stage::new(3, 8).await;
    let placed = stage.hold(best(2)).await.unwrap();
    stage.clock.advance(Duration::minutes(10));
    let late = stage.order(placed.hold.id).await.unwrap_err();
    assert!(matches!(late, PlaceOrderError::Hold(HoldError::Ended { state: HoldState::Expired })), "{late:?}");
}

#[tokio::test]
async fn a_quote_is_honoured_although_the_price_list_changed() {
    let stage = Stage::new(3, 8).await;
    let placed = stage.hold(best(1)).await.unwrap();
    stage.test.execute("UPDATE ticket.prices SET amount = 9000").await;
    assert_eq!(stage.order(placed.hold.id).await.unwrap().total, Yen(5_110));
}

#[tokio::test]
async fn a_cancelled_order_frees_what_it_kept_and_late_money_finds_nothing_changed() {
    let stage = Stage::new(3, 8).await;
    let pool = stage.pool("立見", 5, Some(standing()), None).await;
    let (_, seats) = stage.ordered(best(2)).await;
    let (_, spots) = stage.ordered(places(pool.id, 2)).await;
    for id in [seats.id, spots.id] {
        assert_eq!(stage.cancel(id).await.unwrap().state, OrderState::Cancelled);
        assert!(matches!(stage.settle(id).await, Settled::Lost { .. }));
    }
    assert_eq!((stage.map().await.matches('0').count(), stage.taken(pool.id).await), (24, 0));
}

#[tokio::test]
async fn an_unpaid_order_keeps_nothing_past_its_deadline_and_late_money_gets_it_back_if_it_is_there() {
    let stage = Stage::new(3, 8).await;
    let (_, lucky) = stage.ordered(picked(&[seat(1, 1)])).await;
    let (_, unlucky) = stage.ordered(picked(&[seat(1, 2), seat(1, 3)])).await;
    stage.clock.advance(Duration::minutes(61));
    assert_eq!(stage.map().await.matches('1').count(), 0);
    stage.hold(picked(&[seat(1, 3)])).await.unwrap();
    assert!(matches!(stage.settle(unlucky.id).await, Settled::Lost { .. }));
    let (order, tickets) = issued(stage.settle(lucky.id).await);
    assert_eq!((order.state, tickets), (OrderState::Paid, 1));
    assert_eq!(stage.map().await, "200000000000000000000000".replacen("200", "201", 1));
}

#[tokio::test]
async fn late_money_gets_places_again_or_is_told_that_they_are_gone() {
    let stage = Stage::new(1, 4).await;
    let pool = stage.pool("立見", 4, Some(standing()), None).await;
    let (_, first) = stage.ordered(places(pool.id, 2)).await;
    let (_, second) = stage.ordered(places(pool.id, 2)).await;
    stage.clock.advance(Duration::minutes(61));
    stage.hold(places(pool.id, 2)).await.unwrap(); // takes both orders' places back, keeps two
    assert_eq!(stage.taken(pool.id).await, 2);
    assert_eq!(issued(stage.settle(first.id).await).1, 2);
    assert!(matches!(stage.settle(second.id).await, Settled::Lost { .. }));
    assert_eq!(stage.taken(pool.id).await, 4);
}

#[tokio::test]
async fn a_sale_at_the_counter_is_one_step_for_seats_and_for_places() {
    let stage = Stage::new(3, 8).await;
    let pool = stage.pool("立見", 3, Some(standing()), None).await;
    let seats = stage.sell(best(2)).await.unwrap();
    assert_eq!((seats.order.state, seats.tickets.len(), seats.order.total), (OrderState::Paid, 2, Yen(10_220)));
    assert_eq!(seats.choice.unwrap().sentence, "1F row 1, 3–4, no single seat left");
    let spots = stage.sell(places(pool.id, 3)).await.unwrap();
    assert_eq!((spots.tickets.len(), spots.order.total), (3, Yen(9_330)));
    let full = stage.sell(places(pool.id, 1)).await.unwrap_err();
    assert!(matches!(full, PlaceHoldError::PoolFull { free: 0, .. }), "{full:?}");
    assert_eq!((stage.map().await.matches('2').count(), stage.taken(pool.id).await), (2, 3));
    assert!(matches!(stage.sell(picked(&[seat(1, 3)])).await, Err(PlaceHoldError::SeatsTaken { .. })));
}
