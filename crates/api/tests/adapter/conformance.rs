//! The judge of answers finds what is wrong with one.

use api::conformance::{Answer, faults};
use poem::http::{HeaderMap, Method};

fn of(path: &str, status: u16, media: &str, body: &str) -> Vec<String> {
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", "req_1".parse().unwrap());
    headers.insert("content-type", media.parse().unwrap());
    faults(&Method::GET, path, Answer { status, headers: &headers, body: body.as_bytes() })
}

const TIME: &str = r#"{"now_at":"2026-11-23T06:39:06+09:00","zone":"Asia/Tokyo"}"#;

#[test]
fn what_the_contract_promises_has_no_faults() {
    assert_eq!(of("/v1/time?x=1", 200, "application/json", TIME), Vec::<String>::new());
    assert!(
        faults(&Method::GET, "/v1/time", Answer { status: 200, headers: &HeaderMap::new(), body: b"" })[0]
            .contains("X-Request-Id")
    );
}

#[test]
fn what_it_does_not_promise_has() {
    assert!(of("/v1/time", 302, "application/json", TIME)[0].contains("does not document the status 302"));
    assert!(of("/v1/time", 200, "text/plain", TIME)[0].contains("documents \"application/json\""));
    assert!(of("/v1/time", 200, "application/json", "{")[0].contains("does not answer JSON"));
    assert!(of("/v1/time", 200, "application/json", r#"{"zone":"x"}"#)[0].contains("now_at"));
    let more = TIME.replace('}', r#","more":1}"#);
    assert!(of("/v1/time", 200, "application/json", &more)[0].contains("more"));
}

#[test]
fn a_refusal_is_a_problem_wherever_it_comes_from() {
    let problem = r#"{"type":"/problems/absent","title":"No.","status":404,"code":"absent","instance":"/v1/requests/1","request_id":"req_1","retryable":false,"seats":[]}"#;
    assert_eq!(of("/v1/time", 404, "application/problem+json", problem), Vec::<String>::new());
    assert_eq!(of("/v1/no/such", 404, "application/problem+json", problem), Vec::<String>::new());
    assert!(!of("/v1/no/such", 404, "text/plain", "Not found").is_empty());
    assert!(!of("/v1/time", 404, "application/problem+json", "{}").is_empty());
}
