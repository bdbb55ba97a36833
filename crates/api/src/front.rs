//! The front of the house, outermost: names the request, finds its operation, guards its body and its time, and turns
//! whatever comes back into the one form of answer.

use std::{sync::Arc, time::Duration};

use contract::{ApiError, Problem, problem::FieldFault};
use kernel::{Clock, RequestId};
use poem::{
    Body, Endpoint, IntoResponse, Request, Response,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};
use tracing::Instrument;

use crate::{
    caller::Language,
    heard::Heard,
    problems,
    surface::{Found, SURFACE},
};

/// How much and how long.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// Bytes of a body, unless the operation reads files.
    pub body: usize,
    /// Bytes of a body that is a file.
    pub file: usize,
    /// For the body to arrive.
    pub arrival: Duration,
    /// For an operation that only reads.
    pub reading: Duration,
    /// For an operation that may change something.
    pub writing: Duration,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            body: 256 * 1024,
            file: 16 * 1024 * 1024,
            arrival: Duration::from_secs(10),
            reading: Duration::from_secs(3),
            writing: Duration::from_secs(10),
        }
    }
}

/// Operations that read files.
const READS_FILES: &[&str] = &["ticket_seating_plan_version_import", "ticket_seating_plan_version_create"];

/// Bytes of a path with its query.
const LONGEST_ADDRESS: usize = 8 * 1024;

/// The front, around everything else.
pub struct Front<E> {
    inner: Arc<E>,
    clock: Clock,
    guard: Guard,
    /// Only operations under this prefix, or all but those: the operators' listener and the public one share nothing.
    operators: bool,
}

/// Paths of the operators' plane.
pub const OPERATOR_PREFIX: &str = "/v1/operator";

impl<E: Endpoint + 'static> Front<E> {
    pub fn new(inner: E, clock: Clock, guard: Guard, operators: bool) -> Self {
        Self { inner: Arc::new(inner), clock, guard, operators }
    }

    async fn answer(&self, mut request: Request, heard: Heard, others: &[Method]) -> Result<Response, poem::Error> {
        check_request(&request)?;
        let path = request.uri().path();
        let internal = path.starts_with(OPERATOR_PREFIX);
        if internal != self.operators && (internal || path.starts_with("/v1/")) {
            return Err(ApiError::of(problems::ABSENT.refuse()).into());
        }
        if !others.is_empty() {
            return Ok(other_methods(others, &heard));
        }
        if heard.operation.is_none() && path.starts_with("/v1/") {
            return Err(absent_path(path));
        }
        let mutating = heard.operation.as_ref().is_some_and(|operation| operation.mutating);
        let file = heard.operation.as_ref().is_some_and(|operation| READS_FILES.contains(&operation.id.as_str()));
        self.read_body(&mut request, if file { self.guard.file } else { self.guard.body }).await?;
        request.set_data(heard);
        let inner = self.inner.clone();
        // spawned and awaited: a client that hangs up never cancels half a sale, on HTTP/2 either
        let work =
            tokio::spawn(async move { inner.call(request).await.map(IntoResponse::into_response) }.in_current_span());
        let deadline = if mutating { self.guard.writing } else { self.guard.reading };
        match tokio::time::timeout(deadline, work).await {
            Err(_) => Err(ApiError::of(problems::DEADLINE.refuse().retry_after(1)).into()),
            Ok(Err(_)) => Err(ApiError::of(problems::PANIC.refuse()).into()),
            Ok(Ok(outcome)) => outcome,
        }
    }

    async fn read_body(&self, request: &mut Request, limit: usize) -> Result<(), poem::Error> {
        let too_large =
            || -> poem::Error { ApiError::of(problems::TOO_LARGE.refuse().fact("limit_bytes", limit)).into() };
        if request.header(header::CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
            return Err(ApiError::of(problems::ENCODED.refuse()).into());
        }
        let announced = request.header(header::CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let body = request.take_body();
        match tokio::time::timeout(self.guard.arrival, body.into_bytes_limit(limit)).await {
            Err(_) => Err(ApiError::of(problems::TOO_SLOW.refuse()).into()),
            Ok(Err(poem::error::ReadBodyError::PayloadTooLarge)) => Err(too_large()),
            Ok(Err(_)) => Err(ApiError::of(problems::NOT_JSON.refuse()).into()),
            Ok(Ok(bytes)) => {
                request.set_body(Body::from_bytes(bytes));
                Ok(())
            }
        }
    }
}

