//! Shoppers, the box office and the gate.

use hmac::{Hmac, KeyInit, Mac};
use kernel::Clock;
use serde_json::{Value, json};
use sha2::Sha256;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    Surprise,
    house::{House, Offer},
    http::Caller,
    say, text, wait_until,
};

const FAMILIES: [&str; 10] = ["山田", "鈴木", "高橋", "田中", "伊藤", "渡辺", "中村", "小林", "加藤", "吉田"];
const GIVEN: [&str; 5] = ["花子", "太郎", "陽菜", "蓮", "結衣"];

/// How a shopper pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pays {
    Card,
    /// With the bank's confirmation.
    Confirmed,
    /// With a card that is declined, and gives up.
    Declined,
}

/// An order under way: only whoever has the hold's secret reaches it.
#[derive(Debug)]
pub struct Cart {
    buyer: String,
    shopper: Caller,
    order: Value,
}

/// Fifty shoppers at once: one pays by 3-D Secure, one card is declined and its order cancelled.
///
/// # Errors
/// Anything else than what should happen.
pub async fn crowd(house: &House, offer: &Offer) -> Result<(), Surprise> {
    let mut shoppers = JoinSet::new();
    for n in 0..FAMILIES.len() * GIVEN.len() {
        let count = n % 4 + 1;
        let tickets = if n % 3 == 0 && count > 1 {
            json!([{ "ticket_type": offer.adult, "count": count - 1 }, { "ticket_type": offer.student, "count": 1 }])
        } else {
            json!([{ "ticket_type": offer.adult, "count": count }])
        };
        let class = if n % 2 == 0 { &offer.s } else { &offer.a };
        let wish = json!({ "performance": offer.performance, "sale_window": offer.window,
            "best": { "seat_class": class, "tickets": tickets } });
        let pays = match n {
            7 => Pays::Confirmed,
            13 => Pays::Declined,
            _ => Pays::Card,
        };
        let (page, staff) = (house.page.clone(), house.staff.clone());
        shoppers.spawn(async move { shop(&page, &staff, &buyer(n), &wish, pays).await });
    }
    while let Some(done) = shoppers.join_next().await {
        done.map_err(|error| Surprise::new(error.to_string()))??;
    }
    Ok(())
}

async fn shop(page: &Caller, staff: &Caller, buyer: &str, wish: &Value, pays: Pays) -> Result<(), Surprise> {
    let cart = order(page, buyer, wish).await?;
    let path = format!("/v1/bills/{}/payments", text(&cart.order, "bill")?);
    let card = |token: &str| json!({ "method": "sandbox_card", "token": token });
    match pays {
        Pays::Card => {
            let paid = cart.shopper.post(&path, &card("tok_ok")).await?.expect(201)?;
            must(&paid, "state", "captured")?;
            sold(&cart, "").await
        }
        Pays::Confirmed => {
            let asked = cart.shopper.post(&path, &card("tok_3ds")).await?.expect(201)?;
            must(&asked, "state", "requires_action")?;
            let confirmed = json!({ "step": asked["next_action"]["step"], "approved": true });
            let complete = format!("/v1/payments/{}/complete", text(&asked, "id")?);
            must(&cart.shopper.post(&complete, &confirmed).await?.expect(200)?, "state", "captured")?;
            sold(&cart, ", confirmed by 3-D Secure").await
        }
        Pays::Declined => {
            let declined = cart.shopper.post(&path, &card("tok_declined")).await?.expect(201)?;
            must(&declined, "failure", "declined")?;
            let cancel = format!("/v1/ticket/orders/{}/cancel", text(&cart.order, "id")?);
            must(&staff.post(&cancel, &json!({})).await?.expect(200)?, "state", "cancelled")?;
            say(format!("declined the card of {buyer}; order cancelled, {} free again", places(&cart.order)));
            Ok(())
        }
    }
}

/// Holds what is wished for and orders it, with the buyer's contact.
async fn order(page: &Caller, buyer: &str, wish: &Value) -> Result<Cart, Surprise> {
    let hold = page.post("/v1/ticket/holds", wish).await?.expect(201)?;
    ordered(page, buyer, &hold).await
}

