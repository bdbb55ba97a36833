//! From the ordinance's table to the permit, over HTTP: quote, hold, application, decision, payment, use, settlement.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Answer, TestApp};
use time::Duration;

pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value} has an id")).to_owned()
}

/// As a stranger computes it from an answer, in hexadecimal. A [`Value`] is written with its members sorted, and without spaces.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub async fn make(app: &TestApp, noun: &str, body: &Value) -> Value {
    app.server().post(&format!("/v1/venue/{noun}"), body).await.created()
}

/// The table of a small hall: two halves, weekends dearer, a piano, overtime, reductions, a schedule of cancellation.
pub fn table() -> Value {
    let row = |space: &str, span: &str, yen: i64| json!({ "space": space, "span": span, "yen": yen });
    let component = |code: &str, rule: Value| json!({ "code": code, "label": { "ja": code }, "rule": rule });
    let mut weekend = component("WEEKEND", json!({ "kind": "rate", "num": 3, "den": 10, "of": ["BASE"] }));
    weekend["when"] = json!({ "fact": "day_class", "in": ["saturday", "sunday", "holiday"] });
    json!({
        "name": "使用料", "legal_reference": "会館条例別表第1", "applies_by": "use_date", "effective_from": "2026-04-01",
        "effective_until": "2027-04-01", "engine": 1,
        "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
        "components": [
            component("BASE", json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"],
                "rows": [row("HALL", "AM", 6_000), row("HALL", "PM", 10_000), row("HALL", "NT", 12_000), row("HALL", "PM+NT", 20_000),
                         row("A", "AM", 3_000), row("A", "PM", 5_000), row("A", "NT", 6_000), row("B", "AM", 3_000), row("B", "PM", 5_000),
                         row("B", "NT", 6_000)] })),
            weekend,
            component("ITEMS", json!({ "kind": "equipment", "prices": [{ "item": "PIANO", "per": "use", "yen": 5_000 }] })),
            component("OVER", json!({ "kind": "extension", "per_minutes": 60, "price": { "yen": 2_500 } })),
            component("GENMEN", json!({ "kind": "reduction", "of": ["BASE", "WEEKEND"], "equipment": ["ITEMS"], "stack": "max" })),
            component("TOTAL", json!({ "kind": "round", "scope": "hire", "mode": "down", "unit": 10 })),
        ],
        "cancel": { "legal_reference": "会館条例第8条", "mode": "up", "unit": 100, "steps": [
            { "until": { "days_before": 30 }, "fee": { "percent": 0 } },
            { "until": { "days_before": 10 }, "fee": { "percent": 50 } },
            { "fee": { "percent": 100 } } ] },
    })
}

/// A hall in halves with its table, one piano, closed on Mondays.
pub struct House {
    pub app: TestApp,
    pub facility: String,
    /// The hall, A, B.
    pub rooms: [String; 3],
    pub piano: String,
    pub patron: String,
}

impl House {
    pub async fn open(approval: &str) -> Self {
        Self::of(TestApp::new().await, approval).await
    }

    /// As [`House::open`], of an application.
    pub async fn of(app: TestApp, approval: &str) -> Self {
        let from = "2026-04-01";
        let facility =
            id(&make(&app, "facilities", &json!({ "code": "F", "name": "会館", "effective_from": from })).await);
        let mut rooms = Vec::new();
        for (code, parts) in [("HALL", vec!["A", "B"]), ("A", vec!["A"]), ("B", vec!["B"])] {
            let room = json!({ "facility": facility, "code": code, "name": code, "parts": parts, "time_unit": "slots",
                               "approval": approval, "visibility": "bookable", "capacity": 100, "effective_from": from });
            let made = id(&make(&app, "rooms", &room).await);
            let slot = |code: &str, starts: &str, ends: &str| json!({ "code": code, "name": code, "starts": starts, "ends": ends });
            let slots = [slot("AM", "09:00", "12:00"), slot("PM", "13:00", "17:00"), slot("NT", "18:00", "22:00")];
            let set = json!({ "room": made, "name": "通常", "gap_policy": "free_if_both", "effective_from": from, "slots": slots });
            make(&app, "slot-sets", &set).await;
            rooms.push(made);
        }
        let piano = json!({ "facility": facility, "code": "PIANO", "name": "ピアノ", "unit": "台", "capacity": 1, "effective_from": from });
        let piano = id(&make(&app, "equipment", &piano).await);
        let monday = json!({ "facility": facility, "name": "月曜休館", "ordinal": 10, "hours": [],
                             "days": { "weekdays": ["monday"], "moved_by_holiday": true }, "effective_from": from });
        make(&app, "calendar-layers", &monday).await;
        let tariff = make(&app, "tariffs", &json!({ "facility": facility, "document": table() })).await;
        assert_eq!(tariff["findings"].as_array().unwrap().iter().filter(|one| one["severity"] == "error").count(), 0);
        app.server().post(&format!("/v1/venue/tariffs/{}/publish", id(&tariff)), &json!({})).await.ok();
        let patron = json!({ "name": "会館合唱団", "email": "choir@example.jp" });
        let patron = id(&app.server().post("/v1/patrons", &patron).await.created());
        Self { app, facility, rooms: rooms.try_into().unwrap(), piano, patron }
    }

