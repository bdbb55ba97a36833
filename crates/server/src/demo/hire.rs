//! A choir hires a hall: from the ordinance's table to the permit, the piano, the hour too long, and a hire given up.

use kernel::{Clock, JST};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, Time, format_description::well_known::Rfc3339};

use super::{Surprise, expect, house::House, http::Caller, say, text, wait_until};

const TARIFF: &str = include_str!("../../../../examples/tariffs/hikari.json");
/// Since when the house lets its rooms.
const FROM: &str = "2026-04-01";

/// What is for hire, and who hires it.
#[derive(Debug)]
struct Rooms {
    facility: String,
    hall: String,
    studio: String,
    piano: String,
    choir: String,
}

/// A hire that is paid for, piano and all, and begins in about a minute.
#[derive(Debug)]
pub struct Rehearsal {
    rooms: Rooms,
    /// Of its application, and its own.
    path: String,
    hire: String,
    starts: OffsetDateTime,
    /// Yen.
    paid: i64,
}

/// What the hires came to, in yen.
#[derive(Debug)]
pub struct Hired {
    /// A room that is free otherwise.
    pub studio: String,
    pub charged: i64,
    pub refunded: i64,
}

/// What follows once the rehearsal has begun, and a hire that is given up; each amount is checked against the table.
///
/// # Errors
/// Anything else than what should happen.
pub async fn story(house: &House, rehearsal: Rehearsal) -> Result<Hired, Surprise> {
    let used = used(&house.staff, &rehearsal).await?;
    let (kept, refunded) = given_up(house, &rehearsal.rooms).await?;
    Ok(Hired { charged: used + kept + refunded, refunded, studio: rehearsal.rooms.studio })
}

async fn make(server: &Caller, noun: &str, body: &Value) -> Result<Value, Surprise> {
    server.post(&format!("/v1/venue/{noun}"), body).await?.expect(201)
}

async fn furnish(server: &Caller) -> Result<Rooms, Surprise> {
    let facility = json!({ "code": "KAIKAN", "name": "ひかり市民会館", "effective_from": FROM });
    let facility = text(&make(server, "facilities", &facility).await?, "id")?;
    let mut halls = Vec::new();
    for (code, name, parts) in [
        ("HALL", "多目的ホール", vec!["A", "B"]),
        ("HALL-A", "多目的ホールA", vec!["A"]),
        ("HALL-B", "多目的ホールB", vec!["B"]),
    ] {
        let room = json!({ "facility": facility, "code": code, "name": name, "parts": parts, "time_unit": "slots",
                           "approval": "staff", "visibility": "bookable", "effective_from": FROM });
        let room = text(&make(server, "rooms", &room).await?, "id")?;
        let slot = |code: &str, name: &str, starts: &str, ends: &str| json!({ "code": code, "name": name, "starts": starts, "ends": ends });
        let slots = [
            slot("AM", "午前", "09:00", "12:00"),
            slot("PM", "午後", "13:00", "17:00"),
            slot("NT", "夜間", "18:00", "22:00"),
        ];
        let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": FROM, "slots": slots });
        make(server, "slot-sets", &set).await?;
        halls.push(room);
    }
    let studio = json!({ "facility": facility, "code": "STUDIO", "name": "練習室", "parts": ["S"], "time_unit": "slots",
                         "approval": "staff", "visibility": "bookable", "effective_from": FROM });
    let studio = text(&make(server, "rooms", &studio).await?, "id")?;
    let piano = json!({ "facility": facility, "code": "PIANO", "name": "グランドピアノ", "unit": "台", "capacity": 1, "effective_from": FROM });
    let piano = text(&make(server, "equipment", &piano).await?, "id")?;
    let document: Value = serde_json::from_str(TARIFF).map_err(|_| Surprise::new("the tariff is JSON"))?;
    let tariff = make(server, "tariffs", &json!({ "facility": facility, "document": document })).await?;
    let publish = format!("/v1/venue/tariffs/{}/publish", text(&tariff, "id")?);
    server.post(&publish, &json!({})).await?.expect(200)?;
    let hall = halls.into_iter().next().ok_or_else(|| Surprise::new("there is no hall"))?;
    let choir = register(server).await?;
    say(
        "hall hire: a hall in halves, a studio, a piano, the table of the ordinance; a choir is registered as 登録団体",
    );
    Ok(Rooms { facility, hall, studio, piano, choir })
}

