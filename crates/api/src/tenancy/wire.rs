//! Between the wire and the register: plain translations.

use ::tenancy::{
    Permission, Principal, contract as terms, key, password::Password, problems, role, roster, session, sign_in, staff,
    subscription, tenant,
};
use contract::{
    ApiError, Word,
    tenancy::{
        ApiKey, ApiKeyCreated, ApiKeyKind, ApiKeyRequest, Contract, ContractFlag, ContractRequest, OperatorSession,
        RoleAssignment, RoleName, RosterMember, Sandbox, ServiceName, Session, SignInRequest, Staff, StaffIssued,
        StaffSession, SubscribableService, Subscription, Tenant, TenantOverview, TenantRegistration, TenantRequest,
        TenantStatus,
    },
};
use kernel::{Actor, Instant, RequestId, Service};

pub fn claim(ask: &SignInRequest, request_id: RequestId) -> sign_in::Claim {
    sign_in::Claim { login_id: ask.login_id.clone(), password: Password::new(&ask.password), request_id }
}

/// A session of staff; nothing for anybody else's.
pub fn staff_session(opened: &session::Opened) -> Option<StaffSession> {
    let Actor::Staff(staff) = opened.actor else { return None };
    Some(StaffSession {
        id: opened.id.into(),
        token: opened.token.reveal().to_owned(),
        expires_at: opened.expires_at.into(),
        staff: staff.into(),
        tenant: opened.tenant?.into(),
    })
}

/// A session of an operator; nothing for anybody else's.
pub fn operator_session(opened: &session::Opened) -> Option<OperatorSession> {
    let Actor::Operator(operator) = opened.actor else { return None };
    Some(OperatorSession {
        id: opened.id.into(),
        token: opened.token.reveal().to_owned(),
        expires_at: opened.expires_at.into(),
        operator: operator.into(),
    })
}

pub fn session(session: session::Session, current: uuid::Uuid) -> Session {
    Session {
        current: session.id.uuid() == current,
        id: session.id.into(),
        hint: session.hint,
        created_at: session.created_at.into(),
        expires_at: session.expires_at.into(),
        last_used_at: session.last_used_at.map(Into::into),
    }
}

const fn service_name(service: Service) -> ServiceName {
    match service {
        Service::Core => ServiceName::Core,
        Service::Ticket => ServiceName::Ticket,
        Service::Venue => ServiceName::Venue,
        Service::Course => ServiceName::Course,
    }
}

const fn service(name: ServiceName) -> Service {
    match name {
        ServiceName::Core => Service::Core,
        ServiceName::Ticket => Service::Ticket,
        ServiceName::Venue => Service::Venue,
        ServiceName::Course => Service::Course,
    }
}

pub const fn subscribable(service: SubscribableService) -> Service {
    match service {
        SubscribableService::Ticket => Service::Ticket,
        SubscribableService::Venue => Service::Venue,
        SubscribableService::Course => Service::Course,
    }
}

const fn subscribed(service: Service) -> Option<SubscribableService> {
    match service {
        Service::Core => None,
        Service::Ticket => Some(SubscribableService::Ticket),
        Service::Venue => Some(SubscribableService::Venue),
        Service::Course => Some(SubscribableService::Course),
    }
}

pub fn posts(roles: &[RoleAssignment]) -> Vec<role::Post> {
    let role = |name| match name {
        RoleName::Manager => role::Role::Manager,
        RoleName::Editor => role::Role::Editor,
        RoleName::Front => role::Role::Front,
        RoleName::Finance => role::Role::Finance,
        RoleName::Gate => role::Role::Gate,
        RoleName::Viewer => role::Role::Viewer,
        RoleName::Approver => role::Role::Approver,
    };
    roles.iter().map(|given| role::Post { service: service(given.service), role: role(given.role) }).collect()
}

