//! The journal against a real PostgreSQL: what is committed is recorded, sealed once, in order, and nobody rewrites it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;

use audit::{
    FirstBad, PLATFORM, VerifyingKey, read,
    sealer::{CHECKPOINT_AGE, Signing, journals_with_work},
    verify,
    verify::{VerifyError, Why},
};
use common::{House, NOW, Told, scope, signer};
use db::Fault;
use kernel::{Actor, OperatorScope, RequestId, Service, ids::OperatorId};
use time::Duration;

fn keys() -> [VerifyingKey; 1] {
    [signer().verifying_key()]
}

async fn bad(house: &House) -> FirstBad {
    match audit::verify_database(&house.db, &scope(house.tenant), &keys(), &[]).await {
        Err(VerifyError::Bad(bad)) => bad,
        other => panic!("tampering went unseen: {other:?}"),
    }
}

#[tokio::test]
async fn a_fact_is_recorded_exactly_if_its_transaction_commits() {
    let house = House::new().await;
    let scope = scope(house.tenant);
    house.db.tenant(&scope, async |tx| audit::journal(tx, NOW, &Told { number: 1 }).await).await.unwrap();
    let refused: Result<(), Fault> = house
        .db
        .tenant(&scope, async |tx| {
            audit::journal(tx, NOW, &Told { number: 2 }).await?;
            Err(Fault::Unexpected("a rule refuses"))
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(house.seal(house.tenant, Signing::Now, NOW).await.entries, 1);

    let entries = house
        .db
        .read(&scope.in_service(Service::Core), async |tx| read::entries(tx, &Default::default(), 0, 10).await)
        .await
        .unwrap();
    assert_eq!(entries.len(), 1);
    let entry = entries[0].to_json();
    assert_eq!(entry["sequence"], 1);
    assert_eq!(entry["event"], "ticket.story.told");
    assert_eq!(entry["outcome"], "done");
    assert_eq!(entry["service"], "ticket");
    assert_eq!(entry["actor"], serde_json::json!({"kind": "system"}));
    assert_eq!(entry["subject"], serde_json::json!({"kind": "story", "id": "1"}));
    assert_eq!(entry["data"], serde_json::json!({"number": 1}));
    assert_eq!(entry["at"], "2026-11-22T21:00:00.000000+09:00");
    assert_eq!(entry["request_id"], scope.request_id().to_string());
}

#[tokio::test]
async fn facts_of_one_transaction_are_sealed_in_the_order_they_were_told() {
    let house = House::new().await;
    house
        .db
        .tenant(&scope(house.tenant), async |tx| {
            audit::journal(tx, NOW, &Told { number: 1 }).await?;
            audit::journal_many(tx, NOW, &[Told { number: 2 }, Told { number: 3 }]).await?;
            audit::denied(tx, NOW, &Told { number: 4 }).await?;
            audit::failed(tx, NOW, &Told { number: 5 }).await
        })
        .await
        .unwrap();
    house.seal(house.tenant, Signing::WhenDue, NOW).await;
    let core = scope(house.tenant).in_service(Service::Core);
    let filter = read::Filter { event: Some("ticket.story.told".into()), from: Some(NOW), ..Default::default() };
    let entries = house.db.read(&core, async |tx| read::entries(tx, &filter, 1, 10).await).await.unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry.subject_id.as_str(), entry.outcome.as_str())).collect();
    assert_eq!(told, [("2", "done"), ("3", "done"), ("4", "denied"), ("5", "failed")]);
}

#[tokio::test]
async fn the_operators_own_deeds_are_told_in_the_journal_of_the_house() {
    let house = House::new().await;
    let operator = OperatorScope::assume(Actor::Operator(OperatorId::new(NOW)), RequestId::random());
    house.db.operator(&operator, async |tx| audit::journal(tx, NOW, &Told { number: 1 }).await).await.unwrap();
    house
        .db
        .operator_within(&operator, house.tenant, async |tx| audit::journal(tx, NOW, &Told { number: 2 }).await)
        .await
        .unwrap();
    assert_eq!(
        journals_with_work(&house.db, NOW).await.unwrap().into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from([PLATFORM, house.tenant])
    );
    assert_eq!(house.seal(PLATFORM, Signing::Now, NOW).await.entries, 1);
    assert_eq!(house.seal(house.tenant, Signing::Now, NOW).await.entries, 1);
    assert!(journals_with_work(&house.db, NOW).await.unwrap().is_empty());
    let report = audit::verify_database(&house.db, &scope(PLATFORM), &keys(), &[]).await.unwrap();
    assert_eq!(report.entries, 1);
    assert_eq!(read::journals(&house.db).await.unwrap().len(), 2);
}

