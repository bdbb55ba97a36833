use super::*;
use crate::{
    BillDraft, LineDraft,
    bill::rules::{
        self,
        tests::{NOW, bill},
    },
};
use kernel::Id;
use proptest::prelude::*;
use tariff::Rounding;

fn facts(bill: Bill) -> Facts {
    let registration_number = Some("T8000020130001".to_owned());
    let (name, address) = ("ひかり市".to_owned(), "ひかり市本町1-1".to_owned());
    let issuer = Issuer { name, address, registration_number, updated_at: NOW, version: 1 };
    Facts { bill, issuer, payments: Vec::new(), refunded: None }
}

fn of(lines: Vec<(i64, i64, TaxRate)>, rounding: Rounding) -> BillDraft {
    let line =
        |(quantity, price, tax): (i64, i64, TaxRate)| LineDraft::listed("品", quantity, Yen(price), tax, "prl_1");
    BillDraft { rounding, lines: lines.into_iter().map(line).collect(), ..bill(&[]) }
}

fn place() -> Place {
    Place { fiscal_year: 2026, number: 7, revision: 1, replaces: None }
}

fn invoice(draft: &BillDraft) -> Content {
    let facts = facts(rules::draft(draft, NOW).unwrap());
    let about = About::Bill(facts.bill.id);
    content(about, &facts, statement(about, &facts, None).unwrap(), &place(), NOW).unwrap()
}

fn payment(bill: &Bill, amount: Yen, state: PaymentState) -> Payment {
    Payment {
        id: Id::new(NOW),
        bill: bill.id,
        method: Method::Cash,
        provider: None,
        provider_ref: None,
        state,
        amount,
        refunded: Yen::ZERO,
        due_at: None,
        next_action: None,
        failure: None,
        created_at: NOW,
        captured_at: Some(NOW),
        version: 1,
    }
}

#[test]
fn the_tax_inside_a_hire_of_a_hall_is_rounded_once() {
    // the example of an ordinance: 35,490 yen in lines of 10 per cent hold 3,226 yen of tax, and 3,225 floored line by line
    let lines = [18_500, 12_345, 4_645].map(|amount| (1, amount, TaxRate::Standard)).to_vec();
    let told = invoice(&of(lines, Rounding::Down));
    assert_eq!((told.total, told.tax), (Yen(35_490), Some(Yen(3_226))));
    assert_eq!((told.taxes[0].gross, told.taxes[0].net, told.taxes[0].tax), (Yen(35_490), Yen(32_264), Yen(3_226)));
    assert_eq!((told.number.as_str(), told.supplied_on.as_str()), ("I2026-000007", "2026-11-22"));
}

#[test]
fn lines_of_the_reduced_rate_bear_a_mark() {
    let told = invoice(&of(vec![(1, 540, TaxRate::Reduced), (1, 550, TaxRate::Standard)], Rounding::Down));
    assert_eq!(told.lines.iter().map(|line| line.reduced).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn without_a_registration_number_there_are_receipts_only() {
    let mut facts = facts(rules::draft(&bill(&[(1, 100)]), NOW).unwrap());
    facts.issuer.registration_number = None;
    let amount = facts.bill.total;
    rules::count(&mut facts.bill, amount, NOW);
    facts.payments = vec![payment(&facts.bill, amount, PaymentState::Captured)];
    let id = facts.bill.id;
    assert!(matches!(statement(About::Bill(id), &facts, None), Err(IssueError::Unregistered)));
    assert!(statement(About::PaidBill(id), &facts, None).is_ok());
}

#[test]
fn a_receipt_is_for_money_that_was_received() {
    let mut facts = facts(rules::draft(&bill(&[(1, 100)]), NOW).unwrap());
    let about = About::PaidBill(facts.bill.id);
    assert!(matches!(statement(about, &facts, None), Err(IssueError::NotPaid { outstanding: Yen(100) })));
    let late = payment(&facts.bill, Yen(100), PaymentState::CapturedLate);
    let part = payment(&facts.bill, Yen(40), PaymentState::Captured);
    facts.payments = vec![late.clone(), part.clone()];
    assert!(matches!(statement(About::Payment(late.id), &facts, None), Err(IssueError::NotReceived)));
    let told = statement(About::Payment(part.id), &facts, None).unwrap();
    assert_eq!((told.total, told.lines.len()), (Yen(40), 0));
    let free = self::facts(rules::draft(&bill(&[(1, 0)]), NOW).unwrap());
    assert!(matches!(statement(About::PaidBill(free.bill.id), &free, None), Err(IssueError::NotPaid { .. })));
}

proptest! {
    #[test]
    fn a_document_adds_up_to_its_bill_and_rounds_once_per_rate(
        lines in proptest::collection::vec((1i64..20, 0i64..100_000, 0usize..4), 1..40),
        rounding in 0usize..3,
    ) {
        let rounding = Rounding::ALL[rounding];
        let lines: Vec<_> = lines.into_iter().map(|(count, price, rate)| (count, price, TaxRate::ALL[rate])).collect();
        let draft = of(lines.clone(), rounding);
        let total = rules::draft(&draft, NOW).unwrap().total;
        let told = invoice(&draft);
        prop_assert_eq!(told.total, total);
        prop_assert_eq!(told.taxes.iter().map(|tax| tax.gross).sum::<Yen>(), total);
        prop_assert_eq!(told.lines.iter().map(|line| line.amount).sum::<Yen>(), total);
        prop_assert_eq!(Some(told.taxes.iter().map(|tax| tax.tax).sum::<Yen>()), told.tax);
        for tax in &told.taxes {
            let rate = tax.tax_rate;
            let gross: i64 = lines.iter().filter(|line| line.2 == rate).map(|line| line.0 * line.1).sum();
            prop_assert_eq!(tax.gross, Yen(gross));
            prop_assert_eq!(rate.within(Yen(gross), rounding).unwrap(), tax.tax);
            prop_assert_eq!(tax.net + tax.tax, tax.gross);
        }
    }

    #[test]
    fn the_hash_is_that_of_what_is_stored(price in 0i64..1_000_000, number in 1i32..1_000_000) {
        let facts = facts(rules::draft(&bill(&[(1, price)]), NOW).unwrap());
        let about = About::Bill(facts.bill.id);
        let place = Place { number, ..place() };
        let told = content(about, &facts, statement(about, &facts, None).unwrap(), &place, NOW).unwrap();
        let (stored, hash) = told.sealed().unwrap();
        let read: Content = serde_json::from_value(stored).unwrap();
        prop_assert_eq!(read.sealed().unwrap().1, hash);
        prop_assert_eq!(read, told);
    }
}
