//! The promises of bank transfers, kept by a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod common;

use billing::{
    Bill, BillDraft, BillState, Late, Method, Outcome, Settlement, bill,
    payment::{self, Take},
    transfer::{
        self, Identity, Match, MatchError, Reason, RegisterError, Registered, ReturnError, Transfer, TransferDraft,
        TransferState,
    },
};
use common::{House, NOW, draft, scope};
use kernel::{
    Yen,
    ids::{BillId, TransferId},
};
use time::{Duration, macros::date};

fn line(place: i32, amount: i64, reference: &str) -> TransferDraft {
    TransferDraft {
        identity: Identity::Line(place),
        value_date: date!(2026 - 11 - 20),
        amount: Yen(amount),
        reference: Some(reference.to_owned()),
    }
}

impl House {
    async fn register(&self, lines: &[TransferDraft]) -> Result<Vec<Registered>, RegisterError> {
        self.db.tenant(&self.scope(), async |tx| transfer::register(tx, lines, NOW).await).await
    }

    async fn came(&self, place: i32, amount: i64, reference: &str) -> Transfer {
        self.register(&[line(place, amount, reference)]).await.unwrap().remove(0).transfer
    }

    async fn attempt(&self, transfer: TransferId, bill: BillId) -> Option<Settlement> {
        self.db.tenant(&self.scope(), async |tx| transfer::attempt(tx, transfer, bill, NOW).await).await.unwrap()
    }

    async fn choose(&self, ask: Match) -> Result<(Transfer, Settlement), MatchError> {
        self.db.tenant(&self.scope(), async |tx| transfer::match_to(tx, &ask, NOW).await).await
    }

    async fn send_back(&self, id: TransferId) -> Result<Transfer, ReturnError> {
        self.db.tenant(&self.scope(), async |tx| transfer::send_back(tx, id, NOW).await).await
    }

    async fn transfer(&self, id: TransferId) -> Transfer {
        self.db.read(&self.scope(), async |tx| transfer::find(tx, id).await).await.unwrap().unwrap()
    }

    /// A bill of 11,220 yen, and a transfer of so much with its number.
    async fn bill_and(&self, amount: i64) -> (Bill, Transfer) {
        let bill = self.open(&draft()).await;
        let came = self.came(1, amount, &bill.reference).await;
        (bill, came)
    }
}

