//! Remarks: what somebody wrote in their own words. It may tell of a person, so it is kept sealed under the key of the tenant.

use std::fmt;

use kernel::SealKey;

use crate::{
    Fault,
    sealed::{self, Cell},
};

/// What somebody wrote, with the key that it is kept under. It never prints.
#[derive(Clone)]
pub struct Remark {
    text: String,
    key: SealKey,
}

impl fmt::Debug for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remark(…)")
    }
}

impl Remark {
    pub fn new(text: impl Into<String>, key: &SealKey) -> Self {
        Self { text: text.into(), key: key.clone() }
    }

    /// Whether it says nothing.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What was written: to be told, not to be kept.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// For its place, where [`open`] reads it.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn seal(&self, cell: &Cell) -> Result<Vec<u8>, Fault> {
        Ok(sealed::seal(&self.key, cell, self.text.as_bytes())?)
    }
}

/// What was written in a place, if anything was.
///
/// # Errors
/// A [`Fault`] when it does not open there.
pub fn open(key: &SealKey, cell: &Cell, kept: Option<&[u8]>) -> Result<Option<String>, Fault> {
    let Some(kept) = kept else { return Ok(None) };
    let text = sealed::open(key, cell, kept)?;
    let text = std::str::from_utf8(&text).map_err(|_| Fault::Unexpected("a sealed remark reads back"))?;
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use kernel::ids::TenantId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn cell(row: u128) -> Cell {
        let tenant = TenantId::from_uuid(Uuid::from_u128(9));
        Cell { tenant, table: "course.applications", column: "reason", row: Uuid::from_u128(row) }
    }

    proptest! {
        #[test]
        fn a_remark_is_read_where_it_was_written_and_nowhere_else(text in "\\PC{1,40}", row: u128) {
            let key = SealKey::new([1; 32]);
            let remark = Remark::new(text.as_str(), &key);
            let kept = remark.seal(&cell(row)).unwrap();
            let read = open(&key, &cell(row), Some(&kept)).unwrap();
            prop_assert_eq!(read.as_deref(), Some(remark.text()));
            prop_assert!(open(&key, &cell(row ^ 1), Some(&kept)).is_err());
            prop_assert!(open(&SealKey::new([2; 32]), &cell(row), Some(&kept)).is_err());
        }
    }

    #[test]
    fn a_remark_never_prints() {
        let remark = Remark::new("山田さんの事情", &SealKey::new([1; 32]));
        assert_eq!(format!("{remark:?}"), "Remark(…)");
    }

    #[test]
    fn where_nothing_was_written_nothing_is_read() {
        assert_eq!(open(&SealKey::new([1; 32]), &cell(1), None).unwrap(), None);
    }
}
