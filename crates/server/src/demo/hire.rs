//! A choir hires a hall: from the ordinance's table to the permit, the piano, the hour too long, and a hire given up.

use kernel::{Clock, JST};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, Time, format_description::well_known::Rfc3339};

use super::{Surprise, house::House, http::Caller, say, text};

const TARIFF: &str = include_str!("../../../../examples/tariffs/hikari.json");

/// What is for hire.
struct Rooms {
    facility: String,
    hall: String,
    studio: String,
    piano: String,
    choir: String,
}

/// What the hires came to, in yen.
#[derive(Debug)]
pub struct Hired {
    /// A room that is free otherwise.
    pub studio: String,
    pub charged: i64,
    pub refunded: i64,
}

/// Plays it, and checks each amount against the table.
///
/// # Errors
/// Anything else than what should happen.
pub async fn story(house: &House) -> Result<Hired, Surprise> {
    let server = &house.server;
    let rooms = furnish(server).await?;
    let today = Clock::system().now().to_offset(JST);
    let practised = practice(server, &rooms, today).await?;
    let used = walk_in(&house.staff, &rooms, today).await?;
    let (kept, refunded) = given_up(server, &rooms, today).await?;
    Ok(Hired { charged: practised + used + kept + refunded, refunded, studio: rooms.studio })
}

async fn make(server: &Caller, noun: &str, body: &Value) -> Result<Value, Surprise> {
    server.post(&format!("/v1/venue/{noun}"), body).await?.expect(201)
}

async fn furnish(server: &Caller) -> Result<Rooms, Surprise> {
    let from = "2026-04-01";
    let facility = json!({ "code": "KAIKAN", "name": "ひかり市民会館", "effective_from": from });
    let facility = text(&make(server, "facilities", &facility).await?, "id")?;
    let mut halls = Vec::new();
    for (code, name, parts) in [
        ("HALL", "多目的ホール", vec!["A", "B"]),
        ("HALL-A", "多目的ホールA", vec!["A"]),
        ("HALL-B", "多目的ホールB", vec!["B"]),
    ] {
        let room = json!({ "facility": facility, "code": code, "name": name, "parts": parts, "time_unit": "slots",
                           "approval": "staff", "visibility": "bookable", "effective_from": from });
        let room = text(&make(server, "rooms", &room).await?, "id")?;
        let slot = |code: &str, name: &str, starts: &str, ends: &str| json!({ "code": code, "name": name, "starts": starts, "ends": ends });
        let slots = [
            slot("AM", "午前", "09:00", "12:00"),
            slot("PM", "午後", "13:00", "17:00"),
            slot("NT", "夜間", "18:00", "22:00"),
        ];
        let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": from, "slots": slots });
        make(server, "slot-sets", &set).await?;
        halls.push(room);
    }
    let studio = json!({ "facility": facility, "code": "STUDIO", "name": "練習室", "parts": ["S"], "time_unit": "grid",
                         "grid_minutes": 5, "approval": "staff", "visibility": "bookable", "effective_from": from });
    let studio = text(&make(server, "rooms", &studio).await?, "id")?;
    let piano = json!({ "facility": facility, "code": "PIANO", "name": "グランドピアノ", "unit": "台", "capacity": 1, "effective_from": from });
    let piano = text(&make(server, "equipment", &piano).await?, "id")?;
    let document: Value = serde_json::from_str(TARIFF).map_err(|_| Surprise::new("the tariff is JSON"))?;
    let tariff = make(server, "tariffs", &json!({ "facility": facility, "document": document })).await?;
    let publish = format!("/v1/venue/tariffs/{}/publish", text(&tariff, "id")?);
    server.post(&publish, &json!({})).await?.expect(200)?;
    let leader = text(&server.post("/v1/patrons", &json!({ "name": "青木 律子" })).await?.expect(201)?, "id")?;
    let choir =
        json!({ "name": "ひかり市民合唱団", "kana": "ひかりしみんがっしょうだん", "email": "choir@hikari.example.jp" });
    let choir = json!({ "group": choir, "representative": leader });
    let choir = text(&server.post("/v1/groups", &choir).await?.expect(201)?, "id")?;
    let members = format!("/v1/groups/{choir}/members");
    server.post(&members, &json!({ "name": "西村 学", "role": "contact" })).await?.expect(200)?;
    let class = json!({ "code": "GROUP", "name": "登録団体", "effective_from": from });
    let class = text(&server.post("/v1/user-classes", &class).await?.expect(201)?, "id")?;
    let standing = json!({ "patron": choir, "user_class": class });
    let standing = text(&server.post("/v1/standings", &standing).await?.expect(201)?, "id")?;
    server.post(&format!("/v1/standings/{standing}/approve"), &json!({})).await?.expect(200)?;
    say(
        "hall hire: a hall in halves, a studio, a piano, the table of the ordinance; a choir is registered as 登録団体",
    );
    let hall = halls.into_iter().next().ok_or_else(|| Surprise::new("there is no hall"))?;
    Ok(Rooms { facility, hall, studio, piano, choir })
}

