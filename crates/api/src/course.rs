//! `/v1/course`: courses.

pub mod answers;
mod applicants;
pub mod applications;
pub mod assessing;
pub mod attendance;
pub mod certificates;
pub mod change_plans;
pub mod changes;
pub mod classes;
pub mod counting;
pub mod courses;
pub mod decisions;
pub mod draws;
pub mod fees;
pub mod histories;
pub mod honoraria;
pub mod instructors;
pub mod lapsing;
pub mod letters;
pub mod listings;
pub mod moves;
mod parties;
pub mod places;
pub mod receipts;
pub mod refunds;
mod rooms;
pub mod rosters;
pub mod sessions;
pub mod settings;
pub mod terms;
pub mod windows;
pub mod wire;
pub mod withdrawals;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (Leaflet, Conditions, Applying, Records, Attended);

type Leaflet = (terms::Terms, courses::Courses, classes::Classes, listings::Listings, settings::Settings);

type Conditions = (windows::Windows, fees::Fees, instructors::Instructors, sessions::Sessions, decisions::Decisions);

type Applying = (
    applications::Applications,
    answers::ApplicationAnswers,
    receipts::Receipts,
    places::Places,
    draws::Draws,
    withdrawals::Withdrawals,
);

type Records = (rosters::Rosters, histories::Histories, histories::OwnHistories, change_plans::ChangePlans);

type Attended = (
    attendance::Attendance,
    certificates::Certificates,
    certificates::CertificateChecks,
    certificates::Completions,
    honoraria::Honoraria,
);

/// The operations with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    let desk = || desk.clone();
    (
        (
            terms::Terms::new(desk()),
            courses::Courses::new(desk()),
            classes::Classes::new(desk()),
            listings::Listings::new(desk()),
            settings::Settings::new(desk()),
        ),
        (
            windows::Windows::new(desk()),
            fees::Fees::new(desk()),
            instructors::Instructors::new(desk()),
            sessions::Sessions::new(desk()),
            decisions::Decisions::new(desk()),
        ),
        (
            applications::Applications::new(desk()),
            answers::ApplicationAnswers::new(desk()),
            receipts::Receipts::new(desk()),
            places::Places::new(desk()),
            draws::Draws::new(desk()),
            withdrawals::Withdrawals::new(desk()),
        ),
        (
            rosters::Rosters::new(desk()),
            histories::Histories::new(desk()),
            histories::OwnHistories::new(desk()),
            change_plans::ChangePlans::new(desk()),
        ),
        (
            attendance::Attendance::new(desk()),
            certificates::Certificates::new(desk()),
            certificates::CertificateChecks::new(desk()),
            certificates::Completions::new(desk()),
            honoraria::Honoraria::new(desk()),
        ),
    )
}
