//! 職員: accounts of people on the roster. We issue the first ones; the tenant keeps them, within the roster.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Actor, Instant, Page, PageAsk, Pepper, Refusal, Refuse, Service,
    ids::{RosterMemberId, StaffId},
};
use time::Duration;

use crate::{
    credential::{self, NewCredential},
    password, problems,
    role::{Post, Role},
    sign_in::{OneTime, Plane, login_hash},
};

/// How long an issued password may wait to be changed.
pub const ONE_TIME_FOR: Duration = Duration::hours(72);

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: StaffId,
    pub roster_member: RosterMemberId,
    /// As the roster has it.
    pub name: String,
    pub department: Option<String>,
    pub login_id: String,
    pub posts: Vec<Post>,
    pub created_at: Instant,
    pub disabled_at: Option<Instant>,
    /// The person is not on the roster any more; the account opens nothing.
    pub off_roster: bool,
    /// An issued password waits to be changed, until then.
    pub one_time_until: Option<Instant>,
    pub version: i32,
}

/// An account with the password that was issued for it; the only moment it is known.
#[derive(Debug, Clone)]
pub struct Issued {
    pub staff: Staff,
    pub one_time_password: password::Password,
    pub one_time_until: Instant,
}

/// Why an account was not issued or changed.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("there is no such account or roster member")]
    Absent,
    #[error("this roster member has an account")]
    HasAccount,
    #[error("this person is not on the roster any more")]
    OffRoster,
    #[error("nobody changes their own account's rights")]
    OneSelf,
    #[error("{} has no role {}", .0.service.as_str(), .0.role.as_str())]
    NoSuchPost(Post),
    #[error("somebody else changed the account first")]
    Stale,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for StaffError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::HasAccount => problems::STAFF_EXISTS.refuse(),
            Self::OffRoster => problems::STAFF_OFF_ROSTER.refuse(),
            Self::OneSelf => problems::STAFF_ONESELF.refuse(),
            Self::NoSuchPost(post) => problems::STAFF_NO_SUCH_ROLE
                .refuse()
                .fact("service", post.service.as_str())
                .fact("role", post.role.as_str()),
            Self::Stale => problems::STALE.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Issues an account for somebody on the roster: a login id, and a password that works once within 72 hours.
///
/// # Errors
/// [`StaffError`].
pub async fn issue(
    tx: &mut TenantTx,
    pepper: &Pepper,
    member: RosterMemberId,
    posts: &[Post],
    one_time: &OneTime,
    now: Instant,
) -> Result<Issued, StaffError> {
    check_posts(posts)?;
    if !sql::on_roster(tx, member).await? {
        return Err(StaffError::Absent);
    }
    let (id, login_id) = (StaffId::new(now), password::login_id());
    sql::insert(tx, id, member, &login_id, now).await?;
    sql::replace_posts(tx, id, posts).await?;
    let until = now + ONE_TIME_FOR;
    sql::put_password(tx, id, &one_time.stored, until, now).await?;
    let login = login(tx.tenant(), pepper, id, &login_id, now);
    credential::insert(tx.conn(), login, now).await?;
    audit::journal(tx, now, &events::CredentialIssued { staff: id, roster_member: member }).await?;
    let staff = sql::find(tx, id).await?.ok_or(StaffError::Absent)?;
    Ok(Issued { staff, one_time_password: one_time.password.clone(), one_time_until: until })
}

fn login(tenant: kernel::ids::TenantId, pepper: &Pepper, id: StaffId, login_id: &str, now: Instant) -> NewCredential {
    NewCredential {
        hash: login_hash(pepper, Plane::Staff, login_id),
        tenant: Some(tenant),
        id: kernel::ids::SessionId::new(now).uuid(),
        kind: Plane::Staff.kind(),
        principal: id.uuid(),
        name: None,
        hint: String::new(),
        scopes: vec![],
        origins: vec![],
        created_by: None,
        expires_at: None,
        idle_seconds: None,
    }
}

