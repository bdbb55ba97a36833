//! What cannot be read: who sent it hears what would be read instead, in Japanese as well as in English.

use serde_json::{Value, json};
use tests::TestApp;

const IMPORT: &str = "/v1/venue/holidays/import";

/// How a body of this form is refused.
async fn refused(app: &TestApp, path: &str, media: &str, body: &[u8], (status, code): (u16, &str)) -> Value {
    app.server().file(path, media, body).await.refused(status, code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_form_is_refused_with_the_form_that_is_read() {
    let app = TestApp::new().await;
    let unread = async |path: &str, media: &str| {
        refused(&app, path, media, b"2026-12-10,x\n", (415, "unsupported_media_type")).await
    };
    for media in ["application/json", "text/csv; charset=euc-jp"] {
        let told = unread(IMPORT, media).await;
        let form = (&told["media_type"], &told["charsets"]);
        assert_eq!(form, (&json!("text/csv"), &json!(["UTF-8", "Shift_JIS"])), "{media}");
        let said = ["title", "detail"].map(|member| told[member].as_str().unwrap().to_owned());
        assert!(said.iter().all(|text| text.contains("media_type") && !text.contains("application/json")), "{said:?}");
    }
    let told = unread("/v1/venue/facilities", "text/csv").await;
    assert_eq!((&told["media_type"], told.get("charsets")), (&json!("application/json"), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_no_strict_json_the_place_is_told() {
    let app = TestApp::new().await;
    let unread = async |body: &[u8]| {
        refused(&app, "/v1/venue/facilities", "application/json", body, (400, "invalid_json")).await
    };
    let told = unread(b"{\n  \"code\": }").await;
    assert_eq!((&told["line"], told["column"].is_u64()), (&json!(2), true), "{told}");
    let told = unread(b"{ \"code\": \"\\u0000\" }").await;
    assert!(told.get("line").is_none() && told["detail"].as_str().unwrap().contains("U+0000"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_no_charset_that_is_read_is_to_be_saved_in_one_that_is() {
    let app = TestApp::new().await;
    let told = refused(&app, IMPORT, "text/csv", b"2026-12-10,\xff\n", (400, "file_not_text")).await;
    assert!(told["detail"].as_str().unwrap().contains("Shift_JIS"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_address_that_is_too_long_the_longest_is_told() {
    let app = TestApp::new().await;
    let long = format!("/v1/venue/rooms?cursor={}", "a".repeat(8 * 1024));
    assert_eq!(app.server().get(&long).await.refused(400, "address_too_long")["limit_bytes"], 8 * 1024);
}
