//! What a class leaves behind: certificates and honoraria, each given once, for what really was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::collections::BTreeSet;

use course::{
    certificate::{self, CertificateError, CertificateFilter, Verdict},
    history,
    honorarium::{self, HonorariumError, HonorariumFilter},
    roster,
    session::{self, SessionError, Teacher, When},
};
use db::TenantTx;
use futures_util::future::join_all;
use kernel::{
    Instant, PageAsk, Refuse, Service, Yen,
    ids::{CourseClassId, CourseSessionId, EnrolmentId, InstructorId, PatronId},
};
use testkit::{MORNING, TestDb};
use time::Duration;
use uuid::Uuid;

macro_rules! tx {
    ($test:expr, |$tx:ident| $work:expr) => {
        $test.db.tenant(&$test.scope(Service::Course), async |$tx: &mut TenantTx| $work).await
    };
}

const EVERYTHING: PageAsk = PageAsk { limit: 100, after: None };

fn class() -> CourseClassId {
    CourseClassId::from_uuid(Uuid::from_u128(1))
}

fn enrolment(n: u128) -> EnrolmentId {
    EnrolmentId::from_uuid(Uuid::from_u128(0xe000 + n))
}

/// Who applied for them.
fn applicant(n: u128) -> PatronId {
    PatronId::from_uuid(enrolment(n).uuid())
}

fn session(n: u128) -> CourseSessionId {
    CourseSessionId::from_uuid(Uuid::from_u128(0x5e00 + n))
}

fn instructor(n: u128) -> InstructorId {
    InstructorId::from_uuid(Uuid::from_u128(0x1500 + n))
}

/// A class that six tenths complete, with so many enrolled and five sessions of two hours, the last of them over now.
async fn house(people: u128, connections: u32) -> TestDb {
    let test = TestDb::with_pool(connections).await;
    let tenant = test.twins.first.tenant.uuid();
    let one = class().uuid();
    let mut sql = format!(
        "INSERT INTO course.terms (tenant_id, id, code, name, starts_on, ends_on, created_at, updated_at) \
           VALUES ('{tenant}', '{one}', 'T', '前期', '2026-04-01', '2026-12-01', now(), now()); \
         INSERT INTO course.courses (tenant_id, id, code, title, genres, searchable, created_at, updated_at) \
           VALUES ('{tenant}', '{one}', 'C', '書道', '{{}}', '書道', now(), now()); \
         INSERT INTO course.classes (tenant_id, id, course_id, term_id, code, title, capacity_unit, max_party, admission, delivery, \
           group_policy, offer_minutes, payment_days, completion_percent, rules, state, created_at, updated_at) \
           VALUES ('{tenant}', '{one}', '{one}', '{one}', 'K', '入門', 'person', 5, 'first_come', 'in_person', \
           'strict_head', 60, 7, 60, '{{}}', 'published', now(), now()); \
         INSERT INTO course.places (tenant_id, class_id, capacity) VALUES ('{tenant}', '{one}', 100); \
         INSERT INTO course.application_windows (tenant_id, id, class_id, kind, label, opens_at, closes_at, requires, created_at, \
           updated_at) VALUES ('{tenant}', '{one}', '{one}', 'general', '一般', '2026-01-01', '2028-01-01', '[]', now(), now());"
    );
    for n in 1..=5 {
        let ends = MORNING - Duration::weeks(5 - n);
        let (id, starts) = (session(n as u128).uuid(), ends - Duration::hours(2));
        sql.push_str(&format!(
            "INSERT INTO course.sessions (tenant_id, id, class_id, number, local_date, starts_at, ends_at, state, created_at, updated_at) \
               VALUES ('{tenant}', '{id}', '{one}', {n}, '{}', '{starts}', '{ends}', 'scheduled', now(), now());",
            starts.date(),
        ));
    }
    for n in 1..=people {
        let id = enrolment(n).uuid();
        sql.push_str(&format!(
            "INSERT INTO course.applications (tenant_id, id, class_id, window_id, party_id, applicant_id, units, channel, received_at, \
               receipt_number, receipt_code_hash, state, price, total, created_at, updated_at) \
               VALUES ('{tenant}', '{id}', '{one}', '{one}', '{id}', '{id}', 1, 'web', now(), {n}, '', 'admitted', '[]', 0, now(), now()); \
             INSERT INTO course.application_people (tenant_id, application_id, class_id, person_id, role, active) \
               VALUES ('{tenant}', '{id}', '{one}', '{id}', 'participant', true); \
             INSERT INTO course.enrolments (tenant_id, id, class_id, person_id, application_id, state, completion, joined_session, \
               created_at, updated_at) VALUES ('{tenant}', '{id}', '{one}', '{id}', '{id}', 'active', 'open', 1, now(), now());"
        ));
    }
    test.execute(&sql).await;
    test
}

