//! What a document says about a bill, a payment or a refund.

use kernel::{Instant, Yen, clock};
use tariff::{DocumentTotals, TaxRate};
use time::Date;

use super::{About, Content, ContentLine, ContentTax, DocumentKind, IssueError, IssuerContent};
use crate::{Bill, BillState, Method, Payment, PaymentState, issuer::Issuer, refund::Refund};

/// What is known of the money that a document is about.
#[derive(Debug, Clone)]
pub struct Facts {
    pub bill: Bill,
    pub issuer: Issuer,
    /// Without those whose money went back and paid for nothing.
    pub payments: Vec<Payment>,
    /// What went back, with its lines; for a credit note.
    pub refunded: Option<Refunded>,
}

/// A refund by its lines.
#[derive(Debug, Clone)]
pub struct Refunded {
    pub refund: Refund,
    pub lines: Vec<Line>,
    /// The number of the invoice that counts for the bill.
    pub invoice: Option<String>,
}

/// A line with its rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub label: String,
    pub quantity: i64,
    pub amount: Yen,
    pub tax: TaxRate,
}

/// Its place in its series.
#[derive(Debug, Clone)]
pub struct Place {
    pub fiscal_year: i32,
    pub number: i32,
    pub revision: i32,
    pub replaces: Option<String>,
}

impl Place {
    /// `R2026-000001`: the kind, the fiscal year and the number within it.
    pub fn text(kind: DocumentKind, fiscal_year: i32, number: i32) -> String {
        let letter = match kind {
            DocumentKind::Receipt => 'R',
            DocumentKind::QualifiedInvoice => 'I',
            DocumentKind::CreditNote => 'C',
        };
        format!("{letter}{fiscal_year}-{number:06}")
    }
}

/// What a document is to say, before it has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub supplied_on: Date,
    pub methods: Vec<Method>,
    pub lines: Vec<Line>,
    pub total: Yen,
    pub invoice: Option<String>,
}

fn lines(bill: &Bill) -> Vec<Line> {
    let line = |line: &crate::BillLine| Line {
        label: line.label.clone(),
        quantity: line.quantity,
        amount: line.amount,
        tax: line.tax,
    };
    bill.lines.iter().map(line).collect()
}

fn received(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::Captured | PaymentState::Refunded)
}

/// What is to be said, if it is true. `supplied_on` is the day of the supply where that is not the day of the bill.
///
/// # Errors
/// [`IssueError`]: `NotPaid`, `NotReceived`, `Cancelled`, `NothingSupplied`, `Unregistered`, `Absent`.
pub fn statement(about: About, facts: &Facts, supplied_on: Option<Date>) -> Result<Statement, IssueError> {
    let registered = facts.issuer.registration_number.is_some();
    if !registered && about.kind() != DocumentKind::Receipt {
        return Err(IssueError::Unregistered);
    }
    match about {
        About::PaidBill(_) => of_paid_bill(facts),
        About::Payment(id) => {
            of_payment(facts, facts.payments.iter().find(|one| one.id == id).ok_or(IssueError::NotReceived)?)
        }
        About::Bill(_) => of_bill(&facts.bill, supplied_on),
        About::Refund(_) => of_refund(facts.refunded.as_ref().ok_or(IssueError::Absent)?),
    }
}

fn of_paid_bill(facts: &Facts) -> Result<Statement, IssueError> {
    let bill = &facts.bill;
    let outstanding = bill.outstanding();
    if bill.state != BillState::Paid {
        return Err(IssueError::NotPaid { outstanding });
    }
    let counted: Vec<&Payment> = facts.payments.iter().filter(|payment| received(payment)).collect();
    let day =
        counted.iter().filter_map(|payment| payment.captured_at).max().ok_or(IssueError::NotPaid { outstanding })?;
    let mut methods: Vec<Method> = counted.iter().map(|payment| payment.method).collect();
    methods.sort();
    methods.dedup();
    Ok(Statement { supplied_on: clock::civil_day(day), methods, lines: lines(bill), total: bill.total, invoice: None })
}

fn of_payment(facts: &Facts, payment: &Payment) -> Result<Statement, IssueError> {
    let day = payment.captured_at.filter(|_| received(payment)).ok_or(IssueError::NotReceived)?;
    let whole = payment.amount == facts.bill.total;
    Ok(Statement {
        supplied_on: clock::civil_day(day),
        methods: vec![payment.method],
        lines: if whole { lines(&facts.bill) } else { Vec::new() },
        total: payment.amount,
        invoice: None,
    })
}

fn of_bill(bill: &Bill, supplied_on: Option<Date>) -> Result<Statement, IssueError> {
    if bill.state == BillState::Cancelled {
        return Err(IssueError::Cancelled);
    }
    let supplied_on = supplied_on.unwrap_or_else(|| clock::civil_day(bill.created_at));
    Ok(Statement { supplied_on, methods: Vec::new(), lines: lines(bill), total: bill.total, invoice: None })
}

fn of_refund(refunded: &Refunded) -> Result<Statement, IssueError> {
    if refunded.lines.is_empty() {
        return Err(IssueError::NothingSupplied);
    }
    Ok(Statement {
        supplied_on: clock::civil_day(refunded.refund.created_at),
        methods: Vec::new(),
        lines: refunded.lines.clone(),
        total: refunded.lines.iter().map(|line| line.amount).sum(),
        invoice: refunded.invoice.clone(),
    })
}

/// The snapshot: the tax is rounded once per rate, over all lines of the document.
///
/// # Errors
/// A fault that no stored bill has.
pub fn content(
    about: About,
    facts: &Facts,
    statement: Statement,
    place: &Place,
    now: Instant,
) -> Result<Content, IssueError> {
    let bill = &facts.bill;
    let amounts = statement.lines.iter().map(|line| (line.tax, line.amount));
    let totals = DocumentTotals::of_amounts(amounts, bill.rounding)
        .map_err(|_| db::Fault::Unexpected("a stored bill can be summed up"))?;
    let kind = about.kind();
    Ok(Content {
        kind,
        number: Place::text(kind, place.fiscal_year, place.number),
        revision: place.revision,
        replaces: place.replaces.clone(),
        issued_on: clock::civil_day(now).to_string(),
        issuer: issuer(&facts.issuer),
        patron: bill.payer,
        bill: bill.id,
        bill_reference: bill.reference.clone(),
        payment: about.payment(),
        refund: about.refund(),
        invoice: statement.invoice,
        supplied_on: statement.supplied_on.to_string(),
        methods: statement.methods,
        tax: (!totals.per_rate.is_empty()).then_some(totals.tax),
        taxes: totals.per_rate.iter().map(tax).collect(),
        lines: statement.lines.into_iter().map(line).collect(),
        total: statement.total,
        rounding: bill.rounding,
    })
}

fn issuer(issuer: &Issuer) -> IssuerContent {
    IssuerContent {
        name: issuer.name.clone(),
        address: issuer.address.clone(),
        registration_number: issuer.registration_number.clone(),
    }
}

fn line(line: Line) -> ContentLine {
    ContentLine {
        label: line.label,
        quantity: line.quantity,
        amount: line.amount,
        tax_rate: line.tax,
        reduced: line.tax == TaxRate::Reduced,
    }
}

fn tax(total: &tariff::RateTotal) -> ContentTax {
    ContentTax {
        tax_rate: total.rate,
        percent: total.rate.percent().into(),
        gross: total.gross,
        net: total.net(),
        tax: total.tax,
    }
}

#[cfg(test)]
mod tests;
