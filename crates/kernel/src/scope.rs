//! Who asks, for which tenant, in which service. Without a scope there is no connection.

use std::fmt;

use uuid::Uuid;

use crate::ids::{ApiKeyId, OperatorId, PatronId, StaffId, TenantId};

/// The services a tenant can subscribe to, and the part they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// What the services share: staff, keys, patrons, bills.
    Core,
    /// いつでも発券
    Ticket,
    /// いつでも貸館
    Venue,
    /// いつでも学習
    Course,
}

impl Service {
    pub const SUBSCRIBABLE: [Self; 3] = [Self::Ticket, Self::Venue, Self::Course];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Ticket => "ticket",
            Self::Venue => "venue",
            Self::Course => "course",
        }
    }

    /// The database role that does this service's work; it can read no other service's tables.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Core => "svc_core",
            Self::Ticket => "svc_ticket",
            Self::Venue => "svc_venue",
            Self::Course => "svc_course",
        }
    }
}

impl std::str::FromStr for Service {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Core, Self::Ticket, Self::Venue, Self::Course].into_iter().find(|known| known.as_str() == text).ok_or(())
    }
}

/// Who does it. The journal keeps this, and nothing that names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// One of us, acting across tenants.
    Operator(OperatorId),
    /// 職員 of a tenant, in a session.
    Staff(StaffId),
    /// 利用者, in a session.
    Patron(PatronId),
    /// A contractor's server, by secret key.
    Key(ApiKeyId),
    /// A contractor's page, by publishable key: anybody who reads it.
    Guest(ApiKeyId),
    /// A gate or a till, by device key.
    Device(ApiKeyId),
    /// The house itself: expiries, deliveries, sealing.
    System,
}

impl Actor {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Operator(_) => "operator",
            Self::Staff(_) => "staff",
            Self::Patron(_) => "patron",
            Self::Key(_) => "key",
            Self::Guest(_) => "guest",
            Self::Device(_) => "device",
            Self::System => "system",
        }
    }

    /// The id of the actor in its outside form; nothing for the house itself.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Operator(id) => Some(id.to_string()),
            Self::Staff(id) => Some(id.to_string()),
            Self::Patron(id) => Some(id.to_string()),
            Self::Key(id) | Self::Guest(id) | Self::Device(id) => Some(id.to_string()),
            Self::System => None,
        }
    }
}

/// Names one request in responses, logs and journal: `req_` and 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub Uuid);

impl RequestId {
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "req_{}", self.0.simple())
    }
}

/// The right to work in one tenant's data, in one service, for one request.
///
/// Only what has proved a permission makes one: the caller's extraction in `api`, the worker, tests.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    tenant: TenantId,
    service: Service,
    actor: Actor,
    request_id: RequestId,
}

impl Scope {
    /// Takes the right without proof. Loud on purpose: clippy bans it outside `tenancy`, `api::caller`, `worker` and tests.
    pub const fn assume(tenant: TenantId, service: Service, actor: Actor, request_id: RequestId) -> Self {
        Self { tenant, service, actor, request_id }
    }

    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub const fn service(&self) -> Service {
        self.service
    }

    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    pub const fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// The same right in another service of the same tenant, for work that belongs to both.
    pub const fn in_service(self, service: Service) -> Self {
        Self { service, ..self }
    }
}

/// The right to work across tenants. Only an operator's session makes one.
#[derive(Debug, Clone, Copy)]
pub struct OperatorScope {
    actor: Actor,
    request_id: RequestId,
}

impl OperatorScope {
    /// Takes the right without proof; see [`Scope::assume`].
    pub const fn assume(actor: Actor, request_id: RequestId) -> Self {
        Self { actor, request_id }
    }

    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    pub const fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// The operator's hand inside one tenant, for provisioning it.
    pub const fn within(self, tenant: TenantId) -> Scope {
        Scope::assume(tenant, Service::Core, self.actor, self.request_id)
    }
}
