//! Identity against a real PostgreSQL: who gets in, who does not, and that the ways of refusing cannot be told apart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use common::{House, NOW, claim, post};
use kernel::{Actor, PageAsk, RequestId, Service};
use tenancy::{
    Permission, PermissionSet, ResolveError,
    key::{self, KeyDraft, KeyError, Kind},
    operator,
    password::Password,
    principal, roster, session,
    sign_in::{self, SignInError},
    staff, subscription, tenant,
};
use time::{Duration, macros::date};

const CHOSEN: &str = "taiko drums behind the moat";

fn draft(kind: Kind) -> KeyDraft {
    let origins = if kind == Kind::Publishable { vec!["https://example.jp".to_owned()] } else { vec![] };
    let scopes = key::scopes_by_default(kind, Permission::ALL.iter().copied().collect());
    KeyDraft { kind, name: "site".to_owned(), scopes, origins, expires_at: None }
}

async fn make(house: &House, draft: &KeyDraft) -> key::Shown {
    let own: PermissionSet = Permission::ALL.iter().copied().collect();
    let pepper = &house.vault.pepper;
    house
        .db
        .tenant(&house.scope(Actor::System), async |tx| key::create(tx, pepper, true, own, draft, NOW).await)
        .await
        .unwrap()
}

async fn resolve(house: &House, token: &str, at: kernel::Instant) -> Result<principal::Principal, ResolveError> {
    principal::resolve(&house.db, &house.vault.pepper, token, at).await
}

#[tokio::test]
async fn an_issued_password_opens_nothing_but_its_own_change() {
    let house = House::new().await;
    let issued = house.issue(&[post("ticket:front")]).await;
    assert_eq!(issued.one_time_password.reveal().chars().count(), 20);
    let first = claim(&issued.staff.login_id, issued.one_time_password.reveal());
    for _ in 0..8 {
        let refused = sign_in::staff(&house.db, &house.vault, &first, NOW).await;
        assert!(matches!(refused, Err(SignInError::ChangeRequired)), "a right password is never throttled");
    }
    let change = async |password: &str, at| {
        sign_in::change_staff_password(&house.db, &house.vault, &first, &Password::new(password), at).await
    };
    assert!(matches!(change("short", NOW).await, Err(SignInError::Password(_))));
    assert!(matches!(change("中央文化会館中央文化会館12", NOW).await, Err(SignInError::Password(_))));
    assert!(matches!(change(first.password.reveal(), NOW).await, Err(SignInError::Unchanged)));
    assert!(matches!(change(CHOSEN, NOW + Duration::hours(72)).await, Err(SignInError::OneTimeExpired)));
    change(CHOSEN, NOW).await.unwrap();

    let opened = sign_in::staff(&house.db, &house.vault, &claim(&issued.staff.login_id, CHOSEN), NOW).await.unwrap();
    let caller = resolve(&house, opened.token.reveal(), NOW).await.unwrap();
    assert_eq!(caller.actor, Actor::Staff(issued.staff.id));
    assert_eq!(caller.tenant, Some(house.tenant));
    assert_eq!(caller.services, [Service::Ticket]);
    assert!(caller.permissions.has(Permission::SellTickets) && !caller.permissions.has(Permission::WriteKeys));
}

#[tokio::test]
async fn unknown_wrong_and_disabled_cost_the_same_and_answer_the_same() {
    let house = House::new().await;
    let right = house.member(&[], CHOSEN).await.staff;
    let disabled = house.member(&[], CHOSEN).await.staff;
    house.db.tenant(&house.scope(Actor::System), async |tx| staff::disable(tx, disabled.id, NOW).await).await.unwrap();
    let journal = "SELECT count(*) AS n FROM audit.outbox WHERE outcome = 'failed'";
    for claim in
        [claim(&right.login_id, "wrong wrong wrong"), claim("nobody", CHOSEN), claim(&disabled.login_id, CHOSEN)]
    {
        let (hashed, told) = (house.vault.passwords.hashed(), house.count(journal).await);
        let refused = sign_in::staff(&house.db, &house.vault, &claim, NOW).await;
        assert!(matches!(refused, Err(SignInError::Refused)));
        assert_eq!(house.vault.passwords.hashed() - hashed, 1);
        assert_eq!(house.count(journal).await - told, 1, "every failure is in a journal");
    }
}

