//! One application after the other.

use std::collections::BTreeMap;

use course::{
    application::{Assessed, Snapshot},
    rule::{Fact, FactValue},
    seats::{self, Capacity, Entry, Leaving, Paid, Role, SeatError, State, Way},
};
use db::TenantTx;
use futures_util::future::join_all;
use kernel::{SealKey, Service};
use testkit::MORNING;
use time::Duration;
use uuid::Uuid;

use crate::{
    accept, apply, ask, class, class_id, ends, entry, house, leave, none, pay, person, promises::none_broken, resize,
    states, tx,
};

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_waits_while_somebody_waits_even_when_a_place_is_free() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap();
    let family = apply(&test, &[2, 3, 4], 0, MORNING).await;
    assert!(matches!(family, Err(SeatError::PartyTooLarge { most: 2 })));
    let pair = apply(&test, &[2, 3], 0, MORNING).await.unwrap();
    let late = apply(&test, &[5], 0, MORNING).await.unwrap();
    assert_eq!((first.state, pair.state, late.state), (State::Admitted, State::Waitlisted, State::Waitlisted));
    assert_eq!((first.receipt_number, pair.receipt_number, late.receipt_number), (1, 2, 3));
}

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_during_a_rise_of_the_capacity_does_not_pass_the_line() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    apply(&test, &[1], 0, MORNING).await.unwrap();
    let waiting = apply(&test, &[2], 0, MORNING).await.unwrap();
    let newcomer = entry(1, &[3], 0, Way::FirstCome);
    let (moves, newcomer) = tokio::join!(resize(&test, 2, MORNING), ask(&test, &newcomer, MORNING));
    assert_eq!(ends(&moves), vec![(waiting.application, State::Offered)]);
    assert_eq!(newcomer.unwrap().state, State::Waitlisted);
}

/// I3 and I15.
#[tokio::test(flavor = "multi_thread")]
async fn a_lower_capacity_puts_nobody_out_and_takes_effect_as_people_leave() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    let mut seated = Vec::new();
    for n in 1..=3 {
        seated.push(apply(&test, &[n], 0, MORNING).await.unwrap().application);
    }
    let waiting = apply(&test, &[4], 0, MORNING).await.unwrap().application;
    assert!(resize(&test, 2, MORNING).await.is_empty());
    let one = leave(&test, seated[0], State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&one), vec![(seated[0], State::Withdrawn)]);
    let two = leave(&test, seated[1], State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&two), vec![(seated[1], State::Withdrawn), (waiting, State::Offered)]);
}

/// I6.
#[tokio::test(flavor = "multi_thread")]
async fn a_family_is_promoted_together_or_not_at_all() {
    let test = house(4).await;
    class(&test, 1, 4, "skip_if_not_fit").await;
    let mut seated = Vec::new();
    for n in 1..=4 {
        seated.push(apply(&test, &[n], 0, MORNING).await.unwrap().application);
    }
    let family = apply(&test, &[5, 6, 7], 3_000, MORNING).await.unwrap().application;
    for gone in &seated[..2] {
        assert_eq!(leave(&test, *gone, State::Withdrawn, MORNING).await.unwrap().len(), 1);
    }
    let moves = leave(&test, seated[2], State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves)[1], (family, State::Offered));
    let moves = accept(&test, family, MORNING).await.unwrap();
    assert_eq!(ends(&moves), vec![(family, State::PaymentDue)]);
    assert!(matches!(pay(&test, family, MORNING).await, Paid::Admitted(_)));
    assert!(matches!(pay(&test, family, MORNING).await, Paid::Already(_)));
    let few = format!(
        "SELECT FROM course.enrolments WHERE application_id = '{}' AND state = 'active' HAVING count(*) <> 3",
        family.uuid()
    );
    none(&test, "each of the family takes part", &few).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_passed_is_the_choice_of_the_class() {
    for (policy, promoted) in [("strict_head", 0), ("skip_if_not_fit", 1)] {
        let test = house(4).await;
        class(&test, 1, 2, policy).await;
        let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
        apply(&test, &[2], 0, MORNING).await.unwrap();
        apply(&test, &[3, 4], 0, MORNING).await.unwrap();
        let single = apply(&test, &[5], 0, MORNING).await.unwrap().application;
        let moves = leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
        assert_eq!(moves.iter().filter(|one| one.application == single).count(), promoted, "{policy}");
    }
}

