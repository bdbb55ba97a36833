//! The one request body: read under a limit, strict JSON, validated against the published schema, every fault at once.

use contract::{ApiError, problem::FieldFault};
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry},
    types::{ParseFromJSON, Type},
};
use serde_json::Value;

use crate::{problems, surface::SURFACE};

/// A JSON body of type `T`.
#[derive(Debug)]
pub struct Body<T> {
    value: T,
    canonical: String,
    raw: Vec<u8>,
}

impl<T> Body<T> {
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The body byte for byte, as a signature covers it.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl<T> std::ops::Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What a request carries, for telling a repetition from another request.
pub trait Content: Sync {
    /// The body in one canonical spelling; empty without one.
    fn canonical(&self) -> &str;
}

impl<T: Sync> Content for Body<T> {
    fn canonical(&self) -> &str {
        &self.canonical
    }
}

impl Content for () {
    fn canonical(&self) -> &str {
        ""
    }
}

impl Content for String {
    fn canonical(&self) -> &str {
        self
    }
}

fn refuse(rule: &'static kernel::Rule, faults: Vec<FieldFault>) -> poem::Error {
    ApiError::of(rule.refuse()).with_faults(faults).into()
}

/// Whether the media type is JSON, or a structured suffix of it such as `application/merge-patch+json`.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn check_media_type(request: &Request) -> Result<(), poem::Error> {
    let given = request.header(header::CONTENT_TYPE).unwrap_or_default();
    if is_json(given) {
        return Ok(());
    }
    let mut refusal = problems::MEDIA_TYPE.refuse().fact("media_type", "application/json");
    if given.starts_with("application/x-www-form-urlencoded") {
        refusal = refusal.because("The body came as a form. With curl, use `--json` instead of `-d`.");
    }
    Err(ApiError::of(refusal).into())
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, item)| name.contains('\0') || has_nul(item)),
        _ => false,
    }
}

fn read<T: Type + ParseFromJSON>(raw: Vec<u8>) -> Result<Body<T>, poem::Error> {
    let broken = |because: &str| problems::NOT_JSON.refuse().because(because);
    let text = std::str::from_utf8(&raw).map_err(|_| ApiError::of(broken("The body is not UTF-8.")))?;
    let value = document::parse_strict(text).map_err(|error| {
        let told = broken(&format!("The body is not strict JSON: line {}, column {}.", error.line, error.column));
        ApiError::of(told.fact("line", error.line).fact("column", error.column))
    })?;
    if has_nul(&value) {
        return Err(ApiError::of(broken("The body contains U+0000, which no text of ours may.")).into());
    }
    let faults = SURFACE.body_faults(&T::name(), &value);
    if !faults.is_empty() {
        return Err(refuse(&problems::INVALID, faults));
    }
    let canonical = value.to_string();
    // what the schema cannot say (a date that does not exist, an id of another kind) is left to the type
    let value = T::parse_from_json(Some(value))
        .map_err(|_| refuse(&problems::INVALID, vec![crate::surface::fault(Some("#".to_owned()), "invalid")]))?;
    Ok(Body { value, canonical, raw })
}

impl<'a, T: Type + ParseFromJSON + Send> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let schema: MetaSchemaRef = T::schema_ref();
        let content = vec![MetaMediaType { content_type: "application/json", schema }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        check_media_type(request)?;
        let bytes = body.take()?.into_bytes().await.map_err(|_| ApiError::of(problems::NOT_JSON.refuse()))?;
        read(bytes.into())
    }
}
