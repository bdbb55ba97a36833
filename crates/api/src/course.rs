//! `/v1/course`: courses.

pub mod classes;
pub mod courses;
pub mod fees;
pub mod terms;
pub mod windows;
pub mod wire;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (Leaflet, Conditions);

type Leaflet = (terms::Terms, courses::Courses, classes::Classes);

type Conditions = (windows::Windows, fees::Fees);

/// The operations with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    let desk = || desk.clone();
    (
        (terms::Terms::new(desk()), courses::Courses::new(desk()), classes::Classes::new(desk())),
        (windows::Windows::new(desk()), fees::Fees::new(desk())),
    )
}
