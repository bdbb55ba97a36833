//! What the journal says.

use audit::{Event, Subject};
use kernel::{
    Yen,
    ids::{HonorariumId, InstructorId},
};
use serde::Serialize;
use time::Date;

macro_rules! about_honoraria {
    ($($name:ident = $text:literal),* $(,)?) => {$(
        impl Event for $name {
            const NAME: &'static str = $text;

            fn subject(&self) -> Subject {
                Subject::new("honorarium", self.honorarium)
            }
        }
    )*};
}

/// It is fixed what will be paid.
#[derive(Debug, Serialize)]
pub struct HonorariumApproved {
    pub honorarium: HonorariumId,
    pub instructor: InstructorId,
    pub gross: Yen,
    pub withheld: Yen,
}

/// It was paid out.
#[derive(Debug, Serialize)]
pub struct HonorariumPaid {
    pub honorarium: HonorariumId,
    pub paid_on: Date,
}

/// It will not be paid; the reason stays with it.
#[derive(Debug, Serialize)]
pub struct HonorariumVoided {
    pub honorarium: HonorariumId,
}

about_honoraria! {
    HonorariumApproved = "course.honorarium.approved",
    HonorariumPaid = "course.honorarium.paid",
    HonorariumVoided = "course.honorarium.voided",
}
