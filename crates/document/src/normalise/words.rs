//! The words that are the same all over the document.

use serde_json::{Value, json};

/// What the document says about itself when the server says nothing.
pub fn info() -> [(&'static str, Value); 3] {
    [
        ("contact", json!({ "name": "itsudemo", "url": "https://itsudemo.example.jp" })),
        (
            "description",
            json!("The headless back end of ticketing, hall hire and courses. Conventions: openapi/README.md."),
        ),
        ("license", json!({ "name": "Proprietary", "url": "https://itsudemo.example.jp/license" })),
    ]
}

/// A header name as its standard writes it; the wire does not care, generated SDKs do.
pub fn header(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "etag" => "ETag".to_owned(),
        "ratelimit" => "RateLimit".to_owned(),
        "ratelimit-policy" => "RateLimit-Policy".to_owned(),
        "www-authenticate" => "WWW-Authenticate".to_owned(),
        _ => lower.split('-').map(capitalised).collect::<Vec<_>>().join("-"),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// What a parameter of this name always means.
pub fn parameter(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "cursor" => {
            "Where the page begins: `next_cursor` of the page before. Opaque, bound to the filters it came with."
        }
        "idempotency-key" => {
            "A key of the caller's choice that makes repeating the request safe for 72 hours: the first answer is given again."
        }
        "if-match" => "The `ETag` the caller has seen; another one meanwhile answers 412.",
        "if-none-match" => "The `ETag` the caller already has; when it still holds the answer is 304 without a body.",
        "limit" => "How many items a page holds at most.",
        _ => return None,
    })
}

/// What a success of this status means when the handler says nothing.
pub fn success(status: &str) -> &'static str {
    match status {
        "201" => "Created.",
        "202" => "Accepted; the work goes on.",
        "204" => "Done; there is nothing to say.",
        "304" => "Not modified.",
        _ => "As asked.",
    }
}
