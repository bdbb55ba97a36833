//! A party before it applies: judged whole, and told beforehand exactly what it would be answered.

use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;

use crate::{course_applications::Centre, venue_hire::id};

impl Centre {
    /// What somebody is told before they apply.
    pub async fn preview(&self, people: Value, more: Value) -> Value {
        let mut body = json!({ "class": self.class, "people": people });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.page().post("/v1/course/applications/preview", &body).await.ok()
    }

    pub async fn ask(&self, people: Value, more: Value) -> Answer {
        let mut body = json!({ "class": self.class, "people": people, "contact": { "name": "山田 花子" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.page().post("/v1/course/applications", &body).await
    }

    /// Lets so many wait.
    async fn resize_line(&self, most: i32) {
        let body = json!({ "capacity": 4, "waiting_capacity": most, "reason": "空席待ちを増やす" });
        let at = format!("/v1/course/classes/{}/capacity", self.class);
        self.app.server().send(Method::PUT, &at, &[("idempotency-key", "line")], Some(&body)).await.ok();
    }

    async fn persons(&self) -> usize {
        self.app.server().get("/v1/persons?limit=100").await.ok()["data"].as_array().unwrap().len()
    }
}

fn named(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name, "birth_date": "2016-04-01" })).collect()
}

fn codes(told: &Value) -> Vec<&str> {
    told["obstacles"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_that_may_be_split_is_no_larger_than_the_class_takes() {
    let centre = Centre::new(json!({ "max_party": 1 }), &[]).await;
    let split = || json!({ "splittable": true });
    let refused = centre.ask(named(&["一", "二"]), split()).await.refused(422, "course.application.party_size");
    assert_eq!(refused["most"], 1);
    assert_eq!(codes(&centre.preview(named(&["一", "二"]), split()).await), ["course.application.party_size"]);
    assert_eq!(centre.persons().await, 0, "nobody of a party that is refused is entered");
    centre.ask(named(&["一"]), split()).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_that_is_split_makes_as_many_applications_as_there_are_learners() {
    let centre = Centre::new(json!({ "rules": { "per_household": 2 } }), &[]).await;
    let server = centre.app.server();
    let patron = server.post("/v1/patrons", &json!({ "name": "山田 太郎" })).await.created();
    let mut children = Vec::new();
    for name in ["葵", "蓮", "湊"] {
        let child = json!({ "name": name, "guardian": patron["id"] });
        children.push(json!({ "person": server.post("/v1/persons", &child).await.created()["id"] }));
    }
    let ask = async |people: &[Value]| {
        let body = json!({ "class": centre.class, "people": people, "patron": patron["id"], "splittable": true });
        server.post("/v1/course/applications", &body).await
    };
    assert_eq!(ask(&children).await.refused(409, "course.application.household_limit")["most"], 2);
    let preview = json!({ "class": centre.class, "people": children, "patron": patron["id"], "splittable": true });
    let told = server.post("/v1/course/applications/preview", &preview).await.ok();
    assert_eq!(
        (codes(&told), &told["household"]),
        (vec!["course.application.household_limit"], &json!({ "active": 3, "most": 2 }))
    );
    let made = ask(&children[..2]).await.created();
    assert_eq!(made["applications"].as_array().unwrap().len(), 2);
    ask(&children[2..]).await.refused(409, "course.application.household_limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_foretold_that_the_household_makes_too_many_applications() {
    let centre = Centre::new(json!({ "rules": { "per_household": 2 } }), &[]).await;
    let split = || json!({ "splittable": true });
    let family = || named(&["葵", "蓮", "湊"]);
    let told = centre.preview(family(), split()).await;
    assert_eq!(
        (&told["may_apply"], codes(&told), &told["household"]),
        (&json!(false), vec!["course.application.household_limit"], &json!({ "active": 3, "most": 2 }))
    );
    centre.ask(family(), split()).await.refused(409, "course.application.household_limit");
    assert_eq!(centre.preview(named(&["葵", "蓮"]), split()).await["may_apply"], true);
    centre.ask(named(&["葵", "蓮"]), split()).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_right_about_somebody_is_told_with_its_place_and_keeps_nothing() {
    let centre = Centre::new(json!({}), &[]).await;
    let ask = async |people: Value| centre.ask(people, json!({})).await;
    let wrong = json!([{ "birth_date": "2016-04-01" }, { "name": "蓮", "birth_date": "2027-01-01" }, { "name": "湊" }]);
    let told = ask(wrong).await.refused(422, "patron.details_rejected");
    let told: Vec<_> = told["errors"].as_array().unwrap().iter().map(|one| (&one["pointer"], &one["code"])).collect();
    assert_eq!(
        told,
        [(&json!("#/people/0/name"), &json!("required")), (&json!("#/people/1/birth_date"), &json!("not_yet_born"))]
    );
    let contact = json!({ "name": "母", "email": "not-mail", "phone": "?" });
    let told = centre.ask(json!([{ "birth_date": "2016-04-01" }]), json!({ "contact": contact })).await;
    let told = told.refused(422, "patron.details_rejected");
    let told: Vec<_> = told["errors"].as_array().unwrap().iter().map(|one| (&one["pointer"], &one["code"])).collect();
    assert_eq!(
        told,
        [
            (&json!("#/people/0/name"), &json!("required")),
            (&json!("#/contact/email"), &json!("not_an_address")),
            (&json!("#/contact/phone"), &json!("not_a_number")),
        ]
    );
    for kind in ["age", "grade", "continuing", "first_time", "courses_in_two_years", "lost_last_term"] {
        let cheat = json!([{ "name": "葵", "facts": [{ "kind": "work_in_city", "yes": true }, { "kind": kind, "number": 65 }] }]);
        let told = ask(cheat.clone()).await.refused(422, "patron.fact.computed");
        assert_eq!(told["pointer"], "#/people/0/facts/1", "{kind}");
        let body = json!({ "class": centre.class, "people": cheat });
        let preview = centre.app.page().post("/v1/course/applications/preview", &body).await;
        assert_eq!(preview.refused(422, "patron.fact.computed")["pointer"], "#/people/0/facts/1", "{kind}");
    }
    let twice = json!({ "kind": "residence", "text": "city" });
    ask(json!([{ "name": "葵", "facts": [twice, twice] }])).await.refused(422, "patron.fact.twice");
    let server = centre.app.server();
    let known = server.post("/v1/persons", &json!({ "name": "葵" })).await.created();
    let both = json!({ "class": centre.class, "people": [{ "person": known["id"], "name": "葵" }], "contact": { "name": "母" } });
    let told = server.post("/v1/course/applications", &both).await.refused(422, "course.application.party");
    assert_eq!((&told["fault"], &told["pointer"]), (&json!("person_and_details"), &json!("#/people/0")));
    assert_eq!(centre.persons().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_named_as_a_patron_leaves_no_contact_beside() {
    let centre = Centre::new(json!({}), &[]).await;
    let server = centre.app.server();
    let patron = server.post("/v1/patrons", &json!({ "name": "母" })).await.created();
    let mut body = json!({ "class": centre.class, "people": [{ "name": "葵" }], "patron": patron["id"],
                           "contact": { "name": "父" } });
    let told = server.post("/v1/course/applications", &body).await.refused(422, "course.application.party");
    assert_eq!((&told["fault"], &told["pointer"]), (&json!("patron_and_contact"), &json!("#/contact")));
    body["channel"] = json!("counter");
    let told = server.post("/v1/course/applications/entries", &body).await;
    assert_eq!(told.refused(422, "course.application.party")["fault"], "patron_and_contact");
    body.as_object_mut().unwrap().remove("contact");
    server.post("/v1/course/applications/entries", &body).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_says_of_a_day_to_come_or_against_their_birth_date_does_not_open_a_class() {
    let rules = json!([
        { "label": "市内", "effect": "block", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] },
        { "label": "小4以下", "effect": "block", "requires": [{ "any_of": [{ "fact": "grade", "at_most": 4 }] }] },
    ]);
    let centre = Centre::new(json!({ "rules": { "eligibility": rules } }), &[]).await;
    // born on 1 April 2016: of the fifth grade on 1 April 2026, of the sixth on the first day of the term
    let child = |grade: bool, as_of: &str| {
        let city = json!({ "kind": "residence", "text": "city", "as_of": as_of });
        let younger = json!({ "kind": "school_grade", "number": 4 });
        let facts: Vec<_> = [Some(city), grade.then_some(younger)].into_iter().flatten().collect();
        json!([{ "name": "葵", "birth_date": "2016-04-01", "facts": facts }])
    };
    let met = |told: &Value| -> Vec<Value> {
        told["people"][0]["rules"].as_array().unwrap().iter().map(|rule| rule["met"].clone()).collect()
    };
    let told = centre.preview(child(true, "2027-04-02"), json!({})).await;
    assert_eq!((&told["may_apply"], met(&told)), (&json!(false), vec![json!("unknown"), json!("no")]));
    let told = centre.ask(child(true, "2027-04-02"), json!({})).await.refused(422, "course.application.not_eligible");
    assert_eq!(told["findings"].as_array().unwrap().len(), 2);
    let told = centre.preview(child(true, "2027-04-01"), json!({})).await;
    assert_eq!(met(&told), [json!("claimed"), json!("no")]);

    let server = centre.app.server();
    let known = server.post("/v1/persons", &json!({ "name": "葵", "birth_date": "2016-04-01" })).await.created();
    let facts = format!("/v1/persons/{}/facts", id(&known));
    for fact in [
        json!({ "kind": "birth_date", "text": "2016-04-01", "verified": true }),
        json!({ "kind": "residence", "text": "city", "verified": true }),
    ] {
        server.post(&facts, &fact).await.created();
    }
    // of the third grade now, so of the fourth on the first day of the term
    let grade = json!({ "kind": "school_grade", "number": 3 });
    let grade = server.post(&facts, &grade).await.created();
    let body = json!({ "class": centre.class, "people": [{ "person": known["id"] }], "contact": { "name": "母" } });
    let told = server
        .post(
            "/v1/course/applications/preview",
            &json!({ "class": centre.class, "people": [{ "person": known["id"] }] }),
        )
        .await
        .ok();
    assert_eq!(met(&told), [json!("yes"), json!("no")], "a claim never outranks a paper");
    server.post("/v1/course/applications", &body).await.refused(422, "course.application.not_eligible");
    server.post(&format!("{facts}/{}/confirm", id(&grade)), &json!({})).await.ok();
    server.post("/v1/course/applications", &body).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_resident_is_told_when_the_next_window_opens_that_takes_them() {
    let adults = json!({ "label": "18歳以上", "effect": "block",
                         "requires": [{ "any_of": [{ "fact": "age", "at_least": 18 }] }] });
    let city = json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }]);
    let residents = json!({ "kind": "resident", "label": "市民", "requires": city });
    let centre = Centre::with_window(json!({ "rules": { "eligibility": [adults] } }), &[], residents.clone()).await;
    let outside = json!([{ "kind": "residence", "text": "outside" }]);
    let from_outside = |birth_date: &str| json!([{ "name": "外", "birth_date": birth_date, "facts": outside }]);
    let (adult, child) = (from_outside("1990-05-05"), from_outside("2016-04-01"));
    let refused = async |people: &Value| {
        let told = centre.ask(people.clone(), json!({})).await.refused(422, "course.application.not_eligible");
        let preview = centre.preview(people.clone(), json!({})).await;
        assert_eq!(preview["obstacles"][0]["opens_at"], told["opens_at"], "{preview}");
        told["opens_at"].clone()
    };
    assert_eq!(refused(&adult).await, Value::Null, "there is none");
    for (day, mut window) in [("24", residents), ("25", json!({ "kind": "general", "label": "一般" }))] {
        window["class"] = json!(centre.class);
        window["opens_at"] = json!(format!("2026-11-{day}T09:00:00+09:00"));
        window["closes_at"] = json!("2026-12-01T17:00:00+09:00");
        centre.app.server().post("/v1/course/windows", &window).await.created();
    }
    assert_eq!(refused(&adult).await, "2026-11-25T09:00:00+09:00");
    assert_eq!(refused(&child).await, Value::Null, "a rule of the class keeps them out of every window");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_what_would_become_of_an_application() {
    let rules = json!([
        { "label": "6歳以上", "effect": "block", "requires": [{ "any_of": [{ "fact": "age", "at_least": 6 }] }] },
        { "label": "市内", "effect": "verify", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] },
    ]);
    let class = json!({ "capacity": 2, "waiting_capacity": 1, "rules": { "eligibility": rules } });
    let centre = Centre::new(class, &[json!({ "amount": 1_000 })]).await;
    let one = |name: &str| named(&[name]);
    let told = centre.preview(named(&["一", "二"]), json!({ "splittable": true })).await;
    assert_eq!((&told["may_apply"], &told["obstacles"], &told["total"]), (&json!(true), &json!([]), &json!(2_000)));
    let parts: Vec<_> =
        told["parts"].as_array().unwrap().iter().map(|part| (&part["people"], &part["outcome"])).collect();
    assert_eq!(parts, [(&json!([0]), &json!("seated")), (&json!([1]), &json!("seated"))]);
    assert_eq!(
        told["people"][0]["rules"],
        json!([{ "rule": "6歳以上", "effect": "block", "met": "claimed" }, { "rule": "市内", "effect": "verify", "met": "unknown" }])
    );
    assert_eq!(told["people"][0]["findings"].as_array().unwrap().len(), 1, "{told}");
    centre.ask(named(&["一", "二"]), json!({})).await.created();
    let told = centre.preview(one("三"), json!({})).await;
    assert_eq!((&told["parts"][0]["outcome"], &told["parts"][0]["position"]), (&json!("waitlisted"), &json!(1)));
    centre.ask(one("三"), json!({})).await.created();
    assert_eq!(codes(&centre.preview(one("四"), json!({})).await), ["course.seats.full"]);
    // what was not paid in time is somebody else's, whether or not anybody has tidied up
    centre.app.clock.advance(time::Duration::days(9));
    let told = centre.preview(one("四"), json!({})).await;
    assert_eq!((&told["may_apply"], &told["parts"][0]["outcome"]), (&json!(true), &json!("seated")), "{told}");
    let made = centre.ask(one("四"), json!({})).await.created();
    assert_eq!(made["applications"][0]["state"], "payment_due");
    centre.app.clock.advance(time::Duration::days(30));
    let told = centre.preview(one("五"), json!({})).await;
    assert_eq!((&told["may_apply"], codes(&told)), (&json!(false), vec!["course.application.no_window"]));
    assert_eq!((told.get("window"), &told["total"]), (None, &json!(1_000)), "the price is told all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_knows_that_one_of_a_family_waits_behind_another_who_is_undecided() {
    let city = json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }]);
    let first = json!({ "label": "市内", "admission": "screening", "requires": city });
    let centre = Centre::with_window(json!({}), &[], first).await;
    let general = json!({ "class": centre.class, "kind": "general", "label": "一般",
                          "opens_at": "2026-11-22T10:00:00+09:00", "closes_at": "2026-12-01T17:00:00+09:00" });
    centre.app.server().post("/v1/course/windows", &general).await.created();
    centre.app.clock.advance(time::Duration::days(1));
    let lives = |town: &str| json!({ "name": town, "facts": [{ "kind": "residence", "text": town }] });
    let family = || json!([lives("city"), lives("outside")]);
    let told = centre.preview(family(), json!({ "splittable": true })).await;
    let parts: Vec<_> =
        told["parts"].as_array().unwrap().iter().map(|part| (&part["outcome"], part.get("position"))).collect();
    assert_eq!(parts, [(&json!("screening"), None), (&json!("waitlisted"), Some(&json!(1)))], "{told}");
    let made = centre.ask(family(), json!({ "splittable": true })).await.created();
    let states: Vec<_> = made["applications"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["screening", "waitlisted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fits_where_a_family_does_not_is_foretold_the_offer_that_they_get() {
    let centre =
        Centre::new(json!({ "capacity": 4, "waiting_capacity": 1, "group_policy": "skip_if_not_fit" }), &[]).await;
    centre.ask(named(&["一", "二"]), json!({})).await.created();
    centre.ask(named(&["父", "母", "子"]), json!({})).await.created();
    let foretold = async |people: &[&str]| {
        let split = json!({ "splittable": true });
        let told = centre.preview(named(people), split.clone()).await;
        let parts =
            told["parts"].as_array().unwrap().iter().map(|part| (part["outcome"].clone(), part["position"].clone()));
        let made = centre.ask(named(people), split).await.created();
        let made =
            made["applications"].as_array().unwrap().iter().map(|one| (one["state"].clone(), one["position"].clone()));
        let (parts, made): (Vec<_>, Vec<_>) = (parts.collect(), made.collect());
        assert_eq!(parts, made, "{told}");
        made
    };
    assert_eq!(foretold(&["三"]).await, [(json!("offered"), Value::Null)], "though the line is full");
    let full = centre.ask(named(&["四", "五"]), json!({})).await.refused(409, "course.seats.full");
    assert_eq!((&full["waiting"], &full["waiting_capacity"]), (&json!(1), &json!(1)), "there is one place for two");
    let full = centre.ask(named(&["四", "五"]), json!({ "splittable": true })).await.refused(409, "course.seats.full");
    assert_eq!(full["pointer"], "#/people/1", "the first would be offered the place");
    centre.resize_line(2).await;
    let both = [(json!("offered"), Value::Null), (json!("waitlisted"), json!(2))];
    assert_eq!(foretold(&["四", "五"]).await, both, "where they may be split");
}

/// How full a class is, as everybody reads it.
async fn fullness(centre: &Centre) -> (Value, Value, Value) {
    let at = format!("/v1/course/classes/{}/availability", centre.class);
    let seen = centre.app.page().get(&at).await.ok();
    (seen["capacity"].clone(), seen["places_left"].clone(), seen["waiting"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_parties_are_counted_three_take_one_place_and_pay_once_and_one_of_them_who_leaves_frees_none() {
    let class = json!({ "capacity": 2, "capacity_unit": "party", "max_party": 3,
                        "rules": { "refunds": [{ "days_before": 0, "percent": 100 }] } });
    let centre = Centre::new(class, &[json!({ "amount": 5_000 })]).await;
    let family = || named(&["葵", "蓮", "湊"]);
    let told = centre.preview(family(), json!({})).await;
    assert_eq!(
        (&told["units"], &told["total"], &told["parts"][0]["outcome"]),
        (&json!(1), &json!(5_000), &json!("seated"))
    );
    let made = centre.ask(family(), json!({})).await.created()["applications"][0].clone();
    assert_eq!((&made["units"], &made["total"], &made["state"]), (&json!(1), &json!(5_000), &json!("payment_due")));
    assert_eq!((made["people"].as_array().unwrap().len(), made["lines"].as_array().unwrap().len()), (3, 1));
    assert_eq!(made["lines"][0].get("person"), None, "it is the party that pays");
    assert_eq!(fullness(&centre).await, (json!(2), json!(1), json!(0)));
    let four = centre.ask(named(&["一", "二", "三", "四"]), json!({})).await;
    assert_eq!(four.refused(422, "course.application.party_size")["most"], 3);

    let alone = centre.ask(named(&["一"]), json!({})).await.created()["applications"][0].clone();
    assert_eq!((&alone["units"], &alone["total"]), (&json!(1), &json!(5_000)), "one is a party, too");
    assert_eq!(fullness(&centre).await, (json!(2), json!(0), json!(0)));
    let told = centre.preview(named(&["二", "三"]), json!({})).await;
    assert_eq!((&told["parts"][0]["outcome"], &told["parts"][0]["position"]), (&json!("waitlisted"), &json!(1)));
    let waits = centre.ask(named(&["二", "三"]), json!({})).await.created()["applications"][0].clone();

    centre.pay(&made).await.created();
    let quotes = "/v1/course/withdrawal-quotes";
    let child = json!({ "application": made["id"], "people": [made["people"][2]["person"]] });
    let quote = centre.app.server().post(quotes, &child).await.created();
    assert_eq!(quote["refund"], 0, "what the party pays does not depend on how many it is");
    centre.app.server().post(&format!("{quotes}/{}/withdraw", id(&quote)), &json!({})).await.ok();
    let left = centre.read(&made).await;
    assert_eq!((&left["units"], left["people"].as_array().unwrap().len()), (&json!(1), 2));
    assert_eq!(centre.read(&waits).await["state"], "waitlisted");
    centre.act(&alone, "withdraw", &json!({})).await.ok();
    assert_eq!(centre.read(&waits).await["state"], "offered", "two come in where one was");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_parties_of_any_size_at_once_one_has_the_last_place_and_the_others_wait_in_a_line() {
    let class = json!({ "capacity": 2, "capacity_unit": "party", "max_party": 4 });
    let centre = Centre::new(class, &[]).await;
    assert_eq!(centre.one(&["父", "母", "兄", "妹"]).await["state"], "admitted");
    let ask = async |n: u64| {
        let names: Vec<String> = (0..=n % 4).map(|at| format!("組{n}の{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        centre.one(&names).await
    };
    let made = join_all((0..16).map(ask)).await;
    let seated: Vec<&Value> = made.iter().filter(|one| one["state"] == "admitted").collect();
    let mut line: Vec<_> = made.iter().filter_map(|one| one["position"].as_i64()).collect();
    line.sort_unstable();
    assert_eq!((seated.len(), line), (1, (1..=15).collect()));
    assert!(made.iter().all(|one| one["units"] == 1), "{made:?}");
    assert_eq!(fullness(&centre).await, (json!(2), json!(0), json!(15)));
    centre.act(seated[0], "withdraw", &json!({})).await.ok();
    let mut offered = 0;
    for one in &made {
        offered += usize::from(centre.read(one).await["state"] == "offered");
    }
    assert_eq!(offered, 1, "one place is one party, whoever it is");
}

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_party_a_preview_says_what_the_application_is_answered() {
    let rules = json!({ "per_household": 3,
        "eligibility": [{ "label": "6歳以上", "effect": "block", "requires": [{ "any_of": [{ "fact": "age", "at_least": 6 }] }] },
                        { "label": "市内", "effect": "verify", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] }],
        "prices": [{ "label": "市外料金", "percent": 150, "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["outside"] }] }] }],
        "tiers": [{ "label": "市内", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] }] });
    let class = json!({ "capacity": 9, "waiting_capacity": 4, "max_party": 3, "rules": rules });
    let centre = Centre::new(
        class,
        &[json!({ "amount": 999 }), json!({ "amount": 500, "optional": true, "kind": "materials" })],
    )
    .await;
    let fees = centre.app.server().get(&format!("/v1/course/fees?class={}", centre.class)).await.ok();
    let extra = fees["data"].as_array().unwrap().iter().find(|fee| fee["optional"] == true).unwrap()["id"].clone();
    let mut chance = Chance(20_261_129);
    let (mut accepted, mut refused) = (0, 0);
    for party in 0..30 {
        let person = |n: u64, chance: &mut Chance| {
            let mut one = json!({ "name": format!("人{party} {n}"), "birth_date": format!("{}-05-05", 1_990 + chance.below(34)) });
            match chance.below(3) {
                0 => one["facts"] = json!([{ "kind": "residence", "text": "city" }]),
                1 => one["facts"] = json!([{ "kind": "residence", "text": "outside" }]),
                _ => {}
            }
            if chance.below(4) == 0 {
                one["options"] = json!([extra]);
            } else if n > 0 && chance.below(4) == 0 {
                one["role"] = json!("companion");
            }
            one
        };
        let people: Value = (0..=chance.below(4)).map(|n| person(n, &mut chance)).collect();
        let more = json!({ "splittable": chance.below(2) == 0 });
        let told = centre.preview(people.clone(), more.clone()).await;
        let answer = centre.ask(people.clone(), more).await;
        let because = format!("{people} {told} {}", answer.text);
        if told["may_apply"] == false {
            refused += 1;
            assert!(codes(&told).contains(&answer.code().as_str()), "{because}");
            continue;
        }
        accepted += 1;
        let made = answer.created();
        let made = made["applications"].as_array().unwrap();
        let parts = told["parts"].as_array().unwrap();
        assert_eq!(made.len(), parts.len(), "{because}");
        for (one, part) in made.iter().zip(parts) {
            assert_eq!(
                (&one["total"], &one["units"], &one["window"]),
                (&part["total"], &part["units"], &part["window"]),
                "{because}"
            );
            let outcome = match one["state"].as_str().unwrap() {
                "payment_due" | "admitted" => "seated",
                other => other,
            };
            assert_eq!(
                (outcome, &one["position"]),
                (part["outcome"].as_str().unwrap(), &part["position"]),
                "{because}"
            );
        }
    }
    assert!(accepted > 5 && refused > 5, "{accepted} accepted, {refused} refused: both are tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_a_party_leaves_the_limit_of_the_household_to_the_others_of_it() {
    let centre = Centre::new(json!({ "max_party": 2, "rules": { "per_household": 1 } }), &[]).await;
    let server = centre.app.server();
    let mut family = Vec::new();
    for name in ["山田", "佐藤"] {
        let patron = server.post("/v1/patrons", &json!({ "name": name })).await.created();
        let child = async |own: &str| {
            let child = json!({ "name": format!("{name} {own}"), "guardian": patron["id"] });
            server.post("/v1/persons", &child).await.created()["id"].clone()
        };
        let children = [child("葵").await, child("蓮").await];
        family.push((patron["id"].clone(), children));
    }
    let [(applicant, [stays, brother]), (other, [leaves, sister])] = <[_; 2]>::try_from(family).unwrap();
    let ask = async |patron: &Value, people: &[&Value]| {
        let people: Vec<_> = people.iter().map(|one| json!({ "person": one })).collect();
        let body = json!({ "class": centre.class, "people": people, "patron": patron });
        server.post("/v1/course/applications", &body).await
    };
    let made = ask(&applicant, &[&stays, &leaves]).await.created()["applications"][0].clone();
    ask(&other, &[&sister]).await.refused(409, "course.application.household_limit");

    let quote = json!({ "application": made["id"], "people": [leaves] });
    let quote = server.post("/v1/course/withdrawal-quotes", &quote).await.created();
    server.post(&format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote)), &json!({})).await.ok();

    ask(&other, &[&sister]).await.created();
    ask(&applicant, &[&brother]).await.refused(409, "course.application.household_limit");
    assert_eq!(centre.read(&made).await["people"].as_array().unwrap().len(), 1);
}