    /// A room of its own part beside the hall, by the half hour unless `more` says otherwise.
    pub async fn annexe(&self, code: &str, more: &Value) -> String {
        let mut room = json!({ "facility": self.facility, "code": code, "name": code, "parts": [code], "time_unit": "grid", "grid_minutes": 30,
                               "approval": "staff", "visibility": "bookable", "effective_from": "2026-04-01" });
        for (name, value) in more.as_object().unwrap() {
            room[name] = value.clone();
        }
        if room["grid_minutes"].is_null() {
            room.as_object_mut().unwrap().remove("grid_minutes");
        }
        id(&make(&self.app, "rooms", &room).await)
    }

    pub fn wish(&self, room: usize, date: &str, slots: &[&str]) -> Value {
        json!({ "room": self.rooms[room], "date": date, "slots": slots })
    }

    pub async fn asked(&self, uses: &[Value]) -> Answer {
        let ask = json!({ "facility": self.facility, "patron": self.patron, "uses": uses });
        self.app.server().post("/v1/venue/quotes", &ask).await
    }

    pub async fn quoted(&self, uses: &[Value]) -> Value {
        self.asked(uses).await.created()
    }

    pub async fn try_hold(&self, quote: &Value) -> Answer {
        self.app.server().post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await
    }

    pub async fn applied(&self, uses: &[Value]) -> Value {
        let hold = self.try_hold(&self.quoted(uses).await).await.created();
        self.app
            .server()
            .post("/v1/venue/applications", &json!({ "hold": hold["id"], "title": "演奏会" }))
            .await
            .created()
    }

    pub async fn act(&self, application: &Value, verb: &str, body: &Value) -> Answer {
        self.app.server().post(&format!("/v1/venue/applications/{}/{verb}", id(application)), body).await
    }

    pub async fn seen(&self, application: &Value) -> Value {
        self.app.server().get(&format!("/v1/venue/applications/{}", id(application))).await.ok()
    }

    pub async fn pay(&self, bill: &Value) -> Answer {
        let path = format!("/v1/bills/{}/counter-payments", bill.as_str().unwrap());
        self.app.server().post(&path, &json!({ "method": "cash" })).await
    }

    /// Applied for, granted and paid.
    pub async fn confirmed(&self, uses: &[Value]) -> Value {
        let application = self.applied(uses).await;
        let bill = self.act(&application, "approve", &json!({})).await.ok()["bill"].clone();
        self.pay(&bill).await.created();
        let seen = self.seen(&application).await;
        assert_eq!(seen["state"], "confirmed");
        seen
    }

    /// From now on another room has a price too: a thousand yen for each slot, or for a use without any, by a version that takes the
    /// place of the one before.
    pub async fn priced(&self, code: &str) {
        let mut document = table();
        let rows = document["components"][0]["rule"]["rows"].as_array_mut().unwrap();
        rows.extend(["AM", "PM", "NT", ""].map(|slot| json!({ "space": code, "span": slot, "yen": 1_000 })));
        self.by(&document).await;
    }

    /// From now on prices are by this table, in place of the version before.
    pub async fn by(&self, document: &Value) {
        let draft = make(&self.app, "tariffs", &json!({ "facility": self.facility, "document": document })).await;
        let version = id(&draft).parse::<kernel::ids::TariffVersionId>().unwrap().uuid();
        let swap = format!(
            "UPDATE venue.tariff_versions SET published_at = NULL WHERE published_at IS NOT NULL; \
             UPDATE venue.tariff_versions SET published_at = created_at WHERE id = '{version}'"
        );
        self.app.test.execute(&swap).await;
    }