#[tokio::test]
async fn each_tenant_has_a_journal_of_its_own_without_gaps() {
    let house = House::new().await;
    house.tell(house.tenant, 1_500).await;
    house.tell(house.neighbour, 3).await;
    let first = house.seal(house.tenant, Signing::WhenDue, NOW).await;
    assert!(first.is_full() && first.checkpoint.is_some());
    let second = house.seal(house.tenant, Signing::WhenDue, NOW).await;
    assert_eq!((second.entries, second.checkpoint), (500, None));
    assert_eq!(house.seal(house.neighbour, Signing::WhenDue, NOW).await.entries, 3);

    let report = audit::verify_database(&house.db, &scope(house.tenant), &keys(), &[]).await.unwrap();
    assert_eq!((report.entries, report.checkpoints, report.unsigned), (1_000, 1, 500));
    assert_eq!(house.count("SELECT count(*) AS n FROM audit.outbox").await, 0);
    let neighbours = format!("SELECT max(seq) AS n FROM audit.log WHERE tenant_id = '{}'", house.neighbour.uuid());
    assert_eq!(house.count(&neighbours).await, 3);
}

#[tokio::test]
async fn a_fact_that_commits_late_is_sealed_late_and_never_skipped() {
    let house = House::new().await;
    let (db, scope) = (house.db.clone(), scope(house.tenant));
    let (told, wait) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let late = db.tenant(&scope, async |tx| {
        audit::journal(tx, NOW, &Told { number: 1 }).await?; // the older id
        told.notify_one();
        wait.notified().await;
        Ok::<_, Fault>(())
    });
    let others = async {
        told.notified().await;
        let later = NOW + Duration::SECOND;
        house.db.tenant(&scope, async |tx| audit::journal(tx, later, &Told { number: 2 }).await).await.unwrap();
        assert_eq!(house.seal(house.tenant, Signing::WhenDue, later).await.entries, 1);
        wait.notify_one();
    };
    let (late, ()) = tokio::join!(late, others);
    late.unwrap();
    assert_eq!(house.seal(house.tenant, Signing::Now, NOW).await.entries, 1);
    assert_eq!(audit::verify_database(&house.db, &scope, &keys(), &[]).await.unwrap().entries, 2);
}

#[tokio::test]
async fn sealers_that_race_seal_every_fact_once() {
    let house = House::new().await;
    house.tell(house.tenant, 5_000).await;
    let racers = (0..6).map(|_| {
        let (db, tenant) = (house.db.clone(), house.tenant);
        tokio::spawn(async move {
            let mut sealed = 0;
            for _ in 0..20 {
                let signer = signer();
                let work = async |tx: &mut db::TenantTx| audit::sealer::seal(tx, &signer, Signing::WhenDue, NOW).await;
                sealed += db.sealer(&scope(tenant), work).await.unwrap().entries;
            }
            sealed
        })
    });
    let mut sealed = 0;
    for racer in racers.collect::<Vec<_>>() {
        sealed += racer.await.unwrap();
    }
    while house.seal(house.tenant, Signing::Now, NOW).await.entries > 0 {
        sealed += 1_000;
    }
    assert_eq!(sealed, 5_000);
    let report = audit::verify_database(&house.db, &scope(house.tenant), &keys(), &[]).await.unwrap();
    assert_eq!((report.entries, report.unsigned), (5_000, 0));
}

