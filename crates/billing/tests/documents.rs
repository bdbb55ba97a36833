//! The promises of receipts, invoices and credit notes, kept by a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

mod common;

use billing::{
    Bill, Method, call_off,
    document::{
        self, About, Document, DocumentError, DocumentFilter, DocumentKind, DocumentState, IssueError, VoidReason,
    },
    issuer::{self, Issuer, IssuerDraft, Meant, SetIssuerError},
    payment::{self, Notice, NoticeKind, Start, Take, provider::Sandbox},
    refund::{self, Reason, Refund, RefundDraft, RefundLine, Route},
};
use common::{House, NOW, draft, scope};
use kernel::{
    Instant, PageAsk, Yen,
    ids::{BillId, DocumentId, PaymentId},
};
use time::{Duration, macros::datetime};

impl House {
    async fn set_issuer(&self, number: Option<&str>, expected: Option<i32>) -> Result<Issuer, SetIssuerError> {
        let draft = IssuerDraft {
            name: "ひかり市".into(),
            address: "ひかり市本町1-1".into(),
            registration_number: number.map(str::to_owned),
        };
        let meant = expected.map_or(Meant::Any, Meant::Version);
        let work = async |tx: &mut db::TenantTx| issuer::set(tx, draft.clone(), meant, NOW).await;
        self.db.tenant(&self.scope_of_core(), work).await
    }

    fn scope_of_core(&self) -> kernel::Scope {
        self.scope().in_service(kernel::Service::Core)
    }

    /// A house that may issue everything.
    async fn registered() -> Self {
        let house = Self::new().await;
        house.set_issuer(Some("T8000020130001"), None).await.unwrap();
        house
    }

    async fn issue_at(&self, about: About, now: Instant) -> Result<Document, IssueError> {
        let work = async |tx: &mut db::TenantTx| document::issue(tx, about, None, now).await;
        self.db.tenant(&self.scope_of_core(), work).await
    }

    async fn issue(&self, about: About) -> Result<Document, IssueError> {
        self.issue_at(about, NOW).await
    }

    async fn reissue(&self, id: DocumentId) -> Result<Document, IssueError> {
        let work = async |tx: &mut db::TenantTx| document::reissue(tx, id, None, NOW).await;
        self.db.tenant(&self.scope_of_core(), work).await
    }

    async fn void(&self, id: DocumentId) -> Result<Document, DocumentError> {
        let work = async |tx: &mut db::TenantTx| document::void(tx, id, VoidReason::WrongContent, NOW).await;
        self.db.tenant(&self.scope_of_core(), work).await
    }

    async fn copy(&self, id: DocumentId) -> Result<Document, DocumentError> {
        let work = async |tx: &mut db::TenantTx| document::copy(tx, id, NOW).await;
        self.db.tenant(&self.scope_of_core(), work).await
    }

    async fn pay(&self, bill: BillId, amount: Option<i64>) -> PaymentId {
        let ask = Take { bill, method: Method::Cash, amount: amount.map(Yen) };
        self.db.tenant(&self.scope(), async |tx| payment::take(tx, &ask, NOW).await).await.unwrap().0.id
    }

    async fn paid(&self) -> Bill {
        let bill = self.open(&draft()).await;
        self.pay(bill.id, None).await;
        self.bill(bill.id).await
    }

    async fn refund_line(&self, bill: &Bill, amount: i64, quantity: i64) -> (Refund, Option<Document>) {
        let line = RefundLine { line: bill.lines[0].id, amount: Yen(amount), quantity };
        let draft =
            RefundDraft { bill: bill.id, payment: None, lines: vec![line], route: Route::Cash, reason: Reason::Patron };
        let work = async |tx: &mut db::TenantTx| -> Result<_, refund::RecordRefundError> {
            let refund = refund::record(tx, &draft, NOW).await?;
            let note = document::credit(tx, &refund, NOW).await?;
            Ok((refund, note))
        };
        self.db.tenant(&self.scope(), work).await.unwrap()
    }

