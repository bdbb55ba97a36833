//! Between the words of billing and the words on the wire.

use billing as domain;
use contract::{ApiError, billing as wire};
use kernel::{Instant, Yen, ids::BillId};

use crate::{problems, subject};

/// A bill with everything that happened to it.
pub struct Told {
    pub bill: domain::Bill,
    pub payments: Vec<domain::Payment>,
    pub refunds: Vec<domain::refund::Refund>,
}

impl Told {
    /// Changes with everything that is told.
    pub fn version(&self) -> String {
        let payments: i32 = self.payments.iter().map(|payment| payment.version).sum();
        format!("{}-{payments}-{}", self.bill.version, self.refunds.len())
    }
}

/// What a bill is for, named as the wire names it.
pub fn subject(text: &str) -> Result<domain::Subject, ApiError> {
    subject::named(text).ok_or_else(|| ApiError::of(problems::INVALID.refuse()))
}

pub fn bill(told: Told, now: Instant) -> Result<wire::Bill, ApiError> {
    let Told { bill, payments, refunds } = told;
    let totals = bill.totals().map_err(|_| db::Fault::Unexpected("a stored bill can be summed up"))?;
    let store_number = domain::payment::store_number(&payments).and_then(|one| store_number(&bill, one));
    Ok(wire::Bill {
        id: bill.id.into(),
        subject: subject::id_of(&bill.subject),
        subject_kind: bill.subject.kind.to_string(),
        payer: bill.payer.map(Into::into),
        state: bill_state(bill.state),
        total: bill.total.into(),
        paid: bill.paid.into(),
        refunded: bill.refunded.into(),
        outstanding: bill.outstanding().into(),
        taxes: totals.per_rate.iter().map(tax_total).collect(),
        due_at: bill.due_at.map(Into::into),
        store_number,
        created_at: bill.created_at.into(),
        closed_at: bill.closed_at.map(Into::into),
        lines: bill.lines.into_iter().map(line).collect(),
        payments: payments.into_iter().map(|one| payment(one, now)).collect(),
        refunds: refunds.into_iter().map(refund).collect(),
        channel: bill.channel,
        reference: bill.reference,
    })
}

fn store_number(bill: &domain::Bill, payment: &domain::Payment) -> Option<wire::StoreNumber> {
    let until = payment.due_at?;
    let renewable = bill.closes_at().is_none_or(|closes_at| until < closes_at);
    Some(wire::StoreNumber { payment: payment.id.into(), until: until.into(), renewable })
}

fn line(line: domain::BillLine) -> wire::BillLine {
    wire::BillLine {
        id: line.id.into(),
        kind: match line.kind {
            tariff::LineKind::Sale => wire::LineKind::Sale,
            tariff::LineKind::Fee => wire::LineKind::Fee,
        },
        label: line.label,
        quantity: line.quantity,
        unit_amount: line.unit_amount.into(),
        amount: line.amount.into(),
        tax_rate: tax_rate(line.tax),
        refunded: line.refunded.into(),
        rule: line.why.rule,
    }
}

fn tax_total(total: &tariff::RateTotal) -> wire::TaxTotal {
    wire::TaxTotal {
        tax_rate: tax_rate(total.rate),
        percent: total.rate.percent().into(),
        gross: total.gross.into(),
        net: total.net().into(),
        tax: total.tax.into(),
    }
}

pub fn tax_rate(rate: tariff::TaxRate) -> wire::TaxRate {
    match rate {
        tariff::TaxRate::Standard => wire::TaxRate::Standard,
        tariff::TaxRate::Reduced => wire::TaxRate::Reduced,
        tariff::TaxRate::Exempt => wire::TaxRate::Exempt,
        tariff::TaxRate::OutOfScope => wire::TaxRate::OutOfScope,
    }
}

pub const fn bill_state_asked(state: wire::BillState) -> domain::BillState {
    match state {
        wire::BillState::Open => domain::BillState::Open,
        wire::BillState::Paid => domain::BillState::Paid,
        wire::BillState::Cancelled => domain::BillState::Cancelled,
    }
}

fn bill_state(state: domain::BillState) -> wire::BillState {
    match state {
        domain::BillState::Open => wire::BillState::Open,
        domain::BillState::Paid => wire::BillState::Paid,
        domain::BillState::Cancelled => wire::BillState::Cancelled,
    }
}

