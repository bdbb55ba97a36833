//! 空き状況: what a time is to whoever looks, in each view, page by page.

use poem::http::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::venue_hire::{House, id};

async fn seen(house: &House, room: usize, query: &str) -> Value {
    let path = format!("/v1/venue/facilities/{}/calendar?room={}&{query}", house.facility, house.rooms[room]);
    house.app.page().get(&path).await.ok()["rooms"][0].clone()
}

fn states(slots: &Value) -> Vec<&str> {
    slots.as_array().unwrap().iter().map(|slot| slot["state"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_past_and_a_hall_of_which_a_half_is_taken_partly_taken() {
    let house = House::open("staff").await;
    house.confirmed(&[house.wish(1, "2026-11-21", &["PM"])]).await;
    house.try_hold(&house.quoted(&[house.wish(0, "2026-11-21", &["NT"])]).await).await.created();
    let today = "from=2026-11-21&days=1";
    assert_eq!(states(&seen(&house, 0, today).await["slots"]), ["past", "partly", "held"], "it is ten in the morning");
    assert_eq!(states(&seen(&house, 1, today).await["slots"]), ["past", "booked", "held"]);
    assert_eq!(states(&seen(&house, 2, today).await["slots"]), ["past", "free", "held"]);
    house.app.clock.advance(Duration::hours(4));
    assert_eq!(states(&seen(&house, 0, today).await["slots"]), ["past", "past", "free"], "the hold ran out");
    assert_eq!(states(&seen(&house, 1, today).await["slots"]), ["past", "booked", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_shown_is_free_for_the_house_and_for_nobody_else() {
    let house = House::open("staff").await;
    let path = format!("/v1/venue/rooms/{}", house.rooms[0]);
    house.app.server().send(Method::PATCH, &path, &[], Some(&json!({ "visibility": "shown" }))).await.ok();
    house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let day = "from=2026-12-11&days=1";
    assert_eq!(states(&seen(&house, 0, day).await["slots"]), ["staff_only", "booked", "staff_only"]);
    let path = format!("/v1/venue/facilities/{}/calendar?room={}&{day}", house.facility, house.rooms[0]);
    let own = house.app.server().get(&path).await.ok();
    assert_eq!(states(&own["rooms"][0]["slots"]), ["free", "booked", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grid_is_cut_where_the_state_changes_and_a_day_has_one() {
    let house = House::open("staff").await;
    let hours = json!({ "facility": house.facility, "name": "通常", "ordinal": 0, "days": {}, "hours": [{ "opens": "09:00", "closes": "22:00" }],
                        "effective_from": "2026-04-01" });
    crate::venue_hire::make(&house.app, "calendar-layers", &hours).await;
    house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    house.confirmed(&[house.wish(0, "2026-12-12", &["AM", "PM", "NT"])]).await;
    let grid = seen(&house, 0, "from=2026-12-11&days=1&view=grid").await;
    let told: Vec<(String, &str)> = grid["stretches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["starts_at"].as_str().unwrap()[11..16].to_owned(), one["state"].as_str().unwrap()))
        .collect();
    let expected =
        [("09:00", "free"), ("13:00", "partly"), ("17:00", "free")].map(|(at, state)| (at.to_owned(), state));
    assert_eq!(told, expected);
    assert_eq!((grid["slots"].as_array().unwrap().len(), grid["busy"].as_array().unwrap().len()), (0, 1));

    let days = seen(&house, 0, "from=2026-12-10&days=5&view=days").await;
    let told: Vec<&str> = days["days"].as_array().unwrap().iter().map(|day| day["state"].as_str().unwrap()).collect();
    assert_eq!(told, ["free", "partly", "booked", "free", "closed"], "the fourteenth is a Monday");
    assert!(days.get("stretches").is_none() && days["busy"] == json!([]));
    let over = seen(&house, 0, "from=2026-11-20&days=1&view=days").await;
    assert_eq!(over["days"][0]["state"], "past");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_rooms_than_a_page_holds_follow_on_the_next() {
    let house = House::open("staff").await;
    for n in 0..4 {
        house.annexe(&format!("R{n}"), &json!({ "ordinal": 10 - n })).await;
    }
    let server = house.app.server();
    let path = format!("/v1/venue/facilities/{}/calendar?from=2026-12-11&days=1&limit=3", house.facility);
    let (mut codes, mut cursor): (Vec<String>, Option<String>) = (Vec::new(), None);
    loop {
        let page = match &cursor {
            None => server.get(&path).await.ok(),
            Some(cursor) => server.get(&format!("{path}&cursor={cursor}")).await.ok(),
        };
        let rooms = page["rooms"].as_array().unwrap();
        assert!(rooms.len() <= 3);
        codes.extend(rooms.iter().map(|room| room["code"].as_str().unwrap().to_owned()));
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(codes, ["A", "B", "HALL", "R3", "R2", "R1", "R0"], "in the order of the house, each once");
    server.get(&format!("{path}&cursor=x")).await.refused(400, "invalid_cursor");
    let one = server.get(&format!("{path}&room={}", house.rooms[0])).await.ok();
    assert_eq!(one["rooms"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_many_of_an_item_are_left_is_a_step_function_of_time() {
    let house = House::open("staff").await;
    let chairs = json!({ "facility": house.facility, "code": "CHAIR", "name": "椅子", "unit": "脚", "capacity": 100, "gap_after_minutes": 30,
                         "effective_from": "2026-04-01", "effective_until": "2026-12-13" });
    let chairs = id(&crate::venue_hire::make(&house.app, "equipment", &chairs).await);
    let claim = |from: &str, until: &str, many: u8| {
        let (tenant, item) =
            (house.app.test.twins.first.tenant.uuid(), chairs.parse::<kernel::ids::EquipmentId>().unwrap().uuid());
        format!(
            "INSERT INTO venue.equipment_claims (tenant_id, source_id, equipment_id, quantity, starts_at, ends_at) \
             VALUES ('{tenant}', gen_random_uuid(), '{item}', {many}, '2026-12-12 {from}+09', '2026-12-12 {until}+09')"
        )
    };
    house.app.test.execute(&claim("09:00", "12:30", 40)).await;
    house.app.test.execute(&claim("12:00", "17:00", 30)).await;
    let path = format!("/v1/venue/equipment/{chairs}/availability?from=2026-12-12&days=2");
    let steps = house.app.page().get(&path).await.ok()["steps"].clone();
    let told: Vec<(String, i64)> = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["starts_at"].as_str().unwrap()[8..16].to_owned(), step["free"].as_i64().unwrap()))
        .collect();
    let expected =
        [("12T00:00", 100), ("12T09:00", 60), ("12T12:00", 30), ("12T12:30", 70), ("12T17:00", 100), ("13T00:00", 0)];
    assert_eq!(told, expected.map(|(at, free)| (at.to_owned(), free)), "from the thirteenth on there are none");
    house.app.page().get(&path.replace("days=2", "days=32")).await.refused(400, "invalid_request");
    house.app.neighbour().get(&path).await.refused(404, "absent");
}