/// A choir with its leader, in the class of those who are registered.
async fn register(server: &Caller) -> Result<String, Surprise> {
    let leader = text(&server.post("/v1/patrons", &json!({ "name": "青木 律子" })).await?.expect(201)?, "id")?;
    let choir =
        json!({ "name": "ひかり市民合唱団", "kana": "ひかりしみんがっしょうだん", "email": "choir@hikari.example.jp" });
    let choir = json!({ "group": choir, "representative": leader });
    let choir = text(&server.post("/v1/groups", &choir).await?.expect(201)?, "id")?;
    let members = format!("/v1/groups/{choir}/members");
    server.post(&members, &json!({ "name": "西村 学", "role": "contact" })).await?.expect(200)?;
    let class = json!({ "code": "GROUP", "name": "登録団体", "effective_from": FROM });
    let class = text(&server.post("/v1/user-classes", &class).await?.expect(201)?, "id")?;
    let standing = json!({ "patron": choir, "user_class": class });
    let standing = text(&server.post("/v1/standings", &standing).await?.expect(201)?, "id")?;
    server.post(&format!("/v1/standings/{standing}/approve"), &json!({})).await?.expect(200)?;
    Ok(choir)
}

/// Quoted, held and applied for by the choir, granted by the staff and paid at the counter: the application and its total.
async fn hire(house: &House, rooms: &Rooms, wish: &Value, title: &str) -> Result<(Value, i64), Surprise> {
    let (server, staff) = (&house.server, &house.staff);
    let ask = json!({ "facility": rooms.facility, "patron": rooms.choir, "uses": [wish] });
    let quote = make(server, "quotes", &ask).await?;
    expect("the choir's class", &quote["inputs"]["user_class"], &json!("GROUP"))?;
    let hold = make(server, "holds", &json!({ "quote": quote["id"] })).await?;
    let asked = json!({ "hold": hold["id"], "title": title, "public_title": title });
    let application = make(server, "applications", &asked).await?;
    expect("what the house decides about", &application["state"], &json!("requested"))?;
    let path = format!("/v1/venue/applications/{}", text(&application, "id")?);
    let granted = staff.post(&format!("{path}/approve"), &json!({ "conditions": "火気厳禁" })).await?.expect(200)?;
    pay(staff, &granted).await?;
    let stands = server.get(&path).await?.expect(200)?;
    expect("the application", &stands["state"], &json!("confirmed"))?;
    Ok((stands, quote["total_amount"].as_i64().unwrap_or(0)))
}

async fn pay(staff: &Caller, billed: &Value) -> Result<(), Surprise> {
    let path = format!("/v1/bills/{}/counter-payments", text(billed, "bill")?);
    staff.post(&path, &json!({ "method": "cash" })).await?.expect(201)?;
    Ok(())
}

fn at(at: OffsetDateTime) -> Result<String, Surprise> {
    at.format(&Rfc3339).map_err(|_| Surprise::new("a time cannot be written"))
}

/// The first minute that begins in half a minute or later: until then a hire is agreed on, and sooner than the sale is over.
fn soon(now: OffsetDateTime) -> OffsetDateTime {
    let minute = now.replace_time(Time::from_hms(now.hour(), now.minute(), 0).unwrap_or(Time::MIDNIGHT));
    minute + Duration::minutes(if now.second() < 30 { 1 } else { 2 })
}

/// A slot of two hours of the studio. It is of the day on which it begins, also over midnight.
async fn slot(server: &Caller, studio: &str, starts: OffsetDateTime) -> Result<Value, Surprise> {
    let clock = |hours: u8| format!("{:02}:{:02}", starts.hour() + hours, starts.minute());
    let slots = json!([{ "code": "REHEARSAL", "name": "練習", "starts": clock(0), "ends": clock(2) }]);
    let set = json!({ "room": studio, "name": "練習", "gap_policy": "closed", "effective_from": FROM, "slots": slots });
    make(server, "slot-sets", &set).await?;
    Ok(json!({ "room": studio, "date": starts.date().to_string(), "slots": ["REHEARSAL"] }))
}