/// I2 and I6.
#[tokio::test(flavor = "multi_thread")]
async fn who_fits_into_what_is_free_is_offered_it_at_once_where_the_family_ahead_may_be_passed() {
    for (policy, fits) in [("strict_head", State::Waitlisted), ("skip_if_not_fit", State::Offered)] {
        let test = house(4).await;
        class(&test, 1, 10, policy).await;
        for n in 1..=8 {
            apply(&test, &[n], 0, MORNING).await.unwrap();
        }
        let family = apply(&test, &[11, 12, 13], 0, MORNING).await.unwrap().application;
        let first = apply(&test, &[14], 0, MORNING).await.unwrap();
        let due_at = (fits == State::Offered).then(|| MORNING + Duration::minutes(60));
        assert_eq!((first.state, first.due_at), (fits, due_at), "{policy}");
        let pair = apply(&test, &[15, 16], 0, MORNING).await.unwrap();
        let second = apply(&test, &[17], 0, MORNING).await.unwrap();
        let third = apply(&test, &[18], 0, MORNING).await.unwrap();
        assert_eq!((pair.state, second.state, third.state), (State::Waitlisted, fits, State::Waitlisted), "{policy}");
        let told = [(first.application, State::Waitlisted), (first.application, State::Offered)];
        assert_eq!(ends(&first.moves), told[..first.moves.len()], "{policy}");
        assert_eq!(states(&test, &[family, first.application]).await, [State::Waitlisted, fits], "{policy}");
        none_broken(&test).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_runs_out_goes_to_the_next_whether_or_not_anybody_tidies_up() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    let third = apply(&test, &[3], 0, MORNING).await.unwrap().application;
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    let over = MORNING + Duration::minutes(60);
    let refused = accept(&test, second, over).await;
    assert!(matches!(refused, Err(SeatError::Over(Some(at))) if at == over), "{refused:?}");
    let found = tx!(test, |tx| seats::overdue(tx, over, 10).await).unwrap();
    assert_eq!(found, vec![class_id(1)]);
    let newcomer = apply(&test, &[4], 0, over).await.unwrap();
    let told = ends(&newcomer.moves);
    assert_eq!(told[..2], [(second, State::Expired), (third, State::Offered)]);
    assert_eq!(newcomer.state, State::Waitlisted);
    assert!(tx!(test, |tx| seats::overdue(tx, over, 10).await).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_accepted_at_the_last_moment_and_not_after() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    let last = MORNING + Duration::minutes(60) - Duration::microseconds(1);
    assert_eq!(ends(&accept(&test, second, last).await.unwrap()), vec![(second, State::Admitted)]);
}

/// I11.
#[tokio::test(flavor = "multi_thread")]
async fn late_money_admits_only_into_a_place_that_nobody_waits_for() {
    let (late, far) = (MORNING + Duration::days(10), MORNING + Duration::days(20));
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 1_000, MORNING).await.unwrap().application;
    assert!(matches!(pay(&test, first, late).await, Paid::Admitted(moves) if moves.len() == 2));
    leave(&test, first, State::Withdrawn, late).await.unwrap();
    let second = apply(&test, &[2], 1_000, late).await.unwrap().application;
    let third = apply(&test, &[3], 1_000, late).await.unwrap().application;
    let Paid::Lost(moves) = pay(&test, second, far).await else { panic!("somebody waited") };
    assert_eq!(ends(&moves), vec![(second, State::Expired), (third, State::Offered)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_of_who_applied_again_goes_back() {
    let late = MORNING + Duration::days(10);
    let test = house(4).await;
    class(&test, 1, 5, "strict_head").await;
    let first = apply(&test, &[1], 1_000, MORNING).await.unwrap().application;
    apply(&test, &[1], 1_000, late).await.unwrap();
    assert!(matches!(pay(&test, first, late).await, Paid::Lost(_)));
}

/// I12.
#[tokio::test(flavor = "multi_thread")]
async fn a_promoted_place_given_up_comes_back_once() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    let third = apply(&test, &[3], 0, MORNING).await.unwrap().application;
    let fourth = apply(&test, &[4], 0, MORNING).await.unwrap().application;
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    accept(&test, second, MORNING).await.unwrap();
    let moves = leave(&test, second, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves), vec![(second, State::Withdrawn), (third, State::Offered)]);
    assert!(matches!(accept(&test, second, MORNING).await, Err(SeatError::State(State::Withdrawn))));
    assert!(matches!(leave(&test, second, State::Withdrawn, MORNING).await, Err(SeatError::State(_))));
    let moves = leave(&test, third, State::Declined, MORNING).await.unwrap();
    assert_eq!(ends(&moves)[1], (fourth, State::Offered));
}

/// I7.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_never_has_two_active_applications_to_a_class() {
    let test = house(8).await;
    class(&test, 1, 9, "strict_head").await;
    let entries: Vec<Entry> = (2..=8).map(|other| entry(1, &[1, other], 0, Way::FirstCome)).collect();
    let tries = join_all(entries.iter().map(|entry| ask(&test, entry, MORNING))).await;
    let taken: Vec<_> = tries.iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    for refused in tries.iter().filter_map(|one| one.as_ref().err()) {
        assert!(matches!(refused, SeatError::AlreadyApplied(persons) if persons[..] == [person(1)]));
    }
    leave(&test, taken[0].application, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(apply(&test, &[1], 0, MORNING).await.unwrap().state, State::Admitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_called_off_ends_everything_and_promotes_nobody() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    let moves = tx!(test, |tx| seats::cancel_class(tx, class_id(1), &test.remark("講師急病"), MORNING).await).unwrap();
    let told: BTreeMap<_, _> = ends(&moves).into_iter().collect();
    assert_eq!(told, BTreeMap::from([(first, State::ClassCancelled), (second, State::ClassCancelled)]));
    assert!(matches!(apply(&test, &[3], 0, MORNING).await, Err(SeatError::Closed(state)) if state == "cancelled"));
    let again = tx!(test, |tx| seats::cancel_class(tx, class_id(1), &test.remark("講師急病"), MORNING).await);
    assert!(matches!(again, Err(SeatError::Closed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_seats_past_the_line_only_with_a_reason_and_from_what_is_held_back() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    let held = Capacity { capacity: 2, held_back: Some(1), waiting_capacity: Some(Some(1)) };
    tx!(test, |tx| seats::resize(tx, class_id(1), held, &test.remark("関係者枠"), MORNING).await).unwrap();
    apply(&test, &[1], 0, MORNING).await.unwrap();
    assert_eq!(apply(&test, &[2], 0, MORNING).await.unwrap().state, State::Waitlisted);
    assert!(matches!(apply(&test, &[3], 0, MORNING).await, Err(SeatError::Full(_))));
    let silent = entry(1, &[4], 0, Way::Staff);
    assert!(matches!(ask(&test, &silent, MORNING).await, Err(SeatError::NoReason)));
    let told = Entry { reason: Some(test.remark("市長推薦")), ..silent };
    assert_eq!(ask(&test, &told, MORNING).await.unwrap().state, State::Admitted);
    let more = Entry { people: vec![(person(5), Role::Participant)], ..told };
    assert!(matches!(ask(&test, &more, MORNING).await, Err(SeatError::Full(_))));
}

/// I4.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_in_the_line_is_kept_and_who_comes_after_is_last() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let mut line = Vec::new();
    for n in 2..=4 {
        line.push(apply(&test, &[n], 0, MORNING).await.unwrap().application);
    }
    let work = |position| {
        let (test, id) = (&test, line[2]);
        async move {
            tx!(test, |tx| seats::reorder(tx, class_id(1), id, position, &test.remark("聴覚障害"), MORNING).await)
        }
    };
    assert!(matches!(work(0).await, Err(SeatError::NoPosition(3))));
    assert!(matches!(work(4).await, Err(SeatError::NoPosition(3))));
    assert!(work(1).await.unwrap().is_empty());
    let last = apply(&test, &[5], 0, MORNING).await.unwrap().application;
    let mut gone = seated;
    for next in [line[2], line[0], line[1], last] {
        let moves = leave(&test, gone, State::Withdrawn, MORNING).await.unwrap();
        assert_eq!(ends(&moves)[1], (next, State::Offered));
        gone = next;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_finds_nothing() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let scope = test.neighbour(Service::Course);
    let entry = entry(1, &[1], 0, Way::FirstCome);
    let work = async |tx: &mut TenantTx| seats::apply(tx, &entry, MORNING).await;
    assert!(matches!(test.db.tenant(&scope, work).await, Err(SeatError::Absent)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_a_person_who_is_in_a_class_already() {
    let test = house(4).await;
    class(&test, 1, 5, "strict_head").await;
    let first = apply(&test, &[1], 0, MORNING).await.unwrap();
    let again = apply(&test, &[1], 0, MORNING).await;
    assert!(matches!(again, Err(SeatError::AlreadyApplied(who)) if who == [person(1)]));
    let merged = Entry { known_as: vec![person(1)], ..entry(1, &[2], 0, Way::FirstCome) };
    assert!(matches!(ask(&test, &merged, MORNING).await, Err(SeatError::AlreadyApplied(who)) if who == [person(1)]));
    let second = apply(&test, &[3], 0, MORNING).await.unwrap();
    let (tenant, class) = (test.twins.first.tenant.uuid(), class_id(1).uuid());
    let (into, who) = (second.application.uuid(), person(1).uuid());
    let twice = format!(
        "DO $$ BEGIN INSERT INTO course.application_people (tenant_id, application_id, class_id, person_id, role, active) \
           VALUES ('{tenant}', '{into}', '{class}', '{who}', 'participant', true); RAISE EXCEPTION 'it went through'; \
         EXCEPTION WHEN unique_violation THEN NULL; END $$"
    );
    test.execute(&twice).await;
    leave(&test, first.application, State::Withdrawn, MORNING).await.unwrap();
    apply(&test, &[1], 0, MORNING).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_party_one_person_leaves_once_however_often_it_is_asked_at_the_same_time() {
    let test = house(8).await;
    class(&test, 1, 3, "strict_head").await;
    let party = apply(&test, &[1, 2, 3], 0, MORNING).await.unwrap().application;
    let waits = apply(&test, &[4], 0, MORNING).await.unwrap().application;
    let go = |people: &'static [u128]| {
        let (test, people) = (&test, people.iter().map(|one| person(*one)).collect::<Vec<_>>());
        async move {
            let leaving = Leaving { people: &people, households: &[] };
            tx!(test, |tx| seats::leave_in_part(tx, &test.seal(), (class_id(1), party), leaving, MORNING).await)
        }
    };
    let asked = join_all((0..6).map(|_| go(&[2]))).await;
    assert_eq!(asked.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(asked.iter().all(|outcome| matches!(outcome, Ok(_) | Err(SeatError::People(_)))), "{asked:?}");
    for nobody in [&[][..], &[2], &[4], &[1, 1], &[1, 3]] {
        assert!(matches!(go(nobody).await, Err(SeatError::People(_))), "{nobody:?}");
    }
    let found = tx!(test, |tx| course::application::find(tx, party).await).unwrap();
    assert_eq!((found.application.units, found.people.len()), (2, 2));
    assert_eq!(states(&test, &[party, waits]).await, [State::Admitted, State::Offered]);
    none_broken(&test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_who_leaves_a_party_nothing_is_kept_that_they_were_judged_by() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    let (tenant, key) = (test.twins.first.tenant, test.seal());
    let judged = |n, tier| Assessed { person: person(n), tier, rules: Vec::new(), alike: Vec::new() };
    let said = |text: &str| Fact { value: FactValue::Text(text.to_owned()), verified: false };
    let of = |n, text| (person(n), BTreeMap::from([("residence".to_owned(), said(text))]));
    let snapshot =
        Snapshot { people: vec![judged(1, 0), judged(2, 3)], facts: [of(1, "市内"), of(2, "市外")].into() };
    let [theirs, others] = [Uuid::from_u128(71), Uuid::from_u128(72)];
    let mut entry =
        Entry { tier: 3, to_verify: true, households: vec![theirs, others], ..entry(1, &[1, 2], 0, Way::Draw) };
    entry.snapshot = Some(snapshot.seal(&key, tenant, entry.id).unwrap());
    let party = ask(&test, &entry, MORNING).await.unwrap().application;

    let leaving = Leaving { people: &[person(2)], households: &[others] };
    tx!(test, |tx| seats::leave_in_part(tx, &key, (class_id(1), party), leaving, MORNING).await).unwrap();

    let found = tx!(test, |tx| course::application::find(tx, party).await).unwrap().application;
    let left = Snapshot::open(&key, tenant, &found).unwrap();
    assert!(left.assessed(person(1)).is_some() && left.assessed(person(2)).is_none());
    assert_eq!(left.facts.keys().collect::<Vec<_>>(), [&person(1)]);
    assert_eq!((found.tier, found.to_verify, found.units), (0, false, 1));
    let kept = format!("SELECT FROM course.application_households WHERE household_id = '{others}'");
    none(&test, "the household of who left is gone", &kept).await;
    let kept =
        format!("SELECT WHERE NOT EXISTS (SELECT FROM course.application_households WHERE household_id = '{theirs}')");
    none(&test, "the household of who stays is there", &kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_somebody_is_put_out_is_told_to_whoever_has_the_key_and_stands_nowhere_in_clear() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    let one = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let reason = test.remark("虚偽の住所");
    tx!(test, |tx| seats::leave(tx, class_id(1), one, State::Revoked, Some(&reason), MORNING).await).unwrap();

    let (tenant, key) = (test.twins.first.tenant, test.seal());
    let found = tx!(test, |tx| course::application::find(tx, one).await).unwrap().application;
    assert_eq!(found.opened_reason(&key, tenant).unwrap().as_deref(), Some("虚偽の住所"));
    assert!(found.opened_reason(&SealKey::new([3; 32]), tenant).is_err());
    let history = tx!(test, |tx| course::application::history(tx, &key, one).await).unwrap();
    assert_eq!(history.last().and_then(|last| last.reason.as_deref()), Some("虚偽の住所"));
    for table in ["course.applications", "course.application_events", "audit.outbox"] {
        let clear = format!("SELECT FROM {table} AS t WHERE position('虚偽' IN t::text) > 0");
        none(&test, "a reason stands in clear", &clear).await;
        let bytes = format!(
            "SELECT FROM {table} AS t WHERE position(encode(convert_to('虚偽', 'UTF8'), 'hex') IN t::text) > 0"
        );
        none(&test, "a reason stands in bytes", &bytes).await;
    }
}