/// The payment as it stands at `now`: an action whose time is over is not shown any more.
pub fn payment(payment: domain::Payment, now: Instant) -> wire::Payment {
    let next_action = payment.action_at(now).cloned().map(next_action);
    wire::Payment {
        id: payment.id.into(),
        bill: payment.bill.into(),
        method: method(payment.method),
        state: payment_state(payment.state),
        amount: payment.amount.into(),
        refunded: payment.refunded.into(),
        provider_reference: payment.provider_ref,
        due_at: payment.due_at.map(Into::into),
        next_action,
        failure: payment.failure,
        created_at: payment.created_at.into(),
        captured_at: payment.captured_at.map(Into::into),
    }
}

fn next_action(action: domain::payment::NextAction) -> wire::NextAction {
    match action {
        domain::payment::NextAction::Confirm { url, step } => {
            wire::NextAction { kind: wire::NextActionKind::Confirm, url: Some(url), step: Some(step), number: None }
        }
        domain::payment::NextAction::PayAtStore { number } => {
            wire::NextAction { kind: wire::NextActionKind::PayAtStore, url: None, step: None, number: Some(number) }
        }
    }
}

pub fn method(method: domain::Method) -> wire::PaymentMethod {
    match method {
        domain::Method::Cash => wire::PaymentMethod::Cash,
        domain::Method::CardTerminal => wire::PaymentMethod::CardTerminal,
        domain::Method::SandboxCard => wire::PaymentMethod::SandboxCard,
        domain::Method::SandboxKonbini => wire::PaymentMethod::SandboxKonbini,
        domain::Method::BankTransfer => wire::PaymentMethod::BankTransfer,
    }
}

pub fn payment_state(state: domain::PaymentState) -> wire::PaymentState {
    match state {
        domain::PaymentState::Created => wire::PaymentState::Created,
        domain::PaymentState::RequiresAction => wire::PaymentState::RequiresAction,
        domain::PaymentState::Authorized => wire::PaymentState::Authorized,
        domain::PaymentState::Captured => wire::PaymentState::Captured,
        domain::PaymentState::CapturedLate => wire::PaymentState::CapturedLate,
        domain::PaymentState::Failed => wire::PaymentState::Failed,
        domain::PaymentState::Cancelled => wire::PaymentState::Cancelled,
        domain::PaymentState::Expired => wire::PaymentState::Expired,
        domain::PaymentState::Refunded => wire::PaymentState::Refunded,
    }
}

pub fn start(bill: BillId, request: &wire::PaymentRequest) -> domain::payment::Start {
    let method = match request.method {
        wire::ProviderMethod::SandboxCard => domain::Method::SandboxCard,
        wire::ProviderMethod::SandboxKonbini => domain::Method::SandboxKonbini,
    };
    domain::payment::Start { bill, method, token: request.token.clone() }
}

pub fn take(bill: BillId, request: &wire::CounterPaymentRequest) -> domain::payment::Take {
    let method = match request.method {
        wire::CounterMethod::Cash => domain::Method::Cash,
        wire::CounterMethod::CardTerminal => domain::Method::CardTerminal,
    };
    domain::payment::Take { bill, method, amount: request.amount.map(|amount| amount.0) }
}

pub fn notice(notice: &wire::PaymentNotice) -> domain::payment::Notice {
    use domain::payment::NoticeKind;
    let kind = match notice.kind {
        wire::NoticeKind::Authorized => NoticeKind::Authorized,
        wire::NoticeKind::Captured => NoticeKind::Captured,
        wire::NoticeKind::Failed => NoticeKind::Failed,
        wire::NoticeKind::Cancelled => NoticeKind::Cancelled,
        wire::NoticeKind::Expired => NoticeKind::Expired,
    };
    domain::payment::Notice {
        provider: domain::payment::provider::SANDBOX.to_owned(),
        event_id: notice.event_id.clone(),
        reference: notice.reference.clone(),
        kind,
        amount: notice.amount.0,
    }
}

pub fn receipt(notified: &domain::payment::Notified, payment: &domain::Payment) -> wire::NoticeReceipt {
    use domain::payment::Verdict;
    let verdict = match notified.verdict {
        Some(Verdict::Applied) => wire::NoticeVerdict::Applied,
        Some(Verdict::Ignored) => wire::NoticeVerdict::Ignored,
        Some(Verdict::Quarantined) => wire::NoticeVerdict::Quarantined,
        None => wire::NoticeVerdict::Repeated,
    };
    wire::NoticeReceipt { verdict, payment: payment.id.into(), state: payment_state(payment.state) }
}

