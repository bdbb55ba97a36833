//! Who gets a place: a class decided by a draw with residents first, a postcard that stands as any other, and a family of three
//! that waits and is promoted together.

use draw::{Proof, verify};
use kernel::{Clock, JST};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Surprise, calendar::Calendar, expect, house::House, http::Caller, say, term, text};

/// What the term came to.
#[derive(Debug)]
pub struct Taught {
    pub learners: i64,
    /// Yen, and what of it was given back.
    pub charged: i64,
    pub refunded: i64,
}

const TUITION: i64 = 6_000;

/// Plays it in a room of the house, and draws again from what is published.
///
/// # Errors
/// Anything else than what should happen.
pub async fn story(house: &House, room: &str) -> Result<Taught, Surprise> {
    let (server, page) = (&house.server, &house.page);
    let days = Calendar::from_today();
    let Leaflet { term, course, class, window } = announce(server, days, room).await?;
    let (residents, others) = entries(house, &class).await?;
    say("courses: two windows; six apply to a class of four by draw, one of them by postcard; residents come first");
    let moves = decide(server, page, &class, &window).await?;
    say(format!(
        "  the draw is published with its seed, and drawn again from its proof: {moves} results at one moment"
    ));

    for one in &residents {
        expect("what a resident drew", &read(server, one).await?["state"], &json!("payment_due"))?;
    }
    let mut paid = 0;
    for one in residents.iter().chain(&others) {
        let stands = read(server, one).await?;
        if stands["state"] == "payment_due" {
            pay(server, &stands).await?;
            paid += 1;
        }
    }
    expect("seats paid for", &json!(paid), &json!(4))?;
    promoted(server, page, &class).await?;
    let list = format!("/v1/course/applications?class={class}&state=admitted&limit=100");
    let admitted = server.get(&list).await?.expect(200)?;
    let units = |one: &Value| one["units"].as_i64().unwrap_or_default();
    let learners: i64 = admitted["data"].as_array().into_iter().flatten().map(units).sum();
    expect("learners", &json!(learners), &json!(7))?;
    let applications = admitted["data"].as_array().map_or(0, Vec::len);
    term::put_off(server, days, (&class, room), applications).await?;
    let refunded = term::cancelled(house, &course, &term).await?;
    term::certified(house, &course, &term).await?;
    let taught = Taught { learners, charged: learners * TUITION + refunded, refunded };
    books(server, &taught).await?;
    Ok(taught)
}

/// Who applies: residents, one of them by postcard, and others.
async fn entries(house: &House, class: &str) -> Result<(Vec<Value>, Vec<Value>), Surprise> {
    let (mut residents, mut others) = (Vec::new(), Vec::new());
    for name in ["小林 実", "加藤 恵"] {
        residents.push(apply(&house.page, class, &[name], true).await?);
    }
    for name in ["石川 誠", "前田 愛", "藤田 翔"] {
        others.push(apply(&house.page, class, &[name], false).await?);
    }
    let card = json!({ "class": class, "people": [person("岡田 ミツ", true)], "contact": { "name": "岡田 ミツ" }, "channel": "post" });
    let card = house.server.post("/v1/course/applications/entries", &card).await?.expect(201)?;
    residents.push(card["applications"][0].clone());
    Ok((residents, others))
}

/// What came to the till and what went back of it, bill by bill, is what the story says.
async fn books(server: &Caller, taught: &Taught) -> Result<(), Surprise> {
    let (mut charged, mut refunded, mut page) = (0, 0, String::new());
    loop {
        let list = server.get(&format!("/v1/course/applications?limit=100{page}")).await?.expect(200)?;
        for one in list["data"].as_array().into_iter().flatten() {
            if let Some(bill) = read(server, one).await?["bill"].as_str() {
                let bill = server.get(&format!("/v1/bills/{bill}")).await?.expect(200)?;
                charged += bill["paid"].as_i64().unwrap_or_default();
                refunded += bill["refunded"].as_i64().unwrap_or_default();
            }
        }
        match list["next_cursor"].as_str() {
            Some(next) => page = format!("&cursor={next}"),
            None => break,
        }
    }
    expect("what the bills of the courses took", &json!(charged), &json!(taught.charged))?;
    expect("what went back of it", &json!(refunded), &json!(taught.refunded))
}

fn at(minutes: i64) -> Result<String, Surprise> {
    let at: OffsetDateTime = Clock::system().now().to_offset(JST) + Duration::minutes(minutes);
    at.format(&Rfc3339).map_err(|_| Surprise::new("a time cannot be written"))
}

pub async fn make(server: &Caller, noun: &str, body: &Value) -> Result<String, Surprise> {
    text(&server.post(&format!("/v1/course/{noun}"), body).await?.expect(201)?, "id")
}

/// What is announced.
struct Leaflet {
    term: String,
    course: String,
    class: String,
    window: String,
}

/// A window that is open for an hour.
///
/// # Errors
/// Anything else than what should happen.
pub async fn window(server: &Caller, class: &str, admission: &str) -> Result<String, Surprise> {
    let window = json!({ "class": class, "kind": "general", "label": "一般募集", "opens_at": at(-10)?, "closes_at": at(60)?,
                         "admission": admission });
    make(server, "windows", &window).await
}