/// What is for hire, and a rehearsal that begins in about a minute, to which a piano is added.
///
/// # Errors
/// Anything else than what should happen.
pub async fn rehearsal(house: &House) -> Result<Rehearsal, Surprise> {
    let server = &house.server;
    let rooms = furnish(server).await?;
    let starts = soon(Clock::system().now().to_offset(JST));
    let mut wish = slot(server, &rooms.studio, starts).await?;
    let (application, total) = hire(house, &rooms, &wish, "合唱練習").await?;
    expect("two hours of the studio", &json!(total), &json!(2_400))?;
    let path = format!("/v1/venue/applications/{}", text(&application, "id")?);
    let permits = server.get(&format!("{path}/permits")).await?.expect(200)?;
    say(format!(
        "  a rehearsal: quoted 2,400 yen, held, applied for, approved by the staff, paid; permit {} issued",
        text(&permits["permits"][0], "number")?
    ));

    let hire = format!("/v1/venue/hires/{}", text(&application["hires"][0], "id")?);
    wish["equipment"] = json!([{ "equipment": rooms.piano, "quantity": 1 }]);
    let change = server.post(&format!("{hire}/change"), &wish).await?.expect(200)?;
    expect("the piano", &change["due_amount"], &json!(5_500))?;
    let permits = server.get(&format!("{path}/permits")).await?.expect(200)?;
    expect("the permit's revision", &permits["permits"][0]["revision"], &json!(2))?;
    expect("what it says is unpaid", &permits["permits"][0]["unpaid_amount"], &json!(5_500))?;
    pay(&house.staff, &change).await?;
    let code = text(&permits["permits"][0], "code")?;
    let check = server.get(&format!("/v1/venue/permit-checks/{code}")).await?.expect(200)?;
    expect("the permit", &check["validity"], &json!("valid"))?;
    expect("whether it is paid", &check["paid"], &json!(true))?;
    say(format!("  a piano is added: 5,500 yen, the permit in revision 2, valid by its code {code}"));
    Ok(Rehearsal { rooms, path, hire, starts, paid: total + 5_500 })
}

/// The choir was there an hour before the rehearsal, and leaves once that has begun. Answers with what it cost in all.
async fn used(staff: &Caller, rehearsal: &Rehearsal) -> Result<i64, Surprise> {
    let Rehearsal { path, hire, starts, paid, .. } = rehearsal;
    wait_until(*starts + Duration::SECOND, "the rehearsal has begun").await;
    let now = Clock::system().now().to_offset(JST);
    let during = json!({ "starts_at": at(*starts - Duration::HOUR)?, "ends_at": at(now)?, "heads": 42 });
    staff.post(&format!("{hire}/use"), &during).await?.expect(200)?;
    let settled = staff.post(&format!("{path}/settle"), &json!({})).await?.expect(200)?;
    expect("an hour of overtime", &settled["due_amount"], &json!(2_400))?;
    expect("the rehearsal as it was", &settled["amount_after"], &json!(paid + 2_400))?;
    pay(staff, &settled).await?;
    let stands = staff.get(path).await?.expect(200)?;
    expect("the application after its use", &stands["state"], &json!("settled"))?;
    let quote = staff.get(&format!("/v1/venue/quotes/{}/proof", text(&settled, "quote")?)).await?.expect(200)?;
    expect("the settlement computed again", &quote["same"], &json!(true))?;
    say(format!(
        "  it was used from an hour before: settled with 2,400 yen of overtime at {} yen, paid, and the quote recomputes to the yen",
        paid + 2_400
    ));
    Ok(paid + 2_400)
}

/// A concert that is given up twenty days before: half is kept. Answers with what was kept and what went back.
async fn given_up(house: &House, rooms: &Rooms) -> Result<(i64, i64), Surprise> {
    let server = &house.server;
    let today = Clock::system().now().to_offset(JST).date();
    let day = today.saturating_add(Duration::days(20)).to_string();
    let wish = json!({ "room": rooms.hall, "date": day, "slots": ["PM", "NT"], "admission": 1_500 });
    let (application, total) = hire(house, rooms, &wish, "定期演奏会").await?;
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
