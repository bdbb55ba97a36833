//! What who hired changes without the house: nothing that the house decides about, and as who they are today.

use serde_json::{Value, json};
use tests::Client;
use time::Duration;

use crate::{
    patrons::{sign_in, sign_up},
    venue_alternatives::{annexe, otherwise},
    venue_hire::{House, id, table},
};

/// A patron of the house, who is signed in.
async fn patron(house: &House) -> Client {
    let app = &house.app;
    sign_up(app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    sign_in(app, &app.page()).await
}

async fn applied(house: &House, patron: &Client, uses: &[Value]) -> Value {
    let quote = patron.post("/v1/venue/quotes", &json!({ "facility": house.facility, "uses": uses })).await.created();
    let hold = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    patron.post("/v1/venue/applications", &json!({ "hold": hold["id"], "title": "演奏会" })).await.created()
}

/// Applied for where nobody needs to decide, and paid.
async fn confirmed(house: &House, patron: &Client, uses: &[Value]) -> Value {
    let application = applied(house, patron, uses).await;
    house.pay(&application["bill"]).await.created();
    let seen = house.seen(&application).await;
    assert_eq!(seen["state"], "confirmed");
    seen
}

/// The patron is registered as of a class until a day; its standing.
async fn registered(house: &House, patron: &Client, until: &str) -> String {
    let server = house.app.server();
    let class = json!({ "code": "CHOIR", "name": "登録団体", "effective_from": "2026-04-01" });
    let class = server.post("/v1/user-classes", &class).await.created();
    let who = patron.get("/v1/patrons/me").await.ok();
    let standing = json!({ "patron": who["id"], "user_class": class["id"] });
    let standing = id(&server.post("/v1/standings", &standing).await.created());
    let period = json!({ "valid_from": "2026-11-21", "valid_until": until });
    server.post(&format!("/v1/standings/{standing}/approve"), &period).await.ok();
    standing
}

/// The table of the house; choirs pay twice as much for rooms.
fn dearer_for_choirs() -> Value {
    let mut document = table();
    let double = json!({ "code": "CLASS", "label": { "ja": "団体" }, "when": { "fact": "user_class", "in": ["CHOIR"] },
                         "rule": { "kind": "rate", "num": 1, "den": 1, "of": ["BASE"] } });
    document["components"].as_array_mut().unwrap().insert(2, double);
    document
}

fn at(room: &str, from: &str, until: &str) -> Value {
    let moment = |clock: &str| format!("2026-12-11T{clock}:00+09:00");
    json!({ "room": room, "starts_at": moment(from), "ends_at": moment(until) })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_needed_to_decide_is_not_changed_into_what_the_house_decides_about() {
    let house = House::open("automatic").await;
    let salon = house.annexe("SALON", &json!({ "approval": "staff" })).await;
    house.priced("SALON").await;
    let patron = patron(&house).await;
    let mine = confirmed(&house, &patron, &[house.wish(1, "2026-12-11", &["AM"])]).await;
    let (hire, wanted) = (mine["hires"][0]["id"].clone(), at(&salon, "09:00", "10:30"));
    let one = format!("/v1/venue/hires/{}/change", hire.as_str().unwrap());
    let all = format!("/v1/venue/applications/{}/change", id(&mine));
    let changes = json!({ "changes": [{ "hire": hire, "use": wanted }] });
    for (path, body) in [(&one, &wanted), (&all, &changes)] {
        for path in [path.clone(), format!("{path}/preview")] {
            let refused = patron.post(&path, body).await.refused(409, "venue.application.house_decides");
            assert_eq!((&refused["room"], &refused["use"]), (&json!(salon), &json!(0)), "{path}");
        }
    }
    let path = format!("/v1/venue/applications/{}", id(&mine));
    let mended = patron.patch(&path, &json!({ "title": "会" })).await;
    mended.refused(409, "venue.application.state");
    assert_eq!(house.seen(&mine).await, mine, "nothing changed");

    patron.post(&one, &house.wish(0, "2026-12-12", &["AM"])).await.ok();
    house.app.server().post(&one, &wanted).await.ok();
    patron.post(&one, &at(&salon, "13:00", "14:00")).await.ok();
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["hires"][0]["room"], &seen["changes"]), (&json!(salon), &json!(3)), "the house moved it there");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_house_has_decided_a_patron_changes_into_what_it_decides_about() {
    let house = House::open("staff").await;
    let patron = patron(&house).await;
    let mine = applied(&house, &patron, &[house.wish(1, "2026-12-11", &["AM"])]).await;
    let path = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    patron.post(&path, &house.wish(0, "2026-12-12", &["AM"])).await.ok();
    assert_eq!(house.seen(&mine).await["state"], "requested", "and it still decides");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_changes_at_the_price_of_who_they_are_today_and_the_house_leaves_that_as_it_was() {
    let house = House::open("automatic").await;
    house.by(&dearer_for_choirs()).await;
    let page = patron(&house).await;
    registered(&house, &page, "2026-12-01").await;
    let mine = confirmed(&house, &page, &[house.wish(1, "2026-12-25", &["AM"])]).await;
    house.app.clock.advance(Duration::days(11));
    let page = sign_in(&house.app, &house.app.page()).await;
    let preview = format!("/v1/venue/hires/{}/change/preview", id(&mine["hires"][0]));
    let evening = house.wish(1, "2026-12-25", &["NT"]);
    let own = page.post(&preview, &evening).await.ok();
    assert_eq!((&own["amount_before"], &own["amount_after"]), (&json!(6_000), &json!(6_000)), "registered no more");
    assert_eq!(house.app.server().post(&preview, &evening).await.ok()["amount_after"], 12_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_counts_as_somebody_else_by_now_changes_into_the_same_at_that_price_and_once() {
    let house = House::open("automatic").await;
    house.by(&dearer_for_choirs()).await;
    let page = patron(&house).await;
    registered(&house, &page, "2026-12-01").await;
    let same = house.wish(1, "2026-12-25", &["AM"]);
    let mine = confirmed(&house, &page, std::slice::from_ref(&same)).await;
    let path = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    page.post(&path, &same).await.refused(422, "venue.application.no_change");
    house.app.clock.advance(Duration::days(11));
    let page = sign_in(&house.app, &house.app.page()).await;
    house.app.server().post(&path, &same).await.refused(422, "venue.application.no_change");
    let told = page.post(&path, &same).await.ok();
    assert_eq!((&told["amount_before"], &told["amount_after"]), (&json!(6_000), &json!(3_000)), "registered no more");
    page.post(&path, &same).await.refused(422, "venue.application.no_change");
}

#[tokio::test(flavor = "multi_thread")]
async fn hires_that_stay_cost_what_they_did_whoever_the_patron_is_today_until_all_of_them_change() {
    let house = House::open("automatic").await;
    house.by(&dearer_for_choirs()).await;
    let page = patron(&house).await;
    let days = ["2026-12-23", "2026-12-24", "2026-12-25"];
    let mine = confirmed(&house, &page, &days.map(|day| house.wish(1, day, &["AM"]))).await;
    registered(&house, &page, "2027-04-01").await;
    let mut piano = house.wish(1, days[0], &["AM"]);
    piano["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let one = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    let told = page.post(&one, &piano).await.ok();
    assert_eq!((&told["due_amount"], &told["amount_after"]), (&json!(5_000), &json!(14_000)), "the piano alone");

    house.applied(&[house.wish(1, days[0], &["PM"])]).await;
    let refused = page.post(&format!("{one}/preview"), &house.wish(1, days[0], &["PM"])).await;
    let refused = refused.refused(409, "venue.room.taken");
    assert_eq!(refused["alternatives"][0]["total_amount"], 11_000, "B at that time, and the others as they were");

    let change = |at: usize| json!({ "hire": mine["hires"][at]["id"], "use": house.wish(1, days[at], &["NT"]) });
    let all = format!("/v1/venue/applications/{}/change/preview", id(&mine));
    for (changes, after) in [(vec![change(1), change(2)], 20_000), (vec![change(0), change(1), change(2)], 36_000)] {
        let told = page.post(&all, &json!({ "changes": changes })).await.ok();
        assert_eq!(told["amount_after"], after);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_change_hears_of_ways_that_nobody_decides_about_at_the_price_of_who_they_are_today() {
    let house = House::open("automatic").await;
    let salon = annexe(&house, "SALON", &json!({ "approval": "staff" })).await;
    let mut document = dearer_for_choirs();
    let rows = document["components"][0]["rule"]["rows"].as_array_mut().unwrap();
    rows.push(json!({ "space": "SALON", "span": "PM", "yen": 1_000 }));
    house.by(&document).await;
    let page = patron(&house).await;
    registered(&house, &page, "2026-12-01").await;
    let mine = confirmed(&house, &page, &[house.wish(1, "2026-12-25", &["AM"])]).await;
    house.app.clock.advance(Duration::days(11));
    let page = sign_in(&house.app, &house.app.page()).await;
    house.applied(&[house.wish(1, "2026-12-25", &["PM"]), house.wish(2, "2026-12-25", &["PM"])]).await;

    let preview = format!("/v1/venue/hires/{}/change/preview", id(&mine["hires"][0]));
    let wanted = [house.wish(1, "2026-12-25", &["PM"])];
    let told = async |client: &Client| {
        let refused = client.post(&preview, &wanted[0]).await.refused(409, "venue.room.taken");
        refused["alternatives"].as_array().unwrap().clone()
    };
    let ways = told(&page).await;
    assert_eq!(ways.len(), 5);
    for way in &ways {
        assert!(way["room"] == *house.rooms[1] && way["approval"] == "automatic", "{way}");
        let seen = page.post(&preview, &otherwise(&wanted, &[way])[0]).await.ok();
        assert_eq!(seen["amount_after"], way["total_amount"], "{way}");
    }
    let of_the_house = &told(&house.app.server()).await[0];
    let said = (&of_the_house["room"], &of_the_house["approval"], &of_the_house["total_amount"]);
    assert_eq!(said, (&json!(salon), &json!("staff"), &json!(2_000)), "it decides as it changes it, for a choir");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_neither_changes_nor_mends_and_the_house_does_it_for_them() {
    let house = House::open("staff").await;
    let patron = patron(&house).await;
    let standing = registered(&house, &patron, "2027-04-01").await;
    let mine = applied(&house, &patron, &[house.wish(1, "2026-12-11", &["AM"])]).await;
    let suspend = json!({ "until": "2026-12-31T00:00:00+09:00", "reason": "無断キャンセル" });
    house.app.server().post(&format!("/v1/standings/{standing}/suspend"), &suspend).await.ok();
    let (hire, wanted) = (mine["hires"][0]["id"].clone(), house.wish(1, "2026-12-12", &["AM"]));
    let one = format!("/v1/venue/hires/{}/change", hire.as_str().unwrap());
    let all = format!("/v1/venue/applications/{}/change", id(&mine));
    let changes = json!({ "changes": [{ "hire": hire, "use": wanted }] });
    for (path, body) in [(&one, &wanted), (&all, &changes)] {
        for path in [path.clone(), format!("{path}/preview")] {
            let refused = patron.post(&path, body).await.refused(409, "patron.standing.suspended");
            assert_eq!(refused["until"], suspend["until"], "{path}");
        }
    }
    let (path, title) = (format!("/v1/venue/applications/{}", id(&mine)), json!({ "title": "会" }));
    let mended = patron.patch(&path, &title).await;
    mended.refused(409, "patron.standing.suspended");
    assert_eq!(house.seen(&mine).await, mine, "nothing changed");
    house.app.server().post(&one, &wanted).await.ok();
    house.app.server().patch(&path, &title).await.ok();
    patron.post(&format!("{path}/cancel"), &json!({})).await.ok();
}