fn roles(posts: &[role::Post]) -> Vec<RoleAssignment> {
    let name = |role| match role {
        role::Role::Manager => RoleName::Manager,
        role::Role::Editor => RoleName::Editor,
        role::Role::Front => RoleName::Front,
        role::Role::Finance => RoleName::Finance,
        role::Role::Gate => RoleName::Gate,
        role::Role::Viewer => RoleName::Viewer,
        role::Role::Approver => RoleName::Approver,
    };
    posts.iter().map(|post| RoleAssignment { service: service_name(post.service), role: name(post.role) }).collect()
}

pub fn member(member: roster::RosterMember) -> RosterMember {
    RosterMember {
        id: member.id.into(),
        name: member.name,
        department: member.department,
        created_at: member.created_at.into(),
        removed_at: member.removed_at.map(Into::into),
    }
}

pub fn staff(staff: staff::Staff) -> Staff {
    Staff {
        active: staff.disabled_at.is_none() && !staff.off_roster,
        id: staff.id.into(),
        roster_member: staff.roster_member.into(),
        name: staff.name,
        department: staff.department,
        login_id: staff.login_id,
        roles: roles(&staff.posts),
        created_at: staff.created_at.into(),
        disabled_at: staff.disabled_at.map(Into::into),
        change_password_until_at: staff.one_time_until.map(Into::into),
        version: staff.version,
    }
}

pub fn issued(issued: staff::Issued) -> StaffIssued {
    StaffIssued {
        one_time_password: issued.one_time_password.reveal().to_owned(),
        expires_at: issued.one_time_until.into(),
        staff: staff(issued.staff),
    }
}

const fn key_kind(kind: ApiKeyKind) -> key::Kind {
    match kind {
        ApiKeyKind::Secret => key::Kind::Secret,
        ApiKeyKind::Publishable => key::Kind::Publishable,
        ApiKeyKind::Device => key::Kind::Device,
    }
}

/// A key to be, with the scopes its kind and its maker stand for when none are named.
pub fn key_draft(ask: &ApiKeyRequest, maker: &Principal) -> Result<key::KeyDraft, ApiError> {
    let kind = key_kind(ask.kind);
    let known = |code: &Word| {
        code.as_str()
            .parse::<Permission>()
            .map_err(|()| ApiError::of(problems::KEY_SCOPE_UNKNOWN.refuse().fact("scope", code.as_str())))
    };
    let scopes = match &ask.scopes {
        Some(codes) => codes.iter().map(known).collect::<Result<_, _>>()?,
        None => key::scopes_by_default(kind, maker.permissions),
    };
    Ok(key::KeyDraft {
        kind,
        name: ask.name.clone(),
        scopes,
        origins: Word::texts(&ask.origins),
        expires_at: ask.expires_at.map(|at| at.0),
    })
}

pub fn key(key: key::Key, now: Instant) -> ApiKey {
    ApiKey {
        active: key.revoked_at.is_none() && key.expires_at.is_none_or(|at| at > now),
        id: key.id.into(),
        kind: match key.kind {
            key::Kind::Secret => ApiKeyKind::Secret,
            key::Kind::Publishable => ApiKeyKind::Publishable,
            key::Kind::Device => ApiKeyKind::Device,
        },
        name: key.name,
        hint: key.hint,
        scopes: key.scopes.iter().map(|scope| scope.code().to_owned()).collect(),
        origins: key.origins,
        created_at: key.created_at.into(),
        created_by: key.created_by,
        expires_at: key.expires_at.map(Into::into),
        last_used_at: key.last_used_at.map(Into::into),
        revoked_at: key.revoked_at.map(Into::into),
        replaced_by: key.replaced_by.map(Into::into),
    }
}

pub fn key_created(shown: key::Shown, now: Instant) -> ApiKeyCreated {
    ApiKeyCreated { secret: shown.token.reveal().to_owned(), key: key(shown.key, now) }
}

const fn status(status: tenant::Status) -> TenantStatus {
    match status {
        tenant::Status::NotStarted => TenantStatus::NotStarted,
        tenant::Status::Active => TenantStatus::Active,
        tenant::Status::Ended => TenantStatus::Ended,
        tenant::Status::Purged => TenantStatus::Purged,
        tenant::Status::BackupsExpired => TenantStatus::BackupsExpired,
    }
}

