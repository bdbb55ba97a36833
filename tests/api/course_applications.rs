//! From the application to the place, over HTTP: windows, rules, lines, offers, screening and money.

use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp};
use time::Duration;

use crate::sale::konbini;

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value} has an id")).to_owned()
}

/// A published class of a term.
pub struct Centre {
    pub app: TestApp,
    pub class: String,
    pub window: String,
}

impl Centre {
    /// With a general window of ten days and these members of the class and fees.
    pub async fn new(class: Value, fees: &[Value]) -> Self {
        Self::with_window(class, fees, json!({})).await
    }

    pub async fn with_window(class: Value, fees: &[Value], window: Value) -> Self {
        Self::on(TestApp::new().await, class, fees, window).await
    }

    /// At this house.
    pub async fn on(app: TestApp, class: Value, fees: &[Value], window: Value) -> Self {
        let make =
            async |noun: &str, body: &Value| app.server().post(&format!("/v1/course/{noun}"), body).await.created();
        let term = json!({ "code": "2027-1", "name": "前期", "starts_on": "2027-04-01", "ends_on": "2027-10-01" });
        let term = id(&make("terms", &term).await);
        let course = id(&make("courses", &json!({ "code": "YOGA", "title": "ヨガ" })).await);
        let mut body = json!({ "course": course, "term": term, "code": "SAT", "title": "土曜", "capacity": 5,
                               "admission": "first_come", "max_party": 4 });
        body.as_object_mut().unwrap().extend(class.as_object().unwrap().clone());
        if body["capacity_unit"] != "party" {
            body["max_party"] = json!(body["capacity"].as_i64().unwrap().min(body["max_party"].as_i64().unwrap()));
        }
        let class = id(&make("classes", &body).await);
        let mut general = json!({ "class": class, "kind": "general", "label": "一般",
                                  "opens_at": "2026-11-20T09:00:00+09:00", "closes_at": "2026-12-01T17:00:00+09:00" });
        general.as_object_mut().unwrap().extend(window.as_object().unwrap().clone());
        let window = id(&make("windows", &general).await);
        for fee in fees {
            let mut body = json!({ "class": class, "kind": "tuition", "label": "受講料" });
            body.as_object_mut().unwrap().extend(fee.as_object().unwrap().clone());
            make("fees", &body).await;
        }
        app.server().post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await.ok();
        Self { app, class, window }
    }

    /// A guest who applies for people of these names.
    pub async fn guest(&self, names: &[&str], more: Value) -> Answer {
        let people: Vec<_> = names.iter().map(|name| json!({ "name": name, "birth_date": "1990-05-05" })).collect();
        let mut body = json!({ "class": self.class, "people": people,
                               "contact": { "name": names[0], "email": "guest@example.jp" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.page().post("/v1/course/applications", &body).await
    }

    /// The only application of a guest.
    pub async fn one(&self, names: &[&str]) -> Value {
        self.guest(names, json!({})).await.created()["applications"][0].clone()
    }

    pub async fn read(&self, application: &Value) -> Value {
        let at = format!("/v1/course/applications/{}", id(application));
        self.app.server().get(&at).await.ok()
    }

    pub async fn act(&self, application: &Value, act: &str, body: &Value) -> Answer {
        let at = format!("/v1/course/applications/{}/{act}", id(application));
        self.app.server().post(&at, body).await
    }

    pub async fn pay(&self, application: &Value) -> Answer {
        let bill = self.read(application).await["bill"].as_str().unwrap().to_owned();
        self.app.server().post(&format!("/v1/bills/{bill}/counter-payments"), &json!({ "method": "cash" })).await
    }

    pub async fn resize(&self, capacity: i32) -> Value {
        let at = format!("/v1/course/classes/{}/capacity", self.class);
        let body = json!({ "capacity": capacity, "reason": "会場を変更" });
        let key = uuid::Uuid::new_v4().to_string();
        self.app.server().send(Method::PUT, &at, &[("idempotency-key", &key)], Some(&body)).await.ok()
    }
}

async fn with_code(client: &Client, application: &Value, code: &str) -> Answer {
    let at = format!("/v1/course/applications/{}", id(application));
    client.send(Method::GET, &at, &[("receipt-code", code)], None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_applies_with_a_code_pays_and_is_admitted() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 6_000 })]).await;
    let made = centre.one(&["山田 花子"]).await;
    assert_eq!(
        (&made["state"], &made["receipt_number"], &made["total"]),
        (&json!("payment_due"), &json!(1), &json!(6_000))
    );
    let code = made["receipt_code"].as_str().unwrap();
    let page = centre.app.page();
    let typed = code.to_lowercase().replace('-', "");
    let seen = with_code(&page, &made, &typed).await.ok();
    assert_eq!((&seen["state"], seen.get("receipt_code")), (&json!("payment_due"), None));
    let found =
        page.send(Method::GET, "/v1/course/applications/by-receipt", &[("receipt-code", code)], None).await.ok();
    assert_eq!(found["id"], made["id"]);
    with_code(&page, &made, "AAAA-AAAA-AAAA-AAAA").await.refused(404, "absent");
    page.get(&format!("/v1/course/applications/{}", id(&made))).await.refused(404, "absent");
    centre.app.neighbour().get(&format!("/v1/course/applications/{}", id(&made))).await.refused(404, "absent");

