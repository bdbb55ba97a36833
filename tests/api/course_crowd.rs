//! A crowd with real bills: whatever happens at once, what was kept of the money is what is owed for the places that are held.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use api::course::lapsing;
use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{course_applications::Centre, course_money::called_off, sale::konbini, venue_hire::id};

const OPERATIONS: u64 = 480;
/// Whatever has not happened by then does not happen.
const AT_MOST: u64 = 10 * OPERATIONS;
const AT_ONCE: usize = 12;
const KINDS: [&str; 10] = [
    "applied",
    "part",
    "paid",
    "paid in a store",
    "left",
    "left in part",
    "revoked",
    "accepted",
    "resized",
    "time passed",
];

/// A number that depends on nothing but this one (splitmix64).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

struct Crowd {
    centre: Centre,
    known: Mutex<Vec<Value>>,
    /// Payments that somebody has still to make in a store.
    stores: Mutex<Vec<Value>>,
    done: Mutex<Vec<&'static str>>,
}

impl Crowd {
    fn any(&self, pick: u64) -> Option<Value> {
        let known = self.known.lock().unwrap();
        let at = known.len().checked_sub(1 + usize::try_from(pick % 12).unwrap() % known.len().max(1))?;
        known.get(at).cloned()
    }

    /// One of at least so many people that is kept in this state.
    async fn one_in(&self, state: &str, people: usize, pick: u64) -> Option<Value> {
        let path = format!("/v1/course/applications?class={}&state={state}&limit=100", self.centre.class);
        let mut found = self.centre.app.server().get(&path).await.ok()["data"].as_array().unwrap().clone();
        found.retain(|one| one["people"].as_array().unwrap().len() >= people);
        found.get(usize::try_from(pick).unwrap() % found.len().max(1)).cloned()
    }

    fn note(&self, kind: &'static str, answer: &Answer) {
        // what is refused is refused by a rule: nothing breaks
        assert!(answer.status.as_u16() < 500, "{kind}: {}", answer.text);
        if answer.status.is_success() {
            self.done.lock().unwrap().push(kind);
        }
    }

    /// Whether each kind of act went well at least thrice.
    fn has_done_everything(&self) -> bool {
        let done = self.done.lock().unwrap();
        KINDS.iter().all(|kind| done.iter().filter(|one| *one == kind).count() > 2)
    }

    async fn bill(&self, one: &Value) -> Option<Value> {
        let found = self.centre.app.server().get(&format!("/v1/course/applications/{}", id(one))).await.ok();
        let bill = found["bill"].as_str()?.to_owned();
        Some(self.centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok())
    }

    async fn pay(&self, one: &Value, pick: u64) {
        let Some(bill) = self.bill(one).await else { return };
        let (at, outstanding) = (format!("/v1/bills/{}", id(&bill)), bill["outstanding"].as_i64().unwrap_or_default());
        let server = self.centre.app.server();
        match pick % 4 {
            0 => {
                let made = server.post(&format!("{at}/payments"), &json!({ "method": "sandbox_konbini" })).await;
                self.note("store", &made);
                if made.status == 201 {
                    self.stores.lock().unwrap().push(made.json());
                }
            }
            1 => {
                let part = json!({ "method": "cash", "amount": (outstanding / 2).max(1) });
                self.note("part", &server.post(&format!("{at}/counter-payments"), &part).await);
            }
            _ => {
                let whole = json!({ "method": "card_terminal" });
                self.note("paid", &server.post(&format!("{at}/counter-payments"), &whole).await);
            }
        }
    }

    async fn leave(&self, one: &Value, some: bool) {
        let server = self.centre.app.server();
        let mut asked = json!({ "application": one["id"] });
        if some {
            asked["people"] = json!([one["people"][0]["person"]]);
        }
        let quote = server.post("/v1/course/withdrawal-quotes", &asked).await;
        self.note("quoted", &quote);
        if quote.status == 201 {
            let at = format!("/v1/course/withdrawal-quotes/{}/withdraw", id(&quote.json()));
            self.note(if some { "left in part" } else { "left" }, &server.post(&at, &json!({})).await);
        }
    }

    async fn step(&self, n: u64) {
        let (dice, pick) = (mixed(n) % 100, mixed(n ^ 0x91c4));
        let server = self.centre.app.server();
        match (dice, self.any(pick)) {
            (35..62, _) => {
                if let Some(one) = self.one_in("payment_due", 1, pick).await {
                    self.pay(&one, pick / 16).await;
                }
            }
            (62..70, _) => {
                let some = pick.is_multiple_of(2);
                let state = if pick % 5 < 2 { "payment_due" } else { "admitted" };
                if let Some(one) = self.one_in(state, 1 + usize::from(some), pick).await {
                    self.leave(&one, some).await;
                }
            }
            (70..74, Some(one)) => {
                let why = json!({ "reason": "申込内容の誤り" });
                self.note("revoked", &self.centre.act(&one, "revoke", &why).await);
            }
            (74..82, _) => {
                if let Some(one) = self.one_in("offered", 1, pick).await {
                    self.note("accepted", &self.centre.act(&one, "accept", &json!({})).await);
                }
            }
            (82..86, _) => {
                let to = json!({ "capacity": 4 + pick % 10, "reason": "変更" });
                let at = format!("/v1/course/classes/{}/capacity", self.centre.class);
                let key = n.to_string();
                self.note("resized", &server.send(Method::PUT, &at, &[("idempotency-key", &key)], Some(&to)).await);
            }
            (86..91, _) => {
                let store = self.stores.lock().unwrap().pop();
                if let Some(payment) = store {
                    konbini(&self.centre.app, &payment).await;
                    self.done.lock().unwrap().push("paid in a store");
                }
            }
            (91..95, _) => {
                self.centre.app.clock.advance(Duration::hours(7));
                lapsing::round(&self.centre.app.desk).await.unwrap();
                self.done.lock().unwrap().push("time passed");
            }
            _ => {
                let names: Vec<String> = (0..1 + pick % 2).map(|at| format!("申込者{n}の{at}")).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let made = self.centre.guest(&names, json!({})).await;
                self.note("applied", &made);
                if made.status == 201 {
                    self.known.lock().unwrap().push(made.json()["applications"][0].clone());
                }
            }
        }
    }
}