pub fn tenant_draft(ask: &TenantRequest) -> tenant::TenantDraft {
    tenant::TenantDraft {
        name: ask.name.clone(),
        request: tenant::Request {
            requested_by: ask.request.requested_by.clone(),
            received_at: ask.request.received_at.0,
            document_ref: ask.request.document_ref.clone(),
            explained_at: ask.request.explained_at.0,
        },
    }
}

pub fn tenant(tenant: tenant::Tenant, now: Instant) -> Tenant {
    Tenant {
        status: status(tenant.status(now)),
        id: tenant.id.into(),
        name: tenant.name,
        created_at: tenant.created_at.into(),
        request: tenant.request.map(|request| TenantRegistration {
            requested_by: request.requested_by,
            received_at: request.received_at.into(),
            document_ref: request.document_ref,
            explained_at: request.explained_at.into(),
        }),
        sandbox_of: tenant.sandbox_of.map(Into::into),
        sandbox: tenant.sandbox.map(Into::into),
        contract: tenant.contract.map(terms),
    }
}

pub fn overview(
    tenant: tenant::Tenant,
    subscriptions: Vec<subscription::Subscription>,
    caller: &Principal,
    now: Instant,
) -> TenantOverview {
    TenantOverview {
        // who reads this has shown a credential that works, also in a sandbox, which has no contract of its own
        status: if caller.live { status(tenant.status(now)) } else { TenantStatus::Active },
        id: tenant.id.into(),
        name: tenant.name,
        live: caller.live,
        sandbox: tenant.sandbox.map(Into::into),
        contract: tenant.contract.map(terms),
        subscriptions: subscriptions.into_iter().filter_map(|of| subscription(of, now)).collect(),
        services: caller.services.iter().filter_map(|service| subscribed(*service)).collect(),
    }
}

pub fn terms_draft(ask: &ContractRequest) -> terms::ContractDraft {
    let flag = |flag: &ContractFlag| match flag {
        ContractFlag::AuditSelfService => "audit_self_service".to_owned(),
        ContractFlag::SharedMembership => "shared_membership".to_owned(),
    };
    terms::ContractDraft {
        starts_on: ask.starts_on.0,
        ends_on: ask.ends_on.0,
        retention_days: ask.retention_days.unwrap_or(terms::RETENTION_DAYS),
        backup_days: ask.backup_days.unwrap_or(terms::BACKUP_DAYS),
        flags: ask.flags.iter().map(flag).collect(),
        document_ref: ask.document_ref.clone(),
    }
}

pub fn terms(contract: terms::Contract) -> Contract {
    let flag = |flag: &String| match flag.as_str() {
        "audit_self_service" => Some(ContractFlag::AuditSelfService),
        "shared_membership" => Some(ContractFlag::SharedMembership),
        _ => None,
    };
    Contract {
        id: contract.id.into(),
        version: contract.version,
        starts_on: contract.starts_on.into(),
        ends_on: contract.ends_on.into(),
        retention_days: contract.retention_days,
        backup_days: contract.backup_days,
        flags: contract.flags.iter().filter_map(flag).collect(),
        document_ref: contract.document_ref,
        recorded_at: contract.recorded_at.into(),
    }
}

/// A subscription; nothing for what cannot be subscribed.
pub fn subscription(of: subscription::Subscription, now: Instant) -> Option<Subscription> {
    Some(Subscription {
        active: of.is_active(now),
        id: of.id.into(),
        service: subscribed(of.service)?,
        starts_on: of.starts_on.into(),
        ends_on: of.ends_on.into(),
    })
}

/// A sandbox; nothing for a tenant that is none.
pub fn sandbox(tenant: &tenant::Tenant) -> Option<Sandbox> {
    Some(Sandbox { id: tenant.id.into(), sandbox_of: tenant.sandbox_of?.into(), created_at: tenant.created_at.into() })
}
