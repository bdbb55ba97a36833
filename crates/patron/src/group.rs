//! 団体: a patron that is no person. It has a roster of persons, is registered as a user class like anybody, and hires in its own
//! name by the hands of those who act for it.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{PatronId, PersonId},
};

use crate::{
    Details, Keys, Locale, Patron, PatronKind,
    details::DetailsError,
    household,
    person::{self, Hand, PersonDraft, PersonError, PersonName, events as told},
    problems, register,
};

/// The longest roster.
pub const MOST: usize = 500;

/// What somebody is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupRole {
    /// 代表者: one in each group.
    Representative,
    /// 連絡担当者.
    Contact,
    /// 構成員.
    Member,
}

impl GroupRole {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Representative => "representative",
            Self::Contact => "contact",
            Self::Member => "member",
        }
    }

    fn read(text: &str) -> Self {
        match text {
            "representative" => Self::Representative,
            "contact" => Self::Contact,
            _ => Self::Member,
        }
    }
}

/// Somebody on a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    pub name: PersonName,
    pub role: GroupRole,
    /// The patron who is this person acts for the group.
    pub acts: bool,
    pub since: Instant,
}

/// Who is put on a roster.
#[derive(Debug, Clone)]
pub enum Joining {
    /// Somebody with a sign-in.
    Patron(PatronId),
    /// Somebody who is known already. By the hand of staff.
    Known(PersonId),
    /// Somebody who is entered now.
    New(Box<PersonDraft>),
}