fn check_request(request: &Request) -> Result<(), poem::Error> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.uri().host().is_none()) {
        return Err(ApiError::of(problems::HOST.refuse()).into());
    }
    if request.uri().path_and_query().is_some_and(|path| path.as_str().len() > LONGEST_ADDRESS) {
        return Err(ApiError::of(problems::ADDRESS.refuse().fact("limit_bytes", LONGEST_ADDRESS)).into());
    }
    Ok(())
}

fn absent_path(path: &str) -> poem::Error {
    let mut refusal = problems::ABSENT.refuse();
    if let Some(bare) = path.strip_suffix('/').filter(|bare| bare.len() > 1) {
        refusal = refusal.because(format!("There is nothing here; without the trailing slash the path is {bare}."));
    }
    ApiError::of(refusal).into()
}

fn other_methods(methods: &[Method], heard: &Heard) -> Response {
    let mut names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    if methods.contains(&Method::GET) {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.dedup();
    let mut response = render(&ApiError::of(problems::METHOD.refuse()), StatusCode::METHOD_NOT_ALLOWED, heard);
    if let Ok(allow) = HeaderValue::from_str(&names.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// A refusal as problem+json.
fn render(error: &ApiError, status: StatusCode, heard: &Heard) -> Response {
    use poem_openapi::types::ToJSON;
    let refusal = &error.refusal;
    let rule = refusal.rule;
    let ours = status.is_server_error();
    let detail = match heard.language {
        Language::Japanese => rule.ja.to_owned(),
        Language::English if ours => rule.en.to_owned(),
        Language::English => refusal.because.clone().unwrap_or_else(|| rule.en.to_owned()),
    };
    let problem = Problem {
        kind: format!("/problems/{}", rule.code),
        title: rule.en.to_owned(),
        status: i32::from(status.as_u16()),
        detail: Some(detail),
        instance: format!("/v1/requests/{}", heard.request_id),
        code: rule.code.to_owned(),
        request_id: heard.request_id.to_string(),
        retryable: refusal.retry_after.is_some() || status == StatusCode::SERVICE_UNAVAILABLE,
        errors: (!error.faults.is_empty()).then(|| error.faults.clone()),
    };
    let mut body = problem.to_json().unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        for (name, fact) in &refusal.facts {
            members.entry(name.clone()).or_insert_with(|| fact.clone());
        }
    }
    let mut response =
        Response::builder().status(status).content_type("application/problem+json").body(body.to_string());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(heard.language.tag()));
    if let Some(seconds) = refusal.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    match status {
        StatusCode::UNAUTHORIZED => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"api\""));
        }
        // the rest of the body is not read: the connection cannot be used again
        StatusCode::PAYLOAD_TOO_LARGE => {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    response
}

/// Any failure as problem+json: ours as they are, the framework's by what they are, without its words.
fn explain(error: &poem::Error, heard: &Heard) -> Response {
    if let Some(known) = error.data::<Arc<ApiError>>() {
        log_cause(known);
        return render(known, known.status(), heard);
    }
    // what the published schema let pass and the type did not
    if error.is::<poem_openapi::error::ParsePathError>() {
        return render(&ApiError::of(problems::ABSENT.refuse()), StatusCode::NOT_FOUND, heard);
    }
    if let Some(parameter) = error.downcast_ref::<poem_openapi::error::ParseParamError>() {
        let fault = FieldFault { parameter: Some(parameter.name.to_owned()), ..crate::surface::fault(None, "invalid") };
        let refused = ApiError::of(problems::INVALID.refuse()).with_faults(vec![fault]);
        return render(&refused, StatusCode::BAD_REQUEST, heard);
    }
    let status = error.status();
    let rule = match status {
        StatusCode::NOT_FOUND => &problems::ABSENT,
        StatusCode::METHOD_NOT_ALLOWED => &problems::METHOD,
        StatusCode::UNAUTHORIZED => &problems::UNAUTHENTICATED,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => &problems::MEDIA_TYPE,
        StatusCode::PAYLOAD_TOO_LARGE => &problems::TOO_LARGE,
        status if status.is_client_error() => &problems::INVALID,
        _ => {
            tracing::error!(error = %error, "unexpected failure");
            &problems::PANIC
        }
    };
    render(&ApiError::of(rule.refuse()), crate::rules::status(rule), heard)
}

