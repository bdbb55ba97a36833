//! Patrons against a real database, with the neighbour always there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use custody::TenantKeys;
use db::Fault;
use diesel::{QueryableByName, sql_query, sql_types};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use kernel::{Locale, PageAsk, Refuse as _, Scope, Service, ids::PatronId};
use patron::{
    Details, Keys, Patron, PatronKind, PatronState,
    contact::{self, ContactDraft},
    password_reset::{self, ResetError},
    register::{self, Change, PatronFilter, SelfUpdated, WritePatronError},
    registration::{self, Mail, Says, SignUp, VerifyEmailError},
    sign_in::{self, Challenge, SignInError},
};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::Duration;

/// One tenant's office.
struct Office<'a> {
    test: &'a TestDb,
    scope: Scope,
    keys: TenantKeys,
}

fn offices(test: &TestDb) -> (Office<'_>, Office<'_>) {
    let ring = Twins::keyring(Cluster::shared());
    let office = |scope: Scope| Office { test, scope, keys: ring.tenant(scope.tenant()).unwrap() };
    (office(test.scope(Service::Core)), office(test.neighbour(Service::Core)))
}

fn taro() -> Details {
    Details {
        name: Some("山田 太郎".into()),
        kana: Some("やまだ たろう".into()),
        email: Some("Taro@example.jp".into()),
        phone: Some("03-1234-5678".into()),
        postal_code: Some("100-0001".into()),
        address: Some("東京都千代田区千代田１－１".into()),
    }
}

