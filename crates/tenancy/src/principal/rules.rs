//! What a credential's row means.

use db::Fault;
use kernel::{Actor, Id, Instant, Service, clock::civil_day};
use time::Duration;

use super::{KeyClass, Principal, ResolveError, sql::Row};
use crate::{
    origin::Origin,
    permission::{Permission, PermissionSet},
    role::{OF_EVERYBODY, Post},
};

/// A use is noted once a minute, so a session lives up to a minute longer than its idle time, never shorter.
const USE_IS_NOTED_EVERY: Duration = Duration::MINUTE;

/// Without this term in the contract the journal is disclosed on request only (white paper 3.3).
const JOURNAL_FLAG: &str = "audit_self_service";

/// The caller behind a row, or why it opens nothing.
pub(super) fn principal(row: &Row, now: Instant) -> Result<Principal, ResolveError> {
    let (class, actor) = holder(row)?;
    if row.revoked_at.is_some_and(|at| at <= now) {
        return Err(ResolveError::Revoked);
    }
    if row.expires_at.is_some_and(|at| at <= now) {
        return Err(ResolveError::Expired);
    }
    if is_idle(row, now) {
        return Err(ResolveError::Idle);
    }
    if row.disabled {
        return Err(ResolveError::Disabled);
    }
    if row.tenant_id.is_some() {
        in_period(row, now)?;
    }
    let services = services(row);
    Ok(Principal {
        actor,
        credential: row.id,
        class,
        tenant: row.tenant_id.map(Id::from_uuid),
        live: row.sandbox_of.is_none(),
        sandbox: row.sandbox_id.map(Id::from_uuid),
        permissions: permissions(row, class, &services),
        services,
        origins: row.origins.iter().filter_map(|text| Origin::parse(text).ok()).collect(),
    })
}

/// Whether this use should be written down.
pub(super) fn use_is_due(row: &Row, now: Instant) -> bool {
    row.last_used_at.is_none_or(|at| now - at >= USE_IS_NOTED_EVERY)
}

fn holder(row: &Row) -> Result<(KeyClass, Actor), ResolveError> {
    let id = row.principal_id;
    Ok(match row.kind.as_str() {
        "secret" => (KeyClass::Secret, Actor::Key(Id::from_uuid(id))),
        "publishable" => (KeyClass::Publishable, Actor::Guest(Id::from_uuid(id))),
        "device" => (KeyClass::Device, Actor::Device(Id::from_uuid(id))),
        "staff" => (KeyClass::Staff, Actor::Staff(Id::from_uuid(id))),
        "patron" => (KeyClass::Patron, Actor::Patron(Id::from_uuid(id))),
        "operator" => (KeyClass::Operator, Actor::Operator(Id::from_uuid(id))),
        _ => return Err(Fault::Unexpected("a credential has a known kind").into()),
    })
}

fn is_idle(row: &Row, now: Instant) -> bool {
    let (Some(idle), Some(used)) = (row.idle_seconds, row.last_used_at) else { return false };
    now - used > Duration::seconds(idle.into()) + USE_IS_NOTED_EVERY
}

/// The contract's days are whole days in Japan, both included.
fn in_period(row: &Row, now: Instant) -> Result<(), ResolveError> {
    let today = civil_day(now);
    match (row.starts_on, row.ends_on) {
        (Some(starts_on), Some(ends_on)) if today >= starts_on && today <= ends_on => Ok(()),
        (_, Some(ends_on)) if today > ends_on => Err(ResolveError::Ended),
        _ => Err(ResolveError::NotStarted),
    }
}

fn services(row: &Row) -> Vec<Service> {
    row.services.iter().filter_map(|name| name.parse().ok()).collect()
}

