//! A hall with a performance on sale, made through the API as a contractor would.

use serde_json::{Value, json};

/// Whoever can ask: a client of the application in this process, or a wire to a real one.
pub trait Asks {
    fn ask_json(&mut self, method: &str, path: &str, body: Option<Value>) -> impl Future<Output = Value> + Send;
}

impl Asks for crate::wire::Wire {
    async fn ask_json(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        let key = uuid::Uuid::new_v4().to_string();
        let heard = self.ask(method, path, &[("idempotency-key", &key)], body.as_ref()).await;
        let heard = heard.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        assert!(heard.status < 300, "{method} {path}: {} {}", heard.status, String::from_utf8_lossy(&heard.body));
        heard.json()
    }
}

impl Asks for crate::Client {
    async fn ask_json(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        let method = poem::http::Method::from_bytes(method.as_bytes()).expect("a method");
        let key = uuid::Uuid::new_v4().to_string();
        let answer = self.send(method, path, &[("idempotency-key", &key)], body.as_ref()).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text);
        answer.json()
    }
}

/// What is on sale.
#[derive(Debug, Clone)]
pub struct Stage {
    pub hall: String,
    pub production: String,
    pub seated: String,
    pub free: String,
    pub seat_class: String,
    pub pool: String,
    pub adult: String,
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value} has an id")).to_owned()
}

/// A plan of `rows` rows of `seats` seats, in two blocks.
pub fn plan_csv(rows: usize, seats: usize) -> String {
    let mut text = String::from("section,row,seat,row_index,position,block,x,y,quality,attributes\n");
    for row in 1..=rows {
        for seat in 1..=seats {
            let block = if seat * 2 <= seats { 1 } else { 2 };
            text.push_str(&format!("1F,{row},{seat},{row},{seat},{block},{seat},{row},{row},\n"));
        }
    }
    text
}

impl Stage {
    /// Puts two performances on sale: one with `rows` × `seats` numbered seats, one with `places` places without numbers.
    pub async fn set(asker: &mut impl Asks, rows: usize, seats: usize, places: i64) -> Self {
        let hall = id(&asker.ask_json("POST", "/v1/ticket/halls", Some(json!({ "name": "大ホール" }))).await);
        let plan = json!({ "hall": hall, "name": "固定席" });
        let plan = id(&asker.ask_json("POST", "/v1/ticket/seating-plans", Some(plan)).await);
        let path = format!("/v1/ticket/seating-plans/{plan}/versions");
        let version = id(&asker.ask_json("POST", &path, Some(json!({ "csv": plan_csv(rows, seats) }))).await);
        asker.ask_json("POST", &format!("/v1/ticket/seating-plans/{plan}/versions/{version}/publish"), None).await;
        let production = json!({ "title": "第九演奏会", "organiser": "みどり市文化会館" });
        let production = id(&asker.ask_json("POST", "/v1/ticket/productions", Some(production)).await);
        asker.ask_json("POST", &format!("/v1/ticket/productions/{production}/publish"), None).await;
        let class = |code: &str, numbering: &str| json!({ "production": production, "code": code, "name": code, "numbering": numbering });
        let numbered = id(&asker.ask_json("POST", "/v1/ticket/seat-classes", Some(class("S", "assigned"))).await);
        let unnumbered = id(&asker.ask_json("POST", "/v1/ticket/seat-classes", Some(class("F", "none"))).await);
        let adult = json!({ "production": production, "code": "adult", "name": "一般", "proof_required": false });
        let adult = id(&asker.ask_json("POST", "/v1/ticket/ticket-types", Some(adult)).await);
        let price = |class: &str, amount: i64| json!({ "seat_class": class, "ticket_type": adult, "amount": amount, "tax_rate": "standard" });
        let list = json!({ "production": production, "name": "通常", "prices": [price(&numbered, 4500), price(&unnumbered, 2000)] });
        asker.ask_json("POST", "/v1/ticket/price-lists", Some(list)).await;
        let seated = Self::performance(asker, &production, &hall, Some(&version)).await;
        let rule = json!({ "seat_classes": [{ "seat_class": numbered }] });
        asker.ask_json("POST", &format!("/v1/ticket/performances/{seated}/open"), Some(rule)).await;
        let free = Self::performance(asker, &production, &hall, None).await;
        let pool = json!({ "performance": free, "seat_class": unnumbered, "name": "自由席", "capacity": places });
        let pool = id(&asker.ask_json("POST", "/v1/ticket/pools", Some(pool)).await);
        asker
            .ask_json("POST", &format!("/v1/ticket/performances/{free}/open"), Some(json!({ "seat_classes": [] })))
            .await;
        Self { hall, production, seated, free, seat_class: numbered, pool, adult }
    }

    async fn performance(asker: &mut impl Asks, production: &str, hall: &str, version: Option<&str>) -> String {
        let mut draft = json!({
            "production": production, "hall": hall, "doors_at": "2034-12-24T17:30:00+09:00",
            "starts_at": "2034-12-24T18:00:00+09:00", "ends_at": "2034-12-24T20:00:00+09:00",
            "sales_cutoff_at": "2034-12-24T18:30:00+09:00",
        });
        if let Some(version) = version {
            draft["seating_plan_version"] = version.into();
        }
        let performance = id(&asker.ask_json("POST", "/v1/ticket/performances", Some(draft)).await);
        let window = json!({
            "performance": performance, "name": "一般発売", "audience": "public", "selection": "both",
            "opens_at": "2026-04-01T10:00:00+09:00", "closes_at": "2034-12-24T18:30:00+09:00", "per_order_limit": 10,
        });
        asker.ask_json("POST", "/v1/ticket/sale-windows", Some(window)).await;
        performance
    }

    /// A wish for the best `count` seats.
    pub fn best(&self, count: u32) -> Value {
        json!({ "performance": self.seated, "best": { "seat_class": self.seat_class, "tickets": [{ "ticket_type": self.adult, "count": count }] } })
    }

    /// A wish for `count` places of the pool.
    pub fn places(&self, count: u32) -> Value {
        json!({ "performance": self.free, "places": { "pool": self.pool, "tickets": [{ "ticket_type": self.adult, "count": count }] } })
    }
}

/// The same wish, paid in cash at once.
pub fn in_cash(mut wish: Value) -> Value {
    wish["payment"] = "cash".into();
    wish
}
