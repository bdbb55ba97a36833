//! What the house counts and lists: everything that takes a room, how well rooms are used, what the foyer shows.

use kernel::{
    Service,
    ids::{CourseSessionId, RoomId},
};
use serde_json::{Value, json};
use time::{Duration, macros::datetime};
use venue::{
    house_use::{self, HouseUse},
    span::Span,
};

use crate::{
    journal,
    venue_hire::{House, id, make},
};

fn path(house: &House, report: &str) -> String {
    format!("/v1/venue/facilities/{}/{report}", house.facility)
}

/// A session of the house in a half of the hall on the morning of the fifteenth of December.
async fn session(house: &House) -> String {
    let (session, room) = (CourseSessionId::from_uuid(uuid::Uuid::now_v7()), house.rooms[1].parse::<RoomId>().unwrap());
    let during = Span::new(datetime!(2026-12-15 9:00 +9), datetime!(2026-12-15 12:00 +9)).unwrap();
    let use_ = [HouseUse { source: session.uuid(), room, during }];
    let (db, now) = (&house.app.test.db, house.app.clock.now());
    let work = async |tx: &mut db::TenantTx| house_use::claim(tx, &use_, None, now).await;
    db.tenant(&house.app.test.scope(Service::Venue), work).await.unwrap();
    session.to_string()
}

