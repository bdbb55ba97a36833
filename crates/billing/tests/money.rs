//! The promises of bills, payments, refunds and the ledger, kept by a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod common;

use billing::{
    BillState, Late, Method, Outcome, PaymentState,
    bill::{self, CancelBillError, OpenBillError},
    call_off, counter, ledger,
    payment::{
        self, AcceptLateError, Complete, CompletePaymentError, NextAction, Notice, NoticeKind, Start, Take,
        TakePaymentError, Verdict, provider::Sandbox,
    },
    refund::{self, Reason, RecordRefundError, RefundDraft, RefundLine, Route},
};
use common::{House, NOW, draft, scope};
use kernel::{Instant, Yen, ids::BillId};
use time::{Duration, macros::date};

fn whole(bill: BillId) -> RefundDraft {
    RefundDraft { bill, payment: None, lines: vec![], route: Route::Cash, reason: Reason::Patron }
}

impl House {
    async fn start(&self, bill: BillId, method: Method, token: &str) -> payment::Answer {
        let ask = Start { bill, method, token: Some(token.into()) };
        self.db.tenant(&self.scope(), async |tx| payment::start(tx, &Sandbox, &ask, NOW).await).await.unwrap()
    }

    async fn notify(&self, notice: &Notice, now: Instant) -> payment::Notified {
        self.db.tenant(&self.scope(), async |tx| payment::notify(tx, notice, now).await).await.unwrap()
    }

    async fn take(&self, bill: BillId, amount: Option<i64>) -> Result<Outcome, TakePaymentError> {
        let ask = Take { bill, method: Method::Cash, amount: amount.map(Yen) };
        let taken = self.db.tenant(&self.scope(), async |tx| payment::take(tx, &ask, NOW).await).await?;
        Ok(taken.1.outcome)
    }

    async fn refund(&self, draft: &RefundDraft) -> Result<refund::Refund, RecordRefundError> {
        self.db.tenant(&self.scope(), async |tx| refund::record(tx, draft, NOW).await).await
    }

    async fn cancel(&self, bill: BillId) -> Result<billing::Bill, CancelBillError> {
        self.db.tenant(&self.scope(), async |tx| bill::cancel_unpaid(tx, bill, NOW).await).await
    }
}