/// Issues a new one-time password. Every session of the account ends, and its failures are forgotten. Nobody, we included,
/// ever learns or sets the password that is then chosen.
///
/// # Errors
/// [`StaffError`].
pub async fn reset(
    tx: &mut TenantTx,
    pepper: &Pepper,
    id: StaffId,
    one_time: &OneTime,
    now: Instant,
) -> Result<Issued, StaffError> {
    let staff = sql::find(tx, id).await?.ok_or(StaffError::Absent)?;
    if staff.off_roster {
        return Err(StaffError::OffRoster);
    }
    let until = now + ONE_TIME_FOR;
    sql::put_password(tx, id, &one_time.stored, until, now).await?;
    sql::forget_failures(tx, &login_hash(pepper, Plane::Staff, &staff.login_id)).await?;
    crate::session::end_all(tx, id.uuid(), now).await?;
    audit::journal(tx, now, &events::PasswordReset { staff: id }).await?;
    let staff = Staff { one_time_until: Some(until), ..staff };
    Ok(Issued { staff, one_time_password: one_time.password.clone(), one_time_until: until })
}

/// Gives the account these posts and no others. Counts from the next request on.
///
/// # Errors
/// [`StaffError`]; [`StaffError::Stale`] when the account is not in version `expected` any more.
pub async fn set_posts(
    tx: &mut TenantTx,
    id: StaffId,
    posts: &[Post],
    expected: Option<i32>,
    now: Instant,
) -> Result<Staff, StaffError> {
    check_posts(posts)?;
    not_oneself(tx, id)?;
    bump(tx, id, expected).await?;
    sql::replace_posts(tx, id, posts).await?;
    audit::journal(tx, now, &events::PostsSet::of(id, posts)).await?;
    sql::find(tx, id).await?.ok_or(StaffError::Absent)
}

/// Disables the account: its sessions end, and nobody signs in to it.
///
/// # Errors
/// [`StaffError`].
pub async fn disable(tx: &mut TenantTx, id: StaffId, now: Instant) -> Result<Staff, StaffError> {
    not_oneself(tx, id)?;
    if !sql::set_disabled(tx, id, Some(now)).await? {
        return Err(StaffError::Absent);
    }
    crate::session::end_all(tx, id.uuid(), now).await?;
    audit::journal(tx, now, &events::StaffDisabled { staff: id }).await?;
    sql::find(tx, id).await?.ok_or(StaffError::Absent)
}

/// Enables the account again, if its owner is still on the roster.
///
/// # Errors
/// [`StaffError`].
pub async fn enable(tx: &mut TenantTx, id: StaffId, now: Instant) -> Result<Staff, StaffError> {
    not_oneself(tx, id)?;
    let staff = sql::find(tx, id).await?.ok_or(StaffError::Absent)?;
    if staff.off_roster {
        return Err(StaffError::OffRoster);
    }
    sql::set_disabled(tx, id, None).await?;
    audit::journal(tx, now, &events::StaffEnabled { staff: id }).await?;
    sql::find(tx, id).await?.ok_or(StaffError::Absent)
}

/// One account.
///
/// # Errors
/// [`StaffError::Absent`].
pub async fn view(tx: &mut TenantTx, id: StaffId) -> Result<Staff, StaffError> {
    sql::find(tx, id).await?.ok_or(StaffError::Absent)
}

/// The tenant's accounts, in the order in which they were issued.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, ask: &PageAsk) -> Result<Page<Staff>, Fault> {
    let rows = sql::list(tx, ask).await?;
    Ok(Page::from_rows(rows, ask, |staff| staff.id.uuid()))
}

/// What services share has no gate.
fn check_posts(posts: &[Post]) -> Result<(), StaffError> {
    match posts.iter().find(|post| post.service == Service::Core && matches!(post.role, Role::Gate)) {
        Some(post) => Err(StaffError::NoSuchPost(*post)),
        None => Ok(()),
    }
}

fn not_oneself(tx: &TenantTx, id: StaffId) -> Result<(), StaffError> {
    if *tx.scope().actor() == Actor::Staff(id) { Err(StaffError::OneSelf) } else { Ok(()) }
}

async fn bump(tx: &mut TenantTx, id: StaffId, expected: Option<i32>) -> Result<(), StaffError> {
    if sql::bump(tx, id, expected).await? {
        return Ok(());
    }
    Err(if sql::find(tx, id).await?.is_some() { StaffError::Stale } else { StaffError::Absent })
}
