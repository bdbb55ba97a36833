//! Withdrawals of what is paid for: told before, given back to the yen, once.

use futures_util::future::join_all;
use kernel::ids::CourseClassId;
use poem::http::Method;
use serde_json::{Value, json};
use tests::Answer;
use time::macros::datetime;

use crate::course_applications::Centre;

const QUOTES: &str = "/v1/course/withdrawal-quotes";

fn steps() -> Value {
    json!({ "capacity": 1, "rules": { "refunds": [{ "days_before": 15, "percent": 100 }, { "days_before": 7, "percent": 50 }] } })
}

async fn quote(centre: &Centre, application: &Value) -> Answer {
    centre.app.server().post(QUOTES, &json!({ "application": application["id"] })).await
}

async fn withdraw(centre: &Centre, quote: &Value) -> Answer {
    centre.app.server().post(&format!("{QUOTES}/{}/withdraw", quote["id"].as_str().unwrap()), &json!({})).await
}

/// What went back of each line, tuition first.
async fn refunded(centre: &Centre, application: &Value) -> Vec<i64> {
    let bill = centre.read(application).await["bill"].as_str().unwrap().to_owned();
    let bill = centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok();
    let mut lines = bill["lines"].as_array().unwrap().clone();
    lines.sort_by_key(|line| line["label"] != "受講料");
    lines.iter().map(|line| line["refunded"].as_i64().unwrap_or_default()).collect()
}

