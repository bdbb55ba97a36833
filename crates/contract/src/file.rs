//! Answers that are files.

use poem::{
    IntoResponse, Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};

use crate::answer::{digest, knows, text_header};

/// 200: a CSV file to be saved.
#[derive(Debug, Clone)]
pub struct CsvFile {
    /// The bytes, in the charset.
    pub bytes: Vec<u8>,
    /// As HTTP names it: `utf-8`, `Shift_JIS`.
    pub charset: &'static str,
    /// What it is called when it is saved: plain ASCII.
    pub name: String,
    /// How many characters the charset does not have; they are written as 〓.
    pub replaced: usize,
    /// The version of what is in it.
    pub etag: String,
}

impl IntoResponse for CsvFile {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .status(StatusCode::OK)
            .content_type(format!("text/csv; charset={}; header=present", self.charset))
            .body(self.bytes);
        for (name, value) in [
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)),
            (header::ETAG, format!("\"{}\"", self.etag)),
            (HeaderName::from_static("x-replaced-characters"), self.replaced.to_string()),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

impl ApiResponse for CsvFile {
    fn meta() -> MetaResponses {
        let schema = MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")));
        let replaced = MetaHeader {
            name: "X-Replaced-Characters".to_owned(),
            description: Some("How many characters the charset does not have; they are written as 〓.".to_owned()),
            required: false,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("integer"))),
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The file.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType { content_type: "text/csv", schema }],
                headers: vec![text_header("ETag", "The version of what is in it."), replaced],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

/// 200: a calendar (RFC 5545), told apart by its words, or 304 when the caller has that version already.
#[derive(Debug, Clone)]
pub struct CalendarFile {
    /// Nothing: the caller has it.
    text: Option<String>,
    etag: String,
}

impl CalendarFile {
    /// The text. `have` is the caller's `If-None-Match`.
    pub fn words(have: Option<&str>, text: String) -> Self {
        let etag = digest(&text);
        Self { text: (!knows(have, &etag)).then_some(text), etag }
    }
}

impl IntoResponse for CalendarFile {
    fn into_response(self) -> Response {
        let mut response = match self.text {
            Some(text) => Response::builder().content_type("text/calendar; charset=utf-8").body(text),
            None => StatusCode::NOT_MODIFIED.into_response(),
        };
        if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", self.etag)) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl ApiResponse for CalendarFile {
    fn meta() -> MetaResponses {
        let schema = || MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        let of = |status, description, content| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers: vec![text_header("ETag", "The version of the calendar.")],
        };
        let calendar = MetaMediaType { content_type: "text/calendar", schema: schema() };
        let known = "The caller has this version already.";
        MetaResponses { responses: vec![of(200, "The calendar.", vec![calendar]), of(304, known, Vec::new())] }
    }

    fn register(_: &mut Registry) {}
}
