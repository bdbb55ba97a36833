//! Whoever cannot have what was asked for hears what is really to be had: every way that is told is quoted and held.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::venue_hire::{House, id, make};

/// The uses with each of these in the place of the use that it stands for, and what moves along.
pub fn otherwise(uses: &[Value], ways: &[&Value]) -> Vec<Value> {
    let mut uses = uses.to_vec();
    for way in ways {
        let mut put = |of: &Value| {
            let one = &mut uses[usize::try_from(of["use"].as_u64().unwrap()).unwrap()];
            (one["date"], one["slots"]) = (of["date"].clone(), of["slots"].clone());
        };
        put(way);
        way["with"].as_array().into_iter().flatten().for_each(&mut put);
        uses[usize::try_from(way["use"].as_u64().unwrap()).unwrap()]["room"] = way["room"].clone();
    }
    uses
}

/// Quotes and holds these uses, lets them go again, and says what they cost.
pub async fn had(house: &House, uses: &[Value]) -> Value {
    let quote = house.quoted(uses).await;
    let hold = house.try_hold(&quote).await.created();
    house.app.server().post(&format!("/v1/venue/holds/{}/release", id(&hold)), &json!({})).await.ok();
    quote["total_amount"].clone()
}

/// What is told instead of these uses, which are refused so.
async fn told(house: &House, uses: &[Value], code: &str) -> Vec<Value> {
    let refused = house.try_hold(&house.quoted(uses).await).await.refused(409, code);
    refused["alternatives"].as_array().unwrap_or_else(|| panic!("{refused}")).clone()
}

fn with_piano(house: &House, mut wish: Value, pianos: u8) -> Value {
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": pianos }]);
    wish
}

/// A meeting room beside the hall, with its slots; `more` is what is special about it.
pub async fn annexe(house: &House, code: &str, more: &Value) -> String {
    let mut said = json!({ "time_unit": "slots", "grid_minutes": null, "capacity": 100 });
    for (name, value) in more.as_object().unwrap() {
        said[name] = value.clone();
    }
    let room = house.annexe(code, &said).await;
    let slot =
        |code: &str, starts: &str, ends: &str| json!({ "code": code, "name": code, "starts": starts, "ends": ends });
    let slots = [slot("AM", "09:00", "12:00"), slot("PM", "13:00", "17:00"), slot("NT", "18:00", "22:00")];
    let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": "2026-04-01", "slots": slots });
    make(&house.app, "slot-sets", &set).await;
    room
}

