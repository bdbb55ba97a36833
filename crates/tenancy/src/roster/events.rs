//! What the journal says about the roster. Names stay on the roster.

use audit::{Event, Subject};
use kernel::ids::RosterMemberId;
use serde::Serialize;

macro_rules! facts {
    ($($name:ident = $code:literal;)*) => {$(
        #[derive(Serialize)]
        pub(super) struct $name {
            pub member: RosterMemberId,
        }

        impl Event for $name {
            const NAME: &'static str = $code;

            fn subject(&self) -> Subject {
                Subject::new("roster_member", self.member)
            }
        }
    )*};
}

facts! {
    RosterMemberAdded = "tenancy.roster_member.added";
    RosterMemberRemoved = "tenancy.roster_member.removed";
}
