//! What waits for somebody: it is found, decided in the version that was read, and ends by itself when nobody does anything.

use api::venue::lapsing;
use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{
    journal,
    venue_hire::{House, id},
    venue_letters::outbox,
};

async fn mended(house: &House, application: &Value) -> Answer {
    let path = format!("/v1/venue/applications/{}", id(application));
    house.app.server().patch(&path, &json!({ "title": "演奏会" })).await
}

async fn letters(house: &House) -> Vec<String> {
    outbox(house).await.into_iter().map(|letter| letter.template).collect()
}

async fn round(house: &House) -> usize {
    lapsing::round(&house.app.desk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_returned_and_not_mended_in_time_lapses_once_and_its_rooms_are_free_at_that_moment() {
    let house = House::open("staff").await;
    let mine = house.applied(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    for until in ["2026-11-21T10:00:00+09:00", "2026-12-11T09:00:01+09:00"] {
        let refused = house.act(&mine, "return", &json!({ "reason": "人数", "mend_until": until })).await;
        let refused = refused.refused(422, "venue.application.mend_until");
        let limits = (&refused["earliest"], &refused["latest"]);
        assert_eq!(limits, (&json!("2026-11-21T10:00:00+09:00"), &json!("2026-12-11T09:00:00+09:00")));
    }
    assert_eq!(house.seen(&mine).await, mine, "nothing changed");
    let week = house.act(&mine, "return", &json!({ "reason": "人数" })).await.ok();
    assert_eq!(week["mend_until"], "2026-11-28T10:00:00+09:00");
    let sooner = json!({ "reason": "人数", "mend_until": "2026-11-25T17:00:00+09:00" });
    assert_eq!(house.act(&mine, "return", &sooner).await.ok()["mend_until"], sooner["mend_until"]);

    let other = house.quoted(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    house.try_hold(&other).await.refused(409, "venue.room.taken");
    house.app.clock.advance(Duration::days(4) + Duration::hours(7) - Duration::SECOND);
    assert_eq!((round(&house).await, &house.seen(&mine).await["state"]), (0, &json!("returned")), "there is time");
    house.app.clock.advance(Duration::SECOND);
    assert_eq!(house.seen(&mine).await["state"], "lapsed", "before anybody tidied up");
    let other = house.quoted(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    house.try_hold(&other).await.created();
    let late = mended(&house, &mine).await.refused(409, "venue.application.mend_late");
    assert_eq!(late["until"], sooner["mend_until"]);

    assert_eq!((round(&house).await, round(&house).await), (1, 0));
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["state"], &seen["hires"][0]["state"]), (&json!("lapsed"), &json!("released")));
    mended(&house, &mine).await.refused(409, "venue.application.mend_late");
    let told = journal::of(&house.app).await;
    assert_eq!(told.iter().filter(|name| *name == "venue.application.lapsed").count(), 1);
    let returned = "venue.hire_returned";
    assert_eq!(letters(&house).await, ["venue.hire_submitted", returned, returned, "venue.hire_unmended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mended_in_time_waits_with_its_rooms_until_its_first_use_begins() {
    let house = House::open("staff").await;
    let mine = house.applied(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    house.act(&mine, "return", &json!({ "reason": "人数" })).await.ok();
    house.app.clock.advance(Duration::days(6));
    let back = mended(&house, &mine).await.ok();
    assert_eq!((&back["state"], back.get("mend_until")), (&json!("requested"), None));
    house.app.clock.advance(Duration::days(6));
    let other = house.quoted(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    house.try_hold(&other).await.refused(409, "venue.room.taken");
    assert_eq!(round(&house).await, 0);
    assert_eq!(house.act(&mine, "approve", &json!({})).await.ok()["state"], "awaiting_payment");

    let path = format!("/v1/venue/facilities/{}", house.facility);
    house.app.server().send(Method::PATCH, &path, &[], Some(&json!({ "mend_days": 3 }))).await.ok();
    let long = house.applied(&[house.wish(0, "2026-12-25", &["AM"])]).await;
    let long = house.act(&long, "return", &json!({ "reason": "人数" })).await.ok();
    assert_eq!(long["mend_until"], "2026-12-06T10:00:00+09:00", "as many days as the facility gives");
    let short = house.applied(&[house.wish(0, "2026-12-05", &["AM"])]).await;
    let short = house.act(&short, "return", &json!({ "reason": "人数" })).await.ok();
    assert_eq!(short["mend_until"], "2026-12-05T09:00:00+09:00", "never after the first use");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_decided_lapses_when_its_first_use_begins() {
    let house = House::open("staff").await;
    let uses = [house.wish(0, "2026-12-25", &["AM"]), house.wish(0, "2026-12-11", &["AM"])];
    let (mine, moved) = (house.applied(&uses).await, house.applied(&[house.wish(0, "2026-12-10", &["AM"])]).await);
    let path = format!("/v1/venue/hires/{}/change", id(&moved["hires"][0]));
    house.app.server().post(&path, &house.wish(0, "2026-12-18", &["AM"])).await.ok();
    house.app.clock.advance(Duration::days(19) + Duration::hours(23));
    let late = house.act(&mine, "approve", &json!({})).await.refused(409, "venue.application.state");
    assert_eq!(late["state"], "lapsed");
    assert_eq!((round(&house).await, round(&house).await), (1, 0));
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["state"], &seen["hires"][0]["state"]), (&json!("lapsed"), &json!("released")));
    let told = letters(&house).await;
    assert_eq!(told.iter().filter(|name| *name == "venue.hire_undecided").count(), 1, "{told:?}");
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-25", &["AM"])]).await).await.created();
    assert_eq!(house.seen(&moved).await["state"], "requested", "it was moved to a later day");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_decided_keeps_its_rooms_until_its_first_use_begins_and_no_longer_before_anybody_tidied_up() {
    let house = House::open("staff").await;
    let mine = house.applied(&[house.wish(0, "2026-12-25", &["AM"]), house.wish(1, "2026-12-11", &["AM"])]).await;
    house.act(&mine, "return", &json!({ "reason": "人数" })).await.ok();
    mended(&house, &mine).await.ok();
    let of_day = |report: &str| format!("/v1/venue/facilities/{}/{report}from=2026-12-25&days=1", house.facility);
    let told = async || {
        let calendar = of_day(&format!("calendar?room={}&", house.rooms[0]));
        let state = house.app.page().get(&calendar).await.ok()["rooms"][0]["slots"][0]["state"].clone();
        let ledger = house.app.server().get(&of_day("ledger?")).await.ok();
        (state, ledger["hires"].as_array().unwrap().len())
    };
    house.app.clock.advance(Duration::days(19) + Duration::hours(23) - Duration::SECOND);
    assert_eq!(told().await, (json!("held"), 1));
    let other = house.quoted(&[house.wish(0, "2026-12-25", &["AM"])]).await;
    house.try_hold(&other).await.refused(409, "venue.room.taken");
    house.app.clock.advance(Duration::SECOND);
    assert_eq!(house.seen(&mine).await["state"], "lapsed");
    assert_eq!(told().await, (json!("free"), 0));
    house.try_hold(&other).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_returned_is_changed_as_it_is_to_be_mended_and_is_kept_until_then() {
    let house = House::open("staff").await;
    let mine = house.applied(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    house.act(&mine, "return", &json!({ "reason": "小ホールへ" })).await.ok();
    let path = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    let half = house.app.server().post(&path, &house.wish(1, "2026-12-11", &["PM"])).await.ok();
    assert_eq!((&half["amount_after"], &half["due_amount"]), (&json!(5_000), &json!(0)));
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["state"], &seen["mend_until"]), (&json!("returned"), &json!("2026-11-28T10:00:00+09:00")));
    let sooner = house.wish(1, "2026-11-25", &["PM"]);
    house.app.server().post(&path, &sooner).await.ok();
    assert_eq!(house.seen(&mine).await["mend_until"], "2026-11-25T13:00:00+09:00", "never after its first use");
    house.app.server().post(&path, &house.wish(1, "2026-12-11", &["PM"])).await.ok();
    assert_eq!(
        house.seen(&mine).await["mend_until"],
        "2026-11-28T10:00:00+09:00",
        "as long as at first, when it is later"
    );
    house.app.server().post(&path, &sooner).await.ok();
    house.try_hold(&house.quoted(std::slice::from_ref(&sooner)).await).await.refused(409, "venue.room.taken");
    house.app.clock.advance(Duration::days(4) + Duration::hours(3));
    house.app.server().post(&path, &sooner).await.refused(409, "venue.application.state");
    mended(&house, &mine).await.refused(409, "venue.application.mend_late");

    let other = house.applied(&[house.wish(0, "2026-12-12", &["AM"])]).await;
    house.act(&other, "return", &json!({ "reason": "小ホールへ" })).await.ok();
    let path = format!("/v1/venue/hires/{}/change", id(&other["hires"][0]));
    house.app.server().post(&path, &house.wish(1, "2026-12-12", &["AM"])).await.ok();
    mended(&house, &other).await.ok();
    let approved = house.act(&other, "approve", &json!({})).await.ok();
    let bill = house.app.server().get(&format!("/v1/bills/{}", approved["bill"].as_str().unwrap())).await.ok();
    assert_eq!(bill["total"], 3_900, "a Saturday morning in a half");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_list_what_waits_for_them_and_nothing_else() {
    let house = House::open("staff").await;
    let mut made = Vec::new();
    for day in ["2026-12-10", "2026-12-11", "2026-12-12"] {
        made.push(house.applied(&[house.wish(0, day, &["AM"])]).await);
    }
    house.act(&made[1], "return", &json!({ "reason": "人数" })).await.ok();
    let listed = async |more: &str| {
        let path = format!("/v1/venue/applications?facility={}{more}", house.facility);
        let found = house.app.server().get(&path).await.ok();
        found["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(listed("&state=requested").await, [id(&made[0]), id(&made[2])]);
    assert_eq!(listed("&state=returned").await, [id(&made[1])]);
    assert_eq!(listed("&state=confirmed").await, Vec::<String>::new());
    assert_eq!(listed("").await.len(), 3);
    let path = format!("/v1/venue/applications?patron={}&state=requested&limit=1", house.patron);
    let first = house.app.server().get(&path).await.ok();
    let path = format!("{path}&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = house.app.server().get(&path).await.ok();
    assert_eq!((id(&first["data"][0]), id(&second["data"][0])), (id(&made[0]), id(&made[2])));
    let other = house.app.server().get("/v1/venue/applications?state=forgotten").await;
    other.refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_returns_refuses_or_takes_back_what_somebody_changed_meanwhile_hears_of_it() {
    let house = House::open("staff").await;
    let mine = house.applied(&[house.wish(0, "2026-12-10", &["AM"])]).await;
    let kept = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"]), house.wish(0, "2026-12-25", &["AM"])]).await;
    mended(&house, &mine).await.ok();
    let (why, server) = (json!({ "reason": "条例第5条" }), house.app.server());
    let send = async |path: &str, version: &Value| {
        let (key, version) = (uuid::Uuid::new_v4().to_string(), format!("\"{version}\""));
        let headers = [("idempotency-key", key.as_str()), ("if-match", version.as_str())];
        server.send(Method::POST, path, &headers, Some(&why)).await
    };
    let old = mine["version"].clone();
    for verb in ["return", "refuse"] {
        let path = format!("/v1/venue/applications/{}/{verb}", id(&mine));
        assert_eq!(send(&path, &old).await.refused(412, "version_mismatch")["current_version"], 2, "{verb}");
    }
    let refuse = format!("/v1/venue/applications/{}/refuse", id(&mine));
    assert_eq!(send(&refuse, &json!(2)).await.ok()["state"], "refused");
    let part = format!("/v1/venue/hires/{}/revoke", id(&kept["hires"][0]));
    let whole = format!("/v1/venue/applications/{}/revoke", id(&kept));
    let current = kept["version"].clone();
    for path in [&part, &whole] {
        assert_eq!(send(path, &json!(1)).await.refused(412, "version_mismatch")["current_version"], current);
    }
    send(&whole, &current).await.ok();
}
