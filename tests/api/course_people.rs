//! Who somebody is: nobody is twice in a class under two names, and what names a person stands nowhere in clear.

use ::course::people::{self, MergeError};
use db::TenantTx;
use futures_util::future::join_all;
use kernel::{Service, ids::PersonId};
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, TestApp};
use tokio::sync::Notify;

use crate::{
    course_applications::Centre,
    patrons::{sign_in, sign_up},
    venue_hire::id,
};

/// A person without anybody who acts for them.
async fn person(app: &TestApp, name: &str) -> Value {
    app.server().post("/v1/persons", &json!({ "name": name })).await.created()
}

async fn merge(app: &TestApp, from: &Value, into: &Value) -> Answer {
    app.server().post(&format!("/v1/persons/{}/merge", id(from)), &json!({ "into": into["id"] })).await
}

impl Centre {
    async fn enter(&self, people: &[&Value]) -> Answer {
        let people: Vec<_> = people.iter().map(|one| json!({ "person": one["id"] })).collect();
        let body =
            json!({ "class": self.class, "people": people, "contact": { "name": "窓口" }, "channel": "counter" });
        self.app.server().post("/v1/course/applications/entries", &body).await
    }
}

/// What is answered while somebody is being merged: their applications are handed over, and the merge ends once it is waited for.
async fn beside_a_merge(centre: &Centre, (from, into): (&Value, &Value), act: impl Future<Output = Answer>) -> Answer {
    let (test, now) = (&centre.app.test, centre.app.clock.now());
    let (seal, scope) = (test.seal(), test.scope(Service::Course));
    let (from, into) = (id(from).parse::<PersonId>().unwrap(), id(into).parse::<PersonId>().unwrap());
    let (handed_over, waited_for) = (Notify::new(), Notify::new());
    let work = async |tx: &mut TenantTx| -> Result<(), MergeError> {
        people::merge(tx, &seal, from, into, now).await?;
        handed_over.notify_one();
        waited_for.notified().await;
        Ok(())
    };
    let act = async {
        handed_over.notified().await;
        act.await
    };
    let wait = async {
        test.until_somebody_waits().await;
        waited_for.notify_one();
    };
    let (merged, answer, ()) = tokio::join!(test.db.tenant(&scope, work), act, wait);
    merged.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_merged_before_applies_as_the_one_who_is_left() {
    let centre = Centre::new(json!({}), &[]).await;
    let (old, left) = (person(&centre.app, "ヤマダ アオイ").await, person(&centre.app, "山田 葵").await);
    merge(&centre.app, &old, &left).await.ok();
    let made = centre.enter(&[&old]).await.created();
    assert_eq!(made["applications"][0]["people"][0]["person"], left["id"]);
    centre.enter(&[&left]).await.refused(409, "course.seats.already_applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_out_to_be_somebody_else_takes_applications_and_learning_along() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 1_000 })]).await;
    let (old, left) = (person(&centre.app, "ヤマダ アオイ").await, person(&centre.app, "山田 葵").await);
    let made = centre.enter(&[&old]).await.created()["applications"][0].clone();
    centre.pay(&made).await.created();
    let roster = async || {
        let at = format!("/v1/course/classes/{}/roster", centre.class);
        centre.app.server().get(&at).await.text
    };
    assert!(roster().await.contains(&id(&old)));
    merge(&centre.app, &old, &left).await.ok();
    let seen = centre.read(&made).await;
    assert_eq!((&seen["people"][0]["person"], &seen["lines"][0]["person"]), (&left["id"], &left["id"]));
    assert!(seen["people"][0]["tier"].is_number(), "what the rules made of them goes along: {seen}");
    assert!(roster().await.contains(&id(&left)) && !roster().await.contains(&id(&old)));
    for one in [&old, &left] {
        centre.enter(&[one]).await.refused(409, "course.seats.already_applied");
    }
    let history = centre.app.server().get(&format!("/v1/course/persons/{}/history", id(&old))).await.ok();
    assert_eq!(history["data"][0]["people"][0]["person"], left["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_are_both_in_a_class_become_one_only_after_one_of_them_has_left() {
    let centre = Centre::new(json!({}), &[]).await;
    let (one, other) = (person(&centre.app, "ヤマダ アオイ").await, person(&centre.app, "山田 葵").await);
    let first = centre.enter(&[&one]).await.created()["applications"][0].clone();
    let second = centre.enter(&[&other]).await.created()["applications"][0].clone();
    let told = merge(&centre.app, &one, &other).await.refused(409, "course.application.both_applied");
    let mut named = [id(&first), id(&second)];
    named.sort_unstable();
    assert_eq!((&told["applications"], &told["classes"]), (&json!(named), &json!([centre.class])));
    let still = centre.app.server().get(&format!("/v1/persons/{}", id(&one))).await.ok();
    assert_eq!(still["id"], one["id"], "nothing was merged");
    centre.act(&second, "revoke", &json!({ "reason": "重複" })).await.ok();
    merge(&centre.app, &one, &other).await.ok();
    assert_eq!(centre.read(&first).await["people"][0]["person"], other["id"]);
    // both were in one application that is over: one of them stays in it
    let (twin, double) = (person(&centre.app, "蓮").await, person(&centre.app, "レン").await);
    let together = centre.enter(&[&twin, &double]).await.created()["applications"][0].clone();
    merge(&centre.app, &double, &twin).await.refused(409, "course.application.both_applied");
    centre.act(&together, "revoke", &json!({ "reason": "重複" })).await.ok();
    merge(&centre.app, &double, &twin).await.ok();
    assert_eq!(centre.read(&together).await["people"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_judged_again_during_a_merge_speaks_of_the_one_who_is_left() {
    let city = json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }]);
    let rules = json!({ "eligibility": [{ "label": "市内", "effect": "verify", "requires": city }] });
    let centre = Centre::new(json!({ "rules": rules }), &[json!({ "amount": 1_000 })]).await;
    let (old, left) = (person(&centre.app, "ヤマダ アオイ").await, person(&centre.app, "山田 葵").await);
    let made = centre.enter(&[&old]).await.created()["applications"][0].clone();
    assert_eq!(made["to_verify"], true, "{made}");
    for one in [&old, &left] {
        let seen = json!({ "kind": "residence", "text": "city", "verified": true });
        centre.app.server().post(&format!("/v1/persons/{}/facts", id(one)), &seen).await.created();
    }
    let again = json!({});
    beside_a_merge(&centre, (&old, &left), centre.act(&made, "assess", &again)).await.ok();
    let seen = centre.read(&made).await;
    assert_eq!((&seen["people"][0]["person"], &seen["lines"][0]["person"]), (&left["id"], &left["id"]));
    assert_eq!((&seen["people"][0]["tier"], &seen["to_verify"]), (&json!(0), &json!(false)), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_of_which_one_is_taken_out_during_a_merge_of_another_is_that_of_the_one_who_is_left() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 1_000 })]).await;
    let (old, left) = (person(&centre.app, "ヤマダ アオイ").await, person(&centre.app, "山田 葵").await);
    let sister = person(&centre.app, "山田 蓮").await;
    let made = centre.enter(&[&old, &sister]).await.created()["applications"][0].clone();
    centre.pay(&made).await.created();
    let server = centre.app.server();
    let asked = json!({ "application": made["id"], "people": [sister["id"]] });
    let quote = server.post("/v1/course/withdrawal-quotes", &asked).await.created();
    let (at, nothing) = (format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote)), json!({}));
    beside_a_merge(&centre, (&old, &left), server.post(&at, &nothing)).await.ok();
    let seen = centre.read(&made).await;
    let of = |what: &str| seen[what].as_array().unwrap().iter().map(|one| one["person"].clone()).collect::<Vec<_>>();
    assert_eq!((of("people"), of("lines")), (vec![left["id"].clone()], vec![left["id"].clone()]), "{seen}");
    assert_eq!(seen["people"][0]["tier"], 0, "what the rules made of them goes along: {seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn however_merging_and_applying_meet_nobody_is_in_a_class_twice() {
    let centre = Centre::new(json!({ "capacity": 40 }), &[]).await;
    for round in 0..8 {
        let (one, other) =
            (person(&centre.app, &format!("一{round}")).await, person(&centre.app, &format!("二{round}")).await);
        let (first, second) = ([&one], [&other]);
        let (a, b, merged) =
            tokio::join!(centre.enter(&first), centre.enter(&second), merge(&centre.app, &one, &other));
        let entered = [&a, &b].into_iter().filter(|answer| answer.status == 201).count();
        match merged.status.as_u16() {
            200 => assert_eq!(entered, 1, "{} {} {}", a.text, b.text, merged.text),
            409 => assert_eq!((entered, merged.code().as_str()), (2, "course.application.both_applied")),
            _ => panic!("{}", merged.text),
        }
    }
    let twice = "DO $$ BEGIN IF EXISTS (SELECT FROM course.application_people AS p \
        JOIN patron.persons AS q ON q.tenant_id = p.tenant_id AND q.id = p.person_id \
        WHERE p.active GROUP BY p.class_id, coalesce(q.merged_into_id, q.id) HAVING count(*) > 1) \
        THEN RAISE EXCEPTION 'twice in a class'; END IF; END $$";
    centre.app.test.execute(twice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_applied_already_is_found_by_name_and_birth_date_and_nobody_but_the_house_is_told_of_it() {
    let centre = Centre::new(json!({ "capacity": 9 }), &[]).await;
    let ask = |name: &str, kana: Option<&str>, birth: &str| {
        let mut one = json!({ "name": name, "birth_date": birth });
        if let Some(kana) = kana {
            one["kana"] = json!(kana);
        }
        json!({ "class": centre.class, "people": [{ "name": "別人", "birth_date": "1970-01-01" }, one], "contact": { "name": "母" } })
    };
    let (server, page) = (centre.app.server(), centre.app.page());
    let apply = async |body: &Value| page.post("/v1/course/applications", body).await;
    let only = |mut body: Value| {
        body["people"].as_array_mut().unwrap().remove(0);
        body
    };
    let first =
        apply(&only(ask("山田 葵", Some("やまだ あおい"), "2016-04-01"))).await.created()["applications"][0].clone();
    let known = &first["people"][0]["person"];
    for again in [ask("山田　葵", None, "2016-04-01"), ask("Yamada Aoi", Some("ﾔﾏﾀﾞｱｵｲ"), "2016-04-01")]
    {
        let told = server.post("/v1/course/applications", &again).await;
        let told = told.refused(409, "course.application.possible_duplicate");
        assert_eq!((&told["people"], told.get("persons")), (&json!(["#/people/1"]), None));
        let mut preview = again.clone();
        preview.as_object_mut().unwrap().remove("contact");
        let told = server.post("/v1/course/applications/preview", &preview).await.ok();
        assert_eq!(told["obstacles"][0]["code"], "course.application.possible_duplicate");

        let mut stranger = preview.clone();
        stranger["people"][1]["birth_date"] = json!("2016-04-03");
        let told = page.post("/v1/course/applications/preview", &preview).await.ok();
        assert_eq!(
            told,
            page.post("/v1/course/applications/preview", &stranger).await.ok(),
            "nobody finds out who takes part"
        );
        let made = apply(&again).await.created()["applications"][0].clone();
        let says =
            |one: &Value| one["people"].as_array().unwrap().iter().any(|one| one.get("possible_duplicates").is_some());
        assert_eq!((made.get("to_verify"), says(&made)), (None, false), "{made}");
        let seen = centre.read(&made).await;
        let doubted = seen["people"].as_array().unwrap().iter().filter_map(|one| one.get("possible_duplicates"));
        assert_eq!((&seen["to_verify"], doubted.collect::<Vec<_>>()), (&json!(true), vec![&json!([known])]), "{seen}");
        centre.act(&made, "revoke", &json!({ "reason": "重複" })).await.ok();
    }
    apply(&only(ask("山田 葵", None, "2016-04-02"))).await.created();
    let mut entry = only(ask("山田 葵", None, "2016-04-01"));
    entry["channel"] = json!("counter");
    let entered = server.post("/v1/course/applications/entries", &entry).await.created()["applications"][0].clone();
    assert_eq!(entered["people"][0]["possible_duplicates"], json!([known]), "{entered}");
    let code = entered["receipt_code"].as_str().unwrap();
    let at = format!("/v1/course/applications/{}", id(&entered));
    let seen = centre.app.page().send(Method::GET, &at, &[("receipt-code", code)], None).await.ok();
    assert_eq!(seen["people"][0].get("possible_duplicates"), None, "a guest is told of nobody");
    centre.act(&entered, "revoke", &json!({ "reason": "重複" })).await.ok();
    centre.act(&first, "withdraw", &json!({})).await.ok();
    apply(&only(ask("山田 葵", None, "2016-04-01"))).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_bring_the_same_child_at_once_all_but_one_are_refused_by_the_house_and_looked_at_by_the_office() {
    let body = |class: &str| json!({ "class": class, "people": [{ "name": "山田 葵", "birth_date": "2016-04-01" }], "contact": { "name": "母" } });
    let centre = Centre::new(json!({ "capacity": 9 }), &[]).await;
    let (server, child) = (centre.app.server(), body(&centre.class));
    let asked = join_all((0..4).map(|_| server.post("/v1/course/applications", &child))).await;
    assert_eq!(asked.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in asked.iter().filter(|answer| answer.status != 201) {
        refused.refused(409, "course.application.possible_duplicate");
    }

    let centre = Centre::new(json!({ "capacity": 9 }), &[]).await;
    let (page, child) = (centre.app.page(), body(&centre.class));
    let asked = join_all((0..4).map(|_| page.post("/v1/course/applications", &child))).await;
    assert!(asked.iter().all(|answer| answer.status == 201), "{asked:?}");
    let doubted = format!("/v1/course/applications?class={}&to_verify=true", centre.class);
    let doubted = centre.app.server().get(&doubted).await.ok();
    assert_eq!(doubted["data"].as_array().unwrap().len(), 3, "whoever came first is not doubted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_whom_both_parents_bring_to_a_draw_is_looked_at_by_the_office_whoever_was_known_before() {
    const AT: &str = "/v1/course/applications";
    let centre = Centre::new(json!({ "admission": "draw" }), &[]).await;
    let (app, server, page) = (&centre.app, centre.app.server(), centre.app.page());
    sign_up(app, &page, app.test.scope(Service::Core)).await;
    let parent = sign_in(app, &page).await;
    let child = json!({ "name": "山田 葵", "birth_date": "2016-04-01" });
    let own = parent.post("/v1/patrons/me/household", &child).await.created();
    let known = json!({ "class": centre.class, "people": [{ "person": own["id"] }] });
    let told = json!({ "class": centre.class, "people": [child], "contact": { "name": "母" } });
    let (one, other) = tokio::join!(parent.post(AT, &known), page.post(AT, &told));
    for made in [one, other] {
        let made = made.created()["applications"][0].clone();
        let hints = (made.get("to_verify"), made["people"][0].get("possible_duplicates"));
        assert_eq!((&made["state"], hints), (&json!("entered"), (None, None)), "nobody but the house is told");
    }
    let doubted = server.get(&format!("{AT}?class={}&to_verify=true", centre.class)).await.ok();
    let doubted = doubted["data"].as_array().unwrap();
    assert_eq!(doubted.len(), 1, "whoever came first is not doubted");
    let seen = centre.read(&doubted[0]).await;
    assert_eq!(seen["people"][0]["possible_duplicates"].as_array().map(Vec::len), Some(1), "{seen}");

    let third = server.post("/v1/persons", &child).await.created();
    let by_the_house =
        json!({ "class": centre.class, "people": [{ "person": third["id"] }], "contact": { "name": "父" } });
    let refused = server.post(AT, &by_the_house).await.refused(409, "course.application.possible_duplicate");
    assert_eq!(refused["people"], json!(["#/people/0"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_the_house_looks_at_an_application_is_nothing_that_a_patron_lists_by() {
    let centre = Centre::new(json!({ "admission": "draw" }), &[]).await;
    let (app, page) = (&centre.app, centre.app.page());
    sign_up(app, &page, app.test.scope(Service::Core)).await;
    let parent = sign_in(app, &page).await;
    let child = json!({ "name": "山田 葵", "birth_date": "2016-04-01" });
    let own = parent.post("/v1/patrons/me/household", &child).await.created();
    let ask = json!({ "class": centre.class, "people": [{ "person": own["id"] }] });
    parent.post("/v1/course/applications", &ask).await.created();
    let listed = async |asked: &str| parent.get(&format!("/v1/course/applications{asked}")).await.ok()["data"].clone();
    assert_eq!(listed("").await.as_array().map(Vec::len), Some(1));
    assert_eq!(listed("?to_verify=true").await, listed("").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_application_nothing_that_names_or_describes_a_person_stands_in_clear() {
    let rules = json!({ "eligibility": [{ "label": "市内", "effect": "verify", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["himitsu_town"] }] }] },
                                        { "label": "会員", "effect": "warn", "requires": [{ "any_of": [{ "fact": "club", "one_of": ["x"] }] }] }] });
    let app = TestApp::new().await;
    let wish = json!({ "code": "wish", "kind": "text", "label": "ご希望" });
    let form = json!({ "code": "entry", "name": "申込書", "questions": [wish] });
    let form = app.server().post("/v1/forms", &form).await.created();
    let class = json!({ "rules": rules, "form_version": form["newest_version"]["id"] });
    let centre = Centre::on(app, class, &[json!({ "amount": 1_000 })], json!({})).await;
    let facts = json!([{ "kind": "residence", "text": "himitsu_town" }, { "kind": "club", "text": "秘密会員" }, { "kind": "illness", "text": "秘密の病" }]);
    let body = json!({ "class": centre.class, "contact": { "name": "秘密太郎", "email": "himitsu@example.jp", "phone": "03-9999-1234" },
        "people": [{ "name": "秘密花子", "kana": "ひみつはなこ", "birth_date": "2016-04-03", "facts": facts }],
        "answers": { "answers": [{ "question": "wish", "text": "秘密の希望" }] } });
    let made = centre.app.page().post("/v1/course/applications", &body).await.created()["applications"][0].clone();
    centre.pay(&made).await.created();
    let tables = "SELECT format('%I.%I', n.nspname, c.relname) AS line FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
                  WHERE c.relkind = 'r' AND n.nspname IN ('course', 'billing', 'patron', 'audit', 'notice') ORDER BY 1";
    let mut rows = 0;
    for table in centre.app.test.peek(tables).await {
        let dump = format!("SELECT t::text || encode(convert_to(t::text, 'UTF8'), 'hex') AS line FROM {table} AS t");
        for line in centre.app.test.peek(&dump).await {
            rows += 1;
            for canary in ["秘密", "ひみつ", "himitsu@", "9999-1234", "2016-04-03", "[2016,"] {
                let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
                assert!(!line.contains(canary) && !line.contains(&hex), "{canary} in {table}: {line}");
            }
            // the class names the town it asks for; nobody is said to live there
            assert!(table == "course.classes" || !line.contains("himitsu_town"), "a residence in {table}: {line}");
        }
    }
    assert!(rows > 30, "there was something to look at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_who_was_entered_twice_and_left_once_stays_in_the_class_under_the_id_that_is_left() {
    for into_who_left in [true, false] {
        let centre = Centre::new(json!({ "capacity": 3, "max_party": 3 }), &[]).await;
        let mut family = Vec::new();
        for name in ["父", "山田 葵", "ヤマダ アオイ"] {
            family.push(person(&centre.app, name).await);
        }
        let (stays, left) = (&family[1], &family[2]);
        let made = centre.enter(&[&family[0], stays, left]).await.created()["applications"][0].clone();
        let asked = json!({ "application": made["id"], "people": [left["id"]] });
        let quote = centre.app.server().post("/v1/course/withdrawal-quotes", &asked).await.created();
        let at = format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote));
        centre.app.server().post(&at, &json!({})).await.ok();
        let (from, into) = if into_who_left { (stays, left) } else { (left, stays) };
        merge(&centre.app, from, into).await.ok();
        let seen = centre.read(&made).await;
        let people: Vec<_> = seen["people"].as_array().unwrap().iter().map(|one| &one["person"]).collect();
        assert!(people.len() == 2 && people.contains(&&into["id"]), "{seen}");
        assert_eq!((&seen["state"], &seen["units"]), (&json!("admitted"), &json!(2)));
        centre.enter(&[into]).await.refused(409, "course.seats.already_applied");
    }
}
