//! `/v1/staff`, `/v1/roster-members`, `/v1/keys`, `/v1/tenant`: a tenant's own people, keys and contract.

pub mod keys;
pub mod own;
pub mod sessions;
pub mod staff;
pub mod wire;

use kernel::{Page, PageAsk};
use uuid::Uuid;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (sessions::Sessions, staff::StaffAccounts, keys::Keys, own::OwnTenant);

/// The operations of this chapter with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    (
        sessions::Sessions::new(desk.clone()),
        staff::StaffAccounts::new(desk.clone()),
        keys::Keys::new(desk.clone()),
        own::OwnTenant::new(desk.clone()),
    )
}

/// A page of a list that is short by nature and was read whole.
pub(crate) fn cut<T>(items: Vec<T>, ask: &PageAsk, key: impl Fn(&T) -> Uuid) -> Page<T> {
    let from = ask.after.and_then(|after| items.iter().position(|item| key(item) == after)).map_or(0, |at| at + 1);
    Page::from_rows(items.into_iter().skip(from).collect(), ask, key)
}
