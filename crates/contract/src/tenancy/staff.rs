//! Roster and accounts on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::ServiceName;
use crate::{Instant, Ref};

/// A post in the office, held per service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RoleName {
    /// Everything in the service.
    Manager,
    /// Prepares what is offered.
    Editor,
    /// 窓口: serves patrons.
    Front,
    /// Money and ledgers.
    Finance,
    /// Admits at the gate.
    Gate,
    /// Looks, changes nothing.
    Viewer,
    /// Decides on requests.
    Approver,
}

/// A role in a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Object)]
#[oai(deny_unknown_fields)]
pub struct RoleAssignment {
    pub service: ServiceName,
    pub role: RoleName,
}

/// Somebody to be put on the roster.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RosterMemberRequest {
    /// As the contract has it.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub department: Option<String>,
}

/// 契約書に名前のある職員: only they can have an account.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RosterMember {
    pub id: Ref<kind::RosterMember>,
    pub name: String,
    pub department: Option<String>,
    pub created_at: Instant,
    pub removed_at: Option<Instant>,
}

/// An account to be issued.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StaffRequest {
    /// Whose account it will be.
    pub roster_member: Ref<kind::RosterMember>,
    /// What they may do, per service.
    #[oai(validator(max_items = 28, unique_items))]
    pub roles: Vec<RoleAssignment>,
}

/// The roles of an account, all of them.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StaffRolesRequest {
    /// What they may do, per service; what is not named is taken away.
    #[oai(validator(max_items = 28, unique_items))]
    pub roles: Vec<RoleAssignment>,
}

/// 職員: an account.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Staff {
    pub id: Ref<kind::Staff>,
    pub roster_member: Ref<kind::RosterMember>,
    /// As the roster has it.
    pub name: String,
    pub department: Option<String>,
    /// What they sign in with.
    pub login_id: String,
    pub roles: Vec<RoleAssignment>,
    /// Whether it opens anything: not disabled, and on the roster.
    pub active: bool,
    pub created_at: Instant,
    pub disabled_at: Option<Instant>,
    /// An issued password waits to be changed, until then.
    pub change_password_until_at: Option<Instant>,
    pub version: i32,
}

/// An account with its one-time password, which is shown in this answer and never again.
#[derive(Debug, Clone, Object)]
pub struct StaffIssued {
    pub staff: Staff,
    /// Works once, to choose a password of their own.
    pub one_time_password: String,
    /// Until then.
    pub expires_at: Instant,
}
