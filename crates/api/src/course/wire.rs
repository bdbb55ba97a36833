//! Between the wire and courses: plain translations.

pub mod answers;
pub mod applications;
pub mod attendance;
pub mod certificates;
pub mod change_plans;
pub mod decisions;
pub mod draws;
pub mod histories;
pub mod honoraria;
pub mod listings;
pub mod rosters;
mod rules;
pub mod sessions;
pub mod withdrawals;

use ::course::{
    class::{ClassChange, ClassDraft, ClassWithPlaces, CopyDraft},
    course::{self, CourseChange, CourseDraft},
    fee::{self, FeeChange, FeeDraft},
    term::{self, TermChange, TermDraft},
    window::{self, WindowChange, WindowDraft},
};
use contract::{
    ApiError, Word, Yen,
    course::{
        class::{
            CapacityUnit, ClassAdmission, ClassCopyRequest, ClassRequest, ClassState, ClassUpdate, CourseClass,
            Delivery, GroupPolicy,
        },
        leaflet::{
            ApplicationWindow, Course, CourseRequest, CourseUpdate, Fee, FeeBilling, FeeKind, FeeRequest, FeeTax,
            FeeUpdate, WindowKind, WindowRequest, WindowUpdate,
        },
        term::{Term, TermRequest, TermUpdate},
    },
};

use poem_openapi::types::ParseFromJSON;

use crate::params::patched;

/// Words of the wire that are kept as texts.
macro_rules! texts {
    ($kept:ident, $told:ident: $type:ident { $first:ident = $first_text:literal $(, $name:ident = $text:literal)* $(,)? }) => {
        const fn $kept(given: $type) -> &'static str {
            match given {
                $type::$first => $first_text,
                $($type::$name => $text,)*
            }
        }

        fn $told(text: &str) -> $type {
            match text {
                $($text => $type::$name,)*
                _ => $type::$first,
            }
        }
    };
}

texts!(admission, admission_of: ClassAdmission { FirstCome = "first_come", Draw = "draw", Screening = "screening" });
texts!(delivery, delivery_of: Delivery { InPerson = "in_person", Online = "online", Hybrid = "hybrid" });
texts!(unit, unit_of: CapacityUnit { Person = "person", Party = "party" });
texts!(policy, policy_of: GroupPolicy { SkipIfNotFit = "skip_if_not_fit", StrictHead = "strict_head" });
texts!(window_kind, window_kind_of: WindowKind {
    General = "general", Continuing = "continuing", Resident = "resident", Additional = "additional",
});
texts!(fee_kind, fee_kind_of: FeeKind {
    Other = "other", Tuition = "tuition", Materials = "materials", Insurance = "insurance", Joining = "joining",
});
texts!(billing, billing_of: FeeBilling { Course = "course", Session = "session" });

fn state_of(text: &str) -> ClassState {
    match text {
        "published" => ClassState::Published,
        "cancelled" => ClassState::Cancelled,
        "completed" => ClassState::Completed,
        _ => ClassState::Draft,
    }
}

