//! Several hires of one application change at once: all of them or none, and nobody gets in between.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{
    journal,
    patrons::{sign_in, sign_up},
    venue_alternatives::otherwise,
    venue_attached::dressing_room,
    venue_hire::{House, id, make, table},
    venue_letters::outbox,
};

/// A hire of an application with what it is to be.
fn to(application: &Value, nth: usize, wish: Value) -> Value {
    json!({ "hire": application["hires"][nth]["id"], "use": wish })
}

/// Its first hires with what each of them is to be.
fn each_to(application: &Value, wishes: &[Value]) -> Vec<Value> {
    wishes.iter().enumerate().map(|(nth, wish)| to(application, nth, wish.clone())).collect()
}

async fn change(house: &House, application: &Value, changes: &[Value]) -> Answer {
    house.act(application, "change", &json!({ "changes": changes })).await
}

/// What was told before and is done, the same of both.
async fn changed(house: &House, application: &Value, changes: &[Value]) -> Value {
    let preview = house.act(application, "change/preview", &json!({ "changes": changes })).await.ok();
    assert!(preview.get("quote").is_none() && preview.get("bill").is_none());
    let done = change(house, application, changes).await.ok();
    for told in ["hires", "amount_before", "amount_after", "due_amount", "due_at", "fee", "refund_amount"] {
        assert_eq!(preview[told], done[told], "{told}: the preview says what is done");
    }
    done
}

fn money(told: &Value) -> (i64, i64, i64) {
    let yen = |name: &str| told[name].as_i64().unwrap();
    (yen("due_amount"), yen("fee"), yen("refund_amount"))
}

