//! Every answer that is not a success: RFC 9457, with a stable code.

use std::{error::Error, fmt};

use kernel::{Kind, Outcome, Refusal, Refuse};
use poem::{IntoResponse, Response, http::StatusCode};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::Type,
};

/// Why a request was not done (RFC 9457). Further members say what stood against it and what is possible instead.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Problem {
    /// A URI that names the rule; it leads to a description.
    #[oai(rename = "type")]
    pub kind: String,
    /// The rule in one English sentence; the same for each refusal by it.
    pub title: String,
    /// The HTTP status.
    #[oai(validator(minimum(value = "400"), maximum(value = "599")))]
    pub status: i32,
    /// This refusal in a sentence, in Japanese or English by `Accept-Language`.
    pub detail: Option<String>,
    /// The request, as a URI.
    pub instance: String,
    /// The stable name of the rule: switch on this.
    pub code: String,
    /// Name this when you ask us about it.
    pub request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Every fault of the request at once.
    #[oai(validator(max_items = 100))]
    pub errors: Option<Vec<FieldFault>>,
}

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct FieldFault {
    /// Where in the body: a JSON pointer in URI fragment form (RFC 6901).
    pub pointer: Option<String>,
    /// Which query or path parameter.
    pub parameter: Option<String>,
    /// Which header.
    pub header: Option<String>,
    /// Of answers: which question of the form, by its code.
    pub question: Option<String>,
    /// The stable name of the fault.
    pub code: String,
    /// The fault in a sentence. It never repeats what was sent.
    pub detail: String,
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct ApiError {
    pub refusal: Refusal,
    pub faults: Vec<FieldFault>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// A refusal by a rule of the edge itself.
    pub fn of(refusal: Refusal) -> Self {
        Self { refusal, faults: Vec::new(), source: None }
    }

    /// A refusal of a malformed request, with all its faults.
    pub fn with_faults(mut self, faults: Vec<FieldFault>) -> Self {
        self.faults = faults;
        self
    }

    /// The HTTP status of this refusal.
    pub fn status(&self) -> StatusCode {
        status(self.refusal.rule.kind)
    }

    /// Ours to mend: what went wrong below, for the log.
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.source.as_deref()
    }
}

/// The one translation from a kind of refusal to a status.
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Absent => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Rejected => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unconditional => StatusCode::PRECONDITION_REQUIRED,
        Kind::Limited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl<E: Refuse + Send + Sync + 'static> From<E> for ApiError {
    fn from(error: E) -> Self {
        let mut refusal = error.refusal();
        if refusal.because.is_none() && !matches!(refusal.rule.kind, Kind::Fault | Kind::Busy) {
            refusal.because = Some(sentence(&error.to_string()));
        }
        Self { refusal, faults: Vec::new(), source: Some(Box::new(error)) }
    }
}

/// An error's text as a sentence: capital first, full stop last.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let head: String = chars.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let tail = chars.as_str();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{head}{tail}{stop}")
}

impl Outcome for ApiError {
    fn is_busy(&self) -> bool {
        self.refusal.rule.code == kernel::refusal::UNAVAILABLE
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.refusal.rule.code)
    }
}

impl From<ApiError> for poem::Error {
    fn from(error: ApiError) -> Self {
        let mut out = Self::from_string(error.to_string(), error.status());
        out.set_data(std::sync::Arc::new(error));
        out
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        poem::Error::from(self).into_response()
    }
}

impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "A problem (RFC 9457).",
                status: None,
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "application/problem+json",
                    schema: MetaSchemaRef::Reference("Problem".to_owned()),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}
