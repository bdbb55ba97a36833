//! What an application has already, while something of it changes.

use super::PlannedUse;

/// Uses that were let: those that stay as they are, and those that are given up or go elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Agreed<'a> {
    pub stays: &'a [PlannedUse],
    pub goes: &'a [PlannedUse],
}

/// Of what was let, what stays when the uses in these places go, and what goes, in the order of the places.
pub(crate) fn split(uses: &[PlannedUse], places: &[usize]) -> (Vec<PlannedUse>, Vec<PlannedUse>) {
    let stays = uses.iter().enumerate().filter(|(at, _)| !places.contains(at)).map(|(_, one)| one.clone());
    let goes = places.iter().filter_map(|place| uses.get(*place)).cloned();
    (stays.collect(), goes.collect())
}
