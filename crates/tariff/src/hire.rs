//! 使用料: what the hire of rooms costs by an ordinance's table.
//!
//! A tariff is a document, one immutable version at a time: a list of components that are evaluated in their order, each with
//! the article that it comes from. A quote is the list of lines those components gave. The same question to the same version
//! gives the same yen for ever: nothing here has a clock, and fractions are kept exactly until a component rounds them.

mod charge;
mod clock;
mod document;
mod exact;
mod facts;
mod house;
mod kinds;
mod lint;
mod payment;
mod predicate;
mod quote;
mod schedule;
mod table;
mod whatif;

pub use charge::{Charge, ChargeError, DayOfUse, Line, Share as ChargeShare, TaxBlock, UseCharge};
pub use clock::clock;
pub use document::{
    AppliesBy, Band, ChangeRule, Cheaper, Component, EquipmentPrice, HireTariff, Key, Label, Of, Per, Row, Rule, Scope,
    Season, SpanBy, Stack, TaxRule, Unit,
};
pub use exact::Exact;
pub use facts::{
    DayClass, EquipmentUse, ExtensionUse, Grant, HireAsk, ManualCharge, MeterUse, Ratio, RoomUse, SlotUse, lead_months,
    months_before,
};
pub use house::{House, HouseRoom, lint_house};
pub use lint::{Finding, Severity, lint};
pub use payment::PaymentRule;
pub use predicate::{Fact, Predicate, Test, Value};
pub use quote::quote;

pub use schedule::{Cause, Deadline, FeeSchedule, FeeStep, Forfeit, Of as FeeOf, Share};
pub use whatif::{Comparison, compare};

/// The edition of the rules by which components are evaluated. A document says which one it was written for.
pub const ENGINE: u16 = 1;
