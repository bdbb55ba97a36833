//! What is closed, and what is in the way of closing it.

use futures_util::future::join_all;
use kernel::{
    Instant, Service,
    ids::{CourseSessionId, RoomId},
};
use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::macros::datetime;
use venue::{
    house_use::{self, HouseUse, HouseUseError},
    span::Span,
};

use crate::venue_hire::{House, id, table};

/// A closure of some rooms, or of the whole house, between two moments of days in December.
fn closure(house: &House, rooms: &[usize], from: &str, until: &str) -> Value {
    let rooms: Vec<&String> = rooms.iter().map(|at| &house.rooms[*at]).collect();
    let mut ask = json!({ "facility": house.facility, "reason": "点検", "public_label": "設備点検",
                          "starts_at": format!("{from}:00+09:00"), "ends_at": format!("{until}:00+09:00") });
    if !rooms.is_empty() {
        ask["rooms"] = json!(rooms);
    }
    ask
}

async fn close(house: &House, ask: &Value) -> Answer {
    house.app.server().post("/v1/venue/closures", ask).await
}

async fn lift(house: &House, closure: &Value) {
    let path = format!("/v1/venue/closures/{}/lift", id(closure));
    house.app.server().post(&path, &json!({})).await.ok();
}

/// The states of the slots of a room on a day.
async fn states(house: &House, room: usize, day: &str) -> Vec<String> {
    let path = format!("/v1/venue/facilities/{}/calendar?from={day}&days=1&room={}", house.facility, house.rooms[room]);
    let seen = house.app.page().get(&path).await.ok();
    let slots = seen["rooms"][0]["slots"].as_array().unwrap();
    slots.iter().map(|slot| slot["state"].as_str().unwrap().to_owned()).collect()
}

/// A session of the house in a half of the hall, on the fifteenth of December from nine to twelve.
async fn session(house: &House) -> String {
    let session = CourseSessionId::from_uuid(uuid::Uuid::now_v7());
    claimed(house, session, datetime!(2026-12-15 9:00 +9), datetime!(2026-12-15 12:00 +9)).await.unwrap();
    session.to_string()
}