    async fn numbers(&self, kind: DocumentKind, year: i32) -> Vec<i32> {
        let filter = DocumentFilter { bill: None, kind: Some(kind), fiscal_year: Some(year) };
        let ask = PageAsk { limit: 100_000, after: None };
        let work = async |tx: &mut db::TenantTx| document::list(tx, &filter, &ask).await;
        let page = self.db.read(&self.scope_of_core(), work).await.unwrap();
        let mut numbers: Vec<i32> = page.items.iter().map(|one| one.number).collect();
        numbers.sort_unstable();
        numbers
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_reads_back_as_it_was_issued() {
    let house = House::registered().await;
    let bill = house.paid().await;
    let invoice = house.issue(About::Bill(bill.id)).await.unwrap();
    let work = async |tx: &mut db::TenantTx| document::find(tx, invoice.id).await;
    assert_eq!(house.db.read(&house.scope_of_core(), work).await.unwrap(), Some(invoice.clone()));
    assert_eq!((invoice.content.total, invoice.content.tax), (Yen(11_220), Some(Yen(1_020))));
    assert_eq!((invoice.content.number.as_str(), invoice.revision), ("I2026-000001", 1));
    assert_eq!(invoice.content.issuer.registration_number.as_deref(), Some("T8000020130001"));
    let theirs = scope(house.neighbour).in_service(kernel::Service::Core);
    assert_eq!(house.db.read(&theirs, work).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_issued_in_nobodys_name_or_without_what_the_law_asks_for() {
    let house = House::new().await;
    let bill = house.paid().await.id;
    assert!(matches!(house.issue(About::PaidBill(bill)).await, Err(IssueError::NoIssuer)));
    house.set_issuer(None, None).await.unwrap();
    assert!(matches!(house.issue(About::Bill(bill)).await, Err(IssueError::Unregistered)));
    house.issue(About::PaidBill(bill)).await.unwrap();
    let unpaid = house.open(&draft()).await.id;
    assert!(matches!(house.issue(About::PaidBill(unpaid)).await, Err(IssueError::NotPaid { .. })));
    // what was refused has taken no number
    let other = house.paid().await.id;
    assert_eq!(house.issue(About::PaidBill(other)).await.unwrap().number, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_issues_is_set_by_whoever_read_it_last() {
    let house = House::new().await;
    assert!(matches!(house.set_issuer(Some("T8000020130002"), None).await, Err(SetIssuerError::NoNumber)));
    assert!(matches!(house.set_issuer(None, Some(1)).await, Err(SetIssuerError::Stale)));
    assert_eq!(house.set_issuer(None, None).await.unwrap().version, 1);
    assert_eq!(house.set_issuer(Some("T8000020130001"), Some(1)).await.unwrap().version, 2);
    assert!(matches!(house.set_issuer(None, Some(1)).await, Err(SetIssuerError::Stale)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_set_the_first_issuer_at_once_one_does() {
    let house = House::new().await;
    let mut tasks = Vec::new();
    for n in 0..8 {
        let (db, scope) = (house.db.clone(), house.scope_of_core());
        let draft =
            IssuerDraft { name: format!("発行者{n}"), address: "ひかり市".into(), registration_number: None };
        tasks.push(tokio::spawn(async move {
            let work = async |tx: &mut db::TenantTx| issuer::set(tx, draft.clone(), Meant::Nobody, NOW).await;
            db.tenant(&scope, work).await
        }));
    }
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(issuer) => done += issuer.version,
            Err(error) => assert!(matches!(error, SetIssuerError::Stale | SetIssuerError::Unconditional), "{error}"),
        }
    }
    assert_eq!(done, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_begin_anew_for_each_kind_and_each_april() {
    let house = House::registered().await;
    let march = datetime!(2027-03-31 14:59:59 UTC);
    let april = datetime!(2027-03-31 15:00:00 UTC);
    let [first, second] = [house.paid().await.id, house.paid().await.id];
    let receipt = house.issue_at(About::PaidBill(first), march).await.unwrap();
    let invoice = house.issue_at(About::Bill(first), march).await.unwrap();
    let later = house.issue_at(About::PaidBill(second), april).await.unwrap();
    let numbers: Vec<_> = [receipt, invoice, later].into_iter().map(|one| one.content.number).collect();
    assert_eq!(numbers, ["R2026-000001", "I2026-000001", "R2027-000001"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_money_has_one_receipt() {
    let house = House::registered().await;
    let bill = house.open(&draft()).await.id;
    let [part, rest] = [house.pay(bill, Some(1_000)).await, house.pay(bill, None).await];
    let receipt = house.issue(About::Payment(part)).await.unwrap();
    assert_eq!((receipt.content.total, receipt.content.taxes.len()), (Yen(1_000), 0));
    let again = house.issue(About::Payment(part)).await;
    assert!(matches!(again, Err(IssueError::Exists { document }) if document == receipt.id));
    let whole = house.issue(About::PaidBill(bill)).await;
    assert!(matches!(whole, Err(IssueError::Receipted { document }) if document == receipt.id));
    house.void(receipt.id).await.unwrap();
    let whole = house.issue(About::PaidBill(bill)).await.unwrap();
    assert!(matches!(house.issue(About::Payment(rest)).await, Err(IssueError::Receipted { .. })));
    assert!(matches!(house.reissue(receipt.id).await, Err(IssueError::Receipted { document }) if document == whole.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_paid_for_nothing_and_went_back_is_on_no_receipt() {
    let house = House::registered().await;
    let bill = house.open(&draft()).await.id;
    let ask = Start { bill, method: Method::SandboxKonbini, token: None };
    let started = house.db.tenant(&house.scope(), async |tx| payment::start(tx, &Sandbox, &ask, NOW).await).await;
    let late = started.unwrap().payment;
    let part = house.pay(bill, Some(1_000)).await;
    let back = RefundDraft { bill, payment: Some(part), lines: vec![], route: Route::Cash, reason: Reason::Patron };
    house.db.tenant(&house.scope(), async |tx| refund::record(tx, &back, NOW).await).await.unwrap();
    house.pay(bill, None).await;
    let notice = Notice {
        provider: "sandbox".into(),
        event_id: "e1".into(),
        reference: late.provider_ref.clone().unwrap(),
        kind: NoticeKind::Captured,
        amount: late.amount,
    };
    let tomorrow = NOW + Duration::DAY;
    house.db.tenant(&house.scope(), async |tx| payment::notify(tx, &notice, tomorrow).await).await.unwrap();
    house.db.tenant(&house.scope(), async |tx| payment::refund_late(tx, late.id, tomorrow).await).await.unwrap();
    for gone in [part, late.id] {
        assert!(matches!(house.issue(About::Payment(gone)).await, Err(IssueError::NotReceived)));
    }
    let receipt = house.issue(About::PaidBill(bill)).await.unwrap().content;
    assert_eq!((receipt.methods, receipt.supplied_on.as_str()), (vec![Method::Cash], "2026-11-22"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_document_is_made_void_and_issued_again_once_as_a_revision() {
    let house = House::registered().await;
    let bill = house.paid().await.id;
    let first = house.issue(About::Bill(bill)).await.unwrap();
    assert!(matches!(house.reissue(first.id).await, Err(IssueError::NotVoid)));
    let void = house.void(first.id).await.unwrap();
    assert_eq!((void.state, void.void_reason), (DocumentState::Void, Some(VoidReason::WrongContent)));
    assert!(matches!(house.void(first.id).await, Err(DocumentError::Void)));
    assert!(matches!(house.copy(first.id).await, Err(DocumentError::Void)));
    let anew = house.issue(About::Bill(bill)).await;
    assert!(matches!(anew, Err(IssueError::Voided { document }) if document == first.id));
    let second = house.reissue(first.id).await.unwrap();
    assert_eq!((second.number, second.revision, second.replaces), (2, 2, Some(first.id)));
    assert_eq!(second.content.replaces.as_deref(), Some("I2026-000001"));
    assert!(matches!(house.reissue(first.id).await, Err(IssueError::Replaced { document }) if document == second.id));
    house.void(second.id).await.unwrap();
    assert_eq!(house.reissue(second.id).await.unwrap().revision, 3);
    assert_eq!(house.numbers(DocumentKind::QualifiedInvoice, 2026).await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_copy_is_counted_and_says_the_same() {
    let house = House::registered().await;
    let bill = house.paid().await.id;
    let receipt = house.issue(About::PaidBill(bill)).await.unwrap();
    assert_eq!(receipt.copies, 0);
    house.set_issuer(None, None).await.unwrap();
    for copy in 1..=2 {
        let again = house.copy(receipt.id).await.unwrap();
        assert_eq!((again.copies, &again.content, &again.hash), (copy, &receipt.content, &receipt.hash));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_an_invoiced_bill_has_its_credit_note_at_once() {
    let house = House::registered().await;
    let bill = house.paid().await;
    let invoice = house.issue(About::Bill(bill.id)).await.unwrap();
    let (refund, note) = house.refund_line(&bill, 4_500, 1).await;
    let note = note.unwrap();
    assert_eq!((note.kind, note.number, note.refund), (DocumentKind::CreditNote, 1, Some(refund.id)));
    assert_eq!(note.content.invoice, Some(invoice.content.number));
    // 4,500 × 10 / 110 = 409.09…
    assert_eq!((note.content.total, note.content.tax), (Yen(4_500), Some(Yen(409))));
    assert_eq!((note.content.lines[0].label.as_str(), note.content.lines[0].quantity), ("S席 一般", 1));
    assert!(matches!(house.issue(About::Refund(refund.id)).await, Err(IssueError::Exists { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_less_its_credit_notes_is_what_was_kept_whenever_it_is_asked_for() {
    let house = House::registered().await;
    let bill = house.paid().await;
    assert!(house.refund_line(&bill, 1_000, 0).await.1.is_none(), "nobody has an invoice");
    let first = house.issue(About::Bill(bill.id)).await.unwrap();
    let notes = async || {
        let filter = DocumentFilter { bill: Some(bill.id), kind: Some(DocumentKind::CreditNote), fiscal_year: None };
        let work =
            async |tx: &mut db::TenantTx| document::list(tx, &filter, &PageAsk { limit: 100, after: None }).await;
        house.db.read(&house.scope_of_core(), work).await.unwrap().items
    };
    let [note] = notes().await.try_into().unwrap();
    assert_eq!((note.content.total, &note.content.invoice), (Yen(1_000), &Some(first.content.number)));
    // while there is none that counts, more goes back
    house.void(first.id).await.unwrap();
    assert!(house.refund_line(&bill, 4_500, 1).await.1.is_none());
    let second = house.reissue(first.id).await.unwrap();
    let noted: Yen = notes().await.iter().map(|one| one.content.total).sum();
    let kept = house.bill(bill.id).await;
    assert_eq!((second.content.total - noted, noted), (kept.paid - kept.refunded, Yen(5_500)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_document_of_a_bill_that_was_called_off_counts() {
    let house = House::registered().await;
    for service in [kernel::Service::Ticket, kernel::Service::Venue, kernel::Service::Course] {
        let bill = house.open(&draft()).await.id;
        let invoice = house.issue(About::Bill(bill)).await.unwrap();
        let part = house.pay(bill, Some(1_000)).await;
        let receipt = house.issue(About::Payment(part)).await.unwrap();
        let scope = house.scope().in_service(service);
        house.db.tenant(&scope, async |tx| call_off::bill(tx, bill, Reason::Staff, NOW).await).await.unwrap();
        for (document, reason) in [(invoice.id, VoidReason::Other), (receipt.id, VoidReason::PaymentReturned)] {
            let work = async |tx: &mut db::TenantTx| document::find(tx, document).await;
            let seen = house.db.read(&house.scope_of_core(), work).await.unwrap().unwrap();
            assert_eq!((seen.state, seen.void_reason, seen.version), (DocumentState::Void, Some(reason), 2));
        }
        assert!(matches!(house.reissue(invoice.id).await, Err(IssueError::Cancelled)));
        assert!(matches!(house.reissue(receipt.id).await, Err(IssueError::NotReceived)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_what_a_document_says_or_removes_it() {
    let house = House::registered().await;
    let bill = house.paid().await.id;
    house.issue(About::Bill(bill)).await.unwrap();
    for role in ["svc_core", "svc_ticket", "svc_venue", "svc_course", "svc_operator"] {
        for sql in [
            "UPDATE billing.documents SET content = '{}'",
            "UPDATE billing.documents SET hash = ''",
            "UPDATE billing.documents SET number = 7",
            "DELETE FROM billing.documents",
            "DELETE FROM billing.document_series",
        ] {
            let said = house.try_as(role, sql).await.unwrap_err();
            assert!(said.contains("permission denied"), "{role}: {sql}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_issue_for_one_bill_at_once_one_does() {
    let house = House::registered().await;
    let bill = house.paid().await.id;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (db, scope) = (house.db.clone(), house.scope_of_core());
        tasks.push(tokio::spawn(async move {
            db.tenant(&scope, async |tx| document::issue(tx, About::Bill(bill), None, NOW).await).await
        }));
    }
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert!(matches!(error, IssueError::Exists { .. }), "{error}"),
        }
    }
    assert_eq!((done, house.numbers(DocumentKind::QualifiedInvoice, 2026).await), (1, vec![1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gap_under_thirty_two_connections_of_which_some_give_up() {
    let house = House::with_pool(32).await;
    house.set_issuer(Some("T8000020130001"), None).await.unwrap();
    let mut bills = Vec::new();
    for _ in 0..96 {
        bills.push(house.paid().await.id);
    }
    let mut tasks = Vec::new();
    for (worker, some) in bills.chunks(3).enumerate() {
        let (db, scope, some) = (house.db.clone(), house.scope_of_core(), some.to_vec());
        tasks.push(tokio::spawn(async move {
            let mut kept = 0;
            for (at, bill) in some.into_iter().enumerate() {
                let gives_up = (worker + at) % 3 == 0;
                let work = async |tx: &mut db::TenantTx| {
                    let issued = document::issue(tx, About::Bill(bill), None, NOW).await?;
                    if gives_up { Err(IssueError::Absent) } else { Ok(issued) }
                };
                match db.tenant(&scope, work).await {
                    Ok(_) => kept += 1,
                    Err(error) => assert!(gives_up && matches!(error, IssueError::Absent), "{error}"),
                }
            }
            kept
        }));
    }
    let mut kept = 0;
    for task in tasks {
        kept += task.await.unwrap();
    }
    assert_eq!(kept, 64);
    assert_eq!(house.numbers(DocumentKind::QualifiedInvoice, 2026).await, (1..=64).collect::<Vec<_>>());
}