/// A term, a course, a class with a draw and a second window, its Saturdays and its fee.
async fn announce(server: &Caller, days: Calendar, room: &str) -> Result<Leaflet, Surprise> {
    let (starts_on, ends_on) = (days.starts_on(), days.ends_on());
    let term = json!({ "code": starts_on, "name": "前期", "starts_on": starts_on, "ends_on": ends_on });
    let term = make(server, "terms", &term).await?;
    let course =
        json!({ "code": "YOGA", "title": "はじめてのヨガ", "title_kana": "はじめてのよが", "genres": ["健康"] });
    let course = make(server, "courses", &course).await?;
    let resident =
        json!({ "label": "市内在住", "requires": [{ "any_of": [{ "fact": "residence", "one_of": ["city"] }] }] });
    let class = json!({ "course": course, "term": term, "code": "YOGA-SAT", "title": "土曜午前", "capacity": 4, "max_party": 3,
                        "admission": "draw", "rules": { "tiers": [resident] } });
    let class = make(server, "classes", &class).await?;
    term::saturdays(server, days, &class, room).await?;
    let window = window(server, &class, "draw").await?;
    let more = json!({ "class": class, "kind": "additional", "label": "追加募集", "opens_at": at(-1)?, "closes_at": at(60)?,
                       "admission": "first_come" });
    make(server, "windows", &more).await?;
    let fee = json!({ "class": class, "kind": "tuition", "label": "受講料", "amount": TUITION });
    make(server, "fees", &fee).await?;
    server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await?.expect(200)?;
    Ok(Leaflet { term, course, class, window })
}

fn person(name: &str, resident: bool) -> Value {
    let residence = if resident { "city" } else { "outside" };
    json!({ "name": name, "birth_date": "1975-05-05", "facts": [{ "kind": "residence", "text": residence }] })
}

pub async fn apply(page: &Caller, class: &str, names: &[&str], resident: bool) -> Result<Value, Surprise> {
    let people: Vec<Value> = names.iter().map(|name| person(name, resident)).collect();
    let contact = json!({ "name": names.first(), "email": "learner@hikari.example.jp" });
    let body = json!({ "class": class, "people": people, "contact": contact });
    let made = page.post("/v1/course/applications", &body).await?.expect(201)?;
    Ok(made["applications"][0].clone())
}

async fn read(server: &Caller, one: &Value) -> Result<Value, Surprise> {
    server.get(&format!("/v1/course/applications/{}", text(one, "id")?)).await?.expect(200)
}

pub async fn pay(server: &Caller, one: &Value) -> Result<(), Surprise> {
    let path = format!("/v1/bills/{}/counter-payments", text(one, "bill")?);
    server.post(&path, &json!({ "method": "cash" })).await?.expect(201)?;
    expect("whoever has paid", &read(server, one).await?["state"], &json!("admitted"))
}

/// The window closes, the entries are frozen, the results are out, and the proof is held against what was announced.
async fn decide(server: &Caller, page: &Caller, class: &str, window: &str) -> Result<usize, Surprise> {
    let announced = page.get(&format!("/v1/course/draws?class={class}")).await?.expect(200)?;
    let announced = &announced["data"][0];
    let close = json!({ "closes_at": at(-1)? }).to_string();
    let path = format!("/v1/course/windows/{window}");
    server.send("PATCH", &path, "application/json", close.as_bytes()).await?.expect(200)?;
    let draw = format!("/v1/course/draws/{}", text(announced, "id")?);
    server.post(&format!("{draw}/freeze"), &json!({})).await?.expect(200)?;
    let out = server.post(&format!("{draw}/publish"), &json!({})).await?.expect(200)?;
    let proof = page.get(&format!("{draw}/proof")).await?.expect(200)?;
    let proof: Proof = serde_json::from_value(proof).map_err(|_| Surprise::new("the proof cannot be read"))?;
    let verdict = verify(&proof).map_err(|bad| Surprise::new(format!("the draw is not what it says: {bad}")))?;
    expect("the commitment", &json!(verdict.commit.to_string()), &announced["commitment"])?;
    Ok(out["moves"].as_array().map_or(0, Vec::len))
}

/// In the second window a family waits behind two; with more places all of them are offered theirs, the family together.
async fn promoted(server: &Caller, page: &Caller, class: &str) -> Result<(), Surprise> {
    let family = apply(page, class, &["森 大樹", "森 美咲", "森 陽菜"], true).await?;
    expect("the family's place in the line", &family["position"], &json!(3))?;
    let resize = |capacity: i64| json!({ "capacity": capacity, "reason": "広い部屋に変更" }).to_string();
    let path = format!("/v1/course/classes/{class}/capacity");
    let put = async |capacity: i64| -> Result<Value, Surprise> {
        server.send("PUT", &path, "application/json", resize(capacity).as_bytes()).await?.expect(200)
    };
    let first = put(6).await?;
    expect("who is offered a place", &json!(first["moves"].as_array().map(Vec::len)), &json!(2))?;
    for one in first["moves"].as_array().into_iter().flatten() {
        let path = format!("/v1/course/applications/{}/decline", text(one, "application")?);
        server.post(&path, &json!({})).await?.expect(200)?;
    }
    expect("two places for three", &read(server, &family).await?["state"], &json!("waitlisted"))?;
    put(7).await?;
    expect("three places for three", &read(server, &family).await?["state"], &json!("offered"))?;
    let path = format!("/v1/course/applications/{}/accept", text(&family, "id")?);
    let accepted = server.post(&path, &json!({})).await?.expect(200)?;
    pay(server, &accepted).await?;
    say("  a family of three waits while two places are free, and is promoted together when there are three");
    Ok(())
}
