//! Tenants, their staff and their keys on the wire.

mod key;
mod session;
mod staff;
mod tenant;

pub use key::{ApiKey, ApiKeyCreated, ApiKeyKind, ApiKeyRequest, ApiKeyRotationRequest};
pub use session::{OperatorSession, PasswordChangeRequest, Session, SignInRequest, StaffSession};
pub use staff::{
    RoleAssignment, RoleName, RosterMember, RosterMemberRequest, Staff, StaffIssued, StaffRequest, StaffRolesRequest,
};
pub use tenant::{
    Contract, ContractFlag, ContractRequest, Sandbox, ServiceName, SubscribableService, Subscription,
    SubscriptionEndRequest, SubscriptionRequest, Tenant, TenantOverview, TenantRegistration, TenantRequest,
    TenantStatus,
};
