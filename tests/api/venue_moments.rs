//! A house that is let and closed at the same moment, and what several change at once: whoever has the lock first is seen by the others.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use kernel::ids::BillId;
use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{
    venue_due::waiting,
    venue_hire::{House, id, table},
};

fn posting(house: &House, path: &str, body: &Value) -> impl Future<Output = Answer> + Send + use<> {
    let (server, path, body) = (house.app.server(), path.to_owned(), body.clone());
    async move { server.post(&path, &body).await }
}

/// The half of the hall ends before that Tuesday.
fn ending(house: &House) -> impl Future<Output = Answer> + Send + use<> {
    let (server, path) = (house.app.server(), format!("/v1/venue/rooms/{}", house.rooms[1]));
    async move { server.send(Method::PATCH, &path, &[], Some(&json!({ "effective_until": "2026-12-15" }))).await }
}

/// What becomes of two of whom the first waits for what somebody else has in the database, and the second comes meanwhile and has to wait
/// for the first.
async fn after_each_other(
    house: &House,
    blocked_by: &str,
    first: impl Future<Output = Answer> + Send + 'static,
    second: impl Future<Output = Answer> + Send + 'static,
) -> (Answer, Answer) {
    let mut holder = AsyncPgConnection::establish(&house.app.test.admin_url()).await.unwrap();
    let mut watcher = AsyncPgConnection::establish(&house.app.test.admin_url()).await.unwrap();
    holder.batch_execute(&format!("BEGIN; {blocked_by}")).await.unwrap();
    let first = tokio::spawn(first);
    waiting(&mut watcher, 1).await;
    let second = tokio::spawn(second);
    waiting(&mut watcher, 2).await;
    holder.batch_execute("COMMIT").await.unwrap();
    (first.await.unwrap(), second.await.unwrap())
}

/// What becomes of several that all have seen an application when the first of them changes it: nobody gets at its bill before that.
async fn all_at_once(
    house: &House,
    application: &Value,
    all: Vec<impl Future<Output = Answer> + Send + 'static>,
) -> Vec<Answer> {
    let mut holder = AsyncPgConnection::establish(&house.app.test.admin_url()).await.unwrap();
    let mut watcher = AsyncPgConnection::establish(&house.app.test.admin_url()).await.unwrap();
    let bill = application["bill"].as_str().unwrap().parse::<BillId>().unwrap().uuid();
    let hold = format!("BEGIN; SELECT FROM billing.bills WHERE id = '{bill}' FOR UPDATE");
    holder.batch_execute(&hold).await.unwrap();
    let (mut asked, mut answers) = (Vec::new(), Vec::new());
    for one in all {
        asked.push(tokio::spawn(one));
        waiting(&mut watcher, i64::try_from(asked.len()).unwrap()).await;
    }
    holder.batch_execute("COMMIT").await.unwrap();
    for one in asked {
        answers.push(one.await.unwrap());
    }
    answers
}

/// Those that were done, how many, and the others.
fn others(answers: Vec<Answer>) -> (usize, Vec<Answer>) {
    let (done, others): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(|one| one.status == 200);
    (done.len(), others)
}

