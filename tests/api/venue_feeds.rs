//! A room's schedule for whoever has the token of its feed.

use kernel::clock::civil_day;
use serde_json::json;
use time::Duration;

use crate::venue_hire::{House, id};

fn unfolded(text: &str) -> String {
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    text.replace("\r\n ", "")
}

async fn confirmed(house: &House, day: &str, public_title: Option<&str>) -> serde_json::Value {
    let hold = house.try_hold(&house.quoted(&[house.wish(0, day, &["PM"])]).await).await.created();
    let mut ask = json!({ "hold": hold["id"], "title": "山田花子後援会" });
    if let Some(title) = public_title {
        ask["public_title"] = title.into();
    }
    let application = house.app.server().post("/v1/venue/applications", &ask).await.created();
    let bill = house.act(&application, "approve", &json!({})).await.ok()["bill"].clone();
    house.pay(&bill).await.created();
    application
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_subscribes_with_nothing_but_the_token_and_reads_public_titles_only() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let long = "第12回定期演奏会; 冬の部, ".repeat(6);
    let shown = confirmed(&house, "2026-12-11", Some(&long)).await;
    let silent = confirmed(&house, "2026-12-12", None).await;
    house.applied(&[house.wish(0, "2026-12-13", &["PM"])]).await;
    let made =
        server.post("/v1/venue/calendar-feeds", &json!({ "room": house.rooms[0], "name": "舞台係" })).await.created();
    let path = made["path"].as_str().unwrap();
    let read = async || house.app.anonymous().get(path).await;

    let answer = read().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/calendar; charset=utf-8"));
    let text = unfolded(&answer.text);
    for part in [
        "SUMMARY:第12回定期演奏会\\; 冬の部\\, ",
        "DTSTART;TZID=Asia/Tokyo:20261211T130000\r\nDTEND;TZID=Asia/Tokyo:20261211T170000\r\n",
        "SUMMARY:利用予定\r\n",
        "LOCATION:会館 HALL\r\n",
        &format!("UID:{}@itsudemo\r\n", id(&silent["hires"][0])),
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2, "what is only asked for is not in it");
    assert!(!text.contains("山田") && !text.contains("合唱団") && !text.contains("pat_"), "{text}");

    let etag = answer.header("etag").to_owned();
    let again = house.app.anonymous().send(poem::http::Method::GET, path, &[("if-none-match", &etag)], None).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));

    let uid = format!("UID:{}@itsudemo\r\n", id(&shown["hires"][0]));
    let event = |text: &str| unfolded(text).split("BEGIN:VEVENT").find(|one| one.contains(&uid)).unwrap().to_owned();
    assert!(event(&answer.text).contains("SEQUENCE:0\r\n"));
    let change = format!("/v1/venue/hires/{}/change", id(&shown["hires"][0]));
    server.post(&change, &house.wish(0, "2026-12-11", &["NT"])).await.ok();
    let later = event(&read().await.text);
    assert!(later.contains("SEQUENCE:1\r\n") && later.contains(":20261211T180000"), "{later}");
    let back = json!({ "hire": shown["hires"][0]["id"], "use": house.wish(0, "2026-12-11", &["PM"]) });
    house.act(&shown, "change", &json!({ "cause": "house", "changes": [back] })).await.ok();
    assert!(event(&read().await.text).contains("SEQUENCE:2\r\n"), "whoever's reason it was");
    house.act(&shown, "revoke", &json!({ "reason": "避難所" })).await.ok();
    let gone = read().await;
    let last = event(&gone.text);
    assert!(last.contains("STATUS:CANCELLED\r\n") && last.contains("SEQUENCE:3\r\n"), "{last}");
    assert_ne!(gone.header("etag"), etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hire_of_two_that_is_given_up_or_taken_back_is_cancelled_in_the_feed_and_the_other_is_not() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let made =
        server.post("/v1/venue/calendar-feeds", &json!({ "room": house.rooms[0], "name": "舞台係" })).await.created();
    let path = made["path"].as_str().unwrap();
    let ends = [
        ("cancel", json!({}), ["2026-12-10", "2026-12-24"]),
        ("revoke", json!({ "reason": "台風" }), ["2026-12-11", "2026-12-25"]),
    ];
    for (verb, why, days) in ends {
        let application = house.confirmed(&days.map(|day| house.wish(0, day, &["PM"]))).await;
        let change = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
        server.post(&change, &house.wish(0, days[0], &["NT"])).await.ok();
        let end = format!("/v1/venue/hires/{}/{verb}", id(&application["hires"][0]));
        server.post(&end, &why).await.ok();
        let text = unfolded(&house.app.anonymous().get(path).await.text);
        let event = |nth: usize| {
            let uid = format!("UID:{}@itsudemo\r\n", id(&application["hires"][nth]));
            text.split("BEGIN:VEVENT").find(|one| one.contains(&uid)).unwrap().to_owned()
        };
        assert!(event(0).contains("STATUS:CANCELLED\r\n") && event(0).contains("SEQUENCE:3\r\n"), "{verb} {text}");
        assert!(!event(1).contains("STATUS:CANCELLED") && event(1).contains("SEQUENCE:2\r\n"), "{verb} {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_a_feed_holds_it_tells_the_days_that_are_near() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let made =
        server.post("/v1/venue/calendar-feeds", &json!({ "room": house.rooms[0], "name": "舞台係" })).await.created();
    confirmed(&house, "2026-12-11", Some("定期演奏会")).await;
    let past = civil_day(house.app.clock.now()) - Duration::days(29);
    let copies = format!(
        "INSERT INTO venue.hires (tenant_id, id, hold_id, application_id, place, room_id, day, span, starts_at, ends_at, state) \
         SELECT h.tenant_id, gen_random_uuid(), h.hold_id, h.application_id, n, h.room_id, DATE '{past}', 'PM', TIMESTAMPTZ '{past} 13:00+09', \
           TIMESTAMPTZ '{past} 17:00+09', 'open' FROM venue.hires AS h, generate_series(1, 5000) AS n \
         WHERE h.day = '2026-12-11' AND h.application_id IS NOT NULL"
    );
    house.app.test.execute(&copies).await;
    let text = house.app.anonymous().get(made["path"].as_str().unwrap()).await.text;
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 5_000);
    assert!(text.contains("DTSTART;TZID=Asia/Tokyo:20261211T130000"), "what is to come is in it");
    assert!(
        text.rfind("DTSTART;").is_some_and(|last| text[last..].contains("20261211T130000")),
        "in the order of time"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_rotated_revoked_or_made_up_opens_nothing_and_is_never_shown_again() {
    let house = House::open("staff").await;
    let (server, anybody) = (house.app.server(), house.app.anonymous());
    let made =
        server.post("/v1/venue/calendar-feeds", &json!({ "room": house.rooms[1], "name": "清掃" })).await.created();
    let (token, feed) = (made["token"].as_str().unwrap(), id(&made["feed"]));
    let path = |token: &str| format!("/v1/venue/room-calendars/{token}");
    assert_eq!(anybody.get(&path(token)).await.status, 200);
    let kept = server.get("/v1/venue/calendar-feeds").await;
    assert!(!kept.text.contains(&token[30..]), "{}", kept.text);
    let kept = format!("EXISTS (SELECT FROM venue.calendar_feeds AS f WHERE f::text LIKE '%{}%')", &token[30..]);
    house.app.test.execute(&format!("DO $$ BEGIN IF {kept} THEN RAISE 'the token is kept'; END IF; END $$")).await;

    let rotate = format!("/v1/venue/calendar-feeds/{feed}/rotate");
    let fresh = server.post(&rotate, &json!({})).await.ok()["token"].as_str().unwrap().to_owned();
    anybody.get(&path(token)).await.refused(404, "absent");
    assert_eq!(anybody.get(&path(&fresh)).await.status, 200);
    let (head, tail) = fresh.split_at(fresh.len() - 1);
    let other = format!("{head}{}", if tail == "0" { "1" } else { "0" });
    for guess in [other.as_str(), "vcf_", "x", "vcf_7zzzzzzzzzzzzzzzzzzzzzzzzz0000000000000000000000000000000000000000"]
    {
        anybody.get(&path(guess)).await.refused(404, "absent");
    }
    for verb in ["rotate", "revoke"] {
        let path = format!("/v1/venue/calendar-feeds/{feed}/{verb}");
        house.app.neighbour().post(&path, &json!({})).await.refused(404, "absent");
    }
    let revoke = format!("/v1/venue/calendar-feeds/{feed}/revoke");
    assert_eq!(
        server.post(&revoke, &json!({})).await.ok()["revoked_at"],
        server.post(&revoke, &json!({})).await.ok()["revoked_at"]
    );
    anybody.get(&path(&fresh)).await.refused(404, "absent");
    server.post(&rotate, &json!({})).await.refused(409, "venue.calendar_feed.revoked");

    let again =
        server.post("/v1/venue/calendar-feeds", &json!({ "room": house.rooms[1], "name": "清掃" })).await.created();
    house.app.clock.advance(Duration::days(20 * 366));
    anybody.get(&path(again["token"].as_str().unwrap())).await.refused(404, "absent");
}
