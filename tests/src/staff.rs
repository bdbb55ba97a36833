//! Staff of the first twin, signed in.

use tenancy::token::{Token, TokenKind};
use testkit::{Cluster, Twins};
use uuid::Uuid;

use crate::TestApp;

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