fn told(payment: &payment::Payment, event: &str, kind: NoticeKind, amount: i64) -> Notice {
    Notice {
        provider: "sandbox".into(),
        event_id: event.into(),
        reference: payment.provider_ref.clone().unwrap(),
        kind,
        amount: Yen(amount),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_reads_back_as_it_was_opened() {
    let house = House::new().await;
    let opened = house.open(&draft()).await;
    let found = house.bill(opened.id).await;
    assert_eq!(format!("{opened:?}"), format!("{found:?}"));
    assert_eq!((found.total, found.totals().unwrap().tax), (Yen(11_220), Yen(1_020)));
    let by_subject =
        house.db.read(&house.scope(), async |tx| bill::find_of(tx, &opened.subject).await).await.unwrap().unwrap();
    assert_eq!(by_subject.id, opened.id);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_has_one_live_bill() {
    let house = House::new().await;
    let draft = draft();
    let first = house.open(&draft).await;
    let again = house.db.tenant(&house.scope(), async |tx| bill::open(tx, &draft, NOW).await).await;
    assert!(matches!(again, Err(OpenBillError::Exists)));
    house.cancel(first.id).await.unwrap();
    house.open(&draft).await;
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbour_sees_no_bill() {
    let house = House::new().await;
    let bill = house.open(&draft()).await;
    let theirs = house.db.read(&scope(house.neighbour), async |tx| bill::find(tx, bill.id).await).await.unwrap();
    assert!(theirs.is_none());
    let ask = Take { bill: bill.id, method: Method::Cash, amount: None };
    let taken = house.db.tenant(&scope(house.neighbour), async |tx| payment::take(tx, &ask, NOW).await).await;
    assert!(matches!(taken, Err(TakePaymentError::Absent)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_sale_is_paid_when_it_is_written() {
    let house = House::new().await;
    let draft = draft();
    let sale = house
        .db
        .tenant(&house.scope(), async |tx| counter::sell_paid(tx, &draft, Method::Cash, NOW).await)
        .await
        .unwrap();
    let found = house.bill(sale.bill.id).await;
    assert_eq!((found.state, found.paid), (BillState::Paid, Yen(11_220)));
    assert_eq!(format!("{found:?}"), format!("{:?}", sale.bill));
    let payments = house.payments(found.id).await;
    assert_eq!(format!("{:?}", payments[0]), format!("{:?}", sale.payment.unwrap()));
    let totals = house.totals(found.id).await;
    assert_eq!((totals.revenue, totals.money, totals.receivable), (Yen(11_220), Yen(11_220), Yen::ZERO));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_of_nothing_needs_no_payment() {
    let house = House::new().await;
    let mut free = draft();
    free.lines = vec![billing::LineDraft::listed("招待", 2, Yen(0), tariff::TaxRate::Standard, "invitation")];
    let sale = house
        .db
        .tenant(&house.scope(), async |tx| counter::sell_paid(tx, &free, Method::Cash, NOW).await)
        .await
        .unwrap();
    assert!(sale.payment.is_none());
    assert_eq!(house.bill(sale.bill.id).await.state, BillState::Paid);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_is_taken_in_parts_but_never_too_much() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    assert_eq!(house.take(bill, Some(5_000)).await.unwrap(), Outcome::PartlyPaid { outstanding: Yen(6_220) });
    let too_much = house.take(bill, Some(6_221)).await;
    assert!(matches!(too_much, Err(TakePaymentError::TooMuch { outstanding: Yen(6_220) })));
    assert!(matches!(house.cancel(bill).await, Err(CancelBillError::PartlyPaid { .. })));
    assert_eq!(house.take(bill, None).await.unwrap(), Outcome::Settled);
    assert!(matches!(house.take(bill, None).await, Err(TakePaymentError::Paid)));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_over_the_counter_after_the_due_time_is_all_that_is_missing_and_late() {
    let house = House::new().await;
    let bill = house.open(&billing::BillDraft { due_at: Some(NOW), ..draft() }).await.id;
    let part = house.take(bill, Some(11_219)).await;
    assert!(matches!(part, Err(TakePaymentError::Overdue { missing: Yen(11_220), .. })));
    let too_much = house.take(bill, Some(11_221)).await;
    assert!(matches!(too_much, Err(TakePaymentError::TooMuch { outstanding: Yen(11_220) })));
    let told = house.take(bill, None).await.unwrap();
    assert_eq!(told, Outcome::Late { amount: Yen(11_220), why: Late::Overdue });

    let lapsed = house.open(&billing::BillDraft { due_at: Some(NOW), ..draft() }).await.id;
    house.cancel(lapsed).await.unwrap();
    let told = house.take(lapsed, None).await.unwrap();
    assert_eq!(told, Outcome::Late { amount: Yen(11_220), why: Late::Cancelled });
    let given_up = house.open(&draft()).await.id;
    house.cancel(given_up).await.unwrap();
    assert!(matches!(house.take(given_up, None).await, Err(TakePaymentError::Cancelled)));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_money_is_taken_for_a_bill_that_was_called_off_while_it_took_payments_after_its_due_time() {
    let house = House::new().await;
    let [had, kept] = [draft(), draft()].map(|one| billing::BillDraft { due_at: Some(NOW), ..one });
    let stands = house.db.tenant(&house.scope(), async |tx| bill::open_standing(tx, &had, NOW).await).await.unwrap();
    let in_grace = house.open(&kept).await;
    let until = [(in_grace.id, NOW + Duration::DAY)];
    house.db.tenant(&house.scope(), async |tx| bill::keep_open(tx, &until).await).await.unwrap();
    for bill in [stands.id, in_grace.id] {
        house.cancel(bill).await.unwrap();
        assert!(matches!(house.take(bill, None).await, Err(TakePaymentError::Cancelled)));
    }
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_captured_declined_or_confirmed() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let declined = house.start(bill, Method::SandboxCard, "tok_declined").await;
    assert_eq!((declined.payment.state, declined.settlement), (PaymentState::Failed, None));
    let asked = house.start(bill, Method::SandboxCard, "tok_3ds").await.payment;
    let Some(NextAction::Confirm { step, .. }) = asked.next_action.clone() else { panic!("{asked:?}") };
    let complete = async |step: &str, approved: bool, now: Instant| {
        let ask = Complete { payment: asked.id, step: step.into(), approved };
        house.db.tenant(&house.scope(), async |tx| payment::complete_action(tx, &Sandbox, &ask, now).await).await
    };
    assert!(matches!(complete("3ds_0", true, NOW).await, Err(CompletePaymentError::NotWaiting)));
    let late = NOW + Duration::minutes(15);
    assert!(matches!(complete(&step, true, late).await, Err(CompletePaymentError::NotWaiting)));
    let answer = complete(&step, true, NOW).await.unwrap();
    assert_eq!(answer.settlement.unwrap().outcome, Outcome::Settled);
    assert!(matches!(complete(&step, true, NOW).await, Err(CompletePaymentError::NotWaiting)));
    assert_eq!(house.bill(bill).await.state, BillState::Paid);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_convenience_store_payment_waits_for_its_notice() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let payment = house.start(bill, Method::SandboxKonbini, "").await.payment;
    let Some(NextAction::PayAtStore { number }) = &payment.next_action else { panic!("{payment:?}") };
    assert_eq!((number.len(), payment.state), (11, PaymentState::RequiresAction));
    assert_eq!(payment.due_at, Some(NOW + Duration::days(3)));

    let wrong = house.notify(&told(&payment, "e0", NoticeKind::Captured, 11_219), NOW).await;
    assert_eq!((wrong.verdict, wrong.settlement), (Some(Verdict::Quarantined), None));
    let right = told(&payment, "e1", NoticeKind::Captured, 11_220);
    let first = house.notify(&right, NOW).await;
    assert_eq!(first.settlement.unwrap().outcome, Outcome::Settled);
    let again = house.notify(&right, NOW).await;
    assert_eq!((again.verdict, again.settlement), (None, None));
    let stale = house.notify(&told(&payment, "e2", NoticeKind::Expired, 11_220), NOW).await;
    assert_eq!(stale.verdict, Some(Verdict::Ignored));
    assert_eq!(house.bill(bill).await.paid, Yen(11_220));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_for_a_store_takes_the_place_of_the_one_before_and_money_counts_once_with_whichever_it_comes() {
    for old in [true, false] {
        let house = House::new().await;
        let due_at = Some(NOW + Duration::hours(1));
        let bill = house.open(&billing::BillDraft { due_at, ..draft() }).await.id;
        let first = house.start(bill, Method::SandboxKonbini, "").await.payment;
        let later = NOW + Duration::days(9);
        house.db.tenant(&house.scope(), async |tx| bill::extend(tx, bill, later, NOW).await).await.unwrap();
        let given = house.payments(bill).await;
        assert_eq!(payment::store_number(&given).unwrap().due_at, due_at, "a number keeps its time");
        let second = house.start(bill, Method::SandboxKonbini, "").await.payment;
        assert_eq!(second.due_at, Some(NOW + Duration::days(3)));
        let given = house.payments(bill).await;
        let told_of: Vec<_> = given.iter().map(|one| (one.state, one.failure.as_deref())).collect();
        assert_eq!(
            told_of,
            [(PaymentState::Cancelled, Some("replaced")), (PaymentState::RequiresAction, None)],
            "one number at a time"
        );
        assert_eq!(payment::store_number(&given).unwrap().id, second.id);

        let (pays, pays_again) = if old { (&first, &second) } else { (&second, &first) };
        let settled = house.notify(&told(pays, "e1", NoticeKind::Captured, 11_220), NOW + Duration::hours(2)).await;
        assert_eq!(settled.settlement.unwrap().outcome, Outcome::Settled);
        let late = house.notify(&told(pays_again, "e2", NoticeKind::Captured, 11_220), NOW + Duration::hours(3)).await;
        let expected = Outcome::Late { amount: Yen(11_220), why: Late::PaidAlready };
        assert_eq!(late.settlement.unwrap().outcome, expected);
        let back = pays_again.id;
        house.db.tenant(&house.scope(), async |tx| payment::refund_late(tx, back, NOW).await).await.unwrap();
        assert_eq!(house.totals(bill).await.money, Yen(11_220));
        house.proves().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_for_more_than_is_still_asked_for_is_not_wanted_any_more_and_its_money_goes_back_whole() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let whole = house.start(bill, Method::SandboxKonbini, "").await.payment;
    house.take(bill, Some(5_000)).await.unwrap();
    assert_eq!(house.payments(bill).await[0].state, PaymentState::Cancelled);
    let rest = house.start(bill, Method::SandboxKonbini, "").await.payment;
    assert_eq!(rest.amount, Yen(6_220));
    let late = house.notify(&told(&whole, "e1", NoticeKind::Captured, 11_220), NOW).await.settlement.unwrap();
    assert_eq!(late.outcome, Outcome::Late { amount: Yen(11_220), why: Late::PaidAlready });
    house.db.tenant(&house.scope(), async |tx| payment::refund_late(tx, whole.id, NOW).await).await.unwrap();
    let settled = house.notify(&told(&rest, "e2", NoticeKind::Captured, 6_220), NOW).await.settlement.unwrap();
    assert_eq!(settled.outcome, Outcome::Settled);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_waits_for_a_decision_and_is_accepted_once() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let payment = house.start(bill, Method::SandboxKonbini, "").await.payment;
    house.cancel(bill).await.unwrap();
    assert_eq!(house.payments(bill).await[0].state, PaymentState::Cancelled);
    let late = house.notify(&told(&payment, "e1", NoticeKind::Captured, 11_220), NOW).await;
    let expected = Outcome::Late { amount: Yen(11_220), why: Late::Cancelled };
    assert_eq!(late.settlement.unwrap().outcome, expected);
    assert_eq!(house.totals(bill).await.suspense, Yen(11_220));
    house.proves().await;

    let accept =
        async || house.db.tenant(&house.scope(), async |tx| payment::accept_late(tx, payment.id, NOW).await).await;
    assert_eq!(accept().await.unwrap().outcome, Outcome::Settled);
    assert!(matches!(accept().await, Err(AcceptLateError::NotLate)));
    let totals = house.totals(bill).await;
    assert_eq!((totals.suspense, totals.money, totals.revenue), (Yen::ZERO, Yen(11_220), Yen(11_220)));
    assert_eq!(house.bill(bill).await.state, BillState::Paid);
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_payment_of_a_paid_bill_can_only_go_back() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let store = house.start(bill, Method::SandboxKonbini, "").await.payment;
    house.start(bill, Method::SandboxCard, "tok_ok").await;
    let late = house.notify(&told(&store, "e1", NoticeKind::Captured, 11_220), NOW).await.settlement.unwrap();
    assert_eq!(late.outcome, Outcome::Late { amount: Yen(11_220), why: Late::PaidAlready });
    let accepted = house.db.tenant(&house.scope(), async |tx| payment::accept_late(tx, store.id, NOW).await).await;
    assert!(matches!(accepted, Err(AcceptLateError::NothingOwed { .. })));
    house.db.tenant(&house.scope(), async |tx| payment::refund_late(tx, store.id, NOW).await).await.unwrap();
    let totals = house.totals(bill).await;
    assert_eq!((totals.money, totals.suspense), (Yen(11_220), Yen::ZERO));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_after_the_due_time_is_late() {
    let house = House::new().await;
    let due = NOW + Duration::hours(1);
    let bill = house.open(&billing::BillDraft { due_at: Some(due), ..draft() }).await.id;
    let payment = house.start(bill, Method::SandboxKonbini, "").await.payment;
    assert_eq!(payment.due_at, Some(due));
    let late = house.notify(&told(&payment, "e1", NoticeKind::Captured, 11_220), due).await.settlement.unwrap();
    assert_eq!(late.outcome, Outcome::Late { amount: Yen(11_220), why: Late::Overdue });
    house.db.tenant(&house.scope(), async |tx| payment::accept_late(tx, payment.id, due).await).await.unwrap();
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_for_what_was_had_already_is_overdue_and_takes_money_all_the_same() {
    let house = House::new().await;
    let open = async || {
        let draft = billing::BillDraft { due_at: Some(NOW), ..draft() };
        house.db.tenant(&house.scope(), async |tx| bill::open_standing(tx, &draft, NOW).await).await.unwrap().id
    };
    let (first, second) = (open().await, open().await);
    assert!(call_off::tenants_with_overdue(&house.db, NOW).await.unwrap().is_empty());
    let done = house.db.tenant(&house.scope(), async |tx| call_off::overdue(tx, 100, NOW).await).await.unwrap();
    assert!(done.is_empty(), "nobody calls it off");
    let filter = bill::BillFilter { overdue_at: Some(NOW), ..bill::BillFilter::default() };
    let ask = kernel::PageAsk { limit: 100, after: None };
    let listed = house.db.read(&house.scope(), async |tx| bill::list(tx, &filter, &ask).await).await.unwrap();
    assert_eq!(listed.items.len(), 2, "it is overdue all the same");
    house.take(first, None).await.unwrap();
    assert_eq!(house.bill(first).await.state, BillState::Paid);
    let payment = house.start(second, Method::SandboxKonbini, "").await.payment;
    assert!(payment.due_at.unwrap() > NOW, "there is as long to pay as for a bill without a deadline");
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_gives_back_what_was_paid_for_it_and_no_more() {
    let house = House::new().await;
    let bill = house.open(&draft()).await;
    house.take(bill.id, None).await.unwrap();
    let ticket = RefundLine { line: bill.lines[0].id, amount: Yen(5_500), quantity: 1 };
    let one = RefundDraft { lines: vec![ticket], ..whole(bill.id) };
    assert_eq!(house.refund(&one).await.unwrap().amount, Yen(5_500));
    assert_eq!(house.refund(&one).await.unwrap().amount, Yen(5_500));
    assert!(matches!(house.refund(&one).await, Err(RecordRefundError::TooMuch { left: Yen(0) })));
    assert_eq!(house.refund(&whole(bill.id)).await.unwrap().amount, Yen(220));
    assert!(matches!(house.refund(&whole(bill.id)).await, Err(RecordRefundError::TooMuch { .. })));
    assert_eq!(house.payments(bill.id).await[0].state, PaymentState::Refunded);
    assert_eq!(house.totals(bill.id).await, ledger::Totals::default());
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_of_an_open_bill_is_returned_whole() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    house.take(bill, Some(1_000)).await.unwrap();
    let payment = house.payments(bill).await[0].id;
    assert!(matches!(house.refund(&whole(bill)).await, Err(RecordRefundError::Unpaid)));
    house.refund(&RefundDraft { payment: Some(payment), ..whole(bill) }).await.unwrap();
    house.proves().await;
    house.cancel(bill).await.unwrap();
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_adds_up_by_kind_rate_and_method() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    house.take(bill, None).await.unwrap();
    // 12:00 UTC is the evening of the same day in Japan
    let day = house.db.read(&house.scope(), async |tx| ledger::day(tx, date!(2026 - 11 - 22)).await).await.unwrap();
    let lines: Vec<_> =
        day.iter().map(|line| (line.kind.as_str(), line.quantity, line.amount.0, line.method)).collect();
    assert_eq!(lines, [("fee", 1, 220, None), ("payment", 0, 11_220, Some(Method::Cash)), ("sale", 2, 11_000, None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_or_removes_a_row_of_the_ledger() {
    let house = House::new().await;
    house.open(&draft()).await;
    for role in ["svc_core", "svc_ticket", "svc_venue", "svc_course", "svc_operator"] {
        for sql in ["UPDATE billing.ledger SET amount = 0", "DELETE FROM billing.ledger", "TRUNCATE billing.ledger"] {
            let said = house.try_as(role, sql).await.unwrap_err();
            assert!(said.contains("permission denied"), "{role}: {sql}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_captures_of_one_payment_one_counts() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let payment = house.start(bill, Method::SandboxKonbini, "").await.payment;
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            // half of them are the same notice, half are notices of their own
            let event = if n % 2 == 0 { "same".to_owned() } else { format!("own{n}") };
            let notice = told(&payment, &event, NoticeKind::Captured, 11_220);
            let (db, scope) = (house.db.clone(), house.scope());
            tokio::spawn(async move { db.tenant(&scope, async |tx| payment::notify(tx, &notice, NOW).await).await })
        })
        .collect();
    let mut settled = 0;
    for task in tasks {
        settled += usize::from(task.await.unwrap().unwrap().settlement.is_some());
    }
    assert_eq!(settled, 1);
    assert_eq!(house.bill(bill).await.paid, Yen(11_220));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_tills_racing_for_one_bill_one_takes_the_money() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let (db, scope) = (house.db.clone(), house.scope());
            tokio::spawn(async move {
                if n % 4 == 3 {
                    return db
                        .tenant(&scope, async |tx| bill::cancel_unpaid(tx, bill, NOW).await)
                        .await
                        .map(|_| false)
                        .unwrap_or(false);
                }
                let ask = Take { bill, method: Method::Cash, amount: None };
                db.tenant(&scope, async |tx| payment::take(tx, &ask, NOW).await).await.is_ok()
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    let bill = house.bill(bill).await;
    assert_eq!(taken, usize::from(bill.state == BillState::Paid));
    house.proves().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_refunds_racing_for_one_line_no_more_than_was_paid_goes_back() {
    let house = House::new().await;
    let bill = house.open(&draft()).await;
    house.take(bill.id, None).await.unwrap();
    let ticket = RefundLine { line: bill.lines[0].id, amount: Yen(5_500), quantity: 1 };
    let one = RefundDraft { lines: vec![ticket], ..whole(bill.id) };
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (db, scope, one) = (house.db.clone(), house.scope(), one.clone());
            tokio::spawn(async move { db.tenant(&scope, async |tx| refund::record(tx, &one, NOW).await).await.is_ok() })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!((done, house.bill(bill.id).await.refunded), (2, Yen(11_000)));
    house.proves().await;
}

/// A small generator, so that a failing sequence is known by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_captured_minus_refunded_is_the_balance() {
    let house = House::new().await;
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let due_at = (dice.below(2) == 0).then(|| NOW + Duration::minutes(10));
        let bill = house.open(&billing::BillDraft { due_at, ..draft() }).await;
        for step in 0..12 {
            let now = NOW + Duration::minutes(i64::try_from(dice.below(4) * 5).unwrap());
            anything(&house, &mut dice, &bill, now).await;
            let (bill, payments) = (house.bill(bill.id).await, house.payments(bill.id).await);
            let came = |p: &&payment::Payment| p.captured_at.is_some();
            let captured: Yen = payments.iter().filter(came).map(|p| p.amount).sum();
            let refunded: Yen = payments.iter().map(|p| p.refunded).sum();
            let totals = house.totals(bill.id).await;
            assert_eq!(captured - refunded, totals.money, "seed {seed} step {step}");
            assert_eq!(totals.money - totals.suspense, bill.paid - bill.refunded, "seed {seed} step {step}");
            house.proves().await;
        }
    }
}

async fn anything(house: &House, dice: &mut Dice, bill: &billing::Bill, now: Instant) {
    let payments = house.payments(bill.id).await;
    let online: Vec<_> = payments.iter().filter(|p| p.provider.is_some()).collect();
    let pick = (!online.is_empty()).then(|| online[dice.below(online.len() as u64) as usize]);
    let (db, scope, id) = (&house.db, house.scope(), bill.id);
    match (dice.below(11), pick) {
        (9, _) => {
            let _ = db.tenant(&scope, async |tx| call_off::bill(tx, id, Reason::Staff, now).await).await;
        }
        (10, _) => {
            let line = bill.lines[dice.below(2) as usize].id;
            let part = RefundLine { line, amount: Yen(1 + dice.below(6_000) as i64), quantity: 0 };
            let _ = db.tenant(&scope, async |tx| refund::give_back(tx, id, &[part], Reason::Staff, now).await).await;
        }
        (0, _) => {
            let _ = db.tenant(&scope, async |tx| bill::cancel_unpaid(tx, id, now).await).await;
        }
        (1, _) => {
            let ask = Take { bill: id, method: Method::Cash, amount: Some(Yen(dice.below(12_000) as i64)) };
            let _ = db.tenant(&scope, async |tx| payment::take(tx, &ask, now).await).await;
        }
        (2 | 3, _) => {
            let token = ["tok_ok", "tok_3ds", "tok_declined", "tok_none"][dice.below(4) as usize];
            let method = [Method::SandboxCard, Method::SandboxKonbini, Method::SandboxKonbini][dice.below(3) as usize];
            let ask = Start { bill: id, method, token: Some(token.into()) };
            let _ = db.tenant(&scope, async |tx| payment::start(tx, &Sandbox, &ask, now).await).await;
        }
        (4 | 5, Some(payment)) => {
            let kind = [NoticeKind::Captured, NoticeKind::Captured, NoticeKind::Expired][dice.below(3) as usize];
            let amount = payment.amount.0 - i64::from(dice.below(8) == 0);
            let notice = told(payment, &format!("{}-{}", payment.id, dice.below(3)), kind, amount);
            house.notify(&notice, now).await;
        }
        (6, Some(payment)) => {
            let payment = payment.id;
            let _ = db.tenant(&scope, async |tx| payment::accept_late(tx, payment, now).await).await;
        }
        (7, Some(payment)) => {
            let payment = payment.id;
            let _ = db.tenant(&scope, async |tx| payment::refund_late(tx, payment, now).await).await;
        }
        _ => {
            let line = bill.lines[dice.below(2) as usize].id;
            let part = RefundLine { line, amount: Yen(1 + dice.below(6_000) as i64), quantity: 0 };
            let lines = if dice.below(2) == 0 { vec![part] } else { vec![] };
            let named = payments.get(dice.below(4) as usize).map(|p| p.id);
            let draft = RefundDraft { payment: named, lines, ..whole(id) };
            let _ = db.tenant(&scope, async |tx| refund::record(tx, &draft, now).await).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_was_tampered_with_is_found() {
    let house = House::new().await;
    let bill = house.open(&draft()).await.id;
    house.take(bill, None).await.unwrap();
    house.behind_the_walls("UPDATE billing.payments SET amount = amount + 1").await;
    let day = date!(2026 - 11 - 22);
    let (all, on) = house
        .db
        .read(&house.scope(), async |tx| {
            Ok::<_, db::Fault>((ledger::disagreeing(tx).await?, ledger::disagreeing_on(tx, day).await?))
        })
        .await
        .unwrap();
    assert_eq!((all, on), (vec![bill], vec![bill]));
}

#[tokio::test(flavor = "multi_thread")]
async fn open_bills_are_called_off_once_their_time_is_over_and_a_part_goes_back() {
    let house = House::new().await;
    let due_at = Some(NOW + Duration::minutes(10));
    let unpaid = house.open(&billing::BillDraft { due_at, ..draft() }).await.id;
    let partly = house.open(&billing::BillDraft { due_at, ..draft() }).await.id;
    house.take(partly, Some(100)).await.unwrap();
    let endless = house.open(&draft()).await.id;
    let tidy = async |now: Instant| {
        let found = call_off::tenants_with_overdue(&house.db, now).await.unwrap();
        let done = house.db.tenant(&house.scope(), async |tx| call_off::overdue(tx, 100, now).await).await.unwrap();
        (found, done.len())
    };
    assert_eq!(tidy(NOW + Duration::minutes(9)).await, (vec![], 0));
    assert_eq!(tidy(NOW + Duration::minutes(10)).await, (vec![house.tenant], 2));
    assert_eq!(tidy(NOW + Duration::minutes(11)).await, (vec![], 0));
    let states = [house.bill(unpaid).await.state, house.bill(partly).await.state, house.bill(endless).await.state];
    assert_eq!(states, [BillState::Cancelled, BillState::Cancelled, BillState::Open]);
    let returned = house.db.read(&house.scope(), async |tx| refund::of_bill(tx, partly).await).await.unwrap();
    assert_eq!(returned.iter().map(|one| (one.amount, one.reason)).collect::<Vec<_>>(), [(Yen(100), Reason::Lapsed)]);
    house.proves().await;
}
