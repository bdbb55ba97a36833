//! Signing in, and what opens an account again.

use kernel::Refuse as _;
use patron::{
    Details,
    password_reset::ResetError,
    register::{Change, SelfUpdated},
    registration::VerifyEmailError,
    sign_in::SignInError,
};
use testkit::{MORNING, TestDb};
use time::Duration;

use crate::office::{new_address, offices, taro};

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
async fn of_two_codes_of_one_patron_that_are_used_at_once_one_counts_and_neither_waits_for_the_other_for_ever() {
    let test = TestDb::new().await;
    let (office, _) = offices(&test);
    for nth in 0..12 {
        let address = format!("taro{nth}@example.jp");
        let patron = office.registered(Details { email: Some(address.clone()), ..taro() }, "$phc$1").await;
        let asked = office.update_self(patron.id, new_address(&format!("other{nth}@example.jp"))).await.mail.unwrap();
        let reset = office.ask_reset(&address).await;
        let (moved, changed) = tokio::join!(office.verify(&asked), office.reset(&reset, "$phc$2", MORNING));
        match (moved.map(|patron| patron.id), changed) {
            (Ok(id), Err(ResetError::Invalid)) | (Err(VerifyEmailError::Invalid), Ok(id)) => assert_eq!(id, patron.id),
            other => panic!("{other:?}"),
        }
    }
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
