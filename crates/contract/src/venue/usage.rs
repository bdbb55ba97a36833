//! What was used beside what was agreed, and what is charged beside the tariff, on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::Ref;

/// So many of an item as were used.
#[derive(Debug, Clone, Object)]
pub struct HireUsedItem {
    pub equipment: Ref<kind::Equipment>,
    #[oai(validator(max_length = 100))]
    pub name: String,
    pub quantity: i32,
    /// How many were agreed: where that is fewer, more was used.
    pub agreed: i32,
}

/// 弁償・清掃: something that no tariff foresees. It is charged as it is: nothing is added to it, taken off or rounded.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct HireManualCharge {
    /// What the bill and the quote call it: `清掃費`.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub label: String,
    /// Yen; it includes consumption tax where the amounts of the tariff do.
    #[oai(validator(minimum(value = "1"), maximum(value = "99999999")))]
    pub amount: i64,
    /// What happened.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// 根拠: `施行規則第12条`.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub legal_reference: Option<String>,
}
