//! Up, down and up again leave the same schema, and a step that changes rows sees them.

use std::{collections::BTreeSet, process::Command, sync::LazyLock};

use db::migrate;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use regex::Regex;
use testkit::{Cluster, TestDb};
use uuid::Uuid;

/// Steps that were to change rows and saw none, and the step that mends what they left.
const UNSEEN: [(&str, &str); 3] = [
    ("20261129000303_course_snapshots", "20261130000180_course_mended"),
    ("20261129000401_course_places", "20261130000180_course_mended"),
    ("20261129000402_course_work", "20261130000180_course_mended"),
];

/// What takes a table out from behind its wall, and what puts it there.
static OPENS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"ALTER TABLE ([\w.]+) NO FORCE ROW LEVEL|CREATE TABLE ([\w.]+)").unwrap());
static CLOSES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"ALTER TABLE ([\w.]+) FORCE ROW LEVEL|tenancy\.protect\('([\w.]+)'").unwrap());
static TABLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:UPDATE|FROM|INTO|JOIN) (\w+\.\w+)").unwrap());

fn dump(database: &str) -> String {
    let tool = ["/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"]
        .iter()
        .map(|folder| format!("{folder}/pg_dump"))
        .find(|path| std::path::Path::new(path).exists())
        .unwrap_or_else(|| "pg_dump".to_owned());
    let socket = Cluster::shared().socket();
    let output = Command::new(tool)
        .args(["--schema-only", "--username", "itsudemo", "--host"])
        .arg(socket)
        .arg(database)
        .output()
        .expect("pg_dump runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // newer versions fence a dump with a random word
    text.lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_up_down_and_up_again_leave_the_same_schema() {
    let _roles = TestDb::new().await; // they are the cluster's, and two who make them at once are in each other's way
    let name = format!("m_{}", Uuid::new_v4().simple());
    let mut admin = AsyncPgConnection::establish(&Cluster::shared().admin_url("postgres")).await.unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let url = Cluster::shared().admin_url(&name);

    let applied = migrate::up(&url).await.unwrap();
    assert_eq!(applied.len(), migrate::MIGRATIONS.len());
    let first = dump(&name);
    assert_eq!(migrate::up(&url).await.unwrap(), Vec::<&str>::new());
    assert_eq!(dump(&name), first, "standing SQL can be rebuilt");

    // a key for repetitions lies in every database that was ever used
    let mut used = AsyncPgConnection::establish(&url).await.unwrap();
    used.batch_execute(
        "INSERT INTO tenancy.idempotency_keys (tenant_id, scope, key, fingerprint, status, sealed, request_id, created_at) \
         VALUES (gen_random_uuid(), 'x', 'x', '', 200, '', 'x', now())",
    )
    .await
    .unwrap();
    migrate::down(&url).await.unwrap();
    let empty = dump(&name);
    assert!(!empty.contains("CREATE TABLE ticket.") && !empty.contains("CREATE TABLE tenancy."), "{empty}");

    migrate::up(&url).await.unwrap();
    assert_eq!(dump(&name), first);
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

/// The table that a statement opens or closes.
fn named(pattern: &Regex, statement: &str) -> Option<String> {
    let found = pattern.captures(statement)?;
    found.get(1).or_else(|| found.get(2)).map(|name| name.as_str().to_owned())
}

/// Tables whose rows a step means to read or to change while they are behind their wall, where it sees none.
fn unseen(sql: &str) -> BTreeSet<String> {
    let said: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let (mut open, mut unseen) = (BTreeSet::new(), BTreeSet::new());
    for statement in said.join("\n").split(';').map(str::trim) {
        if let Some(opened) = named(&OPENS, statement) {
            open.insert(opened);
        } else if let Some(closed) = named(&CLOSES, statement) {
            open.remove(&closed);
        } else if ["UPDATE ", "DELETE ", "INSERT ", "WITH "].iter().any(|verb| statement.starts_with(verb)) {
            let tables = TABLE.captures_iter(statement).map(|found| found[1].to_owned());
            unseen.extend(tables.filter(|table| !open.contains(table)));
        }
    }
    unseen
}

#[test]
fn a_step_that_changes_rows_sees_them() {
    for step in migrate::MIGRATIONS {
        match UNSEEN.iter().find(|(name, _)| *name == step.name) {
            None => assert_eq!(unseen(step.up), BTreeSet::new(), "{}", step.name),
            Some((_, mended)) => {
                assert!(!unseen(step.up).is_empty(), "{}", step.name);
                assert!(migrate::MIGRATIONS.iter().any(|later| later.name == *mended), "{mended}");
            }
        }
    }
}

/// A step that changes rows, over these of the first twin.
async fn again(step: &str, rows: &str) -> TestDb {
    let test = TestDb::new().await;
    test.execute(&rows.replace("<tenant>", &test.twins.first.tenant.uuid().to_string())).await;
    test.execute(&format!("DELETE FROM public.schema_migrations WHERE name = '{step}'")).await;
    assert_eq!(migrate::up(&test.admin_url()).await.unwrap(), [step]);
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn what_steps_before_did_not_see_is_mended() {
    let rows = "SET session_replication_role = replica; \
        INSERT INTO course.places (tenant_id, class_id, capacity, waiting_number) VALUES ('<tenant>', gen_random_uuid(), 9, 3); \
        INSERT INTO course.applications (tenant_id, id, class_id, window_id, party_id, applicant_id, units, channel, received_at, \
          receipt_number, receipt_code_hash, state, price, total, snapshot, created_at, updated_at) \
        SELECT '<tenant>', gen_random_uuid(), p.class_id, p.class_id, p.class_id, p.class_id, 1, 'web', now(), n.number, '', n.state, \
          '[]', 0, n.snapshot, now(), now() \
        FROM course.places AS p, (VALUES (1, 'entered', NULL), (2, 'screening', '\\x00'::bytea), (3, 'lost', NULL)) \
          AS n (number, state, snapshot); \
        INSERT INTO course.draws (tenant_id, id, class_id, window_id, state, rules, rules_hash, commitment, seed, committed_at) \
        SELECT '<tenant>', gen_random_uuid(), p.class_id, gen_random_uuid(), 'committed', r.rules, '', '', '', now() \
        FROM course.places AS p, (VALUES ('{}'::jsonb), ('{\"beacon\": \"drand\"}')) AS r (rules)";
    let test = again("20261130000180_course_mended", rows).await;

    let mended = "SELECT concat_ws(' ', p.undecided, p.undecided_after, \
          (SELECT string_agg(a.state, ' ') FROM course.applications AS a WHERE a.to_verify), \
          (SELECT string_agg(d.rules ->> 'beacon', ' ') FROM course.draws AS d WHERE d.awaits_value)) AS line \
        FROM course.places AS p";
    assert_eq!(test.peek(mended).await, ["2 3 entered drand"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_told_that_they_have_joined_is_a_member_unless_a_rule_of_the_class_said_so() {
    let rows = "SET session_replication_role = replica; \
        INSERT INTO course.classes (tenant_id, id, course_id, term_id, code, title, capacity_unit, max_party, admission, delivery, \
          group_policy, offer_minutes, payment_days, rules, state, created_at, updated_at) \
        SELECT '<tenant>', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), r.code, 'x', 'person', 1, 'first_come', 'in_person', \
          'strict_head', 1, 1, r.rules, 'published', now(), now() \
        FROM (VALUES ('theirs', '{\"prices\": [{\"label\": \"入会済み\", \"fees\": [\"joining\"]}]}'::jsonb), ('none', '{}')) AS r (code, rules); \
        INSERT INTO course.applications (tenant_id, id, class_id, window_id, party_id, applicant_id, units, channel, received_at, \
          receipt_number, receipt_code_hash, state, price, total, created_at, updated_at) \
        SELECT '<tenant>', gen_random_uuid(), c.id, c.id, c.id, c.id, 1, 'web', now(), 1, '', 'lost', \
          '[{\"kind\": \"tuition\", \"charged\": 0}, {\"kind\": \"joining\", \"rule\": \"入会済み\", \"charged\": 0}, \
            {\"kind\": \"joining\", \"charged\": 5000}]', 0, now(), now() FROM course.classes AS c";
    let test = again("20261130000342_course_members_told", rows).await;

    let members = "SELECT string_agg(c.code || ' ' || l.place, ',' ORDER BY l.place) AS line FROM course.applications AS a \
        JOIN course.classes AS c ON c.id = a.class_id \
        CROSS JOIN jsonb_array_elements(a.price) WITH ORDINALITY AS l (line, place) WHERE l.line @> '{\"member\": true}'";
    assert_eq!(test.peek(members).await, ["none 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_marked_before_the_day_of_a_session_was_marked_before_it_was_moved() {
    // the first and the third were moved to 22 December, the third when it was counted already
    let rows = "SET session_replication_role = replica; \
        INSERT INTO course.sessions (tenant_id, id, class_id, number, local_date, starts_at, ends_at, state, times_moved, created_at, updated_at) \
        SELECT '<tenant>', gen_random_uuid(), gen_random_uuid(), s.number, s.day, s.day + interval '10 h', s.day + interval '12 h', 'scheduled', \
          s.moved, now(), now() \
        FROM (VALUES (1, '2026-12-22'::date, 0), (2, '2026-12-15', 0), (3, '2026-12-22', 1)) AS s (number, day, moved); \
        INSERT INTO course.attendance (tenant_id, session_id, enrolment_id, revision, status, source, actor, marked_at, times_moved) \
        SELECT '<tenant>', s.id, gen_random_uuid(), 1, 'present', 'staff', m.at, m.at::timestamptz, m.moved FROM course.sessions AS s \
        JOIN (VALUES (1, '2026-12-15 09:30+09', 0), (1, '2026-12-21 23:59+09', 0), (1, '2026-12-22 00:00+09', 0), \
          (2, '2026-12-15 09:30+09', 0), (3, '2026-12-15 09:30+09', 0), (3, '2026-12-22 09:30+09', 1)) AS m (number, at, moved) USING (number)";
    let test = again("20261130000343_course_marks_before_moves", rows).await;

    let counts = "SELECT s.number || ' ' || a.actor FROM course.sessions AS s JOIN course.attendance AS a ON a.session_id = s.id \
        AND a.times_moved = s.times_moved ORDER BY s.number, a.marked_at";
    let counts = test.peek(counts).await;
    assert_eq!(counts, ["1 2026-12-22 00:00+09", "2 2026-12-15 09:30+09", "3 2026-12-22 09:30+09"]);
}
