//! Sample tariffs of ordinances that are unlike each other: taken in, found clean, and quoted at the yen of their pages.

use serde_json::{Value, json};
use tests::TestApp;
use time::Duration;

use crate::venue_hire::{House, id, make, table};

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
    assert!(version["findings"].as_array().unwrap().iter().all(|one| one["severity"] == "warning"), "{version}");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_is_held_against_slots_equipment_classes_and_purposes_of_its_house() {
    let house = House::open("staff").await;
    let mut document = table();
    document["effective_from"] = json!("2027-04-01");
    document.as_object_mut().unwrap().remove("effective_until");
    document["components"][0]["rule"]["span_by"] = json!(["exact_span"]);
    document["components"][2]["rule"]["prices"][0]["item"] = json!("ORGAN");
    document["components"][1]["when"] =
        json!({ "any": [{ "fact": "user_class", "eq": "CHOIR" }, { "fact": "purpose", "eq": "MUSIC" }] });
    let version = make(&house.app, "tariffs", &json!({ "facility": house.facility, "document": document })).await;
    let found = version["findings"].as_array().unwrap();
    assert!(found.iter().all(|one| one["severity"] == "warning" || one["code"] == "missing_row"), "{version}");
    let sentences: Vec<&str> = found.iter().map(|one| one["sentence"].as_str().unwrap()).collect();
    for wanted in [
        "There is no user class CHOIR.",
        "There is no purpose MUSIC.",
        "The facility has no equipment ORGAN.",
        "Nothing prices the equipment PIANO.",
        "No row is for AM+PM of the room HALL.",
    ] {
        assert!(sentences.contains(&wanted), "{wanted} in {sentences:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_is_held_against_the_days_that_the_calendar_has_and_the_classes_that_the_register_has() {
    let house = House::open("staff").await;
    let class = json!({ "code": "CHOIR", "name": "登録団体", "effective_from": FROM });
    house.app.server().post("/v1/user-classes", &class).await.created();
    let layer = json!({ "facility": house.facility, "name": "市民の日", "ordinal": 30, "effective_from": FROM, "day_class": "special",
                        "days": { "dates": [{ "from": "2026-12-15", "until": "2026-12-16" }] } });
    make(&house.app, "calendar-layers", &layer).await;
    let mut document = table();
    let rows = ["weekday", "saturday", "sunday", "holiday"].map(|class| json!({ "day_class": class, "yen": 1_000 }));
    document["components"][0]["rule"] = json!({ "kind": "table", "key": ["day_class", "user_class"], "rows": rows });
    let version = make(&house.app, "tariffs", &json!({ "facility": house.facility, "document": document })).await;
    let found = version["findings"].as_array().unwrap();
    assert!(found.iter().all(|one| one["severity"] == "warning"), "{version}");
    let sentences: Vec<&str> = found.iter().map(|one| one["sentence"].as_str().unwrap()).collect();
    for wanted in ["No row is for a special day of the room HALL.", "No row is for the user class CHOIR."] {
        assert!(sentences.contains(&wanted), "{wanted} in {sentences:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_none_is_refused_with_the_place_of_each_fault() {
    let house = House::open("staff").await;
    let faults = async |change: &dyn Fn(&mut Value)| {
        let mut document = table();
        change(&mut document);
        let ask = json!({ "facility": house.facility, "document": document });
        let refused = house.app.server().post("/v1/venue/tariffs", &ask).await.refused(400, "invalid_request");
        let told =
            |one: &Value| (one["pointer"].as_str().unwrap().to_owned(), one["code"].as_str().unwrap().to_owned());
        refused["errors"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let at = |pointer: &str, code: &str| (format!("#/document/{pointer}"), code.to_owned());
    assert_eq!(faults(&|one| one["discount"] = json!(10)).await, [at("discount", "unknown_field")]);
    assert_eq!(
        faults(&|one| drop(one["tax"].as_object_mut().unwrap().remove("rate"))).await,
        [at("tax/rate", "required")]
    );
    let found = faults(&|one| {
        one["components"][0]["rule"]["rows"][1]["yen"] = json!("10,000");
        one["components"][1]["rule"]["of"] = json!(3);
    });
    assert_eq!(
        found.await,
        [at("components/0/rule/rows/1/yen", "wrong_type"), at("components/1/rule/of", "wrong_type")],
        "every fault at once, each where it is"
    );
    let found = faults(&|one| one["components"][1]["rule"]["kind"] = json!("discount")).await;
    assert_eq!(found, [at("components/1/rule/kind", "not_one_of")]);
    let found = faults(&|one| drop(one["components"][1]["rule"].as_object_mut().unwrap().remove("den"))).await;
    assert_eq!(found, [at("components/1/rule/den", "required")]);
    let found =
        faults(&|one| one["components"][1]["when"] = json!({ "all": [{ "fact": "weekday", "eq": true }] })).await;
    assert_eq!(found, [at("components/1/when/all/0/fact", "not_one_of")]);
    let found = faults(&|one| one["components"][0]["rule"]["rows"][0] = json!({ "space": "HALL", "span": "AM" })).await;
    assert_eq!(found, [at("components/0/rule/rows/0/yen", "required")], "a row without a price is not free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_without_an_end_ends_where_the_next_one_begins() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let facility =
        id(&make(&house.app, "facilities", &json!({ "code": "G", "name": "別館", "effective_from": FROM })).await);
    let room = json!({ "facility": facility, "code": "R", "name": "集会室", "parts": ["R"], "time_unit": "day", "approval": "automatic",
                       "visibility": "bookable", "effective_from": FROM });
    let room = id(&make(&house.app, "rooms", &room).await);
    let version = async |from: &str, yen: i64| {
        let base = json!({ "kind": "table", "key": [], "rows": [{ "yen": yen }] });
        let document = json!({ "name": "使用料", "legal_reference": "別表", "applies_by": "use_date", "effective_from": from, "engine": 1,
            "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
            "components": [{ "code": "BASE", "label": { "ja": "基本" }, "rule": base }] });
        id(&make(&house.app, "tariffs", &json!({ "facility": facility, "document": document })).await)
    };
    let publish = async |version: &str| server.post(&format!("/v1/venue/tariffs/{version}/publish"), &json!({})).await;
    let first = version("2026-04-01", 1_000).await;
    publish(&first).await.ok();
    let quote = async |days: &[&str]| {
        let uses: Vec<Value> = days.iter().map(|day| json!({ "room": room, "date": day })).collect();
        server.post("/v1/venue/quotes", &json!({ "facility": facility, "patron": house.patron, "uses": uses })).await
    };
    let taken = quote(&["2027-04-05"]).await.created();
    assert_eq!(taken["total_amount"], 1_000);
    let hold = server.post("/v1/venue/holds", &json!({ "quote": taken["id"] })).await.created();
    server.post("/v1/venue/applications", &json!({ "hold": hold["id"], "title": "総会" })).await.created();

    let next = version("2027-04-01", 1_200).await;
    let published = publish(&next).await.ok();
    assert_eq!((&published["succeeds"], &published["hires_as_quoted"]), (&json!(first), &json!(1)));
    let seen = server.get(&format!("/v1/venue/tariffs/{first}")).await.ok();
    assert_eq!(seen["effective_until"], "2027-04-01");
    assert_eq!(quote(&["2027-03-31"]).await.created()["total_amount"], 1_000);
    assert_eq!(quote(&["2027-04-01"]).await.created()["total_amount"], 1_200);
    let several = quote(&["2027-03-31", "2027-04-01"]).await.refused(422, "venue.tariff.several");
    assert_eq!((&several["from"], &several["uses"]), (&json!("2027-04-01"), &json!([1])));
    let starts: Vec<_> = several["periods"].as_array().unwrap().iter().map(|one| &one["effective_from"]).collect();
    assert_eq!(starts[starts.len() - 1], &json!("2027-04-01"), "{several}");
    let proof = server.get(&format!("/v1/venue/quotes/{}/proof", id(&taken))).await.ok();
    assert_eq!(proof["same"], true, "what was quoted before stays as it was quoted");

    let between = version("2026-10-01", 1_100).await;
    let refused = publish(&between).await.refused(409, "venue.tariff.overlaps");
    assert_eq!(refused["version"]["number"], 1, "it would begin within the first, which ends by now");

    let mut special = server.get(&format!("/v1/venue/tariffs/{next}")).await.ok()["document"].clone();
    special["effective_from"] = json!("2028-07-01");
    special["effective_until"] = json!("2028-10-01");
    let special = make(&house.app, "tariffs", &json!({ "facility": facility, "document": special })).await;
    let refused = publish(&id(&special)).await.refused(409, "venue.tariff.overlaps");
    assert_eq!(refused["version"]["number"], 2, "after one that ends there would be no price");
}

#[tokio::test(flavor = "multi_thread")]
async fn between_a_version_by_the_day_of_use_and_one_by_the_day_of_application_there_is_no_day_without_a_price() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let facility =
        id(&make(&house.app, "facilities", &json!({ "code": "G", "name": "別館", "effective_from": FROM })).await);
    let room = json!({ "facility": facility, "code": "R", "name": "集会室", "parts": ["R"], "time_unit": "day", "approval": "automatic",
                       "visibility": "bookable", "effective_from": FROM });
    let room = id(&make(&house.app, "rooms", &room).await);
    for (from, applies_by, yen) in [
        ("2026-04-01", "use_date", 1_000),
        ("2027-04-01", "application_date", 1_200),
        ("2027-06-01", "use_date", 1_300),
    ] {
        let base = json!({ "kind": "table", "key": [], "rows": [{ "yen": yen }] });
        let document = json!({ "name": "使用料", "legal_reference": "別表", "applies_by": applies_by, "effective_from": from, "engine": 1,
            "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
            "components": [{ "code": "BASE", "label": { "ja": "基本" }, "rule": base }] });
        let version = make(&house.app, "tariffs", &json!({ "facility": facility, "document": document })).await;
        server.post(&format!("/v1/venue/tariffs/{}/publish", id(&version)), &json!({})).await.ok();
    }
    let quote = async |days: &[&str]| {
        let uses: Vec<Value> = days.iter().map(|day| json!({ "room": room, "date": day })).collect();
        server.post("/v1/venue/quotes", &json!({ "facility": facility, "uses": uses })).await
    };
    let yen = async |day: &str| quote(&[day]).await.created()["total_amount"].as_i64().unwrap();
    // it is November
    assert_eq!([yen("2027-03-31").await, yen("2027-04-01").await, yen("2027-06-01").await], [1_000, 1_000, 1_300]);
    assert_eq!(quote(&["2027-03-31", "2027-04-01"]).await.created()["total_amount"], 2_000, "it is one version");
    let several = quote(&["2027-05-31", "2027-06-01"]).await.refused(422, "venue.tariff.several");
    assert_eq!((&several["from"], &several["uses"]), (&json!("2027-06-01"), &json!([1])));
    house.app.clock.advance(Duration::days(140));
    assert_eq!([yen("2027-05-31").await, yen("2027-06-01").await], [1_200, 1_300], "it is April");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_compared_once_with_the_first_of_its_days_that_was_not_given_up() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let application =
        house.confirmed(&[house.wish(0, "2026-12-18", &["AM"]), house.wish(0, "2027-01-15", &["PM"])]).await;
    let version = id(&server.get("/v1/venue/tariffs").await.ok()["data"][0]);
    let months = async || {
        let mut found = Vec::new();
        for (from, until) in [("2026-12-01", "2027-01-01"), ("2027-01-01", "2027-02-01")] {
            let path = format!("/v1/venue/tariffs/{version}/comparison?from={from}&until={until}");
            let class = server.get(&path).await.ok()["classes"][0].clone();
            found.push((class["applications"].as_i64(), class["amount_after"].as_i64()));
        }
        found
    };
    assert_eq!(months().await, [(Some(1), Some(16_000)), (None, None)], "whole, in its first month");
    let path = format!("/v1/venue/hires/{}/cancel", id(&application["hires"][0]));
    server.post(&path, &json!({})).await.ok();
    assert_eq!(months().await, [(None, None), (Some(1), Some(10_000))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_is_told_everything_that_is_wrong_with_it_and_never_changes_once_it_is_published() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let send = async |document: Value| {
        server.post("/v1/venue/tariffs", &json!({ "facility": house.facility, "document": document })).await
    };
    let mut bands = table();
    bands["bands"] = json!([{ "code": "FREE", "from": 0, "until": 1_000 }, { "code": "PAID", "from": 1_000 }]);
    let draft = send(bands).await.created();
    let findings = draft["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|one| one["code"] == "overlapping_bands" && one["pointer"] == "/bands/1/from"),
        "{draft}"
    );
    let publish = format!("/v1/venue/tariffs/{}/publish", id(&draft));
    server.post(&publish, &json!({})).await.refused(409, "venue.tariff.faulty");

    let mut unknown = table();
    unknown["discount"] = json!(10);
    let refused = send(unknown).await.refused(400, "invalid_request");
    assert_eq!(refused["errors"][0]["pointer"], "#/document/discount");

    let mut broken = table();
    broken["components"][0]["rule"]["rows"][0]["yen"] = json!(6_000.0);
    let refused = send(broken).await.refused(422, "venue.tariff.document");
    assert_eq!(refused["pointer"], "#/document", "whole yen are written as such");
    assert!(refused["reason"].as_str().unwrap().contains("6000.0"), "{refused}");

    let first = server.get("/v1/venue/tariffs").await.ok()["data"][0].clone();
    let publish = format!("/v1/venue/tariffs/{}/publish", id(&first));
    server.post(&publish, &json!({})).await.refused(409, "venue.tariff.published");

    let again = send(table()).await.created();
    let overlaps = server.post(&format!("/v1/venue/tariffs/{}/publish", id(&again)), &json!({})).await;
    assert_eq!(overlaps.refused(409, "venue.tariff.overlaps")["version"]["number"], 1);
    let mut dearer = table();
    dearer["effective_from"] = json!("2027-04-01");
    dearer["effective_until"] = json!("2028-04-01");
    dearer["components"][0]["rule"]["rows"][0]["yen"] = json!(7_000);
    let next = send(dearer).await.created();
    house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    let path = format!("/v1/venue/tariffs/{}/comparison?from=2026-12-01&until=2027-01-01", id(&next));
    let compared = server.get(&path).await.ok();
    assert_eq!((&compared["truncated"], &compared["unread"]), (&json!(false), &json!(0)));
    let class = &compared["classes"][0];
    assert_eq!(
        (&class["amount_before"], &class["amount_after"], &class["applications"]),
        (&json!(6_000), &json!(7_000), &json!(1))
    );
    for backwards in ["from=2027-01-01&until=2026-12-01", "from=2026-12-01&until=2026-12-01"] {
        let path = format!("/v1/venue/tariffs/{}/comparison?{backwards}", id(&next));
        server.get(&path).await.refused(422, "venue.tariff.comparison_days");
    }
    let page = house.app.page().get("/v1/venue/tariffs").await.ok();
    assert_eq!(page["data"].as_array().unwrap().len(), 1, "a page finds what is published");

    house.app.test.execute("UPDATE venue.hire_quotes SET ask = '{}'").await;
    let compared = server.get(&path).await.ok();
    assert_eq!((&compared["classes"], &compared["unread"]), (&json!([]), &json!(1)), "what is left out is told");
}
