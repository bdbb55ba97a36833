//! Between billing's words about documents and those on the wire.

use billing::{
    document::{self as domain, About, Content, ContentLine, ContentTax},
    issuer as issuers,
};
use contract::{ApiError, Date, billing as wire};
use db::Fault;
use tariff::Rounding;
use time::macros::format_description;

use super::wire::{method, tax_rate};

pub fn issuer(issuer: &issuers::Issuer) -> wire::Issuer {
    wire::Issuer {
        name: issuer.name.clone(),
        address: issuer.address.clone(),
        registration_number: issuer.registration_number.clone(),
        updated_at: issuer.updated_at.into(),
    }
}

pub fn issuer_draft(request: &wire::IssuerRequest) -> issuers::IssuerDraft {
    issuers::IssuerDraft {
        name: request.name.clone(),
        address: request.address.clone(),
        registration_number: request.registration_number.clone(),
    }
}

/// What is to be issued.
///
/// # Errors
/// `billing.document.unclear` when the kind and what it is about do not fit.
pub fn about(request: &wire::DocumentRequest) -> Result<About, ApiError> {
    let (bill, payment, refund) = (request.bill, request.payment, request.refund);
    match (request.kind, bill, payment, refund) {
        (wire::DocumentKind::Receipt, Some(bill), None, None) => Ok(About::PaidBill(bill.0)),
        (wire::DocumentKind::Receipt, None, Some(payment), None) => Ok(About::Payment(payment.0)),
        (wire::DocumentKind::QualifiedInvoice, Some(bill), None, None) => Ok(About::Bill(bill.0)),
        (wire::DocumentKind::CreditNote, None, None, Some(refund)) => Ok(About::Refund(refund.0)),
        _ => Err(ApiError::of(billing::problems::DOCUMENT_UNCLEAR.refuse())),
    }
}

pub const fn kind_asked(kind: wire::DocumentKind) -> domain::DocumentKind {
    match kind {
        wire::DocumentKind::Receipt => domain::DocumentKind::Receipt,
        wire::DocumentKind::QualifiedInvoice => domain::DocumentKind::QualifiedInvoice,
        wire::DocumentKind::CreditNote => domain::DocumentKind::CreditNote,
    }
}

const fn kind(kind: domain::DocumentKind) -> wire::DocumentKind {
    match kind {
        domain::DocumentKind::Receipt => wire::DocumentKind::Receipt,
        domain::DocumentKind::QualifiedInvoice => wire::DocumentKind::QualifiedInvoice,
        domain::DocumentKind::CreditNote => wire::DocumentKind::CreditNote,
    }
}

pub const fn reason_asked(reason: wire::DocumentVoidReason) -> domain::VoidReason {
    match reason {
        wire::DocumentVoidReason::WrongRecipient => domain::VoidReason::WrongRecipient,
        wire::DocumentVoidReason::WrongContent => domain::VoidReason::WrongContent,
        wire::DocumentVoidReason::PaymentReturned => domain::VoidReason::PaymentReturned,
        wire::DocumentVoidReason::Other => domain::VoidReason::Other,
    }
}

const fn reason(reason: domain::VoidReason) -> wire::DocumentVoidReason {
    match reason {
        domain::VoidReason::WrongRecipient => wire::DocumentVoidReason::WrongRecipient,
        domain::VoidReason::WrongContent => wire::DocumentVoidReason::WrongContent,
        domain::VoidReason::PaymentReturned => wire::DocumentVoidReason::PaymentReturned,
        domain::VoidReason::Other => wire::DocumentVoidReason::Other,
    }
}

/// The document without what it says.
pub fn document(one: &domain::Document) -> wire::Document {
    wire::Document {
        id: one.id.into(),
        kind: kind(one.kind),
        fiscal_year: one.fiscal_year,
        sequence: one.number,
        number: one.content.number.clone(),
        state: match one.state {
            domain::DocumentState::Issued => wire::DocumentState::Issued,
            domain::DocumentState::Void => wire::DocumentState::Void,
        },
        bill: one.bill.into(),
        payment: one.payment.map(Into::into),
        refund: one.refund.map(Into::into),
        revision: one.revision,
        replaces: one.replaces.map(Into::into),
        total: one.content.total.into(),
        copies: one.copies,
        hash: one.hash.clone(),
        issued_at: one.issued_at.into(),
        voided_at: one.voided_at.map(Into::into),
        void_reason: one.void_reason.map(reason),
        content: None,
    }
}

/// The document with what it says, where it is handed out.
///
/// # Errors
/// A fault that no stored document has.
pub fn handed_out(one: &domain::Document) -> Result<wire::Document, ApiError> {
    Ok(wire::Document { content: Some(content(&one.content)?), ..document(one) })
}

fn day(text: &str) -> Result<Date, Fault> {
    let day = time::Date::parse(text, format_description!("[year]-[month]-[day]"));
    day.map(Date).map_err(|_| Fault::Unexpected("a day of a document reads back"))
}

fn content(content: &Content) -> Result<wire::DocumentContent, Fault> {
    Ok(wire::DocumentContent {
        kind: kind(content.kind),
        number: content.number.clone(),
        revision: content.revision,
        replaces: content.replaces.clone(),
        issued_on: day(&content.issued_on)?,
        issuer: wire::DocumentIssuer {
            name: content.issuer.name.clone(),
            address: content.issuer.address.clone(),
            registration_number: content.issuer.registration_number.clone(),
        },
        patron: content.patron.map(Into::into),
        bill: content.bill.into(),
        bill_reference: content.bill_reference.clone(),
        payment: content.payment.map(Into::into),
        refund: content.refund.map(Into::into),
        invoice: content.invoice.clone(),
        supplied_on: day(&content.supplied_on)?,
        methods: content.methods.iter().copied().map(method).collect(),
        lines: content.lines.iter().map(line).collect(),
        taxes: content.taxes.iter().map(tax).collect(),
        total: content.total.into(),
        tax: content.tax.map(Into::into),
        rounding: match content.rounding {
            Rounding::Down => wire::TaxRounding::Down,
            Rounding::HalfUp => wire::TaxRounding::HalfUp,
            Rounding::Up => wire::TaxRounding::Up,
        },
    })
}

fn line(line: &ContentLine) -> wire::DocumentLine {
    wire::DocumentLine {
        label: line.label.clone(),
        quantity: line.quantity,
        amount: line.amount.into(),
        tax_rate: tax_rate(line.tax_rate),
        reduced: line.reduced,
    }
}

fn tax(tax: &ContentTax) -> wire::TaxTotal {
    wire::TaxTotal {
        tax_rate: tax_rate(tax.tax_rate),
        percent: tax.percent,
        gross: tax.gross.into(),
        net: tax.net.into(),
        tax: tax.tax.into(),
    }
}
