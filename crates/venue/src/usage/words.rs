//! Why something is charged beside the tariff, where it stands within a document: in the record of a use, and from there in what a
//! quote was computed from and in its lines. It may tell of a person, so it is kept sealed there, as text that opens in its application
//! alone; whoever proves a quote proves it with that text.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use db::{Fault, Remark, remark, sealed::Cell};
use kernel::{
    SealKey,
    ids::{HireApplicationId, TenantId},
};

/// What a sealed text begins with.
const MARK: &str = "sealed:";

const fn cell(tenant: TenantId, of: HireApplicationId) -> Cell {
    Cell { tenant, table: "venue.hires", column: "used", row: of.uuid() }
}

/// What was said, for a document of an application.
pub(super) fn kept(key: &SealKey, tenant: TenantId, of: HireApplicationId, said: &str) -> Result<String, Fault> {
    let sealed = Remark::new(said, key).seal(&cell(tenant, of))?;
    Ok(format!("{MARK}{}", BASE64.encode(sealed)))
}

/// What was said. A text that was kept before any was sealed is what it says.
pub(crate) fn told(key: &SealKey, tenant: TenantId, of: HireApplicationId, kept: &str) -> Result<String, Fault> {
    let Some(text) = kept.strip_prefix(MARK) else { return Ok(kept.to_owned()) };
    let sealed = BASE64.decode(text).map_err(|_| Fault::Unexpected("a sealed text can be read"))?;
    Ok(remark::open(key, &cell(tenant, of), Some(&sealed))?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn what_was_said_is_told_in_its_application_alone(said in "\\PC{1,40}", one: u128, other: u128) {
            prop_assume!(one != other);
            let (key, tenant) = (SealKey::new([1; 32]), TenantId::from_uuid(Uuid::from_u128(9)));
            let of = |n| HireApplicationId::from_uuid(Uuid::from_u128(n));
            let kept = kept(&key, tenant, of(one), &said).unwrap();
            prop_assert_eq!(told(&key, tenant, of(one), &kept).unwrap(), said);
            prop_assert!(told(&key, tenant, of(other), &kept).is_err());
        }
    }
}
