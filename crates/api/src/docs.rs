//! The pages for people: the API reference, and one page for every problem code. All of it comes out of the binary;
//! nothing is fetched from elsewhere.

use std::sync::LazyLock;

use contract::ApiError;
use kernel::Rule;
use poem::{Request, Response, Route, get, handler, http::header, web::Path};
use poem_openapi::OpenApiService;
use serde_json::{Value, json};

use crate::{problems, rules, surface::SURFACE};

/// `/docs`, `/problems` and `/problems/{code}`.
pub fn routes(route: Route) -> Route {
    route.at("/docs", get(reference)).at("/problems", get(catalogue)).at("/problems/:code", get(problem))
}

/// Swagger UI as the framework bundles it, with our document in the place of the framework's own.
static REFERENCE: LazyLock<String> = LazyLock::new(|| {
    let empty = OpenApiService::new((), "itsudemo", env!("CARGO_PKG_VERSION"));
    empty.swagger_ui_html().replace(&empty.spec(), &document::inside_script(&SURFACE.v30))
});

/// The page runs its own script and may call this server alone.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; \
                           font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn page(html: impl Into<poem::Body>) -> Response {
    Response::builder()
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)
        .header(header::REFERRER_POLICY, "no-referrer")
        .content_type("text/html; charset=utf-8")
        .body(html)
}

#[handler]
fn reference() -> Response {
    page(REFERENCE.as_bytes())
}

fn wants_html(request: &Request) -> bool {
    request.header(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

fn described(rule: &Rule) -> Value {
    json!({
        "code": rule.code,
        "status": rules::status(rule).as_u16(),
        "title": rule.en,
        "title_ja": rule.ja,
        "type": format!("/problems/{}", rule.code),
    })
}

fn published() -> Vec<&'static Rule> {
    let mut all = rules::all();
    all.sort_unstable_by_key(|rule| rule.code);
    all
}

fn answer(value: &Value) -> Response {
    Response::builder()
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .content_type("application/json")
        .body(value.to_string())
}

/// Every problem code there is: a page for people, JSON for programs.
#[handler]
fn catalogue(request: &Request) -> Response {
    if !wants_html(request) {
        return answer(&json!({ "problems": published().into_iter().map(described).collect::<Vec<_>>() }));
    }
    let rows: String = published()
        .into_iter()
        .map(|rule| {
            let (code, status) = (rule.code, rules::status(rule).as_u16());
            let (en, ja) = (escaped(rule.en), escaped(rule.ja));
            format!(
                "<tr><td><a href=\"/problems/{code}\"><code>{code}</code></a><td>{status}<td>{en}<td lang=\"ja\">{ja}\n"
            )
        })
        .collect();
    page(sheet("Problem codes", &format!("<table><tr><th>code<th>status<th>meaning<th>意味\n{rows}</table>")))
}

/// What one problem code means: where the `type` of a problem leads.
#[handler]
fn problem(Path(code): Path<String>, request: &Request) -> poem::Result<Response> {
    let found = published().into_iter().find(|rule| rule.code == code);
    let rule = found.ok_or_else(|| ApiError::of(problems::ABSENT.refuse()))?;
    if !wants_html(request) {
        return Ok(answer(&described(rule)));
    }
    let status = rules::status(rule);
    let reason = status.canonical_reason().unwrap_or_default();
    let body = format!(
        "<p>{} {reason}<p>{}<p lang=\"ja\">{}<p><a href=\"/problems\">All problem codes</a>",
        status.as_u16(),
        escaped(rule.en),
        escaped(rule.ja),
    );
    Ok(page(sheet(rule.code, &body)))
}

fn sheet(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>body{{font:1rem/1.6 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}}\
         td,th{{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}}</style><h1>{title}</h1>{body}</html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
