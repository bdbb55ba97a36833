//! What the front has learnt about a request before any operation sees it, and its parameters held against the contract.

use std::sync::Arc;

use contract::ApiError;
use kernel::{Instant, RequestId};
use poem::Request;

use crate::{caller::Language, limits::Left, problems, surface::Operation};

/// What the front has learnt about a request before any operation sees it.
#[derive(Clone)]
pub struct Heard {
    pub request_id: RequestId,
    pub now: Instant,
    pub language: Language,
    /// Method, path and query.
    pub request: String,
    pub left: Arc<Left>,
    pub operation: Option<Arc<Operation>>,
    pub(crate) named: Arc<Vec<(String, String)>>,
}

impl Heard {
    /// What was learnt about this request.
    ///
    /// # Errors
    /// An internal error when the application was put together without the front.
    pub fn of(request: &Request) -> Result<Self, poem::Error> {
        let missing = || ApiError::from(db::Fault::Unexpected("a request has passed the front")).into();
        request.data::<Self>().cloned().ok_or_else(missing)
    }

    /// The name of the operation that is asked for; empty where there is none.
    pub fn operation_id(&self) -> String {
        self.operation.as_ref().map_or_else(String::new, |operation| operation.id.clone())
    }

    /// Holds path, query and headers against the published parameters: every fault at once.
    ///
    /// # Errors
    /// `absent` when a path parameter is no id of ours, `invalid_request` or `idempotency_key_required` otherwise.
    pub fn check_parameters(&self, request: &Request) -> Result<(), poem::Error> {
        let Some(operation) = &self.operation else { return Ok(()) };
        let query: Vec<(String, String)> = request.uri().query().map(|text| form(text).collect()).unwrap_or_default();
        let (faults, absent) =
            operation.parameter_faults(&self.named, &query, |name| request.header(name).map(str::to_owned));
        if absent {
            return Err(ApiError::of(problems::ABSENT.refuse()).into());
        }
        if faults.is_empty() {
            return Ok(());
        }
        let keyless =
            faults.iter().all(|fault| fault.header.as_deref() == Some("Idempotency-Key") && fault.code == "required");
        let rule = if keyless { &problems::KEY_REQUIRED } else { &problems::INVALID };
        Err(ApiError::of(rule.refuse()).with_faults(faults).into())
    }
}

/// The pairs of a query string.
fn form(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (unescape(name), unescape(value))
    })
}

fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match byte {
            b'+' => out.push(b' '),
            b'%' => match (hex(bytes.next()), hex(bytes.next())) {
                (Some(high), Some(low)) => out.push(high * 16 + low),
                _ => out.push(b'%'),
            },
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