impl Office<'_> {
    fn keys(&self) -> Keys<'_> {
        Keys { seal: &self.keys.seal, index: &self.keys.index }
    }

    async fn sign_up(&self, details: Details, phc: &str) -> Option<Mail> {
        let (keys, ask) = (self.keys(), SignUp { details, locale: Locale::Ja });
        let work = async |tx: &mut _| registration::sign_up(tx, keys, ask.clone(), phc.to_owned(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }

    async fn verify(&self, mail: &Mail) -> Result<Patron, VerifyEmailError> {
        self.verify_at(mail, MORNING).await
    }

    async fn verify_at(&self, mail: &Mail, now: kernel::Instant) -> Result<Patron, VerifyEmailError> {
        let Says::Verify { token, .. } = &mail.says else { panic!("no token in {:?}", mail.says) };
        let (keys, token) = (self.keys(), token.expose());
        self.test.db.tenant(&self.scope, async |tx| registration::verify_email(tx, keys, token, now).await).await
    }

    async fn registered(&self, details: Details, phc: &str) -> Patron {
        let mail = self.sign_up(details, phc).await.unwrap();
        self.verify(&mail).await.unwrap()
    }

    async fn attempt(&self, email: &str, now: kernel::Instant) -> Result<Challenge, SignInError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| sign_in::attempt(tx, keys, email, now).await).await
    }

    async fn succeed(&self, challenge: &Challenge) -> Result<PatronId, SignInError> {
        self.test.db.tenant(&self.scope, async |tx| sign_in::succeed(tx, challenge, MORNING).await).await
    }

    async fn ask_reset(&self, email: &str) -> Mail {
        let keys = self.keys();
        let work = async |tx: &mut _| password_reset::ask(tx, keys, email, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().unwrap()
    }

    async fn reset(&self, mail: &Mail, phc: &str, now: kernel::Instant) -> Result<PatronId, ResetError> {
        let Says::ResetPassword { token, .. } = &mail.says else { panic!("no code in {:?}", mail.says) };
        let (keys, token) = (self.keys(), token.expose());
        let work = async |tx: &mut _| password_reset::complete(tx, keys, token, phc, now).await;
        self.test.db.tenant(&self.scope, work).await.map(|(patron, _)| patron)
    }

    async fn list(&self, filter: PatronFilter<'_>) -> Vec<Patron> {
        let (keys, ask) = (self.keys(), PageAsk { limit: 20, after: None });
        let work = async |tx: &mut _| register::list(tx, keys, filter, &ask, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().items
    }

    async fn create(&self, details: Details) -> Result<Patron, WritePatronError> {
        let keys = self.keys();
        let work = async |tx: &mut _| register::create(tx, keys, details.clone(), Locale::Ja, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    async fn keep(&self, details: Details) -> PatronId {
        let keys = self.keys();
        let draft = ContactDraft { details, locale: Locale::En };
        let work = async |tx: &mut _| contact::keep(tx, keys, draft.clone(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }

    async fn update(&self, id: PatronId, change: Change, version: Option<i64>) -> Result<Patron, WritePatronError> {
        let keys = self.keys();
        let work = async |tx: &mut _| register::update(tx, keys, id, change.clone(), version, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    async fn update_self(&self, id: PatronId, change: Change) -> SelfUpdated {
        let keys = self.keys();
        let work = async |tx: &mut _| register::update_self(tx, keys, id, change.clone(), None, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = sql_types::Text)]
    line: String,
}

/// Rows as text, seen from behind the walls.
async fn peek(test: &TestDb, sql: &str) -> Vec<String> {
    let mut conn = AsyncPgConnection::establish(&test.admin_url()).await.unwrap();
    let rows: Vec<Line> = diesel_async::RunQueryDsl::load(sql_query(sql), &mut conn).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

async fn journal(test: &TestDb) -> Vec<String> {
    peek(test, "SELECT event AS line FROM audit.outbox ORDER BY id").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_signs_up_proves_the_address_and_signs_in() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let mail = office.sign_up(taro(), "$phc$1").await.unwrap();
    assert_eq!(mail.address, "Taro@example.jp");
    assert!(office.list(PatronFilter::default()).await.is_empty(), "nobody is a patron before the address is proven");

    let patron = office.verify(&mail).await.unwrap();
    assert_eq!((patron.kind, patron.email_verified_at), (PatronKind::Registered, Some(MORNING)));
    assert_eq!(patron.details, Details { postal_code: Some("1000001".into()), ..taro() });
    assert!(matches!(office.verify(&mail).await, Err(VerifyEmailError::Invalid)), "a token is good once");

    let challenge = office.attempt("ｔａｒｏ@EXAMPLE.jp", MORNING).await.unwrap();
    assert_eq!(challenge.phc(), Some("$phc$1"));
    assert_eq!(office.succeed(&challenge).await.unwrap(), patron.id);
    let told = journal(&test).await;
    let expected =
        ["patron.registration.requested", "patron.patron.listed", "patron.patron.registered", "patron.sign_in.proven"];
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn t21_the_same_address_in_two_tenants_is_two_people() {
    let test = TestDb::new().await;
    let (here, there) = offices(&test);
    let (ours, theirs) = (here.registered(taro(), "$phc$here").await, there.registered(taro(), "$phc$there").await);
    assert_ne!(ours.id, theirs.id);
    assert_eq!(here.attempt("taro@example.jp", MORNING).await.unwrap().phc(), Some("$phc$here"));
    assert_eq!(there.attempt("taro@example.jp", MORNING).await.unwrap().phc(), Some("$phc$there"));

    let suspended = Change { state: Some(PatronState::Suspended), ..Change::default() };
    here.update(ours.id, suspended, None).await.unwrap();
    assert_eq!(here.attempt("taro@example.jp", MORNING).await.unwrap().phc(), None);
    assert!(there.attempt("taro@example.jp", MORNING).await.unwrap().phc().is_some());

    let indexes = peek(&test, "SELECT DISTINCT encode(email_index, 'hex') AS line FROM patron.patrons").await;
    assert_eq!(indexes.len(), 2, "not even the blind indexes tell that they are alike");
    assert!(matches!(there.update(ours.id, Change::default(), None).await, Err(WritePatronError::Absent)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_address_is_told_only_in_its_own_mailbox() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    office.registered(taro(), "$phc$1").await;
    let mail = office.sign_up(Details { name: Some("別人".into()), ..taro() }, "$phc$2").await.unwrap();
    assert!(matches!(mail.says, Says::AlreadyRegistered));
    assert_eq!(mail.address, "Taro@example.jp");
    assert_eq!(office.attempt("taro@example.jp", MORNING).await.unwrap().phc(), Some("$phc$1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sign_ups_with_one_address_the_first_to_prove_it_has_it() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let (one, other) =
        (office.sign_up(taro(), "$phc$1").await.unwrap(), office.sign_up(taro(), "$phc$2").await.unwrap());
    let (one, other) = tokio::join!(office.verify(&one), office.verify(&other));
    let lost =
        [&one, &other].into_iter().filter(|outcome| matches!(outcome, Err(VerifyEmailError::EmailTaken))).count();
    assert_eq!((lost, one.is_ok() || other.is_ok()), (1, true));
    assert_eq!(office.list(PatronFilter::default()).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_a_day_and_in_its_own_tenant() {
    let test = TestDb::new().await;
    let (office, neighbour) = offices(&test);
    let mail = office.sign_up(taro(), "$phc$1").await.unwrap();
    assert!(matches!(neighbour.verify(&mail).await, Err(VerifyEmailError::Invalid)));
    assert!(matches!(office.verify_at(&mail, MORNING + Duration::DAY).await, Err(VerifyEmailError::Invalid)));
    assert!(office.verify_at(&mail, MORNING + Duration::hours(23)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_not_flooded() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let mut sent = Vec::new();
    for _ in 0..6 {
        sent.push(office.sign_up(taro(), "$phc$1").await.is_some());
    }
    assert_eq!(sent, [true, true, true, false, false, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_with_a_sign_in_floods_the_mailbox_of_somebody_else() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.registered(taro(), "$phc$1").await;
    let mut sent = Vec::new();
    for typed in ["jiro@example.jp", "JIRO@example.jp", "jiro@example.jp", "jiro@example.jp", "Jiro@example.jp"] {
        sent.push(office.update_self(patron.id, new_address(typed)).await.mail.is_some());
    }
    assert_eq!((sent[0], sent[4]), (true, false));
    assert!(office.update_self(patron.id, new_address("hanako@example.jp")).await.mail.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_staff_entered_can_claim_the_registration() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let entered = office.create(taro()).await.unwrap();
    assert!(matches!(office.create(taro()).await, Err(WritePatronError::EmailTaken)));
    assert_eq!(office.attempt("taro@example.jp", MORNING).await.unwrap().phc(), None);

    let claimed = office.registered(taro(), "$phc$1").await;
    assert_eq!((claimed.id, claimed.version), (entered.id, 2));
    assert_eq!(office.attempt("taro@example.jp", MORNING).await.unwrap().phc(), Some("$phc$1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_claim_whom_staff_entered_at_once_the_first_has_the_registration_and_the_other_is_told() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    for nth in 0..5 {
        let details = Details { email: Some(format!("taro{nth}@example.jp")), ..taro() };
        let entered = office.create(details.clone()).await.unwrap();
        let one = office.sign_up(details.clone(), "$phc$1").await.unwrap();
        let other = office.sign_up(details, "$phc$2").await.unwrap();
        let (one, other) = tokio::join!(office.verify(&one), office.verify(&other));
        let (has, lost) = if one.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(has.unwrap().id, entered.id);
        assert!(matches!(lost, Err(VerifyEmailError::EmailTaken)), "{lost:?}");
    }
}

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
async fn after_five_attempts_there_are_pauses_whether_the_address_is_known_or_not() {
    let test = TestDb::new().await;
    let (office, neighbour) = offices(&test);
    office.registered(taro(), "$phc$1").await;
    for address in ["taro@example.jp", "nobody@example.jp", "no address"] {
        for _ in 0..5 {
            office.attempt(address, MORNING).await.unwrap();
        }
        let limited = office.attempt(address, MORNING).await.unwrap_err();
        assert!(matches!(limited, SignInError::Limited { .. }), "{address}");
        assert!(limited.refusal().retry_after.is_some());
        assert!(neighbour.attempt(address, MORNING).await.is_ok(), "the neighbour counts for itself");
    }
    let later = office.attempt("taro@example.jp", MORNING + Duration::seconds(5)).await.unwrap();
    office.succeed(&later).await.unwrap();
    for _ in 0..5 {
        office.attempt("taro@example.jp", MORNING + Duration::seconds(5)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changed_the_password_while_the_old_one_was_being_checked_is_not_signed_in_with_it() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.registered(taro(), "$phc$1").await;
    let old = office.attempt("taro@example.jp", MORNING).await.unwrap();
    let code = office.ask_reset("taro@example.jp").await;
    office.reset(&code, "$phc$2", MORNING + Duration::SECOND).await.unwrap();
    assert!(matches!(office.succeed(&old).await, Err(SignInError::Refused)));

    let new = office.attempt("taro@example.jp", MORNING).await.unwrap();
    assert_eq!((new.phc(), office.succeed(&new).await.unwrap()), (Some("$phc$2"), patron.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_of_ones_own_counts_once_it_is_proven() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.registered(taro(), "$phc$1").await;
    let change = Change {
        email: Some(Some("new@example.jp".into())),
        phone: Some(Some("090-1111-2222".into())),
        ..Change::default()
    };
    let SelfUpdated { patron: now, mail } = office.update_self(patron.id, change).await;
    assert_eq!(now.details.email.as_deref(), Some("Taro@example.jp"));
    assert_eq!(now.details.phone.as_deref(), Some("090-1111-2222"));
    let mail = mail.unwrap();
    assert_eq!((mail.address.as_str(), mail.patron), ("new@example.jp", Some(patron.id)));

    assert_eq!(office.verify(&mail).await.unwrap().details.email.as_deref(), Some("new@example.jp"));
    assert!(office.attempt("new@example.jp", MORNING).await.unwrap().phc().is_some());
    assert!(office.attempt("taro@example.jp", MORNING).await.unwrap().phc().is_none());
}

fn new_address(email: &str) -> Change {
    Change { email: Some(Some(email.to_owned())), ..Change::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_used_a_stolen_session_to_ask_for_another_address_does_not_get_it_after_the_password_is_reset() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.registered(taro(), "$phc$1").await;
    let theirs = office.update_self(patron.id, new_address("thief@example.jp")).await.mail.unwrap();
    let code = office.ask_reset("taro@example.jp").await;
    office.reset(&code, "$phc$2", MORNING).await.unwrap();
    assert!(matches!(office.verify(&theirs).await, Err(VerifyEmailError::Invalid)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_went_to_an_address_before_changes_no_password_after_the_address_has_changed() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    let patron = office.registered(taro(), "$phc$1").await;
    let before = office.ask_reset("taro@example.jp").await;
    let asked = office.update_self(patron.id, new_address("second@example.jp")).await.mail.unwrap();
    office.verify(&asked).await.unwrap();
    assert!(matches!(office.reset(&before, "$phc$2", MORNING).await, Err(ResetError::Invalid)));

    let before = office.ask_reset("second@example.jp").await;
    office.update(patron.id, new_address("third@example.jp"), None).await.unwrap();
    assert!(matches!(office.reset(&before, "$phc$2", MORNING).await, Err(ResetError::Invalid)));
    let now = office.ask_reset("third@example.jp").await;
    assert_eq!(office.reset(&now, "$phc$2", MORNING).await.unwrap(), patron.id);
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
    let told = peek(&test, "SELECT event || ' ' || data::text AS line FROM audit.outbox ORDER BY id").await;
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
    for table in peek(&test, tables).await {
        // bytes as text too, in case something was stored unsealed in a bytea
        let dump = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'hex') || t::text AS line FROM {table} AS t");
        for line in peek(&test, &dump).await {
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
