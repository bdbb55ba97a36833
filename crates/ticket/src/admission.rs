//! もぎり: a ticket lets somebody in once. Of two gates that read it at the same time one is first, by a constraint.

mod events;
pub mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse,
    ids::{AdmissionId, PerformanceId, TicketId},
};

use crate::{
    problems,
    terms::stamp,
    ticket::{Cause, code::PublicKey},
};

/// What a gate asks.
#[derive(Debug, Clone)]
pub struct Admit {
    /// The text of the QR code.
    pub code: String,
    /// What the gate admits to.
    pub performance: PerformanceId,
    /// Where, as the staff call it.
    pub gate: Option<String>,
    /// The gate's own mark for this one reading; the same mark gets the same answer.
    pub nonce: String,
}

/// One passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    pub id: AdmissionId,
    pub ticket: TicketId,
    pub performance: PerformanceId,
    /// 座席番号 or the name of the pool.
    pub place: String,
    pub type_code: String,
    pub gate: Option<String>,
    pub admitted_at: Instant,
}

/// Why nobody is let in.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    #[error("this is no ticket of this house")]
    Unknown,
    #[error("the ticket is void")]
    Voided { at: Instant, cause: Option<Cause>, note: Option<String> },
    #[error("the ticket is for another performance")]
    WrongPerformance { performance: PerformanceId },
    #[error("the performance is cancelled")]
    Cancelled,
    #[error("the doors are not open yet")]
    NotYetOpen { opens_at: Instant },
    #[error("the performance is over")]
    Over { ended_at: Instant },
    #[error("this ticket was admitted before")]
    Already { admission: AdmissionId, at: Instant, gate: Option<String>, device: String },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for AdmitError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Unknown => problems::TICKET_UNKNOWN.refuse(),
            Self::Voided { at, cause, note } => {
                let mut refusal = problems::TICKET_VOIDED.refuse().fact("voided_at", stamp(*at));
                if let Some(cause) = cause {
                    refusal = refusal.fact("cause", cause.as_str());
                }
                match note {
                    Some(note) => refusal.fact("note", note.as_str()),
                    None => refusal,
                }
            }
            Self::WrongPerformance { performance } => {
                problems::TICKET_ELSEWHERE.refuse().fact("performance", performance.to_string())
            }
            Self::Cancelled => problems::PERFORMANCE_CANCELLED.refuse(),
            Self::NotYetOpen { opens_at } => problems::DOORS_CLOSED.refuse().fact("opens_at", stamp(*opens_at)),
            Self::Over { ended_at } => problems::PERFORMANCE_OVER.refuse().fact("ended_at", stamp(*ended_at)),
            Self::Already { admission, at, gate, device } => {
                let refusal = problems::ALREADY_ADMITTED
                    .refuse()
                    .fact("admission", admission.to_string())
                    .fact("admitted_at", stamp(*at))
                    .fact("device", device.as_str());
                match gate {
                    Some(gate) => refusal.fact("gate", gate.as_str()),
                    None => refusal,
                }
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Lets the holder of a ticket in, once.
///
/// # Errors
/// [`AdmitError`]: why not, and when and where it was admitted before.
pub async fn admit(tx: &mut TenantTx, key: &PublicKey, ask: &Admit, now: Instant) -> Result<Admission, AdmitError> {
    let code = key.read(&ask.code).ok_or(AdmitError::Unknown)?;
    let found = sql::ticket(tx, code.serial).await?.ok_or(AdmitError::Unknown)?;
    let device = rules::device(tx.scope().actor());
    rules::may_enter(&found, ask.performance, now)?;
    let admission = Admission {
        id: AdmissionId::new(now),
        ticket: found.ticket,
        performance: found.performance,
        place: found.place,
        type_code: found.type_code,
        gate: ask.gate.clone(),
        admitted_at: now,
    };
    if sql::insert(tx, &admission, &device, &ask.nonce).await? {
        events::admitted(tx, &admission, now).await?;
        return Ok(admission);
    }
    let before = sql::before(tx, found.ticket).await?;
    let (id, admitted_at, gate, of_device, nonce) = before.ok_or(Fault::Unexpected("who lost a race sees who won"))?;
    if of_device == device && nonce == ask.nonce {
        return Ok(Admission { id, admitted_at, gate, ..admission });
    }
    Err(AdmitError::Already { admission: id, at: admitted_at, gate, device: of_device })
}

/// Who has been admitted to a performance, in the order of entry.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, performance: PerformanceId, ask: PageAsk) -> Result<Page<Admission>, Fault> {
    let rows = sql::list(tx, performance, ask).await?;
    Ok(Page::from_rows(rows, &ask, |admission| admission.id.uuid()))
}
