//! Rooms, slots and equipment by date: what ends lists what was let for later, and what follows goes on under the same code.

use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;

use crate::venue_hire::{House, id, make, table};

async fn patch(house: &House, path: &str, body: &Value) -> Answer {
    house.app.server().send(Method::PATCH, path, &[], Some(body)).await
}

async fn slot_set(house: &House, room: usize) -> Value {
    let listed = house.app.server().get(&format!("/v1/venue/slot-sets?room={}", house.rooms[room])).await.ok();
    listed["data"][0].clone()
}

/// Previews, tries, and then ends this with a reason; only this hire stands behind it.
async fn ends_with_a_reason(house: &House, path: &str, hire: &str) {
    let end = json!({ "effective_until": "2026-12-15" });
    let preview = house.app.server().post(&format!("{path}/end/preview"), &end).await.ok();
    let told: Vec<_> = preview["collisions"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(told, [json!(hire)], "{path}");
    let refused = patch(house, path, &end).await.refused(409, "venue.catalogue.behind");
    assert_eq!(refused["collisions"], preview["collisions"]);
    let seen = house.app.server().get(path).await.ok();
    assert!(seen.get("effective_until").is_none(), "nothing was changed: {seen}");
    let forced = json!({ "effective_until": "2026-12-15", "despite": "設備の故障" });
    let ended = patch(house, path, &forced).await.ok();
    assert_eq!((&ended["effective_until"], &ended["ended_despite"]), (&json!("2026-12-15"), &json!("設備の故障")));
    assert!(house.app.page().get(path).await.ok().get("ended_despite").is_none(), "that is the house's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_before_something_that_was_let_says_so_first() {
    let house = House::open("staff").await;
    let mut wish = house.wish(1, "2026-12-15", &["PM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    house.applied(&[house.wish(1, "2026-12-13", &["PM"])]).await;
    let hire = id(&house.applied(&[wish]).await["hires"][0]);
    ends_with_a_reason(&house, &format!("/v1/venue/equipment/{}", house.piano), &hire).await;
    let set = id(&slot_set(&house, 1).await);
    ends_with_a_reason(&house, &format!("/v1/venue/slot-sets/{set}"), &hire).await;
    ends_with_a_reason(&house, &format!("/v1/venue/rooms/{}", house.rooms[1]), &hire).await;
    let facility = format!("/v1/venue/facilities/{}", house.facility);
    let refused = patch(&house, &facility, &json!({ "effective_until": "2026-12-15" })).await;
    assert_eq!(refused.refused(409, "venue.catalogue.behind")["collisions"][0]["id"], json!(hire));
    // the whole hall has nothing behind it
    let path = format!("/v1/venue/rooms/{}", house.rooms[0]);
    assert!(
        patch(&house, &path, &json!({ "effective_until": "2026-12-16" })).await.ok().get("ended_despite").is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renovated_room_goes_on_under_its_code_with_its_slots_and_its_price() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let path = format!("/v1/venue/rooms/{}", house.rooms[1]);
    let layer = json!({ "facility": house.facility, "room": house.rooms[1], "name": "A室水曜休室", "ordinal": 20, "hours": [],
                        "days": { "weekdays": ["wednesday"] }, "effective_from": "2026-04-01" });
    make(&house.app, "calendar-layers", &layer).await;
    let again = json!({ "facility": house.facility, "code": "A", "name": "A", "parts": ["A"], "time_unit": "slots", "approval": "staff",
                        "visibility": "bookable", "effective_from": "2026-12-20" });
    server.post("/v1/venue/rooms", &again).await.refused(409, "venue.catalogue.code_taken");
    let kept = id(&house.applied(&[house.wish(1, "2026-12-25", &["AM"])]).await["hires"][0]);
    let change =
        json!({ "effective_from": "2026-12-20", "name": "A（改修後）", "capacity": 80, "gap_after_minutes": 60 });
    let refused = server.post(&format!("{path}/succeed"), &change).await.refused(409, "venue.catalogue.behind");
    assert_eq!(refused["collisions"][0]["id"], json!(kept));
    let mut forced = change.clone();
    forced["despite"] = json!("改修工事");
    let next = server.post(&format!("{path}/succeed"), &forced).await.created();
    assert_eq!(
        (&next["code"], &next["effective_from"], &next["capacity"]),
        (&json!("A"), &json!("2026-12-20"), &json!(80))
    );
    assert_eq!(server.get(&path).await.ok()["effective_until"], "2026-12-20");

    let at = |date: &str, slots: &[&str]| json!({ "room": next["id"], "date": date, "slots": slots });
    let quote = house.quoted(&[at("2026-12-24", &["AM"])]).await;
    assert_eq!(quote["total_amount"], 3_000, "the price of its code");
    let closed = house.asked(&[house.wish(1, "2026-12-24", &["AM"])]).await.refused(409, "venue.time.not_for_hire");
    assert_eq!((&closed["until"], &closed["successor"]), (&json!("2026-12-20"), &next["id"]));
    let early = house.asked(&[at("2026-12-19", &["AM"])]).await.refused(409, "venue.time.not_for_hire");
    assert_eq!((&early["from"], early.get("successor")), (&json!("2026-12-20"), None));
    house.asked(&[at("2026-12-23", &["AM"])]).await.refused(409, "venue.time.closed");
    let taken = house.try_hold(&house.quoted(&[at("2026-12-25", &["AM"])]).await).await;
    taken.refused(409, "venue.room.taken");
    house.try_hold(&quote).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn slots_change_from_a_day_on_and_only_what_was_let_by_those_that_change_is_in_the_way() {
    let house = House::open("staff").await;
    let server = house.app.server();
    house.applied(&[house.wish(1, "2027-01-15", &["AM"])]).await;
    let evening = id(&house.applied(&[house.wish(1, "2027-01-16", &["NT"])]).await["hires"][0]);
    let set = slot_set(&house, 1).await;
    let mut slots = set["slots"].clone();
    slots[2]["ends"] = json!("21:30");
    let change = json!({ "effective_from": "2027-01-10", "name": "新年度", "slots": slots });
    let path = format!("/v1/venue/slot-sets/{}/succeed", id(&set));
    let refused = server.post(&path, &change).await.refused(409, "venue.catalogue.behind");
    let told: Vec<_> = refused["collisions"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(told, [json!(evening)], "the morning stays the morning");
    let all = server.get("/v1/venue/applications").await.ok();
    let of_evening =
        all["data"].as_array().unwrap().iter().find(|one| one["hires"][0]["id"] == json!(evening)).unwrap();
    house.act(of_evening, "refuse", &json!({ "reason": "条例第5条" })).await.ok();
    let next = server.post(&path, &change).await.created();
    assert_eq!((&next["effective_from"], &next["gap_policy"]), (&json!("2027-01-10"), &json!("free_if_both")));
    let quoted = house.quoted(&[house.wish(1, "2027-01-16", &["NT"])]).await;
    assert_eq!(quoted["uses"][0]["ends_at"], "2027-01-16T21:30:00+09:00");
    let before = house.quoted(&[house.wish(1, "2027-01-09", &["NT"])]).await;
    assert_eq!(before["uses"][0]["ends_at"], "2027-01-09T22:00:00+09:00");
    let late = json!({ "effective_from": "2026-04-01" });
    server.post(&path, &late).await.refused(422, "venue.catalogue.effective");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_pianos_take_over_what_was_let_of_the_old_if_they_are_enough() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let mut wish = house.wish(1, "2027-01-15", &["PM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    house.applied(&[wish]).await;
    let path = format!("/v1/venue/equipment/{}/succeed", house.piano);
    let mut change = json!({ "effective_from": "2027-01-10", "capacity": 0 });
    assert_eq!(server.post(&path, &change).await.refused(409, "venue.equipment.claimed")["peak"], 1);
    change["capacity"] = json!(2);
    let next = server.post(&path, &change).await.created();
    assert_eq!(next["code"], "PIANO");
    assert!(
        server.get(&path.replace("/succeed", "")).await.ok().get("ended_despite").is_none(),
        "nothing is in the way"
    );
    let left = async |item: &str| {
        let path = format!("/v1/venue/equipment/{item}/availability?from=2027-01-15&days=1");
        let steps = house.app.page().get(&path).await.ok()["steps"].clone();
        steps.as_array().unwrap().iter().map(|step| step["free"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(left(&id(&next)).await, [2, 1, 2]);
    assert_eq!(left(&house.piano).await, [0], "the old one is not there any more");
    let mut two = house.wish(2, "2027-01-15", &["PM"]);
    two["equipment"] = json!([{ "equipment": next["id"], "quantity": 2 }]);
    let short = house.try_hold(&house.quoted(&[two]).await).await.refused(409, "venue.equipment.short");
    assert_eq!(short["short"][0]["free"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_share_of_the_chairs_asks_about_those_alone_who_were_let_more_from_that_day_on() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let chairs = json!({ "facility": house.facility, "code": "CHAIR", "name": "椅子", "unit": "脚", "capacity": 100,
                         "effective_from": "2026-04-01" });
    let chairs = id(&make(&house.app, "equipment", &chairs).await);
    let mut document = table();
    let prices = document["components"][2]["rule"]["prices"].as_array_mut().unwrap();
    prices.push(json!({ "item": "CHAIR", "per": "use", "yen": 10 }));
    house.by(&document).await;
    let mut hires = Vec::new();
    for (date, quantity) in [("2027-01-08", 40), ("2027-01-15", 20), ("2027-01-16", 40)] {
        let mut wish = house.wish(1, date, &["PM"]);
        wish["equipment"] = json!([{ "equipment": chairs, "quantity": quantity }]);
        hires.push(id(&house.applied(&[wish]).await["hires"][0]));
    }
    let path = format!("/v1/venue/equipment/{chairs}");
    let mut change = json!({ "effective_from": "2027-01-10", "max_per_hire": 20 });
    let refused = server.post(&format!("{path}/succeed"), &change).await.refused(409, "venue.catalogue.behind");
    let told: Vec<_> = refused["collisions"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(told, [json!(hires[2])]);
    change["despite"] = json!("椅子の共用");
    let next = server.post(&format!("{path}/succeed"), &change).await.created();
    assert_eq!((&next["max_per_hire"], &next["capacity"]), (&json!(20), &json!(100)));
    assert_eq!(server.get(&path).await.ok()["ended_despite"], "椅子の共用");
    let left = format!("/v1/venue/equipment/{}/availability?from=2027-01-16&days=1", id(&next));
    assert_eq!(server.get(&left).await.ok()["steps"][1]["free"], 60, "it stays as it was let");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_comes_with_rooms_of_its_own_house_that_share_nothing_with_it() {
    let house = House::open("staff").await;
    let path = format!("/v1/venue/rooms/{}", house.rooms[0]);
    let attach = |room: &str, required: bool| json!({ "attached": [{ "room": room, "required": required }] });
    let shares = patch(&house, &path, &attach(&house.rooms[1], true)).await.refused(422, "venue.room.attached");
    assert_eq!(shares["room"], json!(house.rooms[1]));
    let other = json!({ "code": "G", "name": "別館", "effective_from": "2026-04-01" });
    let other = id(&make(&house.app, "facilities", &other).await);
    let room = |facility: &str, code: &str| {
        json!({ "facility": facility, "code": code, "name": code, "parts": [code], "time_unit": "slots", "approval": "staff",
                "visibility": "bookable", "effective_from": "2026-04-01" })
    };
    let far = id(&make(&house.app, "rooms", &room(&other, "FAR")).await);
    patch(&house, &path, &attach(&far, false)).await.refused(422, "venue.room.attached");

    let mut rooms = Vec::new();
    for code in ["DRESSING", "STORE"] {
        let made = id(&make(&house.app, "rooms", &room(&house.facility, code)).await);
        let slots = slot_set(&house, 0).await["slots"].clone();
        let set = json!({ "room": made, "name": "通常", "gap_policy": "closed", "effective_from": "2026-04-01", "slots": slots });
        make(&house.app, "slot-sets", &set).await;
        rooms.push(made);
    }
    let both = json!({ "attached": [{ "room": rooms[0], "required": true }, { "room": rooms[1], "required": false }] });
    patch(&house, &path, &both).await.ok();
    house.priced("DRESSING").await;
    let hall = house.wish(0, "2026-12-11", &["PM"]);
    let alone = house.asked(std::slice::from_ref(&hall)).await.refused(422, "venue.quote.attached");
    assert_eq!(alone["required"], json!(rooms[0]));
    let dressing = json!({ "room": rooms[0], "date": "2026-12-11", "slots": ["PM"] });
    let quote = house.quoted(&[hall.clone(), dressing.clone()]).await;
    assert_eq!(
        quote["proposals"],
        json!([{ "of_use": 0, "room": rooms[1], "name": "STORE" }]),
        "it has no price, and says so"
    );
    let free = json!({ "attached": [{ "room": rooms[0], "required": false }] });
    patch(&house, &path, &free).await.ok();
    let quote = house.quoted(std::slice::from_ref(&hall)).await;
    assert_eq!(quote["proposals"], json!([{ "of_use": 0, "room": rooms[0], "name": "DRESSING", "amount": 1_000 }]));
    let taken = house.quoted(&[hall, dressing]).await;
    assert_eq!((&taken["total_amount"], &taken["proposals"]), (&json!(11_000), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_room_that_is_hired_by_slots_has_any_and_the_one_that_follows_it_gets_its_own() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let slot = json!({ "code": "AM", "name": "午前", "starts": "09:00", "ends": "12:00" });
    let set = |room: &str, from: &str| json!({ "room": room, "name": "通常", "gap_policy": "closed", "effective_from": from, "slots": [slot] });
    let court = house.annexe("COURT", &json!({})).await;
    let gallery = house.annexe("GALLERY", &json!({ "time_unit": "day", "grid_minutes": null })).await;
    for (room, unit) in [(&court, "grid"), (&gallery, "day")] {
        let refused = server.post("/v1/venue/slot-sets", &set(room, "2026-04-01")).await;
        assert_eq!(refused.refused(422, "venue.slot_set.other_time_unit")["time_unit"], unit);
    }
    let by_slots = json!({ "effective_from": "2026-12-05", "time_unit": "slots" });
    let next = server.post(&format!("/v1/venue/rooms/{court}/succeed"), &by_slots).await.created();
    make(&house.app, "slot-sets", &set(&id(&next), "2026-12-05")).await;
    let by_grid = json!({ "effective_from": "2026-12-05", "time_unit": "grid", "grid_minutes": 30 });
    let next = server.post(&format!("/v1/venue/rooms/{}/succeed", house.rooms[1]), &by_grid).await.created();
    let sets = server.get(&format!("/v1/venue/slot-sets?room={}", id(&next))).await.ok();
    assert_eq!(sets["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_quoted_before_the_house_changed_is_not_held_after_it() {
    let house = House::open("staff").await;
    let quote = house.quoted(&[house.wish(1, "2026-12-25", &["PM"])]).await;
    let other = house.quoted(&[house.wish(2, "2026-12-25", &["PM"])]).await;
    house.app.clock.advance(time::Duration::minutes(1));
    let set = format!("/v1/venue/slot-sets/{}", id(&slot_set(&house, 1).await));
    patch(&house, &set, &json!({ "effective_until": "2026-12-20" })).await.ok();
    house.try_hold(&quote).await.refused(409, "venue.quote.outdated");
    house.try_hold(&other).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_quoted_before_the_holidays_changed_is_not_held_after_it() {
    let house = House::open("staff").await;
    let after = async |said: &Value| {
        let quote = house.quoted(&[house.wish(1, "2026-12-25", &["PM"])]).await;
        house.app.clock.advance(time::Duration::minutes(1));
        house.app.server().post("/v1/venue/holidays", said).await.ok();
        house.try_hold(&quote).await
    };
    after(&json!({ "date": "2026-12-25", "name": "開館記念日" })).await.refused(409, "venue.quote.outdated");
    after(&json!({ "date": "2026-12-25" })).await.refused(409, "venue.quote.outdated");
    after(&json!({ "date": "2026-12-25" })).await.created();
}
