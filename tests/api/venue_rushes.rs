//! Many who want the same at once: each thing goes to one of them, and the others hear what is left.

use std::{collections::BTreeSet, time::Duration};

use api::venue::otherwise::Searches;
use futures_util::future::join_all;
use serde_json::json;
use tests::TestApp;

use crate::venue_hire::House;

#[tokio::test(flavor = "multi_thread")]
async fn of_64_who_rush_one_afternoon_some_get_it_and_the_others_hear_what_is_really_free() {
    let house = House::open("staff").await;
    let mut quotes = Vec::new();
    for n in 0..64 {
        quotes.push(house.quoted(&[house.wish(n % 3, "2026-12-11", &["PM"])]).await);
    }
    let answers = join_all(quotes.iter().map(|quote| house.try_hold(quote))).await;
    let mut taken = BTreeSet::new();
    for (n, answer) in answers.iter().enumerate() {
        if answer.status == 201 {
            for part in [&["A", "B"][..], &["A"], &["B"]][n % 3] {
                assert!(taken.insert(*part), "part {part} was given twice");
            }
        } else {
            answer.refused(409, "venue.room.taken");
        }
    }
    assert_eq!(taken.len(), 2, "some part stayed empty although many wanted it");
    let refused = answers.iter().find(|answer| answer.status == 409).unwrap().json();
    assert_eq!(refused["alternatives"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_while_too_many_look_for_other_ways_is_told_at_once_what_is_taken() {
    let app = TestApp::set_up(|desk| desk.searches = Searches::new(0, Duration::ZERO)).await;
    let house = House::of(app, "staff").await;
    let (first, second) = (house.wish(1, "2026-12-11", &["PM"]), house.wish(1, "2026-12-11", &["PM"]));
    let (first, second) = (house.quoted(&[first]).await, house.quoted(&[second]).await);
    house.try_hold(&first).await.created();
    let refused = house.try_hold(&second).await.refused(409, "venue.room.taken");
    assert_eq!((&refused["uses"], refused.get("alternatives")), (&json!([0]), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_piano_is_never_in_two_rooms_at_once() {
    let house = House::open("staff").await;
    let with_piano = |room: usize, slots: &[&str]| {
        let mut wish = house.wish(room, "2026-12-11", slots);
        wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
        wish
    };
    let mut quotes = Vec::new();
    for _ in 0..8 {
        quotes.push(house.quoted(&[with_piano(1, &["PM"])]).await);
        quotes.push(house.quoted(&[with_piano(2, &["PM"])]).await);
    }
    let answers = join_all(quotes.iter().map(|quote| house.try_hold(quote))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let short = answers.iter().find(|answer| answer.json()["code"] == "venue.equipment.short");
    assert_eq!(short.unwrap().json()["short"], json!([{ "use": 0, "equipment": house.piano, "free": 0 }]));
    let evening = house.quoted(&[with_piano(1, &["NT"])]).await;
    house.try_hold(&evening).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn permit_numbers_have_no_gaps_however_many_are_confirmed_at_once() {
    let house = House::open("staff").await;
    let all = json!({ "code": "X", "legal_reference": "減免規則", "room_percent": 100, "equipment_percent": 100 });
    let mut applications = Vec::new();
    for day in 1..=18 {
        let date = format!("2026-12-{:02}", day);
        let wish = house.wish(1, &date, &["AM"]);
        if house.asked(std::slice::from_ref(&wish)).await.status == 201 {
            applications.push(house.applied(&[wish]).await);
        }
    }
    let body = json!({ "reductions": [all] });
    let granted = join_all(applications.iter().map(|one| house.act(one, "approve", &body))).await;
    assert!(granted.iter().all(|answer| answer.status == 200));
    let mut numbers = BTreeSet::new();
    for one in &applications {
        numbers.insert(house.permits(one).await[0]["number"].as_str().unwrap().to_owned());
    }
    let expected: BTreeSet<String> = (1..=applications.len()).map(|n| format!("2026-{n:06}")).collect();
    assert_eq!(numbers, expected);
}
