//! What was sold, and whether every book says the same.

use kernel::Clock;
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    Surprise,
    house::{House, Offer},
};

/// The sums of the books.
#[derive(Debug)]
pub struct Sums {
    pub orders: usize,
    pub sold: i64,
    pub free: i64,
    pub revenue: i64,
    pub admitted: usize,
}

/// Adds up orders, seats and ledger; `besides` is what was earned with anything else, yen.
///
/// # Errors
/// They disagree.
pub async fn sums(house: &House, offer: &Offer, began: OffsetDateTime, besides: i64) -> Result<Sums, Surprise> {
    let orders = list(house, &format!("/v1/ticket/orders?performance={}&", offer.performance)).await?;
    let paid: Vec<&Value> = orders.iter().filter(|order| order["state"] == "paid").collect();
    let revenue: i64 = paid.iter().filter_map(|order| order["total"].as_i64()).sum();
    let places = paid.iter().filter_map(|order| order["lines"].as_array()).flatten();
    let places = i64::try_from(places.filter(|line| line["kind"] == "sale").count()).unwrap_or(i64::MAX);

    let free = format!("/v1/ticket/performances/{}/availability", offer.performance);
    let stock = house.page.get(&free).await?.expect(200)?;
    let of = |member: &str| -> i64 {
        stock["seat_classes"].as_array().into_iter().flatten().filter_map(|class| class[member].as_i64()).sum()
    };
    let (sold, free) = (of("sold"), of("free"));
    agree("seats sold", sold, places, "seats in paid orders")?;

    let (mut earned, mut money) = (0, 0);
    let (mut day, last) = (began.to_offset(kernel::JST).date(), Clock::system().now().to_offset(kernel::JST).date());
    while day <= last {
        let book = house.server.get(&format!("/v1/ledger/days/{day}")).await?.expect(200)?;
        earned += book["revenue"].as_i64().unwrap_or_default();
        money += book["money"].as_i64().unwrap_or_default();
        if book["disagreeing"].as_array().is_none_or(|bills| !bills.is_empty()) {
            return Err(Surprise::new(format!("bills that disagree with the ledger: {}", book["disagreeing"])));
        }
        day = day.next_day().unwrap_or(time::Date::MAX);
    }
    let all = "the total of paid orders, hires and courses";
    agree("the ledger's revenue", earned, revenue + besides, all)?;
    agree("the money in the ledger", money, revenue + besides, all)?;
    let admitted = list(house, &format!("/v1/ticket/admissions?performance={}&", offer.performance)).await?.len();
    Ok(Sums { orders: paid.len(), sold, free, revenue, admitted })
}

/// Every page of a list. `path` ends where the next parameter begins.
async fn list(house: &House, path: &str) -> Result<Vec<Value>, Surprise> {
    let (mut all, mut next) = (vec![], String::new());
    loop {
        let mut page = house.server.get(&format!("{path}limit=100{next}")).await?.expect(200)?;
        if let Some(data) = page["data"].as_array_mut() {
            all.append(data);
        }
        match page["next_cursor"].as_str() {
            Some(cursor) if page["has_more"] == true => next = format!("&cursor={cursor}"),
            _ => return Ok(all),
        }
    }
}

fn agree(what: &str, one: i64, other: i64, than: &str) -> Result<(), Surprise> {
    if one == other { Ok(()) } else { Err(Surprise::new(format!("{what} ({one}) differ from {than} ({other})"))) }
}

/// Prints the sums and what the journal's check says.
pub fn show(house: &House, offer: &Offer, sums: &Sums, journal: &audit::verify::Report) {
    println!();
    for (what, value) in [
        ("contractor", format!("{} ({})", house.name, house.tenant)),
        ("performance", offer.performance.clone()),
        ("paid orders", sums.orders.to_string()),
        ("seats sold", format!("{} ({} free)", sums.sold, sums.free)),
        ("revenue", format!("{} yen", sums.revenue)),
        ("ledger", "equals orders, hires and courses, bill by bill".to_owned()),
        ("admitted", sums.admitted.to_string()),
        ("journal", format!("{} entries in order", journal.entries + journal.unsigned)),
        ("staff login", format!("{} {}", house.login_id, house.password)),
    ] {
        println!("{what:<13}{value}");
    }
}