/// Nothing may be found.
async fn none(centre: &Centre, promise: &str, query: &str) {
    let sql = format!("DO $$ BEGIN IF EXISTS ({query}) THEN RAISE EXCEPTION '{promise}'; END IF; END $$");
    centre.app.test.execute(&sql).await;
}

/// Who waits and would fit.
const PASSED_OVER: &str = "SELECT FROM course.places AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
    AND a.class_id = p.class_id AND a.state = 'waitlisted' WHERE a.units <= p.capacity - p.held_back - p.taken";

/// What came in for a bill and is kept, by application: nothing is left out, late money neither.
const KEPT: &str = "WITH kept AS (SELECT a.tenant_id, a.id, a.state, a.total, a.class_id, coalesce(sum(p.amount - p.refunded) FILTER ( \
    WHERE p.state IN ('captured', 'captured_late', 'refunded')), 0) AS kept \
    FROM course.applications AS a LEFT JOIN billing.bills AS b ON b.tenant_id = a.tenant_id AND b.subject_id = a.id \
    LEFT JOIN billing.payments AS p ON p.tenant_id = b.tenant_id AND p.bill_id = b.id \
    GROUP BY a.tenant_id, a.id, a.state, a.total, a.class_id)";

/// What the house keeps of those who withdrew, by the quotes that they used.
const STAYED: &str = "coalesce((SELECT sum(q.paid - q.refund) FROM course.withdrawal_quotes AS q \
    WHERE q.tenant_id = kept.tenant_id AND q.application_id = kept.id AND q.used_at IS NOT NULL), 0)";

/// I9 and I11, under a crowd.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_the_money_is_what_is_owed_for_the_places_that_are_held_and_half_of_those_given_up() {
    let class = json!({ "capacity": 6, "payment_days": 1, "offer_minutes": 60 * 12, "group_policy": "skip_if_not_fit",
                        "rules": { "refunds": [{ "days_before": 1, "percent": 50 }] } });
    let window = json!({ "closes_at": "2027-03-20T17:00:00+09:00" });
    let centre = Centre::with_window(class, &[json!({ "amount": 3_000 })], window).await;
    let crowd = Crowd { centre, known: Mutex::default(), stores: Mutex::default(), done: Mutex::default() };
    let next = AtomicU64::new(0);
    let workers = (0..AT_ONCE).map(|_| async {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= OPERATIONS && (n >= AT_MOST || crowd.has_done_everything()) {
                break;
            }
            crowd.step(n).await;
        }
    });
    join_all(workers).await;
    assert!(crowd.has_done_everything(), "only {:?}", crowd.done.lock().unwrap());
    // whoever has still to pay in a store does, however late; then everything that is due happens, and the class is cancelled
    let stores = std::mem::take(&mut *crowd.stores.lock().unwrap());
    for payment in stores {
        konbini(&crowd.centre.app, &payment).await;
    }
    lapsing::round(&crowd.centre.app.desk).await.unwrap();
    // what ran out as somebody else came is called off with all bills that are overdue
    called_off(&crowd.centre).await;
    none(&crowd.centre, "nobody waits who would fit", PASSED_OVER).await;
    let owed = format!(
        "{KEPT} SELECT FROM kept WHERE kept - {STAYED} <> CASE WHEN state = 'admitted' THEN total ELSE 0 END AND state <> 'payment_due'"
    );
    none(&crowd.centre, "what is kept is what is owed", &owed).await;
    let more = format!("{KEPT} SELECT FROM kept WHERE kept < 0 OR kept - {STAYED} > total");
    none(&crowd.centre, "nobody pays more than is owed", &more).await;
    let waiting = "SELECT FROM billing.payments WHERE state = 'captured_late'";
    none(&crowd.centre, "late money is decided on", waiting).await;

    let closing = json!({ "class": crowd.centre.class, "reason": "講師の急病" });
    let server = crowd.centre.app.server();
    let plan = server.post("/v1/course/change-plans/closings", &closing).await.created();
    let done = server.post(&format!("/v1/course/change-plans/{}/execute", id(&plan)), &json!({})).await.ok();
    assert_eq!(done["state"], "done", "{}", done["failures"]);
    let rest = format!("{KEPT} SELECT FROM kept WHERE kept <> {STAYED}");
    none(&crowd.centre, "everybody has theirs back", &rest).await;
    let asks = "SELECT FROM billing.bills WHERE state = 'open'";
    none(&crowd.centre, "nothing is asked for any more", asks).await;
}
