//! How many statements a request makes: a number that grows neither with rooms nor with days.

use serde_json::{Value, json};
use tests::counting::{self, counted, counted_naming};

use crate::{
    venue_attached::dressing_room,
    venue_hire::{House, id, make},
};

#[tokio::test(flavor = "multi_thread")]
async fn calendar_quote_and_hold_make_as_many_statements_for_many_rooms_and_days_as_for_one() {
    counting::start();
    let house = House::open("staff").await;
    let calendar = async |days: u8| {
        let path = format!("/v1/venue/facilities/{}/calendar?from=2026-12-01&days={days}", house.facility);
        house.app.server().get(&path).await.ok()
    };
    let few: Vec<Value> = vec![house.wish(1, "2026-12-11", &["AM"])];
    let many: Vec<Value> = ["2026-12-15", "2026-12-16", "2026-12-17", "2026-12-18"]
        .iter()
        .flat_map(|day| [house.wish(1, day, &["AM"]), house.wish(2, day, &["PM"])])
        .collect();
    // who asks, and what is prepared once, is known from here on
    calendar(1).await;
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-10", &["AM"])]).await).await.created();

    let (of_few, quote) = counted(&house.app.test, house.quoted(&few)).await;
    let (of_many, quotes) = counted(&house.app.test, house.quoted(&many)).await;
    assert!(of_few > 0 && of_few == of_many, "a quote: {of_few} statements for one use, {of_many} for eight");
    let (of_few, _) = counted(&house.app.test, async { house.try_hold(&quote).await.created() }).await;
    let (of_many, _) = counted(&house.app.test, async { house.try_hold(&quotes).await.created() }).await;
    assert!(of_few > 0 && of_few == of_many, "a hold: {of_few} statements for one use, {of_many} for eight");

    let (of_few, seen) = counted(&house.app.test, calendar(1)).await;
    assert_eq!(seen["rooms"].as_array().unwrap().len(), 3);
    for n in 0..9 {
        let room = json!({ "facility": house.facility, "code": format!("R{n}"), "name": "会議室", "parts": [format!("R{n}")],
                           "time_unit": "slots", "approval": "staff", "visibility": "bookable", "effective_from": "2026-04-01" });
        let room = id(&make(&house.app, "rooms", &room).await);
        let slot = json!({ "code": "AM", "name": "午前", "starts": "09:00", "ends": "12:00" });
        let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": "2026-04-01", "slots": [slot] });
        make(&house.app, "slot-sets", &set).await;
    }
    let (of_many, seen) = counted(&house.app.test, calendar(31)).await;
    assert_eq!(seen["rooms"].as_array().unwrap().len(), 12);
    assert!(of_few > 0 && of_few == of_many, "a calendar: {of_few} statements for 3 × 1, {of_many} for 12 × 31");
    for view in ["slots", "grid", "days"] {
        let path = format!("/v1/venue/facilities/{}/calendar?from=2026-12-01&days=31&view={view}", house.facility);
        let (of_occupancy, _) = counted_naming(&house.app.test, "venue.occupancy", house.app.server().get(&path)).await;
        assert_eq!(of_occupancy, 1, "what is taken is read once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_instead_costs_as_many_statements_for_many_uses_as_for_one() {
    counting::start();
    let house = House::open("staff").await;
    let days = ["2026-12-15", "2026-12-16", "2026-12-17", "2026-12-18"];
    for day in days {
        house.applied(&[house.wish(1, day, &["AM"])]).await;
    }
    let refused = async |uses: &[Value]| {
        let quote = house.quoted(uses).await;
        counted(&house.app.test, async { house.try_hold(&quote).await.refused(409, "venue.room.taken") }).await
    };
    let few: Vec<Value> = vec![house.wish(1, days[0], &["AM"])];
    let many: Vec<Value> = days.iter().map(|day| house.wish(1, day, &["AM"])).collect();
    refused(&few).await;
    let (of_few, one) = refused(&few).await;
    let (of_many, all) = refused(&many).await;
    assert_eq!((one["alternatives"].as_array().unwrap().len(), all["uses"].as_array().unwrap().len()), (5, 4));
    assert_eq!(all["alternatives"].as_array().unwrap().len(), 20);
    assert!(of_few > 0 && of_few == of_many, "{of_few} statements for one use, {of_many} for four");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_instead_of_the_room_that_a_hall_needs_costs_as_many_statements_in_a_large_house() {
    counting::start();
    let house = House::open("staff").await;
    let dressing = dressing_room(&house, "bookable").await;
    let both =
        [house.wish(0, "2026-12-11", &["PM"]), json!({ "room": dressing, "date": "2026-12-11", "slots": ["PM"] })];
    house.applied(&both[1..]).await;
    let refused = async || {
        let quote = house.quoted(&both).await;
        counted(&house.app.test, async { house.try_hold(&quote).await.refused(409, "venue.room.taken") }).await
    };
    refused().await;
    let (of_few, one) = refused().await;
    for n in 0..9 {
        house.annexe(&format!("R{n}"), &json!({})).await;
    }
    let (of_many, other) = refused().await;
    assert_eq!((one["alternatives"].as_array().unwrap().len(), &one["alternatives"]), (5, &other["alternatives"]));
    assert!(of_few > 0 && of_few == of_many, "{of_few} statements among four rooms, {of_many} among thirteen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_bills_makes_as_many_statements_for_many_as_for_one() {
    counting::start();
    let house = House::open("staff").await;
    let bills = async |limit: u8| house.app.server().get(&format!("/v1/bills?limit={limit}")).await.ok();
    for day in ["10", "11", "12", "13", "15", "16", "17", "18"] {
        let applied = house.applied(&[house.wish(1, &format!("2026-12-{day}"), &["AM"])]).await;
        house.act(&applied, "approve", &json!({})).await.ok();
    }
    bills(1).await;
    let (of_one, _) = counted(&house.app.test, bills(1)).await;
    let (of_many, found) = counted(&house.app.test, bills(100)).await;
    assert_eq!(found["data"].as_array().unwrap().len(), 8);
    assert!(of_one > 0 && of_one == of_many, "{of_one} statements for one bill, {of_many} for eight");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_many_hires_makes_as_many_statements_as_of_one() {
    counting::start();
    let house = House::open("staff").await;
    let days = |days: [u8; 4], room: usize, slot: &'static str| {
        days.map(|day| house.wish(room, &format!("2026-12-{day}"), &[slot])).to_vec()
    };
    let applied = async |room: usize, slot: &'static str| house.confirmed(&days([15, 16, 17, 18], room, slot)).await;
    let (first, few, many) = (applied(1, "NT").await, applied(1, "AM").await, applied(2, "AM").await);
    let change = async |application: &Value, room: usize, slot: &'static str, count: usize| {
        let to = |(nth, wish): (usize, Value)| json!({ "hire": application["hires"][nth]["id"], "use": wish });
        let changes: Vec<Value> =
            days([22, 23, 24, 25], room, slot).into_iter().enumerate().map(to).take(count).collect();
        counted(&house.app.test, async { house.act(application, "change", &json!({ "changes": changes })).await.ok() })
            .await
    };
    change(&first, 1, "NT", 4).await;
    let (of_few, one) = change(&few, 1, "AM", 1).await;
    let (of_many, four) = change(&many, 2, "AM", 4).await;
    assert_eq!((one["hires"].as_array().unwrap().len(), four["hires"].as_array().unwrap().len()), (1, 4));
    assert!(of_few > 0 && of_few == of_many, "{of_few} statements for one hire, {of_many} for four");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bills_of_an_application_are_held_in_no_more_statements_when_there_are_several() {
    counting::start();
    let house = House::open("staff").await;
    let hired = async |day: &str, slot: &str| {
        let application = house.confirmed(&[house.wish(1, day, &[slot])]).await;
        (format!("/v1/venue/hires/{}/change", id(&application["hires"][0])), day.to_owned())
    };
    let change = async |(path, day): &(String, String), room: usize, slot: &str| {
        let wish = house.wish(room, day, &[slot]);
        counted(&house.app.test, async { house.app.server().post(path, &wish).await.ok() }).await
    };
    let (first, one) = (hired("2026-12-15", "NT").await, hired("2026-12-16", "NT").await);
    let several = hired("2026-12-17", "AM").await;
    for slot in ["PM", "NT"] {
        let (_, dearer) = change(&several, 1, slot).await;
        house.pay(&dearer["bill"]).await.created();
    }
    change(&first, 2, "NT").await;
    let (of_one, _) = change(&one, 2, "NT").await;
    let (of_several, _) = change(&several, 2, "NT").await;
    assert!(of_one > 0 && of_several <= of_one, "{of_one} statements with one bill, {of_several} with three");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_back_of_many_hires_is_written_on_their_lines_in_as_many_statements_as_of_one() {
    counting::start();
    let house = House::open("staff").await;
    let revoked = async |days: &[&str]| {
        let uses: Vec<Value> = days.iter().map(|day| house.wish(1, day, &["AM"])).collect();
        let application = house.confirmed(&uses).await;
        let revoke =
            async { house.act(&application, "revoke", &json!({ "reason": "避難所として使用" })).await.ok() };
        let (statements, told) = counted_naming(&house.app.test, "bill_lines", revoke).await;
        assert_eq!(told["refund_amount"], 3_000 * days.len());
        statements
    };
    revoked(&["2026-12-15"]).await;
    let (one, four) =
        (revoked(&["2026-12-16"]).await, revoked(&["2026-12-17", "2026-12-18", "2026-12-22", "2026-12-23"]).await);
    assert!(one > 0 && one == four, "{one} statements for one line, {four} for four");
}
