//! Groups: a roster, whoever acts for them, and hires in their name.

use poem::http::Method;
use serde_json::{Value, json};
use tests::{Client, TestApp};

use crate::{
    patrons::{sign_in, sign_up},
    venue_hire::House,
};

fn id(one: &Value) -> String {
    one["id"].as_str().unwrap().to_owned()
}

async fn found(patron: &Client, name: &str) -> String {
    id(&patron.post("/v1/patrons/me/groups", &json!({ "group": { "name": name } })).await.created())
}

async fn delete(client: &Client, path: &str) -> tests::Answer {
    client.send(Method::DELETE, path, &[], None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_is_kept_by_who_acts_for_the_group_and_nobody_else_sees_it() {
    let app = TestApp::new().await;
    sign_up(&app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(&app, &app.page()).await;
    let group = found(&patron, "さくら合唱団").await;
    let own = format!("/v1/patrons/me/groups/{group}/members");
    let office = format!("/v1/groups/{group}/members");
    let groups = patron.get("/v1/patrons/me/groups").await.ok();
    assert_eq!((&groups["groups"][0]["id"], &groups["groups"][0]["kind"]), (&json!(group), &json!("group")));
    let roster = patron.get(&own).await.ok();
    assert_eq!(
        (&roster["members"][0]["role"], &roster["members"][0]["acts"]),
        (&json!("representative"), &json!(true))
    );
    let me = roster["members"][0]["person"].as_str().unwrap().to_owned();

    let roster = patron.post(&own, &json!({ "name": "松本 京子", "role": "contact" })).await.ok();
    let other = roster["members"][1]["person"].as_str().unwrap().to_owned();
    let second = json!({ "name": "別人", "role": "representative" });
    patron.post(&own, &second).await.refused(409, "patron.group.represented");
    patron.post(&own, &json!({ "name": "一", "person": other })).await.refused(422, "patron.group.who");
    patron.post(&own, &json!({ "person": other })).await.refused(404, "absent");
    app.server().post(&office, &json!({ "person": other })).await.refused(409, "patron.group.on_roster");
    delete(&patron, &format!("{own}/{me}")).await.refused(409, "patron.group.abandoned");
    assert_eq!(delete(&patron, &format!("{own}/{other}")).await.status, 204);
    delete(&patron, &format!("{own}/{other}")).await.refused(404, "absent");

    let strange = app.server().post("/v1/patrons", &json!({ "name": "佐藤 二郎" })).await.created();
    let theirs = json!({ "group": { "name": "写真同好会" }, "representative": strange["id"] });
    let theirs = id(&app.server().post("/v1/groups", &theirs).await.created());
    patron.get(&format!("/v1/patrons/me/groups/{theirs}/members")).await.refused(404, "absent");
    app.neighbour().get(&office).await.refused(404, "absent");
    app.server().get(&format!("/v1/groups/{}/members", id(&strange))).await.refused(404, "absent");
    app.page().get(&office).await.refused(403, "permission_denied");
    app.server().get(&format!("/v1/patrons/{group}")).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_represents_no_group_and_is_on_no_roster() {
    let app = TestApp::new().await;
    let office = app.server();
    let patron = office.post("/v1/patrons", &json!({ "name": "山田 太郎" })).await.created();
    let ask = |representative: &Value| json!({ "group": { "name": "さくら合唱団" }, "representative": representative });
    let group = office.post("/v1/groups", &ask(&patron["id"])).await.created();
    office.post("/v1/groups", &ask(&group["id"])).await.refused(422, "patron.person.no_such_patron");
    let members = format!("/v1/groups/{}/members", id(&group));
    let joins = json!({ "patron": group["id"] });
    office.post(&members, &joins).await.refused(422, "patron.person.no_such_patron");
    let persons = office.get("/v1/persons").await.ok();
    assert_eq!(persons["data"].as_array().unwrap().len(), 1, "a group is no person");
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_who_join_at_once_are_on_the_roster_once_each() {
    let app = TestApp::new().await;
    let patron = app.server().post("/v1/patrons", &json!({ "name": "山田 太郎" })).await.created();
    let group = json!({ "group": { "name": "合唱団" }, "representative": patron["id"] });
    let group = id(&app.server().post("/v1/groups", &group).await.created());
    let person = app.server().post("/v1/persons", &json!({ "name": "松本 京子" })).await.created();
    let office = format!("/v1/groups/{group}/members");
    let body = json!({ "person": person["id"] });
    let server = app.server();
    let asked = futures_util::future::join_all((0..8).map(|_| server.post(&office, &body))).await;
    assert_eq!(asked.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(asked.iter().all(|answer| answer.status == 200 || answer.code() == "patron.group.on_roster"));
    assert_eq!(app.server().get(&office).await.ok()["members"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_hires_in_the_name_of_a_group_at_its_class_until_they_leave_it() {
    let house = House::open("staff").await;
    let app = &house.app;
    sign_up(app, &app.page(), app.test.scope(kernel::Service::Core)).await;
    let patron = sign_in(app, &app.page()).await;
    let group = found(&patron, "さくら合唱団").await;
    let strange = app.server().post("/v1/patrons", &json!({ "name": "佐藤 二郎" })).await.created();

    let uses = [house.wish(0, "2026-12-10", &["AM"])];
    let mut ask = json!({ "facility": house.facility, "uses": uses });
    ask["patron"] = strange["id"].clone();
    patron.post("/v1/venue/quotes", &ask).await.refused(404, "absent");
    ask["patron"] = json!(group);
    let quote = patron.post("/v1/venue/quotes", &ask).await.created();
    let hold = patron.post("/v1/venue/holds", &json!({ "quote": quote["id"] })).await.created();
    let wish = json!({ "hold": hold["id"], "title": "定期演奏会" });
    let application = patron.post("/v1/venue/applications", &wish).await.created();
    assert_eq!(application["patron"], json!(group));
    let at = format!("/v1/venue/applications/{}", id(&application));
    patron.get(&at).await.ok();
    let listed = patron.get(&format!("/v1/venue/applications?patron={group}")).await.ok();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let own = patron.get("/v1/venue/applications").await.ok();
    assert_eq!(own["data"], json!([]), "what is the group's is not one's own");
    let foreign = format!("/v1/venue/applications?patron={}", id(&strange));
    patron.get(&foreign).await.refused(404, "absent");

    let office = format!("/v1/groups/{group}/members");
    let me = app.server().get(&office).await.ok()["members"][0]["person"].as_str().unwrap().to_owned();
    assert_eq!(delete(&app.server(), &format!("{office}/{me}")).await.status, 204);
    patron.get(&at).await.refused(404, "absent");
    patron.post("/v1/venue/quotes", &ask).await.refused(404, "absent");
}
