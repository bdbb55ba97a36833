//! Sessions with their rooms and teachers, over HTTP: all of them or none, and nothing is anywhere twice.

use std::collections::BTreeSet;

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::future::join_all;
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, TestApp};

use crate::{
    journal,
    venue_alternatives::had,
    venue_hire::{House, id},
};

/// A house with rooms, and a class in it that is a draft.
pub struct Term {
    pub house: House,
    pub term: String,
    pub course: String,
    pub class: String,
}

impl Term {
    pub async fn new() -> Self {
        let house = House::open("automatic").await;
        let body = json!({ "code": "2027-1", "name": "前期", "starts_on": "2027-01-09", "ends_on": "2027-04-01" });
        let term = id(&made(&house.app, "terms", &body).await);
        let course = id(&made(&house.app, "courses", &json!({ "code": "YOGA", "title": "ヨガ" })).await);
        let mut of = Self { house, term, course, class: String::new() };
        of.class = of.class_of("SAT", "first_come").await;
        of
    }

    pub const fn app(&self) -> &TestApp {
        &self.house.app
    }

    pub async fn class_of(&self, code: &str, admission: &str) -> String {
        let body = json!({ "course": self.course, "term": self.term, "code": code, "title": format!("ヨガ {code}"), "capacity": 10,
                           "admission": admission });
        id(&made(self.app(), "classes", &body).await)
    }

    pub async fn teacher(&self, name: &str) -> String {
        id(&made(self.app(), "instructors", &json!({ "public_name": name })).await)
    }

    /// Ten weeks of Saturdays, and Mondays when wanted, in the whole hall.
    pub fn pattern(&self, weekdays: &[&str], teachers: &[&str]) -> Value {
        let teachers: Vec<Value> =
            teachers.iter().map(|one| json!({ "instructor": one, "honorarium": 12_000 })).collect();
        json!({ "class": self.class, "from": "2027-01-09", "until": "2027-02-14", "weekdays": weekdays, "starts": "10:00",
                "ends": "11:30", "room": self.house.rooms[0], "teachers": teachers })
    }

    pub async fn generate(&self, pattern: &Value) -> Answer {
        self.app().server().post("/v1/course/sessions/generate", pattern).await
    }

    pub async fn sessions(&self, class: &str) -> Vec<Value> {
        let all = self.app().server().get(&format!("/v1/course/sessions?class={class}&limit=100")).await.ok();
        all["data"].as_array().unwrap().clone()
    }

    pub async fn publish(&self, class: &str) -> Answer {
        let window = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00",
                             "closes_at": "2027-01-05T17:00:00+09:00" });
        made(self.app(), "windows", &window).await;
        self.app().server().post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await
    }

    /// How many parts of rooms sessions take.
    pub async fn taken(&self) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let mut conn = AsyncPgConnection::establish(&self.app().test.admin_url()).await.unwrap();
        let count = "SELECT count(*) AS n FROM venue.occupancy WHERE source_kind = 'session' AND active";
        sql_query(count).get_result::<Count>(&mut conn).await.unwrap().n
    }
}

pub async fn made(app: &TestApp, noun: &str, body: &Value) -> Value {
    app.server().post(&format!("/v1/course/{noun}"), body).await.created()
}

