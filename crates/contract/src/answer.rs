//! The few shapes of success: created, shown, done, listed, nothing to say.

use std::marker::PhantomData;

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::{ParseFromJSON, ToJSON, Type},
};
use sha2::{Digest, Sha256};

use crate::List;

/// A JSON answer as it goes out. It is what an idempotency key keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: StatusCode,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: String,
    /// The request that did it, when this is a repetition of its answer.
    pub replay_of: Option<String>,
}

impl Reply {
    pub fn json(status: StatusCode, value: &impl ToJSON) -> Self {
        Self { status, location: None, etag: None, body: value.to_json_string(), replay_of: None }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status).content_type("application/json").body(self.body);
        let headers = response.headers_mut();
        let mut put = |name: &'static str, value: Option<String>| {
            if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
                headers.insert(name, value);
            }
        };
        put("location", self.location);
        put("etag", self.etag.map(|etag| format!("\"{etag}\"")));
        if let Some(original) = self.replay_of {
            put("idempotent-replayed", Some("true".to_owned()));
            put("original-request-id", Some(original));
        }
        response
    }
}

pub(crate) fn text_header(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(poem_openapi::registry::MetaSchema::new("string"))),
    }
}

fn response(
    status: u16,
    description: &'static str,
    schema: Option<MetaSchemaRef>,
    headers: Vec<MetaHeader>,
) -> MetaResponse {
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: schema.map(|schema| MetaMediaType { content_type: "application/json", schema }).into_iter().collect(),
        headers,
    }
}

macro_rules! reply {
    ($(#[$doc:meta])* $name:ident, $status:literal, $code:ident, $description:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name<T> {
            pub reply: Reply,
            of: PhantomData<fn() -> T>,
        }

        impl<T: ToJSON> $name<T> {
            /// The answer with this value.
            pub fn new(value: &T) -> Self {
                Self::from_reply(Reply::json(StatusCode::$code, value))
            }
        }

        impl<T> $name<T> {
            /// The answer as it was kept.
            pub fn from_reply(reply: Reply) -> Self {
                Self { reply, of: PhantomData }
            }

            /// Where the thing is.
            pub fn at(mut self, location: impl Into<String>) -> Self {
                self.reply.location = Some(location.into());
                self
            }

            /// Which version of the thing this is.
            pub fn version(mut self, version: impl std::fmt::Display) -> Self {
                self.reply.etag = Some(version.to_string());
                self
            }
        }

        impl<T> From<Reply> for $name<T> {
            fn from(reply: Reply) -> Self {
                Self::from_reply(reply)
            }
        }

        impl<T> From<$name<T>> for Reply {
            fn from(answer: $name<T>) -> Self {
                answer.reply
            }
        }

        impl<T> IntoResponse for $name<T> {
            fn into_response(self) -> Response {
                self.reply.into_response()
            }
        }

        impl<T: Type + ToJSON> ApiResponse for $name<T> {
            fn meta() -> MetaResponses {
                let headers = vec![
                    text_header("ETag", "The version of the thing."),
                    text_header("Location", "Where the thing is."),
                    text_header("Idempotent-Replayed", "`true` when this repeats the answer to an earlier request with the same key."),
                ];
                MetaResponses { responses: vec![response($status, $description, Some(T::schema_ref()), headers)] }
            }

            fn register(registry: &mut Registry) {
                T::register(registry);
            }
        }
    };
}

reply! {
    /// 201: it exists now.
    Created, 201, CREATED, "Created."
}
reply! {
    /// 202: taken down; it is not done yet.
    Accepted, 202, ACCEPTED, "Taken down."
}
reply! {
    /// 200: it was done; this is how the thing stands now.
    Done, 200, OK, "Done."
}

/// 200 with an `ETag`, or 304 when the caller has that version already.
#[derive(Debug, Clone)]
pub struct Shown<T> {
    body: Option<String>,
    etag: String,
    of: PhantomData<fn() -> T>,
}

impl<T: ToJSON> Shown<T> {
    /// A thing without versions: it is told apart by its words.
    pub fn new(value: &T) -> Self {
        Self::words(None, value.to_json_string())
    }

    /// A thing in its version. `have` is the caller's `If-None-Match`, left out where the clock alone changes what is told; `value` is
    /// only made when it is needed.
    pub fn version(version: impl std::fmt::Display, have: Option<&str>, value: impl FnOnce() -> T) -> Self {
        Self::text(version, have, || value().to_json_string())
    }
}

impl<T> Shown<T> {
    /// JSON text that was made elsewhere, in its version.
    pub fn text(version: impl std::fmt::Display, have: Option<&str>, body: impl FnOnce() -> String) -> Self {
        let etag = version.to_string();
        let body = (!knows(have, &etag)).then(body);
        Self { body, etag, of: PhantomData }
    }

    /// JSON text of a thing without versions, told apart by its words. `have` is the caller's `If-None-Match`.
    pub fn words(have: Option<&str>, text: String) -> Self {
        Self::text(digest(&text), have, || text)
    }
}

/// The entity tag of what has no version: by its bytes.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether an `If-None-Match` names this version.
pub(crate) fn knows(have: Option<&str>, etag: &str) -> bool {
    have.is_some_and(|have| have == "*" || have.split(',').any(|tag| bare(tag) == etag))
}

/// An entity tag without its quotation marks and without the mark of weakness.
pub fn bare(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
}

impl<T> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => Response::builder().status(StatusCode::OK).content_type("application/json").body(body),
            None => StatusCode::NOT_MODIFIED.into_response(),
        };
        if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", self.etag)) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl<T: Type + ToJSON> ApiResponse for Shown<T> {
    fn meta() -> MetaResponses {
        let etag = || vec![text_header("ETag", "The version of the thing.")];
        MetaResponses {
            responses: vec![
                response(200, "The thing.", Some(T::schema_ref()), etag()),
                response(304, "The caller has this version already.", None, etag()),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// 200: one page of a list, with a `Link` to the next.
#[derive(Debug, Clone)]
pub struct Listed<T: Type + ParseFromJSON + ToJSON + Send + Sync>(pub List<T>);

impl<T: Type + ParseFromJSON + ToJSON + Send + Sync> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        Response::builder().status(StatusCode::OK).content_type("application/json").body(self.0.to_json_string())
    }
}

impl<T: Type + ParseFromJSON + ToJSON + Send + Sync> ApiResponse for Listed<T> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![response(200, "One page of the list.", Some(List::<T>::schema_ref()), vec![])] }
    }

    fn register(registry: &mut Registry) {
        List::<T>::register(registry);
    }
}

/// 204: done, and nothing to say.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl ApiResponse for NoContent {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![response(204, "Done; nothing to say.", None, vec![])] }
    }

    fn register(_: &mut Registry) {}
}
