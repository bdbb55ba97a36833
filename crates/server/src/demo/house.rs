//! A contractor comes to be, and puts a performance on sale.

use kernel::Clock;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{Surprise, http::Caller, say, text};

const HALL: &[u8] = include_bytes!("../../../../examples/halls/hall-1120.csv");
/// Where the contractor's own page is.
const ORIGIN: &str = "https://ticket.hikari-hall.example.jp";

/// Everybody who acts for the contractor.
#[derive(Debug)]
pub struct House {
    pub tenant: String,
    pub name: &'static str,
    pub login_id: String,
    pub password: String,
    pub staff: Caller,
    pub server: Caller,
    pub page: Caller,
    pub gate: Caller,
}

/// What is on sale.
#[derive(Debug)]
pub struct Offer {
    pub performance: String,
    pub s: String,
    pub a: String,
    pub adult: String,
    pub student: String,
    /// Of the usual sale.
    pub window: String,
    /// Where an order must be paid within a minute.
    pub hasty: String,
    /// A seat that everybody wants.
    pub favourite: String,
    pub favourite_label: String,
}

/// Registers the contractor as an operator does, and signs its first staff in.
///
/// # Errors
/// Anything else than what should happen.
pub async fn settle(public: &Caller, operator: &Caller) -> Result<House, Surprise> {
    let now = Clock::system().now();
    let name = "ひかり市民会館";
    let request = json!({ "name": name, "request": {
        "requested_by": "ひかり市 文化振興課", "received_at": at(now - Duration::days(7))?, "document_ref": "R8-文振-121",
        "explained_at": at(now - Duration::days(6))? } });
    let tenant = id(&operator.post("/v1/operator/tenants", &request).await?.expect(201)?)?;
    let path = format!("/v1/operator/tenants/{tenant}");
    say(format!("registered {name} on a recorded request ({tenant})"));
    let (from, until) = (now - Duration::days(1), now + Duration::days(365));
    let (from, until) = (from.date().to_string(), until.date().to_string());
    let contract = json!({ "starts_on": from, "ends_on": until, "document_ref": "R8-契-88", "retention_days": 90, "backup_days": 120 });
    operator.post(&format!("{path}/contracts"), &contract).await?.expect(201)?;
    for service in ["ticket", "venue", "course"] {
        let subscribed = json!({ "service": service, "starts_on": from, "ends_on": until });
        operator.post(&format!("{path}/subscriptions"), &subscribed).await?.expect(201)?;
    }
    say(format!("contract, いつでも発券 and いつでも貸館 from {from} to {until}"));
    let member = json!({ "name": "佐藤 美咲", "department": "事業課" });
    let member = id(&operator.post(&format!("{path}/roster-members"), &member).await?.expect(201)?)?;
    let manages = ["core", "ticket", "venue", "course"].map(|service| json!({ "service": service, "role": "manager" }));
    let roles = json!(manages);
    let issue = json!({ "roster_member": member, "roles": roles });
    let issued = operator.post(&format!("{path}/staff"), &issue).await?.expect(201)?;
    let login_id = text(&issued["staff"], "login_id")?;
    say(format!("issued {login_id} and a one-time password to 佐藤 美咲 (事業課)"));

    let (staff, password) = sign_in(public, &login_id, &text(&issued, "one_time_password")?).await?;
    let key = async |wanted: Value| -> Result<String, Surprise> {
        text(&staff.post("/v1/keys", &wanted).await?.expect(201)?, "secret")
    };
    let server = public.bearing(&key(json!({ "kind": "secret", "name": "会館サーバー" })).await?);
    let page = key(json!({ "kind": "publishable", "name": "会館サイト", "origins": [ORIGIN] })).await?;
    let page = public.bearing(&page).with("origin", ORIGIN);
    let gate = public.bearing(&key(json!({ "kind": "device", "name": "正面入口" })).await?);
    say(format!("keys: a secret one, a publishable one for {ORIGIN}, a device's for the gate"));
    Ok(House { tenant, name, login_id, password, staff, server, page, gate })
}

/// The one-time password opens nothing but its own change.
async fn sign_in(public: &Caller, login_id: &str, once: &str) -> Result<(Caller, String), Surprise> {
    let password = Uuid::new_v4().to_string();
    let sessions = "/v1/staff/sessions";
    let early = json!({ "login_id": login_id, "password": once });
    public.post(sessions, &early).await?.refused(403, "password_change_required")?;
    let change = json!({ "login_id": login_id, "password": once, "new_password": password });
    public.post("/v1/staff/password", &change).await?.expect(204)?;
    let claim = json!({ "login_id": login_id, "password": password });
    let session = public.post(sessions, &claim).await?.expect(201)?;
    say("佐藤 美咲 had to change the one-time password, and signed in");
    Ok((public.bearing(&text(&session, "token")?), password))
}