    pub async fn permits(&self, application: &Value) -> Vec<Value> {
        let path = format!("/v1/venue/applications/{}/permits", id(application));
        self.app.server().get(&path).await.ok()["permits"].as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_hires_a_hall_adds_a_piano_stays_an_hour_longer_and_pays_for_exactly_that() {
    let house = House::open("staff").await;
    // a Saturday: 20,000 for afternoon and evening together, 3割増
    let quote = house.quoted(&[house.wish(0, "2026-12-12", &["NT", "PM"])]).await;
    assert_eq!((&quote["total_amount"], &quote["tax"]), (&json!(26_000), &json!(2_363)));
    assert_eq!(quote["lines"][0]["legal_reference"], "会館条例別表第1");
    let path = format!("/v1/venue/quotes/{}/proof", id(&quote));
    assert_eq!(house.app.server().get(&path).await.ok()["same"], true);

    let hold = house.try_hold(&quote).await.created();
    let ask = json!({ "hold": hold["id"], "title": "定期演奏会", "public_title": "演奏会" });
    let application = house.app.server().post("/v1/venue/applications", &ask).await.created();
    assert_eq!(application["state"], "requested");
    let approved = house.act(&application, "approve", &json!({ "conditions": "火気厳禁" })).await.ok();
    assert_eq!(approved["state"], "awaiting_payment");
    assert!(house.permits(&application).await.is_empty(), "no permit before the money");
    house.pay(&approved["bill"]).await.created();
    let permits = house.permits(&application).await;
    assert_eq!((&permits[0]["number"], &permits[0]["revision"]), (&json!("2026-000001"), &json!(1)));
    assert_eq!(permits[0]["content"]["conditions"], "火気厳禁");
    assert_eq!(permits[0]["content_hash"], sha256(&permits[0]["content"].to_string()));

    let hire = id(&application["hires"][0]);
    let mut with_piano = house.wish(0, "2026-12-12", &["PM", "NT"]);
    with_piano["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let server = house.app.server();
    let preview = server.post(&format!("/v1/venue/hires/{hire}/change/preview"), &with_piano).await.ok();
    assert_eq!((&preview["due_amount"], &preview["refund_amount"]), (&json!(5_000), &json!(0)));
    assert_eq!(house.permits(&application).await.len(), 1, "a preview changes nothing");
    let change = server.post(&format!("/v1/venue/hires/{hire}/change"), &with_piano).await.ok();
    house.pay(&change["bill"]).await.created();
    let permits = house.permits(&application).await;
    let told: Vec<_> =
        permits.iter().map(|one| (one["number"].as_str().unwrap(), one["revision"].as_i64().unwrap())).collect();
    assert_eq!(told, [("2026-000001", 2), ("2026-000001", 1)]);
    let check = async |permit: &Value| {
        let typed = permit["code"].as_str().unwrap().to_lowercase().replace('-', "");
        house.app.page().get(&format!("/v1/venue/permit-checks/{typed}")).await.ok()["validity"].clone()
    };
    assert_eq!((check(&permits[0]).await, check(&permits[1]).await), (json!("valid"), json!("superseded")));

    let code = permits[0]["code"].as_str().unwrap();
    house.app.neighbour().get(&format!("/v1/venue/permit-checks/{code}")).await.refused(404, "absent");

    let reports = |report: &str| format!("/v1/venue/facilities/{}/{report}", house.facility);
    let board = house.app.page().get(&reports("day-list?date=2026-12-12")).await.ok();
    assert_eq!(board["events"][0]["public_title"], "演奏会");
    assert!(!board.to_string().contains("定期"), "the board says what is public");
    let ledger = server.get(&reports("ledger?from=2026-12-12&days=1")).await.ok();
    assert_eq!(
        (&ledger["hires"][0]["state"], &ledger["hires"][0]["slots"]),
        (&json!("confirmed"), &json!(["PM", "NT"]))
    );
    let csv = server.get(&reports("ledger/export?from=2026-12-12&days=1")).await;
    assert!(
        csv.text.starts_with("\u{feff}種別,利用日,室場") && csv.text.contains("2026-12-12,HALL,PM+NT,"),
        "{}",
        csv.text
    );
    let used = server.get(&reports("utilisation?from=2026-12-12&days=3")).await.ok();
    let hall = &used["rooms"].as_array().unwrap().iter().find(|room| room["code"] == "HALL").unwrap();
    let counts = ["days_open", "days_used", "blocks_open", "blocks_used", "minutes_used"]
        .map(|name| hall[name].as_i64().unwrap());
    assert_eq!(counts, [2, 1, 6, 2, 540], "Saturday and Sunday; Monday is closed");

    let record = json!({ "ends_at": "2026-12-12T22:40:00+09:00", "heads": 180 });
    let early = server.post(&format!("/v1/venue/hires/{hire}/use"), &record).await;
    early.refused(409, "venue.hire.not_yet");
    house.act(&application, "settle", &json!({})).await.refused(409, "venue.application.unused");
    house.app.clock.advance(Duration::days(22));
    server.post(&format!("/v1/venue/hires/{hire}/use"), &record).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(
        (&settled["amount_before"], &settled["amount_after"], &settled["due_amount"]),
        (&json!(31_000), &json!(33_500), &json!(2_500)),
        "40 minutes are one begun hour"
    );
    house.pay(&settled["bill"]).await.created();
    assert_eq!(house.seen(&application).await["state"], "settled");
    house.act(&application, "settle", &json!({})).await.refused(409, "venue.application.state");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_gets_back_what_the_schedule_says_and_the_house_gives_back_everything() {
    let house = House::open("staff").await;
    let application =
        house.confirmed(&[house.wish(0, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["NT"])]).await;
    let preview = house.act(&application, "cancel/preview", &json!({})).await.ok();
    let told: Vec<_> =
        preview["hires"].as_array().unwrap().iter().map(|one| (one["charge"].as_i64(), one["fee"].as_i64())).collect();
    assert_eq!(
        told,
        [(Some(6_000), Some(3_000)), (Some(6_000), Some(0))],
        "20 days before: half; 34 days before: nothing"
    );
    assert_eq!(preview["legal_reference"], "会館条例第8条");
    let cancelled = house.act(&application, "cancel", &json!({})).await.ok();
    assert_eq!((&cancelled["fee"], &cancelled["refund_amount"]), (&json!(3_000), &json!(9_000)));
    let bill = house.app.server().get(&format!("/v1/bills/{}", application["bill"].as_str().unwrap())).await.ok();
    assert_eq!((&bill["paid"], &bill["refunded"]), (&json!(12_000), &json!(9_000)));
    assert!(house.permits(&application).await[0]["revoked_at"].is_string());
    house.act(&application, "cancel", &json!({})).await.refused(409, "venue.application.state");

    let again = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    assert_eq!(house.permits(&again).await[0]["number"], "2026-000002");
    let revoked = house.act(&again, "revoke", &json!({ "reason": "避難所として使用" })).await.ok();
    assert_eq!((&revoked["fee"], &revoked["refund_amount"]), (&json!(0), &json!(6_000)));
    assert_eq!(house.seen(&again).await["state"], "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_paid_in_time_is_free_for_others_and_late_money_gets_the_room_only_if_nobody_has_it() {
    let house = House::open("automatic").await;
    let server = house.app.server();
    let (first, second) = (
        house.applied(&[house.wish(1, "2026-12-18", &["AM"])]).await,
        house.applied(&[house.wish(1, "2026-12-19", &["AM"])]).await,
    );
    assert_eq!(first["state"], "awaiting_payment", "nobody needs to decide");
    house.app.clock.advance(Duration::days(15));
    for one in [&first, &second] {
        assert_eq!(house.seen(one).await["state"], "lapsed");
    }
    // somebody else takes the first of them
    house.applied(&[house.wish(0, "2026-12-18", &["AM"])]).await;
    let bill = format!("/v1/bills/{}", first["bill"].as_str().unwrap());
    let part = json!({ "method": "cash", "amount": 1 });
    let refused = server.post(&format!("{bill}/counter-payments"), &part).await.refused(409, "billing.bill.overdue");
    assert_eq!(refused["due_at"], "2026-12-05T10:00:00+09:00", "a part is too little by now");
    house.pay(&first["bill"]).await.refused(409, "billing.bill.undeliverable");
    assert_eq!(house.seen(&first).await["state"], "lapsed");
    assert_eq!(server.get(&bill).await.ok()["payments"], json!([]), "the counter takes no money for what is gone");
    assert_eq!(house.pay(&second["bill"]).await.created()["state"], "captured");
    assert_eq!(house.seen(&second).await["state"], "confirmed", "and takes it for what is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_goes_its_way_and_no_other() {
    let house = House::open("staff").await;
    let application = house.applied(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    let returned = house.act(&application, "return", &json!({ "reason": "人数を記入" })).await.ok();
    assert_eq!((&returned["state"], &returned["reason"]), (&json!("returned"), &json!("人数を記入")));
    house.act(&application, "approve", &json!({})).await.refused(409, "venue.application.state");
    let path = format!("/v1/venue/applications/{}", id(&application));
    let mended = json!({ "title": "演奏会 120名" });
    let again = house.app.server().patch(&path, &mended).await;
    assert_eq!(again.ok()["state"], "requested");
    let all =
        json!({ "code": "KODOMO", "legal_reference": "減免規則第3条", "room_percent": 100, "equipment_percent": 0 });
    let granted = house.act(&application, "approve", &json!({ "reductions": [all] })).await.ok();
    assert_eq!(granted["state"], "confirmed", "nothing to pay");
    assert_eq!(house.permits(&application).await[0]["content"]["total"], 0);
    let refused = house.applied(&[house.wish(2, "2026-12-11", &["PM"])]).await;
    house.act(&refused, "refuse", &json!({ "reason": "条例第5条" })).await.ok();
    let hold = house.try_hold(&house.quoted(&[house.wish(2, "2026-12-11", &["PM"])]).await).await;
    hold.created();
}