pub fn term(one: &term::Term) -> Term {
    Term {
        id: one.id.into(),
        code: one.code.clone(),
        name: one.name.clone(),
        name_en: one.name_en.clone(),
        starts_on: one.starts_on.into(),
        ends_on: one.ends_on.into(),
        previous: one.previous_id.map(Into::into),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn term_draft(ask: &TermRequest) -> TermDraft {
    TermDraft {
        code: ask.code.clone(),
        name: ask.name.clone(),
        name_en: ask.name_en.clone(),
        starts_on: ask.starts_on.0,
        ends_on: ask.ends_on.0,
        previous: ask.previous.map(|id| id.0),
    }
}

pub fn term_change(ask: &TermUpdate) -> TermChange {
    TermChange {
        name: ask.name.clone(),
        name_en: patched(&ask.name_en),
        starts_on: ask.starts_on.map(|day| day.0),
        ends_on: ask.ends_on.map(|day| day.0),
    }
}

fn words(texts: &[String]) -> Vec<Word> {
    texts.iter().filter_map(|text| Word::parse_from_json(Some(text.as_str().into())).ok()).collect()
}

pub fn course(one: &course::Course) -> Course {
    Course {
        id: one.id.into(),
        code: one.code.clone(),
        title: one.title.clone(),
        title_kana: one.title_kana.clone(),
        title_en: one.title_en.clone(),
        genres: words(&one.genres),
        summary: one.summary.clone(),
        description: one.description.clone(),
        contact: one.contact.clone(),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn course_draft(ask: &CourseRequest) -> CourseDraft {
    CourseDraft {
        code: ask.code.clone(),
        title: ask.title.clone(),
        title_kana: ask.title_kana.clone(),
        title_en: ask.title_en.clone(),
        genres: ask.genres.as_deref().map(Word::texts).unwrap_or_default(),
        summary: ask.summary.clone(),
        description: ask.description.clone(),
        contact: ask.contact.clone(),
    }
}

pub fn course_change(ask: &CourseUpdate) -> CourseChange {
    CourseChange {
        title: ask.title.clone(),
        title_kana: patched(&ask.title_kana),
        title_en: patched(&ask.title_en),
        genres: ask.genres.as_deref().map(Word::texts),
        summary: patched(&ask.summary),
        description: patched(&ask.description),
        contact: patched(&ask.contact),
    }
}

/// A class, for the house or for everybody.
pub fn class(one: &ClassWithPlaces, house: bool) -> CourseClass {
    let (class, places) = (&one.class, &one.places);
    CourseClass {
        id: class.id.into(),
        course: class.course_id.into(),
        term: class.term_id.into(),
        code: class.code.clone(),
        title: class.title.clone(),
        title_en: class.title_en.clone(),
        state: state_of(&class.state),
        capacity: places.capacity,
        held_back: house.then_some(places.held_back),
        waiting_capacity: places.waiting_capacity,
        capacity_unit: unit_of(&class.capacity_unit),
        max_party: class.max_party,
        minimum_enrolment: class.minimum_enrolment,
        decide_by: class.decide_by.map(Into::into),
        admission: admission_of(&class.admission),
        delivery: delivery_of(&class.delivery),
        group_policy: policy_of(&class.group_policy),
        offer_minutes: class.offer_minutes,
        payment_days: class.payment_days,
        payment_grace_days: class.payment_grace_days,
        completion_percent: class.completion_percent,
        rules: rules::told(&class.class_rules()),
        form_version: class.form_version_id.map(Into::into),
        join_url: class.join_url.clone().filter(|_| house),
        published_at: class.published_at.map(Into::into),
        decision: listings::decision(class.decision.as_deref()),
        results_at: class.results_at.map(Into::into),
        promote_until: class.promote_until,
        created_at: class.created_at.into(),
        updated_at: class.updated_at.into(),
        version: class.version,
    }
}

pub fn class_copy(ask: &ClassCopyRequest) -> CopyDraft {
    CopyDraft {
        term: ask.term.0,
        code: ask.code.clone(),
        title: ask.title.clone(),
        form_version: ask.form_version.map(|version| version.0),
        capacity: ask.capacity,
    }
}

/// # Errors
/// A rule that says two things at once.
pub fn class_draft(ask: &ClassRequest) -> Result<ClassDraft, ApiError> {
    Ok(ClassDraft {
        course: ask.course.0,
        term: ask.term.0,
        code: ask.code.clone(),
        title: ask.title.clone(),
        title_en: ask.title_en.clone(),
        capacity: ask.capacity,
        held_back: ask.held_back.unwrap_or(0),
        waiting_capacity: ask.waiting_capacity,
        capacity_unit: unit(ask.capacity_unit.unwrap_or(CapacityUnit::Person)),
        max_party: ask.max_party.unwrap_or(1),
        minimum_enrolment: ask.minimum_enrolment,
        decide_by: ask.decide_by.map(|day| day.0),
        admission: admission(ask.admission),
        delivery: delivery(ask.delivery.unwrap_or(Delivery::InPerson)),
        group_policy: policy(ask.group_policy.unwrap_or(GroupPolicy::SkipIfNotFit)),
        offer_minutes: ask.offer_minutes.unwrap_or(3 * 24 * 60),
        payment_days: ask.payment_days.unwrap_or(7),
        payment_grace_days: ask.payment_grace_days.unwrap_or(0),
        completion_percent: ask.completion_percent,
        rules: ask.rules.as_ref().map(rules::kept).transpose()?.unwrap_or_default(),
        form_version: ask.form_version.map(|id| id.0),
        join_url: ask.join_url.clone(),
        results_at: ask.results_at.map(|at| at.0),
        promote_until: ask.promote_until,
    })
}

/// # Errors
/// A rule that says two things at once.
pub fn class_change(ask: &ClassUpdate) -> Result<ClassChange, ApiError> {
    Ok(ClassChange {
        title: ask.title.clone(),
        title_en: patched(&ask.title_en),
        minimum_enrolment: patched(&ask.minimum_enrolment),
        decide_by: patched(&ask.decide_by).map(|day| day.map(|day| day.0)),
        completion_percent: patched(&ask.completion_percent),
        join_url: patched(&ask.join_url),
        results_at: patched(&ask.results_at).map(|at| at.map(|at| at.0)),
        promote_until: patched(&ask.promote_until),
        capacity: ask.capacity,
        held_back: ask.held_back,
        waiting_capacity: patched(&ask.waiting_capacity),
        max_party: ask.max_party,
        admission: ask.admission.map(admission),
        delivery: ask.delivery.map(delivery),
        group_policy: ask.group_policy.map(policy),
        offer_minutes: ask.offer_minutes,
        payment_days: ask.payment_days,
        payment_grace_days: ask.payment_grace_days,
        rules: ask.rules.as_ref().map(rules::kept).transpose()?,
        form_version: patched(&ask.form_version).map(|id| id.map(|id| id.0)),
    })
}

pub fn window(one: &window::ApplicationWindow) -> ApplicationWindow {
    ApplicationWindow {
        id: one.id.into(),
        class: one.class_id.into(),
        kind: window_kind_of(&one.kind),
        label: one.label.clone(),
        opens_at: one.opens_at.into(),
        closes_at: one.closes_at.into(),
        admission: one.admission.as_deref().map(admission_of),
        requires: rules::requirements_told(&one.requirements()),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn window_draft(ask: &WindowRequest) -> WindowDraft {
    WindowDraft {
        class: ask.class.0,
        kind: window_kind(ask.kind),
        label: ask.label.clone(),
        opens_at: ask.opens_at.0,
        closes_at: ask.closes_at.0,
        admission: ask.admission.map(admission),
        requires: rules::requirements(ask.requires.as_deref().unwrap_or_default()),
    }
}

pub fn window_change(ask: &WindowUpdate) -> WindowChange {
    WindowChange {
        label: ask.label.clone(),
        opens_at: ask.opens_at.map(|at| at.0),
        closes_at: ask.closes_at.map(|at| at.0),
        admission: ask.admission.map(admission),
        requires: ask.requires.as_deref().map(rules::requirements),
    }
}

pub fn fee(one: &fee::Fee) -> Fee {
    Fee {
        id: one.id.into(),
        class: one.class_id.into(),
        kind: fee_kind_of(&one.kind),
        label: one.label.clone(),
        amount: Yen(kernel::Yen(one.amount)),
        tax_rate: one.tax_rate,
        billing: billing_of(&one.billing),
        optional: one.optional,
        refundable: one.refundable,
        ordinal: one.ordinal,
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

const fn percent(tax: FeeTax) -> i32 {
    match tax {
        FeeTax::Standard => 10,
        FeeTax::Reduced => 8,
        FeeTax::None => 0,
    }
}

pub fn fee_draft(ask: &FeeRequest) -> FeeDraft {
    FeeDraft {
        class: ask.class.0,
        kind: fee_kind(ask.kind),
        label: ask.label.clone(),
        amount: ask.amount.0.0,
        tax_rate: percent(ask.tax_kind.unwrap_or(FeeTax::Standard)),
        billing: billing(ask.billing.unwrap_or(FeeBilling::Course)),
        optional: ask.optional.unwrap_or(false),
        refundable: ask.refundable.unwrap_or(true),
        ordinal: ask.ordinal.unwrap_or(0),
    }
}

pub fn fee_change(ask: &FeeUpdate) -> FeeChange {
    FeeChange {
        label: ask.label.clone(),
        amount: ask.amount.map(|yen| yen.0.0),
        tax_rate: ask.tax_kind.map(percent),
        optional: ask.optional,
        refundable: ask.refundable,
        ordinal: ask.ordinal,
    }
}
