//! A change plan is cut short between what it says goes back and its going back. Whoever withdraws then, or is concerned by another
//! change, gets what they would have got before and after: never its share on top.

use api::course::changes;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::join_all;
use kernel::ids::CourseClassId;
use serde_json::{Value, json};

use crate::{
    course_applications::Centre,
    course_changes::{cut_short, execute, plan},
    course_letters::outbox,
    course_money::{bill, closing, kept, withdraw, withdrawal},
    course_shares::{leaves, paid, sessions},
    venue_due::waiting,
};

/// A class of three sessions for 6,000 yen, of which the half goes back to whoever withdraws, with one who has paid.
async fn alone() -> (Centre, Value, Vec<String>) {
    let (centre, made) = paid(50, &["一"]).await;
    let sessions = sessions(&centre, 3).await;
    (centre, made, sessions)
}

fn cancelled(session: &str, refund: bool) -> Value {
    json!({ "session": session, "reason": "台風", "refund": refund })
}

/// Everything that was left over is done, three at a time, and once more by hand.
async fn resumed(centre: &Centre, told: &Value) {
    let tenant = centre.app.test.twins.first.tenant;
    let done = join_all((0..3).map(|_| changes::resume(&centre.app.desk, tenant))).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(execute(centre, told).await.ok()["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_before_between_or_after_gets_the_session_whole_and_the_half_of_the_rest() {
    for (quoted, used) in [("before", "between"), ("between", "between"), ("between", "after"), ("after", "after")] {
        let (centre, made, sessions) = alone().await;
        let early = withdrawal(&centre, &made, Value::Null).await.created();
        assert_eq!((&early["paid"], &early["refund"]), (&json!(6_000), &json!(3_000)));
        let told = plan(&centre, "cancellations", &cancelled(&sessions[1], true)).await.created();
        assert_eq!(told["refund"], 2_000);
        cut_short(&centre, &told).await;
        if quoted == "before" {
            withdraw(&centre, &early).await.refused(409, "course.withdrawal.quote_changed");
        }
        if quoted == "after" {
            resumed(&centre, &told).await;
        }
        let quote = withdrawal(&centre, &made, Value::Null).await.created();
        assert_eq!((&quote["paid"], &quote["refund"]), (&json!(4_000), &json!(2_000)), "{quoted}");
        if used == "after" {
            resumed(&centre, &told).await;
        }
        withdraw(&centre, &quote).await.ok();
        resumed(&centre, &told).await;
        assert_eq!(kept(&centre, &made).await, 2_000, "quoted {quoted}, used {used}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nothing_will_make_up_for_goes_back_once_though_a_quote_had_it() {
    let (centre, made, sessions) = alone().await;
    let told = plan(&centre, "cancellations", &cancelled(&sessions[0], false)).await.created();
    execute(&centre, &told).await.ok();
    let quote = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!(quote["refund"], 2_000 + 2_000);
    let told = plan(&centre, "refunds", &json!({ "session": sessions[0] })).await.created();
    cut_short(&centre, &told).await;
    withdraw(&centre, &quote).await.refused(409, "course.withdrawal.quote_changed");
    let quote = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!(quote["refund"], 2_000);
    withdraw(&centre, &quote).await.ok();
    resumed(&centre, &told).await;
    assert_eq!(kept(&centre, &made).await, 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_binds_though_the_house_decides_to_make_up_for_a_session_that_was_in_it_whole() {
    let (centre, made, sessions) = alone().await;
    execute(&centre, &plan(&centre, "cancellations", &cancelled(&sessions[0], false)).await.created()).await.ok();
    let quote = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!(quote["refund"], 2_000 + 2_000);
    let again = json!({ "session": sessions[0], "starts_at": "2027-05-10T10:00:00+09:00", "ends_at": "2027-05-10T11:00:00+09:00",
                        "place": "別館" });
    execute(&centre, &plan(&centre, "make-ups", &again).await.created()).await.ok();
    assert_eq!(withdrawal(&centre, &made, Value::Null).await.created()["refund"], 3_000, "who asks now is told of it");
    withdraw(&centre, &quote).await.ok();
    assert_eq!(kept(&centre, &made).await, 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_party_leaves_between_with_the_half_of_their_own_rest() {
    let (centre, made) = paid(50, &["一", "二"]).await;
    let sessions = sessions(&centre, 3).await;
    let told = plan(&centre, "cancellations", &cancelled(&sessions[2], true)).await.created();
    assert_eq!(told["refund"], 2 * 2_000);
    cut_short(&centre, &told).await;
    assert_eq!(leaves(&centre, &made, &made["lines"][0]["person"]).await, 2_000);
    resumed(&centre, &told).await;
    assert_eq!(kept(&centre, &made).await, 2_000 + 4_000);
    let rest = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!((&rest["paid"], &rest["refund"]), (&json!(4_000), &json!(2_000)));
    withdraw(&centre, &rest).await.ok();
    assert_eq!(kept(&centre, &made).await, 2_000 + 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_plan_gives_back_is_of_what_the_first_leaves_whichever_is_done_first() {
    for first in [true, false] {
        let (centre, made, sessions) = alone().await;
        let one = plan(&centre, "cancellations", &cancelled(&sessions[0], true)).await.created();
        cut_short(&centre, &one).await;
        let other = plan(&centre, "cancellations", &cancelled(&sessions[1], true)).await.created();
        assert_eq!(other["refund"], 2_000, "the half of the 4,000 that are left for two sessions");
        // what the first gives back makes nothing different of what was told of the other
        for told in if first { [&one, &other] } else { [&other, &one] } {
            execute(&centre, told).await.ok();
        }
        assert_eq!(kept(&centre, &made).await, 2_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_change_is_held_against_the_bills_under_the_lock_of_the_class_nothing_of_another_goes_back() {
    let (centre, made, sessions) = alone().await;
    let told = plan(&centre, "cancellations", &cancelled(&sessions[0], true)).await.created();
    cut_short(&centre, &told).await;
    let mut holder = AsyncPgConnection::establish(&centre.app.test.admin_url()).await.unwrap();
    let mut watcher = AsyncPgConnection::establish(&centre.app.test.admin_url()).await.unwrap();
    let class = centre.class.parse::<CourseClassId>().unwrap().uuid();
    let hold = format!("BEGIN; SELECT FROM course.places WHERE class_id = '{class}' FOR UPDATE");
    holder.batch_execute(&hold).await.unwrap();
    let (desk, tenant) = (centre.app.desk.clone(), centre.app.test.twins.first.tenant);
    let mut step = tokio::spawn(async move { changes::resume(&desk, tenant).await });
    tokio::select! {
        () = waiting(&mut watcher, 1) => {}
        done = &mut step => panic!("a step was taken: {:?}", done.unwrap().unwrap()),
    }
    assert_eq!(kept(&centre, &made).await, 6_000);
    holder.batch_execute("COMMIT").await.unwrap();
    assert_eq!(step.await.unwrap().unwrap(), 1);
    assert_eq!(kept(&centre, &made).await, 4_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_is_cancelled_meanwhile_gives_back_the_rest_and_everything_is_back() {
    for first in [true, false] {
        let (centre, made, sessions) = alone().await;
        let one = plan(&centre, "cancellations", &cancelled(&sessions[0], true)).await.created();
        cut_short(&centre, &one).await;
        let other = closing(&centre, json!({})).await.created();
        assert_eq!(other["refund"], 4_000);
        for told in if first { [&one, &other] } else { [&other, &one] } {
            execute(&centre, told).await.ok();
        }
        assert_eq!(kept(&centre, &made).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_revoked_between_has_everything_at_once_and_the_plan_nothing_to_add() {
    let (centre, made, sessions) = alone().await;
    let told = plan(&centre, "cancellations", &cancelled(&sessions[0], true)).await.created();
    outbox(&centre).await;
    cut_short(&centre, &told).await;
    centre.act(&made, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    let [revoked, changed] = outbox(&centre).await.try_into().unwrap();
    assert!(changed.body.contains("2,000円"), "{}", changed.body);
    assert!(revoked.body.contains("返金額: 4,000円"), "the letters tell of everything once: {}", revoked.body);
    assert_eq!(kept(&centre, &made).await, 0);
    resumed(&centre, &told).await;
    assert_eq!(kept(&centre, &made).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plan_could_not_give_back_is_owed_beside_what_a_withdrawal_gives() {
    let (centre, made, sessions) = alone().await;
    let payment = bill(&centre, &made).await["payments"][0]["id"].as_str().unwrap().to_owned();
    let payment = payment.parse::<kernel::ids::PaymentId>().unwrap().uuid();
    // the books say that more of it went back than the lines do
    let spoil = |yen: i64| format!("UPDATE billing.payments SET refunded = {yen} WHERE id = '{payment}'");
    centre.app.test.execute(&spoil(5_000)).await;
    let told = plan(&centre, "cancellations", &cancelled(&sessions[1], true)).await.created();
    assert_eq!(execute(&centre, &told).await.ok()["state"], "unfinished");
    centre.app.test.execute(&spoil(0)).await;
    let quote = withdrawal(&centre, &made, Value::Null).await.created();
    assert_eq!((&quote["paid"], &quote["refund"]), (&json!(4_000), &json!(2_000)));
    withdraw(&centre, &quote).await.ok();
    assert_eq!(kept(&centre, &made).await, 4_000);
    assert_eq!(execute(&centre, &told).await.ok()["state"], "done");
    assert_eq!(kept(&centre, &made).await, 2_000);
}