async fn purpose(house: &House, code: &str) -> String {
    let purpose = json!({ "code": code, "name": code, "effective_from": "2026-04-01" });
    id(&make(&house.app, "purposes", &purpose).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_let_for_something_else_or_has_no_price_is_no_alternative() {
    let house = House::open("staff").await;
    let (concert, meeting) = (purpose(&house, "CONCERT").await, purpose(&house, "MEETING").await);
    let meetings = annexe(&house, "MEETINGS", &json!({ "purposes": [meeting] })).await;
    let unpriced = annexe(&house, "UNPRICED", &json!({})).await;
    let shown = annexe(&house, "COUNTER", &json!({ "visibility": "shown" })).await;
    assert!(concert.starts_with("pur_"));
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let mut wish = house.wish(1, "2026-12-11", &["PM"]);
    wish["purpose"] = json!("CONCERT");
    let uses = [wish];
    let ways = told(&house, &uses, "venue.room.taken").await;
    assert_eq!(ways.len(), 5, "{ways:?}");
    assert_eq!(ways[0]["room"], *house.rooms[2], "the other half at the same time comes first");
    for way in &ways {
        assert!(![&meetings, &unpriced, &shown].iter().any(|room| way["room"] == **room), "{way}");
        assert_eq!(had(&house, &otherwise(&uses, &[way])).await, way["total_amount"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_the_house_decides_about_says_so_where_it_is_told_instead_of_one_that_nobody_does() {
    let house = House::open("automatic").await;
    let salon = annexe(&house, "SALON", &json!({ "approval": "staff" })).await;
    house.priced("SALON").await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"]), house.wish(2, "2026-12-11", &["PM"])]).await;
    let ways = told(&house, &[house.wish(1, "2026-12-11", &["PM"])], "venue.room.taken").await;
    let decided: Vec<_> = ways.iter().map(|way| (way["room"] == *salon, way["approval"].as_str().unwrap())).collect();
    assert_eq!(decided[0], (true, "staff"));
    assert_eq!(decided[1..], [(false, "automatic"); 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_taken_use_of_a_quote_has_ways_of_its_own_and_any_two_of_them_go_together() {
    let house = House::open("staff").await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    house.applied(&[house.wish(2, "2026-12-12", &["AM"])]).await;
    let uses = [
        house.wish(1, "2026-12-11", &["PM"]),
        house.wish(2, "2026-12-11", &["NT"]),
        house.wish(2, "2026-12-12", &["AM"]),
    ];
    let refused = house.try_hold(&house.quoted(&uses).await).await.refused(409, "venue.room.taken");
    assert_eq!(refused["uses"], json!([0, 2]));
    let ways = refused["alternatives"].as_array().unwrap().clone();
    let of = |place: u8| ways.iter().filter(|way| way["use"] == place).collect::<Vec<_>>();
    let (first, third) = (of(0), of(2));
    assert_eq!((first.len(), third.len()), (5, 5), "{ways:?}");
    for one in &first {
        for other in &third {
            had(&house, &otherwise(&uses, &[*one, *other])).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_one_piano_is_out_the_times_are_told_at_which_it_is_not() {
    let house = House::open("staff").await;
    let busy = with_piano(&house, house.wish(1, "2026-12-11", &["PM"]), 1);
    house.applied(&[busy]).await;
    let next_day = with_piano(&house, house.wish(1, "2026-12-12", &["PM"]), 1);
    house.applied(&[next_day]).await;
    let uses = [with_piano(&house, house.wish(2, "2026-12-11", &["PM"]), 1)];
    let refused = house.try_hold(&house.quoted(&uses).await).await.refused(409, "venue.equipment.short");
    assert_eq!(refused["short"], json!([{ "use": 0, "equipment": house.piano, "free": 0 }]));
    let ways = refused["alternatives"].as_array().unwrap();
    let when: Vec<_> =
        ways.iter().map(|way| (way["date"].as_str().unwrap(), way["slots"][0].as_str().unwrap())).collect();
    let expected =
        [("2026-12-11", "AM"), ("2026-12-11", "NT"), ("2026-12-13", "PM"), ("2026-12-15", "PM"), ("2026-12-16", "PM")];
    assert_eq!(when, expected, "not at once, not the next afternoon, and not on a Monday");
    for way in ways {
        assert_eq!(had(&house, &otherwise(&uses, &[way])).await, way["total_amount"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_possible_hears_of_those_that_are() {
    let house = House::open("staff").await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-25", &["PM"]), house.wish(2, "2026-12-11", &["NT"])]).await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let path = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    let wanted = [house.wish(0, "2026-12-11", &["PM"])];
    let refused = house.app.server().post(&path, &wanted[0]).await.refused(409, "venue.room.taken");
    let preview =
        house.app.server().post(&format!("{path}/preview"), &wanted[0]).await.refused(409, "venue.room.taken");
    assert_eq!(refused["alternatives"], preview["alternatives"]);
    let ways = refused["alternatives"].as_array().unwrap();
    assert_eq!(ways.len(), 5, "{refused}");
    assert!(ways.iter().all(|way| way["slots"] != json!(["NT"]) || way["date"] != "2026-12-11"), "half of it is mine");
    for way in ways {
        let preview = house.app.server().post(&format!("{path}/preview"), &otherwise(&wanted, &[way])[0]).await;
        assert_eq!(preview.status, 200, "{way}: {}", preview.text);
        assert_eq!(preview.json()["amount_after"], way["total_amount"], "with the hire that stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_has_already_is_no_other_way_for_them() {
    let house = House::open("staff").await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let path = format!("/v1/venue/hires/{}/change/preview", id(&mine["hires"][0]));
    let wanted = [house.wish(1, "2026-12-11", &["PM"])];
    let refused = house.app.server().post(&path, &wanted[0]).await.refused(409, "venue.room.taken");
    let ways = refused["alternatives"].as_array().unwrap();
    assert_eq!(ways.len(), 5, "{refused}");
    for way in ways {
        house.app.server().post(&path, &otherwise(&wanted, &[way])[0]).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_ten_uses_that_are_taken_the_first_ten_hear_of_other_ways() {
    let house = House::open("staff").await;
    let days = ["2026-12-15", "2026-12-16", "2026-12-17", "2026-12-18"];
    let uses: Vec<Value> =
        days.iter().flat_map(|day| ["AM", "PM", "NT"].map(|slot| house.wish(1, day, &[slot]))).collect();
    house.applied(&uses).await;
    let refused = house.try_hold(&house.quoted(&uses).await).await.refused(409, "venue.room.taken");
    assert_eq!(refused["uses"].as_array().unwrap().len(), 12);
    let ways = refused["alternatives"].as_array().unwrap();
    let of: BTreeSet<u64> = ways.iter().map(|way| way["use"].as_u64().unwrap()).collect();
    assert_eq!(of, (0..10).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_another_is_never_hired_without_moves_along() {
    let house = House::open("staff").await;
    let dressing = annexe(&house, "DRESSING", &json!({ "capacity": 5 })).await;
    let update = json!({ "attached": [{ "room": dressing, "required": true }] });
    let path = format!("/v1/venue/rooms/{}", house.rooms[0]);
    house.app.server().send(poem::http::Method::PATCH, &path, &[], Some(&update)).await.ok();
    house.priced("DRESSING").await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let uses =
        [house.wish(0, "2026-12-11", &["PM"]), json!({ "room": dressing, "date": "2026-12-11", "slots": ["PM"] })];
    let ways = told(&house, &uses, "venue.room.taken").await;
    assert_eq!((ways.len(), &ways[0]["room"]), (5, &json!(house.rooms[2])), "a half, which needs no dressing room");
    for way in &ways {
        if way["room"] == *house.rooms[0] {
            assert_eq!((&way["with"][0]["use"], &way["with"][0]["date"]), (&json!(1), &way["date"]));
        }
        assert_eq!(had(&house, &otherwise(&uses, &[way])).await, way["total_amount"]);
    }
}