    centre.pay(&made).await.created();
    assert_eq!(centre.read(&made).await["state"], "admitted");
    let history = centre.app.server().get(&format!("/v1/course/applications/{}/history", id(&made))).await.ok();
    let told: Vec<_> = history["events"].as_array().unwrap().iter().map(|one| one["to"].clone()).collect();
    assert_eq!(told, ["payment_due", "admitted"]);
    centre.act(&made, "withdraw", &json!({})).await.refused(409, "course.application.quote_needed");
    let why = json!({ "reason": "申込内容に誤り" });
    assert_eq!(centre.act(&made, "revoke", &why).await.ok()["state"], "revoked");
    let bill = centre.read(&made).await["bill"].as_str().unwrap().to_owned();
    let bill = centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok();
    assert_eq!(bill["lines"][0]["refunded"], 6_000, "{bill}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_forbid_is_refused_with_the_rule_and_changes_nothing() {
    let adults = json!({ "label": "18歳以上", "effect": "block",
                         "requires": [{ "any_of": [{ "fact": "age", "at_least": 18 }] }] });
    let price = json!({ "label": "市外料金", "percent": 150, "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["outside"] }] }] });
    let rules = json!({ "rules": { "eligibility": [adults], "prices": [price] } });
    let centre = Centre::new(
        rules,
        &[json!({ "amount": 6_001 }), json!({ "amount": 500, "optional": true, "kind": "materials" })],
    )
    .await;
    let page = centre.app.page();
    let preview = async |people: Value| {
        page.post("/v1/course/applications/preview", &json!({ "class": centre.class, "people": people })).await
    };
    let child = preview(json!([{ "birth_date": "2015-05-05" }])).await.ok();
    assert_eq!(
        (&child["may_apply"], &child["obstacles"][0]["code"]),
        (&json!(false), &json!("course.application.not_eligible"))
    );
    assert_eq!(
        (&child["people"][0]["rules"], &child["total"], &child["parts"][0]["outcome"]),
        (&json!([{ "rule": "18歳以上", "effect": "block", "met": "no" }]), &json!(6_001), &json!("refused"))
    );
    let unknown = preview(json!([{}])).await.ok();
    assert_eq!(unknown["people"][0]["findings"][0]["met"], "unknown");
    let refused = json!({ "class": centre.class, "people": [{ "name": "一", "birth_date": "1980-05-05" }, { "name": "葵", "birth_date": "2015-05-05" }],
                          "contact": { "name": "一" } });
    let refused = page.post("/v1/course/applications", &refused).await.refused(422, "course.application.not_eligible");
    assert_eq!(refused["findings"], json!([{ "pointer": "#/people/1", "rule": "18歳以上", "met": "no" }]));
    let from_outside = json!([{ "birth_date": "1980-05-05", "facts": [{ "kind": "residence", "text": "outside" }] }]);
    let told = preview(from_outside).await.ok();
    assert_eq!(
        (&told["total"], &told["lines"][0]["rule"], &told["lines"][0]["listed"]),
        (&json!(9_001), &json!("市外料金"), &json!(6_001))
    );

    let crowd = ["一", "二", "三", "四", "五"];
    let most = centre.guest(&crowd, json!({})).await.refused(422, "course.application.party_size");
    assert_eq!(most["most"], 4);
    let wrong = json!({ "options": ["fee_7zzzzzzzzzzzz0000000000000"] });
    centre.guest(&["一"], wrong).await.refused(422, "course.application.no_such_option");
    centre
        .guest(&["一"], json!({ "window": "apw_7zzzzzzzzzzzz0000000000000" }))
        .await
        .refused(422, "course.catalogue.no_such_parent");
    let nobody = json!({ "class": centre.class, "people": [{ "name": "一", "birth_date": "1980-05-05" }] });
    let problem = page.post("/v1/course/applications", &nobody).await.refused(422, "course.application.party");
    assert_eq!(problem["fault"], "nobody_applies");
    let ahead = json!({ "class": centre.class, "people": [{ "name": "一" }], "contact": { "name": "一" }, "channel": "post",
                        "received_at": "2027-01-01T00:00:00+09:00" });
    let entries = "/v1/course/applications/entries";
    centre.app.server().post(entries, &ahead).await.refused(422, "course.application.received_ahead");
    page.post(entries, &ahead).await.refused(403, "permission_denied");
    centre.app.clock.advance(Duration::days(30));
    let closed = centre.guest(&["一"], json!({})).await.refused(409, "course.application.no_window");
    assert_eq!(closed["opens_at"], Value::Null);
    let all = centre.app.server().get("/v1/course/applications").await.ok();
    assert_eq!(all["data"], json!([]));
    let persons = centre.app.server().get("/v1/persons").await.ok();
    assert_eq!(persons["data"], json!([]), "whoever was refused is not entered");
}

/// I2 and I12.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_makes_room_for_the_head_of_the_line_and_an_offer_that_runs_out_goes_on() {
    let centre = Centre::new(json!({ "capacity": 1, "offer_minutes": 60 }), &[json!({ "amount": 3_000 })]).await;
    let (first, second, third) = (centre.one(&["一"]).await, centre.one(&["二"]).await, centre.one(&["三"]).await);
    assert_eq!(
        (&second["state"], &second["position"], &third["position"]),
        (&json!("waitlisted"), &json!(1), &json!(2))
    );
    let bill = first["bill"].as_str().unwrap().to_owned();
    assert_eq!(centre.act(&first, "withdraw", &json!({})).await.ok()["state"], "withdrawn");
    assert_eq!(centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok()["state"], "cancelled");
    assert_eq!(centre.read(&second).await["state"], "offered");
    assert_eq!(centre.read(&third).await["position"], 1);
    // a newcomer never passes who waits
    assert_eq!(centre.one(&["四"]).await["state"], "waitlisted");

    centre.app.clock.advance(Duration::minutes(61));
    assert_eq!(centre.read(&second).await["state"], "expired", "by the clock");
    let told = centre.act(&second, "accept", &json!({})).await.refused(410, "course.seats.offer_expired");
    assert!(told["due_at"].is_string(), "{told}");
    centre.one(&["五"]).await;
    let again = centre.act(&second, "accept", &json!({})).await.refused(410, "course.seats.offer_expired");
    assert_eq!((&again["due_at"], &centre.read(&second).await["due_at"]), (&told["due_at"], &told["due_at"]));
    assert_eq!(centre.read(&third).await["state"], "offered", "whoever touches the class next passes the place on");
    let page = centre.app.page();
    let at = format!("/v1/course/applications/{}/accept", id(&third));
    page.post(&at, &json!({})).await.refused(404, "absent");
    let code = third["receipt_code"].as_str().unwrap();
    let proof = [("receipt-code", code), ("idempotency-key", "accept")];
    let accepted = page.send(Method::POST, &at, &proof, None).await.ok();
    assert_eq!(accepted["state"], "payment_due");
    centre.pay(&third).await.created();
    assert_eq!(centre.read(&third).await["state"], "admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_runs_out_goes_to_the_next_though_nobody_asks() {
    let centre = Centre::new(json!({ "capacity": 1, "offer_minutes": 60 }), &[]).await;
    let (first, second, third) = (centre.one(&["一"]).await, centre.one(&["二"]).await, centre.one(&["三"]).await);
    centre.act(&first, "withdraw", &json!({})).await.ok();
    assert_eq!(centre.read(&second).await["state"], "offered");
    let tenant = centre.app.test.twins.first.tenant;
    let lapse = async || api::course::lapsing::lapse(&centre.app.desk, tenant).await.unwrap();
    assert_eq!(lapse().await, 0, "there is time left");
    centre.app.clock.advance(Duration::minutes(60));
    assert_eq!((lapse().await, lapse().await), (1, 0));
    assert_eq!(centre.read(&second).await["state"], "expired");
    let offered = centre.read(&third).await;
    assert_eq!(offered["state"], "offered");
    centre.app.clock.advance(Duration::minutes(60));
    lapse().await;
    assert_eq!(centre.read(&third).await["state"], "expired", "nobody is left");
}

/// I6.
#[tokio::test(flavor = "multi_thread")]
async fn a_family_on_the_waiting_list_is_promoted_together_or_not_at_all() {
    let centre = Centre::new(json!({ "capacity": 4, "group_policy": "skip_if_not_fit" }), &[]).await;
    for name in ["一", "二", "三"] {
        assert_eq!(centre.one(&[name]).await["state"], "admitted");
    }
    let family = centre.one(&["父", "母", "子"]).await;
    assert_eq!((&family["state"], &family["units"]), (&json!("waitlisted"), &json!(3)));
    assert_eq!(centre.resize(5).await["moves"], json!([]), "two places are no place for three");
    let moved = centre.resize(6).await;
    assert_eq!((&moved["moves"][0]["application"], &moved["moves"][0]["to"]), (&family["id"], &json!("offered")));
    assert_eq!(centre.act(&family, "accept", &json!({})).await.ok()["state"], "admitted");
    // fewer places put nobody out, and nobody comes in until there is room again
    centre.resize(2).await;
    assert_eq!(centre.one(&["四"]).await["state"], "waitlisted");
    let split = centre.guest(&["兄", "弟"], json!({ "splittable": true })).await.created();
    let parts = split["applications"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]["party"]), (2, &parts[1]["party"]));
}

/// I11.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_late_admits_while_nobody_waits_and_goes_back_otherwise() {
    let centre = Centre::new(json!({ "capacity": 1, "payment_days": 1 }), &[json!({ "amount": 3_000 })]).await;
    // three who are to pay in a store, and do when the time is over
    let late = async |name: &str| {
        let made = centre.one(&[name]).await;
        let bill = made["bill"].as_str().unwrap().to_owned();
        let at = format!("/v1/bills/{bill}/payments");
        let payment = centre.app.server().post(&at, &json!({ "method": "sandbox_konbini" })).await.created();
        centre.app.clock.advance(Duration::days(3));
        assert_eq!(centre.read(&made).await["state"], "expired");
        (made, bill, payment)
    };
    let paid = async |bill: &str| centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok();
    let (first, bill, payment) = late("一").await;
    konbini(&centre.app, &payment).await;
    assert_eq!(centre.read(&first).await["state"], "admitted", "the place is free and nobody waits");
    assert_eq!(paid(&bill).await["state"], "paid");
    centre.act(&first, "revoke", &json!({ "reason": "重複" })).await.ok();

