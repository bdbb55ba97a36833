//! 附属設備の料金.

use poem_openapi::{Enum, Object};

/// 附属設備.
#[derive(Debug, Clone, Object)]
pub struct TariffEquipment {
    #[oai(validator(max_items = 2000))]
    pub prices: Vec<TariffEquipmentPrice>,
}

/// 附属設備の料金 of one item.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct TariffEquipmentPrice {
    /// The code of the item.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub item: String,
    pub per: TariffUnit,
    #[oai(validator(minimum(value = "0")))]
    pub yen: i64,
    /// Instead of `yen` when admission is charged.
    #[oai(validator(minimum(value = "0")))]
    pub yen_with_admission: Option<i64>,
}

/// What equipment is counted by, beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TariffUnit {
    /// 1区分につき.
    Slot,
    /// 1回につき: for the most of it that there is at once.
    Use,
    /// 1日につき.
    Day,
    /// Each begun hour.
    Hour,
    /// Each begun ten minutes.
    TenMinutes,
}