/// Quoted, held, applied for, granted and paid at the counter: the application and its total.
async fn hire(server: &Caller, rooms: &Rooms, wish: &Value, title: &str) -> Result<(Value, i64), Surprise> {
    let ask = json!({ "facility": rooms.facility, "patron": rooms.choir, "uses": [wish] });
    let quote = make(server, "quotes", &ask).await?;
    expect("the choir's class", &quote["inputs"]["user_class"], &json!("GROUP"))?;
    let hold = make(server, "holds", &json!({ "quote": quote["id"] })).await?;
    let asked = json!({ "hold": hold["id"], "title": title, "public_title": title });
    let application = make(server, "applications", &asked).await?;
    let path = format!("/v1/venue/applications/{}", text(&application, "id")?);
    let granted = server.post(&format!("{path}/approve"), &json!({ "conditions": "火気厳禁" })).await?.expect(200)?;
    pay(server, &granted).await?;
    let stands = server.get(&path).await?.expect(200)?;
    expect("the application", &stands["state"], &json!("confirmed"))?;
    Ok((stands, quote["total_amount"].as_i64().unwrap_or(0)))
}

async fn pay(server: &Caller, billed: &Value) -> Result<(), Surprise> {
    let path = format!("/v1/bills/{}/counter-payments", text(billed, "bill")?);
    server.post(&path, &json!({ "method": "cash" })).await?.expect(201)?;
    Ok(())
}

fn expect(what: &str, found: &Value, wanted: &Value) -> Result<(), Surprise> {
    if found == wanted { Ok(()) } else { Err(Surprise::new(format!("{what} is {found}, not {wanted}"))) }
}

fn at(at: OffsetDateTime) -> Result<String, Surprise> {
    at.format(&Rfc3339).map_err(|_| Surprise::new("a time cannot be written"))
}

/// The next but one step of the studio's grid.
fn soon(now: OffsetDateTime) -> OffsetDateTime {
    let steps = i64::from(now.minute()) / 5 + 2;
    let hour = now.replace_time(Time::from_hms(now.hour(), 0, 0).unwrap_or(Time::MIDNIGHT));
    hour + Duration::minutes(5 * steps)
}

