//! Groups and their rosters on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{register::Patron, register::PatronRequest};
use crate::{Date, Instant, Ref};

/// What somebody is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum GroupRole {
    /// 代表者: one in each group.
    Representative,
    /// 連絡担当者.
    Contact,
    /// 構成員.
    Member,
}

/// A group to be entered.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupRequest {
    /// The group itself: its name, and where letters go to.
    pub group: PatronRequest,
    /// Who represents it and acts for it. By the hand of staff.
    pub representative: Ref<kind::Patron>,
}

/// A patron's own group to be entered; the patron represents it.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OwnGroupRequest {
    /// The group itself: its name, and where letters go to.
    pub group: PatronRequest,
}

/// The groups a patron acts for.
#[derive(Debug, Clone, Object)]
pub struct OwnGroups {
    pub groups: Vec<Patron>,
}

/// Somebody on a roster.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct GroupMember {
    pub person: Ref<kind::Person>,
    pub name: String,
    /// The reading.
    pub kana: Option<String>,
    pub role: GroupRole,
    /// The patron who is this person hires in the name of the group.
    pub acts: bool,
    /// On the roster since.
    pub joined_at: Instant,
}

/// 構成員名簿.
#[derive(Debug, Clone, Object)]
pub struct GroupRoster {
    pub members: Vec<GroupMember>,
}

/// Who is put on a roster: exactly one of `patron`, `person` and `name`.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupMemberRequest {
    /// Somebody with a sign-in.
    pub patron: Option<Ref<kind::Patron>>,
    /// Somebody who is known already. By the hand of staff.
    pub person: Option<Ref<kind::Person>>,
    /// Somebody who is entered now.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// The reading of the name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub kana: Option<String>,
    pub birth_date: Option<Date>,
    /// A member when absent.
    pub role: Option<GroupRole>,
    /// Whether they hire in the name of the group; not when absent.
    pub acts: Option<bool>,
}
