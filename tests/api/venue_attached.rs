//! Rooms that another is never hired without: bookable by themselves or not, they are hired with it.

use serde_json::{Value, json};

use crate::{
    patrons::{sign_in, sign_up},
    venue_alternatives::{had, otherwise},
    venue_hire::{House, id, make},
};

/// A dressing room with the slots of the hall, which is never hired without it.
pub async fn dressing_room(house: &House, visibility: &str) -> String {
    let special = json!({ "time_unit": "slots", "grid_minutes": null, "visibility": visibility });
    let room = house.annexe("DRESSING", &special).await;
    let slot =
        |code: &str, starts: &str, ends: &str| json!({ "code": code, "name": code, "starts": starts, "ends": ends });
    let slots = [slot("AM", "09:00", "12:00"), slot("PM", "13:00", "17:00"), slot("NT", "18:00", "22:00")];
    let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": "2026-04-01", "slots": slots });
    make(&house.app, "slot-sets", &set).await;
    let attach = json!({ "attached": [{ "room": room, "required": true }] });
    let hall = format!("/v1/venue/rooms/{}", house.rooms[0]);
    house.app.server().send(poem::http::Method::PATCH, &hall, &[], Some(&attach)).await.ok();
    house.priced("DRESSING").await;
    room
}

/// What a page asks for.
async fn by_page(house: &House, uses: &[Value]) -> tests::Answer {
    house.app.page().post("/v1/venue/quotes", &json!({ "facility": house.facility, "uses": uses })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_not_bookable_by_itself_is_hired_with_the_hall_that_needs_it_and_with_nothing_else() {
    for (visibility, refusal) in [("shown", "venue.quote.counter"), ("hidden", "venue.quote.no_such_room")] {
        let house = House::open("staff").await;
        let dressing = dressing_room(&house, visibility).await;
        let beside = |slots: &[&str]| json!({ "room": dressing, "date": "2026-12-11", "slots": slots });
        let hall = house.wish(0, "2026-12-11", &["PM"]);

        let alone = by_page(&house, std::slice::from_ref(&hall)).await.refused(422, "venue.quote.attached");
        assert_eq!(
            (&alone["required"], &alone["room"], &alone["use"]),
            (&json!(dressing), &json!(house.rooms[0]), &json!(0)),
            "{visibility}"
        );
        assert_eq!(
            (&alone["time_unit"], &alone["starts_at"], &alone["ends_at"]),
            (&json!("slots"), &json!("2026-12-11T13:00:00+09:00"), &json!("2026-12-11T17:00:00+09:00"))
        );
        let quote = by_page(&house, &[hall.clone(), beside(&["PM"])]).await.created();
        assert_eq!((&quote["total_amount"], &quote["uses"][1]["room"]), (&json!(11_000), &json!(dressing)));
        by_page(&house, &[beside(&["PM", "NT"]), hall.clone()]).await.created();
        house.asked(std::slice::from_ref(&hall)).await.refused(422, "venue.quote.attached");

        let half = house.wish(1, "2026-12-11", &["PM"]);
        by_page(&house, std::slice::from_ref(&half)).await.created();
        for (uses, place) in [
            (vec![beside(&["PM"])], 0),
            (vec![half.clone(), beside(&["PM"])], 1),
            (vec![hall.clone(), beside(&["PM"]), beside(&["NT"])], 2),
        ] {
            assert_eq!(by_page(&house, &uses).await.refused(422, refusal)["use"], place, "{visibility}");
        }
        let elsewhere = by_page(&house, &[hall, beside(&["NT"])]).await.refused(422, "venue.quote.attached");
        assert_eq!(elsewhere["required"], json!(dressing), "it is there, but not then");
        house.quoted(&[beside(&["PM"])]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_hires_a_hall_with_a_room_they_do_not_see_and_moves_both() {
    let house = House::open("staff").await;
    let dressing = dressing_room(&house, "hidden").await;
    let app = &house.app;
    sign_up(app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(app, &app.page()).await;
    let both = |date: &str, slot: &str| {
        [house.wish(0, date, &[slot]), json!({ "room": dressing, "date": date, "slots": [slot] })]
    };
    let quoted = async |uses: &[Value]| {
        let ask = json!({ "facility": house.facility, "uses": uses });
        patron.post("/v1/venue/quotes", &ask).await.created()
    };
    // somebody else has the dressing room, and nothing more, of what is wanted first
    house.applied(&both("2026-12-10", "AM")[1..]).await;
    let quote = quoted(&both("2026-12-10", "AM")).await;
    let taken = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.refused(409, "venue.room.taken");
    assert_eq!((&taken["uses"], taken["alternatives"].as_array().unwrap().len()), (&json!([1]), 5));

    let quote = quoted(&both("2026-12-11", "AM")).await;
    let hold = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let wish = json!({ "hold": hold["id"], "title": "演奏会" });
    let mine = patron.post("/v1/venue/applications", &wish).await.created();
    let path = format!("/v1/venue/applications/{}/change", id(&mine));
    let change = |nth: usize, wish: &Value| json!({ "hire": mine["hires"][nth]["id"], "use": wish });
    let [hall, room] = both("2026-12-17", "PM");
    let alone = json!({ "changes": [change(0, &hall)] });
    assert_eq!(patron.post(&path, &alone).await.refused(422, "venue.quote.attached")["required"], json!(dressing));
    let half = house.wish(1, "2026-12-17", &["PM"]);
    let apart = json!({ "changes": [change(0, &half), change(1, &room)] });
    assert_eq!(patron.post(&path, &apart).await.refused(422, "venue.quote.no_such_room")["use"], 1);
    let together = json!({ "changes": [change(0, &hall), change(1, &room)] });
    assert_eq!(patron.post(&path, &together).await.ok()["amount_after"], 11_000);
    let seen = house.seen(&mine).await;
    assert!(seen["hires"].as_array().unwrap().iter().all(|hire| hire["date"] == "2026-12-17"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_the_room_that_a_hall_needs_is_taken_times_are_told_at_which_both_are_free() {
    for visibility in ["bookable", "hidden"] {
        let house = House::open("staff").await;
        let dressing = dressing_room(&house, visibility).await;
        let both =
            [house.wish(0, "2026-12-11", &["PM"]), json!({ "room": dressing, "date": "2026-12-11", "slots": ["PM"] })];
        house.applied(&both[1..]).await;
        house.applied(&[house.wish(1, "2026-12-12", &["PM"])]).await;
        let refused = house.try_hold(&house.quoted(&both).await).await.refused(409, "venue.room.taken");
        assert_eq!(refused["uses"], json!([1]), "{visibility}");
        let ways = refused["alternatives"].as_array().unwrap();
        let when: Vec<_> =
            ways.iter().map(|way| (way["date"].as_str().unwrap(), way["slots"][0].as_str().unwrap())).collect();
        let expected = [
            ("2026-12-11", "AM"),
            ("2026-12-11", "NT"),
            ("2026-12-13", "PM"),
            ("2026-12-15", "PM"),
            ("2026-12-16", "PM"),
        ];
        assert_eq!(when, expected, "not while a half of the hall is taken, and not on a Monday");
        for way in ways {
            assert_eq!((&way["use"], &way["room"]), (&json!(1), &json!(dressing)), "{way}");
            let hall = &way["with"][0];
            assert_eq!((&hall["use"], &hall["date"], &hall["slots"]), (&json!(0), &way["date"], &way["slots"]));
            assert_eq!(had(&house, &otherwise(&both, &[way])).await, way["total_amount"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_hall_and_the_room_it_needs_are_taken_both_move_as_one() {
    let house = House::open("staff").await;
    let dressing = dressing_room(&house, "bookable").await;
    let both =
        [json!({ "room": dressing, "date": "2026-12-11", "slots": ["PM"] }), house.wish(0, "2026-12-11", &["PM"])];
    house.applied(&both[..1]).await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let refused = house.try_hold(&house.quoted(&both).await).await.refused(409, "venue.room.taken");
    let ways = refused["alternatives"].as_array().unwrap();
    assert_eq!((&refused["uses"], ways.len()), (&json!([0, 1]), 5), "five for both, and no half of the hall: {ways:?}");
    for way in ways {
        assert_eq!((&way["use"], &way["with"][0]["use"]), (&json!(0), &json!(1)), "{way}");
        assert_eq!(had(&house, &otherwise(&both, &[way])).await, way["total_amount"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_came_after_a_hire_keeps_nobody_from_giving_up_another_or_changing_what_it_takes_along() {
    let house = House::open("staff").await;
    let mine = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"]), house.wish(0, "2026-12-25", &["AM"])]).await;
    dressing_room(&house, "bookable").await;
    let act = async |nth: usize, verb: &str, body: &Value| {
        let path = format!("/v1/venue/hires/{}/{verb}", id(&mine["hires"][nth]));
        house.app.server().post(&path, body).await
    };
    let mut with_piano = house.wish(0, "2026-12-25", &["AM"]);
    with_piano["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    assert_eq!(act(1, "change", &with_piano).await.ok()["due_amount"], 5_000, "the hall stays when it is");
    act(0, "cancel", &json!({})).await.ok();
    let elsewhere = house.wish(0, "2026-12-18", &["AM"]);
    act(1, "change", &elsewhere).await.refused(422, "venue.quote.attached");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_leaves_no_room_alone_that_is_not_hired_out_by_itself_and_the_house_gives_up_both_for_them() {
    let house = House::open("staff").await;
    let dressing = dressing_room(&house, "hidden").await;
    let app = &house.app;
    sign_up(app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(app, &app.page()).await;
    let beside = json!({ "room": dressing, "date": "2026-12-11", "slots": ["AM"] });
    let uses = [house.wish(0, "2026-12-11", &["AM"]), beside, house.wish(1, "2026-12-18", &["AM"])];
    let ask = json!({ "facility": house.facility, "uses": uses });
    let quote = patron.post("/v1/venue/quotes", &ask).await.created();
    let hold = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let ask = json!({ "hold": hold["id"], "title": "演奏会" });
    let mine = patron.post("/v1/venue/applications", &ask).await.created();
    let granted = house.act(&mine, "approve", &json!({})).await.ok();
    house.pay(&granted["bill"]).await.created();

    let path = |nth: usize, verb: &str| format!("/v1/venue/hires/{}/{verb}", id(&mine["hires"][nth]));
    let half = house.wish(1, "2026-12-11", &["AM"]);
    for (verb, body) in
        [("cancel/preview", json!({})), ("cancel", json!({})), ("change/preview", half.clone()), ("change", half)]
    {
        let alone = patron.post(&path(0, verb), &body).await.refused(422, "venue.quote.left_alone");
        assert_eq!(
            (&alone["room"], &alone["starts_at"]),
            (&json!(dressing), &json!("2026-12-11T09:00:00+09:00")),
            "{verb}"
        );
    }
    patron.post(&path(1, "cancel"), &json!({})).await.refused(422, "venue.quote.attached");
    patron.post(&path(2, "cancel"), &json!({})).await.ok();
    house.app.server().post(&path(0, "cancel"), &json!({})).await.ok();
    patron.post(&path(1, "cancel"), &json!({})).await.ok();
    assert_eq!(house.seen(&mine).await["state"], "cancelled");
}
