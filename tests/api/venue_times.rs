//! When rooms are for hire: gaps, slots over midnight, times between slots, the layers of the calendar, holds that are extended.

use serde_json::{Value, json};
use time::Duration;

use crate::venue_hire::{House, id, make, table};

fn span(room: &str, from: &str, until: &str) -> Value {
    json!({ "room": room, "starts_at": format!("2026-12-{from}:00+09:00"), "ends_at": format!("2026-12-{until}:00+09:00") })
}

/// Whether a use can be held after another is.
async fn goes_after(house: &House, first: Value, second: Value) -> bool {
    let hold = house.try_hold(&house.quoted(&[first]).await).await.created();
    let next = house.try_hold(&house.quoted(&[second]).await).await;
    for held in [Some(hold), (next.status == 201).then(|| next.json())].into_iter().flatten() {
        house.app.server().post(&format!("/v1/venue/holds/{}/release", id(&held)), &json!({})).await.ok();
    }
    next.status == 201
}

#[tokio::test(flavor = "multi_thread")]
async fn uses_are_as_far_apart_as_the_longer_gap_or_as_both() {
    let house = House::open("staff").await;
    let gaps = |mode: &str| json!({ "gap_before_minutes": 30, "gap_after_minutes": 60, "gap_mode": mode });
    let (max, sum) = (house.annexe("MAX", &gaps("max")).await, house.annexe("SUM", &gaps("sum")).await);
    house.priced("MAX").await;
    for (begins, fits) in [("12:30", false), ("13:00", true)] {
        let next = span(&max, &format!("11T{begins}"), "11T15:00");
        assert_eq!(goes_after(&house, span(&max, "11T10:00", "11T12:00"), next).await, fits, "max, {begins}");
    }
    house.priced("SUM").await;
    for (begins, fits) in [("13:00", false), ("13:30", true)] {
        let next = span(&sum, &format!("11T{begins}"), "11T15:00");
        assert_eq!(goes_after(&house, span(&sum, "11T10:00", "11T12:00"), next).await, fits, "sum, {begins}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_within_the_set_up_of_a_hall_whose_half_they_had() {
    let house = House::open("staff").await;
    let half = house.annexe("HALF", &json!({ "parts": ["X"] })).await;
    let hall = house.annexe("BOTH", &json!({ "parts": ["X", "Y"], "gap_before_minutes": 60 })).await;
    house.priced("HALF").await;
    let quote = house.quoted(&[span(&half, "11T10:00", "11T12:00")]).await;
    house.priced("BOTH").await;
    house.try_hold(&quote).await.created();
    let at = async |from: &str| house.try_hold(&house.quoted(&[span(&hall, from, "11T17:00")]).await).await;
    at("11T12:00").await.refused(409, "venue.room.taken");
    at("11T12:30").await.refused(409, "venue.room.taken");
    at("11T13:00").await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_that_change_from_a_day_on_count_for_the_uses_from_then_on_and_for_those_of_rooms_beside() {
    let house = House::open("staff").await;
    let half = house.annexe("HALF", &json!({ "parts": ["X"] })).await;
    let both = json!({ "parts": ["X", "Y"], "gap_before_minutes": 30, "gap_after_minutes": 60 });
    let hall = house.annexe("BOTH", &both).await;
    let change = json!({ "effective_from": "2026-12-15", "gap_before_minutes": 30, "gap_after_minutes": 60 });
    let path = format!("/v1/venue/rooms/{half}/succeed");
    let next = id(&house.app.server().post(&path, &change).await.created());
    house.priced("BOTH").await;
    for (day, begins, fits) in
        [("11", "13:00", false), ("11", "13:30", true), ("17", "12:30", false), ("17", "13:00", true)]
    {
        let after = span(&hall, &format!("{day}T{begins}"), &format!("{day}T15:00"));
        let first = span(&hall, &format!("{day}T10:00"), &format!("{day}T12:00"));
        assert_eq!(goes_after(&house, first, after).await, fits, "the hall, {day}, {begins}");
    }
    house.priced("HALF").await;
    for (room, day, begins, fits) in
        [(&half, "11", "12:00", true), (&next, "17", "12:30", false), (&next, "17", "13:00", true)]
    {
        let after = span(room, &format!("{day}T{begins}"), &format!("{day}T15:00"));
        let first = span(room, &format!("{day}T10:00"), &format!("{day}T12:00"));
        assert_eq!(goes_after(&house, first, after).await, fits, "the half, {day}, {begins}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_what_was_let_without_gaps_before_they_changed_the_new_ones_are_kept() {
    let house = House::open("staff").await;
    let half = house.annexe("HALF", &json!({ "parts": ["X"] })).await;
    house.priced("HALF").await;
    house.applied(&[span(&half, "17T10:00", "17T12:00")]).await;
    let change =
        json!({ "effective_from": "2026-12-15", "gap_before_minutes": 30, "gap_after_minutes": 60, "despite": "改修" });
    let path = format!("/v1/venue/rooms/{half}/succeed");
    let next = id(&house.app.server().post(&path, &change).await.created());
    let at = async |from: &str| house.try_hold(&house.quoted(&[span(&next, from, "17T17:00")]).await).await;
    at("17T12:00").await.refused(409, "venue.room.taken");
    at("17T12:30").await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_goes_on_after_midnight_is_in_the_way_of_the_small_hours() {
    let house = House::open("staff").await;
    let late = house.annexe("LATE", &json!({ "parts": ["X"], "time_unit": "slots", "grid_minutes": null })).await;
    let slot = json!({ "code": "NT", "name": "深夜", "starts": "22:00", "ends": "26:00" });
    let set = json!({ "room": late, "name": "通常", "gap_policy": "closed", "effective_from": "2026-04-01", "slots": [slot] });
    make(&house.app, "slot-sets", &set).await;
    let early = house.annexe("EARLY", &json!({ "parts": ["X"] })).await;
    house.priced("LATE").await;
    let night = house.quoted(&[json!({ "room": late, "date": "2026-12-11", "slots": ["NT"] })]).await;
    assert_eq!(night["uses"][0]["ends_at"], "2026-12-12T02:00:00+09:00");
    house.try_hold(&night).await.created();
    house.priced("EARLY").await;
    let at = async |from: &str, until: &str| house.try_hold(&house.quoted(&[span(&early, from, until)]).await).await;
    at("12T01:00", "12T03:00").await.refused(409, "venue.room.taken");
    at("12T02:00", "12T03:00").await.created();
    at("11T20:00", "11T22:00").await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_between_slots_is_charged_or_nobodys_as_the_set_says() {
    for (policy, refused) in [("billable_extension", false), ("closed", true)] {
        let house = House::open("staff").await;
        let server = house.app.server();
        let listed = server.get(&format!("/v1/venue/slot-sets?room={}", house.rooms[0])).await.ok();
        let change = json!({ "effective_from": "2026-12-01", "gap_policy": policy });
        server.post(&format!("/v1/venue/slot-sets/{}/succeed", id(&listed["data"][0])), &change).await.created();
        let uses = [house.wish(0, "2026-12-11", &["AM", "PM"])];
        if refused {
            let apart = house.asked(&uses).await.refused(422, "venue.time.apart");
            let gap = json!({ "after": "AM", "before": "PM", "starts_at": "2026-12-11T12:00:00+09:00", "ends_at": "2026-12-11T13:00:00+09:00" });
            assert_eq!((&apart["slots"], &apart["gap"]), (&json!(["AM", "PM", "NT"]), &gap));
            let apart = [house.wish(0, "2026-12-11", &["AM"]), house.wish(0, "2026-12-11", &["PM"])];
            assert_eq!(house.quoted(&apart).await["total_amount"], 16_000);
        } else {
            let quote = house.quoted(&uses).await;
            assert_eq!(quote["total_amount"], 18_500, "an hour of extension between them");
            let mut by_share = table();
            by_share["components"][3]["rule"]["price"] =
                json!({ "share_of": { "of": ["BASE"], "num": 1, "den": 1, "mode": "down", "unit": 1 } });
            house.by(&by_share).await;
            let quote = house.quoted(&uses).await;
            assert_eq!(quote["total_amount"], 18_280, "16,000 are for seven hours, an hour is 2,285");
            assert_eq!(house.quoted(&[house.wish(0, "2026-11-27", &["AM", "PM"])]).await["total_amount"], 16_000);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_change_hours_and_day_classes_each_over_those_below() {
    let house = House::open("staff").await;
    let layer = async |name: &str, ordinal: u8, days: Value, said: Value| {
        let mut layer = json!({ "facility": house.facility, "name": name, "ordinal": ordinal, "days": days, "effective_from": "2026-04-01" });
        for (member, value) in said.as_object().unwrap() {
            layer[member] = value.clone();
        }
        make(&house.app, "calendar-layers", &layer).await;
    };
    let hours = |opens: &str, closes: &str| json!({ "hours": [{ "opens": opens, "closes": closes }] });
    layer("通常", 0, json!({}), hours("09:00", "22:00")).await;
    layer("冬", 5, json!({ "season": { "from": "12-10", "until": "02-28" } }), hours("09:00", "17:00")).await;
    layer("第3火曜", 20, json!({ "weekdays": ["tuesday"], "nth": [3] }), json!({ "hours": [] })).await;
    layer("祝日", 25, json!({ "holidays": true }), hours("13:00", "22:00")).await;
    layer(
        "市民の日",
        30,
        json!({ "dates": [{ "from": "2026-12-15", "until": "2026-12-17" }] }),
        json!({ "hours": [{ "opens": "09:00", "closes": "22:00" }], "day_class": "special" }),
    )
    .await;

    let asked = async |day: &str, slot: &str| house.asked(&[house.wish(0, day, &[slot])]).await;
    asked("2026-12-09", "NT").await.created();
    let winter = asked("2026-12-10", "NT").await.refused(409, "venue.time.closed");
    assert_eq!((&winter["why"], &winter["open"][0]["ends_at"]), (&json!("冬"), &json!("2026-12-10T17:00:00+09:00")));
    // the third Tuesday of December is the fifteenth, which the city's day opens again
    let special = asked("2026-12-15", "NT").await.created();
    assert_eq!(special["uses"][0]["day_class"], "special");
    assert_eq!(asked("2027-01-19", "AM").await.refused(409, "venue.time.closed")["why"], "第3火曜");
    asked("2027-01-13", "AM").await.created();
    assert_eq!(asked("2027-01-11", "AM").await.refused(409, "venue.time.closed")["why"], "祝日");
    let holiday = asked("2027-01-11", "PM").await.created();
    assert_eq!((&holiday["uses"][0]["day_class"], &holiday["total_amount"]), (&json!("holiday"), &json!(13_000)));
    let seen = house
        .app
        .page()
        .get(&format!("/v1/venue/facilities/{}/calendar?from=2026-12-15&days=1", house.facility))
        .await
        .ok();
    let day = &seen["rooms"][0]["days"][0];
    assert_eq!((&day["day_class"], &day["why"]), (&json!("special"), &json!("市民の日")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_extended_once_and_is_over_when_its_time_is() {
    let house = House::open("staff").await;
    let hold = house.try_hold(&house.quoted(&[house.wish(0, "2026-12-11", &["PM"])]).await).await.created();
    assert_eq!(hold["expires_at"], "2026-11-21T10:10:00+09:00");
    let path = format!("/v1/venue/holds/{}", id(&hold));
    let extend = async || house.app.server().post(&format!("{path}/extend"), &json!({})).await;
    house.app.clock.advance(Duration::minutes(9));
    assert_eq!(extend().await.ok()["expires_at"], "2026-11-21T10:20:00+09:00");
    extend().await.refused(409, "venue.hire_hold.extended");
    let rival = house.quoted(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    house.app.clock.advance(Duration::minutes(10));
    house.try_hold(&rival).await.refused(409, "venue.room.taken");
    house.app.clock.advance(Duration::minutes(1));
    assert_eq!(house.app.server().get(&path).await.ok()["state"], "expired");
    let over = extend().await.refused(409, "venue.hire_hold.over");
    assert_eq!((&over["state"], &over["expired_at"]), (&json!("expired"), &json!("2026-11-21T10:20:00+09:00")));
    house.try_hold(&rival).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_holidays_comes_in_as_a_whole_in_either_charset_or_not_at_all() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let import = async |media: &str, bytes: &[u8]| server.file("/v1/venue/holidays/import", media, bytes).await;
    let bad = "日付,名称\n2026-12-10,市制記念日\n2026-02-30,なし\n2026-12-11,\n2026-12-10,市制記念日\n";
    let refused = import("text/csv", bad.as_bytes()).await.refused(422, "venue.holiday.lines");
    let faults = json!([{ "line": 3, "code": "no_date" }, { "line": 4, "code": "no_name" }, { "line": 5, "code": "date_twice" }]);
    assert_eq!(refused["faults"], faults);
    let own = async || {
        let seen = server.get("/v1/venue/holidays?from=2026-12-01&days=31").await.ok();
        seen["holidays"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>()
    };
    // 2026/12/10,市制記念日 as the Cabinet Office would write it
    let japanese = b"2026/12/10,\x8e\x73\x90\xa7\x8b\x4c\x94\x4f\x93\xfa\r\n";
    for media in ["text/csv", "text/csv; charset=utf-8"] {
        let refused =
            import(media, &[&b"date,name\r\n"[..], &japanese[..]].concat()).await.refused(400, "file_not_text");
        assert_eq!((&refused["line"], &refused["charset"]), (&json!(2), &json!("Shift_JIS")), "{media}");
    }
    let refused = import("text/csv", b"2026-12-10,\xff\n").await.refused(400, "file_not_text");
    assert!(refused["line"] == 1 && refused.get("charset").is_none(), "it can be read in neither: {refused}");
    import("text/csv; charset=euc-jp", japanese).await.refused(415, "unsupported_media_type");
    assert!(own().await.is_empty(), "nothing was kept of it");
    assert_eq!(import("text/csv; charset=Shift_JIS", japanese).await.ok()["days"], 1);
    assert_eq!(own().await, ["市制記念日"]);
    let priced = house.quoted(&[house.wish(0, "2026-12-10", &["AM"])]).await;
    assert_eq!((&priced["uses"][0]["day_class"], &priced["total_amount"]), (&json!("holiday"), &json!(7_800)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_holidays_undoes_nothing_that_was_said_by_hand_and_what_an_earlier_file_said() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let import = async |file: &str| server.file("/v1/venue/holidays/import", "text/csv", file.as_bytes()).await.ok();
    let named = async || {
        let seen = server.get("/v1/venue/holidays?from=2026-11-23&days=50").await.ok();
        let told = seen["holidays"].as_array().unwrap().iter().map(|one| (one["date"].clone(), one["name"].clone()));
        told.filter(|(_, name)| !name.is_null()).collect::<Vec<_>>()
    };
    server.post("/v1/venue/holidays", &json!({ "date": "2026-11-23", "name": null })).await.ok();
    let told = import("2026-11-23,勤労感謝の日\n2026-12-10,市制記念日\n2026-12-24,創立記念日\n").await;
    assert_eq!(told, json!({ "days": 3, "kept": ["2026-11-23"], "taken_away": [] }));

    server.post("/v1/venue/holidays", &json!({ "date": "2026-12-10", "name": "市民の日" })).await.ok();
    let told = import("2026-11-23,勤労感謝の日\n2026-12-10,開館記念日\n2026-12-28,年末休日\n").await;
    assert_eq!(told, json!({ "days": 3, "kept": ["2026-11-23", "2026-12-10"], "taken_away": ["2026-12-24"] }));
    let stands =
        [("2026-12-10", "市民の日"), ("2026-12-28", "年末休日"), ("2027-01-01", "元日"), ("2027-01-11", "成人の日")];
    assert_eq!(named().await, stands.map(|(day, name)| (json!(day), json!(name))));

    server.post("/v1/venue/holidays", &json!({ "date": "2026-11-23" })).await.ok();
    assert_eq!(import("2026-11-23,勤労感謝の日\n").await["kept"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_use_that_does_not_say_when_it_is_what_is_missing_or_too_much_is_told() {
    let house = House::open("staff").await;
    let (at, day) = ("2026-12-11T09:00:00+09:00", "2026-12-11");
    for (said, missing, excess) in [
        (json!({}), json!(["date"]), Value::Null),
        (json!({ "starts_at": at }), json!(["ends_at"]), Value::Null),
        (json!({ "slots": ["AM"] }), json!(["date"]), Value::Null),
        (json!({ "date": day, "slots": ["AM"], "starts_at": at }), Value::Null, json!(["starts_at"])),
        (json!({ "date": day, "ends_at": at }), json!(["starts_at"]), json!(["date"])),
        (json!({ "date": day, "early_minutes": 30 }), Value::Null, json!(["early_minutes"])),
    ] {
        let mut wish = said.clone();
        wish["room"] = json!(house.rooms[0]);
        let refused = house.asked(&[house.wish(0, day, &["PM"]), wish]).await.refused(422, "venue.time.unclear");
        let told = (&refused["missing"], &refused["excess"], &refused["use"]);
        assert_eq!(told, (&missing, &excess, &json!(1)), "{said}");
        let detail = refused["detail"].as_str().unwrap();
        assert!(["missing", "excess", "use"].iter().all(|fact| detail.contains(fact)), "in Japanese, too: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_time_that_is_not_for_hire_is_refused_with_the_rule_and_what_would_be_possible() {
    let house = House::open("staff").await;
    let closed = house.asked(&[house.wish(0, "2026-12-14", &["AM"])]).await.refused(409, "venue.time.closed");
    assert_eq!(
        (&closed["why"], &closed["next_open"], &closed["use"]),
        (&json!("月曜休館"), &json!("2026-12-15"), &json!(0))
    );
    house.asked(&[house.wish(0, "2026-11-23", &["AM"])]).await.created(); // a Monday, but 勤労感謝の日
    house.asked(&[house.wish(0, "2026-11-24", &["AM"])]).await.refused(409, "venue.time.closed");
    let apart = house.asked(&[house.wish(0, "2026-12-11", &["AM", "NT"])]).await.refused(422, "venue.time.apart");
    assert_eq!((&apart["slots"], apart.get("gap")), (&json!(["AM", "PM", "NT"]), None), "the afternoon is left out");
    house.asked(&[house.wish(0, "2026-12-11", &["MIDNIGHT"])]).await.refused(422, "venue.time.no_such_slot");
    let past = house.asked(&[house.wish(0, "2026-11-20", &["AM"])]).await.refused(422, "venue.time.past");
    assert_eq!(past["earliest"], "2026-11-21T13:00:00+09:00", "it is ten in the morning");
    let early = house.asked(&[house.wish(0, "2026-03-11", &["AM"])]).await.refused(409, "venue.time.not_for_hire");
    assert_eq!((&early["from"], early.get("until")), (&json!("2026-04-01"), None));
    let span = json!({ "room": house.rooms[0], "starts_at": "2026-12-11T09:00:00+09:00", "ends_at": "2026-12-11T10:00:00+09:00" });
    assert_eq!(house.asked(&[span]).await.refused(422, "venue.time.unit")["time_unit"], "slots");
    let annexe = json!({ "facility": house.facility, "code": "ANNEXE", "name": "別館", "parts": ["X"], "time_unit": "grid",
                         "grid_minutes": 30, "min_minutes": 60, "approval": "staff", "visibility": "bookable",
                         "effective_from": "2026-04-01" });
    let annexe = id(&make(&house.app, "rooms", &annexe).await);
    let there = |from: &str, until: &str| {
        let at = |clock: &str| format!("2026-12-11T{clock}:00+09:00");
        json!({ "room": annexe, "starts_at": at(from), "ends_at": at(until) })
    };
    assert_eq!(house.asked(&[there("09:10", "10:30")]).await.refused(422, "venue.time.grid")["grid_minutes"], 30);
    assert_eq!(house.asked(&[there("09:00", "09:30")]).await.refused(422, "venue.time.length")["min_minutes"], 60);
    let backwards = [house.wish(0, "2026-12-11", &["AM"]), there("10:00", "09:00")];
    assert_eq!(house.asked(&backwards).await.refused(422, "venue.hire.times")["use"], 1);
    let gap = house.asked(&[there("09:00", "10:30")]).await.refused(409, "venue.tariff.gap");
    assert!(gap["reason"].as_str().unwrap().contains("BASE has no row for"), "{gap}");
    let both = house.asked(&[house.wish(0, "2026-12-11", &["AM"]), there("09:00", "10:30")]).await;
    let gap = both.refused(409, "venue.tariff.gap");
    let missing = json!({ "space": "ANNEXE", "span": "" });
    assert_eq!((&gap["use"], &gap["component"], &gap["key"]), (&json!(1), &json!("BASE"), &missing));
    let none = house.asked(&[house.wish(0, "2027-05-11", &["AM"])]).await.refused(409, "venue.tariff.none");
    let period = json!([{ "effective_from": "2026-04-01", "effective_until": "2027-04-01", "applies_by": "use_date" }]);
    assert_eq!((&none["day"], &none["periods"]), (&json!("2027-05-11"), &period));
    let many = json!({ "room": house.rooms[0], "date": "2026-12-11", "slots": ["PM"], "equipment": [{ "equipment": house.piano, "quantity": 2 }] });
    assert_eq!(house.asked(&[many]).await.refused(422, "venue.quote.equipment")["most"], 1);

    let quote = house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    house.app.clock.advance(Duration::minutes(31));
    let expired = house.try_hold(&quote).await.refused(409, "venue.quote.expired");
    assert_eq!(expired["expired_at"], "2026-11-21T10:30:00+09:00");
}
