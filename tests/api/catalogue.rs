//! From an empty house to a performance on sale, over HTTP; and what stands in the way, told all at once.

use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp};

const HEADER: &str = "section,row,seat,row_index,position,block,x,y,quality,attributes\r\n";
const HALL_1120: &[u8] = include_bytes!("../../examples/halls/hall-1120.csv");

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("an id in {value}")).to_owned()
}

async fn make(client: &Client, noun: &str, body: Value) -> String {
    id(&client.post(&format!("/v1/ticket/{noun}"), &body).await.created())
}

async fn patch(client: &Client, path: &str, version: Option<&str>, body: &Value) -> Answer {
    let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
    client.send(Method::PATCH, path, &headers, Some(body)).await
}

/// Two rows of three in a plan that is published; answers the hall and the version.
async fn seated(client: &Client) -> (String, String) {
    let hall = make(client, "halls", json!({ "name": "大ホール", "legal_capacity": 100 })).await;
    let plan = make(client, "seating-plans", json!({ "hall": hall, "name": "標準" })).await;
    let file = format!(
        "{HEADER}1F,A,1,1,1,1,,,1,aisle\r\n1F,A,2,1,2,1,,,1,\r\n1F,A,3,1,3,1,,,1,\r\n2F,B,1,2,1,1,,,2,wheelchair\r\n2F,B,2,2,2,1,,,2,companion\r\n2F,B,3,2,4,2,,,2,\r\n"
    );
    let at = format!("/v1/ticket/seating-plans/{plan}/versions");
    let version = client.post(&at, &json!({ "csv": file })).await.created();
    assert_eq!((&version["seat_count"], &version["state"]), (&json!(6), &json!("draft")));
    let version = id(&version);
    client.post(&format!("{at}/{version}/publish"), &json!({})).await.ok();
    (hall, version)
}

struct Draft {
    production: String,
    performance: String,
    upper: String,
    lower: String,
    adult: String,
}

/// A production with classes S and A, and a performance of it as a draft.
async fn drafted(client: &Client) -> Draft {
    let (hall, version) = seated(client).await;
    let production = make(client, "productions", json!({ "title": "第九", "organiser": "みどり市" })).await;
    let class = |code: &str| json!({ "production": production, "code": code, "name": format!("{code}席"), "numbering": "assigned" });
    let (lower, upper) =
        (make(client, "seat-classes", class("S")).await, make(client, "seat-classes", class("A")).await);
    let adult =
        make(client, "ticket-types", json!({ "production": production, "code": "ADULT", "name": "一般" })).await;
    let performance = json!({
        "production": production, "hall": hall, "seating_plan_version": version,
        "doors_at": "2026-12-24T17:30:00+09:00", "starts_at": "2026-12-24T18:00:00+09:00", "ends_at": "2026-12-24T20:00:00+09:00",
    });
    let performance = make(client, "performances", performance).await;
    Draft { production, performance, upper, lower, adult }
}

