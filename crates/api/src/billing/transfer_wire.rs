//! Between billing's words about transfers and those on the wire.

use billing::transfer::{self as domain, Identity, Match, TransferDraft};
use contract::{ApiError, billing as wire};
use db::Fault;
use kernel::ids::TransferId;

pub fn transfer(one: &domain::Transfer) -> wire::Transfer {
    wire::Transfer {
        id: one.id.into(),
        value_date: one.value_date.into(),
        amount: one.amount.into(),
        reference: one.reference.clone(),
        state: match one.state {
            domain::TransferState::Unmatched => wire::TransferState::Unmatched,
            domain::TransferState::Matched => wire::TransferState::Matched,
            domain::TransferState::Returned => wire::TransferState::Returned,
        },
        reason: one.reason.map(reason),
        difference: one.difference.map(Into::into),
        bill: one.bill_id.map(Into::into),
        payment: one.payment_id.map(Into::into),
        remainder: one.remainder.into(),
        undecided: one.undecided().into(),
        created_at: one.created_at.into(),
        matched_at: one.matched_at.map(Into::into),
        returned_at: one.returned_at.map(Into::into),
    }
}

fn reason(reason: domain::Reason) -> wire::TransferReason {
    match reason {
        domain::Reason::NotTried => wire::TransferReason::NotTried,
        domain::Reason::NoReference => wire::TransferReason::NoReference,
        domain::Reason::NoSuchBill => wire::TransferReason::NoSuchBill,
        domain::Reason::Short => wire::TransferReason::Short,
        domain::Reason::Over => wire::TransferReason::Over,
        domain::Reason::BillPaid => wire::TransferReason::BillPaid,
        domain::Reason::BillVoid => wire::TransferReason::BillVoid,
        domain::Reason::BillOverdue => wire::TransferReason::BillOverdue,
        domain::Reason::Undeliverable => wire::TransferReason::Undeliverable,
    }
}

pub const fn state(state: wire::TransferState) -> domain::TransferState {
    match state {
        wire::TransferState::Unmatched => domain::TransferState::Unmatched,
        wire::TransferState::Matched => domain::TransferState::Matched,
        wire::TransferState::Returned => domain::TransferState::Returned,
    }
}

/// The lines that a request tells.
///
/// # Errors
/// `billing.transfer.unidentified` for a line that does not say which it is.
pub fn drafts(request: &wire::TransferRequest) -> Result<Vec<TransferDraft>, ApiError> {
    let draft = |(at, line): (usize, &wire::TransferLine)| {
        let identity = match (&line.external_id, line.line) {
            (Some(id), None) => Identity::External(id.clone()),
            (None, Some(place)) => Identity::Line(place),
            _ => return Err(ApiError::of(billing::problems::TRANSFER_UNIDENTIFIED.refuse().fact("line", at))),
        };
        let (value_date, amount, reference) = (line.value_date.0, line.amount.0, line.reference.clone());
        Ok(TransferDraft { identity, value_date, amount, reference })
    };
    request.transfers.iter().enumerate().map(draft).collect()
}

/// How lines stand; `known` of them had been registered before.
pub fn batch(stands: &[domain::Transfer], known: usize) -> wire::TransferBatch {
    let count = |wanted: domain::TransferState| stands.iter().filter(|one| one.state == wanted).count();
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    wire::TransferBatch {
        registered: number(stands.len().saturating_sub(known)),
        known: number(known),
        matched: number(count(domain::TransferState::Matched)),
        unmatched: number(count(domain::TransferState::Unmatched)),
        transfers: stands.iter().map(transfer).collect(),
    }
}

/// The lines of a request by its first answer, and how many of them had been known then.
///
/// # Errors
/// A fault when it is no answer of ours.
pub fn registered(answer: &str) -> Result<(usize, Vec<TransferId>), ApiError> {
    #[derive(serde::Deserialize)]
    struct First {
        known: usize,
        transfers: Vec<Line>,
    }
    #[derive(serde::Deserialize)]
    struct Line {
        id: TransferId,
    }
    let first: First = serde_json::from_str(answer).map_err(|_| Fault::Unexpected("an answer of ours reads back"))?;
    Ok((first.known, first.transfers.into_iter().map(|line| line.id).collect()))
}

pub fn matching(transfer: TransferId, request: &wire::TransferMatchRequest) -> Match {
    let keep_remainder = request.overpayment == Some(wire::Overpayment::Keep);
    Match { transfer, bill: request.bill.0, keep_remainder }
}
