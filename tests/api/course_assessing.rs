//! Verified later: what a paper changes about an application that was taken on somebody's word.

use api::course::lapsing;
use serde_json::{Value, json};
use tests::TestApp;
use time::Duration;

use crate::{
    course_applications::Centre,
    course_standing::{enter, person},
    venue_hire::id,
};

fn in_the_city(proven: bool) -> Value {
    json!([{ "any_of": [{ "fact": "residence", "one_of": ["city"], "proven": proven }] }])
}

async fn apply(centre: &Centre, name: &str) -> Value {
    let people =
        json!([{ "name": name, "birth_date": "1990-05-05", "facts": [{ "kind": "residence", "text": "city" }] }]);
    let body = json!({ "class": centre.class, "people": people, "contact": { "name": name } });
    centre.app.page().post("/v1/course/applications", &body).await.created()["applications"][0].clone()
}

/// The staff has seen that somebody lives in the city.
async fn confirm(app: &TestApp, application: &Value) {
    shown(app, application, "city").await;
}

/// The staff has seen where somebody lives.
async fn shown(app: &TestApp, application: &Value, town: &str) {
    let at = format!("/v1/persons/{}/facts", application["people"][0]["person"].as_str().unwrap());
    app.server().post(&at, &json!({ "kind": "residence", "text": town, "verified": true })).await.created();
}

async fn to_verify(centre: &Centre) -> usize {
    let at = format!("/v1/course/applications?class={}&to_verify=true", centre.class);
    centre.app.server().get(&at).await.ok()["data"].as_array().unwrap().len()
}

