//! Honoraria on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::session::Payee;
use crate::{Date, Instant, Ref, Yen};

/// How far an honorarium is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HonorariumState {
    /// Fixed, and still to be paid out.
    Approved,
    Paid,
    /// It does not count; its sessions can be approved again.
    Voided,
}

/// 講師謝金: what an instructor is paid at once.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Honorarium {
    pub id: Ref<kind::Honorarium>,
    pub instructor: Ref<kind::Instructor>,
    /// As the instructor was when it was approved.
    pub payee: Payee,
    #[oai(validator(max_items = 100))]
    pub sessions: Vec<HonorariumSession>,
    /// Before withholding.
    pub gross: Yen,
    /// 源泉徴収税額.
    pub withheld: Yen,
    /// What is paid out.
    pub net: Yen,
    pub state: HonorariumState,
    pub approved_at: Instant,
    pub paid_on: Option<Date>,
    /// Why it was voided.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    pub updated_at: Instant,
    pub version: i32,
}

/// A session that is paid for.
#[derive(Debug, Clone, Object)]
pub struct HonorariumSession {
    pub session: Ref<kind::CourseSession>,
    /// Before withholding.
    pub amount: Yen,
}

/// Sessions that are paid for together. The tax is that of the sum.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HonorariumRequest {
    pub instructor: Ref<kind::Instructor>,
    #[oai(validator(min_items = 1, max_items = 100, unique_items))]
    pub sessions: Vec<Ref<kind::CourseSession>>,
}

/// What would be paid. Nothing is kept.
#[derive(Debug, Clone, Object)]
pub struct HonorariumPreview {
    pub payee: Payee,
    #[oai(validator(max_items = 100))]
    pub sessions: Vec<HonorariumSession>,
    /// Before withholding.
    pub gross: Yen,
    /// 源泉徴収税額.
    pub withheld: Yen,
    /// What would be paid out.
    pub net: Yen,
}

/// It was paid out.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct HonorariumPaymentRequest {
    /// From the day of the approval to today.
    pub paid_on: Date,
}
