//! What the journal says about accounts.

use audit::{Category, Event, Subject};
use kernel::ids::{RosterMemberId, StaffId};
use serde::Serialize;

use crate::role::Post;

#[derive(Serialize)]
pub(super) struct CredentialIssued {
    pub staff: StaffId,
    pub roster_member: RosterMemberId,
}

impl Event for CredentialIssued {
    const NAME: &'static str = "tenancy.staff.issued";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("staff", self.staff)
    }
}

#[derive(Serialize)]
pub(super) struct PostsSet {
    staff: StaffId,
    posts: Vec<Post>,
}

impl PostsSet {
    pub fn of(staff: StaffId, posts: &[Post]) -> Self {
        Self { staff, posts: posts.to_vec() }
    }
}

impl Event for PostsSet {
    const NAME: &'static str = "tenancy.staff.roles_set";
    const CATEGORY: Category = Category::Auth;

    fn subject(&self) -> Subject {
        Subject::new("staff", self.staff)
    }
}

macro_rules! facts {
    ($($name:ident = $code:literal;)*) => {$(
        #[derive(Serialize)]
        pub(super) struct $name {
            pub staff: StaffId,
        }

        impl Event for $name {
            const NAME: &'static str = $code;
            const CATEGORY: Category = Category::Auth;

            fn subject(&self) -> Subject {
                Subject::new("staff", self.staff)
            }
        }
    )*};
}

facts! {
    PasswordReset = "tenancy.password.reset";
    StaffDisabled = "tenancy.staff.disabled";
    StaffEnabled = "tenancy.staff.enabled";
}
