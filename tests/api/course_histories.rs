//! Who is on the roster of a class, and what somebody learned.

use kernel::{
    Instant, Service,
    ids::{CourseClassId, CourseSessionId, PersonId},
};
use serde_json::{Value, json};
use time::{Duration, macros::datetime};
use uuid::Uuid;

use crate::{
    course_applications::Centre,
    journal,
    patrons::{sign_in, sign_up},
};

/// The first session of [`meet`]: ten in the morning.
pub const FIRST: Instant = datetime!(2026-12-05 10:00 +9);

/// Puts sessions of two hours on the leaflet of the class, a week apart from the first on.
pub async fn meet(centre: &Centre, sessions: u128) -> Vec<String> {
    let class = centre.class.parse::<CourseClassId>().unwrap().uuid();
    let tenant = centre.app.test.twins.first.tenant.uuid();
    let ids: Vec<_> = (1..=sessions).map(|n| CourseSessionId::from_uuid(Uuid::from_u128(0x5e00 + n))).collect();
    let row = |(n, id): (i64, &CourseSessionId)| {
        let starts = FIRST + Duration::weeks(n);
        let (id, ends, number) = (id.uuid(), starts + Duration::hours(2), n + 1);
        format!(
            "('{tenant}', '{id}', '{class}', {number}, '{}', '{starts}', '{ends}', 'scheduled', now(), now())",
            starts.date()
        )
    };
    let rows: Vec<_> = (0..).zip(&ids).map(row).collect();
    let sql = format!(
        "INSERT INTO course.sessions (tenant_id, id, class_id, number, local_date, starts_at, ends_at, state, created_at, updated_at) VALUES {}",
        rows.join(", ")
    );
    centre.app.test.execute(&sql).await;
    ids.iter().map(ToString::to_string).collect()
}

/// Records what whoever this is true of did at the session of a number.
async fn recorded(centre: &Centre, session: i32, said: &[(&str, &str)]) {
    for (whom, status) in said {
        let sql = format!(
            "INSERT INTO course.attendance (tenant_id, session_id, enrolment_id, revision, status, source, actor, marked_at) \
             SELECT e.tenant_id, s.id, e.id, 1 + (SELECT count(*) FROM course.attendance AS a WHERE a.session_id = s.id \
               AND a.enrolment_id = e.id), '{status}', 'staff', 'system', now() \
             FROM course.enrolments AS e JOIN course.applications AS p ON p.id = e.application_id \
             JOIN course.sessions AS s ON s.class_id = e.class_id WHERE s.number = {session} AND {whom}"
        );
        centre.app.test.execute(&sql).await;
    }
}

fn person(id: &Value) -> String {
    format!("e.person_id = '{}'", id.as_str().unwrap().parse::<PersonId>().unwrap().uuid())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_names_who_is_in_the_class_with_what_they_attended_and_the_journal_says_who_took_it() {
    let centre = Centre::new(json!({}), &[]).await;
    for name in ["一", "二", "三"] {
        centre.one(&[name]).await;
    }
    meet(&centre, 3).await;
    let away = centre.one(&["辞退 する人"]).await;
    centre.one(&["=HYPERLINK, 🀄"]).await;
    centre.act(&away, "revoke", &json!({ "reason": "申込内容に誤り" })).await.ok();
    let server = centre.app.server();
    centre.app.clock.set(FIRST + Duration::weeks(2));
    let [one, two, three] = [1, 2, 3].map(|n| format!("p.receipt_number = {n}"));
    recorded(&centre, 1, &[(&one, "absent"), (&one, "late"), (&two, "present"), (&two, "absent"), (&three, "absent")])
        .await;
    recorded(&centre, 2, &[(&one, "present"), (&two, "made_up"), (&three, "left_early")]).await;
    let at = format!("/v1/course/classes/{}/roster", centre.class);
    let file = server.get(&at).await;
    assert_eq!(file.status, 200, "{}", file.text);
    let lines: Vec<_> = file.text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}受付番号,氏名,ふりがな,受講者,受講,状態,受講開始回,出席回数,実施回数,修了");
    let counted: Vec<_> =
        lines[1..].iter().map(|line| (line.split(',').next().unwrap(), &line[line.len() - 4..])).collect();
    assert_eq!(counted, [("1", "2,2,"), ("2", "1,2,"), ("3", "1,2,"), ("5", "0,2,")]);
    assert!(lines[1].starts_with("1,一,,per_") && lines[1].contains(",受講中,1,"), "{}", lines[1]);
    assert!(lines[4].starts_with("5,\"'=HYPERLINK, 🀄\",,per_"), "{}", lines[4]);
    let japanese = server.get(&format!("{at}?charset=shift_jis")).await;
    assert_eq!(japanese.header("x-replaced-characters"), "1");
    assert!(japanese.header("content-type").contains("Shift_JIS") && japanese.bytes.starts_with(b"\x8e\xf3\x95\x74"));
    let exported = journal::of(&centre.app).await.into_iter().filter(|event| event == "course.roster.exported").count();
    assert_eq!(exported, 2);
    centre.app.neighbour().get(&at).await.refused(404, "absent");
    centre.app.gate().get(&at).await.refused(403, "permission_denied");
    centre.app.page().get(&at).await.refused(403, "permission_denied");
}

