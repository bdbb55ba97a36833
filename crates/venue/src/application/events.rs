//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{EquipmentId, HireApplicationId, HireHoldId, HireId, PermitId};
use serde::Serialize;
use tariff::hire::Cause;

use crate::lapse::Late;

/// Somebody applied.
#[derive(Debug, Serialize)]
pub struct ApplicationSubmitted {
    pub application: HireApplicationId,
    pub hold: HireHoldId,
}

impl Event for ApplicationSubmitted {
    const NAME: &'static str = "venue.application.submitted";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// What was returned came back mended.
#[derive(Debug, Serialize)]
pub struct ApplicationMended {
    pub application: HireApplicationId,
}

impl Event for ApplicationMended {
    const NAME: &'static str = "venue.application.mended";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// It is granted, if it is paid for.
#[derive(Debug, Serialize)]
pub struct ApplicationApproved {
    pub application: HireApplicationId,
    pub total: i64,
}

impl Event for ApplicationApproved {
    const NAME: &'static str = "venue.application.approved";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// There is more time to pay. Why stays with the application: a reason may tell of a person.
#[derive(Debug, Serialize)]
pub struct ApplicationExtended {
    pub application: HireApplicationId,
    /// Until when it was to be paid, and until when it is.
    pub due_before: String,
    pub due_at: String,
}

impl Event for ApplicationExtended {
    const NAME: &'static str = "venue.application.extended";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// A part of what it costs is not asked for any more.
#[derive(Debug, Serialize)]
pub struct ApplicationReduced {
    pub application: HireApplicationId,
    /// What it cost before and costs now, yen.
    pub before: i64,
    pub after: i64,
}

impl Event for ApplicationReduced {
    const NAME: &'static str = "venue.application.reduced";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// Something is to be mended.
#[derive(Debug, Serialize)]
pub struct ApplicationReturned {
    pub application: HireApplicationId,
}

impl Event for ApplicationReturned {
    const NAME: &'static str = "venue.application.returned";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// It is refused.
#[derive(Debug, Serialize)]
pub struct ApplicationRefused {
    pub application: HireApplicationId,
}

impl Event for ApplicationRefused {
    const NAME: &'static str = "venue.application.refused";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// Who applied gave it up before it was paid.
#[derive(Debug, Serialize)]
pub struct ApplicationWithdrawn {
    pub application: HireApplicationId,
    /// What came in as a part of its price and goes back, yen.
    pub refund: i64,
}

impl Event for ApplicationWithdrawn {
    const NAME: &'static str = "venue.application.withdrawn";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// It was not paid, mended or decided in time.
#[derive(Debug, Serialize)]
pub struct ApplicationLapsed {
    pub application: HireApplicationId,
    /// Which of them.
    pub why: Late,
}

impl Event for ApplicationLapsed {
    const NAME: &'static str = "venue.application.lapsed";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// It is paid; the permit is issued.
#[derive(Debug, Serialize)]
pub struct ApplicationConfirmed {
    pub application: HireApplicationId,
    pub permit: PermitId,
}

impl Event for ApplicationConfirmed {
    const NAME: &'static str = "venue.application.confirmed";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// Who hired gave it up.
#[derive(Debug, Serialize)]
pub struct ApplicationCancelled {
    pub application: HireApplicationId,
    pub fee: i64,
    pub refund: i64,
}

impl Event for ApplicationCancelled {
    const NAME: &'static str = "venue.application.cancelled";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// The house took it back.
#[derive(Debug, Serialize)]
pub struct ApplicationRevoked {
    pub application: HireApplicationId,
    /// Whether the reason is its own or nobody's.
    pub cause: Cause,
    /// What went back, yen.
    pub refund: i64,
}

impl Event for ApplicationRevoked {
    const NAME: &'static str = "venue.application.revoked";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// Another time, room or equipment.
#[derive(Debug, Serialize)]
pub struct HireChanged {
    pub application: HireApplicationId,
    /// The first of them.
    pub hire: HireId,
    /// All that were changed at once.
    pub hires: Vec<HireId>,
    pub difference: i64,
    /// Whose reason it was.
    pub cause: Cause,
    /// What of the difference nobody is asked for, yen.
    pub waived: i64,
}

impl Event for HireChanged {
    const NAME: &'static str = "venue.hire.changed";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// One hire of several was given up or taken back.
#[derive(Debug, Serialize)]
pub struct HireEnded {
    pub application: HireApplicationId,
    pub hire: HireId,
    pub cause: Cause,
    /// What was kept and what went back, yen.
    pub fee: i64,
    pub refund: i64,
    /// What the others are dearer by and nobody is asked for, yen.
    pub waived: i64,
}

impl Event for HireEnded {
    const NAME: &'static str = "venue.hire.ended";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}

/// How it was really used.
#[derive(Debug, Serialize)]
pub struct UseRecorded {
    pub hire: HireId,
    pub no_show: bool,
    /// Of what equipment more was used than agreed.
    pub beyond: Vec<EquipmentId>,
    /// What is charged beside the tariff, yen.
    pub charged: i64,
}

impl Event for UseRecorded {
    const NAME: &'static str = "venue.hire.used";

    fn subject(&self) -> Subject {
        Subject::new("hire", self.hire)
    }
}

/// What it really cost is known.
#[derive(Debug, Serialize)]
pub struct ApplicationSettled {
    pub application: HireApplicationId,
    pub difference: i64,
}

impl Event for ApplicationSettled {
    const NAME: &'static str = "venue.application.settled";

    fn subject(&self) -> Subject {
        Subject::new("hire_application", self.application)
    }
}
