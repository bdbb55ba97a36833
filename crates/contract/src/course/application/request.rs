//! Who applies, and for whom.

use kernel::ids::kind;
use poem_openapi::Object;

use super::{CourseChannel, CourseRole};
use crate::{
    Date, Instant, Ref,
    patron::{form::FormAnswers, person::FactRequest},
};

/// Somebody who would take part: known by `person`, or entered with a name.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseParticipant {
    pub person: Option<Ref<kind::Person>>,
    /// Learns when absent.
    pub role: Option<CourseRole>,
    /// Of somebody who is entered now.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// The reading of the name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub kana: Option<String>,
    pub birth_date: Option<Date>,
    /// What they say of themselves: residence, school, work. Nobody has seen a paper.
    #[oai(validator(max_items = 20))]
    pub facts: Option<Vec<FactRequest>>,
    /// Optional fees that are wanted for them alone, beside those that are wanted for everybody.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Answers to the questions that the form of the class asks for each person.
    pub answers: Option<FormAnswers>,
}

/// Who can be reached about an application. Kept sealed, apart from it.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseContact {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The reading of the name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub kana: Option<String>,
    #[oai(validator(min_length = 1, max_length = 254))]
    pub email: Option<String>,
    #[oai(validator(min_length = 1, max_length = 50))]
    pub phone: Option<String>,
    /// For letters on paper: `100-0001` or `1000001`.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub postal_code: Option<String>,
    /// Where letters on paper go, as typed, prefecture and all.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub address: Option<String>,
}

/// An application.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseApplicationRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first that is open and fits when absent.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub people: Vec<CourseParticipant>,
    /// Optional fees that are wanted.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Each person is an application of their own: some may be admitted and others wait. They are made together: when one of them would be
    /// refused, none is, and the refusal says whose. All or none when absent.
    pub splittable: Option<bool>,
    /// For whom a server applies; for a patron's own session it is that patron.
    pub patron: Option<Ref<kind::Patron>>,
    /// A guest who leaves a contact. Not together with `patron`.
    pub contact: Option<CourseContact>,
    /// Answers to what the form of the class asks once.
    pub answers: Option<FormAnswers>,
}

/// An application that came over the counter, by telephone or by post. It stands as any other.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseEntryRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first that was open when it was received, and fits, when absent.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub people: Vec<CourseParticipant>,
    /// Optional fees that are wanted.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Each person is an application of their own, made together or not at all. All or none when absent.
    pub splittable: Option<bool>,
    /// Who applies, if they are registered.
    pub patron: Option<Ref<kind::Patron>>,
    /// Who applies, if they are not. Not together with `patron`.
    pub contact: Option<CourseContact>,
    pub channel: CourseChannel,
    /// When it came: the postmark, the call. Now when absent.
    pub received_at: Option<Instant>,
    /// Seats the party at once, past the line and from the places held back, for this reason, which is kept.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub seat_because: Option<String>,
    /// Takes the application of a patron who is suspended, for this reason, which is kept. It does not count of one who is not.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub despite_suspension: Option<String>,
    /// Answers to what the form of the class asks once.
    pub answers: Option<FormAnswers>,
}