fn log_cause(error: &ApiError) {
    if !error.status().is_server_error() {
        return;
    }
    let mut chain = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = error.cause().map(|cause| {
        let cause: &dyn std::error::Error = cause;
        cause
    });
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    tracing::error!(code = error.refusal.rule.code, chain = chain.join(": "), "request failed");
}

const EXPOSED: &str = "ETag, Location, Link, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotent-Replayed, \
                       Original-Request-Id, Content-Language, Api-Version";

/// A syntactically valid page origin: https anywhere, http only on this machine.
fn plausible_origin(origin: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1"]
        .iter()
        .any(|base| origin.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    let secure =
        origin.strip_prefix("https://").is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@']));
    local || secure
}

fn preflight(origin: &str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    if plausible_origin(origin) {
        put(headers, "access-control-allow-origin", origin);
        put(headers, "access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
        put(
            headers,
            "access-control-allow-headers",
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Accept-Language, Client-Secret, \
             Receipt-Code, X-Client-Request-Id, traceparent",
        );
        put(headers, "access-control-max-age", "7200");
    }
    response
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

fn dress(response: &mut Response, heard: &Heard, origin: Option<&str>, client_request: Option<&str>) {
    let headers = response.headers_mut();
    put(headers, "x-request-id", &heard.request_id.to_string());
    put(headers, "api-version", env!("CARGO_PKG_VERSION"));
    put(headers, "x-content-type-options", "nosniff");
    if !headers.contains_key(header::CACHE_CONTROL) {
        put(headers, "cache-control", "no-store");
    }
    if let Some(name) = client_request {
        put(headers, "x-client-request-id", name);
    }
    if let Some((policy, left)) = heard.left.headers() {
        put(headers, "ratelimit-policy", &policy);
        put(headers, "ratelimit", &left);
    }
    // also without an origin: what a cache keeps of that is of no use to a page
    put(headers, "vary", "Origin");
    if let Some(origin) = origin.filter(|origin| plausible_origin(origin)) {
        put(headers, "access-control-allow-origin", origin);
        put(headers, "access-control-expose-headers", EXPOSED);
    }
}

impl<E: Endpoint + 'static> Endpoint for Front<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = std::time::Instant::now();
        let (operation, named, others) = match SURFACE.find(request.method(), request.uri().path()) {
            Found::Operation(operation, named) => (Some(operation), named, Vec::new()),
            Found::OtherMethods(methods) => (None, Vec::new(), methods),
            Found::Nothing => (None, Vec::new(), Vec::new()),
        };
        let heard = Heard {
            request_id: RequestId::random(),
            now: self.clock.now(),
            language: Language::of(request.header(header::ACCEPT_LANGUAGE)),
            request: format!("{} {}", request.method(), request.uri()),
            left: Arc::default(),
            operation,
            named: Arc::new(named),
        };
        let origin = request.header(header::ORIGIN).map(str::to_owned);
        let client_request = request
            .header("x-client-request-id")
            .filter(|name| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_graphic()))
            .map(str::to_owned);
        let method = request.method().clone();
        let span = tracing::info_span!("request", request_id = %heard.request_id);
        let mut response = match &origin {
            Some(origin) if method == Method::OPTIONS => preflight(origin),
            _ => match self.answer(request, heard.clone(), &others).instrument(span.clone()).await {
                Ok(response) => response,
                Err(error) => span.in_scope(|| explain(&error, &heard)),
            },
        };
        dress(&mut response, &heard, origin.as_deref(), client_request.as_deref());
        let operation = heard.operation.as_ref().map_or_else(|| "none".to_owned(), |operation| operation.id.clone());
        let (status, elapsed) = (response.status().as_u16(), started.elapsed());
        metrics::counter!("http_requests_total", "operation" => operation.clone(), "status" => status.to_string())
            .increment(1);
        metrics::histogram!("http_request_seconds", "operation" => operation.clone()).record(elapsed.as_secs_f64());
        span.in_scope(|| {
            tracing::info!(
                operation,
                status,
                micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
                "answered"
            );
        });
        Ok(response)
    }
}