fn chosen(transfer: &Transfer, bill: &Bill) -> Match {
    Match { transfer: transfer.id, bill: bill.id, keep_remainder: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_exactly_what_is_open_pays_its_bill() {
    let house = House::new().await;
    let (bill, came) = house.bill_and(11_220).await;
    assert_eq!((came.state, came.reason), (TransferState::Unmatched, Some(Reason::NotTried)));
    let settlement = house.attempt(came.id, bill.id).await.unwrap();
    assert_eq!(settlement.outcome, Outcome::Settled);
    let (bill, came) = (house.bill(bill.id).await, house.transfer(came.id).await);
    assert_eq!((bill.state, bill.paid), (BillState::Paid, Yen(11_220)));
    assert_eq!((came.state, came.bill_id, came.undecided()), (TransferState::Matched, Some(bill.id), Yen::ZERO));
    let payment = &house.payments(bill.id).await[0];
    assert_eq!((Some(payment.id), payment.method), (came.payment_id, Method::BankTransfer));
    assert!(house.attempt(came.id, bill.id).await.is_none());
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_waits_in_suspense_and_says_why() {
    let house = House::new().await;
    let (bill, short) = house.bill_and(11_000).await;
    assert!(house.attempt(short.id, bill.id).await.is_none());
    let told = house.transfer(short.id).await;
    assert_eq!((told.reason, told.difference), (Some(Reason::Short), Some(Yen(-220))));

    let over = house.came(2, 11_221, &bill.reference).await;
    house.attempt(over.id, bill.id).await;
    let told = house.transfer(over.id).await;
    assert_eq!((told.reason, told.difference), (Some(Reason::Over), Some(Yen(1))));

    assert_eq!(house.came(3, 500, "9999 9999 9999").await.reason, Some(Reason::NoSuchBill));
    let silent = TransferDraft { reference: None, ..line(4, 500, "") };
    assert_eq!(house.register(&[silent]).await.unwrap()[0].transfer.reason, Some(Reason::NoReference));

    let exact = house.came(5, 11_220, &bill.reference).await;
    let late = house.came(6, 11_220, &bill.reference).await;
    house.attempt(exact.id, bill.id).await;
    house.attempt(late.id, bill.id).await;
    assert_eq!(house.transfer(late.id).await.reason, Some(Reason::BillPaid));

    let void = house.open(&draft()).await;
    let came = house.came(7, 11_220, &void.reference).await.id;
    house.db.tenant(&house.scope(), async |tx| bill::cancel_unpaid(tx, void.id, NOW).await).await.unwrap();
    house.attempt(came, void.id).await;
    assert_eq!(house.transfer(came).await.reason, Some(Reason::BillVoid));

    let overdue = house.open(&BillDraft { due_at: Some(NOW - Duration::days(3)), ..draft() }).await;
    let came = house.came(8, 11_220, &overdue.reference).await;
    house.attempt(came.id, overdue.id).await;
    assert_eq!(house.transfer(came.id).await.reason, Some(Reason::BillOverdue));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_the_last_day_is_late_money_when_the_statement_is_read_in_after_it() {
    let house = House::new().await;
    for (place, called_off) in [(1, false), (2, true)] {
        let bill = house.open(&BillDraft { due_at: Some(NOW - Duration::DAY), ..draft() }).await;
        let came = house.came(place, 11_220, &bill.reference).await;
        if called_off {
            house.db.tenant(&house.scope(), async |tx| bill::cancel_unpaid(tx, bill.id, NOW).await).await.unwrap();
        }
        let settlement = house.attempt(came.id, bill.id).await.unwrap();
        let why = if called_off { Late::Cancelled } else { Late::Overdue };
        assert_eq!(settlement.outcome, Outcome::Late { amount: Yen(11_220), why });
        let payment = settlement.payment;
        house.db.tenant(&house.scope(), async |tx| payment::accept_late(tx, payment, NOW).await).await.unwrap();
        assert_eq!(house.transfer(came.id).await.state, TransferState::Matched);
        assert_eq!(house.bill(bill.id).await.state, BillState::Paid);
    }
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_registered_twice_is_one_transfer_and_told_otherwise_is_refused() {
    let house = House::new().await;
    let lines = [line(1, 500, "A-1"), line(2, 500, "A-1")];
    let first = house.register(&lines).await.unwrap();
    assert!(first.iter().all(|one| !one.known));
    let more = [line(2, 500, "a 1"), line(3, 700, "A-1")];
    let again = house.register(&more).await.unwrap();
    assert_eq!(again.iter().map(|one| one.known).collect::<Vec<_>>(), [true, false]);
    assert_eq!(again[0].transfer.id, first[1].transfer.id);
    let otherwise = house.register(&[line(4, 1, "B"), line(1, 501, "A-1")]).await;
    assert!(matches!(otherwise, Err(RegisterError::Differs { at: 1, as_is }) if as_is == first[0].transfer.id));
    let external = |amount| TransferDraft { identity: Identity::External("bank-7".into()), ..line(0, amount, "C") };
    assert!(!house.register(&[external(9)]).await.unwrap()[0].known);
    assert!(house.register(&[external(9)]).await.unwrap()[0].known);
    let ask = kernel::PageAsk { limit: 100, after: None };
    let all = house.db.read(&house.scope(), async |tx| transfer::list(tx, None, &ask).await).await.unwrap();
    assert_eq!(all.items.len(), 4);
    let theirs = house.db.read(&scope(house.neighbour), async |tx| transfer::list(tx, None, &ask).await).await;
    assert!(theirs.unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_choose_pays_in_part_and_never_too_much() {
    let house = House::new().await;
    let (bill, part) = house.bill_and(11_000).await;
    let (matched, settlement) = house.choose(chosen(&part, &bill)).await.unwrap();
    assert_eq!(settlement.outcome, Outcome::PartlyPaid { outstanding: Yen(220) });
    assert_eq!((matched.state, matched.remainder), (TransferState::Matched, Yen::ZERO));
    let more = house.came(2, 300, "X").await;
    let refused = house.choose(chosen(&more, &bill)).await;
    assert!(matches!(refused, Err(MatchError::TooMuch { outstanding: Yen(220) })));
    let kept = house.choose(Match { keep_remainder: true, ..chosen(&more, &bill) }).await.unwrap().0;
    assert_eq!((kept.remainder, kept.undecided()), (Yen(80), Yen(80)));
    assert_eq!(house.bill(bill.id).await.state, BillState::Paid);
    let back = house.send_back(kept.id).await.unwrap();
    assert_eq!((back.state, back.undecided()), (TransferState::Matched, Yen::ZERO));
    assert!(matches!(house.send_back(kept.id).await, Err(ReturnError::NothingLeft { .. })));
    let third = house.came(3, 1, "X").await;
    assert!(matches!(house.choose(chosen(&third, &bill)).await, Err(MatchError::Paid)));
    house.send_back(third.id).await.unwrap();
    let decided = house.choose(chosen(&third, &bill)).await;
    assert!(matches!(decided, Err(MatchError::Decided { state: TransferState::Returned, bill: None })));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_must_be_all_and_is_told_as_late() {
    let house = House::new().await;
    let overdue = house.open(&BillDraft { due_at: Some(NOW), ..draft() }).await;
    let part = house.came(1, 100, &overdue.reference).await;
    let refused = house.choose(chosen(&part, &overdue)).await;
    assert!(matches!(refused, Err(MatchError::Overdue { missing: Yen(11_220) })));
    let all = house.came(2, 11_220, &overdue.reference).await;
    let settlement = house.choose(chosen(&all, &overdue)).await.unwrap().1;
    assert_eq!(settlement.outcome, Outcome::Late { amount: Yen(11_220), why: Late::Overdue });
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_match_one_transfer_at_once_one_does() {
    let house = House::new().await;
    let came = house.came(1, 11_220, "X").await;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let bill = house.open(&draft()).await;
        let (db, scope, ask) = (house.db.clone(), house.scope(), chosen(&came, &bill));
        tasks.push(tokio::spawn(
            async move { db.tenant(&scope, async |tx| transfer::match_to(tx, &ask, NOW).await).await },
        ));
    }
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert!(matches!(error, MatchError::Decided { .. }), "{error}"),
        }
    }
    assert_eq!(done, 1);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_and_cash_that_come_at_once_never_pay_a_bill_twice() {
    let house = House::new().await;
    let bill = house.open(&draft()).await;
    let mut tasks = Vec::new();
    for place in 0..8 {
        let came = house.came(place + 1, 11_220, &bill.reference).await.id;
        let (db, scope, bill) = (house.db.clone(), house.scope(), bill.id);
        tasks.push(tokio::spawn(async move {
            let work = async |tx: &mut db::TenantTx| transfer::attempt(tx, came, bill, NOW).await;
            db.tenant(&scope, work).await.unwrap().is_some()
        }));
    }
    let (db, scope, ask) =
        (house.db.clone(), house.scope(), Take { bill: bill.id, method: Method::Cash, amount: None });
    tasks.push(tokio::spawn(
        async move { db.tenant(&scope, async |tx| payment::take(tx, &ask, NOW).await).await.is_ok() },
    ));
    let mut done = 0;
    for task in tasks {
        done += i32::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    let (bill, payments) = (house.bill(bill.id).await, house.payments(bill.id).await);
    assert_eq!((bill.paid, payments.len()), (Yen(11_220), 1));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_registered_by_many_at_once_is_registered_once() {
    let house = House::new().await;
    let mut tasks = Vec::new();
    for task in 0..8 {
        let (db, scope) = (house.db.clone(), house.scope());
        let mut lines: Vec<_> = (1..=50).map(|place| line(place, 100, "X")).collect();
        if task % 2 == 1 {
            lines.reverse();
        }
        tasks.push(tokio::spawn(async move {
            db.tenant(&scope, async |tx| transfer::register(tx, &lines, NOW).await).await.unwrap()
        }));
    }
    let mut new = 0;
    for task in tasks {
        new += task.await.unwrap().iter().filter(|one| !one.known).count();
    }
    assert_eq!(new, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn overdue_bills_are_found_by_the_clock() {
    let house = House::new().await;
    let due = |at| BillDraft { due_at: Some(at), ..draft() };
    let over = house.open(&due(NOW)).await;
    house.open(&due(NOW + Duration::MICROSECOND)).await;
    house.open(&draft()).await;
    let list = async |filter: bill::BillFilter| {
        let ask = kernel::PageAsk { limit: 100, after: None };
        let page = house.db.read(&house.scope(), async |tx| bill::list(tx, &filter, &ask).await).await.unwrap();
        page.items.into_iter().map(|bill| bill.id).collect::<Vec<_>>()
    };
    let overdue = bill::BillFilter { overdue_at: Some(NOW), ..bill::BillFilter::default() };
    assert_eq!(list(overdue.clone()).await, [over.id]);
    let number = bill::BillFilter { reference: Some(over.reference.clone()), ..bill::BillFilter::default() };
    assert_eq!(list(number).await, [over.id]);
    house.db.tenant(&house.scope(), async |tx| bill::cancel_unpaid(tx, over.id, NOW).await).await.unwrap();
    assert!(list(overdue).await.is_empty());
    assert_eq!(list(bill::BillFilter::default()).await.len(), 3);
    let open = bill::BillFilter { state: Some(BillState::Open), ..bill::BillFilter::default() };
    assert_eq!(list(open).await.len(), 2);
}