pub fn refund_draft(bill: BillId, request: &wire::RefundRequest) -> domain::refund::RefundDraft {
    use domain::refund::{Reason, Route};
    let lines = request.lines.iter().flatten().map(|part| domain::refund::RefundLine {
        line: part.line.0,
        amount: part.amount.0,
        quantity: part.quantity.unwrap_or(0),
    });
    domain::refund::RefundDraft {
        bill,
        payment: request.payment.map(|payment| payment.0),
        lines: lines.collect(),
        route: match request.route {
            wire::RefundRoute::Cash => Route::Cash,
            wire::RefundRoute::CardTerminal => Route::CardTerminal,
            wire::RefundRoute::Provider => Route::Provider,
            wire::RefundRoute::BankTransfer => Route::BankTransfer,
        },
        reason: match request.reason {
            wire::RefundReason::Patron => Reason::Patron,
            wire::RefundReason::PerformanceCancelled => Reason::PerformanceCancelled,
            wire::RefundReason::Staff => Reason::Staff,
            wire::RefundReason::LatePayment => Reason::LatePayment,
            wire::RefundReason::Lapsed => Reason::Lapsed,
        },
    }
}

pub fn refund(refund: domain::refund::Refund) -> wire::Refund {
    use domain::refund::{Reason, Route};
    wire::Refund {
        id: refund.id.into(),
        bill: refund.bill.into(),
        payment: refund.payment.into(),
        amount: refund.amount.into(),
        route: match refund.route {
            Route::Cash => wire::RefundRoute::Cash,
            Route::CardTerminal => wire::RefundRoute::CardTerminal,
            Route::Provider => wire::RefundRoute::Provider,
            Route::BankTransfer => wire::RefundRoute::BankTransfer,
        },
        reason: match refund.reason {
            Reason::Patron => wire::RefundReason::Patron,
            Reason::PerformanceCancelled => wire::RefundReason::PerformanceCancelled,
            Reason::Staff => wire::RefundReason::Staff,
            Reason::LatePayment => wire::RefundReason::LatePayment,
            Reason::Lapsed => wire::RefundReason::Lapsed,
        },
        created_at: refund.created_at.into(),
        voided_tickets: None,
    }
}

/// A business day of the ledger.
pub fn day(day: time::Date, lines: Vec<domain::ledger::DayLine>, disagreeing: Vec<BillId>) -> wire::LedgerDay {
    let (mut revenue, mut money) = (Yen::ZERO, Yen::ZERO);
    for line in &lines {
        revenue = revenue + line.kind.effect_on("revenue", line.amount);
        money = money + line.kind.effect_on("money", line.amount);
    }
    wire::LedgerDay {
        day: day.into(),
        revenue: revenue.into(),
        money: money.into(),
        lines: lines.into_iter().map(day_line).collect(),
        disagreeing: disagreeing.into_iter().map(Into::into).collect(),
    }
}

fn day_line(line: domain::ledger::DayLine) -> wire::LedgerLine {
    wire::LedgerLine {
        kind: ledger_kind(line.kind),
        channel: line.channel,
        tax_rate: line.tax.map(tax_rate),
        method: line.method.map(method),
        entries: line.entries,
        quantity: line.quantity,
        amount: line.amount.into(),
    }
}

fn ledger_kind(kind: domain::ledger::EntryKind) -> wire::LedgerKind {
    use domain::ledger::EntryKind;
    match kind {
        EntryKind::Sale => wire::LedgerKind::Sale,
        EntryKind::Fee => wire::LedgerKind::Fee,
        EntryKind::Cancellation => wire::LedgerKind::Cancellation,
        EntryKind::Payment => wire::LedgerKind::Payment,
        EntryKind::PaymentReturned => wire::LedgerKind::PaymentReturned,
        EntryKind::Refund => wire::LedgerKind::Refund,
        EntryKind::LatePayment => wire::LedgerKind::LatePayment,
        EntryKind::LateAccepted => wire::LedgerKind::LateAccepted,
        EntryKind::LateReturned => wire::LedgerKind::LateReturned,
    }
}
