//! Tenants, contracts and subscriptions on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Date, Instant, Ref};

/// A service, or what services share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ServiceName {
    /// What the services share: staff, keys, patrons, bills.
    Core,
    /// いつでも発券.
    Ticket,
    /// いつでも貸館.
    Venue,
    /// いつでも学習.
    Course,
}

/// A service that can be subscribed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SubscribableService {
    /// いつでも発券.
    Ticket,
    /// いつでも貸館.
    Venue,
    /// いつでも学習.
    Course,
}

/// Where a tenant stands. It follows from the dates of the contract and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TenantStatus {
    /// No contract, or its first day has not come.
    NotStarted,
    /// Between the first and the last day, both included.
    Active,
    /// After the last day: nobody signs in, no key works; the data is still there.
    Ended,
    /// The retention days are over: the data is to be gone.
    Purged,
    /// The backup days are over: no copy is to be left.
    BackupsExpired,
}

/// The request that a tenant exists for (white paper 5.1).
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TenantRegistration {
    /// Who asked for it, as the paper has it.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub requested_by: String,
    /// When the request was received.
    pub received_at: Instant,
    /// The paper it is on.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub document_ref: String,
    /// When the service was explained to them.
    pub explained_at: Instant,
}

/// A tenant to be registered.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TenantRequest {
    /// The contractor's name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The recorded request; there is no tenant without one.
    pub request: TenantRegistration,
}

/// 契約者.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Tenant {
    pub id: Ref<kind::Tenant>,
    pub name: String,
    pub status: TenantStatus,
    pub created_at: Instant,
    /// The recorded request; a sandbox has none.
    pub request: Option<TenantRegistration>,
    /// The tenant this sandbox belongs to.
    pub sandbox_of: Option<Ref<kind::Tenant>>,
    /// The sandbox of this tenant, reached by `sk_test_` and `pk_test_` keys.
    pub sandbox: Option<Ref<kind::Tenant>>,
    /// The version that counts.
    pub contract: Option<Contract>,
}

/// One's own tenant: its contract and what it has subscribed to.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TenantOverview {
    pub id: Ref<kind::Tenant>,
    pub name: String,
    pub status: TenantStatus,
    /// Whether this is real business, or a sandbox.
    pub live: bool,
    /// The sandbox of this tenant, reached by `sk_test_` and `pk_test_` keys.
    pub sandbox: Option<Ref<kind::Tenant>>,
    /// The version that counts. A sandbox follows the contract of its tenant.
    pub contract: Option<Contract>,
    /// Past and future ones included.
    #[oai(validator(max_items = 1000))]
    pub subscriptions: Vec<Subscription>,
    /// What can be used today.
    #[oai(validator(max_items = 3))]
    pub services: Vec<SubscribableService>,
}

/// A term that switches something on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ContractFlag {
    /// The tenant may read its own journal.
    AuditSelfService,
    /// The services share one membership.
    SharedMembership,
}

/// Terms to be recorded, as a new version.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ContractRequest {
    /// The first day of service.
    pub starts_on: Date,
    /// The last day of service.
    pub ends_on: Date,
    /// Days that data is kept after the last day; 30 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "3650")))]
    pub retention_days: Option<i32>,
    /// Days after which no backup holds it any more; 60 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "3650")))]
    pub backup_days: Option<i32>,
    /// Terms that switch something on.
    #[oai(default, validator(max_items = 10))]
    pub flags: Vec<ContractFlag>,
    /// The paper it is on.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub document_ref: String,
}

/// 契約: one version of a tenant's terms.
#[derive(Debug, Clone, Object)]
pub struct Contract {
    pub id: Ref<kind::Contract>,
    /// From 1; the highest counts.
    pub version: i32,
    /// The first day of service.
    pub starts_on: Date,
    /// The last day of service.
    pub ends_on: Date,
    pub retention_days: i32,
    pub backup_days: i32,
    pub flags: Vec<ContractFlag>,
    pub document_ref: String,
    pub recorded_at: Instant,
}

/// A service for a period, both days included.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SubscriptionRequest {
    pub service: SubscribableService,
    pub starts_on: Date,
    pub ends_on: Date,
}

/// Another last day.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SubscriptionEndRequest {
    pub ends_on: Date,
}

/// 契約サービス: a service for a period, both days included.
#[derive(Debug, Clone, Object)]
pub struct Subscription {
    pub id: Ref<kind::Subscription>,
    pub service: SubscribableService,
    pub starts_on: Date,
    pub ends_on: Date,
    /// Whether it can be used today.
    pub active: bool,
}

/// A tenant's sandbox.
#[derive(Debug, Clone, Object)]
pub struct Sandbox {
    pub id: Ref<kind::Tenant>,
    pub sandbox_of: Ref<kind::Tenant>,
    pub created_at: Instant,
}
