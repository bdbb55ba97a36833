//! The pages for people.

use api::docs::routes;
use poem::{Endpoint, Request, Route};

async fn get(path: &str, accept: &str) -> poem::Result<poem::Response> {
    routes(Route::new()).call(Request::builder().uri_str(path).header("accept", accept).finish()).await
}

#[tokio::test]
async fn the_reference_shows_our_document_and_fetches_nothing() {
    let page = get("/docs", "text/html").await.unwrap().into_body().into_string().await.unwrap();
    assert!(page.contains("\"openapi\":\"3.0.3\""));
    assert!(!page.contains("\"openapi\": \"3.0.0\""));
    for reach in ["src=\"http", "href=\"http", "src=\"//", "@import"] {
        assert!(!page.contains(reach), "{reach}");
    }
}

#[tokio::test]
async fn every_code_has_a_page_and_no_other() {
    let list = get("/problems", "*/*").await.unwrap().into_body().into_string().await.unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    for rule in list["problems"].as_array().unwrap() {
        let page = get(rule["type"].as_str().unwrap(), "text/html").await.unwrap();
        assert_eq!(page.content_type(), Some("text/html; charset=utf-8"));
    }
    assert_eq!(get("/problems/no_such_code", "*/*").await.unwrap_err().status(), 404);
}
