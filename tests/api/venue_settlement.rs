//! Settlement by what was really used: equipment, and what the house charges by hand.

use poem::http::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::venue_hire::{House, id, make, sha256, table};

/// A house with three microphones at 500 yen, four heaters at 800, and a lamp without a price.
struct Stock {
    house: House,
    microphone: String,
    heater: String,
    lamp: String,
}

impl Stock {
    async fn new() -> Self {
        let house = House::open("staff").await;
        let item = async |code: &str, name: &str, capacity: i32| {
            let item = json!({ "facility": house.facility, "code": code, "name": name, "unit": "本", "capacity": capacity,
                               "effective_from": "2026-04-01" });
            id(&make(&house.app, "equipment", &item).await)
        };
        let microphone = item("MIC", "マイク", 3).await;
        let (heater, lamp) = (item("HEATER", "ヒーター", 4).await, item("LAMP", "照明", 2).await);
        let mut document = table();
        let prices = document["components"][2]["rule"]["prices"].as_array_mut().unwrap();
        let price = |item: &str, yen: i64| json!({ "item": item, "per": "use", "yen": yen });
        prices.extend([price("MIC", 500), price("HEATER", 800)]);
        house.by(&document).await;
        Self { house, microphone, heater, lamp }
    }

    fn items(&self, microphones: i32, heaters: i32) -> Value {
        let item = |item: &String, quantity: i32| json!({ "equipment": item, "quantity": quantity });
        let all = [(&self.microphone, microphones), (&self.heater, heaters)];
        all.iter().filter(|(_, quantity)| *quantity > 0).map(|(one, quantity)| item(one, *quantity)).collect()
    }

    /// Two microphones and two heaters with the hall in the morning, 8,600 yen, paid; and the morning is over.
    async fn over(&self) -> Value {
        let mut wish = self.house.wish(0, "2026-12-11", &["AM"]);
        wish["equipment"] = self.items(2, 2);
        let application = self.house.confirmed(&[wish]).await;
        assert_eq!(self.quote(&application["quote"]).await["total_amount"], 8_600);
        self.house.app.clock.advance(Duration::days(21));
        application
    }

    async fn record(&self, application: &Value, body: &Value) -> tests::Answer {
        let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
        self.house.app.server().post(&path, body).await
    }

    async fn quote(&self, quote: &Value) -> Value {
        self.house.app.server().get(&format!("/v1/venue/quotes/{}", quote.as_str().unwrap())).await.ok()
    }

    /// The quote recomputes to the yen it told.
    async fn proven(&self, quote: &Value, yen: i64) {
        let path = format!("/v1/venue/quotes/{}/proof", quote.as_str().unwrap());
        let proof = self.house.app.server().get(&path).await.ok();
        assert_eq!((&proof["same"], &proof["computed_amount"]), (&json!(true), &json!(yen)));
        assert_eq!(proof["inputs_hash"], self.quote(quote).await["inputs_hash"]);
    }
}

fn cleaning() -> Value {
    json!({ "label": "清掃費", "amount": 3_300, "reason": "床の汚損", "legal_reference": "会館条例施行規則第12条" })
}