#[tokio::test]
async fn failures_make_wait_whether_the_login_exists_or_not_and_a_success_forgets_them() {
    let house = House::new().await;
    let member = house.member(&[], CHOSEN).await.staff;
    let attempt = async |login: &str, password: &str, at| {
        sign_in::staff(&house.db, &house.vault, &claim(login, password), at).await.map(|_| ())
    };
    for login in [member.login_id.as_str(), "nobody"] {
        for _ in 0..5 {
            assert!(matches!(attempt(login, "wrong", NOW).await, Err(SignInError::Refused)));
        }
        let hashed = house.vault.passwords.hashed();
        assert!(matches!(attempt(login, CHOSEN, NOW).await, Err(SignInError::Throttled(1))));
        assert_eq!(house.vault.passwords.hashed(), hashed, "nothing is hashed while the wait lasts");
    }
    attempt(&member.login_id, CHOSEN, NOW + Duration::SECOND).await.unwrap();
    assert!(matches!(attempt(&member.login_id, "wrong", NOW + Duration::SECOND).await, Err(SignInError::Refused)));
}

#[tokio::test]
async fn of_many_guesses_at_once_only_the_free_ones_are_judged() {
    let house = House::new().await;
    let member = house.member(&[], CHOSEN).await.staff;
    let before = house.vault.passwords.hashed();
    let guesses = (0..16).map(|n| {
        let (db, vault, claim) =
            (house.db.clone(), house.vault.clone(), claim(&member.login_id, &format!("guess {n}")));
        tokio::spawn(async move { sign_in::staff(&db, &vault, &claim, NOW).await.map(|_| ()) })
    });
    let guesses: Vec<_> = guesses.collect();
    for guess in guesses {
        assert!(guess.await.unwrap().is_err());
    }
    assert!(house.vault.passwords.hashed() - before <= 5, "{}", house.vault.passwords.hashed() - before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_that_the_old_password_opened_survives_its_change() {
    let house = House::new().await;
    let issued = house.issue(&[post("ticket:front")]).await;
    let first = claim(&issued.staff.login_id, issued.one_time_password.reveal());
    sign_in::change_staff_password(&house.db, &house.vault, &first, &Password::new(CHOSEN), NOW).await.unwrap();

    let (old, changed) = (claim(&issued.staff.login_id, CHOSEN), AtomicBool::new(false));
    let later = NOW + Duration::SECOND;
    let change = async {
        let new = Password::new("paper lanterns over the river");
        sign_in::change_staff_password(&house.db, &house.vault, &old, &new, later).await.unwrap();
        changed.store(true, Ordering::SeqCst);
    };
    let rush = async || {
        let mut opened = Vec::new();
        while !changed.load(Ordering::SeqCst) {
            opened.extend(sign_in::staff(&house.db, &house.vault, &old, NOW).await.ok());
        }
        opened
    };
    let ((), one, other) = tokio::join!(change, rush(), rush());
    for opened in one.iter().chain(&other) {
        assert!(resolve(&house, opened.token.reveal(), later).await.is_err());
    }
}

#[tokio::test]
async fn two_sign_ins_at_once_open_two_sessions_that_end_one_by_one_or_all_together() {
    let house = House::new().await;
    let member = house.member(&[], CHOSEN).await.staff;
    let claim = claim(&member.login_id, CHOSEN);
    let (one, two) = tokio::join!(
        sign_in::staff(&house.db, &house.vault, &claim, NOW),
        sign_in::staff(&house.db, &house.vault, &claim, NOW)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.token.reveal(), two.token.reveal());
    let scope = house.scope(Actor::Staff(member.id));
    let principal = member.id.uuid();
    assert_eq!(house.db.read(&scope, async |tx| session::list(tx, principal, NOW).await).await.unwrap().len(), 2);
    house.db.tenant(&scope, async |tx| session::end(tx, principal, one.id, NOW).await).await.unwrap();
    assert!(matches!(resolve(&house, one.token.reveal(), NOW).await, Err(ResolveError::Revoked)));
    assert!(resolve(&house, two.token.reveal(), NOW).await.is_ok());
    house.db.tenant(&house.scope(Actor::System), async |tx| staff::disable(tx, member.id, NOW).await).await.unwrap();
    assert!(resolve(&house, two.token.reveal(), NOW).await.is_err());
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_at_its_absolute_end_anyway() {
    let house = House::new().await;
    let member = house.member(&[], CHOSEN).await.staff;
    let opened = sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await.unwrap();
    let token = opened.token.reveal();
    let mut at = NOW;
    for _ in 0..24 {
        at += Duration::minutes(29);
        assert!(resolve(&house, token, at).await.is_ok(), "{at}");
    }
    assert!(matches!(resolve(&house, token, NOW + Duration::hours(12)).await, Err(ResolveError::Expired)));

    let opened = sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await.unwrap();
    let idle = resolve(&house, opened.token.reveal(), NOW + Duration::minutes(32)).await;
    assert!(matches!(idle, Err(ResolveError::Idle)));
}

#[tokio::test]
async fn whoever_is_taken_off_the_roster_is_out_at_once() {
    let house = House::new().await;
    let member = house.member(&[post("core:manager")], CHOSEN).await.staff;
    let opened = sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await.unwrap();
    house
        .db
        .operator_within(&house.operator, house.tenant, async |tx| roster::remove(tx, member.roster_member, NOW).await)
        .await
        .unwrap();
    assert!(matches!(resolve(&house, opened.token.reveal(), NOW).await, Err(ResolveError::Disabled)));
    let again = sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await;
    assert!(matches!(again, Err(SignInError::Refused)));
}

#[tokio::test]
async fn changed_roles_and_ended_subscriptions_count_from_the_next_request() {
    let house = House::new().await;
    let member = house.member(&[post("ticket:viewer")], CHOSEN).await.staff;
    let opened = sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await.unwrap();
    let request = RequestId::random();
    let may = async |permission| resolve(&house, opened.token.reveal(), NOW).await.unwrap().may(permission, request);
    assert!(may(Permission::SellTickets).await.is_err());
    let posts = [post("ticket:front")];
    let set = house
        .db
        .tenant(&house.scope(Actor::System), async |tx| staff::set_posts(tx, member.id, &posts, Some(1), NOW).await)
        .await
        .unwrap();
    assert_eq!(set.version, 2);
    assert!(may(Permission::SellTickets).await.is_ok());
    let stale = house
        .db
        .tenant(&house.scope(Actor::System), async |tx| staff::set_posts(tx, member.id, &posts, Some(1), NOW).await)
        .await;
    assert!(matches!(stale, Err(staff::StaffError::Stale)));

    let ended = async |tx: &mut db::TenantTx| {
        let subscription = subscription::list(tx).await?.remove(0);
        subscription::end_on(tx, subscription.id, date!(2026 - 11 - 21), NOW).await
    };
    house.db.operator_within(&house.operator, house.tenant, ended).await.unwrap();
    assert!(matches!(may(Permission::SellTickets).await, Err(principal::Denied::NotSubscribed(Service::Ticket))));
}

#[tokio::test]
async fn nobody_changes_their_own_roles() {
    let house = House::new().await;
    let member = house.member(&[post("core:manager")], CHOSEN).await.staff;
    let own = house.scope(Actor::Staff(member.id));
    let posts = [post("ticket:manager")];
    let raised = house.db.tenant(&own, async |tx| staff::set_posts(tx, member.id, &posts, None, NOW).await).await;
    assert!(matches!(raised, Err(staff::StaffError::OneSelf)));
}

#[tokio::test]
async fn a_key_is_known_by_its_token_and_a_rotation_leaves_the_old_one_its_overlap() {
    let house = House::new().await;
    let old = make(&house, &draft(Kind::Secret)).await;
    assert!(old.token.reveal().starts_with("sk_live_"));
    assert_eq!(old.key.expires_at, Some(NOW + Duration::days(365)));
    let caller = resolve(&house, old.token.reveal(), NOW).await.unwrap();
    assert_eq!(caller.actor, Actor::Key(old.key.id));
    assert!(caller.live && caller.permissions.has(Permission::SellTickets));

    let (pepper, id, scope) = (&house.vault.pepper, old.key.id, house.scope(Actor::System));
    let rotate = async || {
        let overlap = Duration::hours(48);
        house.db.tenant(&scope, async |tx| key::rotate(tx, pepper, true, id, overlap, NOW).await).await
    };
    let (one, two) = tokio::join!(rotate(), rotate());
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "a key is replaced once");
    let over = if one.is_err() { one.as_ref().err() } else { two.as_ref().err() };
    assert!(matches!(over, Some(KeyError::Over)));
    let new = one.or(two).unwrap();
    let later = NOW + Duration::hours(47);
    assert!(resolve(&house, old.token.reveal(), later).await.is_ok());
    assert!(resolve(&house, new.token.reveal(), later).await.is_ok());
    let after = NOW + Duration::hours(48);
    assert!(matches!(resolve(&house, old.token.reveal(), after).await, Err(ResolveError::Expired)));
    assert_eq!(new.key.scopes, old.key.scopes);

    house.db.tenant(&scope, async |tx| key::revoke(tx, new.key.id, after).await).await.unwrap();
    assert!(matches!(resolve(&house, new.token.reveal(), after).await, Err(ResolveError::Revoked)));
    let ask = PageAsk { limit: 10, after: None };
    let listed = house.db.read(&scope, async |tx| key::list(tx, &ask).await).await.unwrap();
    assert_eq!(listed.items.len(), 2);
    // made in the same millisecond, the two are in no promised order
    let replaced = listed.items.iter().find(|key| key.id == old.key.id).unwrap();
    assert_eq!(replaced.replaced_by, Some(new.key.id));
}

#[tokio::test]
async fn a_publishable_key_works_only_from_its_pages() {
    let house = House::new().await;
    let shown = make(&house, &draft(Kind::Publishable)).await;
    let caller = resolve(&house, shown.token.reveal(), NOW).await.unwrap();
    assert!(caller.admit_origin(Some("https://example.jp")).is_ok());
    assert_eq!(caller.admit_origin(Some("https://evil.jp")), Err(principal::Denied::OriginNotAllowed));
    assert_eq!(caller.admit_origin(None), Err(principal::Denied::OriginRequired));
    assert!(!caller.permissions.has(Permission::SellTickets));
}

#[tokio::test]
async fn a_sandbox_has_keys_of_its_own_and_follows_the_contract_of_its_tenant() {
    let house = House::new().await;
    let sandbox = kernel::ids::TenantId::new(NOW);
    let open = async |tx: &mut db::TenantTx| tenant::open_sandbox(tx, sandbox, NOW).await;
    house.db.operator_within(&house.operator, house.tenant, open).await.unwrap();
    let again = house.db.operator_within(&house.operator, house.tenant, open).await;
    assert!(matches!(again, Err(tenant::OpenSandboxError::Exists)));

    let live = make(&house, &draft(Kind::Secret)).await;
    let maker = resolve(&house, live.token.reveal(), NOW).await.unwrap();
    let scope = maker.in_sandbox(&house.scope(Actor::System)).unwrap();
    let (pepper, own) = (&house.vault.pepper, maker.permissions);
    let wanted = &KeyDraft { scopes: key::scopes_by_default(Kind::Secret, own), ..draft(Kind::Secret) };
    let test =
        house.db.tenant(&scope, async |tx| key::create(tx, pepper, false, own, wanted, NOW).await).await.unwrap();
    assert!(test.token.reveal().starts_with("sk_test_"));
    let caller = resolve(&house, test.token.reveal(), NOW).await.unwrap();
    assert_eq!((caller.tenant, caller.live), (Some(sandbox), false));
    assert_eq!(caller.services, [Service::Ticket]);
    let ask = PageAsk { limit: 10, after: None };
    let own = house.db.read(&house.scope(Actor::System), async |tx| key::list(tx, &ask).await).await.unwrap();
    assert_eq!(own.items.len(), 1, "the tenant does not see the keys of its sandbox among its own");
}

#[tokio::test]
async fn operators_sign_in_on_their_own_plane_only() {
    let house = House::new().await;
    let (id, password) = operator::create(&house.db, &house.vault, "Hayashi", "林", None, NOW).await.unwrap();
    let again = operator::create(&house.db, &house.vault, "hayashi", "林", None, NOW).await;
    assert!(matches!(again, Err(operator::CreateOperatorError::Exists)));
    let claim = claim(" HAYASHI ", password.reveal());
    assert!(matches!(sign_in::staff(&house.db, &house.vault, &claim, NOW).await, Err(SignInError::Refused)));
    let opened = sign_in::operator(&house.db, &house.vault, &claim, NOW).await.unwrap();
    let caller = resolve(&house, opened.token.reveal(), NOW).await.unwrap();
    assert_eq!(caller.actor, Actor::Operator(id));
    assert!(caller.may_operate(Permission::OperateTenants, RequestId::random()).is_ok());
    assert!(caller.may(Permission::ReadTenant, RequestId::random()).is_err());
    let ask = PageAsk { limit: 10, after: None };
    let listed = house.db.operator(&house.operator, async |tx| tenant::list(tx, &ask).await).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    let own = kernel::OperatorScope::assume(Actor::Operator(id), RequestId::random());
    house.db.operator(&own, async |tx| session::end_operator(tx, opened.id, NOW).await).await.unwrap();
    assert!(matches!(resolve(&house, opened.token.reveal(), NOW).await, Err(ResolveError::Revoked)));
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten_and_nothing_else() {
    let house = House::new().await;
    let member = house.member(&[], CHOSEN).await.staff;
    let opened = sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await.unwrap();
    let key = make(&house, &draft(Kind::Secret)).await;
    let _ = sign_in::staff(&house.db, &house.vault, &claim("nobody", "wrong"), NOW).await;
    assert_eq!(sign_in::forget_sessions(&house.db, opened.expires_at).await.unwrap(), 0);
    let later = NOW + Duration::days(400);
    assert_eq!(sign_in::forget_sessions(&house.db, later).await.unwrap(), 1);
    assert_eq!(sign_in::forget_claims(&house.db, later).await.unwrap(), 2);
    assert!(resolve(&house, key.token.reveal(), NOW).await.is_ok());
    sign_in::staff(&house.db, &house.vault, &claim(&member.login_id, CHOSEN), NOW).await.unwrap();
}

#[tokio::test]
async fn no_service_and_no_operator_reads_a_hash() {
    let house = House::new().await;
    house.member(&[], CHOSEN).await;
    for role in ["svc_core", "svc_ticket", "svc_operator", "itsudemo_app"] {
        for (table, column) in [
            ("credentials", "hash"),
            ("staff_passwords", "hash"),
            ("operators", "hash"),
            ("sign_in_attempts", "login_hash"),
        ] {
            let refused = house.try_as(role, &format!("SELECT {column} FROM tenancy.{table}")).await;
            assert!(refused.is_err_and(|text| text.contains("permission denied")), "{role} {table}");
        }
        if role != "itsudemo_app" {
            let resolved = house.try_as(role, "SELECT tenancy.resolve_credential('', now())").await;
            assert!(resolved.is_err_and(|text| text.contains("permission denied")), "{role}");
        }
    }
}
