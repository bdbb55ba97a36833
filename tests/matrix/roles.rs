//! Each role × operation, as the committed table of roles has it.

use std::collections::BTreeSet;

use tenancy::token::{Token, TokenKind};
use testkit::{Cluster, Twins};
use tests::TestApp;
use uuid::Uuid;

use crate::operations;

/// A session of staff who hold one role in one service.
pub async fn session(app: &TestApp, service: &str, role: &str) -> String {
    let token = Token::random(TokenKind::StaffSession);
    let hash: String = token
        .hash(Twins::keyring(Cluster::shared()).credential_pepper())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (tenant, staff, member) = (app.test.twins.first.tenant.uuid(), Uuid::new_v4(), Uuid::new_v4());
    let now = app.clock.now();
    let at = format!("to_timestamp({})", now.unix_timestamp());
    app.test
        .execute(&format!(
            "INSERT INTO tenancy.roster_members (tenant_id, id, name, created_at) VALUES ('{tenant}', '{member}', '職員', {at}); \
             INSERT INTO tenancy.staff (tenant_id, id, roster_member_id, login_id, created_at) \
               VALUES ('{tenant}', '{staff}', '{member}', 'clerk-{staff}', {at}); \
             INSERT INTO tenancy.staff_roles (tenant_id, staff_id, service, role) VALUES ('{tenant}', '{staff}', '{service}', '{role}'); \
             INSERT INTO tenancy.credentials (hash, tenant_id, id, kind, principal_id, hint, created_at, last_used_at, expires_at, idle_seconds) \
               VALUES ('\\x{hash}', '{tenant}', gen_random_uuid(), 'staff', '{staff}', 'ses_test', {at}, {at}, {at} + interval '12 hours', 1800)"
        ))
        .await;
    token.reveal().to_owned()
}

/// What the committed table gives a role in a service.
fn granted(service: &str, role: &str) -> BTreeSet<String> {
    let table = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/roles.txt")).unwrap();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let (of, as_, code) = (words.next()?, words.next()?, words.next()?);
        (of == service && as_ == role).then(|| code.to_owned())
    };
    table.lines().filter_map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_may_do_exactly_what_the_committed_table_gives_their_role() {
    let app = TestApp::new().await;
    for service in ["core", "ticket", "venue", "course"] {
        for role in ["manager", "editor", "front", "finance", "gate", "viewer", "approver"] {
            let client = app.with(&session(&app, service, role).await);
            let granted = granted(service, role);
            for operation in operations().into_iter().filter(|operation| operation.permission != "public") {
                let body = operation.body();
                let answer = client
                    .send(operation.method.clone(), &operation.nowhere(), &operation.headers(), body.as_ref())
                    .await;
                let denied = answer.status == 403 && answer.code() == "permission_denied";
                let expected = !granted.contains(&operation.permission);
                assert_eq!(denied, expected, "{service}:{role} {}: {} {}", operation.id, answer.status, answer.text);
            }
        }
    }
}