#[tokio::test]
async fn a_lonely_entry_is_signed_after_ten_minutes_although_nothing_follows_it() {
    let house = House::new().await;
    house.tell(house.tenant, 1).await;
    assert_eq!(house.seal(house.tenant, Signing::WhenDue, NOW).await.checkpoint, None);
    assert!(journals_with_work(&house.db, NOW).await.unwrap().is_empty());
    let later = NOW + CHECKPOINT_AGE;
    assert_eq!(journals_with_work(&house.db, later).await.unwrap(), [house.tenant]);
    assert!(house.seal(house.tenant, Signing::WhenDue, later).await.checkpoint.is_some());
    assert!(journals_with_work(&house.db, later + CHECKPOINT_AGE).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_exported_journal_is_checked_without_the_database() {
    let house = House::new().await;
    house.tell(house.tenant, 2_300).await;
    while house.seal(house.tenant, Signing::WhenDue, NOW).await.entries > 0 {}
    let mut file = Vec::new();
    let done = audit::export(&house.db, &scope(house.tenant), &mut file).await.unwrap();
    assert_eq!((done.entries, done.checkpoints, done.unsigned), (2_000, 2, 300));
    assert_eq!(verify(file.as_slice(), &keys()).unwrap().entries, 2_000);

    let kept = house.seal(house.tenant, Signing::Now, NOW).await.checkpoint.unwrap();
    file.clear();
    let done = audit::export(&house.db, &scope(house.tenant), &mut file).await.unwrap();
    assert_eq!((done.entries, done.checkpoints, done.unsigned), (2_300, 3, 0));
    let report = audit::verify::verify_with_witnesses(file.as_slice(), &keys(), &[&kept]).unwrap();
    assert_eq!((report.entries, report.tenant), (2_300, house.tenant));
}

#[tokio::test]
async fn tampering_by_a_superuser_is_found_and_named() {
    let house = House::new().await;
    house.tell(house.tenant, 1_200).await;
    while house.seal(house.tenant, Signing::Now, NOW).await.entries > 0 {}
    let whole = "BEGIN; CREATE TABLE public.kept AS TABLE audit.log; COMMIT";
    house.as_superuser(whole).await;
    let again = "TRUNCATE audit.log; INSERT INTO audit.log SELECT * FROM public.kept";
    let cases = [
        ("UPDATE audit.log SET canonical = replace(canonical, '77', '78') WHERE seq = 77", 77, Why::Changed),
        ("UPDATE audit.log SET event = 'ticket.story.untold' WHERE seq = 5", 5, Why::Column("event")),
        ("UPDATE audit.log SET at = at + interval '1 hour' WHERE seq = 9", 9, Why::Column("at")),
        ("DELETE FROM audit.log WHERE seq = 600", 600, Why::Misplaced { found: 601 }),
        ("DELETE FROM audit.log WHERE seq > 1190", 1_191, Why::Missing { size: 1_200 }),
        (
            "UPDATE audit.log SET seq = 9000 WHERE seq = 3; UPDATE audit.log SET seq = 3 WHERE seq = 4; \
          UPDATE audit.log SET seq = 4 WHERE seq = 9000",
            3,
            Why::Misplaced { found: 4 },
        ),
        (
            "INSERT INTO audit.log SELECT tenant_id, 1201, gen_random_uuid(), at, category, event, subject_kind, subject_id, \
          canonical, leaf FROM audit.log WHERE seq = 1200",
            1_201,
            Why::Misplaced { found: 1_200 },
        ),
        (
            "UPDATE audit.log SET canonical = replace(canonical, '\"1100\"', '\"1101\"'), leaf = sha256('\\x00'::bytea || \
          convert_to(replace(canonical, '\"1100\"', '\"1101\"'), 'UTF8')), subject_id = '1101' WHERE seq = 1100",
            1_001,
            Why::Root { first: 1_001, last: 1_200 },
        ),
    ];
    for (sql, seq, why) in cases {
        house.as_superuser(sql).await;
        assert_eq!(bad(&house).await, FirstBad { seq, why }, "{sql}");
        house.as_superuser(again).await;
    }
    house.as_superuser("DELETE FROM audit.checkpoints WHERE number = 1").await;
    assert_eq!(bad(&house).await, FirstBad { seq: 1, why: Why::CheckpointMissing { expected: 1, found: 2 } });
}

#[tokio::test]
async fn the_sealer_signs_nothing_more_on_a_log_that_was_cut() {
    let house = House::new().await;
    house.tell(house.tenant, 10).await;
    house.seal(house.tenant, Signing::Now, NOW).await;
    house.as_superuser("DELETE FROM audit.log WHERE seq = 10").await;
    house.tell(house.tenant, 1).await;
    let signer = signer();
    let work = async |tx: &mut db::TenantTx| audit::sealer::seal(tx, &signer, Signing::Now, NOW).await;
    assert!(matches!(house.db.sealer(&scope(house.tenant), work).await, Err(Fault::Unexpected(_))));
    assert_eq!(house.count("SELECT count(*) AS n FROM audit.outbox").await, 1);
}

#[tokio::test]
async fn nobody_changes_sealed_rows_and_services_read_nothing_back() {
    let house = House::new().await;
    house.tell(house.tenant, 2).await;
    house.seal(house.tenant, Signing::Now, NOW).await;
    let roles = ["svc_core", "svc_ticket", "svc_venue", "svc_course", "svc_operator", "svc_sealer", "itsudemo_app"];
    for role in roles {
        for table in ["audit.log", "audit.checkpoints"] {
            for sql in [
                format!("UPDATE {table} SET tenant_id = tenant_id"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
                format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
                format!("CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING"),
            ] {
                assert!(house.try_as(role, &sql).await.is_err(), "{role}: {sql}");
            }
        }
    }
    for role in ["svc_core", "svc_ticket", "svc_venue", "svc_course", "svc_operator", "itsudemo_app"] {
        for sql in [
            "SELECT 1 FROM audit.outbox",
            "DELETE FROM audit.outbox",
            "UPDATE audit.outbox SET event = 'x'",
            "INSERT INTO audit.log (seq, id, at, category, event, subject_kind, subject_id, canonical, leaf) \
             VALUES (9, gen_random_uuid(), now(), 'access', 'a.b', 'c', 'd', '{}', sha256(''))",
            "INSERT INTO audit.checkpoints (number, size, at, note) VALUES (9, 9, now(), '')",
            "UPDATE audit.tree_heads SET size = 0",
        ] {
            assert!(house.try_as(role, sql).await.is_err(), "{role}: {sql}");
        }
    }
    for role in ["svc_ticket", "svc_venue", "svc_course", "svc_operator", "itsudemo_app"] {
        assert!(house.try_as(role, "SELECT 1 FROM audit.log").await.is_err(), "{role}");
    }
    assert_eq!(house.try_as("svc_core", "SELECT 1 FROM audit.log").await, Ok(()));
    assert!(house.try_as("svc_ticket", "SELECT audit.journals_with_work(now())").await.is_err());
    let theirs = format!("UPDATE audit.tree_heads SET size = 0 WHERE tenant_id = '{}'", house.tenant.uuid());
    house
        .as_superuser(&format!(
            "BEGIN; SET LOCAL ROLE svc_sealer; SET LOCAL app.tenant_id = '{}'; {theirs}; COMMIT",
            house.neighbour.uuid()
        ))
        .await;
    assert_eq!(house.count("SELECT size AS n FROM audit.tree_heads").await, 2);
}

#[tokio::test]
async fn an_operator_without_a_tenant_writes_only_the_journal_of_the_house() {
    let house = House::new().await;
    let insert = |tenant: &str| {
        format!(
            "INSERT INTO audit.outbox (tenant_id, id, at, category, event, outcome, service, actor_kind, subject_kind, subject_id, \
             data, request_id) VALUES ('{tenant}', gen_random_uuid(), now(), 'access', 'a.b', 'done', 'core', 'operator', 'c', \
             'd', '{{}}', 'r')"
        )
    };
    let house_tenant = PLATFORM.uuid().to_string();
    let neighbour = house.neighbour.uuid().to_string();
    assert!(house.try_as("svc_operator", &insert(&house_tenant)).await.is_ok());
    assert!(house.try_as("svc_operator", &insert(&neighbour)).await.is_err());
    assert!(house.try_as("svc_ticket", &insert(&house_tenant)).await.is_err());
}
