//! Sample tariffs of ordinances that are unlike each other: taken in, found clean, and quoted at the yen of their pages.

use serde_json::{Value, json};
use tests::TestApp;

use crate::venue_hire::{id, make};

const FROM: &str = "2026-04-01";

/// A facility whose rooms have these slots, every day, and this tariff. Gives its rooms in their order.
async fn house(
    app: &TestApp,
    rooms: &[(&str, &[&str])],
    slots: &[(&str, &str, &str)],
    tariff: &str,
) -> (String, Vec<String>) {
    let facility = id(&make(app, "facilities", &json!({ "code": "F", "name": "会館", "effective_from": FROM })).await);
    let mut made = Vec::new();
    for (code, parts) in rooms {
        let room = json!({ "facility": facility, "code": code, "name": code, "parts": parts, "time_unit": "slots",
                           "approval": "staff", "visibility": "bookable", "effective_from": FROM });
        let room = id(&make(app, "rooms", &room).await);
        let slots: Vec<Value> = slots
            .iter()
            .map(|(code, starts, ends)| json!({ "code": code, "name": code, "starts": starts, "ends": ends }))
            .collect();
        let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": FROM, "slots": slots });
        make(app, "slot-sets", &set).await;
        made.push(room);
    }
    let document: Value = serde_json::from_str(tariff).unwrap();
    let version = make(app, "tariffs", &json!({ "facility": facility, "document": document })).await;
    assert_eq!(version["findings"], json!([]));
    app.server().post(&format!("/v1/venue/tariffs/{}/publish", id(&version)), &json!({})).await.ok();
    (facility, made)
}

async fn yen(app: &TestApp, facility: &str, resident: bool, wish: Value) -> i64 {
    let ask = json!({ "facility": facility, "resident": resident, "uses": [wish] });
    app.server().post("/v1/venue/quotes", &ask).await.created()["total_amount"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn factors_of_a_gymnasium_compound_on_the_price_of_the_exact_span() {
    let app = TestApp::new().await;
    let slots = [
        ("9-12", "09:00", "12:00"),
        ("12-13", "12:00", "13:00"),
        ("13-15", "13:00", "15:00"),
        ("15-17", "15:00", "17:00"),
        ("17-19", "17:00", "19:00"),
        ("19-21", "19:00", "21:00"),
    ];
    let rooms: [(&str, &[&str]); 2] = [("GYM", &["A", "B"]), ("GYM-HALF", &["A"])];
    let (facility, rooms) = house(&app, &rooms, &slots, include_str!("../../examples/tariffs/gymnasium.json")).await;
    let all: Vec<&str> = slots.iter().map(|(code, ..)| *code).collect();
    let wish = |room: usize, slots: &[&str]| json!({ "room": rooms[room], "date": "2026-12-11", "slots": slots });
    let with = |mut wish: Value, name: &str, value: Value| {
        wish[name] = value;
        wish
    };
    // 豊明市: full, all day, from outside, commercial; half, a club that charges 1,200 yen; full from 9 to 17, free
    assert_eq!(yen(&app, &facility, false, with(wish(0, &all), "commercial", json!(true))).await, 60_000);
    assert_eq!(yen(&app, &facility, true, with(wish(1, &["13-15", "15-17"]), "admission", json!(1_200))).await, 4_000);
    assert_eq!(yen(&app, &facility, true, wish(0, &all[..4])).await, 8_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn surcharges_of_a_hall_add_up_on_the_base_and_cooling_is_metered() {
    let app = TestApp::new().await;
    let slots = [("AM", "09:00", "12:00"), ("PM", "13:00", "17:00"), ("NT", "18:00", "22:00")];
    let document = include_str!("../../examples/tariffs/surcharges.json");
    let (facility, rooms) = house(&app, &[("HALL", &["H"])], &slots, document).await;
    // 山梨市民会館: from outside, commercial, a Sunday, afternoon and evening, both cooled
    let mut wish = json!({ "room": rooms[0], "date": "2026-12-13", "slots": ["PM", "NT"], "commercial": true });
    assert_eq!(yen(&app, &facility, false, wish.clone()).await, 28_650);
    wish["meters"] = json!([{ "meter": "cooling", "minutes": [240, 240] }]);
    assert_eq!(yen(&app, &facility, false, wish).await, 35_490);
    let all_day = json!({ "room": rooms[0], "date": "2026-12-11", "slots": ["AM", "PM", "NT"] });
    assert_eq!(yen(&app, &facility, true, all_day).await, 17_150, "the row of the exact span, not the sum");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_is_held_against_the_rooms_that_there_are() {
    let app = TestApp::new().await;
    let slots = [("AM", "09:00", "12:00")];
    let document: Value = serde_json::from_str(include_str!("../../examples/tariffs/surcharges.json")).unwrap();
    let (facility, _) = house(&app, &[("HALL", &["H"])], &slots, &document.to_string()).await;
    let small = json!({ "facility": facility, "code": "SMALL", "name": "小会議室", "parts": ["S"], "time_unit": "slots",
                        "approval": "staff", "visibility": "bookable", "effective_from": FROM });
    make(&app, "rooms", &small).await;
    let mut next = document;
    next["components"][0]["rule"]["rows"][3]["space"] = json!("STAGE");
    let version = make(&app, "tariffs", &json!({ "facility": facility, "document": next })).await;
    let told = |version: &Value| {
        let one = |finding: &Value| {
            let word = |name: &str| finding[name].as_str().unwrap().to_owned();
            (word("severity"), word("code"), word("pointer"))
        };
        let found = version["findings"].as_array().unwrap().iter().map(one);
        found.filter(|(_, code, _)| matches!(code.as_str(), "no_such_room" | "room_without_row")).collect::<Vec<_>>()
    };
    let warning = |code: &str, pointer: &str| ("warning".to_owned(), code.to_owned(), pointer.to_owned());
    let expected =
        [warning("no_such_room", "/components/0/rule/rows/3/space"), warning("room_without_row", "/components")];
    assert_eq!(told(&version), expected);
    let seen = app.server().get(&format!("/v1/venue/tariffs/{}", id(&version))).await.ok();
    assert_eq!(told(&seen), expected);
}