fn permissions(row: &Row, class: KeyClass, services: &[Service]) -> PermissionSet {
    let listed = || row.scopes.iter().filter_map(|code| code.parse::<Permission>().ok());
    let audience = |may: fn(&Permission) -> bool| Permission::ALL.iter().copied().filter(may).collect();
    let granted = match class {
        KeyClass::Secret => listed().filter(|p| !p.audience().operator).collect(),
        KeyClass::Publishable => listed().filter(|p| p.audience().guest).collect(),
        KeyClass::Device => listed().filter(|p| p.audience().device).collect(),
        KeyClass::Patron => audience(|p| p.audience().patron),
        KeyClass::Operator => audience(|p| p.audience().operator),
        KeyClass::Staff => row
            .roles
            .iter()
            .filter_map(|text| Post::parse(text))
            .filter(|post| post.service == Service::Core || services.contains(&post.service))
            .fold(OF_EVERYBODY, |set, post| set.with(post.role.permissions(post.service))),
    };
    let discloses = row.flags.iter().any(|flag| flag == JOURNAL_FLAG);
    if discloses { granted } else { granted.without(Permission::ReadJournal) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    const NOW: Instant = datetime!(2026-11-22 03:00 UTC);

    fn row(kind: &str) -> Row {
        Row {
            kind: kind.to_owned(),
            id: Uuid::from_u128(1),
            principal_id: Uuid::from_u128(2),
            tenant_id: (kind != "operator").then_some(Uuid::from_u128(3)),
            sandbox_of: None,
            sandbox_id: None,
            scopes: vec![],
            origins: vec![],
            expires_at: None,
            revoked_at: None,
            idle_seconds: None,
            last_used_at: Some(NOW),
            starts_on: Some(date!(2026 - 04 - 01)),
            ends_on: Some(date!(2027 - 03 - 31)),
            flags: vec![],
            services: vec!["ticket".to_owned()],
            roles: vec![],
            disabled: false,
        }
    }

    #[test]
    fn a_contract_counts_from_its_first_to_its_last_day_in_japan() {
        let at = |now| principal(&row("secret"), now);
        assert!(matches!(at(datetime!(2026-03-31 14:59:59 UTC)), Err(ResolveError::NotStarted)));
        assert!(at(datetime!(2026-03-31 15:00 UTC)).is_ok());
        assert!(at(datetime!(2027-03-31 14:59:59 UTC)).is_ok());
        assert!(matches!(at(datetime!(2027-03-31 15:00 UTC)), Err(ResolveError::Ended)));
    }

    #[test]
    fn a_tenant_without_a_contract_opens_nothing() {
        let row = Row { starts_on: None, ends_on: None, ..row("staff") };
        assert!(matches!(principal(&row, NOW), Err(ResolveError::NotStarted)));
    }

    #[test]
    fn an_end_is_an_end_at_its_very_moment() {
        assert!(matches!(principal(&Row { expires_at: Some(NOW), ..row("secret") }, NOW), Err(ResolveError::Expired)));
        assert!(matches!(principal(&Row { revoked_at: Some(NOW), ..row("secret") }, NOW), Err(ResolveError::Revoked)));
        assert!(principal(&Row { expires_at: Some(NOW + Duration::SECOND), ..row("secret") }, NOW).is_ok());
    }

    #[test]
    fn a_session_lives_its_idle_time_and_at_most_a_minute_more() {
        let row = Row { idle_seconds: Some(1_800), ..row("staff") };
        assert!(principal(&row, NOW + Duration::minutes(30)).is_ok());
        assert!(matches!(principal(&row, NOW + Duration::seconds(1_861)), Err(ResolveError::Idle)));
    }

    #[test]
    fn roles_count_only_in_services_that_are_subscribed() {
        let roles = vec!["venue:manager".to_owned(), "ticket:gate".to_owned()];
        let caller = principal(&Row { roles, ..row("staff") }, NOW).unwrap();
        assert!(caller.permissions.has(Permission::AdmitTickets));
        assert!(!caller.permissions.has(Permission::RefundPayment));
    }

    #[test]
    fn a_scope_beyond_the_audience_gives_nothing() {
        let scopes: Vec<String> = Permission::ALL.iter().map(|p| p.code().to_owned()).collect();
        for (kind, forbidden) in [
            ("publishable", Permission::SellTickets),
            ("device", Permission::WriteCatalogue),
            ("secret", Permission::OperateTenants),
        ] {
            let caller = principal(&Row { scopes: scopes.clone(), ..row(kind) }, NOW).unwrap();
            assert!(!caller.permissions.has(forbidden), "{kind}");
        }
    }

    #[test]
    fn the_journal_is_read_only_where_the_contract_says_so() {
        let roles = vec!["core:manager".to_owned()];
        let without = Row { roles, ..row("staff") };
        let with = Row { flags: vec![JOURNAL_FLAG.to_owned()], ..without.clone() };
        assert!(!principal(&without, NOW).unwrap().permissions.has(Permission::ReadJournal));
        assert!(principal(&with, NOW).unwrap().permissions.has(Permission::ReadJournal));
    }

    #[test]
    fn an_unsubscribed_service_does_not_exist_and_an_operator_has_no_tenant() {
        let request = kernel::RequestId::random();
        let staff = principal(&Row { services: vec![], ..row("staff") }, NOW).unwrap();
        assert!(matches!(staff.may(Permission::ReadCatalogue, request), Err(super::super::Denied::NotSubscribed(_))));
        let operator = principal(&row("operator"), NOW).unwrap();
        assert!(operator.may(Permission::OperateTenants, request).is_err());
        assert!(operator.may_operate(Permission::OperateTenants, request).is_ok());
        assert!(staff.may_operate(Permission::OperateTenants, request).is_err());
    }
}