/// The hall, its seats, and a performance tonight whose doors are open.
///
/// # Errors
/// Anything else than what should happen.
pub async fn put_on_sale(house: &House) -> Result<Offer, Surprise> {
    let make = async |noun: &str, body: Value| -> Result<String, Surprise> {
        id(&house.staff.post(&format!("/v1/ticket/{noun}"), &body).await?.expect(201)?)
    };
    let hall = make("halls", json!({ "name": "大ホール", "name_en": "Main Hall", "legal_capacity": 1_200 })).await?;
    let (version, favourite, favourite_label) = load(house, &hall).await?;
    let title = json!({ "title": "ベートーヴェン 交響曲第9番「合唱付き」", "organiser": "ひかり市文化振興財団", "genre": "クラシック" });
    let production = make("productions", title).await?;
    let class = |code: &str| json!({ "production": production, "code": code, "name": format!("{code}席"), "numbering": "assigned" });
    let (s, a) = (make("seat-classes", class("S")).await?, make("seat-classes", class("A")).await?);
    let kind = |code: &str, name: &str| json!({ "production": production, "code": code, "name": name, "proof_required": code != "adult" });
    let adult = make("ticket-types", kind("adult", "一般")).await?;
    let student = make("ticket-types", kind("student", "学生")).await?;
    let now = Clock::system().now();
    let starts = at(now + Duration::hours(2))?;
    let performance = make("performances", json!({
        "production": production, "hall": hall, "seating_plan_version": version, "doors_at": at(now - Duration::minutes(1))?,
        "starts_at": starts, "ends_at": at(now + Duration::hours(4))? })).await?;
    let price = |class: &str, kind: &str, amount: i64| json!({ "seat_class": class, "ticket_type": kind, "amount": amount, "tax_rate": "standard" });
    let prices = json!([
        price(&s, &adult, 5_500),
        price(&s, &student, 3_000),
        price(&a, &adult, 4_000),
        price(&a, &student, 2_000)
    ]);
    make("price-lists", json!({ "production": production, "name": "当日料金", "prices": prices })).await?;
    let sale = |name: &str, minutes: i64| {
        json!({
        "performance": performance, "name": name, "audience": "public", "selection": "both", "per_order_limit": 6,
        "opens_at": (now - Duration::hours(1)).format(&Rfc3339).unwrap_or_default(), "closes_at": starts, "fee_per_ticket": 110, "payment_minutes": minutes })
    };
    let window = make("sale-windows", sale("一般発売", 60)).await?;
    let hasty = make("sale-windows", sale("コンビニ払い（1分以内）", 1)).await?;
    house.staff.post(&format!("/v1/ticket/productions/{production}/publish"), &json!({})).await?.expect(200)?;
    let rules = json!({ "seat_classes": [
        { "seat_class": s, "section": "1F" }, { "seat_class": a, "section": "2F" }] });
    house.staff.post(&format!("/v1/ticket/performances/{performance}/open"), &rules).await?.expect(200)?;
    say(format!("on sale: 第九, S 5,500/3,000 and A 4,000/2,000 yen, 一般/学生, system fee 110 yen ({performance})"));
    Ok(Offer { performance, s, a, adult, student, window, hasty, favourite, favourite_label })
}

/// The plan from its file, published; and its best seat.
async fn load(house: &House, hall: &str) -> Result<(String, String, String), Surprise> {
    let plan = json!({ "hall": hall, "name": "標準" });
    let plan = id(&house.staff.post("/v1/ticket/seating-plans", &plan).await?.expect(201)?)?;
    let versions = format!("/v1/ticket/seating-plans/{plan}/versions");
    let read = house.staff.send("POST", &format!("{versions}/import"), "text/csv", HALL).await?.expect(201)?;
    let version = id(&read)?;
    house.staff.post(&format!("{versions}/{version}/publish"), &json!({})).await?.expect(200)?;
    let seats = house.page.get(&format!("{versions}/{version}/seats")).await?.expect(200)?;
    let best = seats["seats"].as_array().and_then(|seats| seats.iter().min_by_key(|seat| seat["quality"].as_i64()));
    let best = best.ok_or_else(|| Surprise::new("the plan has no seats"))?;
    let label = format!("{} {}列{}", text(best, "section")?, text(best, "row")?, text(best, "seat")?);
    say(format!("大ホール: {} seats from examples/halls/hall-1120.csv, published", read["seat_count"]));
    Ok((version, id(best)?, label))
}

fn id(value: &Value) -> Result<String, Surprise> {
    text(value, "id")
}

fn at(moment: OffsetDateTime) -> Result<String, Surprise> {
    moment.to_offset(kernel::JST).format(&Rfc3339).map_err(|error| Surprise::new(error.to_string()))
}