async fn ordered(page: &Caller, buyer: &str, hold: &Value) -> Result<Cart, Surprise> {
    let shopper = page.with("client-secret", text(hold, "client_secret")?);
    let contact =
        json!({ "name": buyer, "email": format!("{}@example.jp", Uuid::new_v4().simple()), "phone": "090-0000-0000" });
    let order = json!({ "hold": hold["id"], "contact": contact });
    let order = shopper.post("/v1/ticket/orders", &order).await?.expect(201)?;
    if order["total"] != hold["total"] {
        return Err(Surprise::new(format!("the order is not what was quoted: {order}, {hold}")));
    }
    Ok(Cart { buyer: buyer.to_owned(), shopper, order })
}

/// The order is paid, by what the server says, and its tickets are there.
async fn sold(cart: &Cart, how: &str) -> Result<(), Surprise> {
    let id = text(&cart.order, "id")?;
    let path = format!("/v1/ticket/orders/{id}");
    must(&cart.shopper.get(&path).await?.expect(200)?, "state", "paid")?;
    let tickets = cart.shopper.get(&format!("{path}/tickets")).await?.expect(200)?;
    let issued = tickets["data"].as_array().map_or(0, Vec::len);
    if issued != seats(&cart.order).len() {
        return Err(Surprise::new(format!("{id} has {issued} tickets: {}", cart.order)));
    }
    say(format!("sold {} to {} for {} yen{how} ({id})", places(&cart.order), cart.buyer, cart.order["total"]));
    Ok(())
}

/// Thirty shoppers want one seat: one gets it.
///
/// # Errors
/// Anything else than what should happen.
pub async fn favourite(house: &House, offer: &Offer) -> Result<(), Surprise> {
    let wish = json!({ "performance": offer.performance, "sale_window": offer.window,
        "seats": [{ "seat": offer.favourite, "ticket_type": offer.adult }] });
    let mut shoppers = JoinSet::new();
    for _ in 0..30 {
        let (page, wish) = (house.page.clone(), wish.clone());
        shoppers.spawn(async move { page.post("/v1/ticket/holds", &wish).await });
    }
    let (mut won, mut refused) = (vec![], 0);
    while let Some(answer) = shoppers.join_next().await {
        let answer = answer.map_err(|error| Surprise::new(error.to_string()))??;
        if answer.status == 201 {
            won.push(answer.body);
        } else {
            answer.refused(409, "ticket.hold.seat_taken")?;
            refused += 1;
        }
    }
    let [hold] = won.as_slice() else {
        return Err(Surprise::new(format!("{} shoppers hold the same seat", won.len())));
    };
    say(format!("30 shoppers wanted {}: one got it, {refused} were told it is taken", offer.favourite_label));
    let cart = ordered(&house.page, &buyer(50), hold).await?;
    let pay = format!("/v1/bills/{}/payments", text(&cart.order, "bill")?);
    cart.shopper.post(&pay, &json!({ "method": "sandbox_card", "token": "tok_ok" })).await?.expect(201)?;
    sold(&cart, "").await
}

/// A konbini payment that waits for its notice.
#[derive(Debug)]
pub struct Waiting {
    cart: Cart,
    payment: Value,
}

/// An order to be paid at a store within a minute.
///
/// # Errors
/// Anything else than what should happen.
pub async fn konbini(house: &House, offer: &Offer) -> Result<Waiting, Surprise> {
    let wish = json!({ "performance": offer.performance, "sale_window": offer.hasty,
        "best": { "seat_class": offer.a, "tickets": [{ "ticket_type": offer.student, "count": 2 }] } });
    let cart = order(&house.page, "森 さくら", &wish).await?;
    let pay = format!("/v1/bills/{}/payments", text(&cart.order, "bill")?);
    let payment = cart.shopper.post(&pay, &json!({ "method": "sandbox_konbini" })).await?.expect(201)?;
    must(&payment, "state", "requires_action")?;
    let number = text(&payment["next_action"], "number")?;
    say(format!("森 さくら has a minute to pay {} yen at a store, number {number}", payment["amount"]));
    Ok(Waiting { cart, payment })
}

