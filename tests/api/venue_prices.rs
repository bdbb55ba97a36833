//! A price that depends on who somebody is: by class, by where they live, and that it does not travel to somebody else; and on how it
//! is rounded.

use serde_json::{Value, json};
use tests::{Answer, TestApp};

use crate::venue_hire::{House, id, make, sha256, table};

const FROM: &str = "2026-04-01";

/// A room at 1,000 yen a day for who lives here, twice as much for others, half of it for clubs; a group pays 100 yen more.
struct Room {
    app: TestApp,
    facility: String,
    room: String,
}

impl Room {
    async fn open() -> Self {
        let app = House::open("staff").await.app;
        let facility =
            id(&make(&app, "facilities", &json!({ "code": "G", "name": "別館", "effective_from": FROM })).await);
        let room = json!({ "facility": facility, "code": "R", "name": "集会室", "parts": ["R"], "time_unit": "day", "approval": "staff",
                           "visibility": "bookable", "effective_from": FROM });
        let room = id(&make(&app, "rooms", &room).await);
        let component = |code: &str, when: Value, rule: Value| {
            let mut one = json!({ "code": code, "label": { "ja": code }, "rule": rule });
            if !when.is_null() {
                one["when"] = when;
            }
            one
        };
        let rows =
            json!([{ "yen": 1_000 }, { "user_class": "CLUB", "yen": 500 }, { "user_class": "OUTSIDE", "yen": 1_000 }]);
        let document = json!({ "name": "使用料", "legal_reference": "別表", "applies_by": "use_date", "effective_from": FROM, "engine": 1,
            "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
            "components": [
                component("BASE", Value::Null, json!({ "kind": "table", "key": ["user_class"], "rows": rows })),
                component("OUTSIDER", json!({ "fact": "resident", "eq": false }), json!({ "kind": "factor", "num": 2, "den": 1, "of": "running" })),
                component("GROUP", json!({ "fact": "organiser_kind", "eq": "group" }), json!({ "kind": "rate", "num": 1, "den": 10, "of": ["BASE"] })),
                component("TOTAL", Value::Null, json!({ "kind": "round", "scope": "hire", "mode": "down", "unit": 10 })),
            ] });
        let version = make(&app, "tariffs", &json!({ "facility": facility, "document": document })).await;
        app.server().post(&format!("/v1/venue/tariffs/{}/publish", id(&version)), &json!({})).await.ok();
        Self { app, facility, room }
    }

    async fn patron(&self, name: &str) -> String {
        let made = self
            .app
            .server()
            .post("/v1/patrons", &json!({ "name": name, "email": format!("{name}@example.jp") }))
            .await;
        id(&made.created())
    }

    /// Registered as a class, which is made for it.
    async fn registered(&self, patron: &str, code: &str, resident: Value) {
        let server = self.app.server();
        let mut class = json!({ "code": code, "name": code, "effective_from": FROM });
        if !resident.is_null() {
            class["resident"] = resident;
        }
        let class = id(&server.post("/v1/user-classes", &class).await.created());
        let standing = server.post("/v1/standings", &json!({ "patron": patron, "user_class": class })).await.created();
        let path = format!("/v1/standings/{}/approve", id(&standing));
        server.post(&path, &json!({ "valid_from": "2026-11-21" })).await.ok();
    }

    /// The staff has seen a paper of where the patron lives.
    async fn lives(&self, patron: &str, residence: &str) {
        let server = self.app.server();
        // who represents a group is a person of the register
        let group = json!({ "group": { "name": format!("{patron}の会") }, "representative": patron });
        server.post("/v1/groups", &group).await.created();
        let persons = server.get(&format!("/v1/persons?patron={patron}")).await.ok();
        let person = id(&persons["data"][0]);
        let fact = json!({ "kind": "residence", "text": residence, "verified": true });
        server.post(&format!("/v1/persons/{person}/facts"), &fact).await.created();
    }

    async fn asked(&self, patron: Option<&str>, more: Value) -> Answer {
        let mut ask = json!({ "facility": self.facility, "uses": [{ "room": self.room, "date": "2026-12-15" }] });
        if let Some(patron) = patron {
            ask["patron"] = json!(patron);
        }
        for (name, value) in more.as_object().unwrap() {
            ask[name] = value.clone();
        }
        self.app.server().post("/v1/venue/quotes", &ask).await
    }

