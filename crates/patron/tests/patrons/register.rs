//! The office's register.

use db::Fault;
use patron::{
    Details, PatronKind,
    register::{self, Change, PatronFilter, WritePatronError},
    sign_in,
};
use testkit::{MORNING, TestDb};

use crate::office::{journal, new_address, offices, taro};

#[tokio::test(flavor = "multi_thread")]
async fn guests_may_share_an_address_and_are_found_by_it() {
    let test = TestDb::new().await;
    let (office, neighbour) = offices(&test);
    let (one, other) = (office.keep(taro()).await, office.keep(taro()).await);
    assert_ne!(one, other);
    let guest = Details { email: Some("hanako@example.jp".into()), phone: None, ..taro() };
    office.keep(guest).await;

    let by = |filter| office.list(filter);
    assert_eq!(by(PatronFilter { email: Some(" TARO@example.jp"), ..PatronFilter::default() }).await.len(), 2);
    assert_eq!(by(PatronFilter { phone: Some("+81 3 1234 5678"), ..PatronFilter::default() }).await.len(), 2);
    assert_eq!(by(PatronFilter { kana: Some("ﾔﾏﾀﾞﾀﾛｳ"), ..PatronFilter::default() }).await.len(), 3);
    assert_eq!(by(PatronFilter { email: Some("nobody"), ..PatronFilter::default() }).await.len(), 0);
    assert_eq!(by(PatronFilter { kind: Some(PatronKind::Registered), ..PatronFilter::default() }).await.len(), 0);
    assert_eq!(
        neighbour.list(PatronFilter { email: Some("taro@example.jp"), ..PatronFilter::default() }).await.len(),
        0
    );
    assert_eq!(office.attempt("taro@example.jp", MORNING).await.unwrap().phc(), None, "a guest has no password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_an_older_version_is_refused() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.create(taro()).await.unwrap();
    let rename = |name: &str| Change { name: Some(Some(name.to_owned())), ..Change::default() };
    assert_eq!(office.update(patron.id, rename("山田 二郎"), Some(1)).await.unwrap().version, 2);
    assert!(matches!(office.update(patron.id, rename("山田 三郎"), Some(1)).await, Err(WritePatronError::Stale)));
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_reading_personal_data_is_journalled_with_every_id_shown() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.create(taro()).await.unwrap();
    let keys = office.keys();
    let view = async |tx: &mut _| register::view(tx, keys, patron.id, MORNING).await;
    assert_eq!(test.db.tenant(&office.scope, view).await.unwrap().details.name, taro().name);
    office.list(PatronFilter { email: Some("taro@example.jp"), ..PatronFilter::default() }).await;
    let told = test.peek("SELECT event || ' ' || data::text AS line FROM audit.outbox ORDER BY id").await;
    for event in ["patron.patron.created", "patron.patron.read", "patron.patron.listed"] {
        let line = told.iter().find(|line| line.starts_with(event)).unwrap();
        assert!(line.contains(&patron.id.to_string()), "{line}");
    }
    // in a transaction that cannot write the journal nothing is shown
    assert!(test.db.read(&office.scope, view).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_change_that_changes_nothing_is_the_reading_that_it_is() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.create(taro()).await.unwrap();
    assert_eq!(office.update(patron.id, Change::default(), None).await.unwrap(), patron);
    assert_eq!(office.update_self(patron.id, Change::default()).await.patron, patron);
    assert_eq!(office.update_self(patron.id, new_address("new@example.jp")).await.patron, patron);
    let read = "patron.patron.read";
    assert_eq!(journal(&test).await, ["patron.patron.created", read, read, read]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_personal_datum_stands_anywhere_in_clear() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.registered(taro(), "$phc$1").await;
    office.keep(taro()).await;
    office.sign_up(Details { email: Some("jiro@example.jp".into()), ..taro() }, "$phc$2").await.unwrap();
    office.list(PatronFilter { phone: Some("0312345678"), ..PatronFilter::default() }).await;
    office.update(patron.id, Change { name: Some(Some("山田 二郎".into())), ..Change::default() }, None).await.unwrap();
    let challenge = office.attempt("taro@example.jp", MORNING).await.unwrap();
    test.db.tenant(&office.scope, async |tx| sign_in::refuse(tx, &challenge, MORNING).await).await.unwrap();

    let tables = "SELECT format('%I.%I', schemaname, tablename) AS line FROM pg_tables \
                  WHERE schemaname IN ('patron', 'notice', 'audit', 'billing', 'ticket')";
    let mut rows = 0;
    for table in test.peek(tables).await {
        // bytes as text too, in case something was stored unsealed in a bytea
        let dump = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'hex') || t::text AS line FROM {table} AS t");
        for line in test.peek(&dump).await {
            rows += 1;
            for datum in ["山田", "やまだ", "Taro@", "taro@", "jiro@", "1234-5678", "+8131234", "千代田"] {
                let hex: String = datum.bytes().map(|byte| format!("{byte:02x}")).collect();
                assert!(!line.contains(datum) && !line.contains(&hex), "{datum} in {table}");
            }
        }
    }
    assert!(rows > 8, "there was something to look at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_moved_to_another_patron_or_tenant_does_not_open() {
    let test = TestDb::new().await;
    let (office, neighbour) = offices(&test);
    let (one, other) = (office.keep(taro()).await, office.keep(taro()).await);
    test.execute(&format!(
        "UPDATE patron.patrons SET personal = (SELECT personal FROM patron.patrons WHERE id = '{}') WHERE id = '{}'",
        one.uuid(),
        other.uuid()
    ))
    .await;
    let keys = office.keys();
    let reach = |id| {
        let (test, scope) = (&test, &office.scope);
        async move { test.db.read(scope, async |tx| register::reach(tx, keys, id).await).await }
    };
    assert!(reach(one).await.is_ok());
    assert!(matches!(reach(other).await, Err(Fault::Unexpected(_))));

    let tenant = neighbour.scope.tenant().uuid();
    test.execute(&format!("UPDATE patron.patrons SET tenant_id = '{tenant}' WHERE id = '{}'", one.uuid())).await;
    for keys in [office.keys(), neighbour.keys()] {
        let stolen = test.db.read(&neighbour.scope, async |tx| register::reach(tx, keys, one).await).await;
        assert!(matches!(stolen, Err(Fault::Unexpected(_))));
    }
}