/// Somebody who applies, and is entered at the counter once more under the same name and birth date.
async fn twice(centre: &Centre) -> [Value; 2] {
    let first = apply(centre, "山田 葵").await;
    let people = json!([{ "name": "山田 葵", "birth_date": "1990-05-05" }]);
    let body = json!({ "class": centre.class, "people": people, "contact": { "name": "葵" }, "channel": "counter" });
    let again = centre.app.server().post("/v1/course/applications/entries", &body).await.created();
    [first, again["applications"][0].clone()]
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shows_a_paper_is_in_their_tier_when_the_draw_is_frozen() {
    let rules = json!({ "eligibility": [{ "label": "市内", "effect": "verify", "requires": in_the_city(false) }],
                        "tiers": [{ "label": "市内", "requires": in_the_city(true) }] });
    let centre = Centre::new(json!({ "admission": "draw", "rules": rules }), &[]).await;
    let (early, late, never) = (apply(&centre, "一").await, apply(&centre, "二").await, apply(&centre, "三").await);
    let server = centre.app.server();
    let seen = centre.read(&early).await;
    assert_eq!((&seen["people"][0]["tier"], &seen["to_verify"]), (&json!(1), &json!(true)));
    assert_eq!(early.get("to_verify"), None, "that is for the house");
    assert_eq!(to_verify(&centre).await, 3);
    let unchanged = centre.act(&early, "assess", &json!({})).await.ok();
    assert_eq!((&unchanged["version"], to_verify(&centre).await), (&seen["version"], 3), "nothing new is known");
    confirm(&centre.app, &early).await;
    let seen = centre.act(&early, "assess", &json!({})).await.ok();
    assert_eq!(
        (&seen["people"][0]["tier"], &seen["to_verify"], &seen["people"][0]["findings"]),
        (&json!(0), &json!(false), &json!([]))
    );
    assert_eq!(to_verify(&centre).await, 2);
    let history = server.get(&format!("/v1/course/applications/{}/history", id(&early))).await.ok();
    let kinds: Vec<_> = history["events"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["entered", "assessed"]);
    centre
        .app
        .page()
        .post(&format!("/v1/course/applications/{}/assess", id(&early)), &json!({}))
        .await
        .refused(403, "permission_denied");

    confirm(&centre.app, &late).await;
    centre.app.clock.advance(Duration::days(12));
    let draw = server.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok()["data"][0].clone();
    server.post(&format!("/v1/course/draws/{}/freeze", id(&draw)), &json!({})).await.ok();
    server.post(&format!("/v1/course/draws/{}/publish", id(&draw)), &json!({})).await.ok();
    let proof = server.get(&format!("/v1/course/draws/{}/proof", id(&draw))).await.ok();
    let tier = |one: &Value| {
        let entries = proof["entries"].as_array().unwrap();
        entries.iter().find(|entry| entry["id"] == one["draw_number"]).unwrap()["tier"].clone()
    };
    assert_eq!((tier(&early), tier(&late), tier(&never)), (json!(0), json!(0), json!(1)));
    assert_eq!(to_verify(&centre).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_of_a_price_holds_at_the_freeze_and_who_cannot_be_judged_again_holds_up_nobody() {
    let rules = json!({ "tiers": [{ "label": "市内", "requires": in_the_city(true) }] });
    let class = json!({ "admission": "draw", "rules": rules });
    let app = TestApp::new().await;
    let centre = Centre::on(app, class, &[json!({ "amount": 500, "billing": "session" })], json!({})).await;
    let server = centre.app.server();
    let meets = |day: &str| json!({ "starts_at": format!("{day}T10:00:00+09:00"), "ends_at": format!("{day}T11:00:00+09:00"), "place": "公園" });
    let sessions =
        json!({ "class": centre.class, "sessions": [meets("2026-11-30"), meets("2027-04-10"), meets("2027-04-17")] });
    server.post("/v1/course/sessions", &sessions).await.created();
    let (broken, proven) = (apply(&centre, "一").await, apply(&centre, "二").await);
    assert_eq!((&broken["total"], &proven["total"]), (&json!(1_500), &json!(1_500)));
    for one in [&broken, &proven] {
        confirm(&centre.app, one).await;
    }
    let row = id(&broken).parse::<kernel::ids::CourseApplicationId>().unwrap().uuid();
    centre.app.test.execute(&format!("UPDATE course.applications SET snapshot = '\\x00' WHERE id = '{row}'")).await;
    centre.app.clock.advance(Duration::days(20));
    assert_eq!(lapsing::lapse(&centre.app.desk, centre.app.test.twins.first.tenant).await.unwrap(), 1);
    let draw = server.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok()["data"][0].clone();
    assert_eq!(draw["state"], "frozen", "{draw}");
    let seen = centre.read(&proven).await;
    assert_eq!((&seen["people"][0]["tier"], &seen["total"]), (&json!(0), &json!(1_500)), "one session has begun");
    // what is fixed stays, whatever is proven later
    shown(&centre.app, &proven, "outside").await;
    centre.act(&proven, "assess", &json!({})).await.ok();
    centre.app.clock.advance(Duration::days(1));
    server.post(&format!("/v1/course/draws/{}/publish", id(&draw)), &json!({})).await.ok();
    let proof = server.get(&format!("/v1/course/draws/{}/proof", id(&draw))).await.ok();
    let tier = |one: &Value| {
        let entries = proof["entries"].as_array().unwrap();
        entries.iter().find(|entry| entry["id"] == one["draw_number"]).unwrap()["tier"].clone()
    };
    assert_eq!((tier(&broken), tier(&proven)), (json!(1), json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_keeps_nobody_out_and_asks_for_no_paper() {
    let near = json!({ "label": "市内の方を想定した講座です", "effect": "warn", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["town"] }] }] });
    let centre = Centre::new(json!({ "rules": { "eligibility": [near] } }), &[]).await;
    let made = apply(&centre, "一").await;
    assert_eq!(made["state"], "admitted");
    assert_eq!(
        made["people"][0]["findings"],
        json!([{ "rule": "市内の方を想定した講座です", "effect": "warn", "met": "no" }])
    );
    assert_eq!((to_verify(&centre).await, &centre.read(&made).await["to_verify"]), (0, &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_rule_would_keep_out_by_now_is_shown_to_the_staff_with_the_rule_and_stays_where_they_are() {
    let city = json!({ "label": "市内", "effect": "block", "requires": in_the_city(false) });
    let centre = Centre::new(json!({ "rules": { "eligibility": [city] } }), &[]).await;
    let made = apply(&centre, "一").await;
    let judged = async |town: &str| {
        shown(&centre.app, &made, town).await;
        centre.act(&made, "assess", &json!({})).await.ok()
    };
    assert_eq!((&judged("city").await["to_verify"], to_verify(&centre).await), (&json!(false), 0));
    let seen = judged("outside").await;
    assert_eq!((&seen["state"], &seen["to_verify"]), (&json!("admitted"), &json!(true)));
    assert_eq!(seen["people"][0]["findings"], json!([{ "rule": "市内", "effect": "block", "met": "no" }]));
    assert_eq!(to_verify(&centre).await, 1);
    assert_eq!((&judged("city").await["to_verify"], to_verify(&centre).await), (&json!(false), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_rule_would_keep_out_by_the_freeze_is_in_the_draw_and_shown_to_the_staff() {
    let city = json!({ "label": "市内", "effect": "block", "requires": in_the_city(false) });
    let centre = Centre::new(json!({ "admission": "draw", "rules": { "eligibility": [city] } }), &[]).await;
    let (one, _) = (apply(&centre, "一").await, apply(&centre, "二").await);
    shown(&centre.app, &one, "outside").await;
    assert_eq!(to_verify(&centre).await, 0, "as it was last judged");
    centre.app.clock.advance(Duration::days(12));
    let server = centre.app.server();
    let draw = server.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok()["data"][0].clone();
    let frozen = server.post(&format!("/v1/course/draws/{}/freeze", id(&draw)), &json!({})).await.ok();
    let seen = centre.read(&one).await;
    assert_eq!((&frozen["entries"], &seen["state"]), (&json!(2), &json!("entered")));
    assert_eq!((&seen["to_verify"], to_verify(&centre).await), (&json!(true), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_staff_seated_whatever_the_window_asks_for_is_not_shown_to_them_for_it() {
    let centre = Centre::with_window(json!({}), &[], json!({ "requires": in_the_city(false) })).await;
    let entry = json!({ "class": centre.class, "people": [{ "name": "一" }], "contact": { "name": "一" },
                        "channel": "counter", "seat_because": "関係者" });
    let made = centre.app.server().post("/v1/course/applications/entries", &entry).await.created();
    let seen = centre.act(&made["applications"][0], "assess", &json!({})).await.ok();
    assert_eq!((&seen["to_verify"], &seen["people"][0]["findings"]), (&json!(false), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_is_another_bill_while_nothing_is_paid_and_stays_afterwards() {
    let price = json!({ "label": "市民割引", "percent": 50, "requires": in_the_city(true) });
    let fees = [json!({ "amount": 2_000 }), json!({ "amount": 300, "optional": true, "kind": "materials" })];
    let centre = Centre::new(json!({ "rules": { "prices": [price] } }), &fees).await;
    let extra = centre.app.server().get(&format!("/v1/course/fees?class={}", centre.class)).await.ok();
    let extra = extra["data"].as_array().unwrap().iter().find(|fee| fee["optional"] == true).unwrap()["id"].clone();
    let people = json!([{ "name": "一", "facts": [{ "kind": "residence", "text": "city" }], "options": [extra] }]);
    let body = json!({ "class": centre.class, "people": people, "contact": { "name": "一" } });
    let made = centre.app.page().post("/v1/course/applications", &body).await.created()["applications"][0].clone();
    assert_eq!((&made["state"], &made["total"]), (&json!("payment_due"), &json!(2_300)));
    let before = made["bill"].as_str().unwrap();
    confirm(&centre.app, &made).await;
    let seen = centre.act(&made, "assess", &json!({})).await.ok();
    assert_eq!((&seen["total"], &seen["due_at"]), (&json!(1_300), &made["due_at"]));
    let bill = async |id: &str| centre.app.server().get(&format!("/v1/bills/{id}")).await.ok();
    assert_eq!(bill(before).await["state"], "cancelled");
    let now = seen["bill"].as_str().unwrap();
    assert_eq!((&bill(now).await["state"], &bill(now).await["total"]), (&json!("open"), &json!(1_300)));
    centre.pay(&made).await.created();
    assert_eq!(centre.read(&made).await["state"], "admitted");
    shown(&centre.app, &made, "outside").await;
    let seen = centre.act(&made, "assess", &json!({})).await.ok();
    assert_eq!((&seen["state"], &seen["total"]), (&json!("admitted"), &json!(1_300)), "what was paid was the price");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_nothing_to_pay_any_more_is_admitted() {
    let price = json!({ "label": "市民無料", "amount": 0, "requires": in_the_city(true) });
    let centre = Centre::new(json!({ "rules": { "prices": [price] } }), &[json!({ "amount": 2_000 })]).await;
    let made = apply(&centre, "一").await;
    confirm(&centre.app, &made).await;
    assert_eq!(centre.act(&made, "assess", &json!({})).await.ok()["state"], "admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_somebody_else_is_not_doubted_any_more() {
    let centre = Centre::new(json!({}), &[]).await;
    let [_, other] = twice(&centre).await;
    assert_eq!(to_verify(&centre).await, 1);
    let seen = centre.act(&other, "assess", &json!({})).await.ok();
    assert!(seen["people"][0].get("possible_duplicates").is_some(), "nobody has looked at it yet: {seen}");
    let seen = centre.act(&other, "assess", &json!({ "distinct": true })).await.ok();
    assert_eq!((seen["people"][0].get("possible_duplicates"), &seen["to_verify"]), (None, &json!(false)));
    assert_eq!(to_verify(&centre).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_have_applied_already_is_doubted_under_whatever_id_the_other_is_left_with() {
    let centre = Centre::new(json!({}), &[]).await;
    let [first, other] = twice(&centre).await;
    let left = person(&centre, "ヤマダ アオイ").await;
    let at = format!("/v1/persons/{}/merge", first["people"][0]["person"].as_str().unwrap());
    centre.app.server().post(&at, &json!({ "into": left["id"] })).await.ok();
    let seen = centre.act(&other, "assess", &json!({})).await.ok();
    let doubted = (&seen["people"][0]["possible_duplicates"], &seen["to_verify"]);
    assert_eq!(doubted, (&json!([left["id"]]), &json!(true)), "nobody has looked at it yet: {seen}");
    assert_eq!(to_verify(&centre).await, 1);
    centre.act(&first, "revoke", &json!({ "reason": "重複" })).await.ok();
    let seen = centre.act(&other, "assess", &json!({})).await.ok();
    assert_eq!((seen["people"][0].get("possible_duplicates"), &seen["to_verify"]), (None, &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_merged_with_whom_they_were_taken_for_is_not_doubted_any_more_whichever_of_them_is_left() {
    for (from, into) in [(0, 1), (1, 0)] {
        let centre = Centre::new(json!({}), &[]).await;
        let both = twice(&centre).await;
        centre.act(&both[0], "revoke", &json!({ "reason": "重複" })).await.ok();
        assert_eq!(to_verify(&centre).await, 1);
        let who = |at: usize| both[at]["people"][0]["person"].as_str().unwrap();
        let at = format!("/v1/persons/{}/merge", who(from));
        centre.app.server().post(&at, &json!({ "into": who(into) })).await.ok();
        let seen = centre.read(&both[1]).await;
        let one = &seen["people"][0];
        assert_eq!((one["person"].as_str(), one.get("possible_duplicates")), (Some(who(into)), None), "{seen}");
        assert_eq!((&seen["to_verify"], to_verify(&centre).await), (&json!(false), 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_neither_listed_to_be_looked_at_nor_judged_again() {
    let city = json!([{ "label": "市内", "effect": "verify", "requires": in_the_city(false) }]);
    let class = json!({ "payment_days": 1, "rules": { "eligibility": city } });
    let centre = Centre::new(class, &[json!({ "amount": 1_000 })]).await;
    let (gone, late) = (apply(&centre, "一").await, apply(&centre, "二").await);
    assert_eq!(to_verify(&centre).await, 2);
    centre.act(&gone, "withdraw", &json!({})).await.ok();
    assert_eq!(to_verify(&centre).await, 1);
    centre.app.clock.advance(Duration::days(3));
    assert_eq!(to_verify(&centre).await, 0, "its time is over, whether or not anybody tidied up");
    for (one, state) in [(&gone, "withdrawn"), (&late, "expired")] {
        let refused = centre.act(one, "assess", &json!({})).await.refused(409, "course.seats.state");
        assert_eq!(refused["state"], state);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proven_since_the_term_began_counts_and_what_has_run_out_since_does_not() {
    let now = (json!({}), json!({ "as_of": "2026-03-01", "expires_on": "2026-11-30" }));
    let ahead = (json!({ "as_of": "2027-04-01" }), json!({ "expires_on": "2027-03-01" }));
    for (starts_on, ends_on, (counts, lapses)) in
        [("2026-04-01", "2027-04-01", now), ("2027-04-01", "2027-10-01", ahead)]
    {
        let app = TestApp::new().await;
        let term = json!({ "code": "T", "name": "通年", "starts_on": starts_on, "ends_on": ends_on });
        let term = app.server().post("/v1/course/terms", &term).await.created();
        let city = json!([{ "label": "市内", "effect": "block", "requires": in_the_city(true) }]);
        let class = json!({ "term": term["id"], "rules": { "eligibility": city } });
        let centre = Centre::on(app, class, &[], json!({})).await;
        let resident = async |name: &str, said: &Value| {
            let who = person(&centre, name).await;
            let mut fact = json!({ "kind": "residence", "text": "city", "verified": true });
            fact.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
            let at = format!("/v1/persons/{}/facts", id(&who));
            centre.app.server().post(&at, &fact).await.created();
            who
        };
        let (shown, lapsed) = (resident("一", &counts).await, resident("二", &lapses).await);
        centre.app.clock.advance(Duration::days(10));
        enter(&centre, &centre.class, &shown).await.created();
        enter(&centre, &centre.class, &lapsed).await.refused(422, "course.application.not_eligible");
    }
}