    async fn yen(&self, patron: Option<&str>) -> i64 {
        self.asked(patron, json!({})).await.created()["total_amount"].as_i64().unwrap()
    }

    async fn held(&self, quote: &Value) -> Answer {
        self.app.server().post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await
    }

    async fn applied(&self, hold: &Value, patron: Option<&str>) -> Answer {
        let mut ask = json!({ "hold": hold["id"], "title": "総会" });
        if let Some(patron) = patron {
            ask["patron"] = json!(patron);
        }
        self.app.server().post("/v1/venue/applications", &ask).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_pays_by_class_and_by_where_they_live_as_the_house_knows_it() {
    let room = Room::open().await;
    let (club, outside, citizen, stranger) = (
        room.patron("club").await,
        room.patron("outside").await,
        room.patron("citizen").await,
        room.patron("stranger").await,
    );
    room.registered(&club, "CLUB", json!(true)).await;
    room.registered(&outside, "OUTSIDE", json!(false)).await;
    room.lives(&citizen, "city").await;
    room.lives(&stranger, "outside").await;
    room.lives(&outside, "city").await;
    let mut yen = Vec::new();
    for patron in [None, Some(&club), Some(&outside), Some(&citizen), Some(&stranger)] {
        yen.push(room.yen(patron.map(String::as_str)).await);
    }
    assert_eq!(yen, [2_000, 500, 2_000, 1_000, 2_000], "the class says first, then the papers");
    let leader = json!({ "group": { "name": "合唱団" }, "representative": citizen });
    let group = id(&room.app.server().post("/v1/groups", &leader).await.created());
    assert_eq!(room.yen(Some(&group)).await, 2_100, "a group has no papers of its own");
    let quote = room.asked(Some(&citizen), json!({})).await.created();
    assert_eq!((&quote["inputs"]["resident"], &quote["inputs"]["organiser_kind"]), (&json!(true), &json!("person")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_for_one_is_neither_held_nor_applied_with_for_another() {
    let room = Room::open().await;
    let (club, other) = (room.patron("club").await, room.patron("other").await);
    room.registered(&club, "CLUB", json!(true)).await;
    let hold = room.held(&room.asked(Some(&club), json!({})).await.created()).await.created();
    room.applied(&hold, Some(&other)).await.refused(409, "venue.quote.patron");
    let application = room.applied(&hold, None).await.created();
    assert_eq!(application["patron"], json!(club));

    // an estimate for a class is nobody's, and is not held
    let estimate = room.asked(None, json!({ "user_class": "CLUB" })).await.created();
    room.held(&estimate).await.refused(409, "venue.quote.patron");
    let estimate = room.asked(None, json!({ "resident": true })).await.created();
    room.held(&estimate).await.refused(409, "venue.quote.patron");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_quoted_for_nobody_is_for_who_pays_the_same_by_who_they_are() {
    let room = Room::open().await;
    let (club, stranger) = (room.patron("club").await, room.patron("stranger").await);
    room.registered(&club, "CLUB", json!(true)).await;
    let hold = room.held(&room.asked(None, json!({})).await.created()).await.created();
    room.applied(&hold, None).await.refused(422, "venue.application.nobody");
    room.applied(&hold, Some(&club)).await.refused(409, "venue.quote.patron");
    room.applied(&hold, Some(&stranger)).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_quote_that_was_touched_is_told_apart() {
    let house = House::open("staff").await;
    let wishes = [house.wish(0, "2026-12-12", &["PM"]), house.wish(1, "2026-12-12", &["NT"])];
    for column in [
        "tax = jsonb_set(tax, '{tax}', '1')",
        "total = total + 10",
        "lines = lines - 0",
        "inputs_hash = repeat('0', 64)",
        "ask = ask || ' '",
    ] {
        let quote = house.quoted(&wishes[..1]).await;
        let path = format!("/v1/venue/quotes/{}/proof", id(&quote));
        assert_eq!(house.app.server().get(&path).await.ok()["same"], true);
        house.app.test.execute(&format!("UPDATE venue.hire_quotes SET {column} WHERE created_at = (SELECT max(created_at) FROM venue.hire_quotes)")).await;
        let proof = house.app.server().get(&path).await.ok();
        assert_eq!(proof["same"], false, "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_a_quote_finds_that_its_inputs_have_the_hash_that_is_told() {
    let house = House::open("staff").await;
    let quote = house.quoted(&[house.wish(0, "2026-12-12", &["PM"]), house.wish(1, "2026-12-13", &["AM"])]).await;
    let path = format!("/v1/venue/quotes/{}", id(&quote));
    let read = house.app.server().get(&path).await.ok();
    for told in [&quote, &read] {
        assert_eq!(told["inputs_hash"], sha256(&told["inputs"].to_string()));
    }
    let proof = house.app.server().get(&format!("{path}/proof")).await.ok();
    assert_eq!((&proof["same"], &proof["inputs_hash"]), (&json!(true), &quote["inputs_hash"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_whose_text_was_kept_in_the_order_of_its_fields_tells_the_hash_of_that_and_is_proven() {
    let house = House::open("staff").await;
    let quote = house.quoted(&[house.wish(0, "2026-12-12", &["PM"])]).await;
    let asked: tariff::hire::HireAsk = serde_json::from_value(quote["inputs"].clone()).unwrap();
    let kept = serde_json::to_string(&asked).unwrap();
    let hash = sha256(&kept);
    assert_ne!(quote["inputs_hash"], hash);
    house.app.test.execute(&format!("UPDATE venue.hire_quotes SET ask = '{kept}', inputs_hash = '{hash}'")).await;
    let path = format!("/v1/venue/quotes/{}", id(&quote));
    let read = house.app.server().get(&path).await.ok();
    assert_eq!((&read["inputs"], &read["inputs_hash"]), (&quote["inputs"], &json!(hash)));
    let proof = house.app.server().get(&format!("{path}/proof")).await.ok();
    assert_eq!((&proof["same"], &proof["inputs_hash"]), (&json!(true), &json!(hash)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_only_an_addition_is_for_has_no_price_and_its_tariff_is_not_published() {
    let house = House::open("staff").await;
    let mut document = table();
    document["components"][0]["when"] = json!({ "fact": "day_class", "eq": "weekday" });
    let rule = json!({ "kind": "table", "addition": true, "key": [], "rows": [{ "yen": 1_000 }] });
    let cleaning = json!({ "code": "CLEANING", "label": { "ja": "清掃" }, "rule": rule });
    document["components"].as_array_mut().unwrap().insert(1, cleaning);
    let draft = make(&house.app, "tariffs", &json!({ "facility": house.facility, "document": document })).await;
    let errors = draft["findings"].as_array().unwrap().iter().filter(|one| one["severity"] == "error");
    assert!(errors.clone().count() > 0 && errors.clone().all(|one| one["code"] == "unpriced_room"), "{draft}");
    let publish = format!("/v1/venue/tariffs/{}/publish", id(&draft));
    house.app.server().post(&publish, &json!({})).await.refused(409, "venue.tariff.faulty");
    house.by(&document).await;
    assert_eq!(house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await["total_amount"], 7_000);
    let sunday = house.asked(&[house.wish(0, "2026-12-13", &["AM"])]).await.refused(409, "venue.tariff.gap");
    assert_eq!((&sunday["unpriced"], &sunday["item"]), (&json!("room"), &json!("HALL")));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_of_rounding_has_its_own_yen_for_slots_and_days_alike() {
    let house = House::open("staff").await;
    let gallery = house.annexe("GALLERY", &json!({ "time_unit": "day", "grid_minutes": null })).await;
    let day = |date: &str| json!({ "room": gallery, "date": date });
    let uses = [
        house.wish(1, "2026-12-15", &["AM", "PM"]),
        house.wish(1, "2026-12-15", &["NT"]),
        day("2026-12-15"),
        day("2026-12-16"),
    ];
    let row = |space: &str, span: &str, yen: i64| json!({ "space": space, "span": span, "yen": yen });
    for (scope, yen) in [("slot", 5_000), ("hire", 5_010), ("room_day", 5_020), ("application", 5_030)] {
        let mut document = table();
        document["components"][0]["rule"]["rows"] =
            json!([row("A", "AM", 1_007), row("A", "PM", 1_007), row("A", "NT", 1_006), row("GALLERY", "", 1_009)]);
        document["components"][5]["rule"]["scope"] = json!(scope);
        house.by(&document).await;
        assert_eq!(house.quoted(&uses).await["total_amount"], yen, "{scope}");
        let mut alone = 0;
        for one in &uses {
            alone += house.quoted(std::slice::from_ref(one)).await["total_amount"].as_i64().unwrap();
        }
        let apart = if scope == "slot" { 5_000 } else { 5_010 };
        assert_eq!(alone, apart, "{scope}: each by itself is a hire, a room's day and an application");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_in_a_row_are_paid_each_and_by_themselves_where_they_differ_in_price() {
    let house = House::open("staff").await;
    let gallery = house.annexe("GALLERY", &json!({})).await;
    let late = json!({ "facility": house.facility, "room": gallery, "name": "夜間", "ordinal": 20, "effective_from": "2026-04-01",
                          "days": { "dates": [{ "from": "2026-12-11", "until": "2026-12-12" }] }, "hours": [{ "opens": "09:00", "closes": "26:00" }] });
    make(&house.app, "calendar-layers", &late).await;
    let mut document = table();
    let row = json!({ "space": "GALLERY", "yen": 1_000 });
    let by_day = json!({ "kind": "table", "key": ["space"], "per": "day", "rows": [row] });
    let of_gallery = json!({ "fact": "space", "eq": "GALLERY" });
    let mut gallery_base = json!({ "code": "DAYS", "label": { "ja": "展示室" }, "rule": by_day });
    gallery_base["when"] = of_gallery.clone();
    document["components"][0]["when"] = json!({ "not": of_gallery });
    document["components"][1]["rule"]["of"] = json!(["BASE", "DAYS"]);
    document["components"].as_array_mut().unwrap().insert(1, gallery_base);
    house.by(&document).await;
    let at = |time: &str| format!("2026-12-{time}:00+09:00");
    let between = |from: &str, until: &str| json!({ "room": gallery, "starts_at": at(from), "ends_at": at(until) });
    assert_eq!(house.quoted(&[between("15T09:00", "17T18:00")]).await["total_amount"], 3_000, "three days");
    assert_eq!(house.quoted(&[between("11T20:00", "12T01:30")]).await["total_amount"], 1_000, "one day of the house");
    let ask = [house.wish(1, "2026-12-15", &["AM"]), between("17T09:00", "19T18:00")];
    let refused = house.asked(&ask).await.refused(422, "venue.quote.days_differ");
    let days = json!([{ "date": "2026-12-17", "day_class": "weekday" }, { "date": "2026-12-18", "day_class": "weekday" },
                      { "date": "2026-12-19", "day_class": "saturday" }]);
    assert_eq!((&refused["use"], &refused["days"]), (&json!(1), &days));
    let apart = [between("17T09:00", "19T00:00"), between("19T00:00", "19T18:00")];
    assert_eq!(house.quoted(&apart).await["total_amount"], 3_300, "and three tenths on the Saturday");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_registered_as_a_class_is_priced_as_it_and_who_is_suspended_applies_for_nothing() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let class = json!({ "code": "CHOIR", "name": "登録団体", "effective_from": "2026-04-01" });
    let class = id(&server.post("/v1/user-classes", &class).await.created());
    let before = house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    assert_eq!(before["inputs"].get("user_class"), None);
    let ask = json!({ "patron": house.patron, "user_class": class });
    let standing = server.post("/v1/standings", &ask).await.created();
    let approve = format!("/v1/standings/{}/approve", id(&standing));
    let period = json!({ "valid_from": "2026-11-21", "valid_until": "2027-04-01" });
    server.post(&approve, &period).await.ok();
    let after = house.quoted(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    assert_eq!(after["inputs"]["user_class"], "CHOIR");
    let hold = house.try_hold(&after).await.created();
    let suspend = json!({ "until": "2026-12-31T00:00:00+09:00", "reason": "無断キャンセル" });
    server.post(&format!("/v1/standings/{}/suspend", id(&standing)), &suspend).await.ok();
    let refused = server.post("/v1/venue/applications", &json!({ "hold": hold["id"], "title": "会" })).await;
    assert!(refused.status == 409 && refused.code().starts_with("patron."), "{}", refused.text);
    assert_eq!(house.asked(&[house.wish(0, "2026-12-12", &["AM"])]).await.status, 409);
}