/// I9: what goes back is what was quoted.
#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_gets_back_what_was_quoted_and_the_place_goes_to_the_line() {
    let fees = [
        json!({ "amount": 10_001 }),
        json!({ "amount": 2_000, "kind": "materials", "label": "教材費", "refundable": false }),
    ];
    let centre = Centre::new(steps(), &fees).await;
    let (first, second) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    let unpaid = quote(&centre, &first).await.created();
    assert_eq!((&unpaid["paid"], &unpaid["refund"], &unpaid["lines"]), (&json!(0), &json!(0), &json!([])));
    centre.pay(&first).await.created();
    withdraw(&centre, &unpaid).await.refused(409, "course.withdrawal.quote_changed");

    let whole = quote(&centre, &first).await.created();
    assert_eq!((&whole["paid"], &whole["refund"]), (&json!(12_001), &json!(10_001)));
    assert_eq!(whole["valid_until"], "2027-03-18T00:00:00+09:00", "{whole}");
    let at = format!("{QUOTES}/{}", whole["id"].as_str().unwrap());
    let page = centre.app.page();
    page.get(&at).await.refused(404, "absent");
    centre.app.neighbour().get(&at).await.refused(404, "absent");
    let code = first["receipt_code"].as_str().unwrap();
    assert_eq!(page.send(Method::GET, &at, &[("receipt-code", code)], None).await.ok(), whole);
    page.post(&format!("{at}/withdraw"), &json!({})).await.refused(404, "absent");

    centre.app.clock.set(datetime!(2027-03-18 00:00 +9));
    let late = withdraw(&centre, &whole).await.refused(410, "course.withdrawal.quote_outdated");
    assert_eq!(late["valid_until"], whole["valid_until"]);
    assert_eq!(
        (&centre.read(&first).await["state"], refunded(&centre, &first).await),
        (&json!("admitted"), vec![0, 0])
    );

    let half = quote(&centre, &first).await.created();
    assert_eq!(half["refund"], 5_000, "fractions of a yen are dropped");
    assert_eq!(withdraw(&centre, &half).await.ok()["state"], "withdrawn");
    assert_eq!(refunded(&centre, &first).await, [5_000, 0]);
    assert_eq!(centre.read(&second).await["state"], "offered");
    withdraw(&centre, &half).await.refused(409, "course.withdrawal.quote_used");
    quote(&centre, &first).await.refused(409, "course.seats.state");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_gives_another_percent_back_of_a_kind_of_fees_that_it_names() {
    let kinds = json!([{ "kind": "insurance", "percent": 100 }]);
    let step = json!({ "days_before": 7, "percent": 50, "kinds": kinds });
    let fees = [
        json!({ "amount": 10_001 }),
        json!({ "amount": 801, "kind": "insurance", "label": "保険料", "refundable": true }),
    ];
    let centre = Centre::new(json!({ "capacity": 1, "rules": { "refunds": [step] } }), &fees).await;
    let class = centre.app.server().get(&format!("/v1/course/classes/{}", centre.class)).await.ok();
    assert_eq!(class["rules"]["refunds"], json!([step]));
    let made = centre.one(&["一"]).await;
    centre.pay(&made).await.created();
    let told = quote(&centre, &made).await.created();
    assert_eq!((&told["paid"], &told["refund"]), (&json!(10_802), &json!(5_801)), "{told}");
    withdraw(&centre, &told).await.ok();
    assert_eq!(refunded(&centre, &made).await, [5_000, 801]);

    let twice = json!({ "refunds": [{ "days_before": 7, "percent": 50, "kinds": [kinds[0], kinds[0]] }] });
    let other = json!({ "course": class["course"], "term": class["term"], "code": "SUN", "title": "日曜", "capacity": 5,
                        "admission": "first_come", "rules": twice });
    let refused = centre.app.server().post("/v1/course/classes", &other).await.refused(422, "course.class.rules");
    assert_eq!(refused["faults"], json!([{ "at": "/refunds/0/kinds/1", "code": "kind_twice" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_withdraws_many_times_at_once_gets_it_back_once() {
    let centre = Centre::new(steps(), &[json!({ "amount": 6_000 })]).await;
    let made = centre.one(&["一"]).await;
    centre.pay(&made).await.created();
    let quotes = [quote(&centre, &made).await.created(), quote(&centre, &made).await.created()];
    let asked = join_all(quotes.iter().cycle().take(6).map(|one| withdraw(&centre, one))).await;
    assert_eq!(asked.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(asked.iter().all(|answer| answer.status == 200 || answer.status == 409), "{asked:?}");
    assert_eq!(refunded(&centre, &made).await, [6_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_begun_does_not_go_back() {
    let centre = Centre::new(steps(), &[json!({ "amount": 10_000 })]).await;
    let made = centre.one(&["一"]).await;
    centre.pay(&made).await.created();
    let class = centre.class.parse::<CourseClassId>().unwrap().uuid();
    let tenant = centre.app.test.twins.first.tenant.uuid();
    let sessions = format!(
        "INSERT INTO course.sessions (tenant_id, id, class_id, number, local_date, starts_at, ends_at, state, created_at, updated_at) \
         SELECT '{tenant}', gen_random_uuid(), '{class}', n, d.at::date, d.at, d.at + interval '2 hours', 'scheduled', d.at, d.at \
         FROM generate_series(1, 3) AS n CROSS JOIN LATERAL (SELECT timestamptz '2027-04-10 10:00+09' + (n - 1) * interval '20 days' AS at) AS d"
    );
    centre.app.test.execute(&sessions).await;
    centre.app.clock.set(datetime!(2027-04-10 09:59 +9));
    let before = quote(&centre, &made).await.created();
    assert_eq!((&before["refund"], &before["valid_until"]), (&json!(0), &json!("2027-04-10T10:00:00+09:00")));
    // 3,334 of three shares are for the session that has begun; twenty days are left until the next
    centre.app.clock.set(datetime!(2027-04-10 10:00 +9));
    let after = quote(&centre, &made).await.created();
    assert_eq!((&after["lines"][0]["ahead"], &after["refund"]), (&json!(6_666), &json!(6_666)));
    withdraw(&centre, &after).await.ok();
    assert_eq!(refunded(&centre, &made).await, [6_666]);
}

/// What somebody accepts is billed under the lock of the class; who ends it at the same moment has seen no bill.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_accepts_and_withdraws_at_once_is_asked_for_no_money_that_nobody_owes() {
    let centre = Centre::new(json!({ "capacity": 10 }), &[json!({ "amount": 3_000 })]).await;
    let (mut seated, mut offered) = (Vec::new(), Vec::new());
    for n in 0..10 {
        seated.push(centre.one(&[&format!("先{n}")]).await);
    }
    for n in 0..10 {
        offered.push(centre.one(&[&format!("後{n}")]).await);
    }
    for one in &seated {
        centre.act(one, "withdraw", &json!({})).await.ok();
    }
    for (one, end) in offered.iter().zip(["withdraw", "decline", "revoke"].iter().cycle()) {
        let why = if *end == "revoke" { json!({ "reason": "申込内容の誤り" }) } else { json!({}) };
        let empty = json!({});
        let (accepted, ended) = tokio::join!(centre.act(one, "accept", &empty), centre.act(one, end, &why));
        assert!(accepted.status == 200 || ended.status == 200, "{} {}", accepted.text, ended.text);
        for answer in [accepted, ended] {
            let lost = ["course.seats.state", "version_mismatch"].contains(&answer.code().as_str());
            assert!(answer.status == 200 || lost, "{}", answer.text);
        }
    }
    let asks = "DO $$ BEGIN IF EXISTS (SELECT FROM billing.bills AS b JOIN course.applications AS a ON a.tenant_id = b.tenant_id \
         AND a.id = b.subject_id WHERE b.state = 'open' AND a.state <> 'payment_due') THEN \
         RAISE EXCEPTION 'a bill of what has ended asks for money'; END IF; END $$";
    centre.app.test.execute(asks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_quotes_for_the_same_child_used_at_once_one_takes_them_out_of_the_party() {
    let centre = Centre::new(json!({ "capacity": 3, "max_party": 3 }), &[]).await;
    let made = centre.one(&["父", "子", "母"]).await;
    let child = made["people"][1]["person"].clone();
    let asked = json!({ "application": made["id"], "people": [child] });
    let mut quotes = Vec::new();
    for _ in 0..2 {
        quotes.push(centre.app.server().post(QUOTES, &asked).await.created());
    }
    let outcomes = join_all(quotes.iter().map(|one| withdraw(&centre, one))).await;
    assert_eq!(outcomes.iter().filter(|answer| answer.status == 200).count(), 1, "{outcomes:?}");
    for refused in outcomes.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused.refused(422, "course.withdrawal.people")["people"], json!([child]), "who has left already");
    }
    let left = centre.read(&made).await;
    assert_eq!((&left["units"], left["people"].as_array().unwrap().len()), (&json!(2), 2));
}
