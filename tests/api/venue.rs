//! What may be hired and when, over HTTP: facilities, rooms of parts, slots, equipment, closures, the calendar.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::TestApp;

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value} has an id")).to_owned()
}

async fn make(app: &TestApp, noun: &str, body: &Value) -> Value {
    app.server().post(&format!("/v1/venue/{noun}"), body).await.created()
}

/// A hall that can be divided: its facility, the whole and the halves.
struct House {
    app: TestApp,
    facility: String,
    rooms: [String; 3],
}

fn room(facility: &str, code: &str, parts: &[&str], more: &Value) -> Value {
    let mut room = json!({ "facility": facility, "code": code, "name": code, "parts": parts, "time_unit": "slots",
                           "approval": "automatic", "visibility": "bookable", "effective_from": "2026-04-01" });
    for (name, value) in more.as_object().unwrap() {
        room[name] = value.clone();
    }
    room
}

async fn house() -> House {
    let app = TestApp::new().await;
    let facility = json!({ "code": "F", "name": "文化会館", "effective_from": "2026-04-01" });
    let facility = id(&make(&app, "facilities", &facility).await);
    let whole = json!({ "gap_after_minutes": 30, "ordinal": 1 });
    let mut rooms = Vec::new();
    for wanted in [
        room(&facility, "HALL", &["B", "A"], &whole),
        room(&facility, "A", &["A"], &json!({ "ordinal": 2 })),
        room(&facility, "B", &["B"], &json!({ "ordinal": 3, "visibility": "hidden" })),
    ] {
        rooms.push(id(&make(&app, "rooms", &wanted).await));
    }
    House { app, facility, rooms: rooms.try_into().unwrap() }
}

fn slots(room: &str, from: &str) -> Value {
    let slot =
        |code: &str, starts: &str, ends: &str| json!({ "code": code, "name": code, "starts": starts, "ends": ends });
    json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": from,
            "slots": [slot("PM", "13:00", "17:00"), slot("AM", "09:00", "12:00"), slot("NT", "22:00", "26:00")] })
}

fn closure(house: &House, rooms: &[usize], from: &str, until: &str) -> Value {
    let rooms: Vec<&String> = rooms.iter().map(|at| &house.rooms[*at]).collect();
    json!({ "facility": house.facility, "rooms": rooms, "reason": "点検", "public_label": "設備点検",
            "starts_at": format!("2026-12-01T{from}:00+09:00"), "ends_at": format!("2026-12-01T{until}:00+09:00") })
}

/// The state of each slot of a room on the first of December, by code.
async fn states(house: &House, room: usize) -> Vec<(String, String)> {
    let path = format!("/v1/venue/facilities/{}/calendar?from=2026-12-01&days=1", house.facility);
    let seen = house.app.server().get(&path).await.ok();
    let rooms = seen["rooms"].as_array().unwrap().clone();
    let room = rooms.into_iter().find(|one| one["room"] == *house.rooms[room]).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    room["slots"].as_array().unwrap().iter().map(|slot| (text(&slot["code"]), text(&slot["state"]))).collect()
}