    let (second, bill, payment) = late("二").await;
    let newcomer = centre.one(&["三"]).await;
    assert_eq!(newcomer["state"], "payment_due");
    konbini(&centre.app, &payment).await;
    assert_eq!(centre.read(&second).await["state"], "expired", "the place is somebody else's");
    assert_eq!(paid(&bill).await["state"], "open", "nothing is owed and nothing was taken");
    let payment = centre.app.server().get(&format!("/v1/payments/{}", id(&payment))).await.ok();
    assert_eq!(payment["state"], "refunded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screening_is_told_to_all_at_one_moment() {
    let class = json!({ "capacity": 1, "admission": "screening", "results_at": "2026-12-05T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    let (a, b, c) = (centre.one(&["一"]).await, centre.one(&["二"]).await, centre.one(&["三"]).await);
    assert_eq!(a["state"], "screening");
    let at = format!("/v1/course/classes/{}/screening", centre.class);
    let ids = |some: &[&Value]| some.iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    let decided = json!({ "admit": ids(&[&b, &a]), "reject": ids(&[&c]), "reason": "定員を超えたため" });
    let server = centre.app.server();
    let early = server.post(&at, &decided).await.refused(409, "course.application.results_ahead");
    assert_eq!(early["possible_at"], "2026-12-05T10:00:00+09:00");
    centre.app.clock.advance(Duration::days(20));
    server.post(&at, &json!({ "reject": ids(&[&c]) })).await.refused(422, "course.seats.no_reason");
    server.post(&at, &decided).await.ok();
    let states = [centre.read(&a).await, centre.read(&b).await, centre.read(&c).await];
    let states: Vec<_> = states.iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["waitlisted", "admitted", "rejected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_is_not_decided_by_screening_says_so_before_anything_else() {
    let centre = Centre::new(json!({}), &[]).await;
    let made = centre.one(&["一"]).await;
    let at = format!("/v1/course/classes/{}/screening", centre.class);
    let (server, decided) = (centre.app.server(), json!({ "admit": [made["id"]] }));
    let code = "course.screening.not_by_screening";
    server.send(Method::PUT, &at, &[("idempotency-key", "ahead")], Some(&decided)).await.refused(409, code);
    server.post(&at, &decided).await.refused(409, code);
    // one of its windows is
    let window = json!({ "class": centre.class, "kind": "additional", "label": "追加", "admission": "screening",
                         "opens_at": "2026-11-25T09:00:00+09:00", "closes_at": "2026-12-10T17:00:00+09:00" });
    server.post("/v1/course/windows", &window).await.created();
    server.post(&at, &decided).await.refused(409, "course.screening.not_screened");
}

/// I1 and I4: no two stand at the same place.
#[tokio::test(flavor = "multi_thread")]
async fn forty_at_once_for_five_places_are_five_seated_and_everybody_else_in_line() {
    let centre = Centre::new(json!({}), &[]).await;
    let names: Vec<String> = (0..40).map(|n| format!("申込者{n}")).collect();
    let ask = async |name: &str| centre.guest(&[name], json!({})).await;
    let made = join_all(names.iter().map(|name| ask(name))).await;
    let mut made: Vec<Value> = made.iter().map(|one| one.created()["applications"][0].clone()).collect();
    made.sort_by_key(|one| one["receipt_number"].as_i64());
    let numbers: Vec<_> = made.iter().filter_map(|one| one["receipt_number"].as_i64()).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    let seated = made.iter().filter(|one| one["state"] == "admitted").count();
    let mut line: Vec<_> = made.iter().filter_map(|one| one["position"].as_i64()).collect();
    line.sort_unstable();
    assert_eq!((seated, line.len()), (5, 35));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_has_so_many_applications_and_nobody_is_twice_in_a_class() {
    let centre = Centre::new(json!({ "rules": { "per_household": 1 } }), &[]).await;
    let server = centre.app.server();
    let patron =
        server.post("/v1/patrons", &json!({ "name": "山田 太郎", "email": "taro@example.jp" })).await.created();
    let child = async |name: &str| {
        server.post("/v1/persons", &json!({ "name": name, "guardian": patron["id"] })).await.created()
    };
    let (elder, younger) = (child("山田 葵").await, child("山田 蓮").await);
    let at = format!("/v1/course/classes/{}/copy", centre.class);
    let other = json!({ "term": server.get("/v1/course/terms").await.ok()["data"][0]["id"], "code": "SUN" });
    let other = id(&server.post(&at, &other).await.created());
    server.post(&format!("/v1/course/classes/{other}/publish"), &json!({})).await.ok();
    let ask = |class: &str, who: &Value| json!({ "class": class, "people": [{ "person": who["id"] }], "patron": patron["id"] });
    let asked = [ask(&centre.class, &elder), ask(&centre.class, &younger), ask(&other, &elder), ask(&other, &younger)];
    let answers = join_all(asked.iter().map(|body| server.post("/v1/course/applications", body))).await;
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(taken, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.refused(409, "course.application.household_limit")["most"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_twice_in_a_class_however_they_are_named() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let patron = server.post("/v1/patrons", &json!({ "name": "山田 太郎" })).await.created();
    let child = server.post("/v1/persons", &json!({ "name": "山田 葵", "guardian": patron["id"] })).await.created();
    let body = json!({ "class": centre.class, "people": [{ "person": child["id"] }], "patron": patron["id"] });
    let asked = join_all((0..4).map(|_| server.post("/v1/course/applications", &body))).await;
    assert_eq!(asked.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in asked.iter().filter(|answer| answer.status != 201) {
        let problem = refused.refused(409, "course.seats.already_applied");
        assert_eq!(problem["persons"], json!([child["id"]]));
    }
    let other = server.post("/v1/persons", &json!({ "name": "ヤマダ アオイ" })).await.created();
    server.post(&format!("/v1/persons/{}/merge", id(&other)), &json!({ "into": child["id"] })).await.ok();
    let twice = json!({ "class": centre.class, "people": [{ "person": child["id"] }, { "person": other["id"] }], "patron": patron["id"] });
    let problem = server.post("/v1/course/applications", &twice).await.refused(422, "course.application.party");
    assert_eq!((&problem["fault"], &problem["pointer"]), (&json!("person_twice"), &json!("#/people/1")));
}