/// 民法4条: whoever was their guardian is so no more.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_come_of_age_is_read_and_applied_for_by_themselves_alone_unless_the_staff_says_otherwise() {
    let centre = Centre::new(json!({}), &[]).await;
    let app = &centre.app;
    sign_up(app, &app.page(), app.test.scope(Service::Core)).await;
    let patron = sign_in(app, &app.page()).await;
    let household = async |patron: &tests::Client| patron.get("/v1/patrons/me/household").await.ok()["members"].clone();
    let child = json!({ "name": "山田 葵", "birth_date": "2008-11-23" });
    let child = patron.post("/v1/patrons/me/household", &child).await.created()["id"].as_str().unwrap().to_owned();
    app.clock.set(datetime!(2026-11-22 23:59:59 +9));
    let patron = sign_in(app, &app.page()).await;
    let own = json!({ "class": centre.class, "people": [{ "person": child }] });
    let made = patron.post("/v1/course/applications", &own).await.created()["applications"][0].clone();
    assert_eq!(household(&patron).await.as_array().unwrap().len(), 2);

    app.clock.set(datetime!(2026-11-23 00:00 +9));
    let history = format!("/v1/patrons/me/course-history?person={child}");
    assert_eq!(household(&patron).await.as_array().unwrap().len(), 1);
    patron.get(&history).await.refused(422, "patron.person.not_in_household");
    assert_eq!(patron.get("/v1/patrons/me/course-history").await.ok()["data"], json!([]));
    patron.get(&format!("/v1/patrons/me/household/{child}")).await.refused(404, "absent");
    centre.act(&made, "revoke", &json!({ "reason": "本人から申出" })).await.ok();
    patron.post("/v1/course/applications", &own).await.refused(422, "patron.person.not_in_household");

    let guardian = json!({ "patron": patron.get("/v1/patrons/me").await.ok()["id"] });
    let guardians = format!("/v1/persons/{child}/guardians");
    let server = app.server();
    assert!(server.post(&guardians, &guardian).await.status.is_success());
    server.post(&guardians, &guardian).await.refused(409, "patron.person.acts_already");
    assert_eq!(household(&patron).await.as_array().unwrap().len(), 2);
    patron.get(&history).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_reads_what_its_own_learned_and_staff_what_anybody_did_under_every_id_they_had() {
    let centre = Centre::new(json!({ "completion_percent": 60 }), &[]).await;
    let (app, server) = (&centre.app, centre.app.server());
    sign_up(app, &app.page(), app.test.scope(Service::Core)).await;
    let patron = sign_in(app, &app.page()).await;
    let oneself = patron.get("/v1/patrons/me/household").await.ok()["members"][0]["id"].clone();
    let child = json!({ "name": "山田 葵", "birth_date": "2016-04-01" });
    let child = patron.post("/v1/patrons/me/household", &child).await.created()["id"].clone();
    let people = json!([{ "person": oneself }, { "person": child }]);
    let own = json!({ "class": centre.class, "people": people });
    let own = patron.post("/v1/course/applications", &own).await.created()["applications"][0]["id"].clone();
    app.clock.advance(Duration::SECOND);
    let strange = centre.one(&["他人"]).await;
    meet(&centre, 1).await;
    centre.app.clock.set(FIRST + Duration::hours(2));
    recorded(&centre, 1, &[(&person(&oneself), "excused"), (&person(&child), "present")]).await;
    let certified = format!(
        "UPDATE course.enrolments AS e SET completion = 'passed' WHERE {0}; \
         INSERT INTO course.certificates (tenant_id, id, enrolment_id, fiscal_year, number, check_code, attended, held, issued_on, created_at) \
           SELECT e.tenant_id, gen_random_uuid(), e.id, 2026, 1, 'X', 1, 1, '2026-12-05', now() FROM course.enrolments AS e WHERE {0}",
        person(&child)
    );
    app.test.execute(&certified).await;

    let patron = sign_in(app, &app.page()).await;
    let read = async |query: &str| patron.get(&format!("/v1/patrons/me/course-history{query}")).await;
    let all = read("").await.ok();
    assert_eq!((all["data"].as_array().unwrap().len(), &all["data"][0]["application"]), (1, &own));
    let item = &all["data"][0];
    assert_eq!(
        (&item["class_title"], &item["state"], &item["term_name"]),
        (&json!("土曜"), &json!("admitted"), &json!("前期"))
    );
    let both = item["people"].as_array().unwrap();
    let of = |who: &Value| both.iter().find(|one| one["person"] == *who).unwrap()["enrolment"].clone();
    let (mine, theirs) = (of(&oneself), of(&child));
    assert_eq!(
        (both.len(), &mine["excused"], &mine["completion"], mine.get("certificate")),
        (2, &json!(1), &json!("open"), None)
    );
    assert_eq!(
        (&theirs["attended"], &theirs["completion"], &theirs["certificate_number"]),
        (&json!(1), &json!("passed"), &json!("2026-000001"))
    );
    let only = read(&format!("?person={}", child.as_str().unwrap())).await.ok();
    assert_eq!(only["data"][0]["people"].as_array().unwrap().len(), 1);
    let other = strange["people"][0]["person"].as_str().unwrap().to_owned();
    read(&format!("?person={other}")).await.refused(422, "patron.person.not_in_household");
    app.page().get("/v1/patrons/me/course-history").await.refused(404, "absent");

    let at = |who: &str| format!("/v1/course/persons/{who}/history");
    // of two active applications to one class one has to end first
    let merged = json!({ "into": child });
    server.post(&format!("/v1/persons/{other}/merge"), &merged).await.refused(409, "course.application.both_applied");
    centre.act(&strange, "revoke", &json!({ "reason": "二重の申込み" })).await.ok();
    server.post(&format!("/v1/persons/{other}/merge"), &merged).await.ok();
    for who in [other.as_str(), child.as_str().unwrap()] {
        let found = server.get(&at(who)).await.ok();
        let told: Vec<_> = found["data"].as_array().unwrap().iter().map(|one| &one["people"][0]["person"]).collect();
        assert_eq!(told, [&child, &child]);
    }
    let first = server.get(&format!("{}?limit=1", at(&other))).await.ok();
    let next = format!("{}?limit=1&cursor={}", at(&other), first["next_cursor"].as_str().unwrap());
    assert_eq!(server.get(&next).await.ok()["data"][0]["application"], strange["id"]);
    assert!(journal::of(app).await.contains(&"course.history.read".to_owned()));
    server.get(&at("per_7zzzzzzzzzzzzzzzzzzzzzzzzz")).await.refused(404, "absent");
    app.neighbour().get(&at(&other)).await.refused(404, "absent");
    patron.get(&at(child.as_str().unwrap())).await.refused(403, "permission_denied");
}
