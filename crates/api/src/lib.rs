//! The thin adapter: operations translate, call a verb, translate back. Everything every operation shares (who calls, one
//! body, one error page, doing a thing once) is here too, each in its own room.

mod acting;
pub mod app;
pub mod billing;
pub mod body;
mod business;
pub mod caller;
pub mod conformance;
pub mod course;
pub mod desk;
pub mod docs;
pub mod file;
pub mod front;
pub mod heard;
pub mod ical;
mod letters;
pub mod limits;
mod log;
pub mod notice;
pub mod operator;
pub mod pages;
pub mod params;
pub mod patron;
pub mod problems;
pub mod rules;
pub mod settle;
pub mod spec;
pub mod subject;
pub mod surface;
pub mod system;
pub mod tags;
pub mod tenancy;
pub mod ticket;
pub mod venue;

pub use body::Body;
pub use caller::{Anyone, May, Operates};
pub use contract::ApiError;
pub use desk::{Desk, Keep};
pub use file::CsvBody;
pub use pages::Pages;
pub use params::IdempotencyKey;

/// Every operation of every listener, domain by domain.
pub type Operations = (
    billing::Operations,
    course::Operations,
    notice::Letters,
    operator::Operations,
    patron::Operations,
    system::System,
    tenancy::Operations,
    ticket::Operations,
    venue::Operations,
    (),
);

/// Every operation with the desk it works at.
pub fn operations(desk: &Desk) -> Operations {
    (
        billing::operations(desk),
        course::operations(desk),
        notice::Letters::new(desk.clone()),
        operator::operations(desk),
        patron::operations(desk),
        system::System::new(desk.clone()),
        tenancy::operations(desk),
        ticket::operations(desk),
        venue::operations(desk),
        (),
    )
}