/// Changes a session, under a key of its own.
async fn change(app: &TestApp, at: &str, version: Option<i32>, body: &Value) -> Answer {
    let (key, tag) = (uuid::Uuid::new_v4().to_string(), version.map(|version| format!("\"{version}\"")));
    let headers: Vec<_> = [("idempotency-key", key.as_str())]
        .into_iter()
        .chain(tag.iter().map(|tag| ("if-match", tag.as_str())))
        .collect();
    app.server().send(Method::PATCH, at, &headers, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_becomes_sessions_without_closed_days_and_holidays_each_with_its_room() {
    let of = Term::new().await;
    let teacher = of.teacher("山田 花子").await;
    let pattern = of.pattern(&["saturday", "monday"], &[&teacher]);
    let before = journal::of(of.app()).await.len();
    let seen = of.app().server().post("/v1/course/sessions/preview", &pattern).await.ok();
    assert_eq!((&seen["possible"], journal::of(of.app()).await.len()), (&json!(true), before), "{seen}");
    let skipped: Vec<_> = seen["skipped"].as_array().unwrap().iter().map(|day| (&day["day"], &day["why"])).collect();
    // 成人の日 is open, its Tuesday is closed instead; the other Mondays are closed
    assert_eq!(skipped[0], (&json!("2027-01-11"), &json!("holiday")), "{seen}");
    assert!(skipped[1..].iter().all(|(_, why)| **why == json!("closed")), "{seen}");

    let sessions = of.generate(&pattern).await.created();
    let sessions = sessions["sessions"].as_array().unwrap();
    let numbers: Vec<i64> = sessions.iter().map(|one| one["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers, sessions.len()), ((1..=6).collect(), seen["sessions"].as_array().unwrap().len()));
    assert_eq!(sessions[0]["teachers"][0]["public_name"], "山田 花子");
    assert_eq!(of.taken().await, 12, "both halves of the hall, six times");

    // nobody hires the hall then, and the refusal says so
    let wish = of.house.wish(0, "2027-01-16", &["AM"]);
    let quote = of.house.quoted(&[wish]).await;
    of.house.try_hold(&quote).await.refused(409, "venue.room.taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_a_room_that_a_class_meets_in_hears_of_other_times_and_sees_only_that_it_is_taken() {
    let of = Term::new().await;
    let house = &of.house;
    let room = house.annexe("101", &json!({})).await;
    house.priced("101").await;
    let at = |clock: &str| format!("2027-01-16T{clock}:00+09:00");
    let session = json!({ "starts_at": at("10:00"), "ends_at": at("11:30"), "room": room });
    let sessions = json!({ "class": of.class, "sessions": [session] });
    let made = of.app().server().post("/v1/course/sessions", &sessions).await.created();

    let wish = |from: &Value, until: &Value| json!({ "room": room, "starts_at": from, "ends_at": until });
    let wanted = house.quoted(&[wish(&json!(at("11:00")), &json!(at("13:00")))]).await;
    let refused = house.try_hold(&wanted).await.refused(409, "venue.room.taken");
    let ways = refused["alternatives"].as_array().unwrap();
    assert_eq!((&refused["uses"], ways.len()), (&json!([0]), 5));
    for way in ways {
        assert_eq!(had(house, &[wish(&way["starts_at"], &way["ends_at"])]).await, way["total_amount"], "{way}");
    }

    let path = |what: &str| format!("/v1/venue/facilities/{}/{what}", house.facility);
    let seen = of.app().page().get(&path(&format!("calendar?room={room}&from=2027-01-16&days=1"))).await.ok();
    let busy = json!([{ "starts_at": at("10:00"), "ends_at": at("11:30"), "state": "booked" }]);
    assert_eq!(seen["rooms"][0]["busy"], busy, "neither who nor what for");
    let ledger = path("ledger?from=2027-01-16&days=1");
    of.app().page().get(&ledger).await.refused(403, "permission_denied");
    let told = of.app().server().get(&ledger).await.ok()["others"][0].clone();
    assert_eq!((&told["kind"], &told["id"]), (&json!("session"), &made["sessions"][0]["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_room_that_is_taken_or_one_teacher_who_is_elsewhere_keeps_all_sessions_away_and_says_why() {
    let of = Term::new().await;
    let teacher = of.teacher("山田 花子").await;
    let wish = of.house.wish(1, "2027-01-23", &["AM"]);
    of.house.applied(&[wish]).await;
    let other = of.class_of("OTHER", "first_come").await;
    let elsewhere = json!({ "class": other, "sessions": [{ "starts_at": "2027-01-30T11:00:00+09:00", "ends_at": "2027-01-30T12:00:00+09:00",
                            "place": "公園", "teachers": [{ "instructor": teacher }] }] });
    of.app().server().post("/v1/course/sessions", &elsewhere).await.created();

    let pattern = of.pattern(&["saturday"], &[&teacher]);
    let (before, parts) = (journal::of(of.app()).await.len(), of.taken().await);
    let told = of.generate(&pattern).await.refused(409, "course.session.hindered");
    let conflicts = told["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.iter().map(|one| one["at"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 3], "{told}");
    assert_eq!(
        (&conflicts[0]["collisions"][0]["kind"], &conflicts[0]["free_rooms"]),
        (&json!("hire"), &json!([of.house.rooms[2]]))
    );
    assert_eq!(conflicts[1]["teachers_elsewhere"][0]["class_title"], "ヨガ OTHER");
    let seen = of.app().server().post("/v1/course/sessions/preview", &pattern).await.ok();
    let possible: Vec<bool> =
        seen["sessions"].as_array().unwrap().iter().map(|one| one["possible"].as_bool().unwrap()).collect();
    assert_eq!((&seen["possible"], possible), (&json!(false), vec![true, true, false, false, true, true]));
    assert_eq!((of.sessions(&of.class).await.len(), of.taken().await), (0, parts));
    assert_eq!(journal::of(of.app()).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_room_is_large_enough_that_holds_the_class_however_many_more_the_wanted_one_holds() {
    let of = Term::new().await;
    let studio = of.house.annexe("STUDIO", &json!({ "capacity": 10 })).await;
    of.house.annexe("NOOK", &json!({ "capacity": 9 })).await;
    of.house.applied(&[of.house.wish(1, "2027-01-23", &["AM"])]).await;
    let [hall, _, b] = &of.house.rooms;
    let large_enough = BTreeSet::from([b.as_str(), studio.as_str()]);
    let free = |conflict: &Value| {
        let rooms = conflict["free_rooms"].as_array().unwrap().iter();
        assert_eq!(rooms.map(|room| room.as_str().unwrap()).collect::<BTreeSet<_>>(), large_enough, "{conflict}");
    };
    let mut pattern = of.pattern(&["saturday"], &[]);
    let seen = of.app().server().post("/v1/course/sessions/preview", &pattern).await.ok();
    free(&seen["sessions"][2]);
    free(&of.generate(&pattern).await.refused(409, "course.session.hindered")["conflicts"][0]);
    pattern["until"] = json!("2027-01-20");
    of.generate(&pattern).await.created();
    let at = format!("/v1/course/sessions/{}", id(&of.sessions(&of.class).await[0]));
    let onto =
        json!({ "starts_at": "2027-01-23T10:00:00+09:00", "ends_at": "2027-01-23T11:30:00+09:00", "room": hall });
    let told = change(of.app(), &at, None, &onto).await.refused(409, "venue.house_use.hindered");
    free(&told["conflicts"][0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_room_that_is_followed_by_another_no_class_meets_after_its_last_day() {
    let of = Term::new().await;
    let path = format!("/v1/venue/rooms/{}/succeed", of.house.rooms[1]);
    let next = id(&of.app().server().post(&path, &json!({ "effective_from": "2027-01-20" })).await.created());
    let mut pattern = of.pattern(&["saturday"], &[]);
    pattern["room"] = json!(of.house.rooms[1]);
    let told = of.generate(&pattern).await.refused(409, "course.session.hindered");
    let conflicts = told["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.iter().map(|one| one["at"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 3, 4, 5], "{told}");
    assert_eq!(
        (&conflicts[0]["room_until"], &conflicts[0]["free_rooms"]),
        (&json!("2027-01-20"), &json!([next, of.house.rooms[2], of.house.rooms[0]]))
    );
    let seen = of.app().server().post("/v1/course/sessions/preview", &pattern).await.ok();
    let until: Vec<_> = seen["sessions"].as_array().unwrap().iter().map(|one| one.get("room_until").cloned()).collect();
    assert_eq!(until[..3], [None, None, Some(json!("2027-01-20"))]);
    pattern["until"] = json!("2027-01-20");
    of.generate(&pattern).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_holds_fewer_than_a_class_has_places_for_is_taken_with_a_warning() {
    let of = Term::new().await;
    let small = of.house.annexe("SMALL", &json!({ "capacity": 4 })).await;
    let mut pattern = of.pattern(&["saturday"], &[]);
    let preview = async |pattern: &Value| of.app().server().post("/v1/course/sessions/preview", pattern).await.ok();
    let roomy = preview(&pattern).await;
    assert_eq!((&roomy["possible"], roomy["sessions"][0].get("room_capacity")), (&json!(true), None), "{roomy}");
    pattern["room"] = json!(small);
    let seen = preview(&pattern).await;
    let holds: Vec<_> = seen["sessions"].as_array().unwrap().iter().map(|one| one["room_capacity"].clone()).collect();
    assert_eq!((&seen["possible"], holds), (&json!(true), vec![json!(4); 6]), "ten places, and four chairs: {seen}");
    let made = of.generate(&pattern).await.created();
    assert_eq!((made["sessions"].as_array().unwrap().len(), &made["small_rooms"]), (6, &json!([small])));
    let other = of.class_of("OTHER", "first_come").await;
    let mut pattern = of.pattern(&["saturday"], &[]);
    pattern["class"] = json!(other);
    assert_eq!(of.generate(&pattern).await.created()["small_rooms"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_classes_that_want_one_hall_at_once_each_gets_all_its_days_or_none() {
    let of = Term::new().await;
    let mut classes = vec![of.class.clone()];
    for n in 0..7 {
        classes.push(of.class_of(&format!("C{n}"), "first_come").await);
    }
    let ask = |class: &String| {
        let mut pattern = of.pattern(&["saturday"], &[]);
        pattern["class"] = json!(class);
        pattern
    };
    let patterns: Vec<Value> = classes.iter().map(ask).collect();
    let answers = join_all(patterns.iter().map(|pattern| of.generate(pattern))).await;
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(won, 1, "the hall is one class's");
    for (class, answer) in classes.iter().zip(&answers) {
        let sessions = of.sessions(class).await.len();
        assert_eq!(sessions, if answer.status == 201 { 6 } else { 0 });
        assert!(answer.status == 201 || answer.status == 409, "{}", answer.status);
    }
    assert_eq!(of.taken().await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_moves_its_sessions_with_their_rooms_and_what_was_published_stays() {
    let of = Term::new().await;
    of.generate(&of.pattern(&["saturday"], &[])).await.created();
    let first = of.sessions(&of.class).await[0].clone();
    let at = format!("/v1/course/sessions/{}", id(&first));
    let server = of.app().server();
    let later = json!({ "starts_at": "2027-01-10T10:00:00+09:00", "ends_at": "2027-01-10T11:30:00+09:00", "room": of.house.rooms[1] });
    server.send(Method::PATCH, &at, &[], Some(&later)).await.refused(400, "idempotency_key_required");
    change(of.app(), &at, Some(9), &later).await.refused(412, "version_mismatch");
    let moved = change(of.app(), &at, Some(1), &later).await.ok();
    assert_eq!(
        (&moved["day"], &moved["room"], of.taken().await),
        (&json!("2027-01-10"), &json!(of.house.rooms[1]), 11)
    );
    let onto = json!({ "starts_at": "2027-01-16T09:00:00+09:00", "ends_at": "2027-01-16T10:30:00+09:00" });
    change(of.app(), &at, None, &onto).await.refused(409, "course.session.overlaps");
    let second = of.sessions(&of.class).await[1].clone();
    server.send(Method::DELETE, &format!("/v1/course/sessions/{}", id(&second)), &[], None).await;
    assert_eq!((of.sessions(&of.class).await.len(), of.taken().await), (5, 9));

    let nowhere = json!({ "class": of.class, "sessions": [{ "starts_at": "2027-03-06T10:00:00+09:00", "ends_at": "2027-03-06T11:00:00+09:00" }] });
    let nowhere = server.post("/v1/course/sessions", &nowhere).await.created();
    assert_eq!(of.publish(&of.class).await.refused(409, "course.class.not_ready")["missing"], json!(["places"]));
    let park = format!("/v1/course/sessions/{}", id(&nowhere["sessions"][0]));
    change(of.app(), &park, None, &json!({ "place": "中央公園" })).await.ok();
    server.post(&format!("/v1/course/classes/{}/publish", of.class), &json!({})).await.ok();
    let told = change(of.app(), &at, None, &onto).await.refused(409, "course.session.fixed");
    assert_eq!(told["fields"], json!(["starts_at", "ends_at"]));
    let elsewhere = change(of.app(), &park, None, &json!({ "place": "別館" })).await;
    assert_eq!(elsewhere.refused(409, "course.session.fixed")["fields"], json!(["place"]));
    let there = &nowhere["sessions"][0];
    let there = json!({ "session": there["id"], "starts_at": there["starts_at"], "ends_at": there["ends_at"], "place": "別館" });
    server.post("/v1/course/change-plans/moves", &there).await.created();
    server.send(Method::DELETE, &at, &[], None).await.refused(409, "course.session.fixed");
    assert_eq!(server.post(&format!("/v1/course/classes/{}/run", of.class), &json!({})).await.ok()["decision"], "go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_not_moved_onto_a_hire_and_hears_what_is_there_and_where_else() {
    let of = Term::new().await;
    of.generate(&of.pattern(&["saturday"], &[])).await.created();
    of.house.applied(&[of.house.wish(1, "2027-01-10", &["AM"])]).await;
    let first = of.sessions(&of.class).await[0].clone();
    let (parts, key) = (of.taken().await, [("idempotency-key", "onto-a-hire")]);
    let onto = json!({ "starts_at": "2027-01-10T10:00:00+09:00", "ends_at": "2027-01-10T11:30:00+09:00", "room": of.house.rooms[1] });
    let at = format!("/v1/course/sessions/{}", id(&first));
    let told = of.app().server().send(Method::PATCH, &at, &key, Some(&onto)).await;
    let conflict = told.refused(409, "venue.house_use.hindered")["conflicts"][0].clone();
    assert_eq!((&conflict["at"], &conflict["collisions"][0]["kind"]), (&json!(0), &json!("hire")), "{conflict}");
    assert_eq!(conflict["free_rooms"], json!([of.house.rooms[2]]));
    assert_eq!((of.sessions(&of.class).await[0].clone(), of.taken().await), (first, parts));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_begins_behind_a_session_that_was_taken_out_is_refused_and_not_empty() {
    let of = Term::new().await;
    of.generate(&of.pattern(&["saturday"], &[])).await.created();
    let server = of.app().server();
    let list = format!("/v1/course/sessions?class={}&limit=2", of.class);
    let first = server.get(&list).await.ok();
    let next = format!("{list}&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(server.get(&next).await.ok()["data"].as_array().unwrap().len(), 2);
    let last = format!("/v1/course/sessions/{}", id(&first["data"][1]));
    let gone = server.send(Method::DELETE, &last, &[], None).await;
    assert!(gone.status.is_success(), "{}", gone.text);
    server.get(&next).await.refused(400, "invalid_cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_of_a_class_names_nobody_and_follows_its_changes() {
    let of = Term::new().await;
    let teacher = of.teacher("山田 花子").await;
    of.generate(&of.pattern(&["saturday"], &[&teacher])).await.created();
    let at = format!("/v1/course/classes/{}/calendar.ics", of.class);
    of.app().page().get(&at).await.refused(404, "absent");
    of.publish(&of.class).await.ok();
    let text = of.app().page().get(&at).await.text;
    let uids: BTreeSet<&str> = text.lines().filter(|line| line.starts_with("UID:cse_")).collect();
    assert_eq!(uids.len(), 6);
    assert!(
        text.contains("SUMMARY:ヨガ SAT 第1回") && text.contains("LOCATION:会館 HALL") && !text.contains("山田"),
        "{text}"
    );
    assert!(text.contains("PRODID:-//itsudemo//course//JA\r\n"), "{text}");
    let class = format!("/v1/course/classes/{}", of.class);
    of.app().server().send(Method::PATCH, &class, &[], Some(&json!({ "title": "土曜の朝" }))).await.ok();
    let text = of.app().page().get(&at).await.text;
    assert!(text.contains("SUMMARY:ヨガ 土曜の朝 第1回\r\n") && text.contains("X-WR-CALNAME:ヨガ 土曜の朝"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sessions_cannot_be_is_refused_with_its_rule_and_changes_nothing() {
    let of = Term::new().await;
    let server = of.app().server();
    let teacher = of.teacher("山田 花子").await;
    let before = journal::of(of.app()).await.len();
    let pattern = |name: &str, value: Value| {
        let mut pattern = of.pattern(&["saturday"], &[]);
        pattern[name] = value;
        pattern
    };
    let nobody = "ins_00000000000000000000000000";
    let mut no_day = pattern("until", json!("2027-01-10"));
    no_day["except"] = json!(["2027-01-09"]);
    let paid = |yen: i64| json!([{ "instructor": teacher, "honorarium": yen }]);
    for (body, status, code) in [
        (pattern("until", json!("2027-01-09")), 422, "course.session.pattern"),
        (pattern("until", json!("2028-03-01")), 422, "course.session.pattern"),
        (pattern("ends", json!("10:00")), 422, "course.session.pattern"),
        (no_day, 422, "course.session.no_day"),
        (pattern("from", json!("2026-01-10")), 422, "course.session.past"),
        (pattern("room", json!("room_00000000000000000000000000")), 422, "venue.catalogue.no_such_parent"),
        (pattern("place", json!("公園")), 422, "course.session.room_and_place"),
        (pattern("teachers", json!([{ "instructor": nobody }])), 422, "course.catalogue.no_such_parent"),
        (pattern("teachers", paid(-1)), 422, "course.session.honorarium"),
        (pattern("starts", json!("25:00")), 400, "invalid_request"),
        (pattern("weekdays", json!([])), 400, "invalid_request"),
        (pattern("class", json!("cla_00000000000000000000000000")), 422, "course.catalogue.no_such_parent"),
    ] {
        let answer = of.generate(&body).await;
        assert_eq!(answer.status, status, "{body} {}", answer.text);
        answer.refused(status, code);
    }
    let evening = json!({ "class": of.class, "sessions": [{ "starts_at": "2027-01-18T19:00:00+09:00", "ends_at": "2027-01-18T20:00:00+09:00",
                          "room": of.house.rooms[0] }] });
    let told = server.post("/v1/course/sessions", &evening).await.refused(409, "course.session.hindered");
    assert_eq!(told["conflicts"][0]["closed"], "月曜休館");
    of.app().page().post("/v1/course/sessions", &evening).await.refused(403, "permission_denied");
    assert_eq!((of.sessions(&of.class).await.len(), of.taken().await), (0, 0));
    assert_eq!(journal::of(of.app()).await.len(), before);
}
