//! From an empty term to a class that everybody finds, over HTTP.

use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp};

use crate::journal;

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value} has an id")).to_owned()
}

async fn make(app: &TestApp, noun: &str, body: &Value) -> Value {
    app.server().post(&format!("/v1/course/{noun}"), body).await.created()
}

async fn patch(client: &Client, path: &str, version: &str, body: &Value) -> Answer {
    client.send(Method::PATCH, path, &[("if-match", version)], Some(body)).await
}

/// A term with a course, and a class that is a draft.
struct Leaflet {
    app: TestApp,
    term: String,
    course: String,
    class: String,
}

impl Leaflet {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let term = json!({ "code": "2027-1", "name": "前期", "starts_on": "2027-04-01", "ends_on": "2027-10-01" });
        let term = id(&make(&app, "terms", &term).await);
        let course = id(&make(&app, "courses", &json!({ "code": "YOGA", "title": "ヨガ" })).await);
        let mut leaflet = Self { app, term, course, class: String::new() };
        leaflet.class = id(&make(&leaflet.app, "classes", &leaflet.draft(&json!({}))).await);
        leaflet
    }

    /// The smallest class, with these members beside.
    fn draft(&self, more: &Value) -> Value {
        let mut body = json!({ "course": self.course, "term": self.term, "code": "SAT", "title": "土曜", "capacity": 20,
                               "admission": "first_come" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn window(&self, opens: &str, closes: &str) -> Value {
        json!({ "class": self.class, "kind": "general", "label": "一般", "opens_at": opens, "closes_at": closes })
    }

    fn tuition(&self, amount: i64) -> Value {
        json!({ "class": self.class, "kind": "tuition", "label": "受講料", "amount": amount })
    }

    fn at(&self) -> String {
        format!("/v1/course/classes/{}", self.class)
    }

    async fn publish(&self) -> Answer {
        self.app.server().post(&format!("{}/publish", self.at()), &json!({})).await
    }

    /// With a window that is open and a fee.
    async fn published() -> (Self, Value, Value) {
        let leaflet = Self::new().await;
        let window = leaflet.window("2026-11-20T09:00:00+09:00", "2027-02-01T17:00:00+09:00");
        let window = make(&leaflet.app, "windows", &window).await;
        let fee = make(&leaflet.app, "fees", &leaflet.tuition(6_000)).await;
        leaflet.publish().await.ok();
        (leaflet, window, fee)
    }

    /// Everything of the chapter, and how much the journal says.
    async fn everything(&self) -> (Vec<Value>, usize) {
        let server = self.app.server();
        let mut all = Vec::new();
        for noun in ["terms", "courses", "classes", "windows", "fees"] {
            all.push(server.get(&format!("/v1/course/{noun}")).await.ok());
        }
        (all, journal::of(&self.app).await.len())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_found_by_everybody_from_its_publication_on_without_what_is_for_the_house() {
    let leaflet = Leaflet::new().await;
    let page = leaflet.app.page();
    let link = json!({ "join_url": "https://meet.example.jp/yoga", "held_back": 2 });
    patch(&leaflet.app.server(), &leaflet.at(), "\"1\"", &link).await.ok();
    let window = leaflet.window("2026-11-20T09:00:00+09:00", "2027-02-01T17:00:00+09:00");
    make(&leaflet.app, "windows", &window).await;
    make(&leaflet.app, "fees", &leaflet.tuition(6_000)).await;
    page.get(&leaflet.at()).await.refused(404, "absent");
    page.get(&format!("/v1/course/courses/{}", leaflet.course)).await.refused(404, "absent");
    for noun in ["courses", "classes", "windows", "fees"] {
        let seen = page.get(&format!("/v1/course/{noun}")).await.ok();
        assert_eq!(seen["data"], json!([]), "{noun} of a draft");
    }

    assert_eq!(leaflet.publish().await.ok()["state"], "published");
    let seen = page.get(&leaflet.at()).await.ok();
    assert_eq!((&seen["capacity"], &seen["join_url"], &seen["held_back"]), (&json!(20), &Value::Null, &Value::Null));
    assert_eq!(leaflet.app.server().get(&leaflet.at()).await.ok()["held_back"], 2);
    for noun in ["courses", "classes", "windows", "fees"] {
        let seen = page.get(&format!("/v1/course/{noun}")).await.ok();
        assert_eq!(seen["data"].as_array().unwrap().len(), 1, "{noun} of a class that was published");
    }
    page.post("/v1/course/courses", &json!({ "code": "X", "title": "X" })).await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_its_rule_and_changes_nothing() {
    let leaflet = Leaflet::new().await;
    let before = leaflet.everything().await;
    let server = leaflet.app.server();
    let refused = async |noun: &str, body: &Value, status: u16, code: &str| {
        server.post(&format!("/v1/course/{noun}"), body).await.refused(status, code)
    };
    let backwards = json!({ "code": "B", "name": "逆", "starts_on": "2027-10-01", "ends_on": "2027-10-01" });
    refused("terms", &backwards, 422, "course.term.days").await;
    let again = json!({ "code": "2027-1", "name": "前期", "starts_on": "2027-04-01", "ends_on": "2027-10-01" });
    refused("terms", &again, 409, "course.catalogue.code_taken").await;
    let follows = json!({ "code": "N", "name": "後期", "starts_on": "2027-10-01", "ends_on": "2028-04-01",
                          "previous": "term_7zzzzzzzzzzzz0000000000000" });
    assert_eq!(refused("terms", &follows, 422, "course.catalogue.no_such_parent").await["noun"], "term");
    refused("courses", &json!({ "code": "YOGA", "title": "別" }), 409, "course.catalogue.code_taken").await;
    refused("classes", &leaflet.draft(&json!({})), 409, "course.catalogue.code_taken").await;
    let nowhere = leaflet.draft(&json!({ "code": "X", "course": "crs_7zzzzzzzzzzzz0000000000000" }));
    assert_eq!(refused("classes", &nowhere, 422, "course.catalogue.no_such_parent").await["noun"], "course");
    for (more, fault) in [
        (json!({ "held_back": 21 }), "held_back_above_capacity"),
        (json!({ "minimum_enrolment": 21 }), "minimum_above_capacity"),
        (json!({ "decide_by": "2027-03-20" }), "decide_by_without_minimum"),
        (json!({ "max_party": 21 }), "party_above_capacity"),
        (
            json!({ "held_back": 15, "rules": { "tiers": [{ "label": "市内", "requires": [], "reserved": 6 }] } }),
            "reserved_above_capacity",
        ),
    ] {
        let mut body = leaflet.draft(&more);
        body["code"] = json!("X");
        assert_eq!(refused("classes", &body, 422, "course.class.numbers").await["fault"], fault);
    }
    let upside = leaflet.window("2027-02-01T17:00:00+09:00", "2027-02-01T17:00:00+09:00");
    refused("windows", &upside, 422, "course.window.times").await;
    let fee = refused("fees", &leaflet.tuition(-1), 422, "course.class.numbers").await;
    assert_eq!(fee["fault"], "negative_amount");
    let mut nobodys = leaflet.tuition(1);
    nobodys["class"] = json!("cla_7zzzzzzzzzzzz0000000000000");
    assert_eq!(refused("fees", &nobodys, 422, "course.catalogue.no_such_parent").await["noun"], "class");
    let stale = patch(&server, &leaflet.at(), "\"7\"", &json!({ "title": "別" })).await;
    assert_eq!(stale.refused(412, "version_mismatch")["current_version"], 1);
    let missing = leaflet.publish().await.refused(409, "course.class.not_ready");
    assert_eq!(missing["missing"], json!(["window"]));
    assert_eq!(leaflet.everything().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_class_is_edited_though_its_capacity_was_lowered_below_what_it_was_published_with() {
    let leaflet = Leaflet::new().await;
    let server = leaflet.app.server();
    let city = json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }]);
    let numbers = json!({ "minimum_enrolment": 10, "max_party": 10,
                          "rules": { "tiers": [{ "label": "市内", "requires": city, "reserved": 15 }] } });
    patch(&server, &leaflet.at(), "\"1\"", &numbers).await.ok();
    make(&leaflet.app, "windows", &leaflet.window("2027-02-01T09:00:00+09:00", "2027-02-10T17:00:00+09:00")).await;
    leaflet.publish().await.ok();
    let fewer = json!({ "capacity": 8, "reason": "会場を変更" });
    let key = [("idempotency-key", "fewer")];
    server.send(Method::PUT, &format!("{}/capacity", leaflet.at()), &key, Some(&fewer)).await.ok();
    let more = json!({ "capacity": 8, "held_back": 9, "reason": "関係者枠" });
    let key = [("idempotency-key", "more")];
    let told = server.send(Method::PUT, &format!("{}/capacity", leaflet.at()), &key, Some(&more)).await;
    let told = told.refused(422, "course.seats.capacity");
    assert_eq!((&told["capacity"], &told["held_back"]), (&json!(8), &json!(9)), "what it would be");
    let change = async |body: Value| server.send(Method::PATCH, &leaflet.at(), &[], Some(&body)).await;
    assert_eq!(change(json!({ "title": "日曜", "minimum_enrolment": 10 })).await.ok()["title"], "日曜");
    let told = change(json!({ "minimum_enrolment": 9 })).await.refused(422, "course.class.numbers");
    assert_eq!(told["fault"], "minimum_above_capacity", "what is touched has to agree");
    assert_eq!(change(json!({ "minimum_enrolment": 8 })).await.ok()["minimum_enrolment"], 8);
    let told = change(json!({ "minimum_enrolment": null, "decide_by": "2027-03-20" })).await;
    assert_eq!(told.refused(422, "course.class.numbers")["fault"], "decide_by_without_minimum");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_contradict_themselves_are_refused_with_every_fault_and_its_place() {
    let leaflet = Leaflet::new().await;
    let before = leaflet.everything().await;
    let age = |more: &Value| {
        let mut condition = json!({ "fact": "age" });
        condition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([{ "any_of": [condition] }])
    };
    let rules = json!({
        "eligibility": [{ "label": "年齢", "requires": age(&json!({})), "effect": "block" }],
        "prices": [{ "label": "65歳以上", "requires": age(&json!({ "at_least": 65, "is": true })), "percent": 50 }],
        "tiers": [{ "label": "子ども", "requires": age(&json!({ "at_least": 12, "at_most": 6 })) }],
        "refunds": [{ "days_before": 7, "percent": 50 }, { "days_before": 15, "percent": 100 }],
    });
    let server = leaflet.app.server();
    let told = patch(&server, &leaflet.at(), "\"1\"", &json!({ "rules": rules })).await;
    assert_eq!(
        told.refused(422, "course.class.rules")["faults"],
        json!([
            { "at": "/eligibility/0/requires/0/any_of/0", "code": "compares_nothing" },
            { "at": "/prices/0/requires/0/any_of/0", "code": "mixes_kinds" },
            { "at": "/tiers/0/requires/0/any_of/0", "code": "never_met" },
            { "at": "/refunds/1", "code": "not_falling" },
        ])
    );
    let twofold = json!({ "prices": [{ "label": "割引", "requires": [], "percent": 50, "amount": 100 }] });
    let told = patch(&server, &leaflet.at(), "\"1\"", &json!({ "rules": twofold })).await;
    let faults = told.refused(422, "course.class.rules")["faults"].clone();
    assert_eq!(faults, json!([{ "at": "/prices/0", "code": "amount_or_percent" }]));
    let price = |more: Value| {
        let mut price = json!({ "label": "割引", "requires": [] });
        price.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        price
    };
    let several = json!({
        "prices": [price(json!({})), price(json!({ "amount": -100 })), price(json!({ "amount": 1, "percent": 1 }))],
        "refunds": rules["refunds"],
    });
    let told = server.post("/v1/course/classes", &leaflet.draft(&json!({ "code": "SUN", "rules": several }))).await;
    assert_eq!(
        told.refused(422, "course.class.rules")["faults"],
        json!([
            { "at": "/prices/0", "code": "amount_or_percent" },
            { "at": "/prices/2", "code": "amount_or_percent" },
            { "at": "/prices/1/amount", "code": "negative" },
            { "at": "/refunds/1", "code": "not_falling" },
        ])
    );
    assert_eq!(leaflet.everything().await, before);
}

/// With what the house itself takes as facts: no more can be asked for than can be recorded.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_nobody_can_meet_is_refused_wherever_it_stands() {
    let leaflet = Leaflet::new().await;
    let before = leaflet.everything().await;
    let requires = |condition: Value| json!([{ "any_of": [condition] }]);
    let old = requires(json!({ "fact": "age", "is": true }));
    let blue = requires(json!({ "fact": "favourite colour", "is": true }));
    let far = requires(json!({ "fact": "residence", "at_least": 10 }));
    let rules = json!({
        "eligibility": [{ "label": "年齢", "requires": old, "effect": "block" }],
        "prices": [{ "label": "好きな色", "requires": blue, "percent": 50 }],
        "tiers": [{ "label": "遠方", "requires": far }],
    });
    let server = leaflet.app.server();
    let told = patch(&server, &leaflet.at(), "\"1\"", &json!({ "rules": rules })).await;
    assert_eq!(
        told.refused(422, "course.class.rules")["faults"],
        json!([
            { "at": "/eligibility/0/requires/0/any_of/0", "code": "other_kind" },
            { "at": "/prices/0/requires/0/any_of/0", "code": "no_such_fact" },
            { "at": "/tiers/0/requires/0/any_of/0", "code": "other_kind" },
        ])
    );
    let window = json!({ "class": leaflet.class, "kind": "resident", "label": "市民", "requires": far,
                         "opens_at": "2026-12-01T09:00:00+09:00", "closes_at": "2026-12-10T17:00:00+09:00" });
    let told = server.post("/v1/course/windows", &window).await.refused(422, "course.class.rules");
    assert_eq!(told["faults"], json!([{ "at": "/requires/0/any_of/0", "code": "other_kind" }]));
    assert_eq!(leaflet.everything().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_stays() {
    let (leaflet, window, fee) = Leaflet::published().await;
    let before = leaflet.everything().await;
    let server = leaflet.app.server();
    let fixed = json!({ "capacity": 30, "rules": {}, "admission": "draw" });
    let told = patch(&server, &leaflet.at(), "*", &fixed).await.refused(409, "course.class.fixed");
    assert_eq!(told["fields"], json!(["capacity", "admission", "rules"]));
    let fee = format!("/v1/course/fees/{}", id(&fee));
    patch(&server, &fee, "*", &json!({ "amount": 7_000 })).await.refused(409, "course.class.fixed");
    server.post("/v1/course/fees", &leaflet.tuition(100)).await.refused(409, "course.class.fixed");
    let window = format!("/v1/course/windows/{}", id(&window));
    let told = patch(&server, &window, "*", &json!({ "requires": [], "opens_at": "2026-12-01T09:00:00+09:00" })).await;
    let told = told.refused(409, "course.window.opened");
    assert_eq!(told["fields"], json!(["opens_at", "requires"]));
    assert_eq!(told["opened_at"], "2026-11-20T09:00:00+09:00");
    leaflet.publish().await.ok();
    assert_eq!(leaflet.everything().await, before, "publishing it twice is publishing it once");

    let longer = json!({ "closes_at": "2027-02-08T17:00:00+09:00" });
    assert_eq!(patch(&server, &window, "\"1\"", &longer).await.ok()["version"], 2);
    assert_eq!(patch(&server, &leaflet.at(), "\"2\"", &json!({ "title": "土曜午前" })).await.ok()["title"], "土曜午前");
    let later = leaflet.window("2027-02-10T09:00:00+09:00", "2027-02-20T17:00:00+09:00");
    let later = format!("/v1/course/windows/{}", id(&make(&leaflet.app, "windows", &later).await));

    // nobody is put before those who have applied
    let past = "2026-11-01T09:00:00+09:00";
    let early = leaflet.window(past, "2027-02-20T17:00:00+09:00");
    let told = server.post("/v1/course/windows", &early).await.refused(422, "course.window.past");
    assert_eq!(told["earliest"], "2026-11-21T10:00:00+09:00");
    patch(&server, &later, "*", &json!({ "opens_at": past })).await.refused(422, "course.window.past");
    patch(&server, &later, "*", &json!({ "opens_at": "2026-11-21T10:00:00+09:00" })).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_change_the_same_version_one_does() {
    let leaflet = Leaflet::new().await;
    let server = leaflet.app.server();
    let (at, body) = (leaflet.at(), json!({ "title": "別" }));
    let answers = join_all((0..8).map(|_| patch(&server, &at, "\"1\"", &body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "version_mismatch"));
    let same = json!({ "code": "ART", "title": "絵画" });
    let answers = join_all((0..8).map(|_| server.post("/v1/course/courses", &same))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "one course has the code");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_fee_and_the_publication_at_once_the_fee_is_there_before_or_not_at_all() {
    let leaflet = Leaflet::new().await;
    make(&leaflet.app, "windows", &leaflet.window("2026-12-01T09:00:00+09:00", "2027-02-01T17:00:00+09:00")).await;
    let (server, tuition) = (leaflet.app.server(), leaflet.tuition(500));
    let fees = join_all((0..6).map(|_| server.post("/v1/course/fees", &tuition)));
    let (published, fees) = tokio::join!(leaflet.publish(), fees);
    published.ok();
    let made = fees.iter().filter(|answer| answer.status == 201).count();
    assert!(fees.iter().all(|answer| answer.status == 201 || answer.code() == "course.class.fixed"));
    let kept = server.get("/v1/course/fees").await.ok()["data"].as_array().unwrap().len();
    assert_eq!(kept, made);
    server.post("/v1/course/fees", &tuition).await.refused(409, "course.class.fixed");
}