/// A rehearsal that begins in some minutes: a piano is added. Answers with what it cost.
async fn practice(server: &Caller, rooms: &Rooms, now: OffsetDateTime) -> Result<i64, Surprise> {
    let from = soon(now);
    let mut wish = json!({ "room": rooms.studio, "starts_at": at(from)?, "ends_at": at(from + Duration::hours(2))? });
    let (application, total) = hire(server, rooms, &wish, "合唱練習").await?;
    expect("two hours of the studio", &json!(total), &json!(2_400))?;
    let path = format!("/v1/venue/applications/{}", text(&application, "id")?);
    let permits = server.get(&format!("{path}/permits")).await?.expect(200)?;
    say(format!(
        "  a rehearsal: quoted 2,400 yen, held, approved, paid; permit {} issued",
        text(&permits["permits"][0], "number")?
    ));

    let hire = format!("/v1/venue/hires/{}", text(&application["hires"][0], "id")?);
    wish["equipment"] = json!([{ "equipment": rooms.piano, "quantity": 1 }]);
    let change = server.post(&format!("{hire}/change"), &wish).await?.expect(200)?;
    expect("the piano", &change["due_amount"], &json!(5_500))?;
    let permits = server.get(&format!("{path}/permits")).await?.expect(200)?;
    expect("the permit's revision", &permits["permits"][0]["revision"], &json!(2))?;
    expect("what it says is unpaid", &permits["permits"][0]["unpaid_amount"], &json!(5_500))?;
    pay(server, &change).await?;
    let code = text(&permits["permits"][0], "code")?;
    let check = server.get(&format!("/v1/venue/permit-checks/{code}")).await?.expect(200)?;
    expect("the permit", &check["validity"], &json!("valid"))?;
    expect("whether it is paid", &check["paid"], &json!(true))?;
    say(format!("  a piano is added: 5,500 yen, the permit in revision 2, valid by its code {code}"));
    Ok(total + change["due_amount"].as_i64().unwrap_or(0))
}

/// An hour of the studio that has begun, let at the counter to who walks in: they were there before it, and leave before it ends. Answers
/// with what it cost.
async fn walk_in(staff: &Caller, rooms: &Rooms, now: OffsetDateTime) -> Result<i64, Surprise> {
    let until = soon(now);
    let from = until - Duration::hours(1);
    let wish = json!({ "room": rooms.studio, "starts_at": at(from)?, "ends_at": at(until)? });
    let (application, total) = hire(staff, rooms, &wish, "声楽練習").await?;
    expect("an hour of the studio", &json!(total), &json!(1_200))?;
    let path = format!("/v1/venue/applications/{}", text(&application, "id")?);
    let hire = format!("/v1/venue/hires/{}", text(&application["hires"][0], "id")?);
    let early = json!({ "starts_at": at(from - Duration::minutes(40))?, "ends_at": at(now)?, "heads": 42 });
    staff.post(&format!("{hire}/use"), &early).await?.expect(200)?;
    let settled = staff.post(&format!("{path}/settle"), &json!({})).await?.expect(200)?;
    expect("one begun hour too long", &settled["due_amount"], &json!(2_400))?;
    pay(staff, &settled).await?;
    let quote = staff.get(&format!("/v1/venue/quotes/{}/proof", text(&settled, "quote")?)).await?.expect(200)?;
    expect("the settlement computed again", &quote["same"], &json!(true))?;
    say(
        "  they walk in and were there before: settled with one begun hour, 2,400 yen, and the quote recomputes to the yen",
    );
    Ok(settled["amount_after"].as_i64().unwrap_or(0))
}

/// A concert that is given up twenty days before: half is kept. Answers with what was kept and what went back.
async fn given_up(server: &Caller, rooms: &Rooms, now: OffsetDateTime) -> Result<(i64, i64), Surprise> {
    let day = (now + Duration::days(20)).date().to_string();
    let wish = json!({ "room": rooms.hall, "date": day, "slots": ["PM", "NT"], "admission": 1_500 });
    let (application, total) = hire(server, rooms, &wish, "定期演奏会").await?;
    let path = format!("/v1/venue/applications/{}", text(&application, "id")?);
    let preview = server.post(&format!("{path}/cancel/preview"), &json!({})).await?.expect(200)?;
    let fee = (total / 2 + 99) / 100 * 100;
    expect("what giving up costs", &preview["fee"], &json!(fee))?;
    let cancelled = server.post(&format!("{path}/cancel"), &json!({})).await?.expect(200)?;
    expect("what goes back", &cancelled["refund_amount"], &json!(total - fee))?;
    say(format!(
        "  a concert on {day} for {total} yen, given up 20 days before: {fee} yen kept, {} yen back",
        total - fee
    ));
    Ok((fee, total - fee))
}
