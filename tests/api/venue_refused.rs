//! What somebody could ask for that would hurt the house: each is refused with its rule, and changes nothing.

use serde_json::{Value, json};

use crate::venue_hire::{House, id, make};

fn span(room: &str, from: &str, until: &str) -> Value {
    json!({ "room": room, "starts_at": format!("{from}:00+09:00"), "ends_at": format!("{until}:00+09:00") })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_for_thousands_of_years() {
    let house = House::open("staff").await;
    let room = house.annexe("COURT", &json!({})).await;
    let long = house.asked(&[span(&room, "2026-12-01T09:00", "8999-12-01T09:00")]).await;
    assert_eq!(long.refused(422, "venue.time.length")["max_minutes"], 31 * 1_440);
    let month = house.asked(&[span(&room, "2026-12-01T00:00", "2027-01-01T00:30")]).await;
    month.refused(422, "venue.time.length");
    for day in ["8999-11-30", "8999-11-29"] {
        house.asked(&[house.wish(0, day, &["AM"])]).await.refused(409, "venue.tariff.none");
        let path = format!("/v1/venue/facilities/{}/calendar?from={day}&days=31", house.facility);
        assert_eq!(house.app.page().get(&path).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_named_once_and_uses_do_not_lie_over_each_other() {
    let house = House::open("staff").await;
    let piano = json!({ "equipment": house.piano, "quantity": 1 });
    let mut twice = house.wish(0, "2026-12-11", &["AM"]);
    twice["equipment"] = json!([piano, piano]);
    let refused = house.asked(&[house.wish(1, "2026-12-12", &["AM"]), twice]).await;
    let refused = refused.refused(422, "venue.quote.equipment_twice");
    assert_eq!((&refused["use"], &refused["equipment"]), (&json!(1), &json!(house.piano)));
    let uses = [
        house.wish(1, "2026-12-11", &["AM"]),
        house.wish(2, "2026-12-11", &["AM"]),
        house.wish(0, "2026-12-11", &["AM", "PM"]),
    ];
    assert_eq!(house.asked(&uses).await.refused(422, "venue.quote.overlaps")["uses"], json!([0, 2]));
    house.quoted(&uses[..2]).await;
    house.quoted(&[house.wish(0, "2026-12-11", &["AM"]), house.wish(0, "2026-12-11", &["PM"])]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_shown_is_hired_at_the_counter_and_there_alone() {
    let house = House::open("staff").await;
    let path = format!("/v1/venue/rooms/{}", house.rooms[0]);
    let update = json!({ "visibility": "shown" });
    house.app.server().send(poem::http::Method::PATCH, &path, &[], Some(&update)).await.ok();
    let ask = json!({ "facility": house.facility, "uses": [house.wish(0, "2026-12-11", &["AM"])] });
    let guest = house.app.page().post("/v1/venue/quotes", &ask).await;
    assert_eq!(guest.refused(422, "venue.quote.counter")["use"], 0);
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_by_the_day_is_hired_over_the_midday_break() {
    let house = House::open("staff").await;
    let room = house.annexe("GALLERY", &json!({ "time_unit": "day", "grid_minutes": null })).await;
    let hours = [json!({ "opens": "09:00", "closes": "12:00" }), json!({ "opens": "13:00", "closes": "17:00" })];
    let layer = json!({ "facility": house.facility, "room": room, "name": "展示室", "ordinal": 20, "days": {}, "hours": hours,
                        "effective_from": "2026-04-01" });
    make(&house.app, "calendar-layers", &layer).await;
    house.priced("GALLERY").await;
    let quote = house.quoted(&[json!({ "room": room, "date": "2026-12-11" })]).await;
    let used = &quote["uses"][0];
    assert_eq!(
        (&used["starts_at"], &used["ends_at"]),
        (&json!("2026-12-11T09:00:00+09:00"), &json!("2026-12-11T17:00:00+09:00"))
    );
    house.try_hold(&quote).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_is_for_a_room_of_its_own_house_and_seasons_have_days_that_there_are() {
    let house = House::open("staff").await;
    let other = json!({ "code": "G", "name": "別館", "effective_from": "2026-04-01" });
    let other = id(&make(&house.app, "facilities", &other).await);
    let layer = |facility: &str, days: Value| {
        json!({ "facility": facility, "room": house.rooms[0], "name": "休館", "ordinal": 1, "hours": [], "days": days,
                "effective_from": "2026-04-01" })
    };
    let server = house.app.server();
    let foreign = server.post("/v1/venue/calendar-layers", &layer(&other, json!({}))).await;
    assert_eq!(foreign.refused(422, "venue.catalogue.no_such_parent")["noun"], "room");
    let season = json!({ "season": { "from": "02-31", "until": "03-10" } });
    let faulty = server.post("/v1/venue/calendar-layers", &layer(&house.facility, season)).await;
    assert_eq!(faulty.refused(422, "venue.calendar_layer.faulty")["fault"], "season");
    let slot = json!({ "code": "AM", "name": "午前", "starts": "09:00", "ends": "12:00" });
    let set = json!({ "room": house.rooms[0], "name": "夏", "gap_policy": "closed", "effective_from": "2036-04-01",
                      "season": { "from": "05-01", "until": "11-31" }, "slots": [slot] });
    server.post("/v1/venue/slot-sets", &set).await.refused(422, "venue.catalogue.season");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_of_a_layer_that_names_no_day_does_not_hold_all_of_them() {
    let house = House::open("staff").await;
    for condition in ["weekdays", "nth", "dates"] {
        let mut days = json!({ "weekdays": ["tuesday"] });
        days[condition] = json!([]);
        let layer = json!({ "facility": house.facility, "name": "休館", "ordinal": 20, "hours": [], "days": days,
                            "effective_from": "2026-04-01" });
        for path in ["/v1/venue/calendar-layers", "/v1/venue/calendar-layers/preview"] {
            let refused = house.app.server().post(path, &layer).await.refused(422, "venue.calendar_layer.faulty");
            assert_eq!(refused["fault"], condition, "{path}");
        }
    }
    house.quoted(&[house.wish(0, "2026-12-15", &["AM"])]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_that_there_is_not_or_not_any_more_is_refused_wherever_it_is_said() {
    let house = House::open("staff").await;
    let purpose =
        json!({ "code": "CONCERT", "name": "音楽会", "effective_from": "2026-04-01", "effective_until": "2026-12-20" });
    let purpose = id(&make(&house.app, "purposes", &purpose).await);
    let meeting = json!({ "code": "MEETING", "name": "会議", "effective_from": "2026-04-01" });
    make(&house.app, "purposes", &meeting).await;
    let wish = |room: usize, day: &str, purpose: &str| {
        let mut wish = house.wish(room, day, &["AM"]);
        wish["purpose"] = json!(purpose);
        wish
    };
    house.quoted(&[wish(0, "2026-12-19", "CONCERT")]).await;
    let ended = house.asked(&[wish(0, "2026-12-20", "CONCERT")]).await.refused(422, "venue.quote.purpose");
    assert_eq!(ended["purposes"], json!(["MEETING"]));
    let unknown = house.asked(&[wish(0, "2026-12-19", "KONZERT")]).await.refused(422, "venue.quote.purpose");
    assert_eq!(unknown["purposes"].as_array().unwrap().len(), 2, "{unknown}");
    let path = format!("/v1/venue/rooms/{}", house.rooms[1]);
    let update = json!({ "purposes": [purpose] });
    house.app.server().send(poem::http::Method::PATCH, &path, &[], Some(&update)).await.ok();
    house.quoted(&[wish(1, "2026-12-19", "CONCERT")]).await;
    let ended = house.asked(&[wish(1, "2026-12-20", "CONCERT")]).await.refused(422, "venue.quote.purpose");
    assert_eq!(ended["purposes"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_closed_house_had_for_hire_is_not() {
    let house = House::open("staff").await;
    let path = format!("/v1/venue/facilities/{}", house.facility);
    let update = json!({ "effective_until": "2026-12-20" });
    house.app.server().send(poem::http::Method::PATCH, &path, &[], Some(&update)).await.ok();
    house.quoted(&[house.wish(0, "2026-12-19", &["AM"])]).await;
    let refused = house.asked(&[house.wish(0, "2026-12-20", &["AM"])]).await.refused(409, "venue.time.not_for_hire");
    assert_eq!((&refused["from"], &refused["until"]), (&json!("2026-04-01"), &json!("2026-12-20")));
    let path = format!("{path}/calendar?from=2026-12-19&days=2");
    let seen = house.app.page().get(&path).await.ok();
    let days: Vec<_> = seen["rooms"][0]["slots"].as_array().unwrap().iter().map(|slot| slot["date"].clone()).collect();
    assert_eq!(days, ["2026-12-19"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_of_another_house_is_not_quoted_and_which_use_asked_for_it_is_told() {
    let house = House::open("staff").await;
    let other = json!({ "code": "G", "name": "別館", "effective_from": "2026-04-01" });
    let other = id(&make(&house.app, "facilities", &other).await);
    let room = json!({ "facility": other, "code": "R", "name": "集会室", "parts": ["R"], "time_unit": "day", "approval": "staff",
                       "visibility": "bookable", "effective_from": "2026-04-01" });
    let room = id(&make(&house.app, "rooms", &room).await);
    for room in [room.as_str(), "room_00000000000000000000000000"] {
        let elsewhere = json!({ "room": room, "date": "2026-12-11" });
        let refused = house.asked(&[house.wish(0, "2026-12-11", &["AM"]), elsewhere]).await;
        assert_eq!(refused.refused(422, "venue.quote.no_such_room")["use"], 1, "{room}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_of_an_application_is_not_held_with() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let change = house.app.server().post(&path, &house.wish(0, "2026-12-18", &["AM"])).await.ok();
    let hold = house.app.server().post("/v1/venue/holds", &json!({ "quote": change["quote"] })).await;
    hold.refused(409, "venue.quote.kind");
    // what the change gave up is still free
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await).await.created();
}
