//! Some of a party leave for less than they paid: what the house keeps of theirs is nobody's of those who stay, and what goes back to
//! these is of their own.

use serde_json::{Value, json};

use crate::{
    course_applications::Centre,
    course_changes::{execute, plan, refunded},
    course_money::{closing, kept, withdraw, withdrawal},
    venue_hire::id,
};

/// A class for 6,000 yen of which so many percent go back, with a party that has paid.
pub async fn paid(percent: i64, names: &[&str]) -> (Centre, Value) {
    let rules = json!({ "refunds": [{ "days_before": 1, "percent": percent }] });
    let centre = Centre::new(json!({ "rules": rules }), &[json!({ "amount": 6_000 })]).await;
    let made = centre.one(names).await;
    centre.pay(&made).await.created();
    (centre, made)
}

/// So many sessions of the class.
pub async fn sessions(centre: &Centre, many: i64) -> Vec<String> {
    let day = |n: i64| {
        json!({ "starts_at": format!("2027-05-{n:02}T10:00:00+09:00"), "ends_at": format!("2027-05-{n:02}T11:00:00+09:00"),
                "place": "別館" })
    };
    let body = json!({ "class": centre.class, "sessions": (1..=many).map(day).collect::<Vec<_>>() });
    let made = centre.app.server().post("/v1/course/sessions", &body).await.created();
    made["sessions"].as_array().unwrap().iter().map(id).collect()
}