/// The store's notice comes when the minute is over. The seats are still free, so they are taken again.
///
/// # Errors
/// Anything else than what should happen.
pub async fn paid_late(public: &Caller, house: &House, waiting: &Waiting) -> Result<(), Surprise> {
    let due = OffsetDateTime::parse(&text(&waiting.cart.order, "due_at")?, &Rfc3339);
    let due = due.map_err(|error| Surprise::new(error.to_string()))?;
    wait_until(due + time::Duration::SECOND, "the store payment is late").await;
    let secret = house.staff.get("/v1/payments/notices/secret").await?.expect(200)?;
    let notice = json!({ "event_id": Uuid::new_v4().to_string(), "kind": "captured",
        "reference": waiting.payment["provider_reference"], "amount": waiting.payment["amount"] });
    let signature = sign(&secret, &notice.to_string())?;
    let provider = public.with("notice-signature", signature);
    let receipt = provider.post("/v1/payments/notices", &notice).await?.expect(200)?;
    must(&receipt, "verdict", "applied")?;
    sold(&waiting.cart, ", paid late at the store").await
}

/// Signs as the provider does: HMAC-SHA-256 over time and body.
fn sign(secret: &Value, body: &str) -> Result<String, Surprise> {
    let wrong = || Surprise::new("the notice secret is not hexadecimal");
    let hex = text(secret, "secret")?;
    let key: Option<Vec<u8>> =
        (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(hex.get(n..n + 2)?, 16).ok()).collect();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.ok_or_else(wrong)?).map_err(|_| wrong())?;
    let t = Clock::system().now().unix_timestamp();
    mac.update(format!("{t}.{body}").as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("t={t},kid={},v1={digits}", text(secret, "key_id")?))
}

/// The box office sells for cash in one request, and prints; the tickets.
///
/// # Errors
/// Anything else than what should happen.
pub async fn box_office(house: &House, offer: &Offer) -> Result<Vec<Value>, Surprise> {
    let ask = json!({ "performance": offer.performance, "sale_window": offer.window, "payment": "cash",
        "best": { "seat_class": offer.s, "tickets": [{ "ticket_type": offer.adult, "count": 2 }] } });
    let sale = house.gate.post("/v1/ticket/sales", &ask).await?.expect(201)?;
    must(&sale["order"], "state", "paid")?;
    let order = &sale["order"];
    say(format!("sold {} at the box office for {} yen cash ({})", places(order), order["total"], text(order, "id")?));
    let tickets = sale["tickets"].as_array().cloned().unwrap_or_default();
    for ticket in &tickets {
        say(format!("printed {} QR {}", text(ticket, "place")?, text(ticket, "code")?));
    }
    Ok(tickets)
}

/// A ticket enters once.
///
/// # Errors
/// Anything else than what should happen.
pub async fn admit(house: &House, offer: &Offer, ticket: &Value) -> Result<(), Surprise> {
    let read = |gate: &str| json!({ "code": ticket["code"], "performance": offer.performance, "gate": gate, "nonce": Uuid::new_v4().to_string() });
    let admitted = house.gate.post("/v1/ticket/admissions", &read("正面入口")).await?.expect(201)?;
    say(format!("admitted {} at 正面入口 ({})", text(&admitted, "place")?, text(&admitted, "id")?));
    let again = house.gate.post("/v1/ticket/admissions", &read("東口")).await?;
    let problem = again.refused(409, "ticket.admission.already_admitted")?;
    say(format!("refused the same ticket at 東口: {}", text(&problem, "detail").or_else(|_| text(&problem, "title"))?));
    Ok(())
}

fn buyer(n: usize) -> String {
    let family = FAMILIES.get(n % FAMILIES.len()).unwrap_or(&"森");
    let given = GIVEN.get(n / FAMILIES.len() % GIVEN.len()).unwrap_or(&"さくら");
    format!("{family} {given}")
}

fn must(value: &Value, member: &str, wanted: &str) -> Result<(), Surprise> {
    if value[member] == wanted { Ok(()) } else { Err(Surprise::new(format!("{member} is not {wanted}: {value}"))) }
}

fn seats(order: &Value) -> Vec<&str> {
    let lines = order["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    lines.iter().filter_map(|line| line["place"].as_str()).collect()
}

/// `2 seats 1F J-12, 1F J-13`.
fn places(order: &Value) -> String {
    let seats = seats(order);
    format!("{} seat{} {}", seats.len(), if seats.len() == 1 { "" } else { "s" }, seats.join(", "))
}