async fn close(house: &House, rooms: &[usize], from: &str, until: &str) -> Value {
    let rooms: Vec<&String> = rooms.iter().map(|at| &house.rooms[*at]).collect();
    let mut ask = json!({ "facility": house.facility, "reason": "舞台点検", "public_label": "点検",
                          "starts_at": format!("2026-12-{from}:00+09:00"), "ends_at": format!("2026-12-{until}:00+09:00") });
    if !rooms.is_empty() {
        ask["rooms"] = json!(rooms);
    }
    make(&house.app, "closures", &ask).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_has_everything_that_takes_a_room_and_the_amount_of_each_hire() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let both = [house.wish(1, "2026-12-15", &["PM"]), house.wish(2, "2026-12-16", &["AM"])];
    let application = house.applied(&both).await;
    let hold = house.try_hold(&house.quoted(&[house.wish(0, "2026-12-16", &["NT"])]).await).await.created();
    let (session, closure) = (session(&house).await, close(&house, &[2], "15T13:00", "15T17:00").await);
    let ledger = server.get(&path(&house, "ledger?from=2026-12-15&days=2")).await.ok();
    let hires = ledger["hires"].as_array().unwrap();
    let amounts: Vec<_> = hires.iter().map(|one| (&one["amount"], &one["application_amount"])).collect();
    assert_eq!(amounts, [(&json!(5_000), &json!(8_000)), (&json!(3_000), &json!(8_000))]);
    assert!(hires.iter().all(|one| one.get("patron_name").is_none()));
    let others: Vec<_> = ledger["others"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["kind"].as_str().unwrap(), one["id"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(others, [("session", session), ("closure", id(&closure)), ("hold", id(&hold["hires"][0]))]);
    assert_eq!(ledger["others"][1]["label"], "舞台点検");

    let read = async || journal::of(&house.app).await.iter().filter(|name| *name == "patron.patron.listed").count();
    let before = read().await;
    let named = server.get(&path(&house, "ledger?from=2026-12-15&days=2&names=true")).await.ok();
    assert_eq!(named["hires"][0]["patron_name"], "会館合唱団");
    assert_eq!(read().await, before + 1, "who opens names is journalled");
    let csv = server.get(&path(&house, "ledger/export?from=2026-12-15&days=2&names=true")).await;
    let lines: Vec<&str> = csv.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 6, "{}", csv.text);
    assert!(
        lines[1].starts_with("利用,2026-12-15,A,PM,")
            && lines[1].ends_with(&format!(",会館合唱団,{},5000", id(&application))),
        "{}",
        lines[1]
    );
    assert!(lines[4].starts_with("休館・保守,2026-12-15,,,"), "{}", lines[4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_is_too_long_is_refused_and_never_cut() {
    let house = House::open("staff").await;
    let (tenant, facility) =
        (house.app.test.twins.first.tenant.uuid(), house.facility.parse::<kernel::ids::FacilityId>().unwrap().uuid());
    let many = format!(
        "INSERT INTO venue.closures (tenant_id, id, facility_id, reason, public_label, starts_at, ends_at, created_at) \
         SELECT '{tenant}', gen_random_uuid(), '{facility}', '点検', '点検', '2026-12-15 09:00+09', '2026-12-15 10:00+09', now() \
         FROM generate_series(1, 5001)"
    );
    house.app.test.execute(&many).await;
    let refused = house.app.server().get(&path(&house, "ledger?from=2026-12-15&days=2")).await;
    assert_eq!(refused.refused(422, "venue.report.too_long")["most"], 5_000);
    assert_eq!(house.app.server().get(&path(&house, "ledger?from=2026-12-16&days=2")).await.status, 200);
}

/// Of a room by its code: open, used, nobody came, blocked; by day and by block.
fn counts(report: &Value, code: &str) -> [[i64; 4]; 2] {
    let rooms = report["rooms"].as_array().unwrap();
    let room = rooms.iter().find(|room| room["code"] == code).unwrap();
    ["days", "blocks"].map(|basis| {
        ["open", "used", "no_show", "blocked"].map(|name| room[format!("{basis}_{name}")].as_i64().unwrap())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_used_by_day_and_by_block_as_halls_count_it() {
    let house = House::open("automatic").await;
    let server = house.app.server();
    let concert = json!({ "code": "CONCERT", "name": "音楽会", "effective_from": "2026-04-01" });
    make(&house.app, "purposes", &concert).await;
    let hire = async |wish: Value| {
        let application = house.applied(&[wish]).await;
        house.pay(&application["bill"]).await.created();
        application
    };
    // Tuesday: the hall, and nobody comes to a half in the evening; Wednesday: a half, and a session in it; Thursday: closed
    let mut wish = house.wish(0, "2026-12-15", &["PM"]);
    wish["purpose"] = json!("CONCERT");
    hire(wish).await;
    let gone = hire(house.wish(1, "2026-12-16", &["NT"])).await;
    hire(house.wish(2, "2026-12-16", &["AM"])).await;
    session(&house).await;
    close(&house, &[], "17T00:00", "18T00:00").await;
    close(&house, &[1], "18T09:00", "18T12:00").await;
    house.applied(&[house.wish(2, "2026-12-18", &["NT"])]).await;
    house.app.clock.advance(Duration::days(26));
    let nobody = json!({ "no_show": true });
    server.post(&format!("/v1/venue/hires/{}/use", id(&gone["hires"][0])), &nobody).await.ok();

    let report = server.get(&path(&house, "utilisation?from=2026-12-14&days=6")).await.ok();
    // the fourteenth is a Monday; the seventeenth is closed; on the nineteenth nothing is
    assert_eq!(
        counts(&report, "HALL"),
        [[4, 1, 0, 1], [11, 1, 0, 4]],
        "of both halves on the sixteenth, not all of it"
    );
    assert_eq!(counts(&report, "A"), [[4, 1, 1, 1], [11, 2, 1, 4]], "with the hall, in the session; nobody came once");
    assert_eq!(counts(&report, "B"), [[4, 2, 0, 1], [12, 2, 0, 3]], "what nobody paid is not used");
    let purposes = report["purposes"].as_array().unwrap().iter().filter(|one| one["room"] == *house.rooms[1]);
    let told: Vec<_> = purposes
        .map(|one| (one["sessions"].clone(), one.get("purpose").cloned(), one["blocks_used"].clone()))
        .collect();
    assert_eq!(told, [(json!(false), Some(json!("CONCERT")), json!(1)), (json!(true), None, json!(1))]);
    let months: Vec<_> =
        report["months"].as_array().unwrap().iter().filter(|one| one["room"] == *house.rooms[0]).collect();
    assert_eq!((months.len(), &months[0]["month"], &months[0]["blocks_open"]), (1, &json!("2026-12"), &json!(11)));

    let year = server.get(&path(&house, "utilisation?from=2026-04-01&days=365")).await.ok();
    assert_eq!(counts(&year, "HALL")[1][1], 1, "a year is one report");
    server.get(&path(&house, "utilisation?from=2026-04-01&days=367")).await.refused(400, "invalid_request");
    let csv = server.get(&path(&house, "utilisation/export?from=2026-12-14&days=6&by=month&charset=shift_jis")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=Shift_JIS; header=present");
    let room = server.get(&path(&house, "utilisation/export?from=2026-12-14&days=6")).await;
    assert!(room.text.contains("HALL,HALL,4,1,0,1,11,1,0,4,240\r\n"), "{}", room.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_is_used_with_both_of_its_halves_whoever_has_each() {
    let house = House::open("automatic").await;
    let concert = json!({ "code": "CONCERT", "name": "音楽会", "effective_from": "2026-04-01" });
    make(&house.app, "purposes", &concert).await;
    let mut wish = house.wish(1, "2026-12-15", &["PM"]);
    wish["purpose"] = json!("CONCERT");
    for wish in [wish, house.wish(2, "2026-12-15", &["PM", "NT"]), house.wish(1, "2026-12-16", &["AM"])] {
        let application = house.applied(&[wish]).await;
        house.pay(&application["bill"]).await.created();
    }
    let report = house.app.server().get(&path(&house, "utilisation?from=2026-12-15&days=2")).await.ok();
    assert_eq!(counts(&report, "HALL"), [[2, 1, 0, 0], [6, 1, 0, 0]]);
    let hall = report["rooms"].as_array().unwrap().iter().find(|room| room["code"] == "HALL").unwrap();
    assert_eq!(hall["minutes_used"], 240, "in the evening a half alone was let");
    let purposes = report["purposes"].as_array().unwrap().iter().filter(|one| one["room"] == *house.rooms[0]);
    let told: Vec<_> = purposes.map(|one| (one.get("purpose").cloned(), one["minutes_used"].clone())).collect();
    assert_eq!(told, [(None, json!(240)), (Some(json!("CONCERT")), json!(240))], "for either of them");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_foyer_and_the_feed_of_a_half_know_of_the_whole_and_of_every_day() {
    let house = House::open("automatic").await;
    let server = house.app.server();
    let gallery = house.annexe("GALLERY", &json!({ "approval": "automatic" })).await;
    house.priced("GALLERY").await;
    let hire = async |wish: Value, title: &str| {
        let hold = house.try_hold(&house.quoted(&[wish]).await).await.created();
        let ask = json!({ "hold": hold["id"], "title": title, "public_title": title });
        let made = server.post("/v1/venue/applications", &ask).await.created();
        house.pay(&made["bill"]).await.created();
        id(&made["hires"][0])
    };
    let three_days =
        json!({ "room": gallery, "starts_at": "2026-12-08T10:00:00+09:00", "ends_at": "2026-12-10T17:00:00+09:00" });
    hire(three_days, "写真展").await;
    let whole = hire(house.wish(0, "2026-12-09", &["PM"]), "演奏会").await;
    hire(house.wish(2, "2026-12-09", &["NT"]), "別の会").await;
    for (day, titles) in
        [("2026-12-07", vec![]), ("2026-12-09", vec!["写真展", "演奏会", "別の会"]), ("2026-12-10", vec!["写真展"])]
    {
        let board = house.app.page().get(&path(&house, &format!("day-list?date={day}"))).await.ok();
        let told: Vec<_> = board["events"].as_array().unwrap().iter().map(|one| one["public_title"].clone()).collect();
        assert_eq!(told, titles, "{day}");
    }
    let ledger = server.get(&path(&house, "ledger?from=2026-12-10&days=1")).await.ok();
    assert_eq!(ledger["hires"][0]["date"], "2026-12-08", "it goes on");

    let feed =
        server.post("/v1/venue/calendar-feeds", &json!({ "room": house.rooms[1], "name": "舞台係" })).await.created();
    let text = house.app.anonymous().get(feed["path"].as_str().unwrap()).await.text;
    assert!(text.contains(&format!("UID:{whole}@itsudemo")) && text.contains("LOCATION:会館 HALL"), "{text}");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "the other half is another room: {text}");
}
