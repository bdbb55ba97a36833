//! An extension that is planned beside slots: priced, held, changed and settled like the rest of the use.

use serde_json::{Value, json};
use time::Duration;

use crate::{
    venue_alternatives::{had, otherwise},
    venue_hire::{House, id, make, table},
};

/// A hall by its afternoons until four, dearer at the end of the week; 超過 before and after them in half hours that have begun. The
/// evening's half hours are no part of the ordinance that the others are taken from.
fn by_half_hours() -> Value {
    let row = |class: &str, yen: i64| json!({ "day_class": class, "span": "PM", "yen": yen });
    let rows = [row("weekday", 28_430), row("saturday", 34_130), row("sunday", 34_130), row("holiday", 34_130)];
    let over = json!([
        { "from": "12:00", "until": "13:00", "yen": 5_000 },
        { "from": "16:00", "until": "17:00", "yen": 6_810 },
        { "from": "17:00", "until": "21:00", "yen": 7_500 },
    ]);
    let component = |code: &str, rule: Value| json!({ "code": code, "label": { "ja": code }, "rule": rule });
    let mut extension = component("OVER", json!({ "kind": "extension", "per_minutes": 30, "price": { "rows": over } }));
    extension["legal_reference"] = json!("別表第1 備考4");
    json!({
        "name": "使用料", "legal_reference": "別表第1", "applies_by": "use_date", "effective_from": "2026-04-01", "engine": 1,
        "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
        "components": [
            component("BASE", json!({ "kind": "table", "key": ["day_class", "span"], "rows": rows })),
            component("ROUND", json!({ "kind": "round", "scope": "room_day", "mode": "down", "unit": 10 })),
            extension,
        ],
        "cancel": table()["cancel"],
    })
}

/// A house with that table, whose hall has a slot from nine to twelve, from one to four and from five to nine.
async fn house() -> House {
    let house = House::open("staff").await;
    house.by(&by_half_hours()).await;
    let server = house.app.server();
    let listed = server.get(&format!("/v1/venue/slot-sets?room={}", house.rooms[0])).await.ok();
    let slot =
        |code: &str, starts: &str, ends: &str| json!({ "code": code, "name": code, "starts": starts, "ends": ends });
    let slots = [slot("AM", "09:00", "12:00"), slot("PM", "13:00", "16:00"), slot("NT", "17:00", "21:00")];
    let change = json!({ "effective_from": "2026-12-01", "slots": slots });
    server.post(&format!("/v1/venue/slot-sets/{}/succeed", id(&listed["data"][0])), &change).await.created();
    house
}

/// Slots of a room, with so many minutes more after them.
fn later(house: &House, room: usize, date: &str, slot: &str, minutes: i32) -> Value {
    let mut wish = house.wish(room, date, &[slot]);
    wish["late_minutes"] = json!(minutes);
    wish
}