/// Takes a half of the hall for a session of the house.
async fn claimed(house: &House, session: CourseSessionId, from: Instant, until: Instant) -> Result<(), HouseUseError> {
    let (room, during) = (house.rooms[1].parse::<RoomId>().unwrap(), Span::new(from, until).unwrap());
    let use_ = [HouseUse { source: session.uuid(), room, during }];
    let (db, now) = (&house.app.test.db, house.app.clock.now());
    let work = async |tx: &mut db::TenantTx| house_use::claim(tx, &use_, None, now).await;
    db.tenant(&house.app.test.scope(Service::Venue), work).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_itself_uses_no_room_beyond_its_last_day() {
    let house = House::open("staff").await;
    let end = json!({ "effective_until": "2026-12-16" });
    house.app.server().patch(&format!("/v1/venue/rooms/{}", house.rooms[1]), &end).await.ok();
    let until = async |until: Instant| {
        let session = CourseSessionId::from_uuid(uuid::Uuid::now_v7());
        claimed(&house, session, datetime!(2026-12-15 22:00 +9), until).await
    };
    let beyond = until(datetime!(2026-12-16 0:30 +9)).await;
    assert!(matches!(&beyond, Err(HouseUseError::Hindered(found)) if found[0].in_force.is_some()), "{beyond:?}");
    until(datetime!(2026-12-16 0:00 +9)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_lists_every_hire_hold_and_session_before_it_takes_anything() {
    let house = House::open("staff").await;
    let hire = id(&house.confirmed(&[house.wish(1, "2026-12-15", &["PM"])]).await["hires"][0]);
    let hold = house.try_hold(&house.quoted(&[house.wish(2, "2026-12-15", &["AM"])]).await).await.created();
    let session = session(&house).await;
    let ask = closure(&house, &[], "2026-12-15T00:00", "2026-12-16T00:00");
    let preview = house.app.server().post("/v1/venue/closures/preview", &ask).await.ok();
    let told = preview["collisions"].as_array().unwrap();
    let mut found: Vec<(&str, &str, bool)> = told
        .iter()
        .map(|one| (one["kind"].as_str().unwrap(), one["id"].as_str().unwrap(), one.get("held_until").is_some()))
        .collect();
    found.sort_unstable();
    let held = id(&hold["hires"][0]);
    let mut expected =
        [("hire", held.as_str(), true), ("hire", hire.as_str(), false), ("session", session.as_str(), false)];
    expected.sort_unstable();
    assert_eq!((found, &preview["truncated"]), (expected.to_vec(), &json!(false)), "{preview}");

    let refused = close(&house, &ask).await.refused(409, "venue.closure.collides");
    assert_eq!(refused["collisions"].as_array().unwrap().len(), 3);
    assert_eq!(states(&house, 0, "2026-12-15").await, ["booked", "partly", "free"], "nothing was closed");
    let half = closure(&house, &[2], "2026-12-15T12:00", "2026-12-15T18:00");
    close(&house, &half).await.created();
    house.app.clock.advance(time::Duration::minutes(11));
    let refused = close(&house, &ask).await.refused(409, "venue.closure.collides");
    assert_eq!(refused["collisions"].as_array().unwrap().len(), 2, "what ran out is in nobody's way, nor is a closure");
}

#[tokio::test(flavor = "multi_thread")]
async fn closures_lie_over_each_other_and_each_stays_until_it_is_lifted() {
    let house = House::open("staff").await;
    let room = close(&house, &closure(&house, &[1], "2026-12-15T09:00", "2026-12-15T17:00")).await.created();
    let year_end = closure(&house, &[], "2026-12-15T13:00", "2026-12-16T00:00");
    let all = close(&house, &year_end).await.created();
    assert_eq!(states(&house, 1, "2026-12-15").await, ["closed", "closed", "closed"]);
    assert_eq!(states(&house, 2, "2026-12-15").await, ["free", "closed", "closed"]);
    lift(&house, &room).await;
    assert_eq!(
        states(&house, 1, "2026-12-15").await,
        ["free", "closed", "closed"],
        "the house is closed in the afternoon"
    );
    let hold = house.try_hold(&house.quoted(&[house.wish(1, "2026-12-15", &["PM"])]).await).await;
    hold.refused(409, "venue.room.taken");
    lift(&house, &all).await;
    assert_eq!(states(&house, 0, "2026-12-15").await, ["free", "free", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_what_is_closed_is_told_so_in_the_words_that_everybody_reads() {
    let house = House::open("staff").await;
    house.applied(&[house.wish(2, "2026-12-15", &["AM"])]).await;
    let uses = [house.wish(2, "2026-12-15", &["AM"]), house.wish(0, "2026-12-15", &["PM"])];
    let quote = house.quoted(&uses).await;
    assert!(house.try_hold(&quote).await.refused(409, "venue.room.taken").get("closed").is_none());
    let mut half = closure(&house, &[1], "2026-12-15T13:00", "2026-12-15T17:00");
    half["reason"] = json!("空調の故障");
    close(&house, &half).await.created();
    let refused = house.try_hold(&quote).await.refused(409, "venue.room.taken");
    let closed = json!([{ "use": 1, "label": "設備点検" }]);
    assert_eq!((&refused["uses"], &refused["closed"]), (&json!([0, 1]), &closed));
    assert!(!refused.to_string().contains("空調"), "why is the house's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_that_names_no_room_is_not_one_of_the_whole_house() {
    let house = House::open("staff").await;
    let mut ask = closure(&house, &[], "2026-12-15T09:00", "2026-12-15T17:00");
    ask["rooms"] = json!([]);
    house.app.server().post("/v1/venue/closures/preview", &ask).await.refused(422, "venue.closure.no_rooms");
    close(&house, &ask).await.refused(422, "venue.closure.no_rooms");
    assert_eq!(states(&house, 0, "2026-12-15").await, ["free", "free", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_is_lifted_in_the_version_that_is_meant() {
    let house = House::open("staff").await;
    let made = close(&house, &closure(&house, &[1], "2026-12-15T09:00", "2026-12-15T17:00")).await;
    let (made, first) = (made.created(), made.header("etag").to_owned());
    let (at, server) = (format!("/v1/venue/closures/{}", id(&made)), house.app.server());
    let known = async |version: &str| {
        server.send(Method::GET, &at, &[("if-none-match", version)], None).await.status.as_u16() == 304
    };
    let lifted = async |key: &str, version: &str| {
        let headers = [("idempotency-key", key), ("if-match", version)];
        server.send(Method::POST, &format!("{at}/lift"), &headers, None).await
    };
    lifted("1", "\"9\"").await.refused(412, "version_mismatch");
    assert!(known(&first).await, "nothing changed");
    let stands = lifted("2", &first).await;
    assert!(stands.ok()["lifted_at"].is_string());
    assert!(!known(&first).await && known(stands.header("etag")).await);
    lifted("3", &first).await.refused(412, "version_mismatch");
    server.send(Method::POST, &format!("{at}/lift"), &[], None).await.refused(400, "idempotency_key_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_while_the_whole_house_is_closed_is_closed_with_it() {
    let house = House::open("staff").await;
    let all = close(&house, &closure(&house, &[], "2026-12-15T00:00", "2027-03-01T00:00")).await.created();
    let again = close(&house, &closure(&house, &[], "2026-12-16T00:00", "2026-12-18T00:00")).await.created();
    let change = json!({ "effective_from": "2026-12-05", "parts": ["B", "STAGE"] });
    let path = format!("/v1/venue/rooms/{}/succeed", house.rooms[2]);
    house.app.server().post(&path, &change).await.created();
    let hall = close(&house, &closure(&house, &[0], "2026-12-11T00:00", "2026-12-12T00:00")).await.created();
    let whole = [&all, &again, &hall].map(|one| one["whole_facility"] == true);
    assert_eq!(whole, [true, true, false]);
    let made =
        [("ANNEXE", house.annexe("ANNEXE", &json!({})).await), ("STAGE", house.annexe("STAGE", &json!({})).await)];
    let at = async |room: &String, day: &str| {
        let clock = |hour: u8| format!("{day}T{hour}:00:00+09:00");
        let wish = json!({ "room": room, "starts_at": clock(10), "ends_at": clock(12) });
        house.try_hold(&house.quoted(&[wish]).await).await
    };
    for (code, room) in &made {
        house.priced(code).await;
        at(room, "2026-12-11").await.created();
        at(room, "2026-12-16").await.refused(409, "venue.room.taken");
        at(room, "2027-02-26").await.refused(409, "venue.room.taken");
    }
    lift(&house, &all).await;
    let (_, stage) = &made[1];
    at(stage, "2026-12-16").await.refused(409, "venue.room.taken");
    at(stage, "2027-02-26").await.created();
    lift(&house, &again).await;
    at(stage, "2026-12-16").await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_close_and_open_one_hall_at_once_nobody_waits_in_a_circle() {
    let house = House::open("staff").await;
    let asks = [
        closure(&house, &[1], "2026-12-15T09:00", "2026-12-15T12:00"),
        closure(&house, &[0], "2026-12-15T11:00", "2026-12-15T14:00"),
        closure(&house, &[], "2026-12-15T10:00", "2026-12-15T18:00"),
    ];
    let made = join_all((0..15).map(|n| close(&house, &asks[n % 3]))).await;
    let made: Vec<Value> = made.iter().map(Answer::created).collect();
    assert_eq!(states(&house, 0, "2026-12-15").await, ["partly", "closed", "free"], "B opens at nine");
    join_all(made[1..].iter().map(|one| lift(&house, one))).await;
    assert_eq!(states(&house, 1, "2026-12-15").await, ["closed", "free", "free"], "one of them still stands");
    assert_eq!(states(&house, 2, "2026-12-15").await, ["free", "free", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_closure_is_seen_in_the_middle_of_it() {
    let house = House::open("staff").await;
    let renovation = closure(&house, &[0], "2026-12-01T00:00", "2027-11-01T00:00");
    close(&house, &renovation).await.created();
    let for_good = closure(&house, &[0], "2026-12-01T00:00", "2099-11-01T00:00");
    assert_eq!(close(&house, &for_good).await.refused(422, "venue.closure.too_long")["most_days"], 1_096);
    assert_eq!(states(&house, 2, "2027-06-15").await, ["closed", "closed", "closed"]);
    let path =
        format!("/v1/venue/facilities/{}/calendar?from=2027-06-01&days=31&room={}", house.facility, house.rooms[0]);
    let seen = house.app.page().get(&path).await.ok();
    let busy = seen["rooms"][0]["busy"].as_array().unwrap();
    assert_eq!(busy.len(), 1, "it is one closure however it is kept: {busy:?}");
    assert_eq!(states(&house, 2, "2026-11-29").await, ["free", "free", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_that_closes_what_was_let_lists_it_and_closes_it_only_with_a_reason() {
    let house = House::open("staff").await;
    let hire = id(&house.applied(&[house.wish(1, "2026-12-15", &["PM"])]).await["hires"][0]);
    house.applied(&[house.wish(1, "2026-12-16", &["PM"])]).await;
    let server = house.app.server();
    let mut layer = json!({ "facility": house.facility, "name": "館内整理日", "ordinal": 20, "hours": [{ "opens": "09:00", "closes": "12:00" }],
                            "days": { "weekdays": ["tuesday"] }, "effective_from": "2026-04-01" });
    let preview = server.post("/v1/venue/calendar-layers/preview", &layer).await.ok();
    let told: Vec<_> = preview["collisions"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(told, [json!(hire)], "Wednesday is as it was");
    let refused = server.post("/v1/venue/calendar-layers", &layer).await.refused(409, "venue.catalogue.behind");
    assert_eq!(refused["collisions"], preview["collisions"]);
    house.quoted(&[house.wish(2, "2026-12-15", &["PM"])]).await;
    layer["despite"] = json!("利用者と調整済み");
    let laid = server.post("/v1/venue/calendar-layers", &layer).await.created();
    assert_eq!(laid["closed_despite"], "利用者と調整済み");
    house.asked(&[house.wish(2, "2026-12-15", &["PM"])]).await.refused(409, "venue.time.closed");
    let path = format!("/v1/venue/calendar-layers/{}", id(&laid));
    assert!(house.app.page().get(&path).await.ok().get("closed_despite").is_none(), "that is the house's own");

    // a day that was open only because of a layer is closed by its end
    let monday = json!({ "facility": house.facility, "name": "特別開館", "ordinal": 30, "hours": [{ "opens": "09:00", "closes": "22:00" }],
                         "days": { "dates": [{ "from": "2026-12-21", "until": "2026-12-22" }] }, "effective_from": "2026-04-01" });
    let special = server.post("/v1/venue/calendar-layers", &monday).await.created();
    house.applied(&[house.wish(0, "2026-12-21", &["AM"])]).await;
    let end = json!({ "effective_until": "2026-12-01" });
    let path = format!("/v1/venue/calendar-layers/{}", id(&special));
    let refused = server.send(Method::PATCH, &path, &[], Some(&end)).await.refused(409, "venue.catalogue.behind");
    assert_eq!(refused["collisions"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_becomes_shorter_closes_what_was_let_of_all_of_it() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let hours = |ordinal: u8, opens: &str, closes: &str| {
        json!({ "facility": house.facility, "name": format!("{opens}-{closes}"), "ordinal": ordinal, "days": {},
                "hours": [{ "opens": opens, "closes": closes }], "effective_from": "2026-04-01" })
    };
    server.post("/v1/venue/calendar-layers", &hours(20, "09:00", "22:00")).await.created();
    let gallery = house.annexe("GALLERY", &json!({ "time_unit": "day", "grid_minutes": null })).await;
    house.priced("GALLERY").await;
    let hire = id(&house.applied(&[json!({ "room": gallery, "date": "2026-12-11" })]).await["hires"][0]);
    let shorter = server.post("/v1/venue/calendar-layers", &hours(30, "09:00", "17:00")).await;
    assert_eq!(shorter.refused(409, "venue.catalogue.behind")["collisions"][0]["id"], json!(hire));
    server.post("/v1/venue/calendar-layers", &hours(30, "08:00", "22:00")).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_closes_what_was_let_of_a_room_that_has_ended_too() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let hire = id(&house.applied(&[house.wish(1, "2026-12-15", &["PM"])]).await["hires"][0]);
    let end = json!({ "effective_until": "2026-11-15", "despite": "改修" });
    server.patch(&format!("/v1/venue/rooms/{}", house.rooms[1]), &end).await.ok();
    let layer = json!({ "facility": house.facility, "name": "館内整理日", "ordinal": 20, "hours": [],
                        "days": { "weekdays": ["tuesday"] }, "effective_from": "2026-04-01" });
    let refused = server.post("/v1/venue/calendar-layers", &layer).await.refused(409, "venue.catalogue.behind");
    assert_eq!(refused["collisions"][0]["id"], json!(hire));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_that_closes_what_was_let_lists_it_and_closes_it_only_with_a_reason() {
    let house = House::open("staff").await;
    let hire = id(&house.applied(&[house.wish(1, "2026-12-15", &["PM"])]).await["hires"][0]);
    house.applied(&[house.wish(1, "2026-12-16", &["PM"])]).await;
    let server = house.app.server();
    let mut monday = json!({ "date": "2026-12-14", "name": "市制記念日" });
    let preview = server.post("/v1/venue/holidays/preview", &monday).await.ok();
    let told: Vec<_> = preview["collisions"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(told, [json!(hire)], "what is closed on Mondays is closed on the Tuesday then");
    let refused = server.post("/v1/venue/holidays", &monday).await.refused(409, "venue.catalogue.behind");
    assert_eq!(refused["collisions"], preview["collisions"]);
    let file = "2026-12-14,市制記念日\n".as_bytes();
    let refused = server.file("/v1/venue/holidays/import", "text/csv", file).await;
    assert_eq!(refused.refused(409, "venue.catalogue.behind")["collisions"], preview["collisions"]);
    house.quoted(&[house.wish(2, "2026-12-15", &["PM"])]).await;

    monday["despite"] = json!("利用者と調整済み");
    let said = server.post("/v1/venue/holidays", &monday).await.ok();
    assert_eq!(said["closed_despite"], "利用者と調整済み");
    house.asked(&[house.wish(2, "2026-12-15", &["PM"])]).await.refused(409, "venue.time.closed");
    let seen = house.app.page().get("/v1/venue/holidays?from=2026-12-01&days=31").await.ok();
    assert_eq!(seen["holidays"][0]["name"], "市制記念日");
    assert!(seen["holidays"][0].get("closed_despite").is_none(), "that is the house's own");

    // a Monday that was open only because it was a holiday
    let hire = id(&house.applied(&[house.wish(0, "2026-12-14", &["AM"])]).await["hires"][0]);
    let by_law = server.post("/v1/venue/holidays", &json!({ "date": "2026-12-14" })).await;
    let refused = by_law.refused(409, "venue.catalogue.behind");
    assert_eq!((refused["collisions"].as_array().unwrap().len(), &refused["collisions"][0]["id"]), (1, &json!(hire)));

    house.applied(&[house.wish(0, "2026-12-22", &["AM"])]).await;
    let path = "/v1/venue/holidays/import?despite=agreed";
    let file = "2026-12-21,開館記念日\n2031-01-01,元日\n".as_bytes();
    assert_eq!(server.file(path, "text/csv", file).await.ok()["days"], 2);
    let seen = server.get("/v1/venue/holidays?from=2026-12-21&days=1").await.ok();
    assert_eq!(seen["holidays"][0]["closed_despite"], "agreed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_let_after_midnight_is_closed_by_the_day_before_being_no_holiday_any_more() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let layer = |name: &str, ordinal: u8, days: Value, closes: &str| {
        json!({ "facility": house.facility, "name": name, "ordinal": ordinal, "days": days,
                "hours": [{ "opens": "09:00", "closes": closes }], "effective_from": "2026-04-01" })
    };
    let special = json!({ "date": "2026-12-10", "name": "市制記念日" });
    server.post("/v1/venue/holidays", &special).await.ok();
    for layer in [layer("通常", 0, json!({}), "22:00"), layer("祝日", 20, json!({ "holidays": true }), "26:00")] {
        server.post("/v1/venue/calendar-layers", &layer).await.created();
    }
    let annexe = house.annexe("ANNEXE", &json!({})).await;
    house.priced("ANNEXE").await;
    let night =
        json!({ "room": annexe, "starts_at": "2026-12-11T00:30:00+09:00", "ends_at": "2026-12-11T01:30:00+09:00" });
    let hire = id(&house.applied(&[night]).await["hires"][0]);
    let by_law = server.post("/v1/venue/holidays", &json!({ "date": "2026-12-10" })).await;
    assert_eq!(by_law.refused(409, "venue.catalogue.behind")["collisions"][0]["id"], json!(hire));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_of_the_whole_house_moves_deadlines_to_the_next_day_on_which_it_is_open() {
    let house = House::open("staff").await;
    let mut document = table();
    let until = json!({ "days_before": 13, "next_open": true });
    document["cancel"]["steps"] = json!([{ "until": until, "fee": { "percent": 0 } }, { "fee": { "percent": 50 } }]);
    document["payment"] = json!({ "legal_reference": "規則第5条", "days_before": 13, "next_open": true });
    house.by(&document).await;
    // over New Year; the fourth of January is a Monday
    let holidays = closure(&house, &[], "2026-12-28T00:00", "2027-01-04T00:00");
    let holidays = close(&house, &holidays).await.created();
    close(&house, &closure(&house, &[1], "2027-01-05T00:00", "2027-01-06T00:00")).await.created();
    let application = house.applied(&[house.wish(1, "2027-01-13", &["AM"])]).await;
    house.act(&application, "approve", &json!({})).await.ok();
    let granted = house.seen(&application).await;
    assert_eq!(granted["due_at"], "2027-01-06T00:00:00+09:00", "what closes a room alone is no closed day");
    house.pay(&granted["bill"]).await.created();
    let fee = async |now| {
        house.app.clock.set(now);
        house.act(&application, "cancel/preview", &json!({})).await.ok()["hires"][0]["fee"].clone()
    };
    let last = datetime!(2027-01-05 10:00 +9);
    assert_eq!(fee(last).await, 0);
    lift(&house, &holidays).await;
    assert_eq!(fee(last).await, 1_500, "the last of December is a day like others again");
}