fn told(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found.iter().map(|(code, state)| (code.as_str(), state.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_in_halves_is_taken_with_its_halves_and_they_with_it() {
    let house = house().await;
    let [hall, a, b] = &house.rooms;
    let server = house.app.server();
    let blocks = async |room: &str| {
        let path = format!("/v1/venue/rooms/{room}/relations");
        let found = server.get(&path).await.ok()["blocks"].clone();
        serde_json::from_value::<BTreeSet<String>>(found).unwrap()
    };
    assert_eq!(blocks(hall).await, BTreeSet::from([a.clone(), b.clone()]));
    assert_eq!(blocks(a).await, BTreeSet::from([hall.clone()]));
    let seen = server.get(&format!("/v1/venue/rooms/{hall}")).await.ok();
    assert_eq!((&seen["parts"], &seen["gap_mode"]), (&json!(["A", "B"]), &json!("max")));

    let page = house.app.page();
    let listed = page.get(&format!("/v1/venue/rooms?facility={}", house.facility)).await.ok();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2, "a page does not see what is hidden");
    page.get(&format!("/v1/venue/rooms/{b}")).await.refused(404, "absent");
    let related = page.get(&format!("/v1/venue/rooms/{hall}/relations")).await.ok();
    assert_eq!(related["blocks"], json!([a]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_that_are_made_at_once_of_one_part_share_it() {
    let house = house().await;
    let wanted: Vec<Value> =
        (0..12).map(|n| room(&house.facility, &format!("N{n}"), &["NEW", "A"], &json!({}))).collect();
    let server = house.app.server();
    let made = join_all(wanted.iter().map(|room| server.post("/v1/venue/rooms", room))).await;
    let first = id(&made[0].created());
    assert!(made.iter().all(|answer| answer.status == 201));
    let related = server.get(&format!("/v1/venue/rooms/{first}/relations")).await.ok();
    assert_eq!(related["blocks"].as_array().unwrap().len(), 13, "the others, the half and the hall");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_is_in_the_calendar_of_every_room_that_shares_a_part_until_it_is_lifted() {
    let house = house().await;
    for room in [0, 1] {
        make(&house.app, "slot-sets", &slots(&house.rooms[room], "2026-04-01")).await;
    }
    assert_eq!(told(&states(&house, 0).await), [("AM", "free"), ("PM", "free"), ("NT", "free")]);
    let shut = make(&house.app, "closures", &closure(&house, &[2], "17:00", "18:00")).await;
    assert_eq!(
        told(&states(&house, 0).await),
        [("AM", "free"), ("PM", "partly"), ("NT", "free")],
        "the other half is free, but not its own gap"
    );
    assert_eq!(told(&states(&house, 1).await), [("AM", "free"), ("PM", "free"), ("NT", "free")], "the other half is");

    let path = format!("/v1/venue/facilities/{}/calendar?from=2026-12-01&days=1", house.facility);
    let seen = house.app.page().get(&path).await.ok();
    assert_eq!(seen["rooms"].as_array().unwrap().len(), 2);
    assert_eq!((&seen["rooms"][0]["busy"][0]["label"], &seen["until"]), (&json!("設備点検"), &json!("2026-12-02")));
    assert!(!seen.to_string().contains("点検のため"), "reasons are the house's own");
    house.app.page().get("/v1/venue/closures").await.refused(403, "permission_denied");

    let lift = format!("/v1/venue/closures/{}/lift", id(&shut));
    let lifted = house.app.server().post(&lift, &json!({})).await;
    assert!(lifted.ok()["lifted_at"].is_string());
    assert_eq!(house.app.server().post(&lift, &json!({})).await.ok(), lifted.ok(), "twice is once");
    assert_eq!(told(&states(&house, 0).await), [("AM", "free"), ("PM", "free"), ("NT", "free")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_no_day_are_two_sets_of_slots_in_force() {
    let house = house().await;
    let (server, room) = (house.app.server(), &house.rooms[0]);
    let ask = slots(room, "2026-04-01");
    let answers = join_all((0..12).map(|_| server.post("/v1/venue/slot-sets", &ask))).await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(done.len(), 1);
    let set = id(&done[0].json());
    for answer in refused {
        let problem = answer.refused(409, "venue.slot_set.in_force");
        assert_eq!((&problem["slot_set"], &problem["from"]), (&json!(set), &json!("2026-04-01")));
    }
    let codes: Vec<_> = done[0].json()["slots"].as_array().unwrap().iter().map(|slot| slot["code"].clone()).collect();
    assert_eq!(codes, ["AM", "PM", "NT"], "in the order of the day");

    let path = format!("/v1/venue/slot-sets/{set}");
    let end = json!({ "effective_until": "2027-04-01" });
    let patch =
        async |body: &Value| server.send(poem::http::Method::PATCH, &path, &[("if-match", "\"1\"")], Some(body)).await;
    assert_eq!(patch(&end).await.ok()["effective_until"], "2027-04-01");
    patch(&end).await.refused(412, "version_mismatch");
    server.post("/v1/venue/slot-sets", &slots(room, "2027-04-01")).await.created();
    let longer = json!({ "effective_until": null });
    let stretch = server.send(poem::http::Method::PATCH, &path, &[], Some(&longer)).await;
    assert_eq!(stretch.refused(409, "venue.slot_set.in_force")["from"], "2027-04-01");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_the_rule_and_changes_nothing() {
    let house = house().await;
    let server = house.app.server();
    let refused = async |noun: &str, body: &Value, status: u16, code: &str| {
        server.post(&format!("/v1/venue/{noun}"), body).await.refused(status, code)
    };
    let nowhere = "fac_7zzzzzzzzzzzzzzzzzzzzzzzzz";
    let early = json!({ "code": "G", "name": "G", "effective_from": "2026-04-01", "effective_until": "2026-04-01" });
    refused("facilities", &early, 422, "venue.catalogue.effective").await;
    let again = json!({ "code": "F", "name": "文化会館", "effective_from": "2026-04-01" });
    refused("facilities", &again, 409, "venue.catalogue.code_taken").await;
    let of = |more: Value| room(&house.facility, "X", &["X"], &more);
    refused("rooms", &room(nowhere, "X", &["X"], &json!({})), 422, "venue.catalogue.no_such_parent").await;
    refused("rooms", &room(&house.facility, "X", &["X", "X"], &json!({})), 422, "venue.room.part_twice").await;
    refused("rooms", &room(&house.facility, "X", &[""], &json!({})), 400, "invalid_request").await;
    refused("rooms", &room(&house.facility, "A", &["X"], &json!({})), 409, "venue.catalogue.code_taken").await;
    for wrong in [
        json!({ "time_unit": "grid" }),
        json!({ "grid_minutes": 30 }),
        json!({ "time_unit": "grid", "grid_minutes": 25 }),
        json!({ "time_unit": "grid", "grid_minutes": 30, "min_minutes": 45 }),
        json!({ "min_minutes": 120, "max_minutes": 60 }),
    ] {
        refused("rooms", &of(wrong), 422, "venue.room.lengths").await;
    }
    let mut faulty = slots(&house.rooms[0], "2026-04-01");
    faulty["slots"][1]["ends"] = "08:00".into();
    faulty["slots"][2]["code"] = "PM".into();
    let problem = refused("slot-sets", &faulty, 422, "venue.slot_set.faulty").await;
    let faults = json!([{ "slot": 1, "code": "ends_before_it_starts" }, { "slot": 2, "code": "code_twice" }]);
    assert_eq!(problem["faults"], faults);
    faulty["slots"][1]["ends"] = "25:61".into();
    refused("slot-sets", &faulty, 400, "invalid_request").await;
    refused("closures", &closure(&house, &[0], "12:00", "09:00"), 422, "venue.closure.times").await;
    let mut foreign = closure(&house, &[0], "09:00", "12:00");
    foreign["rooms"] = json!([house.rooms[0], "room_7zzzzzzzzzzzzzzzzzzzzzzzzz"]);
    assert_eq!(refused("closures", &foreign, 422, "venue.catalogue.no_such_parent").await["noun"], "room");
    let many = format!("/v1/venue/facilities/{}/calendar?from=2026-12-01&days=32", house.facility);
    server.get(&many).await.refused(400, "invalid_request");
    let listed = server.get("/v1/venue/rooms").await.ok();
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_fewer_pianos_than_are_claimed_for_one_moment() {
    let house = house().await;
    let piano = json!({ "facility": house.facility, "code": "PIANO", "name": "ピアノ", "unit": "台", "capacity": 3, "effective_from": "2026-04-01" });
    let piano = make(&house.app, "equipment", &piano).await;
    let uuid = id(&piano).parse::<kernel::ids::EquipmentId>().unwrap().uuid();
    let tenant = house.app.test.twins.first.tenant.uuid();
    // one after the other, and then two at once: the peak is two
    for (from, until) in [("09:00", "12:00"), ("12:00", "15:00"), ("14:00", "16:00")] {
        let claim = format!(
            "INSERT INTO venue.equipment_claims (tenant_id, source_id, equipment_id, quantity, starts_at, ends_at) \
             VALUES ('{tenant}', gen_random_uuid(), '{uuid}', 1, '2026-12-01 {from}+09', '2026-12-01 {until}+09')"
        );
        house.app.test.execute(&claim).await;
    }
    let path = format!("/v1/venue/equipment/{}", id(&piano));
    let patch = async |capacity: i32| {
        house.app.server().send(poem::http::Method::PATCH, &path, &[], Some(&json!({ "capacity": capacity }))).await
    };
    assert_eq!(patch(1).await.refused(409, "venue.equipment.claimed")["peak"], 2);
    assert_eq!(patch(2).await.ok()["capacity"], 2);
}