fn window(performance: &str) -> Value {
    json!({
        "performance": performance, "name": "一般発売", "audience": "public", "selection": "both",
        "opens_at": "2026-11-01T10:00:00+09:00", "closes_at": "2026-12-24T18:00:00+09:00",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_house_comes_to_a_performance_on_sale() {
    let app = TestApp::new().await;
    let house = app.server();
    let draft = drafted(&house).await;
    let price = |class: &str, amount: i64| json!({ "seat_class": class, "ticket_type": draft.adult, "amount": amount, "tax_rate": "standard" });
    let prices = [price(&draft.lower, 5_000), price(&draft.upper, 3_000)];
    make(&house, "price-lists", json!({ "production": draft.production, "name": "通常", "prices": prices })).await;
    make(&house, "sale-windows", window(&draft.performance)).await;
    let at = format!("/v1/ticket/performances/{}", draft.performance);
    let rules = json!([{ "seat_class": draft.lower, "section": "1F" }, { "seat_class": draft.upper, "section": "2F" }]);

    app.page().get(&at).await.refused(404, "absent");
    let opened = house.post(&format!("{at}/open"), &json!({ "seat_classes": rules })).await.ok();
    assert_eq!(opened["state"], "on_sale");
    app.page().get(&at).await.refused(404, "absent"); // the production is still a draft
    house.post(&format!("/v1/ticket/productions/{}/publish", draft.production), &json!({})).await.ok();
    assert_eq!(app.page().get(&at).await.ok(), house.get(&at).await.ok());
    assert_eq!(app.page().get(&format!("{at}/prices")).await.ok()["prices"].as_array().unwrap().len(), 2);

    let best = json!({ "seat_class": draft.lower, "tickets": [{ "ticket_type": draft.adult, "count": 2 }] });
    let hold =
        app.page().post("/v1/ticket/holds", &json!({ "performance": draft.performance, "best": best })).await.created();
    assert_eq!(hold["total"], 10_000);
    house.post(&format!("{at}/pause"), &json!({})).await.ok();
    app.page()
        .post("/v1/ticket/holds", &json!({ "performance": draft.performance, "best": best }))
        .await
        .refused(409, "ticket.performance.not_on_sale");
    house.post(&format!("{at}/open"), &json!({ "seat_classes": rules })).await.refused(409, "ticket.catalogue.state");
    app.neighbour().get(&at).await.refused(404, "absent");
    app.neighbour().post(&format!("{at}/resume"), &json!({})).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_performance_lacks_is_told_all_at_once() {
    let app = TestApp::new().await;
    let house = app.server();
    let draft = drafted(&house).await;
    let free = json!({ "production": draft.production, "code": "FREE", "name": "自由席", "numbering": "none" });
    let free = make(&house, "seat-classes", free).await;
    let rules = json!([{ "seat_class": draft.lower, "section": "1F" }, { "seat_class": draft.upper, "row_to": 1 }, { "seat_class": free, "section": "3F" }]);
    let open = format!("/v1/ticket/performances/{}/open", draft.performance);
    let refused = house.post(&open, &json!({ "seat_classes": rules })).await;
    let problem = refused.refused(422, "ticket.performance.not_sellable");
    let codes: Vec<&str> =
        problem["missing"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        ["sale_window", "no_such_numbered_class", "row_in_several_classes", "row_in_no_class", "price_list"],
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_1120_seats_is_read_published_and_saved_as_it_was() {
    let app = TestApp::new().await;
    let house = app.server();
    let hall = make(&house, "halls", json!({ "name": "大ホール" })).await;
    let plan = make(&house, "seating-plans", json!({ "hall": hall, "name": "標準" })).await;
    let at = format!("/v1/ticket/seating-plans/{plan}/versions");
    let version = house.file(&format!("{at}/import"), "text/csv", HALL_1120).await.created();
    assert_eq!((&version["number"], &version["seat_count"]), (&json!(1), &json!(1120)));
    let one = format!("{at}/{}", id(&version));
    app.page().get(&one).await.refused(404, "absent"); // a draft
    let published = house.post(&format!("{one}/publish"), &json!({})).await.ok();
    house.post(&format!("{one}/publish"), &json!({})).await.refused(409, "ticket.catalogue.state");
    assert_eq!(app.page().get(&one).await.ok(), published);

    let saved = house.get(&format!("{one}/export")).await;
    assert_eq!(saved.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(saved.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap(), HALL_1120);
    let again = house.file(&format!("{at}/import?charset=utf8"), "text/csv", &saved.bytes).await.created();
    assert_eq!((&again["number"], &again["checksum"]), (&json!(2), &version["checksum"]));
    assert_eq!(saved.header("x-replaced-characters"), "0");
    let japanese = house.get(&format!("{one}/export?charset=shift_jis")).await.bytes;
    let again = house.file(&format!("{at}/import"), "text/csv; charset=Shift_JIS", &japanese).await.created();
    assert_eq!(again["checksum"], version["checksum"]);

    let seats = app.page().get(&format!("{one}/seats")).await;
    let etag = seats.header("etag").to_owned();
    assert_eq!(seats.ok()["seats"].as_array().unwrap().len(), 1120);
    let known = app.page().send(Method::GET, &format!("{one}/seats"), &[("if-none-match", &etag)], None).await;
    assert_eq!(known.status, 304);
    assert_eq!(house.get(&format!("{at}?limit=2")).await.ok()["has_more"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_shift_jis_says_how_many_characters_it_could_not_write() {
    let app = TestApp::new().await;
    let house = app.server();
    let hall = house.post("/v1/ticket/halls", &json!({ "name": "小ホール" })).await.created();
    let plan = house.post("/v1/ticket/seating-plans", &json!({ "hall": hall["id"], "name": "標準" })).await.created();
    let at = format!("/v1/ticket/seating-plans/{}/versions", plan["id"].as_str().unwrap());
    let file =
        "section,row,seat,row_index,position,block,x,y,quality,attributes\n𠮟,1,1,1,1,1,,,1,\n𠮟,1,2,1,2,1,,,1,\n";
    let version = house.file(&format!("{at}/import?charset=utf8"), "text/csv", file.as_bytes()).await.created();
    let saved = format!("{at}/{}/export", version["id"].as_str().unwrap());
    assert_eq!(house.get(&format!("{saved}?charset=shift_jis")).await.header("x-replaced-characters"), "2");
    assert_eq!(house.get(&saved).await.header("x-replaced-characters"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_file_is_told_line_by_line_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let house = app.server();
    let hall = make(&house, "halls", json!({ "name": "小ホール" })).await;
    let plan = make(&house, "seating-plans", json!({ "hall": hall, "name": "標準" })).await;
    let at = format!("/v1/ticket/seating-plans/{plan}/versions");
    let file = format!("{HEADER}1F,A,1,1,1,1,,,1,vip\n1F,A,1,1,2,1,,,1,\n1F,A,3,1,5,1,,,x,\n");
    let problem = house
        .file(&format!("{at}/import"), "text/csv", file.as_bytes())
        .await
        .refused(422, "ticket.seating_plan.faulty_file");
    let told: Vec<(i64, &str, &str)> = problem["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (fault["line"].as_i64().unwrap(), fault["column"].as_str().unwrap(), fault["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, "attributes", "unknown_attribute"),
            (3, "seat", "duplicate_label"),
            (4, "quality", "not_a_number"),
            (4, "position", "gap_in_block"),
        ]
    );
    let japanese = [b"section,row,seat,row_index,position\n".as_slice(), b"1\x8aK,A,1,1,1\n"].concat();
    house.file(&format!("{at}/import"), "text/csv", &japanese).await.refused(422, "ticket.seating_plan.faulty_file");
    house.file(&format!("{at}/import?charset=shift_jis"), "text/csv", &japanese).await.created();
    house.file(&format!("{at}/import"), "text/plain", b"x").await.refused(415, "unsupported_media_type");
    assert_eq!(house.get(&at).await.ok()["data"].as_array().unwrap().len(), 1);
    let neighbour = app.neighbour();
    neighbour.get(&at).await.refused(404, "absent");
    neighbour.file(&format!("{at}/import?charset=shift_jis"), "text/csv", &japanese).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_meant_for_an_older_version_is_refused_and_null_clears() {
    let app = TestApp::new().await;
    let house = app.server();
    let hall = house.post("/v1/ticket/halls", &json!({ "name": "大ホール", "name_en": "Main Hall" })).await;
    assert_eq!(hall.header("etag"), "\"1\"");
    let at = format!("/v1/ticket/halls/{}", id(&hall.created()));
    let changed = patch(&house, &at, Some("\"1\""), &json!({ "name_en": null, "legal_capacity": 500 })).await.ok();
    assert_eq!(
        (changed.get("name_en"), &changed["legal_capacity"], &changed["name"]),
        (None, &json!(500), &json!("大ホール"))
    );
    let stale = patch(&house, &at, Some("\"1\""), &json!({ "name": "別" })).await.refused(412, "version_mismatch");
    assert_eq!(stale["current_version"], 2);
    patch(&app.neighbour(), &at, None, &json!({ "name": "別" })).await.refused(404, "absent");
    assert_eq!(app.page().send(Method::PATCH, &at, &[], Some(&json!({ "name": "別" }))).await.status, 403);
    assert_eq!(house.get(&at).await.ok(), changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_sees_neither_drafts_nor_what_belongs_to_them_nor_the_windows_of_the_house() {
    let app = TestApp::new().await;
    let (house, page) = (app.server(), app.page());
    let draft = drafted(&house).await;
    make(&house, "sale-windows", window(&draft.performance)).await;
    let mut inner = window(&draft.performance);
    inner["audience"] = "staff".into();
    let inner = make(&house, "sale-windows", inner).await;
    for noun in ["productions", "performances", "seat-classes", "ticket-types", "price-lists", "sale-windows"] {
        let seen = page.get(&format!("/v1/ticket/{noun}")).await.ok();
        assert_eq!(seen["data"], json!([]), "{noun}");
    }
    page.get(&format!("/v1/ticket/seat-classes/{}", draft.lower)).await.refused(404, "absent");
    page.get(&format!("/v1/ticket/sale-windows/{inner}")).await.refused(404, "absent");
    house.post(&format!("/v1/ticket/productions/{}/announce", draft.production), &json!({})).await.ok();
    let classes = page.get(&format!("/v1/ticket/seat-classes?production={}", draft.production)).await.ok();
    assert_eq!(classes["data"].as_array().unwrap().len(), 2);
    assert_eq!(house.get("/v1/ticket/sale-windows").await.ok()["data"].as_array().unwrap().len(), 2);
    let twice = json!({ "production": draft.production, "code": "S", "name": "S席", "numbering": "assigned" });
    house.post("/v1/ticket/seat-classes", &twice).await.refused(409, "ticket.catalogue.code_taken");
    let early = json!({ "doors_at": "2026-12-24T19:00:00+09:00" });
    patch(&house, &format!("/v1/ticket/performances/{}", draft.performance), None, &early)
        .await
        .refused(422, "ticket.performance.times");
}
