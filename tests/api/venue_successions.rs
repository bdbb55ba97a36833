//! What follows a room or an item from a day on, and what still has it on that day: nothing is let twice.

use serde_json::{Value, json};

use crate::venue_hire::{House, id, make};

/// The ids of what a refusal says is in the way.
fn in_the_way(refused: &Value) -> Vec<&str> {
    refused["collisions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

/// A room that is hired by one slot, from ten in the evening until two at night.
async fn night_room(house: &House) -> String {
    let late = house.annexe("LATE", &json!({ "parts": ["X"], "time_unit": "slots", "grid_minutes": null })).await;
    let slot = json!({ "code": "NT", "name": "深夜", "starts": "22:00", "ends": "26:00" });
    let set = json!({ "room": late, "name": "通常", "gap_policy": "closed", "effective_from": "2026-04-01", "slots": [slot] });
    make(&house.app, "slot-sets", &set).await;
    house.priced("LATE").await;
    late
}

/// What is asked for, with the one piano.
fn with_piano(mut wish: Value, piano: &str) -> Value {
    wish["equipment"] = json!([{ "equipment": piano, "quantity": 1 }]);
    wish
}

/// A use of a room on the twelfth of December.
fn on_the_twelfth(room: &str, from: &str, until: &str) -> Value {
    let at = |clock: &str| format!("2026-12-12T{clock}:00+09:00");
    json!({ "room": room, "starts_at": at(from), "ends_at": at(until) })
}

/// From the twelfth of December on the piano goes on under another name.
async fn renamed(house: &House) -> String {
    let path = format!("/v1/venue/equipment/{}/succeed", house.piano);
    let change = json!({ "effective_from": "2026-12-12", "name": "グランドピアノ" });
    id(&house.app.server().post(&path, &change).await.created())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hired_for_days_stands_behind_an_end_in_the_middle_of_it_and_the_night_before_does_not() {
    let house = House::open("staff").await;
    let late = night_room(&house).await;
    house.applied(&[json!({ "room": late, "date": "2026-12-08", "slots": ["NT"] })]).await;
    let gallery = house.annexe("GALLERY", &json!({})).await;
    house.priced("GALLERY").await;
    let days = |until: &str| json!({ "room": gallery, "starts_at": "2026-12-08T10:00:00+09:00", "ends_at": format!("2026-12-{until}:00+09:00") });
    let hire = id(&house.applied(&[with_piano(days("10T17:00"), &house.piano)]).await["hires"][0]);
    let (room, piano) = (format!("/v1/venue/rooms/{gallery}"), format!("/v1/venue/equipment/{}", house.piano));
    let mut end = json!({ "effective_until": "2026-12-09" });
    for path in [&room, &piano, &format!("/v1/venue/facilities/{}", house.facility)] {
        let refused = house.app.server().patch(path, &end).await.refused(409, "venue.catalogue.behind");
        assert_eq!(in_the_way(&refused), [hire.as_str()], "{path}");
    }
    house.app.server().patch(&format!("/v1/venue/rooms/{late}"), &end).await.ok();
    end["despite"] = json!("設備の故障");
    house.app.server().patch(&piano, &end).await.ok();
    house.quoted(&[days("10T17:00")]).await;
    house.asked(&[with_piano(days("10T17:00"), &house.piano)]).await.refused(422, "venue.quote.equipment");
    house.app.server().patch(&room, &end).await.ok();
    let over = house.asked(&[days("10T17:00")]).await.refused(409, "venue.time.not_for_hire");
    assert_eq!(over["until"], "2026-12-09");
    house.quoted(&[with_piano(days("09T00:00"), &house.piano)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_is_not_divided_anew_while_anything_has_a_part_of_it_whatever_the_reason() {
    let house = House::open("staff").await;
    let server = house.app.server();
    house.applied(&[house.wish(0, "2027-01-08", &["AM"])]).await;
    let hall = id(&house.applied(&[house.wish(0, "2027-01-15", &["AM"])]).await["hires"][0]);
    let half = id(&house.applied(&[house.wish(1, "2027-01-16", &["AM"])]).await["hires"][0]);
    let path = format!("/v1/venue/rooms/{}", house.rooms[0]);
    let mut change = json!({ "effective_from": "2027-01-10", "parts": ["1", "2", "3"], "despite": "改修" });
    let refused = server.post(&format!("{path}/succeed"), &change).await.refused(409, "venue.room.parts_in_use");
    assert_eq!(in_the_way(&refused), [hall.as_str(), half.as_str()]);
    assert!(server.get(&path).await.ok().get("effective_until").is_none(), "nothing was changed");
    change["parts"] = json!(["A", "B"]);
    server.post(&format!("{path}/succeed"), &change).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_under_what_goes_on_into_its_first_day_nor_while_it_is_closed() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let divide = async |room: &str, from: &str| {
        let change = json!({ "effective_from": from, "parts": ["1"] });
        server.post(&format!("/v1/venue/rooms/{room}/succeed"), &change).await
    };
    let late = night_room(&house).await;
    let night = json!({ "room": late, "date": "2026-12-11", "slots": ["NT"] });
    let night = id(&house.applied(&[night]).await["hires"][0]);
    let refused = divide(&late, "2026-12-12").await.refused(409, "venue.room.parts_in_use");
    assert_eq!(in_the_way(&refused), [night.as_str()]);
    let closure = json!({ "facility": house.facility, "rooms": [house.rooms[0]], "reason": "点検", "public_label": "設備点検",
                          "starts_at": "2027-01-11T00:00:00+09:00", "ends_at": "2027-01-13T00:00:00+09:00" });
    let closed = id(&make(&house.app, "closures", &closure).await);
    let refused = divide(&house.rooms[0], "2027-01-12").await.refused(409, "venue.room.parts_in_use");
    assert_eq!(in_the_way(&refused), [closed.as_str()]);
    server.post(&format!("/v1/venue/closures/{closed}/lift"), &json!({})).await.ok();
    divide(&house.rooms[0], "2027-01-12").await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piano_that_is_out_over_midnight_is_not_out_again_under_its_new_name() {
    let house = House::open("staff").await;
    let late = night_room(&house).await;
    let night = json!({ "room": late, "date": "2026-12-11", "slots": ["NT"] });
    house.applied(&[with_piano(night, &house.piano)]).await;
    let next = renamed(&house).await;
    let path = format!("/v1/venue/equipment/{next}/availability?from=2026-12-12&days=1");
    let steps = house.app.page().get(&path).await.ok()["steps"].clone();
    let free: Vec<_> = steps.as_array().unwrap().iter().map(|step| step["free"].as_i64().unwrap()).collect();
    assert_eq!(free, [0, 1]);
    let early = house.annexe("EARLY", &json!({ "parts": ["Y"] })).await;
    house.priced("EARLY").await;
    let at = async |from: &str, until: &str| {
        let wish = with_piano(on_the_twelfth(&early, from, until), &next);
        house.try_hold(&house.quoted(&[wish]).await).await
    };
    let short = at("00:30", "01:30").await.refused(409, "venue.equipment.short");
    assert_eq!(short["short"][0]["free"], 0);
    at("02:00", "03:00").await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_it_let_over_midnight_when_it_is_out_under_its_new_name() {
    let house = House::open("staff").await;
    let late = night_room(&house).await;
    let night = json!({ "room": late, "date": "2026-12-11", "slots": ["NT"] });
    let night = house.quoted(&[with_piano(night, &house.piano)]).await;
    let next = renamed(&house).await;
    let early = house.annexe("EARLY", &json!({ "parts": ["Y"] })).await;
    house.priced("EARLY").await;
    let wish = with_piano(on_the_twelfth(&early, "00:30", "01:30"), &next);
    let hold = house.try_hold(&house.quoted(&[wish]).await).await.created();
    house.try_hold(&night).await.refused(409, "venue.equipment.short");
    house.app.server().post(&format!("/v1/venue/holds/{}/release", id(&hold)), &json!({})).await.ok();
    house.try_hold(&night).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_fewer_pianos_than_are_out_over_midnight_under_the_old_name() {
    let house = House::open("staff").await;
    let late = night_room(&house).await;
    let night = json!({ "room": late, "date": "2026-12-11", "slots": ["NT"] });
    let night = house.quoted(&[with_piano(night, &house.piano)]).await;
    house.try_hold(&night).await.created();
    let path = format!("/v1/venue/equipment/{}", renamed(&house).await);
    let none = json!({ "capacity": 0 });
    assert_eq!(house.app.server().patch(&path, &none).await.refused(409, "venue.equipment.claimed")["peak"], 1);
    house.app.clock.advance(time::Duration::minutes(11));
    house.app.server().patch(&path, &none).await.ok();
}