/// Why a group or its roster does not change, or is not shown.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    #[error("there is no such group")]
    Absent,
    #[error("the person is on the roster already")]
    OnRoster,
    #[error("the group has a representative already")]
    Represented,
    #[error("the roster has {most} people already")]
    RosterFull { most: usize },
    #[error("it is not said who")]
    Who,
    #[error("nobody would act for the group")]
    Abandoned,
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Details(#[from] DetailsError),
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for GroupError {
    fn from(fault: Fault) -> Self {
        if fault.violates("one_membership_per_person") {
            return Self::OnRoster;
        }
        if fault.violates("one_representative_per_group") { Self::Represented } else { Self::Fault(fault) }
    }
}

impl Refuse for GroupError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::OnRoster => problems::ON_ROSTER.refuse(),
            Self::Represented => problems::GROUP_REPRESENTED.refuse(),
            Self::RosterFull { most } => problems::ROSTER_FULL.refuse().fact("most", *most),
            Self::Who => problems::GROUP_WHO.refuse(),
            Self::Abandoned => problems::GROUP_ABANDONED.refuse(),
            Self::Person(error) => error.refusal(),
            Self::Details(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Enters a group, with whoever represents it and acts for it.
///
/// # Errors
/// [`GroupError`]: `Details` with every fault, `Person` when the representative is no patron, or a group.
pub async fn create(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (details, locale): (Details, Locale),
    representative: PatronId,
    now: Instant,
) -> Result<Patron, GroupError> {
    let details = details.checked(&["name"])?;
    let group = register::fresh(PatronKind::Group, details, locale, now);
    let person = person::of_self(tx, keys, representative, now).await?;
    register::sql::insert(tx, keys, &group).await?;
    sql::insert(tx, group.id, person, (GroupRole::Representative, true), now).await?;
    audit::journal(tx, now, &events::GroupCreated { group: group.id, representative: person }).await?;
    Ok(group)
}

/// The groups that a patron acts for, oldest first. The reading is journalled.
///
/// # Errors
/// A [`Fault`].
pub async fn of_patron(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    patron: PatronId,
    now: Instant,
) -> Result<Vec<Patron>, Fault> {
    let groups = sql::acted_for(tx, patron).await?;
    let found = register::sql::several(tx, keys, &groups).await?;
    audit::journal(tx, now, &events::GroupsListed { groups, patron }).await?;
    Ok(found)
}

/// Who is on the roster of a group: whoever represents it, then the others in the order in which they came. The reading is journalled with everybody shown.
///
/// # Errors
/// [`GroupError::Absent`], also for whoever does not act for it.
pub async fn roster(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (group, by): (PatronId, Hand),
    now: Instant,
) -> Result<Vec<GroupMember>, GroupError> {
    reached(tx, group, by).await?;
    let rows = sql::roster(tx, group).await?;
    let persons: Vec<PersonId> = rows.iter().map(|(person, ..)| *person).collect();
    let mut names = person::names(tx, keys, &persons).await?;
    let own = by != Hand::Office;
    audit::journal(tx, now, &told::PersonsListed { persons, by: vec!["group"], own }).await?;
    let shown = |(person, role, acts, since): (PersonId, String, bool, Instant)| {
        Some(GroupMember { name: names.remove(&person)?, role: GroupRole::read(&role), acts, since })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}

/// Puts somebody on the roster of a group. Who acts for it has to have a sign-in to do so.
///
/// # Errors
/// [`GroupError`]: `Absent`, `OnRoster`, `Represented`, `RosterFull` at [`MOST`], `Person`.
pub async fn join(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    (group, by): (PatronId, Hand),
    who: Joining,
    (role, acts): (GroupRole, bool),
    now: Instant,
) -> Result<PersonId, GroupError> {
    reached(tx, group, by).await?;
    sql::lock(tx, group).await?.ok_or(GroupError::Absent)?;
    if sql::roster(tx, group).await?.len() >= MOST {
        return Err(GroupError::RosterFull { most: MOST });
    }
    let person = match who {
        Joining::Patron(patron) => person::of_self(tx, keys, patron, now).await?,
        Joining::Known(person) => person::sql::one(tx, keys, person).await?.ok_or(PersonError::Absent)?.id,
        Joining::New(draft) => person::create(tx, keys, *draft, now).await?.id,
    };
    sql::insert(tx, group, person, (role, acts), now).await?;
    audit::journal(tx, now, &events::MemberJoined { group, person, role: role.as_str(), acts }).await?;
    Ok(person)
}

/// Takes somebody off the roster: from this moment they do not act for the group. The staff may leave a group without anybody who
/// acts; its own people may not.
///
/// # Errors
/// [`GroupError`]: `Absent` when they are not on it, `Abandoned`.
pub async fn leave(
    tx: &mut TenantTx,
    (group, by): (PatronId, Hand),
    person: PersonId,
    now: Instant,
) -> Result<(), GroupError> {
    reached(tx, group, by).await?;
    sql::lock(tx, group).await?.ok_or(GroupError::Absent)?;
    let person = household::sql::resolved(tx, person).await?.ok_or(GroupError::Absent)?;
    let acting = sql::roster(tx, group).await?;
    let left = acting.iter().filter(|(who, _, acts, _)| *acts && *who != person).count();
    if by != Hand::Office && left == 0 {
        return Err(GroupError::Abandoned);
    }
    if !sql::end(tx, group, person, now).await? {
        return Err(GroupError::Absent);
    }
    audit::journal(tx, now, &events::MemberLeft { group, person }).await?;
    Ok(())
}

/// Whether a patron acts for another one: everybody acts for themselves, and for the groups whose rosters say so.
///
/// # Errors
/// A [`Fault`].
pub async fn acts_for(tx: &mut TenantTx, patron: PatronId, whom: PatronId) -> Result<bool, Fault> {
    if patron == whom { Ok(true) } else { sql::acts_for(tx, patron, whom).await }
}

async fn reached(tx: &mut TenantTx, group: PatronId, by: Hand) -> Result<(), GroupError> {
    match by {
        Hand::Office if sql::is_group(tx, group).await? => Ok(()),
        Hand::Own(patron) if sql::acts_for(tx, patron, group).await? => Ok(()),
        Hand::Office | Hand::Own(_) => Err(GroupError::Absent),
    }
}

/// After two persons turned out to be one: rosters name the one who is left.
pub(crate) async fn hand_over(tx: &mut TenantTx, gone: PersonId, kept: PersonId, now: Instant) -> Result<(), Fault> {
    sql::hand_over(tx, gone, kept, now).await
}