/// One of a party leaves. Says what went back.
pub async fn leaves(centre: &Centre, party: &Value, who: &Value) -> i64 {
    let quote = withdrawal(centre, party, json!([who])).await.created();
    withdraw(centre, &quote).await.ok();
    quote["refund"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_after_another_left_gets_back_the_half_of_their_own() {
    let (centre, made) = paid(50, &["一", "二"]).await;
    assert_eq!(leaves(&centre, &made, &made["lines"][0]["person"]).await, 3_000);
    let rest = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!(
        (&rest["paid"], &rest["refund"], rest["lines"].as_array().unwrap().len()),
        (&json!(6_000), &json!(3_000), 1)
    );
    withdraw(&centre, &rest).await.ok();
    assert_eq!((refunded(&centre, &made).await, kept(&centre, &made).await), (6_000, 6_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_is_cancelled_gives_back_to_who_stayed_what_they_paid_and_not_what_others_left() {
    for more in [json!({}), json!({ "refund": "all" })] {
        let (centre, made) = paid(50, &["一", "二"]).await;
        leaves(&centre, &made, &made["lines"][0]["person"]).await;
        let told = closing(&centre, more).await.created();
        assert_eq!(told["refund"], 6_000);
        execute(&centre, &told).await.ok();
        assert_eq!(kept(&centre, &made).await, 3_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_revoked_after_another_left_gets_back_what_they_paid_whatever_the_other_got() {
    for percent in [0, 50, 100] {
        let (centre, made) = paid(percent, &["一", "二", "三"]).await;
        let left = leaves(&centre, &made, &made["lines"][1]["person"]).await;
        assert_eq!(left, 60 * percent);
        centre.act(&made, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
        assert_eq!(kept(&centre, &made).await, 6_000 - left, "{percent} %");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_held_is_paid_back_to_who_is_there_and_whoever_leaves_then_has_their_own_line() {
    let (centre, made) = paid(50, &["一", "二", "三"]).await;
    let sessions = sessions(&centre, 10).await;
    assert_eq!(leaves(&centre, &made, &made["lines"][0]["person"]).await, 3_000);
    let cancel = json!({ "session": sessions[4], "reason": "台風", "refund": true });
    let told = plan(&centre, "cancellations", &cancel).await.created();
    assert_eq!(told["refund"], 2 * 600, "a tenth of what each of the two paid who are there");
    execute(&centre, &told).await.ok();
    let quote = withdrawal(&centre, &made, json!([made["lines"][1]["person"]])).await.created();
    assert_eq!((&quote["paid"], &quote["refund"]), (&json!(5_400), &json!(2_700)));
    withdraw(&centre, &quote).await.ok();
    let told = closing(&centre, json!({})).await.created();
    assert_eq!(told["refund"], 5_400);
    execute(&centre, &told).await.ok();
    assert_eq!(kept(&centre, &made).await, 3_000 + 2_700);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_house_cancelled_belongs_whole_to_whoever_paid_for_it_though_they_leave_before_it_is_settled()
 {
    let (centre, made) = paid(50, &["一", "二"]).await;
    let sessions = sessions(&centre, 3).await;
    let cancel = json!({ "session": sessions[1], "reason": "台風", "refund": false });
    let told = plan(&centre, "cancellations", &cancel).await.created();
    execute(&centre, &told).await.ok();
    let quote = withdrawal(&centre, &made, json!([made["lines"][0]["person"]])).await.created();
    assert_eq!((&quote["lines"][0]["ahead"], &quote["refund"]), (&json!(6_000), &json!(2_000 + 2_000)));
    withdraw(&centre, &quote).await.ok();
    let told = plan(&centre, "refunds", &json!({ "session": sessions[1] })).await.created();
    assert_eq!(told["refund"], 2_000, "who left has theirs already");
    execute(&centre, &told).await.ok();
    assert_eq!(kept(&centre, &made).await, 2_000 + 4_000);
    let rest = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!((&rest["paid"], &rest["refund"]), (&json!(4_000), &json!(2_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_made_up_for_is_one_of_those_ahead() {
    let (centre, made) = paid(50, &["一"]).await;
    let sessions = sessions(&centre, 3).await;
    let make_up = json!({ "session": sessions[1], "starts_at": "2027-06-01T10:00:00+09:00", "ends_at": "2027-06-01T11:00:00+09:00", "place": "別館" });
    let cancel = json!({ "session": sessions[1], "reason": "台風", "refund": false });
    for (kind, body, refund) in [("cancellations", cancel, 4_000), ("make-ups", make_up, 3_000)] {
        let told = plan(&centre, kind, &body).await.created();
        execute(&centre, &told).await.ok();
        assert_eq!(withdrawal(&centre, &made, Value::Null).await.created()["refund"], refund, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_party_pays_is_of_nobody_who_leaves_and_goes_back_with_the_last() {
    let class = json!({ "capacity_unit": "party", "max_party": 3, "rules": { "refunds": [{ "days_before": 1, "percent": 50 }] } });
    let extra = json!({ "amount": 1_000, "optional": true, "kind": "materials", "label": "教材費" });
    let centre = Centre::new(class, &[json!({ "amount": 5_000 }), extra]).await;
    let fees = centre.app.server().get(&format!("/v1/course/fees?class={}", centre.class)).await.ok();
    let extra = fees["data"].as_array().unwrap().iter().find(|fee| fee["optional"] == true).unwrap()["id"].clone();
    let family = json!([{ "name": "父", "options": [extra] }, { "name": "母", "options": [extra] }, { "name": "子" }]);
    let made = centre.ask(family, json!({})).await.created()["applications"][0].clone();
    assert_eq!(made["total"], 7_000);
    centre.pay(&made).await.created();
    let pays = |one: &&Value| made["lines"].as_array().unwrap().iter().any(|line| line["person"] == one["person"]);
    let people = made["people"].as_array().unwrap();
    let (father, child) = (people.iter().find(pays).unwrap(), people.iter().find(|one| !pays(one)).unwrap());
    assert_eq!(leaves(&centre, &made, &father["person"]).await, 500);
    assert_eq!(leaves(&centre, &made, &child["person"]).await, 0);
    let rest = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!((&rest["paid"], &rest["refund"]), (&json!(6_000), &json!(3_000)));
    centre.act(&made, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    assert_eq!(kept(&centre, &made).await, 500);
}
