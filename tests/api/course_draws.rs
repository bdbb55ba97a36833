//! Draws over HTTP: what is announced and proven, who stands by and who has lost, what happens to a draw whose window changes, and
//! where the line ends.

use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::{Duration, macros::datetime};

use crate::{
    course_applications::Centre,
    course_changes::{execute, plan},
    course_letters::outbox,
    journal,
    venue_hire::id,
};

const DRAWS: &str = "/v1/course/draws";

async fn draws(centre: &Centre) -> Vec<Value> {
    let found = centre.app.page().get(&format!("{DRAWS}?class={}", centre.class)).await.ok();
    found["data"].as_array().unwrap().clone()
}

async fn act(centre: &Centre, draw: &Value, act: &str, body: &Value) -> Answer {
    centre.app.server().post(&format!("{DRAWS}/{}/{act}", id(draw)), body).await
}

async fn change_window(centre: &Centre, body: &Value) -> Answer {
    centre.app.server().send(Method::PATCH, &format!("/v1/course/windows/{}", centre.window), &[], Some(body)).await
}

/// How many letters of each kind have gone out since somebody looked.
async fn letters(centre: &Centre, kind: &str) -> usize {
    outbox(centre).await.iter().filter(|one| one.template == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_for_three_places_two_stand_by_and_five_are_told_that_they_have_lost() {
    let centre = Centre::new(json!({ "capacity": 3, "admission": "draw", "waiting_capacity": 2 }), &[]).await;
    let draw = draws(&centre).await[0].clone();
    assert_eq!((&draw["rules"]["draw"]["standby"], draw["rules"]["draw"].get("capacity")), (&json!(2), None));
    for n in 0..10 {
        centre.one(&[&format!("申込者{n}")]).await;
    }
    outbox(&centre).await;
    let told = json!({ "entries": 10, "seated": 3, "standby": 2, "lost": 5 });
    assert_eq!(act(&centre, &draw, "rehearsal", &json!({})).await.ok(), told);
    centre.app.clock.set(datetime!(2026-12-02 00:00 +9));
    let frozen = act(&centre, &draw, "freeze", &json!({})).await.ok();
    assert_eq!((&frozen["entries"], &frozen["capacity"]), (&json!(10), &json!(3)));
    let out = act(&centre, &draw, "publish", &json!({})).await.ok();
    let many = |state: &str| out["moves"].as_array().unwrap().iter().filter(|one| one["to"] == state).count();
    assert_eq!((many("admitted"), many("waitlisted"), many("lost")), (3, 2, 5));
    let sent = outbox(&centre).await;
    let of = |kind: &str| sent.iter().filter(|one| one.template == kind).count();
    assert_eq!((of("course.admitted"), of("course.waitlisted"), of("course.lost")), (3, 2, 5));
    let lost = sent.iter().find(|one| one.template == "course.lost").unwrap();
    assert!(lost.body.contains("抽選番号: 0000") && lost.body.contains("受講者: 申込者"), "{}", lost.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_stand_by_as_the_class_says_and_not_as_may_wait() {
    let class = json!({ "capacity": 1, "admission": "draw", "waiting_capacity": 5, "rules": { "standby": 0 } });
    let centre = Centre::new(class, &[]).await;
    let (draw, one, two) = (draws(&centre).await[0].clone(), centre.one(&["一"]).await, centre.one(&["二"]).await);
    centre.app.clock.set(datetime!(2026-12-02 00:00 +9));
    act(&centre, &draw, "freeze", &json!({})).await.ok();
    act(&centre, &draw, "publish", &json!({})).await.ok();
    let mut states = [centre.read(&one).await["state"].clone(), centre.read(&two).await["state"].clone()];
    states.sort_by_key(Value::to_string);
    assert_eq!(states, [json!("admitted"), json!("lost")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_voided_a_draw_once_people_could_apply_names_a_public_value_for_the_next_and_nothing_else_announces_it()
{
    let centre = Centre::new(json!({ "admission": "draw" }), &[]).await;
    let first = draws(&centre).await[0].clone();
    centre.app.clock.set(datetime!(2026-11-25 10:00 +9));
    act(&centre, &first, "void", &json!({ "reason": "優先区分の誤り" })).await.ok();
    change_window(&centre, &json!({ "label": "市民" })).await.ok();
    assert_eq!(draws(&centre).await.len(), 1, "an editor of the window announces nothing");
    let refused = centre.app.server().post(DRAWS, &json!({ "window": centre.window })).await;
    let refused = refused.refused(422, "course.draw.beacon_needed");
    assert_eq!(refused["opened_at"], "2026-11-21T10:00:00+09:00", "since it was published");
    let again = json!({ "window": centre.window, "beacon": "drand quicknet round 123456", "standby": 3 });
    let second = centre.app.server().post(DRAWS, &again).await.created();
    assert_eq!((&second["rules"]["late"], &second["rules"]["draw"]["standby"]), (&json!(true), &json!(3)));
    change_window(&centre, &json!({ "label": "市民・在勤" })).await.ok();
    assert_eq!(draws(&centre).await.len(), 2);
    centre.one(&["一"]).await;
    centre.app.clock.set(datetime!(2026-12-02 00:00 +9));
    act(&centre, &second, "freeze", &json!({})).await.ok();
    act(&centre, &second, "publish", &json!({ "beacon": "ab".repeat(32) })).await.ok();
    let proof = centre.app.page().get(&format!("{DRAWS}/{}/proof", id(&second))).await.ok();
    assert_eq!(proof["rules"]["late"], true, "the proof says that it was late");
    assert!(draw::verify(&serde_json::from_value(proof).unwrap()).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_not_decided_by_a_draw_any_more_ends_its_draw_and_has_another_when_it_is_again() {
    let later = json!({ "opens_at": "2026-11-23T09:00:00+09:00" });
    let centre = Centre::with_window(json!({ "admission": "draw" }), &[], later).await;
    change_window(&centre, &json!({ "admission": "first_come" })).await.ok();
    let voided = draws(&centre).await;
    assert_eq!((voided.len(), &voided[0]["state"]), (1, &json!("voided")));
    assert!(voided[0]["reason"].as_str().unwrap().contains("抽選によらない"));
    change_window(&centre, &json!({ "label": "一般" })).await.ok();
    assert_eq!(draws(&centre).await.len(), 1);
    change_window(&centre, &json!({ "admission": "draw" })).await.ok();
    let again = draws(&centre).await;
    assert_eq!(again.len(), 2);
    assert_ne!(again[0]["commitment"], again[1]["commitment"]);
    let stands: Vec<&Value> = again.iter().filter(|one| one["state"] == "committed").collect();
    assert_eq!((stands.len(), stands[0]["rules"].get("late")), (1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_longer_until_its_draw_is_frozen_and_never_again() {
    let centre = Centre::new(json!({ "admission": "draw" }), &[]).await;
    centre.one(&["一"]).await;
    centre.app.clock.set(datetime!(2026-12-02 00:00 +9));
    change_window(&centre, &json!({ "closes_at": "2026-12-03T17:00:00+09:00" })).await.ok();
    let draw = draws(&centre).await[0].clone();
    act(&centre, &draw, "freeze", &json!({})).await.refused(409, "course.draw.too_early");
    centre.app.clock.set(datetime!(2026-12-04 00:00 +9));
    act(&centre, &draw, "freeze", &json!({})).await.ok();
    let longer = json!({ "closes_at": "2026-12-20T17:00:00+09:00" });
    change_window(&centre, &longer).await.refused(409, "course.window.drawn");
    change_window(&centre, &json!({ "label": "市民", "closes_at": "2026-12-03T17:00:00+09:00" })).await.ok();
    act(&centre, &draw, "publish", &json!({})).await.ok();
    change_window(&centre, &longer).await.refused(409, "course.window.drawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_is_cancelled_ends_its_draws_for_everybody_to_read() {
    let centre = Centre::new(json!({ "capacity": 2, "admission": "draw" }), &[]).await;
    let more = json!({ "class": centre.class, "kind": "additional", "label": "追加", "opens_at": "2026-12-05T09:00:00+09:00",
                       "closes_at": "2026-12-20T17:00:00+09:00" });
    centre.app.server().post("/v1/course/windows", &more).await.created();
    let one = centre.one(&["一"]).await;
    centre.app.clock.set(datetime!(2026-12-02 00:00 +9));
    act(&centre, &draws(&centre).await[0], "freeze", &json!({})).await.ok();
    let states = |all: &[Value]| all.iter().map(|one| one["state"].clone()).collect::<Vec<_>>();
    assert_eq!(states(&draws(&centre).await), ["frozen", "committed"]);
    let before = journal::of(&centre.app).await.iter().filter(|one| *one == "course.draw.voided").count();
    let closing = json!({ "class": centre.class, "reason": "講師の家族の急病" });
    execute(&centre, &plan(&centre, "closings", &closing).await.created()).await.ok();
    let voided = draws(&centre).await;
    assert_eq!(
        (states(&voided), centre.read(&one).await["state"].clone()),
        (vec![json!("voided"); 2], json!("class_cancelled"))
    );
    assert!(
        voided.iter().all(|one| one["reason"] == "クラスが中止となったため"),
        "what the house wrote down is not for everybody"
    );
    let after = journal::of(&centre.app).await.iter().filter(|one| *one == "course.draw.voided").count();
    assert_eq!(after - before, 2);
    act(&centre, &voided[0], "publish", &json!({})).await.refused(409, "course.draw.state");
    let again = json!({ "window": centre.window, "beacon": "drand quicknet round 123456" });
    let told = centre.app.server().post(DRAWS, &again).await.refused(409, "course.class.state");
    assert_eq!(told["state"], "cancelled", "nobody is drawn any more");
}

/// The places that everybody reads are left, and whether the class is found by them.
async fn left(centre: &Centre) -> (Value, usize) {
    let page = centre.app.page();
    let seen = page.get(&format!("/v1/course/classes/{}/availability", centre.class)).await.ok();
    let found = page.get("/v1/course/leaflet?places_left=true").await.ok();
    (seen["places_left"].clone(), found["data"].as_array().unwrap().len())
}

/// What becomes of so many people who apply together now.
async fn foretold(centre: &Centre, names: &[&str]) -> Value {
    let people = names.iter().map(|name| json!({ "name": name })).collect();
    centre.preview(people, json!({})).await["parts"][0]["outcome"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_place_is_told_to_be_left_that_whoever_applies_does_not_get_before_a_draw_is_decided() {
    let draw = json!({ "kind": "resident", "admission": "draw", "closes_at": "2026-11-24T17:00:00+09:00" });
    let centre = Centre::with_window(json!({ "capacity": 4 }), &[], draw).await;
    let more = json!({ "class": centre.class, "kind": "additional", "label": "追加", "opens_at": "2026-11-25T09:00:00+09:00",
                       "closes_at": "2026-12-20T17:00:00+09:00" });
    centre.app.server().post("/v1/course/windows", &more).await.created();
    for name in ["一", "二", "三"] {
        assert_eq!(centre.one(&[name]).await["state"], "entered");
    }
    assert_eq!(left(&centre).await, (json!(4), 1), "who applies now is drawn with them");
    centre.app.clock.set(datetime!(2026-11-24 18:00 +9));
    assert_eq!(left(&centre).await, (json!(0), 0), "whoever applies next comes after them");
    centre.app.clock.set(datetime!(2026-11-26 10:00 +9));
    assert_eq!((left(&centre).await, foretold(&centre, &["四"]).await), ((json!(0), 0), json!("waitlisted")));
    let draw = draws(&centre).await[0].clone();
    act(&centre, &draw, "freeze", &json!({})).await.ok();
    assert_eq!((left(&centre).await, foretold(&centre, &["四"]).await), ((json!(0), 0), json!("waitlisted")));
    act(&centre, &draw, "publish", &json!({})).await.ok();
    assert_eq!((left(&centre).await, foretold(&centre, &["四"]).await), ((json!(1), 1), json!("seated")));
    assert_eq!(centre.one(&["四"]).await["state"], "admitted");
    assert_eq!(left(&centre).await, (json!(0), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_frozen_draw_will_give_is_not_left_for_anybody_else() {
    let centre =
        Centre::with_window(json!({ "capacity": 4 }), &[], json!({ "closes_at": "2026-12-20T17:00:00+09:00" })).await;
    let draw = json!({ "class": centre.class, "kind": "additional", "label": "抽選", "admission": "draw",
                       "opens_at": "2026-11-22T09:00:00+09:00", "closes_at": "2026-11-24T17:00:00+09:00" });
    let window = id(&centre.app.server().post("/v1/course/windows", &draw).await.created());
    centre.app.clock.set(datetime!(2026-11-23 10:00 +9));
    for name in ["一", "二", "三"] {
        let made = centre.guest(&[name], json!({ "window": window })).await.created();
        assert_eq!(made["applications"][0]["state"], "entered");
    }
    assert_eq!(left(&centre).await, (json!(4), 1));
    centre.app.clock.set(datetime!(2026-11-25 10:00 +9));
    act(&centre, &draws(&centre).await[0], "freeze", &json!({})).await.ok();
    assert_eq!(left(&centre).await, (json!(1), 1));
    assert_eq!(
        (foretold(&centre, &["四"]).await, foretold(&centre, &["四", "五"]).await),
        (json!("seated"), json!("waitlisted"))
    );
    assert_eq!(centre.one(&["四"]).await["state"], "admitted");
    assert_eq!(left(&centre).await, (json!(0), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_of_places_leaves_what_is_held_back_and_who_may_wait() {
    let centre = Centre::new(json!({ "capacity": 3, "held_back": 1, "waiting_capacity": 4 }), &[]).await;
    let server = centre.app.server();
    let at = format!("/v1/course/classes/{}", centre.class);
    let put = async |key: &str, body: Value| {
        server.send(Method::PUT, &format!("{at}/capacity"), &[("idempotency-key", key)], Some(&body)).await.ok()
    };
    put("1", json!({ "capacity": 4, "reason": "会場を変更" })).await;
    let class = server.get(&at).await.ok();
    assert_eq!(
        (&class["capacity"], &class["held_back"], &class["waiting_capacity"]),
        (&json!(4), &json!(1), &json!(4))
    );
    put("2", json!({ "capacity": 4, "held_back": 0, "waiting_capacity": null, "reason": "関係者枠の解除" })).await;
    let class = server.get(&at).await.ok();
    assert_eq!((&class["held_back"], class.get("waiting_capacity")), (&json!(0), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_when_the_line_is_closed_or_the_class_begins() {
    let centre = Centre::new(json!({ "capacity": 1 }), &[]).await;
    let session =
        json!({ "starts_at": "2026-11-25T10:00:00+09:00", "ends_at": "2026-11-25T11:00:00+09:00", "place": "別館" });
    let body = json!({ "class": centre.class, "sessions": [session] });
    centre.app.server().post("/v1/course/sessions", &body).await.created();
    centre.one(&["一"]).await;
    let waits = centre.one(&["二"]).await;
    outbox(&centre).await;
    let at = format!("/v1/course/classes/{}/waiting-list/close", centre.class);
    let why = json!({ "reason": "教材が揃わないため" });
    centre.app.page().post(&at, &why).await.refused(403, "permission_denied");
    let closed = centre.app.server().post(&at, &why).await.ok();
    assert_eq!((&closed["moves"][0]["application"], &closed["moves"][0]["to"]), (&waits["id"], &json!("lost")));
    let [told] = outbox(&centre).await.try_into().unwrap();
    assert!(told.template == "course.line_ended" && told.body.contains("理由: 教材が揃わないため"), "{}", told.body);
    let later = json!({ "class": centre.class, "kind": "additional", "label": "追加", "opens_at": "2026-12-05T09:00:00+09:00",
                        "closes_at": "2026-12-20T17:00:00+09:00" });
    centre.app.server().post("/v1/course/windows", &later).await.created();
    let full = centre.guest(&["三"], json!({})).await.refused(409, "course.seats.full");
    assert_eq!((&full["places_left"], &full["waiting"], &full["waiting_capacity"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!(full["opens_at"], "2026-12-05T09:00:00+09:00", "when it may be possible");
    let told = centre.preview(json!([{ "name": "三" }]), json!({})).await;
    assert_eq!(told["obstacles"][0]["opens_at"], full["opens_at"]);

    let open = json!({ "capacity": 1, "waiting_capacity": null, "reason": "再開" });
    let at = format!("/v1/course/classes/{}/capacity", centre.class);
    centre.app.server().send(Method::PUT, &at, &[("idempotency-key", "open")], Some(&open)).await.ok();
    let again = centre.one(&["四"]).await;
    assert_eq!(again["state"], "waitlisted");
    outbox(&centre).await;
    centre.app.clock.set(datetime!(2026-11-25 10:00 +9));
    let tenant = centre.app.test.twins.first.tenant;
    assert_eq!(api::course::lapsing::lapse(&centre.app.desk, tenant).await.unwrap(), 1);
    assert_eq!(centre.read(&again).await["state"], "lost");
    assert_eq!(letters(&centre, "course.line_ended").await, 1);
}

/// I8.
#[tokio::test(flavor = "multi_thread")]
async fn a_draw_is_announced_frozen_and_proven_and_residents_come_first() {
    let resident =
        json!({ "label": "市内", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] });
    let class = json!({ "capacity": 3, "admission": "draw", "rules": { "tiers": [resident] }, "results_at": "2026-12-05T10:00:00+09:00" });
    let centre = Centre::new(class, &[]).await;
    let (server, page) = (centre.app.server(), centre.app.page());
    let draws = page.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok();
    let draw = draws["data"][0].clone();
    assert_eq!((&draw["state"], draws["data"].as_array().unwrap().len()), (&json!("committed"), 1));
    let at = format!("/v1/course/draws/{}", id(&draw));
    let outside = [centre.one(&["外一"]).await, centre.one(&["外二"]).await, centre.one(&["外三"]).await];
    assert_eq!((&outside[0]["state"], &outside[0]["draw_number"]), (&json!("entered"), &json!("000001")));
    let facts = json!([{ "kind": "residence", "text": "city" }]);
    let local =
        json!({ "class": centre.class, "people": [{ "name": "内一", "facts": facts }], "contact": { "name": "内一" } });
    let local = page.post("/v1/course/applications", &local).await.created()["applications"][0].clone();
    server.post(&format!("{at}/freeze"), &json!({})).await.refused(409, "course.draw.too_early");
    assert_eq!(
        server.post(&format!("{at}/rehearsal"), &json!({})).await.ok(),
        json!({ "entries": 4, "seated": 3, "standby": 1, "lost": 0 })
    );

    centre.app.clock.advance(Duration::days(12));
    let late = centre.guest(&["遅刻"], json!({})).await.refused(409, "course.application.no_window");
    assert_eq!(late.get("opens_at"), None, "no other window opens");
    // a postcard with a postmark in time stands as any other
    let card = json!({ "class": centre.class, "people": [{ "name": "はがき", "facts": facts }], "contact": { "name": "はがき" },
                       "channel": "post", "received_at": "2026-12-01T12:00:00+09:00" });
    let entries = "/v1/course/applications/entries";
    let card = server.post(entries, &card).await.created()["applications"][0].clone();
    assert_eq!(card["draw_number"], "000005");
    let frozen = server.post(&format!("{at}/freeze"), &json!({})).await.ok();
    assert_eq!((&frozen["state"], &frozen["entries"]), (&json!("frozen"), &json!(5)));
    let seen = page.get(&at).await.ok();
    let all = page.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok();
    assert_eq!((seen.get("entries"), all["data"][0].get("entries")), (None, None), "how few they are is the house's");
    assert_eq!((&seen["entries_hash"], &server.get(&at).await.ok()["entries"]), (&frozen["entries_hash"], &json!(5)));
    let late = json!({ "class": centre.class, "people": [{ "name": "遅い" }], "contact": { "name": "遅い" }, "channel": "post",
                       "received_at": "2026-12-01T12:00:00+09:00" });
    server.post(entries, &late).await.refused(409, "course.application.draw_frozen");
    page.get(&format!("{at}/proof")).await.refused(409, "course.draw.state");
    server.post(&format!("{at}/publish"), &json!({})).await.refused(409, "course.draw.too_early");

    centre.app.clock.advance(Duration::days(3));
    let out = server.post(&format!("{at}/publish"), &json!({})).await.ok();
    assert_eq!(out["moves"].as_array().unwrap().len(), 5, "everybody at one moment");
    for one in [&local, &card] {
        assert_eq!(centre.read(one).await["state"], "admitted");
    }
    let mut states = Vec::new();
    for one in &outside {
        states.push(centre.read(one).await["state"].as_str().unwrap().to_owned());
    }
    states.sort_unstable();
    assert_eq!(states, ["admitted", "waitlisted", "waitlisted"]);
    assert_eq!(page.get(&at).await.ok()["entries"], 5);
    let proof: draw::Proof = serde_json::from_value(page.get(&format!("{at}/proof")).await.ok()).unwrap();
    let verdict = draw::verify(&proof).unwrap();
    assert_eq!(verdict.commit.to_string(), draw_text(&draw, "commitment"));
    assert_eq!(verdict.rules_hash.to_string(), draw_text(&draw, "rules_hash"));
    assert_eq!(verdict.entries_hash.to_string(), draw_text(&frozen, "entries_hash"));
    server.post(&format!("{at}/publish"), &json!({})).await.refused(409, "course.draw.state");
    server.post(&format!("{at}/void"), &json!({ "reason": "もう一度" })).await.refused(409, "course.draw.state");
}

fn draw_text(draw: &Value, member: &str) -> String {
    draw[member].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voided_draw_stays_with_its_reason_and_another_seed_follows() {
    let centre = Centre::new(json!({ "admission": "draw" }), &[]).await;
    let server = centre.app.server();
    let draws = server.get("/v1/course/draws").await.ok();
    let first = draws["data"][0].clone();
    let again = json!({ "window": centre.window, "beacon": "drand quicknet round 123456" });
    server.post("/v1/course/draws", &again).await.refused(409, "course.draw.exists");
    let at = format!("/v1/course/draws/{}", id(&first));
    assert_eq!(
        server.post(&format!("{at}/void"), &json!({ "reason": "条件の誤り" })).await.ok()["reason"],
        "条件の誤り"
    );
    let second = server.post("/v1/course/draws", &again).await.created();
    assert_ne!(first["commitment"], second["commitment"]);
    centre.one(&["一"]).await;
    centre.app.clock.advance(Duration::days(12));
    let at = format!("/v1/course/draws/{}", id(&second));
    server.post(&format!("{at}/freeze"), &json!({})).await.ok();
    server.post(&format!("{at}/publish"), &json!({})).await.refused(422, "course.draw.beacon");
    let value = "ab".repeat(32);
    let out = server.post(&format!("{at}/publish"), &json!({ "beacon": value })).await.ok();
    assert_eq!(out["draw"]["state"], "published");
    let proof: draw::Proof = serde_json::from_value(server.get(&format!("{at}/proof")).await.ok()).unwrap();
    assert!(draw::verify(&proof).is_ok());
}