/// The day and the slots of each hire.
fn times(application: &Value) -> Vec<(&str, &str)> {
    let hires = application["hires"].as_array().unwrap();
    hires.iter().map(|hire| (hire["date"].as_str().unwrap(), hire["slots"][0].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_and_the_room_it_is_never_hired_without_move_together_and_neither_alone() {
    let house = House::open("staff").await;
    let dressing = dressing_room(&house, "bookable").await;
    let beside = |date: &str, slot: &str| json!({ "room": dressing, "date": date, "slots": [slot] });
    let mine = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"]), beside("2026-12-11", "AM")]).await;
    let hall = to(&mine, 0, house.wish(0, "2026-12-17", &["PM"]));
    let room = to(&mine, 1, beside("2026-12-17", "PM"));

    let alone = change(&house, &mine, std::slice::from_ref(&hall)).await.refused(422, "venue.quote.attached");
    assert_eq!(
        (&alone["required"], &alone["room"], &alone["use"]),
        (&json!(dressing), &json!(house.rooms[0]), &json!(0))
    );
    assert_eq!(
        (&alone["time_unit"], &alone["starts_at"], &alone["ends_at"]),
        (&json!("slots"), &json!("2026-12-17T13:00:00+09:00"), &json!("2026-12-17T17:00:00+09:00"))
    );
    let path = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    house.app.server().post(&path, &hall["use"]).await.refused(422, "venue.quote.attached");
    let alone = change(&house, &mine, std::slice::from_ref(&room)).await.refused(422, "venue.quote.attached");
    assert_eq!((&alone["room"], &alone["starts_at"]), (&json!(house.rooms[0]), &json!("2026-12-11T09:00:00+09:00")));
    assert!(alone.get("use").is_none(), "what needs it was let already");

    let done = changed(&house, &mine, &[room, hall]).await;
    assert_eq!(done["hires"], json!([mine["hires"][1]["id"], mine["hires"][0]["id"]]));
    assert_eq!((&done["amount_before"], &done["amount_after"]), (&json!(7_000), &json!(11_000)));
    let seen = house.seen(&mine).await;
    assert_eq!((times(&seen), &seen["changes"]), (vec![("2026-12-17", "PM"); 2], &json!(1)));
    let permits = house.permits(&mine).await;
    assert_eq!((permits.len(), &permits[0]["revision"]), (2, &json!(2)), "one revision for both");
    let bill = house.app.server().get(&format!("/v1/bills/{}", done["bill"].as_str().unwrap())).await.ok();
    assert_eq!((&bill["total"], money(&done)), (&json!(4_000), (4_000, 0, 0)), "one difference for both");
    let before = [house.wish(0, "2026-12-11", &["AM"]), beside("2026-12-11", "AM")];
    house.try_hold(&house.quoted(&before).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hires_swap_their_times_which_one_after_the_other_cannot() {
    let house = House::open("staff").await;
    let (early, late) = (house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["PM"]));
    let mine = house.confirmed(&[early.clone(), late.clone()]).await;
    for (nth, wish) in [(0, &late), (1, &early)] {
        let one = change(&house, &mine, &[to(&mine, nth, wish.clone())]).await.refused(409, "venue.room.taken");
        assert_eq!((&one["uses"], one["alternatives"].as_array().unwrap().len()), (&json!([0]), 5));
    }
    let done = changed(&house, &mine, &[to(&mine, 0, late), to(&mine, 1, early)]).await;
    assert_eq!((money(&done), done.get("bill")), ((0, 0, 0), None), "altogether it costs the same");
    assert_eq!(times(&house.seen(&mine).await), [("2026-12-25", "PM"), ("2026-12-11", "AM")]);
    for (room, date, slot) in [(1, "2026-12-11", "AM"), (1, "2026-12-25", "PM")] {
        let quote = house.quoted(&[house.wish(room, date, &[slot])]).await;
        house.try_hold(&quote).await.refused(409, "venue.room.taken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_of_the_new_times_is_taken_nothing_moves_and_the_old_times_are_kept() {
    let house = House::open("staff").await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["AM"])]).await;
    house.try_hold(&house.quoted(&[house.wish(0, "2026-12-18", &["PM"])]).await).await.created();
    let wishes = [house.wish(1, "2026-12-17", &["PM"]), house.wish(1, "2026-12-18", &["PM"])];
    let changes = json!({ "changes": each_to(&mine, &wishes) });
    for verb in ["change/preview", "change"] {
        let refused = house.act(&mine, verb, &changes).await.refused(409, "venue.room.taken");
        assert_eq!(refused["uses"], json!([1]), "{verb}: which of them is taken");
        let ways = refused["alternatives"].as_array().unwrap();
        assert_eq!(ways.len(), 5, "{verb}: {ways:?}");
        for way in ways {
            let changes = json!({ "changes": each_to(&mine, &otherwise(&wishes, &[way])) });
            let seen = house.act(&mine, "change/preview", &changes).await.ok();
            assert_eq!((&way["use"], &seen["amount_after"]), (&json!(1), &way["total_amount"]), "{verb}");
        }
    }
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["version"], &seen["quote"], &seen["hires"]), (&mine["version"], &mine["quote"], &mine["hires"]));
    assert_eq!(house.permits(&mine).await.len(), 1);
    for date in ["2026-12-11", "2026-12-25"] {
        let quote = house.quoted(&[house.wish(1, date, &["AM"])]).await;
        house.try_hold(&quote).await.refused(409, "venue.room.taken");
    }
    house.try_hold(&house.quoted(&[house.wish(1, "2026-12-17", &["PM"])]).await).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_new_time_that_is_taken_has_ways_of_its_own_for_what_the_whole_would_cost() {
    let house = House::open("staff").await;
    let stays = house.wish(2, "2026-12-12", &["PM"]);
    let mine =
        house.confirmed(&[house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["AM"]), stays]).await;
    let wishes = [house.wish(1, "2026-12-17", &["PM"]), house.wish(1, "2026-12-18", &["PM"])];
    house.applied(&[house.wish(0, "2026-12-17", &["PM"]), house.wish(0, "2026-12-18", &["PM"])]).await;
    let changes = json!({ "changes": each_to(&mine, &wishes) });
    let refused = house.act(&mine, "change", &changes).await.refused(409, "venue.room.taken");
    assert_eq!(refused["uses"], json!([0, 1]));
    let ways = refused["alternatives"].as_array().unwrap();
    let of = |place: u8| ways.iter().filter(|way| way["use"] == place).collect::<Vec<_>>();
    assert_eq!((of(0).len(), of(1).len()), (5, 5), "{ways:?}");
    // two afternoons as wanted, and a Saturday's that stays
    let wanted = 5_000 + 5_000 + 6_500;
    let total = |way: &Value| way["total_amount"].as_i64().unwrap();
    for one in of(0) {
        for other in of(1) {
            let changes = json!({ "changes": each_to(&mine, &otherwise(&wishes, &[one, other])) });
            let seen = house.act(&mine, "change/preview", &changes).await.ok();
            assert_eq!(seen["amount_after"], total(one) + total(other) - wanted, "{one} and {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_rush_for_the_new_times_and_who_moves_there_one_has_each_time() {
    let house = House::open("staff").await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["AM"])]).await;
    let mut rivals = Vec::new();
    for n in 0..12 {
        rivals.push(house.quoted(&[house.wish(1, ["2026-12-17", "2026-12-18"][n % 2], &["PM"])]).await);
    }
    let changes =
        [to(&mine, 0, house.wish(1, "2026-12-17", &["PM"])), to(&mine, 1, house.wish(1, "2026-12-18", &["PM"]))];
    let holds = join_all(rivals.iter().map(|quote| house.try_hold(quote)));
    let (holds, moved) = join(holds, change(&house, &mine, &changes)).await;
    let had = |day: usize| holds.iter().enumerate().filter(|(n, one)| n % 2 == day && one.status == 201).count();
    let has = times(&house.seen(&mine).await) == [("2026-12-17", "PM"), ("2026-12-18", "PM")];
    assert_eq!(has, moved.status == 200, "{}", moved.text);
    if has {
        assert_eq!((had(0), had(1)), (0, 0), "somebody has what they moved to");
    } else {
        moved.refused(409, "venue.room.taken");
        assert!(had(0) <= 1 && had(1) <= 1 && had(0) + had(1) > 0, "nobody has what they could not move to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_several_counts_once_is_due_before_the_first_of_them_and_each_has_its_own_last_day() {
    let house = House::open("staff").await;
    let mut document = table();
    document["change"] =
        json!({ "legal_reference": "会館条例第7条", "most": 2, "until": { "days_before": 10 }, "reduction": "refund" });
    house.by(&document).await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-18", &["AM"])]).await;
    let sooner =
        [to(&mine, 1, house.wish(1, "2026-12-18", &["PM"])), to(&mine, 0, house.wish(1, "2026-11-26", &["PM"]))];
    let done = changed(&house, &mine, &sooner).await;
    assert_eq!((money(&done), &done["due_at"]), ((4_000, 0, 0), &json!("2026-11-26T13:00:00+09:00")));
    house.pay(&done["bill"]).await.created();

    let back = [to(&mine, 1, house.wish(1, "2026-12-18", &["AM"])), to(&mine, 0, house.wish(1, "2026-12-11", &["AM"]))];
    let late = change(&house, &mine, &back).await.refused(409, "venue.application.change_late");
    assert_eq!((&late["hire"], &late["until"]), (&mine["hires"][0]["id"], &json!("2026-11-16")));
    let done = changed(&house, &mine, &back[..1]).await;
    assert_eq!((money(&done), &done["amount_after"]), ((0, 0, 2_000), &json!(8_000)), "the difference of the one");
    let third = change(&house, &mine, &sooner[..1]).await.refused(409, "venue.application.changes");
    assert_eq!((&third["most"], &house.seen(&mine).await["changes"]), (&json!(2), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_makes_no_sense_is_refused_with_its_rule_and_changes_nothing() {
    let house = House::open("staff").await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-25", &["AM"])]).await;
    let other = house.confirmed(&[house.wish(2, "2026-12-11", &["AM"])]).await;
    let free = || house.wish(1, "2026-12-17", &["PM"]);
    let first = to(&mine, 0, free());
    let empty = change(&house, &mine, &[]).await.refused(400, "invalid_request");
    assert_eq!(empty["errors"][0]["pointer"], "#/changes");
    let twice = [first.clone(), to(&mine, 0, house.wish(1, "2026-12-18", &["PM"]))];
    let twice = change(&house, &mine, &twice).await.refused(422, "venue.application.hire_twice");
    assert_eq!((&twice["use"], &twice["hire"]), (&json!(1), &mine["hires"][0]["id"]));
    let elsewhere = [first.clone(), to(&other, 0, house.wish(2, "2026-12-17", &["PM"]))];
    let elsewhere = change(&house, &mine, &elsewhere).await.refused(422, "venue.application.no_such_hire");
    assert_eq!((&elsewhere["use"], &elsewhere["hire"]), (&json!(1), &other["hires"][0]["id"]));
    let nowhere = [first.clone(), to(&mine, 1, json!({ "room": house.rooms[1] }))];
    assert_eq!(change(&house, &mine, &nowhere).await.refused(422, "venue.time.unclear")["use"], 1);
    let overlaps = [first.clone(), to(&mine, 1, free())];
    assert_eq!(change(&house, &mine, &overlaps).await.refused(422, "venue.quote.overlaps")["uses"], json!([0, 1]));
    let closed = [to(&mine, 1, free()), to(&mine, 0, house.wish(1, "2026-12-14", &["AM"]))];
    assert_eq!(change(&house, &mine, &closed).await.refused(409, "venue.time.closed")["use"], 1);
    let path = format!("/v1/venue/applications/{}/change", id(&mine));
    let changes = json!({ "changes": [first] });
    house.app.neighbour().post(&path, &changes).await.refused(404, "absent");
    assert_eq!(house.seen(&mine).await, mine, "nothing changed");

    house.app.clock.advance(Duration::days(20));
    let begun = [to(&mine, 1, free()), first];
    let begun = change(&house, &mine, &begun).await.refused(409, "venue.hire.over");
    assert_eq!(begun["hire"], mine["hires"][0]["id"]);
    assert_eq!(times(&house.seen(&mine).await), [("2026-12-11", "AM"), ("2026-12-25", "AM")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_all_as_it_was_is_no_change_and_where_one_of_several_becomes_other_it_is_one() {
    let house = House::open("staff").await;
    let mut with_piano = house.wish(1, "2026-12-11", &["AM"]);
    with_piano["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let uses = [with_piano.clone(), house.wish(1, "2026-12-25", &["AM"])];
    let mine = house.confirmed(&uses).await;
    outbox(&house).await;
    let one = format!("/v1/venue/hires/{}/change", id(&mine["hires"][0]));
    for path in [one.clone(), format!("{one}/preview")] {
        house.app.server().post(&path, &with_piano).await.refused(422, "venue.application.no_change");
    }
    for cause in ["patron", "house"] {
        let same = json!({ "cause": cause, "changes": each_to(&mine, &uses) });
        for verb in ["change", "change/preview"] {
            house.act(&mine, verb, &same).await.refused(422, "venue.application.no_change");
        }
    }
    assert_eq!((house.seen(&mine).await, house.permits(&mine).await.len()), (mine.clone(), 1));
    assert!(outbox(&house).await.is_empty(), "nobody is told of it");

    let later = each_to(&mine, &[with_piano, house.wish(1, "2026-12-25", &["PM"])]);
    assert_eq!(money(&changed(&house, &mine, &later).await), (2_000, 0, 0));
    assert_eq!(times(&house.seen(&mine).await), [("2026-12-11", "AM"), ("2026-12-25", "PM")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_equal_changes_that_come_at_once_one_is_made() {
    let house = House::open("staff").await;
    let mut document = table();
    document["change"] = json!({ "legal_reference": "会館条例第7条", "most": 2, "reduction": "refund" });
    house.by(&document).await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    let evening = [to(&mine, 0, house.wish(1, "2026-12-11", &["NT"]))];
    let answers = join_all((0..4).map(|_| change(&house, &mine, &evening))).await;
    let (made, others): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(|one| one.status == 200);
    assert_eq!(made.len(), 1);
    for other in others {
        other.refused(422, "venue.application.no_change");
    }
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["changes"], house.permits(&mine).await.len()), (&json!(1), 2));
    assert_eq!(made[0].json()["due_amount"], 3_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_house_changes_for_its_own_reason_costs_nobody_anything_and_counts_as_no_change() {
    let house = House::open("staff").await;
    let mut document = table();
    document["change"] =
        json!({ "legal_reference": "会館条例第7条", "most": 0, "until": { "days_before": 30 }, "reduction": "keep" });
    house.by(&document).await;
    let mine = house.confirmed(&[house.wish(1, "2026-12-11", &["PM"]), house.wish(1, "2026-12-25", &["PM"])]).await;
    let asked = |cause: &str, slot: &str| json!({ "cause": cause, "changes": [to(&mine, 0, house.wish(1, "2026-12-11", &[slot]))] });
    house.act(&mine, "change", &asked("patron", "NT")).await.refused(409, "venue.application.changes");
    let preview = house.act(&mine, "change/preview", &asked("house", "NT")).await.ok();
    let dearer = house.act(&mine, "change", &asked("house", "NT")).await.ok();
    for name in ["amount_after", "waived_amount", "due_amount", "fee", "refund_amount"] {
        assert_eq!(preview[name], dearer[name], "{name}: the preview says what is done");
    }
    assert_eq!((money(&dearer), &dearer["waived_amount"], dearer.get("bill")), ((0, 0, 0), &json!(1_000), None));
    let seen = house.seen(&mine).await;
    assert_eq!((&seen["changes"], &seen["hires"][0]["waived_amount"]), (&json!(0), &json!(1_000)));
    let permit = house.permits(&mine).await[0].clone();
    assert_eq!(
        (&permit["revision"], &permit["waived_amount"], &permit["unpaid_amount"]),
        (&json!(2), &json!(1_000), &json!(0))
    );
    let letters = outbox(&house).await;
    let letter = letters.iter().find(|letter| letter.template == "venue.hire_changed").unwrap();
    assert!(letter.body.contains("増額分の1,000円は申し受けません。"), "{}", letter.body);

    // back where it was, and nobody owes anybody anything
    let back = house.act(&mine, "change", &asked("house", "PM")).await.ok();
    assert_eq!((money(&back), &back["waived_amount"]), ((0, 0, 0), &json!(0)));
    let cheaper = house.act(&mine, "change", &asked("force_majeure", "AM")).await.ok();
    assert_eq!(money(&cheaper), (0, 0, 2_000), "all of it, whatever the tariff keeps");
    assert_eq!(house.seen(&mine).await["changes"], 0);
    let told = journal::told(&house.app, "venue.hire.changed").await;
    let told: Vec<_> =
        told.iter().map(|one| (one["cause"].as_str().unwrap(), one["waived"].as_i64().unwrap())).collect();
    assert_eq!(told, [("house", 1_000), ("house", 0), ("force_majeure", 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_it_is_confirmed_nothing_changes_for_a_cause_of_the_house_that_would_cost_the_patron_money() {
    let house = House::open("staff").await;
    let mine = house.applied(&[house.wish(1, "2026-12-11", &["PM"])]).await;
    let before = house.seen(&mine).await;
    let mut body = json!({ "cause": "house", "changes": [to(&mine, 0, house.wish(1, "2026-12-11", &["NT"]))] });
    for cause in ["house", "force_majeure"] {
        body["cause"] = json!(cause);
        for verb in ["change/preview", "change"] {
            let refused = house.act(&mine, verb, &body).await.refused(409, "venue.application.cause");
            assert_eq!(refused["state"], "requested", "{verb}");
        }
    }
    assert_eq!(house.seen(&mine).await, before, "nothing changed");
    body["cause"] = json!("patron");
    assert_eq!(house.act(&mine, "change", &body).await.ok()["amount_after"], 6_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_says_that_a_change_is_the_house_s_who_may_not_take_hires_back() {
    let house = House::open("automatic").await;
    let app = &house.app;
    sign_up(app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(app, &app.page()).await;
    let ask = json!({ "facility": house.facility, "uses": [house.wish(1, "2026-12-11", &["AM"])] });
    let quote = patron.post("/v1/venue/quotes", &ask).await.created();
    let hold = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let wish = json!({ "hold": hold["id"], "title": "演奏会" });
    let mine = patron.post("/v1/venue/applications", &wish).await.created();
    house.pay(&mine["bill"]).await.created();
    let path = format!("/v1/venue/applications/{}/change", id(&mine));
    let change = json!({ "cause": "house", "changes": [to(&mine, 0, house.wish(1, "2026-12-11", &["NT"]))] });
    for path in [path.clone(), format!("{path}/preview")] {
        let refused = patron.post(&path, &change).await.refused(403, "permission_denied");
        assert_eq!(refused["required_permission"], "venue.hire.decide", "{path}");
    }
    assert_eq!(times(&house.seen(&mine).await), [("2026-12-11", "AM")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_a_later_version_was_published_asks_no_more_for_what_stays_and_is_never_refused_for_it() {
    let house = House::open("staff").await;
    let server = house.app.server();
    let facility =
        id(&make(&house.app, "facilities", &json!({ "code": "G", "name": "別館", "effective_from": "2026-04-01" }))
            .await);
    let room = json!({ "facility": facility, "code": "R", "name": "集会室", "parts": ["R"], "time_unit": "day", "approval": "automatic",
                       "visibility": "bookable", "effective_from": "2026-04-01" });
    let room = id(&make(&house.app, "rooms", &room).await);
    let publish = async |from: &str, yen: i64| {
        let base = json!({ "kind": "table", "key": [], "rows": [{ "yen": yen }] });
        let document = json!({ "name": "使用料", "legal_reference": "別表", "applies_by": "use_date", "effective_from": from, "engine": 1,
            "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
            "components": [{ "code": "BASE", "label": { "ja": "基本" }, "rule": base }] });
        let version = make(&house.app, "tariffs", &json!({ "facility": facility, "document": document })).await;
        server.post(&format!("/v1/venue/tariffs/{}/publish", id(&version)), &json!({})).await.ok();
    };
    let wish = |day: &str| json!({ "room": room, "date": day });
    let confirmed = async |days: &[&str]| {
        let uses: Vec<Value> = days.iter().map(|day| wish(day)).collect();
        let ask = json!({ "facility": facility, "patron": house.patron, "uses": uses });
        let quote = server.post("/v1/venue/quotes", &ask).await.created();
        let hold = server.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
        let ask = json!({ "hold": hold["id"], "title": "総会" });
        let application = server.post("/v1/venue/applications", &ask).await.created();
        house.pay(&application["bill"]).await.created();
        application
    };
    publish("2026-04-01", 10_000).await;
    let three = confirmed(&["2027-04-05", "2027-04-12", "2027-04-19"]).await;
    let across = confirmed(&["2027-03-25", "2027-04-06"]).await;
    let one = confirmed(&["2027-03-26"]).await;
    publish("2027-04-01", 12_000).await;
    let change = async |application: &Value, to: &[(usize, &str)]| {
        let moves: Vec<Value> =
            to.iter().map(|(nth, day)| json!({ "hire": application["hires"][*nth]["id"], "use": wish(day) })).collect();
        house.act(application, "change", &json!({ "changes": moves })).await
    };
    let yen = |told: &Value| ["amount_before", "amount_after", "due_amount"].map(|name| told[name].as_i64().unwrap());
    let moved = change(&three, &[(2, "2027-04-20")]).await.ok();
    assert_eq!(yen(&moved), [30_000, 30_000, 0], "two of them stay as they were quoted");
    let moved = change(&across, &[(0, "2027-03-27")]).await.ok();
    assert_eq!(yen(&moved), [20_000, 20_000, 0], "its days are on both sides of the first of April");
    let taken = change(&across, &[(1, "2027-04-12")]).await.refused(409, "venue.room.taken");
    let ways = taken["alternatives"].as_array().unwrap();
    assert!(!ways.is_empty() && ways.iter().all(|way| way["total_amount"] == 20_000), "{taken}");
    let moved = change(&one, &[(0, "2027-04-26")]).await.ok();
    assert_eq!(yen(&moved), [10_000, 12_000, 2_000], "all of it goes to a day of the second");
}