/// Writes a revision of somebody's attendance of sessions from the first on.
async fn attended(test: &TestDb, who: u128, revision: i32, statuses: &[&str]) {
    let tenant = test.twins.first.tenant.uuid();
    let row = |(n, status): (usize, &&str)| {
        let (session, enrolment) = (session(n as u128 + 1).uuid(), enrolment(who).uuid());
        format!("('{tenant}', '{session}', '{enrolment}', {revision}, '{status}', 'staff', 'system', now())")
    };
    let rows: Vec<_> = statuses.iter().enumerate().map(row).collect();
    test.execute(&format!(
        "INSERT INTO course.attendance (tenant_id, session_id, enrolment_id, revision, status, source, actor, marked_at) VALUES {}",
        rows.join(", ")
    ))
    .await;
}

async fn issue(test: &TestDb, now: Instant) -> Result<certificate::Issued, CertificateError> {
    tx!(test, |tx| certificate::issue(tx, class(), None, now).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attended_enough_by_the_last_revision_has_a_certificate_and_nobody_else() {
    let test = house(4, 2).await;
    attended(&test, 1, 1, &["present", "late", "left_early", "absent", "absent"]).await;
    attended(&test, 2, 1, &["present", "present", "absent", "excused", "excused"]).await;
    attended(&test, 3, 1, &["absent"; 5]).await;
    attended(&test, 3, 2, &["present", "made_up", "present"]).await;
    let made = issue(&test, MORNING).await.unwrap();
    let told: Vec<_> =
        made.certificates.iter().map(|one| (one.certificate.enrolment_id, one.certificate.number)).collect();
    assert_eq!(told, [(enrolment(1), 1), (enrolment(3), 2)]);
    let one = &made.certificates[0].certificate;
    assert_eq!((one.attended, one.held, one.display_number().as_str()), (3, 5, "2026-000001"));
    let missed: Vec<_> = made.withheld.iter().map(|one| (one.attended, one.needed, one.verdict)).collect();
    assert_eq!(missed, [(2, 3, Verdict::Missed), (0, 3, Verdict::Missed)]);

    let named = BTreeSet::from([enrolment(1), enrolment(9)]);
    let strange = tx!(test, |tx| certificate::issue(tx, class(), Some(&named), MORNING).await).unwrap_err();
    assert_eq!(strange.refusal().rule.code, "absent");
    assert!(matches!(strange, CertificateError::NotEnrolled(who) if who == [enrolment(9)]));
    let again = issue(&test, MORNING).await.unwrap();
    assert!(again.certificates.is_empty());
    assert_eq!(again.withheld[0].verdict, Verdict::HasOne(one.id));
    attended(&test, 4, 1, &["present"; 5]).await;
    let later = issue(&test, MORNING + Duration::days(200)).await.unwrap();
    assert_eq!(later.certificates[0].certificate.display_number(), "2027-000001");
}

/// What everybody attended: as it counts for a certificate, on the roster, and in their own history, where they are enrolled.
async fn told(test: &TestDb, now: Instant) -> [Vec<i64>; 3] {
    let standings = tx!(test, |tx| certificate::standings(tx, class(), now).await).unwrap();
    let roster = tx!(test, |tx| roster::export(tx, class(), now).await).unwrap();
    let mut own = Vec::new();
    for one in &standings {
        let whom = [one.person];
        let episodes = tx!(test, |tx| history::of(tx, &whom, &EVERYTHING, now).await).unwrap().items;
        let parts = episodes.iter().flat_map(|episode| &episode.people).filter_map(|part| part.enrolled.as_ref());
        own.extend(parts.filter(|found| found.enrolment == one.enrolment).map(|found| found.attended));
    }
    let counted = standings.iter().map(|one| i64::from(one.attended)).collect();
    [counted, roster.lines.iter().map(|line| line.attended).collect(), own]
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdrew_and_came_back_has_attended_what_they_did_before_each_session_once() {
    let test = house(3, 2).await;
    attended(&test, 1, 1, &["present", "present", "present"]).await;
    // the third enrolment is the first person's, who came back when the third session had begun
    attended(&test, 3, 1, &["absent", "absent", "present", "present", "absent"]).await;
    let (first, third) = (enrolment(1).uuid(), enrolment(3).uuid());
    test.execute(&format!(
        "UPDATE course.enrolments SET state = 'withdrawn', ended_at = now() WHERE id = '{first}'; \
         UPDATE course.application_people SET active = false WHERE application_id = '{first}'; \
         UPDATE course.enrolments SET person_id = '{first}' WHERE id = '{third}'; \
         UPDATE course.application_people SET person_id = '{first}' WHERE application_id = '{third}'"
    ))
    .await;
    assert_eq!(told(&test, MORNING).await, [vec![0, 4], vec![0, 4], vec![0, 4]]);
    let made = issue(&test, MORNING).await.unwrap().certificates;
    let made: Vec<_> =
        made.iter().map(|one| (one.certificate.enrolment_id, one.certificate.attended, one.certificate.held)).collect();
    assert_eq!(made, [(enrolment(3), 4, 5)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_over_counts_neither_for_anybody_nor_among_those_held() {
    let test = house(2, 2).await;
    attended(&test, 1, 1, &["absent", "present", "absent", "present", "present"]).await;
    attended(&test, 2, 1, &["present"; 5]).await;
    let during = MORNING - Duration::HOUR;
    assert_eq!(told(&test, during).await, [vec![2, 4], vec![2, 4], vec![2, 4]]);
    let stands = tx!(test, |tx| certificate::standings(tx, class(), during).await).unwrap();
    assert_eq!((stands[0].held, stands[0].needed, stands[0].verdict), (4, 3, Verdict::Missed));
    assert_eq!(told(&test, MORNING).await, [vec![3, 5], vec![3, 5], vec![3, 5]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_certified_before_the_last_session_is_over_and_recorded() {
    let test = house(1, 2).await;
    attended(&test, 1, 1, &["present"; 4]).await;
    let early = issue(&test, MORNING - Duration::seconds(1)).await.unwrap_err();
    let refusal = early.refusal();
    assert!(
        matches!(early, CertificateError::SessionsOpen { sessions, possible_at: Some(at) } if sessions == [5] && at == MORNING)
    );
    assert_eq!(refusal.rule.code, "course.certificate.sessions_open");
    let unrecorded = issue(&test, MORNING).await.unwrap_err();
    assert!(matches!(unrecorded, CertificateError::SessionsOpen { sessions, possible_at: None } if sessions == [5]));
    let live = tx!(test, |tx| certificate::standings(tx, class(), MORNING).await).unwrap();
    assert_eq!((live[0].attended, live[0].held, live[0].needed), (4, 4, 3));

    test.execute("UPDATE course.sessions SET state = 'cancelled', reason = '台風' WHERE number = 5").await;
    let owed = issue(&test, MORNING).await.unwrap_err();
    let waits_until = MORNING + Duration::days(90);
    assert!(
        matches!(owed, CertificateError::SessionsOpen { sessions, possible_at } if sessions == [5] && possible_at == Some(waits_until))
    );
    test.execute("UPDATE course.sessions SET given_up_at = now() WHERE number = 5").await;
    assert_eq!(issue(&test, MORNING).await.unwrap().certificates[0].certificate.held, 4);
    test.execute("UPDATE course.classes SET completion_percent = NULL").await;
    assert!(matches!(issue(&test, MORNING).await.unwrap_err(), CertificateError::NoThreshold));
    test.execute("UPDATE course.classes SET state = 'cancelled'").await;
    assert!(matches!(issue(&test, MORNING).await.unwrap_err(), CertificateError::ClassState(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_is_told_so_and_replaced_by_another_number() {
    let test = house(1, 2).await;
    attended(&test, 1, 1, &["present"; 5]).await;
    let first = issue(&test, MORNING).await.unwrap().certificates.remove(0).certificate;
    let typed = first.check_code.to_lowercase().replace('-', " ");
    let seen = tx!(test, |tx| certificate::check(tx, &typed).await).unwrap();
    assert_eq!((seen.course_title.as_str(), seen.certificate.revoked_at), ("書道", None));
    let stale =
        tx!(test, |tx| certificate::revoke(tx, first.id, Some(9), &test.remark("誤記"), MORNING).await).unwrap_err();
    assert!(matches!(stale, CertificateError::Stale { current: 1 }));
    let silent = tx!(test, |tx| certificate::revoke(tx, first.id, None, &test.remark(" "), MORNING).await).unwrap_err();
    assert!(matches!(silent, CertificateError::NoReason));
    tx!(test, |tx| certificate::revoke(tx, first.id, Some(1), &test.remark("誤記"), MORNING).await).unwrap();
    let twice =
        tx!(test, |tx| certificate::revoke(tx, first.id, None, &test.remark("誤記"), MORNING).await).unwrap_err();
    assert!(matches!(twice, CertificateError::Revoked { at } if at == MORNING));
    let seen = tx!(test, |tx| certificate::check(tx, &typed).await).unwrap();
    assert_eq!(seen.certificate.revoked_at, Some(MORNING));
    assert_eq!(issue(&test, MORNING).await.unwrap().certificates[0].certificate.number, 2);
    let all =
        tx!(test, |tx| certificate::list(tx, &test.seal(), CertificateFilter::default(), &EVERYTHING).await).unwrap();
    assert_eq!(all.items.len(), 2);
    let own = |who: u128| CertificateFilter { class: Some(class()), applicant: Some(applicant(who)) };
    let mine = tx!(test, |tx| certificate::list(tx, &test.seal(), own(1), &EVERYTHING).await).unwrap();
    let theirs = tx!(test, |tx| certificate::list(tx, &test.seal(), own(2), &EVERYTHING).await).unwrap();
    assert_eq!((mine.items, theirs.items.len()), (all.items, 0));
    let foreign = tx!(test, |tx| certificate::find(tx, &test.seal(), first.id, Some(applicant(2))).await).unwrap_err();
    assert!(matches!(foreign, CertificateError::Absent));
    let next_door = async |tx: &mut TenantTx| certificate::check(tx, &typed).await;
    let next_door = test.db.tenant(&test.neighbour(Service::Course), next_door).await.unwrap_err();
    assert!(matches!(next_door, CertificateError::Absent));
    let nobodys = tx!(test, |tx| certificate::check(tx, "00000-00000-00").await).unwrap_err();
    assert!(matches!(nobodys, CertificateError::Absent));
}

#[tokio::test(flavor = "multi_thread")]
async fn issued_from_eight_desks_at_once_everybody_has_one_and_no_number_is_missing() {
    let test = house(12, 8).await;
    for who in 1..=12 {
        attended(&test, who, 1, &["present"; 5]).await;
    }
    let desks = join_all((0..8).map(|_| issue(&test, MORNING))).await;
    let issued: usize = desks.into_iter().map(|one| one.unwrap().certificates.len()).sum();
    let all =
        tx!(test, |tx| certificate::list(tx, &test.seal(), CertificateFilter::default(), &EVERYTHING).await).unwrap();
    let numbers: BTreeSet<_> = all.items.iter().map(|one| one.certificate.number).collect();
    assert_eq!((issued, numbers), (12, (1..=12).collect()));
}

/// Two who teach all five sessions, at so many yen each.
async fn taught(test: &TestDb, payee: &str, yen: i64) {
    let tenant = test.twins.first.tenant.uuid();
    let mut sql = String::new();
    for n in 1..=2 {
        let id = instructor(n).uuid();
        sql.push_str(&format!(
            "INSERT INTO course.instructors (tenant_id, id, public_name, payee, state, created_at, updated_at) \
               VALUES ('{tenant}', '{id}', '講師{n}', '{payee}', 'active', now(), now()); \
             INSERT INTO course.assignments (tenant_id, session_id, instructor_id, role, starts_at, ends_at, honorarium) \
               SELECT tenant_id, id, '{id}', 'lead', starts_at, ends_at, {yen} FROM course.sessions WHERE tenant_id = '{tenant}';"
        ));
    }
    test.execute(&sql).await;
}

async fn approve(test: &TestDb, sessions: &[u128], now: Instant) -> Result<honorarium::Payment, HonorariumError> {
    let sessions = sessions.iter().map(|n| session(*n)).collect();
    tx!(test, |tx| honorarium::approve(tx, instructor(1), &sessions, now).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_at_once_is_taxed_at_once() {
    let test = house(0, 2).await;
    taught(&test, "individual", 300_000).await;
    let one = approve(&test, &[1], MORNING).await.unwrap().honorarium;
    assert_eq!((one.gross, one.withheld, one.net), (Yen(300_000), Yen(30_630), Yen(269_370)));
    // 200,000 above the million are taxed at twice the rate
    let four = approve(&test, &[2, 3, 4, 5], MORNING).await.unwrap();
    assert_eq!((four.honorarium.gross, four.honorarium.withheld), (Yen(1_200_000), Yen(102_100 + 40_840)));
    assert_eq!(four.sessions.iter().map(|one| one.amount).sum::<Yen>(), four.honorarium.gross);
    test.execute("UPDATE course.instructors SET payee = 'company'").await;
    let seen = tx!(test, |tx| honorarium::find(tx, &test.seal(), four.honorarium.id).await).unwrap();
    assert_eq!(seen, four);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_sessions_taught_and_over_are_paid_for_and_none_twice() {
    let test = house(0, 2).await;
    taught(&test, "individual", 10_000).await;
    let strange = approve(&test, &[1, 9], MORNING).await.unwrap_err();
    assert!(matches!(strange, HonorariumError::NotAssigned(which) if which == [session(9)]));
    let early = approve(&test, &[4, 5], MORNING - Duration::seconds(1)).await.unwrap_err();
    assert!(
        matches!(early, HonorariumError::NotHeld { sessions, possible_at: Some(at) } if sessions == [session(5)] && at == MORNING)
    );
    test.execute("UPDATE course.sessions SET state = 'cancelled', reason = '台風' WHERE number = 3").await;
    let off = approve(&test, &[3], MORNING).await.unwrap_err();
    assert!(matches!(off, HonorariumError::NotHeld { possible_at: None, .. }));
    test.execute("UPDATE course.assignments SET honorarium = NULL WHERE session_id IN (SELECT id FROM course.sessions WHERE number = 2)").await;
    let unpaid = approve(&test, &[1, 2], MORNING).await.unwrap_err();
    assert!(matches!(unpaid, HonorariumError::Unpaid(which) if which == [session(2)]));

    let first = approve(&test, &[1], MORNING).await.unwrap().honorarium;
    let twice = approve(&test, &[1, 4], MORNING).await.unwrap_err();
    assert!(matches!(twice, HonorariumError::Taken { honoraria, .. } if honoraria == [first.id]));
    let void = async |reason: &str| {
        tx!(test, |tx| honorarium::void(tx, first.id, Some(1), &test.remark(reason), MORNING).await)
    };
    assert!(matches!(void("").await.unwrap_err(), HonorariumError::NoReason));
    assert_eq!(void("金額の誤り").await.unwrap().honorarium.state, "voided");
    let next = approve(&test, &[1, 4], MORNING).await.unwrap().honorarium;
    let day = kernel::clock::civil_day(MORNING);
    let pay = async |on| tx!(test, |tx| honorarium::pay(tx, next.id, None, on, MORNING).await);
    assert!(matches!(pay(day.next_day().unwrap()).await.unwrap_err(), HonorariumError::PaidAhead));
    assert!(matches!(pay(day.previous_day().unwrap()).await.unwrap_err(), HonorariumError::PaidAhead));
    assert_eq!(pay(day).await.unwrap().honorarium.paid_on, Some(day));
    assert!(matches!(pay(day).await.unwrap_err(), HonorariumError::State(state) if state == "paid"));
    let late = tx!(test, |tx| honorarium::void(tx, next.id, None, &test.remark("誤り"), MORNING).await).unwrap_err();
    assert!(matches!(late, HonorariumError::State(_)));
    let filter = HonorariumFilter { instructor: Some(instructor(1)), state: Some("paid") };
    let paid = tx!(test, |tx| honorarium::list(tx, &test.seal(), &filter, &EVERYTHING).await).unwrap().items;
    assert_eq!((paid.len(), paid[0].sessions.len()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_paid_for_stays_as_it_was_held_and_what_was_not_held_is_not_paid_out() {
    let test = house(0, 2).await;
    taught(&test, "individual", 10_000).await;
    let paid = approve(&test, &[1], MORNING).await.unwrap().honorarium.id;
    let is_paid = |outcome: Result<(), SessionError>| match outcome {
        Err(SessionError::Paid { honoraria, .. }) => honoraria == [paid],
        _ => false,
    };
    let teaches = async |people: &[Teacher]| {
        tx!(test, |tx| session::assign(tx, session(1), None, people, MORNING).await).map(drop)
    };
    let first = Teacher { instructor: instructor(1), role: "lead", honorarium: Some(10_000) };
    let second = Teacher { instructor: instructor(2), ..first.clone() };
    for people in [vec![], vec![second], vec![Teacher { honorarium: Some(20_000), ..first.clone() }]] {
        assert!(is_paid(teaches(&people[..]).await), "{people:?}");
    }
    teaches(&[first][..]).await.expect("who is paid goes on teaching it");

    let starts_at = MORNING + Duration::DAY;
    let later = When { starts_at, ends_at: starts_at + Duration::HOUR, room: None, place: None };
    assert!(is_paid(tx!(test, |tx| session::move_to(tx, session(1), None, &later, MORNING).await).map(drop)));
    let cancel =
        async || tx!(test, |tx| session::cancel(tx, session(1), None, ("台風", false), MORNING).await).map(drop);
    assert!(is_paid(cancel().await));
    tx!(test, |tx| honorarium::void(tx, paid, None, &test.remark("誤り"), MORNING).await).unwrap();
    cancel().await.expect("nothing pays for it any more");

    let other = approve(&test, &[2], MORNING).await.unwrap().honorarium.id;
    test.execute("UPDATE course.sessions SET state = 'cancelled', reason = '台風' WHERE number = 2").await;
    let day = kernel::clock::civil_day(MORNING);
    let refused = tx!(test, |tx| honorarium::pay(tx, other, None, day, MORNING).await).unwrap_err();
    assert!(matches!(refused, HonorariumError::NotHeld { sessions, possible_at: None } if sessions == [session(2)]));
}

/// Whoever comes first: a session is not cancelled and paid for.
#[tokio::test(flavor = "multi_thread")]
async fn of_who_cancels_a_session_and_who_approves_what_is_paid_for_it_at_once_one_is_refused() {
    let test = house(0, 4).await;
    taught(&test, "individual", 10_000).await;
    for n in 1..=5 {
        let only = [n];
        let cancelled =
            async { tx!(test, |tx| session::cancel(tx, session(n), None, ("台風", false), MORNING).await).is_ok() };
        let (approved, cancelled) = tokio::join!(approve(&test, &only, MORNING), cancelled);
        assert!(approved.is_ok() != cancelled, "session {n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_from_eight_desks_at_once_a_session_is_paid_for_once() {
    let test = house(0, 8).await;
    taught(&test, "individual", 10_000).await;
    let asks: Vec<&[u128]> = vec![&[1, 2], &[2, 3], &[3, 4], &[4, 5], &[5, 1], &[1, 2], &[2, 3], &[3, 4]];
    let desks = join_all(asks.into_iter().map(|sessions| approve(&test, sessions, MORNING))).await;
    for one in &desks {
        assert!(matches!(one, Ok(_) | Err(HonorariumError::Taken { .. })), "{one:?}");
    }
    let paid: Vec<_> = desks.into_iter().filter_map(Result::ok).flat_map(|one| one.sessions).collect();
    let once: BTreeSet<_> = paid.iter().map(|one| one.session_id).collect();
    assert!(!paid.is_empty() && once.len() == paid.len());
}
