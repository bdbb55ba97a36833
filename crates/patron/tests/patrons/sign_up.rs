//! From a sign-up to the registration.

use patron::{
    Details, PatronKind, PatronState,
    register::{Change, PatronFilter, WritePatronError},
    registration::{Says, VerifyEmailError},
};
use testkit::{MORNING, TestDb};
use time::Duration;

use crate::office::{journal, new_address, offices, taro};

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

    let indexes = test.peek("SELECT DISTINCT encode(email_index, 'hex') AS line FROM patron.patrons").await;
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
