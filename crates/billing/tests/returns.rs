//! Money that goes back out of several payments, and bills that are called off or opened many at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod common;

use billing::{
    BillState, Method, PaymentState,
    bill::{self, OpenBillError},
    call_off::{self, CalledOff},
    payment::{self, Take},
    refund::{self, Reason, RecordRefundError, RefundLine, Route},
};
use common::{House, NOW, draft};
use kernel::{Yen, ids::BillId};
use time::Duration;

impl House {
    /// Each method at a minute of its own, so that which payment is older is no matter of luck.
    async fn pay(&self, bill: BillId, method: Method, amount: i64) {
        let ask = Take { bill, method, amount: Some(Yen(amount)) };
        let at = if method == Method::Cash { NOW } else { NOW + Duration::MINUTE };
        self.db.tenant(&self.scope(), async |tx| payment::take(tx, &ask, at).await).await.unwrap();
    }

    async fn give_back(&self, bill: BillId, lines: &[RefundLine]) -> Result<Vec<(Yen, Route)>, RecordRefundError> {
        let work = async |tx: &mut db::TenantTx| refund::give_back(tx, bill, lines, Reason::Patron, NOW).await;
        let made = self.db.tenant(&self.scope(), work).await?;
        Ok(made.iter().map(|one| (one.amount, one.route)).collect())
    }

    async fn call_off(&self, bill: BillId) -> CalledOff {
        let work = async |tx: &mut db::TenantTx| call_off::bill(tx, bill, Reason::Staff, NOW).await;
        self.db.tenant(&self.scope(), work).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_in_parts_goes_back_in_parts_each_the_way_it_came() {
    let house = House::new().await;
    let bill = house.open(&draft()).await;
    house.pay(bill.id, Method::Cash, 6_000).await;
    assert!(matches!(house.give_back(bill.id, &[]).await, Err(RecordRefundError::Unpaid)));
    house.pay(bill.id, Method::CardTerminal, 5_220).await;
    let part = RefundLine { line: bill.lines[0].id, amount: Yen(8_000), quantity: 1 };
    let (cash, card) = (Route::Cash, Route::CardTerminal);
    assert_eq!(house.give_back(bill.id, &[part]).await.unwrap(), [(Yen(6_000), cash), (Yen(2_000), card)]);
    house.proves().await;
    assert!(matches!(house.give_back(bill.id, &[part]).await, Err(RecordRefundError::TooMuch { left: Yen(3_000) })));
    assert_eq!(house.give_back(bill.id, &[]).await.unwrap(), [(Yen(3_220), card)]);
    assert!(house.payments(bill.id).await.iter().all(|one| one.state == PaymentState::Refunded));
    assert!(matches!(house.give_back(bill.id, &[]).await, Err(RecordRefundError::TooMuch { left: Yen(0) })));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_is_called_off_keeps_nothing_of_what_was_paid() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    house.pay(bill, Method::Cash, 1_000).await;
    house.pay(bill, Method::CardTerminal, 2_000).await;
    let CalledOff::Cancelled { returned } = house.call_off(bill).await else { panic!("it was open") };
    assert_eq!(returned.iter().map(|one| one.amount).collect::<Vec<_>>(), [Yen(1_000), Yen(2_000)]);
    assert_eq!((house.bill(bill).await.state, house.bill(bill).await.paid), (BillState::Cancelled, Yen::ZERO));
    assert_eq!(house.totals(bill).await, billing::ledger::Totals::default());
    assert_eq!(house.call_off(bill).await, CalledOff::Cancelled { returned: vec![] }, "twice is once");
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_is_paid_in_full_is_not_called_off() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    house.pay(bill, Method::Cash, 11_220).await;
    assert_eq!(house.call_off(bill).await, CalledOff::Paid);
    assert_eq!(house.bill(bill).await.state, BillState::Paid);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_racing_with_calling_off_leaves_no_yen_on_a_cancelled_bill() {
    let house = House::with_pool(8).await;
    for _ in 0..20 {
        let bill = house.open(&draft()).await.id;
        house.pay(bill, Method::Cash, 1_000).await;
        let pay = async {
            let ask = Take { bill, method: Method::Cash, amount: Some(Yen(10_220)) };
            house.db.tenant(&house.scope(), async |tx| payment::take(tx, &ask, NOW).await).await.is_ok()
        };
        let (paid, called_off) = tokio::join!(pay, house.call_off(bill));
        let left = house.bill(bill).await;
        let states = (left.state, left.paid, called_off == CalledOff::Paid);
        let paid_in_full = (BillState::Paid, Yen(11_220), true);
        assert_eq!(states, if paid { paid_in_full } else { (BillState::Cancelled, Yen::ZERO, false) });
        house.proves().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_bills_are_opened_as_one_is_all_of_them_or_none() {
    let house = House::new().await;
    let mut drafts: Vec<_> = (0..200).map(|_| draft()).collect();
    let open = async |drafts: &[billing::BillDraft]| {
        house.db.tenant(&house.scope(), async |tx| bill::open_all(tx, drafts, NOW).await).await
    };
    let opened = open(&drafts).await.unwrap();
    for one in [&opened[0], &opened[199]] {
        let kept = house.bill(one.id).await;
        let lines = |bill: &billing::Bill| bill.lines.iter().map(|line| (line.id, line.amount)).collect::<Vec<_>>();
        assert_eq!((kept.total, lines(&kept)), (Yen(11_220), lines(one)));
        assert_eq!(house.totals(one.id).await.receivable, Yen(11_220));
    }
    house.proves().await;
    drafts.iter_mut().skip(1).for_each(|one| one.subject = draft().subject);
    assert!(matches!(open(&drafts).await, Err(OpenBillError::Exists)), "the first has a bill already");
    let other = drafts[1].subject.clone();
    let found = house.db.read(&house.scope(), async |tx| bill::find_of(tx, &other).await).await.unwrap();
    assert!(found.is_none());
    assert_eq!(open(&[]).await.unwrap().len(), 0);
}
