//! Operations on patrons, their registrations and their sessions.
//!
//! None of them takes an `Idempotency-Key`: a kept answer would be personal data or a token in clear. They are safe to
//! repeat by what they do: an address is registered once, a code is good once.

mod facts;
pub(crate) mod form_wire;
mod forms;
mod group_wire;
mod groups;
mod households;
mod mail;
mod own_standings;
mod password_resets;
mod patrons;
pub(crate) mod person_wire;
mod persons;
mod registrations;
mod sessions;
mod standing_wire;
mod standings;
mod user_classes;
mod wire;

pub use facts::Facts;
pub use forms::Forms;
pub use groups::{Groups, OwnGroupsOf};
pub use households::Households;
pub(crate) use mail::house;
pub use own_standings::OwnStandings;
pub use password_resets::PasswordResets;
pub use patrons::Patrons;
pub use persons::Persons;
pub use registrations::Registrations;
pub use sessions::PatronSessions;
pub use standings::Standings;
pub use user_classes::UserClasses;

use crate::Desk;

/// All of them.
pub type Operations = (
    (Patrons, PatronSessions, Registrations, PasswordResets),
    (UserClasses, Standings, OwnStandings),
    (Persons, Facts, Households, Forms),
    (Groups, OwnGroupsOf),
);

/// All of them, at this desk.
pub fn operations(desk: &Desk) -> Operations {
    (
        (
            Patrons::new(desk.clone()),
            PatronSessions::new(desk.clone()),
            Registrations::new(desk.clone()),
            PasswordResets::new(desk.clone()),
        ),
        (UserClasses::new(desk.clone()), Standings::new(desk.clone()), OwnStandings::new(desk.clone())),
        (Persons::new(desk.clone()), Facts::new(desk.clone()), Households::new(desk.clone()), Forms::new(desk.clone())),
        (Groups::new(desk.clone()), OwnGroupsOf::new(desk.clone())),
    )
}