fn amounts(settled: &Value) -> [i64; 4] {
    ["amount_before", "amount_after", "due_amount", "refund_amount"].map(|name| settled[name].as_i64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_microphone_more_one_heater_fewer_and_a_cleaning_are_billed_line_by_line() {
    let of = Stock::new().await;
    let application = of.over().await;
    let record = json!({ "heads": 80, "equipment": of.items(3, 1), "charges": [cleaning()] });
    let used = of.record(&application, &record).await.ok()["hires"][0]["used"].clone();
    assert_eq!(
        used["equipment"],
        json!([
            { "equipment": of.microphone, "name": "マイク", "quantity": 3, "agreed": 2 },
            { "equipment": of.heater, "name": "ヒーター", "quantity": 1, "agreed": 2 },
        ]),
        "more than was agreed happened, and is told"
    );
    assert_eq!(used["charges"], json!([cleaning()]));
    let settled = of.house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [8_600, 11_600, 3_000, 0], "500 more, 800 less, 3,300 for the floor");
    let quote = of.quote(&settled["quote"]).await;
    let line = quote["lines"].as_array().unwrap().iter().find(|line| line["label"] == "清掃費").unwrap();
    let told = ["component", "result", "legal_reference", "why"].map(|name| line[name].as_str().unwrap());
    assert_eq!(told, ["", "3300", "会館条例施行規則第12条", "床の汚損"]);
    assert_eq!(quote["inputs"]["uses"][0]["charges"][0]["reason"], "床の汚損");
    assert!(!quote.to_string().contains("sealed:"), "{quote}");
    assert_eq!(quote["inputs_hash"], sha256(&quote["inputs"].to_string()), "of the words as they are told");
    assert_eq!(quote["uses"][0]["equipment"], of.items(3, 1));
    of.proven(&settled["quote"], 11_600).await;
    of.proven(&application["quote"], 8_600).await;
    let bill = format!("/v1/bills/{}", settled["bill"].as_str().unwrap());
    assert_eq!(of.house.app.server().get(&bill).await.ok()["total"], 3_000);
    of.house.pay(&settled["bill"]).await.created();
    let told = crate::journal::of(&of.house.app).await;
    for event in ["venue.hire.used", "venue.application.settled"] {
        assert_eq!(told.iter().filter(|one| *one == event).count(), 1, "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_record_takes_the_place_of_the_earlier_one_and_what_was_not_used_is_paid_back() {
    let of = Stock::new().await;
    let application = of.over().await;
    let wrong = json!({ "equipment": of.items(3, 2), "charges": [cleaning()] });
    of.record(&application, &wrong).await.ok();
    let used = of.record(&application, &json!({ "equipment": of.items(2, 0) })).await.ok();
    assert_eq!(used["hires"][0]["used"].get("charges"), None);
    let settled = of.house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [8_600, 7_000, 0, 1_600], "both heaters stayed in their room");
    of.proven(&settled["quote"], 7_000).await;
    let bill = format!("/v1/bills/{}", application["bill"].as_str().unwrap());
    assert_eq!(of.house.app.server().get(&bill).await.ok()["refunded"], 1_600);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_recorded_is_as_agreed_and_who_did_not_come_pays_that_and_what_they_are_charged() {
    let of = Stock::new().await;
    let application = of.over().await;
    let used = of.record(&application, &json!({ "heads": 12 })).await.ok();
    assert_eq!(used["hires"][0]["used"].get("equipment"), None, "as agreed");
    let nobody = json!({ "no_show": true, "charges": [cleaning()] });
    let used = of.record(&application, &nobody).await.ok();
    assert_eq!(used["hires"][0]["used"].get("equipment"), None, "nobody used anything");
    let settled = of.house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [8_600, 11_900, 3_300, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_not_come_used_nothing_and_nothing_is_recorded_that_says_so() {
    let of = Stock::new().await;
    let application = of.over().await;
    let before = of.house.seen(&application).await;
    for (name, said, value) in [
        ("starts_at", "times", json!("2026-12-11T09:00:00+09:00")),
        ("ends_at", "times", json!("2026-12-11T12:30:00+09:00")),
        ("heads", "heads", json!(3)),
        ("headcount", "headcount", json!([{ "kind": "adult", "heads": 3 }])),
        ("meters", "meters", json!([{ "meter": "cooling", "minutes": [30] }])),
        ("equipment", "equipment", of.items(1, 0)),
    ] {
        let mut record = json!({ "no_show": true, "charges": [cleaning()] });
        record[name] = value;
        let refused = of.record(&application, &record).await.refused(422, "venue.hire.somebody");
        assert_eq!(refused["said"], json!([said]), "{name}");
    }
    let all = json!({ "no_show": true, "heads": 3, "ends_at": "2026-12-11T12:30:00+09:00" });
    let refused = of.record(&application, &all).await.refused(422, "venue.hire.somebody");
    assert_eq!(refused["said"], json!(["times", "heads"]));
    assert_eq!(of.house.seen(&application).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_is_refused_with_its_rule_and_changes_nothing() {
    let of = Stock::new().await;
    let application = of.over().await;
    let other = json!({ "code": "G", "name": "別館", "effective_from": "2026-04-01" });
    let other = id(&make(&of.house.app, "facilities", &other).await);
    let elsewhere = json!({ "facility": other, "code": "MIC", "name": "マイク", "unit": "本", "capacity": 9, "effective_from": "2026-04-01" });
    let elsewhere = id(&make(&of.house.app, "equipment", &elsewhere).await);
    let before = of.house.seen(&application).await;
    let equipment = |item: &String, quantity: i32| json!([{ "equipment": item, "quantity": quantity }]);
    let told = async |items: Value| {
        let refused = of.record(&application, &json!({ "equipment": items })).await;
        let refused = refused.refused(422, "venue.hire.equipment");
        (refused["equipment"].clone(), refused.get("most").cloned())
    };
    assert_eq!(told(equipment(&elsewhere, 1)).await, (json!(elsewhere), None), "it belongs to another house");
    assert_eq!(
        told(equipment(&of.microphone, 4)).await,
        (json!(of.microphone), Some(json!(3))),
        "there are three in all"
    );
    let twice = json!([equipment(&of.heater, 1)[0], equipment(&of.heater, 2)[0]]);
    assert_eq!(told(twice).await, (json!(of.heater), Some(json!(4))));

    let charges = |name: &str, value: Value| {
        let mut one = cleaning();
        one[name] = value;
        json!({ "charges": [cleaning(), one] })
    };
    for blank in ["label", "reason"] {
        let refused = of.record(&application, &charges(blank, json!("　"))).await;
        assert_eq!(refused.refused(422, "venue.hire.charge")["charge"], 1, "{blank}");
    }
    for amount in [0, -3_300] {
        let refused = of.record(&application, &charges("amount", json!(amount))).await;
        let refused = refused.refused(400, "invalid_request");
        assert_eq!(refused["errors"][0]["pointer"], "#/charges/1/amount");
    }
    let mut unsaid = cleaning();
    unsaid.as_object_mut().unwrap().remove("reason");
    let refused = of.record(&application, &json!({ "charges": [unsaid] })).await.refused(400, "invalid_request");
    assert_eq!(refused["errors"][0]["pointer"], "#/charges/0/reason");
    assert_eq!(of.house.seen(&application).await, before);
    of.house.act(&application, "settle", &json!({})).await.refused(409, "venue.application.unused");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_children_were_quoted_and_thirty_came_with_two_adults() {
    let house = House::open("staff").await;
    let mut document = table();
    let per = |kind: &str, yen: i64| {
        let rule = json!({ "kind": "table", "key": [], "per": { "head_of": kind }, "rows": [{ "yen": yen }] });
        json!({ "code": kind.to_uppercase(), "label": { "ja": kind }, "rule": rule })
    };
    document["components"].as_array_mut().unwrap().splice(1..1, [per("child", 50), per("adult", 100)]);
    house.by(&document).await;
    let mut wish = house.wish(0, "2026-12-11", &["AM"]);
    wish["headcount"] = json!([{ "kind": "child", "heads": 10 }]);
    let mut mistyped = wish.clone();
    mistyped["headcount"] = json!([{ "kind": "chidl", "heads": 10 }]);
    let unknown = house.asked(&[mistyped.clone()]).await.refused(409, "venue.tariff.gap");
    let knows = (json!("chidl"), json!(["adult", "child"]));
    assert_eq!((&unknown["kind"], &unknown["kinds"], &unknown["use"]), (&knows.0, &knows.1, &json!(0)));
    let application = house.confirmed(&[wish]).await;
    let quote = |id: &Value| format!("/v1/venue/quotes/{}", id.as_str().unwrap());
    assert_eq!(house.app.server().get(&quote(&application["quote"])).await.ok()["total_amount"], 6_500);
    house.app.clock.advance(Duration::days(21));
    let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    let nobody = house.app.server().post(&path, &json!({ "headcount": [] })).await.refused(400, "invalid_request");
    assert_eq!(nobody["errors"][0]["pointer"], "#/headcount");
    let counted = json!({ "headcount": mistyped["headcount"] });
    let unknown = house.app.server().post(&path, &counted).await.refused(409, "venue.tariff.gap");
    assert_eq!((&unknown["kind"], &unknown["kinds"]), (&knows.0, &knows.1));
    assert_eq!(house.seen(&application).await["hires"][0].get("used"), None, "nothing of it is recorded");
    let uncounted = house.app.server().post(&path, &json!({ "heads": 32 })).await.ok();
    assert_eq!(uncounted["hires"][0]["used"].get("headcount"), None, "nobody counted by kind");
    let came = json!({ "headcount": [{ "kind": "adult", "heads": 2 }, { "kind": "child", "heads": 30 }] });
    let used = house.app.server().post(&path, &came).await.ok();
    assert_eq!(used["hires"][0]["used"]["headcount"], came["headcount"]);
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [6_500, 7_700, 1_200, 0], "twenty children and two adults more");
    let proof = house.app.server().get(&format!("{}/proof", quote(&settled["quote"]))).await.ok();
    assert_eq!((&proof["same"], &proof["computed_amount"]), (&json!(true), &json!(7_700)));
}

#[tokio::test(flavor = "multi_thread")]
async fn equipment_by_the_hour_is_paid_for_overtime_too_and_by_the_day_for_every_day() {
    let house = House::open("staff").await;
    let gallery = house.annexe("GALLERY", &json!({})).await;
    let mut document = table();
    let row = json!({ "space": "GALLERY", "span": "", "yen": 1_000 });
    document["components"][0]["rule"]["rows"].as_array_mut().unwrap().push(row);
    let by = async |per: &str, yen: i64| {
        let mut document = document.clone();
        document["components"][2]["rule"]["prices"] = json!([{ "item": "PIANO", "per": per, "yen": yen }]);
        house.by(&document).await;
    };
    by("hour", 300).await;
    let mut wish = house.wish(0, "2026-12-11", &["PM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let mut longer = wish.clone();
    longer["early_minutes"] = json!(60);
    assert_eq!(house.quoted(&[longer]).await["total_amount"], 14_000, "five hours of it");
    let application = house.confirmed(&[wish]).await;
    house.app.clock.advance(Duration::days(21));
    let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&path, &json!({ "ends_at": "2026-12-11T19:00:00+09:00" })).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [11_200, 16_800, 5_600, 0], "two hours at 2,500 and at 300");

    by("day", 1_000).await;
    let mut days =
        json!({ "room": gallery, "starts_at": "2026-12-15T09:00:00+09:00", "ends_at": "2026-12-17T18:00:00+09:00" });
    days["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    assert_eq!(house.quoted(&[days.clone()]).await["total_amount"], 4_000, "three days");
    days["ends_at"] = json!("2026-12-17T00:00:00+09:00");
    assert_eq!(house.quoted(&[days]).await["total_amount"], 3_000, "until midnight it is two");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_and_has_no_price_is_not_settled_for_nothing() {
    let of = Stock::new().await;
    let application = of.over().await;
    let mut items = of.items(2, 2);
    items.as_array_mut().unwrap().push(json!({ "equipment": of.lamp, "quantity": 1 }));
    of.record(&application, &json!({ "equipment": items })).await.ok();
    let gap = of.house.act(&application, "settle", &json!({})).await.refused(409, "venue.tariff.gap");
    assert!(gap["reason"].as_str().unwrap().contains("LAMP"), "{gap}");
    assert_eq!(of.house.seen(&application).await["state"], "confirmed");
    let lamp = json!({ "label": "照明", "amount": 700, "reason": "料金表にない器具" });
    of.record(&application, &json!({ "equipment": of.items(2, 2), "charges": [lamp] })).await.ok();
    let settled = of.house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [8_600, 9_300, 700, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_settles_or_records_what_they_read_does_not_do_so_with_what_was_recorded_since() {
    let of = Stock::new().await;
    let application = of.over().await;
    let server = of.house.app.server();
    let at = format!("/v1/venue/applications/{}", id(&application));
    let (settle, record) = (format!("{at}/settle"), format!("/v1/venue/hires/{}/use", id(&application["hires"][0])));
    of.record(&application, &json!({ "heads": 80 })).await.ok();
    let read = server.get(&at).await.header("etag").to_owned();
    let again = of.record(&application, &json!({ "charges": [cleaning()] })).await;
    let written = again.header("etag").to_owned();
    again.ok();
    assert_ne!(read, written, "it tells something else now");
    assert_eq!(server.get(&at).await.header("etag"), written);
    let keyed = async |path: &str, key: &str, version: &str, body: &Value| {
        server.send(Method::POST, path, &[("idempotency-key", key), ("if-match", version)], Some(body)).await
    };
    keyed(&settle, "settle-1", &read, &json!({})).await.refused(412, "version_mismatch");
    keyed(&record, "use-1", &read, &json!({ "heads": 12 })).await.refused(412, "version_mismatch");
    assert_eq!(server.get(&at).await.header("etag"), written, "nothing changed");
    let settled = keyed(&settle, "settle-2", &written, &json!({})).await.ok();
    assert_eq!(amounts(&settled), [8_600, 11_900, 3_300, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_or_frees_rooms_is_done_once_however_often_it_is_sent_and_not_at_all_without_a_key() {
    let of = Stock::new().await;
    let (house, server) = (&of.house, of.house.app.server());
    let hold = house.try_hold(&house.quoted(&[house.wish(1, "2026-12-11", &["AM"])]).await).await.created();
    let applied = house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let (held, asked) = (format!("/v1/venue/holds/{}", id(&hold)), format!("/v1/venue/applications/{}", id(&applied)));
    let (extend, release) = (format!("{held}/extend"), format!("{held}/release"));
    let reason = json!({ "reason": "条例第5条" });
    for (path, body) in [
        (&extend, json!({})),
        (&release, json!({})),
        (&format!("{asked}/approve"), json!({})),
        (&format!("{asked}/return"), reason.clone()),
        (&format!("{asked}/refuse"), reason),
    ] {
        server.send(Method::POST, path, &[], Some(&body)).await.refused(400, "idempotency_key_required");
    }
    let read = server.get(&held).await.header("etag").to_owned();
    let keyed = async |path: &str, key: &str, version: &str| {
        server.send(Method::POST, path, &[("idempotency-key", key), ("if-match", version)], None).await
    };
    let longer = keyed(&extend, "extend-1", &read).await;
    assert_ne!(longer.header("etag"), read);
    let longer = longer.ok();
    assert_eq!(keyed(&extend, "extend-1", &read).await.ok(), longer, "once");
    keyed(&release, "release-1", &read).await.refused(412, "version_mismatch");
    assert_eq!(server.get(&held).await.ok()["state"], "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_metered_is_told_as_it_was_recorded_and_a_use_by_nobody_is_none() {
    let of = Stock::new().await;
    let application = of.over().await;
    let before = of.house.seen(&application).await;
    let nobody = json!([{ "kind": "adult", "heads": 0 }, { "kind": "child", "heads": 0 }]);
    for record in [json!({ "heads": 0 }), json!({ "headcount": nobody })] {
        of.record(&application, &record).await.refused(422, "venue.hire.nobody");
    }
    assert_eq!(of.house.seen(&application).await, before);
    let meters = json!([{ "meter": "cooling", "minutes": [30, 45] }]);
    let used = of.record(&application, &json!({ "heads": 12, "meters": meters })).await.ok();
    assert_eq!(used["hires"][0]["used"]["meters"], meters);
    let used = of.record(&application, &json!({ "heads": 0, "no_show": true })).await.ok();
    assert_eq!((&used["hires"][0]["state"], used["hires"][0]["used"].get("meters")), (&json!("no_show"), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_is_settled_as_it_was_recorded_as_agreed_where_nothing_is_said_and_for_nothing_where_nothing_was() {
    let house = House::open("staff").await;
    let mut document = table();
    let cooling = json!({ "code": "COOL", "label": { "ja": "冷房" },
                          "rule": { "kind": "metered", "meter": "cooling", "per_minutes": 60, "yen": 1_000 } });
    document["components"].as_array_mut().unwrap().insert(2, cooling);
    house.by(&document).await;
    let on = |minutes: Value| json!([{ "meter": "cooling", "minutes": minutes }]);
    let mut applications = Vec::new();
    for day in ["2026-12-09", "2026-12-10", "2026-12-11"] {
        let mut wish = house.wish(1, day, &["PM"]);
        wish["meters"] = on(json!([120]));
        applications.push(house.confirmed(&[wish]).await);
    }
    house.app.clock.advance(Duration::days(21));
    let cases = [
        (json!({ "heads": 12 }), [7_000, 7_000, 0, 0]),
        (json!({ "meters": on(json!([90, 30, 60])) }), [7_000, 9_000, 2_000, 0]),
        (json!({ "meters": [] }), [7_000, 5_000, 0, 2_000]),
    ];
    for (application, (record, settled)) in applications.iter().zip(cases) {
        let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
        let told = house.app.server().post(&path, &record).await.ok();
        assert_eq!(told["hires"][0]["used"].get("meters"), record.get("meters"));
        assert_eq!(amounts(&house.act(application, "settle", &json!({})).await.ok()), settled, "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_a_change_pays_for_no_overtime() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let hire = format!("/v1/venue/hires/{}", id(&application["hires"][0]));
    let morning = house.wish(0, "2026-12-11", &["AM"]);
    let changed = house.app.server().post(&format!("{hire}/change"), &morning).await.ok();
    assert_eq!((&changed["fee"], &changed["refund_amount"]), (&json!(2_000), &json!(2_000)), "half, 20 days before");
    house.app.clock.advance(Duration::days(21));
    let record = json!({ "ends_at": "2026-12-11T12:30:00+09:00" });
    house.app.server().post(&format!("{hire}/use"), &record).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(amounts(&settled), [6_000, 8_500, 2_500, 0], "an hour begun, and the two thousand stay kept");
}