/// A half of the hall in the afternoon of a Tuesday, with the piano.
fn tuesday(house: &House) -> Value {
    let mut wish = house.wish(1, "2026-12-15", &["PM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    wish
}

/// What closes the house on that Tuesday: a layer, or a holiday on the Monday before, after which it is closed instead.
fn closing(house: &House) -> [(&'static str, Value, &'static str); 2] {
    let layer = json!({ "facility": house.facility, "name": "館内整理日", "ordinal": 20, "hours": [],
                        "days": { "dates": [{ "from": "2026-12-15", "until": "2026-12-16" }] }, "effective_from": "2026-04-01" });
    let holiday = json!({ "date": "2026-12-14", "name": "市制記念日" });
    [("/v1/venue/calendar-layers", layer, "calendar_layers"), ("/v1/venue/holidays", holiday, "holidays")]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_closes_a_day_lists_what_was_held_of_it_at_the_same_moment() {
    for which in 0..2 {
        let house = House::open("staff").await;
        let (path, body, _) = &closing(&house)[which];
        let quote = house.quoted(&[tuesday(&house)]).await;
        let hold = posting(&house, "/v1/venue/holds", &json!({ "quote": quote["id"] }));
        let piano = "SELECT FROM venue.equipment FOR UPDATE";
        let (held, closed) = after_each_other(&house, piano, hold, posting(&house, path, body)).await;
        let hire = id(&held.created()["hires"][0]);
        let refused = closed.refused(409, "venue.catalogue.behind");
        assert_eq!(
            (refused["collisions"].as_array().unwrap().len(), &refused["collisions"][0]["id"]),
            (1, &json!(hire))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_closes_a_day_lists_what_was_moved_to_it_at_the_same_moment() {
    for which in 0..2 {
        let house = House::open("staff").await;
        let (path, body, _) = &closing(&house)[which];
        let hire = id(&house.confirmed(&[house.wish(1, "2026-12-18", &["AM"])]).await["hires"][0]);
        let change = posting(&house, &format!("/v1/venue/hires/{hire}/change"), &tuesday(&house));
        let piano = "SELECT FROM venue.equipment FOR UPDATE";
        let (moved, closed) = after_each_other(&house, piano, change, posting(&house, path, body)).await;
        moved.ok();
        let refused = closed.refused(409, "venue.catalogue.behind");
        assert_eq!(refused["collisions"][0]["id"], json!(hire));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_held_of_a_day_that_was_closed_at_the_same_moment() {
    for which in 0..2 {
        let house = House::open("staff").await;
        let (path, body, table) = &closing(&house)[which];
        let quote = house.quoted(&[tuesday(&house)]).await;
        house.app.clock.advance(Duration::minutes(1));
        let hold = posting(&house, "/v1/venue/holds", &json!({ "quote": quote["id"] }));
        let written = format!("LOCK TABLE venue.{table} IN SHARE MODE");
        let (closed, held) = after_each_other(&house, &written, posting(&house, path, body), hold).await;
        assert!(closed.status.is_success(), "{}", closed.text);
        held.refused(409, "venue.quote.outdated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_held_by_what_was_quoted_while_its_day_was_being_closed() {
    for which in 0..2 {
        let house = House::open("staff").await;
        let (path, body, table) = &closing(&house)[which];
        let ask = json!({ "facility": house.facility, "patron": house.patron, "uses": [tuesday(&house)] });
        let quoting = posting(&house, "/v1/venue/quotes", &ask);
        let written = format!("LOCK TABLE venue.{table} IN SHARE MODE");
        let (closed, quoted) = after_each_other(&house, &written, posting(&house, path, body), quoting).await;
        assert!(closed.status.is_success(), "{}", closed.text);
        house.try_hold(&quoted.created()).await.refused(409, "venue.quote.outdated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_moved_to_a_day_that_was_closed_at_the_same_moment() {
    for which in 0..2 {
        let house = House::open("staff").await;
        let (path, body, table) = &closing(&house)[which];
        let hire = id(&house.confirmed(&[house.wish(1, "2026-12-18", &["AM"])]).await["hires"][0]);
        let change = posting(&house, &format!("/v1/venue/hires/{hire}/change"), &tuesday(&house));
        let written = format!("LOCK TABLE venue.{table} IN SHARE MODE");
        let (closed, moved) = after_each_other(&house, &written, posting(&house, path, body), change).await;
        assert!(closed.status.is_success(), "{}", closed.text);
        moved.refused(409, "venue.time.closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_room_lists_what_was_held_of_it_or_moved_into_it_at_the_same_moment() {
    for moves in [false, true] {
        let house = House::open("staff").await;
        let (path, body) = if moves {
            let hire = id(&house.confirmed(&[house.wish(2, "2026-12-18", &["AM"])]).await["hires"][0]);
            (format!("/v1/venue/hires/{hire}/change"), tuesday(&house))
        } else {
            let quote = house.quoted(&[tuesday(&house)]).await;
            ("/v1/venue/holds".to_owned(), json!({ "quote": quote["id"] }))
        };
        let piano = "SELECT FROM venue.equipment FOR UPDATE";
        let (had, ended) = after_each_other(&house, piano, posting(&house, &path, &body), ending(&house)).await;
        assert!(had.status.is_success(), "{}", had.text);
        let refused = ended.refused(409, "venue.catalogue.behind");
        assert_eq!(refused["collisions"].as_array().unwrap().len(), 1, "moved: {moves}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_who_give_up_the_same_at_once_only_those_who_name_a_version_hear_of_one() {
    let house = House::open("staff").await;
    let named = async |day: &str| {
        let application = house.confirmed(&[house.wish(1, day, &["AM"])]).await;
        let path = format!("/v1/venue/applications/{}/cancel", id(&application));
        (application["version"].to_string(), application, path)
    };
    let (_, application, path) = named("2026-12-17").await;
    let all: Vec<_> = (0..4).map(|_| posting(&house, &path, &json!({}))).collect();
    let (done, late) = others(all_at_once(&house, &application, all).await);
    assert_eq!(done, 1);
    for one in late {
        assert_eq!(one.refused(409, "venue.application.state")["state"], "cancelled");
    }

    let (version, application, path) = named("2026-12-18").await;
    let naming = |key: usize| {
        let (server, path, version) = (house.app.server(), path.clone(), format!("\"{version}\""));
        async move {
            let key = format!("cancel-{key}");
            let headers = [("if-match", version.as_str()), ("idempotency-key", key.as_str())];
            server.send(Method::POST, &path, &headers, Some(&json!({}))).await
        }
    };
    let all: Vec<_> = (0..4).map(naming).collect();
    let (done, late) = others(all_at_once(&house, &application, all).await);
    assert_eq!(done, 1);
    for one in late {
        one.refused(412, "version_mismatch");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_changes_at_once_as_many_are_made_as_the_tariff_allows_and_none_hears_of_a_version() {
    let house = House::open("staff").await;
    let mut document = table();
    document["change"] = json!({ "legal_reference": "会館条例第7条", "most": 1, "reduction": "refund" });
    house.by(&document).await;
    let application = house.confirmed(&[house.wish(1, "2026-12-17", &["AM"])]).await;
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let days = ["2026-12-18", "2026-12-19", "2026-12-20", "2026-12-22"];
    let all: Vec<_> = days.iter().map(|day| posting(&house, &path, &house.wish(1, day, &["AM"]))).collect();
    let (done, late) = others(all_at_once(&house, &application, all).await);
    assert_eq!(done, 1);
    for one in late {
        assert_eq!(one.refused(409, "venue.application.changes")["most"], 1);
    }
    assert_eq!(house.seen(&application).await["changes"], 1);
}