/// The quote recomputes to the yen it told.
async fn proven(house: &House, quote: &Value, yen: i64) {
    let path = format!("/v1/venue/quotes/{}/proof", quote.as_str().unwrap());
    let proof = house.app.server().get(&path).await.ok();
    assert_eq!((&proof["same"], &proof["computed_amount"]), (&json!(true), &json!(yen)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_afternoon_and_an_hour_is_priced_line_by_line_and_recomputes() {
    let house = house().await;
    // a Sunday: 34,130 and two half hours at 6,810
    let quote = house.quoted(&[later(&house, 0, "2026-12-13", "PM", 60)]).await;
    assert_eq!(quote["total_amount"], 47_750);
    let use_ = &quote["uses"][0];
    assert_eq!(
        (&use_["slots"], &use_["late_minutes"], &use_["starts_at"], &use_["ends_at"]),
        (&json!(["PM"]), &json!(60), &json!("2026-12-13T13:00:00+09:00"), &json!("2026-12-13T17:00:00+09:00"))
    );
    assert_eq!(use_.get("early_minutes"), None);
    let lines = quote["lines"].as_array().unwrap();
    let line = |code: &str| lines.iter().find(|line| line["component"] == code).unwrap();
    assert_eq!((&line("BASE")["result"], &line("BASE")["legal_reference"]), (&json!("34130"), &json!("別表第1")));
    let over = line("OVER");
    let told = ["basis", "result", "legal_reference", "why"].map(|name| over[name].as_str().unwrap());
    assert_eq!(told, ["6810", "13620", "別表第1 備考4", "2 begun times 30 minutes from 16:00"]);
    assert_eq!((&over["num"], &over["den"]), (&json!(2), &json!(1)));
    proven(&house, &quote["id"], 47_750).await;

    let begun = house.quoted(&[later(&house, 0, "2026-12-13", "PM", 31)]).await;
    assert_eq!(begun["total_amount"], 47_750, "31 minutes are two begun half hours");
    let both = json!({ "room": house.rooms[0], "date": "2026-12-13", "slots": ["PM"], "early_minutes": 30, "late_minutes": 60 });
    assert_eq!(house.quoted(&[both]).await["total_amount"], 52_750, "each by the price of its time");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stays_as_planned_pays_nothing_more_and_who_stays_longer_pays_what_has_begun_beyond() {
    let house = house().await;
    // all on Sundays: an hour and no longer, an hour and one more, three quarters and a quarter more
    let planned = [("2026-12-13", 60, 47_750), ("2026-12-20", 60, 47_750), ("2026-12-27", 45, 47_750)];
    let mut applications = Vec::new();
    for (date, minutes, yen) in planned {
        let application = house.confirmed(&[later(&house, 0, date, "PM", minutes)]).await;
        proven(&house, &application["quote"], yen).await;
        applications.push(application);
    }
    let permit = house.permits(&applications[0]).await[0]["content"].clone();
    assert_eq!(permit["uses"][0]["ends_at"], "2026-12-13T17:00:00+09:00");

    house.app.clock.advance(Duration::days(40));
    let records = [
        (json!({}), 47_750, 0),
        (json!({ "ends_at": "2026-12-20T18:00:00+09:00" }), 62_750, 15_000),
        (json!({ "ends_at": "2026-12-27T17:00:00+09:00" }), 47_750, 0),
    ];
    for (application, (record, after, due)) in applications.iter().zip(records) {
        let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
        house.app.server().post(&path, &record).await.ok();
        let settled = house.act(application, "settle", &json!({})).await.ok();
        let told = ["amount_before", "amount_after", "due_amount", "refund_amount"]
            .map(|name| settled[name].as_i64().unwrap());
        assert_eq!(told, [47_750, after, due, 0], "{record}");
        proven(&house, &settled["quote"], after).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_after_midnight_costs_the_same_whether_it_was_planned_or_only_happened() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let listed = server.get(&format!("/v1/venue/slot-sets?room={}", house.rooms[0])).await.ok();
    let slots = json!([{ "code": "LATE", "name": "深夜", "starts": "20:00", "ends": "24:00" }]);
    let change = json!({ "effective_from": "2026-12-01", "slots": slots });
    server.post(&format!("/v1/venue/slot-sets/{}/succeed", id(&listed["data"][0])), &change).await.created();
    let hours = json!({ "facility": house.facility, "name": "通常", "ordinal": 0, "days": {}, "effective_from": "2026-04-01",
                        "hours": [{ "opens": "09:00", "closes": "26:00" }] });
    make(&house.app, "calendar-layers", &hours).await;
    let mut document = by_half_hours();
    let classes = ["weekday", "saturday", "sunday", "holiday"];
    document["components"][0]["rule"]["rows"] =
        classes.map(|class| json!({ "day_class": class, "span": "LATE", "yen": 30_000 })).to_vec().into();
    let row = |from: &str, until: &str, yen: i64| json!({ "from": from, "until": until, "yen": yen });
    let over = json!([row("00:00", "06:00", 10_000), row("22:00", "28:00", 3_000)]);
    document["components"][2]["rule"] = json!({ "kind": "extension", "per_minutes": 60, "price": { "rows": over } });
    house.by(&document).await;
    assert_eq!(house.quoted(&[later(&house, 0, "2026-12-11", "LATE", 60)]).await["total_amount"], 33_000);

    let application = house.confirmed(&[house.wish(0, "2026-12-12", &["LATE"])]).await;
    house.app.clock.advance(Duration::days(40));
    let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    server.post(&path, &json!({ "ends_at": "2026-12-13T01:00:00+09:00" })).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!((&settled["amount_after"], &settled["due_amount"]), (&json!(33_000), &json!(3_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_an_extension_alters_it_or_leaves_it_out_as_it_says() {
    let house = house().await;
    let application = house.confirmed(&[later(&house, 0, "2026-12-13", "PM", 60)]).await;
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let to = [
        (later(&house, 0, "2026-12-20", "PM", 60), 47_750),
        (later(&house, 0, "2026-12-13", "PM", 30), 40_940),
        (house.wish(0, "2026-12-13", &["PM"]), 34_130),
    ];
    for (wish, after) in to {
        let preview = house.app.server().post(&format!("{path}/preview"), &wish).await.ok();
        assert_eq!(preview["amount_after"], after, "{wish}");
    }
    let longer = later(&house, 0, "2026-12-13", "PM", 90);
    let changed = house.app.server().post(&path, &longer).await.ok();
    assert_eq!((&changed["amount_after"], &changed["due_amount"]), (&json!(55_250), &json!(7_500)));
    let hire = house.seen(&application).await["hires"][0].clone();
    assert_eq!((&hire["slots"], &hire["ends_at"]), (&json!(["PM"]), &json!("2026-12-13T17:30:00+09:00")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rival_for_the_extended_hour_hears_of_other_ways_that_have_it_too() {
    let house = House::open("staff").await;
    house.applied(&[later(&house, 1, "2026-12-11", "PM", 60)]).await;
    let mut evening = house.wish(1, "2026-12-11", &["NT"]);
    evening["early_minutes"] = json!(60);
    let uses = [evening];
    let refused = house.try_hold(&house.quoted(&uses).await).await.refused(409, "venue.room.taken");
    let ways = refused["alternatives"].as_array().unwrap();
    let when: Vec<_> = ways
        .iter()
        .map(|way| {
            let room = house.rooms.iter().position(|room| way["room"] == **room).unwrap();
            (room, way["date"].as_str().unwrap(), way["slots"][0].as_str().unwrap())
        })
        .collect();
    let expected = [
        (2, "2026-12-11", "NT"),
        (1, "2026-12-12", "NT"),
        (1, "2026-12-13", "NT"),
        (1, "2026-12-15", "NT"),
        (1, "2026-12-16", "NT"),
    ];
    assert_eq!(when, expected, "no other slot of that day has an hour before it that is free and within the day");
    for way in ways {
        let date = way["date"].as_str().unwrap();
        assert_eq!((&way["early_minutes"], way.get("late_minutes")), (&json!(60), None));
        assert_eq!(way["starts_at"], format!("{date}T17:00:00+09:00"));
        assert_eq!(had(&house, &otherwise(&uses, &[way])).await, way["total_amount"]);
    }
    house.try_hold(&house.quoted(&[house.wish(1, "2026-12-11", &["NT"])]).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_plans_beyond_what_the_house_is_open_or_without_slots() {
    let house = House::open("staff").await;
    let beyond = [later(&house, 0, "2026-12-11", "NT", 60)];
    let refused = house.asked(&beyond).await.refused(409, "venue.time.closed");
    assert_eq!(refused["use"], 0);
    assert_eq!(
        refused["open"],
        json!([{ "starts_at": "2026-12-11T09:00:00+09:00", "ends_at": "2026-12-11T22:00:00+09:00" }]),
        "no layer says more than the slots do"
    );
    let hours = json!({ "facility": house.facility, "name": "通常", "ordinal": 0, "days": {}, "effective_from": "2026-04-01",
                        "hours": [{ "opens": "09:00", "closes": "23:00" }] });
    make(&house.app, "calendar-layers", &hours).await;
    assert_eq!(house.quoted(&beyond).await["total_amount"], 14_500, "an hour at 2,500");
    let refused = house.asked(&[later(&house, 0, "2026-12-11", "NT", 61)]).await.refused(409, "venue.time.closed");
    assert_eq!(refused["open"][0]["ends_at"], "2026-12-11T23:00:00+09:00");

    let all_day = json!({ "room": house.rooms[0], "date": "2026-12-11", "late_minutes": 60 });
    assert_eq!(house.asked(&[all_day]).await.refused(422, "venue.time.unclear")["excess"], json!(["late_minutes"]));
    let between = json!({ "room": house.rooms[0], "starts_at": "2026-12-11T09:00:00+09:00", "ends_at": "2026-12-11T12:00:00+09:00",
                          "early_minutes": 30 });
    assert_eq!(house.asked(&[between]).await.refused(422, "venue.time.unclear")["excess"], json!(["early_minutes"]));
    let nothing = later(&house, 0, "2026-12-11", "PM", 0);
    house.asked(&[nothing]).await.refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn overtime_after_midnight_earns_nobody_the_price_of_days_in_a_row() {
    let house = House::open("staff").await;
    let studio = house.annexe("STUDIO", &json!({})).await;
    let mut document = table();
    let components = document["components"].as_array_mut().unwrap();
    let row = json!({ "space": "STUDIO", "span": "", "yen": 30_000 });
    components[0]["rule"]["rows"].as_array_mut().unwrap().push(row);
    components[3]["rule"]["price"]["yen"] = json!(3_000);
    let long = json!({ "code": "LONG", "label": { "ja": "連続使用" }, "when": { "fact": "consecutive_days", "range": { "from": 2 } },
                       "rule": { "kind": "factor", "num": 8, "den": 10, "of": ["BASE"] } });
    components.insert(1, long);
    house.by(&document).await;
    let evening =
        json!({ "room": studio, "starts_at": "2026-12-11T18:00:00+09:00", "ends_at": "2026-12-12T00:00:00+09:00" });
    let application = house.confirmed(&[evening]).await;
    house.app.clock.advance(Duration::days(22));
    let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    let late = json!({ "ends_at": "2026-12-12T01:00:00+09:00" });
    house.app.server().post(&path, &late).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(
        (&settled["amount_before"], &settled["amount_after"], &settled["due_amount"]),
        (&json!(30_000), &json!(33_000), &json!(3_000)),
        "an hour more, and the evening as it was agreed"
    );
}
